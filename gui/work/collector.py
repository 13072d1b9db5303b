"""Python's garbage collector, made to run in the GUI thread only.

Left to itself it runs in whichever thread happens to make the next object. In a worker thread it would then delete
widgets and other Qt objects that lie in reference cycles, outside the thread they live in, and Qt would crash.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 500
_YOUNG: Final = 700
_MIDDLE_EVERY: Final = 20
_FULL_EVERY: Final = 240
_MOST: Final = 60_000
"""Objects that one turn looks through at most: some 10 ms."""


class Collector(QObject):
    """Collects the youngest objects twice a second, and older ones now and then, as long as it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        # What is there now (modules, functions) stays; looking through it again and again would cost pauses.
        gc.collect()
        gc.freeze()
        self._turns = 0
        self._ages = [0, 0, 0]
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(_EVERY_MS)

    def collect(self) -> None:
        """One turn. Where it would be a pause that is felt, what there is now is left out of all later turns instead.

        So many objects at once are an opened corpus or what was found in it. Most of them are in no cycle and go when
        nothing refers to them any more, frozen or not.
        """
        self._turns += 1
        oldest = 2 if self._turns % _FULL_EVERY == 0 else 1 if self._turns % _MIDDLE_EVERY == 0 else 0
        # How many objects a turn would look through, at most: what was made since the last turn that looked as far.
        # (To list them would keep what a worker is done with from going in the worker.)
        self._ages[0] = max(gc.get_count()[0], 0)
        if sum(self._ages[: oldest + 1]) > _MOST:
            gc.freeze()
            self._ages = [0, 0, 0]
        elif oldest or self._ages[0] > _YOUNG:
            gone = gc.collect(oldest)
            moved = max(sum(self._ages[: oldest + 1]) - gone, 0)
            self._ages[: oldest + 1] = [0] * (oldest + 1)
            if oldest == 2:
                self._ages[2] = len(gc.get_objects(generation=2))
            else:
                self._ages[oldest + 1] += moved

    def settle(self) -> None:
        """Leave what there is now out of all later turns: after much was made that stays, such as an opened corpus."""
        gc.freeze()

    def stop(self) -> None:
        """Give collecting back to Python; for when the window is closed."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
