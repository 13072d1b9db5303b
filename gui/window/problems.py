"""What went wrong, in sentences, with the details folded away."""

from __future__ import annotations

import platform
import sys
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core import __version__
from gui.widgets.translated import Translated
from gui.work.tasks import Failure

_MOST = 100


def report_text(failure: Failure) -> str:
    """A failure as text to send to somebody."""
    return (f"Kotofuri {__version__}, Python {sys.version.split()[0]}, {platform.platform()}\n"
            f"{failure.title}\n{failure.sentence}\n\n{failure.details}")


class ProblemCard(Translated):
    """One failure."""

    def __init__(self, failure: Failure, when: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.failure = failure
        self._when = when
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fold = QToolButton()
        self.fold.setCheckable(True)
        self.fold.setAutoRaise(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.copy = QPushButton()
        self.details = QPlainTextEdit(failure.details)
        self.details.setReadOnly(True)
        self.details.setMaximumHeight(180)
        self.details.hide()
        self.fold.toggled.connect(self.details.setVisible)
        self.fold.toggled.connect(self.retranslate)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report_text(failure)))
        buttons = QHBoxLayout()
        buttons.addWidget(self.fold)
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        frame = QFrame()
        frame.setFrameShape(QFrame.Shape.StyledPanel)
        inner = QVBoxLayout(frame)
        inner.addWidget(self.sentence)
        inner.addLayout(buttons)
        inner.addWidget(self.details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        self.retranslate()

    def retranslate(self) -> None:
        failure = self.failure
        lead = failure.title or (self.tr("Problem") if failure.expected else self.tr("Fault of the program"))
        self.sentence.setText(f"{self._when}  {lead}\n{failure.sentence}")
        self.fold.setText(self.tr("Hide details") if self.fold.isChecked() else self.tr("Show details"))
        self.fold.setArrowType(Qt.ArrowType.DownArrow if self.fold.isChecked() else Qt.ArrowType.RightArrow)
        self.copy.setText(self.tr("Copy report"))


class ProblemsPane(Translated):
    """All failures of this run, newest first."""

    count_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[ProblemCard] = []
        self.empty = QLabel()
        self.clear = QPushButton()
        self.clear.clicked.connect(self.forget)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.addWidget(self.empty)
        self._list.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.addWidget(area, 1)
        layout.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignRight)
        self.retranslate()

    @property
    def cards(self) -> tuple[ProblemCard, ...]:
        """Newest first."""
        return tuple(self._cards)

    def add(self, failure: Failure) -> None:
        """Show a failure; the oldest beyond a hundred are forgotten."""
        card = ProblemCard(failure, f"{datetime.now().astimezone():%H:%M:%S}")
        self._cards.insert(0, card)
        self._list.insertWidget(0, card)
        for old in self._cards[_MOST:]:
            old.deleteLater()
        del self._cards[_MOST:]
        self._changed()

    def forget(self) -> None:
        """Clear the list."""
        for card in self._cards:
            card.deleteLater()
        self._cards.clear()
        self._changed()

    def retranslate(self) -> None:
        self.empty.setText(self.tr("Nothing went wrong so far."))
        self.clear.setText(self.tr("Clear"))

    def _changed(self) -> None:
        self.empty.setVisible(not self._cards)
        self.clear.setEnabled(bool(self._cards))
        self.count_changed.emit(len(self._cards))
