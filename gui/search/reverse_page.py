"""Words for a dance: the lyric words that go with the stretch that is chosen, and the bars whose lyrics fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.skeleton import FPS
from gui.draw.colours import colour, npmi_colour, theme_of
from gui.search.hits import HitsView
from gui.search.jobs import Hit, Prepared, WordsFound, words_of_dance
from gui.state.session import Session
from gui.widgets.translated import Translated
from gui.work.tasks import Failure, Report

if TYPE_CHECKING:
    from core.pipeline.reverse import WordMatch, WordPlace

_PAUSE = 150
"""Milliseconds after the last change of the range."""
_SHOWN_PLACES = 40
_VALUE = Qt.ItemDataRole.UserRole + 1
_WORD = Qt.ItemDataRole.UserRole + 2
_PLACE = Qt.ItemDataRole.UserRole + 3


class _Values(QStyledItemDelegate):
    """The value as a number with a bar behind it."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        value = index.data(_VALUE)
        if isinstance(value, float):
            dark = theme_of(self._tree.palette()).dark
            painter.save()
            painter.setOpacity(0.55)
            rect = option.rect.adjusted(2, 3, -2, -3)
            painter.fillRect(rect.adjusted(0, 0, -round(rect.width() * (1 - min(max(value, 0.0), 1.0) ** 0.5)), 0),
                             npmi_colour(value, dark=dark))
            painter.restore()
        super().paint(painter, option, index)


