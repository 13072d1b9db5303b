"""One stretch of dance as a few small pictures; runs in a worker."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from core.pipeline.song import Dance
from core.skeleton import FPS, INDEX
from gui.draw.camera import Camera
from gui.draw.colours import Theme
from gui.draw.figure import Style, camera_for, draw_figure, draw_floor, render

PICTURES_A_SECOND: Final = 10
_TURN: Final = 20.0
"""Degrees that the camera stands aside of the dancer's front."""
_BREATH: Final = 0.001
"""Seconds that a worker sleeps after each picture, so that the window's thread gets the interpreter."""


@dataclass(frozen=True)
class Shape:
    """How large and in which colours pictures are wanted: pixels, the theme, and pixels a device-independent pixel."""

    width: int
    height: int
    dark: bool
    scale: float = 1.0

    @property
    def size(self) -> int:
        """Bytes of one picture."""
        return self.width * self.height * 4


def picked_frames(length: int, most: int) -> list[int]:
    """Frames of a stretch that are drawn: ten a second, evenly fewer where that is more than ``most``."""
    if length <= 0:
        return []
    count = min(max(math.ceil(length * PICTURES_A_SECOND / FPS), 1), max(most, 1))
    return [int(i) for i in np.floor(np.arange(count) * length / count)]


def staged(dance: Dance) -> tuple[Dance, Camera]:
    """A stretch as a thumbnail shows it: travel across the floor taken out, the camera turned to the dancer's front.

    The facing counted is that of the hips and shoulders over the whole stretch, so a turn of the head turns nothing.
    """
    positions = np.array(dance.positions, np.float32)
    if not len(positions):
        return dance, Camera()
    hips = positions[:, INDEX["LowerBody"]]
    away = hips - hips.mean(axis=0)
    if np.ptp(away[:, [0, 2]], axis=0).max(initial=0.0) > 0.5:
        positions[:, :, [0, 2]] -= away[:, None, [0, 2]]
    across = (positions[:, INDEX["LeftArm"]] - positions[:, INDEX["RightArm"]]
              + positions[:, INDEX["LeftLeg"]] - positions[:, INDEX["RightLeg"]]).sum(axis=0)
    azimuth = float(np.degrees(np.arctan2(-across[2], across[0]))) if np.isfinite(across).all() else 0.0
    return Dance(positions, dance.facing), Camera(azimuth=(azimuth + _TURN + 180) % 360 - 180, elevation=8.0)


def most_telling(positions: NDArray[np.floating]) -> int:
    """The frame that stands for a stretch: the one farthest from the mean pose, late ones preferred."""
    if len(positions) < 2:
        return 0
    local = np.nan_to_num(np.asarray(positions, np.float64) - positions[:, INDEX["LowerBody"], None, :])
    apart = np.linalg.norm(local - local.mean(axis=0), axis=2).sum(axis=1)
    return int(np.argmax(apart * np.linspace(0.9, 1.0, len(apart))))


def pictures(dance: Dance, frames: list[int], shape: Shape, theme: Theme) -> Iterator[QImage]:
    """The frames as pictures with a transparent background; sleeps a little after each."""
    acted, camera = staged(dance)
    camera = camera_for(acted, shape.width / max(shape.height, 1), base=camera)
    ground = render(acted.slice(0, 0), 0, shape.width, shape.height, Style(theme, background=False))
    rect = QRectF(0, 0, shape.width, shape.height)
    painter = QPainter(ground)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_floor(painter, rect, camera, theme, half=2)
    finally:
        painter.end()
    style = Style(theme, background=False, floor=False)
    for frame in frames:
        image = ground.copy()
        painter = QPainter(image)
        try:
            draw_figure(painter, rect, acted.positions[frame], acted.facing[frame], camera, style)
        finally:
            painter.end()
        yield image
        time.sleep(_BREATH)
