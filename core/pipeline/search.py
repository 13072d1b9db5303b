"""Typed lyrics to dances: the bars that come nearest to a query."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.errors import SettingsError
from core.pipeline.query import MAX_QUERY_FRAMES, Query, QueryEncoder, QueryWords, share_frames
from core.pipeline.view import CorpusView
from core.progress import Progress, silent
from core.skeleton import FPS
from core.xmied import Hits, SearchIndex, scores_of

__all__ = ["MAX_QUERY_FRAMES", "SEARCH_METHODS", "Query", "QueryEncoder", "QueryWords", "Ranking", "Searcher",
           "ranked", "search", "share_frames", "usual_frames"]

SEARCH_METHODS: Final = ("xmied", "length-only", "random")
"""What needs nothing but codes and NPMI: the paper's system, and the two controls that show what it adds. All other
systems of :data:`core.retrieval.protocol.METHODS` search too, see :mod:`core.pipeline.lab_search`."""


@dataclass(frozen=True)
class Ranking:
    """The best bars of a search, or the best so far.

    Attributes
    ----------
    bar : int64 [k]
        Bars, best first; of equal scores the earlier bar comes first.
    score, distance : float64 [k]
    gallery : int
        Bars that are asked about.
    searched : int
        Those of them that have been scored, or proven to be none of the best.
    matching : int
        Those of them that reach the least score.
    seconds : float
        Time the search took so far, without what was prepared before.
    """

    bar: NDArray[np.int64]
    score: NDArray[np.float64]
    distance: NDArray[np.float64]
    gallery: int
    searched: int
    matching: int
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether every bar has been scored."""
        return self.searched == self.gallery


class Searcher:
    """Code sequences of bars, ready to be ranked again and again.

    Parameters
    ----------
    codes : int [frames]
        Codes of the bars, bar after bar: dance codes to search by lyrics, lyric codes to search by dance.
    offsets : int [bars + 1]
    threads : int, optional
        Threads of a search; numba's number by default.
    """

    def __init__(self, codes: NDArray[np.integer], offsets: NDArray[np.integer], threads: int | None = None) -> None:
        self._index = SearchIndex(codes, offsets, threads)

    @property
    def bars(self) -> int:
        """Number of bars."""
        return self._index.bars

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Frames of each bar, int64 [bars]."""
        return self._index.lengths

    def rank(
        self,
        query: NDArray[np.integer],
        table: NDArray[np.floating],
        *,
        method: str = "xmied",
        admitted: NDArray[np.bool_] | None = None,
        top: int = 100,
        minimum: float = -np.inf,
        seed: int = 0,
        partial: Callable[[Ranking], None] | None = None,
        progress: Progress = silent,
    ) -> Ranking:
        """The best bars for a query.

        Parameters
        ----------
        query : int [n]
            Codes: rows of ``table``.
        table : [query codes, bar codes]
            NPMI of every pair.
        method : str
            One of :data:`SEARCH_METHODS`.
        admitted : bool [bars], optional
            Bars that are asked about; all by default.
        top : int
            How many bars to give.
        minimum : float
            Bars with a lower score are left out.
        seed : int
            For the method "random".
        partial : callable, optional
            Given the best of the likeliest bars, where "xmied" has many more to look at.
        progress : Progress
            Asked often, so that it can stop the search.

        Raises
        ------
        SettingsError
            For an unknown method.
        ValueError
            For codes that the table does not have.
        """
        if method not in SEARCH_METHODS:
            raise SettingsError(f"There is no search method '{method}'; use {', '.join(SEARCH_METHODS)}.")
        started = time.perf_counter()
        if method == "xmied":
            gallery = self.bars if admitted is None else int(admitted.sum())

            def ranking(hits: Hits) -> Ranking:
                return Ranking(hits.bar, hits.score, hits.distance, gallery, hits.searched, hits.matching,
                               time.perf_counter() - started)

            return ranking(self._index.search(
                query, table, top, admitted=admitted, minimum=minimum, progress=progress,
                partial=None if partial is None else lambda hits: partial(ranking(hits))))
        progress(0.0, "searching")
        longer = np.maximum(np.maximum(self.lengths, len(query)), 1)
        if method == "random":
            scores = np.random.default_rng(seed).random(self.bars)
        else:
            scores = scores_of(np.abs(self.lengths - len(query)).astype(np.float64), len(query), self.lengths)
        found = ranked(scores, admitted=admitted, top=top, minimum=minimum, seconds=time.perf_counter() - started)
        progress(1.0, "searching")
        return replace(found, distance=found.distance * longer[found.bar])


def ranked(
    scores: NDArray[np.floating], *, admitted: NDArray[np.bool_] | None = None, top: int = 100,
    minimum: float = -np.inf, seconds: float = 0.0,
) -> Ranking:
    """The best bars where all scores are known at once; the distance is 1 - score.

    Parameters
    ----------
    scores : float [bars]
        Higher is better.
    admitted, top, minimum
        See :meth:`Searcher.rank`.
    seconds : float
        Time that scoring took.
    """
    started = time.perf_counter()
    bars = np.arange(len(scores)) if admitted is None else np.flatnonzero(admitted)
    own = np.asarray(scores, np.float64)[bars]
    good = np.flatnonzero(own >= minimum)
    if 0 < top < len(good):
        # Only the best are put in order; with them all that are as good as the last of them, which it may tie with.
        least = np.partition(own[good], len(good) - top)[len(good) - top]
        near = good[own[good] >= least]
    else:
        near = good
    order = near[np.lexsort((bars[near], -own[near]))][: max(top, 0)]
    return Ranking(bars[order], own[order], 1.0 - own[order], len(bars), len(bars), len(good),
                   seconds + time.perf_counter() - started)


def usual_frames(view: CorpusView) -> int:
    """Median length of the corpus's bars in frames: how long a query lasts if nothing else is said."""
    return int(np.median(view.coded.lengths)) if view.coded.bars else 2 * FPS


