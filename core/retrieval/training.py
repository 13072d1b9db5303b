"""Training small networks on bars: epochs, the best one on dev, progress, cancelling, and going on after a kill."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from core.files import replacing
from core.progress import Progress, silent

NDArrayInt = NDArray[np.int64]
_FORMAT: Final = "kotofuri-retrieval-training-1"


@dataclass(frozen=True)
class Training:
    """How a network is trained.

    Attributes
    ----------
    epochs : int
        At most.
    batch : int
        Bars of a batch.
    learning_rate, weight_decay : float
        Of AdamW.
    patience : int
        Epochs without a better dev figure after which training ends.
    clip : float
        Largest norm of the gradient.
    """

    epochs: int = 40
    batch: int = 256
    learning_rate: float = 3e-4
    weight_decay: float = 1e-2
    patience: int = 8
    clip: float = 1.0


@dataclass(frozen=True)
class Trained:
    """What came of a training.

    Attributes
    ----------
    best_epoch : int
        From 1; 0 where no epoch was better than the start.
    losses : tuple of float
        Mean loss of each epoch.
    figures : tuple of float
        Dev figure of each epoch (higher is better), NaN without dev bars.
    """

    best_epoch: int
    losses: tuple[float, ...]
    figures: tuple[float, ...]


def batches(count: int, size: int, rng: np.random.Generator) -> Iterable[NDArrayInt]:
    """Shuffled indices 0 .. count - 1 in batches; the last one is joined to the one before where it is under half."""
    order = rng.permutation(count)
    pieces = max(round(count / size), 1)
    return [part for part in np.array_split(order, pieces) if len(part)]


def train(
    network: nn.Module,
    loss: Callable[[NDArrayInt, np.random.Generator], Tensor],
    count: int,
    training: Training,
    seed: int,
    measure: Callable[[], float] | None = None,
    progress: Progress = silent,
    checkpoint: Path | None = None,
    name: str = "training",
    begin: Callable[[int], None] | None = None,
) -> Trained:
    """Train a network; at the end it holds the weights of the epoch that was best on dev (of the last without dev).

    Parameters
    ----------
    network : nn.Module
    loss : callable (bars, rng) -> scalar Tensor
        Loss of a batch, given indices of training bars.
    count : int
        Training bars.
    training : Training
    seed : int
        Every epoch draws its own order and dropout from it and from the epoch's number, so that a training that goes
        on after a kill ends as one that was never stopped.
    measure : callable, optional
        Dev figure of the network as it is, higher is better; called in eval mode without gradients.
    progress : Progress
    checkpoint : Path, optional
        File for the state between two epochs; gone when training ends. One of another training is not used.
    name : str
        For the progress messages.
    begin : callable, optional
        Called with the number (from 0) of each epoch before it begins, for what is refreshed epoch by epoch.
    """
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        # Numba's parallel kernels set OpenMP's threads anew, torch's with them, whatever the environment says.
        torch.set_num_threads(int(asked))
    optimiser = torch.optim.AdamW(network.parameters(), training.learning_rate, weight_decay=training.weight_decay)
    key = _key(network, count, training, seed, name)
    state = _load(checkpoint, key, network, optimiser) if checkpoint is not None else None
    losses, figures, best_figure, best_epoch, best = state or ([], [], -math.inf, 0, _copy(network))
    with torch.random.fork_rng():
        for epoch in range(len(losses), training.epochs):
            if epoch - best_epoch >= training.patience and measure is not None:
                break
            rng = np.random.default_rng([seed, epoch])
            torch.manual_seed(int(rng.integers(2**62)))
            if begin is not None:
                begin(epoch)
            network.train()
            pieces = list(batches(count, training.batch, rng))
            total = 0.0
            for i, piece in enumerate(pieces):
                progress((epoch + i / len(pieces)) / training.epochs, f"{name}, epoch {epoch + 1}")
                value = loss(piece, rng)
                optimiser.zero_grad()
                value.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(network.parameters(), training.clip)
                optimiser.step()
                total += float(value.detach()) * len(piece)
            losses.append(total / count)
            figure = math.nan
            if measure is not None:
                network.eval()
                with torch.no_grad():
                    figure = measure()
            figures.append(figure)
            if measure is None or figure > best_figure:
                best_figure, best_epoch, best = figure, epoch + 1, _copy(network)
            if checkpoint is not None:
                _save(checkpoint, key, network, optimiser, best, losses, figures, best_figure, best_epoch)
    network.load_state_dict(best)
    network.eval()
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    progress(1.0, name)
    return Trained(best_epoch, tuple(losses), tuple(figures))


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}


def _key(network: nn.Module, count: int, training: Training, seed: int, name: str) -> str:
    shapes = [(key, list(tensor.shape)) for key, tensor in network.state_dict().items()]
    text = json.dumps([shapes, count, asdict(training), seed, name, torch.__version__])
    return hashlib.sha256(text.encode()).hexdigest()


def _save(
    path: Path, key: str, network: nn.Module, optimiser: torch.optim.Optimizer, best: dict[str, Tensor],
    losses: list[float], figures: list[float], best_figure: float, best_epoch: int,
) -> None:
    tensors = {f"now.{name}": tensor for name, tensor in network.state_dict().items()}
    tensors |= {f"best.{name}": tensor for name, tensor in best.items()}
    for i, values in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{i}.{name}": torch.as_tensor(value) for name, value in values.items()}
    numbers = {"losses": losses, "figures": figures, "best": [best_figure, best_epoch]}
    tensors |= {name: torch.tensor(values, dtype=torch.float64) for name, values in numbers.items()}
    tensors = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}
    with replacing(path) as temporary:
        save_file(tensors, temporary, {"format": _FORMAT, "key": key})


def _load(
    path: Path, key: str, network: nn.Module, optimiser: torch.optim.Optimizer
) -> tuple[list[float], list[float], float, int, dict[str, Tensor]] | None:
    """The state in a file, network and optimiser being filled with it; None where there is none of this training."""
    try:
        with safe_open(path, "pt") as file:
            if (file.metadata() or {}).get("key") != key:
                return None
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except (OSError, SafetensorError):
        # Half a state is worth nothing: the training begins anew.
        return None
    network.load_state_dict(_under(tensors, "now."))
    kept: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _under(tensors, "optimiser.").items():
        number, field = name.split(".", 1)
        kept.setdefault(int(number), {})[field] = tensor
    optimiser.load_state_dict({"state": kept, "param_groups": optimiser.state_dict()["param_groups"]})
    best_figure, best_epoch = tensors["best"].tolist()
    return (tensors["losses"].tolist(), tensors["figures"].tolist(), best_figure, int(best_epoch),
            _under(tensors, "best."))


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name[len(prefix):]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}
