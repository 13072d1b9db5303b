"""Lyrics as a table of timed words: CSV, TSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
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
    words_of_pieces,
)
from core.lyrics.words import TimedLyrics

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "word": ("word", "words", "text", "lyric", "lyrics", "label", "token", "単語", "歌詞"),
    "start": ("start", "begin", "onset", "start_time", "starttime", "from", "time", "xmin", "開始"),
    "end": ("end", "stop", "end_time", "endtime", "to", "xmax", "終了"),
    "duration": ("duration", "dur", "length", "長さ"),
    "line": ("line", "line_id", "sentence", "phrase", "segment", "行"),
}


def read_csv(path: str | Path) -> TimedLyrics:
    """Timed words of a .csv (comma, semicolon or tab) or .tsv file, one word a row, times in seconds.

    Columns word, start, end (or duration), and optionally line, by their header or, without one, in the order
    word, start, end[, line] or start, end, word (the label track of an audio editor). Without lines a new one
    starts after a pause of 0.6 s or after 16 words. An empty end lasts until the next word.

    Raises :class:`InputError` with the row's number for what is not a number, and as in
    :mod:`core.lyrics.assemble`.
    """
    text = read_text(path, MAX_FILE_BYTES)
    rows = _rows(path, text, "\t" if Path(path).suffix.lower() == ".tsv" else _delimiter(text))
    if not rows:
        raise InputError(path, "it holds no rows", "write the columns word, start, end")
    columns, headed = _columns(path, rows[0][1])
    pieces: list[Piece] = []
    groups: list[str | None] = []
    for number, row in rows[1:] if headed else rows:
        cells = {name: row[i].strip() for name, i in columns.items() if i < len(row)}
        where = f"row {number}"
        start = _number(path, cells.get("start", ""), where, "start")
        end = None
        if cells.get("end"):
            end = _number(path, cells["end"], where, "end")
        elif cells.get("duration"):
            end = start + _number(path, cells["duration"], where, "duration")
        pieces.append(Piece(_short_word(path, cells.get("word", ""), where), start, end))
        groups.append(cells.get("line"))
    lines = lines_of_words(pieces, Kind.WORDS, groups if "line" in columns else None)
    return assemble(path, lines)


def read_json(path: str | Path) -> TimedLyrics:
    """Timed words of a .json file, times in seconds.

    A list of objects with word, start, end and optionally line; the same under "words", beside "title" and
    "artist"; or a list of lines under "lines" or "segments", each with start, end, text and perhaps its "words".
    The file that ``export`` writes is read word for word.

    Raises :class:`InputError` for what is not JSON, a field that is missing or no number, and as in
    :mod:`core.lyrics.assemble`.
    """
    text = read_text(path, MAX_FILE_BYTES)
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise InputError(path, "its JSON is nested too deep", "write a list of words") from error
    except ValueError as error:
        raise InputError(path, f"it is not JSON ({_first_words(error)})", "export it again") from error
    head: Mapping[str, Any] = data if isinstance(data, dict) else {}
    listed: Any = data
    if head:
        listed = next((head[key] for key in ("words", "lines", "segments") if key in head), None)
    if not isinstance(listed, list):
        raise InputError(path, "it holds no list of words", 'write {"words": [{"word": "love", "start": 1, "end": 2}]}')
    if len(listed) > MAX_WORDS:
        raise InputError(path, f"it has more than {MAX_WORDS} words", "check that it is the lyrics of one song")
    if head and "words" not in head:
        lines = words_of_pieces([_json_line(path, item, f"line {i}") for i, item in enumerate(listed, start=1)])
    else:
        # Our own export carries the song's joints; its words have been cut once and stay as they are.
        exact = "joints" in head and "positions" in head
        lines = _json_words(path, listed, Kind.EXACT if exact else Kind.WORDS)
    return assemble(path, lines, title=_text(head.get("title")), artist=_text(head.get("artist")))


def _rows(path: str | Path, text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """(number in the file, cells) of the rows that are not blank and no comments."""
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row) and not row[0].lstrip().startswith("#"):
                rows.append((reader.line_num, row))
            if len(rows) > MAX_WORDS + 1:
                raise InputError(path, f"it has more than {MAX_WORDS} rows", "check that it is one song's lyrics")
    except csv.Error as error:
        raise InputError(path, f"row {reader.line_num} is not proper CSV ({error})", "export it again") from error
    return rows


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    return max(",\t;", key=first.count)


def _columns(path: str | Path, first: Sequence[str]) -> tuple[dict[str, int], bool]:
    """Which column holds what, and whether the first row is a header."""
    names = [cell.strip().lower() for cell in first]
    columns: dict[str, int] = {}
    for kind, synonyms in _COLUMNS.items():
        # In the order of the synonyms: a table with "word" and "label" means the first.
        for synonym in synonyms:
            if synonym in names:
                columns.setdefault(kind, names.index(synonym))
    if "word" in columns and "start" in columns:
        return columns, True
    numeric = [_is_number(cell) for cell in first]
    if numeric[1:3] == [True, True] and not (numeric[0] and len(first) > 2 and numeric[:3] == [True] * 3):
        return {"word": 0, "start": 1, "end": 2} | ({"line": 3} if len(first) > 3 else {}), False
    if numeric[:2] == [True, True] and len(first) > 2:
        return {"start": 0, "end": 1, "word": 2} | ({"line": 3} if len(first) > 3 else {}), False
    raise InputError(path, "its first row names no columns word and start", "write the header word,start,end")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(path: str | Path, cell: str, where: str, what: str) -> float:
    try:
        value = float(cell)
    except ValueError as error:
        raise InputError(path, f"the {what} of {where} is not a number ({cell[:40]!r})", "write seconds") from error
    return checked_seconds(path, value, where)


def _short_word(path: str | Path, text: str, where: str) -> str:
    if len(text) > MAX_LINE_CHARS:
        raise InputError(path, f"{where} has a word of {len(text)} characters", "write one word a row")
    return text


def _json_words(path: str | Path, items: Sequence[Any], kind: Kind) -> list[Line]:
    pieces: list[Piece] = []
    groups: list[str | None] = []
    for i, item in enumerate(items, start=1):
        pieces.append(_json_piece(path, item, f"word {i}"))
        groups.append(None if item.get("line") is None else _text(item["line"]))
    return lines_of_words(pieces, kind, groups if any(group is not None for group in groups) else None)


def _json_line(path: str | Path, item: Any, where: str) -> Line:
    line = _json_piece(path, item, where)
    words = item.get("words")
    if not words:
        return Line((line,), line.start, line.end, where)
    if not isinstance(words, list):
        raise InputError(path, f"the words of {where} are not a list", "export it again")
    pieces = tuple(_json_piece(path, word, f"a word of {where}") for word in words)
    return Line(pieces, min(piece.start for piece in pieces), None, where)


def _json_piece(path: str | Path, item: Any, where: str) -> Piece:
    if not isinstance(item, dict):
        raise InputError(path, f"{where} is not an object", 'write {"word": "love", "start": 1, "end": 2}')
    word = next((item[key] for key in ("word", "text") if key in item), None)
    if not isinstance(word, str) and "words" not in item:
        raise InputError(path, f"{where} has no text", 'name it "word"')
    start = _json_number(path, item.get("start"), where, "start")
    end = item.get("end")
    text = _short_word(path, word, where) if isinstance(word, str) else ""
    return Piece(text, start, None if end is None else _json_number(path, end, where, "end"))


def _json_number(path: str | Path, value: Any, where: str, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(path, f"the {what} of {where} is missing or not a number", "write seconds")
    try:
        return checked_seconds(path, float(value), where)
    except OverflowError as error:
        raise InputError(path, f"{where} has a time over 24 hours", "times are in seconds") from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _first_words(error: Exception) -> str:
    return str(error).split("\n")[0][:80]
