"""XMIED of one query against all bars, in table cells a second.

Cells are those of the whole tables, query frames times bar frames; "band" reaches the same result and leaves most of
them out, so its figure is what a search gains, not what the processor computes. Aim: 4 billion a second on 2 cores.
"""

from __future__ import annotations

import numpy as np

from benchmarks.baselines import costs_of, one_by_one
from benchmarks.measure import DisagreementError, Result, interleaved, rate, ratio, say, show
from benchmarks.synthetic import BARS, CODES, random_bars
from core.xmied import SearchIndex

QUERY, ROUNDS = 52, 5
AIM = 4.0


def run(small: bool = False) -> list[Result]:
    """Baseline and index, for a query of words of eight frames and for one that changes its code in every frame."""
    codes, offsets, npmi = random_bars(BARS // 100 if small else BARS)
    rng = np.random.default_rng(1)
    index, cost = SearchIndex(codes, offsets), costs_of(npmi)
    cells = float(offsets[-1]) * QUERY / 1e9
    results = []
    for name, query in {
        "words of 8 frames": np.repeat(rng.integers(0, CODES, QUERY // 8 + 1), 8)[:QUERY],
        "another code in every frame": rng.integers(0, CODES, QUERY),
    }.items():
        say(f"distances: {name}")
        if np.abs(index.distances(query, npmi) - one_by_one(cost, query, codes, offsets)).max() > 1e-3:
            raise DisagreementError("the index and its baseline differ in distances")
        times = interleaved({
            "one bar at a time": lambda _, query=query: one_by_one(cost, query, codes, offsets),
            "index, all cells": lambda _, query=query: index.distances(query, npmi, banded=False),
            "index, band": lambda _, query=query: index.distances(query, npmi),
        }, ROUNDS)
        base = "one bar at a time"
        results += [
            Result(f"distances, {name}: {way}", rate(times, way, cells), "billion cells/s", base if way != base else "",
                   ratio(times, way, base), at_least=AIM if way == "index, band" and not small else None,
                   seconds=tuple(times[way]))
            for way in times
        ]
    return results


if __name__ == "__main__":
    show(run())
