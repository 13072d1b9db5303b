"""Contrastive retrieval: two encoders brought into one space by the pairs themselves, every pair taken as related."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.progress import Progress, silent
from core.retrieval.choice import choice_bars, mrr_of_vectors
from core.retrieval.embedding import Arrays, EmbeddingMethod, sung_bars, unit
from core.retrieval.features import Modality
from core.retrieval.nets import Towers, info_nce, steps_of
from core.retrieval.protocol import RetrievalData
from core.retrieval.training import Training
from core.retrieval.training import train as run_training

TAU: Final = 0.07
ALIKE: Final = 0.6
"""Cosine above which two lyrics are too alike for the one's dance to be wrong for the other."""
_PATIENCE: Final = 8
_PATIENT_STEPS: Final = 100
"""Steps without a better dev figure before training ends, if that is more: an epoch of a small corpus is few steps."""
_VERSION: Final = 1
"""Of network and training; part of what a fit is kept under."""

Loss = Callable[[NDArray[np.int64], np.random.Generator], Tensor]


class Contrastive(EmbeddingMethod):
    """The founding paper's rival: symmetric InfoNCE over bars, ranked by cosine (Watanabe & Goto, NAACL 2025).

    That paper names neither its encoders nor the temperature. Ours, decided without it: on each side a transformer of
    two layers and width 128 over the 16 steps, its mean projected to 128 numbers; tau = 0.07, fixed, as in Motion
    Patches (CVPR 2024); batches of 256 bars, fewer where there are fewer; the epoch best in dev MRR, both directions
    averaged. A chorus that comes again is a negative like any other.

    Parameters
    ----------
    seed : int
    epochs : int
        At most.
    """

    name: ClassVar[str] = "contrastive"
    spaces: ClassVar[tuple[str, ...]] = ("pairs",)

    def __init__(self, seed: int = 0, epochs: int = 60) -> None:
        super().__init__(seed)
        self.epochs = epochs
        self._towers: Towers | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """See :attr:`EmbeddingMethod.settings`."""
        return {**super().settings, "version": _VERSION, "epochs": self.epochs}

    @property
    def towers(self) -> Towers:
        """The fitted network; :class:`RuntimeError` before it is fitted."""
        if self._towers is None:
            msg = f"{self.name} is not fitted"
            raise RuntimeError(msg)
        return self._towers

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """See :meth:`core.retrieval.protocol.RetrievalMethod.fit`. ValueError where no bar has lyrics."""
        bars = sung_bars(train)
        if not len(bars):
            msg = "there are no bars with lyrics to fit on"
            raise ValueError(msg)
        towers = Towers.drawn(train, bars, self.spaces, self.seed)
        training = Training(self.epochs)
        steps = max(round(len(bars) / training.batch), 1)
        training = replace(training, patience=max(_PATIENCE, math.ceil(_PATIENT_STEPS / steps)))
        run_training(
            towers, self._loss(towers, train, bars), len(bars), training, self.seed,
            self._measure(towers, dev) if dev is not None and dev.codes.sung.any() else None,
            progress, self.checkpoint, self.name,
        )
        self._towers = towers

    def embed(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> NDArray[np.float32]:
        """See :meth:`EmbeddingMethod.embed`."""
        return self.towers.embed(data.features(modality), bars, modality)[0]

    def arrays(self) -> Arrays:
        """See :meth:`EmbeddingMethod.arrays`."""
        return self.towers.arrays()

    def restore(self, arrays: Arrays) -> None:
        """See :meth:`EmbeddingMethod.restore`."""
        self._towers = Towers.restored(arrays, self.spaces)

    def _loss(self, towers: Towers, data: RetrievalData, bars: NDArray[np.int64]) -> Loss:
        """Loss of a batch of ``bars``, given places in them."""
        lyrics, dance = data.features("lyrics"), data.features("dance")
        alike = self._alike(data, bars)

        def loss(piece: NDArray[np.int64], rng: np.random.Generator) -> Tensor:  # noqa: ARG001 - nothing is drawn
            (left,) = towers(steps_of(lyrics, bars[piece]), "lyrics", self.spaces)
            (right,) = towers(steps_of(dance, bars[piece]), "dance", self.spaces)
            return info_nce(left, right, TAU, alike(piece))

        return loss

    def _alike(
        self, data: RetrievalData, bars: NDArray[np.int64],  # noqa: ARG002 - for the heir
    ) -> Callable[[NDArray[np.int64]], Tensor | None]:
        """What tells the pairs of a batch of ``bars`` that are no negatives, bool [n, n]; None where all are."""
        return lambda _: None

    def _measure(self, towers: Towers, dev: RetrievalData) -> Callable[[], float]:
        """Figure of the network as it is on dev bars; higher is better."""
        bars = choice_bars(dev)

        def measure() -> float:
            (left,) = towers.embed(dev.features("lyrics"), bars, "lyrics")
            (right,) = towers.embed(dev.features("dance"), bars, "dance")
            return mrr_of_vectors(left, right)

        return measure


class ContrastiveFiltered(Contrastive):
    """The contrastive system with TMR's filter (Petrovich et al., ICCV 2023): no negatives with like lyrics.

    TMR drops pairs of a batch whose sentence similarity (1 + cos) / 2 is above 0.80, that is, whose cosine is above
    0.6. We keep the value, for want of a better reason, and take for the sentence the mean of the bar's frozen lyric
    vectors, less their mean over the training bars: vectors of one encoder all share a direction, which would make
    any two of them alike. The maxima among the pooled features say little about what is sung, and are left out.
    """

    name: ClassVar[str] = "contrastive-filtered"

    def _alike(self, data: RetrievalData, bars: NDArray[np.int64]) -> Callable[[NDArray[np.int64]], Tensor | None]:
        lyrics = data.features("lyrics")
        means = lyrics.pooled[bars, : lyrics.width]
        sentences = torch.from_numpy(unit(means - means.mean(axis=0)))

        def alike(piece: NDArray[np.int64]) -> Tensor:
            return sentences[piece] @ sentences[piece].T > ALIKE

        return alike
