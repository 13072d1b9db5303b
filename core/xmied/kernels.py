"""Compiled loops of XMIED. They check nothing: :mod:`core.xmied.index` and :mod:`core.xmied.alignment` do.

The distance D of the paper is computed as the gain ``S(i, j) = i + j - D(i, j)``, in whole numbers. With a
substitution gaining ``g = 2 - cost``, in [1, 2], the textbook recurrence becomes::

    S(i, 0) = S(0, j) = 0
    S(i, j) = max(S(i - 1, j), S(i, j - 1), S(i - 1, j - 1) + g(query[i - 1], bar[j - 1]))

that is two maxima and one sum a cell, and nothing is ever subtracted.

Bars lie side by side: a block holds :data:`LANES` of them, frame ``j`` of all its bars in a row, so that the innermost
loop runs over bars and compiles to SIMD. A bar shorter than its block is filled up behind its end; its result is read
at its own length, which cells behind it cannot reach.

**Bounds of a gain.** Two sums over a bar's frames say within what limits its gain lies (n query frames, m bar frames):

1. The plain diagonal, frame ``j`` of the one against frame ``j`` of the other, is a real way. So ``S >= plain``.
2. No frame ``y`` of the bar gains more than ``highest[y]``, its best gain with any frame of the query, and never less
   than ``lowest``, the least of these over all codes. A way with ``t`` insertions leaves ``t`` frames of the bar out
   and gains at most ``most - t * lowest``, where ``most`` sums ``highest`` over the bar; and ``t >= m - n``.
3. A way with ``k`` substitutions gains at most ``best[k]``, the sum of the ``k`` largest of the query frames' highest
   gains; and ``k <= min(n, m)``.
4. A way with at most ``WINDOW`` insertions and deletions more than the lengths demand meets, at frame ``j`` of the bar,
   only query frames from ``j - max(m - n, 0) - WINDOW`` to ``j + max(n - m, 0) + WINDOW``, as 2. of the band shows. Of
   these few words the highest gain is often far lower than of all. It gains at most their sum over the bar, less, for
   each of the ``max(m - n, 0)`` frames that it has to leave out, the least of the summands. All other ways have 2. with
   ``t > WINDOW + max(m - n, 0)``. This is for search alone, which looks at most bars once.

**The band.** Of a block only the diagonals ``low <= j - i <= high`` are computed. This is exact:

1. By 2. above the best way has at most ``(most - plain) / lowest`` insertions, and by 3. at most ``n - k`` deletions,
   where ``k`` is the least number with ``best[k] >= plain``. On any way, insertions less deletions are ``m - n``, so
   either limit is one of the other too.
2. A way to ``(n, m)`` that visits the diagonal ``d = j - i`` has made ``j - (substitutions so far)`` insertions and
   ``i - (substitutions so far)`` deletions there, so ``-d <= deletions``; and ``d <= insertions``.
3. Cells outside the band are not written in row ``i`` and hold the gain of an earlier row at the same ``j``, or 0. Both
   are gains of real ways (extended by deletions), never more than the true one. So no result comes out too high, and
   by 2. none comes out too low.

Of bars as long as the query that have nothing to win by an insertion, only the plain diagonal is left.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

LANES: Final = 128
WINDOW: Final = 4
DELETE: Final = 1
INSERT: Final = 2


@njit(nogil=True, cache=True)
def pack(flat: Any, offsets: Any, order: Any, starts: Any, widths: Any, codes: Any) -> None:
    """Lay bars side by side, block after block.

    Parameters
    ----------
    flat : uint16 [frames]
        Codes of the bars, bar after bar.
    offsets : int64 [bars + 1]
    order : int64 [blocks * LANES]
        Which bar each lane holds.
    starts, widths : int64 [blocks]
        Where each block begins in ``codes``, and its frames.
    codes : uint16 [sum of widths * LANES]
        Receives the codes; 0 behind the end of a bar.
    """
    for block in range(len(widths)):
        rows = codes[starts[block] : starts[block] + widths[block] * LANES].reshape(widths[block], LANES)
        for lane in range(LANES):
            bar = order[block * LANES + lane]
            begin, length = offsets[bar], offsets[bar + 1] - offsets[bar]
            for j in range(widths[block]):
                rows[j, lane] = flat[begin + j] if j < length else 0


@njit(nogil=True, cache=True)
def _sums(gain: Any, query: Any, highest: Any, bars: Any, lengths: Any, plain: Any, most: Any) -> None:
    """The sums of "Bounds of a gain" of each lane of a block: ``bars`` [width, LANES], ``lengths`` [LANES]."""
    n, shortest = len(query), len(bars)
    for lane in range(LANES):
        shortest = min(shortest, lengths[lane])
    plain[:] = 0
    most[:] = 0
    for j in range(min(n, shortest)):
        row = gain[query[j]]
        for lane in range(LANES):
            plain[lane] += row[bars[j, lane]]
    for j in range(shortest):
        for lane in range(LANES):
            most[lane] += highest[bars[j, lane]]
    for lane in range(LANES):
        for j in range(shortest, lengths[lane]):
            if j < n:
                plain[lane] += gain[query[j], bars[j, lane]]
            most[lane] += highest[bars[j, lane]]


@njit(nogil=True, cache=True)
def block_bounds(
    gain: Any, query: Any, best: Any, highest: Any, lowest: Any, codes: Any, starts: Any, widths: Any, lengths: Any,
    first: int, last: int, windows: bool, least: Any, most: Any,
) -> None:
    """Limits of the gain of the query against every bar of the blocks ``first`` to ``last`` (exclusive).

    Parameters
    ----------
    gain, query, best, highest, lowest, codes, starts, widths, lengths, first, last
        See :func:`block_gains`.
    windows : bool
        Whether to look at the query frames near each frame as well ("Bounds of a gain", 4.), which pays where there are
        many bars of a length.
    least, most : int64 [blocks * LANES]
        Receive the limits.
    """
    n = len(query)
    widest = 0
    for block in range(first, last if windows else first):
        widest = max(widest, widths[block])
    reach = np.zeros((widest, len(highest)), gain.dtype)
    built_shortest, built_longest = -1, -1
    near, worst = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)
    for block in range(first, last):
        bars = codes[starts[block] : starts[block] + widths[block] * LANES].reshape(widths[block], LANES)
        base = block * LANES
        own = slice(base, base + LANES)
        _sums(gain, query, highest, bars, lengths[own], least[own], most[own])
        shortest, longest = lengths[base], lengths[base]
        for lane in range(base, base + LANES):
            shortest, longest = min(shortest, lengths[lane]), max(longest, lengths[lane])
        near_too = windows and n > 0
        if near_too and (shortest != built_shortest or longest != built_longest):
            _reaches(gain, query, shortest, longest, reach)
            built_shortest, built_longest = shortest, longest
        near[:] = 0
        worst[:] = np.int64(2) ** 62
        for j in range(shortest if near_too else 0):
            row = reach[j]
            for lane in range(LANES):
                value = row[bars[j, lane]]
                near[lane] += value
                worst[lane] = min(worst[lane], value)
        for lane in range(LANES):
            length = lengths[base + lane]
            for j in range(shortest, length if near_too else 0):
                value = reach[j, bars[j, lane]]
                near[lane] += value
                worst[lane] = min(worst[lane], value)
            surplus = max(length - n, 0)
            limit = most[base + lane] - surplus * lowest
            if near_too and length > 0:
                limit = min(limit, max(near[lane] - surplus * worst[lane], limit - (WINDOW + 1) * lowest))
            # (An empty query has no highest gains, and every way gains nothing.)
            most[base + lane] = max(min(limit, best[min(n, length)]), least[base + lane])


@njit(nogil=True, cache=True)
def _reaches(gain: Any, query: Any, shortest: int, longest: int, reach: Any) -> None:
    """Highest gain of every code at every bar frame, of bars of some lengths; see "Bounds of a gain", 4."""
    n, columns = len(query), reach.shape[1]
    before, after = max(longest - n, 0) + WINDOW, max(n - shortest, 0) + WINDOW
    for j in range(longest):
        begin, end = max(j - before, 0), min(j + after, n - 1)
        row = gain[query[begin]]
        for code in range(columns):
            reach[j, code] = row[code]
        for i in range(begin + 1, end + 1):
            if query[i] != query[i - 1]:
                row = gain[query[i]]
                for code in range(columns):
                    reach[j, code] = max(reach[j, code], row[code])


@njit(nogil=True, cache=True)
def _block(
    gain: Any, query: Any, best: Any, highest: Any, lowest: Any, bars: Any, lengths: Any, banded: bool, table: Any,
    profile: Any, diagonal: Any, plain: Any, most: Any, out: Any,
) -> None:
    """Gains of the lanes of one block; the arrays behind ``banded`` are room to work in."""
    n, width = len(query), len(bars)
    low: Any = -n
    high: Any = width
    if banded:
        _sums(gain, query, highest, bars, lengths, plain, most)
        low, high = 0, 0
        for lane in range(LANES):
            longer = lengths[lane] - n
            insertions = (most[lane] - plain[lane]) // lowest
            deletions = min(insertions - longer, n - np.searchsorted(best, plain[lane]))
            # Rounding of the quotient cannot take away what the lengths demand.
            deletions = max(deletions, -longer, 0)
            low = min(low, -deletions)
            high = max(high, longer + deletions)
        if low == 0 and high == 0:
            # All as long as the query (or filled up with copies of such), and nothing to win off the diagonal.
            out[:] = plain
            return
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
        out[lane] = table[lengths[lane], lane]


@njit(nogil=True, cache=True)
def block_gains(
    gain: Any, query: Any, best: Any, highest: Any, lowest: Any, codes: Any, starts: Any, widths: Any, lengths: Any,
    first: int, last: int, banded: bool, out: Any,
) -> None:
    """Gain of the query against every bar of the blocks ``first`` to ``last`` (exclusive).

    Parameters
    ----------
    gain : int32 or int64 [query codes, bar codes]
        Fixed-point gain of a substitution; contiguous.
    query : int64 [n]
        Rows of ``gain``.
    best : int64 [n + 1]
        See "Bounds of a gain", 3.
    highest : int32 or int64 [bar codes]
    lowest : int
        At least 1; for both see "Bounds of a gain", 2.
    codes : uint16 [sum of widths * LANES]
        Bar codes as :func:`pack` lays them.
    starts, widths : int64 [blocks]
        Where each block begins in ``codes``, and its frames.
    lengths : int64 [blocks * LANES]
        Frames of each bar.
    banded : bool
        Whether to leave out what the band proves needless.
    out : int64 [blocks * LANES]
        Receives the gains.
    """
    widest = 0
    for block in range(first, last):
        widest = max(widest, widths[block])
    table = np.zeros((widest + 1, LANES), gain.dtype)
    profile = np.zeros((widest, LANES), gain.dtype)
    diagonal = np.zeros(LANES, gain.dtype)
    plain, most = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)
    for block in range(first, last):
        bars = codes[starts[block] : starts[block] + widths[block] * LANES].reshape(widths[block], LANES)
        own = slice(block * LANES, (block + 1) * LANES)
        _block(gain, query, best, highest, lowest, bars, lengths[own], banded, table, profile, diagonal, plain, most,
               out[own])


@njit(nogil=True, cache=True)
def listed_gains(
    gain: Any, query: Any, best: Any, highest: Any, lowest: Any, codes: Any, starts: Any,
    widths: Any,  # noqa: ARG001 - all kernels take the same first
    lengths: Any, chosen: Any, out: Any,
) -> None:
    """Gain of the query against some of the bars.

    Parameters
    ----------
    gain, query, best, highest, lowest, codes, starts, widths, lengths
        See :func:`block_gains`.
    chosen : int64 [bars]
        Lanes, by length: the nearer their lengths, the narrower the band.
    out : int64 [bars]
        Receives the gains.
    """
    widest = 0
    for lane in chosen:
        widest = max(widest, lengths[lane])
    bars = np.zeros((widest, LANES), codes.dtype)
    table = np.zeros((widest + 1, LANES), gain.dtype)
    profile = np.zeros((widest, LANES), gain.dtype)
    diagonal = np.zeros(LANES, gain.dtype)
    plain, most, found = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)
    own = np.zeros(LANES, np.int64)
    for first in range(0, len(chosen), LANES):
        width = 0
        for lane in range(LANES):
            # Lanes left over repeat the last bar.
            bar = chosen[min(first + lane, len(chosen) - 1)]
            own[lane] = lengths[bar]
            width = max(width, own[lane])
            at = starts[bar // LANES] + bar % LANES
            for j in range(own[lane]):
                bars[j, lane] = codes[at + j * LANES]
        _block(gain, query, best, highest, lowest, bars[:width], own, True, table, profile, diagonal, plain, most,
               found)
        for lane in range(min(LANES, len(chosen) - first)):
            out[first + lane] = found[lane]


@njit(nogil=True, cache=True)
def contested_gains(
    gain: Any, query: Any, best: Any, highest: Any, lowest: Any, codes: Any, starts: Any, widths: Any, lengths: Any,
    right: int, unit: float, out: Any,
) -> None:
    """Gain of the query against every bar that may score as high as one of them.

    Parameters
    ----------
    gain, query, best, highest, lowest, codes, starts, widths, lengths
        See :func:`block_gains`.
    right : int
        Lane of that bar.
    unit : float
        What a gain of 1 in ``gain`` is worth in frames.
    out : int64 [blocks * LANES]
        Receives the gains; an upper limit of the gain for a bar whose score cannot reach that of ``right``.
    """
    n = len(query)
    least = np.zeros(len(out), np.int64)
    block_bounds(gain, query, best, highest, lowest, codes, starts, widths, lengths, 0, len(widths), False, least, out)
    own, reached = np.full(1, right, np.int64), np.zeros(1, np.int64)
    listed_gains(gain, query, best, highest, lowest, codes, starts, widths, lengths, own, reached)
    # Scores differ by far more than this, or are the same sum in another order of rounding.
    score = 1.0 - (n + lengths[right] - reached[0] * unit) / max(n, lengths[right], 1) - 1e-9
    count = 0
    for lane in range(len(out)):
        if 1.0 - (n + lengths[lane] - out[lane] * unit) / max(n, lengths[lane], 1) >= score:
            # No longer needed below the bounds; it holds the lanes to be looked at now.
            least[count] = lane
            count += 1
    chosen, found = least[:count], np.zeros(count, np.int64)
    listed_gains(gain, query, best, highest, lowest, codes, starts, widths, lengths, chosen, found)
    for i in range(count):
        out[chosen[i]] = found[i]


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
