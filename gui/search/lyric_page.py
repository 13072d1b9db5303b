"""Words to dances: the box, the query's words, the hits and why they were found."""

from __future__ import annotations

from PySide6.QtCore import QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.draw.colours import colour, theme_of
from gui.search.alpha import AlphaSlider
from gui.search.asking import Asker
from gui.search.compare_page import ComparePage
from gui.search.encoder import LyricProcess
from gui.search.filters import Filters
from gui.search.fitting import Fitting
from gui.search.hits import HitsView
from gui.search.jobs import Found, Hit, Prepared, Request, Why, explain_hit
from gui.search.notes import Notes
from gui.search.query_editor import QueryEditor
from gui.search.why import WhyView
from gui.state.session import Session
from gui.widgets.flow import FlowLayout
from gui.widgets.translated import Translated

_AGAIN = 60
"""Milliseconds after the last change of lengths or filters until the search starts."""
_BOTH = "search/compare"
_WIDE, _LOW = 720, 600
"""From this width on, and below this height, the reasons stand beside the hits, in pixels."""


class LyricPage(Translated):
    """Typed lyrics to dances."""

    left = Signal()
    """Escape was pressed in the box."""
    compared = Signal(bool)
    """Two systems are shown side by side, or one again."""

    def __init__(
        self, session: Session, encoder: LyricProcess, fitting: Fitting, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._encoder = encoder
        self._fitting = fitting
        self.asker = Asker(session, fitting, "search", self)
        self._notes = Notes(self)
        self._prepared: Prepared | None = None
        self._ready = False
        self._shown = ""
        self._fault = ""
        self._open_first = False
        self._divided = False
        self._lit: tuple[str, tuple[int, ...]] | None = None
        self._make()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AGAIN)
        self._timer.timeout.connect(self._search)
        self._connect()
        self.retranslate()
        self.restyle()
        self._show_state()

    # -- making -----------------------------------------------------------------------------------

    def _make(self) -> None:
        self.editor = QueryEditor(self._encoder)
        self.filters = Filters(self._session)
        self.narrow, self.both = QToolButton(), QToolButton()
        for button in (self.narrow, self.both):
            button.setCheckable(True)
        self.alpha = AlphaSlider()
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.hits = HitsView(self._session)
        self.empty = QWidget()
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.retry = QPushButton()
        self.chips_title = QLabel()
        self.chips_title.setWordWrap(True)
        self.chips = QWidget()
        self._chips = FlowLayout(self.chips, 6)
        empty = QVBoxLayout(self.empty)
        empty.setContentsMargins(4, 12, 4, 4)
        empty.setSpacing(8)
        empty.addWidget(self.sentence)
        empty.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignLeft)
        empty.addWidget(self.chips_title)
        empty.addWidget(self.chips)
        empty.addStretch(1)
        self.compare = ComparePage(self._session, self._fitting)
        self.stack = QStackedWidget()
        for widget in (self.empty, self.hits, self.compare):
            self.stack.addWidget(widget)
        self.why = WhyView(self._session)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(self.stack)
        self.reasons = _Reasons(self.why)
        self.splitter.addWidget(self.reasons)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setCollapsible(0, False)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addWidget(self.filters, 1)
        middle.addWidget(self.narrow, 0, Qt.AlignmentFlag.AlignTop)
        middle.addWidget(self.both, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.editor)
        layout.addLayout(middle)
        layout.addWidget(self.alpha)
        layout.addWidget(self.status)
        layout.addWidget(self.note)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        session = self._session
        self.editor.changed.connect(self._search)
        self.editor.adjusted.connect(self._again)
        self.editor.emptied.connect(self._drop_results)
        self.editor.waiting.connect(self._show_state)
        self.editor.box.moved.connect(self._step)
        self.editor.box.accepted.connect(self._on_accepted)
        self.editor.box.textEdited.connect(self._on_edited)
        self.editor.box.left.connect(self.left)
        self.filters.changed.connect(self._again)
        self.narrow.toggled.connect(self._on_narrow)
        self.both.toggled.connect(self._on_both)
        self.alpha.moved.connect(lambda _alpha: self._search(on=True))
        self.asker.found_changed.connect(self._on_found)
        self.asker.changed.connect(self._on_asker)
        self.compare.opened.connect(self._open)
        self.splitter.splitterMoved.connect(self._on_divided)
        self.hits.chosen.connect(self._explain)
        self.hits.opened.connect(self._open)
        self.retry.clicked.connect(self._on_retry)
        self._encoder.state_changed.connect(lambda _state: self._show_state())
        session.method_changed.connect(self._on_method)
        session.song_changed.connect(self._on_song)

    # -- corpus -----------------------------------------------------------------------------------

    @property
    def found(self) -> Found | None:
        """The result that is shown."""
        return self.asker.found

    @property
    def present(self) -> HitsView:
        """The list of hits that keys go to."""
        return self.compare.active if self.comparing else self.hits

    @property
    def comparing(self) -> bool:
        """Whether two systems are shown side by side."""
        return self.both.isChecked()

    @property
    def examples_ready(self) -> bool:
        """Whether the index is made and the examples are there."""
        return self._ready

    def set_prepared(self, prepared: Prepared | None, *, ready: bool, examples: tuple[str, ...] = ()) -> None:
        """Another view (None while there is none); ``ready`` once its index is made."""
        if prepared is not self._prepared:
            same = (prepared is not None and self._prepared is not None
                    and prepared.view.corpus.folder == self._prepared.view.corpus.folder)
            self._session.tasks.cancel("search why")
            self._prepared = prepared
            self.asker.set_prepared(prepared)
            self.compare.set_prepared(prepared)
            self.editor.set_prepared(prepared, keep=same)
            self.hits.set_hits((), -1.0, keep=False)
            self.why.set_why(None)
        if ready and prepared is not None:
            for combo in (self.filters.method, *(side.combo for side in self.compare.sides)):
                combo.set_lacking(prepared.lacking)
        self._ready = ready
        if ready and examples != self.editor.examples:
            self.editor.examples = examples
            self._fill_chips()
        if ready:
            self.editor.ask_again()
        self._show_state()

    def _fill_chips(self) -> None:
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for text in self.editor.examples:
            chip = QPushButton(text)
            chip.setObjectName("example")
            chip.clicked.connect(lambda _checked=False, text=text: self.editor.put(text))
            self._chips.addWidget(chip)
        self.chips.updateGeometry()

    def clear(self) -> None:
        """Empty the box and ask about every bar again."""
        self.filters.reset()
        self.editor.clear()

    def _on_narrow(self, shown: bool) -> None:
        self.filters.more.setVisible(shown)

    def _on_both(self, on: bool) -> None:
        """One list or two; the query is asked anew where it is to be seen."""
        QSettings().setValue(_BOTH, on)
        (self.asker if on else self.compare).drop()
        self.filters.method_field.setVisible(not on)
        self.why.set_why(None)
        self._search()
        self.compared.emit(on)

    def _on_method(self, _name: str) -> None:
        self._show_state()
        if not self.comparing:
            self._again()

    # -- searching --------------------------------------------------------------------------------

    def _again(self) -> None:
        self._timer.start()

    def _search(self, *, on: bool = False) -> None:
        """Search for what is typed; ``on`` while the slider is dragged."""
        self._timer.stop()
        self._fault = ""
        query, prepared = self.editor.query(), self._prepared
        if query is None or prepared is None or not self._ready:
            if self.editor.fault:
                self._drop_results()
            self._show_state()
            return
        method = self._session.method
        request = Request(query, method, str(self.filters.split.currentData()), self.filters.minimum.value(),
                          self.filters.length_window, str(self.filters.fold.currentData()), self.alpha.alpha)
        if self.comparing:
            self.compare.ask(request)
        elif self.filters.method.findData(method) < 0:
            self._drop_results()
            self._fault = self.tr("The method '{name}' cannot search for typed lyrics; choose another one.").format(
                name=method)
        elif on:
            self.asker.ask_on(request)
        else:
            self.asker.ask(request)
        self._show_state()

    def _on_found(self, found: Found) -> None:
        first = self._shown != found.request.query.text
        self._shown = found.request.query.text
        neutral = 0.5 if found.request.method == "xmied" else -1.0
        before = self.hits.current()
        self.hits.set_hits(found.hits, neutral, keep=True)
        if first and before is None:
            self.hits.scrollToTop()
        elif self.hits.current() is not None and found.ranking.complete:
            self._explain(self.hits.current())
        if self._open_first and found.ranking.complete:
            self._open_first = False
            self.hits.setCurrentIndex(self.hits.hits.index(0))
            self.hits.open_current()

    def _on_asker(self) -> None:
        if self.asker.found is None:
            self._clear_hits()
        self._show_state()

    def _drop_results(self) -> None:
        self.asker.drop()
        self.compare.drop()
        self._show_state()

    def _clear_hits(self) -> None:
        self._session.tasks.cancel("search why")
        self._shown = ""
        if self.hits.hits.rowCount():
            self.hits.set_hits((), -1.0, keep=False)
        self.why.set_why(None)

    # -- a hit ------------------------------------------------------------------------------------

    def _explain(self, hit: Hit | None) -> None:
        prepared, found = self._prepared, self.found
        if hit is None or prepared is None or found is None or found.request.method != "xmied":
            self._session.tasks.cancel("search why")
            self.why.set_why(None)
            return
        query = found.request.query
        self._session.tasks.start(lambda report: explain_hit(prepared, query, hit, report), key="search why",
                                  done=self._on_why)

    def _on_why(self, why: Why) -> None:
        current = self.hits.current()
        if current is not None and current.bar == why.hit.bar:
            self.why.set_why(why)
            self._make_room()
            if self._lit is not None and self._lit[0] == why.hit.place.song_id:
                self._lit = (self._lit[0], why.lit)
                self._light()

    def _on_accepted(self) -> None:
        """Enter in the box: open the chosen hit, or the first one once it is found."""
        found = self.compare.sides[0].found if self.comparing else self.found
        if found is not None and found.ranking.complete and found.request.query.text == self.editor.text:
            self.present.open_current()
        else:
            self._open_first = bool(self.editor.text.strip())

    def _step(self, rows: int) -> None:
        self.present.step(rows)

    def _on_edited(self, _text: str) -> None:
        self._open_first = False

    def _open(self, hit: Hit) -> None:
        self.editor.remember()
        why = self.why.why
        known = why is not None and why.hit.bar == hit.bar
        # The joints follow when the song is there and the alignment is known, whichever comes last.
        self._lit = (hit.place.song_id, why.lit if why is not None and known else ())
        self._session.go(hit.place.song_id, hit.place.start, hit.place.stop, play=True, loop=True)
        if not known:
            self._explain(hit)
        self._light()

    def _on_song(self) -> None:
        self._light()
        if self._session.opened is None:
            self._show_state()

    def _light(self) -> None:
        song = self._session.song
        if self._lit is not None and song is not None and song.song.song_id == self._lit[0] and self._lit[1]:
            lit, self._lit = self._lit[1], None
            self._session.set_lit(lit)

    def _on_retry(self) -> None:
        if self._encoder.state == "failed":
            self._encoder.stop()
            self._encoder.wake()
            self.editor.ask_again()
        elif self.asker.button:
            self.asker.press()
        else:
            self.filters.reset()

    # -- texts ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.narrow.setText(self.tr("Filter"))
        self.both.setText(self.tr("Compare"))
        self.both.setToolTip(self.tr("The hits of two systems side by side"))
        self.chips_title.setText(self.tr("Words of this corpus that have a movement of their own:"))
        self._show_state()

    def restyle(self) -> None:
        theme = theme_of(self.palette())
        self.status.setStyleSheet(f"color: {colour(theme.faint).name()};")
        line = colour(theme.line).name()
        self.chips.setStyleSheet(
            f"QPushButton#example {{ border: 1px solid {line}; border-radius: 11px; padding: 3px 10px; }}"
            f"QPushButton#example:hover, QPushButton#example:focus {{ border-color: {colour(theme.accent).name()}; }}")

    def _show_state(self) -> None:
        """Say what is going on; show the hits or the sentence in their stead."""
        opened, found = self._session.opened, self.found
        text = bool(self.editor.text.strip())
        sentence = ""
        retry = ""
        if self._session.reading:
            sentence = self.tr("Reading the corpus…")
        elif opened is None:
            sentence = self.tr("Open a corpus to search its dances by typed lyrics.")
        elif opened.view is None:
            sentence = self.tr("Search needs a built corpus. {why}").format(why=opened.unbuilt)
        elif self._encoder.state == "failed" and text:
            sentence = self._encoder.sentence
            retry = self.tr("Try again")
        elif text and (self._fault or self.editor.fault):
            sentence = self._fault or self.editor.fault
        elif text and self.asker.sentence:
            sentence, retry = self.asker.sentence, self.asker.button
        elif not text:
            sentence = self.tr("Type a line of lyrics: the bars are found whose movements go with its words.")
        elif found is None and not self.comparing and (self._encoder.state == "waking" or not self._ready):
            sentence = self.tr("The first search in a corpus takes a few seconds, the others follow every key.")
        elif found is not None and found.ranking.complete and not found.hits:
            sentence = self.tr("No bar passes the filters.")
            retry = self.tr("Take the filters off")
        self.sentence.setText(sentence)
        self.retry.setText(retry)
        self.retry.setVisible(bool(retry))
        idle = bool(self.editor.examples) and opened is not None and opened.view is not None and not text
        self.chips.setVisible(idle)
        self.chips_title.setVisible(idle)
        self.stack.setCurrentWidget(self.empty if sentence else self.compare if self.comparing else self.hits)
        usable = opened is not None and opened.view is not None
        for widget in (self.editor, self.filters, self.narrow, self.both, self.alpha):
            widget.setEnabled(usable)
        method = self._session.method
        self.alpha.setVisible(method == "semi-supervised" and not self.comparing and not self.asker.reason(method))
        self.reasons.setVisible(found is not None and bool(found.hits) and found.request.method == "xmied")
        self.status.setText(self._status())
        self.status.setVisible(bool(self.status.text()))
        self.note.setText(self._notes.note(found) if found is not None and found.hits else "")
        self.note.setVisible(bool(self.note.text()))

    def _status(self) -> str:
        opened = self._session.opened
        if opened is None or opened.view is None:
            return ""
        if self._encoder.state == "waking":
            return self.tr("Waking the language model…")
        if not self._ready:
            return self.tr("Making the index…")
        return self.asker.waiting or (self._notes.status(self.found) if self.found is not None else "")

    # -- room -------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a wide and low pane the reasons stand beside the hits."""
        super().resizeEvent(event)
        beside = self.width() >= _WIDE and self.height() < _LOW
        wanted = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if wanted != self.splitter.orientation():
            self.splitter.setOrientation(wanted)
            if beside:
                self.splitter.setSizes([self.width() // 2, self.width() // 2])

    def _on_divided(self, _at: int, _handle: int) -> None:
        self._divided = True

    def _make_room(self) -> None:
        """Give the reasons the height they need, up to half, as long as nobody has divided the page by hand."""
        sizes = self.splitter.sizes()
        if self._divided or self.splitter.orientation() != Qt.Orientation.Vertical or not self.reasons.isVisible():
            return
        wanted = min(self.why.minimumHeight() + 4, sum(sizes) // 2)
        if wanted != sizes[1]:
            self.splitter.setSizes([sum(sizes) - wanted, wanted])

    def save(self) -> None:
        """Keep how the page is divided."""
        if self._divided and self.splitter.orientation() == Qt.Orientation.Vertical and self.reasons.isVisible():
            QSettings().setValue("search/sizes", self.splitter.sizes())

    def restore(self) -> None:
        """Divide the page as it was, and show one list or two."""
        if QSettings().value(_BOTH, False, type=bool):
            self.both.setChecked(True)
        stored = QSettings().value("search/sizes")
        if isinstance(stored, list) and len(stored) == 2:
            self.splitter.setSizes([int(size) for size in stored])
            self._divided = True


class _Reasons(QScrollArea):
    """Holds the reasons: as high as they need where there is room, scrolled where there is not."""

    def __init__(self, why: WhyView) -> None:
        super().__init__()
        self._why = why
        self.setWidget(why)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        return QSize(300, max(self._why.minimumHeight(), 150))

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 90)
