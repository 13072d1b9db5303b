"""Why a bar was found, and words for a dance, as a person looks at them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolTip

from core.pipeline.explain import explain
from core.pipeline.reverse import WordPlaces, stretch_of, words_for
from core.skeleton import FPS, INDEX
from tests.gui.search.conftest import settled
from tests.gui.search.test_lyric_page import pixels


@pytest.fixture
def explained(pane, typed, qtbot):
    """The first hit of the strongest example, its alignment drawn."""
    typed(pane.lyrics.editor.examples[0], keys=False)
    qtbot.keyClick(pane.lyrics.editor.box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: pane.lyrics.why.why is not None)
    return pane.lyrics.why


def test_the_alignment_of_the_chosen_hit_is_drawn(pane, explained, session):
    view, hit = session.opened.view, pane.lyrics.hits.current()
    query = pane.lyrics.found.request.query
    bar = view.coded.dance[view.coded.offsets[hit.bar] : view.coded.offsets[hit.bar + 1]]
    expected = explain(query.codes, query.words, bar, view.table, view.counts.pair)
    assert explained.why.explanation.steps == pytest.approx(expected.steps, nan_ok=True) or (
        str(explained.why.explanation.steps) == str(expected.steps))
    assert f"{hit.score:.3f}" in explained.summary.text()
    carried = sum(step.carries for step in expected.steps)
    assert carried
    assert str(carried) in explained.summary.text()
    # The marks of the carrying frames are drawn under them, and nowhere else.
    drawn = pixels(explained.alignment)
    from gui.draw.colours import LIGHT

    lit = np.abs(drawn - np.array(LIGHT.lit)).sum(axis=2) < 20
    below = lit[round(drawn.shape[0] * 0.7) :]
    for i, step in enumerate(expected.steps):
        x = explained.alignment.step_x(i)
        column = below[:, round(x)]
        assert column.any() == step.carries, i


def test_a_step_is_clicked_and_hovered(pane, explained, session, qtbot):
    place = explained.why.hit.place
    steps = explained.why.explanation.steps
    index = next(i for i, step in enumerate(steps) if step.carries)
    at = QPoint(round(explained.alignment.step_x(index)), 30)
    qtbot.mouseClick(explained.alignment, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: session.song.song.song_id == place.song_id
                    and session.frame == place.start + steps[index].bar)
    explained.alignment._tip(at, explained.alignment.mapToGlobal(at))
    qtbot.waitUntil(QToolTip.isVisible)
    text = QToolTip.text()
    assert f"{steps[index].npmi:+.3f}" in text
    assert f"{steps[index].songs} songs" in text
    assert f"{steps[index].cost:.3f}" in text
    QToolTip.hideText()
    # The line of the player stands at the frame that was clicked.
    assert explained.alignment._playing == steps[index].bar
    session.seek((place.stop + 5) / FPS)
    assert explained.alignment._playing == -1


def test_frames_without_a_partner_are_seen(pane, typed, qtbot):
    typed("love and goodbye")
    pane.lyrics.editor.frames.setValue(20)
    qtbot.waitUntil(lambda: len(pane.lyrics.found.request.query.codes) == 20 and pane.lyrics.found.ranking.complete)
    qtbot.keyClick(pane.lyrics.editor.box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: pane.lyrics.why.why is not None)
    view = pane.lyrics.why
    steps = view.why.explanation.steps
    inserted = [step for step in steps if step.operation == "insert"]
    assert inserted
    assert "no partner" in view.alignment.describe(inserted[0])


def test_opening_a_hit_lights_the_joints_that_carried_it(pane, explained, session, qtbot):
    assert explained.why.lit
    wanted = explained.why.lit
    qtbot.keyClick(pane.lyrics.editor.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.lit == wanted)
    assert session.song.song.song_id == explained.why.hit.place.song_id
    assert all(0 <= joint < len(INDEX) for joint in wanted)
    session.set_playing(False)


def test_a_double_click_opens_a_hit_that_was_not_chosen(pane, typed, session, qtbot):
    typed(pane.lyrics.editor.examples[0], keys=False)
    hits = pane.lyrics.hits
    hit = hits.hits.rows[1].hit
    where = hits.visualRect(hits.model().index(1, 0)).center()
    qtbot.mouseClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseDClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: session.range == (hit.place.start, hit.place.stop))
    qtbot.waitUntil(lambda: pane.lyrics.why.why is not None and pane.lyrics.why.why.hit.bar == hit.bar)
    if pane.lyrics.why.why.lit:
        qtbot.waitUntil(lambda: session.lit == pane.lyrics.why.why.lit)
    session.set_playing(False)


@pytest.fixture
def reversed_(pane, session, actions, qtbot):
    """The page of words, asked for a stretch that has some."""
    view = session.opened.view
    places = WordPlaces(view)
    for stretch in view.stretches(0.0):
        start, stop = stretch["start_frame"], stretch["end_frame"]
        expected = words_for(view, places, stretch_of(view, stretch["song_id"], start, stop))
        if expected and expected[0].places:
            break
    session.go(stretch["song_id"], start, stop)
    qtbot.waitUntil(lambda: session.range == (start, stop))
    actions["search.reverse"].trigger()
    qtbot.waitUntil(lambda: pane.reverse._found is not None)
    return expected


def test_words_for_the_chosen_range(pane, reversed_, actions):
    page = pane.reverse
    assert actions["search.reverse"].shortcut().toString() == "Ctrl+Shift+F"
    assert page.isVisible()
    shown = [page.words.topLevelItem(i).text(0) for i in range(page.words.topLevelItemCount())]
    assert shown == [word.text for word in reversed_]
    first = page.words.topLevelItem(0)
    assert first.text(1) == f"{reversed_[0].value:.3f}"
    assert first.text(2) == str(reversed_[0].songs)
    assert first.childCount() == len(reversed_[0].places)
    assert page.hits.model().rowCount() > 0
    assert "chosen range" in page.what.text()


def test_a_place_of_a_word_is_gone_to_and_a_word_is_searched(pane, reversed_, session, qtbot):
    page = pane.reverse
    first = page.words.topLevelItem(0)
    first.setExpanded(True)
    place = reversed_[0].places[0]
    page.words.setCurrentItem(first.child(0))
    page.words.setFocus()
    qtbot.keyClick(page.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.range == (place.start, place.stop))
    assert session.song.song.song_id == place.song_id
    assert session.word == place.word
    session.set_playing(False)
    qtbot.waitUntil(lambda: page._found is not None and page._found.found.stretch.start == place.start)
    item = page.words.topLevelItem(0)
    assert item is not None
    page.words.setCurrentItem(item)
    text = item.text(0)
    assert text in page.search.text()
    qtbot.mouseClick(page.search, Qt.MouseButton.LeftButton)
    assert pane.tabs.currentIndex() == 0
    qtbot.waitUntil(lambda: settled(pane, text))


def test_words_of_the_song_itself_come_when_asked_for(pane, reversed_, session, qtbot):
    page = pane.reverse
    own = session.song.song.song_id
    assert all(place.song_id != own for word in page._found.words for place in word.places)
    before = page._found
    page.others.setChecked(False)
    qtbot.waitUntil(lambda: page._found is not before)
    assert any(place.song_id == own for word in page._found.words for place in word.places)
    assert page._found.found.bars.gallery > before.found.bars.gallery


def test_without_a_range_the_present_bar_is_asked(pane, session, actions, qtbot):
    session.set_range(None)
    bar = session.song.bars[3]
    session.seek((bar.start + 4) / FPS)
    actions["search.reverse"].trigger()
    qtbot.waitUntil(lambda: pane.reverse._found is not None)
    stretch = pane.reverse._found.found.stretch
    assert (stretch.start, stretch.stop) == (bar.start, bar.stop)
    assert "present bar" in pane.reverse.what.text()
    # Seeking inside the bar asks nothing new; the next bar does.
    found = pane.reverse._found
    session.seek((bar.start + 9) / FPS)
    qtbot.wait(250)
    assert pane.reverse._found is found
    session.seek((session.song.bars[4].start + 2) / FPS)
    qtbot.waitUntil(lambda: pane.reverse._found is not found)


def test_a_stretch_outside_the_bars_is_told(pane, session, actions, qtbot):
    inside = np.zeros(len(session.song), bool)
    for bar in session.song.bars:
        inside[bar.start : bar.stop] = True
    outside = np.flatnonzero(~inside)
    if not len(outside):
        pytest.fail("the demo songs have frames outside their bars")
    session.set_range((int(outside[0]), int(outside[0]) + 1))
    actions["search.reverse"].trigger()
    qtbot.waitUntil(lambda: "lies in a bar" in pane.reverse.what.text())
    assert not pane.reverse.words.isVisible()


def test_both_pages_change_language_and_theme_while_they_live(pane, explained, qtbot):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QColor, QPalette
    from PySide6.QtWidgets import QApplication

    QApplication.sendEvent(pane, QEvent(QEvent.Type.LanguageChange))
    before = pixels(pane.lyrics.why.alignment)
    dark = QPalette()
    for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base):
        dark.setColor(role, QColor(30, 30, 34))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
        dark.setColor(role, QColor(230, 230, 230))
    pane.setPalette(dark)
    after = pixels(pane.lyrics.why.alignment)
    assert np.abs(after - before).mean() > 20
