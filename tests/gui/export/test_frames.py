"""Pictures of clips and figures: what is in them."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontDatabase, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from core.export.batch import clip_of
from core.export.pictures import PictureOptions
from core.export.subtitles import captions
from core.pipeline.browse import Place
from core.skeleton import FPS
from gui.draw.camera import Camera
from gui.draw.colours import LIGHT, npmi_colour
from gui.export.frames import ClipFrames
from gui.export.strip import Figure, write_figure

SMALL = PictureOptions(width=480, height=360, view="front")


@pytest.fixture
def clip(session):
    """Four seconds in which at least a whole line is sung."""
    opened = session.opened
    song = next(s for s in opened.songs if re.search("[ぁ-ん]", "".join(w.text for w in opened.corpus.words(s))))
    start = int(opened.corpus.words(song)[0].start * FPS)
    return clip_of(opened.corpus, opened.view, Place(song.song_id, start, start + 120))


def pixels(image):
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int).copy()


def drawn(picture, background=LIGHT.background):
    return np.abs(picture - np.array(background)).sum(axis=2) > 40


def test_the_dancer_is_whole_in_every_frame_and_moves(clip):
    frames = ClipFrames(clip, replace(SMALL, subtitles=False))
    assert len(frames) == 120
    seen = []
    for i in (0, 40, 119):
        figure = drawn(frames[i][:, :, 2::-1].astype(int))
        assert 0.02 < figure.mean() < 0.6
        columns = np.flatnonzero(figure[: figure.shape[0] // 3].any(axis=0))
        assert columns[0] > 20
        assert columns[-1] < 460
        seen.append(frames[i].copy())
    assert (seen[0] != seen[1]).any()


def test_pixels_are_those_of_the_picture(clip):
    frames = ClipFrames(clip, SMALL)
    picture = pixels(frames.image(30))
    np.testing.assert_array_equal(frames[30][:, :, 2::-1], picture)
    assert (frames[30][:, :, 3] == 255).all()


def test_mirroring_turns_the_picture_round(clip):
    plain = pixels(ClipFrames(clip, replace(SMALL, subtitles=False)).image(10))
    mirrored = pixels(ClipFrames(clip, replace(SMALL, subtitles=False, mirror=True)).image(10))
    teal = (np.abs(plain - LIGHT.left).sum(axis=2) < 60).sum(), (np.abs(mirrored - LIGHT.left).sum(axis=2) < 60).sum()
    assert min(teal) > 50, "the left side keeps its colour"
    middles = [np.flatnonzero((np.abs(p - LIGHT.left).sum(axis=2) < 60).any(axis=0)).mean() for p in (plain, mirrored)]
    assert (middles[0] - 240) * (middles[1] - 240) < 0


@pytest.mark.parametrize("view", ["front", "side", "top", "three-quarter"])
def test_views_differ(clip, view):
    others = {v: pixels(ClipFrames(clip, replace(SMALL, subtitles=False, view=v)).image(5))
              for v in ("front", "side", "top", "three-quarter")}
    mine = others.pop(view)
    assert drawn(mine).mean() > 0.02
    assert all((mine != other).any(axis=2).mean() > 0.02 for other in others.values())


def test_the_player_s_camera_is_taken_as_it_is_or_framed(clip):
    far = Camera(target=(50.0, 0.0, 0.0), azimuth=90.0, distance=3.0)
    lost = ClipFrames(clip, replace(SMALL, view="player", camera=far, subtitles=False))
    assert lost.cameras[0] == lost.cameras[119] == far
    framed = ClipFrames(clip, replace(SMALL, view="player", camera=far, framed=True, subtitles=False))
    assert framed.cameras[0].azimuth == 90.0
    assert abs(framed.cameras[0].target[0]) < 5


@pytest.mark.parametrize("mirror", [False, True])
def test_the_camera_goes_along_with_a_dancer_who_goes_far(clip, mirror):
    motion = clip.motion
    far = motion.root_positions + np.linspace(0, 9, 120)[:, None] * np.array([1, 0, 0])
    walking = replace(clip, motion=replace(motion, root_positions=far.astype(np.float32)))
    frames = ClipFrames(walking, replace(SMALL, subtitles=False, mirror=mirror))
    assert not frames.cameras.still
    assert ClipFrames(clip, SMALL).cameras.still
    for i in (0, 60, 119):
        figure = drawn(pixels(frames.image(i)), LIGHT.background) & (np.ptp(pixels(frames.image(i)), axis=2) > 25)
        columns, rows = np.flatnonzero(figure.any(axis=0)), np.flatnonzero(figure.any(axis=1))
        assert rows[-1] - rows[0] > 0.4 * 360, "she is not small"
        assert abs((columns[0] + columns[-1]) / 2 - 240) < 100, "and in the middle"


def test_the_lyric_line_is_shown_while_it_lasts_with_its_word_lit(clip):
    with_line, without = ClipFrames(clip, SMALL), ClipFrames(clip, replace(SMALL, subtitles=False))
    foot = slice(290, 360)
    lines = captions(clip, linger=True)
    shown = next(i for i in range(120) if lines[0].start + 0.2 < i / FPS < lines[0].end)
    background = np.array(LIGHT.background)
    text = np.abs(pixels(with_line.image(shown))[foot] - background).sum(axis=2) > 150
    assert text.sum() > 200
    assert (np.abs(pixels(without.image(shown))[foot] - background).sum(axis=2) > 150).sum() != text.sum()
    word = max(lines[0].words, key=lambda w: w.end - w.start)
    frame = round((word.start + word.end) / 2 * FPS)
    value = float(clip.npmi[frame])
    lit = LIGHT.accent if value == 0 or not np.isfinite(value) else npmi_colour(value, dark=False).getRgb()[:3]
    here = pixels(with_line.image(frame))[foot]
    assert (np.abs(here - np.array(lit)).sum(axis=2) < 12).sum() > 60


def test_japanese_is_drawn_with_signs_not_boxes(clip, qapp):
    if not any(QFontDatabase.writingSystems(f).count(QFontDatabase.WritingSystem.Japanese)
               for f in QFontDatabase.families()):
        pytest.skip("no Japanese font is installed")
    from core.export.clip import LineWord

    def foot(text):
        word = LineWord(text, 0.0, 4.0, 0, np.zeros(120))
        one = replace(clip, lines=(word,))
        return pixels(ClipFrames(one, SMALL).image(60))[290:]

    one, other = foot("愛愛愛"), foot("夢夢夢")
    assert (np.abs(one - other).sum(axis=2) > 100).sum() > 60, "two signs that are missing would be the same box"


def test_a_line_too_long_for_the_picture_is_broken_into_rows(clip):
    from core.export.clip import LineWord

    words = tuple(LineWord(f"word{i}", i * 0.1, (i + 1) * 0.1, 0, np.zeros(3)) for i in range(40))
    frames = ClipFrames(replace(clip, lines=words), SMALL)
    for i in (0, 60, 119):
        picture = pixels(frames.image(i))[220:]
        ink = np.abs(picture - np.array(LIGHT.background)).sum(axis=2) > 300
        assert not ink[:, :8].any()
        assert not ink[:, -8:].any()


def test_the_credit_line_is_in_the_picture_only_when_asked(clip):
    plain = pixels(ClipFrames(clip, SMALL).image(0))[:20]
    credited = pixels(ClipFrames(clip, replace(SMALL, credit=True)).image(0))[:20]
    assert (np.abs(plain - credited).sum(axis=2) > 60).sum() > 100


# -- figures --------------------------------------------------------------------------------------


def test_a_figure_in_svg_is_vector_with_its_words_axis_and_credit(clip, tmp_path):
    path = tmp_path / "図.svg"
    write_figure(path, clip, SMALL)
    text = path.read_text(encoding="utf-8")
    assert "<image" not in text
    shown = re.sub(r"\s+", " ", " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", text)))
    for word in clip.words:
        assert word.text in shown.replace(" ", ""), "Qt writes every script as a text of its own"
    assert "NPMI" in shown
    assert clip.credit.replace(" ", "") in shown.replace(" ", "")
    assert re.search(rf"<desc>{re.escape(clip.credit)}</desc>", text)
    seconds = [float(t) for t in re.findall(r"\b\d+\.\d\b", shown)]
    assert any(clip.first / FPS <= t <= clip.last / FPS for t in seconds)
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    image = QImage(QSize(1200, round(1200 * renderer.defaultSize().height() / renderer.defaultSize().width())),
                   QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    poses = drawn(pixels(image)[30:240], (255, 255, 255))
    blocks = poses.any(axis=0)
    assert (np.diff(blocks.astype(int)) == 1).sum() >= 6, "a row of dancers beside each other"


def test_a_figure_in_pdf_is_one_page_of_its_size(clip, tmp_path):
    from PySide6.QtPdf import QPdfDocument

    path = tmp_path / "a.pdf"
    write_figure(path, clip, SMALL)
    assert path.read_bytes().startswith(b"%PDF-1")
    document = QPdfDocument()
    document.load(str(path))
    assert document.pageCount() == 1
    size = Figure(clip, SMALL).size
    page = document.pagePointSize(0)
    assert page.width() == pytest.approx(size.width() * 0.75, abs=1)
    assert page.height() == pytest.approx(size.height() * 0.75, abs=1)
    text = document.getAllText(0).text()
    assert "made with Kotofuri" in text
    assert clip.words[0].text in text


def test_a_figure_in_png_has_its_width_and_carries_its_credit(clip, tmp_path):
    path = tmp_path / "a.png"
    write_figure(path, clip, replace(SMALL, width=800, dark=True))
    with Image.open(path) as image:
        assert image.width == 800
        assert image.info["Description"] == clip.credit
        assert np.asarray(image.convert("L")).mean() < 80


def test_the_curve_rises_where_the_npmi_does(clip):
    npmi = np.zeros(120)
    npmi[30:60] = 0.6
    figure = Figure(replace(clip, npmi=npmi), replace(SMALL, wave=False))
    image = QImage(figure.size.toSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    figure.draw(painter)
    painter.end()
    picture = pixels(image)
    orange = np.abs(picture - np.array(npmi_colour(0.6, dark=False).getRgb()[:3])).sum(axis=2) < 12
    columns = np.flatnonzero(orange[: image.height() - 90].sum(axis=0) > 20)
    assert columns[0] == pytest.approx(figure.axis.x(1.0), abs=3)
    assert columns[-1] == pytest.approx(figure.axis.x(2.0), abs=3)


@pytest.mark.parametrize("frames", [1, 2, 7])
def test_the_shortest_clips_have_figures_and_frames(session, frames, tmp_path):
    song = session.song.song
    tiny = clip_of(session.opened.corpus, session.opened.view, Place(song.song_id, 0, frames))
    for poses in ("even", "words"):
        write_figure(tmp_path / f"{poses}.svg", tiny, replace(SMALL, poses=poses))
    assert len(ClipFrames(tiny, SMALL)) == frames
    ClipFrames(tiny, SMALL).image(frames - 1)


def test_a_corpus_that_is_not_built_can_be_exported(session, tmp_path):
    song = session.song.song
    plain = clip_of(session.opened.corpus, None, Place(song.song_id, 30, 90))
    assert not np.isfinite(plain.npmi).any()
    write_figure(tmp_path / "a.svg", plain, SMALL)
    assert "not counted here" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    ClipFrames(plain, SMALL).image(0)
