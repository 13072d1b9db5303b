"""What a retrieval system is, and the names under which figures are reported.

A system gives every (query bar, gallery bar) pair a score; :mod:`core.retrieval.evaluate` turns scores into ranks. No
system sees more of a query than its own modality, nor of a gallery bar than the other one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from core.codes import CodedBars
from core.progress import Progress, silent

METHODS: Final = ("xmied", "length-only", "random")
PROTOCOLS: Final = ("inductive", "leave-one-song-out", "transductive")
"""What a system is fitted on: the training songs; all songs but the query's; the evaluated songs themselves, as the
paper's public code does."""
DIRECTIONS: Final = ("lyrics-to-dance", "dance-to-lyrics")
GALLERIES: Final = ("all", "equal-length")
"""All evaluated bars; or those of the query's own length, where length says nothing (design.md 3.9)."""
TIES: Final = ("pessimistic", "average")
"""Rank of a bar among equal scores: the last of them, as in the paper's public code, or their mean."""

BarVectors = Callable[[int], NDArray[np.float32]]
"""Frame vectors of a bar, float32 [frames, d]."""


@dataclass(frozen=True)
class RetrievalData:
    """Bars that a system is fitted on, or asked about.

    Attributes
    ----------
    codes : CodedBars
        The bars; all that systems over codes need.
    lyrics, dance, audio : callable, optional
        Frame vectors of bar ``i`` of ``codes``, for systems that learn from them.
    labels : int [bars], optional
        A class of each bar, -1 where unknown.
    """

    codes: CodedBars
    lyrics: BarVectors | None = None
    dance: BarVectors | None = None
    audio: BarVectors | None = None
    labels: NDArray[np.int64] | None = None

    def select(self, bars: NDArray[np.int64]) -> RetrievalData:
        """The chosen bars, in that order."""

        def pick(vectors: BarVectors | None) -> BarVectors | None:
            return None if vectors is None else lambda bar: vectors(int(bars[bar]))

        labels = None if self.labels is None else self.labels[bars]
        return RetrievalData(
            self.codes.select(bars), pick(self.lyrics), pick(self.dance), pick(self.audio), labels
        )


class RetrievalMethod(ABC):
    """A system that scores bars of one modality against bars of the other.

    Attributes
    ----------
    name : str
        Its name in options and tables.
    needs_labels, needs_audio : bool
        Whether it can do nothing without them.
    fitted : bool
        Whether it depends on what it is fitted on. One that does not is scored once for all protocols.
    protocols : tuple of str
        The protocols it can be evaluated under.
    """

    name: ClassVar[str]
    needs_labels: ClassVar[bool] = False
    needs_audio: ClassVar[bool] = False
    fitted: ClassVar[bool] = True
    protocols: ClassVar[tuple[str, ...]] = PROTOCOLS

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

    def expected(self, sizes: NDArray[np.int64]) -> dict[str, Any] | None:  # noqa: ARG002 - for those that know
        """Expected figures where ranks are a matter of chance, given the gallery size of each query; else None."""
        return None
