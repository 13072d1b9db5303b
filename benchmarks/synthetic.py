"""Made-up codes of the size and the shape of real corpora. Nothing is read from disk.

``random_bars``: another code in every frame, the hardest case for whoever wants to skip work. ``song_bars``: codes that
last as words and movements do, a few words sung often and many seldom, some words with a movement of their own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.codes import CodedBars

BARS, SONGS, CODES = 119_691, 1_000, 500
"""The paper's corpus, and the codebooks of its public code."""
TEST_BARS = 8_611
"""Bars with lyrics in the paper's test songs."""
SUNG = 92_723 / 119_691
BARS_A_SONG = 120
WORDS, WORD_FRAMES, DANCE_FRAMES = 3_000, 13, 8

Array = NDArray[Any]


def bar_lengths(bars: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Frames of bars at the tempo of songs: 52 in the mean, 30 to 90."""
    return np.clip(rng.normal(52, 9, bars).round().astype(np.int64), 30, 90)


def offsets_of(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Offsets int64 [bars + 1] of bars of these lengths."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def random_bars(bars: int, seed: int = 0) -> tuple[Array, Array, Array]:
    """Random codes int32 [frames], offsets, and an NPMI table that is 0 for 98 pairs of 100."""
    rng = np.random.default_rng(seed)
    offsets = offsets_of(bar_lengths(bars, rng))
    npmi = (rng.random((CODES, CODES)) < 0.02) * np.clip(rng.normal(0.0, 0.3, (CODES, CODES)), -1.0, 1.0)
    return rng.integers(0, CODES, offsets[-1]).astype(np.int32), offsets, npmi


def song_bars(bars: int, songs: int, seed: int = 0) -> CodedBars:
    """Coded bars of songs: words of 13 frames drawn by Zipf's law, movements of 8, one word in ten tied to a movement.

    The tied words are danced with their movement half of the time. Songs are split 8:1:1; as many bars are sung as in
    the paper. Songs are made one at a time, so that little memory is used beside the result.
    """
    rng = np.random.default_rng(seed)
    code_of = rng.integers(0, CODES, WORDS).astype(np.int32)
    partner = rng.integers(0, CODES, CODES).astype(np.int32)
    lengths = bar_lengths(bars, rng)
    offsets = offsets_of(lengths)
    song = (np.arange(bars) * songs // bars).astype(np.int32)
    lyric, dance = np.empty(offsets[-1], np.int32), np.empty(offsets[-1], np.int32)
    edges = offsets[np.searchsorted(song, np.arange(songs + 1))]
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        frames = last - first
        count = frames // WORD_FRAMES + 1
        words = code_of[rng.zipf(1.3, count) % WORDS]
        lyric[first:last] = np.repeat(words, WORD_FRAMES)[:frames]
        moves = np.repeat(rng.integers(0, CODES, frames // DANCE_FRAMES + 1), DANCE_FRAMES)[:frames]
        tied = np.repeat((words % 10 == 0) & (rng.random(count) < 0.5), WORD_FRAMES)[:frames]
        dance[first:last] = np.where(tied, partner[lyric[first:last]], moves)
    place = song % 10
    split = np.where(place == 8, 1, np.where(place == 9, 2, 0)).astype(np.int8)
    return CodedBars(song, offsets, lyric, dance, CODES, CODES, split, rng.random(bars) < SUNG)


def song_query(codes: CodedBars, frames: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """Lyric codes of a stretch of so many frames from anywhere in the songs."""
    start = int(rng.integers(0, len(codes.lyric) - frames))
    return codes.lyric[start : start + frames].copy()
