"""What the search is measured against: one bar's table after the other.

``one_by_one`` is how libraries for edit distances do it: a numba loop over float32 costs, one row held, the bars shared
out over the same number of threads as the search has. (Whole numbers were slower there.)

``public_program`` does what the C program does that was published with the paper, in our own words: the costs of every
query frame with every frame of the gallery as one float64 matrix, then for each bar, one after the other, the whole
textbook table of float64.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numba
import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.measure import DisagreementError
from core.xmied import Hits, scores_of

Array = NDArray[Any]


@njit(nogil=True, cache=True)
def _one_by_one(cost: Any, query: Any, codes: Any, offsets: Any, first: int, last: int, out: Any) -> None:
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


def costs_of(npmi: Array) -> NDArray[np.float32]:
    """Costs of substitutions as :func:`one_by_one` takes them."""
    return (0.5 - 0.5 * npmi).astype(np.float32)


def one_by_one(cost: Array, query: Array, codes: Array, offsets: Array, threads: int | None = None) -> Array:
    """Distance of the query to each bar, float64 [bars], in float32 arithmetic."""
    threads = threads or numba.get_num_threads()
    out = np.empty(len(offsets) - 1)
    edges = np.linspace(0, len(out), 8 * threads + 1).astype(np.int64)
    with ThreadPoolExecutor(threads) as pool:
        for job in [pool.submit(_one_by_one, cost, query, codes, offsets, a, b, out)
                    for a, b in pairwise(edges)]:
            job.result()
    return out


@njit(nogil=True, cache=True)
def _whole_matrix(npmi: Any, query: Any, codes: Any) -> Any:
    matrix = np.empty((len(query), len(codes)), np.float64)
    for i in range(len(query)):
        for j in range(len(codes)):
            matrix[i, j] = 1.0 - (1.0 + npmi[query[i], codes[j]]) / 2.0
    return matrix


@njit(nogil=True, cache=True)
def _whole_tables(matrix: Any, offsets: Any, out: Any) -> None:
    n = len(matrix)
    for bar in range(len(offsets) - 1):
        start = offsets[bar]
        m = offsets[bar + 1] - start
        table = np.empty((n + 1, m + 1), np.float64)
        for i in range(n + 1):
            table[i, 0] = i
        for j in range(m + 1):
            table[0, j] = j
        for i in range(1, n + 1):
            for j in range(1, m + 1):
                table[i, j] = min(
                    table[i - 1, j] + 1.0, table[i, j - 1] + 1.0, table[i - 1, j - 1] + matrix[i - 1, start + j - 1]
                )
        out[bar] = table[n, m]


def public_program(npmi: Array, query: Array, codes: Array, offsets: Array) -> Array:
    """Distance of the query to each bar, float64 [bars]; takes 8 bytes for each query frame and gallery frame."""
    out = np.empty(len(offsets) - 1)
    _whole_tables(_whole_matrix(npmi, query, codes), offsets, out)
    return out


def best_bars(distances: Array, query: int, lengths: Array, k: int) -> Array:
    """The ``k`` bars of the highest score by numpy, best first."""
    score = scores_of(distances, query, lengths)
    some = np.argpartition(-score, min(k, len(score) - 1))[:k]
    return some[np.argsort(-score[some], kind="stable")]


def check_hits(hits: Hits, distances: Array, query: int, lengths: Array, k: int, tolerance: float) -> None:
    """That ``hits`` are ``k`` best bars by these distances, but for an error of ``tolerance`` a distance.

    Raises
    ------
    DisagreementError
        Where a hit's distance or score is another, or a bar that is better by more than the error is missing.
    """
    score = scores_of(distances, query, lengths)
    longest = np.maximum(np.maximum(lengths, query), 1)
    if len(hits.bar) != min(k, len(lengths)) or len(np.unique(hits.bar)) != len(hits.bar):
        raise DisagreementError(f"{k} different bars wanted, the search gave {len(np.unique(hits.bar))}")
    if np.abs(hits.distance - distances[hits.bar]).max() > tolerance:
        raise DisagreementError("the search and its baseline differ in distances")
    if np.abs(hits.score - score[hits.bar]).max() > (tolerance / longest[hits.bar]).max():
        raise DisagreementError("the search and its baseline differ in scores")
    if (np.diff(hits.score) > 0).any():
        raise DisagreementError("the hits of the search are not in order")
    missed = np.ones(len(lengths), np.bool_)
    missed[hits.bar] = False
    if (score - tolerance / longest)[missed].max(initial=-np.inf) > hits.score[-1]:
        raise DisagreementError("the search missed a bar that its baseline ranks higher")
