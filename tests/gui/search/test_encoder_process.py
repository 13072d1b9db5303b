"""The encoder's child process: it wakes, answers, comes back after a crash, and never outlives the window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from core.corpus.store import Corpus
from core.pipeline.query import QueryEncoder
from tests.gui.search.conftest import settled

REPO = Path(__file__).parents[3]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")


@pytest.fixture
def real_pane(session, actions, shown, qtbot):
    from gui.search.pane import SearchPane

    made = SearchPane(session, actions)
    shown(made, 480, 820)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("lyric encoder")]


def test_it_wakes_with_the_box_answers_and_survives_a_crash(real_pane, qtbot, actions, built_corpus):
    pane = real_pane
    assert pane.encoder.pid is None
    states = []
    pane.encoder.state_changed.connect(states.append)
    qtbot.mouseClick(pane.lyrics.editor.box, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: states[:1] == ["waking"])
    assert "language model" in pane.lyrics.status.text()
    box = pane.lyrics.editor.box
    qtbot.keyClicks(box, "love you")
    qtbot.waitUntil(lambda: settled(pane, "love you"), timeout=30_000)
    with Corpus.open(built_corpus) as corpus:
        expected = QueryEncoder(corpus).words("love you")
    words = pane.lyrics.editor.words
    assert (words.words, words.units, words.codes.tolist()) == (expected.words, expected.units, expected.codes.tolist())
    first = pane.encoder.pid
    assert alive(first)
    # Killed while it is asked: it is started and asked again, without the person doing anything.
    os.kill(first, signal.SIGKILL)
    box.put("愛 goodbye")
    qtbot.waitUntil(lambda: settled(pane, "愛 goodbye"), timeout=30_000)
    assert pane.encoder.pid != first
    assert not alive(first)
    second = pane.encoder.pid
    start = time.monotonic()
    pane.close()
    assert time.monotonic() - start < 5
    assert not alive(second)


def test_a_process_that_keeps_dying_is_told_and_tried_again_by_a_click(real_pane, qtbot, monkeypatch):
    from gui.search import encoder

    pane = real_pane
    monkeypatch.setattr(encoder, "_serve", die)
    pane.lyrics.editor.box.setFocus()
    pane.lyrics.editor.box.put("love")
    qtbot.waitUntil(lambda: pane.encoder.state == "failed", timeout=30_000)
    assert "exit code 7" in pane.lyrics.sentence.text()
    assert pane.lyrics.retry.isVisible()
    monkeypatch.undo()
    qtbot.mouseClick(pane.lyrics.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settled(pane, "love"), timeout=30_000)


def die(pipe, folder):
    os._exit(7)


def test_an_encoder_that_cannot_be_had_is_a_sentence(own_session, actions, shown, qtbot):
    from gui.search.pane import SearchPane

    corpus = own_session.opened.corpus
    corpus.set_setting("encoders", {"lyric": {"name": "another", "fingerprint": "gone"}})
    pane = SearchPane(own_session, actions)
    shown(pane)
    pane.lyrics.editor.box.setFocus()
    pane.lyrics.editor.box.put("love")
    qtbot.waitUntil(lambda: "another" in pane.lyrics.sentence.text(), timeout=30_000)
    assert "build again" in pane.lyrics.sentence.text()
    assert pane.lyrics.sentence.isVisible()
    pane.close()


def test_another_corpus_gets_another_process(real_pane, session, own_corpus, qtbot):
    pane = real_pane
    pane.lyrics.editor.box.setFocus()
    pane.lyrics.editor.box.put("love")
    qtbot.waitUntil(lambda: settled(pane, "love"), timeout=30_000)
    first = pane.encoder.pid
    session.open(own_corpus)
    qtbot.waitUntil(lambda: session.opened.folder == own_corpus and settled(pane, "love"), timeout=30_000)
    assert pane.encoder.pid not in (None, first)
    qtbot.waitUntil(lambda: not alive(first))


def test_closing_in_the_middle_of_waking_and_searching_leaves_nothing(near_process, session, actions, shown, qtbot, tasks):
    from gui.search.encoder import LyricProcess

    process = LyricProcess()
    process.set_corpus(session.opened.folder)
    process.ask("love")
    qtbot.waitUntil(lambda: process.pid is not None, timeout=10_000)
    pid = process.pid
    assert process.close(5.0)
    assert not alive(pid)
    # Closed before the process was even there.
    process.ask("love")
    assert process.close(5.0)
    assert not [t for t in threading.enumerate() if t.name.startswith("lyric encoder")]
    assert tasks.shutdown(5.0)


def test_it_dies_with_a_window_that_is_killed(built_corpus, tmp_path):
    script = tmp_path / "window.py"
    script.write_text(f"""
import sys
sys.path.insert(0, {str(REPO)!r})
if __name__ == "__main__":
    from pathlib import Path
    from PySide6.QtCore import QCoreApplication
    from gui.search.encoder import LyricProcess
    app = QCoreApplication([])
    process = LyricProcess()
    process.set_corpus(Path({str(built_corpus)!r}))
    process.answered.connect(lambda words: print(process.pid, flush=True))
    process.ask("love")
    app.exec()
""")
    window = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, cwd=REPO)
    pid = int(window.stdout.readline())
    assert alive(pid)
    window.kill()
    window.wait(10)
    until = time.monotonic() + 10
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not alive(pid)
