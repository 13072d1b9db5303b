"""The one class that runs work off the GUI thread.

A piece of work is a callable that takes a :class:`Report`. What it returns, the partial results it hands out and the
error it raises come back in the GUI thread. Work is named by a key: a newer request under a key cancels the older one,
whose results are then never delivered.
"""

from __future__ import annotations

import itertools
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import Cancelled, KotofuriError
from gui.work.threads import Threads

_REPORT_EVERY: Final = 0.05
"""Seconds between two reports of progress to the GUI thread."""
_CALM_SECONDS: Final = 0.15
"""How long after urgent work the window has the interpreter to itself, to show what came of it."""


@dataclass(frozen=True)
class Failure:
    """Work that failed.

    Attributes
    ----------
    title : str
        What was being done.
    sentence : str
        What went wrong, for a person.
    details : str
        The traceback; folded away by the window.
    expected : bool
        True for a :class:`KotofuriError` (bad input, wrong settings), False for a fault of the program.
    """

    title: str
    sentence: str
    details: str
    expected: bool


class Report:
    """What work reports to: a :class:`core.progress.Progress` that cancels, and partial results."""

    def __init__(self, task: Task, deliver: Callable[[Task, str, Any], None]) -> None:
        self._task = task
        self._deliver = deliver
        self._last = 0.0

    def __call__(self, fraction: float, message: str = "") -> None:
        """Report progress; raises :class:`Cancelled` once the task is cancelled."""
        if self._task.cancelled:
            raise Cancelled
        now = time.monotonic()
        if now - self._last >= _REPORT_EVERY or fraction >= 1.0:
            self._last = now
            self._deliver(self._task, "progress", (float(fraction), message))

    def partial(self, value: Any) -> None:
        """Hand out a partial result; raises :class:`Cancelled` once the task is cancelled."""
        if self._task.cancelled:
            raise Cancelled
        self._deliver(self._task, "partial", value)


class Task(QObject):
    """A running piece of work as the window shows it. Lives in the GUI thread.

    Attributes
    ----------
    key, title : str
        An empty title keeps the task out of the status area.
    fraction : float
    message : str
    cancelled, ended, aside : bool
    finished : threading.Event
        Set once the work itself is over, before anything of it is delivered.
    """

    changed = Signal()

    def __init__(self, number: int, key: str, title: str, work: Callable[[Report], Any], parent: QObject,
                 *, aside: bool = False) -> None:
        super().__init__(parent)
        self.number = number
        self.key = key
        self.title = title
        self.fraction = 0.0
        self.message = ""
        self.cancelled = False
        self.ended = False
        self.aside = aside
        self.work = work
        self.finished = threading.Event()
        self.on_done: Callable[[Any], None] | None = None
        self.on_partial: Callable[[Any], None] | None = None
        self.on_failed: Callable[[Failure], None] | None = None

    def cancel(self) -> None:
        """Ask the work to stop; from now on nothing of it is delivered."""
        self.cancelled = True
        self.changed.emit()


