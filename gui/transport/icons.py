"""Icons of the transport, drawn as paths so that they are sharp at every size and follow the theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPainterPathStroker, QPalette, QPen, QPixmap, QPolygonF

_SIZES: Final = (16, 20, 24, 32)
_RATIOS: Final = (1.0, 2.0)


def _polygon(path: QPainterPath, *points: tuple[float, float]) -> None:
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()


def _bar(path: QPainterPath, x: float, width: float = 2.4, top: float = 5.0, bottom: float = 19.0) -> None:
    path.addRoundedRect(QRectF(x, top, width, bottom - top), 0.8, 0.8)


def _stroked(line: QPainterPath, width: float = 2.0) -> QPainterPath:
    stroker = QPainterPathStroker(QPen(Qt.GlobalColor.black, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
                                       Qt.PenJoinStyle.RoundJoin))
    return stroker.createStroke(line)


def _play() -> QPainterPath:
    path = QPainterPath()
    _polygon(path, (7, 4.2), (20, 12), (7, 19.8))
    return path


def _pause() -> QPainterPath:
    path = QPainterPath()
    _bar(path, 6.2, 4.0)
    _bar(path, 13.8, 4.0)
    return path


def _start() -> QPainterPath:
    path = QPainterPath()
    _bar(path, 4.6)
    _polygon(path, (19, 5), (19, 19), (8.6, 12))
    return path


def _back() -> QPainterPath:
    path = QPainterPath()
    _polygon(path, (12.6, 6), (12.6, 18), (4.4, 12))
    _bar(path, 15.6, 2.4, 6, 18)
    return path


def _mirrored(make: Callable[[], QPainterPath]) -> Callable[[], QPainterPath]:
    def mirrored() -> QPainterPath:
        from PySide6.QtGui import QTransform

        return QTransform(-1, 0, 0, 1, 24, 0).map(make())

    return mirrored


def _loop() -> QPainterPath:
    line = QPainterPath(QPointF(15.5, 7))
    line.lineTo(8.5, 7)
    line.arcTo(QRectF(3.5, 7, 10, 10), 90, 180)
    line.moveTo(15.5, 7)
    line.arcTo(QRectF(10.5, 7, 10, 10), 90, -180)
    line.lineTo(13.4, 17)
    path = _stroked(line)
    _polygon(path, (13.8, 13.2), (13.8, 20.8), (8.6, 17))
    return path


def _selection() -> QPainterPath:
    path = QPainterPath()
    for x, turn in ((3.4, 1), (20.6, -1)):
        line = QPainterPath(QPointF(x + 2.6 * turn, 5))
        line.lineTo(x, 5)
        line.lineTo(x, 19)
        line.lineTo(x + 2.6 * turn, 19)
        path.addPath(_stroked(line, 1.8))
    _polygon(path, (9, 7.4), (16.6, 12), (9, 16.6))
    return path


def _speaker() -> QPainterPath:
    path = QPainterPath()
    _polygon(path, (3.4, 9.4), (7, 9.4), (12, 5), (12, 19), (7, 14.6), (3.4, 14.6))
    return path


def _sound() -> QPainterPath:
    path = _speaker()
    for radius in (3.4, 6.8):
        line = QPainterPath()
        box = QRectF(12.6 - radius, 12 - radius, 2 * radius, 2 * radius)
        line.arcMoveTo(box, 48)
        line.arcTo(box, 48, -96)
        path.addPath(_stroked(line, 1.8))
    return path


def _mute() -> QPainterPath:
    path = _speaker()
    cross = QPainterPath(QPointF(15.4, 9.2))
    cross.lineTo(20.8, 14.8)
    cross.moveTo(20.8, 9.2)
    cross.lineTo(15.4, 14.8)
    path.addPath(_stroked(cross))
    return path


def _positive() -> QPainterPath:
    line = QPainterPath(QPointF(2.8, 18.6))
    line.cubicTo(7.4, 18.6, 7.2, 6, 10, 6)
    line.cubicTo(12.8, 6, 11.6, 18.6, 16, 18.6)
    path = _stroked(line, 1.9)
    _polygon(path, (15.8, 5.2), (21.4, 9), (15.8, 12.8))
    return path


_DRAWN: Final[dict[str, Callable[[], QPainterPath]]] = {
    "play": _play, "pause": _pause, "start": _start, "end": _mirrored(_start), "back": _back,
    "forward": _mirrored(_back), "loop": _loop, "selection": _selection, "sound": _sound, "mute": _mute,
    "next_positive": _positive, "previous_positive": _mirrored(_positive),
}


def names() -> tuple[str, ...]:
    """Icons there are."""
    return tuple(_DRAWN)


def _pixmap(path: QPainterPath, size: int, ratio: float, ink: QColor) -> QPixmap:
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 24, size / 24)
    path.setFillRule(Qt.FillRule.WindingFill)
    painter.fillPath(path, ink)
    painter.end()
    return pixmap


def icon(name: str, palette: QPalette, on: QColor | None = None) -> QIcon:
    """An icon in a palette's colours; ``on`` is the ink of its checked state."""
    path = _DRAWN[name]()
    group = QPalette.ColorGroup
    role = QPalette.ColorRole.ButtonText
    made = QIcon()
    for size in _SIZES:
        for ratio in _RATIOS:
            for mode, ink in ((QIcon.Mode.Normal, palette.color(group.Active, role)),
                              (QIcon.Mode.Disabled, palette.color(group.Disabled, role))):
                made.addPixmap(_pixmap(path, size, ratio, ink), mode, QIcon.State.Off)
                lit = on if on is not None and mode == QIcon.Mode.Normal else ink
                made.addPixmap(_pixmap(path, size, ratio, lit), mode, QIcon.State.On)
    return made
