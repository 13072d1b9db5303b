"""Table 1, the states without figures, and export, as a person uses them."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
import xml.etree.ElementTree as ET

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from core.pipeline.chance import chance_shares
from core.pipeline.view import open_view
from gui.figures.pane import VIEWS, FiguresPane
from gui.figures.table1 import RUNS, SEED
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


def test_chance_stands_beside_table1_at_every_threshold(qtbot, pane, session, tmp_path):
    view = pane.view("table1")
    qtbot.waitUntil(lambda: not view.busy and view.state == "shown", timeout=LONG)
    chance, _ = chance_shares(session.opened.view, RUNS, SEED)

    def text(minimum) -> dict[str, str]:
        return {kind: f"{share.mean:.2f}\N{NO-BREAK SPACE}% ({share.low:.2f} to {share.high:.2f})"
                for kind, share in chance.shares(minimum).items()}

    def shown() -> dict[str, str]:
        return {kind: card.chance.text().removeprefix("by chance: ") for kind, card in view.cards.items()}

    assert chance.shares()["frames"].high > chance.shares()["frames"].low > 0
    assert shown() == text(0.0)
    rows = [[view.table.item(r, c).text() for c in range(5)] for r in range(view.table.rowCount())]
    assert ["by chance", "all songs", *text(0.0).values()] in rows
    assert f"{RUNS} exchanges" in view.notes.text()
    session.set_threshold(0.2)
    qtbot.waitUntil(lambda: shown() == text(0.2), timeout=LONG)
    assert text(0.2) != text(0.0)
    table = view.rows()
    for row in (dict(zip(table[0], row, strict=True)) for row in table[1:-1]):
        share = chance.shares(0.2, row["split"])["bars"]
        assert (row["bars_chance_mean"], row["bars_chance_low"], row["bars_chance_high"]) == (
            share.mean, share.low, share.high)
        assert (row["exchanges"], row["seed"]) == (RUNS, SEED)
    assert view.as_json()["chance"]["frames"]["mean_percent"] == chance.shares(0.2)["frames"].mean
    qtbot.mouseClick(view.compare, Qt.MouseButton.LeftButton, pos=view.compare.rect().center() * 0.1)
    assert not view.cards["songs"].chance.isVisible()
    assert "chance" not in view.notes.text()
    assert "chance" not in view.as_json()
    session.set_protocol("transductive")
    qtbot.waitUntil(lambda: session.opened.protocol == "transductive" and view.state == "shown" and not view.busy)
    assert view._chance is None


def test_chance_can_be_cancelled_and_the_counts_stay(qtbot, pane, session, monkeypatch):
    started = threading.Event()

    def endless(view, runs, seed, progress):
        started.set()
        while True:
            progress(0.5)
            time.sleep(0.01)

    idle(qtbot, pane)
    monkeypatch.setattr("gui.figures.table1.chance_shares", endless)
    session.reload()
    view = pane.view("table1")
    qtbot.waitUntil(lambda: started.is_set() and view.state == "shown", timeout=LONG)
    share = session.opened.view.table1()["songs"]
    assert view.cards["songs"].counts.text() == f"{share['positive']:,} of {share['total']:,}"
    assert view._cancel.isVisible()
    qtbot.mouseClick(view._cancel, Qt.MouseButton.LeftButton)
    assert not view.busy
    assert view.state == "shown"
    assert view.cards["songs"].chance.text() == "by chance: –"
    idle(qtbot, pane)


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
