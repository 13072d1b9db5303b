"""The search pane on the small demo. Only the tests of the encoder's process start one; the others encode here."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.corpus.store import Corpus


@pytest.fixture(scope="session")
def near_encoder(built_corpus: Path) -> Iterator[object]:
    """The corpus's encoder, in this process."""
    from core.pipeline.query import QueryEncoder

    with Corpus.open(built_corpus) as corpus:
        yield QueryEncoder(corpus)


@pytest.fixture
def near_process(near_encoder, monkeypatch) -> None:
    """Panes made from now on ask an encoder in this process."""
    from PySide6.QtCore import QTimer

    from gui.search.encoder import LyricProcess

    class Near(LyricProcess):
        def wake(self) -> None:
            self._set_state("ready")

        def ask(self, text: str) -> None:
            words = near_encoder.words(text)
            QTimer.singleShot(0, lambda: self.answered.emit(words))

    monkeypatch.setattr("gui.search.pane.LyricProcess", Near)


@pytest.fixture
def pane(near_process, session, actions, shown, qtbot) -> Iterator[object]:
    """The pane, shown, its index made."""
    from gui.search.pane import SearchPane

    made = SearchPane(session, actions)
    shown(made, 480, 820)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    qtbot.waitUntil(lambda: made.lyrics.examples_ready, timeout=20_000)
    yield made
    made.close()


@pytest.fixture
def typed(pane, qtbot):
    """Type a query as a person does and wait for all of its hits."""
    def type_(text: str, *, keys: bool = True):
        from PySide6.QtCore import Qt

        box = pane.lyrics.editor.box
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
        if keys:
            box.clear()
            qtbot.keyClicks(box, text)
        else:
            box.setText(text)
        qtbot.waitUntil(lambda: settled(pane, text), timeout=10_000)
        return pane.lyrics.found

    return type_


def settled(pane, text: str) -> bool:
    """Whether the hits shown are all of those of a text."""
    found = pane.lyrics.found
    return found is not None and found.request.query.text == text and found.ranking.complete


class NearLab:
    """The fitted systems in this process; ``gate`` lets a test hold an answer back."""

    def __init__(self) -> None:
        self.folder = None
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[tuple[str, str, float]] = []

    def set_corpus(self, folder, stamp: str = "") -> None:
        self.folder = folder

    def scores(self, name, query, alpha, report):
        from core.pipeline.lab_search import LabSearcher, NotFittedError
        from gui.search.lab_process import UnfittedError

        self.asked.append((name, query.text, alpha))
        while not self.gate.wait(0.01):
            report(0.0, "")
        with Corpus.open(self.folder) as corpus:
            try:
                return LabSearcher(corpus).scores(name, query, alpha), 0.001
            except NotFittedError as error:
                raise UnfittedError(str(error)) from error

    def close(self) -> None:
        self.gate.set()


@pytest.fixture
def near_lab(monkeypatch) -> None:
    """Panes made from now on ask the fitted systems in this process, and fit in a thread of it."""
    monkeypatch.setattr("gui.search.pane.LabProcess", NearLab)
    monkeypatch.setattr("gui.search.fitting.in_process",
                        lambda function, *given, progress: function(*given, progress))


@pytest.fixture(scope="session")
def fitted_corpus(built_corpus: Path, tmp_path_factory) -> Path:
    """The small demo with CCA fitted. Read only."""
    from core.pipeline.lab_search import fit_system

    folder = Path(shutil.copytree(built_corpus, tmp_path_factory.mktemp("fitted") / "corpus"))
    fit_system(folder, "cca")
    return folder


@pytest.fixture
def shown_pane(near_process, near_lab, tasks, actions, shown, qtbot):
    """Show a pane on a corpus, its index made."""
    from gui.search.pane import SearchPane
    from gui.state.session import Session

    made = []

    def show(folder: Path, width: int = 480, height: int = 820):
        session = Session(tasks)
        pane = SearchPane(session, actions)
        made.append(pane)
        shown(pane, width, height)
        pane.activateWindow()
        qtbot.waitUntil(pane.isActiveWindow)
        session.open(folder)
        qtbot.waitUntil(lambda: session.opened is not None and session.song is not None and pane.lyrics.examples_ready, timeout=20_000)
        return pane, session

    yield show
    for pane in made:
        pane.close()
