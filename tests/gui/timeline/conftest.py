"""A song made by hand, so that every colour and edge is known, and the pane on it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from timeline_song import made_song


@pytest.fixture
def made(tasks):
    """A session that shows the song made by hand, without a corpus."""
    from gui.state.session import Session

    session = Session(tasks)
    session.song = made_song()
    return session


@pytest.fixture
def pane(made, actions, shown, qtbot):
    """The pane on the song made by hand, 1000 x 280; keys of its actions work."""
    from gui.timeline.pane import TimelinePane

    pane = TimelinePane(made, actions)
    for name in actions:
        pane.addAction(actions[name])
    shown(pane, 1000, 280)
    pane.activateWindow()
    pane.canvas.setFocus()
    # Keys reach their actions only in the active window.
    qtbot.waitUntil(lambda: pane.isActiveWindow() and pane.canvas.hasFocus())
    return pane


@pytest.fixture
def at(pane):
    """Point of the canvas at a second, in the middle of a row."""
    def point(seconds: float, row: str) -> QPoint:
        rect = pane.canvas.row_rect(row)
        x = pane.canvas.overview_x(seconds) if row == "overview" else pane.canvas.x_of(seconds)
        return QPoint(round(x), rect.center().y())

    return point


@pytest.fixture
def pixel(pane):
    """Colour drawn at a second in a row, (r, g, b); ``down`` moves from the row's middle, in pixels."""
    def colour(seconds: float, row: str, down: int = 0) -> tuple[int, int, int]:
        rect = pane.canvas.row_rect(row)
        image = pane.canvas.grab().toImage()
        x = pane.canvas.overview_x(seconds) if row == "overview" else pane.canvas.x_of(seconds)
        found = image.pixelColor(int(x), rect.center().y() + down)
        return found.red(), found.green(), found.blue()

    return colour


@pytest.fixture
def wheel():
    """Turn the wheel over a widget as a person does."""
    def turn(widget, point: QPoint, notches: float, modifiers=Qt.KeyboardModifier.NoModifier, sideways: float = 0.0):
        event = QWheelEvent(
            QPointF(point), QPointF(widget.mapToGlobal(point)), QPoint(), QPoint(round(sideways * 120), round(notches * 120)),
            Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
        )
        QApplication.sendEvent(widget, event)

    return turn


@pytest.fixture
def drag(qtbot):
    """Press, move in steps and release."""
    def move(widget, start: QPoint, stop: QPoint, modifiers=Qt.KeyboardModifier.NoModifier, release: bool = True):
        from PySide6.QtCore import QEvent
        from PySide6.QtGui import QMouseEvent

        qtbot.mousePress(widget, Qt.MouseButton.LeftButton, modifiers, start)
        for share in np.linspace(0.1, 1.0, 8):
            point = QPointF(start) + (QPointF(stop) - QPointF(start)) * float(share)
            QApplication.sendEvent(widget, QMouseEvent(
                QEvent.Type.MouseMove, point, QPointF(widget.mapToGlobal(point.toPoint())), Qt.MouseButton.NoButton,
                Qt.MouseButton.LeftButton, modifiers))
        if release:
            qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton, modifiers, stop)

    return move
