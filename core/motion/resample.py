"""From a source's frame rate to the 30 frames a second of the method."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation, Slerp

from core.errors import InputError
from core.skeleton import FPS

MAX_FRAMES = 3600 * FPS
"""One hour: the longest motion that is read (a motion is one song)."""
_USUAL_RATES = (30.0, 60.0, 120.0, 24.0, 25.0, 50.0, 90.0, 100.0, 240.0, 30000 / 1001, 60000 / 1001, 24000 / 1001)


def frame_rate(frame_time: float, written: str, path: str | Path) -> float:
    """Frames a second out of a BVH frame time.

    ``written`` is the number as it stands in the file: "0.0333" and "0.033333" both mean 30 frames a second, and
    taken literally the first would drift by a frame every half minute. A usual rate whose frame time rounds to
    the written digits (three or more) is therefore taken, unless the number is the exact frame time of a whole rate.
    Raises :class:`InputError` on a frame time that is not between 0.5 ms and one second.
    """
    if not np.isfinite(frame_time) or not 0.0005 <= frame_time <= 1.0:
        fault = f"its frame time is {written[:30] or frame_time} seconds"
        raise InputError(path, fault, "frame times of 0.0005 to 1 second are read")
    rate = 1.0 / frame_time
    if abs(round(rate) * frame_time - 1.0) < 1e-9:
        return float(round(rate))
    digits = len(written.partition(".")[2]) if written.replace(".", "", 1).isdecimal() else 0
    if digits >= 3:
        half = 0.5 * 10.0**-digits
        for usual in _USUAL_RATES:
            if abs(frame_time - 1.0 / usual) <= min(half * 1.01, 0.02 * frame_time):
                return usual
    return rate


def sample_times(frames: int, rate: float, path: str | Path) -> NDArray[np.float64] | None:
    """Where to read ``frames`` source frames at ``rate`` to get 30 a second, in source frames; float64 [T].

    None where the source already has 30 frames a second. The last sample is never after the last frame.
    Raises :class:`InputError` over :data:`MAX_FRAMES`.
    """
    wanted = frames if rate == FPS else int((frames - 1) * FPS / rate + 1e-6) + 1
    if wanted > MAX_FRAMES:
        raise InputError(path, f"it lasts {wanted / FPS / 60:.0f} minutes; up to an hour is read", "cut it into songs")
    if rate == FPS:
        return None
    return np.asarray(np.minimum(np.arange(wanted) * (rate / FPS), frames - 1.0), dtype=np.float64)


def resample_rotations(quaternions: NDArray[np.float64], at: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Spherical interpolation of quaternions [S, 4] at source frames ``at`` [T]; float64 [T, 4]."""
    if at is None:
        return quaternions
    if len(quaternions) == 1:
        return np.repeat(quaternions, len(at), axis=0)
    curve = Slerp(np.arange(len(quaternions)), Rotation.from_quat(quaternions))
    return np.asarray(curve(at).as_quat(), dtype=np.float64)


def resample_linear(values: NDArray[np.float64], at: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Linear interpolation of values [S, ...] at source frames ``at`` [T]; float64 [T, ...]."""
    if at is None:
        return values
    low = np.clip(np.floor(at).astype(np.int64), 0, len(values) - 1)
    high = np.minimum(low + 1, len(values) - 1)
    share = (at - low).reshape(-1, *([1] * (values.ndim - 1)))
    return np.asarray(values[low] * (1.0 - share) + values[high] * share, dtype=np.float64)
