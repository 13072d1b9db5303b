"""The head by QPainter: a ball with hair, a face, eyes and a nose, so that one sees where it looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QRadialGradient

from core.skeleton import INDEX
from gui.draw.body import HEAD_RADIUS
from gui.draw.camera import Camera
from gui.draw.colours import Theme
from gui.draw.outlines import outlines

_FACE = np.deg2rad(66.0)
"""How far the face reaches around from the middle of it."""


def mixed(rgb: Sequence[int], other: Sequence[int], amount: float) -> QColor:
    """A colour between two, (r, g, b) in 0..255."""
    r, g, b = (round(x + (y - x) * amount) for x, y in zip(rgb, other, strict=True))
    return QColor(r, g, b)


def head_outline(
    points: NDArray[np.float64], seen: NDArray[np.float64], size: float, camera: Camera,
) -> NDArray[np.float64]:
    """Outline of the head in the picture, float64 [22, 2]; ``size`` is the pixels of a metre there."""
    up = camera.axes() @ _up(points) * size
    middle = seen[:2]
    ends = np.array([[middle - np.array([up[0], -up[1]]) * 0.028, middle + np.array([up[0], -up[1]]) * 0.018]])
    radii = np.array([[HEAD_RADIUS * 0.80, HEAD_RADIUS * 0.98]]) * size
    return np.asarray(outlines(ends, np.maximum(radii, 1.5))[0])


def _up(points: NDArray[np.float64]) -> NDArray[np.float64]:
    up = points[INDEX["Head"]] - points[INDEX["Neck"]]
    return np.asarray(up / max(float(np.linalg.norm(up)), 1e-6))


def draw_head(
    painter: QPainter, points: NDArray[np.float64], seen: NDArray[np.float64], size: float,
    look: NDArray[np.float64] | None, camera: Camera, theme: Theme, haze: float, *, lit: bool = False,
) -> None:
    """Draw the head.

    Parameters
    ----------
    painter : QPainter
    points : float64 [53, 3]
        Joints, metres.
    seen : float64 [3]
        The head's middle in the picture.
    size : float
        Pixels of a metre there.
    look : float64 [3] or None
        Where the face looks.
    camera : Camera
    theme : Theme
    haze : float
        How far the colour fades to the background.
    lit : bool
    """
    shape = head_outline(points, seen, size, camera)
    radius = max(HEAD_RADIUS * size, 1.5)
    shade = mixed(theme.lit if lit else theme.head, theme.background, 0.0 if lit else haze)
    hair = shade.darker(158) if look is not None and radius >= 3 else shade
    painter.setPen(QPen(mixed(theme.head, (0, 0, 0), 0.5), 0.8) if radius > 4 else Qt.PenStyle.NoPen)
    painter.setBrush(hair)
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in shape.tolist()]))
    if look is None or radius < 3:
        return
    axes = camera.axes()
    up = _up(points)
    aside = np.cross(up, look)
    aside /= max(float(np.linalg.norm(aside)), 1e-6)
    over = np.cross(look, aside)
    centre = seen[:2]

    def at(directions: NDArray[np.float64], reach: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        turned = directions @ axes.T
        # What lies behind the edge of the ball is drawn on the edge.
        hidden = turned[:, 2] < 0
        flat = turned[:, :2] / np.where(hidden, np.maximum(np.hypot(turned[:, 0], turned[:, 1]), 1e-6), 1.0)[:, None]
        return centre + flat * np.array([1.0, -1.0]) * radius * reach, turned[:, 2]

    angles = np.linspace(0, 2 * np.pi, 26, endpoint=False)
    ring = np.cos(_FACE) * look + np.sin(_FACE) * (np.cos(angles)[:, None] * aside + np.sin(angles)[:, None] * over)
    face, depth = at(ring, 0.90)
    painter.setPen(Qt.PenStyle.NoPen)
    if (depth > 0.02).any():
        gradient = QRadialGradient(QPointF(*centre.tolist()) - QPointF(radius * 0.3, radius * 0.4), radius * 1.6)
        gradient.setColorAt(0.0, shade.lighter(122))
        gradient.setColorAt(1.0, shade.darker(108))
        painter.setBrush(gradient)
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in face.tolist()]))
    eyes = np.stack([look + sign * 0.36 * aside + 0.10 * over for sign in (1.0, -1.0)])
    places, toward = at(eyes / np.linalg.norm(eyes, axis=1, keepdims=True), 0.92)
    painter.setBrush(QColor(26, 28, 33))
    for place, depth_ in zip(places, toward, strict=True):
        if depth_ > 0.12 and radius >= 5:
            wide = radius * 0.13 * min(0.35 + float(depth_), 1.0)
            painter.drawEllipse(QPointF(*place.tolist()), wide, radius * 0.13)
    nose, ahead = at((look - 0.25 * over)[None], 0.98)
    if ahead[0] > -0.15:
        painter.setBrush(shade.darker(125))
        painter.drawEllipse(QPointF(*nose[0].tolist()), radius * 0.14, radius * 0.16)
