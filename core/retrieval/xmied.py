"""The paper's system: XMIED over NPMI counted on the songs it is fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.npmi import SongContribution, SongCounts, count_songs, npmi_table, song_contributions
from core.progress import Progress, silent
from core.retrieval.protocol import RetrievalData, RetrievalMethod
from core.xmied import SearchIndex, scores_of


@dataclass(frozen=True)
class _Gallery:
    """An index and what it was made of."""

    data: RetrievalData
    bars: NDArray[np.int64]
    index: SearchIndex


class Xmied(RetrievalMethod):
    """Score = 1 - XMIED / length of the longer bar (Watanabe & Goto, NAACL 2025, section 4).

    Parameters
    ----------
    singletons : str
        See :func:`core.npmi.npmi_table`.
    """

    name: ClassVar[str] = "xmied"

    def __init__(self, singletons: str = "zero") -> None:
        self._singletons = singletons
        self._counts: SongCounts | None = None
        self._train: RetrievalData | None = None
        self._songs: dict[int, SongContribution] | None = None
        self._table: NDArray[np.float64] | None = None
        self._galleries: dict[str, _Gallery] = {}
        self._asked: tuple[RetrievalData, RetrievalData] | None = None

    @property
    def counts(self) -> SongCounts:
        """The song counts that the scores rest on; :class:`RuntimeError` before :meth:`fit`."""
        if self._counts is None:
            msg = "there are no counts before fit"
            raise RuntimeError(msg)
        return self._counts

    def fit(
        self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent,  # noqa: ARG002 - no choice
    ) -> None:
        """Count NPMI on the sung bars of ``train``."""
        progress(0.0, "counting")
        self._counts = count_songs(train.codes)
        self._train, self._songs = train, None
        self._table = npmi_table(self._counts, self._singletons)

    def without_song(self, song: int) -> Xmied:
        """The counts less those of one song."""
        if self._train is None:
            msg = "fit comes before without_song"
            raise RuntimeError(msg)
        if self._songs is None:
            self._songs = dict(song_contributions(self._train.codes))
        other = Xmied(self._singletons)
        own = self._songs.get(song)
        other._counts = self.counts if own is None else self.counts - own
        other._table = npmi_table(other._counts, self._singletons)
        other._galleries = self._galleries
        return other

    def scores(
        self, data: RetrievalData, queries: NDArray[np.int64], gallery: NDArray[np.int64], direction: str,
        progress: Progress = silent,
    ) -> NDArray[np.float64]:
        """See :meth:`RetrievalMethod.scores`."""
        index, sequences, table = self._asks(data, queries, gallery, direction)
        return _scored(index.distances_many(sequences, table, progress), sequences, index)

    def contested_scores(
        self, data: RetrievalData, queries: NDArray[np.int64], gallery: NDArray[np.int64], right: NDArray[np.int64],
        direction: str, progress: Progress = silent,
    ) -> NDArray[np.float64]:
        """See :meth:`RetrievalMethod.contested_scores`."""
        index, sequences, table = self._asks(data, queries, gallery, direction)
        return _scored(index.contested_distances(sequences, table, right, progress), sequences, index)

    def _asks(
        self, data: RetrievalData, queries: NDArray[np.int64], gallery: NDArray[np.int64], direction: str,
    ) -> tuple[SearchIndex, list[NDArray[np.int32]], NDArray[np.float64]]:
        """The gallery's index, the queries' codes, and NPMI with a row for each of these."""
        if self._table is None:
            msg = "fit comes before scores"
            raise RuntimeError(msg)
        data = self._seen(data)
        codes = data.codes
        from_lyrics = direction == "lyrics-to-dance"
        asked, table = (codes.lyric, self._table) if from_lyrics else (codes.dance, self._table.T)
        sequences = [asked[codes.offsets[query] : codes.offsets[query + 1]] for query in queries]
        return self._index(data, gallery, direction), sequences, table

    def _seen(self, data: RetrievalData) -> RetrievalData:
        """The data with the codes that are aligned."""
        return data

    def _index(self, data: RetrievalData, gallery: NDArray[np.int64], direction: str) -> SearchIndex:
        """The index over what the gallery shows; kept from call to call, and shared with :meth:`without_song`."""
        known = self._galleries.get(direction)
        if known is None or known.data is not data or not np.array_equal(known.bars, gallery):
            chosen = data.codes.select(gallery)
            shown = chosen.dance if direction == "lyrics-to-dance" else chosen.lyric
            known = _Gallery(data, gallery, SearchIndex(shown, chosen.offsets))
            self._galleries[direction] = known
        return known.index


class XmiedSentences(Xmied):
    """XMIED whose lyric codes stand for the whole line that is sung, not for the word (design.md 3.2, second mode)."""

    name: ClassVar[str] = "xmied-sentences"
    needs: ClassVar[tuple[str, ...]] = ("sentences",)

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """Count NPMI of sentence codes on the sung bars of ``train``."""
        super().fit(_by_sentence(train), dev, progress)

    def without_song(self, song: int) -> Xmied:
        """See :meth:`Xmied.without_song`."""
        other = XmiedSentences(self._singletons)
        other.__dict__.update(super().without_song(song).__dict__)
        return other

    def _seen(self, data: RetrievalData) -> RetrievalData:
        """See :meth:`Xmied._seen`; kept, so that the index over it is too."""
        if self._asked is None or self._asked[0] is not data:
            self._asked = data, _by_sentence(data)
        return self._asked[1]


def _scored(
    distances: NDArray[np.float64], sequences: Sequence[NDArray[np.int32]], index: SearchIndex
) -> NDArray[np.float64]:
    """Distances [queries, gallery] turned into scores, in their place."""
    for row, sequence in zip(distances, sequences, strict=True):
        row[:] = scores_of(row, len(sequence), index.lengths)
    return distances


def _by_sentence(data: RetrievalData) -> RetrievalData:
    assert data.sentences is not None
    return replace(data, codes=data.sentences)
