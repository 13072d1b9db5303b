"""The hits of a search: looping pictures with score, song and words; only the visible rows cost anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.draw.colours import colour, readable_on, theme_of
from gui.search.jobs import Hit
from gui.state.session import Session
from gui.thumbs.loops import Loops, loops_of

Index = QModelIndex | QPersistentModelIndex
HIT: Final = Qt.ItemDataRole.UserRole + 1
_THUMB: Final = QSize(96, 76)
_PAD: Final = 5
_WIDEST: Final = 430
"""Pixels from which on a second column fits."""


@dataclass(frozen=True)
class Row:
    """A row: the hit, its rank, whether it is shown under another, and whether its own repeats are shown."""

    hit: Hit
    rank: int
    under: bool = False
    open: bool = False


class HitsModel(QAbstractListModel):
    """The hits as rows; folded ones appear when their hit is opened out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hits: tuple[Hit, ...] = ()
        self._open: set[int] = set()
        self._rows: list[Row] = []
        self.tip: Callable[[Row], str] | None = None
        self.marks: dict[int, str] = {}
        """Bars with a mark, and what it says."""
        self.marked_tip = ""
        self.neutral = 0.5
        """Score of a bar of the query's length without any relation; marked on the bars. Below 0 there is no mark."""

    def set_hits(self, hits: Sequence[Hit]) -> None:
        """Show other hits."""
        self.beginResetModel()
        self._hits = tuple(hits)
        self._open &= {hit.bar for hit in hits}
        self._fill()
        self.endResetModel()

    def toggle(self, row: int, *, shown: bool | None = None) -> bool:
        """Show or hide what is folded under a hit; returns whether anything changed."""
        entry = self._rows[row]
        wanted = not entry.open if shown is None else shown
        if not entry.hit.under or entry.under or wanted == entry.open:
            return False
        (self._open.add if wanted else self._open.discard)(entry.hit.bar)
        count = len(entry.hit.under)
        if wanted:
            self.beginInsertRows(QModelIndex(), row + 1, row + count)
        else:
            self.beginRemoveRows(QModelIndex(), row + 1, row + count)
        self._fill()
        (self.endInsertRows if wanted else self.endRemoveRows)()
        self.dataChanged.emit(self.index(row), self.index(row))
        return True

    def _fill(self) -> None:
        self._rows = []
        for rank, hit in enumerate(self._hits, start=1):
            opened = hit.bar in self._open
            self._rows.append(Row(hit, rank, open=opened))
            if opened:
                self._rows += [Row(other, rank, under=True) for other in hit.under]

    def set_marks(self, marks: Mapping[int, str], tip: str) -> None:
        """Mark bars; ``tip`` says what it means, with the field "mark"."""
        self.marks, self.marked_tip = dict(marks), tip
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def mark(self, row: Row) -> str:
        """The mark of a row: its own, or the first of what is folded under it; or ''."""
        bars = (row.hit.bar,) if row.under else (row.hit.bar, *(hit.bar for hit in row.hit.under))
        return next((self.marks[bar] for bar in bars if bar in self.marks), "")

    @property
    def rows(self) -> list[Row]:
        """What is shown, top first."""
        return self._rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == HIT:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            mark = self.mark(row)
            return f"{row.rank}. {row.hit.score:.3f} {row.hit.title}: {row.hit.words}{f' ({mark})' if mark else ''}"
        if role == Qt.ItemDataRole.ToolTipRole and self.tip is not None:
            return self.tip(row)
        return None


