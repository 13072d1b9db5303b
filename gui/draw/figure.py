"""The dancer by QPainter: thumbnails, exports, figures, and the player where there is no GL.

Limbs are round cones sorted by depth, as wide as their radii at that depth; a shadow lies on the floor.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

from core.pipeline.song import Dance
from gui.draw.body import BONE_ENDS, BONE_TAPER, HAND, HEAD_RADIUS, SIDES, head_centre
from gui.draw.camera import Camera, framing
from gui.draw.colours import LIGHT, Theme, colour
from gui.draw.head import draw_head, head_outline, mixed
from gui.draw.outlines import floor_outlines, outlines


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
    flat : (r, g, b) or None
        Draw no more than a silhouette in this colour; it does not grow denser where limbs cross.
    """

    theme: Theme = LIGHT
    floor: bool = True
    shadow: bool = True
    lit: Collection[int] = ()
    opacity: float = 1.0
    mirror: bool = False
    background: bool = True
    flat: tuple[int, int, int] | None = None


_SHADED = np.flatnonzero([not hand for hand in HAND])
_SMALL = 130.0
"""Pixels of a metre below which a figure is a thumbnail."""
Edges = Literal["tip", "sides", "none"]
_TIPS = frozenset(BONE_ENDS[:, 1].tolist()) - frozenset(BONE_ENDS[:, 0].tolist())
# The trunk is made of several limbs that lie in each other: lines along them would cross it.
_EDGES: tuple[Edges, ...] = tuple(
    "tip" if b in _TIPS else "none" if side == 0 else "sides"
    for b, side in zip(BONE_ENDS[:, 1].tolist(), SIDES, strict=True)
)


