"""Semi-supervised retrieval: a space learnt from pairs, one learnt from labels, blended when a query is asked."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.retrieval.choice import choice_bars, mrr_of_vectors
from core.retrieval.contrastive import TAU, Contrastive, Loss
from core.retrieval.embedding import unit
from core.retrieval.features import Modality
from core.retrieval.nets import SIDES, Towers, info_nce, steps_of, supervised_contrast
from core.retrieval.protocol import RetrievalData

WEIGHT: Final = 1.0
"""Of the loss over labels beside the one over pairs."""
_PRECISION_AT: Final = 10

Floats = NDArray[np.float32]


class SemiSupervised(Contrastive):
    """Two joint spaces on shared trunks, and a slider between them (Control-MVR: Stewart et al., ICASSP 2025).

    One space is learnt from pairs by InfoNCE, as in :class:`Contrastive` and with the same network, the other from
    labels by supervised contrast across the modalities; L = L_pairs + L_labels, bars without a label having no part in
    the second. A bar's vector is ``normalise((1 - alpha) z_pairs + alpha z_labels)``, and alpha is set after fitting,
    at no cost: 0 ranks as the space of pairs does, 1 as that of labels.

    The paper's abstract gives the two objectives and the blend. Loss over labels, temperature, weight 1 and sizes are
    ours, after the first author's earlier Emo-CLIM. Normalising the blend is ours too: without it the cosine would
    favour bars on which the two spaces agree. The best epoch is the one with the highest product of the first space's
    MRR and the second's class precision at 10, both on dev, so that neither space is left unfinished; without
    labels in use it is that of :class:`Contrastive`.

    Parameters
    ----------
    alpha : float
        In [0, 1]; can be changed at any time and is no part of what is fitted or kept.
    label_share : float
        Share of the training songs whose labels are used, in [0, 1]; which ones is drawn with the seed.
    seed, epochs : int
        See :class:`Contrastive`.

    Raises
    ------
    ValueError
        For a share or alpha outside [0, 1].
    """

    name: ClassVar[str] = "semi-supervised"
    needs: ClassVar[tuple[str, ...]] = ("lyrics", "dance", "labels")
    spaces: ClassVar[tuple[str, ...]] = ("pairs", "labels")

    def __init__(self, alpha: float = 0.5, label_share: float = 1.0, seed: int = 0, epochs: int = 60) -> None:
        super().__init__(seed, epochs)
        self.alpha = alpha
        self.label_share = _share(label_share, "label_share")

    @property
    def alpha(self) -> float:
        """Place of the slider: 0 for pairs alone, 1 for labels alone."""
        return self._alpha

    @alpha.setter
    def alpha(self, alpha: float) -> None:
        self._alpha = _share(alpha, "alpha")

    @property
    def settings(self) -> dict[str, Any]:
        """See :attr:`EmbeddingMethod.settings`; alpha is none of them."""
        return {**super().settings, "label_share": self.label_share}

    def embed(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> Floats:
        """See :meth:`EmbeddingMethod.embed`; blended with :attr:`alpha`."""
        return self.two_spaces(data, bars, modality).blended(self.alpha)

    def two_spaces(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> TwoSpaces:
        """Both vectors of each of the chosen bars, to be blended with any alpha."""
        return TwoSpaces.of(*self.towers.embed(data.features(modality), bars, modality))

    def _loss(self, towers: Towers, data: RetrievalData, bars: NDArray[np.int64]) -> Loss:
        assert data.labels is not None
        lyrics, dance = data.features("lyrics"), data.features("dance")
        used = np.where(self._labelled(data.codes.song[bars]), data.labels[bars], -1)

        def loss(piece: NDArray[np.int64], rng: np.random.Generator) -> Tensor:  # noqa: ARG001 - nothing is drawn
            known = torch.from_numpy(np.flatnonzero(used[piece] >= 0))
            # The heads of the other space are left alone without labels: what is trained is then the plain system.
            spaces = self.spaces if len(known) else self.spaces[:1]
            left = towers(steps_of(lyrics, bars[piece]), "lyrics", spaces)
            right = towers(steps_of(dance, bars[piece]), "dance", spaces)
            total = info_nce(left[0], right[0], TAU)
            if len(known):
                labels = torch.from_numpy(used[piece])[known]
                total = total + WEIGHT * supervised_contrast(left[1][known], right[1][known], labels, TAU)
            return total

        return loss

    def _labelled(self, song: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether the label of a bar is used, given the song of each."""
        songs = np.random.default_rng(self.seed).permutation(np.unique(song))
        count = max(round(self.label_share * len(songs)), 1) if self.label_share > 0 else 0
        return np.isin(song, songs[:count])

    def _measure(self, towers: Towers, dev: RetrievalData) -> Callable[[], float]:
        assert dev.labels is not None
        bars = choice_bars(dev)
        labels = dev.labels[bars]
        judged = self.label_share > 0 and len(bars) > 1 and bool((labels >= 0).any())

        def measure() -> float:
            left, right = (towers.embed(dev.features(side), bars, side) for side in SIDES)
            found = math.log(mrr_of_vectors(left[0], right[0]))
            if judged:
                # A precision of 0 is no reason to give up: one hit less than one, in all, stands for it.
                found += math.log(max(class_precision(left[1], right[1], labels), 0.5 / len(bars)))
            return found

        return measure


