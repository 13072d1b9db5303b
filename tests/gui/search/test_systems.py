"""The menu of systems, fitting one, and the slider of the semi-supervised one, as a person uses them."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from core.corpus.store import Corpus
from core.errors import SettingsError
from core.pipeline.lab import lab_folder, retrieval_data
from core.pipeline.lab_search import LabSearcher, is_fitted
from core.retrieval.evaluate import fit_method
from core.retrieval.protocol import METHODS
from core.retrieval.registry import make_method
from tests.gui.search.test_encoder_process import alive


@pytest.fixture
def writable(built_corpus, tmp_path) -> Path:
    return Path(shutil.copytree(built_corpus, tmp_path / "corpus"))


@pytest.fixture
def bare(writable) -> Path:
    """A corpus without genres, and without the sound of one song."""
    with Corpus.open(writable) as corpus, corpus.editing() as database:
        database.execute("UPDATE songs SET genre = ''")
        database.execute("UPDATE songs SET audio = '' WHERE id = (SELECT min(id) FROM songs)")
    return writable


def type_in(pane, qtbot, text: str) -> None:
    box = pane.lyrics.editor.box
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    box.clear()
    box.insert(text)


def choose(combo, name: str) -> None:
    """As the menu does."""
    combo.setCurrentIndex(combo.findData(name))
    combo.activated.emit(combo.currentIndex())


def shown_by(pane, method: str, text: str) -> bool:
    found = pane.lyrics.found
    return (found is not None and found.request.method == method and found.request.query.text == text
            and found.ranking.complete)


def expected(folder: Path, pane, method: str, alpha: float = 0.5) -> list[int]:
    with Corpus.open(folder) as corpus:
        scores = LabSearcher(corpus).scores(method, pane.lyrics.editor.query(), alpha)
    return np.lexsort((np.arange(len(scores)), -scores)).tolist()


def test_the_menu_has_every_system_once_in_groups_with_a_tip(shown_pane, built_corpus, qtbot):
    pane, session = shown_pane(built_corpus)
    combo = pane.lyrics.filters.method
    names = [combo.itemData(i) for i in range(combo.count())]
    titles = [name for name in names if name.startswith("group ")]
    assert titles == ["group paper", "group controls", "group comparison"]
    assert sorted(name for name in names if name not in titles) == sorted(METHODS)
    tips = set()
    for i, name in enumerate(names):
        flags = combo.model().flags(combo.model().index(i, 0))
        assert bool(flags & Qt.ItemFlag.ItemIsSelectable) == (name not in titles)
        if name not in titles:
            assert combo.itemText(i)
            tip = combo.itemData(i, Qt.ItemDataRole.ToolTipRole)
            assert tip.endswith(".")
            tips.add(tip)
    assert len(tips) == len(METHODS)
    # By keys the titles are passed over.
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert (combo.name, session.method) == ("length-only", "length-only")
    assert "how long" in combo.toolTip()


def test_systems_that_lack_something_are_disabled_and_say_what(shown_pane, bare, qtbot):
    pane, session = shown_pane(bare)
    combo = pane.lyrics.filters.method
    for name, why in (("tnn-c-cca", "no genres"), ("semi-supervised", "no genres"), ("ugaar", "sound")):
        row = combo.findData(name)
        assert not combo.model().flags(combo.model().index(row, 0)) & Qt.ItemFlag.ItemIsEnabled
        assert why in combo.itemText(row)
        assert why in combo.itemData(row, Qt.ItemDataRole.ToolTipRole)
    row = combo.findData("cca")
    assert combo.model().flags(combo.model().index(row, 0)) & Qt.ItemFlag.ItemIsEnabled
    # Kept from another corpus it may be chosen all the same: the pane says why there are no hits.
    type_in(pane, qtbot, "love")
    session.set_method("ugaar")
    qtbot.waitUntil(lambda: "cannot be used on this corpus: not every song has sound" in pane.lyrics.sentence.text())
    assert pane.lyrics.sentence.isVisible()
    assert not session.tasks.running or not any(task.title for task in session.tasks.running)
    session.set_method("xmied")
    qtbot.waitUntil(lambda: shown_by(pane, "xmied", "love"))


def test_choosing_cca_fits_it_as_a_task_and_shows_its_hits(shown_pane, writable, qtbot, monkeypatch):
    gate = threading.Event()

    def gated(function, *given, progress):
        while not gate.wait(0.01):
            progress(0.3, "whitening")
        return function(*given, progress)

    pane, session = shown_pane(writable)
    monkeypatch.setattr("gui.search.fitting.in_process", gated)
    type_in(pane, qtbot, "love you")
    qtbot.waitUntil(lambda: shown_by(pane, "xmied", "love you"))
    choose(pane.lyrics.filters.method, "cca")
    qtbot.waitUntil(lambda: "being fitted" in pane.lyrics.sentence.text())
    assert pane.lyrics.sentence.isVisible()
    assert not pane.lyrics.hits.isVisible()
    (task,) = [task for task in session.tasks.running if task.title]
    assert task.title == "Fitting CCA"
    qtbot.waitUntil(lambda: task.message == "whitening")
    gate.set()
    qtbot.waitUntil(lambda: shown_by(pane, "cca", "love you"), timeout=20_000)
    with Corpus.open(writable) as corpus:
        assert is_fitted(corpus, "cca")
    order = expected(writable, pane, "cca")
    found = pane.lyrics.found
    assert found.ranking.bar.tolist() == order[: len(found.ranking.bar)]
    assert pane.lyrics.hits.isVisible()
    assert pane.lyrics.hits.hits.rows[0].hit.bar == order[0]
    assert "CCA" in pane.lyrics.status.text()
    assert "cosine" in pane.lyrics.note.text()
    assert "training songs" in pane.lyrics.note.text()
    # Reasons are XMIED's alone.
    assert not pane.lyrics.reasons.isVisible()
    qtbot.mouseClick(pane.lyrics.hits.viewport(), Qt.MouseButton.LeftButton, pos=pane.lyrics.hits.place_of(0))
    assert pane.lyrics.hits.current().bar == order[0]
    assert not pane.lyrics.why.isVisible()
    # Filters hold for it as for any other.
    pane.lyrics.filters.split.setCurrentIndex(pane.lyrics.filters.split.findData("test"))
    pane.lyrics.filters.changed.emit()
    view = session.opened.view
    admitted = view.split_mask("test")
    qtbot.waitUntil(lambda: pane.lyrics.found.ranking.gallery == int(admitted.sum()))
    assert pane.lyrics.found.ranking.bar.tolist() == [bar for bar in order if admitted[bar]][:300]
    assert "training songs" not in pane.lyrics.note.text()


def test_a_trained_system_asks_first_and_can_be_stopped(shown_pane, writable, qtbot, monkeypatch):
    begun = []

    def endless(_function, *given, progress):
        begun.append(given[1])
        while True:
            progress(0.1, "epoch 1")
            threading.Event().wait(0.01)

    pane, session = shown_pane(writable)
    monkeypatch.setattr("gui.search.fitting.in_process", endless)
    type_in(pane, qtbot, "love")
    choose(pane.lyrics.filters.method, "contrastive")
    qtbot.waitUntil(lambda: "has not been fitted" in pane.lyrics.sentence.text())
    assert pane.lyrics.retry.text() == "Fit it now"
    assert not begun
    qtbot.mouseClick(pane.lyrics.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: begun == ["contrastive"])
    assert "being fitted" in pane.lyrics.sentence.text()
    assert pane.lyrics.retry.text() == "Stop fitting"
    # Typing goes on meanwhile, and does not start it again.
    type_in(pane, qtbot, "goodbye")
    qtbot.waitUntil(lambda: pane.lyrics.asker._request.query.text == "goodbye")
    qtbot.waitUntil(lambda: "being fitted" in pane.lyrics.sentence.text())
    assert begun == ["contrastive"]
    qtbot.mouseClick(pane.lyrics.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not any(task.title for task in session.tasks.running))
    qtbot.waitUntil(lambda: pane.lyrics.retry.text() == "Fit it now")
    assert "has not been fitted" in pane.lyrics.sentence.text()


def test_a_fit_that_was_stopped_in_the_status_area_does_not_begin_by_itself_again(shown_pane, writable, qtbot, monkeypatch):
    begun = []

    def endless(_function, *given, progress):
        begun.append(given[1])
        while True:
            progress(0.1, "")
            threading.Event().wait(0.01)

    pane, session = shown_pane(writable)
    monkeypatch.setattr("gui.search.fitting.in_process", endless)
    type_in(pane, qtbot, "love")
    choose(pane.lyrics.filters.method, "cca")
    qtbot.waitUntil(lambda: begun == ["cca"])
    next(task for task in session.tasks.running if task.title).cancel()
    qtbot.waitUntil(lambda: pane.lyrics.retry.text() == "Fit it now")
    type_in(pane, qtbot, "goodbye")
    qtbot.waitUntil(lambda: pane.lyrics.asker._request.query.text == "goodbye")
    qtbot.wait(100)
    assert begun == ["cca"]
    assert "has not been fitted" in pane.lyrics.sentence.text()


def test_a_fit_that_fails_is_told_and_can_be_tried_again(shown_pane, writable, qtbot, monkeypatch):
    def fails(*_given, progress):
        raise SettingsError("No training song has lyrics.")

    pane, _ = shown_pane(writable)
    real = __import__("gui.search.fitting", fromlist=["in_process"]).in_process
    monkeypatch.setattr("gui.search.fitting.in_process", fails)
    type_in(pane, qtbot, "love")
    choose(pane.lyrics.filters.method, "cca")
    qtbot.waitUntil(lambda: pane.lyrics.sentence.text() == "No training song has lyrics.")
    assert pane.lyrics.retry.text() == "Try again"
    monkeypatch.setattr("gui.search.fitting.in_process", real)
    qtbot.mouseClick(pane.lyrics.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_by(pane, "cca", "love"), timeout=20_000)


@pytest.fixture
def blended(writable, monkeypatch) -> Path:
    """A corpus with the semi-supervised system fitted, for one epoch only."""
    from core.pipeline import lab_search
    from core.retrieval.semi_supervised import SemiSupervised

    monkeypatch.setattr(lab_search, "make_method", lambda _name, seed: SemiSupervised(seed=seed, epochs=1))
    lab_search.fit_system(writable, "semi-supervised")
    return writable


def test_alpha_ranks_anew_while_it_is_dragged(shown_pane, blended, qtbot, actions):
    pane, session = shown_pane(blended)
    page = pane.lyrics
    type_in(pane, qtbot, "love you")
    qtbot.waitUntil(lambda: shown_by(pane, "xmied", "love you"))
    assert not page.alpha.isVisible()
    choose(page.filters.method, "semi-supervised")
    qtbot.waitUntil(lambda: shown_by(pane, "semi-supervised", "love you"), timeout=20_000)
    assert page.alpha.isVisible()
    slider = page.alpha.slider
    assert page.alpha.value.text() == "0.50"

    def ranked_for(alpha: float) -> bool:
        return page.found.request.alpha == alpha and page.found.ranking.bar.tolist() == orders[alpha][
            : len(page.found.ranking.bar)]

    orders = {alpha: expected(blended, pane, "semi-supervised", alpha) for alpha in (0.0, 0.5, 0.51, 0.61, 1.0)}
    assert len({tuple(order[:20]) for order in orders.values()}) > 2
    assert ranked_for(0.5)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert page.alpha.value.text() == "0.51"
    qtbot.waitUntil(lambda: ranked_for(0.51))
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: ranked_for(0.61))
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: ranked_for(0.0))
    # Dragged while an answer is on its way: that answer is shown, and the newest place after it, none between.
    shown = []
    page.asker.found_changed.connect(lambda found: shown.append(found.request.alpha))
    pane.lab.asked.clear()
    pane.lab.gate.clear()
    y = slider.height() // 2
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(6, y))
    for x in range(8, slider.width(), 6):
        qtbot.mouseMove(slider, QPoint(x, y))
        qtbot.wait(2)
    qtbot.mouseMove(slider, QPoint(slider.width() + 30, y))
    pane.lab.gate.set()
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() + 30, y))
    assert page.alpha.alpha == 1.0
    qtbot.waitUntil(lambda: ranked_for(1.0))
    assert len(shown) == 2
    assert 0.0 < shown[0] < 1.0
    assert len(pane.lab.asked) == 2
    qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(10, y))
    assert page.alpha.value.text() == "0.50"
    qtbot.waitUntil(lambda: ranked_for(0.5))
    qtbot.keyClick(slider, Qt.Key.Key_End)
    actions["search.alpha_reset"].trigger()
    qtbot.waitUntil(lambda: ranked_for(0.5))
    session.set_method("xmied")
    qtbot.waitUntil(lambda: not page.alpha.isVisible())


def test_loading_is_told(shown_pane, fitted_corpus, qtbot):
    pane, _ = shown_pane(fitted_corpus)
    type_in(pane, qtbot, "love")
    qtbot.waitUntil(lambda: shown_by(pane, "xmied", "love"))
    pane.lab.gate.clear()
    choose(pane.lyrics.filters.method, "cca")
    qtbot.waitUntil(lambda: pane.lyrics.status.text() == "Loading CCA…")
    pane.lab.gate.set()
    qtbot.waitUntil(lambda: shown_by(pane, "cca", "love"))
    assert "bars in" in pane.lyrics.status.text()


def test_protocols_do_not_touch_a_fitted_system(shown_pane, fitted_corpus, qtbot):
    pane, session = shown_pane(fitted_corpus)
    type_in(pane, qtbot, "love")
    session.set_method("cca")
    qtbot.waitUntil(lambda: shown_by(pane, "cca", "love"))
    before = pane.lyrics.found.ranking.bar.tolist()
    session.set_protocol("transductive")
    qtbot.waitUntil(lambda: session.opened.protocol == "transductive", timeout=20_000)
    qtbot.waitUntil(lambda: shown_by(pane, "cca", "love"), timeout=20_000)
    assert pane.lyrics.found.protocol == "inductive"
    assert "inductive" in pane.lyrics.status.text()
    assert pane.lyrics.found.ranking.bar.tolist() == before


def test_a_fit_whose_file_is_of_no_use_is_made_anew_once(shown_pane, fitted_corpus, tmp_path, qtbot, monkeypatch):
    from safetensors import safe_open
    from safetensors.numpy import save_file

    from core.pipeline.lab_search import gallery_path
    from gui.search import fitting

    folder = Path(shutil.copytree(fitted_corpus, tmp_path / "corpus"))
    with Corpus.open(folder) as corpus:
        path = gallery_path(corpus, "cca")
    with safe_open(path, "np") as file:
        header = file.metadata()

    def spoil() -> None:
        save_file({"vectors": np.zeros((1, 2), np.float32)}, path, header)

    begun = []
    real = fitting.in_process

    def spoiling(function, *given, progress):
        begun.append(given[1])
        real(function, *given, progress=progress)
        if len(begun) == 1:
            spoil()

    spoil()
    pane, _ = shown_pane(folder)
    monkeypatch.setattr(fitting, "in_process", spoiling)
    type_in(pane, qtbot, "love")
    choose(pane.lyrics.filters.method, "cca")
    # Fitted at once, in vain: from then on the person is asked.
    qtbot.waitUntil(lambda: begun == ["cca"] and pane.lyrics.retry.text() == "Fit it now", timeout=20_000)
    qtbot.mouseClick(pane.lyrics.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_by(pane, "cca", "love"), timeout=20_000)


def test_in_processes_of_their_own(near_process, writable, tasks, actions, shown, qtbot):
    """Fit and search as the program does them: in children, which come back after a crash and end with the pane."""
    from gui.search.pane import SearchPane
    from gui.state.session import Session

    session = Session(tasks)
    pane = SearchPane(session, actions)
    shown(pane, 480, 820)
    session.open(writable)
    qtbot.waitUntil(lambda: session.opened is not None and session.song is not None and pane.lyrics.examples_ready, timeout=20_000)
    pane.set_query("love you")
    session.set_method("cca")
    qtbot.waitUntil(lambda: shown_by(pane, "cca", "love you"), timeout=90_000)
    order = expected(writable, pane, "cca")
    assert pane.lyrics.found.ranking.bar.tolist() == order[:300]
    first = pane.lab.pid
    assert alive(first)
    os.kill(first, signal.SIGKILL)
    pane.set_query("goodbye")
    qtbot.waitUntil(lambda: shown_by(pane, "cca", "goodbye"), timeout=60_000)
    second = pane.lab.pid
    assert second != first
    assert pane.lyrics.found.ranking.bar.tolist() == expected(writable, pane, "cca")[:300]
    pane.close()
    assert not alive(second)


def test_a_process_that_keeps_dying_is_told(near_process, fitted_corpus, tasks, actions, shown, qtbot, monkeypatch):
    from gui.search import lab_process
    from gui.search.pane import SearchPane
    from gui.state.session import Session

    monkeypatch.setattr(lab_process, "_serve", die)
    session = Session(tasks)
    pane = SearchPane(session, actions)
    shown(pane, 480, 820)
    session.open(fitted_corpus)
    qtbot.waitUntil(lambda: session.opened is not None and session.song is not None and pane.lyrics.examples_ready, timeout=20_000)
    session.set_method("cca")
    pane.set_query("love")
    qtbot.waitUntil(lambda: "exit code 7" in pane.lyrics.sentence.text(), timeout=60_000)
    pane.close()


def die(pipe, folder):
    os._exit(7)


def test_another_corpus_in_the_middle_of_a_question_leaves_nothing(near_process, fitted_corpus, built_corpus, tasks, qtbot):
    from core.errors import Cancelled
    from core.pipeline.query import QueryEncoder
    from gui.search.lab_process import LabProcess

    lab = LabProcess()
    lab.set_corpus(fitted_corpus)
    with Corpus.open(fitted_corpus) as corpus:
        query = QueryEncoder(corpus).encode("love", 40)
    ended = []

    def ask() -> None:
        try:
            ended.append(lab.scores("cca", query, 0.5, lambda _fraction, _message="": None))
        except Cancelled as stop:
            ended.append(stop)

    thread = threading.Thread(target=ask)
    thread.start()
    qtbot.waitUntil(lambda: lab.pid is not None, timeout=20_000)
    pid = lab.pid
    lab.set_corpus(built_corpus)
    thread.join(20)
    assert not thread.is_alive()
    assert isinstance(ended[0], Cancelled)
    assert not alive(pid)
    lab.close()
    with pytest.raises(Cancelled):
        lab.scores("cca", query, 0.5, lambda _fraction, _message="": None)


def test_a_trained_system_that_evaluate_fitted_needs_no_button(shown_pane, writable, qtbot):
    with Corpus.open(writable) as corpus:
        method = make_method("dcca")
        data = retrieval_data(corpus, method.needs)
        fit_method(method, data, np.zeros(0, np.int64), "inductive", folder=lab_folder(corpus))
        assert not is_fitted(corpus, "dcca")
    pane, _ = shown_pane(writable)
    type_in(pane, qtbot, "goodbye my love")
    choose(pane.lyrics.filters.method, "dcca")
    qtbot.waitUntil(lambda: shown_by(pane, "dcca", "goodbye my love"), timeout=30_000)
    assert [hit.bar for hit in pane.lyrics.found.hits][:1] == expected(writable, pane, "dcca")[:1]
