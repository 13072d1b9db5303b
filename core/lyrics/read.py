"""The door for lyrics: a file in, timed words out, the reader chosen by the ending."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.errors import InputError
from core.lyrics.lrc import read_lrc
from core.lyrics.subtitles import read_subtitles
from core.lyrics.tables import read_csv, read_json
from core.lyrics.textgrid import read_textgrid
from core.lyrics.words import TimedLyrics

READERS: Final[dict[str, Callable[[str | Path], TimedLyrics]]] = {
    ".lrc": read_lrc,
    ".srt": read_subtitles,
    ".vtt": read_subtitles,
    ".ass": read_subtitles,
    ".ssa": read_subtitles,
    ".textgrid": read_textgrid,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".json": read_json,
}
"""Reader by ending, lower case."""


def read_lyrics(path: str | Path) -> TimedLyrics:
    """The timed words of a lyrics file: .lrc, .srt, .vtt, .ass, .ssa, .TextGrid, .csv, .tsv or .json.

    Raises :class:`InputError`, one sentence that names the file and its fault, for anything else.
    """
    ending = Path(path).suffix.lower()
    reader = READERS.get(ending)
    if reader is None:
        known = ", ".join(READERS)
        raise InputError(path, f"the ending {ending!r} is not one of lyrics files", f"it must be one of {known}")
    return reader(path)
