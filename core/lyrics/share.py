"""Sharing the time of a line among its words by how long they take to sing.

A Japanese word counts its morae (a kana with its small ャュョ is one; ー, っ and ん are one each; kanji by
Sudachi's reading), a word in Latin letters its syllables, any other word its characters. The paper had word
timings from a service; where a file times only lines, this is our estimate, and the words are marked so.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

from core.lyrics.segment import is_japanese, is_word_char, tokenize

_SMALL_KANA = frozenset("ぁぃぅぇぉゃゅょゎァィゥェォャュョヮ\uff67\uff68\uff69\uff6a\uff6b\uff6c\uff6d\uff6e")
_VOICING = frozenset("\u3099\u309a\u309b\u309c\uff9e\uff9f")
_MORAE_PER_KANJI = 2
_SUNG_E = str.maketrans("éèêëÉÈÊË", "aaaaAAAA")
_VOWELS = frozenset("aeiouy")
_LONGEST_READ = 200


def share(words: Sequence[str], start: float, end: float) -> list[tuple[float, float]]:
    """(start, end) of each word inside a line sung from ``start`` to ``end`` (seconds), end to end, no gap.

    Raises :class:`ValueError` where the line has no time to share (``end <= start``, or not finite).
    """
    if not (math.isfinite(start) and math.isfinite(end) and end > start):
        msg = f"a line must end after it starts, got {start} to {end}"
        raise ValueError(msg)
    if not words:
        return []
    sums = list(accumulate(units(word) for word in words))
    step = (end - start) / sums[-1]
    edges = [start, *(start + step * done for done in sums[:-1]), end]
    # Thousands of words in a microsecond late in a song can fall on one float.
    for i in range(1, len(edges)):
        if edges[i] <= edges[i - 1]:
            edges[i] = math.nextafter(edges[i - 1], math.inf)
    return list(pairwise(edges))


@lru_cache(maxsize=16384)
def units(word: str) -> int:
    """How many morae, syllables or characters a word is long; at least 1."""
    if len(word) > _LONGEST_READ:
        return len(word)
    if any(is_japanese(char) for char in word):
        return max(1, morae(word))
    if _is_latin(word):
        return max(1, syllables(word))
    return max(1, sum(is_word_char(char) and unicodedata.category(char)[0] != "M" for char in word))


def morae(word: str) -> int:
    """Morae of a Japanese word; kanji and foreign letters through Sudachi's reading, else two a kanji."""
    if all(_is_kana(char) for char in word):
        return _count_kana(word)
    return sum(_morpheme_morae(surface, reading) for surface, reading in tokenize(word))


def syllables(word: str) -> int:
    """Syllables of a word in Latin letters: groups of vowels, less the English silent e; a digit counts two.

    >>> [syllables(word) for word in ("love", "table", "wanted", "kissed", "beautiful")]
    [1, 2, 2, 1, 3]
    """
    # An accented e is sung (café), so it must not pass for a silent one.
    plain = unicodedata.normalize("NFKD", word.translate(_SUNG_E)).casefold()
    plain = "".join(char for char in plain if unicodedata.category(char)[0] != "M")
    count = sum(2 for char in plain if char.isdigit())
    plain = plain.replace("'", "").replace("\u2019", "")
    for part in "".join(char if char.isalpha() else " " for char in plain).split():
        count += max(1, _vowel_groups(part))
    return count


def _vowel_groups(part: str) -> int:
    groups, previous = 0, ""
    for i, char in enumerate(part):
        # A leading y, and a y between vowels, is a consonant (you, beyond).
        vowel = char in _VOWELS and not (char == "y" and i + 1 < len(part) and part[i + 1] in "aeiou")
        if vowel and previous not in _VOWELS:
            groups += 1
        previous = char if vowel else "-"
    if groups > 1 and _silent_ending(part):
        groups -= 1
    return groups


def _silent_ending(part: str) -> bool:
    """Whether the last vowel group is an e that is not sung: love, kissed, times; but not table, wanted, kisses."""
    # y before the e is a consonant here: eye, eyes, played.
    if part.endswith("e") and len(part) > 2 and part[-2] not in "aeiou":
        return not (part.endswith("le") and part[-3] not in _VOWELS)
    if part.endswith("ed") and len(part) > 3 and part[-3] not in "aeiou":
        return part[-3] not in "td"
    if part.endswith("es") and len(part) > 3 and part[-3] not in "aeiou":
        return not (part[-3] in "szxcg" or part[-4:-2] in ("sh", "ch") or (part[-3] == "l" and part[-4] not in _VOWELS))
    return False


def _is_latin(word: str) -> bool:
    return all(
        char.isascii() or unicodedata.category(char)[0] not in "LN"
        or "LATIN" in unicodedata.name(char, "") or "DIGIT" in unicodedata.name(char, "")
        for char in word
    )


def _is_kana(char: str) -> bool:
    return "\u3041" <= char <= "\u30ff" or "\uff66" <= char <= "\uff9f"


def _count_kana(text: str) -> int:
    count = 0
    for i, char in enumerate(text):
        if char in _VOICING or (char in _SMALL_KANA and i > 0):
            continue
        count += 1
    return count


def _morpheme_morae(surface: str, reading: str) -> int:
    if all(_is_kana(char) for char in surface):
        return _count_kana(surface)
    if reading and all(_is_kana(char) for char in reading):
        return _count_kana(reading)
    return sum(_MORAE_PER_KANJI if is_japanese(char) and not _is_kana(char) else 1 for char in surface)
