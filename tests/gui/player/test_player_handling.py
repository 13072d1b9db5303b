"""The player in a person's hands: mouse, wheel, keys, switches that are kept, songs that change, GL that fails."""

from __future__ import annotations

import numpy as np
import pytest
from player_pictures import away_from, bare, pixels, with_dance
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.skeleton import FPS, REST_POSITIONS
from gui.actions.registry import Actions
from gui.draw.colours import LIGHT


def drag(widget, button, start, end, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mousePress(widget, button, modifier, QPoint(*start))
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    for share in (0.3, 0.7, 1.0):
        at = QPointF(*(a + (b - a) * share for a, b in zip(start, end, strict=True)))
        event = QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, button, modifier)
        QApplication.sendEvent(widget, event)
    QTest.mouseRelease(widget, button, modifier, QPoint(*end))


def wheel(widget, at, notches: int) -> None:
    place = QPointF(*at)
    QApplication.sendEvent(widget, QWheelEvent(
        place, widget.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False))


def test_dragging_with_the_left_button_turns(pane):
    view, before = pane.view, pane.camera
    still = pixels(pane.picture())
    drag(view, Qt.MouseButton.LeftButton, (300, 200), (400, 200))
    assert pane.camera.azimuth == pytest.approx(before.azimuth - 35, abs=0.01)
    assert pane.camera.elevation == before.elevation
    assert pane.camera.distance == before.distance
    assert (pixels(pane.picture()) != still).any()
    drag(view, Qt.MouseButton.LeftButton, (300, 200), (300, 4000))
    assert pane.camera.elevation == pytest.approx(89.9)


