"""A smooth clock out of a coarse one: the sound device's count of samples, filled in by monotonic time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_GENTLE: Final = 0.08
_FIRM: Final = 0.3
_SMALL: Final = 0.02
_LOST: Final = 0.25
_STALLED: Final = 0.5
_DEAD: Final = 3.0
_SETTLED: Final = 8


@dataclass(frozen=True)
class Reading:
    """Where the device is.

    At monotonic second ``time`` it had taken ``frames``; it cannot pass ``ceiling``; what it takes is heard ``lag``
    seconds later.
    """

    time: float
    frames: float
    ceiling: float
    rate: int
    lag: float = 0.0

    def at(self, now: float) -> float:
        """Frames heard at a monotonic second."""
        return min(self.frames + max(now - self.time, 0.0) * self.rate, self.ceiling) - self.lag * self.rate


class AudioClock:
    """Frames that a device has played, estimated between its coarse steps.

    It runs by monotonic time and is drawn gently towards what the device says, so that the device's own speed and
    its gaps win in the long run while its steps are not seen.

    Parameters
    ----------
    rate : int
        Frames a second.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._time = 0.0
        self._frames: float | None = None
        self._counted = -1
        self._moved_at = 0.0
        self._moves = 0

    def observe(self, now: float, counted: int) -> None:
        """The device says that it has played ``counted`` frames."""
        if counted != self._counted:
            if self._counted >= 0:
                self._moves += 1
            self._counted, self._moved_at = counted, now
        if self._frames is None or self._moves <= 1:
            self._time, self._frames = now, float(counted)
            return
        expected = self._frames + (now - self._time) * self.rate
        error = counted - expected
        if abs(error) > _LOST * self.rate:
            expected, error = float(counted), 0.0
        gain = _GENTLE if abs(error) < _SMALL * self.rate else _FIRM
        self._time, self._frames = now, expected + gain * error

    @property
    def started(self) -> bool:
        """Whether the device has taken anything yet."""
        return self._counted > 0

    def moving(self, now: float) -> bool:
        """Whether the device takes sound: it has started, and has not stood still for half a second."""
        return self._moves >= _SETTLED and now - self._moved_at < _STALLED

    def dead(self, now: float) -> bool:
        """Whether the device has taken nothing for so long that it had better be opened anew."""
        return now - self._moved_at > (_DEAD if self.started else 2 * _DEAD)

    def reading(self, written: int, lag: float = 0.0) -> Reading:
        """The clock for another thread; ``written`` frames have been given to the device so far."""
        return Reading(self._time, self._frames or 0.0, float(written), self.rate, lag)
