"""Bars out of downbeats, and the word of every frame (paper, section 3.1; what it leaves open is decided here)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.lyrics.words import TimedWord

FPS: Final = 30
PAD: Final = -1
"""Index of frames in which nothing is sung."""
SHORTEST_BAR_SECONDS: Final = 1.0
LONGEST_BAR_SECONDS: Final = 30.0
_LAST_BAR_TO_MEDIAN: Final = 1.5
_FARTHEST: Final = 1e9
# A word may start this many frames late to leave one frame to a word that starts in the same one.
_MOST_DELAY: Final = 2


@dataclass(frozen=True)
class Bar:
    """Frames ``start`` to ``end`` (exclusive), at 30 a second from the start of the motion."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


def cut_bars(downbeats: ArrayLike, n_frames: int, fps: float = FPS) -> list[Bar]:
    """Cut a song at its downbeats.

    Each downbeat goes to its nearest frame. Bars shorter than 1 s are left out, as in the paper. Ours, where the
    paper says nothing: frames before the first downbeat inside the motion belong to no bar; downbeats outside
    the motion do not count; the stretch from the last downbeat to the end of the motion is a bar if it lasts at
    least 1 s and at most 1.5 times the median bar of the song (else it is the silence, or the unmarked rest,
    after the song); a stretch of over 30 s is a hole in the downbeats and no bar.

    Parameters
    ----------
    downbeats : float [n]
        Seconds, in any order; values that are not finite are passed over.
    n_frames : int
        Frames of the motion.
    fps : float

    Returns
    -------
    list of Bar, rising, not overlapping
    """
    seconds = np.asarray(downbeats, dtype=np.float64).ravel()
    frames = np.floor(seconds[np.abs(seconds) < _FARTHEST] * fps + 0.5)
    inside = [int(frame) for frame in np.unique(frames[(frames >= 0) & (frames <= n_frames)])]
    shortest, longest = SHORTEST_BAR_SECONDS * fps, LONGEST_BAR_SECONDS * fps
    bars = [Bar(start, end) for start, end in pairwise(inside) if shortest <= end - start <= longest]
    if bars:
        rest = n_frames - inside[-1]
        most = min(longest, _LAST_BAR_TO_MEDIAN * float(np.median([len(bar) for bar in bars])))
        if shortest <= rest <= most:
            bars.append(Bar(inside[-1], n_frames))
    return bars


def frame_words(
    words: Sequence[TimedWord], n_frames: int, offset_seconds: float = 0.0, fps: float = FPS,
) -> NDArray[np.int32]:
    """The word sung at each frame.

    A word covers the frames from its start to before its end, both rounded to the nearest frame, and at least
    one. Of words that overlap the later wins; where two would start in one frame, the later is moved by one
    frame (at most two), so that the earlier keeps its own.

    Parameters
    ----------
    words : sequence of TimedWord
        Sorted by start.
    n_frames : int
        Frames of the motion.
    offset_seconds : float
        Added to the words' times: where in the motion the lyrics' time 0 lies.
    fps : float

    Returns
    -------
    int32 [n_frames]
        Index into ``words``; -1 where nothing is sung.
    """
    sung = np.full(n_frames, PAD, dtype=np.int32)
    previous = -math.inf
    for i, word in enumerate(words):
        start, end = _frames(word, offset_seconds, fps)
        if end <= 0 or start >= n_frames:
            continue
        start = max(start, 0)
        if previous >= start:
            start = min(int(previous) + 1, start + _MOST_DELAY)
        end = max(end, start + 1)
        sung[start:min(end, n_frames)] = i
        previous = start
    return sung


def words_outside(
    words: Sequence[TimedWord], n_frames: int, offset_seconds: float = 0.0, fps: float = FPS,
) -> int:
    """How many words are sung wholly before or after the motion, and so have no frame."""
    spans = (_frames(word, offset_seconds, fps) for word in words)
    return sum(end <= 0 or start >= n_frames for start, end in spans)


def _frames(word: TimedWord, offset: float, fps: float) -> tuple[int, int]:
    """Frames of a word, [start, end), at least one."""
    start = math.floor((word.start + offset) * fps + 0.5)
    return start, max(start + 1, math.floor((word.end + offset) * fps + 0.5))
