"""A song prepared for being drawn: edges, runs of codes, and the bar, beat, word and frame under a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.pipeline.song import SongData
from core.skeleton import FPS

SNAPS: Final = ("off", "frame", "word", "beat", "bar")
"""What selections and edits snap to."""


@dataclass(frozen=True)
class Runs:
    """Stretches of frames with one code.

    Attributes
    ----------
    start, stop : int64 [n]
        Frames, ``stop`` exclusive.
    code : int64 [n]
    """

    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    code: NDArray[np.int64]

    def between(self, first: float, last: float) -> range:
        """Indices of the runs that touch the frames ``first`` to ``last``."""
        low = int(np.searchsorted(self.stop, first, side="right"))
        return range(low, int(np.searchsorted(self.start, last, side="left")))


def runs_of(codes: NDArray[np.integer]) -> Runs:
    """Runs of equal codes; those of -1 are left out."""
    if not len(codes):
        empty = np.zeros(0, np.int64)
        return Runs(empty, empty, empty)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(codes)) + 1]).astype(np.int64)
    stops = np.append(starts[1:], len(codes)).astype(np.int64)
    found = codes[starts].astype(np.int64)
    kept = found >= 0
    return Runs(starts[kept], stops[kept], found[kept])


class Track:
    """What the timeline asks of a song again and again.

    Parameters
    ----------
    data : SongData

    Attributes
    ----------
    starts, ends : float64 [words]
        Seconds of the motion, ``starts`` rising.
    word_first, word_last : int64 [words]
        First and last frame that carries the word; ``word_last < word_first`` where none does.
    lyric, dance : Runs
    bar_start, bar_stop : int64 [bars]
        Frames.
    low, high : float
        Ends of the axis on which NPMI is drawn.
    """

    def __init__(self, data: SongData) -> None:
        self.data = data
        self.frames = len(data)
        self.seconds = data.seconds
        self.starts = np.array([word.start for word in data.words], np.float64)
        self.ends = np.array([word.end for word in data.words], np.float64)
        words = len(data.words)
        self.word_first = np.full(words, 1, np.int64)
        self.word_last = np.zeros(words, np.int64)
        if words:
            spoken = np.flatnonzero((data.frame_words >= 0) & (data.frame_words < words))
            self.word_first[data.frame_words[spoken[::-1]]] = spoken[::-1]
            self.word_last[data.frame_words[spoken]] = spoken
        self.lyric = runs_of(data.lyric_codes)
        self.dance = runs_of(data.dance_codes)
        self.bar_start = np.array([bar.start for bar in data.bars], np.int64)
        self.bar_stop = np.array([bar.stop for bar in data.bars], np.int64)
        known = data.npmi[~np.isnan(data.npmi)]
        step = 0.25
        self.high = max(np.ceil(float(known.max()) / step) * step, step) if len(known) else step
        self.low = min(np.floor(float(known.min()) / step) * step, -step) if len(known) else -step
        word_edges = np.unique(np.concatenate([self.starts, self.ends]))
        bar_edges = np.unique(np.concatenate([self.bar_start, self.bar_stop])) / FPS
        beat_edges = np.unique(np.concatenate([data.beats, self.bar_stop / FPS]))
        self._edges = {"word": word_edges, "bar": bar_edges, "beat": beat_edges}

    def frame_at(self, seconds: float) -> int:
        """The frame that a time lies in, kept inside the song."""
        return min(max(int(np.floor(seconds * FPS + 1e-6)), 0), max(self.frames - 1, 0))

    def word_at(self, seconds: float) -> int | None:
        """The word sung at a time; of words that overlap the later one."""
        i = int(np.searchsorted(self.starts, seconds, side="right")) - 1
        # An earlier word may be longer than the one after it; a few are looked at.
        for k in range(i, max(i - 4, -1), -1):
            if self.starts[k] <= seconds < self.ends[k]:
                return k
        return None

    def words_between(self, start: float, stop: float) -> range:
        """Indices of the words that may be seen between two times."""
        first = max(int(np.searchsorted(self.starts, start, side="right")) - 4, 0)
        return range(first, int(np.searchsorted(self.starts, stop, side="left")))

    def word_frames(self, word: int) -> tuple[int, int]:
        """Frames (start, stop) of a word; by its times where no frame carries it."""
        first, last = int(self.word_first[word]), int(self.word_last[word])
        if last >= first:
            return first, last + 1
        start = self.frame_at(float(self.starts[word]))
        return start, min(max(start + 1, round(float(self.ends[word]) * FPS)), self.frames)

    def bar_at(self, seconds: float) -> int | None:
        """Index of the bar that a time lies in."""
        frame = seconds * FPS + 1e-6
        i = int(np.searchsorted(self.bar_start, frame, side="right")) - 1
        return i if i >= 0 and frame < self.bar_stop[i] else None

    def bar_and_beat(self, seconds: float) -> tuple[int, int] | None:
        """Bar and beat of a time, both from 1, or None outside the bars."""
        bar = self.bar_at(seconds)
        if bar is None:
            return None
        begin = self.bar_start[bar] / FPS
        beats = self.data.beats
        first = int(np.searchsorted(beats, begin - 1e-6, side="left"))
        now = int(np.searchsorted(beats, seconds + 1e-6, side="right"))
        return bar + 1, max(now - first, 1)

    def snapped(self, seconds: float, mode: str) -> float:
        """The nearest edge of a word, beat, bar or frame; the time itself where there is none, or with "off"."""
        if mode == "off":
            return seconds
        edges = self._edges.get(mode)
        if edges is None or not len(edges):
            return round(seconds * FPS) / FPS
        i = int(np.searchsorted(edges, seconds))
        near = edges[max(i - 1, 0) : i + 1]
        return float(near[np.argmin(np.abs(near - seconds))])

    def neighbours(self, word: int) -> tuple[float, float]:
        """Earliest start and latest end that a word may be given without touching its neighbours."""
        before = float(self.ends[word - 1]) if word > 0 else 0.0
        after = float(self.starts[word + 1]) if word + 1 < len(self.starts) else self.seconds
        # Words that overlap already may stay as they are.
        return min(before, float(self.starts[word])), max(after, float(self.ends[word]))
