"""Counting songs and NPMI for a corpus of the paper's size, in million frames a second.

The baseline gathers sets of songs in a plain Python loop.
"""

from __future__ import annotations

import numpy as np

from benchmarks.measure import Result, best_seconds, show
from core.codes import CodedBars
from core.npmi import count_songs, npmi_table, song_contributions

SONGS, BARS, CODES = 1000, 119_691, 500


def corpus(bars: int = BARS) -> CodedBars:
    """Bars of about 52 frames; words of eight frames, poses of three; three bars of four sung."""
    rng = np.random.default_rng(0)
    lengths = np.clip(rng.normal(52, 9, bars).round().astype(np.int64), 30, 90)
    frames = int(lengths.sum())
    lyric = np.repeat(rng.integers(0, CODES, frames // 8 + 1), 8)[:frames].astype(np.int32)
    dance = np.repeat(rng.integers(0, CODES, frames // 3 + 1), 3)[:frames].astype(np.int32)
    song = np.sort(rng.integers(0, SONGS, bars)).astype(np.int32)
    return CodedBars(song, np.concatenate([[0], np.cumsum(lengths)]), lyric, dance, CODES, CODES,
                     np.zeros(bars, np.int8), rng.random(bars) < 0.75)


def by_sets(codes: CodedBars) -> dict[tuple[int, int], set[int]]:
    """Songs of every pair, by a loop over frames."""
    found: dict[tuple[int, int], set[int]] = {}
    for bar in range(codes.bars):
        if codes.sung[bar]:
            span = slice(codes.offsets[bar], codes.offsets[bar + 1])
            for pair in zip(codes.lyric[span].tolist(), codes.dance[span].tolist(), strict=True):
                found.setdefault(pair, set()).add(int(codes.song[bar]))
    return found


def run() -> list[Result]:
    """The loop, counting, and counting with every song left out once."""
    few, codes = corpus(BARS // 50), corpus()
    slow = len(few.lyric) / best_seconds(lambda: by_sets(few), 1) / 1e6
    quick = len(codes.lyric) / best_seconds(lambda: npmi_table(count_songs(codes)), 3) / 1e6

    def leave_out() -> None:
        counts = count_songs(codes)
        for _, own in song_contributions(codes):
            npmi_table(counts - own)

    tables = SONGS / best_seconds(leave_out, 1)
    unit = "million frames/s"
    return [
        Result("NPMI: sets of songs in a loop", slow, unit),
        Result("NPMI: count_songs and npmi_table", quick, unit, "sets in a loop", quick / slow),
        Result("NPMI: tables with one song left out", tables, "tables/s"),
    ]


if __name__ == "__main__":
    show(run())
