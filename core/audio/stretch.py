"""Speed of sound changed while its pitch is kept, block by block, by FFmpeg's ``atempo`` filter."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SPEEDS: Final = (0.1, 4.0)
"""Slowest and fastest speed that can be asked for."""
_SLOWEST_FILTER: Final = 0.5
_LEAD: Final = 0.016
_BLOCK: Final = 1024


def lead(speed: float) -> float:
    """Seconds of the sound by which the output runs ahead of its place (on average).

    ``atempo`` joins overlapping windows of about 46 ms. When it slows down, what was at second ``t`` is heard at
    ``(t - 0.016) / speed``, give or take 0.01; when it speeds up, the mean is near nothing. Who must be in time
    begins to feed that much earlier.
    """
    return _LEAD if speed < 1.0 else 0.0


class Stretch:
    """A stream of mono samples at another speed and sample rate.

    Parameters
    ----------
    rate : int
        Samples a second of what is fed.
    speed : float
        2.0 is twice as fast; 0.1 to 4.
    out_rate : int, optional
        Samples a second of what comes out; that of the input if not given.

    Raises
    ------
    ValueError
        The speed or a rate is out of range.
    """

    def __init__(self, rate: int, speed: float, out_rate: int | None = None) -> None:
        out = rate if out_rate is None else out_rate
        if not SPEEDS[0] <= speed <= SPEEDS[1]:
            msg = f"speed must lie in {SPEEDS[0]}..{SPEEDS[1]}, got {speed}"
            raise ValueError(msg)
        if rate <= 0 or out <= 0:
            msg = f"sample rates must be positive, got {rate} and {out}"
            raise ValueError(msg)
        self.rate = int(rate)
        self.out_rate = int(out)
        self.speed = float(speed)
        self._fed = 0
        self._ended = False
        self._ready: deque[NDArray[np.float32]] = deque()
        self._available = 0
        # Nothing to do: samples are passed on as they are.
        self._graph: Any = None if speed == 1.0 and rate == out else self._connected()

    @property
    def available(self) -> int:
        """Samples that can be taken now."""
        return self._available

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Take in samples, float32 [n]; after :meth:`finish` that is a ``ValueError``."""
        if self._ended:
            msg = "the stream has been finished"
            raise ValueError(msg)
        if self._graph is None:
            self._keep(np.array(samples, np.float32))
            return
        import av

        for start in range(0, len(samples), _BLOCK):
            block = np.ascontiguousarray(samples[start : start + _BLOCK], np.float32)
            frame = av.AudioFrame.from_ndarray(block[np.newaxis, :], format="flt", layout="mono")
            frame.sample_rate = self.rate
            frame.time_base = Fraction(1, self.rate)
            frame.pts = self._fed
            self._fed += len(block)
            self._source.push(frame)
            self._collect()

    def finish(self) -> None:
        """No more samples will come: what the filters still hold becomes available."""
        if self._ended:
            return
        self._ended = True
        if self._graph is not None:
            self._source.push(None)
            self._collect()

    def take(self, count: int | None = None) -> NDArray[np.float32]:
        """Up to ``count`` samples (all that are available if not given), float32 [n]."""
        wanted = self._available if count is None else min(count, self._available)
        parts: list[NDArray[np.float32]] = []
        missing = wanted
        while missing > 0:
            block = self._ready.popleft()
            if len(block) > missing:
                self._ready.appendleft(block[missing:])
                block = block[:missing]
            parts.append(block)
            missing -= len(block)
        self._available -= wanted
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def _connected(self) -> Any:
        import av.filter

        graph = av.filter.Graph()
        self._source: Any = graph.add_abuffer(
            sample_rate=self.rate, format="flt", layout="mono", time_base=Fraction(1, self.rate)
        )
        last = self._source
        left = self.speed
        stages: list[tuple[str, str]] = []
        # One filter goes down to half speed; slower is done in stages.
        while left < _SLOWEST_FILTER:
            stages.append(("atempo", repr(_SLOWEST_FILTER)))
            left /= _SLOWEST_FILTER
        if left != 1.0:
            stages.append(("atempo", repr(left)))
        if self.out_rate != self.rate:
            stages.append(("aresample", str(self.out_rate)))
        stages.append(("aformat", f"sample_fmts=flt:channel_layouts=mono:sample_rates={self.out_rate}"))
        for name, options in stages:
            following = graph.add(name, options)
            last.link_to(following)
            last = following
        self._sink: Any = graph.add("abuffersink")
        last.link_to(self._sink)
        graph.configure()
        return graph

    def _collect(self) -> None:
        import av

        while True:
            try:
                frame = self._sink.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            self._keep(np.array(frame.to_ndarray()[0], np.float32))

    def _keep(self, block: NDArray[np.float32]) -> None:
        if len(block):
            self._ready.append(block)
            self._available += len(block)


def stretched(
    samples: NDArray[np.float32], rate: int, speed: float, out_rate: int | None = None
) -> NDArray[np.float32]:
    """A whole sound at another speed, its pitch kept: float32 [about n / speed * out_rate / rate]."""
    stream = Stretch(rate, speed, out_rate)
    stream.feed(samples)
    stream.finish()
    return stream.take()
