"""What every lyrics reader gives."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TimedWord:
    """A word and when it is sung.

    Attributes
    ----------
    text : str
        The word as written, without surrounding space.
    start, end : float
        Seconds from the start of the song; ``end > start``.
    line : int
        Number of the lyric line it belongs to, from 0, never falling along the song.
    estimated : bool
        True where only the line was timed and the word got its share by length.
    """

    text: str
    start: float
    end: float
    line: int
    estimated: bool = False


@dataclass(frozen=True)
class TimedLyrics:
    """The timed words of one song, sorted by start, with what the file said about the song.

    Attributes
    ----------
    words : tuple of TimedWord
    title, artist : str
        Empty where the file does not say.
    segmenter : str
        Name and version of the word segmenter that cut the lines ("SudachiPy 0.6.10 / core 20250515 / C"), or
        "spaces" where the file itself separated the words.
    notes : tuple of str
        Sentences for the user: what was guessed or repaired.
    """

    words: tuple[TimedWord, ...]
    title: str = ""
    artist: str = ""
    segmenter: str = "spaces"
    notes: tuple[str, ...] = field(default=())


def folded(text: str) -> str:
    """A word without the differences that do not matter: case, and width of letters."""
    return unicodedata.normalize("NFKC", text).casefold()
