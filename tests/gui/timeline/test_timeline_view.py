"""Zooming, panning, scrolling rows, the overview, and following the playhead."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from timeline_song import made_song

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_a_song_opens_at_its_start_with_readable_words(pane):
    scale = pane.canvas.scale
    assert scale.start == 0.0
    assert scale.span == pytest.approx(10.0, rel=0.02)


def test_ctrl_wheel_zooms_at_the_pointer(pane, wheel, at):
    scale = pane.canvas.scale
    point = at(5.0, "wave")
    before = scale.per_second
    held = pane.canvas.seconds_at(point.x())
    wheel(pane.canvas, point, 2, CTRL)
    assert scale.per_second > before * 1.5
    assert abs(pane.canvas.x_of(held) - point.x()) <= 1
    wheel(pane.canvas, point, -1, CTRL)
    assert abs(pane.canvas.x_of(held) - point.x()) <= 1
    for _ in range(40):
        wheel(pane.canvas, point, -1, CTRL)
    assert scale.span == pytest.approx(40.0, abs=0.1)
    for _ in range(60):
        wheel(pane.canvas, point, 1, CTRL)
    assert scale.per_second == 1200


@pytest.mark.parametrize(("notches", "sideways", "modifiers"), [(-1, 0, SHIFT), (0, -1, Qt.KeyboardModifier.NoModifier),
                                                                (-1, 0, Qt.KeyboardModifier.NoModifier)])
def test_shift_wheel_two_fingers_and_the_plain_wheel_pan(pane, wheel, at, notches, sideways, modifiers):
    scale = pane.canvas.scale
    before = scale.per_second
    wheel(pane.canvas, at(5, "wave"), notches, modifiers, sideways)
    assert scale.start > 0.5
    assert scale.per_second == before
    wheel(pane.canvas, at(5, "wave"), -50 * notches, modifiers, -50 * sideways)
    assert scale.start == 0.0


def test_the_plain_wheel_scrolls_rows_that_do_not_fit(pane, wheel, qtbot):
    canvas = pane.canvas
    pane.resize(1000, 110)
    qtbot.waitUntil(lambda: canvas.height() < 90)
    assert canvas.layout_.scroll > 0
    point = QPoint(500, canvas.height() - 10)
    wheel(canvas, point, -20)
    assert canvas.scrolled == canvas.layout_.scroll
    assert canvas.scale.start == 0.0
    rect = canvas.row_rect("dance")
    assert rect.bottom() <= canvas.height()
    wheel(canvas, point, -1, SHIFT)
    assert canvas.scale.start > 0


def test_all_rows_fit_at_150_pixels(pane, qtbot):
    pane.resize(1000, 150)
    qtbot.waitUntil(lambda: pane.height() == 150)
    canvas = pane.canvas
    assert canvas.row_rect("dance").bottom() <= canvas.height() + 4
    for row in ("wave", "words", "npmi", "lyric"):
        assert canvas.row_rect(row).height() >= 10


def test_rows_share_a_large_height_and_a_missing_sound_takes_little(pane, qtbot, made):
    silent = pane.canvas.row_rect("wave").height()
    made.song = made_song("elsewhere.wav")
    made.song_changed.emit()
    assert pane.canvas.row_rect("wave").height() > 2 * silent
    pane.resize(1000, 500)
    qtbot.waitUntil(lambda: pane.canvas.height() > 400)
    assert pane.canvas.row_rect("dance").bottom() > pane.canvas.height() - 30


def test_rows_can_be_hidden_and_stay_so(pane, actions, made, shown):
    from gui.actions.registry import Actions
    from gui.timeline.pane import TimelinePane

    before = pane.canvas.row_rect("words").height()
    actions["timeline.row_wave"].trigger()
    actions["timeline.row_npmi"].trigger()
    assert pane.canvas.row_rect("wave") is None
    assert pane.canvas.row_rect("npmi") is None
    assert pane.canvas.row_rect("words").height() >= before
    again = shown(TimelinePane(made, Actions()), 1000, 280)
    assert again.canvas.row_rect("wave") is None
    assert again.canvas.row_rect("words") is not None
    actions["timeline.row_wave"].trigger()
    assert pane.canvas.row_rect("wave") is not None


def test_keys_zoom_and_fit(pane, qtbot, made):
    canvas = pane.canvas
    before = canvas.scale.per_second
    qtbot.keyClick(canvas, Qt.Key.Key_Plus, CTRL)
    assert canvas.scale.per_second > before
    qtbot.keyClick(canvas, Qt.Key.Key_Minus, CTRL)
    assert canvas.scale.per_second == pytest.approx(before)
    qtbot.keyClick(canvas, Qt.Key.Key_0, CTRL)
    assert canvas.scale.span == pytest.approx(40.0, abs=0.1)
    made.set_range((300, 390))
    qtbot.keyClick(canvas, Qt.Key.Key_F)
    assert 9.5 < canvas.scale.start < 10.0
    assert 13.0 < canvas.scale.stop < 13.5
    assert canvas.scale.span < 4.0
    qtbot.keyClick(canvas, Qt.Key.Key_PageDown)
    assert canvas.scale.start > 12.0


def test_fit_stays_fitted_when_the_window_is_resized(pane, actions, qtbot):
    actions["timeline.fit"].trigger()
    pane.resize(700, 280)
    qtbot.waitUntil(lambda: pane.width() == 700)
    assert pane.canvas.scale.span == pytest.approx(40.0, abs=0.1)


def test_the_frame_in_the_overview_is_dragged(pane, drag, at):
    scale = pane.canvas.scale
    drag(pane.canvas, at(5.0, "overview"), at(15.0, "overview"))
    assert scale.start == pytest.approx(10.0, abs=0.2)
    drag(pane.canvas, at(12.0, "overview"), at(0.0, "overview"))
    assert scale.start == 0.0


def test_a_click_beside_the_frame_brings_it_there(pane, qtbot, at, made):
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=at(30.0, "overview"))
    assert pane.canvas.scale.start + pane.canvas.scale.span / 2 == pytest.approx(30.0, abs=0.2)
    assert made.time == 0.0


def test_the_frame_in_the_overview_moves_on_the_screen(pane):
    def edge() -> int:
        strip = pane.canvas.row_rect("overview")
        image = pane.canvas.grab().toImage()
        accent = pane.canvas.theme.accent
        for x in range(strip.right() - 1, strip.left(), -1):
            found = image.pixelColor(x, strip.center().y())
            if (found.red(), found.green(), found.blue()) == accent:
                return x
        return -1

    first = edge()
    pane.canvas.move_to(20.0)
    moved = edge() - first
    assert moved == pytest.approx(20.0 / 40.0 * pane.canvas.axis.width(), abs=3)


def test_the_middle_button_pans(pane, qtbot, at):
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    canvas = pane.canvas
    start, stop = at(8.0, "wave"), at(3.0, "wave")
    qtbot.mousePress(canvas, Qt.MouseButton.MiddleButton, pos=start)
    QApplication.sendEvent(canvas, QMouseEvent(
        QEvent.Type.MouseMove, QPointF(stop), QPointF(canvas.mapToGlobal(stop)), Qt.MouseButton.NoButton,
        Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier))
    qtbot.mouseRelease(canvas, Qt.MouseButton.MiddleButton, pos=stop)
    assert canvas.scale.start == pytest.approx(5.0, abs=0.05)


def test_while_playing_the_view_turns_its_pages(pane, made):
    scale = pane.canvas.scale
    made.set_playing(True)
    made.advance(9.0)
    assert scale.start == 0.0
    made.advance(10.3)
    assert 9.5 < scale.start < 10.3
    page = scale.start
    made.advance(12.0)
    assert scale.start == page


def test_the_view_is_left_alone_once_the_user_scrolled_away(pane, made, wheel, at):
    scale = pane.canvas.scale
    made.set_playing(True)
    made.advance(2.0)
    wheel(pane.canvas, at(5, "wave"), -5, SHIFT)
    away = scale.start
    assert away > 2.0
    made.advance(2.5)
    assert scale.start == away
    # Until the playhead comes into view again.
    made.advance(away + 1.0)
    made.advance(away + scale.span + 0.2)
    assert scale.start > away + 5


def test_a_seek_brings_its_place_into_view(pane, made):
    made.seek(35.0)
    scale = pane.canvas.scale
    assert scale.start <= 35.0 < scale.stop


def test_another_song_starts_anew_and_the_same_song_keeps_the_view(pane, made):
    canvas = pane.canvas
    canvas.scale.show(20.0, 23.0)
    canvas._moved()
    made.song = made_song()
    made.song_changed.emit()
    assert canvas.scale.start == pytest.approx(20.0)
    made.song = made_song(song_id="other")
    made.song_changed.emit()
    assert canvas.scale.start == 0.0
    assert canvas.scale.span == pytest.approx(10.0, rel=0.02)


def test_tiles_are_made_once(pane):
    canvas = pane.canvas
    canvas.grab()
    canvas.pan_pixels(300)
    canvas.grab()
    drawn = canvas.tiles.drawn
    canvas.pan_pixels(-20)
    canvas.grab()
    canvas.pan_pixels(20)
    canvas.grab()
    assert canvas.tiles.drawn == drawn
