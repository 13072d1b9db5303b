"""The bar and its keys, as a person uses them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QInputMethodEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from core.skeleton import FPS
from gui.sound.transport import Transport
from gui.transport.bar import TransportBar
from gui.transport.icons import icon, names

Key, Ctrl, Shift, Alt, Plain = (Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
                                Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier)


@pytest.fixture
def transport(session):
    # Silent, so that no device takes part.
    session.song = replace(session.song, song=replace(session.song.song, audio=""))
    made = Transport(session)
    session.song_changed.emit()
    yield made
    assert made.close()


@pytest.fixture
def window(qtbot, session, actions, transport, shown):
    """A window with the bar, a text line and a plain area that has the focus."""
    made = QWidget()
    layout = QVBoxLayout(made)
    made.bar = TransportBar(session, actions, transport=transport)
    made.line = QLineEdit()
    made.area = QWidget()
    made.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    for widget in (made.bar, made.line, made.area):
        layout.addWidget(widget)
    for name in actions:
        made.addAction(actions[name])
    shown(made, 1200, 200)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.area.setFocus()
    qtbot.waitUntil(made.area.hasFocus)
    return made


@pytest.fixture
def said(session):
    seen = []
    session.message.connect(seen.append)
    return seen


def press(qtbot, window, key, modifier=Plain):
    qtbot.keyClick(window.focusWidget() or window, key, modifier)


@pytest.mark.parametrize(("key", "modifier"), [(Key.Key_Space, Plain), (Key.Key_K, Plain), (Key.Key_Space, Ctrl)])
def test_play_and_pause_by_key(qtbot, session, window, key, modifier):
    press(qtbot, window, key, modifier)
    assert session.playing
    qtbot.waitUntil(lambda: session.time > 0.1)
    press(qtbot, window, key, modifier)
    assert not session.playing


def test_a_text_line_keeps_its_keys_and_ctrl_space_still_plays(qtbot, session, window):
    session.seek(5.0)
    qtbot.mouseClick(window.line, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(window.line, "k r,.n jlio")
    for key, modifier in ((Key.Key_Left, Plain), (Key.Key_Left, Shift), (Key.Key_Home, Plain), (Key.Key_End, Plain),
                          (Key.Key_Backspace, Plain)):
        press(qtbot, window, key, modifier)
    assert window.line.text() == "k r,.n jli"
    assert (session.time, session.playing, session.loop, session.range) == (5.0, False, False, None)
    press(qtbot, window, Key.Key_Space, Ctrl)
    assert session.playing


def test_frames_by_key(qtbot, session, window):
    session.seek(100 / FPS)
    for key, modifier, frame in ((Key.Key_Right, Plain, 101), (Key.Key_Period, Plain, 102), (Key.Key_Left, Plain, 101),
                                 (Key.Key_Comma, Plain, 100), (Key.Key_Right, Shift, 110), (Key.Key_Left, Shift, 100),
                                 (Key.Key_End, Plain, len(session.song) - 1), (Key.Key_Home, Plain, 0)):
        press(qtbot, window, key, modifier)
        assert session.frame == frame


def test_a_single_step_stops_playing(qtbot, session, window):
    press(qtbot, window, Key.Key_Space)
    press(qtbot, window, Key.Key_Right)
    assert not session.playing


def test_words_by_key_are_chosen(qtbot, session, window, said):
    press(qtbot, window, Key.Key_Right, Ctrl)
    first = session.word
    assert session.song.frame_words[session.frame] == first == 0
    press(qtbot, window, Key.Key_Right, Ctrl)
    assert session.word == 1
    assert session.song.frame_words[session.frame - 1] != 1
    press(qtbot, window, Key.Key_Left, Ctrl)
    assert session.word == 0
    press(qtbot, window, Key.Key_Left, Ctrl)
    assert said == ["There is no word before this place."]


def test_bars_by_key(qtbot, session, window):
    press(qtbot, window, Key.Key_Right, Alt)
    press(qtbot, window, Key.Key_Right, Alt)
    assert session.frame == session.song.bars[1].start
    press(qtbot, window, Key.Key_Right)
    press(qtbot, window, Key.Key_Left, Alt)
    assert session.frame == session.song.bars[1].start
    press(qtbot, window, Key.Key_Left, Alt)
    assert session.frame == session.song.bars[0].start


def test_previous_bar_gets_on_while_playing(qtbot, session, window):
    session.seek(session.song.bars[3].start / FPS)
    press(qtbot, window, Key.Key_Space)
    qtbot.waitUntil(lambda: session.frame > session.song.bars[3].start)
    press(qtbot, window, Key.Key_Left, Alt)
    assert session.frame == session.song.bars[2].start
    assert session.playing


def test_the_walk_over_positive_stretches(qtbot, session, window, said):
    positive = np.nan_to_num(session.song.npmi, nan=-1) > 0
    starts = [i for i in range(len(positive)) if positive[i] and not (i and positive[i - 1])]
    assert len(starts) >= 2, "the demo's first song has stretches"
    for start in starts:
        press(qtbot, window, Key.Key_N)
        assert session.frame == start
        low, high = session.range
        assert low <= start < high
        assert positive[start]
        bar = next((bar for bar in session.song.bars if bar.start <= start < bar.stop), None)
        assert high - low >= (bar.stop - bar.start) // 2 - 1 or low == 0 or high == len(session.song)
        assert session.pair == (session.song.lyric_codes[start], session.song.dance_codes[start])
    assert not said
    press(qtbot, window, Key.Key_N)
    assert session.frame == starts[-1]
    assert len(said) == 1
    assert "browser" in said[0]
    press(qtbot, window, Key.Key_N, Shift)
    assert session.frame == starts[-2]


def test_speed_by_key(qtbot, session, window):
    for _ in range(20):
        press(qtbot, window, Key.Key_L)
    assert session.speed == 2.0
    press(qtbot, window, Key.Key_J)
    assert session.speed == 1.9
    for _ in range(20):
        press(qtbot, window, Key.Key_J)
    assert session.speed == 0.25
    press(qtbot, window, Key.Key_L)
    assert session.speed == 0.3
    press(qtbot, window, Key.Key_Backspace)
    assert session.speed == 1.0


def test_marks_and_playing_them_once(qtbot, session, window, actions):
    assert not actions["play.selection"].isEnabled()
    assert "Select a range" in actions["play.selection"].toolTip()
    session.seek(2.0)
    press(qtbot, window, Key.Key_I)
    assert session.range == (60, len(session.song))
    session.seek(2.5)
    press(qtbot, window, Key.Key_O)
    assert session.range == (60, 76)
    session.seek(10.0)
    press(qtbot, window, Key.Key_Space, Shift)
    assert session.playing
    assert session.time == 2.0
    qtbot.waitUntil(lambda: not session.playing)
    assert session.frame == 75


def test_loop_by_key_and_button_are_one(qtbot, session, window):
    press(qtbot, window, Key.Key_R)
    assert session.loop
    button = window.bar.buttons["play.loop"]
    assert button.isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not session.loop
    session.set_loop(True)
    assert button.isChecked()


def test_mute_by_key_changes_the_icon(qtbot, window, transport):
    button = window.bar.volume.button
    before = button.grab().toImage()
    press(qtbot, window, Key.Key_M, Shift)
    assert transport.muted
    assert button.grab().toImage() != before
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not transport.muted


def test_the_play_button_shows_what_it_will_do(qtbot, session, window, actions):
    button = window.bar.buttons["play.toggle"]
    assert actions["play.toggle"].text() == "Play"
    before = button.icon().pixmap(22).toImage()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert session.playing
    assert actions["play.toggle"].text() == "Pause"
    assert button.icon().pixmap(22).toImage() != before
    assert "(Space)" in button.toolTip()


@pytest.mark.parametrize(("text", "seconds"), [
    ("f120", 4.0), ("120f", 4.0), ("#120", 4.0), ("12.5", 12.5), ("12,5 s", 12.5), ("0:07.5", 7.5),
])
def test_the_box_goes_to_frames_and_seconds(qtbot, session, window, text, seconds):
    line = window.bar.goto.line
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Key.Key_Return)
    assert session.time == pytest.approx(seconds)
    assert line.text() == ""
    assert not line.hasFocus()


def test_the_box_reads_what_a_japanese_input_method_writes(qtbot, session, window):
    line = window.bar.goto.line
    line.setFocus()
    committed = QInputMethodEvent("", [])
    committed.setCommitString("０：０３．５")
    QApplication.sendEvent(line, committed)
    assert line.text() == "０：０３．５"
    qtbot.keyClick(line, Key.Key_Return)
    assert session.time == 3.5


def test_the_box_goes_to_bars_and_beats(qtbot, session, window):
    line = window.bar.goto.line
    for text, place in (("2:1", "2:1"), ("3:2", "3:2"), ("b4", "4:1"), ("bar 4:3", "4:3")):
        qtbot.keyClicks(line, text)
        qtbot.keyClick(line, Key.Key_Return)
        assert window.bar.readout.values[2] == place
    assert session.song.bars[3].start < session.frame < session.song.bars[3].stop


@pytest.mark.parametrize(("text", "says"), [
    ("soon", "is no place"), ("99:1", "bars go from 1"), ("1:9", "beats"), ("f999999", "ends at frame"),
    ("-3", "is no place"),
])
def test_what_the_box_does_not_understand_it_says(qtbot, session, window, text, says):
    line = window.bar.goto.line
    session.seek(1.0)
    clean = line.grab().toImage()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Key.Key_Return)
    assert says in window.bar.goto.wrong
    assert says in line.toolTip()
    assert line.selectedText() == text
    assert session.time == 1.0
    assert line.grab().toImage() != clean
    qtbot.keyClick(line, Key.Key_Escape)
    assert line.text() == ""
    assert not window.bar.goto.wrong


def test_the_readout_follows(qtbot, session, window):
    bar = session.song.bars[4]
    session.seek(bar.start / FPS)
    minutes, seconds = divmod(bar.start / FPS, 60)
    shown = window.bar.readout.values
    assert shown == (str(bar.start), f"{int(minutes)}:{int(seconds):02d}.{int(seconds % 1 * 100 + 1e-6):02d}", "5:1")
    before = window.bar.readout.grab().toImage()
    session.seek(0.0)
    assert window.bar.readout.grab().toImage() != before


def test_speed_slider_presets_and_double_click(qtbot, session, window):
    control = window.bar.speed
    control.slider.setFocus()
    qtbot.keyClick(control.slider, Key.Key_PageDown)
    assert session.speed == 0.75
    assert control.button.text() == "75 %"
    control.menu.actions()[-1].trigger()
    assert session.speed == 2.0
    assert control.slider.value() == 200
    qtbot.mouseClick(control.slider, Qt.MouseButton.LeftButton, pos=QPoint(6, 8))
    assert session.speed == 0.25
    qtbot.mouseDClick(control.slider, Qt.MouseButton.LeftButton, pos=QPoint(50, 8))
    assert session.speed == 1.0


def test_volume_slider(qtbot, window, transport):
    slider = window.bar.volume.slider
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(6, slider.height() // 2))
    assert transport.volume == 0.0
    transport.set_volume(0.5)
    assert slider.value() == 50


def test_without_a_song_everything_is_off_and_says_why(qtbot, tasks, actions, shown):
    from gui.state.session import Session

    bar = shown(TransportBar(Session(tasks), actions), 1000, 50)
    assert not actions["play.toggle"].isEnabled()
    assert "open a corpus first" in bar.buttons["play.toggle"].toolTip()
    assert bar.readout.values == ("–", "–", "–")
    qtbot.keyClicks(bar.goto.line, "f3")
    qtbot.keyClick(bar.goto.line, Key.Key_Return)
    assert bar.goto.wrong == "No song is shown."


def test_no_two_actions_share_a_key(actions, window):
    seen = {}
    for name in actions:
        for key in actions[name].shortcuts():
            text = key.toString(QKeySequence.SequenceFormat.PortableText)
            assert text not in seen, f"{text}: {seen.get(text)} and {name}"
            seen[text] = name


def test_every_icon_is_drawn_in_both_themes(qapp):
    dark = QPalette(QColor(40, 44, 49))
    for name in names():
        for palette in (QPalette(QColor(240, 240, 240)), dark):
            image = icon(name, palette).pixmap(QSize(24, 24), 2.0).toImage()
            assert image.width() == 48
            solid = [image.pixelColor(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 200]
            assert len(solid) > 60
            ink = palette.color(QPalette.ColorRole.ButtonText).lightness()
            assert all(abs(pixel.lightness() - ink) < 12 for pixel in solid)


def test_a_change_of_palette_repaints_the_icons(qtbot, window, actions):
    before = actions["play.loop"].icon().pixmap(22).toImage()
    palette = QPalette(QColor(30, 32, 36))
    window.bar.setPalette(palette)
    qtbot.waitUntil(lambda: actions["play.loop"].icon().pixmap(22).toImage() != before)


@pytest.mark.parametrize("width", [1400, 1000, 760, 620])
def test_nothing_is_cut_off_at_any_width(qtbot, window, width):
    window.resize(width, 200)
    qtbot.waitUntil(lambda: window.width() == width)
    bar = window.bar
    parts = sorted((child for child in bar.children() if isinstance(child, QWidget) and child.isVisible()),
                   key=lambda child: child.x())
    for left, right in pairwise(parts):
        assert left.geometry().right() < right.geometry().left() + 1
    assert parts[-1].geometry().right() < bar.width()
    assert bar.readout.width() >= bar.readout.sizeHint().width()
