"""The control that knows nothing."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.progress import Progress, silent
from core.retrieval.protocol import RetrievalData, RetrievalMethod


class RandomOrder(RetrievalMethod):
    """Seeded random scores. Figures are not drawn but expected ones, the mean over all orders, free of noise."""

    name: ClassVar[str] = "random"
    fitted: ClassVar[bool] = False

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """Nothing to learn."""

    def scores(
        self, data: RetrievalData, queries: NDArray[np.int64], gallery: NDArray[np.int64],
        direction: str, progress: Progress = silent,  # noqa: ARG002 - neither matters here
    ) -> NDArray[np.float64]:
        """See :meth:`RetrievalMethod.scores`; a query's scores depend on the seed and the query alone."""
        bars = data.codes.bars
        rows = [np.random.default_rng([self.seed, int(query)]).random(bars)[gallery] for query in queries]
        return np.array(rows).reshape(len(queries), len(gallery))

    def expected(self, sizes: NDArray[np.int64]) -> dict[str, Any]:
        """Each rank from 1 to the gallery's size is as likely as the others: a mean 1 / rank of H(size) / size."""
        harmonic = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, int(sizes.max(initial=1)) + 1))])
        figures: dict[str, Any] = {"mrr": float(np.mean(harmonic[sizes] / sizes)), "median_rank": _median(sizes)}
        for k in (1, 5, 10):
            figures[f"recall_at_{k}"] = float(np.mean(np.minimum(sizes, k) / sizes))
        return figures


def _median(sizes: NDArray[np.int64]) -> float:
    """Median of the mixture of uniform ranks 1..size, the middle between the two where half of the mass ends."""
    ordered = np.sort(sizes)

    def below(rank: int) -> float:
        """Share of the mass on ranks up to ``rank``."""
        return float(np.mean(np.minimum(rank / ordered, 1.0)))

    low, high = 1, int(ordered[-1])
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if below(middle) >= 0.5 - 1e-12 else (middle + 1, high)
    return low + 0.5 if below(low) <= 0.5 + 1e-12 else float(low)
