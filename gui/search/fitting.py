"""Fitting systems to the open corpus, one after another, each as a task in the status area."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from gui.search.system_combo import SystemTexts
from gui.state.session import Session
from gui.work.process import in_process
from gui.work.tasks import Failure, Report, Task

QUICK: Final = ("xmied-sentences", "word-count", "cca", "cluster-cca")
"""Systems in closed form: fitted in seconds, hence at once when they are chosen. The others are trained."""
_POLL: Final = 0.05


class Fitting(QObject):
    """Starts fits and knows how they stand."""

    changed = Signal(str)
    """A fit of this system began, ended or failed."""
    fitted = Signal(str)
    """This system is fitted to the open corpus now."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._texts = SystemTexts(self)
        self._faults: dict[str, str] = {}
        self._begun: set[str] = set()
        self._one = threading.Lock()
        session.tasks.ended.connect(self._on_ended)

    def running(self, name: str) -> bool:
        """Whether a system is being fitted to the open corpus, or waits for its turn."""
        key = self._key(name)
        return bool(key) and self._session.tasks.is_running(key)

    def fault(self, name: str) -> str:
        """Why the last fit of a system failed, in a sentence; '' where it did not."""
        return self._faults.get(self._key(name), "")

    def at_once(self, name: str, *, kept: bool) -> bool:
        """Whether to start without asking: it takes seconds, and was not begun before (stopped, or in vain).

        ``kept`` where the system was fitted before and only has to look at all bars.
        """
        return (kept or name in QUICK) and self._key(name) not in self._begun

    def start(self, name: str) -> None:
        """Fit a system to the open corpus, in a child process: torch would stall the window."""
        opened = self._session.opened
        if opened is None or opened.view is None or self.running(name):
            return
        folder, key = opened.folder, self._key(name)
        self._faults.pop(key, None)
        self._begun.add(key)

        def done(_result: object) -> None:
            if key == self._key(name):
                self.fitted.emit(name)
                self._session.message.emit(self.tr("{system} is fitted to this corpus.").format(
                    system=self._texts.text(name)))

        def failed(failure: Failure) -> None:
            self._faults[key] = failure.sentence
            if not failure.expected:
                self._session.tasks.failed.emit(failure)
            self.changed.emit(name)

        self._session.tasks.start(lambda report: self._fit(folder, name, report), key=key, done=done, failed=failed,
                                  title=self.tr("Fitting {system}").format(system=self._texts.text(name)))
        self.changed.emit(name)

    def stop(self, name: str) -> None:
        """Stop a fit; a trained system goes on where it stood when it is fitted again."""
        self._session.tasks.cancel(self._key(name))
        self.changed.emit(name)

    def _fit(self, folder: Path, name: str, report: Report) -> None:
        # In the worker: what it imports would hold the window up.
        from core.pipeline.lab_search import fit_system

        while not self._one.acquire(timeout=_POLL):
            report(0.0, "")
        try:
            in_process(fit_system, folder, name, 0, progress=report)
        finally:
            self._one.release()

    def _key(self, name: str) -> str:
        opened = self._session.opened
        return f"fit {opened.folder} {name}" if opened is not None else ""

    def _on_ended(self, task: Task) -> None:
        if not task.key.startswith("fit "):
            return
        name = task.key.rpartition(" ")[2]
        if task.key == self._key(name):
            self.changed.emit(name)
