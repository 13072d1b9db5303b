"""A triplet network behind a class-aware CCA (TNN-C-CCA)."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.progress import Progress, part, silent
from core.retrieval.branches import SIDES, Branches
from core.retrieval.cca import ClusterCca
from core.retrieval.choice import choice_bars, mrr_of_vectors
from core.retrieval.embedding import Arrays, EmbeddingMethod, sung_bars, unit
from core.retrieval.features import Modality
from core.retrieval.protocol import RetrievalData
from core.retrieval.training import Training
from core.retrieval.training import train as run_training

_HIDDEN: Final = (100, 100, 100)
_OUTPUTS: Final = 64
_DROPOUT: Final = 0.1
_MARGIN: Final = 0.5
_POSITIVES: Final = 4
TRAINING: Final = Training(epochs=40, batch=256, learning_rate=1e-3, patience=10)
_CCA: Final = "c-cca."


def triplet_loss(distances: Tensor, positives: Tensor, negatives: Tensor, margin: float = _MARGIN) -> Tensor:
    """Mean of ``relu(d(a, p) - d(a, n) + margin)`` with a semi-hard n for every anchor and positive.

    n is the nearest negative that is farther than p; where none is farther, the farthest (Schroff et al. 2015, section
    3.2, as usually built): nearer ones would pull the space together at the start.

    Parameters
    ----------
    distances : [anchors, others]
    positives : int64 [anchors, drawn]
        Places among the others; -1 for none.
    negatives : bool [anchors, others]
        Anchors without any are left out.
    margin : float
    """
    given = (positives >= 0) & negatives.any(dim=1, keepdim=True)
    near = distances.gather(1, positives.clamp(min=0))
    with torch.no_grad():
        allowed = negatives[:, None, :]
        beyond = allowed & (distances[:, None, :] > near[:, :, None])
        semi = distances[:, None, :].masked_fill(~beyond, torch.inf).min(dim=2)
        farthest = distances[:, None, :].masked_fill(~allowed, -torch.inf).max(dim=2)
        chosen = torch.where(semi.values.isinf(), farthest.indices, semi.indices)
    far = distances.gather(1, chosen)
    kept: Tensor = functional.relu(near - far + margin)[given]
    return kept.sum() / max(len(kept), 1)


def draw_positives(labels: NDArray[np.int64], drawn: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Places of bars of the same class, drawn with replacement: int64 [n, drawn], -1 for bars of no known class."""
    found = np.full((len(labels), drawn), -1, np.int64)
    for label in np.unique(labels[labels >= 0]):
        members = np.flatnonzero(labels == label)
        found[members] = rng.choice(members, (len(members), drawn))
    return found