class _Delegate(QStyledItemDelegate):
    """Draws a row."""

    def __init__(self, view: HitsView, loops: Loops) -> None:
        super().__init__(view)
        self._view = view
        self._loops = loops

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return self._view.cell()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(HIT)
        rect: QRect = option.rect
        theme = theme_of(self._view.palette())
        picture = thumb_rect(rect, under=row.under)
        if not self._view.exposed.intersects(text_rect(rect, picture)):
            # Only the picture went on, ten times a second; the text stays as it is.
            painter.save()
            self._thumb(painter, row, picture)
            painter.restore()
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        inner = rect.adjusted(1, 1, -1, -1)
        if chosen:
            fill = QColor(colour(theme.accent, 60 if theme.dark else 36))
            painter.setPen(QPen(colour(theme.accent), 1.5))
            painter.setBrush(fill)
            painter.drawRoundedRect(QRectF(inner), 5, 5)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.line, 70))
            painter.drawRoundedRect(QRectF(inner), 5, 5)
        self._thumb(painter, row, picture)
        self._text(painter, row, rect, theme)
        painter.restore()

    def _thumb(self, painter: QPainter, row: Row, rect: QRect) -> None:
        theme = theme_of(self._view.palette())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.background))
        painter.drawRoundedRect(QRectF(rect), 4, 4)
        ratio = self._view.devicePixelRatioF()
        pixmap = self._loops.frame(row.hit.place, rect.size(), ratio, self._loops.seconds)
        if pixmap is not None:
            painter.drawPixmap(rect, pixmap)
        elif self._loops.has_failed(row.hit.place, rect.size(), ratio):
            painter.setPen(colour(theme.faint))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._view.no_picture)

    def _text(self, painter: QPainter, row: Row, rect: QRect, theme: Any) -> None:
        hit, view = row.hit, self._view
        area = text_rect(rect, thumb_rect(rect, under=row.under))
        plain, bold = view.font(), view.font()
        bold.setBold(True)
        metrics, line = view.fontMetrics(), view.fontMetrics().height()
        text, faint = view.palette().color(QPalette.ColorRole.Text), colour(theme.faint)
        number = f"{hit.score:.3f}"
        painter.setFont(bold)
        painter.setPen(text)
        wide = painter.fontMetrics().horizontalAdvance(number)
        top = QRect(area.left(), area.top(), area.width(), line)
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)
        title = painter.fontMetrics().elidedText(f"{row.rank}. {hit.title}" if not row.under else hit.title,
                                                 Qt.TextElideMode.ElideRight, area.width() - wide - 8)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(plain)
        painter.setPen(faint)
        second = top.translated(0, line)
        badge = view.badge(row)
        room = area.width()
        if badge:
            spot = view.badge_rect(rect, badge)
            painter.setBrush(colour(theme.line, 120))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(spot), spot.height() / 2, spot.height() / 2)
            painter.setPen(text)
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, badge)
            painter.setPen(faint)
            room -= spot.width() + 6
        where = metrics.elidedText(view.where(hit), Qt.TextElideMode.ElideRight, room)
        painter.drawText(second, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, where)
        painter.setPen(text if hit.words else faint)
        third = top.translated(0, 2 * line)
        room = area.width()
        mark = view.hits.mark(row)
        if mark:
            spot = view.mark_rect(rect, mark)
            painter.setBrush(colour(theme.accent))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(spot), spot.height() / 2, spot.height() / 2)
            painter.setPen(readable_on(colour(theme.accent)))
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, mark)
            painter.setPen(text if hit.words else faint)
            room -= spot.width() + 6
        words = metrics.elidedText(hit.words or view.no_words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(third, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        self._bar(painter, hit.score, QRectF(area.left(), area.bottom() - 4, area.width(), 4), theme)

    def _bar(self, painter: QPainter, score: float, rect: QRectF, theme: Any) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.line))
        painter.drawRoundedRect(rect, 2, 2)
        painter.setBrush(colour(theme.accent))
        full = rect.width() * min(max(score, 0.0), 1.0)
        painter.drawRoundedRect(QRectF(rect.x(), rect.y(), full, rect.height()), 2, 2)
        if self._view.hits.neutral < 0:
            return
        x = rect.x() + rect.width() * self._view.hits.neutral
        painter.setPen(QPen(colour(theme.text), 1.2))
        painter.drawLine(QRectF(x, rect.y() - 2, 0, rect.height() + 3).topLeft(),
                         QRectF(x, rect.y() - 2, 0, rect.height() + 3).bottomLeft())


