"""The matrix, the distribution and the map: hovered, clicked, dragged, searched and exported."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPalette
from PySide6.QtWidgets import QApplication

from core.pipeline import figures
from gui.draw.colours import npmi_rgb
from gui.figures.pane import FiguresPane

LONG = 40_000


@pytest.fixture
def pane(session, actions, shown):
    session.protocol = "inductive"
    session.set_protocol("transductive")
    return shown(FiguresPane(session, actions), 960, 700)


def opened(qtbot, pane, name):
    qtbot.waitUntil(lambda: pane.session.opened.protocol == "transductive", timeout=LONG)
    pane.show_view(name)
    view = pane.view(name)
    qtbot.waitUntil(lambda: view.state == "shown" and not view.busy, timeout=LONG)
    qtbot.waitUntil(lambda: not pane.session.tasks.running, timeout=LONG)
    qtbot.wait(60)
    return view


def hover(plot, at: QPointF):
    """Move the pointer as the window system would say it: without pressing, over the plot's viewport."""
    viewport = plot.viewport()
    for place in (at + QPointF(1, 1), at):
        event = QMouseEvent(QEvent.Type.MouseMove, place, viewport.mapToGlobal(place), Qt.MouseButton.NoButton,
                            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, event)


def click(qtbot, plot, at: QPointF):
    hover(plot, at)
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())


def pixel(widget, at: QPoint) -> tuple[int, int, int]:
    image = widget.grab().toImage()
    ratio = image.width() / widget.width()
    colour = image.pixelColor(int(at.x() * ratio), int(at.y() * ratio))
    return colour.red(), colour.green(), colour.blue()


def best_pair(session):
    table = session.opened.view.table
    return tuple(int(i) for i in np.unravel_index(np.argmax(table), table.shape))


# -- matrix ---------------------------------------------------------------------------------------


def test_pointing_at_a_cell_tells_its_codes_words_and_counts(qtbot, pane, session):
    view = opened(qtbot, pane, "matrix")
    pair = best_pair(session)
    counts = session.opened.view.counts
    hover(view.plot, view.pixel_of(pair))
    told = view.details.text()
    assert f"Lyric code {pair[0]} and dance code {pair[1]}" in told
    assert f"{session.opened.view.table[pair]:+.4f}" in told
    numbers = counts.pair[pair], counts.lyric[pair[0]], counts.dance[pair[1]], counts.songs
    assert "Together in {} songs; the lyric code in {}, the dance code in {}, of {}".format(*numbers) in told
    word, number = figures.lyric_words(session.opened.view).words[pair[0]][0]
    assert f"{word} ({number})" in told
    assert session.pair is None


def test_clicking_a_cell_chooses_its_pair_under_every_order(qtbot, pane, session):
    view = opened(qtbot, pane, "matrix")
    table = session.opened.view.table
    wanted = [tuple(int(i) for i in p) for p in np.argwhere(table > 0)[:3]]
    for order, pair in zip(("songs", "best", "number"), wanted, strict=True):
        view.order.setCurrentIndex(view.order.findData(order))
        qtbot.waitUntil(lambda: not view.busy)
        qtbot.wait(40)
        click(qtbot, view.plot, view.pixel_of(pair))
        assert session.pair == pair
        assert (view.lyric.value(), view.dance.value()) == pair
    assert view._marker.isVisible()


def test_cells_have_the_colours_of_their_npmi_in_both_themes(qtbot, pane, session):
    view = opened(qtbot, pane, "matrix")
    view.positive_only.setChecked(True)
    qtbot.waitUntil(lambda: not view.busy)
    qtbot.wait(60)
    pair = best_pair(session)
    for dark in (False, True):
        palette = QPalette(view.palette())
        for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base):
            palette.setColor(role, QColor(25, 27, 30) if dark else QColor(250, 250, 250))
        pane.setPalette(palette)
        qtbot.wait(60)
        at = view.pixel_of(pair).toPoint()
        expected = npmi_rgb(session.opened.view.table[pair], dark=dark)
        assert np.abs(np.array(pixel(view.plot.viewport(), at)) - expected).max() <= 3