class _Words(QTreeWidget):
    """Words with their places under them; Enter goes to a place."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.itemActivated.emit(self.currentItem(), 0)
        else:
            super().keyPressEvent(event)


class ReversePage(Translated):
    """A stretch of dance to words."""

    wanted = Signal(str)
    """A word to search dances for."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._prepared: Prepared | None = None
        self._ready = False
        self._asked: tuple[str, int, int, bool, int] | None = None
        self._found: WordsFound | None = None
        self._fault = ""
        self.what = QLabel()
        self.what.setWordWrap(True)
        self.others = QCheckBox()
        self.others.setChecked(True)
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.words = _Words()
        self.words.setColumnCount(4)
        self.words.setRootIsDecorated(True)
        self.words.setUniformRowHeights(True)
        self.words.setAlternatingRowColors(True)
        self.words.setItemDelegateForColumn(1, _Values(self.words))
        header = self.words.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.search = QPushButton()
        self.search.setEnabled(False)
        self.bars_title = QLabel()
        self.bars_title.setWordWrap(True)
        self.hits = HitsView(session)
        upper, lower = QWidget(), QWidget()
        above, below = QVBoxLayout(upper), QVBoxLayout(lower)
        for layout in (above, below):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(4)
        above.addWidget(self.words, 1)
        above.addWidget(self.search, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self.bars_title)
        below.addWidget(self.hits, 1)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(lower)
        self.splitter.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(5)
        whole.addWidget(self.what)
        whole.addWidget(self.others)
        whole.addWidget(self.status)
        whole.addWidget(self.splitter, 1)
        # What fills the room while there is nothing to show.
        self.filler = QWidget()
        whole.addWidget(self.filler, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._run)
        self.others.toggled.connect(lambda _on: self.follow())
        self.words.itemActivated.connect(self._on_activated)
        self.words.currentItemChanged.connect(lambda _now, _before: self._show_button())
        self.search.clicked.connect(self._on_search)
        self.hits.opened.connect(self._open)
        session.range_changed.connect(self.follow)
        session.song_changed.connect(self.follow)
        session.seeked.connect(lambda _seconds: self.follow())
        self.retranslate()
        self.restyle()

    # -- what is asked ----------------------------------------------------------------------------

    @property
    def found(self) -> WordsFound | None:
        """The result that is shown."""
        return self._found

    def set_prepared(self, prepared: Prepared | None, *, ready: bool) -> None:
        """Another view (None while there is none); ``ready`` once its index is made."""
        if prepared is not self._prepared:
            self._session.tasks.cancel("search words")
            self._prepared, self._asked, self._found = prepared, None, None
        self._ready = ready
        self.follow()

    def stretch(self) -> tuple[int, int] | None:
        """The frames asked about: the chosen range, else the present bar."""
        session = self._session
        if session.song is None:
            return None
        if session.range is not None:
            return session.range
        bar = next((bar for bar in session.song.bars if bar.start <= session.frame < bar.stop), None)
        return (bar.start, bar.stop) if bar is not None else None

    def follow(self) -> None:
        """Ask again where the range, the bar or the song is another one; only while the page is seen."""
        if self.isVisible():
            self._timer.start()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._timer.start(0)

    def _run(self) -> None:
        session, prepared, stretch = self._session, self._prepared, self.stretch()
        self._fault = ""
        if prepared is None or not self._ready or session.song is None or stretch is None:
            self._found, self._asked = None, None
            self._show()
            return
        song_id, own = session.song.song.song_id, self.others.isChecked()
        asked = (song_id, *stretch, own, id(prepared))
        if asked == self._asked and self._found is not None:
            return
        self._asked = asked

        def work(report: Report) -> WordsFound:
            return words_of_dance(prepared, song_id, *stretch, exclude_own=own, report=report)

        session.tasks.start(work, key="search words", done=self._on_found, failed=self._on_failed,
                            title="" if prepared.has_places else self.tr("Gathering the words of the corpus"))
        self._show()

    def _on_found(self, found: WordsFound) -> None:
        self._found = found
        self.hits.set_hits(found.hits, 0.5, keep=False)
        self._fill()
        self._show()

    def _on_failed(self, failure: Failure) -> None:
        self._found = None
        self._fault = failure.sentence
        self._show()

    # -- what is shown ----------------------------------------------------------------------------

    def _fill(self) -> None:
        assert self._found is not None
        self.words.clear()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        titles = {song.song_id: song.title or song.song_id for song in self._prepared.view.songs} if (
            self._prepared) else {}
        items = []
        for match in self._found.words:
            item = QTreeWidgetItem([match.text, f"{match.value:.3f}", f"{match.songs}", f"{match.count}"])
            item.setData(1, _VALUE, match.value)
            item.setData(0, _WORD, match)
            for column in (1, 2, 3):
                item.setTextAlignment(column, right)
            for place in match.places[:_SHOWN_PLACES]:
                child = QTreeWidgetItem([self._where(titles.get(place.song_id, place.song_id), place),
                                         f"{place.value:.3f}"])
                child.setTextAlignment(1, right)
                child.setData(1, _VALUE, place.value)
                child.setData(0, _PLACE, place)
                item.addChild(child)
            items.append(item)
        self.words.addTopLevelItems(items)

    def _where(self, title: str, place: WordPlace) -> str:
        minutes, seconds = divmod(place.start / FPS, 60.0)
        return self.tr("{title}, {minutes}:{seconds:04.1f}").format(title=title, minutes=int(minutes), seconds=seconds)

    def _show(self) -> None:
        session, found, stretch = self._session, self._found, self.stretch()
        opened = session.opened
        sentence = ""
        if session.reading:
            sentence = self.tr("Reading the corpus…")
        elif opened is None:
            sentence = self.tr("Open a corpus to look for the words that go with a dance.")
        elif opened.view is None:
            sentence = self.tr("Words for a dance need a built corpus. {why}").format(why=opened.unbuilt)
        elif session.song is None:
            sentence = self.tr("Choose a song.")
        elif stretch is None:
            sentence = self.tr("No bar is shown here; choose a range in the timeline, or go to a bar.")
        elif self._fault:
            sentence = self._fault
        elif not self._ready:
            sentence = self.tr("Making the index…")
        if sentence or stretch is None or session.song is None:
            self.what.setText(sentence)
        else:
            title = session.song.song.title or session.song.song.song_id
            text = (self.tr("Words for the chosen range of {title}: frames {start} to {stop}, {seconds:.2f} s")
                    if session.range is not None else
                    self.tr("Words for the present bar of {title}: frames {start} to {stop}, {seconds:.2f} s"))
            self.what.setText(text.format(title=title, start=stretch[0], stop=stretch[1],
                                          seconds=(stretch[1] - stretch[0]) / FPS))
        shown = not sentence
        self.splitter.setVisible(shown and found is not None)
        self.filler.setVisible(not (shown and found is not None))
        self.others.setVisible(shown)
        self.status.setVisible(shown and found is not None)
        self.status.setText(self._status())
        self.bars_title.setText(self._bars_title())
        self._show_button()

    def _status(self) -> str:
        found = self._found
        if found is None:
            return ""
        frames = len(found.found.stretch.codes)
        if not found.words:
            if found.found.related:
                return self.tr("{related} of {frames} frames have a movement that goes with a word, but only with "
                               "words of this song.").format(related=found.found.related, frames=frames)
            return self.tr("None of these {frames} frames has a movement that goes with a word in this corpus.").format(
                frames=frames)
        return self.tr("{related} of {frames} frames have a movement that goes with a word · {bars:,} bars in "
                       "{seconds:.3f} s").format(related=found.found.related, frames=frames,
                                                 bars=found.found.bars.gallery, seconds=found.seconds)

    def _bars_title(self) -> str:
        if self._found is not None and self._found.found.widened:
            return self.tr("Bars whose lyrics fit best the bar that this short stretch lies in (XMIED from dance to "
                           "lyrics; those of about its length come first):")
        return self.tr("Bars whose lyrics fit the movement best (XMIED from dance to lyrics; those of about its length "
                       "come first):")

    def _show_button(self) -> None:
        word = self._chosen_word()
        self.search.setEnabled(bool(word))
        self.search.setText(self.tr("Search dances for “{word}”").format(word=word) if word
                            else self.tr("Search dances for the chosen word"))

    def _chosen_word(self) -> str:
        item = self.words.currentItem()
        while item is not None and item.parent() is not None:
            item = item.parent()
        match: WordMatch | None = item.data(0, _WORD) if item is not None else None
        return match.text if match is not None else ""

    def _on_activated(self, item: QTreeWidgetItem, _column: int) -> None:
        match: WordMatch | None = item.data(0, _WORD)
        place: WordPlace | None = match.places[0] if match is not None and match.places else item.data(0, _PLACE)
        if place is not None:
            self._session.go(place.song_id, place.start, place.stop, play=True, loop=True, word=place.word)

    def _on_search(self) -> None:
        word = self._chosen_word()
        if word:
            self.wanted.emit(word)

    def _open(self, hit: Hit) -> None:
        self._session.go(hit.place.song_id, hit.place.start, hit.place.stop, play=True, loop=True)

    # -- texts ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.others.setText(self.tr("Leave out the words and bars of this song"))
        self.words.setHeaderLabels([self.tr("Word"), self.tr("Value"), self.tr("Songs"), self.tr("Times")])
        tips = (
            self.tr("Open a word to see where it is sung; Enter goes there"),
            self.tr("Mean over the stretch's frames of the positive NPMI of the word with the movement, mean over the "
                    "places where it is sung"),
            self.tr("Songs in which the word is sung"), self.tr("How often it is sung"),
        )
        for column, tip in enumerate(tips):
            self.words.headerItem().setToolTip(column, tip)
        self.words.setAccessibleName(self.tr("Words that go with the dance"))
        self._show()

    def restyle(self) -> None:
        self.status.setStyleSheet(f"color: {colour(theme_of(self.palette()).faint).name()};")
        self.words.viewport().update()

    def word_rows(self) -> list[QModelIndex]:
        """The words' rows, for tests and tips."""
        return [self.words.indexFromItem(self.words.topLevelItem(i)) for i in range(self.words.topLevelItemCount())]
