"""The dancer by QPainter: thumbnails, exports, figures, and the player where there is no GL.

Limbs are round-capped strokes sorted by depth, as wide as their radius at that depth; a shadow lies on the floor.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QRadialGradient

from core.pipeline.song import Dance
from gui.draw.body import BONE_ENDS, BONE_RADII, HEAD_RADIUS, SIDES, head_centre
from gui.draw.camera import Camera, framing
from gui.draw.colours import LIGHT, Theme, colour


@dataclass(frozen=True)
class Style:
    """How a figure is drawn.

    Attributes
    ----------
    theme : Theme
    floor, shadow : bool
    lit : collection of int
        Joints drawn in the theme's light.
    opacity : float
        Of the whole figure; ghosts are faint.
    mirror : bool
        Left and right exchanged, as a dance teacher shows it.
    background : bool
        Fill with the theme's background; without, the picture stays transparent.
    """

    theme: Theme = LIGHT
    floor: bool = True
    shadow: bool = True
    lit: Collection[int] = ()
    opacity: float = 1.0
    mirror: bool = False
    background: bool = True


def mirrored(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Points [..., 3] seen in a mirror: x turns its sign."""
    return np.asarray(points, np.float64) * np.array([-1.0, 1.0, 1.0])


def draw_floor(painter: QPainter, rect: QRectF, camera: Camera, theme: Theme, half: int = 3, step: float = 0.5) -> None:
    """Grid on the floor around the camera's target."""
    x0, z0 = round(camera.target[0] / step) * step, round(camera.target[2] / step) * step
    ticks = np.arange(-half / step, half / step + 1) * step
    ends = [((x0 + t, 0.0, z0 - half), (x0 + t, 0.0, z0 + half)) for t in ticks]
    ends += [((x0 - half, 0.0, z0 + t), (x0 + half, 0.0, z0 + t)) for t in ticks]
    lines = np.array(ends)
    # Cut into pieces, so that a line that passes behind the eye still shows its part in front.
    pieces = lines[:, :1] + (lines[:, 1:] - lines[:, :1]) * np.linspace(0, 1, 9)[None, :, None]
    seen = camera.project(pieces, rect.width(), rect.height())
    painter.setPen(QPen(colour(theme.floor), 1.0))
    for line in seen:
        for a, b in zip(line[:-1], line[1:], strict=True):
            if a[2] > 0.1 and b[2] > 0.1:
                painter.drawLine(QPointF(rect.x() + a[0], rect.y() + a[1]), QPointF(rect.x() + b[0], rect.y() + b[1]))


