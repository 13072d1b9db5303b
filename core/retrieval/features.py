"""Bars as the learned systems see them: one pooled vector and one short sequence of every modality, all frozen.

Every system learns from the same features, so that a table compares systems and not encoders. Both forms are blind to
the length of a bar (design.md 3.9, length leak): pooling takes means and maxima, and sequences have as many steps
whatever the bar lasts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Modality = Literal["lyrics", "dance", "audio"]
MODALITIES: Final[tuple[Modality, ...]] = ("lyrics", "dance", "audio")
STEPS: Final = 16
"""Steps of a sequence: sixteenths of a bar in four."""


@dataclass(frozen=True)
class BarFeatures:
    """Features of bars.

    Attributes
    ----------
    pooled : float32 [bars, 2 d]
        Mean, then maximum, over the counted frames of each bar; zeros for a bar that has none.
    steps : float32 [bars, STEPS, d]
        Means over the :data:`STEPS` equal parts of each bar.
    """

    pooled: NDArray[np.float32]
    steps: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.pooled)

    @property
    def width(self) -> int:
        """Numbers a frame, d."""
        return int(self.steps.shape[2])

    def select(self, bars: NDArray[np.integer]) -> BarFeatures:
        """The chosen bars, in that order."""
        return BarFeatures(self.pooled[bars], self.steps[bars])


def bar_features(bars: Iterable[tuple[NDArray[np.floating], NDArray[np.bool_] | None]], count: int,
                 width: int) -> BarFeatures:
    """Features out of the frames of each bar.

    Parameters
    ----------
    bars : iterable of (frames [n, d], counted [n] or None)
        The frames of each bar, and which of them the pooled form counts; None for all.
    count, width : int
        Number of bars, and d.
    """
    pooled = np.zeros((count, 2 * width), np.float32)
    steps = np.zeros((count, STEPS, width), np.float32)
    for i, (frames, counted) in enumerate(bars):
        if not len(frames):
            continue
        fine = np.asarray(frames, np.float32)
        steps[i] = _parts(fine)
        chosen = fine if counted is None else fine[counted]
        if len(chosen):
            pooled[i, :width], pooled[i, width:] = chosen.mean(axis=0), chosen.max(axis=0)
    return BarFeatures(pooled, steps)


def _parts(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means over equal parts, frames being cut where a part ends: float32 [STEPS, d]."""
    sums = np.concatenate([np.zeros((1, frames.shape[1])), np.cumsum(frames, axis=0, dtype=np.float64)])
    edges = np.linspace(0.0, len(frames), STEPS + 1)
    below = np.minimum(edges.astype(np.int64), len(frames) - 1)
    at = sums[below] + (edges - below)[:, None] * (sums[below + 1] - sums[below])
    means: NDArray[np.float32] = (np.diff(at, axis=0) * (STEPS / len(frames))).astype(np.float32)
    return means


@dataclass(frozen=True)
class Scaling:
    """Brings features to mean 0 and variance 1, as measured on training bars.

    Attributes
    ----------
    mean, spread : float32 [width]
        A column that does not vary has the spread 1.
    """

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]

    @classmethod
    def of(cls, values: NDArray[np.floating]) -> Scaling:
        """Measured over all but the last axis."""
        flat = np.asarray(values, np.float64).reshape(-1, values.shape[-1])
        spread = flat.std(axis=0)
        spread[spread < 1e-6 * max(float(spread.max(initial=0.0)), 1e-30)] = 1.0
        return cls(flat.mean(axis=0).astype(np.float32), spread.astype(np.float32))

    def __call__(self, values: NDArray[np.floating]) -> NDArray[np.float32]:
        """The scaled values, float32, of the same shape."""
        return ((np.asarray(values, np.float32) - self.mean) / self.spread).astype(np.float32)
