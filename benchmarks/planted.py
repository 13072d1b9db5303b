"""Which systems find the few bars whose dance has to do with their words? Made-up corpora in which the answer is known.

A share of the bars holds a planted pair: a word and a gesture in the same eight frames. All else is drawn without
regard to the other side: words by Zipf's law from the song's own vocabulary, poses from its own repertoire. Every
planted word is also sung as often without its gesture, and every gesture danced as often without its word. All bars
are of one length, so that length says nothing. A pair is planted in about 24 bars of the whole corpus, ten of them in
training songs, whatever the share: a larger share means more pairs, not more evidence for each.

``python -m benchmarks.planted`` prints, for each share, the MRR of all test bars and of those that hold a pair
(inductive, lyrics to dance, ties at their mean rank), with 95 % intervals from a bootstrap over songs. "truth" is a
system that is told the pairs, looks where in the bar they are, and knows nothing else: what can be had. It gives
most bars the same score, so that it alone is reported with ties in random order.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.measure import machine
from core.codes import CodedBars
from core.retrieval.evaluate import evaluated_bars, fit_method, rank_bars
from core.retrieval.features import bar_features
from core.retrieval.protocol import RetrievalData
from core.retrieval.registry import make_method

SHARES = (0.003, 0.01, 0.03, 0.1, 1.0)
SONGS, BARS = 300, 24
TRAIN, DEV = 0.4, 0.1
"""Shares of the songs; the rest is test, larger than usual: at 0.3 % few planted bars are left to judge by."""
SLOTS, SLOT = 6, 8
"""Words of a bar, and frames of a word; a pose lasts half as long."""
WORDS, POSES = 300, 60
SONG_WORDS, SONG_POSES = 40, 20
WIDTH, NOISE = 32, 0.3
"""Numbers a frame of either modality; spread of the noise on each number of the dance, a pose's own being 1."""
PER_PAIR = 24
DIRECTION = "lyrics-to-dance"
RESAMPLES = 2000


@dataclass(frozen=True)
class Planted:
    """A made-up corpus and its answer key.

    Attributes
    ----------
    data : RetrievalData
    pairs : int
    holds : bool [bars]
        Whether a planted pair lies in the bar.
    """

    data: RetrievalData
    pairs: int
    holds: NDArray[np.bool_]


