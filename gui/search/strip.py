"""The query as a strip: every word as long as it lasts, borders and the end to be dragged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.pipeline.query import MAX_QUERY_FRAMES, share_frames
from core.skeleton import FPS
from gui.draw.colours import colour, readable_on, theme_of
from gui.search.tone import tone
from gui.widgets.translated import Translated

_GRIP: Final = 5
"""Pixels on either side of a border where it can be taken."""
_ROOM: Final = 26
"""Pixels kept free behind the end, so that it can be dragged on."""


@dataclass(frozen=True)
class StripWord:
    """A word of the strip: text, best NPMI of its code with any movement, and the code."""

    text: str
    npmi: float
    code: int


class QueryStrip(Translated):
    """Shows and changes how long the words of a query last."""

    changed = Signal(object)
    """Frames of each word (tuple of int), while a person drags or types."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[StripWord, ...] = ()
        self._lengths: tuple[int, ...] = ()
        self._usual = 2 * FPS
        self._chosen = -1
        self._drag: tuple[int, float, tuple[int, ...]] | None = None
        self._hover = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Words of the query and their lengths"))
        self._describe()

    def restyle(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, self.fontMetrics().height() * 2 + 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    # -- what it shows ----------------------------------------------------------------------------

    @property
    def lengths(self) -> tuple[int, ...]:
        """Frames of each word."""
        return self._lengths

    def set_words(self, words: tuple[StripWord, ...], lengths: tuple[int, ...], usual: int) -> None:
        """Show words that last that many frames; ``usual`` is the length of a usual bar."""
        if words != self._words:
            self._chosen = -1
        self._words, self._lengths, self._usual = words, lengths, usual
        self._describe()
        self.update()

    def _describe(self) -> None:
        parts = [self.tr("{word}: {frames} frames").format(word=word.text, frames=frames)
                 for word, frames in zip(self._words, self._lengths, strict=True)]
        self.setAccessibleDescription("; ".join(parts))

    def border_x(self, border: int) -> float:
        """Where a border lies: pixels from the left; border ``i`` ends word ``i``."""
        return sum(self._lengths[: border + 1]) * self._scale()

    def _scale(self) -> float:
        """Pixels a frame; fixed while something is dragged."""
        if self._drag is not None:
            return self._drag[1]
        frames = max(sum(self._lengths), self._usual, 1)
        return max(self.width() - _ROOM, 10) / frames

    # -- changing ---------------------------------------------------------------------------------

    def _border_at(self, x: float) -> int:
        near = [(abs(self.border_x(i) - x), i) for i in range(len(self._lengths))]
        distance, border = min(near, default=(1e9, -1))
        return border if distance <= _GRIP else -1

    def _word_at(self, x: float) -> int:
        edges = [self.border_x(i) for i in range(len(self._lengths))]
        return next((i for i, edge in enumerate(edges) if x < edge), -1) if x >= 0 else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        border = self._border_at(event.position().x())
        if border >= 0:
            self._drag = (border, self._scale(), self._lengths)
        self._chosen = border if border >= 0 else self._word_at(event.position().x())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._drag is None:
            border = self._border_at(x)
            self.setCursor(Qt.CursorShape.SizeHorCursor if border >= 0 else Qt.CursorShape.ArrowCursor)
            if border != self._hover:
                self._hover = border
                self.update()
            return
        border, scale, before = self._drag
        frame = round(x / scale)
        if border == len(before) - 1:
            total = min(max(frame, len(before)), MAX_QUERY_FRAMES)
            self._set(share_frames(before, total))
            return
        start = sum(before[:border])
        both = before[border] + before[border + 1]
        own = min(max(frame - start, 1), both - 1)
        self._set((*before[:border], own, both - own, *before[border + 2 :]))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._drag is not None:
            self._drag = None
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page up and down choose a word, Up and Down make it a frame longer or shorter."""
        last = len(self._words) - 1
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp) and last >= 0:
            way = 1 if event.key() == Qt.Key.Key_PageDown else -1
            self._chosen = min(max(self._chosen + way, 0), last)
            self.update()
        elif event.key() in steps and 0 <= self._chosen <= last:
            longer = self._lengths[self._chosen] + steps[Qt.Key(event.key())]
            if longer >= 1 and sum(self._lengths) + 1 <= MAX_QUERY_FRAMES:
                self._set((*self._lengths[: self._chosen], longer, *self._lengths[self._chosen + 1 :]))
        else:
            super().keyPressEvent(event)

    def _set(self, lengths: tuple[int, ...]) -> None:
        if lengths != self._lengths:
            self._lengths = lengths
            self._describe()
            self.update()
            self.changed.emit(lengths)

    # -- drawing ----------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event.pos(), event.globalPos())
            return True
        return super().event(event)

    def _show_tip(self, at: QPoint, where: QPoint) -> None:
        i = self._word_at(at.x())
        if not 0 <= i < len(self._words):
            QToolTip.hideText()
            return
        word, frames = self._words[i], self._lengths[i]
        related = (self.tr("strongest movement: NPMI {npmi:.2f}").format(npmi=word.npmi) if word.npmi > 0
                   else self.tr("no movement goes with it"))
        text = self.tr("{word}: {frames} frames, {seconds:.2f} s\nlyric code {code}; {related}").format(
            word=word.text, frames=frames, seconds=frames / FPS, code=word.code, related=related)
        QToolTip.showText(where, text, self)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale, line = self._scale(), self.fontMetrics().height()
        top, height = 2.0, float(line + 8)
        painter.setPen(QPen(colour(theme.line), 1))
        step = FPS
        usual = self._usual * scale
        for frame in range(0, int(self.width() / max(scale, 1e-6)) + 1, step):
            painter.drawLine(QPointF(frame * scale, top), QPointF(frame * scale, top + height + 3))
        painter.setPen(QPen(colour(theme.faint), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(usual, top), QPointF(usual, top + height + 3))
        x = 0.0
        for i, (word, frames) in enumerate(zip(self._words, self._lengths, strict=True)):
            rect = QRectF(x + 0.5, top, max(frames * scale - 1.0, 1.0), height)
            fill = tone(max(word.npmi, 0.0), dark=theme.dark)
            painter.setPen(QPen(colour(theme.accent), 2) if i == self._chosen and self.hasFocus() else
                           QPen(colour(theme.line), 1))
            painter.setBrush(fill)
            painter.drawRoundedRect(rect, 3, 3)
            painter.setPen(readable_on(fill))
            room = rect.adjusted(3, 0, -3, 0)
            text = self.fontMetrics().elidedText(word.text, Qt.TextElideMode.ElideRight, int(room.width()))
            if room.width() > 6:
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
            painter.setPen(colour(theme.faint))
            number = str(frames)
            if self.fontMetrics().horizontalAdvance(number) < rect.width():
                mark = f"● {number}" if word.npmi > 0 and self.fontMetrics().horizontalAdvance(
                    f"● {number}") < rect.width() else number
                painter.drawText(QRectF(rect.x(), top + height, rect.width(), line + 2),
                                 Qt.AlignmentFlag.AlignCenter, mark)
            x += frames * scale
        if self._lengths:
            self._grip(painter, x, top, height, held=self._drag is not None or self._hover == len(self._lengths) - 1)
        painter.end()

    def _grip(self, painter: QPainter, x: float, top: float, height: float, *, held: bool) -> None:
        theme = theme_of(self.palette())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.accent if held else theme.faint))
        painter.drawRoundedRect(QRectF(x + 1, top, 5, height), 2, 2)
        painter.setPen(QPen(colour(theme.background), 1))
        for y in np.linspace(top + height * 0.35, top + height * 0.65, 3):
            painter.drawLine(QPointF(x + 2, y), QPointF(x + 5, y))
