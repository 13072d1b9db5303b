"""Multimodal clustering network: lyrics, dance and sound contrasted by pairs and drawn to centroids they share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from sklearn.cluster import kmeans_plusplus
from torch import Tensor, nn
from torch.nn import functional

from core.errors import SettingsError
from core.files import replacing
from core.progress import Progress, part, silent
from core.retrieval.choice import choice_bars, mrr_of_vectors
from core.retrieval.embedding import Arrays, EmbeddingMethod, sung_bars
from core.retrieval.features import MODALITIES, Modality, Scaling
from core.retrieval.protocol import RetrievalData
from core.retrieval.training import Training, train

ORDERS: Final = ("", "la-d", "ld-a", "ad-l")
_LETTERS: Final[dict[str, Modality]] = {"l": "lyrics", "d": "dance", "a": "audio"}
_VERSION: Final = 1
_WIDTH: Final = 256
_LEARNING_RATE: Final = 1e-3
_TAU: Final = 0.07
_QUEUE: Final = 5120
_ROUNDS: Final = 20
"""Rounds of k-means at most."""
_DELAY: Final = 1
"""Epochs without clusters: before features settle k-means finds one giant cluster."""
_WEIGHED_BARS: Final = 512
_BARS_A_CLUSTER: Final = 4
_BLOCK_BARS: Final = 4096

Inputs = Mapping[Modality, Tensor]


class ClusteringNetwork(EmbeddingMethod):
    """Multimodal Clustering Network (Chen et al., ICCV 2021) and its two-stage study (comparison-systems.md 4).

    Text becomes lyrics, video dance, audio the music. Each modality has a gated unit, ``y * sigmoid(W'y + b')`` with
    ``y = Wx + b``, and a decoder. The loss has three terms: contrast over pairs of modalities; cross-entropy of each
    modality to the nearest centroid of the fused bar (the mean of its modalities), centroids coming from cosine
    k-means over a queue of fused bars; squared error of the decoders.

    Decisions that deviate from the paper: 256 numbers instead of 6144, vectors of length 1 and a temperature of 0.07
    in both softmaxes, as raw products vanish or explode in small batches; linear decoders, as a ReLU cannot give
    signed features back; 64 clusters, fewer where there are under 4 bars for each; centroids found anew every epoch
    from the second on, empty clusters restarted at the worst-placed bar; a queue of 5,120; contrast weighs 1, and the
    others are weighed once so that all three start within a factor of ten (the paper's 50 belongs to its features).
    Queries there ask for video and audio together; here a dance is shown alone, so lyrics and dance are compared by
    their own cosine, and what the third modality gives is in the shape of the space.

    Two-stage forms: the modalities of the first two letters (l, d, a) are trained together and frozen, then the third
    is added, trained against the two. In "la-d" dance joins a space of lyrics and sound, in "ad-l" lyrics join one of
    sound and dance; each stage keeps its epoch with the best dev MRR, the first over the pair it trains. In "ld-a"
    the second stage moves neither lyrics nor dance: its figures are those of the pair alone, learnt without sound.

    Parameters
    ----------
    seed : int
    order : str
        One of :data:`ORDERS`; "" trains all three at once. The system's name ends with it.
    clusters : int
    cluster, reconstruction : float
        Factors on the weights of these terms, for ablation; 0 leaves one out.
    delta : float
        Margin taken off the right answer's cosine.
    epochs : int
        Of each stage, at most.

    Attributes
    ----------
    weights : dict
        Weights of the terms "contrast", "cluster" and "reconstruction" in the last stage fitted.
    start : dict
        Those terms, weighted, before the first step of that stage.
    """

    name: ClassVar[str] = "clustering-network"
    needs: ClassVar[tuple[str, ...]] = ("lyrics", "dance", "audio")

    def __init__(
        self, seed: int = 0, order: str = "", clusters: int = 64, cluster: float = 1.0, reconstruction: float = 1.0,
        delta: float = 1e-3, epochs: int = 60,
    ) -> None:
        super().__init__(seed)
        if order not in ORDERS:
            msg = f"order must be one of {', '.join(map(repr, ORDERS))}, got '{order}'"
            raise ValueError(msg)
        if clusters < 1 or min(cluster, reconstruction, delta) < 0:
            msg = "clusters must be 1 or more, and factors and delta no less than 0"
            raise ValueError(msg)
        self.order, self.clusters, self.delta, self.epochs = order, clusters, delta, epochs
        self.factors = {"contrast": 1.0, "cluster": cluster, "reconstruction": reconstruction}
        if order:
            self.name = f"clustering-network-{order}"  # type: ignore[misc]  # one class, four systems
        self.weights: dict[str, float] = {}
        self.start: dict[str, float] = {}
        self._network: Network | None = None
        self._scalings: dict[Modality, Scaling] = {}

    @property
    def settings(self) -> dict[str, Any]:
        """See :attr:`EmbeddingMethod.settings`."""
        return {**super().settings, "version": _VERSION, "order": self.order, "clusters": self.clusters,
                "factors": self.factors, "delta": self.delta, "epochs": self.epochs}

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """See :meth:`core.retrieval.protocol.RetrievalMethod.fit`. :class:`SettingsError` with under two bars."""
        bars = sung_bars(train)
        if len(bars) < 2:
            raise SettingsError(f"Under two training bars have lyrics, so {self.name} cannot be fitted; import more "
                                "songs.")
        self._network = None
        pooled = {side: train.features(side).pooled[bars] for side in MODALITIES}
        self._scalings = {side: Scaling.of(values) for side, values in pooled.items()}
        seen = {side: torch.from_numpy(self._scalings[side](values)) for side, values in pooled.items()}
        shown = choice_bars(dev)
        held = None
        if dev is not None and len(shown):
            held = {side: torch.from_numpy(self._scalings[side](dev.features(side).pooled[shown]))
                    for side in MODALITIES}
        clusters = max(min(self.clusters, len(bars) // _BARS_A_CLUSTER), 1)
        with torch.random.fork_rng():
            torch.manual_seed(self.seed)
            network = Network({side: values.shape[1] for side, values in seen.items()}, clusters)
        if not self.order:
            self._stage(network, seen, held, MODALITIES, MODALITIES, self.name, progress)
        else:
            first = tuple(_LETTERS[letter] for letter in self.order[:2])
            third = _LETTERS[self.order[3]]
            key = self._key(seen)
            kept = None if self.checkpoint is None else self.checkpoint.with_suffix(".first.safetensors")
            if kept is None or not _taken_up(kept, key, network):
                self._stage(network, seen, held, first, first, f"{self.name}, stage 1 of 2", part(progress, 0.0, 0.5))
                if kept is not None:
                    # A kill in the second stage must not cost the first.
                    with replacing(kept) as temporary:
                        save_file(_plain(network), temporary, {"key": key})
            network.clear()
            self._stage(network, seen, held, (*first, third), (third,), f"{self.name}, stage 2 of 2",
                        part(progress, 0.5, 1.0))
            if kept is not None:
                kept.unlink(missing_ok=True)
        self._network = network.eval()

    def embed(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> NDArray[np.float32]:
        """See :meth:`EmbeddingMethod.embed`."""
        network = self._fitted()
        pooled = data.features(modality).pooled
        blocks = [bars[start : start + _BLOCK_BARS] for start in range(0, len(bars), _BLOCK_BARS)]
        scaling = self._scalings[modality]
        found = [network.vectors(torch.from_numpy(scaling(pooled[block])), modality) for block in blocks]
        return np.concatenate([np.zeros((0, _WIDTH), np.float32), *found])

    def arrays(self) -> Arrays:
        """See :meth:`EmbeddingMethod.arrays`. The queue is not part of it."""
        network = self._fitted()
        found: Arrays = {name: tensor.numpy().copy() for name, tensor in _plain(network).items()
                         if name not in _PASSING}
        for side, scaling in self._scalings.items():
            found |= {f"{side}.mean": scaling.mean, f"{side}.spread": scaling.spread}
        return found

    def restore(self, arrays: Arrays) -> None:
        """See :meth:`EmbeddingMethod.restore`."""
        scalings = {side: Scaling(arrays[f"{side}.mean"], arrays[f"{side}.spread"]) for side in MODALITIES}
        network = Network({side: len(scaling.mean) for side, scaling in scalings.items()}, len(arrays["centroids"]))
        state = network.state_dict()
        state |= {name: torch.from_numpy(np.array(arrays[name])) for name in state if name not in _PASSING}
        try:
            network.load_state_dict(state)
        except RuntimeError as error:
            msg = f"{self.name}: these are no arrays of such a network: {error}"
            raise ValueError(msg) from error
        self._network, self._scalings = network.eval(), scalings

    def _fitted(self) -> Network:
        if self._network is None:
            msg = f"{self.name} is not fitted"
            raise RuntimeError(msg)
        return self._network

    def _key(self, seen: Inputs) -> str:
        shapes = [list(values.shape) for values in seen.values()]
        return hashlib.sha256(json.dumps([self.settings, shapes, torch.__version__]).encode()).hexdigest()

    def _stage(
        self, network: Network, seen: Inputs, held: Inputs | None, present: Sequence[Modality],
        trained: Sequence[Modality], name: str, progress: Progress,
    ) -> None:
        """Train the branches of ``trained`` against all that are ``present``; ``name`` tells stages apart."""
        for side in MODALITIES:
            network.branches[side].requires_grad_(side in trained)
            network.decoders[side].requires_grad_(side in trained)
        count = len(seen["lyrics"])
        some = np.random.default_rng(self.seed).permutation(count)[:_WEIGHED_BARS]
        self._weigh(network, {side: seen[side][torch.from_numpy(some)] for side in present}, trained)

        def loss(piece: NDArray[np.int64], rng: np.random.Generator) -> Tensor:  # noqa: ARG001 - nothing is drawn
            rows = torch.from_numpy(piece)
            terms = network.terms({side: seen[side][rows] for side in present}, trained, self.delta)
            return torch.stack([self.weights[term] * value for term, value in terms.items()]).sum()

        def begin(epoch: int) -> None:
            if epoch >= _DELAY:
                network.find_centroids(np.random.default_rng([self.seed, epoch]))

        measure: Callable[[], float] | None = None
        if held is not None:
            pairs = [pair for pair in combinations(present, 2) if set(pair) & set(trained)]
            if ("lyrics", "dance") in pairs or ("dance", "lyrics") in pairs:
                pairs = [("lyrics", "dance")]

            def mrr() -> float:
                vectors = {side: network.vectors(held[side], side) for side in present}
                return float(np.mean([mrr_of_vectors(vectors[one], vectors[other]) for one, other in pairs]))

            measure = mrr
        train(network, loss, count, Training(self.epochs, learning_rate=_LEARNING_RATE), self.seed, measure, progress,
              self.checkpoint, name, begin)

    def _weigh(self, network: Network, sample: Inputs, trained: Sequence[Modality]) -> None:
        """Set the weights so that all terms start within a factor of ten."""
        with torch.no_grad():
            fused = network.fused({side: network(values, side) for side, values in sample.items()})
            centroids = cosine_means(fused, network.centroids.shape[0], np.random.default_rng(self.seed))
            terms = network.terms(sample, trained, self.delta, centroids)
            found = {term: max(float(value), 1e-6) for term, value in terms.items()}
        contrast = found["contrast"]
        cluster = min(max(1.0, 0.1 * contrast / found["cluster"]), 10.0 * contrast / found["cluster"])
        middle = float(np.sqrt(contrast * cluster * found["cluster"]))
        weights = {"contrast": 1.0, "cluster": cluster, "reconstruction": middle / found["reconstruction"]}
        self.weights = {term: weight * self.factors[term] for term, weight in weights.items()}
        self.start = {term: self.weights[term] * found[term] for term in found}


class GatedUnit(nn.Module):
    """``y * sigmoid(W'y + b')`` with ``y = Wx + b``."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.enter = nn.Linear(width, out)
        self.gate = nn.Linear(out, out)

    def forward(self, values: Tensor) -> Tensor:
        """[bars, width] to [bars, out]."""
        entered = self.enter(values)
        found: Tensor = entered * torch.sigmoid(self.gate(entered))
        return found


_PASSING: Final = ("queue", "filled", "found")
"""Buffers that matter during training only."""


class Network(nn.Module):
    """Branches, decoders, the queue and the centroids, all that a training must have back after a kill.

    Parameters
    ----------
    widths : mapping
        Numbers of a bar in each modality.
    clusters : int
    """

    queue: Tensor
    filled: Tensor
    found: Tensor
    centroids: Tensor

    def __init__(self, widths: Mapping[Modality, int], clusters: int) -> None:
        super().__init__()
        self.branches = nn.ModuleDict({side: GatedUnit(width, _WIDTH) for side, width in widths.items()})
        self.decoders = nn.ModuleDict({side: nn.Linear(_WIDTH, width) for side, width in widths.items()})
        self.register_buffer("queue", torch.zeros(_QUEUE, _WIDTH))
        self.register_buffer("filled", torch.zeros(1, dtype=torch.int64))
        self.register_buffer("found", torch.zeros(1, dtype=torch.int64))
        self.register_buffer("centroids", torch.zeros(clusters, _WIDTH))

    def clear(self) -> None:
        """Forget queue and centroids."""
        for buffer in (self.queue, self.filled, self.found, self.centroids):
            buffer.zero_()

    def forward(self, values: Tensor, side: Modality) -> Tensor:
        """Vectors of length 1, [bars, 256]."""
        return functional.normalize(self.branches[side](values), dim=1)

    def vectors(self, values: Tensor, side: Modality) -> NDArray[np.float32]:
        """The same as an array, without gradients."""
        with torch.no_grad():
            return np.asarray(self(values, side).numpy(), np.float32)

    @staticmethod
    def fused(vectors: Inputs) -> Tensor:
        """Mean of a bar's modalities, of length 1."""
        return functional.normalize(torch.stack(list(vectors.values())).mean(dim=0), dim=1)

    def terms(
        self, values: Inputs, trained: Sequence[Modality], delta: float, centroids: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """The three terms of a batch, unweighted; pairs and modalities without a trained branch are left out.

        In training the fused bars enter the queue. ``centroids`` stand in for those found so far; without any there
        is no cluster term.
        """
        vectors = {side: self(given, side) for side, given in values.items()}
        pairs = [pair for pair in combinations(values, 2) if set(pair) & set(trained)]
        terms = {
            "contrast": torch.stack([_contrast(vectors[one], vectors[other], delta) for one, other in pairs]).sum(),
            "reconstruction": torch.stack([
                functional.mse_loss(self.decoders[side](vectors[side]), values[side]) for side in trained
            ]).sum(),
        }
        fused = self.fused({side: found.detach() for side, found in vectors.items()})
        if centroids is None:
            self._enqueue(fused)
        if centroids is None and bool(self.found):
            centroids = self.centroids
        if centroids is not None:
            own = (fused @ centroids.T).argmax(dim=1)
            margin = delta * functional.one_hot(own, len(centroids))
            terms["cluster"] = torch.stack([
                functional.cross_entropy((vectors[side] @ centroids.T - margin) / _TAU, own) for side in trained
            ]).mean()
        return terms

    def find_centroids(self, rng: np.random.Generator) -> None:
        """Cosine k-means over the queue, going on from the centroids so far."""
        bars = self.queue[: int(self.filled.clamp_max(_QUEUE))]
        if len(bars):
            start = self.centroids if bool(self.found) else None
            self.centroids.copy_(cosine_means(bars, len(self.centroids), rng, start))
            self.found.fill_(1)

    def _enqueue(self, fused: Tensor) -> None:
        with torch.no_grad():
            places = (int(self.filled) + torch.arange(len(fused))) % _QUEUE
            self.queue[places] = fused
            # Counted on beyond the queue's size: the rest of the division is the next place.
            self.filled += len(fused)


def _contrast(left: Tensor, right: Tensor, delta: float) -> Tensor:
    """InfoNCE with a margin, mean of both directions."""
    own = torch.arange(len(left))
    scores = (left @ right.T - delta * torch.eye(len(left))) / _TAU
    return (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2


def cosine_means(vectors: Tensor, count: int, rng: np.random.Generator, start: Tensor | None = None) -> Tensor:
    """Centroids by cosine k-means, [count, d] of length 1.

    Parameters
    ----------
    vectors : [n, d]
        Of length 1; n may be under ``count``, when vectors serve as centroids more than once.
    count : int
    rng : Generator
        Draws the first centroids where ``start`` is not given.
    start : [count, d], optional

    Notes
    -----
    An empty cluster starts again at the vector that lies farthest from all centroids, those restarted included. The
    first centroids are drawn as in k-means++, whose squared distances are twice 1 - cosine here.
    """
    if start is None:
        most = min(count, len(vectors))
        _, drawn = kmeans_plusplus(vectors.numpy(), most, random_state=int(rng.integers(2**31)))
        centroids = vectors[torch.from_numpy(np.resize(drawn, count))]
    else:
        centroids = start.clone()
    before: Tensor | None = None
    for _ in range(_ROUNDS):
        nearness, own = (vectors @ centroids.T).max(dim=1)
        if before is not None and bool((own == before).all()):
            break
        sizes = torch.bincount(own, minlength=count)
        empty = (sizes == 0).nonzero()[:, 0]
        for cluster in empty.tolist()[: len(vectors)]:
            place = int(nearness.argmin())
            own[place] = cluster
            nearness = torch.maximum(nearness, vectors @ vectors[place])
        sums = torch.zeros_like(centroids).index_add_(0, own, vectors)
        kept = torch.bincount(own, minlength=count) > 0
        centroids = torch.where(kept[:, None], functional.normalize(sums, dim=1), centroids)
        before = own
    return centroids


def _plain(network: Network) -> dict[str, Tensor]:
    return {name: tensor.detach().clone().contiguous() for name, tensor in network.state_dict().items()}


def _taken_up(path: Path, key: str, network: Network) -> bool:
    """Whether the network could be filled with the first stage of this very fit."""
    try:
        with safe_open(path, "pt") as file:
            if (file.metadata() or {}).get("key") != key:
                return False
            network.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118 - no mapping
    except (OSError, SafetensorError, RuntimeError):
        return False
    return True
