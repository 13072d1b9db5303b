"""Draws a :class:`Scene` with QPainter, where there is no GL."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from gui.draw.colours import colour
from gui.draw.figure import Style, draw_figure, draw_floor, draw_shadow, ghost
from gui.player.scene import STEP, Figure, Scene


def paint_scene(painter: QPainter, rect: QRectF, scene: Scene) -> None:
    """Draw a scene into a part of a picture."""
    painter.save()
    painter.setClipRect(rect)
    painter.fillRect(rect, colour(scene.theme.background))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    style = Style(scene.theme, lit=scene.lit)
    places = [_column(rect, figure) for figure in scene.figures]
    for figure, place in zip(scene.figures, places, strict=True):
        if figure.camera.eye()[1] > 0.0:
            draw_shadow(painter, place, figure.positions, figure.camera, style)
    for figure, place in zip(scene.figures, places, strict=True):
        if scene.grid:
            draw_floor(painter, place, figure.camera, scene.theme, half=max(int(scene.reach * 0.8), 1), step=STEP)
        if figure.trace is not None and len(figure.trace) > 1:
            _trace(painter, place, figure, scene)
    plain = Style(scene.theme, lit=scene.lit, shadow=False)
    for figure, place in zip(scene.figures, places, strict=True):
        for other in figure.ghosts:
            shade = scene.theme.accent if other.coming else scene.theme.faint
            draw_figure(painter, place, other.positions, None, figure.camera, ghost(plain, other.opacity, shade))
        draw_figure(painter, place, figure.positions, figure.facing, figure.camera, plain)
    painter.restore()


def _column(rect: QRectF, figure: Figure) -> QRectF:
    return rect.translated((figure.centre - 0.5) * rect.width(), 0.0)


def _trace(painter: QPainter, rect: QRectF, figure: Figure, scene: Scene) -> None:
    points = figure.camera.project(np.asarray(figure.trace), rect.width(), rect.height())
    shares = np.linspace(0.0, 0.8, len(points))
    for a, b, share in zip(points[:-1], points[1:], shares, strict=False):
        if a[2] > 0.1 and b[2] > 0.1:
            painter.setPen(QPen(colour(scene.theme.accent, round(255 * float(share))), 2.0))
            painter.drawLine(QPointF(rect.x() + a[0], rect.y() + a[1]), QPointF(rect.x() + b[0], rect.y() + b[1]))
