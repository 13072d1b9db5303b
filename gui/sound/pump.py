"""The thread that keeps the sound device fed, so that a busy window does not make the sound stutter."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gui.sound.clock import AudioClock, Reading
from gui.sound.device import Device, NoDevice
from gui.sound.route import Plan, Route
from gui.sound.voice import Sound, Voice, clicks, fade_samples

TAKEN: Final = 0.012
"""Seconds from when the device takes sound to when it is heard, measured by ``benchmarks/drift.py`` on PulseAudio."""
_TICK: Final = 0.008
_KEPT_OPEN: Final = 10.0
_RETRY: Final = 2.0
_LOOK: Final = 2.0
_SEGMENTS: Final = 64


@dataclass(frozen=True)
class Order:
    """What shall be heard.

    Attributes
    ----------
    number : int
        Orders are counted; segments carry the number of the order they come from.
    sound : Sound
    plan : Plan
    speed : float
    start : float
        Where it starts, seconds of the motion.
    since : float or None
        None: the picture waits for the sound. Else the picture has left ``start`` at this monotonic second, and the
        sound joins it under way.
    clicks : (int, float)
        Count-in: how many, seconds from one to the next.
    onward : bool
        Go on without a gap from what has been given to the device last, in place of ``start``.
    """

    number: int
    sound: Sound
    plan: Plan
    speed: float
    start: float
    since: float | None = None
    clicks: tuple[int, float] = (0, 0.0)
    onward: bool = False


@dataclass(frozen=True)
class Segment:
    """Frames from ``frame`` on play ``route`` at ``speed``, having begun ``gone`` seconds along it."""

    number: int
    frame: float
    route: Route
    speed: float
    gone: float

    def at(self, frame: float, rate: int) -> float:
        """Seconds of song gone along the route when the device is at a frame."""
        return self.gone + max(frame - self.frame, 0.0) / rate * self.speed


@dataclass(frozen=True)
class Snapshot:
    """The pump as another thread sees it.

    Attributes
    ----------
    reading : Reading or None
        The clock; None while the device is not open.
    moving : bool
        Whether the device takes sound.
    segments : tuple of Segment
        Newest last.
    trouble : str
        Why there is no device: "module", "device", "start", or a sentence on a fault of the program; or empty.
    """

    reading: Reading | None = None
    moving: bool = False
    segments: tuple[Segment, ...] = ()
    trouble: str = ""


class Pump:
    """Feeds the device in a thread of its own.

    All methods may be called from any thread and return at once, save :meth:`close`.
    """

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._orders: deque[Order | None] = deque()
        self._closing = False
        self._gain = 1.0
        self._lag = TAKEN
        self._thread: threading.Thread | None = None
        self._snapshot = Snapshot()
        # From here on: the thread's own.
        self._device: Device | None = None
        self._clock: AudioClock | None = None
        self._order: Order | None = None
        self._waiting: Order | None = None
        self._voice: Voice | None = None
        self._lead_in: NDArray[np.float32] = np.zeros(0, np.float32)
        self._fading: NDArray[np.float32] = np.zeros(0, np.float32)
        self._rising = 0
        self._segments: deque[Segment] = deque(maxlen=_SEGMENTS)
        self._heard_gain = 1.0
        self._tried = -1e9
        self._looked = 0.0
        self._quiet_since = 0.0
        self._trouble = ""

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""
        return self._snapshot

    @property
    def alive(self) -> bool:
        """Whether its thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def play(self, order: Order) -> None:
        """Play something else from now on."""
        self._send(order)

    def stop(self) -> None:
        """Be silent; the device is kept open for a while."""
        if self.alive:
            self._send(None)

    def set_gain(self, gain: float) -> None:
        """Loudness, 0 to 1."""
        with self._wake:
            self._gain = gain

    def set_delay(self, seconds: float) -> None:
        """By how much the speakers lag behind a usual device."""
        self._lag = TAKEN + seconds

    def close(self, seconds: float = 2.0) -> bool:
        """Silence at once; returns whether the thread has ended."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.alive

    def _send(self, order: Order | None) -> None:
        with self._wake:
            if self._closing:
                return
            self._orders.append(order)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
                self._thread.start()
            self._wake.notify()

    # -- in the thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        from PySide6.QtCore import QEventLoop

        # The sink belongs to this thread; its events are delivered by this loop.
        loop = QEventLoop()
        try:
            while True:
                with self._wake:
                    if not self._orders and not self._closing:
                        self._wake.wait(self._pause())
                    if self._closing:
                        return
                    orders, gain = list(self._orders), self._gain
                    self._orders.clear()
                loop.processEvents()
                try:
                    self._tick(orders, gain)
                except Exception as error:  # noqa: BLE001 - the picture goes on without sound, and says why
                    self._trouble = f"{type(error).__name__}: {error}"
                    self._order = None
                    self._shut()
        finally:
            self._shut()
            loop.processEvents()

    def _pause(self) -> float | None:
        """Seconds to the next tick; None: until somebody calls."""
        if self._device is not None:
            return _TICK if self._order is not None else 2 * _TICK
        return None if self._order is None else _RETRY / 10

    def _tick(self, orders: list[Order | None], gain: float) -> None:
        now = time.monotonic()
        for order in orders:
            self._order = self._waiting = order
            if order is None:
                self._quiet_since = now
        device = self._present(now)
        if device is None:
            self._snapshot = Snapshot(trouble=self._trouble)
            return
        clock: Any = self._clock
        clock.observe(time.monotonic(), device.played)
        waiting = self._waiting
        if orders and (waiting is None or waiting.since is not None):
            self._switch(None, None)
        if waiting is not None and (clock.started if waiting.since is None else clock.moving(now)):
            self._begin(waiting, clock)
            self._waiting = None
        free = device.free
        if free > 0:
            device.write(self._mixed(free, gain))
        moving = clock.moving(time.monotonic())
        reading = clock.reading(device.written, self._lag)
        self._snapshot = Snapshot(reading, moving, tuple(self._segments), self._trouble)

    def _present(self, now: float) -> Device | None:
        """The open device; opened where something shall be played, closed after a while of silence."""
        device = self._device
        if device is not None:
            lost = device.lost or (self._clock is not None and self._clock.dead(now))
            if now - self._looked > _LOOK:
                self._looked = now
                lost = lost or device.replaced()
            if lost:
                # Whoever gave the order sees that the clock is gone and gives another one, from where the picture is;
                # an order that tells when the picture set out stays good.
                if self._order is not None and self._order.since is None:
                    self._order = None
                self._waiting = self._order
                self._tried = now - _RETRY + 0.3
                self._shut()
            elif self._order is None and now - self._quiet_since > _KEPT_OPEN:
                self._shut()
        if self._device is None and self._order is not None and now - self._tried > _RETRY:
            self._tried = now
            try:
                self._device = Device()
            except NoDevice as error:
                self._trouble = str(error)
                return None
            self._tried, self._trouble, self._looked = -1e9, "", now
            self._clock = AudioClock(self._device.rate)
            self._waiting = self._order
        return self._device

    def _shut(self) -> None:
        if self._device is not None:
            self._device.close()
        self._device = self._clock = self._voice = None
        self._segments.clear()
        self._lead_in = self._fading = np.zeros(0, np.float32)
        self._snapshot = Snapshot(trouble=self._trouble)

    def _begin(self, order: Order, clock: AudioClock) -> None:
        device: Any = self._device
        frame = float(device.written)
        start = order.start
        lead_in = np.zeros(0, np.float32)
        gone = 0.0
        if order.onward and self._segments and self._voice is not None:
            last = self._segments[-1]
            start = last.route.at(last.at(frame, device.rate))
            lead_in = self._lead_in
        elif order.since is None:
            count, every = order.clicks
            lead_in = clicks(count, every, device.rate)
        else:
            # When the next frame written will be heard, the picture will be here:
            now = time.monotonic()
            heard = now + (frame - clock.reading(device.written, self._lag).at(now)) / device.rate
            gone = max((heard - order.since) * order.speed, 0.0)
        route = order.plan.route(start)
        segment = Segment(order.number, frame + len(lead_in), route, order.speed, gone)
        self._switch(Voice(order.sound, route, order.speed, device.rate, gone), lead_in)
        self._segments.append(segment)

    def _switch(self, voice: Voice | None, lead_in: NDArray[np.float32] | None) -> None:
        """Another voice from the next frame on; the old one fades out over it."""
        device: Any = self._device
        count = fade_samples(device.rate)
        fading = np.zeros(count, np.float32)
        if self._voice is not None and not len(self._lead_in):
            fading = self._voice.take(count) * np.linspace(1, 0, count, dtype=np.float32)
        older = min(len(self._fading), count)
        fading[:older] += self._fading[:older] * np.linspace(1, 0, count, dtype=np.float32)[:older]
        self._fading = fading
        self._voice = voice
        self._lead_in = np.zeros(0, np.float32) if lead_in is None else lead_in
        self._rising = 0

    def _mixed(self, count: int, gain: float) -> NDArray[np.float32]:
        device: Any = self._device
        out = np.zeros(count, np.float32)
        first = min(len(self._lead_in), count)
        out[:first] = self._lead_in[:first]
        self._lead_in = self._lead_in[first:]
        if self._voice is not None and count > first:
            part = self._voice.take(count - first)
            rise = fade_samples(device.rate)
            if self._rising < rise:
                length = min(rise - self._rising, len(part))
                part = np.array(part)
                part[:length] *= (self._rising + np.arange(length, dtype=np.float32)) / rise
                self._rising += length
            out[first:] += part
        fade = min(len(self._fading), count)
        out[:fade] += self._fading[:fade]
        self._fading = self._fading[fade:]
        if gain != 1.0 or self._heard_gain != 1.0:
            out *= np.linspace(self._heard_gain, gain, count, dtype=np.float32)
            self._heard_gain = gain
        return out
