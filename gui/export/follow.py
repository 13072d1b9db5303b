"""The camera of a clip: it stands still, or goes along with a dancer who goes far."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.pipeline.song import Dance
from core.skeleton import INDEX
from gui.draw.camera import Camera
from gui.draw.figure import camera_for

_FAR: Final = 1.35
"""How many times as far a still camera would have to stand before it goes along instead."""
_SMOOTH: Final = 15.0
"""Frames over which the dancer's way is smoothed (standard deviation)."""


class CameraPath:
    """A camera for every frame of a dance.

    Attributes
    ----------
    still : bool
        Whether they are all the same.
    """

    def __init__(self, dance: Dance, aspect: float, base: Camera, *, mirror: bool = False, fixed: bool = False) -> None:
        self.still = True
        self._camera = base
        self._way: NDArray[np.float64] | None = None
        if fixed or not len(dance):
            return
        self._camera = camera_for(dance, aspect, mirror=mirror, base=base)
        way = smoothed_way(dance)
        on_the_spot = replace(dance, positions=(dance.positions - way[:, None]).astype(np.float32))
        near = camera_for(on_the_spot, aspect, mirror=mirror, base=base)
        if self._camera.distance > _FAR * near.distance:
            self.still, self._camera = False, near
            self._way = way * np.array([-1.0 if mirror else 1.0, 1.0, 1.0])

    def __getitem__(self, frame: int) -> Camera:
        if self._way is None:
            return self._camera
        x, y, z = (a + float(b) for a, b in zip(self._camera.target, self._way[frame], strict=True))
        return replace(self._camera, target=(x, y, z))


def smoothed_way(dance: Dance) -> NDArray[np.float64]:
    """Where the hips are over the floor, smoothed, float64 [T, 3] with y = 0, metres."""
    from scipy.ndimage import gaussian_filter1d

    hips = np.nan_to_num(np.asarray(dance.positions[:, INDEX["LowerBody"]], np.float64))
    hips[:, 1] = 0.0
    return np.asarray(gaussian_filter1d(hips, _SMOOTH, axis=0, mode="nearest"), np.float64)