@pytest.mark.parametrize(("button", "modifier"), [
    (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
    (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
    (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
])
def test_other_drags_move_the_picture_with_the_pointer(pane, session, button, modifier):
    before = pane.camera
    hips = session.song.dance.positions[session.frame, 4]
    start = before.project(hips, 640, 480)
    drag(pane.view, button, (300, 200), (360, 160), modifier)
    moved = pane.camera.project(hips, 640, 480) - start
    assert moved[0] == pytest.approx(60, abs=6)
    assert moved[1] == pytest.approx(-40, abs=6)
    assert pane.camera.azimuth == before.azimuth


def test_the_wheel_zooms_at_the_pointer(pane, session):
    bare(pane)
    session.seek(1.0)
    before = pane.camera
    # A point beside the dancer, as deep as the camera's target, lies under the pointer before and after.
    point = np.asarray(before.target) + before.axes()[0] * 0.4 + before.axes()[1] * 0.3
    at = before.project(point, 640, 480)
    wheel(pane.view, at[:2].tolist(), 3)
    assert pane.camera.distance < before.distance * 0.75
    np.testing.assert_allclose(pane.camera.project(point, 640, 480)[:2], at[:2], atol=1.0)
    for _ in range(60):
        wheel(pane.view, (320, 240), 5)
    pane.picture()
    for _ in range(60):
        wheel(pane.view, (10, 10), -5)
    assert np.isfinite(pane.camera.target).all()
    pane.picture()
    assert pane.view.fault == ""


@pytest.mark.parametrize("pad", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier])
def test_keys_choose_views(pane, qtbot, pad):
    for key, azimuth in ((Qt.Key.Key_3, 90.0), (Qt.Key.Key_1, 0.0)):
        QTest.keyClick(pane.view, key, pad)
        qtbot.waitUntil(lambda wanted=azimuth: pane.camera.azimuth == pytest.approx(wanted))
    QTest.keyClick(pane.view, Qt.Key.Key_7, pad)
    qtbot.waitUntil(lambda: pane.camera.elevation == pytest.approx(89.9))
    QTest.keyClick(pane.view, Qt.Key.Key_M)
    assert pane.mirrored


def test_keys_turn_and_zoom(pane):
    before = pane.camera
    QTest.keyClick(pane.view, Qt.Key.Key_6, Qt.KeyboardModifier.KeypadModifier)
    QTest.keyClick(pane.view, Qt.Key.Key_8, Qt.KeyboardModifier.KeypadModifier)
    assert pane.camera.azimuth == pytest.approx(before.azimuth + 15)
    assert pane.camera.elevation == pytest.approx(before.elevation + 15)
    QTest.keyClick(pane.view, Qt.Key.Key_Plus)
    assert pane.camera.distance < before.distance


def test_fitting_brings_a_lost_dancer_back(pane, actions, qtbot):
    bare(pane)
    drag(pane.view, Qt.MouseButton.RightButton, (300, 200), (1500, 200))
    assert away_from(pixels(pane.picture()), LIGHT.background).mean() < 0.002
    actions["view.fit"].trigger()
    qtbot.waitUntil(lambda: away_from(pixels(pane.picture()), LIGHT.background).mean() > 0.02)


def test_following_keeps_the_dancer_in_the_middle(pane, session, actions):
    positions = np.repeat(REST_POSITIONS[None], 150, axis=0) + np.linspace(0, 3, 150)[:, None, None] * [1.0, 0, 0]
    with_dance(session, positions, np.tile([0.0, 0, 1], (150, 1)))

    def hips() -> float:
        return float(pane.camera.project(session.song.dance.positions[session.frame, 4], 640, 480)[0])

    session.seek(20 / FPS)
    assert hips() == pytest.approx(320, abs=25)
    session.seek(130 / FPS)
    assert hips() == pytest.approx(320, abs=25)
    actions["view.follow"].trigger()
    assert not pane.switch("follow")
    there = pane.camera.target
    session.seek(20 / FPS)
    assert pane.camera.target == there
    assert abs(hips() - 320) > 100


def test_switches_and_view_are_kept(pane, session, actions, qtbot):
    actions["view.mirror"].trigger()
    actions["view.grid"].trigger()
    actions["view.side"].trigger()
    from gui.player.pane import PlayerPane

    other = Actions()
    again = PlayerPane(session, other)
    qtbot.addWidget(again)
    assert again.mirrored
    assert not again.switch("grid")
    assert again.switch("follow")
    assert other["view.mirror"].isChecked()
    assert again.camera.azimuth == pytest.approx(90)


def test_another_song_is_shown_and_none_is_explained(pane, session, qtbot):
    bare(pane)
    before = pixels(pane.picture())
    other = session.opened.songs[-1].song_id
    session.show_song(other)
    qtbot.waitUntil(lambda: session.song.song.song_id == other)
    assert (np.abs(pixels(pane.picture()) - before).sum(axis=2) > 60).any()
    session._set_song(None)
    empty = pixels(pane.picture())
    assert "browser" in pane.hint()
    words = away_from(empty, LIGHT.background, 150)
    assert 0.0005 < words.mean() < 0.05
    assert words[200:280].sum() > 0.9 * words.sum()


def test_a_song_that_loads_says_so(tasks, actions, shown, qtbot):
    import threading

    from gui.player.pane import PlayerPane
    from gui.state.session import Session

    session = Session(tasks)
    pane = shown(PlayerPane(session, actions), 500, 300)
    assert "Open a corpus" in pane.hint()
    before = pixels(pane.picture())
    go = threading.Event()
    tasks.start(lambda report: go.wait(10), key="song")
    assert "Loading" in pane.hint()
    assert (pixels(pane.picture()) != before).any()
    go.set()
    qtbot.waitUntil(lambda: not tasks.running)


def test_without_gl_a_notice_says_why_and_can_be_sent_away(session, shown, qtbot, monkeypatch):
    from gui.player.pane import PlayerPane

    monkeypatch.setenv("KOTOFURI_NO_GL", "1")
    pane = shown(PlayerPane(session, Actions()), 640, 480)
    qtbot.waitUntil(pane.notice.isVisible)
    assert "KOTOFURI_NO_GL" in pane.notice.label.text()
    assert away_from(pixels(pane.picture()), LIGHT.background).mean() > 0.02
    before = pane.camera
    drag(pane.view, Qt.MouseButton.LeftButton, (300, 200), (400, 200))
    assert pane.camera.azimuth == pytest.approx(before.azimuth - 35, abs=0.01)
    qtbot.mouseClick(pane.notice.close_button, Qt.MouseButton.LeftButton)
    assert not pane.notice.isVisible()


@pytest.mark.parametrize("moment", ["start", "later"])
def test_gl_that_fails_gives_way_to_qpainter(session, shown, qtbot, monkeypatch, moment):
    from gui.player import glscene, view
    from gui.player.pane import PlayerPane

    def broken(*_args, **_kwargs):
        raise RuntimeError("the driver is gone")

    if moment == "start":
        monkeypatch.setattr(view, "GlScene", broken)
    pane = shown(PlayerPane(session, Actions()), 640, 480)
    if moment == "later":
        assert pane.picture() is not None
        assert pane.view.fault == ""
        monkeypatch.setattr(glscene.GlScene, "_draw", broken)
        pane.view.update()
    qtbot.waitUntil(pane.notice.isVisible)
    assert "the driver is gone" in pane.notice.label.text()
    bare(pane)
    assert away_from(pixels(pane.picture()), LIGHT.background).mean() > 0.02


def test_a_right_click_opens_the_menu_and_a_right_drag_does_not(pane, qtbot):
    drag(pane.view, Qt.MouseButton.RightButton, (300, 200), (360, 160))
    assert not pane._menu.isVisible()
    QTest.mouseClick(pane.view, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, QPoint(300, 200))
    qtbot.waitUntil(pane._menu.isVisible)
    pane._menu.close()


def test_every_action_has_a_text_and_keys_do_not_clash(pane, actions):
    keys = [key.toString() for name in actions for key in actions[name].shortcuts()]
    assert len(keys) == len(set(keys))
    wanted = {"front", "side", "top", "three_quarter", "fit", "mirror", "follow", "ghosts", "trace", "caption", "grid", "lit"}
    assert {f"view.{name}" for name in wanted} <= set(actions)
    assert all(actions[name].text() and actions[name].toolTip() for name in actions)
