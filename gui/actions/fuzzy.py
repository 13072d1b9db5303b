"""Finding a name by a few of its letters."""

from __future__ import annotations

import unicodedata
from typing import Final

_WORD_START: Final = 8.0
_ADJACENT: Final = 5.0
_LATE: Final = 0.2


def fold(text: str) -> str:
    """Text as it is compared: width, case and kana form do not matter (hiragana stands for katakana too)."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in wide)


def score(query: str, text: str) -> float | None:
    """How well the letters of ``query`` are found in ``text`` in their order; None where they are not.

    Every word of the query must be found. Letters that follow each other, or begin words, count for more.
    """
    words = fold(query).split()
    folded = fold(text)
    total = 0.0
    for word in words:
        found = _score(word, folded)
        if found is None:
            return None
        total += found
    return total


def _score(word: str, text: str) -> float | None:
    at = text.find(word)
    if at >= 0:
        begins = at == 0 or not text[at - 1].isalnum()
        return len(word) * (_ADJACENT + 1.0) + (_WORD_START * 2 if begins else 0.0) - at * _LATE
    total, position, last = 0.0, 0, -2
    for letter in word:
        at = text.find(letter, position)
        if at < 0:
            return None
        # A letter that begins a word is the better place for it, if it is there.
        start = next((i for i in range(at, len(text)) if text[i] == letter and (i == 0 or not text[i - 1].isalnum())),
                     None)
        if at != last + 1 and start is not None:
            at = start
        begins = at == 0 or not text[at - 1].isalnum()
        total += 1.0 + (_ADJACENT if at == last + 1 else 0.0) + (_WORD_START if begins else 0.0)
        last, position = at, at + 1
    return total - last * _LATE
