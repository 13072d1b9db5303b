"""A plain network for lyrics and one for dance, over one vector a bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.retrieval.features import Modality

SIDES: Final[tuple[Modality, Modality]] = ("lyrics", "dance")
_BLOCK: Final = 8192
_PREFIX: Final = "network."


class Branches(nn.Module):
    """Two networks of dense layers with tanh and dropout.

    Parameters
    ----------
    inputs : (int, int)
        Numbers of a bar in lyrics and in dance.
    hidden : sequence of int
        Widths of the hidden layers.
    outputs : int
    dropout : float
        Behind each hidden layer.
    bounded : bool
        Whether the outputs go through a tanh.
    seed : int
        Of the weights.
    """

    def __init__(
        self, inputs: tuple[int, int], hidden: Sequence[int], outputs: int, dropout: float, bounded: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.outputs = outputs
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.branches = nn.ModuleDict({
                side: _dense(width, hidden, outputs, dropout, bounded)
                for side, width in zip(SIDES, inputs, strict=True)
            })

    def forward(self, values: Tensor, side: Modality) -> Tensor:
        """[n, inputs] to [n, outputs]."""
        found: Tensor = self.branches[side](values)
        return found

    def vectors(self, values: NDArray[np.float32], side: Modality) -> NDArray[np.float32]:
        """Outputs without dropout, float32 [n, outputs]; the network is left in eval mode."""
        self.eval()
        found = np.zeros((len(values), self.outputs), np.float32)
        with torch.inference_mode():
            for start in range(0, len(values), _BLOCK):
                rows = slice(start, start + _BLOCK)
                found[rows] = self(torch.from_numpy(np.ascontiguousarray(values[rows])), side).numpy()
        return found

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All weights by name."""
        return {f"{_PREFIX}{name}": value.detach().numpy().copy() for name, value in self.state_dict().items()}

    def take(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take over the weights that :meth:`arrays` gave; ValueError where they are those of another network."""
        own = {name.removeprefix(_PREFIX): torch.from_numpy(np.array(value)) for name, value in arrays.items()
               if name.startswith(_PREFIX)}
        try:
            self.load_state_dict(own)
        except RuntimeError as error:
            msg = f"these are no weights of this network: {error}"
            raise ValueError(msg) from error
        self.eval()


def _dense(width: int, hidden: Sequence[int], outputs: int, dropout: float, bounded: bool) -> nn.Sequential:
    layers: list[nn.Module] = []
    for size in hidden:
        layers += [nn.Linear(width, size), nn.Tanh(), nn.Dropout(dropout)]
        width = size
    layers.append(nn.Linear(width, outputs))
    if bounded:
        layers.append(nn.Tanh())
    return nn.Sequential(*layers)
