"""Dragging words and the sound in the edit mode: what is emitted, drawn and refused."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from core.skeleton import FPS

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def edits(pane, actions):
    """The edit mode is on; every edit emitted is collected."""
    found = []
    pane.word_times_edited.connect(lambda *edit: found.append(edit))
    pane.offset_edited.connect(found.append)
    actions["timeline.edit"].setChecked(True)
    return found


def inside(point: QPoint, pixels: int) -> QPoint:
    return QPoint(point.x() + pixels, point.y())


def test_without_the_edit_mode_nothing_is_edited(pane, made, drag, at, qtbot):
    found = []
    pane.word_times_edited.connect(lambda *edit: found.append(edit))
    drag(pane.canvas, inside(at(5.5, "words"), -1), at(6.5, "words"))
    assert not found
    assert made.range is not None


def test_the_end_of_a_word_is_dragged(pane, drag, at, edits, made):
    drag(pane.canvas, inside(at(5.5, "words"), -1), inside(at(6.5, "words"), -1))
    assert len(edits) == 1
    word, start, end = edits[0]
    assert (word, start) == (2, 4.5)
    assert end == pytest.approx(6.5, abs=0.02)
    assert end * FPS == pytest.approx(round(end * FPS))
    assert made.song.words[2].end == 5.5, "the timeline itself changes nothing"


def test_the_start_of_a_word_stops_at_its_neighbour(pane, drag, at, edits):
    drag(pane.canvas, inside(at(4.5, "words"), 1), at(2.2, "words"))
    assert edits == [(2, 4.0, 5.5)]


def test_the_end_stops_at_its_neighbour_and_at_the_words_own_start(pane, drag, at, edits):
    drag(pane.canvas, inside(at(5.5, "words"), -1), at(9.5, "words"))
    assert edits == [(2, 4.5, 8.0)]
    drag(pane.canvas, inside(at(5.5, "words"), -1), at(3.0, "words"))
    assert edits[1] == (2, 4.5, pytest.approx(4.5 + 1 / FPS))


def test_a_whole_word_is_moved_and_keeps_its_length(pane, drag, at, edits):
    drag(pane.canvas, at(5.0, "words"), at(6.0, "words"))
    word, start, end = edits[0]
    assert word == 2
    assert start == pytest.approx(5.5, abs=0.02)
    assert end - start == pytest.approx(1.0)
    drag(pane.canvas, at(5.0, "words"), at(1.0, "words"))
    assert edits[1] == (2, 4.0, 5.0)


def test_of_two_words_that_meet_the_one_under_the_pointer_is_taken(pane, drag, at, edits):
    drag(pane.canvas, inside(at(3.0, "words"), -2), at(2.5, "words"))
    assert edits[0][0] == 0
    assert edits[0][2] == pytest.approx(2.5, abs=0.04)
    drag(pane.canvas, inside(at(3.0, "words"), 2), at(3.5, "words"))
    assert edits[1][0] == 1
    assert edits[1][1] == pytest.approx(3.5, abs=0.04)


def test_the_new_times_are_drawn_while_dragging_and_escape_cancels(pane, drag, at, edits, qtbot):
    def drawn() -> int:
        """Columns between the words that are not ground."""
        rect = pane.canvas.row_rect("words")
        image = pane.canvas.grab().toImage()
        x0, x1 = round(pane.canvas.x_of(5.6)), round(pane.canvas.x_of(6.9))
        ground = image.pixelColor(round(pane.canvas.x_of(7.6)), rect.center().y())
        return sum(image.pixelColor(x, rect.center().y() + 3) != ground for x in range(x0, x1))

    before = drawn()
    drag(pane.canvas, inside(at(5.5, "words"), -1), at(7.0, "words"), release=False)
    assert drawn() > before + 50
    qtbot.keyClick(pane.canvas, Qt.Key.Key_Escape)
    assert drawn() == before
    qtbot.mouseRelease(pane.canvas, Qt.MouseButton.LeftButton, pos=at(7.0, "words"))
    assert not edits


def test_leaving_the_edit_mode_drops_the_draft(pane, drag, at, edits, actions, qtbot):
    drag(pane.canvas, inside(at(5.5, "words"), -1), at(7.0, "words"), release=False)
    actions["timeline.edit"].setChecked(False)
    qtbot.mouseRelease(pane.canvas, Qt.MouseButton.LeftButton, pos=at(7.0, "words"))
    assert not edits
    assert pane.canvas.draft is None


def test_edits_snap_to_beats_and_alt_frees_them(pane, drag, at, edits):
    pane.controls.snap.setCurrentIndex(pane.controls.snap.findData("beat"))
    drag(pane.canvas, inside(at(5.5, "words"), -1), at(6.4, "words"))
    assert edits[0][2] == 6.5
    drag(pane.canvas, inside(at(5.5, "words"), -1), at(6.4, "words"), Qt.KeyboardModifier.AltModifier)
    assert edits[1][2] == pytest.approx(6.4, abs=0.03)
    assert edits[1][2] != 6.5


def test_a_click_in_the_edit_mode_still_chooses_the_word(pane, made, qtbot, at, edits):
    qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=at(5.0, "words"))
    assert made.word == 2
    assert not edits


def test_shift_drags_the_sound(pane, drag, at, edits, made):
    drag(pane.canvas, at(3.0, "wave"), at(3.5, "wave"), SHIFT)
    assert edits == [pytest.approx(0.5, abs=0.02)]
    assert made.range is None
    assert pane.canvas.scene.audio_at == 0.0, "until the edit is stored, the sound is where it was"


def test_the_sound_follows_the_drag(pane, drag, at, edits):
    drag(pane.canvas, at(3.0, "wave"), at(2.0, "wave"), SHIFT, release=False)
    assert pane.canvas.scene.audio_at == pytest.approx(-1.0, abs=0.02)


def test_without_shift_the_sound_row_chooses_ranges(pane, drag, at, edits, made):
    drag(pane.canvas, at(3.0, "wave"), at(3.5, "wave"))
    assert not edits
    assert made.range == pytest.approx((90, 105), abs=1)


def test_a_draft_is_dropped_when_the_song_changes(pane, drag, at, edits, made, qtbot):
    drag(pane.canvas, inside(at(5.5, "words"), -1), at(7.0, "words"), release=False)
    made.song_changed.emit()
    assert pane.canvas.draft is None
    qtbot.mouseRelease(pane.canvas, Qt.MouseButton.LeftButton, pos=at(7.0, "words"))
    assert not edits
