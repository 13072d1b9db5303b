"""From what a file times (lines, syllables or words) to the sorted timed words of a song.

Every reader gives :class:`Line` objects; segmentation, sharing of time, repair and limits are done here, once.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import pairwise
from pathlib import Path
from typing import Final

from core.errors import InputError
from core.lyrics.segment import has_word, is_japanese, is_word_char, needs_japanese, segment, segmenter_name, spans
from core.lyrics.share import share, units
from core.lyrics.words import TimedLyrics, TimedWord

MAX_FILE_BYTES: Final = 8 * 2**20
"""Largest lyrics file that is read; the words of one song take a hundredth of it."""
MAX_WORDS: Final = 50_000
MAX_CHARS: Final = 500_000
MAX_LINE_CHARS: Final = 10_000
MAX_LINE_SECONDS: Final = 600.0
"""A line, or a word, that is said to last longer than this is a fault of the file."""
MAX_SECONDS: Final = 24 * 3600.0
LINE_BREAK_SECONDS: Final = 0.6
LINE_BREAK_WORDS: Final = 16
_SHORTEST: Final = 0.001
# An empty timed line says where the one before ends, unless that is out of all reason.
_LONGEST_TO_EMPTY: Final = 30.0
# A line without an end lasts until the next one, but at most this long: slow ballads reach 0.6 s a mora.
_SLOWEST_UNIT: Final = 0.6
_LONGEST_REST: Final = 2.0
_USUAL_UNIT: Final = 0.15


class Kind(Enum):
    """What the pieces of a line are."""

    SUNG = "sung"
    """Parts of the line as it is sung (the whole line, syllables, words): joined, then cut into words."""
    WORDS = "words"
    """Words, each cut by itself where it is several words long."""
    EXACT = "exact"
    """Words taken as they stand."""


@dataclass(frozen=True)
class Piece:
    """A text with its time in seconds; without an end it lasts until the next piece."""

    text: str
    start: float
    end: float | None = None


@dataclass(frozen=True)
class Line:
    """A lyric line with its timed pieces.

    Attributes
    ----------
    pieces : tuple of Piece
        May be empty: then the line only ends the one before (an empty timed line of an LRC).
    start : float
        Seconds.
    end : float or None
    where : str
        Place in the file for messages: "line 12".
    kind : Kind
    """

    pieces: tuple[Piece, ...]
    start: float
    end: float | None
    where: str
    kind: Kind = Kind.SUNG

    @property
    def text(self) -> str:
        """The pieces joined."""
        return "".join(piece.text for piece in self.pieces)


@dataclass
class _Word:
    text: str
    start: float
    end: float | None
    line: int
    estimated: bool


@dataclass
class _Notes:
    """Counts of what was repaired, told in sentences at the end."""

    given: list[str]
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, text: str, times: int = 1) -> None:
        if times:
            self.counts[text] = self.counts.get(text, 0) + times

    def sentences(self) -> tuple[str, ...]:
        return (*self.given, *(f"{text}: {times}." for text, times in self.counts.items()))


def clean(text: str) -> str:
    """NFC text without control characters and lone surrogates; tabs and line breaks become spaces."""
    kept = (" " if char.isspace() else char for char in text)
    return unicodedata.normalize("NFC", "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs", "Cn")))


def checked_seconds(path: str | Path, seconds: float, where: str) -> float:
    """The time itself, or an :class:`InputError` where it is not finite or over 24 hours either way."""
    if not math.isfinite(seconds):
        raise InputError(path, f"{where} has a time that is not a number", "correct it")
    if abs(seconds) > MAX_SECONDS:
        raise InputError(path, f"{where} has a time of {seconds:.6g} s, over 24 hours", "times are in seconds")
    return seconds


def assemble(
    path: str | Path, lines: Sequence[Line], *, title: str = "", artist: str = "", notes: Sequence[str] = (),
) -> TimedLyrics:
    """The timed words of a song out of the lines of a file.

    Lines are sorted by start; of lines that start together only the first with words is kept (a translation
    follows its original). Where pieces or words overlap, the later start wins. Words that start together share
    the time. Times before zero are cut off. A word whose end is not after its start gets a usual length.
    Lines are numbered along the song, so a line interrupted by another counts as two.

    Raises
    ------
    InputError
        No words, more than 50,000 or 500,000 characters, a line of over 10,000 characters or 10 minutes, a time
        that is not finite or over 24 hours.
    """
    told = _Notes(list(notes))
    if sum(len(piece.text) for line in lines for piece in line.pieces) > MAX_CHARS:
        raise InputError(path, f"it has more than {MAX_CHARS} characters", "check that it is one song's lyrics")
    ordered = sorted((_checked(path, line) for line in lines), key=lambda line: line.start)
    ordered = _without_echoes(ordered, told)
    found: list[_Word] = []
    empties = [line.start for line in ordered if not has_word(line.text)]
    sung = [line.start for line in ordered if has_word(line.text)]
    for number, line in enumerate(ordered):
        if line.kind is Kind.SUNG:
            bound = _next(sung, line.start)
            empty = _next(empties, line.start)
            if line.end is None and empty < bound:
                close = empty - line.start <= _LONGEST_TO_EMPTY
                bound, line = empty, _ended(line, empty) if close else line  # noqa: PLW2901
            sung_words = _cut_sung(line, number, bound)
            if sung_words and (length := max(word.end or 0.0 for word in sung_words) - line.start) > MAX_LINE_SECONDS:
                raise _too_long(path, line, length)
            found += sung_words
        else:
            found += _cut_words(line, number)
        if len(found) > MAX_WORDS:
            raise InputError(path, f"it has more than {MAX_WORDS} words", "check that it is the lyrics of one song")
    words = _tidy(found, told)
    if not words:
        raise InputError(path, "it holds no timed words", "check that it is a lyrics file with times")
    texts = [line.text for line in ordered if line.kind is not Kind.EXACT]
    if any(needs_japanese(text) for text in texts) and not any(map(_has_kana, texts)):
        told.given.append("The lyrics are in kanji without any kana; they were cut into words as Japanese.")
    return TimedLyrics(tuple(words), clean(title).strip(), clean(artist).strip(), segmenter_name(texts),
                       told.sentences())


def lines_of_words(words: Sequence[Piece], kind: Kind, groups: Sequence[str | None] | None = None) -> list[Line]:
    """Lines out of single timed words.

    ``groups`` names the line of each word; without it a new line starts after a pause of 0.6 s or after
    16 words, because the lyric encoder reads each word inside its line.
    """
    order = sorted(range(len(words)), key=lambda i: words[i].start)
    lines: list[list[int]] = []
    for i in order:
        if lines and _goes_on(words, lines[-1], i, groups):
            lines[-1].append(i)
        else:
            lines.append([i])
    return [
        Line(tuple(words[i] for i in line), words[line[0]].start, None, f"word {line[0] + 1}", kind) for line in lines
    ]


def words_of_pieces(lines: Sequence[Line]) -> list[Line]:
    """Put spaces between the pieces of a file whose timed words carry none (``<00:01>When<00:02>the``).

    Only where no two neighbouring pieces in foreign letters have a space between them in the whole file:
    otherwise the pieces without one are syllables.
    """
    tight = loose = 0
    for line in lines:
        for one, other in pairwise(line.pieces):
            before, after = one.text.rstrip(), other.text.lstrip()
            if before and after and _foreign(before[-1]) and _foreign(after[0]):
                if before != one.text or after != other.text:
                    loose += 1
                else:
                    tight += 1
    if loose or not tight:
        return list(lines)
    return [
        replace(line, pieces=tuple(replace(p, text=p.text if needs_japanese(p.text) else p.text + " ")
                                   for p in line.pieces))
        for line in lines
    ]


def _goes_on(words: Sequence[Piece], line: list[int], i: int, groups: Sequence[str | None] | None) -> bool:
    last = line[-1]
    if groups is not None:
        return groups[i] == groups[last]
    pause = words[i].start - max(words[last].start, words[last].end or 0.0)
    return pause < LINE_BREAK_SECONDS and len(line) < LINE_BREAK_WORDS


def _foreign(char: str) -> bool:
    return is_word_char(char) and not is_japanese(char)


def _has_kana(text: str) -> bool:
    return any("\u3041" <= char <= "\u30ff" or "\uff66" <= char <= "\uff9f" for char in text)


def _ended(line: Line, end: float) -> Line:
    """The line with an end for its last piece, if that has none."""
    return replace(line, end=end) if line.pieces and line.pieces[-1].end is None else line


def _next(starts: Sequence[float], start: float) -> float:
    i = bisect_right(starts, start)
    return starts[i] if i < len(starts) else math.inf


def _checked(path: str | Path, line: Line) -> Line:
    """The line with clean texts, or the :class:`InputError` of a line that cannot be one."""
    length = sum(len(piece.text) for piece in line.pieces)
    if length > MAX_LINE_CHARS:
        raise InputError(path, f"{line.where} has {length} characters, more than the {MAX_LINE_CHARS} a lyric line "
                               "may have", "break it into lines")
    checked_seconds(path, line.start, line.where)
    spans_of_time = [(line.start, line.end), *((piece.start, piece.end) for piece in line.pieces)]
    if line.kind is Kind.SUNG and line.pieces and (last := line.pieces[-1].end) is not None:
        spans_of_time.append((line.start, last))
    for start, end in spans_of_time:
        checked_seconds(path, start, line.where)
        if end is not None and checked_seconds(path, end, line.where) - start > MAX_LINE_SECONDS:
            raise _too_long(path, line, end - start)
    return replace(line, pieces=tuple(replace(piece, text=clean(piece.text)) for piece in line.pieces))


def _too_long(path: str | Path, line: Line, seconds: float) -> InputError:
    fault = f"{line.where} lasts {seconds:.0f} s, longer than the {MAX_LINE_SECONDS:.0f} s a sung line may last"
    return InputError(path, fault, "correct its times or break it into lines")


def _without_echoes(lines: list[Line], told: _Notes) -> list[Line]:
    """Without lines that start where another sung line has: second languages and doubled layers."""
    kept: list[Line] = []
    last = -math.inf
    for line in lines:
        if line.kind is Kind.SUNG and has_word(line.text):
            if line.start - last < _SHORTEST:
                told.count("Lines left out because they start together with another (a translation or a second layer)")
                continue
            last = line.start
        kept.append(line)
    return kept


def _cut_sung(line: Line, number: int, bound: float) -> list[_Word]:
    """Words of a line whose pieces are parts of it; ``bound`` is where the next line takes over."""
    text = line.text
    words = spans(text)
    if not words:
        return []
    whole = len(line.pieces) == 1
    edges = _edges(line, bound)
    atoms, owners = _atoms(line.pieces, words)
    found: list[_Word] = []
    for (start, end), inside in zip(edges, atoms, strict=True):
        if not inside:
            continue
        pieces = [text[a:b] for a, b, _ in inside]
        times = share(pieces, start, end) if end - start >= _SHORTEST else [(start, start)] * len(pieces)
        alone = len({word for _, _, word in inside}) == 1
        for (_, _, word), (begin, stop) in zip(inside, times, strict=True):
            estimated = whole or not alone
            if found and owners[word] == len(found) - 1:
                found[-1].end = stop
                found[-1].estimated |= estimated
            else:
                owners[word] = len(found)
                a, b = words[word]
                found.append(_Word(text[a:b], begin, stop, number, estimated))
    return found


def _edges(line: Line, bound: float) -> list[tuple[float, float]]:
    """(start, end) of every piece, ends that the file leaves open filled in, all before ``bound``."""
    edges: list[tuple[float, float]] = []
    for i, piece in enumerate(line.pieces):
        following = line.pieces[i + 1].start if i + 1 < len(line.pieces) else None
        end = piece.end if piece.end is not None else following if following is not None else line.end
        if end is None:
            size = sum(units(word) for word in segment(piece.text))
            end = min(bound, piece.start + _SLOWEST_UNIT * size + _LONGEST_REST)
        elif len(line.pieces) == 1:
            end = min(end, bound)
        edges.append((piece.start, max(end, piece.start)))
    return edges


def _atoms(
    pieces: Sequence[Piece], words: Sequence[tuple[int, int]],
) -> tuple[list[list[tuple[int, int, int]]], dict[int, int]]:
    """For each piece the parts of words in it, (start, end, word) in characters of the line."""
    atoms: list[list[tuple[int, int, int]]] = []
    position, word = 0, 0
    for piece in pieces:
        stop = position + len(piece.text)
        inside: list[tuple[int, int, int]] = []
        while word < len(words) and words[word][0] < stop:
            a, b = max(words[word][0], position), min(words[word][1], stop)
            if a < b:
                inside.append((a, b, word))
            if words[word][1] > stop:
                break
            word += 1
        atoms.append(inside)
        position = stop
    return atoms, dict.fromkeys(range(len(words)), -1)


def _cut_words(line: Line, number: int) -> list[_Word]:
    found: list[_Word] = []
    for piece in line.pieces:
        parts = [piece.text.strip()] if line.kind is Kind.EXACT else segment(piece.text)
        if not parts or not has_word(piece.text):
            continue
        if len(parts) == 1 or piece.end is None or piece.end - piece.start < _SHORTEST:
            found += [_Word(part, piece.start, piece.end, number, len(parts) > 1) for part in parts]
        else:
            times = share(parts, piece.start, piece.end)
            found += [_Word(part, start, end, number, True) for part, (start, end) in zip(parts, times, strict=True)]
    return found


def _tidy(words: list[_Word], told: _Notes) -> list[TimedWord]:
    """Sorted words that do not overlap, each with a positive time, lines numbered along the song."""
    inside = [word for word in words if word.start >= 0 or (word.end is not None and word.end > _SHORTEST)]
    told.count("Words left out because they lie before the start of the song", len(words) - len(inside))
    for word in inside:
        word.start = max(word.start, 0.0)
    inside.sort(key=lambda word: word.start)
    tidy: list[TimedWord] = []
    line, last_line = -1, -1
    i = 0
    while i < len(inside):
        j = i + 1
        while j < len(inside) and inside[j].start - inside[i].start < _SHORTEST:
            j += 1
        together = inside[i:j]
        start = together[0].start
        end = _end(together, inside[j].start if j < len(inside) else math.inf, told)
        told.count("Words that start together and share their time", len(together) if len(together) > 1 else 0)
        times = share([word.text for word in together], start, end) if len(together) > 1 else [(start, end)]
        for word, (begin, stop) in zip(together, times, strict=True):
            if word.line != last_line:
                line, last_line = line + 1, word.line
            tidy.append(TimedWord(word.text, begin, stop, line, word.estimated or len(together) > 1))
        i = j
    return tidy


def _end(together: list[_Word], following: float, told: _Notes) -> float:
    """Where words that start together end: the last end given, cut where the next word starts."""
    start = together[0].start
    size = sum(units(word.text) for word in together)
    ends = [word.end for word in together if word.end is not None]
    if not ends:
        return min(following, start + _SLOWEST_UNIT * size + _LONGEST_REST)
    end = max(ends)
    if end - start < _SHORTEST:
        told.count("Words whose end was not after their start and that got a usual length", len(together))
        end = start + _USUAL_UNIT * size
    return min(end, following)
