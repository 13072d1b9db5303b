"""What the views of the figures share: they compute when they are first seen, in workers, and say what goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gui.figures.export import Sheet
from gui.state.opened import OpenCorpus
from gui.state.session import Session
from gui.widgets.translated import Translated
from gui.work.tasks import Failure, Report, Task

Rows = list[list[Any]]


class FigureView(Translated):
    """One figure. A subclass fills :attr:`content`, and computes in :meth:`compute`.

    Parameters
    ----------
    session : Session
    name : str
        "figures.NAME": name of the action that shows it, and key of its work.
    """

    formats: tuple[str, ...] = ("csv", "tsv")
    """Endings of the files that it can be exported to."""

    def __init__(self, session: Session, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.name = name
        self.content = QWidget()
        self._stale = True
        self._task: Task | None = None
        self._keep = False
        self._state = ""
        self._reason = ""

        self._busy_text = QLabel()
        self._busy_text.setMinimumWidth(40)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self._cancel = QPushButton()
        self._cancel.clicked.connect(self.cancel)
        self._strip = QWidget()
        strip = QHBoxLayout(self._strip)
        strip.setContentsMargins(10, 6, 10, 6)
        strip.addWidget(self._busy_text, 2)
        strip.addWidget(self._bar, 3)
        strip.addWidget(self._cancel)
        self._strip.hide()

        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._again = QPushButton()
        self._again.clicked.connect(self.refresh)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(2)
        column.addWidget(self._message)
        column.addWidget(self._again, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

        self._pages = QStackedWidget()
        self._pages.addWidget(page)
        self._pages.addWidget(self.content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._strip)
        column.addWidget(self._pages, 1)
        session.corpus_changed.connect(self.invalidate)

    # -- for subclasses ---------------------------------------------------------------------------

    def compute(self, opened: OpenCorpus) -> None:
        """Start what the figure needs, through :meth:`work`. The corpus is built."""
        raise NotImplementedError

    def forget(self) -> None:
        """Drop what was computed for another corpus."""

    def rows(self) -> Rows:
        """The figure as a table, its header first; empty while there is nothing."""
        return []

    def ready(self) -> bool:
        """Whether there is something to export."""
        return bool(self.rows())

    def rows_maker(self) -> Callable[[], Rows]:
        """What makes :meth:`rows` in a worker; overridden where that takes long."""
        rows = self.rows()
        return lambda: rows

    def as_json(self) -> Any:
        """The figure as JSON, or None where it has no such form."""
        return None

    def sheet(self) -> Sheet:
        """The figure as it is exported as a picture."""
        raise NotImplementedError

    def work(self, title: str, work: Callable[[Report], Any], done: Callable[[Any], None], *,
             keep: bool = False, partial: Callable[[Any], None] | None = None) -> None:
        """Run work with progress and cancel shown; newer work drops the older.

        ``keep`` leaves the content in sight; so does the first result that ``partial`` gets.
        """
        self._keep = keep
        # Forgotten first: the end of a dropped task must not be taken for the end of this one.
        self._task = None
        if not keep:
            self._show_state("busy")

        def finished(value: Any) -> None:
            self._task = None
            self._strip.hide()
            self._show_state("shown")
            done(value)

        def begun(value: Any) -> None:
            assert partial is not None
            self._keep = True
            self._show_state("shown")
            partial(value)

        self._task = task = self.session.tasks.start(work, key=self.name, title=title, done=finished,
                                                     failed=self._failed, partial=begun)
        self._busy_text.setText(title)
        self._bar.setValue(0)
        self._strip.show()
        task.changed.connect(lambda: self._follow(task))

    # -- state ------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """"closed", "unbuilt", "busy", "cancelled", "failed" or "shown"."""
        return self._state

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        return self._task is not None

    def invalidate(self) -> None:
        """What is shown no longer holds; computed anew now if it is in sight, else when it next is."""
        self._stale = True
        self.session.tasks.cancel(self.name)
        self._task = None
        self._strip.hide()
        self.forget()
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Compute what is shown anew."""
        opened = self.session.opened
        self._reason = ""
        if opened is None:
            self._show_state("closed")
            return
        if opened.view is None:
            self._reason = opened.unbuilt
            self._show_state("unbuilt")
            return
        self._stale = False
        self.compute(opened)

    def cancel(self) -> None:
        """Stop the work under way."""
        self.session.tasks.cancel(self.name)

    def show_content(self) -> None:
        """Show the content, for figures that have something to show before they compute."""
        self._show_state("shown")

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what has not been computed yet."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def retranslate(self) -> None:
        """Set the texts of the message and of the strip."""
        self._cancel.setText(self.tr("Cancel"))
        self._again.setText(self.tr("Compute"))
        name = self.session.opened.folder.name if self.session.opened else ""
        texts = {
            "closed": self.tr("Open a corpus to see its figures."),
            "unbuilt": self.tr("The corpus {name} is not ready to be counted. Build it, and its figures appear here."),
            "busy": self.tr("Counting…"),
            "cancelled": self.tr("Stopped before there was anything to show."),
            "failed": self.tr("The figure could not be computed."),
        }
        text = texts.get(self._state, "").format(name=name)
        self._message.setText(f"{text}\n\n{self._reason}" if self._reason else text)

    def _show_state(self, state: str) -> None:
        self._state = state
        self._again.setVisible(state in ("cancelled", "failed"))
        self._pages.setCurrentIndex(1 if state == "shown" else 0)
        FigureView.retranslate(self)

    def _follow(self, task: Task) -> None:
        if task is not self._task:
            return
        if task.cancelled:
            self._task = None
            self._strip.hide()
            self._show_state("shown" if self._keep else "cancelled")
            return
        self._bar.setValue(round(task.fraction * 1000))
        self._busy_text.setToolTip(task.message)

    def _failed(self, failure: Failure) -> None:
        self._task = None
        self._strip.hide()
        self._reason = failure.sentence
        self._message.setToolTip("" if failure.expected else failure.details)
        self._show_state("failed")
