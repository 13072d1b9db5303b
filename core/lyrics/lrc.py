"""LRC lyrics: timed lines, word-timed lines in both usual styles, tags for title, artist and offset.

No library reads all of these. A time is ``mm:ss``, ``mm:ss.x`` to ``mm:ss.xxx`` (a comma or, in Japanese
karaoke files, a colon may stand for the point) or ``hh:mm:ss.xx``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from core.errors import InputError
from core.files import read_text
from core.lyrics.assemble import (
    MAX_FILE_BYTES,
    MAX_LINE_CHARS,
    MAX_WORDS,
    Line,
    Piece,
    assemble,
    checked_seconds,
    words_of_pieces,
)
from core.lyrics.words import TimedLyrics

_TIME: Final = r"(?:(\d{1,3}):)?(\d{1,6}):(\d{1,2})(?:[.,](\d{1,6})|:(\d{2}))?"
_TAG: Final = re.compile(rf"[\[<]\s{{0,4}}{_TIME}\s{{0,4}}[\]>]", re.ASCII)
_INFO: Final = re.compile(r"\s*\[\s*([a-zA-Z#]{1,20})\s*:(.*)\]\s*$")
_OTHER_BRACKETS: Final = re.compile(r"\[[^\[\]]{0,80}\]")


def read_lrc(path: str | Path) -> TimedLyrics:
    """Timed words of an LRC file.

    Several times before a text repeat the line. Times inside a line (``<mm:ss.xx>`` or ``[mm:ss.xx]``) time its
    words or syllables, a last one without text ends it. A line without an end lasts until the next timed line
    (an empty one included), but at most 0.6 s a mora or syllable and 2 s more. ``[offset:500]`` lets the lyrics
    come 500 ms earlier, as players do. Text without a time is left out, and so is text in square brackets.

    Raises :class:`InputError` for a file that has no timed words or is not sane (see :mod:`core.lyrics.assemble`).
    """
    text = read_text(path, MAX_FILE_BYTES)
    info: dict[str, str] = {}
    lines: list[Line] = []
    untimed = 0
    for number, raw in enumerate(text.splitlines(), start=1):
        if len(raw) > 4 * MAX_LINE_CHARS:
            raise InputError(path, f"line {number} has {len(raw)} characters, too many for a lyric line",
                             "break it into lines")
        if _TAG.search(raw):
            lines += _lines(path, raw, number)
            if len(lines) > MAX_WORDS:
                raise InputError(path, f"it has more than {MAX_WORDS} lines", "check that it is one song's lyrics")
        elif match := _INFO.match(raw):
            info.setdefault(match[1].lower(), match[2].strip())
        elif raw.strip() and not raw.lstrip().startswith(("#", "@")):
            untimed += 1
    if not lines:
        raise InputError(path, "no line has a time like [01:23.45]", "check that it is an LRC file")
    shift = -_offset(path, info.get("offset", ""))
    notes = [f"Lines left out because they have no time: {untimed}."] if untimed else []
    moved = [_moved(line, shift) for line in words_of_pieces(lines)]
    return assemble(path, moved, title=info.get("ti", ""), artist=info.get("ar", ""), notes=notes)


def _lines(path: str | Path, raw: str, number: int) -> list[Line]:
    """The lines of one row of the file: one for each of its leading times, or a single word-timed one."""
    where = f"line {number}"
    tags = list(_TAG.finditer(raw))
    times = [_seconds(path, tag, where) for tag in tags]
    leading = 1
    while leading < len(tags) and not raw[tags[leading - 1].end():tags[leading].start()].strip():
        leading += 1
    stops = [tag.start() for tag in tags[1:]] + [len(raw)]
    texts = [_OTHER_BRACKETS.sub(" ", raw[tag.end():stop]) for tag, stop in zip(tags, stops, strict=True)]
    inner = list(zip(times, texts, strict=True))[leading - 1:]
    end = None
    if len(inner) > 1 and not inner[-1][1].strip():
        end = inner.pop()[0]
    # In [line]<word> the line's own time is not one of its words'; in [line][word]text[word] neither, the last one is.
    angled = any(tag[0].startswith("<") for tag in tags[:leading])
    word_timed = len(inner) > 1 or angled
    starts = [time for time, tag in zip(times[:leading], tags, strict=False) if tag[0].startswith("[")] or times[:1]
    if word_timed and not any(tag[0].startswith("<") for tag in tags):
        starts = starts[-1:]
    # Inner times belong to the last repetition that starts before them.
    inner_time = inner[0][0] if angled or len(inner) > 1 else end
    own = max((start for start in starts if inner_time is not None and start <= inner_time), default=starts[0])
    lines = []
    for start in starts:
        shift = start - own
        pieces = [
            Piece(text, time + shift, inner[i + 1][0] + shift if i + 1 < len(inner) else _shifted(end, shift))
            for i, (time, text) in enumerate(inner)
        ]
        if not word_timed:
            pieces = [Piece(text, start, _shifted(end, shift)) for _, text in inner]
        if not "".join(piece.text for piece in pieces).strip():
            pieces = []
        lines.append(Line(tuple(pieces), min([start, *(piece.start for piece in pieces)]), _shifted(end, shift), where))
    return lines


def _shifted(time: float | None, shift: float) -> float | None:
    return None if time is None else time + shift


def _seconds(path: str | Path, tag: re.Match[str], where: str) -> float:
    hours, minutes, seconds, fraction, hundredths = tag.groups()
    if hours is not None and fraction is None and hundredths is None and len(seconds) == 2:
        # 01:02:03 is minutes, seconds and hundredths, as karaoke files write it.
        hours, minutes, seconds, hundredths = None, hours, minutes, seconds
    part = fraction or hundredths
    total = 3600 * int(hours or 0) + 60 * int(minutes) + int(seconds) + (int(part) / 10 ** len(part) if part else 0.0)
    return checked_seconds(path, total, where)


def _offset(path: str | Path, text: str) -> float:
    """Seconds by which the lyrics come earlier."""
    if not text:
        return 0.0
    try:
        offset = float(text.replace("ms", "").strip()) / 1000.0
    except ValueError as error:
        raise InputError(path, f"its offset is not a number of milliseconds ({text[:40]!r})", "correct it") from error
    return checked_seconds(path, offset, "the offset tag")


def _moved(line: Line, shift: float) -> Line:
    if not shift:
        return line
    pieces = tuple(Piece(p.text, p.start + shift, _shifted(p.end, shift)) for p in line.pieces)
    return Line(pieces, line.start + shift, _shifted(line.end, shift), line.where, line.kind)
