"""Coded bars: the two code sequences of every bar, flat. What counting, search and evaluation work on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SPLITS = ("train", "dev", "test")


@dataclass(frozen=True)
class CodedBars:
    """Bars as two aligned code sequences, bar after bar.

    Attributes
    ----------
    song : int32 [bars]
        Index of each bar's song, 0 .. songs - 1.
    offsets : int64 [bars + 1]
        Bar ``i`` holds the frames ``offsets[i]`` to ``offsets[i + 1]`` (exclusive).
    lyric, dance : int32 [frames]
        Codes at 30 frames a second.
    lyric_size, dance_size : int
        Sizes of the codebooks.
    split : int8 [bars]
        Index into :data:`SPLITS`.
    sung : bool [bars]
        Whether any frame of the bar carries a word. Bars without lyrics take part in search, but not in
        the counts or in Table 1.
    """

    song: NDArray[np.int32]
    offsets: NDArray[np.int64]
    lyric: NDArray[np.int32]
    dance: NDArray[np.int32]
    lyric_size: int
    dance_size: int
    split: NDArray[np.int8]
    sung: NDArray[np.bool_]

    def __post_init__(self) -> None:
        bars = len(self.song)
        frames = int(self.offsets[-1]) if len(self.offsets) else 0
        if len(self.offsets) != bars + 1 or len(self.split) != bars or len(self.sung) != bars:
            msg = f"{bars} bars need {bars + 1} offsets, {bars} splits and flags"
            raise ValueError(msg)
        for name, codes, size in (("lyric", self.lyric, self.lyric_size), ("dance", self.dance, self.dance_size)):
            if len(codes) != frames:
                msg = f"{name} codes: {len(codes)}, expected {frames}, one a frame"
                raise ValueError(msg)
            if frames and (int(codes.min()) < 0 or int(codes.max()) >= size):
                msg = f"{name} codes must lie in 0..{size - 1}, got {codes.min()}..{codes.max()}"
                raise ValueError(msg)

    @property
    def bars(self) -> int:
        """Number of bars."""
        return len(self.song)

    @property
    def songs(self) -> int:
        """Number of songs."""
        return int(self.song.max()) + 1 if len(self.song) else 0

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Frames of each bar, int64 [bars]."""
        return np.diff(self.offsets)

    def select(self, bars: NDArray[np.integer] | NDArray[np.bool_]) -> CodedBars:
        """The chosen bars (indices or mask), in that order; song indices are kept."""
        chosen = np.flatnonzero(bars) if bars.dtype == np.bool_ else np.asarray(bars)
        lengths = self.lengths[chosen]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        frames = np.repeat(self.offsets[chosen] - offsets[:-1], lengths) + np.arange(offsets[-1])
        return CodedBars(
            self.song[chosen], offsets, self.lyric[frames], self.dance[frames],
            self.lyric_size, self.dance_size, self.split[chosen], self.sung[chosen],
        )
