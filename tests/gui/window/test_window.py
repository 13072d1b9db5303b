"""The whole window as a user meets it: first start, opening, dropping, keys, layout, language, and closing at any time."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QDockWidget, QLabel, QLineEdit

from core.corpus.store import Corpus
from core.pipeline.view import CorpusView
from gui.window.import_dialog import ImportDialog


def pixels_of(image) -> np.ndarray:
    image = image.convertToFormat(image.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return flat[:, : image.width(), :3].astype(int)


def drop_on(window, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    rest = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QGuiApplication.sendEvent(window, QDragEnterEvent(QPoint(400, 300), *rest))
    QGuiApplication.sendEvent(window, QDropEvent(QPointF(400, 300), *rest))


def activate(qtbot, window) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def settle(qtbot, window) -> None:
    qtbot.waitUntil(lambda: not window.tasks.running, timeout=60_000)


def test_without_a_corpus_the_start_page_is_shown(make_window):
    window = make_window()
    assert window.start.isVisible()
    assert not window.player.isVisible()
    assert window.windowTitle() == "Kotofuri"
    assert not window.actions_["file.build"].isEnabled()


def test_a_corpus_is_shown_in_all_panes_and_remembered(window, built_corpus, qtbot):
    assert window.player.isVisible()
    assert window.timeline.isVisible()
    assert window.session.song.song.title in window.windowTitle()
    assert window.store.recent[0] == built_corpus
    settle(qtbot, window)
    assert np.ptp(pixels_of(window.player.picture()).reshape(-1, 3), axis=0).min() > 60
    assert np.ptp(pixels_of(window.grab().toImage()).reshape(-1, 3), axis=0).min() > 100


def test_first_start_plays_the_first_song_before_the_build_has_ended(make_window, qtbot, monkeypatch):
    from gui.window.main import first_steps

    monkeypatch.setattr("gui.window.corpora.SONGS", 4)
    window = make_window()
    first_steps(window, None)
    qtbot.waitUntil(lambda: window.session.opened is not None and window.session.song is not None, timeout=30_000)
    assert window.tasks.running, "the build should still be running"
    assert window.session.opened.view is None
    qtbot.waitUntil(lambda: window.session.playing and window.session.time > 0.3, timeout=30_000)
    qtbot.waitUntil(lambda: window.session.opened.view is not None, timeout=240_000)
    settle(qtbot, window)
    assert window.session.song.coded
    assert len(window.session.opened.songs) == 4


def test_while_the_codes_are_read_the_first_song_is_danced_and_no_pane_asks_for_a_corpus(
    make_window, built_corpus, qtbot, monkeypatch
):
    gate = threading.Event()

    class Slow(CorpusView):
        def __init__(self, *given):
            gate.wait(30.0)
            super().__init__(*given)

    monkeypatch.setattr("gui.state.opened.CorpusView", Slow)
    window = make_window()
    window.corpora.open(built_corpus)
    qtbot.waitUntil(lambda: window.session.song is not None, timeout=30_000)
    assert window.session.opened is None
    assert window.middle.currentWidget() is window.player
    texts = {label.text() for label in window.findChildren(QLabel) if label.isVisible()}
    assert {"Reading the corpus…", "Gathering gestures…"} <= texts
    assert not any("Open a corpus" in text or "No corpus is open" in text for text in texts)
    gate.set()
    settle(qtbot, window)
    assert window.session.song.coded
    assert not {"Reading the corpus…", "Gathering gestures…"} & {
        label.text() for label in window.findChildren(QLabel) if label.isVisible()}


def test_dropping_a_corpus_opens_it(make_window, built_corpus, qtbot):
    window = make_window()
    drop_on(window, built_corpus)
    qtbot.waitUntil(lambda: window.session.opened is not None and window.session.song is not None, timeout=30_000)
    assert window.session.opened.folder == built_corpus


def test_dropping_songs_imports_and_builds_a_corpus(make_window, demo_manifest, tmp_path, qtbot):
    folder = tmp_path / "わたしの曲"
    folder.mkdir()
    for path in demo_manifest.parent.iterdir():
        if path.name.startswith(("demo-0000", "demo-0001", "demo-0002")):
            shutil.copy(path, folder)
    window = make_window()
    drop_on(window, folder)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ImportDialog), timeout=20_000)
    dialog = QApplication.activeModalWidget()
    assert dialog.tree.topLevelItemCount() == 3
    dialog.tree.topLevelItem(2).setCheckState(0, Qt.CheckState.Unchecked)
    dialog.build_box.setChecked(False)
    qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    target = tmp_path / "わたしの曲-corpus"
    qtbot.waitUntil(lambda: window.session.opened is not None and window.session.song is not None, timeout=60_000)
    settle(qtbot, window)
    assert window.session.opened.folder == target
    assert [song.song_id for song in window.session.opened.songs] == ["demo-0000", "demo-0001"]
    assert window.session.opened.view is None
    assert not window.problems.cards


def test_dropping_rubbish_names_it(make_window, tmp_path, qtbot):
    rubbish = tmp_path / "holiday.jpg"
    rubbish.write_bytes(b"x")
    window = make_window()
    drop_on(window, rubbish)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ImportDialog), timeout=20_000)
    dialog = QApplication.activeModalWidget()
    assert "holiday.jpg" in dialog.faults.text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_folder_that_is_no_corpus_is_said_in_a_sentence(window, tmp_path, qtbot):
    before = window.session.opened
    window.corpora.open(tmp_path / "nothing")
    qtbot.waitUntil(lambda: bool(window.problems.cards))
    assert "no corpus" in window.problems.cards[0].failure.sentence
    assert "1" in window.status.problems.text()
    assert window.session.opened is before
    qtbot.mouseClick(window.status.problems, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.problems.isVisible)


def test_no_key_does_two_things(window):
    taken: dict[str, list[str]] = {}
    for name in window.actions_:
        for key in window.actions_[name].shortcuts():
            taken.setdefault(key.toString(QKeySequence.SequenceFormat.PortableText), []).append(name)
    assert {key: names for key, names in taken.items() if len(names) > 1} == {}
    assert not window.actions_.conflicts()


def test_every_action_is_in_a_menu(window):
    inside = {action.objectName() for menu in window.menuBar().actions() for action in menu.menu().actions()}
    assert {name for name in window.actions_ if name not in inside} == set()


def test_keys_reach_the_player_but_not_while_typing(window, qtbot):
    settle(qtbot, window)
    activate(qtbot, window)
    window.player.setFocus()
    session = window.session
    QTest.keyClick(window, Qt.Key.Key_Right)
    assert session.frame == 1
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert session.playing
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not session.playing
    frame = session.frame
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    box = QApplication.focusWidget()
    assert isinstance(box, QLineEdit)
    QTest.keyClicks(box, "no lk , .")
    QTest.keyClick(box, Qt.Key.Key_Left)
    QTest.keyClick(box, Qt.Key.Key_Home)
    assert box.text() == "no lk , ."
    assert not session.playing
    assert session.frame == frame
    QTest.keyClick(box, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert session.playing
    session.set_playing(False)


def test_docks_hide_come_back_and_are_kept(make_window, built_corpus, qtbot):
    window = make_window(built_corpus, 1400, 900)
    window.actions_["window.search"].trigger()
    assert not window.search.isVisible()
    window.close()
    again = make_window(built_corpus, 1400, 900)
    assert not again.search.isVisible()
    assert not again.actions_["window.search"].isChecked()
    again.actions_["window.reset"].trigger()
    qtbot.waitUntil(again.search.isVisible)
    assert all(not dock.isFloating() for dock in again.findChildren(QDockWidget))


def test_language_and_theme_change_while_it_runs(window, qtbot):
    settle(qtbot, window)
    english = window.menuBar().actions()[0].text()
    light = pixels_of(window.grab().toImage()).mean()
    window.store.theme = "dark"
    window.store.language = "ja"
    qtbot.waitUntil(lambda: window.menuBar().actions()[0].text() != english)
    assert any("\u3040" <= c <= "\u9fff" for c in window.menuBar().actions()[0].text())
    assert "再生" in window.actions_["play.toggle"].text()
    qtbot.wait(100)
    assert pixels_of(window.grab().toImage()).mean() < light - 60
    window.store.language = "en"
    window.store.theme = "light"
    qtbot.waitUntil(lambda: window.menuBar().actions()[0].text() == english)


def test_the_small_dialogs_open_and_close(window, qtbot):
    for name in ("help.sheet", "help.palette", "help.about", "file.settings", "file.build"):
        window.actions_[name].trigger()
        qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QDialog))
        dialog = QApplication.activeModalWidget()
        assert dialog.windowTitle()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_an_error_in_the_program_is_shown_with_its_details_folded(window, qtbot):
    window.tasks.start(lambda report: 1 // 0, key="bad", title="Dividing")
    qtbot.waitUntil(lambda: bool(window.problems.cards))
    card = window.problems.cards[0]
    assert "ZeroDivisionError" in card.failure.sentence
    assert card.details.isHidden()


@pytest.mark.parametrize("moment", ["opening", "playing", "building", "searching"])
def test_closing_at_any_moment_is_quick_and_loses_nothing(make_window, own_corpus, qtbot, moment):
    window = make_window(own_corpus)
    with Corpus.open(own_corpus) as corpus:
        before = [(song.song_id, len(corpus.words(song))) for song in corpus.songs()]
    if moment == "opening":
        window.corpora.open(own_corpus)
    elif moment == "playing":
        window.session.set_playing(True)
        qtbot.waitUntil(lambda: window.session.time > 0.2, timeout=10_000)
    elif moment == "building":
        window.corpora.build(own_corpus, None)
        qtbot.waitUntil(lambda: any(task.fraction > 0 or task.message for task in window.tasks.running),
                        timeout=30_000)
    else:
        activate(qtbot, window)
        window.actions_["search.focus"].trigger()
        QTest.keyClicks(QApplication.focusWidget(), "time goes")
    start = time.monotonic()
    window.close()
    assert time.monotonic() - start < 2.0
    assert not window.tasks.running
    names = [thread.name for thread in threading.enumerate() if thread.name.startswith(("task", "encoder", "sound"))]
    assert not names
    with Corpus.open(own_corpus) as corpus:
        assert [(song.song_id, len(corpus.words(song))) for song in corpus.songs()] == before
    again = make_window(own_corpus)
    assert again.session.opened.view is not None


def test_the_window_is_usable_small_and_large(window, qtbot):
    for width, height in ((760, 480), (1280, 800), (2560, 1440)):
        window.resize(width, height)
        qtbot.wait(60)
        assert window.player.width() > 150
        assert window.player.height() > 100
        picture = pixels_of(window.grab().toImage())
        assert np.ptp(picture.reshape(-1, 3), axis=0).min() > 80
    assert window.width() == 2560


def test_panes_keep_their_shares_whatever_they_hold(make_window, built_corpus, qtbot):
    window = make_window(built_corpus)
    docks = window._docks
    qtbot.waitUntil(lambda: docks["player"].width() > 450)
    shares = {name: docks[name].width() for name in ("browser", "player", "search")}
    assert shares["player"] > shares["search"] > 300
    assert shares["browser"] < 400
    heights = docks["timeline"].height()
    window.search.lyrics.editor.box.setText("love")
    qtbot.waitUntil(lambda: window.search.lyrics.hits.model().rowCount() > 0, timeout=60_000)
    assert {name: docks[name].width() for name in shares} == shares
    # A task in the status area takes no room from the panes either.
    release = threading.Event()
    window.tasks.start(lambda report: release.wait(20), key="long", title="Something long")
    qtbot.waitUntil(lambda: bool(window.status.rows) and window.status.rows[0].isVisible())
    assert docks["timeline"].height() == heights
    release.set()
    window.resize(1800, 1000)
    qtbot.waitUntil(lambda: docks["player"].width() > 700)
    assert docks["search"].width() < 0.32 * 1800


def test_figures_that_nobody_looks_at_are_not_made(make_window, built_corpus, qtbot):
    window = make_window(built_corpus)
    qtbot.wait(300)
    assert not window.figures._views
    window._raise("figures")
    qtbot.waitUntil(lambda: "table1" in window.figures._views, timeout=20_000)
