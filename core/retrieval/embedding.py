"""Systems that turn a bar of either modality into a vector; the score of two bars is the product of their vectors."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.progress import Progress, silent
from core.retrieval.features import Modality
from core.retrieval.protocol import RetrievalData, RetrievalMethod

Arrays = dict[str, NDArray[Any]]
"""What a fitted system consists of, by name; what is saved in the corpus."""


class EmbeddingMethod(RetrievalMethod):
    """Base of the systems that embed bars.

    They are evaluated under the protocol inductive alone: fitted on bars of the songs that are ranked they would know
    the answers by heart, and one fit for each song is out of reach.

    Parameters
    ----------
    seed : int
        Of everything drawn in fitting; the same seed gives the same system on the same machine.

    Attributes
    ----------
    checkpoint : Path or None
        Where a long fit may keep its state between two epochs, to be taken up after a kill; set by
        :mod:`core.retrieval.fitted`.
    """

    needs: ClassVar[tuple[str, ...]] = ("lyrics", "dance")
    protocols: ClassVar[tuple[str, ...]] = ("inductive",)
    version: ClassVar[int] = 1
    """Raised when a change makes it another system, so that fits kept from before are not loaded."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.checkpoint: Path | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """What a fit depends on besides its bars: numbers, texts and flags, as JSON can hold them."""
        return {"seed": self.seed}

    @abstractmethod
    def embed(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> NDArray[np.float32]:
        """Vectors of the chosen bars of ``data``, seen by one modality only: float32 [n, d] of length 1."""

    @abstractmethod
    def arrays(self) -> Arrays:
        """The fitted system; :class:`RuntimeError` before it is fitted."""

    @abstractmethod
    def restore(self, arrays: Arrays) -> None:
        """Become the fitted system of which ``arrays`` were taken. KeyError or ValueError where they do not fit."""

    def scores(
        self, data: RetrievalData, queries: NDArray[np.int64], gallery: NDArray[np.int64], direction: str,
        progress: Progress = silent,
    ) -> NDArray[np.float64]:
        """See :meth:`RetrievalMethod.scores`: cosines."""
        asked, shown = sides(direction)
        progress(0.0, "embedding")
        left = self.embed(data, queries, asked)
        progress(0.5, "embedding")
        right = self.embed(data, gallery, shown)
        return products(left, right)


def products(left: NDArray[np.floating], right: NDArray[np.floating]) -> NDArray[np.float64]:
    """Products of all pairs of rows, float64 [left, right], as exact as float32.

    Equal vectors tie wherever they stand: the order in which a product is summed depends on its place in the matrix,
    which shows in its last digits; they are cut off.
    """
    whole = np.asarray(left, np.float64) @ np.asarray(right, np.float64).T
    return whole.astype(np.float32).astype(np.float64)


def sides(direction: str) -> tuple[Modality, Modality]:
    """The modality that the queries show, and the gallery's, in a direction."""
    return ("lyrics", "dance") if direction == "lyrics-to-dance" else ("dance", "lyrics")


def unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """Rows brought to length 1, float32; a row of zeros stays."""
    fine = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(fine, axis=-1, keepdims=True)
    scaled: NDArray[np.float32] = (fine / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def sung_bars(data: RetrievalData) -> NDArray[np.int64]:
    """Bars with lyrics: what a relation of words and dance can be learnt from."""
    return np.flatnonzero(data.codes.sung)
