"""Features of a song's bars, computed for many bars at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.features.affective import bars_affective
from core.features.parameters import bars_parameters
from core.features.segments import bar_starts, check_bars
from core.motion.clip import Motion
from core.skeleton import INDEX

GROUP_FRAMES: Final = 1024
"""Bars are computed together until they hold this many frames: memory stays bounded however long the song."""


@dataclass(frozen=True)
class BarFeatures:
    """Features of one bar.

    Attributes
    ----------
    parameters : float32 [T, 53, 29]
        See :mod:`core.features.parameters`.
    affective : float32 [T, 120]
        See :mod:`core.features.affective`.
    """

    parameters: NDArray[np.float32]
    affective: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.parameters)


def bar_features(motion: Motion, bars: Sequence[tuple[int, int]]) -> Iterator[BarFeatures]:
    """Features of each bar, in order, not scaled.

    Parameters
    ----------
    motion : Motion
        The song's motion.
    bars : sequence of (start, stop)
        Frames, stop exclusive; they may leave gaps or overlap.

    Yields
    ------
    BarFeatures
        The same as of the bar alone.

    Raises
    ------
    ValueError
        Where a bar does not lie in the motion.
    """
    spans = check_bars(bars, len(motion))
    return _features(motion, spans)


def _features(motion: Motion, spans: NDArray[np.int64]) -> Iterator[BarFeatures]:
    for group in _groups(spans):
        lengths = group[:, 1] - group[:, 0]
        starts = bar_starts(lengths)
        frames = np.repeat(group[:, 0] - starts, lengths) + np.arange(int(lengths.sum()))
        part = replace(
            motion,
            root_positions=motion.root_positions[frames],
            root_rotations=motion.root_rotations[frames],
            rotations=motion.rotations[frames],
        )
        positions, world = part.world()
        parameters = bars_parameters(part.body_rotations(), positions, world[:, INDEX["UpperBody"]], lengths)
        affective = bars_affective(positions, lengths)
        for start, length in zip(starts, lengths, strict=True):
            yield BarFeatures(parameters[start : start + length], affective[start : start + length])


def _groups(spans: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    start = frames = 0
    for i, (first, last) in enumerate(spans):
        frames += int(last - first)
        if frames >= GROUP_FRAMES:
            yield spans[start : i + 1]
            start, frames = i + 1, 0
    if start < len(spans):
        yield spans[start:]
