"""The box that lyrics are typed into: its keys, and the queries used before."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSettings, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

KEPT: Final = 20
LONGEST: Final = 500
"""Signs that can be typed; a bar holds a few dozen."""
_PAUSE = 80
"""Milliseconds without a key after which the text counts as typed."""
_KEY: Final = "search/history"


class History:
    """The last queries, newest first, kept in the settings."""

    @property
    def texts(self) -> list[str]:
        """The queries."""
        stored = QSettings().value(_KEY, [])
        listed = [stored] if isinstance(stored, str) else list(stored or [])
        return [str(text) for text in listed if str(text).strip()][:KEPT]

    def add(self, text: str) -> None:
        """Remember a query; one used before moves to the front."""
        text = text.strip()
        if text:
            QSettings().setValue(_KEY, [text, *(other for other in self.texts if other != text)][:KEPT])

    def clear(self) -> None:
        """Forget them all."""
        QSettings().remove(_KEY)


class SearchBox(QLineEdit):
    """A line of lyrics."""

    settled = Signal(str)
    """The text, once typing pauses."""
    moved = Signal(int)
    """Up (-1) or Down (1) was pressed: choose another hit."""
    accepted = Signal()
    """Enter was pressed."""
    left = Signal()
    """Escape was pressed."""
    entered = Signal()
    """The box got the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(LONGEST)
        self.setClearButtonEnabled(True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(lambda: self.settled.emit(self.text()))
        self.textChanged.connect(self._on_text)

    def put(self, text: str) -> None:
        """Set a text that counts as typed at once."""
        self.setText(text)
        self.settle()

    def settle(self) -> None:
        """Do not wait for the pause."""
        if self._timer.isActive():
            self._timer.stop()
            self.settled.emit(self.text())

    def _on_text(self, _text: str) -> None:
        self._timer.start()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def event(self, event: QEvent) -> bool:
        # Claimed here, so that no action of the window takes these keys first.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in (
                Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down and Up choose hits, Enter opens, Escape leaves."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.settle()
            self.accepted.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
