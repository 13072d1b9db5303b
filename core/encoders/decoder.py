"""The decoder that mirrors the dance encoder in training; inference does without it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.encoders.dance import DanceConfig, DanceEncoder, TemporalTransformer, frame_mlp
from core.encoders.graph import GraphLayer, JointLinear, JointMLP
from core.encoders.loss import reconstruction_loss
from core.features.affective import N_AFFECTIVE
from core.features.parameters import N_PARAMETERS
from core.skeleton import N_JOINTS

_START = 0.1


class DanceDecoder(nn.Module):
    """Vectors of frames back to their scaled features (before tanh and sigmoid)."""

    def __init__(self, config: DanceConfig) -> None:
        super().__init__()
        self.config = config
        self.temporal = TemporalTransformer(config)
        self.mix = frame_mlp(config.dim, config.dim, config.dim + N_AFFECTIVE)
        self.part = nn.Linear(config.dim, N_JOINTS * config.joint_width)
        self.graph = nn.ModuleList(
            GraphLayer(config.joint_width, config.graph_heads, config.dropout) for _ in range(config.graph_layers)
        )
        self.joints = JointMLP(config.joint_width, N_PARAMETERS)

    def forward(self, vectors: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Vectors [F, D] of bars of ``lengths`` to parameters [F, 53, 29] and affective features [F, 120]."""
        mixed = self.mix(self.temporal(vectors, lengths))
        frame, affective = mixed.split([self.config.dim, N_AFFECTIVE], dim=1)
        x = self.part(frame).view(len(vectors), N_JOINTS, -1).transpose(0, 1)
        for layer in self.graph:
            x = layer(x)
        parameters: Tensor = self.joints(x)
        return parameters.transpose(0, 1), affective


    def start_at(self, parameters: Tensor, affective: Tensor) -> None:
        """Let the untrained decoder answer about the mean frame, whatever the vector.

        Scaled features crowd around their means, and from a random start hundreds of steps go by until even these
        are met.

        Parameters
        ----------
        parameters : [53, 29]
            Mean of the scaled parameters.
        affective : [120]
            Mean of the scaled affective features.
        """
        joints, frame = self.joints[2], self.mix[-1]
        assert isinstance(joints, JointLinear)
        assert isinstance(frame, nn.Linear)
        with torch.no_grad():
            joints.weight.mul_(_START)
            joints.bias.copy_(torch.atanh(parameters.clamp(-0.99, 0.99))[:, None])
            frame.weight[-N_AFFECTIVE:].mul_(_START)
            frame.bias[-N_AFFECTIVE:].copy_(torch.logit(affective.clamp(0.01, 0.99)))


class DanceAutoencoder(nn.Module):
    """Encoder and decoder as they are trained."""

    def __init__(self, config: DanceConfig) -> None:
        super().__init__()
        self.encoder = DanceEncoder(config)
        self.decoder = DanceDecoder(config)

    def forward(self, parameters: Tensor, affective: Tensor, lengths: Tensor) -> Tensor:
        """The loss of a batch: see :func:`core.encoders.loss.reconstruction_loss`."""
        vectors = self.encoder(parameters, affective, lengths)
        rebuilt_parameters, rebuilt_affective = self.decoder(vectors, lengths)
        return reconstruction_loss(parameters, affective, rebuilt_parameters, rebuilt_affective, lengths)
