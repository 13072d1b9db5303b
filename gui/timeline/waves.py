"""Waveforms of songs, read in a worker and kept for a few songs."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from PySide6.QtCore import QObject, Signal

from core.audio.peaks import Peaks, peaks_of
from gui.work.tasks import Failure, Tasks

_KEPT: Final = 8


class Waves(QObject):
    """Hands out :class:`Peaks` by the path of the sound."""

    ready = Signal(str)
    """The peaks of this path are there."""
    failed = Signal(str, str)
    """The path, and why it has no peaks, in a sentence."""

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._kept: OrderedDict[str, Peaks] = OrderedDict()

    def get(self, path: str) -> Peaks | None:
        """The peaks, or None: they are then read, and ``ready`` or ``failed`` follows. Only the last request counts."""
        if path in self._kept:
            self._kept.move_to_end(path)
            return self._kept[path]

        def done(peaks: Peaks) -> None:
            self._kept[path] = peaks
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            self.ready.emit(path)

        def failed(failure: Failure) -> None:
            self.failed.emit(path, failure.sentence)

        self._tasks.start(lambda report: peaks_of(path, report), key="waveform", done=done, failed=failed,
                          aside=True)
        return None
