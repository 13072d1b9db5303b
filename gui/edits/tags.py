"""Tags: texts that a person puts on songs and on ranges of frames, and the way back to them."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QCompleter,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.corpus.edits import MAX_TAG, Tag
from core.skeleton import FPS
from gui.actions.fuzzy import fold
from gui.actions.registry import Actions
from gui.edits.stack import Edits
from gui.state.session import Session
from gui.widgets.translated import Translated

_TAG = Qt.ItemDataRole.UserRole
_MOST = 2000
"""Rows that are listed at most; the filter brings the others up."""


class TagsPane(Translated):
    """A box to tag the range or the song, and the list of tags, filtered; a double click goes there."""

    def __init__(self, session: Session, actions: Actions, edits: Edits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.edits = edits
        self.text = QLineEdit(self)
        self.text.setMaxLength(MAX_TAG)
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.text.setCompleter(completer)
        self.text.returnPressed.connect(self.add)
        self.text.textChanged.connect(self._enable)
        self.on_range, self.on_song = QPushButton(self), QPushButton(self)
        self.on_range.clicked.connect(lambda: self._add(whole=False))
        self.on_song.clicked.connect(lambda: self._add(whole=True))
        self.filter = QLineEdit(self)
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._fill)
        self.all = QCheckBox(self)
        self.all.toggled.connect(self._fill)
        self.list = QTreeWidget(self)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAlternatingRowColors(True)
        self.list.setColumnCount(3)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            self.list.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(False)
        self.list.itemActivated.connect(self._jump)
        self.list.currentItemChanged.connect(self._enable)
        self.empty = QLabel(self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.go, self.remove = QPushButton(self), QPushButton(self)
        self.go.clicked.connect(lambda: self._jump(self.list.currentItem()))
        self.remove.clicked.connect(self._remove)
        self._lay_out()
        self._action = actions.add("edit.tag", lambda: self.tr("Tag…"), self.begin, keys=["Ctrl+Shift+T"],
                                   tip=lambda: self.tr("Put a text on the selected range, or on the song")
                                   if session.song is not None else self.tr("Open a corpus first"))
        edits.tags_changed.connect(self._fill)
        for signal in (session.song_changed, session.corpus_changed):
            signal.connect(self._fill)
        session.range_changed.connect(self._enable)
        self.retranslate()

    def _lay_out(self) -> None:
        top, search, bottom = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.text, 1)
        top.addWidget(self.on_range)
        top.addWidget(self.on_song)
        search.addWidget(self.filter, 1)
        search.addWidget(self.all)
        bottom.addStretch(1)
        bottom.addWidget(self.go)
        bottom.addWidget(self.remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(top)
        layout.addLayout(search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.empty, 1)
        layout.addLayout(bottom)

    def retranslate(self) -> None:
        self.text.setPlaceholderText(self.tr("New tag"))
        self.text.setAccessibleName(self.tr("New tag"))
        self.on_range.setText(self.tr("Tag range"))
        self.on_song.setText(self.tr("Tag song"))
        self.filter.setPlaceholderText(self.tr("Filter tags"))
        self.filter.setAccessibleName(self.tr("Filter tags"))
        self.all.setText(self.tr("All songs"))
        self.list.setHeaderLabels([self.tr("Tag"), self.tr("Song"), self.tr("Place")])
        self.list.setAccessibleName(self.tr("Tags"))
        self.go.setText(self.tr("Go there"))
        self.remove.setText(self.tr("Remove"))
        self._fill()

    def begin(self) -> None:
        """Put the cursor into the box for a new tag."""
        self.text.setFocus()
        self.text.selectAll()

    def add(self) -> None:
        """Tag the range, or the song where no range is selected."""
        self._add(whole=self.session.range is None)

    def _add(self, *, whole: bool) -> None:
        text, chosen = self.text.text().strip(), self.session.range
        if not text or self.session.song is None or (chosen is None and not whole):
            return
        start, stop = (None, None) if whole or chosen is None else chosen
        self.edits.add_tag(text, start, stop)
        self.text.clear()

    def _remove(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.edits.remove_tag(item.data(0, _TAG))

    def _jump(self, item: QTreeWidgetItem | None, _column: int = 0) -> None:
        if item is None:
            return
        tag: Tag = item.data(0, _TAG)
        self.session.go(tag.song_id, tag.start or 0, tag.stop)

    def _fill(self, *_: object) -> None:
        song = self.session.song
        every = self.edits.tags()
        self._known.setStringList(sorted({tag.text for tag in every}))
        here = song.song.song_id if song is not None else None
        titles = {s.song_id: s.title for s in self.session.opened.songs} if self.session.opened else {}
        words = fold(self.filter.text()).split()
        scope = [tag for tag in every if self.all.isChecked() or tag.song_id == here]
        found = [tag for tag in scope if all(w in fold(f"{tag.text} {titles.get(tag.song_id, '')}") for w in words)]
        self.list.clear()
        items = []
        for tag in found[:_MOST]:
            item = QTreeWidgetItem([tag.text, titles.get(tag.song_id, tag.song_id), self._place(tag)])
            item.setData(0, _TAG, tag)
            items.append(item)
        self.list.addTopLevelItems(items)
        self.list.setColumnHidden(1, not self.all.isChecked())
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)
        if song is None:
            self.empty.setText(self.tr("Open a corpus to tag its songs."))
        elif words and scope:
            self.empty.setText(self.tr("No tag fits “{text}”.").format(text=self.filter.text()))
        else:
            self.empty.setText(self.tr("No tags yet. Select a range in the timeline, type a text and press Enter."))
        self._enable()

    def _place(self, tag: Tag) -> str:
        if tag.start is None or tag.stop is None:
            return self.tr("whole song")
        number = self.locale().toString
        return self.tr("{start} to {stop} s").format(start=number(tag.start / FPS, "f", 2),
                                                     stop=number(tag.stop / FPS, "f", 2))

    def _enable(self, *_: object) -> None:
        song, typed = self.session.song is not None, bool(self.text.text().strip())
        ranged = self.session.range is not None
        self.text.setEnabled(song)
        self._action.setEnabled(song)
        self.on_song.setEnabled(song and typed)
        self.on_range.setEnabled(song and typed and ranged)
        missing = "" if typed else self.tr("Type a text first")
        self.on_song.setToolTip(missing)
        self.on_range.setToolTip(missing if ranged else self.tr("Select a range in the timeline first"))
        chosen = self.list.currentItem() is not None
        for button in (self.go, self.remove):
            button.setEnabled(chosen)
            button.setToolTip("" if chosen else self.tr("Choose a tag first"))
