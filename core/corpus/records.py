"""What the catalogue says of a song, a bar and a word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.lyrics.words import TimedWord


@dataclass(frozen=True)
class BarRecord:
    """A bar: frames ``start`` to ``stop`` (exclusive) of its song, and whether a word is sung in it."""

    start: int
    stop: int
    sung: bool


@dataclass(frozen=True)
class SongRecord:
    """A song of the corpus.

    Attributes
    ----------
    row : int
        Key in the catalogue and name of the song's array files.
    song_id, title, artist, genre, split : str
        As in the manifest; ``split`` is "train", "dev" or "test".
    bpm : float or None
        Beats a minute, where given.
    shift : float
        Seconds to add to a time of the song (lyrics, beats, audio) to get the time in the motion.
    frames : int
        Length of the motion at 30 frames a second.
    audio : str
        Absolute path of the sound, or empty.
    segmenter : str
        Word segmenter and its version.
    sources : dict
        Kind of file -> absolute path it was imported from.
    report : dict
        What the readers guessed and noted (rig, scale, axes, unmatched bones, notes, source of the bars).
    fingerprint : str
        Hash of everything the import read.
    """

    row: int
    song_id: str
    title: str
    artist: str
    genre: str
    split: str
    bpm: float | None
    shift: float
    frames: int
    audio: str
    segmenter: str
    sources: dict[str, str] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
    fingerprint: str = ""


@dataclass(frozen=True)
class NewSong:
    """A song about to be written into a corpus; fields as in :class:`SongRecord`."""

    song_id: str
    title: str
    artist: str
    genre: str
    split: str
    bpm: float | None
    shift: float
    audio: str
    segmenter: str
    sources: dict[str, str]
    report: dict[str, Any]
    fingerprint: str
    bars: tuple[BarRecord, ...]
    words: tuple[TimedWord, ...]
