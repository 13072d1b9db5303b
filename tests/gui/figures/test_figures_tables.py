"""Table 1, Table 2, the states without figures, and export, as a person uses them."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from core.pipeline.view import open_view
from core.retrieval.evaluate import evaluate
from gui.figures.pane import VIEWS, FiguresPane
from gui.state.session import Session

LONG = 30_000


@pytest.fixture
def pane(session, actions, shown):
    return shown(FiguresPane(session, actions), 900, 640)


def visible_text(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def idle(qtbot, pane):
    qtbot.waitUntil(lambda: not pane.session.tasks.running, timeout=LONG)


def test_table1_shows_the_counts_of_the_view_and_the_papers(qtbot, pane, session):
    view = pane.view("table1")
    qtbot.waitUntil(lambda: view.state == "shown")
    expected = session.opened.view.table1()
    for kind in ("songs", "bars", "frames"):
        share = expected[kind]
        assert view.cards[kind].counts.text() == f"{share['positive']:,} of {share['total']:,}"
        assert view.cards[kind].percent.text() == f"{share['percent']:.2f} %"
    cells = [[view.table.item(r, c).text() for c in range(5)] for r in range(view.table.rowCount())]
    assert cells[0][:2] == ["inductive", "all songs"]
    assert cells[0][2] == f"{expected['songs']['positive']} of {expected['songs']['total']} ({expected['songs']['percent']:.2f} %)"
    assert cells[-1][2:] == ["781 of 1,000 (78.10 %)", "2,671 of 92,723 (2.88 %)", "14,431 (0.30 %)"]
    assert {row[1] for row in cells[:-1]} >= {"all songs", "training songs"}


def test_table1_follows_threshold_and_protocol(qtbot, pane, session):
    view = pane.view("table1")
    qtbot.waitUntil(lambda: view.state == "shown")
    values = session.opened.view.values
    minimum = float(sorted(values[values > 0])[len(values[values > 0]) // 2])
    session.set_threshold(minimum)
    bar, _ = session.opened.view.places
    above = int(((values > minimum) & session.opened.view.coded.sung[bar]).sum())
    qtbot.waitUntil(lambda: view.cards["frames"].counts.text().startswith(f"{above:,} of"))
    assert f"{minimum:g}" in view.notes.text()
    session.set_threshold(0.0)
    session.set_protocol("transductive")
    qtbot.waitUntil(lambda: session.opened.protocol == "transductive")
    frames = session.opened.view.table1()["frames"]
    qtbot.waitUntil(lambda: view.cards["frames"].counts.text() == f"{frames['positive']:,} of {frames['total']:,}")


def test_three_protocols_side_by_side_and_copied_for_a_spreadsheet(qtbot, pane, session, built_corpus):
    view = pane.view("table1")
    qtbot.waitUntil(lambda: view.state == "shown")
    qtbot.mouseClick(view.all_protocols, Qt.MouseButton.LeftButton, pos=view.all_protocols.rect().center() * 0.1)
    qtbot.waitUntil(lambda: len({row[0] for row in view.rows()[1:]}) == 4, timeout=LONG)
    qtbot.mouseClick(view.copy, Qt.MouseButton.LeftButton)
    rows = list(csv.DictReader(io.StringIO(QApplication.clipboard().text()), delimiter="\t"))
    for protocol in ("inductive", "leave-one-song-out", "transductive"):
        with open_view(built_corpus, protocol) as corpus_view:
            expected = corpus_view.table1()
        row = next(r for r in rows if r["protocol"] == protocol and r["split"] == "all")
        for kind in ("songs", "bars", "frames"):
            assert int(row[f"{kind}_positive"]) == expected[kind]["positive"]
            assert float(row[f"{kind}_percent"]) == pytest.approx(expected[kind]["percent"])
    assert rows[-1]["frames_total"] == ""


def test_table2_runs_what_is_chosen_and_names_everything(qtbot, pane, session, built_corpus, tmp_path):
    pane.show_view("table2")
    view = pane.view("table2")
    assert view.state == "shown"
    assert not view.table.isVisible()
    assert "Length leak" in visible_text(view)
    assert not view.choices["methods"]["random"].isEnabled()
    qtbot.mouseClick(view.choices["directions"]["dance-to-lyrics"], Qt.MouseButton.LeftButton,
                     pos=view.choices["directions"]["dance-to-lyrics"].rect().center() * 0.1)
    view.split.setCurrentIndex(view.split.findData("all"))
    view.seed.setValue(4)
    qtbot.mouseClick(view.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.busy and session.tasks.running[-1].title != "")
    qtbot.waitUntil(view.table.isVisible, timeout=LONG)
    with open_view(built_corpus) as corpus_view:
        expected = evaluate(corpus_view.coded, ("xmied", "length-only", "random"), ("inductive",), ("lyrics-to-dance",),
                            split="all", seed=4)
    found = {(r["method"], r["gallery"], r["ties"]): r["mrr"] for r in view.model.found}
    assert found == {(r["method"], r["gallery"], r["ties"]): r["mrr"] for r in expected["results"]}
    assert {r["method"] for r in view.model.found} == {"xmied", "length-only", "random"}
    caption = view.caption.text()
    assert "all songs" in caption
    assert f"{expected['gallery_size']} bars" in caption
    assert "seed 4" in caption

    mrr = next(i for i in range(view.sorted.columnCount())
               if view.sorted.headerData(i, Qt.Orientation.Horizontal) == "MRR")
    header = view.table.horizontalHeader()
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton,
                     pos=header.rect().topLeft() + type(header.rect().topLeft())(header.sectionViewportPosition(mrr) + 10, 8))
    order = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
    shown = [float(view.sorted.index(r, mrr).data()) for r in range(view.sorted.rowCount())]
    assert shown == sorted(shown, reverse=order)
    assert len(set(shown)) > 1

    pane.export_to(tmp_path / "table2.json")
    pane.export_to(tmp_path / "table2.csv")
    idle(qtbot, pane)
    qtbot.waitUntil((tmp_path / "table2.csv").exists, timeout=LONG)
    with (tmp_path / "table2.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(expected["results"])
    for name in ("protocol", "split", "gallery", "ties", "seed", "singletons", "queries", "mean_gallery_size"):
        assert all(row[name] for row in rows)


def test_table2_is_kept_for_its_corpus_and_not_dropped_by_another_protocol(qtbot, pane, session):
    pane.show_view("table2")
    view = pane.view("table2")
    for group in ("galleries", "ties", "directions"):
        list(view.choices[group].values())[-1].setChecked(False)
    qtbot.mouseClick(view.run, Qt.MouseButton.LeftButton)
    session.set_protocol("transductive")
    qtbot.waitUntil(lambda: session.opened.protocol == "transductive" and view.table.isVisible(), timeout=LONG)
    rows = view.rows()
    session.reload()
    idle(qtbot, pane)
    assert view.rows() == rows
    assert all(row[1] == "inductive" for row in rows[1:])


def test_a_run_can_be_cancelled_and_leaves_no_process(qtbot, pane, session):
    pane.show_view("table2")
    view = pane.view("table2")
    view.split.setCurrentIndex(view.split.findData("all"))
    qtbot.mouseClick(view.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(view._cancel.isVisible)
    qtbot.mouseClick(view._cancel, Qt.MouseButton.LeftButton)
    assert not view.busy
    qtbot.waitUntil(lambda: not session.tasks.running, timeout=LONG)
    import multiprocessing

    assert not multiprocessing.active_children()
    assert not view.table.isVisible()
    assert view.rows() == []
    assert view.run.isEnabled()


def test_run_explains_why_it_is_off(qtbot, pane):
    pane.show_view("table2")
    view = pane.view("table2")
    for box in view.choices["ties"].values():
        box.setChecked(False)
    assert not view.run.isEnabled()
    assert "at least one" in view.run.toolTip()


@pytest.mark.parametrize("name", VIEWS)
def test_without_a_corpus_and_before_it_is_built_a_sentence_helps(qtbot, tasks, actions, shown, imported_corpus, name):
    session = Session(tasks)
    pane = shown(FiguresPane(session, actions), 700, 500)
    actions[f"figures.{name}"].trigger()
    view = pane.view(name)
    assert view.state == "closed"
    assert "Open a corpus" in visible_text(pane)
    session.open(imported_corpus)
    qtbot.waitUntil(lambda: view.state == "unbuilt", timeout=LONG)
    assert "Build it" in visible_text(pane)
    assert "not built" in visible_text(pane)
    qtbot.waitUntil(lambda: not tasks.running, timeout=LONG)


def test_figures_are_counted_only_when_they_are_seen(qtbot, pane, session):
    idle(qtbot, pane)
    started = []
    session.tasks.started.connect(lambda task: started.append(task.key))
    session.reload()
    idle(qtbot, pane)
    assert "figures.table1" in started
    assert not {"figures.matrix", "figures.map", "figures.distribution"} & set(started)


def test_the_action_shows_the_figure_and_asks_for_the_front(qtbot, pane, actions):
    with qtbot.waitSignal(pane.wanted):
        actions["figures.matrix"].trigger()
    assert pane.current == "matrix"
    assert pane.tabs.tabText(pane.tabs.currentIndex()) == "Matrix"


def test_export_asks_for_a_file_and_adds_the_ending(qtbot, pane, actions, tmp_path, monkeypatch):
    view = pane.view("table1")
    qtbot.waitUntil(lambda: view.state == "shown")
    asked = {}

    def answer(parent, title, suggestion, filters):
        asked.update(suggestion=suggestion, filters=filters)
        return str(tmp_path / "shares"), filters.split(";;")[2]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    with qtbot.waitSignal(pane.session.message, timeout=LONG) as said:
        actions["figures.export"].trigger()
    assert "shares.json" in said.args[0]
    found = json.loads((tmp_path / "shares.json").read_text(encoding="utf-8"))
    assert found["protocols"]["inductive"]["all"] == pane.session.opened.view.table1()
    assert asked["suggestion"].endswith("-table1.csv")


def test_a_figure_that_cannot_be_saved_says_so(qtbot, pane, tmp_path):
    view = pane.view("table1")
    qtbot.waitUntil(lambda: view.state == "shown")
    (tmp_path / "file").write_text("x")
    for ending in ("csv", "png", "svg"):
        with qtbot.waitSignal(pane.session.message, timeout=LONG) as said:
            pane.export_to(tmp_path / "file" / f"x.{ending}")
        assert "not saved" in said.args[0]


def test_tables_are_drawn_whole_into_pictures(qtbot, pane, tmp_path):
    view = pane.view("table1")
    qtbot.waitUntil(lambda: view.state == "shown")
    for ending in ("png", "svg"):
        with qtbot.waitSignal(pane.session.message, timeout=LONG):
            pane.export_to(tmp_path / f"t.{ending}")
    picture = Image.open(tmp_path / "t.png")
    assert picture.width > 800
    assert len(picture.convert("L").getcolors(256)) > 10
    text = "".join(ET.parse(tmp_path / "t.svg").getroot().itertext()).replace("\xa0", " ")
    assert "2,671 of 92,723 (2.88 %)" in text
    assert view.table.item(0, 2).text() in text
