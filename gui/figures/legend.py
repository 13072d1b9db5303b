"""The scale of NPMI's colours, with numbers, so that no meaning lies in colour alone."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.draw.colours import colour, npmi_rgb, theme_of
from gui.widgets.translated import Translated

_TICKS = (-1.0, -0.5, 0.0, 0.5, 1.0)


class ColourScale(Translated):
    """A bar from -1 to 1 with its ticks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Colours of NPMI, from -1 (apart) over 0 (as by chance) to 1 (together)"))
        self.setToolTip(self.accessibleName())

    def restyle(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(170, self.fontMetrics().height() + 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, self.fontMetrics().height() + 14)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar and its numbers."""
        theme = theme_of(self.palette())
        values = np.linspace(-1, 1, 256)
        rgb = npmi_rgb(values, dark=theme.dark)
        line = np.ascontiguousarray(np.concatenate([rgb, np.full((256, 1), 255, np.uint8)], axis=1))
        image = QImage(line.data, 256, 1, 1024, QImage.Format.Format_RGBA8888)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        bar = QRectF(12, 1, self.width() - 24, 9)
        painter.drawImage(bar, image)
        painter.setPen(colour(theme.line))
        painter.drawRect(bar)
        painter.setPen(colour(theme.faint))
        for tick in _TICKS:
            x = bar.left() + (tick + 1) / 2 * bar.width()
            text = QRectF(x - 24, bar.bottom() + 2, 48, self.fontMetrics().height())
            painter.drawText(text, Qt.AlignmentFlag.AlignCenter, f"{tick:g}")
        painter.end()
