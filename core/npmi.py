"""Song-level co-occurrence of lyric and dance codes, and the normalised pointwise mutual information (NPMI) of pairs.

Watanabe & Goto, NAACL 2025, section 3: ``#(x, y)`` is the number of songs in which lyric code ``x`` and dance code
``y`` share a frame, ``#(x)`` and ``#(y)`` the songs in which they occur, ``S`` the songs, ``P = # / S`` and::

    NPMI(x, y) = (log P(x, y) - log P(x) - log P(y)) / -log P(x, y)

Only bars with lyrics are counted, so ``S`` is the number of songs that have such a bar; a frame without a word inside
a sung bar counts with the code of [PAD]. A pair that shares no frame gets 0, and so does one that occurs in every song,
where the formula is 0 / 0 (our departure: the public code divides by zero there). Pairs of one song: see
:data:`SINGLETONS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.codes import CodedBars

SINGLETONS: Final = ("zero", "keep-negative")
"""What becomes of a pair seen in one song: 0 always, as the paper says, or only where its NPMI is positive, as the
paper's public code does."""

_GROUP_FRAMES: Final = 2_000_000
"""Frames counted at once."""


@dataclass(frozen=True)
class SongContribution:
    """What one song adds to :class:`SongCounts`: the codes and pairs that occur in its sung bars.

    Attributes
    ----------
    pair : int64 [pairs]
        ``x * dance codes + y`` of each pair, every one once.
    lyric, dance : int64 [codes]
        The codes, every one once.
    songs : int
        1, or 0 where the song has no sung bar.
    """

    pair: NDArray[np.int64]
    lyric: NDArray[np.int64]
    dance: NDArray[np.int64]
    songs: int


@dataclass(frozen=True)
class SongCounts:
    """In how many songs codes and pairs occur.

    Attributes
    ----------
    pair : int32 [lyric codes, dance codes]
        Songs in which the two codes share a frame.
    lyric, dance : int32 [codes]
        Songs in which the code occurs.
    songs : int
        Songs counted.
    """

    pair: NDArray[np.int32]
    lyric: NDArray[np.int32]
    dance: NDArray[np.int32]
    songs: int

    def __sub__(self, other: SongContribution) -> SongCounts:
        """The counts without a song that was counted in them."""
        pair, lyric, dance = self.pair.copy(), self.lyric.copy(), self.dance.copy()
        pair.reshape(-1)[other.pair] -= 1
        lyric[other.lyric] -= 1
        dance[other.dance] -= 1
        return SongCounts(pair, lyric, dance, self.songs - other.songs)


@dataclass(frozen=True)
class _Occurrences:
    """Every (song, code) and (song, pair) that occurs, once each, packed as ``song * codes + code`` and sorted."""

    pair: NDArray[np.int64]
    lyric: NDArray[np.int64]
    dance: NDArray[np.int64]
    songs: NDArray[np.int64]


def _occurrences(codes: CodedBars, songs: NDArray[np.bool_] | None) -> _Occurrences:
    counted = codes.sung if songs is None else codes.sung & songs[codes.song]
    frames = np.repeat(counted, codes.lengths)
    # A word and a pose last many frames: a frame with both codes of the one before tells nothing new in its bar.
    repeats = (codes.lyric[1:] == codes.lyric[:-1]) & (codes.dance[1:] == codes.dance[:-1])
    begins = codes.offsets[:-1][codes.lengths > 0]
    repeats[begins[begins > 0] - 1] = False
    frames[1:] &= ~repeats
    chosen = np.flatnonzero(frames)
    song = codes.song[np.searchsorted(codes.offsets, chosen, side="right") - 1].astype(np.int64)
    lyric = song * codes.lyric_size + codes.lyric[chosen]
    pair = _distinct(lyric * codes.dance_size + codes.dance[chosen])
    lyric = pair // max(codes.dance_size, 1)
    song = lyric // max(codes.lyric_size, 1)
    dance = _distinct(song * codes.dance_size + pair % max(codes.dance_size, 1))
    return _Occurrences(pair, _distinct(lyric), dance, _distinct(song))


