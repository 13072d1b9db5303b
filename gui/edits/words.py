"""The words of the song as a table whose times can be changed."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSpinBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.corpus.edits import edits_of
from core.pipeline.song import SongData
from gui.draw.colours import colour, theme_of
from gui.edits.stack import Edits
from gui.edits.tap import TapBar
from gui.state.session import Session
from gui.widgets.translated import Translated

_Index = QModelIndex | QPersistentModelIndex
TEXT, START, END, LINE, STATE = range(5)
_WIDEST: Final = 3600.0


class WordsPane(Translated):
    """A table of words (text, start, end, line), nudges for a word or its line, the song's shift, and tapping."""

    def __init__(self, session: Session, edits: Edits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.edits = edits
        self.model = _Model(self)
        self.model.moved.connect(edits.move_word)
        self.table = QTableView(self)
        self.table.setModel(self.model)
        self.table.setItemDelegate(_Seconds(self.table))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().hide()
        self.table.setWordWrap(False)
        self.table.horizontalHeader().setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.empty = QLabel(self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.step_label, self.step = QLabel(self), QSpinBox(self)
        self.step.setRange(1, 5000)
        self.step.setValue(50)
        self.step_label.setBuddy(self.step)
        self.word_earlier, self.word_later = QPushButton(self), QPushButton(self)
        self.line_earlier, self.line_later = QPushButton(self), QPushButton(self)
        for button, sign, whole in ((self.word_earlier, -1, False), (self.word_later, 1, False),
                                    (self.line_earlier, -1, True), (self.line_later, 1, True)):
            button.clicked.connect(lambda _on=False, sign=sign, whole=whole: self._nudge(sign, whole=whole))
        self.shift_label, self.shift = QLabel(self), QDoubleSpinBox(self)
        self.shift.setRange(-_WIDEST, _WIDEST)
        self.shift.setDecimals(3)
        self.shift.setSingleStep(0.01)
        self.shift.setKeyboardTracking(False)
        self.shift_label.setBuddy(self.shift)
        self.apply_shift = QPushButton(self)
        self.apply_shift.clicked.connect(self._shift)
        self.shift.valueChanged.connect(self._enable)
        self.tap = TapBar(session, edits, self)
        self._lay_out()
        session.song_changed.connect(self._fill)
        session.word_changed.connect(self._show_word)
        session.time_changed.connect(self._follow)
        edits.changed.connect(self._enable)
        self.retranslate()
        self.restyle()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for widget in (self.step_label, self.step, self.word_earlier, self.word_later, self.line_earlier,
                       self.line_later):
            row.addWidget(widget)
        row.addStretch(1)
        shift = QHBoxLayout()
        for widget in (self.shift_label, self.shift, self.apply_shift):
            shift.addWidget(widget)
        shift.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.empty, 1)
        layout.addLayout(row)
        layout.addLayout(shift)
        layout.addWidget(self.tap)

    def retranslate(self) -> None:
        self.model.set_headers([self.tr("Word"), self.tr("Start"), self.tr("End"), self.tr("Line"), self.tr("Note")],
                               self.tr("estimated"), self.tr("changed"), self.tr("outside the motion"))
        self.table.setAccessibleName(self.tr("Words of the song"))
        self.step_label.setText(self.tr("Move by"))
        self.step.setSuffix(self.tr(" ms"))
        self.step.setAccessibleName(self.tr("Move by"))
        self.word_earlier.setText(self.tr("Word earlier"))
        self.word_later.setText(self.tr("Word later"))
        self.line_earlier.setText(self.tr("Line earlier"))
        self.line_later.setText(self.tr("Line later"))
        self.shift_label.setText(self.tr("Song starts in the motion at"))
        self.shift.setSuffix(self.tr(" s"))
        self.shift.setAccessibleName(self.tr("Song starts in the motion at"))
        self.shift.setToolTip(self.tr("Seconds added to the times of lyrics, bars and sound; the dance stays."))
        self.apply_shift.setText(self.tr("Shift"))
        self._fill()

    def restyle(self) -> None:
        theme = theme_of(self.palette())
        self.model.set_colours(colour(theme.accent, 60), colour(theme.faint))

    def _fill(self) -> None:
        song = self.session.song
        changed: tuple[int, ...] = ()
        if song is not None and self.session.opened is not None:
            changed = edits_of(self.session.opened.corpus, song.song.song_id).words
        self.model.set_song(song, frozenset(changed))
        if song is not None:
            with QSignalBlocker(self.shift):
                self.shift.setValue(song.song.shift)
        metrics = self.table.fontMetrics()
        for column, text in ((START, "0000.000 s  "), (END, "0000.000 s  "), (LINE, "Line00"),
                             (STATE, self.tr("outside the motion"))):
            self.table.setColumnWidth(column, metrics.horizontalAdvance(text) + 14)
        self.table.verticalHeader().setDefaultSectionSize(round(metrics.height() * 1.5))
        there = song is not None and len(song.words) > 0
        self.table.setVisible(there)
        self.empty.setVisible(not there)
        if song is None:
            self.empty.setText(self.tr("Open a corpus to see the words of its songs here."))
        else:
            self.empty.setText(self.tr("This song has no lyrics; import it with a lyrics file to have words here."))
        self._show_word()
        self._follow()
        self._enable()

    def _enable(self, *_: object) -> None:
        chosen = self._row() is not None
        for button in (self.word_earlier, self.word_later, self.line_earlier, self.line_later):
            button.setEnabled(chosen)
            button.setToolTip("" if chosen else self.tr("Choose a word first"))
        song = self.session.song
        differs = song is not None and abs(self.shift.value() - song.song.shift) > 5e-4
        self.shift.setEnabled(song is not None)
        self.apply_shift.setEnabled(differs)
        self.apply_shift.setToolTip("" if differs else self.tr("Give another time first"))

    def _row(self) -> int | None:
        index = self.table.currentIndex()
        return index.row() if index.isValid() else None

    def _chosen(self, current: QModelIndex, _previous: QModelIndex) -> None:
        song = self.session.song
        self._enable()
        if current.isValid() and song is not None and self.session.word != current.row():
            self.session.set_word(current.row())
            self.session.seek(song.words[current.row()].start)

    def _show_word(self) -> None:
        word = self.session.word
        if word is not None and word < self.model.rowCount() and self._row() != word:
            index = self.model.index(word, TEXT)
            self.table.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows)
            self.table.scrollTo(index)
        self._enable()

    def _follow(self, *_: object) -> None:
        song = self.session.song
        if song is None or not len(song.frame_words):
            return
        row = self.model.set_sung(int(song.frame_words[self.session.frame]))
        if row is not None and self.session.playing and self.isVisible():
            self.table.scrollTo(self.model.index(row, TEXT))

    def _nudge(self, sign: int, *, whole: bool) -> None:
        row = self._row()
        if row is not None:
            (self.edits.nudge_line if whole else self.edits.nudge_word)(row, sign * self.step.value() / 1000)

    def _shift(self) -> None:
        if self.session.song is not None:
            self.edits.shift_song(self.shift.value() - self.session.song.song.shift)


