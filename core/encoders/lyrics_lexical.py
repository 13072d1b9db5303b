"""The lyric encoder that needs no model: hashed character n-grams, so that equal words are equal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

_DIM: Final = 512
_PAD: Final = "\u2400"


class LexicalEncoder:
    """Hashed character 1- to 4-grams of the folded word (NFKC, case removed), unit length.

    The vector of a word does not depend on its line; words that share letters lie near each other.
    """

    name = "lexical (character n-grams)"
    fingerprint = f"lexical-1-{_DIM}"
    dim = _DIM

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import HashingVectorizer

        self._hash = HashingVectorizer(
            analyzer="char_wb", ngram_range=(1, 4), n_features=_DIM, norm="l2", alternate_sign=True, lowercase=False
        )
        self._cache: dict[str, NDArray[np.float32]] = {}

    def encode(
        self, lines: Sequence[Sequence[str]], mode: Literal["word", "sentence"] = "word"
    ) -> list[NDArray[np.float32]]:
        """One float32 [words, 512] array for each line; see :class:`core.encoders.lyrics.LyricEncoder`."""
        fresh = sorted({_fold(word) for line in lines for word in line} - self._cache.keys())
        if fresh:
            for word, vector in zip(fresh, self._hash.transform(fresh).toarray(), strict=True):
                self._cache[word] = np.asarray(vector, dtype=np.float32)
        result = []
        for line in lines:
            if not len(line):
                result.append(np.zeros((0, _DIM), np.float32))
                continue
            vectors = np.stack([self._cache[_fold(word)] for word in line])
            result.append(np.repeat(vectors.mean(0)[None], len(line), 0) if mode == "sentence" else vectors)
        return result

    def pad(self) -> NDArray[np.float32]:
        """The vector of a sign that no word contains, float32 [512]."""
        return np.asarray(self.encode([[_PAD]])[0][0], dtype=np.float32)

    def unknown_tokens(self, lines: Sequence[Sequence[str]]) -> tuple[int, int]:
        """Never any unknown: (0, number of words)."""
        return 0, sum(len(line) for line in lines)


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold() or word