def search(view: CorpusView, text: str, *, method: str = "xmied", frames: int | None = None, top: int = 10,
           split: str = "all", seed: int = 0, alpha: float = 0.5, progress: Progress = silent) -> dict[str, Any]:
    """The dances that come nearest to a typed lyric, as the JSON object of the ``search`` command.

    Parameters
    ----------
    view : CorpusView
    text : str
    method : str
        Of :data:`core.retrieval.protocol.METHODS`. One that has to be fitted is fitted now, unless it was before.
    frames : int, optional
        Length of the query; the median bar if not given.
    top : int
        How many hits.
    split : str
        "train", "dev", "test" or "all".
    seed : int
        For systems that draw.
    alpha : float
        For the method "semi-supervised": 0 by pairing alone, 1 by labels alone.
    progress : Progress
        Of the fit.

    Raises
    ------
    SettingsError
        For an unknown method, one that cannot be used on this corpus, or one that is always fitted on the training
        songs where the view has another protocol.
    """
    query = QueryEncoder(view).encode(text, frames or usual_frames(view))
    chosen = np.flatnonzero(view.split_mask(split))
    if method in SEARCH_METHODS:
        gallery = view.coded.select(chosen)
        found = Searcher(gallery.dance, gallery.offsets).rank(query.codes, view.table, method=method, top=top,
                                                              seed=seed)
        found = replace(found, bar=chosen[found.bar])
    else:
        found = _by_system(view, query, method, view.split_mask(split), top, seed, alpha, progress)
    results = []
    for rank, (bar, score, distance) in enumerate(zip(found.bar, found.score, found.distance, strict=True), start=1):
        entry = view.bars[bar]
        results.append({
            "rank": rank, "song_id": entry.song.song_id, "title": entry.song.title, "bar": entry.number,
            "start": entry.bar.start / FPS, "end": entry.bar.stop / FPS, "score": float(score),
            "distance": float(distance), "words": view.bar_words(entry),
        })
    return {
        "query": text, "method": method, "protocol": view.protocol, "seconds": found.seconds,
        "frames": len(query.codes), "query_words": [{"word": w, "frames": n} for w, n in query.words],
        "gallery": found.gallery, "results": results,
    }


def _by_system(
    view: CorpusView, query: Query, method: str, admitted: NDArray[np.bool_], top: int, seed: int, alpha: float,
    progress: Progress,
) -> Ranking:
    """The best bars by a system that is fitted to the corpus."""
    from core.pipeline.lab_search import LabSearcher, fit_system, is_fitted
    from core.retrieval.protocol import METHODS

    if method not in METHODS:
        raise SettingsError(f"There is no method '{method}'; use {', '.join(METHODS)}.")
    if view.protocol != "inductive":
        raise SettingsError(f"The method '{method}' is fitted on the training songs, whatever is searched; use "
                            "--protocol inductive.")
    if not is_fitted(view.corpus, method, seed):
        fit_system(view.corpus.folder, method, seed, progress)
    searcher = LabSearcher(view.corpus, seed)
    searcher.load(method, progress)
    started = time.perf_counter()
    scores = searcher.scores(method, query, alpha)
    return ranked(scores, admitted=admitted, top=top, seconds=time.perf_counter() - started)