def _shadow(painter: QPainter, rect: QRectF, positions: NDArray[np.float64], camera: Camera, style: Style) -> None:
    flat = positions.copy()
    flat[:, 1] = 0.0
    seen = camera.project(flat, rect.width(), rect.height())
    shade = colour(style.theme.shadow, round(150 * style.opacity))
    for (a, b), radius in zip(BONE_ENDS, BONE_RADII, strict=True):
        if radius < 0.02 or min(seen[a, 2], seen[b, 2]) < 0.1:
            continue
        width = max(2 * radius * camera.pixels_per_metre(float(seen[a, 2]), rect.height()) * 0.8, 1.0)
        painter.setPen(QPen(shade, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(rect.x() + seen[a, 0], rect.y() + seen[a, 1]),
                         QPointF(rect.x() + seen[b, 0], rect.y() + seen[b, 1]))


def draw_figure(
    painter: QPainter, rect: QRectF, positions: NDArray[np.floating], facing: NDArray[np.floating] | None,
    camera: Camera, style: Style,
) -> None:
    """Draw one frame of one dancer.

    Parameters
    ----------
    painter : QPainter
    rect : QRectF
        Where in the picture; the camera looks into the middle of it.
    positions : [53, 3], metres
    facing : [3] or None
        Where the face looks; a nose is drawn.
    camera : Camera
    style : Style
    """
    points = mirrored(positions) if style.mirror else np.asarray(positions, np.float64)
    if not np.isfinite(points).all():
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(style.opacity)
    if style.shadow:
        _shadow(painter, rect, points, camera, style)
    head = head_centre(points)
    seen = camera.project(np.vstack([points, head]), rect.width(), rect.height())
    middle_depth = float(np.median(seen[:, 2]))
    if middle_depth <= 0.1:
        painter.restore()
        return
    depths = seen[BONE_ENDS].mean(axis=1)[:, 2]
    jobs: list[tuple[float, int]] = [(float(d), i) for i, d in enumerate(depths)]
    jobs.append((float(seen[-1, 2]), -1))
    lit = frozenset(style.lit)
    for depth, i in sorted(jobs, reverse=True):
        if depth <= 0.1:
            continue
        size = camera.pixels_per_metre(depth, rect.height())
        # Farther parts are a little closer to the background, which lets the eye read what is in front.
        haze = float(np.clip((depth - middle_depth) * 0.9 + 0.12, 0.0, 0.45))
        if i < 0:
            _head(painter, rect, seen[-1], size, facing, camera, style, haze, points, head)
            continue
        a, b = BONE_ENDS[i]
        shade = style.theme.lit if b in lit else (style.theme.right, style.theme.middle, style.theme.left)[SIDES[i] + 1]
        fill = _mix(shade, style.theme.background, haze)
        start = QPointF(rect.x() + seen[a, 0], rect.y() + seen[a, 1])
        end = QPointF(rect.x() + seen[b, 0], rect.y() + seen[b, 1])
        width = max(2 * BONE_RADII[i] * size, 1.1)
        if width > 3:
            painter.setPen(QPen(_mix(shade, (0, 0, 0), 0.35), width + 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(start, end)
        painter.setPen(QPen(fill, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(start, end)
    painter.restore()


def _head(
    painter: QPainter, rect: QRectF, seen: NDArray[np.float64], size: float, facing: NDArray[np.floating] | None,
    camera: Camera, style: Style, haze: float, points: NDArray[np.float64], head: NDArray[np.float64],
) -> None:
    radius = max(HEAD_RADIUS * size, 2.0)
    centre = QPointF(rect.x() + seen[0], rect.y() + seen[1])
    shade = _mix(style.theme.head, style.theme.background, haze)
    gradient = QRadialGradient(centre - QPointF(radius * 0.3, radius * 0.4), radius * 1.5)
    gradient.setColorAt(0.0, shade.lighter(115))
    gradient.setColorAt(1.0, shade.darker(118))
    painter.setPen(QPen(_mix(style.theme.head, (0, 0, 0), 0.35), 0.7 if radius > 4 else 0.0))
    painter.setBrush(gradient)
    painter.drawEllipse(centre, radius, radius * 1.12)
    if facing is None or radius < 4:
        return
    look = mirrored(facing) if style.mirror else np.asarray(facing, np.float64)
    toward = camera.axes() @ look
    if toward[2] <= -0.15:
        return
    nose = camera.project(head + look * HEAD_RADIUS * 1.02, rect.width(), rect.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_mix(style.theme.head, (0, 0, 0), 0.45))
    painter.drawEllipse(QPointF(rect.x() + nose[0], rect.y() + nose[1]), radius * 0.16, radius * 0.16)


def _mix(rgb: Sequence[int], other: Sequence[int], amount: float) -> QColor:
    r, g, b = (round(x + (y - x) * amount) for x, y in zip(rgb, other, strict=True))
    return QColor(r, g, b)


def render(dance: Dance, frame: int, width: int, height: int, style: Style, camera: Camera | None = None) -> QImage:
    """One frame as a picture, ARGB32 premultiplied; without a camera one that shows the whole dance is used."""
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(colour(style.theme.background) if style.background else Qt.GlobalColor.transparent)
    if not len(dance):
        return image
    chosen = camera or camera_for(dance, width / height, mirror=style.mirror)
    rect = QRectF(0, 0, width, height)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if style.floor:
            draw_floor(painter, rect, chosen, style.theme)
        i = min(max(frame, 0), len(dance) - 1)
        draw_figure(painter, rect, dance.positions[i], dance.facing[i], chosen, style)
    finally:
        painter.end()
    return image


def camera_for(dance: Dance, aspect: float, *, mirror: bool = False, base: Camera | None = None) -> Camera:
    """A camera that holds the whole of a dance in the picture."""
    points = mirrored(dance.positions) if mirror else np.asarray(dance.positions, np.float64)
    fine = points[np.isfinite(points).all(axis=(1, 2))]
    if not len(fine):
        return base or Camera()
    tops = head_centre(fine) + np.array([0.0, HEAD_RADIUS, 0.0])
    return framing(np.concatenate([fine.reshape(-1, 3), tops.reshape(-1, 3)]), base or Camera(), aspect)


def ghost(style: Style, opacity: float) -> Style:
    """The style of a frame that is not the present one."""
    return replace(style, opacity=opacity, shadow=False, lit=())