@dataclass(frozen=True)
class TwoSpaces:
    """Bars embedded once in both spaces, to be ranked under any alpha without being embedded or normalised again.

    The length of a blend follows from one number a bar: with ``s`` and ``t`` of length 1,
    ``|(1 - a) s + a t|^2 = (1 - a)^2 + a^2 + 2 a (1 - a) <s, t>``.

    Attributes
    ----------
    pairs, labels : float32 [n, d]
        Vectors of length 1.
    agreement : float64 [n]
        Their products, row by row.
    """

    pairs: Floats
    labels: Floats
    agreement: NDArray[np.float64]

    @classmethod
    def of(cls, pairs: Floats, labels: Floats) -> TwoSpaces:
        """With the products worked out."""
        return cls(pairs, labels, np.einsum("nd,nd->n", pairs, labels, dtype=np.float64))

    def __len__(self) -> int:
        return len(self.pairs)

    def blended(self, alpha: float) -> Floats:
        """The vectors for an alpha, float32 [n, d] of length 1."""
        # At the ends the vectors are given out untouched, so that the ranking is that of the one space to the last bit.
        if alpha in (0.0, 1.0):
            return self.labels if alpha else self.pairs
        return unit((1.0 - alpha) * self.pairs + alpha * self.labels)

    def scores(self, query: TwoSpaces, alpha: float) -> NDArray[np.float64]:
        """Cosines of one bar, of the other modality, with these: float64 [n]. Two products of matrix and vector.

        Parameters
        ----------
        query : TwoSpaces
            One bar.
        alpha : float
            In [0, 1].
        """
        asked = query.blended(alpha)[0]
        cosines: NDArray[np.float64]
        if alpha in (0.0, 1.0):
            cosines = ((self.labels if alpha else self.pairs) @ asked).astype(np.float64)
            return cosines
        rest = 1.0 - alpha
        length = np.sqrt(np.maximum(rest**2 + alpha**2 + 2.0 * alpha * rest * self.agreement, 1e-24))
        cosines = (rest * (self.pairs @ asked).astype(np.float64) + alpha * (self.labels @ asked)) / length
        return cosines


def class_precision(left: Floats, right: Floats, labels: NDArray[np.int64], count: int = _PRECISION_AT) -> float:
    """Share of the best ``count`` bars of the other modality that have the query's class; NaN without a labelled bar.

    Averaged over both directions and all labelled queries. The query's own bar is left out: of its class it is
    for certain. Gallery bars without a label count as of another class.
    """
    shares: list[NDArray[np.float64]] = []
    for asked, shown in ((left, right), (right, left)):
        for start in range(0, len(asked), 512):
            rows = np.arange(start, min(start + 512, len(asked)))
            scores = asked[rows] @ shown.T
            scores[np.arange(len(rows)), rows] = -np.inf
            kept = min(count, len(shown) - 1)
            best = np.argsort(-scores, axis=1, kind="stable")[:, :kept]
            hits = labels[best] == labels[rows][:, None]
            shares.append(hits.mean(axis=1)[labels[rows] >= 0])
    return float(np.mean(np.concatenate(shares)))


def _share(value: float, name: str) -> float:
    if not 0.0 <= value <= 1.0:
        msg = f"{name} must lie in [0, 1], got {value}"
        raise ValueError(msg)
    return float(value)
