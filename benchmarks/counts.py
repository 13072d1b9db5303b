"""Counting songs and NPMI for a corpus of the paper's size, in seconds.

Baselines: sets of songs gathered in a plain Python loop (on a fiftieth of the bars, both sides of the ratio), and
numpy's ``unique`` over the keys of all frames.
"""

from __future__ import annotations

import statistics

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import DisagreementError, Result, interleaved, ratio, say, show
from benchmarks.synthetic import BARS, CODES, SONGS, SUNG, bar_lengths, offsets_of
from core.codes import CodedBars
from core.npmi import count_songs, npmi_table, song_contributions

ROUNDS = 5
AIM_SECONDS = 2.0


def corpus(bars: int = BARS) -> CodedBars:
    """Words of eight frames and poses of three, shorter than in songs: less repeats that counting can pass over."""
    rng = np.random.default_rng(0)
    offsets = offsets_of(bar_lengths(bars, rng))
    frames = int(offsets[-1])
    lyric = np.repeat(rng.integers(0, CODES, frames // 8 + 1), 8)[:frames].astype(np.int32)
    dance = np.repeat(rng.integers(0, CODES, frames // 3 + 1), 3)[:frames].astype(np.int32)
    song = np.sort(rng.integers(0, SONGS, bars)).astype(np.int32)
    return CodedBars(song, offsets, lyric, dance, CODES, CODES, np.zeros(bars, np.int8), rng.random(bars) < SUNG)


def by_sets(codes: CodedBars) -> dict[tuple[int, int], set[int]]:
    """Songs of every pair, by a loop over frames."""
    found: dict[tuple[int, int], set[int]] = {}
    for bar in range(codes.bars):
        if codes.sung[bar]:
            span = slice(codes.offsets[bar], codes.offsets[bar + 1])
            for pair in zip(codes.lyric[span].tolist(), codes.dance[span].tolist(), strict=True):
                found.setdefault(pair, set()).add(int(codes.song[bar]))
    return found


def by_unique(codes: CodedBars) -> NDArray[np.int64]:
    """Songs of every pair, int64 [lyric codes, dance codes], by numpy over all frames at once."""
    frames = np.repeat(codes.sung, codes.lengths)
    song = np.repeat(codes.song, codes.lengths)[frames].astype(np.int64)
    pairs = codes.lyric_size * codes.dance_size
    key = song * pairs + codes.lyric[frames].astype(np.int64) * codes.dance_size + codes.dance[frames]
    return np.bincount(np.unique(key) % pairs, minlength=pairs).reshape(codes.lyric_size, codes.dance_size)


def check(codes: CodedBars) -> None:
    """That both baselines and the counts agree; :class:`DisagreementError` where they do not."""
    pair = count_songs(codes).pair
    sets = np.zeros_like(pair)
    for (lyric, dance), songs in by_sets(codes).items():
        sets[lyric, dance] = len(songs)
    if not np.array_equal(pair, sets) or not np.array_equal(pair, by_unique(codes)):
        raise DisagreementError("the counts and a baseline differ")


def run(small: bool = False) -> list[Result]:
    """Counting beside both baselines, and tables with every song left out once."""
    bars = BARS // 50 if small else BARS
    few, codes = corpus(bars // 50), corpus(bars)
    check(few)
    say("counts: all frames")
    whole = interleaved({"unique": lambda _: by_unique(codes), "counts": lambda _: npmi_table(count_songs(codes))},
                        ROUNDS)
    part = interleaved({"sets": lambda _: by_sets(few), "counts": lambda _: count_songs(few)}, ROUNDS)
    say("counts: one song left out")
    tables = interleaved({"out": lambda _: _leave_out(codes)}, 1, warm=False)
    where, little = f"counts, {len(codes.lyric):,} frames", f"counts, {len(few.lyric):,} frames"
    return [
        Result(f"{where}: numpy.unique of all keys", statistics.median(whole["unique"]), "s",
               seconds=tuple(whole["unique"])),
        Result(f"{where}: count_songs and npmi_table", statistics.median(whole["counts"]), "s", "numpy.unique",
               ratio(whole, "counts", "unique"), under=None if small else AIM_SECONDS,
               seconds=tuple(whole["counts"])),
        Result(f"{little}: sets of songs in a loop", statistics.median(part["sets"]), "s",
               seconds=tuple(part["sets"])),
        Result(f"{little}: count_songs", statistics.median(part["counts"]), "s", "sets in a loop",
               ratio(part, "counts", "sets"), seconds=tuple(part["counts"])),
        Result(f"{where}: NPMI tables without one song", codes.songs / tables["out"][0], "tables/s"),
    ]


def _leave_out(codes: CodedBars) -> None:
    counts = count_songs(codes)
    for _, own in song_contributions(codes):
        npmi_table(counts - own)


if __name__ == "__main__":
    show(run())
