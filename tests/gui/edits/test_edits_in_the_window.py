"""Edits as a person makes and takes them back."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QMainWindow

from core.corpus.edits import edits_of, tags
from core.corpus.store import Corpus
from core.lyrics.words import TimedWord
from gui.actions.menus import build_menus
from gui.edits.fit import SHORTEST, fit_word, fit_words, nudge
from gui.edits.stack import Edits
from gui.edits.tags import TagsPane
from gui.edits.words import END, START, WordsPane


@pytest.fixture
def edits(own_session, actions, qtbot):
    return Edits(own_session, actions)


def settled(qtbot, edits):
    """Wait until all is written and read again."""
    qtbot.waitUntil(lambda: not edits.busy and not edits._queue and not edits.session.tasks.running, timeout=20_000)


def stored(session, song_id=None):
    with Corpus.open(session.opened.folder) as corpus:
        song = corpus.song(song_id or session.song.song.song_id)
        return corpus.words(song), corpus.bars(song), song.shift, np.asarray(corpus.array(song, "words")).copy()


WORDS = [TimedWord("a", 1.0, 1.4, 0), TimedWord("b", 1.4, 1.8, 0), TimedWord("c", 2.5, 3.0, 1)]


def applied(times):
    found = {i: (w.start, w.end) for i, w in enumerate(WORDS)}
    found.update({t.index: (t.start, t.end) for t in times})
    return [found[i] for i in range(len(WORDS))]


def test_neighbours_give_way_and_keep_a_frame():
    assert applied(fit_word(WORDS, 1, 1.2, 2.0, 10)) == [(1.0, 1.2), (1.2, 2.0), (2.5, 3.0)]
    first, second, third = applied(fit_word(WORDS, 1, 0.0, 9.0, 10))
    assert first == (1.0, 1.0 + SHORTEST)
    assert second == (first[1], third[0])
    assert third == (pytest.approx(3.0 - SHORTEST), 3.0)
    assert applied(fit_word(WORDS, 2, 9.0, 20.0, 10.0))[2][1] == 10.0
    assert fit_word(WORDS, 0, 1.0, 1.4, 10) == ()


def test_a_run_keeps_its_order_whatever_was_tapped():
    for seed in range(50):
        rng = np.random.default_rng(seed)
        wanted = {i: tuple(rng.uniform(-1, 6, 2)) for i in (0, 1)}
        spans = applied(fit_words(WORDS, wanted, 10))
        for (start, end), (following, _) in pairwise(spans):
            assert end > start
            assert end <= following + 1e-9
        assert spans[-1][1] > spans[-1][0]


def test_a_nudge_keeps_lengths_and_stops_at_the_neighbours():
    spans = applied(nudge(WORDS, [0, 1], 0.3, 10))
    assert spans[0] == pytest.approx((1.3, 1.7))
    assert spans[1] == pytest.approx((1.7, 2.1))
    spans = applied(nudge(WORDS, [0, 1], 99, 10))
    assert spans[1][1] == pytest.approx(3.0 - SHORTEST)
    assert spans[0][1] - spans[0][0] == pytest.approx(0.4)
    assert applied(nudge(WORDS, [0, 1], -99, 10))[0] == pytest.approx((0.0, 0.4))


def test_a_moved_word_is_on_disk_and_comes_back_by_undo(own_session, edits, actions, qtbot):
    song = own_session.song
    word = song.words[2]
    own_session.seek(3.0)
    before = stored(own_session)
    npmi = own_session.song.npmi.copy()
    assert not actions["edit.undo"].isEnabled()
    assert "Nothing was changed" in actions["edit.undo"].toolTip()
    edits.move_word(2, word.start + 0.1, word.end)
    settled(qtbot, edits)
    assert own_session.song.words[2].start == pytest.approx(word.start + 0.1)
    assert own_session.song.coded
    assert own_session.time == 3.0
    assert stored(own_session)[0][2].start == pytest.approx(word.start + 0.1)
    assert actions["edit.undo"].text() == f"Undo move of “{word.text}”"
    actions["edit.undo"].trigger()
    settled(qtbot, edits)
    after = stored(own_session)
    assert after[0] == before[0]
    np.testing.assert_array_equal(after[3], before[3])
    np.testing.assert_array_equal(own_session.song.npmi, npmi)
    assert not actions["edit.undo"].isEnabled()
    assert actions["edit.redo"].text() == f"Redo move of “{word.text}”"
    actions["edit.redo"].trigger()
    settled(qtbot, edits)
    assert own_session.song.words[2].start == pytest.approx(word.start + 0.1)


def test_quick_edits_add_up_and_are_undone_by_the_keys(own_session, edits, actions, qtbot, shown):
    window = QMainWindow()
    menus = build_menus(window.menuBar(), actions, ["edit"])
    shown(window, 400, 200)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    own_session.set_word(4)
    word = own_session.song.words[4]
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_BracketLeft)
    settled(qtbot, edits)
    start = own_session.song.words[4].start
    previous = own_session.song.words[3]
    assert start == pytest.approx(max(word.start - 3 / 30, previous.start + SHORTEST))
    assert edits.stack.count() == 3
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, edits)
    assert own_session.song.words[4] == word
    qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    settled(qtbot, edits)
    assert edits.stack.index() == 2
    assert menus.menu("edit").actions()[0].text().startswith("Undo move")


def test_a_shift_moves_words_and_bars_and_back(own_session, edits, qtbot):
    before = stored(own_session)
    edits.shift_song(0.5)
    settled(qtbot, edits)
    after = stored(own_session)
    assert after[2] == pytest.approx(before[2] + 0.5)
    assert after[0][0].start == pytest.approx(before[0][0].start + 0.5)
    assert after[1][0].start == before[1][0].start + 15
    assert own_session.song.song.shift == pytest.approx(before[2] + 0.5)
    assert own_session.opened.view is not None, own_session.opened.unbuilt
    assert own_session.song.coded
    edits.undo()
    settled(qtbot, edits)
    assert stored(own_session)[:3] == before[:3]
    assert own_session.song.coded


def test_a_refused_edit_says_why_and_leaves_the_stack(own_session, edits, qtbot):
    with qtbot.waitSignal(own_session.message) as said:
        edits.shift_song(3000.0)
    assert "no bar" in said.args[0]
    settled(qtbot, edits)
    assert edits.stack.count() == 0
    edits.move_word(0, own_session.song.words[0].start, own_session.song.words[0].end)
    settled(qtbot, edits)
    assert edits.stack.count() == 0


def test_another_corpus_has_a_stack_of_its_own(own_session, edits, actions, qtbot, built_corpus):
    edits.add_tag("mine")
    settled(qtbot, edits)
    assert edits.stack.count() == 1
    own_session.open(built_corpus)
    qtbot.waitUntil(lambda: own_session.opened.folder == built_corpus)
    assert edits.stack.count() == 0
    assert edits.tags() == []
    assert not actions["edit.undo"].isEnabled()


def test_the_table_edits_times(own_session, edits, qtbot, shown):
    pane = shown(WordsPane(own_session, edits), 620, 420)
    song = own_session.song
    assert pane.model.rowCount() == len(song.words)
    index = pane.model.index(1, END)
    shown_text = pane.table.itemDelegate().displayText(index.data(), pane.locale())
    assert shown_text.endswith(" s")
    pane.table.scrollTo(index)
    qtbot.mouseClick(pane.table.viewport(), Qt.MouseButton.LeftButton, pos=pane.table.visualRect(index).center())
    assert own_session.word == 1
    assert own_session.time == pytest.approx(song.words[1].start)
    qtbot.mouseDClick(pane.table.viewport(), Qt.MouseButton.LeftButton, pos=pane.table.visualRect(index).center())
    qtbot.waitUntil(lambda: pane.table.findChild(QDoubleSpinBox) is not None)
    box = pane.table.findChild(QDoubleSpinBox)
    box.selectAll()
    wanted = round(song.words[1].end - 0.1, 3)
    qtbot.keyClicks(box, pane.locale().toString(wanted, "f", 3))
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: edits.stack.count() == 1)
    settled(qtbot, edits)
    assert own_session.song.words[1].end == pytest.approx(wanted, abs=1e-9)
    assert pane.table.currentIndex().row() == 1
    assert pane.model.index(1, 4).data() == "changed"
    assert pane.model.data(pane.model.index(1, START), Qt.ItemDataRole.FontRole).bold()
    assert pane.model.data(pane.model.index(0, START), Qt.ItemDataRole.FontRole) is None


def test_the_buttons_nudge_a_line_and_shift_the_song(own_session, edits, qtbot, shown):
    pane = shown(WordsPane(own_session, edits), 700, 420)
    assert not pane.line_later.isEnabled()
    own_session.set_word(2)
    line = [i for i, w in enumerate(own_session.song.words) if w.line == own_session.song.words[2].line]
    before = own_session.song.words
    pane.step.setValue(20)
    qtbot.mouseClick(pane.line_later, Qt.MouseButton.LeftButton)
    settled(qtbot, edits)
    for i in line:
        assert own_session.song.words[i].start == pytest.approx(before[i].start + 0.02)
    shift = own_session.song.song.shift
    pane.shift.setValue(shift + 0.2)
    qtbot.mouseClick(pane.apply_shift, Qt.MouseButton.LeftButton)
    settled(qtbot, edits)
    assert own_session.song.song.shift == pytest.approx(shift + 0.2)
    assert not pane.apply_shift.isEnabled()


def test_the_table_stays_where_it_was_after_an_edit(own_session, edits, qtbot, shown):
    pane = shown(WordsPane(own_session, edits), 620, 320)
    last = len(own_session.song.words) - 2
    own_session.set_word(last)
    place = pane.table.verticalScrollBar().value()
    assert place > 0
    edits.nudge_word(last, 0.03)
    settled(qtbot, edits)
    assert pane.table.verticalScrollBar().value() == place
    assert pane.table.currentIndex().row() == last
    assert pane.model.index(last, 4).data() == "changed"


def test_the_sung_word_is_lit_while_it_plays(own_session, edits, qtbot, shown):
    pane = shown(WordsPane(own_session, edits), 620, 420)
    word = own_session.song.words[0]
    def lit(row):
        return pane.model.data(pane.model.index(row, 0), Qt.ItemDataRole.BackgroundRole) is not None
    own_session.advance((word.start + word.end) / 2)
    assert lit(0)
    own_session.advance(0.0)
    assert not lit(0)


def test_words_are_tapped_in_one_step(own_session, edits, qtbot, shown):
    pane = shown(WordsPane(own_session, edits), 620, 420)
    pane.activateWindow()
    song = own_session.song
    own_session.set_word(1)
    qtbot.mouseClick(pane.tap.start, Qt.MouseButton.LeftButton)
    assert own_session.playing
    assert own_session.time == pytest.approx(max(song.words[1].start - 2.0, 0.0))
    assert song.words[1].text in pane.tap.says.text()
    wanted = {}
    for i in (1, 2):
        word = song.words[i]
        wanted[i] = (word.start + 0.03, word.end - 0.02)
        own_session.advance(wanted[i][0])
        qtbot.keyPress(pane, Qt.Key.Key_T)
        assert "Release" in pane.tap.says.text()
        own_session.advance(wanted[i][1])
        qtbot.keyRelease(pane, Qt.Key.Key_T)
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    assert not own_session.playing
    assert not pane.tap.tapping
    settled(qtbot, edits)
    for i, (start, end) in wanted.items():
        assert own_session.song.words[i].start == pytest.approx(start)
        assert own_session.song.words[i].end == pytest.approx(end)
    assert edits.stack.count() == 1
    edits.undo()
    settled(qtbot, edits)
    assert own_session.song.words == song.words


def test_tapping_can_be_discarded(own_session, edits, qtbot, shown):
    pane = shown(WordsPane(own_session, edits), 620, 420)
    qtbot.mouseClick(pane.tap.start, Qt.MouseButton.LeftButton)
    qtbot.keyClick(pane, Qt.Key.Key_T)
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert not pane.tap.tapping
    settled(qtbot, edits)
    assert edits.stack.count() == 0
    assert not pane.tap.cancel.isVisible()


def test_tags_are_added_found_jumped_to_and_removed(own_session, edits, actions, qtbot, shown):
    pane = shown(TagsPane(own_session, actions, edits), 520, 420)
    first = own_session.song.song.song_id
    other = own_session.opened.songs[-1].song_id
    assert pane.empty.isVisible()
    actions["edit.tag"].trigger()
    qtbot.keyClicks(pane.text, "opening")
    assert not pane.on_range.isEnabled()
    qtbot.keyClick(pane.text, Qt.Key.Key_Return)
    settled(qtbot, edits)
    own_session.set_range((30, 75))
    qtbot.keyClicks(pane.text, "heart of hands")
    qtbot.mouseClick(pane.on_range, Qt.MouseButton.LeftButton)
    settled(qtbot, edits)
    assert [(t.text, t.start, t.stop) for t in edits.tags(first)] == [("opening", None, None),
                                                                       ("heart of hands", 30, 75)]
    with Corpus.open(own_session.opened.folder) as corpus:
        assert len(tags(corpus)) == 2
    own_session.show_song(other)
    qtbot.waitUntil(lambda: own_session.song.song.song_id == other)
    assert pane.list.topLevelItemCount() == 0
    pane.all.setChecked(True)
    qtbot.keyClicks(pane.filter, "heart")
    assert pane.list.topLevelItemCount() == 1
    item = pane.list.topLevelItem(0)
    assert "1.00" in item.text(2)
    pane.list.setCurrentItem(item)
    qtbot.mouseClick(pane.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: own_session.song.song.song_id == first and own_session.range == (30, 75))
    assert own_session.frame == 30
    pane.list.setCurrentItem(pane.list.topLevelItem(0))
    qtbot.mouseClick(pane.remove, Qt.MouseButton.LeftButton)
    settled(qtbot, edits)
    assert [t.text for t in edits.tags()] == ["opening"]
    assert actions["edit.undo"].text() == "Undo removal of the tag “heart of hands”"
    edits.undo()
    settled(qtbot, edits)
    assert len(edits.tags()) == 2
    pane.filter.setText("nothing like it")
    assert "nothing like it" in pane.empty.text()


def test_waiting_edits_are_written_when_the_window_goes(own_session, edits, qtbot):
    words = own_session.song.words
    folder, song_id = own_session.opened.folder, own_session.song.song.song_id
    for i in (1, 5, 9):
        edits.nudge_word(i, 0.02)
    edits.close()
    own_session.tasks.shutdown(5.0)
    with Corpus.open(folder) as corpus:
        moved = corpus.words(corpus.song(song_id))
        assert {1, 5, 9} <= set(edits_of(corpus, song_id).words)
        assert moved[9].start == pytest.approx(words[9].start + 0.02)


def test_without_a_corpus_there_is_a_sentence(tasks, actions, shown, qtbot):
    from gui.state.session import Session

    session = Session(tasks)
    edits = Edits(session, actions)
    words = shown(WordsPane(session, edits), 400, 300)
    assert "Open a corpus" in words.empty.text()
    pane = TagsPane(session, actions, edits)
    qtbot.addWidget(pane)
    assert "Open a corpus" in pane.empty.text()
    for name in ("edit.undo", "edit.redo", "edit.word_later", "edit.tag"):
        assert not actions[name].isEnabled()
        assert actions.reason(name)
    edits.undo()
    edits.shift_song(1.0)
    edits.move_word(0, 1.0, 2.0)
    QApplication.processEvents()
    assert not edits.busy
