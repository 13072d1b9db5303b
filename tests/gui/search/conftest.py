"""The search pane on the small demo. Only the tests of the encoder's process start one; the others encode here."""

from __future__ import annotations

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
