"""Compiled loops of the exact distribution under the exchange; they check nothing.

They are in one file because numba's cache does not notice a change of a function in another one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def meetings(
    lyric: Any, dance: Any, offsets: Any, bars: Any, edges: Any, block: Any, number: int, blocks: int, cell: int,
    dance_size: int, low: int, high: int, wanted: Any, stamp: Any, tag: int, tally: Any, out: Any, filled: int,
) -> int:
    """Every (pair, song, lender) of a block that share a frame, once each; returns how many keys are in ``out``.

    Parameters
    ----------
    lyric, dance : int32 [frames]
    offsets : int64 [all bars + 1]
        Frames of each bar.
    bars, edges : int64 [bars], [songs + 1]
        Of :class:`core.significance.exchange.Exchange`, whose :meth:`exchanged` lays dances out in the same way.
    block : int64 [n]
        Songs of the block.
    number, blocks, cell : int
        Which block of how many, and the most songs of a block: parts of the keys, which are
        ``((pair - low * dance_size) * blocks + number) * cell**2 + song in the block * cell + lender in the block``.
    low, high : int
        Only lyric codes ``low`` to ``high`` (exclusive).
    wanted : bool [pairs]
        Pairs that matter.
    stamp : int64 [(high - low) * dance_size]
        Scratch; holds no tag after ``tag``.
    tag : int
        Counts up over the calls, by n * n each.
    tally : int64 [lyric codes]
        Keys of each lyric code, added to.
    out : int64 [any]
        Keys from place ``filled`` on. Empty: they are only tallied.
    """
    keep = len(out) > 0
    for a in range(len(block)):
        song = block[a]
        for b in range(len(block)):
            tag += 1
            first = edges[block[b]]
            there = edges[block[b] + 1] - first
            for k in range(edges[song + 1] - edges[song]):
                bar = bars[edges[song] + k]
                other = bars[first + k % there]
                start, length = offsets[bar], offsets[bar + 1] - offsets[bar]
                begin, lent = offsets[other], offsets[other + 1] - offsets[other]
                for r in range(length):
                    x = lyric[start + r]
                    if x < low or x >= high:
                        continue
                    y = dance[begin + (2 * r + 1) * lent // (2 * length)]
                    if not wanted[x * dance_size + y]:
                        continue
                    local = (x - low) * dance_size + y
                    if stamp[local] == tag:
                        continue
                    stamp[local] = tag
                    tally[x] += 1
                    if keep:
                        out[filled] = (local * blocks + number) * cell * cell + a * cell + b
                        filled += 1
    return filled


@njit(nogil=True, cache=True)
def _bits(mask: int) -> int:
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


@njit(nogil=True, cache=True)
def _transposed(rows: Any, n: int, out: Any) -> None:
    for c in range(n):
        out[c] = 0
        for r in range(n):
            if rows[r] >> c & 1:
                out[c] |= 1 << r


@njit(nogil=True, cache=True)
def _used(rows: Any, n: int) -> tuple[int, int]:
    """How many rows, and how many columns, hold anything."""
    union, count = 0, 0
    for r in range(n):
        if rows[r]:
            count += 1
            union |= rows[r]
    return count, _bits(union)


@njit(nogil=True, cache=True)
def _rooks(rows: Any, n: int, ways: Any, table: Any) -> int:
    """``ways[k]``: ways to choose k cells of the board, no two in one row or column; returns the largest k."""
    union = 0
    for r in range(n):
        union |= rows[r]
    # The columns that hold anything are numbered through, so that the table is no larger than it must be.
    place = np.zeros(n, np.int64)
    width = 0
    for c in range(n):
        if union >> c & 1:
            place[c] = width
            width += 1
    size = 1 << width
    table[:size] = 0
    table[0] = 1
    reached = 0
    for r in range(n):
        if not rows[r]:
            continue
        packed = 0
        for c in range(n):
            if rows[r] >> c & 1:
                packed |= 1 << place[c]
        reached |= packed
        # From the largest set of columns down: what a row adds goes to larger sets, which are done already.
        for mask in range(size - 1, -1, -1):
            if table[mask] == 0:
                continue
            free = packed & ~mask
            while free:
                bit = free & -free
                table[mask | bit] += table[mask]
                free ^= bit
    ways[: n + 1] = 0
    most = 0
    for mask in range(size):
        if table[mask]:
            k = _bits(mask)
            ways[k] += table[mask]
            most = max(most, k)
    return most


@njit(nogil=True, cache=True)
def hits(rows: Any, n: int, factorial: Any, choose: Any, ways: Any, table: Any, other: Any, out: Any) -> int:
    """Distribution of the cells of a board that a random permutation meets; returns the largest number met.

    Riordan's hit numbers: with ``r[j]`` ways to put j rooks on the board's cells that do not attack each other, k
    cells are met by ``sum over j of (-1)**(j - k) C(j, k) r[j] (n - j)!`` of the n! permutations. All whole numbers.

    Parameters
    ----------
    rows : int64 [n]
        The board, a bit a cell.
    n : int
        Up to 12, for which everything fits.
    factorial, choose : int64 [n + 1], int64 [n + 1, n + 1]
    ways, table, other : int64 [n + 1], [2**n], [n]
        Scratch.
    out : float64 [n + 1]
        Probability of each number.
    """
    used, columns = _used(rows, n)
    full = (1 << n) - 1
    for r in range(n):
        other[r] = full & ~rows[r]
    unused, free = _used(other, n)
    # Meeting k cells is missing n - k: the emptier of the two boards is worked on, its shorter side across.
    flipped = min(unused, free) < min(used, columns)
    if flipped:
        used, columns = unused, free
    board = other if flipped else rows
    if columns > used:
        turned = np.zeros(n, np.int64)
        _transposed(board, n, turned)
        board = turned
    most = _rooks(board, n, ways, table)
    out[: n + 1] = 0.0
    for k in range(most + 1):
        number, sign = 0, 1
        for j in range(k, most + 1):
            number += sign * choose[j, k] * ways[j] * factorial[n - j]
            sign = -sign
        out[n - k if flipped else k] = number / factorial[n]
    top = n
    while top > 0 and out[top] == 0.0:
        top -= 1
    return top


@njit(nogil=True, cache=True)
def _board(keys: Any, at: int, stop: int, cell: int, n: int, rows: Any) -> int:
    """Fill the board that begins at key ``at``; returns where the next one does."""
    rows[:n] = 0
    cells = cell * cell
    head = keys[at] // cells
    while at < stop and keys[at] // cells == head:
        inside = keys[at] % cells
        rows[inside // cell] |= 1 << (inside % cell)
        at += 1
    return at


@njit(nogil=True, cache=True)
def reaches(keys: Any, starts: Any, cell: int, sizes: Any, out: Any) -> None:
    """A bound on the songs in which each pair can meet: of every block the rows or the columns used, if fewer.

    Parameters
    ----------
    keys : int64 [any]
        Of :func:`meetings`, rising.
    starts : int64 [pairs + 1]
        Where each pair's keys begin.
    cell : int
    sizes : int64 [blocks]
        Songs of each block.
    out : int64 [pairs]
    """
    rows = np.zeros(cell, np.int64)
    for i in range(len(out)):
        at = starts[i]
        total = 0
        while at < starts[i + 1]:
            n = sizes[keys[at] // (cell * cell) % len(sizes)]
            at = _board(keys, at, starts[i + 1], cell, n, rows)
            used, columns = _used(rows, n)
            total += min(used, columns)
        out[i] = total


@njit(nogil=True, cache=True)
def tails(
    keys: Any, starts: Any, stops: Any, cell: int, sizes: Any, factorial: Any, choose: Any, least: Any, offsets: Any,
    first: int, last: int, least_value: float, out: Any, most_songs: Any,
) -> None:
    """Probability of each number of songs or more, of the pairs ``first`` to ``last`` (exclusive).

    Parameters
    ----------
    keys, cell, sizes
        As for :func:`reaches`.
    starts, stops : int64 [pairs]
        Keys of each pair.
    factorial, choose
        As for :func:`hits`.
    least : int64 [pairs]
        The first number that is wanted of each.
    offsets : int64 [pairs + 1]
        Where each pair's probabilities go in ``out``; they reach from ``least`` to the bound of :func:`reaches`.
    least_value : float
        Smaller probabilities are written as this one.
    out : float64 [offsets[-1]]
        Only numbers that can be reached are written.
    most_songs : int64 [pairs]
        The largest number that can be reached is written.
    """
    rows = np.zeros(cell, np.int64)
    other = np.zeros(cell, np.int64)
    ways = np.zeros(cell + 1, np.int64)
    table = np.zeros(1 << cell, np.int64)
    own = np.zeros(cell + 1)
    for i in range(first, last):
        top = least[i] + offsets[i + 1] - offsets[i] - 1
        sums = np.zeros(top + cell + 1)
        sums[0] = 1.0
        filled = 0
        at = starts[i]
        while at < stops[i]:
            n = sizes[keys[at] // (cell * cell) % len(sizes)]
            at = _board(keys, at, stops[i], cell, n, rows)
            most = hits(rows, n, factorial, choose, ways, table, other, own)
            if most == 0:
                continue
            # Sum of two independent numbers, from the largest down so that it can be done in place.
            for total in range(filled + most, -1, -1):
                value = 0.0
                for k in range(max(0, total - filled), min(most, total) + 1):
                    value += own[k] * sums[total - k]
                sums[total] = value
            filled += most
        most_songs[i] = filled
        value = 0.0
        for total in range(filled, least[i] - 1, -1):
            # Summed from the smallest: small probabilities keep all their digits.
            value += sums[total]
            out[offsets[i] + total - least[i]] = min(max(value, least_value), 1.0)
