"""The tab of songs."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.codes import SPLITS
from gui.browser.empty import Empty
from gui.browser.shelf import Shelf
from gui.browser.songs_model import (
    ARTIST,
    BARS,
    GENRE,
    LENGTH,
    POSITIVE,
    SHARE_ROLE,
    SPLIT,
    TITLE,
    WORDS,
    Index,
    SongsModel,
)
from gui.draw.colours import npmi_colour, theme_of
from gui.state.session import Session
from gui.widgets.translated import Translated

_WIDTHS: Final = {TITLE: 150, POSITIVE: 104, BARS: 52, LENGTH: 60, ARTIST: 110, GENRE: 80, SPLIT: 60, WORDS: 180}


class ShareDelegate(QStyledItemDelegate):
    """A small bar beside the percentage; the longest bar is the corpus's best song."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        share = index.data(SHARE_ROLE)
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        text, own.text = own.text, ""
        style = own.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        rect = QRectF(own.rect).adjusted(5, 0, -5, 0)
        chosen = bool(own.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        painter.save()
        painter.setFont(own.font)
        painter.setPen(own.palette.color(role))
        width = own.fontMetrics.horizontalAdvance("100.0 %") + 4
        label = QRectF(rect.right() - width, rect.top(), width, rect.height())
        painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        room = label.left() - rect.left() - 4
        if share is not None and room > 8:
            height = min(rect.height() * 0.4, 8.0)
            track = QRectF(rect.left(), rect.center().y() - height / 2, room, height)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            faint = own.palette.color(role)
            faint.setAlphaF(0.12)
            painter.setBrush(faint)
            painter.drawRoundedRect(track, height / 2, height / 2)
            if share[0] > 0:
                painter.setBrush(npmi_colour(0.35, dark=theme_of(own.palette).dark))
                track.setWidth(max(room * share[0] / max(share[1], 1e-9), height))
                painter.drawRoundedRect(track, height / 2, height / 2)
        painter.restore()


class SongTable(QTableView):
    """Opens a song by Enter or a double click."""

    opened = Signal(str)

    def __init__(self, model: SongsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._songs, self._sorted = model, TITLE
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setItemDelegateForColumn(POSITIVE, ShareDelegate(self))
        self.setSortingEnabled(True)
        self.sortByColumn(TITLE, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        head = self.horizontalHeader()
        head.setSectionsMovable(True)
        head.sortIndicatorChanged.connect(self._on_sort)
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self.doubleClicked.connect(self._open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _on_sort(self, column: int, order: Qt.SortOrder) -> None:
        """Of figures the largest come first at the first click."""
        fresh, self._sorted = column != self._sorted, column
        if fresh and column in {POSITIVE, BARS, LENGTH} and order == Qt.SortOrder.AscendingOrder:
            self.horizontalHeader().setSortIndicator(column, Qt.SortOrder.DescendingOrder)

    def _open(self, index: Index) -> None:
        self.opened.emit(self._songs.song(index.row()).song_id)


class SongsTab(Translated):
    """Songs with what is positive in them; double click or Enter opens one."""

    def __init__(self, session: Session, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._shelf = session, shelf
        self.model = SongsModel()
        self.table = SongTable(self.model)
        self.find = QLineEdit(clearButtonEnabled=True)
        self.genre, self.split = QComboBox(), QComboBox()
        for box in (self.genre, self.split):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
            box.currentIndexChanged.connect(self._filter)
        self.count = QLabel()
        self.note = QLabel(wordWrap=True)
        self.empty = Empty()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        self.find.setMinimumWidth(100)
        filters = QHBoxLayout()
        filters.addWidget(self.count, 1)
        filters.addWidget(self.genre)
        filters.addWidget(self.split)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        layout.addWidget(self.find)
        layout.addLayout(filters)
        layout.addWidget(self.note)
        layout.addWidget(self.stack, 1)
        self.find.textChanged.connect(self._filter)
        self.find.returnPressed.connect(self._to_table)
        self.table.opened.connect(session.show_song)
        self.empty.pressed.connect(self.clear)
        self.table.horizontalHeader().setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.horizontalHeader().customContextMenuRequested.connect(self._columns_menu)
        shelf.changed.connect(self._fill)
        shelf.shares_changed.connect(self._fill)
        session.song_changed.connect(self._mark)
        self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(360, 420)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.table.currentIndex()
        if index.isValid() and self.table.underMouse():
            menu = QMenu(self)
            menu.addAction(self.tr("Open"), lambda: self.table.opened.emit(self.model.song(index.row()).song_id))
            menu.exec(event.globalPos())

    def clear(self) -> None:
        """Show all songs again."""
        for box in (self.genre, self.split):
            box.setCurrentIndex(0)
        self.find.clear()

    def retranslate(self) -> None:
        self.find.setPlaceholderText(self.tr("Title, artist or word"))
        self.find.setAccessibleName(self.tr("Filter songs"))
        self.genre.setAccessibleName(self.tr("Genre"))
        self.split.setAccessibleName(self.tr("Split"))
        self.table.setAccessibleName(self.tr("Songs"))
        self._fill()
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, WORDS)

    def _fill(self) -> None:
        opened = self._session.opened
        songs = opened.songs if opened else ()
        genres = sorted({song.genre for song in songs if song.genre}, key=str.casefold)
        fill_choices(self.genre, self.tr("Any genre"), genres)
        fill_choices(self.split, self.tr("Any split"), [s for s in SPLITS if any(song.split == s for song in songs)])
        current = self._current()
        self.model.set_songs(songs, self._shelf.shares)
        self._filter()
        self._select(current)
        self._mark()
        self.note.setVisible(opened is not None and self._shelf.state in {"unbuilt", "failed"})
        self.note.setText(self.tr("Shares of related frames appear here once the corpus is built. {reason}")
                          .format(reason=self._shelf.reason))

    def _filter(self) -> None:
        current = self._current()
        self.model.set_filter(self.find.text(), self.genre.currentData() or "", self.split.currentData() or "")
        self._select(current)
        shown = self.model.rowCount()
        if not self.model.total:
            if self._session.reading:
                self.empty.say(self.tr("Reading the corpus…"))
            elif self._session.opened is None:
                self.empty.say(self.tr("No corpus is open. Open one, or drop a folder of dances and lyrics here."))
            else:
                self.empty.say(self.tr("This corpus has no songs yet. Import some first."))
        elif not shown:
            self.empty.say(self.tr("No song fits this filter."), self.tr("Show all songs"))
        self.stack.setCurrentIndex(0 if shown else 1)
        self.count.setText(self.tr("{shown} of {total} songs").format(shown=shown, total=self.model.total))
        self.count.setVisible(self.model.total > 0)

    def _current(self) -> str:
        index = self.table.currentIndex()
        return self.model.song(index.row()).song_id if index.isValid() else ""

    def _select(self, song_id: str) -> None:
        row = self.model.row_of(song_id) if song_id else None
        if row is not None:
            self.table.setCurrentIndex(self.model.index(row, TITLE))

    def _mark(self) -> None:
        song = self._session.song
        self.model.set_open(song.song.song_id if song else "")
        if song is not None and not self.table.hasFocus():
            self._select(song.song.song_id)

    def _to_table(self) -> None:
        if self.model.rowCount():
            if not self.table.currentIndex().isValid():
                self.table.setCurrentIndex(self.model.index(0, TITLE))
            self.table.setFocus()

    def _columns_menu(self, where: object) -> None:
        menu = QMenu(self)
        head = self.table.horizontalHeader()
        for column in range(self.model.columnCount()):
            action = menu.addAction(str(self.model.headerData(column, Qt.Orientation.Horizontal)))
            action.setCheckable(True)
            action.setChecked(not head.isSectionHidden(column))
            action.setEnabled(column != TITLE)
            action.toggled.connect(lambda on, column=column: head.setSectionHidden(column, not on))
        menu.exec(head.mapToGlobal(where))


def fill_choices(box: QComboBox, everything: str, values: list[str]) -> None:
    """Put "any" and the values into a box; what was chosen stays chosen where it is still there."""
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    box.addItem(everything, "")
    for value in values:
        box.addItem(value, value)
    box.setCurrentIndex(max(box.findData(chosen), 0) if chosen else 0)
    box.blockSignals(False)
    box.setVisible(len(values) > 1)
