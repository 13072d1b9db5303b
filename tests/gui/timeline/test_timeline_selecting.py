"""Clicks, drags and keys that choose words, bars and ranges."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from timeline_song import FRAMES

from core.skeleton import FPS

ALT = Qt.KeyboardModifier.AltModifier


def snap(pane, mode: str) -> None:
    pane.controls.snap.setCurrentIndex(pane.controls.snap.findData(mode))


def test_a_click_seeks_to_the_frame(pane, made, qtbot, at):
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=at(6.26, "wave"))
    assert made.frame == pytest.approx(6.26 * FPS, abs=1)
    assert made.time * FPS == pytest.approx(round(made.time * FPS))
    assert made.range is None
    assert not made.playing


def test_a_click_on_a_word_chooses_it_and_plays_it_once(pane, made, qtbot, at):
    wanted = []
    pane.play_range_requested.connect(lambda start, stop: wanted.append((start, stop)))
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=at(3.5, "words"))
    assert made.word == 1
    assert made.range == (90, 120)
    assert made.frame == 90
    assert wanted == [(90, 120)]
    assert not made.playing, "the listener plays, nobody else"


def test_without_a_listener_the_word_just_starts_to_play(pane, made, qtbot, at):
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=at(2.5, "words"))
    assert made.playing
    assert made.frame == 60


def test_a_click_between_words_only_seeks(pane, made, qtbot, at):
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=at(6.5, "words"))
    assert made.word is None
    assert made.frame == pytest.approx(6.5 * FPS, abs=1)


@pytest.mark.parametrize(("mode", "expected"), [
    ("frame", (32, 200)), ("word", (60, 165)), ("beat", (30, 195)), ("bar", (30, 210)),
])
def test_a_drag_chooses_a_range_that_snaps(pane, made, drag, at, mode, expected):
    snap(pane, mode)
    drag(pane.canvas, at(32.2 / 30, "wave"), at(200.2 / 30, "wave"))
    assert made.range == pytest.approx(expected, abs=1 if mode == "frame" else 0)
    assert made.time == 0.0


def test_alt_drags_freely_whatever_snaps(pane, made, drag, at):
    snap(pane, "bar")
    drag(pane.canvas, at(2.0, "wave"), at(4.4, "wave"), ALT)
    assert made.range == pytest.approx((60, 132), abs=1)


def test_a_drag_backwards_chooses_too(pane, made, drag, at):
    drag(pane.canvas, at(8.0, "npmi"), at(5.0, "npmi"))
    assert made.range == pytest.approx((150, 240), abs=1)


def test_edges_of_the_range_are_dragged(pane, made, drag, at):
    made.set_range((60, 120))
    drag(pane.canvas, at(4.0, "wave"), at(7.0, "wave"))
    assert made.range == pytest.approx((60, 210), abs=1)
    drag(pane.canvas, at(2.0, "wave"), at(1.0, "wave"))
    assert made.range == pytest.approx((30, 210), abs=1)
    # Over the other edge: the range turns over.
    drag(pane.canvas, at(1.0, "wave"), at(8.0, "wave"))
    assert made.range == pytest.approx((210, 240), abs=1)


def test_escape_during_a_drag_gives_the_old_range_back(pane, made, drag, at, qtbot):
    made.set_range((60, 120))
    drag(pane.canvas, at(5.0, "wave"), at(8.0, "wave"), release=False)
    assert made.range != (60, 120)
    qtbot.keyClick(pane.canvas, Qt.Key.Key_Escape)
    assert made.range == (60, 120)
    qtbot.mouseRelease(pane.canvas, Qt.MouseButton.LeftButton, pos=at(8.0, "wave"))
    assert made.range == (60, 120)
    assert made.time == 0.0


def test_escape_clears_what_is_chosen(pane, made, qtbot, actions):
    assert not actions["timeline.clear_selection"].isEnabled()
    made.set_range((60, 120))
    made.set_word(1)
    qtbot.keyClick(pane.canvas, Qt.Key.Key_Escape)
    assert made.range is None
    assert made.word is None


def test_a_double_click_on_a_bar_number_chooses_the_bar(pane, made, qtbot):
    rect = pane.canvas.row_rect("ruler")
    point = QPoint(round(pane.canvas.x_of(5.5)), rect.bottom() - 3)
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=point)
    qtbot.mouseDClick(pane.canvas, Qt.MouseButton.LeftButton, pos=point)
    assert made.range == (150, 210)


def test_b_chooses_the_bar_under_the_playhead(pane, made, qtbot):
    made.seek(7.2)
    qtbot.keyClick(pane.canvas, Qt.Key.Key_B)
    assert made.range == (210, 270)
    said = []
    made.message.connect(said.append)
    made.seek(39.5)
    qtbot.keyClick(pane.canvas, Qt.Key.Key_B)
    assert made.range == (210, 270)
    assert said


def test_a_double_click_in_a_code_lane_chooses_the_gesture(pane, made, qtbot, at):
    point = at(2.5, "dance")
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=point)
    qtbot.mouseDClick(pane.canvas, Qt.MouseButton.LeftButton, pos=point)
    frame = pane.canvas.track.frame_at(pane.canvas.seconds_at(point.x()))
    assert made.pair == (int(made.song.lyric_codes[frame]), int(made.song.dance_codes[frame]))


def test_s_goes_through_the_snap_modes_and_the_choice_is_kept(pane, made, qtbot, shown):
    from gui.actions.registry import Actions
    from gui.timeline.pane import TimelinePane

    seen = []
    for _ in range(5):
        qtbot.keyClick(pane.canvas, Qt.Key.Key_S)
        seen.append(pane.canvas.snap)
    assert sorted(seen) == ["bar", "beat", "frame", "off", "word"]
    snap(pane, "beat")
    assert shown(TimelinePane(made, Actions()), 900, 250).canvas.snap == "beat"


def test_the_playhead_is_dragged_by_its_handle(pane, made, drag):
    made.seek(2.0)
    rect = pane.canvas.row_rect("ruler")
    y = rect.top() + 4
    drag(pane.canvas, QPoint(round(pane.canvas.x_of(2.0)), y), QPoint(round(pane.canvas.x_of(6.0)), y))
    assert made.time == pytest.approx(6.0, abs=0.04)
    assert made.range is None


def test_a_range_dragged_past_the_edge_takes_the_view_along(pane, made, drag, at, qtbot):
    start = at(8.0, "wave")
    stop = QPoint(pane.canvas.width() + 50, start.y())
    drag(pane.canvas, start, stop, release=False)
    qtbot.waitUntil(lambda: pane.canvas.scale.start > 1.0)
    qtbot.mouseRelease(pane.canvas, Qt.MouseButton.LeftButton, pos=stop)
    assert made.range[0] == pytest.approx(240, abs=1)
    assert made.range[1] > 330


def test_ranges_end_with_the_song(pane, made, drag, actions, at):
    actions["timeline.fit"].trigger()
    drag(pane.canvas, at(38.0, "wave"), QPoint(pane.canvas.width() - 1, at(38.0, "wave").y()))
    assert made.range[1] <= FRAMES


def test_the_chosen_word_is_framed(pane, made):
    rect = pane.canvas.row_rect("words")
    point = round(pane.canvas.x_of(4.5)) + 1, rect.center().y()

    def colour() -> tuple[int, int, int]:
        found = pane.canvas.grab().toImage().pixelColor(*point)
        return found.red(), found.green(), found.blue()

    assert colour() != pane.canvas.theme.accent
    made.set_word(2)
    assert colour() == pane.canvas.theme.accent


def test_the_pointers_shape_says_what_a_drag_does(pane, made, qtbot, at):
    made.set_range((60, 180))
    for seconds, row, shape in ((6.0, "wave", Qt.CursorShape.SizeHorCursor), (7.0, "wave", Qt.CursorShape.IBeamCursor),
                                (3.5, "words", Qt.CursorShape.PointingHandCursor),
                                (3.5, "overview", Qt.CursorShape.OpenHandCursor)):
        qtbot.mouseMove(pane.canvas, at(seconds, row))
        qtbot.waitUntil(lambda shape=shape: pane.canvas.cursor().shape() == shape, timeout=2000)
