"""A Dask cluster as a runner. The only module that imports dask.distributed in the process that directs the work."""

from __future__ import annotations

import queue
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import uuid4

from distributed import Client
from distributed.scheduler import KilledWorker

from core import __version__
from core.cluster.runner import ClusterError, Shared, SongWork
from core.cluster.worker import DONE, STOPPED, Outcome, look, unseen, work, work_on_song
from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.errors import CorpusError, InputError, KotofuriError, SettingsError
from core.progress import Progress

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S")

CONNECT_SECONDS: Final = 15.0
_AHEAD: Final = 2
"""Pieces of work a thread that are sent ahead: none waits for work, and few results wait in the workers' memory."""
_TICK: Final = 0.25
_COUNT_SECONDS: Final = 2.0
_ERRORS: Final[dict[str, type[KotofuriError]]] = {
    "InputError": InputError, "CorpusError": CorpusError, "SettingsError": SettingsError,
}


@contextmanager
def connect(address: str, folder: Path) -> Iterator[DaskRunner]:
    """The cluster at an address, its workers having been asked whether they see the folder; errors: open_runner."""
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="kotofuri")
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(
            f"No Dask scheduler answers at '{address}'; start one with 'dask scheduler' and name the address it "
            "prints, like tcp://10.0.0.5:8786."
        ) from error
    try:
        _check_workers(client, address, folder)
        yield DaskRunner(client, address)
    finally:
        client.close()


def _check_workers(client: Any, address: str, folder: Path) -> None:
    """Raise SettingsError where there are no workers, or one cannot work on the corpus in ``folder``."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise SettingsError(
            f"The scheduler at {address} has no workers; start some with 'dask worker {address} --nthreads 1'."
        ) from error
    place = folder.absolute()
    # A folder of the same path can be another one on another machine, so a new file is looked for.
    with tempfile.NamedTemporaryFile(dir=place, prefix=".cluster-") as token:
        seen = client.run(look, token.name, on_error="return")
    for worker, answer in seen.items():
        if isinstance(answer, BaseException):
            raise SettingsError(
                f"The worker {worker} cannot run this program ({type(answer).__name__}: {answer}); start it in an "
                f"environment with Kotofuri {__version__}."
            )
        version, there = answer
        if version != __version__:
            raise SettingsError(
                f"The worker {worker} has Kotofuri {version}, this machine has {__version__}; install the same version."
            )
        if not there:
            raise SettingsError(unseen(worker, str(place)))


class DaskRunner:
    """The :class:`core.cluster.runner.Runner` whose work is done by a cluster.

    Results are the same as in this process: the same functions run on the same files. (Torch's last bits depend on the
    number of threads: to the last bit they are the same where both have as many.) A worker that dies has its work
    done by another; Dask gives up on a piece of work that took several workers with it.
    """

    def __init__(self, client: Any, address: str) -> None:
        self._client = client
        self._address = address
        self._threads = 0
        self._workers = 0
        self._counted = 0.0

    def songs(
        self, function: SongWork[S, R], corpus: Corpus, songs: Sequence[SongRecord], shared: Shared[S],
        progress: Progress, text: Callable[[int, SongRecord], str], *, ordered: bool = False,
    ) -> Iterator[tuple[SongRecord, R]]:
        """See :meth:`core.cluster.runner.Runner.songs`."""
        folder = str(corpus.folder.absolute())

        def arguments(song: SongRecord) -> tuple[Any, ...]:
            # What the readers noted of a song can be long, and no stage reads it.
            sent = replace(song, sources={}, report={})
            return (function, folder, sent, corpus.bars(song), corpus.words(song), shared.opener, shared.arguments)

        return self.map(work_on_song, songs, arguments, progress, text, ordered=ordered)

    def map(
        self, function: Callable[..., R], items: Sequence[T], arguments: Callable[[T], tuple[Any, ...]],
        progress: Progress, text: Callable[[int, T], str], *, ordered: bool = False,
    ) -> Iterator[tuple[T, R]]:
        """See :meth:`core.cluster.runner.Runner.map`.

        Raises
        ------
        ClusterError
            Where a piece of work killed its workers, or the scheduler is lost.
        """
        running: dict[int, Any] = {}
        ended: queue.SimpleQueue[int] = queue.SimpleQueue()
        ready: dict[int, R] = {}
        sent = given = 0
        run = uuid4().hex
        message = "handing out work"
        try:
            while given < len(items):
                room = self._room()
                while sent < len(items) and (sent - given if ordered else len(running)) < room:
                    future = self._client.submit(
                        work, function, arguments(items[sent]), key=f"kotofuri-{run}-{sent}", pure=False
                    )
                    running[sent] = future
                    future.add_done_callback(lambda _, number=sent: ended.put(number))
                    sent += 1
                progress((given + len(ready)) / len(items), f"{message}, {self._manned()}")
                try:
                    number = ended.get(timeout=_TICK)
                except queue.Empty:
                    continue
                message = text(given + len(ready), items[number])
                ready[number] = self._result(running.pop(number), message)
                turn = given if ordered else number
                while turn in ready:
                    yield items[turn], ready.pop(turn)
                    given += 1
                    turn += 1
        finally:
            if running:
                self._client.cancel(list(running.values()))

    def _result(self, future: Any, message: str) -> Any:
        if future.status not in {"finished", "error"}:
            raise self._lost(message)
        try:
            outcome: Outcome = future.result()
        except KilledWorker as error:
            raise ClusterError(
                f"The workers died while {message}, mostly for want of memory; look at their logs, give them more, "
                "and run the command again: it goes on from there."
            ) from error
        except (OSError, TimeoutError) as error:
            if self._client.status != "running":
                raise self._lost(message) from error
            raise
        kind, value = outcome
        if kind == DONE:
            return value
        if kind == STOPPED:
            raise self._lost(message)
        raise _ERRORS.get(kind, ClusterError)(*value)

    def _lost(self, message: str) -> ClusterError:
        return ClusterError(
            f"The scheduler at {self._address} was lost, or dropped its work, while {message}; run the command again: "
            "it goes on from there."
        )

    def _room(self) -> int:
        """Pieces of work that may be under way."""
        now = time.monotonic()
        if now - self._counted >= _COUNT_SECONDS:
            try:
                threads = self._client.nthreads()
            except (OSError, TimeoutError) as error:
                raise self._lost("work was under way") from error
            self._counted, self._workers, self._threads = now, len(threads), sum(threads.values())
        return max(_AHEAD * self._threads, 1)

    def _manned(self) -> str:
        if not self._workers:
            return f"waiting for a worker of {self._address}"
        return f"{self._workers} worker{'s' * (self._workers > 1)}"
