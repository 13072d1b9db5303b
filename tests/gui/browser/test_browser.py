"""The browser, used as a person uses it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel

from core.errors import CorpusError
from core.pipeline.browse import Place, gather
from core.pipeline.significance import pair_test
from core.skeleton import FPS
from gui.browser.gestures_model import GESTURE_ROLE
from gui.browser.pane import BrowserPane
from gui.browser.places import RUN_ROLE
from gui.browser.shelf import Shelf
from gui.browser.songs_model import BARS, POSITIVE, TITLE
from gui.state.session import Session


def pixels(widget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_ARGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).astype(int)


@pytest.fixture
def pane(qtbot, session, actions, shown):
    made = BrowserPane(session, actions)
    shown(made, 420, 800)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    qtbot.waitUntil(lambda: made.shelf.state == "ready", timeout=10_000)
    return made


@pytest.fixture
def gestures(pane):
    pane.tabs.setCurrentWidget(pane.gestures)
    return pane.gestures


def titles(pane) -> list[str]:
    model = pane.songs.model
    return [model.index(r, TITLE).data().removeprefix("▶ ") for r in range(model.rowCount())]


def click_row(qtbot, view, index) -> None:
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())


def enter(qtbot, edit, text) -> None:
    """Type; Japanese comes from an input method, which hands it over whole."""
    if text.isascii():
        qtbot.keyClicks(edit, text)
    else:
        edit.insert(text)


def shown_gestures(tab) -> list[int]:
    model = tab.model
    found = []
    for row in range(model.rowCount()):
        top = model.index(row, 0)
        found += [top.data(GESTURE_ROLE), *(model.index(r, 0, top).data(GESTURE_ROLE) for r in range(model.rowCount(top)))]
    return found


# -- songs ------------------------------------------------------------------------------------------


def test_songs_are_listed_with_their_shares_and_the_open_one_is_marked(session, pane):
    assert sorted(titles(pane)) == sorted(song.title for song in session.opened.songs)
    model, shares = pane.songs.model, pane.shelf.shares
    by_title = {song.title: i for i, song in enumerate(session.opened.songs)}
    for row, title in enumerate(titles(pane)):
        i = by_title[title]
        assert model.index(row, POSITIVE).data() == f"{100 * shares.share[i]:.1f} %"
        assert model.index(row, BARS).data() == str(shares.positive_bars[i])
        marked = model.index(row, TITLE).data().startswith("▶")
        assert marked == (model.song(row).song_id == session.song.song.song_id)
    assert pane.songs.count.text() == f"{len(by_title)} of {len(by_title)} songs"


def test_clicking_a_heading_sorts_and_the_largest_come_first(qtbot, pane):
    head = pane.songs.table.horizontalHeader()

    def click(column) -> None:
        x = head.sectionViewportPosition(column) + 20
        qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, head.height() // 2))

    click(POSITIVE)
    shares = [float(pane.songs.model.index(r, POSITIVE).data()[:-2]) for r in range(pane.songs.model.rowCount())]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0
    click(POSITIVE)
    assert [float(pane.songs.model.index(r, POSITIVE).data()[:-2])
            for r in range(pane.songs.model.rowCount())] == sorted(shares)
    click(TITLE)
    assert titles(pane) == sorted(titles(pane), key=str.casefold)


def test_typing_filters_and_enter_opens(qtbot, session, pane, actions):
    other = next(s for s in session.opened.songs if s.song_id != session.song.song.song_id)
    actions["browse.find"].trigger()
    qtbot.waitUntil(pane.songs.find.hasFocus)
    enter(qtbot, pane.songs.find, other.title.upper())
    assert titles(pane) == [other.title]
    assert pane.songs.count.text().startswith("1 of ")
    qtbot.keyClick(pane.songs.find, Qt.Key.Key_Return)
    qtbot.keyClick(pane.songs.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.song.song.song_id == other.song_id, timeout=5_000)
    assert pane.songs.model.index(0, TITLE).data().startswith("▶")
    pane.songs.find.clear()
    qtbot.keyClicks(pane.songs.find, "qqqq")
    assert pane.songs.stack.currentWidget() is pane.songs.empty
    assert pane.songs.empty.label.isVisible()
    qtbot.mouseClick(pane.songs.empty.button, Qt.MouseButton.LeftButton)
    assert len(titles(pane)) == len(session.opened.songs)


def test_a_double_click_opens_a_song(qtbot, session, pane):
    row = next(r for r in range(pane.songs.model.rowCount())
               if pane.songs.model.song(r).song_id != session.song.song.song_id)
    wanted = pane.songs.model.song(row).song_id
    table = pane.songs.table
    click_row(qtbot, table, pane.songs.model.index(row, TITLE))
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton,
                      pos=table.visualRect(pane.songs.model.index(row, TITLE)).center())
    qtbot.waitUntil(lambda: session.song.song.song_id == wanted, timeout=5_000)


def test_splits_and_genres_narrow_the_songs(session, pane):
    for box, name in ((pane.songs.split, "split"), (pane.songs.genre, "genre")):
        for i in range(1, box.count()):
            box.setCurrentIndex(i)
            expected = sorted(s.title for s in session.opened.songs if getattr(s, name) == box.currentData())
            assert sorted(titles(pane)) == expected
        assert box.count() > 2
        box.setCurrentIndex(0)


def test_the_threshold_changes_the_shares(qtbot, session, pane):
    before = pane.shelf.shares.positive_frames.copy()
    session.set_threshold(0.3)
    values = session.opened.view.values
    assert (values > 0.3).sum() < (values > 0).sum()
    qtbot.waitUntil(lambda: pane.shelf.shares.positive_frames.sum() < before.sum(), timeout=5_000)
    assert len(pane.walk._stretches()) == len(pane.shelf.catalogue.walk(0.3))


# -- gestures ---------------------------------------------------------------------------------------


def test_gestures_read_in_plain_words_and_the_best_evidence_comes_first(session, gestures, pane):
    catalogue = gather(session.opened.view)
    expected = catalogue.find(gestures.filters.filter, "evidence").tolist()
    got = shown_gestures(gestures)
    assert sorted(got) == sorted(expected)
    assert got[0] == expected[0]
    g, first = catalogue.gestures, expected[0]
    text = gestures.model.index(0, 0).data()
    assert text == (f"{', '.join(w for w, _ in catalogue.words(first)[:4])}: Together in {g.songs[first]} of the "
                    f"{g.lyric_songs[first]} songs that sing it, NPMI {g.npmi[first]:.2f}")
    tip = gestures.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert f"{g.npmi[first]:.4f}" in tip
    assert f"{g.chance[first]:.2g}" in tip
    assert gestures.count.text() == f"{len(expected)} of {len(expected)} gestures"
    for row in range(gestures.model.rowCount()):
        top = gestures.model.index(row, 0)
        groups = {int(g.group[gestures.model.gesture(i)])
                  for i in (top, *(gestures.model.index(r, 0, top) for r in range(gestures.model.rowCount(top))))}
        assert len(groups) == 1
    gestures.filters.sorting.setCurrentIndex(gestures.filters.sorting.findData("npmi"))
    tops = [gestures.model.index(r, 0).data(GESTURE_ROLE) for r in range(gestures.model.rowCount())]
    assert (np.diff(g.npmi[tops]) <= 0).all()


def test_filters_of_gestures(qtbot, session, gestures, pane):
    catalogue = pane.shelf.catalogue
    word = catalogue.words(shown_gestures(gestures)[0])[0][0]
    enter(qtbot, gestures.filters.word, word)
    assert all(any(word.casefold() in w.casefold() for w, _ in catalogue.words(i)) for i in shown_gestures(gestures))
    assert 0 < len(shown_gestures(gestures)) < len(catalogue.gestures)
    qtbot.keyClicks(gestures.filters.word, "zzzz")
    assert gestures.list_stack.currentWidget() is gestures.empty
    assert gestures.count.text() == f"0 of {len(catalogue.gestures)} gestures"
    qtbot.mouseClick(gestures.empty.button, Qt.MouseButton.LeftButton)
    assert len(shown_gestures(gestures)) == len(catalogue.gestures)
    qtbot.mouseClick(gestures.filters.more, Qt.MouseButton.LeftButton)
    assert gestures.filters.npmi.isVisible()
    gestures.filters.npmi.setValue(0.3)
    assert set(shown_gestures(gestures)) == set(np.flatnonzero(catalogue.gestures.npmi >= 0.3).tolist())
    gestures.filters.npmi.setValue(0)
    gestures.filters.least.setValue(3)
    assert set(shown_gestures(gestures)) == set(np.flatnonzero(catalogue.gestures.songs >= 3).tolist())
    assert "(1)" in gestures.filters.more.text()


def test_choosing_a_gesture_shows_all_its_places(qtbot, session, gestures, pane):
    catalogue = pane.shelf.catalogue
    index = gestures.model.index(0, 0)
    gesture = index.data(GESTURE_ROLE)
    click_row(qtbot, gestures.list, index)
    g = catalogue.gestures
    assert session.pair == (g.lyric[gesture], g.dance[gesture])
    shown = gestures.places.places
    got = [catalogue.place(shown.index(r).data(RUN_ROLE)) for r in range(shown.rowCount())]
    assert got == [catalogue.place(int(s)) for s in catalogue.places(gesture)]
    titled = {song.song_id: song.title for song in session.opened.songs}
    for row, place in enumerate(got):
        text = shown.index(row).data()
        assert titled[place.song_id] in text
        assert place.word in text
        assert f"{place.start // FPS // 60}:{place.start // FPS % 60:02d}" in text


def test_the_pictures_in_list_and_grid_move(qtbot, gestures):
    click_row(qtbot, gestures.list, gestures.model.index(0, 0))
    for view in (gestures.list, gestures.places):
        seen = []

        def moved(view=view, seen=seen) -> bool:
            seen.append(pixels(view.viewport()))
            return any((np.abs(s - seen[-1]).max(axis=2) > 60).mean() > 0.0005 for s in seen[-8:-1])

        qtbot.waitUntil(moved, timeout=10_000)


def test_a_click_on_a_place_plays_it_with_the_moving_joints_lit(qtbot, session, gestures, pane):
    click_row(qtbot, gestures.list, gestures.model.index(0, 0))
    catalogue = pane.shelf.catalogue
    index = gestures.places.places.index(gestures.places.places.rowCount() - 1)
    spot = index.data(RUN_ROLE)
    place = catalogue.place(spot)
    gestures.places.scrollTo(index)
    click_row(qtbot, gestures.places, index)
    qtbot.waitUntil(lambda: session.song.song.song_id == place.song_id and session.range is not None, timeout=5_000)
    start, stop = session.range
    assert start <= place.start < place.stop <= stop
    assert stop - start >= FPS
    assert session.playing
    assert session.loop
    assert session.frame == start
    assert session.word == catalogue.spots.word_index[spot]
    from gui.draw.body import stands_out
    assert session.lit == stands_out(session.song.dance.positions, start, stop)
    assert session.lit
    session.set_range((0, 10))
    assert session.lit == ()


def test_a_pair_chosen_elsewhere_is_chosen_here(session, gestures, pane):
    catalogue = pane.shelf.catalogue
    gesture = shown_gestures(gestures)[-1]
    session.set_pair((int(catalogue.gestures.lyric[gesture]), int(catalogue.gestures.dance[gesture])))
    assert gestures.model.gesture(gestures.list.currentIndex()) == gesture
    assert gestures.places.places.rowCount() == catalogue.gestures.places[gesture]
    session.set_pair(None)
    assert not gestures.list.currentIndex().isValid()
    assert gestures.place_stack.currentWidget() is gestures.no_places


def test_side_by_side_aligns_the_words(qtbot, session, gestures, pane, actions):
    catalogue = pane.shelf.catalogue
    gesture = int(np.argmax(catalogue.gestures.places))
    gestures._choose(gesture)
    actions["browse.side_by_side"].trigger()
    qtbot.waitUntil(lambda: bool(session.companions), timeout=10_000)
    own = catalogue.places(gesture).tolist()
    assert len(session.companions) == min(3, len(own) - 1)
    words = session.opened.corpus.words

    def onset(spot) -> int:
        song = catalogue.songs[catalogue.spots.song[spot]]
        return int(np.floor(words(song)[catalogue.spots.word_index[spot]].start * FPS + 1e-6))

    onsets = {onset(s) for s in own if catalogue.songs[catalogue.spots.song[s]].song_id == session.song.song.song_id}
    for companion in session.companions:
        assert companion.at in onsets
        title = companion.label.split(":")[0]
        fits = [s for s in own if catalogue.songs[catalogue.spots.song[s]].title == title]
        assert fits
        full = {s: onset(s) - max(onset(s) - 120, 0) for s in fits}
        assert companion.first in full.values()
        assert len(companion.dance) > companion.first
    assert session.range[0] <= session.companions[0].at < session.range[1]


def test_exporting_hands_out_all_listed_places(qtbot, gestures, pane, actions):
    click_row(qtbot, gestures.list, gestures.model.index(0, 0))
    catalogue = pane.shelf.catalogue
    with qtbot.waitSignal(pane.export_places_requested) as caught:
        qtbot.mouseClick(gestures.export, Qt.MouseButton.LeftButton)
    places, name = caught.args
    assert places == [catalogue.place(int(s)) for s in catalogue.places(gestures.gesture)]
    assert all(isinstance(p, Place) for p in places)
    assert name == gestures.model.headline(gestures.gesture)


# -- significance -----------------------------------------------------------------------------------


@pytest.fixture
def own_gestures(qtbot, own_session, actions, shown):
    made = BrowserPane(own_session, actions)
    shown(made, 420, 800)
    qtbot.waitUntil(lambda: made.shelf.state == "ready", timeout=10_000)
    made.tabs.setCurrentWidget(made.gestures)
    qtbot.mouseClick(made.gestures.filters.more, Qt.MouseButton.LeftButton)
    return made.gestures


def press(qtbot, box) -> None:
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def test_gestures_are_tested_when_the_significant_ones_are_asked_for(qtbot, own_session, own_gestures, actions):
    filters, shelf = own_gestures.filters, own_gestures._shelf
    before, total = shelf.catalogue, len(shelf.catalogue.gestures)
    assert not shelf.catalogue.tested
    assert "exchanged" not in own_gestures.model.tip(0)
    press(qtbot, filters.significant)
    assert own_gestures.empty.label.isVisible()
    assert "Testing" in own_gestures.empty.label.text()
    assert any("significance" in task.title for task in own_session.tasks.running)
    assert "(1)" in filters.more.text()
    qtbot.waitUntil(lambda: shelf.catalogue.tested, timeout=30_000)
    expected = pair_test(own_session.opened.view)
    g = shelf.catalogue.gestures
    np.testing.assert_array_equal(g.q, expected.table(expected.q)[g.lyric, g.dance])
    assert shown_gestures(own_gestures) == np.flatnonzero(g.q <= 0.05).tolist()
    filters.level.setValue(50.0)
    found = set(np.flatnonzero(g.q <= 0.5).tolist())
    assert set(shown_gestures(own_gestures)) == found
    assert 0 < len(found) < total
    assert own_gestures.count.text() == f"{len(found)} of {total} gestures"
    tip = own_gestures.model.tip(next(iter(found)))
    assert f"{g.p[next(iter(found))]:.2g}" in tip
    filters.level.setValue(0.1)
    assert "No gesture fits" in own_gestures.empty.label.text()
    qtbot.mouseClick(own_gestures.empty.button, Qt.MouseButton.LeftButton)
    assert len(shown_gestures(own_gestures)) == total
    assert not filters.significant.isChecked()
    # The walk goes on with the catalogue that has been tested.
    actions["browse.next_positive_corpus"].trigger()
    assert shelf.catalogue is not before
    # The result lies in the corpus: another window has it at once.
    again = Shelf(own_session)
    qtbot.waitUntil(lambda: again.state == "ready", timeout=10_000)
    assert again.catalogue.tested


def test_a_test_that_is_cancelled_lifts_the_limit(qtbot, own_session, own_gestures):
    total = len(own_gestures._shelf.catalogue.gestures)
    press(qtbot, own_gestures.filters.significant)
    task = next(task for task in own_session.tasks.running if "significance" in task.title)
    own_session.tasks.cancel(task.key)
    assert not own_gestures.filters.significant.isChecked()
    assert len(shown_gestures(own_gestures)) == total
    qtbot.waitUntil(lambda: not own_session.tasks.running, timeout=10_000)
    assert not own_gestures._shelf.catalogue.tested


def test_a_test_that_fails_says_why(qtbot, own_gestures, monkeypatch):
    from gui.browser import shelf as module

    def broken(*_arguments, progress):
        raise CorpusError("the moon is full.")

    monkeypatch.setattr(module, "in_process", broken)
    press(qtbot, own_gestures.filters.significant)
    qtbot.waitUntil(lambda: "the moon is full" in own_gestures.empty.label.text(), timeout=10_000)
    qtbot.mouseClick(own_gestures.empty.button, Qt.MouseButton.LeftButton)
    assert shown_gestures(own_gestures)


def test_another_protocol_is_tested_anew_while_the_limit_stands(qtbot, own_session, own_gestures):
    filters, shelf = own_gestures.filters, own_gestures._shelf
    press(qtbot, filters.significant)
    own_session.set_protocol("transductive")
    qtbot.waitUntil(lambda: shelf.state == "ready" and shelf.catalogue.protocol == "transductive"
                    and shelf.catalogue.tested, timeout=30_000)
    assert filters.significant.isChecked()
    g = shelf.catalogue.gestures
    assert sorted(shown_gestures(own_gestures)) == np.flatnonzero(g.q <= 0.05).tolist()


# -- walk -------------------------------------------------------------------------------------------


def test_the_walk_goes_through_the_corpus_and_counts(qtbot, session, pane, actions):
    walk = pane.shelf.catalogue.walk(0.0)
    said = []
    session.message.connect(said.append)
    session.show_song(session.opened.songs[0].song_id)
    visited = []
    for _ in range(5):
        actions["browse.next_positive_corpus"].trigger()
        number = pane.walk.at
        song = session.opened.songs[walk.song[number]]
        qtbot.waitUntil(lambda song=song: session.song.song.song_id == song.song_id and session.range is not None
                        and not session.tasks.is_running("song"), timeout=5_000)
        assert session.range[0] <= walk.start[number] < walk.stop[number] <= session.range[1]
        assert pane.walk.label.text() == f"{number + 1} of {len(walk)}"
        visited.append(number)
    assert visited == [(visited[0] + i) % len(walk) for i in range(5)]
    assert visited[0] == 0
    actions["browse.previous_positive_corpus"].trigger()
    assert pane.walk.at == visited[-2]
    assert len(said) == 6
    assert f"{visited[-2] + 1} of {len(walk)}" in said[-1]


def test_the_walk_keys_and_the_threshold(qtbot, session, pane, actions):
    for name in actions:
        pane.addAction(actions[name])
    pane.songs.table.setFocus()
    qtbot.keyClick(pane.songs.table, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert pane.walk.at is not None
    session.set_threshold(1.0)
    assert pane.walk.at is None
    assert "1.00" in pane.walk.label.text()
    assert not pane.walk.on.isEnabled()


# -- states -----------------------------------------------------------------------------------------


def test_without_a_corpus_a_sentence_stands_there(tasks, actions, shown):
    pane = BrowserPane(Session(tasks), actions)
    shown(pane, 400, 600)
    assert pane.songs.empty.label.isVisible()
    assert "No corpus" in pane.songs.empty.label.text()
    pane.tabs.setCurrentWidget(pane.gestures)
    assert pane.gestures.empty.label.isVisible()
    assert "No corpus" in pane.gestures.empty.label.text()
    assert not pane.walk.isVisible()


def test_an_unbuilt_corpus_lists_its_songs_and_says_what_is_missing(qtbot, tasks, imported_corpus, actions, shown):
    session = Session(tasks)
    pane = BrowserPane(session, actions)
    shown(pane, 400, 600)
    session.open(imported_corpus)
    qtbot.waitUntil(lambda: session.opened is not None and not session.tasks.running, timeout=10_000)
    assert len(titles(pane)) == len(session.opened.songs) > 0
    assert pane.songs.model.index(0, POSITIVE).data() == "–"
    assert session.opened.unbuilt in pane.songs.note.text()
    assert pane.songs.note.isVisible()
    pane.tabs.setCurrentWidget(pane.gestures)
    assert session.opened.unbuilt in pane.gestures.empty.label.text()
    assert pane.gestures.empty.label.isVisible()


def test_another_protocol_brings_other_gestures(qtbot, session, pane):
    before = pane.shelf.catalogue
    session.set_protocol("transductive")
    qtbot.waitUntil(lambda: pane.shelf.state == "ready" and pane.shelf.catalogue is not before
                    and pane.shelf.catalogue.protocol == "transductive", timeout=10_000)
    assert pane.gestures.model.total == len(pane.shelf.catalogue.gestures)


def test_tabs_can_be_added_and_actions_bring_them_forward(qtbot, pane, actions):
    extra = QLabel("figures")
    pane.add_tab(extra, lambda: "Figures")
    assert pane.tabs.tabText(2) == "Figures"
    with qtbot.waitSignal(pane.wanted):
        actions["browse.gestures"].trigger()
    assert pane.tabs.currentWidget() is pane.gestures
    actions["browse.find"].trigger()
    qtbot.waitUntil(pane.gestures.filters.word.hasFocus)
    actions["browse.songs"].trigger()
    assert pane.tabs.currentWidget() is pane.songs
    assert actions["browse.find"].shortcut().toString() == "Ctrl+G"


def test_enter_on_a_gesture_plays_its_longest_place(qtbot, session, gestures, pane):
    click_row(qtbot, gestures.list, gestures.model.index(0, 0))
    qtbot.keyClick(gestures.list, Qt.Key.Key_Return)
    place = pane.shelf.catalogue.example(gestures.gesture)
    qtbot.waitUntil(lambda: session.song.song.song_id == place.song_id and session.playing, timeout=5_000)
    assert session.range[0] <= place.start < place.stop <= session.range[1]


def test_the_menu_of_a_gesture(qtbot, session, gestures, pane):
    many = int(np.argmax(pane.shelf.catalogue.gestures.places))
    gestures._choose(many)
    gestures.list.select(many)

    def press() -> None:
        menu = QApplication.activePopupWidget()
        assert [a.text() for a in menu.actions()] == ["Show side by side", "Export all places…"]
        qtbot.keyClick(menu, Qt.Key.Key_Down)
        qtbot.keyClick(menu, Qt.Key.Key_Return)

    QTimer.singleShot(200, press)
    index = gestures.list.currentIndex()
    gestures.list.menu_wanted.emit(many, gestures.list.viewport().mapToGlobal(gestures.list.visualRect(index).center()))
    qtbot.waitUntil(lambda: len(session.companions) > 0, timeout=10_000)
