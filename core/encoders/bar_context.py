"""Dance vectors that also tell what bar they stand in.

Song-level NPMI is positive only where a word meets *one* dance code in a large part of its songs. A gesture that passes
through several poses spreads its frames over several codes, and each meets the word too seldom. With the mean and the
spread of the bar beside the pose, the frames of a gesture's bar tend to one code. (Our addition to Watanabe & Goto
2025, whose temporal transformer has the same effect where it is trained well.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.encoders.vectors import DanceVectors
from core.motion.clip import Motion

FRAME_WEIGHT: Final = 0.3
"""Weight of the frame's own vector beside its bar's mean and spread, which count 1."""


class BarContext:
    """Vectors of another encoder, weighted, followed by the mean and standard deviation of the bar's vectors."""

    def __init__(self, encoder: DanceVectors, weight: float = FRAME_WEIGHT) -> None:
        self._encoder = encoder
        self._weight = np.float32(weight)
        self.name = f"{encoder.name}, with their bar"
        self.dim = 3 * encoder.dim
        self.fingerprint = f"bar-1-{weight:g}-{encoder.fingerprint}"

    def encode(self, motion: Motion, bars: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
        """Vectors float32 [frames, 3 * dim of the encoder]; zeros outside the bars."""
        vectors = self._encoder.encode(motion, bars)
        result = np.zeros((len(vectors), self.dim), np.float32)
        for start, stop in bars:
            own = vectors[start:stop]
            shared = np.concatenate([own.mean(axis=0), own.std(axis=0)])
            result[start:stop] = np.concatenate([self._weight * own, np.repeat(shared[None], len(own), axis=0)], axis=1)
        return result
