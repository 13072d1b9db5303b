"""Table 2: choosing systems, running, cancelling, the table and the plot, as a person uses them."""

from __future__ import annotations

import csv
import json
import multiprocessing
import xml.etree.ElementTree as ET

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from core.codes import SPLITS
from core.pipeline.figures import EvaluationRequest, evaluate_folder
from core.retrieval.protocol import DEFAULT_METHODS, DIRECTIONS, GALLERIES, METHODS, TIES
from gui.actions.registry import Actions
from gui.figures.pane import FiguresPane
from gui.figures.results import COLUMNS, EXPORTED, complete
from gui.figures.systems import GROUPS

LONG = 60_000
_CLICK = Qt.MouseButton.LeftButton


@pytest.fixture
def pane(own_session, actions, shown):
    made = shown(FiguresPane(own_session, actions), 900, 640)
    made.show_view("table2")
    return made


@pytest.fixture
def view(pane):
    return pane.view("table2")


def tick(qtbot, box):
    qtbot.mouseClick(box, _CLICK, pos=QPoint(8, box.height() // 2))


def only(view, **chosen):
    """Choose one condition of each kind."""
    for group, names in chosen.items():
        for name, box in view.choices[group].items():
            box.setChecked(name in names)


def settle(qtbot, view):
    qtbot.waitUntil(lambda: not view.busy and not view.session.tasks.running, timeout=LONG)


def column(view, name):
    i = COLUMNS.index(name)
    return [view.sorted.index(row, i).data() for row in range(view.sorted.rowCount())]


def made_up(methods=("xmied", "length-only", "random", "cca", "ugaar"), lacking=("ugaar",)):
    """A result to look at: the higher the place in the list, the lower the MRR; no computation is tested with it."""
    rows = []
    for i, method in enumerate(methods):
        for direction in DIRECTIONS:
            for gallery in GALLERIES:
                for ties in TIES:
                    mrr = 0.1 / (i + 1) + 0.01 * DIRECTIONS.index(direction) + 0.2 * GALLERIES.index(gallery)
                    row = {"method": method, "protocol": "inductive", "direction": direction, "gallery": gallery,
                           "ties": ties, "queries": 40, "mrr": mrr, "mrr_low": mrr * 0.8, "mrr_high": mrr * 1.3,
                           "difference": mrr - 0.1, "p_value": 0.004, "p_holm": 0.01, "reason": None}
                    if method == "random":
                        row |= dict.fromkeys(("mrr_low", "mrr_high", "difference", "p_value", "p_holm"))
                    if method == "xmied":
                        row |= dict.fromkeys(("difference", "p_value", "p_holm"))
                    if method in lacking:
                        row |= dict.fromkeys(("mrr", "mrr_low", "mrr_high", "difference", "p_value", "p_holm"))
                        row |= {"queries": 0, "reason": "This corpus has no sound for every song."}
                    rows.append(row)
    return {"split": "test", "seed": 0, "singletons": "zero", "gallery_size": 40, "lyric_codes": 20, "dance_codes": 10,
            "results": rows}


@pytest.fixture
def looked(view, qtbot):
    """The view with a made-up result, table and plot in sight."""
    view._show(made_up())
    view.looks["both"].click()
    qtbot.waitUntil(lambda: view.plot.isVisible() and view.table.isVisible())
    return view


# -- choosing -------------------------------------------------------------------------------------


def test_every_system_can_be_chosen_once_with_a_name_and_a_sentence(view):
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(METHODS)
    texts = [view.systems.boxes[name].text() for name in METHODS]
    assert len(set(texts)) == len(METHODS)
    assert all(" " in box.toolTip() and box.toolTip().endswith(".") for box in view.systems.boxes.values())
    assert view.request().methods == DEFAULT_METHODS


def test_all_none_and_default(qtbot, view):
    qtbot.mouseClick(view.systems.presets["all"], _CLICK)
    assert view.request().methods == METHODS
    assert view.systems.count.text() == f"{len(METHODS)} of {len(METHODS)}"
    qtbot.mouseClick(view.systems.presets["none"], _CLICK)
    assert view.request().methods == ("length-only", "random")
    tick(qtbot, view.systems.boxes["random"])
    assert "random" in view.request().methods
    tick(qtbot, view.systems.boxes["cca"])
    assert view.request().methods == ("length-only", "random", "cca")
    qtbot.mouseClick(view.systems.presets["default"], _CLICK)
    assert view.request().methods == DEFAULT_METHODS


def test_run_explains_why_it_is_off(view):
    only(view, ties=())
    assert not view.run.isEnabled()
    assert "at least one" in view.run.toolTip()


def test_a_low_pane_shows_every_choice_by_scrolling(qtbot, pane, view):
    pane.resize(583, 420)
    qtbot.waitUntil(lambda: pane.height() == 420)
    bar = view.form.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: view.seed.visibleRegion().boundingRect().height() == view.seed.height())


# -- running --------------------------------------------------------------------------------------


def test_runs_what_is_chosen_and_names_everything(qtbot, pane, view, own_corpus, tmp_path):
    assert view.state == "shown"
    assert not view.table.isVisible()
    assert any("Length leak" in label.text() for label in view.findChildren(QLabel) if label.isVisible())
    tick(qtbot, view.choices["directions"]["dance-to-lyrics"])
    tick(qtbot, view.systems.boxes["cca"])
    view.split.setCurrentIndex(view.split.findData("all"))
    view.seed.setValue(4)
    qtbot.mouseClick(view.run, _CLICK)
    qtbot.waitUntil(view.table.isVisible, timeout=LONG)
    settle(qtbot, view)
    request = EvaluationRequest((*DEFAULT_METHODS, "cca"), ("inductive",), ("lyrics-to-dance",), GALLERIES, TIES, "all", 4)
    expected = evaluate_folder(own_corpus, request)
    timing = ("seconds", "fit_seconds", "loaded")
    assert [{k: row[k] for k in row if k not in timing} for row in complete(expected)] == [
        {k: row[k] for k in row if k not in timing} for row in view.model.found]
    assert {row["method"] for row in view.model.found} == set(request.methods)
    caption = view.caption.text()
    for part in ("all songs", f"{expected['gallery_size']} bars", "seed 4"):
        assert part in caption
    assert "systems done" not in caption
    for row, text in zip(complete(expected), column(view, "mrr"), strict=True):
        assert float(text.split(" ")[0]) == pytest.approx(row["mrr"], abs=1e-3)
        assert (" to " in text) == (row["mrr_low"] is not None)

    pane.export_to(tmp_path / "table2.json")
    pane.export_to(tmp_path / "table2.csv")
    settle(qtbot, view)
    with (tmp_path / "table2.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(expected["results"])
    for name in ("protocol", "split", "gallery", "ties", "seed", "singletons", "queries", "mean_gallery_size"):
        assert all(row[name] for row in rows)
    for row, own in zip(rows, complete(expected), strict=True):
        for name in ("mrr", "mrr_low", "mrr_high", "difference", "p_value", "p_holm", "mrr_without_song", "class_map"):
            assert row[name] == ("" if own[name] is None else str(own[name]))
    kept = list((own_corpus / "retrieval" / "results").glob("*.json"))
    assert len(kept) == 1
    assert json.loads(kept[0].read_text())["results"] == view.as_json()["results"]


def test_a_system_that_cannot_be_evaluated_has_a_grey_row_with_the_reason(qtbot, view):
    only(view, protocols=("transductive",), directions=("lyrics-to-dance",), galleries=("all",), ties=("average",))
    tick(qtbot, view.systems.boxes["cca"])
    qtbot.mouseClick(view.run, _CLICK)
    qtbot.waitUntil(view.table.isVisible, timeout=LONG)
    at = next(i for i, row in enumerate(view.model.found) if row["method"] == "cca")
    cells = {name: view.model.index(at, COLUMNS.index(name)) for name in ("method", "mrr", "reason", "p_holm")}
    assert cells["mrr"].data() == "n/a"
    assert cells["reason"].data() == "Only under the protocol inductive."
    assert all("Only under the protocol inductive." in cell.data(Qt.ItemDataRole.ToolTipRole) for cell in cells.values())
    assert cells["mrr"].data(Qt.ItemDataRole.ForegroundRole) is not None
    assert view.model.index(0, 0).data(Qt.ItemDataRole.ForegroundRole) is None
    view.looks["both"].click()
    assert any("Only under the protocol inductive." in note.toPlainText() for note in view.plot.notes)


def test_results_are_kept_for_their_corpus_and_not_dropped_by_another_protocol(qtbot, view, own_session):
    for group in ("galleries", "ties", "directions"):
        list(view.choices[group].values())[-1].setChecked(False)
    qtbot.mouseClick(view.run, _CLICK)
    own_session.set_protocol("transductive")
    qtbot.waitUntil(lambda: own_session.opened.protocol == "transductive" and view.table.isVisible(), timeout=LONG)
    rows = view.rows()
    own_session.reload()
    settle(qtbot, view)
    assert view.rows() == rows
    assert all(row[1] == "inductive" for row in rows[1:])


def test_cancelled_before_any_system_is_done_it_leaves_nothing(qtbot, view, own_session):
    view.split.setCurrentIndex(view.split.findData("all"))
    qtbot.mouseClick(view.run, _CLICK)
    qtbot.waitUntil(view._cancel.isVisible)
    qtbot.mouseClick(view._cancel, _CLICK)
    assert not view.busy
    qtbot.waitUntil(lambda: not own_session.tasks.running, timeout=LONG)
    assert not multiprocessing.active_children()
    assert not view.table.isVisible()
    assert view.rows() == []
    assert view.run.isEnabled()


def test_progress_names_the_system_and_cancel_keeps_what_was_finished(qtbot, view, own_session, own_corpus):
    only(view, directions=("lyrics-to-dance",), galleries=("all",), ties=("average",))
    view.split.setCurrentIndex(view.split.findData("all"))
    for name in ("cca", "contrastive"):
        tick(qtbot, view.systems.boxes[name])
    qtbot.mouseClick(view.run, _CLICK)
    # "contrastive" comes before "cca" in the table.
    qtbot.waitUntil(lambda: view._busy_text.text().startswith("contrastive, inductive: "), timeout=LONG)
    qtbot.mouseClick(view._cancel, _CLICK)
    qtbot.waitUntil(view.table.isVisible, timeout=LONG)
    settle(qtbot, view)
    request = EvaluationRequest(DEFAULT_METHODS, ("inductive",), ("lyrics-to-dance",), ("all",), ("average",), "all", 0)
    expected = {row["method"]: row["mrr"] for row in evaluate_folder(own_corpus, request)["results"]}
    assert {row["method"]: row["mrr"] for row in view.model.found} == expected
    assert "3 of 5 systems" in view.caption.text()
    assert not multiprocessing.active_children()


def test_opening_another_corpus_drops_the_run(qtbot, view, own_session, built_corpus):
    view.split.setCurrentIndex(view.split.findData("all"))
    qtbot.mouseClick(view.run, _CLICK)
    qtbot.waitUntil(lambda: view._busy_text.text().startswith("length only"), timeout=LONG)
    own_session.open(built_corpus)
    qtbot.waitUntil(lambda: own_session.opened.folder == built_corpus, timeout=LONG)
    settle(qtbot, view)
    assert not view.table.isVisible()


# -- the table ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mrr", "p_holm", "difference"])
def test_sorting_goes_by_numbers_and_leaves_what_has_none_last(qtbot, looked, name):
    header = looked.table.horizontalHeader()
    i = COLUMNS.index(name)
    place = QPoint(header.sectionViewportPosition(i) + 10, 8)
    looked.table.horizontalScrollBar().setValue(header.sectionPosition(i))
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        looked.table.horizontalScrollBar().setValue(header.sectionPosition(i))
        place = QPoint(header.sectionViewportPosition(i) + 10, 8)
        qtbot.mouseClick(header.viewport(), _CLICK, pos=place)
        assert header.sortIndicatorOrder() == order
        values = [looked.model.found[row][name] for row in looked._in_order()]
        there = [value for value in values if value is not None]
        assert 1 < len(there) < len(values)
        assert there == sorted(there, reverse=order == Qt.SortOrder.DescendingOrder)
        assert values[len(there):] == [None] * (len(values) - len(there))


def test_p_says_which_side_of_xmied(looked):
    texts = dict(zip(zip(column(looked, "method"), column(looked, "gallery"), strict=True), column(looked, "p_holm"),
                     strict=True))
    assert texts["CCA", "all bars"] == "↓ 0.010"
    assert texts["CCA", "equal length"] == "↑ 0.010"
    assert texts["XMIED", "all bars"] == texts["random", "all bars"] == "–"
    for row in looked.model.found:
        row["p_holm"] = row["p_holm"] and 0.051
    assert "0.051" in column(looked, "p_holm")


def test_columns_are_hidden_and_stay_hidden(looked, own_session, shown):
    assert looked.table.isColumnHidden(COLUMNS.index("seed"))
    assert looked.table.isColumnHidden(COLUMNS.index("class_map")), "it has no value in any row"
    looked._fill_columns(looked.columns.menu())
    entries = {action.text(): action for action in looked.columns.menu().actions()}
    entries["Seed"].trigger()
    entries["Ties"].trigger()
    assert not looked.table.isColumnHidden(COLUMNS.index("seed"))
    assert looked.table.isColumnHidden(COLUMNS.index("ties"))
    assert [*EXPORTED, "lyric_codes", "dance_codes"] == looked.rows()[0], "files keep every column"
    titles = looked.sheet().parts[1].rows[0]
    assert "Seed" in titles
    assert "Ties" not in titles
    other = shown(FiguresPane(own_session, Actions()), 900, 640)
    other.show_view("table2")
    other.view("table2")._show(made_up())
    assert other.view("table2").table.isColumnHidden(COLUMNS.index("ties"))


# -- the plot -------------------------------------------------------------------------------------


def test_the_plot_shows_each_system_under_the_conditions_chosen(looked):
    plot = looked.plot
    plot.conditions["gallery"].setCurrentIndex(plot.conditions["gallery"].findData("equal-length"))
    rows = {(row["method"], row["direction"]): row for row in looked.model.found
            if row["gallery"] == "equal-length" and row["ties"] == "pessimistic"}
    assert len(plot.dots) == len(rows) == 10
    for group, direction in enumerate(DIRECTIONS):
        drawn = plot.scatter[group].getData()[0].tolist()
        shown_rows = [row for (_, d), row in rows.items() if d == direction and row["mrr"] is not None]
        assert sorted(drawn) == pytest.approx(sorted(row["mrr"] for row in shown_rows))
        ends = plot.intervals[group].getData()[0].reshape(-1, 2).tolist()
        wanted = [[row["mrr_low"], row["mrr_high"]] for row in shown_rows if row["mrr_low"] is not None]
        assert sorted(ends) == [pytest.approx(pair) for pair in sorted(wanted)]
    assert sorted(line.value() for line in plot.chance) == pytest.approx(
        [rows["random", direction]["mrr"] for direction in DIRECTIONS])
    left, right = plot.plot.getViewBox().viewRange()[0]
    assert left <= 0
    assert right >= max(row["mrr_high"] for row in rows.values() if row["mrr_high"])
    assert [note.toPlainText() for note in plot.notes] == ["n/a: This corpus has no sound for every song."]


def test_groups_are_what_is_compared_and_controls_are_hollow(looked):
    plot = looked.plot
    plot.by.setCurrentIndex(plot.by.findData("gallery"))
    assert not plot.conditions["gallery"].isVisible()
    assert plot.conditions["direction"].isVisible()
    by_group = {group: {looked.model.found[dot.row]["gallery"] for dot in plot.dots if dot.group == group} for group in (0, 1)}
    assert by_group == {0: {"all"}, 1: {"equal-length"}}
    methods = [looked.model.found[dot.row]["method"] for dot in plot.dots if dot.group == 0]
    brushes = dict(zip(methods, [point.brush().color().name() for point in plot.scatter[0].points()], strict=False))
    assert brushes["length-only"] == brushes["random"] != brushes["xmied"] == brushes["cca"]


def test_the_plot_follows_sorting(looked):
    looked.table.sortByColumn(COLUMNS.index("mrr"), Qt.SortOrder.AscendingOrder)
    names = [looked.plot.names.tickStrings([i + 0.5], 1, 1)[0] for i in range(5)]
    assert names == ["CCA", "random", "length only", "XMIED", "UGAAR"]
    looked.table.sortByColumn(COLUMNS.index("mrr"), Qt.SortOrder.DescendingOrder)
    names = [looked.plot.names.tickStrings([i + 0.5], 1, 1)[0] for i in range(5)]
    assert names == ["XMIED", "length only", "random", "CCA", "UGAAR"]


def test_pointing_tells_the_numbers_and_a_click_selects_the_row(qtbot, looked):
    wanted = next(i for i, row in enumerate(looked.model.found)
                  if (row["method"], row["direction"], row["gallery"], row["ties"])
                  == ("cca", "dance-to-lyrics", "all", "pessimistic"))
    slot = next(dot.slot for dot in looked.plot.dots if dot.row == wanted)
    told = looked.plot.text_of(slot).split("\n")
    row = looked.model.found[wanted]
    assert told[0] == "CCA"
    assert told[2].startswith("dance to lyrics: MRR 0.0350 (0.0280 to 0.0455); below XMIED (-0.0650, p 0.010)")
    assert float(told[2].split()[4]) == pytest.approx(row["mrr"])
    looked.plot.scroll.ensureVisible(0, int(looked.plot.pixel_of(wanted).y()))
    qtbot.mouseClick(looked.plot.plot.viewport(), _CLICK, pos=looked.plot.pixel_of(wanted).toPoint())
    qtbot.waitUntil(lambda: looked._selected_row() == wanted)
    assert looked.plot.ring.getData()[0].tolist() == pytest.approx([row["mrr"]])
    looked.select_row(0)
    assert looked.plot.ring.getData()[0].tolist() == pytest.approx([looked.model.found[0]["mrr"]])


def test_nineteen_systems_have_their_names_in_a_low_pane(qtbot, pane, view):
    pane.resize(583, 420)
    view._show(made_up(METHODS, ()))
    view.looks["plot"].click()
    qtbot.waitUntil(lambda: view.plot.isVisible() and view.plot.plot.height() > 300)
    assert pane.height() == 420
    named = [value for _, values in view.plot.names.tickValues(0, 19, view.plot.plot.getViewBox().height())
             for value in values]
    assert len(named) == 19
    view.plot.scroll.verticalScrollBar().setValue(10_000)
    assert view.plot.scroll.verticalScrollBar().value() > 0


def test_logarithmic_axis_keeps_the_places(looked):
    looked.plot.log.setChecked(True)
    row = next(dot.row for dot in looked.plot.dots if dot.group == 0)
    before = looked.plot.scatter[0].getData()[0][0]
    assert 10**before == pytest.approx(looked.model.found[row]["mrr"])
    ticks = looked.plot.plot.getAxis("bottom").tickValues(*looked.plot.plot.getViewBox().viewRange()[0], 300)
    assert sum(len(values) for _, values in ticks) >= 3


def test_what_is_in_sight_is_exported(qtbot, pane, looked, tmp_path):
    sizes = {}
    for look in ("table", "plot", "both"):
        looked.looks[look].click()
        for ending in ("png", "svg"):
            with qtbot.waitSignal(pane.session.message, timeout=LONG):
                pane.export_to(tmp_path / f"{look}.{ending}")
        sizes[look] = Image.open(tmp_path / f"{look}.png").size
        text = "".join(ET.parse(tmp_path / f"{look}.svg").getroot().itertext()).replace("\xa0", " ")
        assert ("0.1000 (0.0800 to 0.1300)" in text) == (look != "plot")
        assert ("95 % interval" in text) == (look != "table")
        assert "Length leak" in text
        assert "test songs" in text
    assert sizes["both"][1] >= sizes["table"][1] + 300
    picture = Image.open(tmp_path / "plot.png").convert("RGB")
    assert len(picture.getcolors(1 << 20)) > 20


def test_the_split_names_are_those_of_the_corpus(view):
    assert {view.split.itemData(i) for i in range(view.split.count())} == {*SPLITS, "all"}
