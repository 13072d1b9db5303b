"""Deep canonical correlation analysis: networks whose outputs correlate, and a linear CCA on them."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import SettingsError
from core.progress import Progress, part, silent
from core.retrieval.branches import SIDES, Branches
from core.retrieval.cca import canonical, pair_moments
from core.retrieval.choice import choice_bars, mrr_of_vectors
from core.retrieval.embedding import Arrays, EmbeddingMethod, sung_bars, unit
from core.retrieval.features import Modality
from core.retrieval.projection import Projection, principal
from core.retrieval.protocol import RetrievalData
from core.retrieval.training import Training
from core.retrieval.training import train as run_training

_DIMENSIONS: Final = 128
_HIDDEN: Final = (256, 256)
_OUTPUTS: Final = 32
_DROPOUT: Final = 0.2
_RIDGE: Final = 1e-2
TRAINING: Final = Training(epochs=60, batch=1024, learning_rate=1e-3, patience=15)

Axes = dict[Modality, tuple[NDArray[np.float32], NDArray[np.float32]]]
"""Of each side: axes [outputs, k] and the centre [k] that is taken off behind them."""


def correlation_loss(x: Tensor, y: Tensor, k: int, ridge: float = _RIDGE) -> Tensor:
    """Minus the sum of the k largest canonical correlations of two views: the nuclear norm of T where k is all.

    The covariances are whitened by their Cholesky factors. These differ from the symmetric roots of the textbook by a
    rotation, which leaves the singular values alone, and their gradient has no poles where variances are equal.

    Parameters
    ----------
    x, y : [n, p], [n, q]
        Rows of the same bars; n should be well above p and q.
    k : int
    ridge : float
        Added to the diagonals of the covariances, times the view's mean variance.
    """
    left, right = (view.double() - view.double().mean(dim=0) for view in (x, y))
    # With Cxx = L L' and Cyy = M M': L^-1 Cxy M^-T, transposed.
    half = torch.linalg.solve_triangular(_root(left, ridge), left.T @ right / len(x), upper=False)
    whole = torch.linalg.solve_triangular(_root(right, ridge), half.T, upper=False)
    found: Tensor = -torch.linalg.svdvals(whole)[:k].sum()
    return found


def _root(view: Tensor, ridge: float) -> Tensor:
    covariance = view.T @ view / len(view)
    # The last term is for outputs that do not vary at all.
    share = ridge * covariance.diagonal().mean() + 1e-12
    found: Tensor = torch.linalg.cholesky(covariance + share * torch.eye(len(covariance), dtype=covariance.dtype))
    return found


class Dcca(EmbeddingMethod):
    """Deep CCA (Andrew et al. 2013; comparison-systems.md 3.0), then a linear CCA on the outputs.

    Decisions. Inputs are 128 principal components of the scaled pooled features, with a mean variance of 1. On each
    side two hidden layers of 256 (tanh, dropout 0.2) and 32 outputs. The loss is minus the nuclear norm of T, all 32
    correlations, with a ridge of 1e-2; Zeng's code takes the Frobenius norm, but the nuclear one is the definition. A
    batch of 1,024 bars (all, where there are fewer) has 32 times as many bars as outputs, for in small batches
    everything correlates. The linear CCA is fitted on the training bars and is that of
    :class:`core.retrieval.cca.Cca`: axes weighted by the root of their correlation, cosine as score. The epoch is the
    best in dev MRR, both directions averaged, measured behind the linear CCA.

    Parameters
    ----------
    seed : int
    training : Training
    """

    name: ClassVar[str] = "dcca"

    def __init__(self, seed: int = 0, training: Training = TRAINING) -> None:
        super().__init__(seed)
        self._training = training
        self._views: dict[Modality, Projection] = {}
        self._network: Branches | None = None
        self._axes: Axes = {}

    @property
    def settings(self) -> dict[str, Any]:
        """See :attr:`EmbeddingMethod.settings`."""
        return {**super().settings, "version": 1, "dimensions": _DIMENSIONS, "hidden": _HIDDEN, "outputs": _OUTPUTS,
                "dropout": _DROPOUT, "ridge": _RIDGE, "training": vars(self._training)}

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """See :meth:`RetrievalMethod.fit`."""
        bars = sung_bars(train)
        views: dict[Modality, Projection] = {}
        for i, side in enumerate(SIDES):
            inner = part(progress, 0.1 * i, 0.1 * i + 0.1)
            views[side] = _even(principal(train.features(side).pooled[bars], _DIMENSIONS, inner),
                                train.features(side).pooled[bars])
        if min(view.size for view in views.values()) == 0:
            raise SettingsError("The training bars do not differ from each other, so dcca has nothing to relate; "
                                "import more songs.")
        inputs = {side: views[side](train.features(side).pooled[bars]) for side in SIDES}
        network = _network((views["lyrics"].size, views["dance"].size), self.seed)
        tensors = {side: torch.from_numpy(values) for side, values in inputs.items()}

        def loss(piece: NDArray[np.int64], rng: np.random.Generator) -> Tensor:  # noqa: ARG001 - nothing is drawn
            left, right = (network(tensors[side][piece], side) for side in SIDES)
            return correlation_loss(left, right, _OUTPUTS)

        chosen = choice_bars(dev)
        measure = None
        if dev is not None and len(chosen):
            asked = {side: views[side](dev.features(side).pooled[chosen]) for side in SIDES}

            def measure() -> float:
                axes = _axes(network, inputs)
                lyrics, dance = (_placed(network, axes, asked[side], side) for side in SIDES)
                return mrr_of_vectors(lyrics, dance)

        run_training(network, loss, len(bars), self._training, self.seed, measure, part(progress, 0.2, 1.0),
                     self.checkpoint, self.name)
        self._views, self._network, self._axes = views, network, _axes(network, inputs)

    def embed(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> NDArray[np.float32]:
        """See :meth:`EmbeddingMethod.embed`."""
        return _placed(self._fitted, self._axes, self._views[modality](data.features(modality).pooled[bars]), modality)

    def arrays(self) -> Arrays:
        """See :meth:`EmbeddingMethod.arrays`."""
        found = self._fitted.arrays()
        for side in SIDES:
            found |= self._views[side].arrays(side)
            found[f"canonical.{side}.axes"], found[f"canonical.{side}.centre"] = self._axes[side]
        return found

    def restore(self, arrays: Arrays) -> None:
        """See :meth:`EmbeddingMethod.restore`."""
        views = {side: Projection.of_arrays(arrays, side) for side in SIDES}
        axes = {side: (arrays[f"canonical.{side}.axes"], arrays[f"canonical.{side}.centre"]) for side in SIDES}
        if any(found.shape != (_OUTPUTS, len(centre)) for found, centre in axes.values()):
            msg = f"dcca: axes of another number of outputs than {_OUTPUTS}"
            raise ValueError(msg)
        network = _network((views["lyrics"].size, views["dance"].size), self.seed)
        network.take(arrays)
        self._views, self._network, self._axes = views, network, axes

    @property
    def _fitted(self) -> Branches:
        if self._network is None:
            msg = "dcca is not fitted"
            raise RuntimeError(msg)
        return self._network


def _network(inputs: tuple[int, int], seed: int) -> Branches:
    return Branches(inputs, _HIDDEN, _OUTPUTS, _DROPOUT, seed=seed)


def _even(view: Projection, values: NDArray[np.floating]) -> Projection:
    """The view, its components having the mean variance 1 on ``values``: their proportions stay."""
    spread = float(np.sqrt(view(values).var(axis=0).mean())) if view.size else 1.0
    return view.then(np.eye(view.size) / spread, np.zeros(view.size))


def _axes(network: Branches, inputs: dict[Modality, NDArray[np.float32]]) -> Axes:
    """A linear CCA on the outputs for the training bars."""
    lyrics, dance = (network.vectors(inputs[side], side) for side in SIDES)
    moments = pair_moments(lyrics, dance)
    found = canonical(moments, _RIDGE).weighted()

    def held(axes: NDArray[np.float64], mean: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return np.ascontiguousarray(axes, np.float32), np.asarray(mean @ axes, np.float32)

    return {"lyrics": held(found.x, moments.mean_x), "dance": held(found.y, moments.mean_y)}


def _placed(network: Branches, axes: Axes, values: NDArray[np.float32], side: Modality) -> NDArray[np.float32]:
    """Vectors of length 1 behind network and linear CCA."""
    own, centre = axes[side]
    return unit(network.vectors(values, side) @ own - centre)
