"""What chance alone gives: a corpus counted again with its dances exchanged among songs of like length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.codes import SPLITS, CodedBars
from core.npmi import SongCounts, count_songs, npmi_table, song_contributions
from core.pipeline.significance import counted_songs
from core.pipeline.view import CorpusView, open_view
from core.progress import Progress, each, part, silent
from core.significance.exchange import Exchange
from core.significance.null import PairNull, PairTest

KINDS = ("songs", "bars", "frames")


@dataclass(frozen=True)
class Exchanged:
    """A corpus with its dances exchanged.

    Attributes
    ----------
    codes : CodedBars
        The bars with lyrics.
    counts : SongCounts
        Of the songs that the view counts.
    table : float64 [lyric codes, dance codes]
    values : float64 [frames]
        NPMI of every frame of ``codes``, under the view's protocol.
    """

    codes: CodedBars
    counts: SongCounts
    table: NDArray[np.float64]
    values: NDArray[np.float64]


def exchanged(view: CorpusView, runs: int, seed: int, progress: Progress = silent) -> Iterator[Exchanged]:
    """The corpus under :meth:`core.significance.exchange.Exchange.estranged`, seeds ``seed`` to ``seed + runs - 1``."""
    exchange = Exchange.of(view.coded)
    for run in range(runs):
        inner = part(progress, run / runs, (run + 1) / runs)
        inner(0.0)
        codes = exchange.exchanged(exchange.estranged(seed + run))
        counts = count_songs(codes, counted_songs(view)[: codes.songs])
        table = npmi_table(counts, view.singletons)
        yield Exchanged(codes, counts, table, _frame_values(codes, counts, table, view, inner))
    progress(1.0)


def _frame_values(
    codes: CodedBars, counts: SongCounts, table: NDArray[np.float64], view: CorpusView, progress: Progress
) -> NDArray[np.float64]:
    if view.protocol != "leave-one-song-out":
        return np.asarray(table[codes.lyric, codes.dance], dtype=np.float64)
    values = np.zeros(len(codes.lyric))
    frame_song = np.repeat(codes.song, codes.lengths)
    contributions = list(song_contributions(codes))
    for song, own in each(contributions, progress):
        chosen = frame_song == song
        without = npmi_table(counts - own, view.singletons)
        values[chosen] = without[codes.lyric[chosen], codes.dance[chosen]]
    return values


@dataclass(frozen=True)
class ChanceShare:
    """A share in percent over the exchanges: its mean, and the quantiles 2.5 % and 97.5 %."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class ChanceShares:
    """How much of the exchanged corpus is positive, for any threshold.

    Attributes
    ----------
    runs, seed : int
    song, split : int64, int8 [bars]
        Of the bars with lyrics.
    lengths : int64 [bars]
    best : float64 [runs, bars]
        Highest NPMI of each bar's frames.
    frames : tuple of float64 [any]
        Of every run and split of :data:`SPLITS`: the NPMI of the frames above 0, rising; run after run.
    """

    runs: int
    seed: int
    song: NDArray[np.int64]
    split: NDArray[np.int8]
    lengths: NDArray[np.int64]
    best: NDArray[np.float64]
    frames: tuple[tuple[NDArray[np.float64], ...], ...]

    def shares(self, minimum: float = 0.0, split: str = "all") -> dict[str, ChanceShare]:
        """Of ``songs``, ``bars`` and ``frames`` of a split (or "all"): the share above ``minimum`` (0 or more)."""
        numbers = range(len(SPLITS)) if split == "all" else (SPLITS.index(split),)
        chosen = np.isin(self.split, list(numbers))
        song = self.song[chosen]
        totals = {"songs": len(np.unique(song)), "bars": len(song), "frames": int(self.lengths[chosen].sum())}
        positive: dict[str, list[int]] = {kind: [] for kind in KINDS}
        for run in range(self.runs):
            above = self.best[run, chosen] > minimum
            positive["songs"].append(len(np.unique(song[above])))
            positive["bars"].append(int(above.sum()))
            positive["frames"].append(sum(
                len(own) - int(np.searchsorted(own, minimum, side="right"))
                for own in (self.frames[run][number] for number in numbers)))
        return {kind: _share(positive[kind], totals[kind]) for kind in KINDS}


def _share(positive: list[int], total: int) -> ChanceShare:
    percent = 100.0 * np.array(positive, np.float64) / max(total, 1)
    low, high = np.quantile(percent, (0.025, 0.975)).tolist() if len(percent) else (0.0, 0.0)
    return ChanceShare(float(percent.mean()) if len(percent) else 0.0, low, high)


def chance_shares(
    view: CorpusView, runs: int, seed: int, progress: Progress = silent, null: PairNull | None = None,
    level: float = 0.05,
) -> tuple[ChanceShares, ChanceShares | None]:
    """The shares that chance gives, and with ``null`` also those of the pairs that are then significant at ``level``.

    The exchanged corpus is tested as the corpus itself is (its counts have the same null distribution), so the second
    says how much would be called significant where there is nothing to be found.

    Parameters
    ----------
    view : CorpusView
    runs, seed : int
        As for :func:`exchanged`.
    null : PairNull, optional
        Of :func:`core.pipeline.significance.pair_null`.
    """
    sung = view.coded.select(view.coded.sung)
    frame_split = np.repeat(sung.split, sung.lengths)
    held = np.flatnonzero(sung.lengths > 0)

    def gathered(found: list[NDArray[np.float64]], frames: list[tuple[NDArray[np.float64], ...]]) -> ChanceShares:
        best = np.stack(found) if found else np.zeros((0, sung.bars))
        return ChanceShares(runs, seed, sung.song.astype(np.int64), sung.split, sung.lengths, best, tuple(frames))

    def add(values: NDArray[np.float64], found: list[NDArray[np.float64]],
            frames: list[tuple[NDArray[np.float64], ...]]) -> None:
        best = np.zeros(sung.bars)
        if len(held):
            best[held] = np.maximum.reduceat(values, sung.offsets[held])
        found.append(best)
        above = np.flatnonzero(values > 0)
        frames.append(tuple(np.sort(values[above[frame_split[above] == n]]) for n in range(len(SPLITS))))

    plain: tuple[list[NDArray[np.float64]], list[tuple[NDArray[np.float64], ...]]] = ([], [])
    strict: tuple[list[NDArray[np.float64]], list[tuple[NDArray[np.float64], ...]]] = ([], [])
    for run in exchanged(view, runs, seed, progress):
        add(run.values, *plain)
        if null is not None:
            passed = PairTest.of(null, run.counts).significant(level)
            add(np.where(passed[run.codes.lyric, run.codes.dance], run.values, 0.0), *strict)
    return gathered(*plain), gathered(*strict) if null is not None else None


def chance_shares_of_folder(
    folder: Path, protocol: str, runs: int, seed: int, progress: Progress = silent
) -> ChanceShares:
    """The first of :func:`chance_shares` of a corpus folder."""
    with open_view(folder, protocol) as view:
        return chance_shares(view, runs, seed, progress)[0]
