"""From scores to ranks: where the right bar of each query lands in each gallery, and how high the bars of its class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from core.progress import Progress, part, silent
from core.retrieval.embedding import EmbeddingMethod, products, sides
from core.retrieval.precision import average_precision, harmonic_numbers
from core.retrieval.protocol import GALLERIES, TIES, RetrievalData, RetrievalMethod

_BLOCK_SCORES: Final = 2**22
"""Scores held at a time, 32 MiB of them."""
RECALLS: Final = (1, 5, 10)

_Scorer = Callable[[NDArray[np.int64], Progress], NDArray[np.float64]]
"""Scores [queries, bars] of some of the evaluated bars, given by place."""


@dataclass(frozen=True)
class Ranks:
    """Where the right bar of each query landed in a gallery.

    Attributes
    ----------
    better, equal, size : int64 [queries]
        Gallery bars that score higher than the right one; that score the same, itself included; all of them.
    """

    better: NDArray[np.int64]
    equal: NDArray[np.int64]
    size: NDArray[np.int64]

    def ranks(self, ties: str) -> NDArray[np.float64]:
        """Rank of the right bar under a tie rule of :data:`core.retrieval.protocol.TIES`, float64 [queries]."""
        if ties == "pessimistic":
            return (self.better + self.equal).astype(np.float64)
        if ties == "average":
            return self.better + (self.equal + 1) / 2
        msg = f"ties must be one of {', '.join(TIES)}, got '{ties}'"
        raise ValueError(msg)


@dataclass(frozen=True)
class ClassPrecision:
    """How high the bars of a query's class stand.

    The bars of the query's own song are left out on both sides: they share its class because they share its song,
    its dancer and its words, and finding them would be no sign of the class. Bars without a class are left out too.

    Attributes
    ----------
    relevant, size : int64 [queries that have a class and a right answer]
        Gallery bars of the query's class; all that have a class.
    average : dict of tie rule to float64 [those queries]
        Average precision; see :mod:`core.retrieval.precision`.
    """

    relevant: NDArray[np.int64]
    size: NDArray[np.int64]
    average: dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Placed:
    """What a system's scores came to in one gallery.

    Attributes
    ----------
    song : int64 [queries]
        Of each query.
    ranks : Ranks
        In the whole gallery.
    apart : Ranks
        Of the right bar among bars of other songs: distractors of its own song taken out. Queries that are left
        without a competitor are left out.
    classes : ClassPrecision or None
        None where no true labels are given.
    """

    song: NDArray[np.int64]
    ranks: Ranks
    apart: Ranks
    classes: ClassPrecision | None


def rank_bars(
    method: RetrievalMethod, data: RetrievalData, bars: NDArray[np.int64], protocol: str, direction: str,
    progress: Progress = silent,
) -> dict[str, Ranks]:
    """Ranks of the right bars in every gallery; parameters and errors of :func:`place_bars`."""
    found = place_bars(method, data, bars, protocol, direction, progress)
    return {gallery: placed.ranks for gallery, placed in found.items()}


def place_bars(
    method: RetrievalMethod, data: RetrievalData, bars: NDArray[np.int64], protocol: str, direction: str,
    progress: Progress = silent,
) -> dict[str, Placed]:
    """What comes of every query in every gallery, each query being scored once.

    Parameters
    ----------
    method : RetrievalMethod
        Fitted for the protocol by :func:`core.retrieval.evaluate.fit_method`.
    data : RetrievalData
    bars : int64 [n]
        Queries and gallery.
    protocol, direction : str
    progress : Progress

    Raises
    ------
    ValueError
        Where the system's scores have another shape or are no numbers.
    """
    n = len(bars)
    lengths, songs = data.codes.lengths[bars], data.codes.song[bars].astype(np.int64)
    labels = data.labels[bars] if data.true_labels and data.labels is not None else None
    counts = {gallery: np.zeros((6, n), np.int64) for gallery in GALLERIES}
    classes = {"all": _Classes(labels, songs, np.zeros_like(lengths)), "equal-length": _Classes(labels, songs, lengths)}
    step = max(_BLOCK_SCORES // n, 1)
    alone = protocol == "leave-one-song-out" and method.fitted
    groups = [np.flatnonzero(songs == song) for song in np.unique(songs)] if alone else [np.arange(n)]
    done = 0
    for group in groups:
        system = method.without_song(int(songs[group[0]])) if alone else method
        score = _scorer(system, data, bars, direction, labels is not None, part(progress, done / n, done / n))
        for start in range(0, len(group), step):
            block = group[start : start + step]
            scores = score(block, part(progress, done / n, (done + len(block)) / n))
            if scores.shape != (len(block), n) or np.isnan(scores).any():
                msg = f"{method.name}: scores of shape {(len(block), n)} without NaN wanted, got {scores.shape}"
                raise ValueError(msg)
            rivals = np.zeros((len(GALLERIES), 6, len(block)), np.int64)
            _count(np.ascontiguousarray(scores, np.float64), block, songs, lengths, rivals)
            for own, gallery in zip(rivals, GALLERIES, strict=True):
                counts[gallery][:, block] = own
            for of_classes in classes.values():
                of_classes.add(block, scores)
            done += len(block)
    placed = {}
    for gallery, found in counts.items():
        compared = found[2] > 1 if gallery == "equal-length" else np.ones(n, np.bool_)
        rest = found[3:, found[5] > 1]
        placed[gallery] = Placed(songs[compared], Ranks(*found[:3, compared]), Ranks(*rest), classes[gallery].result())
    progress(1.0, "")
    return placed


def _scorer(
    system: RetrievalMethod, data: RetrievalData, bars: NDArray[np.int64], direction: str, every: bool,
    progress: Progress,
) -> _Scorer:
    """How blocks of queries are scored: from vectors made once, where the system's scores are products of vectors.

    Where not ``every`` score is wanted, those that cannot reach that of the right bar may be any that are lower.
    """
    if isinstance(system, EmbeddingMethod) and type(system).scores is EmbeddingMethod.scores:
        asked, shown = sides(direction)
        progress(0.0, f"embedding {asked}")
        left = system.embed(data, bars, asked).astype(np.float64)
        progress(0.0, f"embedding {shown}")
        right = system.embed(data, bars, shown).astype(np.float64)

        def from_vectors(block: NDArray[np.int64], inner: Progress) -> NDArray[np.float64]:
            inner(0.0, "ranking")
            return products(left[block], right)

        return from_vectors
    if every:
        return lambda block, inner: system.scores(data, bars[block], bars, direction, inner)
    return lambda block, inner: system.contested_scores(data, bars[block], bars, block, direction, inner)


@njit(nogil=True, cache=True)
def _count(scores: Any, block: Any, songs: Any, lengths: Any, found: Any) -> None:
    """Bars that score above a query's right bar, those that score the same, and all; then the same of other songs.

    Parameters
    ----------
    scores : float64 [queries, bars]
    block : int64 [queries]
        The right bar of each query; it counts among the bars of other songs.
    songs, lengths : int64 [bars]
    found : int64 [2, 6, queries]
        Receives the counts among all bars, and among those as long as the query.
    """
    for row in range(len(block)):
        query = block[row]
        right, song, length = scores[row, query], songs[query], lengths[query]
        for bar in range(scores.shape[1]):
            score = scores[row, bar]
            better, equal = int(score > right), int(score == right)
            rival = int(lengths[bar] == length)
            foreign = int(songs[bar] != song or bar == query)
            for gallery in range(2):
                here = rival if gallery else 1
                apart = here & foreign
                found[gallery, 0, row] += better & here
                found[gallery, 1, row] += equal & here
                found[gallery, 2, row] += here
                found[gallery, 3, row] += better & apart
                found[gallery, 4, row] += equal & apart
                found[gallery, 5, row] += apart


class _Classes:
    """Average precisions of the queries, block by block; does nothing without labels."""

    def __init__(
        self, labels: NDArray[np.int64] | None, songs: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> None:
        self._labels, self._songs, self._lengths = labels, songs, lengths
        self._found = np.full((len(TIES), len(songs)), np.nan)
        self._sizes = np.zeros((2, len(songs)), np.int64)
        self._harmonic = harmonic_numbers(len(songs)) if labels is not None else np.zeros(0)

    def add(self, block: NDArray[np.int64], scores: NDArray[np.float64]) -> None:
        if self._labels is None:
            return
        # Bars of one song, class and length have the same right answers.
        kinds = np.stack([self._songs[block], self._labels[block], self._lengths[block]], axis=1)
        distinct, kind = np.unique(kinds, axis=0, return_inverse=True)
        for i, (song, label, length) in enumerate(distinct.tolist()):
            if label < 0:
                continue
            gallery = (self._songs != song) & (self._labels >= 0) & (self._lengths == length)
            right = np.flatnonzero(gallery & (self._labels == label))
            wrong = np.flatnonzero(gallery & (self._labels != label))
            if not len(right):
                continue
            for row in np.flatnonzero(kind.reshape(-1) == i).tolist():
                query = block[row]
                self._found[:, query] = average_precision(scores[row, right], scores[row, wrong], self._harmonic)
                self._sizes[:, query] = len(right), len(right) + len(wrong)

    def result(self) -> ClassPrecision | None:
        if self._labels is None:
            return None
        counted = self._sizes[0] > 0
        average = dict(zip(TIES, self._found[:, counted], strict=True))
        return ClassPrecision(self._sizes[0, counted], self._sizes[1, counted], average)


def figures(ranks: NDArray[np.float64]) -> dict[str, Any]:
    """MRR, median rank and recalls of ranks; all None where there are none."""
    if len(ranks) == 0:
        return {"mrr": None, "median_rank": None, **{f"recall_at_{k}": None for k in RECALLS}}
    return {
        "mrr": float(np.mean(1.0 / ranks)), "median_rank": float(np.median(ranks)),
        **{f"recall_at_{k}": float(np.mean(ranks <= k)) for k in RECALLS},
    }
