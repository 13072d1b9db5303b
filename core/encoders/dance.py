"""The dance encoder: features of a bar's frames to one vector a frame.

Source: Watanabe & Goto, NAACL 2025, section 3 (dance encoder). The graph layers norm after the sum, as PyTorch does by
default; the temporal ones before (see :attr:`DanceConfig.norm_first`). Departure: frames of several bars lie one after
the other without padding wherever a layer looks at one frame alone, so that padding costs nothing and never enters the
batch norm; only the temporal transformer sees padded bars.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Final

import torch
from torch import Tensor, nn

from core.encoders.graph import GraphLayer, JointMLP
from core.features.affective import N_AFFECTIVE
from core.features.laplacian import laplacian_positions
from core.features.parameters import N_PARAMETERS
from core.skeleton import N_JOINTS

_LIMITS: Final = {
    "joint_width": 1024, "dim": 4096, "graph_layers": 16, "graph_heads": 64, "layers": 64, "heads": 64,
}


@dataclass(frozen=True)
class DanceConfig:
    """Sizes of the dance encoder.

    Attributes
    ----------
    joint_width : int
        d, size of a joint's vector: 256 in the paper's text, 16 in its public code and here.
    dim : int
        D, size of a frame's vector.
    graph_layers, graph_heads : int
        Layers and heads of the graph transformer.
    layers, heads : int
        Layers and heads of the temporal transformer.
    dropout : float
        Share dropped in training.
    norm_first : bool
        Whether the temporal layers norm before attention and feed-forward (a clear path from input to output) or after
        them (PyTorch's default, and all the paper's text says). After the sum, eight layers stayed at the mean pose
        for all of a short training at a useful learning rate.
    """

    joint_width: int = 16
    dim: int = 256
    graph_layers: int = 2
    graph_heads: int = 4
    layers: int = 4
    heads: int = 8
    dropout: float = 0.1
    norm_first: bool = True

    def __post_init__(self) -> None:
        for name, limit in _LIMITS.items():
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= limit:
                msg = f"DanceConfig.{name} is {value!r}, expected a whole number from 1 to {limit}"
                raise ValueError(msg)
        if self.norm_first not in (True, False):
            msg = f"DanceConfig.norm_first is {self.norm_first!r}, expected true or false"
            raise ValueError(msg)
        if not isinstance(self.dropout, (int, float)) or not 0 <= self.dropout < 1:
            msg = f"DanceConfig.dropout is {self.dropout!r}, expected a number from 0 to below 1"
            raise ValueError(msg)
        if self.joint_width % self.graph_heads or self.dim % self.heads:
            msg = (f"heads must divide the widths: {self.graph_heads} heads for {self.joint_width}, "
                   f"{self.heads} heads for {self.dim}")
            raise ValueError(msg)

    def to_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: object) -> DanceConfig:
        """Back from :meth:`to_dict`; raises ValueError where a field is unknown or out of range."""
        if not isinstance(values, dict) or not set(values) <= {field.name for field in fields(cls)}:
            msg = "these are not the fields of a DanceConfig"
            raise ValueError(msg)
        return cls(**values)


class TemporalTransformer(nn.Module):
    """Transformer over a bar's frames, without position encoding, in and out as flat frames."""

    def __init__(self, config: DanceConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                config.dim, config.heads, 2 * config.dim, config.dropout, activation="gelu", batch_first=True,
                norm_first=config.norm_first,
            )
            for _ in range(config.layers)
        )

    def forward(self, frames: Tensor, lengths: Tensor) -> Tensor:
        """[F, D] -> [F, D]; ``lengths`` int64 [bars], on the CPU, sum to F."""
        longest = int(lengths.max())
        if bool((lengths == longest).all()):
            x = frames.view(len(lengths), longest, -1)
            for layer in self.layers:
                x = layer(x)
            return x.reshape(len(frames), -1)
        rows = torch.repeat_interleave(torch.arange(len(lengths)) * longest - (lengths.cumsum(0) - lengths), lengths)
        places = (rows + torch.arange(len(frames))).to(frames.device)
        x = frames.new_zeros(len(lengths) * longest, frames.shape[1]).index_copy(0, places, frames)
        x = x.view(len(lengths), longest, -1)
        padding = (torch.arange(longest) >= lengths[:, None]).to(frames.device)
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=padding)
        return x.reshape(len(lengths) * longest, -1).index_select(0, places)


def frame_mlp(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    """Two layers with batch norm and GELU between."""
    return nn.Sequential(nn.Linear(inputs, hidden), nn.BatchNorm1d(hidden), nn.GELU(), nn.Linear(hidden, outputs))


class DanceEncoder(nn.Module):
    """Scaled features of bars to one vector a frame."""

    def __init__(self, config: DanceConfig) -> None:
        super().__init__()
        self.config = config
        width, dim = config.joint_width, config.dim
        self.joints = JointMLP(N_PARAMETERS, width)
        laplacian = torch.from_numpy(laplacian_positions().copy())
        # Kept in the file: weights stay with the positions they were trained on.
        self.register_buffer("laplacian", laplacian)
        self.laplacian: Tensor
        hidden = (laplacian.shape[1] + width) // 2
        self.place = nn.Sequential(nn.Linear(laplacian.shape[1], hidden), nn.GELU(), nn.Linear(hidden, width))
        self.graph = nn.ModuleList(
            GraphLayer(width, config.graph_heads, config.dropout) for _ in range(config.graph_layers)
        )
        self.join = nn.Linear(N_JOINTS * width, dim)
        self.mix = frame_mlp(dim + N_AFFECTIVE, dim, dim)
        self.temporal = TemporalTransformer(config)
        # Mean of the training frames' vectors. The layers add up to an arbitrary large one that all frames share; with
        # it every cosine is 1. Not taken off here, since the decoder was trained with it.
        self.register_buffer("centre", torch.zeros(dim))
        self.centre: Tensor

    def pose(self, parameters: Tensor, affective: Tensor) -> Tensor:
        """Each frame alone: parameters [F, 53, 29] and affective [F, 120] to [F, D], before time is looked at."""
        x = self.joints(parameters.transpose(0, 1)) + self.place(self.laplacian)[:, None]
        for layer in self.graph:
            x = layer(x)
        joined = self.join(x.transpose(0, 1).reshape(len(parameters), -1))
        mixed: Tensor = self.mix(torch.cat([joined, affective], dim=1))
        return mixed

    def forward(self, parameters: Tensor, affective: Tensor, lengths: Tensor) -> Tensor:
        """Vectors of the frames of several bars.

        Parameters
        ----------
        parameters : float32 [F, 53, 29]
            Scaled joint parameters, the bars' frames one after the other.
        affective : float32 [F, 120]
            Scaled affective features.
        lengths : int64 [bars], on the CPU
            Frames of each bar, each at least 1; they sum to F.

        Returns
        -------
        float32 [F, D]
        """
        vectors: Tensor = self.temporal(self.pose(parameters, affective), lengths)
        return vectors
