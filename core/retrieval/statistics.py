"""How sure a figure is: an interval for a mean over queries, a paired test of two systems, many tests at once.

Bars of one song share dancer, words and style, so the song is what was drawn at random, not the bar: songs are
resampled, and the signs of whole songs are flipped. (Comparison systems, section 6: bootstrap over songs.)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

LEVEL: Final = 0.95
"""Share of such intervals that hold the true value."""
BOOTSTRAP_DRAWS: Final = 2_000
PERMUTATIONS: Final = 10_000
"""Drawn where not all of them can be gone through."""
_BLOCK: Final = 2**22
"""Signs held at a time."""


def bootstrap_interval(
    values: NDArray[np.float64], songs: NDArray[np.integer], seed: int = 0, draws: int = BOOTSTRAP_DRAWS,
    level: float = LEVEL,
) -> tuple[float, float] | None:
    """Bootstrap interval of the mean of ``values``, whole songs being drawn with replacement.

    Percentile interval, its percentiles moved outwards as a t interval over as many songs demands (Hesterberg 2015,
    The American Statistician 69(4), "expanded percentile interval"): plain percentiles are too narrow where songs
    are few. The mean stays one over queries: a song of many bars weighs more. On skewed values that are alike within
    songs it held the truth in 94 % of 3,000 simulations with 100 and with 30 songs, in 92 % with 10 and with 6, and in
    74 % with 3: of so few no bootstrap makes an interval to rely on.

    Parameters
    ----------
    values : float64 [queries]
    songs : int [queries]
        Each query's song.
    seed : int
    draws : int
    level : float

    Returns
    -------
    (low, high), or None with fewer than two songs
    """
    sums, counts = _by_song(values[:, None], songs)
    total = len(counts)
    if total < 2:
        return None
    weights = _resamples(total, draws, seed)
    means = (weights @ sums[:, 0]) / (weights @ counts)
    reach = np.sqrt(total / (total - 1)) * stdtrit(total - 1, (1.0 + level) / 2)
    tail = float(ndtr(-reach))
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return float(low), float(high)


@lru_cache(maxsize=4)
def _resamples(songs: int, draws: int, seed: int) -> NDArray[np.float64]:
    """How often each song is drawn, float64 [draws, songs]; the same draws serve every row of a table."""
    rng = np.random.default_rng([seed, songs, draws])
    found = rng.multinomial(songs, np.full(songs, 1.0 / songs), size=draws).astype(np.float64)
    found.setflags(write=False)
    return found


def sign_flip_test(
    differences: NDArray[np.float64], songs: NDArray[np.integer], seed: int = 0, permutations: int = PERMUTATIONS,
) -> NDArray[np.float64]:
    """Two-sided permutation test of paired differences: is their mean further from 0 than chance takes it?

    Were two systems equally good, each song's differences might as well have the other sign. All ways to flip songs
    are gone through where they are at most ``permutations``, which with 6 songs gives no p below 2 / 64; else so many
    are drawn, the observed one counting among them (Phipson & Smyth 2010).

    Parameters
    ----------
    differences : float64 [queries, k]
        Of k pairs of systems.
    songs : int [queries]
    seed : int
    permutations : int

    Returns
    -------
    float64 [k]
        p-values. 1 where there is no difference at all.
    """
    sums, _ = _by_song(differences, songs)
    # Sums of the same numbers in another order differ in the last digits: those are as extreme.
    reach = np.abs(sums.sum(axis=0)) - 1e-9 * np.abs(sums).sum(axis=0)
    total = len(sums)
    exact = total < 63 and 2**total <= permutations
    wanted = 2**total if exact else permutations
    rng = np.random.default_rng([seed, total])
    hits = np.zeros(sums.shape[1], np.int64)
    step = max(_BLOCK // max(total, 1), 1)
    for start in range(0, wanted, step):
        rows = np.arange(start, min(start + step, wanted))
        if exact:
            flipped = (rows[:, None] >> np.arange(total)) & 1
        else:
            flipped = rng.integers(0, 2, (len(rows), total), np.int8)
        hits += (np.abs((1.0 - 2.0 * flipped) @ sums) >= reach).sum(axis=0)
    return hits / wanted if exact else (hits + 1) / (wanted + 1)


def holm(values: Sequence[float]) -> list[float]:
    """p-values corrected for being so many (Holm 1979), in the order given; each is at most 1."""
    found = [0.0] * len(values)
    highest = 0.0
    for place, i in enumerate(np.argsort(values, kind="stable").tolist()):
        highest = max(highest, min(values[i] * (len(values) - place), 1.0))
        found[i] = highest
    return found


def _by_song(
    values: NDArray[np.float64], songs: NDArray[np.integer]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum of each column [songs, k], and number of queries [songs], of each song."""
    _, place = np.unique(songs, return_inverse=True)
    counts: NDArray[np.float64] = np.bincount(place).astype(np.float64)
    sums: NDArray[np.float64] = np.stack([np.bincount(place, column, len(counts)) for column in values.T], axis=1)
    return sums, counts
