"""What a retrieval system is, and the names under which figures are reported.

A system gives every (query bar, gallery bar) pair a score; :mod:`core.retrieval.evaluate` turns scores into ranks. No
system sees more of a query than its own modality, nor of a gallery bar than the other one.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from core.codes import CodedBars
from core.progress import Progress, silent
from core.retrieval.features import MODALITIES, BarFeatures, Modality

METHODS: Final = (
    "xmied", "xmied-sentences", "length-only", "random", "word-count", "contrastive", "contrastive-filtered",
    "semi-supervised", "label-alignment", "cca", "cluster-cca", "dcca", "tnn-c-cca", "vae-cca", "ugaar",
    "clustering-network", "clustering-network-la-d", "clustering-network-ld-a", "clustering-network-ad-l",
)
DEFAULT_METHODS: Final = ("xmied", "length-only", "random")
"""The paper's system and its controls: what Table 2 shows unless more is asked for."""
PROTOCOLS: Final = ("inductive", "leave-one-song-out", "transductive")
"""What a system is fitted on: the training songs; all songs but the query's; the evaluated songs themselves, as the
paper's public code does."""
DIRECTIONS: Final = ("lyrics-to-dance", "dance-to-lyrics")
GALLERIES: Final = ("all", "equal-length")
"""All evaluated bars; or those of the query's own length, where length says nothing (design.md 3.9)."""
_LACKING: Final = {
    "lyrics": "lyric vectors", "dance": "dance vectors", "audio": "sound for every song",
    "labels": "labels (no genre is given in its manifest)", "words": "words", "sentences": "sentence codes",
    "word_vectors": "word vectors",
}
TIES: Final = ("pessimistic", "average")
"""Rank of a bar among equal scores: the last of them, as in the paper's public code, or their mean."""


@dataclass(frozen=True)
class RetrievalData:
    """Bars that a system is fitted on, or asked about. What is None is not known of this corpus.

    Attributes
    ----------
    codes : CodedBars
        The bars, with word codes; all that systems over codes need.
    lyrics, dance, audio : BarFeatures, optional
        Frozen features of the bars, for systems that learn from them.
    labels : int64 [bars], optional
        A class of each bar, -1 where unknown.
    label_names : tuple of str
        Of the classes.
    true_labels : bool
        Whether the labels are given ones (genres). Classes that were made from the features are none: a class MAP
        over them would be circular.
    words : tuple, one entry a bar, optional
        The words sung in each bar, in order.
    sentences : CodedBars, optional
        The bars with sentence codes in the place of word codes.
    key : str
        Names bars and features for the store of fitted systems; '' where they are not to be kept.
    vocabulary : tuple of str
        The distinct words of the corpus, as :func:`core.retrieval.word_clusters.folded` leaves them.
    word_vectors : float32 [vocabulary, d], optional
        Mean vector of each of them over all places of the corpus where it is sung: a frozen feature, for which no
        dance is looked at. Chosen bars keep all of them.
    """

    codes: CodedBars
    lyrics: BarFeatures | None = None
    dance: BarFeatures | None = None
    audio: BarFeatures | None = None
    labels: NDArray[np.int64] | None = None
    label_names: tuple[str, ...] = ()
    true_labels: bool = False
    words: tuple[tuple[str, ...], ...] | None = None
    sentences: CodedBars | None = None
    key: str = ""
    vocabulary: tuple[str, ...] = ()
    word_vectors: NDArray[np.float32] | None = None

    def features(self, modality: Modality) -> BarFeatures:
        """Features of a modality; :class:`ValueError` where there are none."""
        found: BarFeatures | None = getattr(self, modality)
        if found is None:
            msg = f"there are no {modality} features"
            raise ValueError(msg)
        return found

    def select(self, bars: NDArray[np.int64]) -> RetrievalData:
        """The chosen bars, in that order."""
        views = {name: view.select(bars) for name in MODALITIES if (view := getattr(self, name)) is not None}
        return replace(
            self, codes=self.codes.select(bars), labels=None if self.labels is None else self.labels[bars],
            words=None if self.words is None else tuple(self.words[bar] for bar in bars.tolist()),
            sentences=None if self.sentences is None else self.sentences.select(bars),
            key=self.key and hashlib.sha256(self.key.encode() + bars.astype(np.int64).tobytes()).hexdigest(), **views,
        )


class RetrievalMethod(ABC):
    """A system that scores bars of one modality against bars of the other.

    Attributes
    ----------
    name : str
        Its name in options and tables.
    needs : tuple of str
        Fields of :class:`RetrievalData` that it can do nothing without.
    needs_labels, needs_audio : bool
        Whether labels and audio are among them.
    fitted : bool
        Whether it depends on what it is fitted on. One that does not is scored once for all protocols.
    protocols : tuple of str
        The protocols it can be evaluated under.
    """

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    fitted: ClassVar[bool] = True
    protocols: ClassVar[tuple[str, ...]] = PROTOCOLS

    @property
    def needs_labels(self) -> bool:
        """Whether it can do nothing without labels."""
        return "labels" in self.needs

    @property
    def needs_audio(self) -> bool:
        """Whether it can do nothing without audio features."""
        return "audio" in self.needs

    def missing(self, data: RetrievalData) -> str:
        """Why the system cannot be fitted on these bars, in a sentence without its end; '' where it can."""
        lacking = [name for name in self.needs if getattr(data, name) is None]
        return f"this corpus has no {_LACKING[lacking[0]]}" if lacking else ""

    @abstractmethod
    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """Learn from ``train``; ``dev`` is for choosing among fits."""

    def without_song(self, song: int) -> RetrievalMethod:
        """The system as if fitted without a song of ``train``. Needed for the protocol leave-one-song-out."""
        msg = f"{self.name} cannot leave out song {song}"
        raise NotImplementedError(msg)

    @abstractmethod
    def scores(
        self, data: RetrievalData, queries: NDArray[np.int64], gallery: NDArray[np.int64], direction: str,
        progress: Progress = silent,
    ) -> NDArray[np.float64]:
        """Scores, higher is better, float64 [queries, gallery].

        Parameters
        ----------
        data : RetrievalData
        queries, gallery : int64
            Bars of ``data``.
        direction : str
            One of :data:`DIRECTIONS`: which modality of the queries is shown, the gallery showing the other.
        progress : Progress
        """

    def contested_scores(
        self, data: RetrievalData, queries: NDArray[np.int64], gallery: NDArray[np.int64], right: NDArray[np.int64],
        direction: str, progress: Progress = silent,
    ) -> NDArray[np.float64]:
        """What ranks of the right bars need of :meth:`scores`, float64 [queries, gallery].

        Exact where a score reaches that of the query's right bar, ``gallery[right[i]]``; elsewhere any lower number
        will do, which spares a system that knows bounds most of its work.

        Parameters
        ----------
        data, queries, gallery, direction, progress
            See :meth:`scores`.
        right : int64 [queries]
            Places in ``gallery``.
        """
        del right
        return self.scores(data, queries, gallery, direction, progress)

    def expected(self, sizes: NDArray[np.int64]) -> dict[str, Any] | None:  # noqa: ARG002 - for those that know
        """Expected figures where ranks are a matter of chance, given the gallery size of each query; else None."""
        return None
