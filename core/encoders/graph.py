"""Attention along the edges of the joints' graph, in a layout made for CPUs.

The layer computes what torch_geometric's ``TransformerConv`` computes (Shi et al., IJCAI 2021, "Masked Label
Prediction", equations 3 to 5, without edge features and gates) and has its parameters under its names; a test holds
the two equal. Ours is some six times faster than dense masked attention because the graph is one fixed tree: joints
are the first axis, so that picking an edge's ends copies whole blocks, and edges are sorted by the degree of their
target, so that the softmax over a joint's neighbours is one plain softmax for all joints of that degree.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.skeleton import EDGES, N_JOINTS


class JointLinear(nn.Module):
    """A linear map of its own for every joint: [53, N, inputs] -> [53, N, outputs]."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        bound = inputs**-0.5
        self.weight = nn.Parameter(torch.empty(N_JOINTS, inputs, outputs).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(N_JOINTS, 1, outputs).uniform_(-bound, bound))

    def forward(self, x: Tensor) -> Tensor:
        """Map each joint's vectors by its own weights."""
        return torch.baddbmm(self.bias, x, self.weight)


class JointMLP(nn.Sequential):
    """Two layers of :class:`JointLinear` with GELU between: [53, N, inputs] -> [53, N, outputs]."""

    def __init__(self, inputs: int, outputs: int) -> None:
        hidden = (inputs + outputs) // 2
        super().__init__(JointLinear(inputs, hidden), nn.GELU(), JointLinear(hidden, outputs))


def sorted_edges() -> tuple[Tensor, Tensor, list[tuple[int, int]], Tensor]:
    """Directed edges (104) sorted by the degree of their target, then by target.

    Returns
    -------
    sources, targets : int64 [104]
    groups : list of (joints, degree)
        How many targets of each degree follow one another.
    back : int64 [53]
        For each joint its place among the targets.
    """
    neighbours: list[list[int]] = [[] for _ in range(N_JOINTS)]
    for a, b in EDGES:
        neighbours[a].append(b)
        neighbours[b].append(a)
    order = sorted(range(N_JOINTS), key=lambda joint: len(neighbours[joint]))
    degrees = [len(neighbours[joint]) for joint in order]
    groups = [(degrees.count(degree), degree) for degree in sorted(set(degrees))]
    sources = torch.tensor([source for joint in order for source in neighbours[joint]])
    targets = torch.tensor([joint for joint in order for _ in neighbours[joint]])
    return sources, targets, groups, torch.tensor(order).argsort()


class TreeAttention(nn.Module):
    """Multi-head attention of each joint to its neighbours plus a linear map of its own vector.

    Parameters
    ----------
    width : int
        Size of a joint's vector, in and out.
    heads : int
        Attention heads; divides ``width``.
    dropout : float
        Share of the attention weights dropped in training.
    """

    def __init__(self, width: int, heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.lin_key = nn.Linear(width, width)
        self.lin_query = nn.Linear(width, width)
        self.lin_value = nn.Linear(width, width)
        self.lin_skip = nn.Linear(width, width)
        sources, targets, self._groups, back = sorted_edges()
        spread = torch.repeat_interleave(torch.eye(heads), width // heads, dim=0)
        constants = {"sources": sources, "targets": targets, "back": back, "spread": spread}
        for name, constant in constants.items():
            self.register_buffer(name, constant, persistent=False)
        self.sources: Tensor
        self.targets: Tensor
        self.back: Tensor
        self.spread: Tensor

    def forward(self, x: Tensor) -> Tensor:
        """[53, N, width] -> [53, N, width]."""
        frames, width = x.shape[1], x.shape[2]
        query = self.lin_query(x).index_select(0, self.targets)
        key = self.lin_key(x).index_select(0, self.sources)
        # Sums over each head's channels as one matrix product: faster than a sum over a short last axis.
        scores = (query * key) @ (self.spread.to(x.dtype) * (width // self.heads) ** -0.5)
        weights, start = [], 0
        for joints, degree in self._groups:
            stop = start + joints * degree
            group = scores[start:stop].view(joints, degree, frames, self.heads)
            weights.append(group.softmax(1).view(joints * degree, frames, self.heads))
            start = stop
        share = functional.dropout(torch.cat(weights), self.dropout, self.training)
        messages = (share @ self.spread.to(share.dtype).T) * self.lin_value(x).index_select(0, self.sources)
        received, start = [], 0
        for joints, degree in self._groups:
            stop = start + joints * degree
            received.append(messages[start:stop].view(joints, degree, frames, width).sum(1))
            start = stop
        own: Tensor = self.lin_skip(x)
        return own + torch.cat(received).index_select(0, self.back)


class GraphLayer(nn.Module):
    """Attention, then a feed-forward net of twice the width, each added to its input and normed."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.attention = TreeAttention(width, heads, dropout)
        self.first_norm = nn.LayerNorm(width)
        self.wide = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)
        self.second_norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """[53, N, width] -> [53, N, width]."""
        x = self.first_norm(x + self.dropout(self.attention(x)))
        fed = self.narrow(self.dropout(functional.gelu(self.wide(x))))
        normed: Tensor = self.second_norm(x + self.dropout(fed))
        return normed
