"""Which stretch of the song is in view, and where on the screen a time lies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

CLOSEST: Final = 1200.0
"""Most pixels a second: 40 a frame."""
_STEPS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


@dataclass
class TimeScale:
    """A window on a time axis.

    Attributes
    ----------
    width : int
        Pixels of the window.
    length : float
        Seconds of the whole song.
    per_second : float
        Pixels a second.
    start : float
        Second at the left edge.
    """

    width: int = 1
    length: float = 1.0
    per_second: float = 60.0
    start: float = 0.0

    @property
    def span(self) -> float:
        """Seconds in view."""
        return self.width / self.per_second

    @property
    def stop(self) -> float:
        """Second at the right edge."""
        return self.start + self.span

    @property
    def left(self) -> int:
        """Pixels from the song's start to the left edge; whole, so that pictures made once stay sharp."""
        return round(self.start * self.per_second)

    @property
    def widest(self) -> float:
        """Pixels a second at which the whole song fits."""
        return self.width / max(self.length, 1e-3)

    def x(self, seconds: float) -> float:
        """Pixel, from the left edge, of a time."""
        return seconds * self.per_second - self.left

    def seconds(self, x: float) -> float:
        """Time under a pixel."""
        return (x + self.left) / self.per_second

    def clamp(self) -> None:
        """Bring the window back onto the song."""
        self.per_second = min(max(self.per_second, min(self.widest, CLOSEST)), CLOSEST)
        self.start = min(max(self.start, 0.0), max(self.length - self.span, 0.0))

    def pan(self, seconds: float) -> None:
        """Move the window."""
        self.start += seconds
        self.clamp()

    def zoom(self, factor: float, x: float) -> None:
        """Zoom by a factor; the time under pixel ``x`` stays there."""
        held = self.seconds(x)
        self.per_second *= factor
        self.clamp()
        self.start = held - x / self.per_second
        self.clamp()

    def show(self, start: float, stop: float, margin: float = 0.0) -> None:
        """Fit a stretch of time into the window, with a share of ``margin`` on either side."""
        span = max(stop - start, 1e-2) * (1 + 2 * margin)
        self.per_second = self.width / span
        self.clamp()
        self.start = (start + stop) / 2 - self.span / 2
        self.clamp()

    def reveal(self, seconds: float, at: float = 0.1) -> bool:
        """Bring a time into view if it is not; it then lies at a share ``at`` of the width. True if it moved."""
        if self.start <= seconds < self.stop:
            return False
        before = self.start
        self.start = seconds - at * self.span
        self.clamp()
        return self.start != before


def tick_step(per_second: float, spacing: float) -> float:
    """Seconds between labels that are at least ``spacing`` pixels apart."""
    wanted = spacing / per_second
    return next((step for step in _STEPS if step >= wanted), math.ceil(wanted / 3600) * 3600)


def clock(seconds: float, decimals: int = 0) -> str:
    """A time as minutes and seconds: 1:05, or 1:05.20 with two decimals."""
    unit = 10 ** decimals
    whole = round(seconds * unit)
    minutes, rest = divmod(whole, 60 * unit)
    hours, minutes = divmod(minutes, 60)
    digits = f"{rest / unit:0{3 + decimals if decimals else 2}.{decimals}f}"
    return f"{hours}:{minutes:02d}:{digits}" if hours else f"{minutes}:{digits}"
