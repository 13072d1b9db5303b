"""Cutting a lyric line into words: Japanese by SudachiPy, everything else by spaces.

Sudachi runs in split mode C, its longest units: 国家公務員 and ラブソング stay one word, as a singer and
a reader take them, while inflected forms are still cut (叫び | たい). The paper does not say which unit
its Japanese lyrics had; the name of the segmenter is kept in the corpus so that figures can be compared.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from typing import Any, Final

SPLIT_MODE: Final = "C"
"""Sudachi's split mode, see the module's text."""

# Sudachi refuses 49,149 bytes of UTF-8 (and 65,535 after its own normalisation, which can lengthen a
# character to eighteen); no real phrase without a space or a comma comes near this many characters.
_LONGEST_RUN: Final = 2000
_JAPANESE_RANGES: Final = (
    (0x3005, 0x3007),  # 々〆〇
    (0x3041, 0x3096), (0x309D, 0x309F),  # hiragana
    (0x30A1, 0x30FA), (0x30FC, 0x30FF),  # katakana and ー
    (0x31F0, 0x31FF), (0xFF66, 0xFF9F), (0x1AFF0, 0x1B16F),  # small, half-width and historic kana
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF),  # kanji
)
_LETTER_JOINERS: Final = frozenset("'\u2019\u2018\u02bc-\u2010\u2011&\u00b7")  # don't, rock-'n'-roll, R&B
_DIGIT_JOINERS: Final = frozenset(".,:\uff0e\uff0c\uff1a")  # 9:30, 1,000
_PROLONGING: Final = frozenset("ー\uff70〜～")

_dictionary_lock = threading.Lock()
_per_thread = threading.local()


@lru_cache(maxsize=65536)
def is_japanese(char: str) -> bool:
    """Whether one character is kana or kanji (the marks 々, 〆, 〇 and ー included)."""
    code = ord(char)
    return any(low <= code <= high for low, high in _JAPANESE_RANGES)


def needs_japanese(text: str) -> bool:
    """Whether ``text`` holds kana or kanji, so that :func:`segment` would ask Sudachi.

    Text in kanji alone counts as Japanese, so Chinese does too: nothing in one line tells them apart.
    """
    return any(is_japanese(char) for char in text)


@lru_cache(maxsize=65536)
def is_word_char(char: str) -> bool:
    """Whether a character belongs to words: a letter, a mark on a letter, or a digit of any script."""
    return unicodedata.category(char)[0] in "LNM" or is_japanese(char)


def has_word(text: str) -> bool:
    """Whether ``text`` holds anything but spaces, punctuation, symbols and lone prolonging marks."""
    return any(is_word_char(char) and char not in _PROLONGING for char in text)


def segment(text: str) -> list[str]:
    """Words of one lyric line, in order, as they are written.

    Stretches with kana or kanji are cut by Sudachi (mode C), all others at spaces, with punctuation taken
    off (apostrophes, hyphens and the points inside numbers stay where letters or digits stand on both sides).
    Spaces, punctuation and symbols are not words. A stretch of over 2,000 characters without any of them is
    cut into parts first, because Sudachi takes no more than about 49 kB.

    Parameters
    ----------
    text : str
        Any text; line breaks count as spaces.
    """
    return [text[start:stop] for start, stop in spans(text)]


def spans(text: str) -> list[tuple[int, int]]:
    """Where the words of :func:`segment` stand: character offsets (start, end exclusive)."""
    found: list[tuple[int, int]] = []
    for start, stop in _by_script(text):
        if not any(is_japanese(char) for char in text[start:stop]):
            if has_word(text[start:stop]):
                found.append((start, stop))
            continue
        for begin in range(start, stop, _LONGEST_RUN):
            part = text[begin:min(begin + _LONGEST_RUN, stop)]
            position = begin
            for surface, _ in tokenize(part):
                if has_word(surface):
                    found.append((position, position + len(surface)))
                position += len(surface)
    return found


def segmenter_name(text: str | Iterable[str]) -> str:
    """What cut ``text`` (one or many): "SudachiPy 0.7.0 / SudachiDict-core 20261015 / mode C", or "spaces"."""
    texts = (text,) if isinstance(text, str) else text
    return sudachi_name() if any(needs_japanese(one) for one in texts) else "spaces"


@cache
def sudachi_name() -> str:
    """Name and versions of SudachiPy, its dictionary and the split mode."""
    return f"SudachiPy {_version('SudachiPy')} / SudachiDict-core {_version('SudachiDict-core')} / mode {SPLIT_MODE}"


def tokenize(text: str) -> tuple[tuple[str, str], ...]:
    """Sudachi's morphemes of a short text without spaces: (surface, reading in katakana).

    The surfaces joined are ``text`` again; anything that Sudachi cannot take comes back as one morpheme
    without a reading.
    """
    if len(text) > 40:
        return _ask_sudachi(text)
    return _remembered(text)


@lru_cache(maxsize=16384)
def _remembered(text: str) -> tuple[tuple[str, str], ...]:
    return _ask_sudachi(text)


def _ask_sudachi(text: str) -> tuple[tuple[str, str], ...]:
    from sudachipy.errors import SudachiError

    try:
        morphemes = tuple((m.surface(), m.reading_form()) for m in _tokenizer().tokenize(text))
    except (SudachiError, UnicodeError):
        return ((text, ""),)
    return morphemes if "".join(surface for surface, _ in morphemes) == text else ((text, ""),)


def _tokenizer() -> Any:
    """The tokenizer of the running thread: two threads may not use one at once."""
    if not hasattr(_per_thread, "tokenizer"):
        with _dictionary_lock:
            dictionary = _dictionary()
            # 0.7 renamed create() to tokenizer() and warns about the old name.
            make = getattr(dictionary, "tokenizer", None) or dictionary.create
            _per_thread.tokenizer = make(mode=_split_mode())
    return _per_thread.tokenizer


@cache
def _dictionary() -> Any:
    from sudachipy import dictionary

    return dictionary.Dictionary()


def _split_mode() -> Any:
    from sudachipy import tokenizer

    return getattr(tokenizer.Tokenizer.SplitMode, SPLIT_MODE)


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "of unknown version"


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Longest stretches of word characters, with the joiners that stand between two of them."""
    start = -1
    for i, char in enumerate(text):
        if is_word_char(char) or (start >= 0 and _joins(text, i)):
            if start < 0:
                start = i
        elif start >= 0:
            yield start, i
            start = -1
    if start >= 0:
        yield start, len(text)


def _by_script(text: str) -> Iterator[tuple[int, int]]:
    """The runs, with a foreign word that holds a joiner (I'm君) parted from the Japanese it touches.

    Without a joiner the two stay together: Sudachi knows Tシャツ and CDショップ.
    """
    for start, stop in _runs(text):
        parts = [(key, list(group)) for key, group in groupby(range(start, stop), lambda i: is_japanese(text[i]))]
        if len(parts) == 1 or all(is_word_char(char) for char in text[start:stop]):
            yield start, stop
        else:
            yield from ((indices[0], indices[-1] + 1) for _, indices in parts)


def _joins(text: str, i: int) -> bool:
    """Whether the character at ``i`` is a joiner inside one word (never beside Japanese)."""
    if i + 1 >= len(text):
        return False
    before, char, after = text[i - 1], text[i], text[i + 1]
    if char in _DIGIT_JOINERS:
        return before.isdigit() and after.isdigit()
    if char not in _LETTER_JOINERS:
        return False
    sides = (before, after)
    return all(is_word_char(side) and not is_japanese(side) for side in sides)
