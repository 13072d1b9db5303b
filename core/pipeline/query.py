"""A typed lyric as lyric codes and vectors, with the encoder and codebook that a corpus was built with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.codebooks import load_codebook
from core.corpus.store import Corpus
from core.encoders.lyrics import LyricEncoder, Mode, open_lyric_encoder
from core.errors import CorpusError, SettingsError
from core.lyrics.segment import segment
from core.lyrics.share import units
from core.pipeline.codebooks import LYRIC_CODES
from core.pipeline.view import CorpusView
from core.skeleton import FPS

MAX_QUERY_FRAMES: Final = 60 * FPS


def _no_vectors() -> NDArray[np.float32]:
    return np.zeros((0, 0), np.float32)


@dataclass(frozen=True)
class Query:
    """A typed lyric as codes and vectors.

    Attributes
    ----------
    text : str
    words : tuple of (word, frames)
        Words and how many frames each lasts.
    codes : int32 [frames]
    vectors : float32 [words, d]
        The words' lyric vectors, for systems that learn from them; [0, 0] where they are not known.
    """

    text: str
    words: tuple[tuple[str, int], ...]
    codes: NDArray[np.int32]
    vectors: NDArray[np.float32] = field(default_factory=_no_vectors)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Frames of each word, int64 [words]."""
        return np.array([frames for _, frames in self.words], np.int64)


@dataclass(frozen=True)
class QueryWords:
    """The words of a typed lyric, before anybody said how long they last.

    Attributes
    ----------
    text : str
    words : tuple of str
        May be empty.
    units : tuple of int
        Syllables or morae of each word, at least 1.
    codes : int32 [words]
        Lyric code of each word.
    vectors : float32 [words, d]
        Lyric vector of each word in its line; [0, 0] where they are not known.
    """

    text: str
    words: tuple[str, ...]
    units: tuple[int, ...]
    codes: NDArray[np.int32]
    vectors: NDArray[np.float32] = field(default_factory=_no_vectors)

    def lasting(self, lengths: Sequence[int]) -> Query:
        """The query whose words last that many frames each; :class:`ValueError` for lengths that do not fit."""
        if len(lengths) != len(self.words) or any(length < 1 for length in lengths):
            msg = f"{len(self.words)} words need as many lengths of at least 1 frame, got {list(lengths)}"
            raise ValueError(msg)
        codes = np.repeat(self.codes, np.asarray(lengths, np.int64)).astype(np.int32)
        words = tuple(zip(self.words, (int(n) for n in lengths), strict=True))
        return Query(self.text, words, codes, self.vectors)


def share_frames(weights: Sequence[int], frames: int) -> tuple[int, ...]:
    """Frames of each word when ``frames`` are shared by syllables or morae; every word gets at least one.

    Raises :class:`SettingsError` for no word, more words than frames, or over :data:`MAX_QUERY_FRAMES` frames.
    """
    count = len(weights)
    if not count:
        raise SettingsError("The query has no word in it; type a line of lyrics.")
    if not count <= frames <= MAX_QUERY_FRAMES:
        raise SettingsError(
            f"{count} words do not fit into {frames} frames (at most {MAX_QUERY_FRAMES}); change --frames or "
            "shorten the query."
        )
    sums = list(accumulate(weights))
    edges = [0]
    for i, done in enumerate(sums):
        # Every word keeps a frame, and leaves one for each word after it.
        edges.append(min(max(round(frames / sums[-1] * done), edges[-1] + 1), frames - (count - 1 - i)))
    edges[-1] = frames
    return tuple(b - a for a, b in pairwise(edges))


class QueryEncoder:
    """Turns typed lyrics into lyric codes and vectors, with the encoder and codebook that the corpus was built with.

    Parameters
    ----------
    source : Corpus or CorpusView
        A built corpus; its codes and NPMI are not read.

    Raises
    ------
    CorpusError
        Where the corpus is not built, or was built with an encoder that cannot be had.
    """

    def __init__(self, source: Corpus | CorpusView) -> None:
        corpus = source.corpus if isinstance(source, CorpusView) else source
        codes = corpus.setting(LYRIC_CODES)
        if codes is None:
            raise CorpusError(f"{corpus.folder}: the corpus is not built yet; run build on it.")
        built = corpus.setting("build", {})
        self._mode: Mode = built.get("lyric_mode", "word")
        self._encoder = _encoder(corpus)
        self._book = load_codebook(corpus.folder / "codebooks" / f"lyric-{codes['size']}.npz")

    @property
    def name(self) -> str:
        """Name of the lyric encoder, for people."""
        return self._encoder.name

    def words(self, text: str) -> QueryWords:
        """Words, lengths in syllables or morae, codes and vectors of a typed text."""
        found = segment(text)
        if not found:
            return QueryWords(text, (), (), np.zeros(0, np.int32))
        vectors = self._encoder.encode([found], self._mode)[0]
        codes = self._book.encode(vectors).astype(np.int32)
        return QueryWords(text, tuple(found), tuple(units(word) for word in found), codes,
                          np.asarray(vectors, np.float32))

    def encode(self, text: str, frames: int) -> Query:
        """Codes of ``text`` sung evenly over ``frames`` frames, each word by its share of syllables or morae.

        Raises :class:`SettingsError` where the text has no word or more words than frames.
        """
        lengths = share_frames([units(word) for word in segment(text)], frames)
        return self.words(text).lasting(lengths)


def _encoder(corpus: Corpus) -> LyricEncoder:
    built = corpus.setting("build", {})
    encoder, _ = open_lyric_encoder(built.get("lyric_encoder", "auto"), built.get("device", "auto"))
    stored = corpus.setting("encoders", {}).get("lyric", {})
    if stored.get("fingerprint") != encoder.fingerprint:
        raise CorpusError(
            f"{corpus.folder}: it was built with the lyric encoder '{stored.get('name')}', but '{encoder.name}' "
            "is what can be had now; make the former available, or build again."
        )
    return encoder
