"""Linear maps of pooled features into a smaller space: scaling, then axes, such as principal components."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from core.progress import Progress, silent
from core.retrieval.features import Scaling

_BLOCK: Final = 8192
"""Rows that are turned into float64 at a time."""
_NOTHING: Final = 1e-9
"""A principal axis with less variance than this, as a share of the first, holds rounding errors only."""


@dataclass(frozen=True)
class Projection:
    """``scaling(values) @ axes - centre``.

    Attributes
    ----------
    scaling : Scaling
        Of the values' columns, ``width`` of them.
    axes : float32 [width, d]
    centre : float32 [d]
    """

    scaling: Scaling
    axes: NDArray[np.float32]
    centre: NDArray[np.float32]

    @property
    def size(self) -> int:
        """Numbers of a projected vector, d."""
        return int(self.axes.shape[1])

    def __call__(self, values: NDArray[np.floating]) -> NDArray[np.float32]:
        """Project ``values`` [n, width]: float32 [n, d]."""
        return np.asarray(self.scaling(values) @ self.axes - self.centre, np.float32)

    def then(self, axes: NDArray[np.floating], centre: NDArray[np.floating]) -> Projection:
        """The same projection, and after it ``@ axes - centre``; axes [d, e], centre [e]."""
        fine = np.asarray(axes, np.float64)
        return Projection(
            self.scaling, np.ascontiguousarray(self.axes @ fine, np.float32),
            np.asarray(self.centre @ fine + centre, np.float32),
        )

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """What it consists of, under names that begin with ``prefix``."""
        return {f"{prefix}.mean": self.scaling.mean, f"{prefix}.spread": self.scaling.spread,
                f"{prefix}.axes": self.axes, f"{prefix}.centre": self.centre}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Projection:
        """The projection of which :meth:`arrays` were taken.

        Raises
        ------
        KeyError, ValueError
            Where arrays are missing or do not fit each other.
        """
        mean, spread, axes, centre = (arrays[f"{prefix}.{name}"] for name in ("mean", "spread", "axes", "centre"))
        if axes.ndim != 2 or mean.shape != spread.shape or axes.shape != (len(mean), len(centre)):
            msg = f"{prefix}: {mean.shape}, {spread.shape}, {axes.shape} and {centre.shape} make no projection"
            raise ValueError(msg)
        return cls(Scaling(mean, spread), axes, centre)


def principal(values: NDArray[np.floating], most: int, progress: Progress = silent) -> Projection:
    """Scaling and principal axes of training bars, by falling variance.

    Parameters
    ----------
    values : float [n, width]
        Pooled features.
    most : int
        Axes wanted; there are fewer where the values vary in fewer directions, and none where they do not vary.
    progress : Progress
    """
    scaling = Scaling.of(values)
    width = values.shape[1]
    square = np.zeros((width, width))
    for start in range(0, len(values), _BLOCK):
        progress(0.5 * start / len(values), "principal components")
        block = scaling(values[start : start + _BLOCK]).astype(np.float64)
        square += block.T @ block
    progress(0.5, "principal components")
    variances, axes = eigh(square / max(len(values), 1), subset_by_index=[max(width - most, 0), width - 1])
    order = np.argsort(-variances)
    kept = order[variances[order] > _NOTHING * max(float(variances.max()), _NOTHING)]
    progress(1.0, "principal components")
    return Projection(scaling, np.ascontiguousarray(axes[:, kept], np.float32), np.zeros(len(kept), np.float32))
