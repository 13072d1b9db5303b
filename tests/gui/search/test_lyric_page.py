"""Typed lyrics to dances, as a person does it."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip

from core.pipeline.search import search as search_of_the_command_line
from gui.search.hits import HIT, thumb_rect
from tests.gui.search.conftest import settled


def pixels(widget):
    from PySide6.QtGui import QImage

    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def rows(pane):
    model = pane.lyrics.hits.model()
    return [model.index(i, 0).data(HIT) for i in range(model.rowCount())]


@pytest.mark.parametrize("text", ["love you", "愛してる"])
def test_hits_are_those_of_the_command_line(pane, typed, session, text):
    pane.lyrics.filters.fold.setCurrentIndex(pane.lyrics.filters.fold.findData("none"))
    found = typed(text, keys=text.isascii())
    view = session.opened.view
    expected = search_of_the_command_line(view, text, top=view.coded.bars)
    shown = rows(pane)
    assert [round(row.hit.score, 6) for row in shown] == [round(h["score"], 6) for h in expected["results"]][: len(shown)]
    assert {(r.hit.place.song_id, r.hit.number) for r in shown[:3]} <= {
        (h["song_id"], h["bar"]) for h in expected["results"] if h["score"] >= shown[2].hit.score - 1e-9}
    assert found.ranking.gallery == view.coded.bars
    status = pane.lyrics.status.text()
    assert f"{view.coded.bars:,} bars in " in status
    assert "inductive" in status
    assert "XMIED" in status


def test_before_a_corpus_is_open_the_pane_says_what_to_do(near_process, tasks, actions, shown):
    from gui.search.pane import SearchPane
    from gui.state.session import Session

    session = Session(tasks)
    pane = SearchPane(session, actions)
    shown(pane)
    assert "Open a corpus" in pane.lyrics.sentence.text()
    assert pane.lyrics.sentence.isVisible()
    assert not pane.lyrics.editor.box.isEnabled()
    pane.close()


def test_a_query_set_before_a_corpus_is_open_is_searched_when_it_is(near_process, tasks, actions, shown, qtbot,
                                                                    built_corpus):
    from gui.search.pane import SearchPane
    from gui.state.session import Session

    session = Session(tasks)
    pane = SearchPane(session, actions)
    shown(pane)
    pane.set_query("goodbye")
    session.open(built_corpus)
    qtbot.waitUntil(lambda: settled(pane, "goodbye"), timeout=20_000)
    assert rows(pane)
    pane.close()


def test_a_corpus_that_is_not_built_says_so(near_process, tasks, actions, shown, qtbot, imported_corpus):
    from gui.search.pane import SearchPane
    from gui.state.session import Session

    session = Session(tasks)
    pane = SearchPane(session, actions)
    shown(pane)
    session.open(imported_corpus)
    qtbot.waitUntil(lambda: session.opened is not None)
    assert "not built" in pane.lyrics.sentence.text()
    actions["search.reverse"].trigger()
    qtbot.waitUntil(lambda: "not built" not in pane.lyrics.status.text() and "built" in pane.reverse.what.text())
    pane.close()


def test_examples_of_the_corpus_are_clicked(pane, qtbot):
    chips = [chip for chip in pane.lyrics.chips.findChildren(QPushButton) if chip.isVisible()]
    assert chips
    chip = chips[0]
    text = chip.text()
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert pane.lyrics.editor.box.text() == text
    qtbot.waitUntil(lambda: settled(pane, text))
    # An example finds something that is more than length.
    assert rows(pane)[0].hit.score > 0.5
    assert text in pane.lyrics.note.text()
    assert not chip.isVisible()
    assert text in pane.lyrics.editor.history.texts


def test_arrows_choose_and_enter_opens_and_loops(pane, typed, session, qtbot):
    typed("goodbye love")
    box, hits = pane.lyrics.editor.box, pane.lyrics.hits
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert hits.currentIndex().row() == 1
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert hits.currentIndex().row() == 0
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.hasFocus()
    assert box.text() == "goodbye love"
    hit = hits.current()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.range == (hit.place.start, hit.place.stop))
    assert session.song.song.song_id == hit.place.song_id
    assert session.playing
    assert session.loop
    assert session.frame == hit.place.start
    assert pane.lyrics.editor.history.texts[0] == "goodbye love"
    session.set_playing(False)


def test_enter_before_the_hits_are_there_opens_the_first_when_it_comes(pane, session, qtbot):
    qtbot.keyClicks(pane.lyrics.editor.box, "goodbye love")
    qtbot.keyClick(pane.lyrics.editor.box, Qt.Key.Key_Return)
    assert pane.lyrics.found is None
    qtbot.waitUntil(lambda: settled(pane, "goodbye love"))
    hit = rows(pane)[0].hit
    qtbot.waitUntil(lambda: session.range == (hit.place.start, hit.place.stop) and session.playing)
    assert session.song.song.song_id == hit.place.song_id
    session.set_playing(False)


def test_escape_leaves_the_box_and_ctrl_f_comes_back(pane, typed, actions, qtbot):
    typed("love")
    qtbot.keyClick(pane.lyrics.editor.box, Qt.Key.Key_Escape)
    assert not pane.lyrics.editor.box.hasFocus()
    assert pane.lyrics.editor.box.text() == "love"
    actions["search.focus"].trigger()
    qtbot.waitUntil(pane.lyrics.editor.box.hasFocus)
    assert pane.lyrics.editor.box.selectedText() == "love"
    assert actions["search.focus"].shortcut().toString() == "Ctrl+F"


def test_the_method_and_the_protocol_are_the_sessions(pane, typed, session, qtbot):
    typed("goodbye love")
    filters = pane.lyrics.filters
    lengths = [len(row.hit.place) for row in rows(pane)]

    def choose(combo, name):
        combo.setCurrentIndex(combo.findData(name))
        combo.activated.emit(combo.currentIndex())

    choose(filters.method, "length-only")
    assert session.method == "length-only"
    qtbot.waitUntil(lambda: pane.lyrics.found.request.method == "length-only")
    apart = [abs(len(row.hit.place) - sum(pane.lyrics.editor.strip.lengths)) for row in rows(pane)]
    ratio = [a / max(len(row.hit.place), sum(pane.lyrics.editor.strip.lengths)) for a, row in zip(apart, rows(pane), strict=True)]
    assert ratio == sorted(ratio)
    assert "control" in pane.lyrics.note.text()
    assert not pane.lyrics.why.isVisible()
    session.set_method("xmied")
    qtbot.waitUntil(lambda: pane.lyrics.found.request.method == "xmied")
    assert filters.method.currentData() == "xmied"
    assert [len(row.hit.place) for row in rows(pane)] == lengths
    choose(filters.protocol, "transductive")
    qtbot.waitUntil(lambda: session.opened.protocol == "transductive", timeout=20_000)
    qtbot.waitUntil(lambda: pane.lyrics.found is not None and pane.lyrics.found.protocol == "transductive", timeout=20_000)
    assert "transductive" in pane.lyrics.status.text()
    assert pane.lyrics.found.request.query.text == "goodbye love"


def test_an_unknown_method_is_named_and_not_used(pane, typed, session, qtbot):
    typed("love")
    session.set_method("guesswork")
    qtbot.waitUntil(lambda: "guesswork" in pane.lyrics.sentence.text())
    session.set_method("xmied")
    qtbot.waitUntil(lambda: settled(pane, "love") and not pane.lyrics.sentence.isVisible())


def test_leaving_out_a_song_is_told_to_leave_out_none(pane, typed, session, qtbot):
    typed("love")
    session.set_protocol("leave-one-song-out")
    qtbot.waitUntil(lambda: "none is left out" in pane.lyrics.note.text(), timeout=20_000)


def test_filters_narrow_what_is_asked_about(pane, typed, session, qtbot):
    typed("love")
    filters, view = pane.lyrics.filters, session.opened.view
    qtbot.mouseClick(pane.lyrics.narrow, Qt.MouseButton.LeftButton)
    assert filters.split.isVisible()
    filters.split.setCurrentIndex(filters.split.findData("test"))
    filters.split.activated.emit(filters.split.currentIndex())
    count = int(view.split_mask("test").sum())
    qtbot.waitUntil(lambda: pane.lyrics.found.ranking.gallery == count)
    assert f"{count:,} bars" in pane.lyrics.status.text()
    assert {view.songs[int(view.coded.song[row.hit.bar])].split for row in rows(pane)} == {"test"}
    filters.near.setChecked(True)
    filters.window.setValue(2)
    total = sum(pane.lyrics.editor.strip.lengths)
    qtbot.waitUntil(lambda: pane.lyrics.found.request.window == 2)
    assert all(abs(len(row.hit.place) - total) <= 2 for row in rows(pane))
    filters.minimum.setValue(1.0)
    qtbot.waitUntil(pane.lyrics.retry.isVisible)
    assert "No bar" in pane.lyrics.sentence.text()
    qtbot.mouseClick(pane.lyrics.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: pane.lyrics.found.ranking.gallery == view.coded.bars)
    assert rows(pane)


def test_repeats_are_folded_and_opened_out(pane, typed, session, qtbot):
    typed("love")
    filters, hits = pane.lyrics.filters, pane.lyrics.hits
    filters.fold.setCurrentIndex(filters.fold.findData("songs"))
    filters.fold.activated.emit(filters.fold.currentIndex())
    qtbot.waitUntil(lambda: pane.lyrics.found.request.fold == "songs")
    shown = rows(pane)
    assert len({row.hit.place.song_id for row in shown}) == len(shown) == len(session.opened.songs)
    index = hits.model().index(0, 0)
    spot = hits.badge_rect(hits.visualRect(index), hits.badge(shown[0]))
    qtbot.mouseClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=spot.center())
    opened = rows(pane)
    assert len(opened) == len(shown) + len(shown[0].hit.under)
    assert {row.hit.place.song_id for row in opened[: 1 + len(shown[0].hit.under)]} == {shown[0].hit.place.song_id}
    hits.setCurrentIndex(index)
    qtbot.keyClick(hits, Qt.Key.Key_Minus)
    assert len(rows(pane)) == len(shown)


def test_words_without_a_movement_are_told(pane, typed):
    typed("xyzzyx")
    assert not any(value > 0 for _, value in pane.lyrics.found.related) or "xyzzyx" in pane.lyrics.note.text()
    view = pane._session.opened.view
    silent = next((w.text for song in view.songs for w in view.words(song)
                   if w.text.isascii() and view.table[code_of(pane, w.text)].max() <= 0), None)
    assert silent is not None
    typed(silent)
    assert "by length alone" in pane.lyrics.note.text()


def code_of(pane, word):
    from core.pipeline.query import QueryEncoder

    if not hasattr(code_of, "encoder"):
        code_of.encoder = QueryEncoder(pane._session.opened.corpus)
    return int(code_of.encoder.words(word).codes[0])


def test_no_word_and_too_many_words_are_told(pane, qtbot):
    box = pane.lyrics.editor.box
    qtbot.keyClicks(box, "... !")
    qtbot.waitUntil(lambda: "no word" in pane.lyrics.sentence.text())
    box.clear()
    qtbot.waitUntil(lambda: "Type a line" in pane.lyrics.sentence.text())
    box.setText("la " * 120)
    qtbot.waitUntil(lambda: "120 words do not fit" in pane.lyrics.sentence.text())
    assert not pane.lyrics.hits.isVisible()
    pane.lyrics.editor.frames.setValue(240)
    qtbot.waitUntil(lambda: settled(pane, "la " * 120))
    assert pane.lyrics.editor.strip.lengths == (2,) * 120


def test_a_border_is_dragged_and_results_follow(pane, typed, qtbot):
    typed("love and goodbye")
    strip = pane.lyrics.editor.strip
    before, score = strip.lengths, pane.lyrics.found.hits[0].score
    y = strip.height() // 3
    x = round(strip.border_x(0))
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    qtbot.mouseMove(strip, QPoint(x + 40, y))
    qtbot.mouseMove(strip, QPoint(x + 60, y))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(x + 60, y))
    after = strip.lengths
    assert after[0] > before[0]
    assert after[0] + after[1] == before[0] + before[1]
    assert after[2] == before[2]
    wanted = tuple(zip(("love", "and", "goodbye"), after, strict=True))
    qtbot.waitUntil(lambda: pane.lyrics.found.request.query.words == wanted and pane.lyrics.found.ranking.complete)
    assert pane.lyrics.found.hits[0].score != score
    qtbot.mouseClick(pane.lyrics.editor.usual, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: pane.lyrics.found.request.query.words == tuple(
        zip(("love", "and", "goodbye"), before, strict=True)))


def test_the_end_is_dragged_and_the_box_of_frames_agrees(pane, typed, qtbot):
    typed("love and goodbye")
    strip = pane.lyrics.editor.strip
    total = sum(strip.lengths)
    y, x = strip.height() // 3, round(strip.border_x(2))
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    qtbot.mouseMove(strip, QPoint(x // 2, y))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(x // 2, y))
    assert sum(strip.lengths) == pytest.approx(total / 2, abs=2)
    assert pane.lyrics.editor.frames.value() == sum(strip.lengths)
    qtbot.waitUntil(lambda: len(pane.lyrics.found.request.query.codes) == sum(strip.lengths))
    pane.lyrics.editor.frames.setFocus()
    pane.lyrics.editor.frames.selectAll()
    qtbot.keyClicks(pane.lyrics.editor.frames, "90")
    qtbot.keyClick(pane.lyrics.editor.frames, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(pane.lyrics.found.request.query.codes) == 90)
    assert sum(strip.lengths) == 90
    # Typing on keeps the length that was chosen.
    typed("love")
    assert sum(strip.lengths) == 90


def test_a_word_is_made_longer_by_keys(pane, typed, qtbot):
    typed("love and goodbye")
    strip = pane.lyrics.editor.strip
    before = strip.lengths
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_PageDown)
    qtbot.keyClick(strip, Qt.Key.Key_PageDown)
    qtbot.keyClick(strip, Qt.Key.Key_Up)
    assert strip.lengths == (before[0], before[1] + 1, before[2])


def test_pictures_of_the_visible_hits_are_drawn_and_move(pane, typed, qtbot):
    typed("love")
    hits = pane.lyrics.hits
    rect = thumb_rect(hits.visualRect(hits.model().index(0, 0)), under=False)

    def thumb():
        return pixels(hits.viewport())[rect.top() : rect.bottom(), rect.left() : rect.right()]

    qtbot.waitUntil(lambda: len(np.unique(thumb().reshape(-1, 3), axis=0)) > 60, timeout=10_000)
    first = thumb()
    qtbot.waitUntil(lambda: np.abs(thumb() - first).sum() > 2000, timeout=10_000)
    assert len(hits.visible_rows()) < hits.model().rowCount()


def test_a_newer_text_drops_the_older_search(pane, qtbot, monkeypatch):
    from gui.search import asking as page

    gate, begun = threading.Event(), threading.Event()
    real = page.search
    asked = []

    def slow(prepared, request, report):
        asked.append(request.query.text)
        if request.query.text == "first":
            begun.set()
            while not gate.wait(0.01):
                report(0.1)
        return real(prepared, request, report)

    monkeypatch.setattr(page, "search", slow)
    shown = []
    pane.lyrics.asker.found_changed.connect(lambda found: shown.append(found.request.query.text))
    pane.lyrics.editor.box.put("first")
    qtbot.waitUntil(begun.is_set)
    pane.lyrics.editor.box.put("second")
    qtbot.waitUntil(lambda: settled(pane, "second"))
    gate.set()
    qtbot.wait(50)
    assert asked == ["first", "second"]
    assert set(shown) == {"second"}


def test_typing_waits_for_a_pause(pane, qtbot):
    settled_texts = []
    pane.lyrics.editor.box.settled.connect(settled_texts.append)
    qtbot.keyClicks(pane.lyrics.editor.box, "harvest")
    qtbot.waitUntil(lambda: settled_texts == ["harvest"])


def test_history_is_kept_and_offered(pane, typed, qtbot):
    for i in range(25):
        pane.lyrics.editor.history.add(f"line {i}")
    pane.lyrics.editor.history.add("line 20")
    assert pane.lyrics.editor.history.texts[:2] == ["line 20", "line 24"]
    assert len(pane.lyrics.editor.history.texts) == 20
    pane.lyrics.editor.fill_menu()
    texts = [action.text() for action in pane.lyrics.editor.menu.actions()]
    assert "line 20" in texts
    assert any(example in texts for example in pane.lyrics.editor.examples)
    next(action for action in pane.lyrics.editor.menu.actions() if action.text() == "line 20").trigger()
    assert pane.lyrics.editor.box.text() == "line 20"


def test_clear_empties_the_box_and_takes_filters_off(pane, typed, actions, qtbot):
    typed("love")
    pane.lyrics.filters.minimum.setValue(0.4)
    actions["search.clear"].trigger()
    qtbot.waitUntil(lambda: pane.lyrics.found is None and not rows(pane))
    assert pane.lyrics.editor.box.text() == ""
    assert pane.lyrics.filters.minimum.value() == 0
    assert any(chip.isVisible() for chip in pane.lyrics.chips.findChildren(QPushButton))


def test_tips_carry_the_numbers(pane, typed, qtbot):
    typed("love and goodbye")
    strip = pane.lyrics.editor.strip
    strip._show_tip(QPoint(5, 5), strip.mapToGlobal(QPoint(5, 5)))
    qtbot.waitUntil(lambda: "love" in QToolTip.text())
    assert f"{strip.lengths[0]} frames" in QToolTip.text()
    QToolTip.hideText()


def test_everything_can_be_reached_by_tab(pane, typed, qtbot):
    typed("love")
    QApplication.processEvents()
    seen = set()
    for _ in range(40):
        seen.add(QApplication.focusWidget())
        pane.focusNextChild()
    page = pane.lyrics
    for widget in (page.editor.box, page.editor.past, page.editor.strip, page.editor.frames, page.filters.method, page.filters.protocol, page.narrow,
                   page.hits):
        assert widget in seen, widget