class _Model(QAbstractTableModel):
    """The words; start and end can be written."""

    moved = Signal(int, float, float)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._song: SongData | None = None
        self._changed: frozenset[int] = frozenset()
        self._headers = [""] * 5
        self._notes = ("", "", "")
        self._sung = -1
        self._light, self._faint = QColor(), QColor()

    def set_song(self, song: SongData | None, changed: frozenset[int]) -> None:
        older = self._song
        if (song is not None and older is not None and older.song.song_id == song.song.song_id
                and len(older.words) == len(song.words)):
            # The same song after an edit: selection and scrolling stay.
            self._song, self._changed = song, changed
            self.dataChanged.emit(self.index(0, 0), self.index(len(song.words) - 1, STATE))
            return
        self.beginResetModel()
        self._song, self._changed, self._sung = song, changed, -1
        self.endResetModel()

    def set_headers(self, headers: list[str], estimated: str, changed: str, outside: str) -> None:
        self._headers, self._notes = headers, (estimated, changed, outside)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(headers) - 1)

    def set_colours(self, light: QColor, faint: QColor) -> None:
        self._light, self._faint = light, faint

    def set_sung(self, word: int) -> int | None:
        """Mark the word that is sung now; its row where that is another one than before."""
        if word == self._sung:
            return None
        older, self._sung = self._sung, word
        for row in (older, word):
            if 0 <= row < self.rowCount():
                self.dataChanged.emit(self.index(row, 0), self.index(row, STATE), [Qt.ItemDataRole.BackgroundRole])
        return word if word >= 0 else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() or self._song is None else len(self._song.words)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else 5

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in (START, END) else flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._song is None:
            return None
        word, column = self._song.words[index.row()], index.column()
        if role == Qt.ItemDataRole.EditRole and column in (START, END):
            return word.start if column == START else word.end
        if role == Qt.ItemDataRole.DisplayRole:
            return (word.text, word.start, word.end, str(word.line + 1), self._note(index.row()))[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (START, END, LINE):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and index.row() in self._changed and column in (START, END):
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and column in (LINE, STATE):
            return self._faint
        if role == Qt.ItemDataRole.BackgroundRole and index.row() == self._sung:
            return self._light
        return None

    def _note(self, row: int) -> str:
        assert self._song is not None
        word = self._song.words[row]
        if word.end <= 0 or word.start >= self._song.seconds:
            return self._notes[2]
        if row in self._changed:
            return self._notes[1]
        return self._notes[0] if word.estimated else ""

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if self._song is None or role != Qt.ItemDataRole.EditRole:
            return False
        word, seconds = self._song.words[index.row()], float(value)
        start, end = (seconds, max(word.end, seconds)) if index.column() == START else (word.start, seconds)
        if abs(start - word.start) < 5e-4 and abs(end - word.end) < 5e-4:
            return False
        self.moved.emit(index.row(), start, end)
        return True


class _Seconds(QStyledItemDelegate):
    """Shows and edits seconds to the millisecond, in the notation of the language."""

    def displayText(self, value: Any, locale: Any) -> str:
        return f"{locale.toString(value, 'f', 3)} s" if isinstance(value, float) else str(value)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: _Index) -> QWidget:
        box = QDoubleSpinBox(parent)
        box.setRange(-_WIDEST, _WIDEST)
        box.setDecimals(3)
        box.setSingleStep(0.01)
        box.setSuffix(" s")
        box.setFrame(False)
        return box

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        if isinstance(editor, QDoubleSpinBox):
            editor.setValue(float(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: Any, index: _Index) -> None:
        if isinstance(editor, QDoubleSpinBox):
            editor.interpretText()
            model.setData(index, editor.value(), Qt.ItemDataRole.EditRole)
