"""The learning rate along the training."""

from __future__ import annotations

import math


def learning_rate_factor(fraction: float, warmup: float, cycles: int) -> float:
    """Linear warm-up, then cosines that fall to zero and start anew ("hard restarts").

    Parameters
    ----------
    fraction : float
        How far the training is, in [0, 1].
    warmup : float
        Share of the training that warms up.
    cycles : int
        Cosines after the warm-up. The paper's "2 hard restarts" is read as 2 cosines, which is what the parameter of
        that name means in the transformers library.

    Returns
    -------
    float
        Factor of the learning rate, in [0, 1].
    """
    if fraction < warmup:
        return fraction / warmup
    done = (fraction - warmup) / (1.0 - warmup) if warmup < 1.0 else 1.0
    if done >= 1.0:
        return 0.0
    return 0.5 * (1.0 + math.cos(math.pi * ((cycles * done) % 1.0)))
