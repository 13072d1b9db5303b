"""Every place in the corpus where a gesture happens, as a grid of looping pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.pipeline.browse import Catalogue, Place
from gui.browser.songs_model import Index, clock
from gui.draw.colours import theme_of
from gui.thumbs.loops import Loops, paint_loop

RUN_ROLE: Final = Qt.ItemDataRole.UserRole
PLACE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
TITLE_ROLE: Final = Qt.ItemDataRole.UserRole + 2
WHEN_ROLE: Final = Qt.ItemDataRole.UserRole + 3
_LEAST_WIDTH: Final = 104
_PICTURE_HEIGHT: Final = 112


class PlacesModel(QAbstractListModel):
    """Spots of a catalogue, each with its picture's place, song title, word and time."""

    def __init__(self) -> None:
        super().__init__()
        self._catalogue: Catalogue | None = None
        self._runs: list[int] = []

    def show(self, catalogue: Catalogue | None, runs: Sequence[int]) -> None:
        """List these runs."""
        self.beginResetModel()
        self._catalogue, self._runs = catalogue, list(runs)
        self.endResetModel()

    @property
    def runs(self) -> list[int]:
        """The runs listed."""
        return list(self._runs)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._runs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._catalogue is None or index.row() >= len(self._runs):
            return None
        run = self._runs[index.row()]
        if role == RUN_ROLE:
            return run
        place = self._catalogue.place(run)
        song = self._catalogue.songs[self._catalogue.spots.song[run]]
        if role == PLACE_ROLE:
            return place.widened(song.frames)
        title = song.title or song.song_id
        when = f"{place.word} · {clock(place.seconds)}" if place.word else clock(place.seconds)
        if role == TITLE_ROLE:
            return title
        if role == WHEN_ROLE:
            return when
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{title} · {when}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("{title}\n{word}, {start} s to {stop} s (frames {first} to {last})\nNPMI {npmi}").format(
                title=f"{title} · {song.artist}" if song.artist else title, word=place.word or self.tr("(no word)"),
                start=f"{place.start / 30:.2f}", stop=f"{place.stop / 30:.2f}", first=place.start, last=place.stop - 1,
                npmi=f"{self._catalogue.spots.npmi[run]:.3f}")
        return None


class PlaceDelegate(QStyledItemDelegate):
    """A picture with the song's title, and the word and time, under it."""

    def __init__(self, loops: Loops, parent: QListView) -> None:
        super().__init__(parent)
        self._loops, self._view = loops, parent

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return self._view.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        own.rect = own.rect.adjusted(2, 2, -2, -2)
        own.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        picture = own.rect.adjusted(4, 4, -4, 0)
        picture.setHeight(_PICTURE_HEIGHT)
        place: Place = index.data(PLACE_ROLE)
        paint_loop(painter, picture, self._loops, place, moving=True, theme=theme_of(own.palette))
        chosen = bool(own.state & QStyle.StateFlag.State_Selected)
        ink = own.palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        painter.save()
        painter.setFont(own.font)
        height = own.fontMetrics.height()
        for i, role in enumerate((TITLE_ROLE, WHEN_ROLE)):
            if i and not chosen:
                ink.setAlphaF(0.65)
            painter.setPen(ink)
            line = QRect(picture.left(), picture.bottom() + 3 + i * height, picture.width(), height)
            text = own.fontMetrics.elidedText(index.data(role), Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


class PlacesView(QListView):
    """Grid of places; only the visible ones are painted and drawn. A click or Enter opens one."""

    opened = Signal(int)
    """A spot of the catalogue."""
    menu_wanted = Signal(int, object)

    def __init__(self, loops: Loops, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.places = PlacesModel()
        self.setModel(self.places)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(PlaceDelegate(loops, self))
        self.setMouseTracking(True)
        self.clicked.connect(lambda index: self.opened.emit(index.data(RUN_ROLE)))
        loops.tick.connect(self._repaint)
        loops.ready.connect(self._repaint)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().data(RUN_ROLE))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.currentIndex().isValid():
            where = event.globalPos()
            if event.reason() == QContextMenuEvent.Reason.Keyboard:
                where = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
            self.menu_wanted.emit(self.currentIndex().data(RUN_ROLE), where)

    def _lay_out(self) -> None:
        # The scroll bar's width is set aside always, so that its coming and going cannot make the grid jump.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        room = max(self.width() - 2 * self.frameWidth() - bar - 2, _LEAST_WIDTH)
        columns = max(room // _LEAST_WIDTH, 1)
        height = _PICTURE_HEIGHT + 2 * self.fontMetrics().height() + 16
        self.setGridSize(QSize(room // columns, height))

    def _repaint(self) -> None:
        if self.isVisible():
            self.viewport().update()