def test_the_session_s_pair_is_marked_and_brought_into_sight(qtbot, pane, session):
    view = opened(qtbot, pane, "matrix")
    box = view.plot.getViewBox()
    box.setRange(xRange=(0, 5), yRange=(0, 5), padding=0)
    far = (int(view._matrix.rows[-1]), int(view._matrix.columns[-1]))
    session.set_pair(far)
    (x0, x1), (y0, y1) = box.viewRange()
    assert x0 < len(view._matrix.columns) - 0.5 < x1
    assert y0 < len(view._matrix.rows) - 0.5 < y1
    qtbot.mouseClick(view.show_all, Qt.MouseButton.LeftButton)
    assert view.plot.viewport().rect().contains(view.pixel_of((int(view._matrix.rows[0]), far[1])).toPoint())


def test_the_wheel_zooms_at_the_pointer(qtbot, pane, session):
    view = opened(qtbot, pane, "matrix")
    from PySide6.QtGui import QWheelEvent

    pair = best_pair(session)
    at = view.pixel_of(pair)
    before = view.plot.getViewBox().viewRange()
    viewport = view.plot.viewport()
    for _ in range(6):
        QApplication.sendEvent(viewport, QWheelEvent(
            at, viewport.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False))
    after = view.plot.getViewBox().viewRange()
    assert after[0][1] - after[0][0] < 0.8 * (before[0][1] - before[0][0])
    assert (view.pixel_of(pair) - at).manhattanLength() < 30


def test_a_typed_word_is_found_and_enter_again_goes_on(qtbot, pane, session):
    view = opened(qtbot, pane, "matrix")
    words = figures.lyric_words(session.opened.view)
    word = next(own[0][0] for own in words.words
                if own and own[0][0].isascii() and len(words.codes_of(own[0][0])) == 1)
    code = words.codes_of(word)[0]
    qtbot.keyClicks(view.search, word)
    qtbot.keyClick(view.search, Qt.Key.Key_Return)
    assert f"Lyric code {code}," in view.details.text()
    assert word in view.details.text()
    assert view._band.isVisible()
    many = next((w for own in words.words for w, _ in own if len(words.codes_of(w)) > 1), None)
    if many is not None:
        view.search.setText(many)
        told = set()
        for _ in range(len(words.codes_of(many))):
            qtbot.keyClick(view.search, Qt.Key.Key_Return)
            told.add(view.details.text().splitlines()[0])
        assert len(told) == len(words.codes_of(many))
    view.search.setText("no such word")
    qtbot.keyClick(view.search, Qt.Key.Key_Return)
    assert "No lyric code" in view.details.text()


def test_a_word_left_out_by_the_filter_is_shown_after_all(qtbot, pane, session):
    view = opened(qtbot, pane, "matrix")
    table = session.opened.view.table
    words = figures.lyric_words(session.opened.view)
    code = next(c for c, own in enumerate(words.words)
                if own and not (table[c] > 0).any() and words.codes_of(own[0][0]) == [c])
    view.positive_only.setChecked(True)
    qtbot.waitUntil(lambda: not view.busy and code not in view._row_of)
    view.search.setText(words.words[code][0][0])
    qtbot.keyClick(view.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: f"Lyric code {code}," in view.details.text())
    assert not view.positive_only.isChecked()


def test_numbers_typed_choose_a_pair(qtbot, pane, session):
    view = opened(qtbot, pane, "matrix")
    for box, text in ((view.lyric, "7"), (view.dance, "3")):
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, text)
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert session.pair == (7, 3)


