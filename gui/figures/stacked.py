"""Several sheets below each other in one picture."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter, QPalette

from gui.figures.export import Sheet


@dataclass(frozen=True)
class Stacked(Sheet):
    """Sheets drawn one below the other, as wide as the widest.

    Attributes
    ----------
    parts : tuple of Sheet
    """

    parts: tuple[Sheet, ...] = ()

    @classmethod
    def of(cls, parts: list[Sheet]) -> Stacked:
        """The parts, top first; named after the first."""
        return cls(parts[0].widget, " ".join(part.caption for part in parts), None, tuple(parts))

    def size(self) -> QSize:
        """Size in pixels of a plain screen."""
        sizes = [part.size() for part in self.parts]
        return QSize(max(size.width() for size in sizes), sum(size.height() for size in sizes))

    def paint(self, painter: QPainter) -> None:
        """Draw them at the origin."""
        painter.fillRect(QRect(QPoint(0, 0), self.size()), self.widget.palette().color(QPalette.ColorRole.Base))
        down = 0
        for part in self.parts:
            painter.save()
            painter.translate(0, down)
            part.paint(painter)
            painter.restore()
            down += part.size().height()