def _distinct(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    # Sorting takes a hundredth of the time of numpy.unique, which hashes.
    ordered = np.sort(keys)
    fresh = np.ones(len(ordered), np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]


def count_songs(codes: CodedBars, songs: NDArray[np.bool_] | None = None) -> SongCounts:
    """Count codes and pairs over the sung bars, each at most once a song.

    Parameters
    ----------
    codes : CodedBars
    songs : bool [codes.songs], optional
        Which songs to count; all by default.
    """
    pair = np.zeros(codes.lyric_size * codes.dance_size, np.int32)
    lyric, dance = np.zeros(codes.lyric_size, np.int32), np.zeros(codes.dance_size, np.int32)
    counted = 0
    for some in _song_groups(codes):
        found = _occurrences(some, songs)
        for keys, into in ((found.pair, pair), (found.lyric, lyric), (found.dance, dance)):
            np.add(into, np.bincount(keys % max(len(into), 1), minlength=len(into)), out=into, casting="unsafe")
        counted += len(found.songs)
    return SongCounts(pair.reshape(codes.lyric_size, codes.dance_size), lyric, dance, counted)


def _song_groups(codes: CodedBars) -> Iterator[CodedBars]:
    """Whole songs, about :data:`_GROUP_FRAMES` frames of them at a time, so that memory does not grow with the songs.

    All at once where the bars of a song do not follow each other.
    """
    begins = np.flatnonzero(np.diff(codes.song, prepend=-1))
    frames = codes.offsets[begins]
    if len(np.unique(codes.song[begins])) < len(begins) or codes.offsets[-1] <= _GROUP_FRAMES:
        yield codes
        return
    edges = np.searchsorted(frames, np.arange(0, int(codes.offsets[-1]), _GROUP_FRAMES))
    bars = np.append(begins[np.unique(edges[edges < len(begins)])], codes.bars)
    for first, last in pairwise(bars.tolist()):
        start, stop = int(codes.offsets[first]), int(codes.offsets[last])
        yield CodedBars(
            codes.song[first:last], codes.offsets[first : last + 1] - start, codes.lyric[start:stop],
            codes.dance[start:stop], codes.lyric_size, codes.dance_size, codes.split[first:last],
            codes.sung[first:last],
        )


def song_contributions(codes: CodedBars) -> Iterator[tuple[int, SongContribution]]:
    """Each song of ``codes`` and what it adds to the counts: ``count_songs(codes) - contribution`` leaves it out."""
    found = _occurrences(codes, None)
    present = np.unique(codes.song)

    def cut(keys: NDArray[np.int64], size: int) -> list[NDArray[np.int64]]:
        edges = np.searchsorted(keys, np.stack([present, present + 1]).astype(np.int64) * size)
        return [keys[a:b] % max(size, 1) for a, b in edges.T]

    pairs = cut(found.pair, codes.lyric_size * codes.dance_size)
    lyrics, dances = cut(found.lyric, codes.lyric_size), cut(found.dance, codes.dance_size)
    for song, pair, lyric, dance in zip(present.tolist(), pairs, lyrics, dances, strict=True):
        yield song, SongContribution(pair, lyric, dance, int(len(lyric) > 0))


def npmi_table(counts: SongCounts, singletons: str = "zero") -> NDArray[np.float64]:
    """NPMI of every pair of codes, float64 [lyric codes, dance codes], in [-1, 1].

    ``singletons`` is one of :data:`SINGLETONS`; anything else is a :class:`ValueError`.
    """
    rated = _rated(counts, singletons) & (counts.pair < counts.songs)
    lyric, dance = np.nonzero(rated)
    table = np.zeros(counts.pair.shape)
    if len(lyric) == 0:
        return table
    logs = np.log(np.arange(1, counts.songs + 1))
    joint = logs[counts.pair[lyric, dance] - 1]
    total = logs[-1]
    information = joint + total - logs[counts.lyric[lyric] - 1] - logs[counts.dance[dance] - 1]
    # Independence is decided on whole numbers, where rounding of the logarithms would leave 1e-16 of either sign.
    information[_association(counts)[lyric, dance] == 0] = 0.0
    table[lyric, dance] = np.clip(information / (total - joint), -1.0, 1.0)
    return table


def _association(counts: SongCounts) -> NDArray[np.int64]:
    """Sign of the NPMI of each pair: of ``#(x, y) S - #(x) #(y)``."""
    chance = counts.lyric.astype(np.int64)[:, None] * counts.dance.astype(np.int64)[None, :]
    return np.sign(counts.pair.astype(np.int64) * counts.songs - chance)


def _rated(counts: SongCounts, singletons: str) -> NDArray[np.bool_]:
    """Pairs that share a frame and that the rule for singletons does not set to zero."""
    if singletons == "zero":
        return np.asarray(counts.pair > 1, dtype=np.bool_)
    if singletons == "keep-negative":
        return np.asarray((counts.pair > 1) | ((counts.pair == 1) & (_association(counts) <= 0)), dtype=np.bool_)
    msg = f"singletons must be one of {', '.join(SINGLETONS)}, got '{singletons}'"
    raise ValueError(msg)


def frame_npmi(codes: CodedBars, table: NDArray[np.float64]) -> NDArray[np.float64]:
    """NPMI of every frame, float64 [frames]: the table at the frame's two codes, in bars without lyrics too."""
    return np.asarray(table[codes.lyric, codes.dance], dtype=np.float64)


def pairs(counts: SongCounts, singletons: str = "zero") -> list[tuple[int, int, float, int]]:
    """Every pair ``(lyric code, dance code, NPMI, songs)``, highest NPMI first, then most songs, then by code.

    Left out are pairs that share no frame and those that the rule for singletons sets to zero.
    """
    table = npmi_table(counts, singletons)
    lyric, dance = np.nonzero(_rated(counts, singletons))
    value, songs = table[lyric, dance], counts.pair[lyric, dance]
    order = np.lexsort((dance, lyric, -songs, -value))
    columns = (lyric[order].tolist(), dance[order].tolist(), value[order].tolist(), songs[order].tolist())
    return list(zip(*columns, strict=True))


@dataclass(frozen=True)
class Stretches:
    """Runs of frames, one entry a run.

    Attributes
    ----------
    start, stop : int64 [runs]
        First frame and the one after the last, counted through the flat code arrays.
    bar : int64 [runs]
        Bar of the first frame.
    lyric, dance : int32 [runs]
        The codes.
    npmi : float64 [runs]
        NPMI of the run's frames.
    """

    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    bar: NDArray[np.int64]
    lyric: NDArray[np.int32]
    dance: NDArray[np.int32]
    npmi: NDArray[np.float64]


def positive_stretches(
    codes: CodedBars,
    values: NDArray[np.floating],
    minimum: float = 0.0,
    words: NDArray[np.integer] | None = None,
    positions: NDArray[np.integer] | None = None,
) -> Stretches:
    """Longest runs of frames of a song with one lyric code, one dance code and NPMI above ``minimum``.

    Parameters
    ----------
    codes : CodedBars
    values : [frames]
        NPMI of every frame, as from :func:`frame_npmi`.
    minimum : float
        Frames count from above this value.
    words : int [frames], optional
        Number of the word sung in each frame; a run then stays inside one word.
    positions : int [frames], optional
        Number of each frame in its song. Runs then go on across bars that follow each other without a gap; without
        it every run ends with its bar.
    """
    frames = len(codes.lyric)
    bar = np.repeat(np.arange(codes.bars), codes.lengths)
    apart = np.ones(max(frames, 1), np.bool_)
    following = np.diff(positions) == 1 if positions is not None else np.diff(bar) == 0
    marks = [codes.song[bar], codes.lyric, codes.dance, values]
    same = np.logical_and.reduce([following, *(np.diff(mark) == 0 for mark in [*marks, *([words] if words is not None
                                                                                         else [])])])
    apart[1:] = ~same[: max(frames - 1, 0)]
    starts = np.flatnonzero(apart[:frames])
    stops = np.append(starts[1:], frames)
    chosen = values[starts] > minimum
    start, stop = starts[chosen], stops[chosen]
    return Stretches(start, stop, bar[start], codes.lyric[start], codes.dance[start],
                     np.asarray(values[start], dtype=np.float64))
