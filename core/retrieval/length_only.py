"""The control that sees nothing but how long bars are (design.md 3.9, length leak)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.progress import Progress, silent
from core.retrieval.protocol import RetrievalData, RetrievalMethod


class LengthOnly(RetrievalMethod):
    """Score = minus the difference of the lengths in frames."""

    name: ClassVar[str] = "length-only"
    fitted: ClassVar[bool] = False

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """Nothing to learn."""

    def scores(
        self, data: RetrievalData, queries: NDArray[np.int64], gallery: NDArray[np.int64],
        direction: str, progress: Progress = silent,  # noqa: ARG002 - neither matters here
    ) -> NDArray[np.float64]:
        """See :meth:`RetrievalMethod.scores`; the same in both directions."""
        lengths = data.codes.lengths
        apart: NDArray[np.float64] = np.abs(np.subtract.outer(lengths[queries], lengths[gallery])).astype(np.float64)
        return -apart
