"""What every dance encoder offers: one vector a frame for the frames of a song's bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from core.motion.clip import Motion

MAX_BAR_FRAMES: Final = 512
"""Longer bars are encoded in pieces of about equal length: attention costs the square of the length."""


class DanceVectors(Protocol):
    """A dance encoder.

    Attributes
    ----------
    name : str
        For people: what kind it is.
    dim : int
        Size of a frame's vector.
    fingerprint : str
        Changes whenever the vectors of the same motion would change.
    """

    name: str
    dim: int
    fingerprint: str

    def encode(self, motion: Motion, bars: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
        """Vectors float32 [frames of the motion, dim]; zeros outside the bars (start, stop), which must not overlap."""


def cut_long_bars(bars: Iterable[tuple[int, int]], limit: int = MAX_BAR_FRAMES) -> list[tuple[int, int]]:
    """The bars, those over ``limit`` frames cut into pieces of about equal length."""
    result: list[tuple[int, int]] = []
    for start, stop in bars:
        pieces = max(1, -(-(stop - start) // limit))
        edges = [start + (stop - start) * i // pieces for i in range(pieces + 1)]
        result += pairwise(edges)
    return result
