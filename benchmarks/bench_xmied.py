"""XMIED of one query against all bars, in table cells a second.

Cells are those of the whole tables, query frames times bar frames; "band" reaches the same result and leaves most of
them out, so its figure is what a search gains, not what the processor computes. Target: 4 billion a second on 2 cores.

The baseline fills one bar's table after the other, as libraries for edit distances do: a numba loop over float32 costs,
one row held, the bars shared out over the same number of threads. (Whole numbers were slower there.)
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
from numba import njit

from benchmarks.measure import Result, best_seconds, show
from core.xmied import SearchIndex

BARS = 119_691
QUERY = 52
CODES = 500


@njit(nogil=True, cache=True)
def one_by_one(cost: Any, query: Any, codes: Any, offsets: Any, first: int, last: int, out: Any) -> None:
    """Edit distance of the query to each of some bars, one table at a time."""
    longest = 0
    for bar in range(first, last):
        longest = max(longest, offsets[bar + 1] - offsets[bar])
    line = np.empty(longest + 1, np.float32)
    one = np.float32(1.0)
    for bar in range(first, last):
        m = offsets[bar + 1] - offsets[bar]
        for j in range(m + 1):
            line[j] = j
        for i in range(len(query)):
            row = cost[query[i]]
            diagonal = line[0]
            left = np.float32(i + 1)
            line[0] = left
            for j in range(m):
                above = line[j + 1]
                # In this order each cell waits for its left neighbour through one sum and one minimum only.
                rest = min(above + one, diagonal + row[codes[offsets[bar] + j]])
                left = min(left + one, rest)
                diagonal = above
                line[j + 1] = left
        out[bar] = line[m]


def corpus(seed: int = 0) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """As many bars as the paper has, of about 52 frames, random codes, and NPMI that is 0 for 98 pairs of 100."""
    rng = np.random.default_rng(seed)
    lengths = np.clip(rng.normal(52, 9, BARS).round().astype(np.int64), 30, 90)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    table = (rng.random((CODES, CODES)) < 0.02) * np.clip(rng.normal(0.0, 0.3, (CODES, CODES)), -1.0, 1.0)
    return rng.integers(0, CODES, offsets[-1]).astype(np.int32), offsets, table


def run() -> list[Result]:
    """Baseline and search, for a query of words of eight frames and for one that changes its code in every frame."""
    codes, offsets, table = corpus()
    threads = numba.get_num_threads()
    rng = np.random.default_rng(1)
    index = SearchIndex(codes, offsets)
    cost = (0.5 - 0.5 * table).astype(np.float32)
    edges = np.linspace(0, BARS, 8 * threads + 1).astype(np.int64)
    cells = float(offsets[-1]) * QUERY / 1e9
    results = []
    queries = {
        "words of 8 frames": np.repeat(rng.integers(0, CODES, QUERY // 8 + 1), 8)[:QUERY],
        "another code in every frame": rng.integers(0, CODES, QUERY),
    }
    for name, query in queries.items():
        slowly = np.empty(BARS)

        def baseline(query: Any = query, slowly: Any = slowly) -> None:
            def share(first: int, last: int) -> None:
                one_by_one(cost, query, codes, offsets, first, last, slowly)

            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(share, edges[:-1], edges[1:]))

        slow = cells / best_seconds(baseline, 3)
        full = cells / best_seconds(lambda query=query: index.distances(query, table, banded=False))  # type: ignore[misc]
        band = cells / best_seconds(lambda query=query: index.distances(query, table))  # type: ignore[misc]
        if np.abs(index.distances(query, table) - slowly).max() > 1e-3:
            message = "the index and the baseline disagree"
            raise RuntimeError(message)
        unit = "billion cells/s"
        results += [
            Result(f"XMIED, {name}: one bar at a time", slow, unit),
            Result(f"XMIED, {name}: index, all cells", full, unit, "one bar at a time", full / slow),
            Result(f"XMIED, {name}: index, band", band, unit, "one bar at a time", band / slow),
        ]
    return results


if __name__ == "__main__":
    show(run())
