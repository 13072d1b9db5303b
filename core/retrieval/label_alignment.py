"""Label alignment: dances are trained to land where their words lie in the lyric encoder's own space."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from core.errors import SettingsError
from core.files import replacing
from core.progress import Progress, part, silent
from core.retrieval.choice import choice_bars, mrr_of_vectors
from core.retrieval.embedding import Arrays, EmbeddingMethod, sung_bars, unit
from core.retrieval.features import Modality, Scaling
from core.retrieval.protocol import RetrievalData
from core.retrieval.training import Training, train
from core.retrieval.word_clusters import BarWords, WordSpace, cluster_words

Phase = Literal["raw", "clustered", "regularised"]
PHASES: Final = ("raw", "clustered", "regularised")
WEIGHTS: Final = (0.1, 1.0, 2.5)
"""Weights of the regulariser among which dev chooses; the last two are the published ones."""
_DEFAULT_WEIGHT: Final = 1.0
NEGATIVES: Final = 5
_HIDDEN: Final = 256
_BLOCK: Final = 4096
_TRAINING: Final = Training(epochs=60, batch=256, learning_rate=3e-4, weight_decay=1e-2, patience=10)


class LabelAlignment(EmbeddingMethod):
    """Dances aligned with words sung to them; after Liu, Roy & Herremans, arXiv 2410.11522 (comparison-systems.md 2).

    There, an encoder of music is trained to land on the text vectors of its emotion words, so that words it never met
    can be scored. Here dance is in the place of music, and the words of the lyrics are the labels. Decisions:

    - A word's vector is the mean of the lyric encoder's vectors over all its places in the corpus, about a centre
      (:class:`core.retrieval.word_clusters.WordSpace`): raw ones lie in a narrow cone. They are frozen features; words
      of test songs have them too, as any typed word could, while clusters, centre and rarity are of training songs.
    - The published labels are a few chosen words; lyrics are full of words that every song has. Words are therefore
      weighted by inverse document frequency over training songs wherever words of a bar are averaged or drawn.
    - Mean shift runs in 32 principal components with a quantile of 0.04, the largest published, halved as long as one
      cluster holds more than a tenth of the words (the published clusterings are mild: 71 words make 42).
    - Loss of a bar with the unit vector f: ``relu(cos(f, n) - cos(f, t) + 1)``; t is the mean of its words' cluster
      centres, the paper's anchors (its released settings take the words themselves, here the phase "raw"), n the mean
      of five random anchors that are none of its own. The regulariser is ``weight * mean relu(1 + mean cos(f, f_j))``
      over bars j whose drawn word lies in another cluster; its weight is the best of :data:`WEIGHTS` in dev MRR.
    - The published encoder, attention over a sequence of one step, amounts to an MLP; here two layers on the pooled
      dance features. Epochs end by dev MRR over both directions.
    - A query's target is the weighted mean of its words' vectors, the words seen in training or not.

    Parameters
    ----------
    seed : int
    phase : str
        "raw": anchors are the words; "clustered": their clusters; "regularised": these, with the regulariser.
    quantile : float
        For the bandwidth of mean shift, in (0, 1].
    weight : float, optional
        Of the regulariser, instead of a choice on dev.
    """

    name: ClassVar[str] = "label-alignment"
    needs: ClassVar[tuple[str, ...]] = ("dance", "words", "word_vectors")

    def __init__(
        self, seed: int = 0, phase: Phase = "regularised", quantile: float = 0.04, weight: float | None = None,
    ) -> None:
        super().__init__(seed)
        if phase not in PHASES:
            raise SettingsError(f"There is no phase '{phase}'; use {', '.join(PHASES)}.")
        if not 0.0 < quantile <= 1.0:
            raise SettingsError(f"The quantile must lie between 0 and 1, got {quantile}.")
        self.phase = phase
        self.quantile = quantile
        self.weight = weight
        self.chosen_weight = 0.0
        self.clusters = 0
        self._space: WordSpace | None = None
        self._scaling: Scaling | None = None
        self._network: nn.Sequential | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """See :attr:`EmbeddingMethod.settings`."""
        return {"version": 1, "seed": self.seed, "phase": self.phase, "quantile": self.quantile, "weight": self.weight}

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """See :meth:`core.retrieval.protocol.RetrievalMethod.fit`.

        Raises
        ------
        SettingsError
            Where training songs do not have at least two different words.
        """
        progress(0.0, "clustering words")
        self._space = WordSpace.of(train)
        anchors = _Anchors(train, self._space, None if self.phase == "raw" else self.quantile, self.seed,
                           part(progress, 0.0, 0.1))
        self.clusters = anchors.count
        pooled = train.features("dance").pooled
        self._scaling = Scaling.of(pooled[anchors.bars])
        dance = torch.from_numpy(self._scaling(pooled[anchors.bars]))
        bars = choice_bars(dev)
        fits = self._weights(chosen=len(bars) > 0)
        figures: list[float] = []
        networks: list[nn.Sequential] = []
        for i, weight in enumerate(fits):
            network = _mlp(pooled.shape[1], anchors.centres.shape[1], self.seed)
            inner = part(progress, 0.1 + 0.9 * i / len(fits), 0.1 + 0.9 * (i + 1) / len(fits))
            figures.append(self._train(network, weight, i, dance, anchors, dev, bars, inner))
            networks.append(network)
        best = int(np.argmax(figures)) if len(bars) else 0
        self.chosen_weight = fits[best]
        self._network = networks[best].eval()
        for i in range(len(fits)):
            if self.checkpoint is not None:
                _done(self.checkpoint, i).unlink(missing_ok=True)
        progress(1.0, self.name)

    def embed(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> NDArray[np.float32]:
        """See :meth:`EmbeddingMethod.embed`. A bar without a known word is all zeros: it is like no dance."""
        if self._network is None or self._space is None:
            msg = f"{self.name} is not fitted"
            raise RuntimeError(msg)
        if modality == "lyrics":
            return self._space.means(data, BarWords.of(data, bars), len(bars), self._space.points(data))
        return self._dance(self._network, data.features(modality).pooled[bars])

    def arrays(self) -> Arrays:
        """See :meth:`EmbeddingMethod.arrays`."""
        if self._network is None or self._space is None or self._scaling is None:
            msg = f"{self.name} is not fitted"
            raise RuntimeError(msg)
        network = {f"net.{name}": tensor.numpy().copy() for name, tensor in self._network.state_dict().items()}
        return {
            **network, **self._space.arrays(), "scaling.mean": self._scaling.mean,
            "scaling.spread": self._scaling.spread, "chosen": np.array([self.chosen_weight, self.clusters], np.float64),
        }

    def restore(self, arrays: Arrays) -> None:
        """See :meth:`EmbeddingMethod.restore`."""
        states = {name[4:]: torch.from_numpy(np.array(value)) for name, value in arrays.items() if name[:4] == "net."}
        scaling = Scaling(arrays["scaling.mean"], arrays["scaling.spread"])
        space = WordSpace.restored(arrays)
        weight, clusters = arrays["chosen"].tolist()
        network = _mlp(len(scaling.mean), len(space.centre), self.seed)
        try:
            network.load_state_dict(states)
        except RuntimeError as error:
            msg = f"these are no arrays of {self.name}: {error}"
            raise ValueError(msg) from error
        self._scaling, self._space, self._network = scaling, space, network.eval()
        self.chosen_weight, self.clusters = float(weight), int(clusters)

    def _weights(self, chosen: bool) -> tuple[float, ...]:
        """Weights of the regulariser to be fitted with."""
        if self.phase != "regularised":
            return (0.0,)
        if self.weight is not None:
            return (self.weight,)
        return WEIGHTS if chosen else (_DEFAULT_WEIGHT,)

    def _train(
        self, network: nn.Sequential, weight: float, number: int, dance: Tensor, anchors: _Anchors,
        dev: RetrievalData | None, dev_bars: NDArray[np.int64], progress: Progress,
    ) -> float:
        """Train with one weight; its best dev figure. A weight that was done with before a kill is loaded."""
        name = f"{self.name}, weight {weight:g}"
        key = json.dumps([name, self.settings, len(dance), torch.__version__])
        done = None if self.checkpoint is None else _done(self.checkpoint, number)
        if done is not None and (figure := _load_done(done, key, network)) is not None:
            progress(1.0, name)
            return figure
        targets = torch.from_numpy(anchors.targets)
        centres = torch.from_numpy(anchors.centres)

        def loss(piece: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
            found = functional.normalize(network(dance[piece]), dim=1)
            wrong = functional.normalize(centres[anchors.others(piece, rng)].mean(dim=1), dim=1)
            value = triplet(found, targets[piece], wrong)
            return value + weight * alignment(found, anchors.drawn(piece, rng)) if weight else value

        def measure() -> float:
            assert dev is not None
            return mrr_of_vectors(asked, self._dance(network, dev.features("dance").pooled[dev_bars]))

        asked = np.zeros((0, 0), np.float32)
        if dev is not None and len(dev_bars):
            space = anchors.space
            asked = space.means(dev, BarWords.of(dev, dev_bars), len(dev_bars), space.points(dev))
        trained = train(network, loss, len(dance), _TRAINING, self.seed, measure if len(dev_bars) else None, progress,
                        self.checkpoint, name)
        figure = max(trained.figures) if len(dev_bars) else 0.0
        if done is not None:
            _save_done(done, key, network, figure)
        return figure

    def _dance(self, network: nn.Sequential, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
        assert self._scaling is not None
        width = next(reversed(list(network.parameters()))).shape[0]
        blocks = [np.zeros((0, width), np.float32)]
        with torch.inference_mode():
            for start in range(0, len(pooled), _BLOCK):
                rows = torch.from_numpy(self._scaling(pooled[start : start + _BLOCK]))
                blocks.append(unit(network(rows).numpy()))
        return np.concatenate(blocks)


def triplet(found: Tensor, right: Tensor, wrong: Tensor) -> Tensor:
    """``mean relu(cos(found, wrong) - cos(found, right) + 1)`` over rows of length 1 [n, d]."""
    return functional.relu((found * wrong).sum(dim=1) - (found * right).sum(dim=1) + 1.0).mean()


def alignment(found: Tensor, clusters: Tensor) -> Tensor:
    """``mean_i relu(1 + mean_{j: c_j != c_i} cos(f_i, f_j))``; rows that no other cluster stands against count 0.

    Parameters
    ----------
    found : [n, d]
        Rows of length 1.
    clusters : int64 [n]
    """
    other = (clusters[:, None] != clusters[None, :]).to(found.dtype)
    count = other.sum(dim=1)
    mean = ((found @ found.T) * other).sum(dim=1) / count.clamp(min=1.0)
    return (functional.relu(1.0 + mean) * (count > 0)).mean()


class _Anchors:
    """What training bars are drawn to and kept from.

    Attributes
    ----------
    bars : int64 [n]
        Training bars with lyrics that have known words.
    count : int
        Anchors.
    centres : float32 [count, d]
    targets : float32 [n, d]
        Weighted mean of the anchors of each bar's words, of length 1.
    """

    def __init__(self, data: RetrievalData, space: WordSpace, quantile: float | None, seed: int,
                 progress: Progress = silent) -> None:
        self.space = space
        sung = sung_bars(data)
        points = space.points(data)
        rows = space.trained(data.vocabulary)
        labels = np.arange(len(rows)) if quantile is None else cluster_words(points[rows], quantile, seed, progress)
        self.count = int(labels.max()) + 1
        if self.count < 2:
            raise SettingsError("The training songs do not have two different words, so label-alignment has nothing to "
                                "tell apart; import more songs.")
        sums = np.zeros((self.count, points.shape[1]))
        np.add.at(sums, labels, points[rows].astype(np.float64))
        self.centres = unit(sums)
        of_row = np.full(len(points), -1, np.int64)
        of_row[rows] = labels
        words = BarWords.of(data, sung)
        targets = space.means(data, words, len(sung), self.centres[of_row])
        having = np.unique(words.bar)
        self.bars = sung[having]
        self.targets = targets[having]
        at = np.searchsorted(having, words.bar)
        place = np.arange(len(at)) - np.searchsorted(at, at)
        shape = (len(having), int(place.max()) + 1)
        self._own = np.full(shape, -1, np.int64)
        self._own[at, place] = of_row[words.row]
        weights = np.zeros(shape)
        weights[at, place] = space.weights(data.vocabulary)[words.row]
        self._below = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)

    def others(self, piece: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        """For each bar five anchors that are none of its own, int64 [n, 5].

        A bar that has nearly all anchors may keep one of its own after twenty draws.
        """
        own = self._own[piece]
        drawn = rng.integers(self.count, size=(len(piece), NEGATIVES))
        for _ in range(20):
            row, column = np.nonzero((drawn[:, :, None] == own[:, None, :]).any(axis=2))
            if not len(row):
                break
            drawn[row, column] = rng.integers(self.count, size=len(row))
        return torch.from_numpy(drawn)

    def drawn(self, piece: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        """The anchor of one word of each bar, rarer words being drawn more often: int64 [n]."""
        column = (self._below[piece] <= rng.random((len(piece), 1))).sum(axis=1)
        return torch.from_numpy(self._own[piece, np.minimum(column, self._own.shape[1] - 1)])


def _mlp(width: int, out: int, seed: int) -> nn.Sequential:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(width, _HIDDEN), nn.GELU(), nn.Dropout(0.1), nn.Linear(_HIDDEN, out))


def _done(checkpoint: Path, number: int) -> Path:
    return checkpoint.with_name(f"{checkpoint.name}.{number}")


def _save_done(path: Path, key: str, network: nn.Module, figure: float) -> None:
    with replacing(path) as temporary:
        save_file(network.state_dict(), temporary, {"key": key, "figure": repr(figure)})


def _load_done(path: Path, key: str, network: nn.Module) -> float | None:
    try:
        with safe_open(path, "pt") as file:
            header = file.metadata() or {}
            if header.get("key") != key:
                return None
            network.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118 - no mapping
            return float(header["figure"])
    except (OSError, SafetensorError):
        # Trained anew.
        return None
