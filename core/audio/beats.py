"""Downbeats: read from a file, laid out by tempo, or estimated from the sound."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.audio.decode import load_audio
from core.errors import InputError, SettingsError
from core.files import read_text

MAX_BEATS: Final = 100_000
_MAX_FILE_BYTES: Final = 8 * 2**20
_MAX_SECONDS: Final = 24 * 3600.0
_TEMPO_RANGE: Final = (10.0, 1000.0)
_SEPARATORS: Final = re.compile(r"\s*[,;\t]\s*|\s+")
_COMMENTS: Final = ("#", "//", "%")
_RATE: Final = 22_050
_HOP: Final = 256
_BASS_HZ: Final = 160.0


@dataclass(frozen=True)
class Downbeats:
    """Where bars start.

    Attributes
    ----------
    times : float64 [n]
        Seconds, rising.
    source : str
        How they were found, for the user: "beat-this 1.1.0", "librosa 0.11.0 (4 beats a bar, phase by onsets)".
    """

    times: NDArray[np.float64]
    source: str


def read_downbeats(path: str | Path) -> NDArray[np.float64]:
    """Downbeats of a text file, float64 seconds, rising, without repeats.

    One time a row, or a time and the number of the beat in its bar (madmom, beat-this), of which the rows with
    number 1 are taken, or a label track: start, end, number. Comma, semicolon, tab or spaces between them; blank
    rows, comments (#, //, %) and one header row are passed over. Times before 0 are kept: the motion decides.

    Raises :class:`InputError` with the row for what is not a number, for a time over 24 hours, and where nothing
    is left.
    """
    text = read_text(path, _MAX_FILE_BYTES)
    rows: list[tuple[int, list[float]]] = []
    headed = False
    for number, raw in enumerate(text.splitlines(), start=1):
        row = raw.strip()
        if not row or row.startswith(_COMMENTS):
            continue
        cells = [cell.strip("\"'") for cell in _SEPARATORS.split(row[:1000])][:3]
        numeric = [_is_number(cell) for cell in cells]
        if not numeric[0] and not rows and not headed:
            headed = True
            continue
        # A third column may be words (names of sections), which say nothing about time.
        if not all(numeric[:2]):
            raise InputError(path, f"row {number} is not a time ({row[:40]!r})", "write one time in seconds a row")
        values = [float(cell) for cell, number_like in zip(cells, numeric, strict=True) if number_like]
        if not math.isfinite(values[0]) or abs(values[0]) > _MAX_SECONDS:
            raise InputError(path, f"row {number} has the time {values[0]:g}", "write seconds, at most 24 hours")
        rows.append((number, values))
        if len(rows) > MAX_BEATS:
            raise InputError(path, f"it has more than {MAX_BEATS} beats", "check that it is one song's beats")
    if not rows:
        raise InputError(path, "it holds no beats", "write one time in seconds a row")
    return np.unique(np.array(_ones(path, rows), dtype=np.float64))


def downbeats_from_tempo(bpm: float, offset: float, duration: float, beats_per_bar: int = 4) -> NDArray[np.float64]:
    """Downbeats of a steady tempo, float64 seconds.

    Parameters
    ----------
    bpm : float
        Beats a minute, 10 to 1,000.
    offset : float
        Seconds at which the first bar starts; where it is negative, only the downbeats from 0 on are given.
    duration : float
        Seconds; downbeats lie in [0, duration].
    beats_per_bar : int

    Raises :class:`SettingsError` for values out of range.
    """
    low, high = _TEMPO_RANGE
    if not (math.isfinite(bpm) and low <= bpm <= high):
        raise SettingsError(f"The tempo must lie between {low:g} and {high:g} beats a minute, not {bpm:g}.")
    if not (math.isfinite(offset) and abs(offset) <= _MAX_SECONDS):
        raise SettingsError(f"The offset of the first bar must be a number of seconds under 24 hours, not {offset:g}.")
    if not (math.isfinite(duration) and 0 <= duration <= _MAX_SECONDS):
        raise SettingsError(f"The duration must lie between 0 and 24 hours, not {duration:g} s.")
    if not 1 <= beats_per_bar <= 32:
        raise SettingsError(f"A bar must have 1 to 32 beats, not {beats_per_bar}.")
    bar = 60.0 / bpm * beats_per_bar
    first = max(0, math.ceil(-offset / bar - 1e-9))
    last = math.floor((duration - offset) / bar + 1e-9)
    return np.asarray(offset + bar * np.arange(first, last + 1, dtype=np.float64))


def estimate_downbeats(
    audio: str | Path | tuple[NDArray[np.floating], int], beats_per_bar: int = 4, *, name: str = "the audio",
) -> Downbeats:
    """Downbeats heard in a song.

    With the package beat-this (Foscarin, Schlueter, Widmer: "Beat this! Accurate beat tracking without DBN
    postprocessing", ISMIR 2024) and its weights at hand, by that; else by librosa's beat tracker (Ellis: "Beat
    tracking by dynamic programming", J. New Music Research 2007), whose beats are numbered so that the first
    of every ``beats_per_bar`` falls on the strongest onsets, over all bands and in the bass. The second way
    supposes one metre for the whole song and can be wrong by some beats: the user is told by ``source``.

    Parameters
    ----------
    audio : path, or (samples float [n] mono, rate)
    beats_per_bar : int
        Only used with librosa.
    name : str
        What to call samples in an error.

    Raises
    ------
    InputError
        The file cannot be decoded, or too few beats are heard for one bar.
    """
    if isinstance(audio, tuple):
        samples, rate = np.asarray(audio[0], dtype=np.float32), int(audio[1])
        where: str | Path = name
        if samples.ndim != 1:
            msg = f"samples must be mono [n], got shape {samples.shape}"
            raise ValueError(msg)
    else:
        samples, rate = load_audio(audio, _RATE)
        where = audio
    heard = _beat_this(samples, rate) or _librosa(samples, rate, beats_per_bar)
    if len(heard.times) < 2:
        raise InputError(where, "no steady beat is heard in it", "give a file of downbeats, or bpm and offset")
    return heard


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _ones(path: str | Path, rows: Sequence[tuple[int, list[float]]]) -> list[float]:
    """Times of the rows that are downbeats."""
    widths = [len(values) for _, values in rows]
    if max(widths) == 1:
        return [values[0] for _, values in rows]
    # A label track has an end after each start; beat numbers soon fall below the time.
    labels = min(widths) >= 3 and all(
        values[1] >= values[0] and values[2].is_integer() for _, values in rows
    )
    column = 2 if labels else 1
    times: list[float] = []
    for number, values in rows:
        if len(values) <= column or not math.isfinite(values[column]):
            raise InputError(path, f"row {number} has no beat number", "write time and beat number on every row")
        if values[column] == 1:
            times.append(values[0])
    if not times:
        raise InputError(path, "no row has the beat number 1", "number the beats of each bar from 1")
    return times


def _beat_this(samples: NDArray[np.float32], rate: int) -> Downbeats | None:
    """Downbeats by beat-this, or None where it, or its weights, are not at hand."""
    try:
        from beat_this.inference import Audio2Beats

        tracker: Any = Audio2Beats(checkpoint_path="final0", device="cpu")
        _, downbeats = tracker(samples, rate)
        return Downbeats(np.unique(np.asarray(downbeats, dtype=np.float64)), f"beat-this {version('beat-this')}")
    except (ImportError, OSError, ValueError, RuntimeError):
        # Not installed, or its weights are neither here nor to be had: librosa always is.
        return None


def _librosa(samples: NDArray[np.float32], rate: int, beats_per_bar: int) -> Downbeats:
    import librosa as untyped

    librosa: Any = untyped
    source = f"librosa {version('librosa')} ({beats_per_bar} beats a bar, first beat by onset strength)"
    silent = Downbeats(np.zeros(0), source)
    if len(samples) < rate or not np.isfinite(samples).all() or float(np.abs(samples).max()) < 1e-5:
        return silent
    onsets = librosa.onset.onset_strength(y=samples, sr=rate, hop_length=_HOP)
    bass = librosa.onset.onset_strength(y=samples, sr=rate, hop_length=_HOP, fmax=_BASS_HZ, n_mels=8)
    _, beats = librosa.beat.beat_track(onset_envelope=onsets, sr=rate, hop_length=_HOP, trim=False)
    beats = np.asarray(beats, dtype=np.int64)
    if len(beats) < beats_per_bar + 1:
        return silent
    strength = _at(onsets, beats) + _at(bass, beats)
    phase = int(np.argmax([strength[i::beats_per_bar].mean() for i in range(beats_per_bar)]))
    times = librosa.frames_to_time(beats[phase::beats_per_bar], sr=rate, hop_length=_HOP)
    return Downbeats(np.unique(np.asarray(times, dtype=np.float64)), source)


def _at(envelope: NDArray[np.floating], beats: NDArray[np.int64]) -> NDArray[np.float64]:
    """Strongest onset within two frames of each beat, in standard deviations of the envelope."""
    scale = float(envelope.std())
    if scale <= 0:
        return np.zeros(len(beats))
    around = np.clip(beats[:, None] + np.arange(-2, 3), 0, len(envelope) - 1)
    return np.asarray(envelope[around].max(axis=1) / scale, dtype=np.float64)
