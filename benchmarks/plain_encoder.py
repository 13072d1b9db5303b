"""The dance autoencoder as one writes it first, for PyTorch eager: the baseline of the program's own.

Every joint has an ``nn.Sequential`` of its own, the graph layers are torch_geometric's ``TransformerConv`` over all
frames' graphs in one, bars are padded to the longest of their batch before anything is computed, and the temporal
layers are ``nn.TransformerEncoder``. It computes what :class:`core.encoders.decoder.DanceAutoencoder` computes, and
takes its weights over, so that the two can be held equal.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence
from torch_geometric.nn.conv import TransformerConv

from core.encoders.dance import DanceConfig
from core.encoders.decoder import DanceAutoencoder
from core.features.affective import N_AFFECTIVE
from core.features.parameters import N_PARAMETERS
from core.skeleton import EDGES, N_JOINTS


class _JointMLPs(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        hidden = (inputs + outputs) // 2
        self.joints = nn.ModuleList(
            nn.Sequential(nn.Linear(inputs, hidden), nn.GELU(), nn.Linear(hidden, outputs)) for _ in range(N_JOINTS)
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([mlp(x[:, joint]) for joint, mlp in enumerate(self.joints)], dim=1)

    def take(self, ours: Any) -> None:
        for joint, mlp in enumerate(self.joints):
            for layer in (0, 2):
                mlp[layer].weight.copy_(ours[layer].weight[joint].T)
                mlp[layer].bias.copy_(ours[layer].bias[joint, 0])


class _GraphLayer(nn.Module):
    def __init__(self, config: DanceConfig) -> None:
        super().__init__()
        width = config.joint_width
        self.attention = TransformerConv(width, width // config.graph_heads, config.graph_heads, dropout=config.dropout)
        self.first_norm, self.second_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.wide, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:
        x = self.first_norm(x + self.dropout(self.attention(x, edges)))
        return self.second_norm(x + self.dropout(self.narrow(self.dropout(functional.gelu(self.wide(x))))))


class _Graph(nn.Module):
    def __init__(self, config: DanceConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_GraphLayer(config) for _ in range(config.graph_layers))
        self.register_buffer("edges", torch.tensor([*EDGES, *((b, a) for a, b in EDGES)]).T.contiguous())
        self.edges: Tensor

    def forward(self, x: Tensor) -> Tensor:
        frames, width = len(x), x.shape[2]
        shift = torch.arange(frames).repeat_interleave(self.edges.shape[1]) * N_JOINTS
        edges = self.edges.repeat(1, frames) + shift
        nodes = x.reshape(frames * N_JOINTS, width)
        for layer in self.layers:
            nodes = layer(nodes, edges)
        return nodes.view(frames, N_JOINTS, width)

    def take(self, ours: Any) -> None:
        for mine, theirs in zip(self.layers, ours, strict=True):
            # Ours keeps the names of torch_geometric's parameters; what it computes from the tree are no weights.
            mine.load_state_dict(theirs.state_dict())


def _temporal(config: DanceConfig) -> nn.TransformerEncoder:
    layer = nn.TransformerEncoderLayer(config.dim, config.heads, 2 * config.dim, config.dropout, activation="gelu",
                                       batch_first=True, norm_first=config.norm_first)
    return nn.TransformerEncoder(layer, config.layers, enable_nested_tensor=False)


def _mlp(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, hidden), nn.BatchNorm1d(hidden), nn.GELU(), nn.Linear(hidden, outputs))


class PlainAutoencoder(nn.Module):
    """The plain design with the weights of ours."""

    def __init__(self, ours: DanceAutoencoder) -> None:
        super().__init__()
        config = ours.encoder.config
        width, dim = config.joint_width, config.dim
        places = ours.encoder.laplacian.shape[1]
        self.register_buffer("laplacian", ours.encoder.laplacian.clone())
        self.laplacian: Tensor
        self.joints = _JointMLPs(N_PARAMETERS, width)
        hidden = (places + width) // 2
        self.place = nn.Sequential(nn.Linear(places, hidden), nn.GELU(), nn.Linear(hidden, width))
        self.graph, self.temporal = _Graph(config), _temporal(config)
        self.join, self.mix = nn.Linear(N_JOINTS * width, dim), _mlp(dim + N_AFFECTIVE, dim, dim)
        self.back_temporal, self.back_mix = _temporal(config), _mlp(dim, dim, dim + N_AFFECTIVE)
        self.part, self.back_graph = nn.Linear(dim, N_JOINTS * width), _Graph(config)
        self.back_joints = _JointMLPs(width, N_PARAMETERS)
        self.dim = dim
        self._take(ours)

    @torch.no_grad()
    def _take(self, ours: DanceAutoencoder) -> None:
        encoder, decoder = ours.encoder, ours.decoder
        for mine, theirs in ((self.place, encoder.place), (self.join, encoder.join), (self.mix, encoder.mix),
                             (self.back_mix, decoder.mix), (self.part, decoder.part),
                             (self.temporal.layers, encoder.temporal.layers),
                             (self.back_temporal.layers, decoder.temporal.layers)):
            mine.load_state_dict(theirs.state_dict())
        self.joints.take(encoder.joints)
        self.back_joints.take(decoder.joints)
        self.graph.take(encoder.graph)
        self.back_graph.take(decoder.graph)

    def encode(self, parameters: Tensor, affective: Tensor, padding: Tensor) -> Tensor:
        """Vectors [B, T, D] of padded bars: parameters [B, T, 53, 29], affective [B, T, 120], padding bool [B, T]."""
        bars, frames = padding.shape
        x = self.graph(self.joints(parameters.flatten(0, 1)) + self.place(self.laplacian))
        mixed = self.mix(torch.cat([self.join(x.flatten(1)), affective.flatten(0, 1)], dim=1))
        return self.temporal(mixed.view(bars, frames, self.dim), src_key_padding_mask=padding)

    def forward(self, parameters: Tensor, affective: Tensor, padding: Tensor) -> Tensor:
        """The loss of a batch, as :func:`core.encoders.loss.reconstruction_loss`."""
        bars, frames = padding.shape
        vectors = self.encode(parameters, affective, padding)
        mixed = self.back_mix(self.back_temporal(vectors, src_key_padding_mask=padding).flatten(0, 1))
        frame, affect = mixed.split([self.dim, N_AFFECTIVE], dim=1)
        x = self.back_joints(self.back_graph(self.part(frame).view(bars * frames, N_JOINTS, -1)))
        joint = (parameters - torch.tanh(x).view_as(parameters)).square().mean(dim=(2, 3))
        other = (affective - torch.sigmoid(affect).view_as(affective)).square().mean(dim=2)
        inside = ~padding
        return (((joint + other) * inside).sum(dim=1) / inside.sum(dim=1)).mean()


def padded(parameters: Tensor, affective: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Bars that lie one after the other, padded with zeros, and where the padding is."""
    cuts = lengths.tolist()
    padding = torch.arange(int(lengths.max())) >= lengths[:, None]
    return (pad_sequence(parameters.split(cuts), batch_first=True),
            pad_sequence(affective.split(cuts), batch_first=True), padding)
