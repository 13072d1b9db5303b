"""Tooltips, empty states, translation, a real corpus, and the pure parts."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from timeline_song import made_song

from core.skeleton import FPS
from gui.timeline.colouring import code_rgb, frames_of_columns
from gui.timeline.rows import ROWS, arrange
from gui.timeline.timescale import clock, tick_step
from gui.timeline.track import Track, runs_of


def hover(widget, point) -> str:
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, point, widget.mapToGlobal(point)))
    return QToolTip.text()


def test_the_tooltip_names_word_value_songs_codes_and_place(pane, at, made):
    text = hover(pane.canvas, at(2.51, "words"))
    frame = pane.canvas.track.frame_at(pane.canvas.seconds_at(at(2.51, "words").x()))
    assert "<b>love</b>" in text
    assert "+0.600" in text
    assert "9 songs" in text
    assert f"Lyric code 10, dance code {made.song.dance_codes[frame]}" in text
    assert f"Frame {frame}," in text
    assert "0:02.5" in text
    assert "bar 1, beat 4" in text


def test_the_tooltip_says_why_a_value_is_dimmed(pane, at, made):
    assert "Dimmed" not in hover(pane.canvas, at(5.3, "words"))
    pane.controls.fewest.setValue(3)
    assert "fewer than 3 songs" in hover(pane.canvas, at(5.3, "words"))
    pane.controls.fewest.setValue(0)
    made.set_threshold(0.15)
    assert "threshold of 0.15" in hover(pane.canvas, at(5.3, "words"))


def test_tooltips_of_japanese_words_negative_values_and_places_without_codes(pane, at):
    text = hover(pane.canvas, at(3.8, "words"))
    assert "愛してる" in text
    assert "−0.400" in text
    assert "shared out" in hover(pane.canvas, at(9.0, "words"))
    outside = hover(pane.canvas, at(0.5, "wave"))
    assert "Outside the bars" in outside
    assert "bar" not in outside.split("<br>")[-1]


def test_words_with_markup_are_shown_as_they_are(pane, made, at):
    from core.lyrics.words import TimedWord

    made.song = made_song(words=(TimedWord("<i>&x", 2.0, 3.0, 0),))
    made.song_changed.emit()
    assert "&lt;i&gt;&amp;x" in hover(pane.canvas, at(2.5, "words"))


def test_without_a_song_a_sentence_says_what_to_do(tasks, actions, shown):
    from gui.state.session import Session
    from gui.timeline.pane import TimelinePane

    pane = shown(TimelinePane(Session(tasks), actions), 900, 220)
    image = pane.canvas.grab().toImage()
    ground = image.pixelColor(2, 2)
    assert any(image.pixelColor(x, image.height() // 2 + dy) != ground for x in range(200, 700) for dy in (-4, 0, 4))
    assert "Open a corpus" in pane.canvas.describer.empty()
    assert not actions["timeline.fit"].isEnabled()
    assert pane.canvas.tip_at(QPointF(400, 100)) == ""


def test_an_unbuilt_song_has_uncoloured_words_and_says_so(imported_corpus, tasks, actions, shown, qtbot):
    from gui.state.session import Session
    from gui.timeline.pane import TimelinePane

    session = Session(tasks)
    pane = shown(TimelinePane(session, actions), 1000, 280)
    session.open(imported_corpus)
    qtbot.waitUntil(lambda: session.opened is not None and not tasks.running)
    notes = pane.canvas.describer.notes(reading=False, fault="")
    assert "not built" in notes["npmi"]
    word = session.song.words[0]
    session.seek(max(word.start - 1.0, 0))
    canvas = pane.canvas
    rect = canvas.row_rect("words")
    found = canvas.grab().toImage().pixelColor(round(canvas.x_of(word.end)) - 4, rect.bottom() - 3)
    assert max(found.red(), found.green(), found.blue()) - min(found.red(), found.green(), found.blue()) < 12
    tip = hover(canvas, canvas.row_rect("words").center())
    assert "Not built yet" in tip


def test_a_song_without_words_sound_or_bars_says_so(pane, made):
    notes = pane.canvas.describer.notes(reading=False, fault="")
    assert "no sound" in notes["wave"]
    made.song = made_song(words=(), song_id="mute")
    made.song_changed.emit()
    assert "no words" in pane.canvas.describer.notes(reading=False, fault="")["words"]
    pane.canvas.grab()


def test_a_sound_that_cannot_be_read_is_named_in_its_row(pane, made, tmp_path, qtbot, at):
    (tmp_path / "bad.wav").write_bytes(b"RIFF nonsense")
    made.song = made_song(str(tmp_path / "bad.wav"), song_id="bad")
    made.song_changed.emit()
    qtbot.waitUntil(lambda: "bad.wav" in pane.canvas.tip_at(QPointF(at(3, "wave"))))
    pane.canvas.grab()


def test_a_real_song_is_shown_and_followed_through_the_corpus(session, actions, shown, qtbot):
    from gui.draw.colours import npmi_rgb
    from gui.timeline.pane import TimelinePane

    pane = shown(TimelinePane(session, actions), 1200, 280)
    qtbot.waitUntil(lambda: not session.tasks.running)
    assert pane.canvas._peaks is not None
    actions["timeline.dim_low"].setChecked(False)
    song = session.song
    word = next(w for w in song.words if w.end - w.start > 0.3)
    session.seek(max(word.start - 0.5, 0))
    canvas = pane.canvas
    rect = canvas.row_rect("words")
    image = canvas.grab().toImage()
    x = round(canvas.x_of((word.start + word.end) / 2))
    frame = canvas.track.frame_at(canvas.scale.seconds(x - canvas.axis.left() + 0.5))
    found = image.pixelColor(x, rect.bottom() - 2)
    assert (found.red(), found.green(), found.blue()) == tuple(int(c) for c in npmi_rgb(song.npmi[frame], dark=False))
    other = session.opened.songs[3].song_id
    session.show_song(other)
    qtbot.waitUntil(lambda: session.song.song.song_id == other and not session.tasks.running)
    assert canvas.track.data is session.song


def test_texts_follow_the_language(pane, qtbot):
    from PySide6.QtCore import QCoreApplication, QTranslator

    class Loud(QTranslator):
        def isEmpty(self):
            return False

        def translate(self, context, source, disambiguation=None, n=-1):
            return source.upper()

    loud = Loud()
    QCoreApplication.installTranslator(loud)
    try:
        qtbot.waitUntil(lambda: pane.controls.limit_label.text() == "THRESHOLD")
        assert pane.canvas.row_name("words") == "WORDS"
        assert pane.controls.snap.itemText(0) == "OFF"
        assert pane.controls.snap.currentData() == "frame"
    finally:
        QCoreApplication.removeTranslator(loud)
    qtbot.waitUntil(lambda: pane.controls.limit_label.text() == "Threshold")


def test_a_narrow_pane_leaves_controls_out(pane, qtbot):
    assert pane.controls.legend.isVisible()
    pane.resize(330, 280)
    qtbot.waitUntil(lambda: not pane.controls.legend.isVisible())
    assert pane.controls.limit.isVisible()
    pane.resize(1200, 280)
    qtbot.waitUntil(pane.controls.legend.isVisible)


def test_every_control_has_a_name(pane):
    from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QSlider, QToolButton, QWidget

    assert pane.canvas.accessibleName()
    for kind in (QAbstractSpinBox, QComboBox, QSlider, QToolButton):
        for widget in pane.controls.findChildren(kind):
            assert isinstance(widget, QWidget)
            assert widget.accessibleName() or widget.text()


def test_edges_words_and_bars_of_the_track():
    track = Track(made_song())
    assert track.word_at(2.999) == 0
    assert track.word_at(3.0) == 1
    assert track.word_at(4.2) is None
    assert track.word_frames(3) == (240, 360)
    assert track.bar_and_beat(1.0) == (1, 1)
    assert track.bar_and_beat(2.99) == (1, 4)
    assert track.bar_and_beat(3.0) == (2, 1)
    assert track.bar_and_beat(0.5) is None
    assert track.neighbours(0) == (0.0, 3.0)
    assert track.neighbours(4) == (12.0, 40.0)
    assert track.snapped(3.2, "bar") == 3.0
    assert track.snapped(4.3, "word") == 4.5
    assert track.snapped(1.27, "beat") == 1.5
    assert track.snapped(1.01, "frame") == 30 / FPS
    assert track.snapped(1.2345, "off") == 1.2345


def test_runs_are_found():
    runs = runs_of(np.array([-1, 3, 3, 5, -1, -1, 2], np.int32))
    assert runs.start.tolist() == [1, 3, 6]
    assert runs.stop.tolist() == [3, 4, 7]
    assert runs.code.tolist() == [3, 5, 2]
    assert list(runs.between(2, 3.5)) == [0, 1]
    assert len(runs_of(np.zeros(0, np.int32)).code) == 0


@pytest.mark.parametrize("height", [60, 117, 180, 250, 600])
def test_rows_never_overlap(height):
    layout = arrange(height, 15, frozenset())
    bottom = 0
    for row in ROWS:
        top = layout.tops[row] + (0 if row in {"overview", "ruler"} else layout.fixed)
        assert top >= bottom
        bottom = top + layout.heights[row]
    assert layout.scroll == max(layout.fixed + layout.content - height, 0)


def test_the_frame_of_a_column_is_the_one_of_highest_rank():
    rng = np.random.default_rng(0)
    rank = rng.normal(size=1000).astype(np.float32)
    for per_second in (2.0, 7.3, 29.0):
        found = frames_of_columns(3.0, per_second, 60, FPS, rank)
        for i in range(60):
            first, last = (int(np.floor((3 + i + k) / per_second * FPS)) for k in (0, 1))
            inside = np.arange(first, max(last, first + 1))
            inside = inside[inside < 1000]
            assert found[i] == (inside[rank[inside].argmax()] if len(inside) else -1)
    assert frames_of_columns(0, 60.0, 4, FPS, rank).tolist() == [0, 0, 1, 1]


def test_neighbouring_codes_differ_in_colour():
    for dark in (False, True):
        colours = code_rgb(np.arange(500), dark=dark).astype(int)
        assert (np.abs(np.diff(colours, axis=0)).sum(axis=1) > 40).all()


def test_clock_and_ticks():
    assert clock(65) == "1:05"
    assert clock(59.999, 2) == "1:00.00"
    assert clock(3725.5, 1) == "1:02:05.5"
    for per_second in (0.1, 3, 80, 1200):
        assert tick_step(per_second, 74) * per_second >= 74
