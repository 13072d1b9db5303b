"""Work that the tests of the cluster hand out; a module of its own, since workers import it by name."""

import os
import time
from pathlib import Path

from core.cluster.worker import stop_when_cancelled
from core.errors import Cancelled, CorpusError, InputError


def place(number):
    return number, os.getpid()


def slow_first(number):
    time.sleep(0.4 if number == 0 else 0.0)
    return number


def die_once(number, mark):
    """Kills its process the first time."""
    if number == 1 and not Path(mark).exists():
        Path(mark).touch()
        os._exit(1)
    return number


def die(number):
    if number == 1:
        os._exit(1)
    return number


def fail(kind):
    if kind == "input":
        raise InputError("/there/song.npy", "the array is damaged", "delete it and run build again")
    if kind == "corpus":
        raise CorpusError("There is no such song.")
    return int("nothing")


def wait_for_stop(mark):
    """Works until nobody waits for it, and leaves a mark then."""
    Path(mark, "begun").touch()
    try:
        for _ in range(600):
            stop_when_cancelled(0.0)
            time.sleep(0.05)
    except Cancelled:
        Path(mark, "stopped").touch()
        raise


def threads_and_span(_number):
    import torch

    start = time.time()
    time.sleep(0.2)
    return torch.get_num_threads(), os.environ["OMP_NUM_THREADS"], start, time.time()