class TnnCCca(EmbeddingMethod):
    """TNN-C-CCA (Zeng, Yu & Oyama, ACM TOMM 16(3), 2020; comparison-systems.md 3.1), in the paper's order.

    First :class:`core.retrieval.cca.ClusterCca` (beta 0.2), its dimensions, ridge and axes chosen on dev as there; then
    on its canonical values a network for each modality, 100-100-100-64 with tanh and dropout 0.1; distance = 1 -
    cosine, margin 0.5, learning rate 1e-3 (AdamW).

    Decisions. No sigmoid at the end, which would leave no negative cosine; the tanh stays. Triplets are semi-hard
    within a batch of 256; enumeration being cubic, each anchor draws four positives of its class. The paper's anchor is
    the one modality; here both anchor, half of the loss each, over the same two networks. A class loss alone lets all
    bars of a class coincide, and the bar itself is what we ask for: so a second triplet term of the same weight has a
    bar's own partner as positive, and as negatives all bars with other lyrics, of whatever class. Bars without a class
    are in that term only. The epoch is the best in dev MRR, both directions averaged.

    Parameters
    ----------
    seed : int
    beta : float
        See :class:`core.retrieval.cca.ClusterCca`.
    pair_weight : float
        Of the term of pairs; 0 is the paper's loss.
    training : Training
    """

    name: ClassVar[str] = "tnn-c-cca"
    needs: ClassVar[tuple[str, ...]] = ("lyrics", "dance", "labels")

    def __init__(
        self, seed: int = 0, beta: float = 0.2, pair_weight: float = 1.0, training: Training = TRAINING
    ) -> None:
        super().__init__(seed)
        self._cca = ClusterCca(seed, beta)
        self._pair_weight = pair_weight
        self._training = training
        self._network: Branches | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """See :attr:`EmbeddingMethod.settings`."""
        return {**super().settings, "version": 1, "c-cca": self._cca.settings, "hidden": _HIDDEN, "outputs": _OUTPUTS,
                "dropout": _DROPOUT, "margin": _MARGIN, "positives": _POSITIVES, "pair_weight": self._pair_weight,
                "training": vars(self._training)}

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """See :meth:`RetrievalMethod.fit`."""
        bars = sung_bars(train)
        self._cca.fit(train, dev, part(progress, 0.0, 0.3))
        assert train.labels is not None  # C-CCA has seen to that.
        labels = train.labels[bars]
        # A chorus that comes again: its bars are no negatives of each other.
        _, texts = np.unique(train.features("lyrics").pooled[bars], axis=0, return_inverse=True)
        texts = texts.reshape(-1)
        inputs = {side: self._inputs(train, bars, side) for side in SIDES}
        tensors = {side: torch.from_numpy(values) for side, values in inputs.items()}
        width = inputs["lyrics"].shape[1]
        network = self._made(width)

        def loss(piece: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
            left, right = (functional.normalize(network(tensors[side][piece], side), dim=1) for side in SIDES)
            distances = 1.0 - left @ right.T
            own = labels[piece]
            known = (own >= 0)[:, None] & (own >= 0)[None, :]
            others = torch.from_numpy(known & (own[:, None] != own[None, :]))
            rivals = torch.from_numpy(texts[piece][:, None] != texts[piece][None, :])
            partner = torch.arange(len(piece))[:, None]
            total = distances.new_zeros(())
            for view in (distances, distances.T):
                positives = torch.from_numpy(draw_positives(own, _POSITIVES, rng))
                total = total + triplet_loss(view, positives, others) / 2
                total = total + self._pair_weight * triplet_loss(view, partner, rivals) / 2
            return total

        chosen = choice_bars(dev)
        measure = None
        if dev is not None and len(chosen):
            asked = {side: self._inputs(dev, chosen, side) for side in SIDES}

            def measure() -> float:
                lyrics, dance = (unit(network.vectors(asked[side], side)) for side in SIDES)
                return mrr_of_vectors(lyrics, dance)

        run_training(network, loss, len(bars), self._training, self.seed, measure, part(progress, 0.3, 1.0),
                     self.checkpoint, self.name)
        self._network = network

    def embed(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> NDArray[np.float32]:
        """See :meth:`EmbeddingMethod.embed`."""
        return unit(self._fitted.vectors(self._inputs(data, bars, modality), modality))

    def arrays(self) -> Arrays:
        """See :meth:`EmbeddingMethod.arrays`."""
        return {**self._fitted.arrays(), **{f"{_CCA}{name}": value for name, value in self._cca.arrays().items()}}

    def restore(self, arrays: Arrays) -> None:
        """See :meth:`EmbeddingMethod.restore`."""
        self._cca.restore({name.removeprefix(_CCA): value for name, value in arrays.items() if name.startswith(_CCA)})
        network = self._made(len(self._cca.correlations))
        network.take(arrays)
        self._network = network

    def _inputs(self, data: RetrievalData, bars: NDArray[np.int64], side: Modality) -> NDArray[np.float32]:
        """Canonical values of C-CCA, float32 [n, k]."""
        return self._cca.project(data, bars, side)

    def _made(self, width: int) -> Branches:
        return Branches((width, width), _HIDDEN, _OUTPUTS, _DROPOUT, bounded=True, seed=self.seed)

    @property
    def _fitted(self) -> Branches:
        if self._network is None:
            msg = "tnn-c-cca is not fitted"
            raise RuntimeError(msg)
        return self._network
