"""What runs on a worker of a cluster.

A worker never opens the catalogue: SQLite in WAL mode does not work over a network file system. It is sent the song's
record, bars and words, and reads the song's arrays by their path. What it computes travels back, and the process that
holds the catalogue writes it.

One piece of work runs at a time in a worker's process, with as many threads as Dask gave the worker: tokenizers and
torch's random numbers belong to the process, and two fits at once would draw from each other's.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from core import __version__
from core.corpus.records import BarRecord, SongRecord
from core.corpus.store import Corpus
from core.errors import Cancelled, InputError, KotofuriError, SettingsError
from core.lyrics.words import TimedWord

DONE: Final = "done"
STOPPED: Final = "stopped"
_TURN: Final = threading.Lock()
_LOOK_SECONDS: Final = 0.5
_KEPT: Final = 3
_opened: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

Outcome = tuple[str, Any]
"""(:data:`DONE`, result), or the name of an error's class with its arguments. Errors that say more than one sentence do
not survive the journey as objects."""


class SentCorpus(Corpus):
    """A corpus of which one song is known: its bars and words as they were sent, its arrays from disk."""

    def __init__(self, folder: Path, bars: Sequence[BarRecord], words: Sequence[TimedWord]) -> None:
        # The catalogue is empty: whoever asks it for more than was sent fails at once.
        super().__init__(folder, sqlite3.connect(":memory:"))
        self._bars, self._words = list(bars), list(words)

    def bars(self, song: SongRecord) -> list[BarRecord]:  # noqa: ARG002 - there is but one
        """The song's bars in order."""
        return list(self._bars)

    def words(self, song: SongRecord) -> list[TimedWord]:  # noqa: ARG002 - there is but one
        """The song's words, in seconds of the motion."""
        return list(self._words)


def look(token: str) -> tuple[str, bool]:
    """The worker's version of this program, and whether it sees a file."""
    return __version__, Path(token).is_file()


def work(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Outcome:
    """Run ``function(*arguments)`` when it is this process's turn."""
    try:
        with _turn():
            return DONE, function(*arguments)
    except Cancelled:
        return STOPPED, ()
    except InputError as error:
        return "InputError", (str(error.path), error.fault, error.remedy)
    except KotofuriError as error:
        return type(error).__name__, (str(error),)


def work_on_song(
    function: Callable[..., Any], folder: str, song: SongRecord, bars: Sequence[BarRecord],
    words: Sequence[TimedWord], opener: Callable[..., Any], arguments: tuple[Any, ...],
) -> Any:
    """The work of :meth:`core.cluster.runner.Runner.songs` on one song."""
    check_folder(folder)
    with SentCorpus(Path(folder), bars, words) as corpus:
        return function(corpus, song, opened(opener, arguments))


def check_folder(folder: str) -> None:
    """Raise SettingsError where this machine does not see the folder: workers can come while work is under way."""
    if not Path(folder).is_dir():
        raise SettingsError(unseen(_worker_address(), folder))


def unseen(worker: str, folder: str) -> str:
    """The sentence for a worker that does not see the corpus."""
    return (f"The worker {worker} does not see {folder}; put the corpus on a file system that all machines of the "
            "cluster have under the same path.")


def opened(opener: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """``opener(*arguments)``, kept in this process for the next piece of work; the last few of them are."""
    key = (opener.__module__, opener.__qualname__, *arguments)
    if key not in _opened:
        # Space first: an encoder or a table of features can be large.
        while len(_opened) >= _KEPT:
            _opened.popitem(last=False)
        _opened[key] = opener(*arguments)
    _opened.move_to_end(key)
    return _opened[key]


def stop_when_cancelled(fraction: float, message: str = "") -> None:  # noqa: ARG001 - a Progress
    """Progress of long work on a worker: raises Cancelled once nobody waits for the work any more."""
    now = time.monotonic()
    if now - _looked.at >= _LOOK_SECONDS:
        _looked.at = now
        if _cancelled():
            raise Cancelled


class _Looked(threading.local):
    """When this thread last looked whether it is to stop."""

    at = 0.0


_looked = _Looked()


@contextmanager
def _turn() -> Iterator[None]:
    while not _TURN.acquire(timeout=_LOOK_SECONDS):
        if _cancelled():
            raise Cancelled
    try:
        if _cancelled():
            raise Cancelled
        with _threads(_worker_threads()):
            yield
    finally:
        _TURN.release()


@contextmanager
def _threads(count: int | None) -> Iterator[None]:
    """Let every library use ``count`` threads, so that workers of one machine do not fight for its cores."""
    if count is None:
        yield
        return
    # Trainings ask the environment.
    os.environ["OMP_NUM_THREADS"] = str(count)
    # Torch does not when OpenMP was loaded before it, and nearly all work needs it.
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(count)
    if "numba" in sys.modules:
        import numba

        numba.set_num_threads(min(count, numba.config.NUMBA_NUM_THREADS))
    else:
        os.environ["NUMBA_NUM_THREADS"] = str(count)
    with threadpool_limits(count):
        yield


def _worker() -> Any:
    """The Dask worker that runs this thread; None where there is none."""
    from distributed import get_worker

    try:
        return get_worker()
    except ValueError:
        return None


def _worker_address() -> str:
    worker = _worker()
    return str(worker.address) if worker is not None else "of this process"


def _worker_threads() -> int | None:
    worker = _worker()
    return int(worker.state.nthreads) if worker is not None else None


def _cancelled() -> bool:
    worker = _worker()
    if worker is None:
        return False
    # Dask cannot stop a thread; it marks the task and forgets what comes of it.
    task = worker.state.tasks.get(worker.get_current_task())
    return task is None or task.state == "cancelled"
