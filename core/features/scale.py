"""Scaling of the features to fixed ranges, learnt from the training songs.

Source: Watanabe & Goto, NAACL 2025, section 3: parameters to [-1, 1] by the largest absolute value of the joint and
parameter, affective features to [0, 1]. Ours: what lies outside in a new song is clipped to the range, and what
never moved in training (a range below :data:`STILL`) becomes 0 instead of blown-up rounding noise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.features.affective import N_AFFECTIVE
from core.features.bars import BarFeatures
from core.features.parameters import N_PARAMETERS
from core.skeleton import N_JOINTS

STILL: Final = 1e-5
"""Ranges below this (ten micrometres a frame, 1e-5 rad) count as none."""
_SHAPES = {"largest": (N_JOINTS, N_PARAMETERS), "lowest": (N_AFFECTIVE,), "highest": (N_AFFECTIVE,)}


@dataclass(frozen=True)
class FeatureScale:
    """Ranges of the features over the training songs.

    Attributes
    ----------
    largest : float32 [53, 29]
        Largest absolute value of each joint and parameter.
    lowest, highest : float32 [120]
        Range of each affective feature; ``lowest > highest`` (infinite) before anything was seen.
    """

    largest: NDArray[np.float32]
    lowest: NDArray[np.float32]
    highest: NDArray[np.float32]

    def __post_init__(self) -> None:
        for name, shape in _SHAPES.items():
            if getattr(self, name).shape != shape:
                msg = f"FeatureScale.{name} has shape {getattr(self, name).shape}, expected {shape}"
                raise ValueError(msg)

    @classmethod
    def empty(cls) -> FeatureScale:
        """The scale that has seen nothing."""
        nothing = np.full(N_AFFECTIVE, np.inf, dtype=np.float32)
        return cls(np.zeros((N_JOINTS, N_PARAMETERS), dtype=np.float32), nothing, -nothing)

    @classmethod
    def fit(cls, bars: Iterable[BarFeatures]) -> FeatureScale:
        """The scale over the bars, one at a time."""
        scale = cls.empty()
        for bar in bars:
            scale = scale.widened(bar)
        return scale

    def widened(self, bar: BarFeatures) -> FeatureScale:
        """A scale that also covers ``bar``."""
        if not len(bar):
            return self
        return FeatureScale(
            np.maximum(self.largest, np.maximum(bar.parameters.max(axis=0), -bar.parameters.min(axis=0))),
            np.minimum(self.lowest, bar.affective.min(axis=0)),
            np.maximum(self.highest, bar.affective.max(axis=0)),
        )

    @property
    def fitted(self) -> bool:
        """Whether it has seen a bar and all its numbers are finite."""
        return all(bool(np.isfinite(array).all()) for array in self.to_arrays().values())

    def apply(self, bar: BarFeatures) -> BarFeatures:
        """The bar with parameters in [-1, 1] and affective features in [0, 1], float32; needs a fitted scale."""
        factor = np.where(self.largest > STILL, 1.0 / np.maximum(self.largest, STILL), 0.0).astype(np.float32)
        span = self.highest - self.lowest
        affective_factor = np.where(span > STILL, 1.0 / np.maximum(span, STILL), 0.0).astype(np.float32)
        parameters = bar.parameters * factor
        affective = (bar.affective - self.lowest) * affective_factor
        return BarFeatures(np.clip(parameters, -1.0, 1.0, out=parameters), np.clip(affective, 0.0, 1.0, out=affective))

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """The ranges by name, for a file."""
        return {name: getattr(self, name) for name in _SHAPES}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.float32]]) -> FeatureScale:
        """Back from :meth:`to_arrays`.

        Raises
        ------
        ValueError
            Where an array is missing, has the wrong shape or holds what is not a finite range.
        """
        missing = [name for name in _SHAPES if name not in arrays]
        if missing:
            msg = f"the feature scale lacks {', '.join(missing)}"
            raise ValueError(msg)
        scale = cls(**{name: np.array(arrays[name], dtype=np.float32) for name in _SHAPES})
        if not scale.fitted or (scale.largest < 0).any() or (scale.lowest > scale.highest).any():
            msg = "the feature scale holds numbers that are no range"
            raise ValueError(msg)
        return scale
