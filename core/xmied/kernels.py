"""Compiled loops of XMIED. They check nothing: :mod:`core.xmied.index` and :mod:`core.xmied.alignment` do.

The distance D of the paper is computed as the gain ``S(i, j) = i + j - D(i, j)``, in whole numbers. With a
substitution gaining ``g = 2 - cost``, in [1, 2], the textbook recurrence becomes::

    S(i, 0) = S(0, j) = 0
    S(i, j) = max(S(i - 1, j), S(i, j - 1), S(i - 1, j - 1) + g(query[i - 1], bar[j - 1]))

that is two maxima and one sum a cell, and nothing is ever subtracted.

Bars lie side by side: a block holds :data:`LANES` of them, frame ``j`` of all its bars in a row, so that the innermost
loop runs over bars and compiles to SIMD. A bar shorter than its block is filled up behind its end; its result is read
at its own length, which cells behind it cannot reach.

**The band.** Of a block only the diagonals ``low <= j - i <= high`` are computed. This is exact:

1. A way through the table with ``k`` substitutions gains at most ``best[k]``, the sum of the ``k`` largest of the
   query frames' highest gains. The plain diagonal gains some ``s``. So the best way has at least ``k`` substitutions,
   where ``k`` is the least number with ``best[k] >= s``, and hence at most ``n - k`` deletions (n: query frames).
2. A way to ``(n, m)`` that visits the diagonal ``d = j - i`` has made ``j - (substitutions so far)`` insertions and
   ``i - (substitutions so far)`` deletions there, so ``-d <= deletions``; from there to the end it still has to make
   ``d - (m - n)`` deletions at least. So ``-(n - k) <= d <= (m - n) + (n - k)`` on the best way.
3. Cells outside the band are not written in row ``i`` and hold the gain of an earlier row at the same ``j``, or 0. Both
   are gains of real ways (extended by deletions), never more than the true one. So no result comes out too high, and
   by 2. none comes out too low.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

LANES: Final = 128
DELETE: Final = 1
INSERT: Final = 2


@njit(nogil=True, cache=True)
def block_gains(
    gain: Any, query: Any, best: Any, codes: Any, starts: Any, widths: Any, lengths: Any, first: int, last: int,
    banded: bool, out: Any,
) -> None:
    """Gain of the query against every bar of the blocks ``first`` to ``last`` (exclusive).

    Parameters
    ----------
    gain : int32 or int64 [query codes, bar codes]
        Fixed-point gain of a substitution; contiguous.
    query : int64 [n]
        Rows of ``gain``.
    best : int64 [n + 1]
        See the band, 1.
    codes : uint16 [sum of widths * LANES]
        Bar codes, block after block, within a block frame after frame.
    starts, widths : int64 [blocks]
        Where each block begins in ``codes``, and its frames.
    lengths : int64 [blocks * LANES]
        Frames of each bar.
    banded : bool
        Whether to leave out what the band proves needless.
    out : int64 [blocks * LANES]
        Receives the gains.
    """
    n = len(query)
    widest = 0
    for block in range(first, last):
        widest = max(widest, widths[block])
    table = np.zeros((widest + 1, LANES), gain.dtype)
    profile = np.zeros((widest, LANES), gain.dtype)
    diagonal = np.zeros(LANES, gain.dtype)
    for block in range(first, last):
        width = widths[block]
        bars = codes[starts[block] : starts[block] + width * LANES].reshape(width, LANES)
        base = block * LANES
        low: Any = -n
        high: Any = width
        if banded:
            diagonal[:] = 0
            deletions: Any = 0
            high = 0
            shortest = width
            for lane in range(LANES):
                shortest = min(shortest, lengths[base + lane])
            for i in range(min(n, shortest)):
                row = gain[query[i]]
                for lane in range(LANES):
                    diagonal[lane] += row[bars[i, lane]]
            for lane in range(LANES):
                length = lengths[base + lane]
                for i in range(shortest, min(n, length)):
                    diagonal[lane] += gain[query[i], bars[i, lane]]
                allowed = n - np.searchsorted(best, np.int64(diagonal[lane]))
                deletions = max(deletions, allowed)
                high = max(high, length - n + allowed)
            low = -deletions
        table[: width + 1] = 0
        filled, row_code = 0, -1
        for i in range(n):
            begin, end = max(0, i + low), min(width, i + high + 1)
            if query[i] != row_code:
                row_code, filled = query[i], begin
            row = gain[query[i]]
            # A word lasts many frames: its row of the table is looked up once for all of them.
            for j in range(max(filled, begin), end):
                for lane in range(LANES):
                    profile[j, lane] = row[bars[j, lane]]
            filled = max(filled, end)
            if begin >= end:
                continue
            for lane in range(LANES):
                diagonal[lane] = table[begin, lane]
            for j in range(begin, end):
                for lane in range(LANES):
                    above = table[j + 1, lane]
                    value = max(above, table[j, lane], diagonal[lane] + profile[j, lane])
                    diagonal[lane] = above
                    table[j + 1, lane] = value
        for lane in range(LANES):
            out[base + lane] = table[lengths[base + lane], lane]


@njit(nogil=True, cache=True)
def trace(cost: Any, rows: Any, columns: Any, came: Any) -> float:
    """Edit distance in float64, and how each cell of the table was reached.

    Parameters
    ----------
    cost : float64 [row codes, column codes]
    rows, columns : int64 [n], [m]
    came : uint8 [n + 1, m + 1]
        Receives 0 (substitution), :data:`DELETE` or :data:`INSERT`; a substitution is preferred, then a deletion.

    Returns
    -------
    float
    """
    n, m = len(rows), len(columns)
    line = np.arange(m + 1).astype(np.float64)
    came[0, 1:] = INSERT
    for i in range(n):
        diagonal = line[0]
        line[0] = i + 1.0
        came[i + 1, 0] = DELETE
        for j in range(m):
            above = line[j + 1]
            value = diagonal + cost[rows[i], columns[j]]
            way = 0
            if above + 1.0 < value:
                value, way = above + 1.0, DELETE
            if line[j] + 1.0 < value:
                value, way = line[j] + 1.0, INSERT
            diagonal = above
            line[j + 1] = value
            came[i + 1, j + 1] = way
    return float(line[m])
