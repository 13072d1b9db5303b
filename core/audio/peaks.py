"""Peaks of a sound at several coarsenesses, so that its waveform is drawn quickly at any zoom; kept on disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audio.decode import load_audio
from core.errors import InputError
from core.files import replacing
from core.npzfile import read_npz
from core.progress import Progress, silent

FINEST: Final = 64
"""Samples under one bin of the finest level."""
COARSER: Final = 4
"""Bins of a level under one bin of the next."""
CACHE_BYTES: Final = 512 * 2**20
"""The folder of kept peaks is held under this; the ones unused for longest go first."""
_FORMAT: Final = 1
_FULL: Final = 32767
_BLOCK: Final = FINEST * 2**14
_FEWEST: Final = 16


@dataclass(frozen=True)
class Level:
    """Extremes of a sound in bins of ``size`` samples. Each array ends with one bin of silence beyond the sound.

    Attributes
    ----------
    size : int
    low, high : int16 [bins + 1]
        Smallest and largest sample, 32,767 for 1.
    power : float32 [bins + 1]
        Mean of the squared samples.
    """

    size: int
    low: NDArray[np.int16]
    high: NDArray[np.int16]
    power: NDArray[np.float32]


@dataclass(frozen=True)
class Columns:
    """A waveform as it is drawn, one value a column.

    Attributes
    ----------
    low, high : float32 [n]
        Smallest and largest sample under the column, within [-1, 1]; 0 outside the sound.
    rms : float32 [n]
        Root of the mean square under it.
    """

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    rms: NDArray[np.float32]


@dataclass(frozen=True)
class Peaks:
    """The pyramid of a sound's peaks.

    Attributes
    ----------
    rate : int
        Samples a second of the sound.
    samples : int
        Length of the sound.
    levels : tuple of Level
        Finest first.
    """

    rate: int
    samples: int
    levels: tuple[Level, ...]

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return self.samples / self.rate

    @property
    def loudest(self) -> float:
        """Largest absolute sample, 0..1."""
        top = self.levels[-1]
        return float(max(np.abs(top.low.astype(np.int32)).max(), np.abs(top.high.astype(np.int32)).max()) / _FULL)

    def columns(self, start: float, stop: float, count: int) -> Columns:
        """The waveform between two times of the sound (which may lie outside it), in ``count`` columns.

        A column covers every bin that it touches, so that no peak falls between two columns.
        """
        edges = np.linspace(start, stop, count + 1) * self.rate
        width = (stop - start) * self.rate / max(count, 1)
        level = next((level for level in reversed(self.levels) if level.size <= width / 2), self.levels[0])
        bins = len(level.low) - 1
        # A hair of a bin, so that an edge on the border of two bins does not touch the second one by rounding.
        first = np.clip(np.floor(edges[:-1] / level.size + 1e-6), 0, bins).astype(np.int64)
        last = np.clip(np.ceil(edges[1:] / level.size - 1e-6), 0, bins).astype(np.int64)
        outside = (last <= first) | (edges[:-1] >= self.samples - 1e-3) | (edges[1:] <= 1e-3)
        first[outside] = last[outside] = bins
        pairs = np.stack([first, last], axis=1).ravel()
        low = np.minimum.reduceat(level.low, pairs)[::2] / np.float32(_FULL)
        high = np.maximum.reduceat(level.high, pairs)[::2] / np.float32(_FULL)
        power = np.add.reduceat(level.power, pairs)[::2] / np.maximum(last - first, 1)
        return Columns(low.astype(np.float32), high.astype(np.float32), np.sqrt(power).astype(np.float32))


def compute_peaks(samples: NDArray[np.float32], rate: int, progress: Progress = silent) -> Peaks:
    """Peaks of samples in [-1, 1], float [n]."""
    bins = -(-len(samples) // FINEST)
    low, high = np.zeros(bins + 1, np.int16), np.zeros(bins + 1, np.int16)
    power = np.zeros(bins + 1, np.float32)
    for begin in range(0, len(samples), _BLOCK):
        progress(begin / len(samples), "")
        block = samples[begin : begin + _BLOCK]
        here = slice(begin // FINEST, begin // FINEST + -(-len(block) // FINEST))
        short = -len(block) % FINEST
        if short:
            # The last bin is filled up with its last sample, which changes no extreme.
            block = np.concatenate([block, np.full(short, block[-1], block.dtype)])
        parts = block.reshape(-1, FINEST)
        low[here] = np.rint(parts.min(axis=1) * _FULL)
        high[here] = np.rint(parts.max(axis=1) * _FULL)
        power[here] = np.square(parts).mean(axis=1)
    return Peaks(rate, len(samples), _pyramid(Level(FINEST, low, high, power)))


def _pyramid(finest: Level) -> tuple[Level, ...]:
    levels = [finest]
    while len(levels[-1].low) - 1 > _FEWEST:
        level = levels[-1]
        starts = np.arange(0, len(level.low) - 1, COARSER)
        counts = np.diff(np.append(starts, len(level.low) - 1))
        levels.append(Level(
            level.size * COARSER,
            np.append(np.minimum.reduceat(level.low[:-1], starts), np.int16(0)),
            np.append(np.maximum.reduceat(level.high[:-1], starts), np.int16(0)),
            np.append(np.add.reduceat(level.power[:-1], starts) / counts, 0).astype(np.float32),
        ))
    return tuple(levels)


def cache_folder() -> Path:
    """Where peaks are kept: under KOTOFURI_DATA where that is set, else in the user's cache folder."""
    data = os.environ.get("KOTOFURI_DATA")
    if data:
        return Path(data) / "cache" / "peaks"
    from platformdirs import user_cache_path

    return user_cache_path("kotofuri", appauthor=False) / "peaks"


