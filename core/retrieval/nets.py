"""The network of the contrastive systems: a small temporal transformer for each modality, and projection heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from core.retrieval.embedding import Arrays
from core.retrieval.features import STEPS, BarFeatures, Modality, Scaling
from core.retrieval.protocol import RetrievalData

WIDTH: Final = 128
SIDES: Final[tuple[Modality, ...]] = ("lyrics", "dance")
_HEADS, _LAYERS, _HIDDEN, _DROPOUT = 4, 2, 256, 0.1
_MEASURED_BARS: Final = 4096
"""Bars whose steps means and spreads are taken of: 65,536 rows are plenty, and a large corpus is never copied whole."""
_BLOCK_BARS: Final = 512


class Trunk(nn.Module):
    """Sequences of one modality to vectors: scaled, projected, given learnt positions, two transformer layers, mean.

    Parameters
    ----------
    width : int
        Numbers a step.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("spread", torch.ones(width))
        self.enter = nn.Linear(width, WIDTH)
        self.positions = nn.Parameter(0.02 * torch.randn(STEPS, WIDTH))
        self.layers = nn.ModuleList([
            nn.TransformerEncoderLayer(WIDTH, _HEADS, _HIDDEN, _DROPOUT, "gelu", batch_first=True, norm_first=True)
            for _ in range(_LAYERS)
        ])
        self.norm = nn.LayerNorm(WIDTH)

    def scale(self, scaling: Scaling) -> None:
        """Scale all input from now on."""
        self.mean.copy_(torch.from_numpy(scaling.mean))
        self.spread.copy_(torch.from_numpy(scaling.spread))

    def forward(self, steps: Tensor) -> Tensor:
        """[bars, STEPS, width] to [bars, WIDTH]."""
        hidden: Tensor = self.enter((steps - self.mean) / self.spread) + self.positions
        for layer in self.layers:
            hidden = layer(hidden)
        pooled: Tensor = self.norm(hidden.mean(dim=1))
        return pooled


class Towers(nn.Module):
    """A trunk for lyrics and one for dance, and on each a projection into every joint space.

    Parameters
    ----------
    widths : tuple of int
        Numbers a step of lyrics and of dance.
    spaces : sequence of str
        Names of the joint spaces. What is drawn at the start for a space does not depend on those named after it.
    """

    def __init__(self, widths: tuple[int, int], spaces: Sequence[str]) -> None:
        super().__init__()
        self.spaces = tuple(spaces)
        self.trunks = nn.ModuleDict({side: Trunk(width) for side, width in zip(SIDES, widths, strict=True)})
        self.heads = nn.ModuleDict({
            f"{space}-{side}": nn.Sequential(nn.Linear(WIDTH, _HIDDEN), nn.GELU(), nn.Linear(_HIDDEN, WIDTH))
            for space in spaces for side in SIDES
        })

    @classmethod
    def drawn(cls, data: RetrievalData, bars: NDArray[np.int64], spaces: Sequence[str], seed: int) -> Towers:
        """Towers with seeded weights, scaled on these bars of training."""
        sides = [data.features(side) for side in SIDES]
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            towers = cls((sides[0].width, sides[1].width), spaces)
        some = np.random.default_rng(seed).permutation(bars)[:_MEASURED_BARS]
        for side, features in zip(SIDES, sides, strict=True):
            trunk = towers.trunks[side]
            assert isinstance(trunk, Trunk)
            trunk.scale(Scaling.of(features.steps[some]))
        return towers

    @classmethod
    def restored(cls, arrays: Arrays, spaces: Sequence[str]) -> Towers:
        """The towers that :meth:`arrays` were taken of; KeyError or ValueError where they are others."""
        widths = [int(arrays[f"trunks.{side}.mean"].shape[0]) for side in SIDES]
        towers = cls((widths[0], widths[1]), spaces)
        try:
            towers.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in arrays.items()})
        except RuntimeError as error:
            msg = f"these are no arrays of such a network: {error}"
            raise ValueError(msg) from error
        return towers.eval()

    def arrays(self) -> Arrays:
        """All weights and the scaling, by name."""
        return {name: tensor.detach().numpy().copy() for name, tensor in self.state_dict().items()}

    def forward(self, steps: Tensor, side: Modality, spaces: Sequence[str]) -> list[Tensor]:
        """Vectors of length 1 in the wanted spaces, each [bars, WIDTH]."""
        pooled = self.trunks[side](steps)
        return [functional.normalize(self.heads[f"{space}-{side}"](pooled), dim=1) for space in spaces]

    def embed(self, features: BarFeatures, bars: NDArray[np.integer], side: Modality) -> list[NDArray[np.float32]]:
        """Vectors of the chosen bars in every space, each float32 [n, WIDTH] of length 1; the network in eval mode."""
        found: list[list[NDArray[Any]]] = [[np.zeros((0, WIDTH), np.float32)] for _ in self.spaces]
        with torch.inference_mode():
            for start in range(0, len(bars), _BLOCK_BARS):
                vectors = self(steps_of(features, bars[start : start + _BLOCK_BARS]), side, self.spaces)
                for kept, block in zip(found, vectors, strict=True):
                    kept.append(block.numpy())
        return [np.concatenate(blocks) for blocks in found]


def steps_of(features: BarFeatures, bars: NDArray[np.integer]) -> Tensor:
    """Sequences of the chosen bars, float32 [n, STEPS, width]."""
    return torch.from_numpy(features.steps[bars])


def info_nce(left: Tensor, right: Tensor, tau: float, dropped: Tensor | None = None) -> Tensor:
    """Symmetric InfoNCE, ``(CE(S / tau) + CE(S^T / tau)) / 2`` with the cosines S (TMR, ICCV 2023, equation 3).

    Parameters
    ----------
    left, right : [n, d]
        Rows of length 1; those of one index belong together.
    tau : float
    dropped : bool [n, n], symmetric, optional
        Pairs that are no negatives. The diagonal is never dropped.
    """
    scores = left @ right.T / tau
    own = torch.arange(len(left))
    if dropped is not None:
        scores = scores.masked_fill(dropped & (own[:, None] != own[None, :]), -torch.inf)
    return (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2


def supervised_contrast(left: Tensor, right: Tensor, labels: Tensor, tau: float) -> Tensor:
    """Cross-modal supervised contrast, both directions averaged; the positives of a row are all with its label.

    ``-1/n sum_i 1/|P(i)| sum_{p in P(i)} log softmax_p(<left_i, right_p> / tau)``, P(i) including i itself.

    Parameters
    ----------
    left, right : [n, d]
        Rows of length 1.
    labels : int64 [n]
    tau : float
    """
    scores = left @ right.T / tau
    same = (labels[:, None] == labels[None, :]).to(scores.dtype)
    share = same / same.sum(dim=1, keepdim=True)
    forth = (share * functional.log_softmax(scores, dim=1)).sum(dim=1).mean()
    back = (share * functional.log_softmax(scores.T, dim=1)).sum(dim=1).mean()
    return -(forth + back) / 2
