"""A whole demo song in memory: its dance, its words, its sound and its answer key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.demo.motion import compose_motion
from core.demo.planning import plan_song
from core.demo.sound import Samples, synthesise
from core.lyrics.words import TimedWord
from core.motion.clip import Motion


@dataclass(frozen=True)
class DemoSong:
    """A composed song.

    Attributes
    ----------
    motion : Motion
        The dance on the bundled body, 30 frames a second.
    words : list of TimedWord
    title, artist, genre, language : str
        ``language`` is "en", "ja" or "mixed".
    bpm : float
    downbeats : float64 [bars + 1]
        Seconds; the last one closes the last bar.
    audio : float32 [samples]
        Mono, within -1 to 1.
    rate : int
        Samples of ``audio`` a second.
    truth : list of (int, int, str, str)
        The planted meetings in order: first frame, end frame (exclusive), gesture, word sung over these frames.
    """

    motion: Motion
    words: list[TimedWord]
    title: str
    artist: str
    genre: str
    language: str
    bpm: float
    downbeats: NDArray[np.float64]
    audio: Samples
    rate: int
    truth: list[tuple[int, int, str, str]]


def compose_song(index: int, seed: int, songs: int) -> DemoSong:
    """Song ``index`` of the demo of ``songs`` songs. The same three numbers give the same song.

    A :class:`ValueError` where ``index`` is no song of the demo.
    """
    plan = plan_song(index, seed, songs)
    audio, rate = synthesise(plan)
    return DemoSong(
        motion=compose_motion(plan), words=list(plan.words), title=plan.title, artist=plan.artist, genre=plan.genre,
        language=plan.language, bpm=plan.bpm, downbeats=plan.downbeats, audio=audio, rate=rate,
        truth=[(event.start, event.stop, event.gesture, event.word) for event in plan.events if event.word],
    )
