"""The state of a training on disk, to be taken up after a kill. Safetensors and JSON: no pickle.

Random numbers need no place in it: every epoch draws its own from the seed and the epoch's number.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save_file
from torch import Tensor

from core.encoders.decoder import DanceAutoencoder
from core.encoders.weights import read_tensors
from core.errors import InputError
from core.features.scale import FeatureScale
from core.files import replacing

_FORMAT: Final = "kotofuri-dance-training-1"


@dataclass
class TrainState:
    """Where a training stands between two epochs.

    Attributes
    ----------
    epoch : int
        Epochs done.
    best_epoch : int
        The epoch (from 1) with the smallest dev loss; 0 before the first.
    best_loss : float
        Its loss.
    seconds : float
        Time spent so far.
    frames : int
        Frames trained on so far, over all epochs.
    train_losses, dev_losses : list of float
        One a finished epoch.
    """

    epoch: int = 0
    best_epoch: int = 0
    best_loss: float = float("inf")
    seconds: float = 0.0
    frames: int = 0
    train_losses: list[float] = field(default_factory=list)
    dev_losses: list[float] = field(default_factory=list)


def save_checkpoint(
    path: Path, key: str, state: TrainState, model: DanceAutoencoder, best: dict[str, Tensor],
    optimiser: torch.optim.Optimizer, scale: FeatureScale,
) -> None:
    """Write the whole state; ``key`` names the training it belongs to, ``best`` holds the best encoder's weights."""
    tensors: dict[str, Tensor] = {f"scale.{name}": torch.from_numpy(array) for name, array in scale.to_arrays().items()}
    tensors |= {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    tensors |= {f"best.{name}": tensor for name, tensor in best.items()}
    for i, values in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{i}.{name}": tensor for name, tensor in values.items()}
    tensors = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}
    description = asdict(state)
    if state.best_epoch == 0:
        description["best_loss"] = None  # JSON knows no infinity
    with replacing(path) as temporary:
        save_file(tensors, temporary, {"format": _FORMAT, "key": key, "state": json.dumps(description)})


def load_checkpoint(
    path: Path, key: str, model: DanceAutoencoder, optimiser: torch.optim.Optimizer
) -> tuple[TrainState, dict[str, Tensor], FeatureScale] | None:
    """Fill ``model`` and ``optimiser`` and give state, best weights and scale; None where it is another training's.

    Raises
    ------
    InputError
        Where the file is broken.
    """
    metadata, tensors = read_tensors(path)
    if metadata.get("format") != _FORMAT or metadata.get("key") != key:
        return None
    try:
        state = _state(json.loads(metadata["state"]))
        scale = FeatureScale.from_arrays({name: tensor.numpy() for name, tensor in _under(tensors, "scale").items()})
        best = {name: tensor.clone() for name, tensor in _under(tensors, "best").items()}
        moments: dict[int, dict[str, Tensor]] = {}
        for name, tensor in _under(tensors, "optimiser").items():
            index, _, moment = name.partition(".")
            moments.setdefault(int(index), {})[moment] = tensor.clone()
        for i, parameter in enumerate(model.parameters()):
            shapes = {name: tensor.shape for name, tensor in moments.get(i, {}).items()}
            if shapes != {"step": torch.Size([]), "exp_avg": parameter.shape, "exp_avg_sq": parameter.shape}:
                msg = f"the optimiser's state of parameter {i} does not fit"
                raise ValueError(msg)
        if {name: t.shape for name, t in best.items()} != {n: t.shape for n, t in model.encoder.state_dict().items()}:
            msg = "the best weights do not fit"
            raise ValueError(msg)
        groups = optimiser.state_dict()["param_groups"]
        model.load_state_dict(_under(tensors, "model"))
        optimiser.load_state_dict({"state": moments, "param_groups": groups})
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise InputError(path, "this training checkpoint is broken", "remove it to train from the start") from error
    return state, best, scale


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(f"{prefix}."): t for name, t in tensors.items() if name.startswith(f"{prefix}.")}


def _state(values: Any) -> TrainState:
    if not isinstance(values, dict) or set(values) != {f.name for f in fields(TrainState)}:
        msg = "unknown fields"
        raise ValueError(msg)
    if values["best_loss"] is None:
        values["best_loss"] = float("inf")
    return TrainState(**values)
