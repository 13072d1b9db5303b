"""How a gesture is drawn in the list: picture, words, a sentence, and the NPMI as a coloured number."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from gui.browser.gestures_model import (
    DETAIL_ROLE,
    MORE_ROLE,
    NPMI_ROLE,
    PLACE_ROLE,
    SENTENCE_ROLE,
    WORDS_ROLE,
    GesturesModel,
    Index,
)
from gui.draw.colours import npmi_colour, readable_on, theme_of
from gui.thumbs.loops import Loops, paint_loop

PICTURE: Final = QSize(64, 76)
_PAD: Final = 6


def paint_chip(painter: QPainter, right: int, top: int, npmi: float, font: QFont, palette: QPalette) -> QRect:
    """Paint an NPMI as a number on its colour, its upper right corner here; returns where it is."""
    text = f"{npmi:.2f}"
    metrics = QFontMetrics(font)
    rect = QRect(0, 0, metrics.horizontalAdvance(text) + 12, metrics.height() + 2)
    rect.moveTopRight(QPoint(right, top))
    fill = npmi_colour(npmi, dark=theme_of(palette).dark)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(QRectF(rect), rect.height() / 2, rect.height() / 2)
    painter.setPen(readable_on(fill))
    painter.setFont(font)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return rect


class GestureDelegate(QStyledItemDelegate):
    """Draws one row."""

    def __init__(self, loops: Loops, parent: QWidget) -> None:
        super().__init__(parent)
        self._loops = loops

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        lines = 3 * option.fontMetrics.height() + 14
        return QSize(200, max(PICTURE.height() + 2 * _PAD, lines + 2 * _PAD))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        style = own.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        rect = QRect(own.rect).adjusted(_PAD, _PAD, -_PAD, -_PAD)
        picture = QRect(rect.topLeft(), PICTURE)
        place = index.data(PLACE_ROLE)
        if place is not None:
            paint_loop(painter, picture, self._loops, place, moving=True, theme=theme_of(own.palette))
        chosen = bool(own.state & QStyle.StateFlag.State_Selected)
        ink = own.palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        faint = own.palette.color(QPalette.ColorRole.HighlightedText) if chosen else None
        painter.save()
        small = QFont(own.font)
        chip = paint_chip(painter, rect.right(), rect.top(), index.data(NPMI_ROLE), small, own.palette)
        left = picture.right() + 10
        bold = QFont(own.font)
        bold.setBold(True)
        bold.setPointSizeF(own.font.pointSizeF() * 1.12)
        self._words(painter, QRect(left, rect.top(), chip.left() - left - 6, QFontMetrics(bold).height() + 2),
                    index.data(WORDS_ROLE), bold, own.font, ink)
        line = own.fontMetrics.height() + 3
        y = rect.top() + QFontMetrics(bold).height() + 6
        painter.setFont(own.font)
        painter.setPen(ink)
        width = rect.right() - left
        sentence = index.data(SENTENCE_ROLE)
        if own.fontMetrics.horizontalAdvance(sentence) <= width:
            painter.drawText(QRect(left, y, width, line), Qt.AlignmentFlag.AlignVCenter, sentence)
        else:
            # A narrow list has room for two lines, which matter more than the figures' own line.
            painter.drawText(QRect(left, y, width, 2 * line),
                             Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, sentence)
            y += line
        if faint is None:
            faint = own.palette.color(QPalette.ColorRole.Text)
            faint.setAlphaF(0.62)
        painter.setPen(faint)
        detail = index.data(DETAIL_ROLE)
        if index.data(MORE_ROLE):
            detail = self.tr("+{count} more · {detail}").format(count=index.data(MORE_ROLE), detail=detail)
        painter.drawText(QRect(left, y + line, width, line), Qt.AlignmentFlag.AlignVCenter,
                         own.fontMetrics.elidedText(detail, Qt.TextElideMode.ElideRight, width))
        painter.restore()

    def _words(self, painter: QPainter, rect: QRect, words: list[tuple[str, int]], bold: QFont, plain: QFont,
               ink: QColor) -> None:
        x = rect.left()
        for word, count in words or [("", 0)]:
            name = word or self.tr("(no word)")
            painter.setFont(bold)
            painter.setPen(ink)
            metrics = QFontMetrics(bold)
            room = rect.right() - x
            if room < metrics.horizontalAdvance("…") * 2:
                return
            name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(x, rect.top(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, name)
            x += metrics.horizontalAdvance(name) + 3
            times = f"×{count}"
            width = QFontMetrics(plain).horizontalAdvance(times)
            if count and x + width <= rect.right():
                faint = painter.pen().color()
                faint.setAlphaF(0.62)
                painter.setFont(plain)
                painter.setPen(faint)
                painter.drawText(QRect(x, rect.top(), width, rect.height()), Qt.AlignmentFlag.AlignVCenter, times)
                x += width + 8
            else:
                x += 5


class GestureList(QTreeView):
    """Gestures; the other movements of a word unfold below it. Enter or a double click opens one."""

    chosen = Signal(int)
    opened = Signal(int)
    menu_wanted = Signal(int, object)
    """A gesture, and where on the screen."""

    def __init__(self, model: GesturesModel, loops: Loops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gestures = model
        self.setModel(model)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(18)
        self.setExpandsOnDoubleClick(False)
        self.doubleClicked.connect(self._open)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(GestureDelegate(loops, self))
        self.selectionModel().currentChanged.connect(self._on_current)
        loops.tick.connect(self._repaint)
        loops.ready.connect(self._repaint)

    def select(self, gesture: int | None) -> None:
        """Put the choice on a gesture (unfolding its word), or on none, without telling anybody."""
        index = self._gestures.index_of(gesture) if gesture is not None else self.rootIndex()
        model = self.selectionModel()
        was = model.blockSignals(True)
        if index.isValid():
            if index.parent().isValid():
                self.expand(index.parent())
            self.setCurrentIndex(index)
            self.scrollTo(index)
        else:
            model.clear()
        model.blockSignals(was)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        gesture = self._gestures.gesture(self.currentIndex())
        if gesture is not None:
            where = event.globalPos()
            if event.reason() == QContextMenuEvent.Reason.Keyboard:
                where = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
            self.menu_wanted.emit(gesture, where)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: Index) -> None:
        gesture = self._gestures.gesture(index)
        if gesture is not None:
            self.opened.emit(gesture)

    def _on_current(self, index: Index, _before: Index) -> None:
        gesture = self._gestures.gesture(index)
        if gesture is not None:
            self.chosen.emit(gesture)

    def _repaint(self) -> None:
        if self.isVisible():
            self.viewport().update()
