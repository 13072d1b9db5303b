"""A demo song's sound: drums, bass, chords and a wordless voice, added up from short sounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.demo.plan import SongPlan

RATE: Final = 22_050
"""Samples a second."""
_PEAK: Final = 0.89
_MAJOR: Final = np.array([0, 2, 4, 5, 7, 9, 11])
_PROGRESSIONS: Final = ((0, 4, 5, 3), (5, 3, 0, 4), (0, 5, 3, 4), (3, 4, 2, 5), (0, 3, 0, 4))
"""Degrees of the chords, one a bar."""

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class _Band:
    """How a genre plays. ``kicks`` and ``bass`` are eighths of a bar, ``snares`` beats; the rest is loudness."""

    kicks: tuple[int, ...]
    snares: tuple[int, ...]
    bass: tuple[int, ...]
    strums: tuple[int, ...]
    drums: float
    hats: float
    chords: float
    edge: float
    """How slowly overtones fall: 0 a flute, 1 a saw."""
    decay: float
    """Seconds in which a chord fades."""


_BANDS: Final = {
    "pop": _Band((0, 4, 5), (1, 3), (0, 3, 4, 6), (0, 3, 6), 0.9, 0.10, 0.30, 0.4, 0.7),
    "rock": _Band((0, 3, 4), (1, 3), (0, 1, 2, 3, 4, 5, 6, 7), (0, 2, 4, 6), 1.0, 0.14, 0.32, 0.9, 0.4),
    "ballad": _Band((0,), (2,), (0, 4), (0, 2, 4, 6), 0.7, 0.06, 0.34, 0.1, 1.6),
    "electro": _Band((0, 2, 4, 6), (1, 3), (0, 1, 3, 4, 5, 7), (0, 3, 6), 1.0, 0.12, 0.26, 1.0, 0.25),
    "folk": _Band((0, 4), (1, 3), (0, 4), (0, 2, 3, 4, 6, 7), 0.65, 0.05, 0.36, 0.3, 0.5),
    "idol": _Band((0, 2, 4, 6), (1, 3), (0, 2, 4, 6), (0, 2, 4, 6), 0.95, 0.13, 0.28, 0.6, 0.5),
}


def synthesise(plan: SongPlan) -> tuple[Samples, int]:
    """The song's sound: (float32 [samples] mono within -1 to 1, samples a second).

    It lasts as long as the plan's frames. The bass drum and the bass are loudest on downbeats and a cymbal is struck
    there, which is what beat trackers go by. The same plan gives the same sound.
    """
    rng = np.random.default_rng([plan.seed, 2])
    band = _BANDS.get(plan.genre, _BANDS["pop"])
    track = np.zeros(round(plan.frames / 30 * RATE), np.float32)
    eighths = np.interp(np.arange(2 * len(plan.beats) - 1) / 2, np.arange(len(plan.beats)), plan.beats)
    at = np.round(eighths * RATE).astype(int).tolist()
    key = 45 + int(rng.integers(0, 10))
    chords = _PROGRESSIONS[int(rng.integers(len(_PROGRESSIONS)))]
    _drums(track, at, band, rng)
    _harmony(track, at, band, key, chords)
    _voice(track, plan, key, chords, rng)
    peak = float(np.abs(track).max(initial=0.0))
    if peak > 0:
        track *= _PEAK / peak
    return track, RATE


def _drums(track: Samples, at: list[int], band: _Band, rng: np.random.Generator) -> None:
    t = _time(0.18)
    kick = np.sin(2 * np.pi * (48.0 * t + 3.2 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.06)
    t = _time(0.16)
    snare = 0.5 * (_noise(t, rng) + np.sin(2 * np.pi * 260.0 * t)) * np.exp(-t / 0.035)
    t = _time(0.05)
    hat = np.diff(_noise(t, rng), prepend=0.0) * np.exp(-t / 0.012)
    t = _time(0.5)
    noise = _noise(t, rng)
    cymbal = (0.5 * noise + np.diff(noise, prepend=0.0)) * np.exp(-t / 0.12)
    for i, start in enumerate(at[:-1]):
        place, beat = i % 8, (i % 8) // 2
        if place in band.kicks:
            _add(track, start, kick, band.drums * (1.2 if place == 0 else 0.5))
        if place % 2 == 0 and beat in band.snares:
            _add(track, start, snare, 0.28 * band.drums)
        _add(track, start, hat, band.hats * (1.0 if place % 2 == 0 else 0.5))
        if place == 0:
            _add(track, start, cymbal, 0.24 + 0.1 * (i % 32 == 0))
    _add(track, at[-1], kick, band.drums)
    _add(track, at[-1], cymbal, 0.3)


def _harmony(track: Samples, at: list[int], band: _Band, key: int, chords: tuple[int, ...]) -> None:
    eighth = (at[-1] - at[0]) / (len(at) - 1) / RATE
    strums, basses = [], []
    for degree in chords:
        notes = [_pitch(key + 12, degree + step) for step in (0, 2, 4)]
        t = _time(max(1.8 * eighth, 0.3))
        fade = _fade(t, 0.01) * np.exp(-t / band.decay)
        strums.append(np.sum([_tone(note, t, band.edge, 5) for note in notes], axis=0) * fade / 3)
        t = _time(0.95 * eighth)
        basses.append(_tone(_pitch(key - 12, degree), t, 0.5, 4) * _fade(t, 0.005) * np.exp(-t / 0.4))
    for i, start in enumerate(at[:-1]):
        chord, place = i // 8 % len(chords), i % 8
        if place in band.strums:
            _add(track, start, strums[chord], band.chords * (1.25 if place == 0 else 0.8))
        if place in band.bass:
            _add(track, start, basses[chord], 0.6 if place == 0 else 0.22)
    _add(track, at[-1], strums[0], band.chords)


def _voice(track: Samples, plan: SongPlan, key: int, chords: tuple[int, ...], rng: np.random.Generator) -> None:
    """One soft note a word, on a scale tone near the last."""
    bar = (plan.beats[-1] - plan.beats[0]) * 4 / (len(plan.beats) - 1)
    step = 4
    for word in plan.words:
        step = int(np.clip(step + rng.integers(-2, 3), 0, 9))
        chord = chords[int((word.start - plan.beats[0]) / bar + 1e-6) % len(chords)]
        # Long notes rest on the chord.
        degree = chord + 2 * round((step - chord) / 2) if word.end - word.start > 0.4 else step
        t = _time(word.end - word.start)
        sway = 0.004 * np.sin(2 * np.pi * 5.2 * t) * np.minimum(t / 0.3, 1.0) / 5.2
        tone = _tone(_pitch(key + 12, degree), t + sway, 0.25, 4)
        _add(track, round(word.start * RATE), tone * _fade(t, 0.04) * _fade(t[::-1], 0.05), 0.14)


def _pitch(key: int, degree: int) -> float:
    """Hertz of a degree of the major scale on ``key`` (MIDI number); degree 7 is an octave up."""
    octave, place = divmod(degree, 7)
    return float(440.0 * 2 ** ((key + 12 * octave + int(_MAJOR[place]) - 69) / 12))


def _tone(hertz: float, t: NDArray[np.float64], edge: float, overtones: int) -> NDArray[np.float64]:
    wave = np.sin(2 * np.pi * hertz * t)
    for k in range(2, overtones + 1):
        if k * hertz < 0.45 * RATE:
            wave = wave + edge / k * np.sin(2 * np.pi * k * hertz * t)
    return np.asarray(wave, dtype=np.float64)


def _fade(t: NDArray[np.float64], seconds: float) -> NDArray[np.float64]:
    return np.asarray(np.minimum(t / seconds, 1.0), dtype=np.float64)


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(max(round(seconds * RATE), 2), dtype=np.float64) / RATE


def _noise(t: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.uniform(-1.0, 1.0, len(t))


def _add(track: Samples, start: int, sound: NDArray[np.float64], gain: float) -> None:
    room = track[start : start + len(sound)]
    room += (gain * sound[: len(room)]).astype(np.float32)