def test_the_exported_matrix_holds_every_pair_that_meets(qtbot, pane, session, tmp_path):
    opened(qtbot, pane, "matrix")
    for ending in ("csv", "svg", "png"):
        with qtbot.waitSignal(session.message, timeout=LONG):
            pane.export_to(tmp_path / f"matrix.{ending}")
    with (tmp_path / "matrix.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    view = session.opened.view
    assert len(rows) == int((view.counts.pair > 0).sum())
    for row in rows[::50]:
        pair = int(row["lyric_code"]), int(row["dance_code"])
        assert float(row["npmi"]) == view.table[pair]
        assert int(row["songs_together"]) == view.counts.pair[pair]
        assert row["protocol"] == "transductive"
    assert float(rows[0]["npmi"]) == view.table.max()
    assert "Dance codes" in "".join(ET.parse(tmp_path / "matrix.svg").getroot().itertext())
    assert Image.open(tmp_path / "matrix.png").width > 1000


def test_blocks_of_cells_keep_their_highest_value():
    from gui.figures.image import pooled

    values = np.full((5, 7), np.nan)
    values[1, 1], values[1, 0], values[4, 6] = 0.4, -0.9, -0.2
    small = pooled(values, 2, 3)
    assert small.shape == (3, 3)
    assert small[0, 0] == 0.4
    assert small[2, 2] == -0.2
    assert np.isnan(small).sum() == 7
    assert pooled(values, 1, 1) is values


# -- distribution ---------------------------------------------------------------------------------


def test_the_bars_are_the_counts_of_pairs_and_frames(qtbot, pane, session):
    view = opened(qtbot, pane, "distribution")
    corpus_view = session.opened.view
    bar, _ = corpus_view.places
    samples = {"pairs": corpus_view.table[corpus_view.counts.pair > 1],
               "frames": corpus_view.values[corpus_view.coded.sung[bar]]}
    view.log.setChecked(False)
    for name, values in samples.items():
        view.what.setCurrentIndex(view.what.findData(name))
        for x0, x1, height in zip(*(view.bars.opts[key] for key in ("x0", "x1", "height")), strict=True):
            low, high = np.round(x0 - 0.001, 6), np.round(x1 + 0.001, 6)
            # The first bin holds its lower edge too.
            inside = (values > low) | ((values == -1.0) & (low == -1.0))
            assert height == int((inside & (values <= high)).sum())
        assert sum(view.bars.opts["height"]) == len(values)
        positive = int((values > 0).sum())
        assert view.headline.text().startswith(f"{positive:,} of {len(values):,} {name}")
    view.log.setChecked(True)
    heights = np.asarray(view.bars.opts["height"]) + view.bars.opts["y0"]
    assert 10 ** heights.max() == pytest.approx(max(np.histogram(samples["frames"], figures.EDGES)[0].max(), 1), rel=0.2)


def test_chance_is_named_with_its_seed_and_can_be_left_out(qtbot, pane, session):
    view = opened(qtbot, pane, "distribution")
    expected = [d.pairs.above(0.0) for d in figures.chance(session.opened.view, 10, 0)]
    assert f"by chance {np.mean(expected):,.1f} ({min(expected)} to {max(expected)} in 10 shuffles, seed 0)" in view.headline.text()
    view.seed.setValue(3)
    qtbot.waitUntil(lambda: "seed 3" in view.headline.text(), timeout=LONG)
    view.compare.setChecked(False)
    qtbot.waitUntil(lambda: "chance" not in view.headline.text(), timeout=LONG)
    assert not view.outline.isVisible()


def test_dragging_the_line_sets_the_threshold(qtbot, pane, session):
    view = opened(qtbot, pane, "distribution")
    plot = view.histogram
    middle = float(np.mean(plot.getViewBox().viewRange()[1]))
    start, stop = plot.place_of(0.0, middle).toPoint(), plot.place_of(0.08, middle).toPoint()
    viewport = plot.viewport()
    hover(plot, QPointF(start))
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for share in np.linspace(0, 1, 8):
        at = QPointF(start) + (QPointF(stop) - QPointF(start)) * float(share)
        QApplication.sendEvent(viewport, QMouseEvent(
            QEvent.Type.MouseMove, at, viewport.mapToGlobal(at), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier))
        # The plots take no more than a hundred moves a second.
        qtbot.wait(15)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=stop)
    assert session.threshold == pytest.approx(0.08, abs=0.02)
    assert f"above {session.threshold:g}" in view.headline.text()
    assert view.thresholds[1].value() == pytest.approx(session.threshold)
    session.set_threshold(0.02)
    assert [line.value() for line in view.thresholds] == [0.02, 0.02]


def test_a_point_of_the_funnel_tells_its_pair_and_chooses_it(qtbot, pane, session):
    view = opened(qtbot, pane, "distribution")
    own = view._shown.own
    lonely = max(view._points.tolist(), key=lambda i: own.npmi[i])
    pair = int(own.lyric[lonely]), int(own.dance[lonely])
    hover(view.funnel, view.pixel_of(pair))
    assert f"Lyric code {pair[0]} (" in view.details.text()
    assert f"{session.opened.view.table[pair]:+.4f}" in view.details.text()
    click(qtbot, view.funnel, view.pixel_of(pair))
    assert session.pair == pair
    assert len(view.ring.data) == 1


