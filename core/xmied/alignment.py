"""Why a bar was found: the cheapest way to turn a query into it, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from core.xmied.kernels import DELETE, INSERT, trace

MAX_CELLS: Final = 2**28

Operation = Literal["substitute", "delete", "insert"]


@dataclass(frozen=True)
class Step:
    """One step of an alignment.

    Attributes
    ----------
    operation : "substitute" (both frames), "delete" (a query frame has no partner) or "insert" (a bar frame has none)
    query, bar : int
        Frames of the query and of the bar; -1 where the step has none.
    cost : float
    """

    operation: Operation
    query: int
    bar: int
    cost: float


@dataclass(frozen=True)
class Alignment:
    """A cheapest way through the table: its steps in order, their summed cost and the score."""

    steps: tuple[Step, ...]
    distance: float
    score: float


def align(query: NDArray[np.integer], bar: NDArray[np.integer], table: NDArray[np.floating]) -> Alignment:
    """Align a query with a bar, in float64.

    Where several ways cost the same, substitutions are preferred, then deletions, from the end.

    Parameters
    ----------
    query, bar : int [n], [m]
        Codes: rows and columns of ``table``.
    table : [query codes, bar codes]
        NPMI of every pair.

    Raises
    ------
    ValueError
        For codes that the table does not have, values outside [-1, 1], or more than 2**28 table cells.
    """
    n, m = len(query), len(bar)
    if (n + 1) * (m + 1) > MAX_CELLS:
        msg = f"{n} by {m} frames are too many to align"
        raise ValueError(msg)
    for codes, size in ((query, table.shape[0]), (bar, table.shape[1])):
        if len(codes) and not 0 <= int(codes.min()) <= int(codes.max()) < size:
            msg = f"codes must lie in 0..{size - 1}, got {codes.min()}..{codes.max()}"
            raise ValueError(msg)
    rows, row = np.unique(np.asarray(query, dtype=np.int64), return_inverse=True)
    columns, column = np.unique(np.asarray(bar, dtype=np.int64), return_inverse=True)
    cost = 0.5 - 0.5 * np.asarray(table[np.ix_(rows, columns)], dtype=np.float64)
    if not ((cost >= 0.0) & (cost <= 1.0)).all():
        msg = "NPMI lies in [-1, 1]; the table has other values"
        raise ValueError(msg)
    came = np.zeros((n + 1, m + 1), np.uint8)
    distance = trace(cost, row.astype(np.int64), column.astype(np.int64), came)
    steps: list[Step] = []
    i, j = n, m
    while i or j:
        if came[i, j] == DELETE:
            i -= 1
            steps.append(Step("delete", i, -1, 1.0))
        elif came[i, j] == INSERT:
            j -= 1
            steps.append(Step("insert", -1, j, 1.0))
        else:
            i, j = i - 1, j - 1
            steps.append(Step("substitute", i, j, float(cost[row[i], column[j]])))
    return Alignment(tuple(reversed(steps)), distance, 1.0 - distance / max(n, m, 1))
