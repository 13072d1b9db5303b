"""The player's pane with its session, and what can be read off its picture."""

from __future__ import annotations

import pytest


@pytest.fixture
def pane(session, actions, shown):
    from gui.player.pane import PlayerPane

    made = shown(PlayerPane(session, actions), 640, 480)
    made.picture()  # here and not later it finds out whether there is GL
    made.activateWindow()
    made.view.setFocus()
    return made


@pytest.fixture
def painted_pane(session, shown, qtbot, monkeypatch):
    """The same without GL."""
    from gui.actions.registry import Actions
    from gui.player.pane import PlayerPane

    monkeypatch.setenv("KOTOFURI_NO_GL", "1")
    made = shown(PlayerPane(session, Actions()), 640, 480)
    qtbot.waitUntil(made.notice.isVisible)
    made.notice.close_button.click()
    qtbot.waitUntil(lambda: made.view.height() == 480)
    monkeypatch.delenv("KOTOFURI_NO_GL")
    return made