class Tasks(QObject):
    """Starts work, delivers what comes of it in the GUI thread, and stops all of it when the window closes."""

    started = Signal(object)
    ended = Signal(object)
    failed = Signal(object)
    """A :class:`Failure` that the starter did not take care of itself."""
    _reported = Signal(object, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._running: dict[str, Task] = {}
        self._waiting: dict[str, Task] = {}
        self._closed = False
        self._threads = Threads("task")
        self._aside = threading.Lock()
        self._urgent: set[Task] = set()
        self._calm = 0.0
        self._reported.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> tuple[Task, ...]:
        """Tasks that have not ended, oldest first; cancelled ones that still wind down are among them."""
        return tuple(sorted((*self._running.values(), *self._waiting.values()), key=lambda task: task.number))

    def is_running(self, key: str) -> bool:
        """Whether uncancelled work of this key is under way or waits for its turn."""
        found = (self._running.get(key), self._waiting.get(key))
        return any(task is not None and not task.cancelled for task in found)

    def start(
        self,
        work: Callable[[Report], Any],
        *,
        key: str,
        title: str = "",
        done: Callable[[Any], None] | None = None,
        partial: Callable[[Any], None] | None = None,
        failed: Callable[[Failure], None] | None = None,
        urgent: bool = False,
        aside: bool = False,
    ) -> Task:
        """Run ``work(report)`` in another thread.

        Parameters
        ----------
        work : callable
            Runs outside the GUI thread: it must touch no widget, and should carry all it needs (a frozen request).
        key : str
            Newer work of the same key cancels this one; it begins once the older has stopped.
        title : str
            Shown in the status area with progress and a cancel button; empty keeps it out.
        done, partial, failed : callables, called in the GUI thread
            Without ``failed`` the signal of that name tells the window, which shows it.
        urgent, aside : bool
            Somebody waits for what is urgent before anything else can be done; nobody waits for what is aside. That is
            done one after another and begins when nothing urgent is left, so that the interpreter is the window's.
        """
        task = Task(next(self._numbers), key, title, work, self, aside=aside)
        task.on_done, task.on_partial, task.on_failed = done, partial, failed
        if self._closed:
            task.cancelled = task.ended = True
            return task
        if urgent:
            self._urgent.add(task)
        older, waiting = self._running.get(key), self._waiting.pop(key, None)
        if waiting is not None:
            self._finish(waiting)
        if older is None:
            self._launch(task)
        else:
            older.cancel()
            self._waiting[key] = task
        self.started.emit(task)
        return task

    def cancel(self, key: str) -> None:
        """Cancel the work of a key, if there is any."""
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            waiting.cancel()
            self._finish(waiting)
        if key in self._running:
            self._running[key].cancel()

    def shutdown(self, seconds: float = 1.5) -> bool:
        """Cancel everything and wait for the threads; returns whether all of them stopped in time."""
        self._closed = True
        for task in self.running:
            task.cancel()
        self._waiting.clear()
        until = time.monotonic() + seconds
        self._threads.close()
        ended = self._threads.join(lambda: until - time.monotonic())
        self._running.clear()
        return ended

    def _launch(self, task: Task) -> None:
        self._running[task.key] = task
        self._threads.run(lambda: self._run(task))

    def _run(self, task: Task) -> None:
        kind, value = self._in_turn(task) if task.aside else self._outcome(task)
        task.finished.set()
        self._send(task, kind, value)

    def _in_turn(self, task: Task) -> tuple[str, Any]:
        while self._urgent or time.monotonic() < self._calm or not self._aside.acquire(timeout=_REPORT_EVERY):
            if task.cancelled:
                return "cancelled", None
            time.sleep(_REPORT_EVERY / 10)
        try:
            return ("cancelled", None) if task.cancelled else self._outcome(task)
        finally:
            self._aside.release()

    def _outcome(self, task: Task) -> tuple[str, Any]:
        try:
            return "done", task.work(Report(task, self._send))
        except Cancelled:
            return "cancelled", None
        except KotofuriError as error:
            return "failed", Failure(task.title, str(error), traceback.format_exc(), expected=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, the window shows it and goes on
            sentence = f"{type(error).__name__}: {error}"
            return "failed", Failure(task.title, sentence, traceback.format_exc(), expected=False)

    def _send(self, task: Task, kind: str, value: Any) -> None:
        try:
            self._reported.emit(task, kind, value)
        except RuntimeError:
            # The window is gone; there is nobody left to tell.
            return

    @Slot(object, str, object)
    def _deliver(self, task: Task, kind: str, value: Any) -> None:
        if self._closed:
            # What was still in the queue when the window closed: who asked for it may be gone.
            return
        if kind == "progress":
            if not task.cancelled:
                task.fraction, task.message = value
                task.changed.emit()
            return
        if kind == "partial":
            if not task.cancelled and task.on_partial is not None:
                task.on_partial(value)
            return
        self._running.pop(task.key, None)
        following = self._waiting.pop(task.key, None)
        cancelled = task.cancelled
        self._finish(task)
        if following is not None:
            self._launch(following)
        if cancelled:
            return
        if kind == "done" and task.on_done is not None:
            task.on_done(value)
        elif kind == "failed":
            if task.on_failed is not None:
                task.on_failed(value)
            else:
                self.failed.emit(value)

    def _finish(self, task: Task) -> None:
        task.ended = True
        if task in self._urgent:
            self._urgent.discard(task)
            self._calm = time.monotonic() + _CALM_SECONDS
        task.changed.emit()
        self.ended.emit(task)
        task.deleteLater()
