"""VAE-CCA: variational latents of lyrics and dance, tied by pairs and classes, and a linear CCA on top."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import SettingsError
from core.progress import Progress, part, silent
from core.retrieval.cca import RIDGES, Canonical, canonical, pair_moments
from core.retrieval.choice import choice_bars, mrr_of_vectors
from core.retrieval.embedding import Arrays, EmbeddingMethod, sung_bars, unit
from core.retrieval.features import Modality, Scaling
from core.retrieval.protocol import RetrievalData
from core.retrieval.shared_vae import LATENT, SharedVae, loss_terms
from core.retrieval.training import Training
from core.retrieval.training import train as run_training

_SIDES: Final[tuple[Modality, Modality]] = ("lyrics", "dance")
_VAE, _CLASS, _CORRELATION, _PAIR, _CENTRE = 1e-4, 1.0, 1e-3, 0.1, 0.01
"""Weights of the five terms, as in the authors' code."""
_RIDGE: Final = 1e-2
"""Of the CCA while training goes on, and where no dev bar can choose."""
_CCA_BARS: Final = 20_000
"""Training bars that the CCA is fitted on at most: covariances of 64 numbers need no more."""
_BLOCK: Final = 4096
_TRAINING: Final = Training(epochs=200, batch=128, learning_rate=3e-4, patience=25)


