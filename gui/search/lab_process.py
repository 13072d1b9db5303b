"""The fitted systems in a child process that lives as long as one of them is used.

Most of them need torch, which the window's process never loads (it would stall for seconds). The child keeps the
galleries in memory and answers a query with the scores of all bars.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import threading
import time
import traceback
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from core.errors import Cancelled, KotofuriError
from core.pipeline.query import Query
from core.progress import Progress

if TYPE_CHECKING:
    from core.pipeline.lab_search import LabSearcher

Scored = tuple[NDArray[np.float64], float]

_POLL: Final = 0.02
"""Seconds between two looks at whether the answer is still wanted."""


class LabError(KotofuriError):
    """The child could not answer; the text is its sentence."""


class UnfittedError(LabError):
    """The system has to be fitted first: its file is damaged, or of an older version of the program."""


class LabProcess:
    """Asks the child. :meth:`scores` waits, so only workers call it; the other methods belong to the window."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._folder: Path | None = None
        self._stamp = ""
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._number = 0
        self._generation = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the child, None while there is none."""
        with self._state:
            return self._process.pid if self._process is not None else None

    def set_corpus(self, folder: Path | None, stamp: str = "") -> None:
        """Which corpus is meant; a child for another one, or for another build of it, ends."""
        if (folder, stamp) != (self._folder, self._stamp):
            self._end(folder, stamp)

    def scores(self, name: str, query: Query, alpha: float, report: Progress) -> Scored:
        """Scores of all bars of the corpus, and the seconds that scoring took; see :class:`LabSearcher`.

        Raises
        ------
        LabError
            With the child's sentence; an :class:`UnfittedError` where the system has to be fitted first.
        Cancelled
            Where ``report`` says so, or the corpus is another one now.
        """
        while not self._turn.acquire(timeout=_POLL):
            report(0.0, "")
        try:
            with self._state:
                generation = self._generation
            for last in (False, True):
                try:
                    return self._asked(generation, name, query, alpha, report)
                except (EOFError, OSError) as error:
                    if self._closed or generation != self._generation:
                        raise Cancelled from error
                    why = self._buried()
                    if last:
                        raise LabError(f"The process that holds the fitted systems ended ({why}); search again to "
                                       "start it anew.") from error
            raise Cancelled
        finally:
            self._turn.release()

    def close(self) -> None:
        """End the child for good."""
        self._closed = True
        self._end(None, "")

    def _asked(self, generation: int, name: str, query: Query, alpha: float, report: Progress) -> Scored:
        pipe = self._awake(generation)
        self._number += 1
        number = self._number
        pipe.send((number, name, query, alpha))
        while True:
            report(0.0, "")
            if not pipe.poll(_POLL):
                continue
            answered, kind, value = pipe.recv()
            if answered != number:
                continue
            if kind == "unfitted":
                raise UnfittedError(value)
            if kind == "sentence":
                raise LabError(value)
            scores, seconds = value
            return np.asarray(scores, np.float64), seconds

    def _awake(self, generation: int) -> Connection:
        with self._state:
            if self._closed or self._folder is None or generation != self._generation:
                raise Cancelled
            if self._pipe is not None:
                return self._pipe
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, str(self._folder)), daemon=True, name="systems")
            process.start()
            theirs.close()
            self._process, self._pipe = process, ours
            return ours

    def _buried(self) -> str:
        """Let go of a child that died; says how."""
        with self._state:
            process, self._process = self._process, None
            pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.close()
        if process is None:
            return "it is gone"
        process.join(1.0)
        return f"exit code {process.exitcode}"

    def _end(self, folder: Path | None, stamp: str) -> None:
        with self._state:
            self._generation += 1
            self._folder, self._stamp = folder, stamp
            process, self._process = self._process, None
            # Whoever listens at the pipe is told by its end; the worker that does so closes it.
            self._pipe = None
        if process is not None:
            process.kill()
            process.join(1.0)


# -- in the child -------------------------------------------------------------------------------------


def _serve(pipe: Connection, folder: str) -> None:
    from core.corpus.store import Corpus
    from core.pipeline.lab_search import LabSearcher

    requests: queue.SimpleQueue[tuple[int, str, Query, float]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, requests), daemon=True).start()
    with Corpus.open(folder) as corpus:
        searcher = LabSearcher(corpus)
        while True:
            request = requests.get()
            with contextlib.suppress(queue.Empty):
                # Who asked before has gone; only the newest waits.
                while True:
                    request = requests.get_nowait()
            number, name, query, alpha = request
            pipe.send((number, *_answer(searcher, name, query, alpha)))


def _answer(searcher: LabSearcher, name: str, query: Query, alpha: float) -> tuple[str, Any]:
    from core.pipeline.lab_search import NotFittedError

    try:
        searcher.load(name)
        began = time.perf_counter()
        scores = searcher.scores(name, query, alpha).astype(np.float32)
        return "scores", (scores, time.perf_counter() - began)
    except NotFittedError as error:
        return "unfitted", str(error)
    except KotofuriError as error:
        return "sentence", str(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the window says so
        traceback.print_exc()
        return "sentence", f"{type(error).__name__}: {error}"


def _listen(pipe: Connection, requests: queue.SimpleQueue[tuple[int, str, Query, float]]) -> None:
    """Take every request at once, and end the child when the window's end of the pipe closes."""
    try:
        while True:
            requests.put(pipe.recv())
    finally:
        os._exit(0)
