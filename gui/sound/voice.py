"""The samples of a song along a route, at a speed: what is given to the sound device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audio.stretch import Stretch, lead
from gui.sound.route import Route

_FADE: Final = 0.003
"""Seconds over which one place of the song passes into another, so that nothing clicks."""
_FEED: Final = 2048


@dataclass(frozen=True)
class Sound:
    """A decoded song: mono float32 [n], samples a second, and the motion's time of its first sample."""

    samples: NDArray[np.float32]
    rate: int
    shift: float = 0.0


class Reader:
    """Reads a sound along a route, silence where there is none. Counts in samples, so that loops never drift."""

    def __init__(self, sound: Sound, route: Route, gone: float = 0.0) -> None:
        self.sound = sound
        self.route = route
        self._leg = 0
        self._place = round(gone * sound.rate)
        while route.loop is not None and self._place >= self._bounds(self._leg)[1]:
            # The legs of a loop are all alike: jump near the right one.
            start, stop = route.loop
            self._leg = max(self._leg + 1, int((gone - route.first) // (stop - start)))

    def _bounds(self, leg: int) -> tuple[int, int, int]:
        """Of a leg: its first and last place along the route, and the sample of the sound at its start."""
        rate = self.sound.rate
        start, stop, time = self.route.leg(leg)
        return round(start * rate), round(stop * rate), round((time - self.sound.shift) * rate)

    def _cut(self, first: int, count: int) -> NDArray[np.float32]:
        samples = self.sound.samples
        low, high = max(first, 0), min(first + count, len(samples))
        if low == first and high == first + count:
            return samples[low:high]
        out = np.zeros(count, np.float32)
        if high > low:
            out[low - first : high - first] = samples[low:high]
        return out

    def read(self, count: int) -> NDArray[np.float32]:
        """The next samples, float32 [count]."""
        parts: list[NDArray[np.float32]] = []
        while count > 0:
            start, stop, first = self._bounds(self._leg)
            over = self.route.loop is None and self._place >= stop
            part = np.zeros(count, np.float32) if over else self._cut(
                first + self._place - start, min(count, stop - self._place))
            if over or self._leg > 0:
                part = self._faded(part, self._place - (stop if over else start))
            parts.append(part)
            count -= len(part)
            self._place += len(part)
            if self.route.loop is not None and self._place >= stop:
                self._leg += 1
        return np.concatenate(parts) if len(parts) > 1 else parts[0] if parts else np.zeros(0, np.float32)

    def _faded(self, part: NDArray[np.float32], since: int) -> NDArray[np.float32]:
        """A part that begins ``since`` samples after a jump, with what would have followed before it fading out."""
        fade = int(_FADE * self.sound.rate)
        if self.route.loop is not None:
            start, stop = self.route.loop
            fade = min(fade, int((stop - start) * self.sound.rate / 4))
        count = min(fade - since, len(part))
        if count <= 0:
            return part
        before = self._bounds(self._leg if self.route.loop is None else self._leg - 1)
        rest = self._cut(before[2] + before[1] - before[0] + since, count)
        weight = (since + np.arange(count, dtype=np.float32)) / fade
        mixed = np.array(part)
        mixed[:count] = part[:count] * weight + rest * (1 - weight)
        return mixed


class Voice:
    """A route through a sound as samples at the device's rate and the wanted speed."""

    def __init__(self, sound: Sound, route: Route, speed: float, rate: int, gone: float = 0.0) -> None:
        self._reader = Reader(sound, route, gone - lead(speed))
        self._stretch = Stretch(sound.rate, speed, rate)

    def take(self, count: int) -> NDArray[np.float32]:
        """The next samples, float32 [count]."""
        while self._stretch.available < count:
            self._stretch.feed(self._reader.read(_FEED))
        return self._stretch.take(count)


def fade_samples(rate: int) -> int:
    """Length of a fade at a rate."""
    return int(_FADE * rate)


def clicks(count: int, every: float, rate: int) -> NDArray[np.float32]:
    """A count-in: ``count`` clicks ``every`` some seconds, the first one higher; float32 [count * every * rate]."""
    out = np.zeros(round(count * every * rate), np.float32)
    length = min(int(0.03 * rate), round(every * rate))
    time = np.arange(length) / rate
    for i in range(count):
        at = round(i * every * rate)
        tone = 0.5 * np.sin(2 * np.pi * (1600 if i == 0 else 1100) * time) * np.exp(-time * 120)
        out[at : at + length] += tone.astype(np.float32)[: len(out) - at]
    return out
