"""Why a bar was found: its XMIED alignment with the query, with words, codes, NPMI and songs of every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.xmied.alignment import Operation, align


@dataclass(frozen=True)
class ExplainedStep:
    """One step of an alignment.

    Attributes
    ----------
    operation : "substitute", "delete" (a query frame without a partner) or "insert" (a bar frame without one)
    query, bar : int
        Frames of the query and of the bar, -1 where the step has none.
    word : int
        Which of the query's stretches (words) the query frame belongs to, -1 for an insertion.
    query_code, bar_code : int
        -1 where the step has none.
    npmi : float
        Of the two codes; NaN unless both are there.
    songs : int
        Songs in which the two codes meet, of those counted.
    cost : float
    """

    operation: Operation
    query: int
    bar: int
    word: int
    query_code: int
    bar_code: int
    npmi: float
    songs: int
    cost: float

    @property
    def carries(self) -> bool:
        """Whether it brought the bar nearer than a pair without relation would: positive NPMI, cost below 0.5."""
        return self.npmi > 0.0


@dataclass(frozen=True)
class WordShare:
    """What one word of the query (or one stretch of equal dance codes) had part in.

    Attributes
    ----------
    text : str
    start, stop : int
        Frames of the query.
    cost : float
        Summed over its steps.
    carried : int
        Its steps with positive NPMI.
    best : float
        Highest NPMI of its steps; NaN where it has no partner.
    """

    text: str
    start: int
    stop: int
    cost: float
    carried: int
    best: float


@dataclass(frozen=True)
class Explanation:
    """An alignment, explained.

    Attributes
    ----------
    steps : tuple of ExplainedStep
    words : tuple of WordShare
    distance, score : float
    neutral_score : float
        Score of a bar of this length without any relation to the query (NPMI 0 everywhere): what length alone earns.
    carried : tuple of (start, stop)
        Runs of bar frames, stop exclusive, that carried the hit.
    """

    steps: tuple[ExplainedStep, ...]
    words: tuple[WordShare, ...]
    distance: float
    score: float
    neutral_score: float
    carried: tuple[tuple[int, int], ...]


def explain(
    query: NDArray[np.integer], words: Sequence[tuple[str, int]], bar: NDArray[np.integer],
    table: NDArray[np.floating], songs: NDArray[np.integer],
) -> Explanation:
    """Align a query with a bar and say what every step rests on.

    Parameters
    ----------
    query, bar : int [n], [m]
        Codes: rows and columns of ``table``.
    words : sequence of (text, frames)
        Stretches of the query, together ``n`` frames.
    table : [query codes, bar codes]
        NPMI of every pair.
    songs : int [query codes, bar codes]
        Songs in which two codes meet.

    Raises
    ------
    ValueError
        Where the words do not last as long as the query; and see :func:`core.xmied.alignment.align`.
    """
    n, m = len(query), len(bar)
    lengths = [frames for _, frames in words]
    if sum(lengths) != n:
        msg = f"the words last {sum(lengths)} frames, the query {n}"
        raise ValueError(msg)
    found = align(query, bar, table)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    steps = []
    for step in found.steps:
        x = int(query[step.query]) if step.query >= 0 else -1
        y = int(bar[step.bar]) if step.bar >= 0 else -1
        both = x >= 0 and y >= 0
        steps.append(ExplainedStep(
            step.operation, step.query, step.bar, int(owner[step.query]) if x >= 0 else -1, x, y,
            float(table[x, y]) if both else float("nan"), int(songs[x, y]) if both else 0, step.cost,
        ))
    longer, shorter = max(n, m, 1), min(n, m)
    neutral = 1.0 - (abs(n - m) + 0.5 * shorter) / longer
    return Explanation(tuple(steps), _shares(steps, words), found.distance, found.score, neutral, _runs(steps))


def _shares(steps: Sequence[ExplainedStep], words: Sequence[tuple[str, int]]) -> tuple[WordShare, ...]:
    shares = []
    start = 0
    for i, (text, frames) in enumerate(words):
        own = [step for step in steps if step.word == i]
        values = [step.npmi for step in own if not np.isnan(step.npmi)]
        shares.append(WordShare(
            text, start, start + frames, sum(step.cost for step in own), sum(step.carries for step in own),
            max(values, default=float("nan")),
        ))
        start += frames
    return tuple(shares)


def _runs(steps: Sequence[ExplainedStep]) -> tuple[tuple[int, int], ...]:
    runs: list[tuple[int, int]] = []
    for step in steps:
        if not step.carries:
            continue
        if runs and runs[-1][1] == step.bar:
            runs[-1] = (runs[-1][0], step.bar + 1)
        else:
            runs.append((step.bar, step.bar + 1))
    return tuple(runs)
