"""Status area, problems, drops and the dialogs of import and build."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QWidget

from core.pipeline.jobs import look_into
from core.pipeline.options import BuildOptions
from gui.window.build_dialog import BuildDialog
from gui.window.drop import DropOverlay
from gui.window.import_dialog import ImportDialog
from gui.window.problems import ProblemsPane
from gui.window.status import StatusArea
from gui.work.tasks import Failure


def slow(report):
    for i in range(2000):
        report(i / 2000, f"step {i}")
        time.sleep(0.005)


def test_a_long_task_is_shown_and_cancelled_by_click(qtbot, tasks, shown):
    area = shown(StatusArea(tasks), 900, 40)
    tasks.start(slow, key="slow", title="Counting")
    assert not area.rows[0].isVisible()
    qtbot.waitUntil(lambda: area.rows and area.rows[0].isVisible())
    row = area.rows[0]
    qtbot.waitUntil(lambda: "step" in row.label.text() and row.bar.value() > 0)
    assert row.label.text().startswith("Counting")
    qtbot.mouseClick(row.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not area.rows)
    assert not tasks.running


def test_short_tasks_do_not_flicker_and_untitled_ones_do_not_show(qtbot, tasks, shown):
    area = shown(StatusArea(tasks), 900, 40)
    tasks.start(lambda report: None, key="short", title="Short")
    tasks.start(lambda report: None, key="silent")
    qtbot.waitUntil(lambda: not tasks.running)
    assert not area.rows


def test_problems_fold_their_details_and_copy_a_report(qtbot, shown):
    pane = shown(ProblemsPane(), 500, 400)
    assert pane.empty.isVisible()
    pane.add(Failure("Opening x", "x: it is damaged; import again.", "Traceback: line 7", expected=True))
    card = pane.cards[0]
    assert "it is damaged" in card.sentence.text()
    assert not card.details.isVisible()
    qtbot.waitUntil(lambda: pane.rect().contains(card.fold.mapTo(pane, card.fold.rect().bottomRight())))
    qtbot.wait(20)
    qtbot.mouseClick(card.fold, Qt.MouseButton.LeftButton)
    assert card.details.isVisible()
    qtbot.mouseClick(card.copy, Qt.MouseButton.LeftButton)
    assert "Traceback: line 7" in QGuiApplication.clipboard().text()
    assert "Kotofuri" in QGuiApplication.clipboard().text()
    with qtbot.waitSignal(pane.count_changed) as caught:
        qtbot.mouseClick(pane.clear, Qt.MouseButton.LeftButton)
    assert caught.args == [0]
    assert pane.empty.isVisible()


def mime_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drag(widget: QWidget, mime: QMimeData) -> QDragEnterEvent:
    event = QDragEnterEvent(QPointF(widget.rect().center()).toPoint(), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                            Qt.KeyboardModifier.NoModifier)
    QGuiApplication.sendEvent(widget, event)
    return event


def drop(widget: QWidget, mime: QMimeData) -> None:
    event = QDropEvent(QPointF(widget.rect().center()), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier)
    QGuiApplication.sendEvent(widget, event)


def test_a_drag_says_what_the_drop_will_do(qtbot, shown, built_corpus, tmp_path):
    host = shown(QWidget(), 600, 400)
    overlay = DropOverlay(host)
    assert drag(host, mime_of(built_corpus)).isAccepted()
    assert overlay.isVisible()
    corpus_text = overlay._text
    assert built_corpus.name in corpus_text
    drag(host, mime_of(tmp_path))
    assert overlay._text != corpus_text
    with qtbot.waitSignal(overlay.dropped) as caught:
        drop(host, mime_of(tmp_path, built_corpus))
    assert caught.args == [[tmp_path, built_corpus]]
    assert not overlay.isVisible()
    plain = QMimeData()
    plain.setText("just text")
    drag(host, plain)
    assert not overlay.isVisible()


def test_the_import_dialog_chooses_songs_and_target(qtbot, demo_manifest, tmp_path, shown):
    unknown = tmp_path / "picture.jpg"
    unknown.write_bytes(b"x")
    found = look_into([demo_manifest, unknown])
    dialog = shown(ImportDialog(found, None, tmp_path / "new"), 720, 520)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert len(dialog.chosen()) == len(found.songs)
    assert "picture.jpg" in dialog.faults.text()
    assert not dialog.into_open.isVisible()
    dialog.tree.topLevelItem(0).setCheckState(0, Qt.CheckState.Unchecked)
    assert found.songs[0].song_id not in dialog.chosen()
    dialog.path.selectAll()
    qtbot.keyClicks(dialog.path, " ")
    assert not ok.isEnabled()
    assert "folder" in ok.toolTip()
    dialog.path.selectAll()
    dialog.path.insert(str(tmp_path / "曲集"))
    assert ok.isEnabled()
    assert dialog.folder() == tmp_path / "曲集"
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)


def test_with_nothing_found_import_explains_itself(qtbot, tmp_path, shown):
    dialog = shown(ImportDialog(look_into([tmp_path / "x.docx"]), tmp_path, tmp_path / "new"), 600, 300)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert not ok.isEnabled()
    assert "no song" in ok.toolTip()
    assert dialog.folder() == tmp_path


@pytest.mark.parametrize("given", [
    BuildOptions(), BuildOptions(lyric_encoder="lexical", dance_encoder="pose", dance_context="bar", lyric_codes=60,
                                 dance_codes=30, seed=5, epochs=3),
    BuildOptions(lyric_encoder="/models/mine", dance_encoder="/weights.safetensors", lyric_mode="sentence"),
])
def test_the_build_dialog_gives_back_what_it_was_given(given, shown):
    assert shown(BuildDialog(given)).options() == given


def test_the_build_dialog_by_hand(qtbot, shown):
    dialog = shown(BuildDialog(BuildOptions()))
    assert not dialog.lyric_codes.isEnabled()
    dialog.choose.click()
    dialog.lyric_codes.setValue(77)
    dialog.context.setCurrentIndex(1)
    options = dialog.options()
    assert (options.lyric_codes, options.dance_context) == (77, "bar")
