"""The network of VAE-CCA: two views through one variational trunk, and the five terms it is trained by."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.retrieval.features import Modality

LATENT: Final = 64
_HIDDEN: Final = 512
_SIDES: Final[tuple[Modality, Modality]] = ("lyrics", "dance")
_MOMENTUM: Final = 0.9


class SharedVae(nn.Module):
    """Variational autoencoder of two views that differ in their first and last layers only.

    Parameters
    ----------
    lyrics, dance : int
        Widths of the views.
    classes : int
    seed : int
        Of the first weights.
    """

    centres: Tensor
    seen: Tensor

    def __init__(self, lyrics: int, dance: int, classes: int, seed: int) -> None:
        super().__init__()
        widths = {"lyrics": lyrics, "dance": dance}
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.enter = nn.ModuleDict({side: nn.Linear(width, _HIDDEN) for side, width in widths.items()})
            self.trunk = nn.Linear(_HIDDEN, LATENT)
            self.mean = nn.Linear(LATENT, LATENT)
            self.log_variance = nn.Linear(LATENT, LATENT)
            self.classes = nn.Linear(LATENT, classes)
            self.widen = nn.Linear(LATENT, _HIDDEN)
            self.leave = nn.ModuleDict({side: nn.Linear(_HIDDEN, width) for side, width in widths.items()})
        self.register_buffer("centres", torch.zeros(classes, LATENT))
        self.register_buffer("seen", torch.zeros(classes, dtype=torch.bool))

    def encode(self, rows: Tensor, side: Modality) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of the latents of scaled rows, both [n, 64]."""
        hidden = functional.relu(self.trunk(functional.relu(self.enter[side](rows))))
        return self.mean(hidden), self.log_variance(hidden)

    def decode(self, latent: Tensor, side: Modality) -> Tensor:
        """Scaled rows out of latents."""
        rows: Tensor = self.leave[side](functional.relu(self.widen(latent)))
        return rows

    def classify(self, latent: Tensor) -> Tensor:
        """Probability of each class, [n, classes]."""
        return functional.softmax(self.classes(latent), dim=1)

    def follow(self, latents: Tensor, labels: Tensor) -> None:
        """Move the running class means towards those of a batch; the first batch of a class sets its mean.

        Parameters
        ----------
        latents : [n, 64]
        labels : int64 [n]
        """
        with torch.no_grad():
            for label in sorted(set(labels.tolist())):
                now = latents[labels == label].mean(dim=0)
                kept = _MOMENTUM if self.seen[label] else 0.0
                self.centres[label] = kept * self.centres[label] + (1.0 - kept) * now
                self.seen[label] = True


def loss_terms(network: SharedVae, lyrics: Tensor, dance: Tensor, labels: Tensor) -> Tensor:
    """The five terms of a batch, unweighted: reconstruction and KL, classes, correlation, pairs, centres; [5].

    - mean squared error of the reconstruction plus the KL divergence from the standard normal, added over the views;
    - squared distance of the predicted class to the given one, mean over bars, added over the views;
    - mean over all pairs of bars of ``ln(1 + e^t) - s t``, with t half the cosine of latents centred over the batch
      and s whether the classes are the same; lyrics with lyrics, lyrics with dance, dance with dance, added up;
    - distance between the latents of a bar's lyrics and its dance, mean over bars;
    - squared distance of latents to the running mean of their class, mean over bars and views.

    Parameters
    ----------
    network : SharedVae
        Its class means follow the batch while it is in training mode.
    lyrics, dance : [n, width]
        Scaled views of the same bars.
    labels : int64 [n]
        Classes, -1 where unknown: such bars count in the first and the fourth term only.
    """
    views: dict[Modality, Tensor] = {"lyrics": lyrics, "dance": dance}
    known = labels >= 0
    given = labels[known]
    total = lyrics.new_zeros(())
    latents: list[Tensor] = []
    for side in _SIDES:
        mean, log_variance = network.encode(views[side], side)
        latent = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        divergence = 0.5 * (mean**2 + log_variance.exp() - 1.0 - log_variance).sum(dim=1).mean()
        total = total + functional.mse_loss(network.decode(latent, side), views[side]) + divergence
        latents.append(latent)
    pair = torch.linalg.vector_norm(latents[0] - latents[1], dim=1).mean()
    none = lyrics.new_zeros(())
    if not len(given):
        return torch.stack([total, none, none, pair, none])
    classed = [latent[known] for latent in latents]
    wanted = functional.one_hot(given, network.classes.out_features).to(lyrics.dtype)
    wrong = torch.stack([((network.classify(latent) - wanted) ** 2).sum(dim=1).mean() for latent in classed]).sum()
    if network.training:
        network.follow(torch.cat(classed), torch.cat([given, given]))
    centre = torch.stack([((latent - network.centres[given]) ** 2).sum(dim=1).mean() for latent in classed]).mean()
    return torch.stack([total, wrong, correlation(classed[0], classed[1], given), pair, centre])


def correlation(left: Tensor, right: Tensor, labels: Tensor) -> Tensor:
    """The third term of :func:`loss_terms` for latents [n, d] of two views of the same labelled bars."""
    same = (labels[:, None] == labels[None, :]).to(left.dtype)
    sides = [functional.normalize(view - view.mean(dim=0), dim=1) for view in (left, right)]
    found = left.new_zeros(())
    for one, other in ((0, 0), (0, 1), (1, 1)):
        half = 0.5 * (sides[one] @ sides[other].T)
        found = found + (functional.softplus(half) - same * half).mean()
    return found
