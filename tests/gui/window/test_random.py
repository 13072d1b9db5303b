"""A thousand random acts of a user, always the same ones: nothing may break, and the window must work afterwards."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

ACTS = 1000
LEFT_OUT = {"file.quit", "window.fullscreen"}
TEXTS = ("love", "time goes by", "I", "星", "  ", "5:2", "12.5", "!?", "clock heart sky")


def _close_dialogs() -> None:
    for _ in range(4):
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if popup is not None:
            popup.close()
        elif modal is not None:
            modal.reject() if isinstance(modal, QDialog) else modal.close()
        else:
            return


class Hand:
    """Does one random thing after another."""

    def __init__(self, window, folder, seed: int) -> None:
        self.window = window
        self.folder = folder
        self.dice = random.Random(seed)
        self.done: list[str] = []

    def act(self) -> None:
        kind = self.dice.choices(
            (self.click, self.key, self.text, self.wheel, self.drag, self.action, self.resize, self.drop),
            weights=(30, 25, 8, 10, 10, 14, 2, 1),
        )[0]
        self.done.append(kind.__name__)
        kind()
        QApplication.processEvents()
        if self.dice.random() < 0.5:
            _close_dialogs()

    def _target(self) -> tuple[QWidget, QPoint] | None:
        top = QApplication.activeModalWidget() or self.window
        shown = [w for w in top.findChildren(QWidget) if w.isVisible() and w.width() > 2 and w.height() > 2
                 and not isinstance(w, QMenu)]
        if not shown:
            return None
        widget = self.dice.choice(shown)
        return widget, QPoint(self.dice.randrange(widget.width()), self.dice.randrange(widget.height()))

    def click(self) -> None:
        found = self._target()
        if found:
            button = Qt.MouseButton.LeftButton if self.dice.random() < 0.93 else Qt.MouseButton.MiddleButton
            (QTest.mouseDClick if self.dice.random() < 0.1 else QTest.mouseClick)(
                found[0], button, Qt.KeyboardModifier.NoModifier, found[1])

    def drag(self) -> None:
        found = self._target()
        if found:
            widget, point = found
            QTest.mousePress(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
            for _ in range(3):
                point += QPoint(self.dice.randrange(-60, 60), self.dice.randrange(-30, 30))
                QTest.mouseMove(widget, point)
            QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)

    def wheel(self) -> None:
        found = self._target()
        if found:
            widget, point = found
            modifier = self.dice.choice((Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier,
                                         Qt.KeyboardModifier.ShiftModifier))
            event = QWheelEvent(QPointF(point), QPointF(widget.mapToGlobal(point)), QPoint(),
                                QPoint(0, self.dice.choice((-240, -120, 120, 240))), Qt.MouseButton.NoButton, modifier,
                                Qt.ScrollPhase.NoScrollPhase, False)
            QGuiApplication.sendEvent(widget, event)

    def key(self) -> None:
        keys = [action.shortcut() for name in self.window.actions_ if name not in LEFT_OUT
                for action in [self.window.actions_[name]] if not action.shortcut().isEmpty()]
        keys += [QKeySequence(k) for k in ("Tab", "Shift+Tab", "Return", "Escape", "Up", "Down", "Space", "Backspace")]
        focus = QApplication.focusWidget() or self.window
        QTest.keySequence(focus, self.dice.choice(keys))

    def text(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and hasattr(focus, "insert") and not callable(getattr(focus, "document", None)):
            focus.insert(self.dice.choice(TEXTS))
            if self.dice.random() < 0.4:
                QTest.keyClick(focus, Qt.Key.Key_Return)

    def action(self) -> None:
        names = [name for name in self.window.actions_ if name not in LEFT_OUT]
        action = self.window.actions_[self.dice.choice(names)]
        if action.isEnabled():
            action.trigger()

    def resize(self) -> None:
        self.window.resize(self.dice.randrange(640, 1800), self.dice.randrange(420, 1100))

    def drop(self) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self.folder))])
        rest = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QGuiApplication.sendEvent(self.window, QDragEnterEvent(QPoint(300, 300), *rest))
        QGuiApplication.sendEvent(self.window, QDropEvent(QPointF(300, 300), *rest))


@pytest.mark.timeout(900)
def test_a_thousand_random_acts(make_window, own_corpus, tmp_path, qtbot, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("gui.window.corpora.SONGS", 2)
    window = make_window(own_corpus)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    # File dialogs and context menus run loops of their own; a user would close them too.
    closer = QTimer()
    closer.timeout.connect(_close_dialogs)
    closer.start(400)
    hand = Hand(window, tmp_path, seed=20261121)
    for number in range(ACTS):
        hand.act()
        if number % 50 == 49:
            qtbot.wait(30)
    closer.stop()
    _close_dialogs()
    assert len(set(hand.done)) == 8
    for task in window.tasks.running:
        task.cancel()
    qtbot.waitUntil(lambda: not window.tasks.running, timeout=30_000)
    bad = [card.failure for card in window.problems.cards if not card.failure.expected]
    assert not bad, bad[0].details
    # It still does what it is for.
    window.resize(1280, 800)
    window.session.set_playing(False)
    window.session.set_loop(False)
    window.corpora.open(own_corpus)
    qtbot.waitUntil(lambda: not window.tasks.running and window.session.song is not None, timeout=30_000)
    window.session.seek(1.0)
    assert window.session.frame == 30
    window.session.set_playing(True)
    qtbot.waitUntil(lambda: window.session.time > 1.2, timeout=10_000)
