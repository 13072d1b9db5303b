"""The export dialog as a person uses it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from core.export.batch import gesture_places
from core.pipeline.browse import Place
from core.skeleton import FPS
from gui.draw.camera import Camera
from gui.export.actions import register
from gui.export.choices import Choices, load_choices, save_choices
from gui.export.dialog import ExportDialog


@pytest.fixture
def _finished(qtbot, session):
    """No work outlives the test: what it delivered would meet a session that is gone."""
    yield
    qtbot.waitUntil(lambda: not session.tasks.running, timeout=20_000)


@pytest.fixture
def folder(tmp_path, _finished):
    """Where the exports of a test go; the dialog starts with it and a small picture."""
    made = tmp_path / "out"
    made.mkdir()
    save_choices(Choices(width=320, height=240, folder=str(made), view="front"))
    return made


def opened(qtbot, session, places=None):
    # With a parent, as in the window: a dialog that only Python owned could be collected in a worker's thread.
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ExportDialog(session, Camera(), parent, places)
    dialog.keep = parent
    dialog.show()
    qtbot.waitExposed(dialog)
    if dialog._places:
        qtbot.waitUntil(lambda: dialog._plan is not None)
    return dialog


def choose(combo, data):
    known = [combo.itemData(i) for i in range(combo.count())]
    combo.setCurrentIndex(known.index(data))


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def type_over(qtbot, line, text):
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)


def test_export_of_the_range_as_video(qtbot, session, folder):
    session.set_range((60, 105))
    dialog = opened(qtbot, session)
    assert "45" in dialog.facts.text()
    assert "1.50" in dialog.facts.text()
    name = f"{session.song.song.song_id} 2.00-3.50"
    assert name in dialog.names.text()
    qtbot.waitUntil(lambda: not dialog.preview.image.isNull())
    click(qtbot, dialog.export_button)
    assert not dialog.export_button.isEnabled()
    qtbot.waitUntil(lambda: dialog._report is not None, timeout=20_000)
    file = next(folder.iterdir())
    assert file.name.startswith(name)
    assert file.suffix == ".mp4"
    assert file.name in dialog.status.text()
    with av.open(str(file)) as video:
        frames = [f.to_ndarray(format="rgb24") for f in video.decode(video=0)]
    assert len(frames) == 45
    assert frames[0].shape == (240, 320, 3)
    # The preview showed the frame that was written.
    picture = dialog.preview.image.convertToFormat(QImage.Format.Format_RGB888).scaled(320, 240)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(240, picture.bytesPerLine())[:, :960].reshape(240, 320, 3)
    assert np.abs(rows.astype(int) - frames[0]).mean() < 6
    click(qtbot, dialog.copy_button)
    assert QGuiApplication.clipboard().text() == str(file)


def test_show_in_folder_opens_the_folder(qtbot, session, folder, monkeypatch):
    from PySide6.QtGui import QDesktopServices

    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toLocalFile()))
    session.set_range((0, 10))
    dialog = opened(qtbot, session)
    choose(dialog.form.format, ".csv")
    assert not dialog.show_button.isVisible()
    click(qtbot, dialog.export_button)
    qtbot.waitUntil(dialog.show_button.isVisible, timeout=20_000)
    click(qtbot, dialog.show_button)
    if sys.platform.startswith("linux"):
        assert asked == [str(folder)]


def test_without_a_range_the_present_bar_is_exported(qtbot, session, folder):
    bar = session.song.bars[1]
    session.seek((bar.start + 3) / FPS)
    dialog = opened(qtbot, session)
    assert dialog._plan.places == (Place(session.song.song.song_id, bar.start, bar.stop),)


def test_the_name_follows_the_template_as_it_is_typed(qtbot, session, folder):
    session.set_range((60, 105))
    dialog = opened(qtbot, session)
    type_over(qtbot, dialog.form.template, "My: {title} / {start}")
    title = session.song.song.title
    assert f"My {title} 2.00.mp4" in dialog.names.text()
    choose(dialog.form.format, ".vmd")
    assert f"My {title} 2.00.vmd" in dialog.names.text()
    type_over(qtbot, dialog.form.template, "{oops}")
    assert not dialog.export_button.isEnabled()
    assert "{oops}" in dialog.status.text()
    assert "{oops}" in dialog.export_button.toolTip()
    type_over(qtbot, dialog.form.template, "fine")
    assert dialog.export_button.isEnabled()
    (folder / "fine.vmd").write_bytes(b"mine")
    choose(dialog.form.existing, "refuse")
    assert not dialog.export_button.isEnabled()
    assert "exists" in dialog.status.text()
    choose(dialog.form.existing, "number")
    assert "fine (2).vmd" in dialog.names.text()
    click(qtbot, dialog.export_button)
    qtbot.waitUntil(lambda: dialog._report is not None, timeout=20_000)
    assert sorted(p.name for p in folder.iterdir()) == ["fine (2).vmd", "fine.vmd"]
    assert (folder / "fine.vmd").read_bytes() == b"mine"


def test_fields_without_use_are_off_and_say_why(qtbot, session, folder):
    dialog = opened(qtbot, session)
    form = dialog.form
    choose(form.format, ".gif")
    assert not form.sound.isEnabled()
    assert "GIF" in form.sound.toolTip()
    assert form.subtitles.isEnabled()
    assert not form.poses.isVisible()
    choose(form.format, ".svg")
    assert not form.width_box.isEnabled()
    assert form.width_box.toolTip()
    assert form.poses.isVisible()
    choose(form.format, ".bvh")
    for field in (form.view, form.theme, form.mirror, form.preset):
        assert not field.isEnabled()
        assert field.toolTip()
    assert dialog.export_button.isEnabled()


def test_sizes(qtbot, session, folder):
    dialog = opened(qtbot, session)
    form = dialog.form
    choose(form.preset, (1920, 1080))
    assert (form.width_box.value(), form.height_box.value()) == (1920, 1080)
    dialog.activateWindow()
    qtbot.waitActive(dialog)
    form.width_box.setFocus()
    qtbot.waitUntil(form.width_box.hasFocus)
    form.width_box.selectAll()
    qtbot.keyClicks(form.width_box, "641")
    assert not dialog.export_button.isEnabled()
    assert "even" in dialog.status.text()
    qtbot.keyClick(form.width_box, Qt.Key.Key_Tab)
    assert not form.width_box.hasFocus()
    assert form.width_box.value() == 640, "an even number, as a video needs"
    assert form.preset.currentData() is None
    assert dialog.export_button.isEnabled()


def test_the_preview_follows_the_choices(qtbot, session, folder):
    session.set_range((60, 105))
    dialog = opened(qtbot, session)
    qtbot.waitUntil(lambda: not dialog.preview.image.isNull())
    assert dialog.preview.image.pixelColor(3, 3).lightness() > 200
    choose(dialog.form.theme, True)
    qtbot.waitUntil(lambda: dialog.preview.image.pixelColor(3, 3).lightness() < 80)
    choose(dialog.form.preset, (640, 640))
    qtbot.waitUntil(lambda: dialog.preview.image.width() == dialog.preview.image.height())
    shown = dialog.preview.grab().toImage()
    assert shown.pixelColor(shown.width() // 2, shown.height() // 2 - shown.width() // 2 + 8).lightness() < 80
    choose(dialog.form.format, ".json")
    qtbot.waitUntil(lambda: bool(dialog.preview.words))
    assert dialog.preview.image.isNull()


def test_stopping_leaves_no_file(qtbot, session, folder):
    session.set_range((0, len(session.song)))
    dialog = opened(qtbot, session)
    choose(dialog.form.preset, (1280, 720))
    click(qtbot, dialog.export_button)
    qtbot.waitUntil(lambda: dialog.bar.value() > 0, timeout=20_000)
    assert any(folder.iterdir()), "something is being written"
    click(qtbot, dialog.stop_button)
    qtbot.waitUntil(lambda: not session.tasks.running, timeout=10_000)
    assert not list(folder.iterdir())
    assert dialog.export_button.isEnabled()
    assert dialog.status.text()


def test_the_dialog_can_be_closed_while_it_runs(qtbot, session, folder):
    said = []
    session.message.connect(said.append)
    session.set_range((0, 90))
    dialog = opened(qtbot, session)
    gone = []
    dialog.destroyed.connect(lambda: gone.append(True))
    click(qtbot, dialog.export_button)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bool(gone))
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    file = next(folder.iterdir())
    assert file.name in said[-1]
    with av.open(str(file)) as video:
        assert sum(1 for _ in video.decode(video=0)) == 90


def test_two_exports_run_side_by_side(qtbot, session, folder):
    session.set_range((0, 60))
    for name in ("one", "two"):
        dialog = opened(qtbot, session)
        type_over(qtbot, dialog.form.template, name)
        click(qtbot, dialog.export_button)
        dialog.close()
    qtbot.waitUntil(lambda: not session.tasks.running, timeout=20_000)
    assert sorted(p.name for p in folder.iterdir()) == ["one.mp4", "two.mp4"]


def test_an_error_is_a_sentence(qtbot, session, folder):
    session.set_range((0, 30))
    dialog = opened(qtbot, session)
    type_over(qtbot, dialog.form.folder, str(folder / "file"))
    (folder / "file").write_bytes(b"")
    type_over(qtbot, dialog.form.template, "a")
    assert not dialog.export_button.isEnabled()
    assert "is a file" in dialog.status.text()
    if os.name == "posix" and os.geteuid() != 0:
        folder.chmod(0o500)
        type_over(qtbot, dialog.form.folder, str(folder))
        click(qtbot, dialog.export_button)
        qtbot.waitUntil(lambda: "Not exported" in dialog.status.text())


def test_the_last_choices_are_kept(qtbot, session, folder, tmp_path):
    dialog = opened(qtbot, session)
    choose(dialog.form.format, ".gif")
    choose(dialog.form.theme, True)
    dialog.form.mirror.click()
    dialog.form.beside[".wav"].click()
    type_over(qtbot, dialog.form.template, "{n} {word}")
    dialog.close()
    again = load_choices()
    assert (again.ending, again.dark, again.mirror, again.beside, again.template) == (
        ".gif", True, True, ".wav", "{n} {word}")
    assert QSettings().value("export/ending") == ".gif"
    dialog = opened(qtbot, session)
    assert dialog.form.format.currentData() == ".gif"
    assert dialog.form.mirror.isChecked()
    assert "and beside it .wav" in dialog.names.text()


def test_settings_that_make_no_sense_are_not_taken(qapp):
    settings = QSettings()
    for key, value in (("ending", ".exe"), ("width", "-7"), ("height", "99999999"), ("view", "x"), ("folder", "/no/such"),
                       ("mirror", "maybe")):
        settings.setValue(f"export/{key}", value)
    choices = load_choices()
    assert choices.ending == ".mp4"
    assert choices.view == "player"
    assert 64 <= choices.width <= 7680
    assert choices.height == 7680
    assert not choices.mirror
    assert Path(choices.folder).is_dir()


# -- batch and actions ----------------------------------------------------------------------------


def first_pair(session):
    pair = session.opened.view.pairs(1)[0]
    return pair["lyric_code"], pair["dance_code"]


def test_all_places_of_a_gesture(qtbot, session, folder):
    places = gesture_places(session.opened.view, *first_pair(session))
    dialog = opened(qtbot, session, places)
    choose(dialog.form.format, ".TextGrid")
    choose(dialog.form.extent, "place")
    qtbot.waitUntil(lambda: dialog._plan is not None)
    assert str(len(places)) in dialog.facts.text()
    type_over(qtbot, dialog.form.template, "{n} {song} {word}")
    assert f"({len(places)} files)" in dialog.names.text()
    click(qtbot, dialog.export_button)
    qtbot.waitUntil(lambda: dialog._report is not None, timeout=20_000)
    files = sorted(folder.iterdir())
    assert len(files) == len(places)
    from praatio import textgrid

    grid = textgrid.openTextgrid(str(files[0]), includeEmptyIntervals=False)
    assert grid.maxTimestamp == pytest.approx(len(places[0]) / FPS)
    assert {e.label for e in grid.getTier("lyric code").entries} >= {str(first_pair(session)[0])}
    click(qtbot, dialog.copy_button)
    assert len(QGuiApplication.clipboard().text().splitlines()) == len(files)


def test_a_longer_extent_makes_longer_clips(qtbot, session, folder):
    places = gesture_places(session.opened.view, *first_pair(session))
    dialog = opened(qtbot, session, places)
    choose(dialog.form.extent, "place")
    qtbot.waitUntil(lambda: dialog._plan is not None)
    short = dialog._plan.frames
    choose(dialog.form.extent, "bar")
    qtbot.waitUntil(lambda: dialog._plan is not None)
    assert dialog._plan.frames > short


@pytest.fixture
def registered(qtbot, session, actions, shown, folder):
    window = shown(QWidget(), 300, 200)
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(0x3366CC)
    keep = register(actions, session, Camera, lambda: picture, window)
    window.addActions([actions[name] for name in actions])
    window.activateWindow()
    window.keep = keep
    return window


def dialogs(window):
    return [d for d in window.findChildren(ExportDialog) if d.isVisible()]


def test_the_keys_open_the_dialogs(qtbot, session, actions, registered):
    qtbot.waitActive(registered)
    assert not actions["export.batch"].isEnabled()
    assert "gesture" in actions["export.batch"].toolTip()
    qtbot.keyClick(registered, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(dialogs(registered)) == 1)
    assert not dialogs(registered)[0].batch
    dialogs(registered)[0].close()
    session.set_pair(first_pair(session))
    assert actions["export.batch"].isEnabled()
    registered.activateWindow()
    qtbot.waitActive(registered)
    qtbot.keyClick(registered, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(dialogs(registered)) == 1)
    assert dialogs(registered)[0].batch
    qtbot.waitUntil(lambda: dialogs(registered)[0]._plan is not None)
    dialogs(registered)[0].close()


def test_the_figure_action_offers_figures_and_the_clip_action_clips(qtbot, session, actions, registered):
    actions["export.figure"].trigger()
    assert dialogs(registered)[0].form.choices.ending == ".svg"
    dialogs(registered)[0].close()
    qtbot.waitUntil(lambda: not dialogs(registered))
    actions["export.clip"].trigger()
    assert dialogs(registered)[0].form.choices.ending == ".mp4"
    dialogs(registered)[0].close()


def test_the_player_s_picture(qtbot, session, actions, registered, folder, monkeypatch):
    offered = []

    def ask(parent, title, start, kinds):
        offered.append(start)
        return str(folder / "shot"), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    session.seek(1.5)
    actions["export.picture"].trigger()
    qtbot.waitUntil((folder / "shot.png").exists)
    assert f"{session.song.song.song_id} 1.50.png" in offered[0]
    image = QImage(str(folder / "shot.png"))
    assert (image.width(), image.height()) == (40, 30)
    assert image.pixelColor(5, 5).blue() == 0xCC
    assert "made with Kotofuri" in image.text("Description")


def test_without_a_song_the_actions_are_off_and_say_why(qtbot, tasks, actions):
    from gui.state.session import Session

    window = QWidget()
    qtbot.addWidget(window)
    keep = register(actions, Session(tasks), Camera, QImage, window)
    for name in ("export.clip", "export.batch", "export.picture", "export.figure"):
        assert not actions[name].isEnabled()
        assert "corpus" in actions[name].toolTip()
    dialog = ExportDialog(keep._session, Camera(), window)
    assert not dialog.export_button.isEnabled()
    assert "No song" in dialog.status.text()
