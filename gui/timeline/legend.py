"""The scale that the timeline's colours stand for."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.draw.colours import colour, npmi_rgb, theme_of
from gui.timeline.colouring import blend
from gui.widgets.translated import Translated

_MARKS = (-1.0, -0.5, 0.0, 0.5, 1.0)


class Legend(Translated):
    """NPMI from -1 to 1 with its colours and numbers; what the threshold dims is dimmed here as well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._threshold: float | None = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.retranslate()

    def retranslate(self) -> None:
        self._name = self.tr("NPMI")
        self.setAccessibleName(self.tr("Colours of NPMI"))
        self.setToolTip(self.tr(
            "Blue: word and movement come together less often than by chance. Grey: as often. "
            "Orange: more often. Values at or below the threshold are paler."))
        self.updateGeometry()
        self.update()

    def restyle(self) -> None:
        self.update()

    def set_threshold(self, threshold: float | None) -> None:
        """Values at or below it are shown dimmed; None where nothing is."""
        self._threshold = threshold
        self.update()

    def _metrics(self) -> QFontMetricsF:
        font = self.font()
        font.setPointSizeF(max(font.pointSizeF() * 0.8, 6.5))
        return QFontMetricsF(font)

    def sizeHint(self) -> QSize:
        metrics = self._metrics()
        return QSize(round(metrics.horizontalAdvance(self._name) + 14 + metrics.horizontalAdvance("−0.5") * 6.2),
                     round(metrics.height() + 12))

    def bar(self) -> QRectF:
        """Where the colours are."""
        metrics = self._metrics()
        left = metrics.horizontalAdvance(self._name) + 8 + metrics.horizontalAdvance("−1") / 2
        right = self.width() - metrics.horizontalAdvance("−1") / 2 - 2
        top = (self.height() - metrics.height() - 9) / 2
        return QRectF(left, top, right - left, 9)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        bar = self.bar()
        painter = QPainter(self)
        font = self.font()
        font.setPointSizeF(max(font.pointSizeF() * 0.8, 6.5))
        painter.setFont(font)
        metrics = self._metrics()
        count = max(round(bar.width() * self.devicePixelRatioF()), 2)
        values = np.linspace(-1.0, 1.0, count)
        rgb = npmi_rgb(values, dark=theme.dark)
        if self._threshold is not None:
            low = values <= self._threshold
            rgb[low] = blend(rgb[low], theme.background, 0.68)
        pixels = np.ascontiguousarray(np.concatenate([rgb[:, ::-1], np.full((count, 1), 255, np.uint8)], axis=1))
        image = QImage(pixels.data, count, 1, count * 4, QImage.Format.Format_RGB32)
        painter.drawImage(bar, image)
        painter.setPen(colour(theme.faint))
        painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.setPen(colour(theme.text))
        name = QRectF(0, bar.top() - 4, bar.left(), bar.height() + 8)
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, self._name)
        for mark in _MARKS:
            x = bar.left() + (mark + 1) / 2 * bar.width()
            painter.fillRect(QRectF(round(x), bar.bottom(), 1, 2), colour(theme.text))
            text = f"{mark:g}".replace("-", "−")
            under = QRectF(x - 30, bar.bottom() + 2, 60, metrics.height())
            painter.drawText(under, Qt.AlignmentFlag.AlignHCenter, text)
        if self._threshold is not None:
            x = bar.left() + (self._threshold + 1) / 2 * bar.width()
            painter.fillRect(QRectF(round(x) - 1, bar.top() - 3, 3, bar.height() + 5), colour(theme.background))
            painter.fillRect(QRectF(round(x), bar.top() - 3, 1, bar.height() + 5), colour(theme.text))
        painter.end()
