"""Decoded songs, the last few of them kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final

from gui.sound.voice import Sound

_KEPT_BYTES: Final = 256 * 2**20
_KEPT_SONGS: Final = 6


class SoundLibrary:
    """Decodes sound files and keeps the last few; to be called from workers."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int], Sound] = OrderedDict()
        self._lock = threading.Lock()

    def load(self, path: str) -> Sound:
        """The whole sound of a file, decoded or remembered. Raises :class:`core.errors.InputError`."""
        from core.audio.decode import load_audio

        key = _key(path)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        sound = Sound(*load_audio(path))
        with self._lock:
            self._kept[key] = sound
            while len(self._kept) > 1 and (len(self._kept) > _KEPT_SONGS or self._bytes() > _KEPT_BYTES):
                self._kept.popitem(last=False)
        return sound

    def _bytes(self) -> int:
        return sum(sound.samples.nbytes for sound in self._kept.values())


def _key(path: str) -> tuple[str, int, int]:
    """A file as it is now: a file that was replaced is decoded again."""
    try:
        stat = Path(path).stat()
    except OSError:
        return path, 0, 0
    return path, stat.st_mtime_ns, stat.st_size