def corpus(share: float, seed: int, songs: int = SONGS, per_pair: int = PER_PAIR) -> Planted:
    """A corpus in which this share of the bars holds a planted pair, each pair lying in about ``per_pair`` bars."""
    rng = np.random.default_rng([seed, round(share * 1e6)])
    bars = songs * BARS
    song = np.repeat(np.arange(songs), BARS).astype(np.int32)
    count = round(share * bars)
    pairs = max(round(count / per_pair), 1)
    lyric, dance = background(songs, rng)

    lyric_free, dance_free = np.ones((2, bars, SLOTS), np.bool_)

    def put(bar: int, pair: int, sung: bool, danced: bool) -> None:
        free = np.flatnonzero((lyric_free[bar] | (not sung)) & (dance_free[bar] | (not danced)))
        if not len(free):
            return
        slot = int(rng.choice(free))
        if sung:
            lyric[bar, slot], lyric_free[bar, slot] = WORDS + pair, False
        if danced:
            dance[bar, 2 * slot : 2 * slot + 2], dance_free[bar, slot] = POSES + pair, False

    held = np.zeros(bars, np.bool_)
    for i, bar in enumerate(rng.permutation(bars)[:count].tolist()):
        put(bar, i % pairs, True, True)
        held[bar] = True
    for sung in (True, False):
        for i, bar in enumerate(rng.permutation(bars)[:count].tolist()):
            put(bar, i % pairs, sung, not sung)

    lyric_frames, dance_frames = np.repeat(lyric, SLOT, axis=1), np.repeat(dance, SLOT // 2, axis=1)
    length = SLOTS * SLOT
    split = np.digitize(song, [round(TRAIN * songs), round((TRAIN + DEV) * songs)]).astype(np.int8)
    codes = CodedBars(
        song, np.arange(bars + 1, dtype=np.int64) * length, lyric_frames.reshape(-1).astype(np.int32),
        dance_frames.reshape(-1).astype(np.int32), WORDS + pairs, POSES + pairs, split, np.ones(bars, np.bool_),
    )
    words, poses = rng.normal(size=(WORDS + pairs, WIDTH)), rng.normal(size=(POSES + pairs, WIDTH))
    lyrics = bar_features(((words[frames], None) for frames in lyric_frames), bars, WIDTH)
    moved = bar_features(((poses[frames] + NOISE * rng.normal(size=(length, WIDTH)), None) for frames in dance_frames),
                         bars, WIDTH)
    return Planted(RetrievalData(codes, lyrics, moved), pairs, held)


def background(songs: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Word codes [bars, SLOTS] and pose codes [bars, 2 SLOTS] that have nothing to do with each other."""
    common = 1.0 / np.arange(1, WORDS + 1)
    lyric, dance = [], []
    for _ in range(songs):
        own = rng.choice(WORDS, SONG_WORDS, replace=False, p=common / common.sum())
        lyric.append(rng.choice(own, (BARS, SLOTS), p=common[own] / common[own].sum()))
        dance.append(rng.choice(rng.choice(POSES, SONG_POSES, replace=False), (BARS, 2 * SLOTS)))
    return np.concatenate(lyric), np.concatenate(dance)


def truth(made: Planted, bars: NDArray[np.int64]) -> NDArray[np.float64]:
    """Expected reciprocal ranks of who counts the frames in which a gesture answers its word."""
    codes = made.data.codes.select(bars)
    bar = np.repeat(np.arange(len(bars)), codes.lengths)
    frame = np.arange(len(bar)) % int(codes.lengths[0])
    sides = []
    for flat, first in ((codes.lyric, WORDS), (codes.dance, POSES)):
        at = np.flatnonzero(flat >= first)
        column = frame[at] * made.pairs + flat[at] - first
        size = len(bars), int(codes.lengths[0]) * made.pairs
        sides.append(csr_array((np.ones(len(at)), (bar[at], column)), shape=size))
    scores = (sides[0] @ sides[1].T).toarray()
    own = np.diagonal(scores)[:, None]
    better, equal = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    harmonic = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, len(bars) + 1))])
    return (harmonic[better + equal] - harmonic[better]) / equal


def interval(values: NDArray[np.float64], song: NDArray[np.int32], seed: int = 0) -> tuple[float, float, float]:
    """Mean over bars, and the 95 % interval of a bootstrap over songs."""
    _, place = np.unique(song, return_inverse=True)
    sums, counts = np.bincount(place, values), np.bincount(place)
    drawn = np.random.default_rng(seed).integers(len(sums), size=(RESAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return float(values.mean()), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def chance(queries: int, gallery: int, seed: int = 0) -> tuple[float, float, float]:
    """Expected MRR of a random order, and the interval in which 95 % of such orders lie."""
    ranks = np.random.default_rng(seed).integers(1, gallery + 1, size=(RESAMPLES, queries))
    found = (1.0 / ranks).mean(axis=1)
    expected = float((1.0 / np.arange(1, gallery + 1)).mean())
    return expected, float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


def sweep(share: float, systems: list[str], seed: int, songs: int, per_pair: int) -> None:
    """Print the lines of one share."""
    made = corpus(share, seed, songs, per_pair)
    data = made.data
    bars = evaluated_bars(data.codes, "test")
    song, held = data.codes.song[bars], made.holds[bars]
    print(f"\n{share:.1%} of bars, {made.pairs} pairs, {int(made.holds[data.codes.split == 0].sum())} planted bars in "
          f"train; {len(bars)} test bars, {int(held.sum())} of them planted")
    found = {"truth": (truth(made, bars), 0.0)}
    for name in systems:
        start = time.perf_counter()
        method = make_method(name, seed)
        fit_method(method, data, bars, "inductive")
        ranks = rank_bars(method, data, bars, "inductive", DIRECTION)["all"].ranks("average")
        found[name] = 1.0 / ranks, time.perf_counter() - start
    for name, (values, seconds) in found.items():
        line(name, interval(values, song), interval(values[held], song[held]), f"{seconds:6.1f} s")
    line("random", chance(len(bars), len(bars)), chance(int(held.sum()), len(bars)))
    if {"xmied", "contrastive"} <= found.keys():
        apart = found["xmied"][0] - found["contrastive"][0]
        line("xmied less contrastive", interval(apart, song), interval(apart[held], song[held]))


def line(name: str, every: tuple[float, float, float], held: tuple[float, float, float], end: str = "") -> None:
    """One row of the table."""
    columns = [f"{mean:8.4f} [{low:7.4f}, {high:7.4f}]" for mean, low, high in (every, held)]
    print(f"  {name:<24}{columns[0]}   planted {columns[1]}  {end}", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--songs", type=int, default=SONGS)
    parser.add_argument("--per-pair", type=int, default=PER_PAIR)
    parser.add_argument("--shares", type=float, nargs="+", default=SHARES)
    parser.add_argument("--systems", nargs="+", default=["xmied", "contrastive", "cca"])
    given = parser.parse_args()
    print(machine())
    print(f"{given.songs} songs of {BARS} bars of {SLOTS * SLOT} frames, seed {given.seed}; MRR and 95 % interval")
    start = time.perf_counter()
    for share in given.shares:
        sweep(share, given.systems, given.seed, given.songs, given.per_pair)
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
