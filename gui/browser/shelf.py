"""What the browser's tabs show: the catalogue of the open corpus, gathered in a worker."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal

from core.pipeline.browse import Catalogue, SongShares, gather, song_shares
from core.pipeline.significance import pair_test_of_folder
from core.pipeline.view import CorpusView
from core.significance.null import PairTest
from gui.state.session import Session
from gui.work.process import in_process
from gui.work.tasks import Failure, Report, Task

State = Literal["none", "unbuilt", "loading", "ready", "failed"]


class Shelf(QObject):
    """Keeps the catalogue in step with the session's corpus, and the songs' shares with its threshold.

    Attributes
    ----------
    state : str
        "none" (no corpus), "unbuilt", "loading", "ready" or "failed".
    reason : str
        Why there is no catalogue, in a sentence; of "unbuilt" and "failed".
    catalogue : Catalogue or None
    shares : SongShares or None
    testing : bool
        Whether the gestures' significance is being computed; see :meth:`test`.
    untested : str
        Why it could not be, in a sentence.
    """

    changed = Signal()
    """``state`` and ``catalogue``."""
    shares_changed = Signal()
    test_changed = Signal()
    """``testing``, ``untested``, and the p and q values of ``catalogue``."""
    test_cancelled = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._key = f"browser {id(self):x}"
        self.state: State = "none"
        self.reason = ""
        self.catalogue: Catalogue | None = None
        self.shares: SongShares | None = None
        self.testing = False
        self.untested = ""
        session.corpus_changed.connect(self._gather)
        session.song_changed.connect(self._on_song)
        session.threshold_changed.connect(lambda _threshold: self._count())
        self._gather()

    def _set(self, state: State, reason: str = "", catalogue: Catalogue | None = None,
             shares: SongShares | None = None) -> None:
        self.state, self.reason, self.catalogue, self.shares = state, reason, catalogue, shares
        self.changed.emit()
        self.shares_changed.emit()

    def _on_song(self) -> None:
        if self._session.opened is None:
            self._set("loading" if self._session.reading else "none")

    def _gather(self) -> None:
        tasks, opened, threshold = self._session.tasks, self._session.opened, self._session.threshold
        tasks.cancel(self._key)
        tasks.cancel(self._key + " shares")
        self.testing, self.untested = False, ""
        tasks.cancel(self._key + " test")
        if opened is None:
            self._set("none")
            return
        view = opened.view
        if view is None:
            self._set("unbuilt", opened.unbuilt)
            return
        self._set("loading")

        def work(report: Report) -> tuple[Catalogue, SongShares]:
            catalogue = gather(view, report)
            return catalogue, song_shares(view, catalogue, threshold)

        def done(found: tuple[Catalogue, SongShares]) -> None:
            self._set("ready", "", *found)
            if threshold != self._session.threshold:
                self._count()

        def failed(failure: Failure) -> None:
            self._set("failed", failure.sentence)

        tasks.start(work, key=self._key, title=self.tr("Gathering songs and gestures"), done=done, failed=failed,
                    aside=True)

    def test(self) -> None:
        """Give the gestures their p and q values, if they have none; ``test_changed`` tells what comes of it."""
        catalogue, opened = self.catalogue, self._session.opened
        if catalogue is None or opened is None or catalogue.tested or self.testing:
            return
        folder, protocol = opened.folder, opened.protocol

        def done(test: PairTest) -> None:
            self.testing = False
            if self.catalogue is catalogue:
                self.catalogue = catalogue.with_test(test)
            self.test_changed.emit()

        def failed(failure: Failure) -> None:
            self.testing, self.untested = False, failure.sentence
            self.test_changed.emit()

        self.testing, self.untested = True, ""
        # In another process: compiling the loops at the first time would hold the interpreter for seconds.
        task = self._session.tasks.start(
            lambda report: in_process(pair_test_of_folder, folder, protocol, progress=report),
            key=self._key + " test", title=self.tr("Testing gestures for significance"), done=done, failed=failed,
            aside=True)
        task.changed.connect(lambda: self._follow_test(task))
        self.test_changed.emit()

    def _follow_test(self, task: Task) -> None:
        # A person who stops the test; where the corpus changes, nothing is being tested any more.
        if task.cancelled and self.testing:
            self.testing = False
            self.test_cancelled.emit()
            self.test_changed.emit()

    def _count(self) -> None:
        catalogue, opened, threshold = self.catalogue, self._session.opened, self._session.threshold
        if catalogue is None or opened is None or opened.view is None:
            return
        view: CorpusView = opened.view

        def done(shares: SongShares) -> None:
            if self.catalogue is catalogue:
                self.shares = shares
                self.shares_changed.emit()

        self._session.tasks.start(lambda _report: song_shares(view, catalogue, threshold),
                                  key=self._key + " shares", done=done, aside=True)