def test_the_exported_histogram_adds_up(qtbot, pane, session, tmp_path):
    opened(qtbot, pane, "distribution")
    for ending in ("tsv", "svg", "png"):
        with qtbot.waitSignal(session.message, timeout=LONG):
            pane.export_to(tmp_path / f"d.{ending}")
    with (tmp_path / "d.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert sum(int(row["count"]) for row in rows) == int((session.opened.view.counts.pair > 1).sum())
    assert {row["seed"] for row in rows} == {"0"}
    assert "Songs in which the pair meets" in "".join(ET.parse(tmp_path / "d.svg").getroot().itertext())
    assert (tmp_path / "d.svg").stat().st_size < 3_000_000


# -- map ------------------------------------------------------------------------------------------


@pytest.fixture
def dance_map(qtbot, pane, monkeypatch):
    # The plain layout needs no child process; the others are tested in core and once below.
    from gui.figures.dance_map import DanceMapView

    view = pane.view("map")
    assert isinstance(view, DanceMapView)
    view.method.setCurrentIndex(view.method.findData("pca"))
    return opened(qtbot, pane, "map")


def test_the_map_has_a_point_a_code_and_labels_of_strong_words(qtbot, pane, session, dance_map):
    assert len(dance_map.points.data) == session.opened.view.coded.dance_size
    qtbot.waitUntil(lambda: len(dance_map.labels) > 0)
    words = {word for pair in session.opened.view.pairs() for word in pair["words"]}
    assert all(part in words for label in dance_map.labels for part in label.split(" / "))
    session.set_threshold(0.99)
    qtbot.waitUntil(lambda: dance_map.labels == [])
    session.set_threshold(0.0)
    qtbot.waitUntil(lambda: len(dance_map.labels) > 0)
    qtbot.mouseClick(dance_map.words, Qt.MouseButton.LeftButton, pos=QPoint(8, dance_map.words.height() // 2))
    assert dance_map.labels == []


def strongest(session) -> dict:
    return session.opened.view.pairs()[0]


def test_pointing_shows_the_pose_and_the_words(qtbot, pane, session, dance_map):
    pair = strongest(session)
    other = int(np.argmin(dance_map._map.codes.best))
    with qtbot.waitSignal(dance_map.still.loaded, timeout=LONG):
        hover(dance_map.plot, dance_map.pixel_of(other))
    first = dance_map.still.grab().toImage()
    with qtbot.waitSignal(dance_map.still.loaded, timeout=LONG):
        hover(dance_map.plot, dance_map.pixel_of(pair["dance_code"]))
    assert f"Dance code {pair['dance_code']}:" in dance_map.details.text()
    assert pair["words"][0] in dance_map.details.text()
    assert f"{pair['npmi']:+.3f}" in dance_map.details.text()
    second = dance_map.still.grab().toImage()
    assert first != second
    assert len({second.pixel(x, y) for x in range(0, second.width(), 5) for y in range(0, second.height(), 5)}) > 20


def test_a_click_chooses_the_best_pair_and_a_button_goes_to_an_example(qtbot, pane, session, dance_map):
    pair = strongest(session)
    click(qtbot, dance_map.plot, dance_map.pixel_of(pair["dance_code"]))
    assert session.pair == (pair["lyric_code"], pair["dance_code"])
    assert len(dance_map.ring.data) == 1
    qtbot.mouseClick(dance_map.go, Qt.MouseButton.LeftButton)
    example = dance_map._map.codes.examples[pair["dance_code"]]
    qtbot.waitUntil(lambda: session.song.song.song_id == example.song_id and session.range == (example.start, example.stop),
                    timeout=LONG)
    assert session.song.dance_codes[session.frame] == pair["dance_code"]


def test_another_layout_is_computed_in_a_process_and_moves_the_points(qtbot, pane, session, dance_map, tmp_path):
    before = dance_map._map.places.copy()
    dance_map.method.setCurrentIndex(dance_map.method.findData("mds"))
    qtbot.waitUntil(lambda: dance_map._map.method == "mds", timeout=LONG)
    assert not np.allclose(before, dance_map._map.places)
    assert "MDS" in dance_map.caption.text()
    for ending in ("csv", "svg"):
        with qtbot.waitSignal(session.message, timeout=LONG):
            pane.export_to(tmp_path / f"m.{ending}")
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == session.opened.view.coded.dance_size
    assert {row["layout"] for row in rows} == {"mds"}
    assert ET.parse(tmp_path / "m.svg").getroot().tag.endswith("svg")