def mirrored(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Points [..., 3] seen in a mirror: x turns its sign."""
    return np.asarray(points, np.float64) * np.array([-1.0, 1.0, 1.0])


def draw_floor(painter: QPainter, rect: QRectF, camera: Camera, theme: Theme, half: int = 3, step: float = 0.5) -> None:
    """Grid on the floor around the camera's target; it fades out ``half`` metres away."""
    here = np.array([round(camera.target[0] / step) * step, 0.0, round(camera.target[2] / step) * step])
    ticks = np.arange(-half / step, half / step + 1) * step
    low, high, none = np.full(len(ticks), -float(half)), np.full(len(ticks), float(half)), np.zeros(len(ticks))
    starts = np.concatenate([np.stack([ticks, none, low], 1), np.stack([low, none, ticks], 1)]) + here
    ends = np.concatenate([np.stack([ticks, none, high], 1), np.stack([high, none, ticks], 1)]) + here
    shares = np.linspace(0.0, 1.0, max(round(4 * half), 2) + 1)[:, None, None]
    corners = starts + (ends - starts) * shares
    pieces = np.stack([corners[:-1], corners[1:]], axis=2).reshape(-1, 2, 3)
    away = np.hypot(*(pieces.mean(axis=1) - camera.target)[:, [0, 2]].T) / half
    seen = camera.project(pieces, rect.width(), rect.height())
    visible = (seen[..., 2] > 0.1).all(axis=1)
    # A few steps of fading are enough, and each is one call.
    levels = np.ceil(np.clip((1.0 - away) * 1.6, 0.0, 1.0) * 5).astype(int)
    for level in range(1, 6):
        lines = seen[visible & (levels == level)][..., :2] + (rect.x(), rect.y())
        if len(lines):
            painter.setPen(QPen(colour(theme.line, 51 * level), 1.0))
            painter.drawLines([QLineF(*line) for line in lines.reshape(-1, 4).tolist()])


def draw_shadow(
    painter: QPainter, rect: QRectF, positions: NDArray[np.floating], camera: Camera, style: Style,
) -> None:
    """Draw the shadow of one frame ([53, 3], metres, mirrored already) on the floor, as one shape."""
    points = np.asarray(positions, np.float64)
    ends = points[BONE_ENDS[_SHADED]]
    fine = np.isfinite(ends).all(axis=(1, 2))
    shapes = floor_outlines(ends[fine], BONE_TAPER[_SHADED][fine] * 0.9)
    head = head_centre(points)
    if np.isfinite(head).all():
        ball = np.repeat(head[None, None], 2, axis=1)
        shapes = np.concatenate([shapes, floor_outlines(ball, np.full((1, 2), HEAD_RADIUS * 0.9))])
    seen = camera.project(shapes, rect.width(), rect.height())
    seen = seen[(seen[..., 2] > 0.1).all(axis=1)]
    painter.setOpacity(style.opacity)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillPath(_united(seen[..., :2] + (rect.x(), rect.y())), colour(style.theme.shadow, 190))


def _united(shapes: NDArray[np.float64]) -> QPainterPath:
    """One path of outlines [n, points, 2] that all run the same way round: filled once, it is their union."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for shape in shapes:
        path.addPolygon(_polygon(shape))
    return path


def _polygon(points: NDArray[np.float64]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


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
        Limbs with an end that is not a number are left out.
    facing : [3] or None
        Where the face looks; without it the head has no face.
    camera : Camera
    style : Style
    """
    points = mirrored(positions) if style.mirror else np.asarray(positions, np.float64)
    if not np.isfinite(points).any():
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if style.shadow:
        draw_shadow(painter, rect, points, camera, style)
    painter.setOpacity(style.opacity)
    head = head_centre(points)
    seen = camera.project(np.vstack([points, head]), rect.width(), rect.height())
    seen[:, 0] += rect.x()
    seen[:, 1] += rect.y()
    middle_depth = float(np.nanmedian(seen[:, 2]))
    if middle_depth > 0.1:
        look = None if facing is None or not np.isfinite(facing).all() else np.asarray(facing, np.float64)
        if look is not None and style.mirror:
            look = mirrored(look)
        _limbs(painter, rect, points, seen, look, camera, style, middle_depth)
    painter.restore()


def _limbs(
    painter: QPainter, rect: QRectF, points: NDArray[np.float64], seen: NDArray[np.float64],
    look: NDArray[np.float64] | None, camera: Camera, style: Style, middle_depth: float,
) -> None:
    depths = seen[BONE_ENDS][..., 2]
    rows = np.flatnonzero(np.isfinite(seen[BONE_ENDS]).all(axis=(1, 2)) & (depths > 0.1).all(axis=1))
    scale = camera.pixels_per_metre(1.0, rect.height())
    ends = seen[BONE_ENDS[rows]][..., :2]
    radii = np.maximum(BONE_TAPER[rows] * scale / depths[rows], 0.55)
    # In a thumbnail strokes look the same as outlines and take a third of the time.
    small = style.flat is None and scale < _SMALL * middle_depth
    shapes = None if small else outlines(ends, radii)
    with_head = bool(np.isfinite(seen[-1]).all() and seen[-1, 2] > 0.1)
    size = scale / float(seen[-1, 2]) if with_head else 0.0
    if style.flat is not None and shapes is not None:
        path = _united(shapes)
        if with_head:
            path.addPolygon(_polygon(head_outline(points, seen[-1], size, camera)))
        painter.fillPath(path, colour(style.flat))
        return
    lit = frozenset(style.lit)
    glowing = [k for k, i in enumerate(rows) if int(BONE_ENDS[i, 1]) in lit and not HAND[i]]
    if glowing and radii.max() > 4:
        for grow, strength in ((0.045, 34), (0.028, 44), (0.012, 60)):
            wider = outlines(ends[glowing], radii[glowing] + grow * scale / depths[rows[glowing]])
            painter.fillPath(_united(wider), colour(style.theme.lit, strength))
    strokes, lines = radii.sum(axis=1).tolist(), ends.reshape(-1, 4).tolist()
    jobs: list[tuple[float, int]] = [(float(d), k) for k, d in enumerate(depths[rows].mean(axis=1))]
    if with_head:
        jobs.append((float(seen[-1, 2]), -1))
    for depth, k in sorted(jobs, reverse=True):
        # Farther parts are a little closer to the background, which lets the eye read what is in front.
        haze = min(max((depth - middle_depth) * 0.9 + 0.06, 0.0), 0.40)
        if k < 0:
            draw_head(painter, points, seen[-1], size, look, camera, style.theme, haze, lit=0 in lit)
            continue
        bone = int(rows[k])
        joint = int(BONE_ENDS[bone, 1])
        glows = joint in lit
        shade = style.theme.lit if glows else (style.theme.right, style.theme.middle, style.theme.left)[SIDES[bone] + 1]
        fill = mixed(shade, style.theme.background, 0.0 if glows else haze)
        if shapes is None:
            painter.setPen(QPen(fill, strokes[k], Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QLineF(*lines[k]))
            continue
        _limb(painter, shapes[k], ends[k], radii[k], fill, mixed(shade, (0, 0, 0), 0.42),
              _EDGES[bone])


def _limb(
    painter: QPainter, shape: NDArray[np.float64], ends: NDArray[np.float64], radii: NDArray[np.float64], fill: QColor,
    edge: QColor, edges: Edges,
) -> None:
    """One limb: round where it is wide enough to see it, outlined along its sides but not across its joints."""
    wide = float(radii.max())
    if wide < 2.6:
        painter.setPen(QPen(fill, 2 * float(radii.mean()), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(*ends[0].tolist()), QPointF(*ends[1].tolist()))
        return
    brush = QBrush(fill)
    along = ends[1] - ends[0]
    length = float(np.hypot(*along))
    if wide > 6 and length > 1e-6:
        # Light falls from above on the left, so the gradient runs across the limb from its lighter side.
        across = np.array([-along[1], along[0]]) / length * wide
        if across[0] * -0.55 + across[1] * -0.8 < 0:
            across = -across
        middle = ends.mean(axis=0)
        gradient = QLinearGradient(QPointF(*(middle + across).tolist()), QPointF(*(middle - across).tolist()))
        gradient.setColorAt(0.0, fill)
        gradient.setColorAt(0.35, fill.lighter(113))
        gradient.setColorAt(1.0, fill.darker(142))
        brush = QBrush(gradient)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawPolygon(_polygon(shape))
    if wide < 4:
        return
    painter.setPen(QPen(edge, min(0.5 + wide * 0.04, 1.3)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = len(shape) // 2
    if edges == "tip":
        painter.drawPolyline(_polygon(np.concatenate([shape[half - 1 :], shape[:1]])))
    elif edges == "sides":
        painter.drawLines([QLineF(*shape[half - 1].tolist(), *shape[half].tolist()),
                           QLineF(*shape[-1].tolist(), *shape[0].tolist())])


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


def ghost(style: Style, opacity: float, flat: tuple[int, int, int] | None = None) -> Style:
    """The style of a frame that is not the present one: a faint silhouette."""
    return replace(style, opacity=opacity, shadow=False, lit=(), flat=flat or style.theme.faint)
