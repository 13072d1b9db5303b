"""Average precision of a query whose right answers are all bars of its class, ties included."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def average_precision(
    relevant: NDArray[np.float64], others: NDArray[np.float64], harmonic: NDArray[np.float64]
) -> tuple[float, float]:
    """Average precision under both tie rules.

    Parameters
    ----------
    relevant, others : float64
        Scores of the gallery bars that are right answers (at least one) and of the others.
    harmonic : float64 [at least len(relevant) + len(others) + 1]
        :func:`harmonic_numbers`.

    Returns
    -------
    pessimistic, average : float
        Wrong bars first among equal scores; the mean over all orders of equal scores, in closed form (McSherry &
        Najork 2008, "Computing information retrieval performance measures efficiently in the presence of tied
        scores").
    """
    right, wrong = np.sort(relevant), np.sort(others)
    # Highest first: the i-th right bar has i - 1 right ones before it.
    at = np.arange(len(right), 0, -1)
    ahead = len(wrong) - np.searchsorted(wrong, right, "left")
    pessimistic = float(np.mean(at / (at + ahead)))

    first = np.flatnonzero(np.r_[True, right[1:] != right[:-1]])
    hits = np.diff(np.r_[first, len(right)])
    higher = len(wrong) - np.searchsorted(wrong, right[first], "right")
    group = hits + ahead[first] - higher
    before = len(right) - first - hits
    start = before + higher
    # A right bar at place k of its group of equal scores has, in the mean, before + 1 + (k - 1) * slope right bars
    # up to itself, among start + k bars.
    slope = (hits - 1) / np.maximum(group - 1, 1)
    sums = slope * group + (before + 1 - slope * (start + 1)) * (harmonic[start + group] - harmonic[start])
    return pessimistic, float(np.sum(hits / group * sums) / len(right))


def expected_precision(relevant: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean average precision of a random order of ``size`` bars of which ``relevant`` (at least one) are right."""
    harmonic = harmonic_numbers(int(size.max(initial=1)))
    slope = (relevant - 1) / np.maximum(size - 1, 1)
    found: NDArray[np.float64] = (slope * size + (1.0 - slope) * harmonic[size]) / size
    return found


def harmonic_numbers(count: int) -> NDArray[np.float64]:
    """H(0) to H(count), float64 [count + 1]."""
    return np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, count + 1))])