def thumb_rect(rect: QRect, *, under: bool) -> QRect:
    """Where the picture lies in a row."""
    height = min(rect.height() - 2 * _PAD, _THUMB.height())
    left = rect.left() + _PAD + (24 if under else 0)
    return QRect(left, rect.top() + (rect.height() - height) // 2, _THUMB.width(), height)


def text_rect(rect: QRect, picture: QRect) -> QRect:
    """Where the text lies in a row, right of its picture."""
    return rect.adjusted(picture.right() - rect.left() + 2 * _PAD, _PAD, -2 * _PAD, -_PAD)


class HitsView(QListView):
    """The list of hits; one column, or as many as fit."""

    chosen = Signal(object)
    """The :class:`Hit` that is current, or None."""
    opened = Signal(object)
    """A :class:`Hit` was double-clicked, or Enter was pressed on it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hits = HitsModel(self)
        self._loops = loops_of(session)
        self.no_words = self.no_picture = ""
        self.exposed = QRegion()
        """What is painted now."""
        self.hits.tip = self.tip
        self.setModel(self.hits)
        self.setItemDelegate(_Delegate(self, self._loops))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.selectionModel().currentChanged.connect(self._on_current)
        self._loops.tick.connect(self._on_tick)
        self._loops.ready.connect(self._on_ready)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text in the present language."""
        self.setAccessibleName(self.tr("Hits"))
        self.no_words = self.tr("(nothing is sung)")
        self.no_picture = self.tr("no picture")
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    # -- rows -------------------------------------------------------------------------------------

    def set_hits(self, hits: Sequence[Hit], neutral: float, *, keep: bool) -> None:
        """Show hits; ``keep`` stays with the bar that was chosen, where it is still there."""
        before = self.current()
        scroll = self.verticalScrollBar().value()
        self.hits.neutral = neutral
        # The choice moves with its bar, which is no new choice of the person's.
        blocked = self.selectionModel().blockSignals(True)
        self.hits.set_hits(hits)
        self.selectionModel().blockSignals(blocked)
        row = -1
        if keep and before is not None:
            row = next((i for i, entry in enumerate(self.hits.rows) if entry.hit.bar == before.bar), -1)
        if row >= 0:
            self.verticalScrollBar().setValue(scroll)
            self.setCurrentIndex(self.hits.index(row))
        else:
            self.scrollToTop()
            self.chosen.emit(None)
        self.viewport().update()

    def choose_bar(self, bar: int) -> bool:
        """Choose the row of a bar, or the one that it is folded under; returns whether there is one."""
        for i, row in enumerate(self.hits.rows):
            if bar == row.hit.bar or (not row.open and bar in {hit.bar for hit in row.hit.under}):
                self.setCurrentIndex(self.hits.index(i))
                self.scrollTo(self.hits.index(i))
                return True
        return False

    def current(self) -> Hit | None:
        """The hit that is chosen."""
        index = self.currentIndex()
        row = index.row() if index.isValid() else -1
        return self.hits.rows[row].hit if 0 <= row < len(self.hits.rows) else None

    def step(self, rows: int) -> None:
        """Choose the next or an earlier hit; the first where none is chosen."""
        count = self.hits.rowCount()
        if count:
            now = self.currentIndex().row() if self.currentIndex().isValid() else -1
            row = min(max(now + rows, 0), count - 1) if now >= 0 else 0
            self.setCurrentIndex(self.hits.index(row))
            self.scrollTo(self.hits.index(row))

    def open_current(self) -> None:
        """Open the chosen hit, or the first."""
        if self.current() is None:
            self.step(1)
        hit = self.current()
        if hit is not None:
            self.opened.emit(hit)

    def where(self, hit: Hit) -> str:
        """Where a hit lies, for people."""
        minutes, seconds = divmod(hit.place.seconds, 60.0)
        time = f"{int(minutes)}:{seconds:04.1f}"
        if hit.artist:
            return self.tr("bar {bar}, {time} · {artist}").format(artist=hit.artist, bar=hit.number + 1, time=time)
        return self.tr("bar {bar}, {time}").format(bar=hit.number + 1, time=time)

    def badge(self, row: Row) -> str:
        """What the sign of folded hits says, or ''."""
        if row.under or not row.hit.under:
            return ""
        return f"{'▾' if row.open else '▸'} +{len(row.hit.under)}"

    def tip(self, row: Row) -> str:
        """A row in full, for the hover."""
        hit = row.hit
        lines = [f"{hit.title} · {hit.artist}" if hit.artist else hit.title, hit.words]
        if hit.under and not row.under:
            text = (self.tr("more bars of this song: {count}; click +{count} or press + to see them") if hit.same_song
                    else self.tr("near copies: {count}; click +{count} or press + to see them"))
            lines.append(text.format(count=len(hit.under)))
        mark = self.hits.mark(row)
        if mark:
            lines.append(self.hits.marked_tip.format(mark=mark))
        return "\n".join(line for line in lines if line)

    def badge_rect(self, rect: QRect, text: str) -> QRect:
        """Where a sign with this text lies in a row."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(text) + 14
        return QRect(rect.right() - 2 * _PAD - width, rect.top() + _PAD + metrics.height(), width, metrics.height())

    def mark_rect(self, rect: QRect, text: str) -> QRect:
        """Where a mark with this text lies in a row: below the sign of folded hits."""
        return self.badge_rect(rect, text).translated(0, self.fontMetrics().height())

    # -- Qt ---------------------------------------------------------------------------------------

    def cell(self) -> QSize:
        """Size of a row: one column, or more where they fit."""
        width = self.viewport().width()
        columns = max(width // _WIDEST, 1)
        height = max(_THUMB.height(), 3 * self.fontMetrics().height() + 10) + 2 * _PAD
        return QSize(max(width // columns - 1, 60), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.exposed = event.region()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            row = self.hits.rows[index.row()]
            badge = self.badge(row)
            spot = self.badge_rect(self.visualRect(index), badge)
            if badge and spot.contains(event.position().toPoint()):
                self.hits.toggle(index.row())
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.opened.emit(self.hits.rows[index.row()].hit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; plus and minus show and hide what is folded."""
        key, index = event.key(), self.currentIndex()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_current()
        elif index.isValid() and key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.hits.toggle(index.row(), shown=key == Qt.Key.Key_Plus)
        else:
            super().keyPressEvent(event)

    def _on_current(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(self.current())

    def visible_rows(self) -> range:
        """Rows of which something can be seen."""
        if not self.hits.rowCount() or not self.isVisible():
            return range(0)
        cell = self.cell()
        columns = max(self.viewport().width() // max(cell.width(), 1), 1)
        first = max(self.verticalScrollBar().value() // cell.height(), 0) * columns
        shown = (self.viewport().height() // cell.height() + 2) * columns
        return range(first, min(first + shown, self.hits.rowCount()))

    def _on_tick(self) -> None:
        for row in self.visible_rows():
            rect = self.visualRect(self.hits.index(row))
            self.viewport().update(thumb_rect(rect, under=self.hits.rows[row].under))

    def _on_ready(self, place: object) -> None:
        for row in self.visible_rows():
            if self.hits.rows[row].hit.place == place:
                self.viewport().update(self.visualRect(self.hits.index(row)))

    def place_of(self, row: int) -> QPoint:
        """Middle of a row in the viewport, for tests and tips."""
        return self.visualRect(self.hits.index(row)).center()
