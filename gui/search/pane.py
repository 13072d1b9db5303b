"""The search pane: typed lyrics to dances, and words for a stretch of dance."""

from __future__ import annotations

import json

from PySide6.QtWidgets import QDockWidget, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from core.pipeline.view import CorpusView
from gui.actions.registry import Actions
from gui.search.encoder import LyricProcess
from gui.search.fitting import Fitting
from gui.search.hits import HitsView
from gui.search.jobs import Prepared, prepare
from gui.search.lab_process import LabProcess
from gui.search.lyric_page import LyricPage
from gui.search.reverse_page import ReversePage
from gui.state.session import Session
from gui.widgets.translated import Translated
from gui.work.tasks import Failure

_LARGE = 20_000
"""Bars from which on the index takes longer than the blink of an eye."""


class SearchPane(Translated):
    """Search in both directions. Call :meth:`close` before the program ends: it ends the encoder's process."""

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._prepared: Prepared | None = None
        self.encoder = LyricProcess(self)
        self.lab = LabProcess()
        self.fitting = Fitting(session, self)
        self.lyrics = LyricPage(session, self.encoder, self.fitting)
        self.reverse = ReversePage(session)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDocumentMode(True)
        self.tabs.setDrawBase(False)
        self.tabs.addTab("")
        self.tabs.addTab("")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.lyrics)
        self.pages.addWidget(self.reverse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 6)
        layout.setSpacing(5)
        layout.addWidget(self.tabs)
        layout.addWidget(self.pages, 1)
        self.setMinimumWidth(280)
        self._add_actions()
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        self.reverse.wanted.connect(self._on_wanted)
        self.lyrics.left.connect(self._on_left)
        self.lyrics.compared.connect(self._on_compared)
        session.corpus_changed.connect(self._on_corpus)
        self._on_compared(False)
        self.lyrics.restore()
        self.retranslate()
        self._on_corpus()

    def _add_actions(self) -> None:
        add = self._actions.add
        add("search.focus", lambda: self.tr("Search by lyrics"), self.focus_box, keys=["Ctrl+F"],
            tip=lambda: self.tr("Type a line of lyrics and see the dances that go with it"))
        add("search.reverse", lambda: self.tr("Words for this dance"), self.show_reverse, keys=["Ctrl+Shift+F"],
            tip=lambda: self.tr("The words that go with the chosen range, or with the present bar"))
        add("search.next_hit", lambda: self.tr("Next hit"), lambda: self._hits().step(1), keys=["F3"])
        add("search.previous_hit", lambda: self.tr("Previous hit"), lambda: self._hits().step(-1), keys=["Shift+F3"])
        add("search.open_hit", lambda: self.tr("Open the chosen hit"), lambda: self._hits().open_current())
        add("search.compare", lambda: self.tr("Compare two systems"), self.compare, checkable=True,
            tip=lambda: self.tr("The same query, the hits of two systems side by side"))
        add("search.swap", lambda: self.tr("Exchange the compared systems"), self.lyrics.compare.swap,
            tip=lambda: self.tr("The left system to the right and the right one to the left, while two are compared"))
        add("search.alpha_reset", lambda: self.tr("Alpha back to 0.5"), self.reset_alpha,
            tip=lambda: self.tr("The slider of the semi-supervised system between pairs and labels"))
        add("search.clear", lambda: self.tr("Clear the search"), self.clear)

    def retranslate(self) -> None:
        self.tabs.setTabText(0, self.tr("Words to dances"))
        self.tabs.setTabText(1, self.tr("Dance to words"))
        self.tabs.setAccessibleName(self.tr("Direction of the search"))
        self._actions.retranslate()

    def restyle(self) -> None:
        """The pages take their own colours."""

    # -- actions ----------------------------------------------------------------------------------

    def focus_box(self) -> None:
        """Show the pane and put the cursor into the box, its text chosen."""
        self._raise()
        self.tabs.setCurrentIndex(0)
        self.lyrics.editor.box.setFocus()
        self.lyrics.editor.box.selectAll()
        # Where the window itself is not active yet, the box would only be told later.
        self.encoder.wake()

    def set_query(self, text: str) -> None:
        """Search for a text as if it had been typed; where no corpus is open yet, as soon as one is."""
        self.focus_box()
        self.lyrics.editor.put(text)

    def show_reverse(self) -> None:
        """Show the words that go with the chosen range, or with the present bar."""
        self._raise()
        self.tabs.setCurrentIndex(1)
        self.reverse.words.setFocus()
        self.reverse.follow()

    def compare(self, on: bool) -> None:
        """Show two systems side by side, or one list again."""
        if on:
            self._raise()
            self.tabs.setCurrentIndex(0)
        self.lyrics.both.setChecked(on)

    def reset_alpha(self) -> None:
        """Every slider of the semi-supervised system that is seen back to the middle."""
        for alpha in (self.lyrics.alpha, *(side.alpha for side in self.lyrics.compare.sides)):
            if alpha.isVisible():
                alpha.reset()

    def clear(self) -> None:
        """Empty the box, take the filters off."""
        self.lyrics.clear()

    def _hits(self) -> HitsView:
        return self.lyrics.present if self.tabs.currentIndex() == 0 else self.reverse.hits

    def _raise(self) -> None:
        """Show the dock that the pane may lie in."""
        found = self.parentWidget()
        while found is not None:
            if isinstance(found, QDockWidget):
                found.show()
                found.raise_()
                return
            found = found.parentWidget()

    def _on_wanted(self, word: str) -> None:
        self.set_query(word)

    def _on_compared(self, on: bool) -> None:
        self._actions["search.compare"].setChecked(on)
        self._actions["search.swap"].setEnabled(on)

    def _on_left(self) -> None:
        self.lyrics.editor.box.clearFocus()
        self.window().setFocus()

    # -- corpus -----------------------------------------------------------------------------------

    def _on_corpus(self) -> None:
        opened = self._session.opened
        view = opened.view if opened is not None else None
        self._session.tasks.cancel("search index")
        if opened is None or view is None:
            self._prepared = None
            self.encoder.set_corpus(None)
            self.lab.set_corpus(None)
            self.lyrics.set_prepared(None, ready=False)
            self.reverse.set_prepared(None, ready=False)
            return
        self.encoder.set_corpus(opened.folder, _stamp(view))
        self.lab.set_corpus(opened.folder, _built(view))
        prepared = self._prepared = Prepared(view, self.lab)
        self.lyrics.set_prepared(prepared, ready=False)
        self.reverse.set_prepared(prepared, ready=False)

        def done(examples: tuple[str, ...]) -> None:
            if prepared is self._prepared:
                self.lyrics.set_prepared(prepared, ready=True, examples=examples)
                self.reverse.set_prepared(prepared, ready=True)

        def failed(failure: Failure) -> None:
            self._session.tasks.failed.emit(failure)

        # Small corpora take no time that anybody would notice.
        title = self.tr("Making the search index") if view.coded.bars > _LARGE else ""
        self._session.tasks.start(lambda report: prepare(prepared, report), key="search index", done=done,
                                  failed=failed, title=title, aside=True)

    # -- the end ----------------------------------------------------------------------------------

    def close(self) -> bool:
        """End the encoder's process and what is being searched; the pane can no longer be used."""
        for task in self._session.tasks.running:
            if task.key.partition(" ")[0] in ("search", "fit"):
                self._session.tasks.cancel(task.key)
        self.lyrics.save()
        self.encoder.close()
        self.lab.close()
        return super().close()


def _stamp(view: CorpusView) -> str:
    """What changes when the encoder or the codebook of a corpus does."""
    return json.dumps([view.corpus.setting("lyric_codes"), view.corpus.setting("encoders", {}).get("lyric")])


def _built(view: CorpusView) -> str:
    """What changes when what a fitted system knows of a corpus does: its songs and their splits, its codes."""
    corpus = view.corpus
    songs = [(song.song_id, song.split, song.genre, song.fingerprint) for song in view.songs]
    settings = [corpus.setting(name) for name in ("lyric_codes", "dance_codes", "encoders")]
    return json.dumps([*settings, songs, view.coded.bars, int(view.coded.offsets[-1])])
