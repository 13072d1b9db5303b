"""The one queue of pictures to draw, and the worker that serves it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtGui import QImage

from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.errors import Cancelled
from core.pipeline.browse import Place
from core.pipeline.song import Dance, load_dance
from gui.draw.colours import DARK, LIGHT
from gui.thumbs.pictures import Shape, most_telling, picked_frames, pictures
from gui.work.tasks import Report

STALE: Final = 0.6
"""Seconds after which a request that no painting renewed is dropped."""
_DANCES: Final = 64

Key = tuple[Path, int, int, int, Shape]
"""Corpus folder, the song's row (never used twice), start, stop, shape."""


@dataclass(frozen=True)
class Request:
    """A picture that is wanted: the still one of a place, or its loop. ``renewed`` is when it was last asked for."""

    key: Key
    song: SongRecord
    corpus: Corpus
    place: Place
    moving: bool
    renewed: float


@dataclass(frozen=True)
class Drawn:
    """What became of a request; no images where the place cannot be drawn."""

    request: Request
    images: tuple[QImage, ...]


class Queue:
    """Requests waiting for the worker, the newest served first; shared by the window's thread and the worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: OrderedDict[tuple[Key, bool], Request] = OrderedDict()
        self._taken: set[tuple[Key, bool]] = set()
        self.dances: OrderedDict[tuple[Path, int, int, int], Dance] = OrderedDict()

    def put(self, request: Request) -> None:
        """Ask, or ask again; what is being drawn at the moment is not asked for twice."""
        name = request.key, request.moving
        with self._lock:
            if name not in self._taken:
                self._waiting[name] = request
                self._waiting.move_to_end(name)

    def take(self) -> Request | None:
        """The newest request for a still picture, else the newest for a loop; outdated ones are dropped."""
        limit = time.monotonic() - STALE
        with self._lock:
            for name in [name for name, request in self._waiting.items() if request.renewed < limit]:
                del self._waiting[name]
            for moving in (False, True):
                for name in reversed(self._waiting):
                    if name[1] == moving:
                        self._taken.add(name)
                        return self._waiting.pop(name)
        return None

    def finished(self, request: Request) -> None:
        """The result has arrived; from now on it may be asked for again."""
        with self._lock:
            self._taken.discard((request.key, request.moving))

    def clear(self) -> None:
        """Forget everything that waits."""
        with self._lock:
            self._waiting.clear()
            self._taken.clear()

    def __len__(self) -> int:
        with self._lock:
            return len(self._waiting)

    def __bool__(self) -> bool:
        return True


def serve(queue: Queue, most: int, report: Report) -> None:
    """Draw what the queue asks for until it is empty; ``most`` is the bytes that one loop may take."""
    while (request := queue.take()) is not None:
        images: list[QImage] = []
        try:
            dance = _dance(request, queue.dances)
            shape = request.key[4]
            if request.moving:
                frames = picked_frames(len(dance), most // max(shape.size, 1) - 1)
            else:
                frames = [most_telling(dance.positions)] if len(dance) else []
            for image in pictures(dance, frames, shape, DARK if shape.dark else LIGHT):
                report(0.0)
                images.append(image)
        except Cancelled:
            raise
        except Exception:  # noqa: BLE001 - one song that cannot be read must not stop the pictures of the others
            images = []
        report.partial(Drawn(request, tuple(images)))


def _dance(request: Request, dances: OrderedDict[tuple[Path, int, int, int], Dance]) -> Dance:
    key = request.key[:4]
    found = dances.get(key)
    if found is None:
        place = request.place
        found = load_dance(request.corpus, request.song, max(place.start, 0), min(place.stop, request.song.frames))
        dances[key] = found
        while len(dances) > _DANCES:
            dances.popitem(last=False)
    else:
        dances.move_to_end(key)
    return found
