"""What a demo song is to be, before it is danced, sung and written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.lyrics.words import TimedWord

GESTURE_NAMES = (
    "love", "clock", "one", "two", "three", "photo", "cat", "promise", "you", "money", "jump", "sky", "goodbye",
    "sleep", "cry", "listen", "strong", "secret", "heart",
)
"""Every gesture that :mod:`core.demo.gestures` can show."""


@dataclass(frozen=True)
class GestureEvent:
    """A gesture held over the frames ``start`` to ``stop`` (exclusive); the arms travel to and from it outside them.

    ``word`` is the word sung over these frames where the meeting was planted, else empty.
    """

    start: int
    stop: int
    gesture: str
    word: str = ""


@dataclass(frozen=True)
class SongPlan:
    """Everything about a song but its motion and sound.

    Attributes
    ----------
    song_id, title, artist, genre, split, language : str
        ``language`` is "en", "ja" or "mixed".
    bpm : float
    frames : int
        Length at 30 frames a second.
    beats : float64 [n]
        Seconds of every beat, four a bar, the first on a downbeat.
    words : tuple of TimedWord
    events : tuple of GestureEvent
        In order, at least 12 frames apart.
    seed : int
        Seed of the song's dance and sound.
    """

    song_id: str
    title: str
    artist: str
    genre: str
    split: str
    language: str
    bpm: float
    frames: int
    beats: NDArray[np.float64]
    words: tuple[TimedWord, ...]
    events: tuple[GestureEvent, ...]
    seed: int

    @property
    def downbeats(self) -> NDArray[np.float64]:
        """Seconds of the downbeats, float64 [bars + 1]: the last one closes the last bar."""
        return self.beats[::4]
