"""The exact distribution of a pair's songs when dances are exchanged, and p and q values from it.

**Statistic.** The number of songs in which the two codes share a frame, as NPMI counts it (:mod:`core.npmi`). The
numbers of songs that have the lyric code and the dance code stay as they are, so NPMI rises and falls with it.

**Null distribution.** Every order of the dances inside every block of :class:`core.significance.exchange.Exchange` is
equally likely. A permutation test draws some of them, and its p value cannot fall below 1 / (draws + 1): with a
hundred thousand pairs and 1,000 draws nothing could ever be found. So all of them are counted here. Whether song i's
lyrics and song j's dance would share a frame with the pair's codes is a board of at most 12 times 12 cells; the number
of songs in a block is the number of cells that a random permutation meets (its "hit numbers", Riordan 1958, An
Introduction to Combinatorial Analysis, chapter 7), the numbers of different blocks are independent, and their sum's
distribution is a convolution. The result is what infinitely many draws would give, without a seed.

**p value.** The probability of as many songs or more, and 1 where the NPMI is not positive: only a pair whose NPMI is
positive can be significant. A pair that no exchange gives a positive NPMI is not tested. That is decided by the
exchanges alone, never by the songs found: taking in only pairs that were seen in two songs would be choosing them by
their result, and every correction would fail.

**q value.** The false discovery rate among the pairs that are as significant or more. With few songs p values are
coarse, and Benjamini & Hochberg (1995) would take the chance of ``p <= t`` to be t for every pair, although most pairs
cannot reach a small p at all. The exchange tells that chance exactly, so the expected number of false pairs,
``tests * t`` there, is the sum of the pairs' own chances here (Heyse 2011, in Recent Advances in Biostatistics; with
continuous p values it is the same). Like the original it is proved for independent pairs and holds well beyond; the
tests measure it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, factorial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.codes import CodedBars
from core.npmi import SongCounts
from core.progress import Progress, part, silent
from core.significance.exchange import BLOCK, Exchange

_KEYS: Final = 16_000_000
"""Most keys that are held at a time (128 MB, and as much again while they are sorted)."""
_PAIRS: Final = 500
"""Pairs between two reports of progress."""
_NOTHING: Final = 1e-300
"""A p value stops here."""


@dataclass(frozen=True)
class PairNull:
    """How likely the exchange makes each number of songs, of every pair that it can give a positive NPMI.

    Attributes
    ----------
    pair : int64 [pairs]
        ``lyric code * dance codes + dance code``, rising.
    least : int64 [pairs]
        Fewest songs with which the NPMI is positive.
    offsets : int64 [pairs + 1]
        Where each pair's probabilities begin in ``tail``.
    tail : float64 [any]
        Probability of ``least`` songs or more, of ``least + 1`` or more, and so on; all above 0.
    shape : tuple of int
        Sizes of the two codebooks.
    """

    pair: NDArray[np.int64]
    least: NDArray[np.int64]
    offsets: NDArray[np.int64]
    tail: NDArray[np.float64]
    shape: tuple[int, int]

    def __len__(self) -> int:
        return len(self.pair)

    @property
    def expected(self) -> float:
        """Number of pairs with a positive NPMI that an exchange gives on average."""
        return float(self.tail[self.offsets[:-1]].sum())

    def p_values(self, counts: SongCounts) -> NDArray[np.float64]:
        """The p value of every pair, float64 [pairs], for counts of the songs as they are, or exchanged."""
        above = counts.pair.reshape(-1)[self.pair] - self.least
        place = np.minimum(self.offsets[:-1] + np.maximum(above, 0), self.offsets[1:] - 1)
        return np.where(above >= 0, self.tail[place], 1.0)

    def q_values(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        """The q value of every pair, float64 [pairs]: the level of false discoveries it just passes."""
        order = np.argsort(p, kind="stable")
        values = p[order]
        # Equal probabilities of different pairs can differ in their last digits.
        found = np.searchsorted(values, values * (1 + 1e-9), side="right")
        q = np.where(values < 1.0, self.expected_up_to(values) / np.maximum(found, 1), 1.0)
        q = np.minimum(np.minimum.accumulate(q[::-1])[::-1], 1.0)
        result = np.empty_like(q)
        result[order] = q
        return result

    def expected_up_to(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        """How many pairs an exchange is expected to give a p value of at most each of these (below 1)."""
        later = np.append(self.tail[1:], 0.0)
        later[self.offsets[1:] - 1] = 0.0
        order = np.argsort(self.tail)
        # A pair's p is at most t with a chance of its largest tail up to t, summed here step by step.
        sums = np.concatenate([[0.0], np.cumsum((self.tail - later)[order])])
        found: NDArray[np.float64] = sums[np.searchsorted(self.tail[order], p * (1 + 1e-9), side="right")]
        return found


@dataclass(frozen=True)
class PairTest:
    """The pairs tested, and what came of it.

    Attributes
    ----------
    pair, p, q : int64, float64, float64 [pairs]
        As in :class:`PairNull`.
    positive : int
        Pairs with a positive NPMI.
    expected : float
        How many such pairs an exchange gives on average.
    shape : tuple of int
    """

    pair: NDArray[np.int64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    positive: int
    expected: float
    shape: tuple[int, int]

    @classmethod
    def of(cls, null: PairNull, counts: SongCounts) -> PairTest:
        """Test the counts against their null distribution."""
        p = null.p_values(counts)
        positive = int((counts.pair.reshape(-1)[null.pair] >= null.least).sum())
        return cls(null.pair, p, null.q_values(p), positive, null.expected, null.shape)

    def table(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """``p`` or ``q`` as a table, float64 [lyric codes, dance codes]; 1 where a pair was not tested."""
        table = np.ones(self.shape)
        table.reshape(-1)[self.pair] = values
        return table

    def significant(self, level: float) -> NDArray[np.bool_]:
        """Pairs among which at most this share are expected to be false, bool [lyric codes, dance codes]."""
        return np.asarray(self.table(self.q) <= level, np.bool_)


def least_positive(counts: SongCounts) -> NDArray[np.int64]:
    """Fewest songs with which each pair's NPMI is positive, int64 [lyric codes, dance codes]."""
    chance = counts.lyric.astype(np.int64)[:, None] * counts.dance.astype(np.int64)[None, :]
    least: NDArray[np.int64] = np.maximum(chance // max(counts.songs, 1) + 1, 2)
    return least


def exchange_null(
    codes: CodedBars, counts: SongCounts, songs: NDArray[np.bool_] | None = None, progress: Progress = silent
) -> PairNull:
    """The exact distribution under the exchange of dances among the counted songs.

    Memory is bounded by working on some lyric codes at a time.

    Parameters
    ----------
    codes : CodedBars
    counts : SongCounts
        :func:`core.npmi.count_songs` of them and of the same songs.
    songs : bool [codes.songs], optional
        The counted songs; all by default.
    """
    exchange = Exchange.of(codes, songs)
    least = least_positive(counts)
    # A pair cannot meet in more songs than sing its word, and has NPMI 0 where it meets in all.
    wanted = (least <= counts.lyric[:, None]) & (least < counts.songs) & (counts.dance > 0)[None, :]
    finder = _Finder(exchange, wanted, codes.dance_size)
    tally = finder.tally(part(progress, 0.0, 0.1, "counting meetings"))
    pieces: list[_Piece] = []
    groups = _groups(tally)
    for number, (low, high) in enumerate(groups):
        inner = part(progress, 0.1 + 0.9 * number / len(groups), 0.1 + 0.9 * (number + 1) / len(groups),
                     "distribution of the pairs' songs")
        keys = finder.keys(low, high, int(tally[low:high].sum()), part(inner, 0.0, 0.3))
        pieces.append(_distributions(keys, low, least, finder, part(inner, 0.3, 1.0)))
    progress(1.0)
    pair, most, lengths, tail = (np.concatenate([getattr(piece, name) for piece in pieces]) for name in (
        "pair", "least", "lengths", "tail")) if pieces else (np.zeros(0, np.int64),) * 3 + (np.zeros(0),)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return PairNull(pair, most, offsets, tail, (codes.lyric_size, codes.dance_size))


@dataclass(frozen=True)
class _Piece:
    pair: NDArray[np.int64]
    least: NDArray[np.int64]
    lengths: NDArray[np.int64]
    tail: NDArray[np.float64]


class _Finder:
    """Finds which lyrics and which dances would share a frame with each pair's codes."""

    def __init__(self, exchange: Exchange, wanted: NDArray[np.bool_], dance_size: int) -> None:
        self.exchange, self.wanted, self.dance_size = exchange, wanted, dance_size
        self.sizes = np.array([len(block) for block in exchange.blocks], np.int64)

    def tally(self, progress: Progress) -> NDArray[np.int64]:
        """Keys of each lyric code, int64 [lyric codes]."""
        tally = np.zeros(len(self.wanted), np.int64)
        self._find(0, len(self.wanted), tally, np.zeros(0, np.int64), progress)
        return tally

    def keys(self, low: int, high: int, number: int, progress: Progress) -> NDArray[np.int64]:
        """Keys (see :func:`core.significance.kernels.meetings`) of the lyric codes ``low`` to ``high``, rising."""
        keys = np.zeros(max(number, 1), np.int64)
        self._find(low, high, np.zeros(len(self.wanted), np.int64), keys, progress)
        keys = keys[:number]
        keys.sort()
        return keys

    def _find(
        self, low: int, high: int, tally: NDArray[np.int64], keys: NDArray[np.int64], progress: Progress
    ) -> None:
        from core.significance.kernels import meetings  # numba takes a second to import

        exchange, codes = self.exchange, self.exchange.codes
        stamp = np.zeros((high - low) * self.dance_size, np.int64)
        wanted = self.wanted.reshape(-1)
        tag = filled = 0
        for number, block in enumerate(exchange.blocks):
            progress(number / len(exchange.blocks))
            filled = meetings(
                codes.lyric, codes.dance, codes.offsets, exchange.bars, exchange.edges, block, number,
                len(exchange.blocks), BLOCK, self.dance_size, low, high, wanted, stamp, tag, tally, keys, filled)
            tag += len(block) ** 2


def _groups(tally: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Ranges of lyric codes that have :data:`_KEYS` keys at most, or are but one code."""
    groups: list[tuple[int, int]] = []
    low = total = 0
    for code, number in enumerate(tally.tolist()):
        if total and total + number > _KEYS:
            groups.append((low, code))
            low, total = code, 0
        total += number
    return [*groups, (low, len(tally))] if len(tally) else []


def _distributions(
    keys: NDArray[np.int64], low: int, least: NDArray[np.int64], finder: _Finder, progress: Progress
) -> _Piece:
    from core.significance.kernels import reaches, tails

    cells = BLOCK * BLOCK
    local = keys // (cells * max(len(finder.sizes), 1))
    begins = np.flatnonzero(np.diff(local, prepend=-1))
    edges = np.append(begins, len(keys)).astype(np.int64)
    pair = local[begins] + low * finder.dance_size
    wanted = least.reshape(-1)[pair]
    reach = np.zeros(len(pair), np.int64)
    reaches(keys, edges, BLOCK, finder.sizes, reach)
    chosen = np.flatnonzero(reach >= wanted)
    pair, wanted = pair[chosen], wanted[chosen]
    offsets = np.concatenate([[0], np.cumsum(reach[chosen] - wanted + 1)]).astype(np.int64)
    tail, most = np.zeros(int(offsets[-1])), np.zeros(len(chosen), np.int64)
    factorials = np.array([factorial(n) for n in range(BLOCK + 1)], np.int64)
    choose = np.array([[comb(n, k) for k in range(BLOCK + 1)] for n in range(BLOCK + 1)], np.int64)
    starts, stops = edges[:-1][chosen], edges[1:][chosen]
    for first in range(0, len(chosen), _PAIRS):
        progress(first / len(chosen))
        tails(keys, starts, stops, BLOCK, finder.sizes, factorials, choose, wanted, offsets, first,
              min(first + _PAIRS, len(chosen)), _NOTHING, tail, most)
    # The bound can be too high.
    lengths = np.maximum(most - wanted + 1, 0)
    some = lengths > 0
    return _Piece(pair[some], wanted[some], lengths[some], tail[tail > 0])
