"""The reconstruction loss of the dance autoencoder."""

from __future__ import annotations

import torch
from torch import Tensor


def reconstruction_loss(
    parameters: Tensor, affective: Tensor, rebuilt_parameters: Tensor, rebuilt_affective: Tensor, lengths: Tensor
) -> Tensor:
    """Mean over the bars of ``MSE(S, tanh(S')) + MSE(a, sigmoid(a'))``, each over a bar's own frames.

    Source: Watanabe & Goto, NAACL 2025, section 3 (training of the dance encoder).

    Parameters
    ----------
    parameters, rebuilt_parameters : [F, 53, 29]
        Scaled parameters S and the decoder's S', the bars' frames one after the other.
    affective, rebuilt_affective : [F, 120]
        Scaled affective features a and the decoder's a'.
    lengths : int64 [bars], on the CPU
        Frames of each bar; every bar counts the same however long it is.

    Returns
    -------
    Tensor, no dimensions
    """
    joint = (parameters - torch.tanh(rebuilt_parameters)).square().mean(dim=(1, 2))
    affect = (affective - torch.sigmoid(rebuilt_affective)).square().mean(dim=1)
    share = torch.repeat_interleave(1.0 / (lengths * len(lengths)), lengths).to(joint.device)
    return ((joint + affect) * share).sum()
