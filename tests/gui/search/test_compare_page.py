"""Two systems side by side, as a person compares them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gui.search.compare_page import common
from gui.search.hits import HIT
from tests.gui.search.test_systems import choose, type_in


def found_by(pane, left: str, right: str, text: str) -> bool:
    return all(side.found is not None and side.found.request.method == name and side.found.ranking.complete
               and side.found.request.query.text == text
               for side, name in zip(pane.lyrics.compare.sides, (left, right), strict=True))


@pytest.fixture
def compared(shown_pane, fitted_corpus, qtbot):
    """A pane in which XMIED and length only are compared for a line."""
    pane, session = shown_pane(fitted_corpus, 900, 820)
    type_in(pane, qtbot, "love you")
    qtbot.mouseClick(pane.lyrics.both, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: found_by(pane, "xmied", "length-only", "love you"))
    return pane, session


def rows(side):
    model = side.hits.model()
    return [model.index(i, 0).data(HIT) for i in range(model.rowCount())]


def test_both_lists_are_those_of_their_systems_and_what_they_share_is_marked(compared, session_hits, qtbot):
    pane, session = compared
    left, right = pane.lyrics.compare.sides
    assert left.hits.isVisible()
    assert right.hits.isVisible()
    assert not pane.lyrics.hits.isVisible()
    assert not pane.lyrics.filters.method.isVisible()
    assert not pane.lyrics.reasons.isVisible()
    for side, method in ((left, "xmied"), (right, "length-only")):
        assert [row.hit.bar for row in rows(side)][:5] == session_hits(pane, session, method)[:5]
    ours, theirs = (side.found.ranking.bar.tolist() for side in (left, right))
    both = set(ours[:50]) & set(theirs[:50])
    for side, other in ((left, theirs), (right, ours)):
        marks = side.hits.hits.marks
        assert set(marks) == both
        assert all(marks[bar] == f"⇄ {other.index(bar) + 1}" for bar in both)
    for count in (10, 50):
        part = common(left.found, right.found, count)
        assert part.shared == len(set(ours[:count]) & set(theirs[:count]))
        assert f"{part.shared} of the first {count} ({part.shared / count:.0%}" in pane.lyrics.compare.summary.text()
        assert part.chance == pytest.approx(count / len(session.opened.view.bars))
    row = next(row for row in rows(left) if left.hits.hits.mark(row))
    assert "length only" in left.hits.tip(row)
    index = left.hits.hits.index(rows(left).index(row))
    assert "⇄" in index.data(Qt.ItemDataRole.AccessibleTextRole)


@pytest.fixture
def session_hits():
    def bars(pane, session, method: str) -> list[int]:
        """What the pane would show for one system alone, computed anew."""
        from gui.search.jobs import Prepared, Request, search

        class Silent:
            def __call__(self, fraction, message=""):
                pass

            def partial(self, value):
                pass

        found = search(Prepared(session.opened.view), Request(pane.lyrics.editor.query(), method), Silent())
        return [hit.bar for hit in found.hits]

    return bars


def test_the_same_system_twice_shares_everything(compared, qtbot):
    pane, _ = compared
    choose(pane.lyrics.compare.sides[1].combo, "xmied")
    qtbot.waitUntil(lambda: found_by(pane, "xmied", "xmied", "love you"))
    qtbot.waitUntil(lambda: "10 of the first 10 (100%" in pane.lyrics.compare.summary.text())
    assert "50 of the first 50 (100%" in pane.lyrics.compare.summary.text()


def test_a_fitted_system_beside_xmied_and_typing_goes_to_both(compared, qtbot):
    pane, own = compared
    choose(pane.lyrics.compare.sides[1].combo, "cca")
    qtbot.waitUntil(lambda: found_by(pane, "xmied", "cca", "love you"))
    type_in(pane, qtbot, "goodbye")
    qtbot.waitUntil(lambda: found_by(pane, "xmied", "cca", "goodbye"))
    left, right = pane.lyrics.compare.sides
    assert "0.5" not in right.status.text()
    assert (left.hits.hits.neutral, right.hits.hits.neutral) == (0.5, -1.0)
    choose(left.combo, "random")
    assert own.method == "random"
    qtbot.waitUntil(lambda: found_by(pane, "random", "cca", "goodbye"))
    own.set_method("length-only")
    qtbot.waitUntil(lambda: found_by(pane, "length-only", "cca", "goodbye"))
    # Back to one list: the left system's.
    qtbot.mouseClick(pane.lyrics.both, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: pane.lyrics.found is not None and pane.lyrics.found.request.method == "length-only")
    assert pane.lyrics.hits.isVisible()
    assert pane.lyrics.filters.method.isVisible()


def test_an_unfitted_side_asks_while_the_other_shows_its_hits(compared, qtbot):
    pane, _ = compared
    left, right = pane.lyrics.compare.sides
    choose(right.combo, "contrastive")
    qtbot.waitUntil(lambda: "has not been fitted" in right.sentence.text())
    assert right.button.text() == "Fit it now"
    assert right.button.isVisible()
    assert left.hits.isVisible()
    assert rows(left)
    assert pane.lyrics.compare.summary.text() == ""
    assert not left.hits.hits.marks


def test_a_hit_chosen_on_one_side_is_chosen_on_the_other_and_enter_opens_it(compared, qtbot):
    pane, session = compared
    left, right = pane.lyrics.compare.sides
    shared = next(i for i, row in enumerate(rows(right)) if right.hits.hits.mark(row) and row.hit.bar in
                  right.hits.hits.marks)
    bar = rows(right)[shared].hit.bar
    right.hits.scrollTo(right.hits.hits.index(shared))
    qtbot.mouseClick(right.hits.viewport(), Qt.MouseButton.LeftButton, pos=right.hits.place_of(shared))
    assert right.hits.current().bar == bar
    assert bar in {left.hits.current().bar, *(hit.bar for hit in left.hits.current().under)}
    assert right.hits.hasFocus()
    qtbot.keyClick(right.hits, Qt.Key.Key_Return)
    place = right.hits.current().place
    qtbot.waitUntil(lambda: session.range == (place.start, place.stop))
    assert session.song.song.song_id == place.song_id
    session.set_playing(False)


def test_the_box_steps_through_the_active_list(compared, actions, qtbot):
    pane, _ = compared
    right = pane.lyrics.compare.sides[1]
    right.hits.setFocus()
    qtbot.waitUntil(right.hits.hasFocus)
    qtbot.mouseClick(pane.lyrics.editor.box, Qt.MouseButton.LeftButton)
    # A list that gets the focus chooses its first row by itself.
    assert right.hits.currentIndex().row() == 0
    qtbot.keyClick(pane.lyrics.editor.box, Qt.Key.Key_Down)
    assert right.hits.currentIndex().row() == 1
    actions["search.next_hit"].trigger()
    assert right.hits.currentIndex().row() == 2


def test_wide_side_by_side_narrow_one_above_the_other(compared, qtbot):
    pane, _ = compared
    left, right = pane.lyrics.compare.sides
    assert pane.lyrics.compare.splitter.orientation() == Qt.Orientation.Horizontal
    assert abs(left.width() - right.width()) < 20
    pane.resize(355, 900)
    qtbot.waitUntil(lambda: pane.width() == 355)
    assert pane.lyrics.compare.splitter.orientation() == Qt.Orientation.Vertical
    assert min(left.height(), right.height()) > 150
    assert left.width() <= 355


def test_the_action_swaps_and_remembers(compared, actions, shown_pane, fitted_corpus, qtbot):
    pane, session = compared
    right = pane.lyrics.compare.sides[1]
    assert actions["search.compare"].isChecked()
    assert actions["search.swap"].isEnabled()
    actions["search.swap"].trigger()
    qtbot.waitUntil(lambda: found_by(pane, "length-only", "xmied", "love you"))
    assert session.method == "length-only"
    qtbot.mouseClick(pane.lyrics.compare.swap_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: found_by(pane, "xmied", "length-only", "love you"))
    choose(right.combo, "random")
    actions["search.compare"].trigger()
    assert not pane.lyrics.comparing
    assert not actions["search.swap"].isEnabled()
    actions["search.compare"].trigger()
    pane.close()
    from gui.actions.registry import Actions
    from gui.search.pane import SearchPane

    again = SearchPane(session, Actions())
    qtbot.addWidget(again)
    assert again.lyrics.comparing
    assert [side.combo.name for side in again.lyrics.compare.sides] == ["xmied", "random"]
    again.close()


def test_without_a_query_nothing_is_compared(compared, qtbot):
    pane, _ = compared
    pane.lyrics.editor.box.clear()
    qtbot.waitUntil(lambda: "Type a line" in pane.lyrics.sentence.text())
    assert pane.lyrics.sentence.isVisible()
    assert all(side.found is None for side in pane.lyrics.compare.sides)
    type_in(pane, qtbot, "love")
    qtbot.waitUntil(lambda: found_by(pane, "xmied", "length-only", "love"))
    assert pane.lyrics.compare.isVisible()
