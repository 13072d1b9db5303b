"""Work in a child process: what holds the interpreter for long (torch, k-means, composing) would stall the window.

The child is killed when the work is cancelled or the window dies, which costs nothing: every long stage of
:mod:`core` leaves only whole files and goes on where it stopped.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Final

from core.errors import Cancelled, KotofuriError
from core.progress import Progress
from gui.work.threads import NICE

_POLL: Final = 0.1
# One core is the window's. Threads that wait for each other must sleep: spinning, as they do by themselves, they would
# stand in the way of the one that they wait for as soon as the window draws.
_CORES: Final = str(max((os.cpu_count() or 2) - 1, 1))
_LIMITS: Final = {"OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": _CORES, "OPENBLAS_NUM_THREADS": _CORES,
                  "MKL_NUM_THREADS": _CORES}
_ENVIRONMENT: Final = threading.Lock()
_REPORT_EVERY: Final = 0.05


class ChildError(RuntimeError):
    """The child raised something unexpected or died; the text carries its traceback."""


class _SentenceError(KotofuriError):
    """An error of the child that a user can mend."""


def in_process(function: Callable[..., Any], *arguments: Any, progress: Progress) -> Any:
    """Run ``function(*arguments, progress)`` in a child process and return its result.

    Parameters
    ----------
    function : callable
        Of a module's top level.
    arguments
        Values that can be sent to another process (no widgets, no open corpora).
    progress : Progress
        Told what the child reports; raising :class:`Cancelled` kills the child.

    Raises
    ------
    KotofuriError
        With the child's sentence.
    ChildError
        For any other error of the child, or its death.
    Cancelled
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_child, args=(theirs, function, arguments), daemon=True)
    with _ENVIRONMENT:
        before = {name: os.environ.get(name) for name in _LIMITS}
        os.environ.update({name: value for name, value in _LIMITS.items() if name not in os.environ})
        try:
            child.start()
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
    theirs.close()
    fraction, message = 0.0, ""
    try:
        while True:
            progress(fraction, message)
            if not ours.poll(_POLL):
                continue
            try:
                kind, value = ours.recv()
            except (EOFError, OSError) as error:
                child.join(1.0)
                raise ChildError(f"the child process died (exit code {child.exitcode})") from error
            if kind == "progress":
                fraction, message = value
            elif kind == "done":
                return value
            elif kind == "sentence":
                raise _SentenceError(value)
            else:
                raise ChildError(value)
    finally:
        ours.close()
        child.join(0.05)
        if child.is_alive():
            child.kill()
            child.join(1.0)


def _child(pipe: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    if hasattr(os, "nice"):
        os.nice(NICE)
    threading.Thread(target=_leave_with_parent, args=(pipe,), daemon=True).start()
    last = 0.0

    def progress(fraction: float, message: str = "") -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _REPORT_EVERY or fraction >= 1.0:
            last = now
            pipe.send(("progress", (float(fraction), message)))

    try:
        result = function(*arguments, progress)
    except Cancelled:
        return
    except KotofuriError as error:
        pipe.send(("sentence", str(error)))
    except Exception:  # noqa: BLE001 - handed to the parent, which shows it
        pipe.send(("failed", traceback.format_exc()))
    else:
        pipe.send(("done", result))


def _leave_with_parent(pipe: Connection) -> None:
    """End the child when the parent's end of the pipe closes, whatever the child is doing."""
    try:
        pipe.poll(None)
    finally:
        os._exit(1)