def peaks_of(path: str | Path, progress: Progress = silent, folder: Path | None = None) -> Peaks:
    """Peaks of an audio file, from the cache where the file has not changed since.

    Parameters
    ----------
    path : path
        What :func:`core.audio.decode.load_audio` reads; its errors are raised.
    progress : Progress
    folder : Path, optional
        Where peaks are kept; :func:`cache_folder` if not given. That it cannot be written is no error.
    """
    source = Path(path)
    kept = (folder or cache_folder()) / f"{_key(source)}.npz"
    found = _read(kept)
    if found is not None:
        with suppress(OSError):
            os.utime(kept)
        return found
    progress(0.0, "")
    samples, rate = load_audio(source)
    peaks = compute_peaks(samples, rate, lambda fraction, message="": progress(0.5 + fraction / 2, message))
    with suppress(OSError):
        _write(kept, peaks)
        _prune(kept.parent)
    return peaks


def _key(path: Path) -> str:
    try:
        state = path.stat()
        size, changed = state.st_size, state.st_mtime_ns
    except OSError:
        size = changed = 0
    return hashlib.sha256(f"{_FORMAT}|{path.absolute()}|{size}|{changed}".encode()).hexdigest()[:32]


def _write(path: Path, peaks: Peaks) -> None:
    finest = peaks.levels[0]
    rms = np.rint(np.sqrt(finest.power) * _FULL).astype(np.uint16)
    with replacing(path) as temporary:
        np.savez(temporary, low=finest.low, high=finest.high, rms=rms,
                 shape=np.array([peaks.rate, peaks.samples], np.int64))


def _read(path: Path) -> Peaks | None:
    """Kept peaks, or None where there are none or the file is damaged (it is then written anew)."""
    if not path.exists():
        return None
    try:
        arrays = read_npz(path, ("low", "high", "rms", "shape"))
    except InputError:
        return None
    low, high, rms, shape = (arrays[name] for name in ("low", "high", "rms", "shape"))
    if low.ndim != 1 or low.shape != high.shape or low.shape != rms.shape or shape.shape != (2,):
        return None
    rate, samples = int(shape[0]), int(shape[1])
    if rate <= 0 or samples <= 0 or len(low) != -(-samples // FINEST) + 1:
        return None
    power = np.square(rms.astype(np.float32) / _FULL)
    return Peaks(rate, samples, _pyramid(Level(FINEST, low.astype(np.int16), high.astype(np.int16), power)))


def _prune(folder: Path, limit: int = CACHE_BYTES) -> None:
    files: Sequence[tuple[float, int, Path]] = sorted(
        (file.stat().st_mtime, file.stat().st_size, file) for file in folder.glob("*.npz")
    )
    total = sum(size for _, size, _ in files)
    for _, size, file in files:
        if total <= limit:
            return
        file.unlink(missing_ok=True)
        total -= size
