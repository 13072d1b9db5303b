"""Lyrics in a Praat TextGrid, long or short form, through praatio."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from core.errors import InputError
from core.files import read_text
from core.lyrics.assemble import (
    MAX_FILE_BYTES,
    MAX_LINE_CHARS,
    MAX_WORDS,
    Kind,
    Line,
    Piece,
    assemble,
    checked_seconds,
    lines_of_words,
)
from core.lyrics.segment import has_word
from core.lyrics.words import TimedLyrics

_WORD_TIERS: Final = ("word", "words", "lyric", "lyrics", "単語", "歌詞")
_LINE_TIERS: Final = (
    "line", "lines", "phrase", "phrases", "sentence", "sentences", "utterance", "utterances", "行", "フレーズ",
)
_SILENCES: Final = frozenset({"sil", "sp", "spn", "pau", "cl", "silb", "sile", "silence", "noise"})
_MARKUP: Final = re.compile(r"<[^<>]{0,20}>")
# praatio reads each interval with expressions that take quadratic time where fields repeat without intervals.
_MAX_FIELDS: Final = 60
_MAX_INTERVAL_CHARS: Final = 2 * MAX_LINE_CHARS
# Praat fills a tier with intervals to its end.
_MISSING_END: Final = 0.01
_FAULTS: Final = (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError)


def read_textgrid(path: str | Path) -> TimedLyrics:
    """Timed words of a Praat TextGrid (UTF-8, UTF-16 or CP932).

    The tier named word(s) or lyric(s) is read ("speaker - words" too), else the first interval tier with text.
    A tier named line(s), phrase(s), sentence(s) or utterance(s) says which words form a line. Marks of silence
    (sil, sp, pau, <...>) are not words. An interval of several words gives its time to them by length.

    Raises :class:`InputError` for a file that praatio cannot read, that has no text or is not sane
    (see :mod:`core.lyrics.assemble`).
    """
    text = read_text(path, MAX_FILE_BYTES)
    tiers, ends = _tiers(path, text)
    words_tier = _named(tiers, _WORD_TIERS) or next((tier for tier in tiers if _sung(tier[1])), None)
    if words_tier is None:
        raise InputError(path, "no interval tier holds text", "put the words on an interval tier named words")
    name, entries = words_tier
    notes = [] if _is_named(name, _WORD_TIERS) else [f"No tier is named words or lyrics; the tier {name!r} was read."]
    sung = _sung(entries)
    if entries[-1].end is not None and ends.get(name, 0.0) - entries[-1].end > _MISSING_END:
        stop = f"{entries[-1].end:.2f} s of {ends[name]:.2f} s"
        notes.append(f"The tier {name!r} stops at {stop}; the file may be cut short.")
    if len(sung) > MAX_WORDS:
        raise InputError(path, f"it has more than {MAX_WORDS} words", "check that it is the lyrics of one song")
    line_tier = _named([tier for tier in tiers if tier[0] != name], _LINE_TIERS)
    groups = _groups(sung, _sung(line_tier[1])) if line_tier else None
    lines: list[Line] = lines_of_words(sung, Kind.WORDS, groups)
    return assemble(path, lines, notes=notes)


def _tiers(path: str | Path, text: str) -> tuple[list[tuple[str, list[Piece]]], dict[str, float]]:
    """Name and intervals of every interval tier, and where each says it ends."""
    from praatio.utilities.errors import PraatioException
    from praatio.utilities.textgrid_io import parseTextgridStr

    if "ooTextFile" not in text[:400] or "TextGrid" not in text[:400]:
        raise InputError(path, "it does not begin like a TextGrid", "save it in Praat as a text file")
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n") + "\n"
    for chunk in re.split(r"intervals ?\[|points ?\[|item ?\[", text) if "item [" in text else [text]:
        long_form = chunk is not text
        if long_form and (len(chunk) > _MAX_INTERVAL_CHARS or chunk.count("=") > _MAX_FIELDS):
            raise InputError(path, "an interval of it has no end", "save it in Praat again")
    try:
        parsed: dict[str, Any] = parseTextgridStr(text, includeEmptyIntervals=True)
        found = [tier for tier in parsed["tiers"] if tier["class"] == "IntervalTier"]
        tiers = [(str(tier["name"]), _pieces(path, str(tier["name"]), tier["entries"])) for tier in found]
        return tiers, {str(tier["name"]): float(tier["xmax"]) for tier in found}
    except InputError:
        raise
    except (*_FAULTS, PraatioException) as error:
        raise InputError(path, "it is not a whole TextGrid", "save it in Praat again as a text file") from error


def _pieces(path: str | Path, tier: str, entries: Iterable[Sequence[Any]]) -> list[Piece]:
    pieces = []
    for i, (start, end, label) in enumerate(entries, start=1):
        where = f"interval {i} of the tier {tier[:40]!r}"
        times = [checked_seconds(path, float(time), where) for time in (start, end)]
        pieces.append(Piece(str(label), times[0], times[1]))
    return pieces


def _sung(entries: Iterable[Piece]) -> list[Piece]:
    """The intervals with words, without marks of silence."""
    kept = []
    for piece in entries:
        text = _MARKUP.sub(" ", piece.text).strip()
        if has_word(text) and text.lower() not in _SILENCES:
            kept.append(Piece(text, piece.start, piece.end))
    return kept


def _named(tiers: Sequence[tuple[str, list[Piece]]], names: Sequence[str]) -> tuple[str, list[Piece]] | None:
    return next((tier for tier in tiers if _is_named(tier[0], names) and _sung(tier[1])), None)


def _is_named(name: str, names: Sequence[str]) -> bool:
    # Aligners prefix the speaker: "singer - words".
    return name.strip().lower().rsplit(" - ", 1)[-1].strip() in names


def _groups(words: Sequence[Piece], lines: Sequence[Piece]) -> list[str | None]:
    """The line over the middle of each word; words between lines form lines of their own."""
    groups: list[str | None] = []
    ordered = sorted(lines, key=lambda line: line.start)
    i = 0
    order = sorted(range(len(words)), key=lambda k: words[k].start)
    found: dict[int, str] = {}
    for k in order:
        middle = (words[k].start + (words[k].end or words[k].start)) / 2
        while i < len(ordered) and (ordered[i].end or ordered[i].start) <= middle:
            i += 1
        inside = i < len(ordered) and ordered[i].start <= middle
        found[k] = f"{i}" if inside else f"before {i}"
    groups.extend(found[k] for k in range(len(words)))
    return groups
