"""Differences along time that stay inside a bar.

Several bars lie one after the other in one array; no difference reaches from one bar into the next. At a
bar's edges the nearest difference that can be formed is repeated, so that an edge looks like its neighbour
and not like a stop. A bar too short for a difference (one frame; two for the second one) gets zeros.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Real = TypeVar("Real", np.float32, np.float64)


def check_bars(bars: Sequence[tuple[int, int]], frames: int) -> NDArray[np.int64]:
    """The bars as int64 [bars, 2] of (start, stop), stop exclusive.

    Raises
    ------
    ValueError
        Where a bar is empty or reaches beyond ``frames``.
    """
    spans = np.asarray(bars, dtype=np.int64).reshape(-1, 2)
    wrong = (spans[:, 0] < 0) | (spans[:, 1] > frames) | (spans[:, 0] >= spans[:, 1])
    if wrong.any():
        start, stop = spans[wrong][0]
        msg = f"bar ({start}, {stop}) is no part of a motion of {frames} frames; expected 0 <= start < stop <= {frames}"
        raise ValueError(msg)
    return spans


def bar_starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """First frame of each bar when bars of these lengths (int64 [bars], >= 1) lie one after the other."""
    return np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)


def frame_differences(values: NDArray[Real], lengths: NDArray[np.int64]) -> tuple[NDArray[Real], NDArray[Real]]:
    """First and second backward differences within each bar.

    Parameters
    ----------
    values : float [N, ...]
        The bars' frames, one bar after the other.
    lengths : int64 [bars]
        Frames of each bar; they sum to N.

    Returns
    -------
    first, second : like ``values``
        ``x[t] - x[t - 1]`` and ``x[t] - 2 x[t - 1] + x[t - 2]``; the first frame (first two frames) of a bar
        repeat the bar's next value.
    """
    first, second = np.zeros_like(values), np.zeros_like(values)
    starts = bar_starts(lengths)
    first[1:] = values[1:] - values[:-1]
    first[starts] = 0
    several = starts[lengths >= 2]
    first[several] = first[several + 1]
    second[1:] = first[1:] - first[:-1]
    second[starts] = 0
    several = starts[lengths >= 2]
    second[several + 1] = 0
    long = starts[lengths >= 3]
    second[long] = second[long + 1] = second[long + 2]
    return first, second


def central_differences(values: NDArray[Real], lengths: NDArray[np.int64]) -> NDArray[Real]:
    """``(x[t + 1] - x[t - 1]) / 2`` within each bar, one-sided at its first and last frame.

    Parameters
    ----------
    values : float [N, ...]
    lengths : int64 [bars]

    Returns
    -------
    float [N, ...]
    """
    result = np.zeros_like(values)
    starts = bar_starts(lengths)
    result[1:-1] = (values[2:] - values[:-2]) / 2
    result[starts] = 0
    result[starts + lengths - 1] = 0
    several = lengths >= 2
    heads, tails = starts[several], (starts + lengths - 1)[several]
    result[heads] = values[heads + 1] - values[heads]
    result[tails] = values[tails] - values[tails - 1]
    return result
