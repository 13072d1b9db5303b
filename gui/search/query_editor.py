"""The query: the box it is typed into, the strip of its words, and how long they last."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSpinBox, QToolButton, QVBoxLayout, QWidget

from core.pipeline.query import MAX_QUERY_FRAMES, Query, QueryWords, share_frames
from core.skeleton import FPS
from gui.search.box import History, SearchBox
from gui.search.encoder import LyricProcess
from gui.search.jobs import Prepared
from gui.search.strip import QueryStrip, StripWord
from gui.widgets.translated import Translated


class QueryEditor(Translated):
    """Makes a :class:`Query` of what is typed and dragged."""

    changed = Signal()
    """The words are others: :meth:`query`, or :attr:`fault` where they are none."""
    adjusted = Signal()
    """The lengths are others, perhaps in the middle of dragging."""
    emptied = Signal()
    """Nothing is typed any more."""
    waiting = Signal()
    """The encoder was asked."""

    def __init__(self, encoder: LyricProcess, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._encoder = encoder
        self._prepared: Prepared | None = None
        self._words: QueryWords | None = None
        self._lengths: tuple[int, ...] = ()
        self._frames: int | None = None
        self.fault = ""
        self.examples: tuple[str, ...] = ()
        self.history = History()
        self.box = SearchBox()
        self.past = QToolButton()
        self.past.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.past.setText("▾")
        self.past.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.menu = QMenu(self)
        self.past.setMenu(self.menu)
        self.strip = QueryStrip()
        self.frames = QSpinBox()
        self.frames.setRange(1, MAX_QUERY_FRAMES)
        self.frames.setKeyboardTracking(False)
        self.seconds = QLabel()
        self.usual = QToolButton()
        self.usual.setText("↺")
        self.length_row = QWidget()
        top, length, layout = QHBoxLayout(), QHBoxLayout(self.length_row), QVBoxLayout(self)
        for each in (top, length, layout):
            each.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(4)
        top.addWidget(self.box, 1)
        top.addWidget(self.past)
        length.addWidget(self.frames)
        length.addWidget(self.usual)
        length.addWidget(self.seconds, 1)
        layout.setSpacing(5)
        layout.addLayout(top)
        layout.addWidget(self.strip)
        layout.addWidget(self.length_row)
        self.box.settled.connect(self._on_text)
        self.box.accepted.connect(self.remember)
        self.box.left.connect(self.remember)
        self.box.entered.connect(encoder.wake)
        self.menu.aboutToShow.connect(self.fill_menu)
        self.strip.changed.connect(self._on_lengths)
        self.frames.valueChanged.connect(self._on_frames)
        self.usual.clicked.connect(self._on_usual)
        encoder.answered.connect(self._on_words)
        self.retranslate()
        self._show()

    def retranslate(self) -> None:
        self.box.setPlaceholderText(self.tr("Type a line of lyrics, e.g. a word of a song"))
        self.box.setAccessibleName(self.tr("Lyrics to search dances for"))
        self.past.setToolTip(self.tr("Queries used before, and examples"))
        self.past.setAccessibleName(self.past.toolTip())
        self.frames.setSuffix(self.tr(" frames"))
        self.frames.setAccessibleName(self.tr("Length of the query in frames"))
        self.frames.setToolTip(self.tr("Length of the query at 30 frames a second; drag the end of the strip, or the "
                                       "borders of its words"))
        self.usual.setToolTip(self.tr("Back to the corpus's usual bar, shared by syllables or morae"))
        self.usual.setAccessibleName(self.usual.toolTip())
        self._show_length()

    # -- what it gives ----------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What stands in the box."""
        return self.box.text()

    @property
    def words(self) -> QueryWords | None:
        """The words with their codes, once the encoder has answered."""
        return self._words

    def query(self) -> Query | None:
        """The query as it is shown, or None where there is none."""
        if self._words is None or not self._lengths or self.fault:
            return None
        return self._words.lasting(self._lengths)

    # -- what comes from outside ------------------------------------------------------------------

    def set_prepared(self, prepared: Prepared | None, *, keep: bool) -> None:
        """Another view; ``keep`` the length that was chosen, where the corpus is the same."""
        self._prepared = prepared
        self._words = None
        if not keep:
            self._frames, self._lengths = None, ()
        self._show()

    def ask_again(self) -> None:
        """Ask the encoder for what stands in the box: a word's code may be another one now."""
        if self._prepared is not None and self.text.strip():
            self._encoder.ask(self.text)
            self.waiting.emit()

    def put(self, text: str) -> None:
        """Search for a text as if it had been typed."""
        self.box.setFocus()
        self.box.put(text)
        self.remember()

    def clear(self) -> None:
        """Empty the box; the next query is as long as a usual bar."""
        self._frames = None
        self.box.put("")

    def remember(self) -> None:
        """Keep the text among those used before, if it is a query."""
        if self.text.strip():
            self.history.add(self.text)

    def fill_menu(self) -> None:
        """Offer the queries used before and the examples."""
        self.menu.clear()
        past = self.history.texts
        for title, texts in ((self.tr("Used before"), past), (self.tr("Examples"), self.examples)):
            if texts:
                self.menu.addSection(title)
            for text in texts:
                # An ampersand would be taken for the mark of a key.
                action = self.menu.addAction(text.replace("&", "&&"))
                action.triggered.connect(lambda _checked=False, text=text: self.put(text))
        if past:
            self.menu.addSeparator()
            self.menu.addAction(self.tr("Forget the queries used before")).triggered.connect(self.history.clear)
        if self.menu.isEmpty():
            self.menu.addAction(self.tr("No query yet")).setEnabled(False)

    # -- inside -----------------------------------------------------------------------------------

    def _on_text(self, text: str) -> None:
        self.fault = ""
        if not text.strip():
            self._words, self._lengths = None, ()
            self._show()
            self.emptied.emit()
        else:
            self._show()
            self.ask_again()

    def _on_words(self, words: QueryWords) -> None:
        if self._prepared is None or words.text != self.text:
            return
        kept = self._words is not None and self._words.words == words.words
        self._words = words
        self._share(keep=kept)
        self.changed.emit()

    def _share(self, *, keep: bool) -> None:
        """Give the words their lengths, unless ``keep`` and they have them."""
        words, prepared = self._words, self._prepared
        self.fault = ""
        if words is None or prepared is None:
            return
        total = self._frames or prepared.usual
        if not words.words:
            self.fault = self.tr("There is no word in it; type a line of lyrics.")
        elif len(words.words) > total:
            self.fault = self.tr("{words} words do not fit into {frames} frames; shorten the line, or make the query "
                                 "longer below the box.").format(words=len(words.words), frames=total)
        if self.fault:
            self._lengths = ()
        elif not keep or len(self._lengths) != len(words.words):
            self._lengths = share_frames(words.units, total)
        self._show()

    def _show(self) -> None:
        words, prepared = self._words, self._prepared
        if words is None or prepared is None or len(self._lengths) != len(words.words):
            self.strip.set_words((), (), prepared.usual if prepared else 2 * FPS)
        else:
            shown = tuple(StripWord(word, float(prepared.best[code]), int(code))
                          for word, code in zip(words.words, words.codes, strict=True))
            self.strip.set_words(shown, self._lengths, prepared.usual)
        self.strip.setVisible(bool(self.strip.lengths))
        self.length_row.setVisible(prepared is not None and bool(self.text.strip()))
        self._show_length()

    def _show_length(self) -> None:
        usual = self._prepared.usual if self._prepared else 2 * FPS
        total = sum(self._lengths) or self._frames or usual
        blocker = QSignalBlocker(self.frames)
        self.frames.setValue(total)
        del blocker
        self.seconds.setText(self.tr("{seconds:.2f} s · {tempo:.0f} bpm").format(
            seconds=total / FPS, tempo=240.0 * FPS / total))
        self.seconds.setToolTip(self.tr("The tempo if the query is a bar of four beats"))
        by_hand = self._words is not None and bool(self._lengths) and (
            len(self._words.units) == len(self._lengths) and self._lengths != share_frames(self._words.units, total))
        self.usual.setEnabled(total != usual or by_hand)

    def _on_lengths(self, lengths: tuple[int, ...]) -> None:
        self._lengths = lengths
        self._frames = sum(lengths)
        self._show_length()
        self.adjusted.emit()

    def _on_frames(self, frames: int) -> None:
        self._frames = frames
        if self._lengths and frames >= len(self._lengths):
            # The words keep their proportions.
            self._lengths = share_frames(self._lengths, frames)
            self._show()
        else:
            self._share(keep=False)
        self.adjusted.emit()

    def _on_usual(self) -> None:
        self._frames, self._lengths = None, ()
        self._share(keep=False)
        self.adjusted.emit()
