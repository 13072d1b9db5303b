"""What is drawn, by its pixels."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from PySide6.QtGui import QColor, QPalette
from timeline_song import WORDS, made_song

from core.audio.peaks import compute_peaks
from core.skeleton import FPS
from gui.draw.colours import npmi_rgb
from gui.timeline.timescale import TimeScale


def rgb(value: float, dark: bool = False) -> tuple[int, int, int]:
    return tuple(int(c) for c in npmi_rgb(value, dark=dark))


def pixels(widget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(widget.grab().toImage().Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)[:, :image.width(), 2::-1].astype(int)


def distance(a, b) -> float:
    return float(np.abs(np.array(a, int) - np.array(b, int)).sum())


def test_words_are_coloured_by_the_npmi_of_their_frames(pane, pixel):
    assert pixel(2.9, "words") == rgb(0.6)
    # One word, two colours.
    assert pixel(3.45, "words", 9) == rgb(0.3)
    assert pixel(3.55, "words", 9) != rgb(0.3)
    pane.canvas.set_colouring(dimming=False)
    assert pixel(3.55, "words", 9) == rgb(-0.4)
    # Between words there is no box.
    assert pixel(4.25, "words") not in {rgb(v) for v in (-0.4, 0.1, 0.3)}


@pytest.mark.parametrize("span", [3.0, 10.0, 40.0])
def test_colours_stay_with_their_frames_at_any_zoom_and_place(pane, pixel, span):
    canvas = pane.canvas
    for start in (0.0, 1.37):
        canvas.scale.show(start, start + span)
        canvas.update()
        assert pixel(2.5, "words", 10) == rgb(0.6)
        assert pixel(9.0, "words", 10) == rgb(0.2) or canvas.scale.stop < 9.0


def test_the_threshold_dims_what_is_not_above_it(pane, made, pixel):
    assert pixel(5.45, "words") == rgb(0.1)
    made.set_threshold(0.1)
    assert distance(pixel(5.45, "words"), rgb(0.1)) > 15
    ground = pane.canvas.theme.background
    assert distance(pixel(5.45, "words"), ground) < distance(rgb(0.1), ground)
    assert pixel(2.9, "words") == rgb(0.6)
    made.set_threshold(0.7)
    assert distance(pixel(2.9, "words"), rgb(0.6)) > 60


def test_values_on_few_songs_can_be_dimmed(pane, pixel, qtbot):
    assert pixel(5.45, "words") == rgb(0.1)
    pane.controls.fewest.setValue(3)
    assert pixel(5.45, "words") != rgb(0.1)
    assert pixel(2.9, "words") == rgb(0.6)
    pane.controls.fewest.setValue(2)
    assert pixel(5.45, "words") == rgb(0.1)


def test_the_slider_and_the_number_set_the_threshold(pane, made, qtbot):
    from PySide6.QtCore import Qt

    controls = pane.controls
    controls.slider.setFocus()
    for _ in range(5):
        qtbot.keyClick(controls.slider, Qt.Key.Key_Right)
    assert made.threshold == pytest.approx(0.05)
    assert controls.limit.value() == pytest.approx(0.05)
    controls.limit.selectAll()
    qtbot.keyClicks(controls.limit, "0.25" if controls.limit.locale().decimalPoint() == "." else "0,25")
    qtbot.keyClick(controls.limit, Qt.Key.Key_Return)
    assert made.threshold == pytest.approx(0.25)
    assert controls.slider.value() == 25
    before = pixels(controls.legend)
    made.set_threshold(0.8)
    assert (before != pixels(controls.legend)).any()


def test_the_playhead_is_where_the_time_is_in_two_tones(pane, made):
    found = []
    for seconds in (1.5, 6.0):
        made.seek(seconds)
        picture = pixels(pane.canvas)
        row = picture[pane.canvas.row_rect("wave").center().y()]
        red = np.flatnonzero((row[:, 0] > 150) & (row[:, 1] < 90) & (row[:, 2] < 90))
        assert len(red) == 1
        assert abs(red[0] - pane.canvas.x_of(seconds)) <= 1
        assert row[red[0] - 1].min() > 200
        assert row[red[0] + 1].min() > 200
        found.append(int(red[0]))
    assert found[1] - found[0] > 300


def test_playing_repaints_only_the_playhead(pane, made, qtbot):
    made.set_playing(True)
    # The first steps make the tiles of the page that follows.
    for i in range(6):
        made.advance(0.9 + i / 60)
    qtbot.wait(20)
    drawn = pane.canvas.tiles.drawn
    for i in range(1, 30):
        made.advance(1.0 + i / 60)
    qtbot.wait(20)
    assert pane.canvas.tiles.drawn == drawn
    picture = pixels(pane.canvas)
    row = picture[pane.canvas.row_rect("wave").center().y()]
    assert ((row[:, 0] > 150) & (row[:, 1] < 90)).sum() == 1


def test_turning_the_page_while_playing_draws_no_tile_anew(pane, made, qtbot):
    canvas = pane.canvas
    made.seek(0.0)
    made.set_playing(True)
    for i in range(12):
        made.advance(0.1 + i / 60)
    qtbot.wait(20)
    drawn, left = canvas.tiles.drawn, canvas.scale.start
    made.advance(canvas.scale.stop + 0.01)
    pixels(canvas)
    assert canvas.scale.start > left
    assert canvas.tiles.drawn == drawn


def test_labels_stay_in_the_part_of_the_box_that_is_in_view(pane, made):
    canvas = pane.canvas
    made.seek(39.9)
    rect = canvas.row_rect("words")

    def ink(image) -> np.ndarray:
        area = image[rect.top() + 3:rect.bottom() - 2, canvas.axis.left():]
        return np.flatnonzero((area.sum(axis=2) < 200).any(axis=0))

    # The word lasts from 8 to 12 s; the view begins inside it.
    for start in (7.5, 8.5, 9.9):
        canvas.scale.show(start, start + 3.0)
        canvas.update()
        dark = ink(pixels(canvas))
        assert len(dark) > 10
        begin = max(canvas.scale.x(8.0), 0)
        assert begin <= dark[0] <= begin + 12
        assert dark[-1] - dark[0] < 60


def test_japanese_words_are_drawn(pane, made):
    canvas = pane.canvas
    made.seek(39)
    canvas.scale.show(2.9, 4.1)
    canvas.update()
    rect = canvas.row_rect("words")
    x0, x1 = round(canvas.x_of(3.0)), round(canvas.x_of(3.0)) + 80
    area = pixels(canvas)[rect.top() + 3:rect.bottom() - 2, x0 + 2:x1]
    columns = (area.sum(axis=2) < 250).any(axis=0)
    # Four characters, about as wide as they are high each; squares of a missing glyph would be hollow and alike.
    assert 30 < np.flatnonzero(columns)[-1] - np.flatnonzero(columns)[0] < 80
    words = [area[:, k:k + 12] for k in (0, 13, 26)]
    assert (words[0] != words[1]).any()


def test_a_label_reads_on_every_colour_of_its_box(pane, made):
    """Dark ink on bright frames, bright ink on dark ones, inside one word."""
    song = made_song(words=(WORDS[0],))
    song.npmi[60:75], song.npmi[75:90] = 0.02, 1.0
    made.song = song
    made.song_changed.emit()
    canvas = pane.canvas
    made.seek(39)
    canvas.scale.show(2.3, 3.2)
    label = canvas.labels
    assert label._dark_ink[60]
    assert not label._dark_ink[80]
    canvas.scale.show(2.47, 2.57)
    canvas.update()
    rect = canvas.row_rect("words")
    area = pixels(canvas)[rect.top() + 3:rect.bottom() - 2]
    border = round(canvas.x_of(2.5))
    bright_part, dark_part = area[:, canvas.axis.left() + 2:border - 1], area[:, border + 1:]
    assert (bright_part.sum(axis=2) < 150).any() or (dark_part.sum(axis=2) > 700).any()


def test_the_overview_marks_positive_frames_and_shows_the_view(pane, made, pixel):
    assert pixel(2.5, "overview") == rgb(0.6)
    assert distance(pixel(20.0, "overview"), rgb(0.6)) > 100
    made.set_threshold(0.65)
    assert pixel(2.5, "overview") != rgb(0.6)


def test_code_lanes_show_runs_with_their_numbers(pane, made, pixel):
    from gui.timeline.colouring import code_rgb

    song = made.song
    for seconds, down in ((2.9, 5), (4.9, 5)):
        frame = int(seconds * FPS)
        for row, codes in (("lyric", song.lyric_codes), ("dance", song.dance_codes)):
            expected = tuple(int(c) for c in code_rgb(codes[frame:frame + 1], dark=False)[0])
            assert pixel(seconds, row, down) == expected
    picture = pixels(pane.canvas)
    rect = pane.canvas.row_rect("lyric")
    block = picture[rect.top():rect.bottom(), round(pane.canvas.x_of(2.0)) + 2:round(pane.canvas.x_of(2.0)) + 30]
    assert (block.sum(axis=2) < 300).any(), "no number in the block"


def test_the_chosen_gesture_is_marked(pane, made, pixel):
    frame = 75
    pair = (int(made.song.lyric_codes[frame]), int(made.song.dance_codes[frame]))
    rect = pane.canvas.row_rect("dance")
    low = rect.height() // 2 - 1
    before = pixel(frame / FPS + 0.01, "dance", low)
    made.set_pair(pair)
    assert pixel(frame / FPS + 0.01, "dance", low) != before
    assert pixel(frame / FPS + 0.01, "dance", low) == pane.canvas.theme.accent


def test_the_waveform_is_the_sound_shifted_to_the_motion(pane, made, tmp_path, qtbot):
    rate = 8000
    samples = np.zeros(30 * rate, np.float32)
    samples[5 * rate:6 * rate] = 0.8 * np.sign(np.sin(np.arange(rate)))
    soundfile.write(tmp_path / "a.wav", samples, rate)
    made.song = made_song(str(tmp_path / "a.wav"), song_id="sounding", shift=1.5)
    made.song_changed.emit()
    qtbot.waitUntil(lambda: pane.canvas._peaks is not None)
    made.seek(39)
    pane.canvas.scale.show(0, 12)
    pane.canvas.update()
    rect = pane.canvas.row_rect("wave")
    picture = pixels(pane.canvas)
    high = picture[rect.top() + 5]
    wave = np.array(pane.canvas.theme.wave)
    loud = np.flatnonzero(np.abs(high - wave).sum(axis=1) < 12)
    assert abs(loud[0] - pane.canvas.x_of(6.5)) <= 2
    assert abs(loud[-1] - pane.canvas.x_of(7.5)) <= 2
    kept = list((tmp_path / "data").rglob("*.npz"))
    assert len(kept) == 1


def test_the_waveform_row_shows_the_peaks_of_every_column(pane, made):
    rng = np.random.default_rng(0)
    samples = (rng.normal(0, 0.2, 40 * 8000) * np.abs(np.sin(np.arange(40 * 8000) / 5000))).clip(-1, 1).astype(np.float32)
    made.song = made_song("elsewhere.wav")
    made.song_changed.emit()
    pane.canvas._peaks = compute_peaks(samples, 8000)
    pane.canvas.rebuild()
    made.seek(39.9)
    canvas = pane.canvas
    rect = canvas.row_rect("wave")
    picture = pixels(canvas)
    loudest = np.abs(samples).max()
    middle = (rect.height() - 1) / 2
    for x in range(canvas.axis.left() + 40, canvas.axis.right() - 40, 97):
        a, b = (canvas.scale.seconds(x - canvas.axis.left() + k) * 8000 for k in (0, 1))
        # The column holds its own samples and at most the rest of the bins of 64 that they lie in.
        low = middle - samples[int(a):int(b)].max() / loudest * middle
        high = middle - samples[int(a) - 64:int(b) + 64].max() / loudest * middle
        column = picture[rect.top():rect.top() + rect.height(), x]
        ground = np.abs(column - column[0]).sum(axis=1) < 8
        first = int(np.argmin(ground)) if not ground.all() else rect.height() // 2
        assert high - 1 <= first <= low + 1


def test_dark_theme_has_its_own_colours(pane, pixel):
    palette = QPalette(QColor(40, 42, 46))
    palette.setColor(QPalette.ColorRole.Window, QColor(30, 32, 36))
    pane.setPalette(palette)
    assert pane.canvas.theme.dark
    assert pixel(2.9, "words") == rgb(0.6, dark=True)


def test_the_curve_rises_above_the_zero_line_for_positive_values(pane, made):
    made.seek(0.5)
    pane.canvas.scale.show(0, 12)
    pane.canvas.update()
    rect = pane.canvas.row_rect("npmi")
    track = pane.canvas.track
    picture = pixels(pane.canvas)
    zero = rect.top() + round(track.high / (track.high - track.low) * (rect.height() - 1))
    for seconds, value in ((2.5, 0.6), (10.5, 0.2)):
        column = picture[rect.top():zero, int(pane.canvas.x_of(seconds))]
        filled = (np.abs(column - np.array(rgb(value))).sum(axis=1) < 6).sum() + 1
        assert abs(filled - value / (track.high - track.low) * (rect.height() - 1)) <= 2


def test_a_zoomed_out_view_keeps_the_highest_frame_of_a_column(pane, made, pixel):
    song = made_song()
    song.npmi[600:602] = 0.9
    made.song = song
    made.song_changed.emit()
    pane.canvas.resize(200, pane.canvas.height())
    pane.canvas.fit()
    assert pane.canvas.scale.per_second < FPS
    rect = pane.canvas.row_rect("npmi")
    picture = pixels(pane.canvas)
    x = int(pane.canvas.x_of(600.5 / FPS))
    near = picture[rect.top():rect.bottom(), x - 1:x + 2].reshape(-1, 3)
    assert (np.abs(near - np.array(rgb(0.9))).sum(axis=1) < 6).any()


def test_sharp_on_dense_screens(pane, monkeypatch):
    canvas = pane.canvas
    tile = canvas.tiles.get(canvas.scale.per_second, 0)
    monkeypatch.setattr(type(canvas), "devicePixelRatioF", lambda self: 2.0)
    canvas.rebuild()
    dense = canvas.tiles.get(canvas.scale.per_second, 0)
    assert dense.width() == 2 * tile.width()
    assert dense.devicePixelRatio() == 2.0
    image = dense.toImage()
    y = canvas.scene.row_top("words") + canvas.layout_.heights["words"] // 2
    x = round(2.9 * canvas.scale.per_second)
    if x < 512:
        found = image.pixelColor(2 * x, 2 * y)
        assert (found.red(), found.green(), found.blue()) == rgb(0.6)


def test_scale_keeps_left_whole_pixels():
    scale = TimeScale(width=900, length=100.0, per_second=37.3, start=12.345)
    assert scale.x(scale.left / scale.per_second) == pytest.approx(0.0)
