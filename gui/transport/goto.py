"""The box that takes a place in any of its three forms."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolTip, QWidget

from gui.draw.colours import theme_of
from gui.transport.moves import Moves
from gui.transport.places import parse
from gui.widgets.translated import Translated


class _Line(QLineEdit):
    """Escape empties the line and leaves it."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)


class GoTo(Translated):
    """Type a frame, seconds or bar:beat; Enter goes there. Attribute ``line`` is the text line."""

    def __init__(self, moves: Moves, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moves = moves
        self._wrong = ""
        self.line = _Line(self)
        self.line.setClearButtonEnabled(False)
        self.line.setMaxLength(32)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line)
        self.setFocusProxy(self.line)
        self.line.returnPressed.connect(self._go)
        self.line.left.connect(self._leave)
        self.line.textEdited.connect(lambda _text: self._complain(""))
        self.retranslate()

    @property
    def wrong(self) -> str:
        """What is wrong with the text, or empty."""
        return self._wrong

    def retranslate(self) -> None:
        self.line.setPlaceholderText(self.tr("Go to: f120, 12.5, 1:23.4, 5:2"))
        self.line.setAccessibleName(self.tr("Go to a frame, seconds or bar and beat"))
        self.line.setToolTip(self._help())

    def restyle(self) -> None:
        self._complain(self._wrong)

    def _help(self) -> str:
        return self.tr(
            "<b>Go to</b><br>f120 or 120f: frame 120<br>12.5: second 12.5<br>1:23.4 (two digits after the colon): "
            "1 minute 23.4 seconds<br>5:2 (one digit after the colon): bar 5, beat 2<br>b5: bar 5"
        )

    def _go(self) -> None:
        text = self.line.text()
        if not text.strip():
            self._leave()
            return
        place = parse(text)
        if place is None:
            self._complain(self.tr("“{text}” is no place. Write f120 for a frame, 12.5 or 1:23.4 for seconds, "
                                   "5:2 for bar 5, beat 2.").format(text=text.strip()))
            return
        fault = self._moves.go(place)
        self._complain(fault)
        if not fault:
            self._leave()

    def _leave(self) -> None:
        self.line.clear()
        self._complain("")
        # The keys belong to the player again.
        self.line.clearFocus()

    def _complain(self, sentence: str) -> None:
        self._wrong = sentence
        self.line.setAccessibleDescription(sentence)
        if not sentence:
            self.line.setStyleSheet("")
            self.line.setToolTip(self._help())
            QToolTip.hideText()
            return
        colour = "#ff8a80" if theme_of(self.palette()).dark else "#b3261e"
        self.line.setStyleSheet(f"QLineEdit {{ border: 1px solid {colour}; border-radius: 3px; padding: 1px 3px; }}")
        self.line.setToolTip(sentence)
        self.line.selectAll()
        if self.line.isVisible():
            QToolTip.showText(self.line.mapToGlobal(QPoint(0, self.line.height())), sentence, self.line)
