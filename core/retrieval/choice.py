"""The figure by which fits are chosen on dev bars."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.retrieval.embedding import sung_bars
from core.retrieval.protocol import RetrievalData

_MOST: Final = 2000
"""Dev bars compared at most: enough to tell fits apart, and still quick with a corpus of the paper's size."""


def choice_bars(dev: RetrievalData | None) -> NDArray[np.int64]:
    """Dev bars to choose by: those with lyrics, evenly thinned where there are very many; none without dev."""
    if dev is None:
        return np.zeros(0, np.int64)
    sung = sung_bars(dev)
    if len(sung) <= _MOST:
        return sung
    return sung[np.linspace(0, len(sung) - 1, _MOST).astype(np.int64)]


def mrr_of_scores(scores: NDArray[np.floating]) -> float:
    """MRR of scores [n, n] whose right answers lie on the diagonal; equal scores share their mean rank.

    NaN where there are none.
    """
    if not len(scores):
        return float("nan")
    right = np.diagonal(scores)[:, None]
    ranks = (scores > right).sum(axis=1) + ((scores == right).sum(axis=1) + 1) / 2
    return float((1.0 / ranks).mean())


def mrr_of_vectors(lyrics: NDArray[np.floating], dance: NDArray[np.floating]) -> float:
    """MRR of vectors [n, d] of the same bars, compared by their products: mean of both directions."""
    scores = lyrics @ dance.T
    return (mrr_of_scores(scores) + mrr_of_scores(scores.T)) / 2
