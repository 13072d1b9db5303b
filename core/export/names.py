"""Names of exported files: from a template with fields, legal on every system, never over an older file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path
from string import Formatter
from typing import Final, Literal

import numpy as np

from core.errors import InputError, SettingsError
from core.export.clip import ClipData
from core.skeleton import FPS

Existing = Literal["number", "refuse", "replace"]
"""What is done where the file exists: " (2)" is added to the name, nothing is written, or the file is replaced."""

FIELDS: Final = ("song", "title", "artist", "start", "end", "word", "code", "n")
DEFAULT_TEMPLATE: Final = "{song} {start}-{end} {word}"
MAX_CHARACTERS: Final = 120
_MAX_BYTES: Final = 200
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{device}{i}" for device in ("com", "lpt") for i in "0123456789¹²³"}
)


def fields_of(clip: ClipData, number: int = 1, count: int = 1, word: str = "") -> dict[str, str]:
    """Values of the template's fields for a clip.

    Parameters
    ----------
    clip : ClipData
    number, count : int
        Which of how many clips of a batch; {n} gets as many digits as the last one needs.
    word : str
        For {word}; if empty, the one at the frame of highest NPMI where that is positive, else the one sung longest.
    """
    code = ""
    values = np.nan_to_num(clip.npmi, nan=-2.0)
    best = int(values.argmax()) if len(values) else -1
    if best >= 0 and values[best] > -2.0:
        code = f"{clip.lyric_codes[best]}-{clip.dance_codes[best]}"
    if not word and clip.words:
        spans = [w.end - w.start for w in clip.words]
        chosen = spans.index(max(spans))
        if values[best] > 0 and clip.frame_words[best] >= 0:
            chosen = int(clip.frame_words[best])
        word = clip.words[chosen].text
    return {
        "song": clip.song.song_id, "title": clip.song.title, "artist": clip.song.artist,
        "start": f"{clip.first / FPS:.2f}", "end": f"{clip.last / FPS:.2f}", "word": word, "code": code,
        "n": str(number).zfill(len(str(count))),
    }


def file_name(template: str, values: Mapping[str, str], ending: str) -> str:
    """The file name that a template makes: fields filled in, illegal characters left out, not too long.

    Parameters
    ----------
    template : str
        Text with fields in braces, of :data:`FIELDS`; ``{{`` and ``}}`` are braces themselves.
    values : mapping
        See :func:`fields_of`.
    ending : str
        With its dot: ".mp4".

    Raises
    ------
    SettingsError
        For a field that there is not, or a brace that is not closed.
    """
    text = ""
    known = ", ".join(f"{{{name}}}" for name in FIELDS)
    try:
        for literal, field, specification, conversion in Formatter().parse(template):
            text += literal
            if field is None:
                continue
            if field not in FIELDS or specification or conversion:
                raise SettingsError(f"The name template has the field '{{{field}}}', which is not known; use {known}.")
            text += values.get(field, "")
    except ValueError as error:
        raise SettingsError(f"The name template '{template}' has a brace without its partner; write {{{{ for a brace, "
                            f"or use {known}.") from error
    return clean(text) + ending


def clean(text: str) -> str:
    """A name (without ending) that Windows, macOS and Linux take: "clip" where nothing is left of it."""
    text = unicodedata.normalize("NFC", text)
    text = _FORBIDDEN.sub("", text)
    # Signs that turn the direction of writing can make a name look like another one.
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs") and not "\u202a" <= c <= "\u202e"
                   and not "\u2066" <= c <= "\u2069")
    text = " ".join(text.split())
    text = text[:MAX_CHARACTERS]
    while len(text.encode()) > _MAX_BYTES:
        text = text[:-1]
    # Windows drops dots and spaces at the end, a leading dot hides the file elsewhere.
    text = text.strip(" .-_")
    if text.split(".")[0].strip().lower() in _RESERVED:
        text = f"_{text}"
    return text or "clip"


def free_path(
    path: Path, existing: Existing, taken: Collection[Path] = (), *, beside: Collection[str] = ()
) -> Path:
    """Where to write, given what is to be done where ``path`` exists.

    Parameters
    ----------
    path : Path
    existing : "number", "refuse" or "replace"
    taken : collection of Path
        What the same batch has given out already; those are numbered in any case.
    beside : collection of str
        Endings of files written beside it, which must be free as well.

    Raises
    ------
    InputError
        Where the file exists and must not be replaced.
    """
    used = {str(other).casefold() for other in taken}

    def there(candidate: Path) -> Path | None:
        return next((p for p in (candidate, *(candidate.with_suffix(e) for e in beside)) if p.exists()), None)

    def free(candidate: Path) -> bool:
        return str(candidate).casefold() not in used and (existing == "replace" or there(candidate) is None)

    if free(path):
        return path
    if existing == "refuse" and str(path).casefold() not in used and (old := there(path)) is not None:
        raise InputError(old, "the file exists already", "choose another name or folder")
    for number in range(2, 100_000):
        # Not with_suffix: a name may have dots of its own.
        candidate = path.with_name(f"{path.name.removesuffix(path.suffix)} ({number}){path.suffix}")
        if free(candidate):
            return candidate
    raise InputError(path, "too many files of this name exist", "choose another name or folder")
