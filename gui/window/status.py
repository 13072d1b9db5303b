"""The status area: a message, the running tasks with progress and cancel, and the door to the problems."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.widgets.translated import Translated
from gui.work.tasks import Task, Tasks

_MESSAGE_MS = 8000


class TaskRow(Translated):
    """One running task: title, what it is doing, progress, cancel."""

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task = task
        self._ended = False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.label.setMinimumWidth(160)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(150)
        self.bar.setMaximumHeight(16)
        self.cancel = QToolButton()
        self.cancel.clicked.connect(task.cancel)
        for widget, stretch in ((self.label, 1), (self.bar, 0), (self.cancel, 0)):
            layout.addWidget(widget, stretch)
        task.changed.connect(self._update)
        self.retranslate()

    def detach(self) -> None:
        """Look at the task no more; it is going away."""
        self._ended = True

    def retranslate(self) -> None:
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel {title}").format(title=self.task.title))
        self._update()

    def _update(self) -> None:
        if self._ended:
            return
        task = self.task
        doing = self.tr("stopping…") if task.cancelled else task.message
        self.label.setText(f"{task.title} — {doing}" if doing else task.title)
        self.label.setToolTip(self.label.text())
        self.bar.setRange(0, 1000 if task.fraction > 0 else 0)
        self.bar.setValue(round(1000 * task.fraction))
        self.cancel.setEnabled(not task.cancelled)


class StatusArea(Translated):
    """The strip at the bottom of the window. The newest task is in the strip, all of them in a list above it."""

    problems_requested = Signal()

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[int, TaskRow] = {}
        self._problems = 0
        self.message = QLabel()
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.problems = QToolButton()
        self.problems.setAutoRaise(True)
        self.problems.clicked.connect(self.problems_requested)
        self._clear = QTimer(self)
        self._clear.setSingleShot(True)
        self._clear.timeout.connect(self.message.clear)
        self._tasks_box = QFrame()
        self._tasks_layout = QVBoxLayout(self._tasks_box)
        self._tasks_layout.setContentsMargins(0, 0, 0, 0)
        self._tasks_layout.setSpacing(2)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.addWidget(self.message, 3)
        layout.addWidget(self._tasks_box, 4)
        layout.addWidget(self.problems, 0)
        self._tasks_box.hide()
        tasks.started.connect(self._add)
        tasks.ended.connect(self._remove)
        self.retranslate()

    @property
    def rows(self) -> tuple[TaskRow, ...]:
        """Rows of the running tasks, oldest first."""
        return tuple(self._rows.values())

    def say(self, sentence: str) -> None:
        """Show a sentence for some seconds."""
        self.message.setText(sentence)
        self.message.setToolTip(sentence)
        self._clear.start(_MESSAGE_MS)

    def count_problems(self, count: int) -> None:
        """Show how many problems there are; 0 hides the button."""
        self._problems = count
        self.retranslate()

    def retranslate(self) -> None:
        self.problems.setVisible(self._problems > 0)
        self.problems.setText(self.tr("⚠ Problems: {count}").format(count=self._problems))
        self.problems.setToolTip(self.tr("Show what went wrong"))
        # Always room for one task: the panes above should not move when work begins.
        button = QToolButton()
        button.setText(self.tr("Cancel"))
        self.setMinimumHeight(button.sizeHint().height() + 4)

    def _add(self, task: Task) -> None:
        if not task.title:
            return
        row = TaskRow(task)
        self._rows[task.number] = row
        self._tasks_layout.addWidget(row)
        # Short work should not make the window flicker: a task is shown once it has lasted a while.
        row.hide()
        number = task.number
        QTimer.singleShot(300, self, lambda: self._reveal(number))

    def _reveal(self, number: int) -> None:
        row = self._rows.get(number)
        if row is not None:
            row.show()
            self._tasks_box.show()

    def _remove(self, task: Task) -> None:
        row = self._rows.pop(task.number, None)
        if row is None:
            return
        row.detach()
        self._tasks_layout.removeWidget(row)
        row.hide()
        row.deleteLater()
        if not any(not other.isHidden() for other in self._rows.values()):
            self._tasks_box.hide()
