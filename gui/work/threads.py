"""Threads that are kept for the next piece of work.

Starting a thread waits for its first turn at the processor, which on a full machine holds the GUI thread up for tens of
milliseconds; handing work to one that sleeps does not. They are daemons, so that work which does not listen to its
cancelling cannot keep the program alive.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Final

Job = Callable[[], None]

NICE: Final = 5
"""How far work in threads and child processes stands back behind the window's own thread, as of ``nice``."""


def stand_back() -> None:
    """Let the window's thread go first on a full machine, where threads have a niceness of their own (Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


class Threads:
    """Runs jobs, each in a thread of its own while it lasts."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0
        self._threads: list[threading.Thread] = []

    def run(self, job: Job) -> None:
        """Run a job; never waits for another one to end."""
        with self._lock:
            free = self._idle > 0
            if free:
                self._idle -= 1
        if free:
            self._jobs.put(job)
            return
        thread = threading.Thread(target=self._work, args=(job,), name=f"{self._name} {len(self._threads) + 1}",
                                  daemon=True)
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Let every thread end once its job is done."""
        for _ in self._threads:
            self._jobs.put(None)

    def join(self, until: Callable[[], float]) -> bool:
        """Wait for the threads to end, ``until()`` seconds at most each time; returns whether all did."""
        for thread in self._threads:
            thread.join(max(until(), 0.0))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self, job: Job | None) -> None:
        stand_back()
        while job is not None:
            job()
            del job
            with self._lock:
                self._idle += 1
            job = self._jobs.get()
