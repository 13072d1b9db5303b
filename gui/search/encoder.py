"""The lyric encoder as a child process that lives as long as its corpus is open.

torch and transformers hold the interpreter lock for seconds while they load, so the window's process never imports
them. The child opens the corpus's encoder and codebook once, then answers every text with its words and codes.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import threading
import traceback
from collections import OrderedDict
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.corpus.store import Corpus
from core.errors import KotofuriError
from core.pipeline.query import QueryEncoder, QueryWords

_KEPT: Final = 256
"""Texts whose answers are remembered."""
_DEATHS: Final = 3
"""Deaths in a row, without an answer between them, after which the child is not started again by itself."""

Address = tuple[Path, str]
"""The corpus folder, and what changes when its encoder or codebook does."""


class LyricProcess(QObject):
    """Asks the child; lives in the GUI thread.

    A newer text replaces an older one that the child has not begun. A child that dies is started again and asked
    again. It ends with :meth:`close`, and by itself when the window's process ends in whatever way.
    """

    state_changed = Signal(str)
    """"off", "waking", "ready" or "failed" (see :attr:`sentence`)."""
    answered = Signal(object)
    """:class:`QueryWords` of the text asked for last."""
    _heard = Signal(int, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "off"
        self.sentence = ""
        self.encoder_name = ""
        self._address: Address | None = None
        self._child: _Child | None = None
        self._number = 0
        self._wanted: str | None = None
        self._deaths = 0
        self._answers: OrderedDict[str, QueryWords] = OrderedDict()
        self._stopping: list[_Child] = []
        self._closed = False
        self._heard.connect(self._on_heard, Qt.ConnectionType.QueuedConnection)

    @property
    def pid(self) -> int | None:
        """Process id of the child, None while there is none."""
        return self._child.pid if self._child is not None else None

    def set_corpus(self, folder: Path | None, stamp: str = "") -> None:
        """Which corpus's encoder is meant; a child for another one is replaced when it is next needed."""
        address = None if folder is None else (Path(folder), stamp)
        if address != self._address:
            self.stop()
            self._address = address
            self._answers.clear()

    def wake(self) -> None:
        """Start the child, where there is a corpus and none runs. A failure shown before is tried again."""
        if self._address is None or self._child is not None or self._closed:
            return
        self._deaths = 0
        self._start()

    def ask(self, text: str) -> None:
        """Ask for a text's words and codes; :attr:`answered` brings them, at once where they are remembered."""
        known = self._answers.get(text)
        if known is not None:
            self._answers.move_to_end(text)
            self._wanted = None
            self.answered.emit(known)
            return
        self._wanted = text
        if self._child is None:
            self.wake()
        else:
            self._child.send(text)

    def stop(self) -> None:
        """End the child; it can be woken again."""
        self._wanted = None
        if self._child is not None:
            self._child.kill()
            self._stopping = [child for child in (*self._stopping, self._child) if child.alive]
            self._child = None
        self._set_state("off")

    def close(self, seconds: float = 2.0) -> bool:
        """End the child for good and wait for its thread; returns whether everything has ended."""
        self._closed = True
        self.stop()
        for child in self._stopping:
            child.join(seconds)
        return not any(child.alive for child in self._stopping)

    def _start(self) -> None:
        if self._address is None or self._closed:
            return
        self._number += 1
        self._set_state("waking")
        self._child = _Child(self._number, self._address[0], self._tell)
        if self._wanted is not None:
            self._child.send(self._wanted)

    def _tell(self, number: int, kind: str, value: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the window is gone; there is nobody left to tell
            self._heard.emit(number, kind, value)

    @Slot(int, str, object)
    def _on_heard(self, number: int, kind: str, value: Any) -> None:
        if number != self._number or self._child is None:
            return
        if kind == "ready":
            self.encoder_name = str(value)
            self._set_state("ready")
        elif kind == "words":
            self._deaths = 0
            self._answers[value.text] = value
            if len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
            if value.text == self._wanted:
                self._wanted = None
                self.answered.emit(value)
        elif kind == "sentence":
            self._fail(str(value))
        else:
            self._died(str(value))

    def _died(self, why: str) -> None:
        self._deaths += 1
        if self._deaths < _DEATHS:
            self._child = None
            self._start()
        else:
            self._fail(self.tr("The language model's process ended {count} times in a row ({why}); click to try again.")
                       .format(count=self._deaths, why=why))

    def _fail(self, sentence: str) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            self._stopping.append(child)
        self._wanted = None
        self._set_state("failed", sentence)

    def _set_state(self, state: str, sentence: str = "") -> None:
        if (state, sentence) != (self.state, self.sentence):
            self.state, self.sentence = state, sentence
            self.state_changed.emit(state)


class _Child:
    """One child process and the thread that starts it and listens to it."""

    def __init__(self, number: int, folder: Path, tell: Any) -> None:
        self._number = number
        self._folder = folder
        self._tell = tell
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._waiting: str | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._run, name=f"lyric encoder {number}", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        with self._lock:
            return self._process.pid if self._process is not None else None

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def send(self, text: str) -> None:
        with self._lock:
            if self._pipe is None:
                self._waiting = text
                return
            # The child's own thread empties the pipe at once, so this never waits. A dead child is told by the thread.
            with contextlib.suppress(OSError, ValueError):
                self._pipe.send(text)

    def kill(self) -> None:
        with self._lock:
            self._ended = True
            if self._process is not None:
                self._process.kill()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, str(self._folder)), daemon=True, name="lyric encoder")
        try:
            process.start()
            theirs.close()
            with self._lock:
                self._process, self._pipe = process, ours
                if self._ended:
                    process.kill()
                if self._waiting is not None:
                    with contextlib.suppress(OSError):
                        ours.send(self._waiting)
            while True:
                self._tell(self._number, *ours.recv())
        except (EOFError, OSError):
            pass
        finally:
            why = ""
            with self._lock:
                self._pipe = None
            ours.close()
            if process.pid is not None:
                process.join(2.0)
                if process.is_alive():
                    process.kill()
                    process.join(2.0)
                why = f"exit code {process.exitcode}"
            if not self._ended:
                self._tell(self._number, "died", why)


# -- in the child -------------------------------------------------------------------------------------


def _serve(pipe: Connection, folder: str) -> None:
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, requests), daemon=True).start()
    try:
        with Corpus.open(folder) as corpus:
            encoder = QueryEncoder(corpus)
        # The first sentence loads what loads late (dictionary, kernels), before anybody waits for it.
        encoder.words("la 愛")
        pipe.send(("ready", encoder.name))
        while True:
            text = requests.get()
            with contextlib.suppress(queue.Empty):
                while True:
                    text = requests.get_nowait()
            pipe.send(("words", encoder.words(text)))
    except KotofuriError as error:
        pipe.send(("sentence", str(error)))
    except Exception as error:  # noqa: BLE001 - whatever it is, the window says so
        traceback.print_exc()
        pipe.send(("sentence", f"{type(error).__name__}: {error}"))


def _listen(pipe: Connection, requests: queue.SimpleQueue[str]) -> None:
    """Take every request at once, and end the child when the window's end of the pipe closes."""
    try:
        while True:
            requests.put(pipe.recv())
    finally:
        os._exit(0)
