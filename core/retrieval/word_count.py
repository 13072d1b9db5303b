"""Retrieval by words alone: the training bars with the most similar words lend a query their dances, and in mirror."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from core.errors import SettingsError
from core.progress import Progress, part, silent
from core.retrieval.choice import choice_bars, mrr_of_scores
from core.retrieval.embedding import sung_bars, unit
from core.retrieval.projection import Projection, principal
from core.retrieval.protocol import DIRECTIONS, RetrievalData, RetrievalMethod

DIMENSIONS: Final = (16, 64, 256)
NEIGHBOURS: Final = (1, 3, 10, 30, 100, 300)
_BY_DEFAULT: Final = (64, 30)
"""Dimensions and neighbours where no dev bar can choose."""
_BLOCK: Final = 2**22
"""Similarities held at a time, 32 MiB of them."""


@dataclass(frozen=True)
class _Memory:
    """The training bars.

    Attributes
    ----------
    words : TfidfVectorizer
    view : Projection
        Dance features to principal components.
    lyrics : csr_matrix, float64 [bars, vocabulary]
        TF-IDF of each bar's words, rows of length 1.
    dance : float32 [bars, components]
        Principal components, not of length 1: fewer of them may be asked for.
    """

    words: Any
    view: Projection
    lyrics: csr_matrix[np.float64]
    dance: NDArray[np.float32]


class WordCount(RetrievalMethod):
    """TF-IDF of a bar's words, and nothing learnt of how words and dance relate: what counting words is good for.

    Lyrics to dance: the k training bars whose words are most like the query's (cosine of TF-IDF, case folded) lend
    their dances, and a gallery bar's score is the mean of the cosines between its dance and theirs, weighted by the
    similarity of the words. Dance to lyrics in mirror: the k most similar dances lend their words.

    Decisions. The mean over neighbours and not the maximum: a maximum rewards bars that happen to lie near any one of
    many dances, and on dev bars of two corpora the mean was better in three of four directions. Bars as similar as the
    k-th belong to the neighbours, so that the order of the corpus does not matter; similarities of zero or less do not
    count. Dances are cosines of scaled pooled features in principal components fitted on the training bars. Their
    number and k are those with the best MRR on dev, chosen for each direction. A query without a known word scores all
    bars 0. Evaluated under the protocol inductive alone: fitted on the evaluated songs it would find each bar's own
    words.
    """

    name: ClassVar[str] = "word-count"
    needs: ClassVar[tuple[str, ...]] = ("words", "dance")
    protocols: ClassVar[tuple[str, ...]] = ("inductive",)

    def __init__(self) -> None:
        self._memory: _Memory | None = None
        self._chosen: dict[str, tuple[int, int]] = {}

    @property
    def chosen(self) -> dict[str, tuple[int, int]]:
        """Dimensions and neighbours of each direction, once fitted."""
        return dict(self._chosen)

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """See :meth:`RetrievalMethod.fit`."""
        bars = sung_bars(train)
        texts = _texts(train, bars)
        if not any(texts):
            raise SettingsError("No training bar has a word, so word-count has nothing to compare; import songs with "
                                "lyrics.")
        words = TfidfVectorizer(analyzer=_terms)
        lyrics = csr_matrix(words.fit_transform(texts))
        pooled = train.features("dance").pooled[bars]
        view = principal(pooled, max(DIMENSIONS), part(progress, 0.0, 0.5))
        self._memory = _Memory(words, view, lyrics, view(pooled))
        self._chosen = dict.fromkeys(DIRECTIONS, _BY_DEFAULT)
        chosen = choice_bars(dev)
        if dev is not None and len(chosen):
            for i, direction in enumerate(DIRECTIONS):
                inner = part(progress, 0.5 + 0.25 * i, 0.75 + 0.25 * i, direction)
                self._chosen[direction] = self._best(dev, chosen, direction, inner)
        progress(1.0, self.name)

    def scores(
        self, data: RetrievalData, queries: NDArray[np.int64], gallery: NDArray[np.int64], direction: str,
        progress: Progress = silent,
    ) -> NDArray[np.float64]:
        """See :meth:`RetrievalMethod.scores`."""
        size, k = self._chosen.get(direction, _BY_DEFAULT)
        return self._scores(data, queries, gallery, direction, size, (k,), progress)[0]

    def _best(
        self, dev: RetrievalData, bars: NDArray[np.int64], direction: str, progress: Progress
    ) -> tuple[int, int]:
        best, figure = _BY_DEFAULT, -np.inf
        sizes = sorted({min(size, self._fitted.view.size) for size in DIMENSIONS})
        for i, size in enumerate(sizes):
            inner = part(progress, i / len(sizes), (i + 1) / len(sizes))
            for k, scores in zip(NEIGHBOURS, self._scores(dev, bars, bars, direction, size, NEIGHBOURS, inner),
                                 strict=True):
                got = mrr_of_scores(scores)
                if got > figure:
                    best, figure = (size, k), got
        return best

    @property
    def _fitted(self) -> _Memory:
        if self._memory is None:
            msg = "word-count: fit comes before scores"
            raise RuntimeError(msg)
        return self._memory

    def _scores(
        self, data: RetrievalData, queries: NDArray[np.int64], gallery: NDArray[np.int64], direction: str, size: int,
        counts: tuple[int, ...], progress: Progress,
    ) -> list[NDArray[np.float64]]:
        """Scores [queries, gallery] for each number of neighbours."""
        memory = self._fitted
        known = unit(memory.dance[:, :size])

        def words(bars: NDArray[np.int64]) -> csr_matrix[np.float64]:
            return csr_matrix(memory.words.transform(_texts(data, bars)))

        def dances(bars: NDArray[np.int64]) -> NDArray[np.float32]:
            return unit(memory.view(data.features("dance").pooled[bars])[:, :size])

        if direction == "lyrics-to-dance":
            asked, shown = words(queries), dances(gallery)

            def alike(rows: slice) -> NDArray[np.float64]:
                return np.asarray((asked[rows] @ memory.lyrics.T).toarray())

            def compared(weights: csr_matrix[np.float64]) -> NDArray[np.float64]:
                return np.asarray((weights @ known) @ shown.T, np.float64)
        else:
            moved, sung = dances(queries), words(gallery)

            def alike(rows: slice) -> NDArray[np.float64]:
                return np.asarray(moved[rows] @ known.T, np.float64)

            def compared(weights: csr_matrix[np.float64]) -> NDArray[np.float64]:
                return np.asarray(((weights @ memory.lyrics) @ sung.T).toarray())

        return _by_neighbours(alike, compared, len(queries), len(gallery), len(known), counts, progress)


def _by_neighbours(
    alike: Callable[[slice], NDArray[np.float64]], compared: Callable[[csr_matrix[np.float64]], NDArray[np.float64]],
    queries: int, gallery: int, known: int, counts: tuple[int, ...], progress: Progress,
) -> list[NDArray[np.float64]]:
    """Scores for each number of neighbours.

    Parameters
    ----------
    alike : callable (rows of the queries) -> float64 [rows, known]
        Similarity of queries and training bars.
    compared : callable (weights [rows, known], sparse) -> float64 [rows, gallery]
        Similarities of training bars and gallery, summed under weights.
    queries, gallery, known : int
        Numbers of bars.
    counts : tuple of int
        Numbers of neighbours.
    progress : Progress
    """
    found = [np.zeros((queries, gallery)) for _ in counts]
    step = max(_BLOCK // max(known, 1), 1)
    places = [max(known - k, 0) for k in counts]
    for start in range(0, queries, step):
        progress(start / queries, "neighbours")
        rows = slice(start, min(start + step, queries))
        likeness = np.maximum(alike(rows), 0.0)
        bounds = np.partition(likeness, sorted(set(places)), axis=1)[:, places]
        for scores, bound in zip(found, bounds.T, strict=True):
            weights = np.where(likeness >= bound[:, None], likeness, 0.0)
            total = weights.sum(axis=1, keepdims=True)
            scores[rows] = compared(csr_matrix(weights / np.where(total > 0.0, total, 1.0)))
    progress(1.0, "neighbours")
    return found


def _terms(words: tuple[str, ...]) -> list[str]:
    return [word.casefold() for word in words if word]


def _texts(data: RetrievalData, bars: NDArray[np.int64]) -> list[tuple[str, ...]]:
    if data.words is None:
        msg = "there are no words"
        raise ValueError(msg)
    return [data.words[bar] for bar in bars.tolist()]