class VaeCca(EmbeddingMethod):
    """Variational encoders with a shared trunk, and CCA; after Zhang, Yu, Tang, Wu & Li (TOMM 2023), section 3.2 there.

    (Section numbers are those of comparison-systems.md.) Each view has its first and last layer, all between is shared:
    width -> 512 -> 64, mean and log-variance of 64 numbers, a classifier, 64 -> 512 -> width. The loss has five terms
    with the weights of the authors' code: reconstruction and KL, classification, correlation by class, distance of
    pairs, distance to class centres (:func:`loss_terms`). Decisions:

    - KL is averaged over bars, as the reconstruction is; the authors' code sums it.
    - The prediction is a softmax, and its distance to the one-hot class is squared, so that it is smooth at zero.
    - Latents are centred over the batch in the correlation term, and sampled in all terms.
    - Class centres are running means of both views with momentum 0.9; the authors' code draws them anew on every call.
    - A real CCA is solved on the latent means of training bars, as the paper has it (its code solves none). Its axes
      count in proportion to their correlations, as in :class:`core.retrieval.cca.Cca`; ridge by dev MRR.
    - The best epoch is that of the best dev MRR after CCA, both directions averaged.
    - Three of five terms need classes. With the two others alone this would be another system, so that a corpus
      without labels has no figure. Bars without a class take part in reconstruction and pair distance only.

    Parameters
    ----------
    seed : int
    epochs : int
        At most.
    """

    name: ClassVar[str] = "vae-cca"
    needs: ClassVar[tuple[str, ...]] = ("lyrics", "dance", "labels")

    def __init__(self, seed: int = 0, epochs: int = _TRAINING.epochs) -> None:
        super().__init__(seed)
        self.epochs = epochs
        self._scaling: dict[str, Scaling] = {}
        self._network: SharedVae | None = None
        self._axes: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    @property
    def settings(self) -> dict[str, Any]:
        """See :attr:`EmbeddingMethod.settings`."""
        return {"version": 1, "seed": self.seed, "epochs": self.epochs}

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """See :meth:`core.retrieval.protocol.RetrievalMethod.fit`.

        Raises
        ------
        SettingsError
            Where the training bars with lyrics are not of at least two classes.
        """
        bars = sung_bars(train)
        given = np.full(len(bars), -1) if train.labels is None else train.labels[bars]
        names, own = np.unique(given[given >= 0], return_inverse=True)
        if len(names) < 2:
            raise SettingsError("The training songs with lyrics are not of at least two genres, so vae-cca has no "
                                "classes to learn; give genres in the manifest.")
        labels = np.full(len(bars), -1, np.int64)
        labels[given >= 0] = own
        pooled = {side: train.features(side).pooled for side in _SIDES}
        self._scaling = {side: Scaling.of(pooled[side][bars]) for side in _SIDES}
        network = SharedVae(pooled["lyrics"].shape[1], pooled["dance"].shape[1], len(names), self.seed)
        some = bars[np.linspace(0, len(bars) - 1, min(len(bars), _CCA_BARS)).astype(np.int64)]
        chosen = choice_bars(dev)

        def loss(piece: NDArray[np.int64], rng: np.random.Generator) -> Tensor:  # noqa: ARG001 - torch draws
            views = [torch.from_numpy(self._scaling[side](pooled[side][bars[piece]])) for side in _SIDES]
            terms = loss_terms(network, views[0], views[1], torch.from_numpy(labels[piece]))
            return terms @ terms.new_tensor([_VAE, _CLASS, _CORRELATION, _PAIR, _CENTRE])

        def measure() -> float:
            assert dev is not None
            self._relate(network, train, some, _RIDGE)
            return mrr_of_vectors(*(self._vectors(network, dev, chosen, side) for side in _SIDES))

        training = Training(self.epochs, _TRAINING.batch, _TRAINING.learning_rate, patience=_TRAINING.patience)
        run_training(
            network, loss, len(bars), training, self.seed, measure if len(chosen) else None, part(progress, 0.0, 0.95),
            self.checkpoint, self.name,
        )
        ridge = _RIDGE
        if len(chosen) and dev is not None:
            figures = []
            for i, candidate in enumerate(RIDGES):
                progress(0.95 + 0.05 * i / len(RIDGES), "canonical correlations")
                self._relate(network, train, some, candidate)
                figures.append(mrr_of_vectors(*(self._vectors(network, dev, chosen, side) for side in _SIDES)))
            ridge = RIDGES[int(np.argmax(figures))]
        self._relate(network, train, some, ridge)
        self._network = network
        progress(1.0, self.name)

    def embed(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> NDArray[np.float32]:
        """See :meth:`EmbeddingMethod.embed`."""
        return self._vectors(self._fitted(), data, bars, modality)

    def classify(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> NDArray[np.int64]:
        """The likeliest class of each bar by the network's own classifier: places among the training classes."""
        network = self._fitted()
        latent = torch.from_numpy(self._latent(network, data, bars, modality))
        with torch.inference_mode():
            return network.classify(latent).argmax(dim=1).numpy()

    def arrays(self) -> Arrays:
        """See :meth:`EmbeddingMethod.arrays`."""
        found: Arrays = {f"net.{name}": value.numpy().copy() for name, value in self._fitted().state_dict().items()}
        for side in _SIDES:
            found[f"{side}.mean"], found[f"{side}.spread"] = self._scaling[side].mean, self._scaling[side].spread
            found[f"{side}.axes"], found[f"{side}.centre"] = self._axes[side]
        return found

    def restore(self, arrays: Arrays) -> None:
        """See :meth:`EmbeddingMethod.restore`."""
        states = {name[4:]: torch.from_numpy(np.array(value)) for name, value in arrays.items() if name[:4] == "net."}
        scaling: dict[str, Scaling] = {
            side: Scaling(arrays[f"{side}.mean"], arrays[f"{side}.spread"]) for side in _SIDES
        }
        axes: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {
            side: (arrays[f"{side}.axes"], arrays[f"{side}.centre"]) for side in _SIDES
        }
        widths = [len(scaling[side].mean) for side in _SIDES]
        network = SharedVae(widths[0], widths[1], len(arrays["net.centres"]), self.seed)
        try:
            network.load_state_dict(states)
        except RuntimeError as error:
            msg = f"these are no arrays of {self.name}: {error}"
            raise ValueError(msg) from error
        self._scaling, self._axes, self._network = scaling, axes, network.eval()

    def _fitted(self) -> SharedVae:
        if self._network is None:
            msg = f"{self.name} is not fitted"
            raise RuntimeError(msg)
        return self._network

    def _relate(self, network: SharedVae, data: RetrievalData, bars: NDArray[np.int64], ridge: float) -> None:
        """Solve the CCA of the latent means of training bars."""
        x, y = (self._latent(network, data, bars, side).astype(np.float64) for side in _SIDES)
        moments = pair_moments(x, y)
        found: Canonical = canonical(moments, ridge).weighted()
        for side, axes, mean in (("lyrics", found.x, moments.mean_x), ("dance", found.y, moments.mean_y)):
            self._axes[side] = (np.ascontiguousarray(axes, np.float32), mean.astype(np.float32))

    def _vectors(
        self, network: SharedVae, data: RetrievalData, bars: NDArray[np.int64], side: Modality
    ) -> NDArray[np.float32]:
        axes, centre = self._axes[side]
        return unit((self._latent(network, data, bars, side) - centre) @ axes)

    def _latent(
        self, network: SharedVae, data: RetrievalData, bars: NDArray[np.int64], side: Modality
    ) -> NDArray[np.float32]:
        """Latent means, float32 [n, 64]."""
        pooled = data.features(side).pooled
        blocks = [np.zeros((0, LATENT), np.float32)]
        with torch.inference_mode():
            for start in range(0, len(bars), _BLOCK):
                rows = torch.from_numpy(self._scaling[side](pooled[bars[start : start + _BLOCK]]))
                blocks.append(network.encode(rows, side)[0].numpy())
        return np.concatenate(blocks)
