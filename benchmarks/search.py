"""Search: the best 100 of all bars for a query of 52 frames, in milliseconds.

Rows over all bars stand beside the naive kernel, the index's own kernel with every cell of every table among them; rows
over a tenth of them beside the public program's algorithm, whose matrix of costs for all bars would take 2.6 GB.
Nothing is scaled: both sides of a ratio saw the same bars. Every round asks another query, the same of all.
"""

from __future__ import annotations

import statistics

import numpy as np

from benchmarks.baselines import Array, best_bars, check_hits, costs_of, one_by_one, public_program
from benchmarks.measure import Result, interleaved, ratio, say, show
from benchmarks.synthetic import BARS, CODES, SONGS, random_bars, song_bars, song_query
from core.npmi import count_songs, npmi_table
from core.xmied import SearchIndex

QUERY, TOP, ROUNDS = 52, 100, 9
AIM_MS, AIM_RATIO = 25.0, 12.0


def data_sets(bars: int) -> dict[str, tuple[Array, Array, Array, list[Array]]]:
    """Codes, offsets, NPMI table and queries (one more than there are rounds) of both kinds."""
    rng = np.random.default_rng(1)
    codes, offsets, npmi = random_bars(bars)
    songs = song_bars(bars, max(SONGS * bars // BARS, 2))
    return {
        "random codes": (codes, offsets, npmi, [rng.integers(0, CODES, QUERY) for _ in range(ROUNDS + 1)]),
        "codes that last": (songs.dance, songs.offsets, npmi_table(count_songs(songs)),
                            [song_query(songs, QUERY, rng) for _ in range(ROUNDS + 1)]),
    }


def run(small: bool = False) -> list[Result]:
    """Both kinds of codes, both baselines."""
    bars = BARS // 100 if small else BARS
    results = []
    for name, (codes, offsets, npmi, queries) in data_sets(bars).items():
        say(f"search: {name}")
        results += _whole(name, codes, offsets, npmi, queries, judged=not small)
        tenth = offsets[: bars // 10 + 1]
        results += _tenth(name, codes[: tenth[-1]], tenth, npmi, queries)
    return results


def _whole(
    name: str, codes: Array, offsets: Array, npmi: Array, queries: list[Array], *, judged: bool
) -> list[Result]:
    index, cost, lengths = SearchIndex(codes, offsets), costs_of(npmi), np.diff(offsets)

    def naive(turn: int) -> Array:
        query = queries[turn]
        return best_bars(one_by_one(cost, query, codes, offsets), len(query), lengths, TOP)

    def all_cells(turn: int) -> Array:
        query = queries[turn]
        return best_bars(index.distances(query, npmi, banded=False), len(query), lengths, TOP)

    for query in queries[:2]:
        # Sums of a hundred and more float32 numbers are off by up to some 1e-4.
        check_hits(index.search(query, npmi, TOP), one_by_one(cost, query, codes, offsets), len(query), lengths, TOP,
                   1e-3)
    times = interleaved({
        "naive": naive, "all cells": all_cells, "index": lambda turn: index.search(queries[turn], npmi, TOP),
    }, ROUNDS)
    where = f"search, {name}, {len(lengths):,} bars"
    return [
        Result(f"{where}: one bar at a time", _ms(times["naive"]), "ms a query", seconds=tuple(times["naive"])),
        Result(f"{where}: SIMD across bars, nothing skipped", _ms(times["all cells"]), "ms a query",
               "one bar at a time", ratio(times, "all cells", "naive"), seconds=tuple(times["all cells"])),
        Result(f"{where}: SearchIndex.search", _ms(times["index"]), "ms a query", "one bar at a time",
               ratio(times, "index", "naive"), under=AIM_MS if judged else None,
               ratio_at_least=AIM_RATIO if judged else None, seconds=tuple(times["index"])),
    ]


def _tenth(name: str, codes: Array, offsets: Array, npmi: Array, queries: list[Array]) -> list[Result]:
    index, lengths = SearchIndex(codes, offsets), np.diff(offsets)

    def public(turn: int) -> Array:
        query = queries[turn]
        return best_bars(public_program(npmi, query, codes, offsets), len(query), lengths, TOP)

    query = queries[0]
    check_hits(index.search(query, npmi, TOP), public_program(npmi, query, codes, offsets), len(query), lengths, TOP,
               1e-5)
    times = interleaved({"public": public, "index": lambda turn: index.search(queries[turn], npmi, TOP)}, ROUNDS)
    where = f"search, {name}, {len(lengths):,} bars"
    return [
        Result(f"{where}: algorithm of the public C program", _ms(times["public"]), "ms a query",
               seconds=tuple(times["public"])),
        Result(f"{where}: SearchIndex.search", _ms(times["index"]), "ms a query", "the public program's algorithm",
               ratio(times, "index", "public"), seconds=tuple(times["index"])),
    ]


def _ms(seconds: list[float]) -> float:
    return 1000.0 * statistics.median(seconds)


if __name__ == "__main__":
    show(run())
