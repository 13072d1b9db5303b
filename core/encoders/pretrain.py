"""Training of the bundled encoder under a time budget."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch

from core.encoders.augment import Augmentation
from core.encoders.batches import DanceSource
from core.encoders.dance import DanceConfig
from core.encoders.train import Precision, TrainOptions, TrainReport, train_dance
from core.progress import Progress, silent

_NEVER: Final = 1_000_000


def pretrain(
    source: DanceSource,
    out: str | Path,
    minutes: float,
    *,
    joint_width: int = 16,
    learning_rate: float = 5e-4,
    batch_bars: int = 4,
    seed: int = 0,
    device: str = "auto",
    precision: Precision | None = None,
    augmentation: Augmentation | None = Augmentation(),  # noqa: B008 - frozen
    progress: Progress = silent,
) -> TrainReport:
    """Train an encoder for use on other corpora, as well as the time allows, and write it to ``out``.

    Beside the paper's training: a larger learning rate with one cosine over the whole time, smaller batches, no dropout
    (which costs a third of the time on a CPU and only slows an autoencoder of so few epochs), and augmented motion.

    Parameters
    ----------
    source : DanceSource
    out : path
        The ``.safetensors`` file; a training cut off is taken up there.
    minutes : float
        Time budget, of the clock.
    joint_width : int
        d of the encoder.
    learning_rate : float
    batch_bars : int
    seed : int
    device : str
    precision : str
        None chooses bfloat16 where the processor calculates in it.
    augmentation : Augmentation or None
    progress : Progress

    Returns
    -------
    TrainReport
    """
    options = TrainOptions(
        epochs=_NEVER, batch_bars=batch_bars, learning_rate=learning_rate, warmup=0.03, cycles=1, patience=_NEVER,
        seed=seed, device=device, precision=precision or fast_precision(device), augmentation=augmentation,
        minutes=minutes,
    )
    return train_dance(source, out, DanceConfig(joint_width=joint_width, dropout=0.0), options, progress)


def fast_precision(device: str) -> Precision:
    """bfloat16 where the device calculates in it, else float32."""
    on_gpu = torch.cuda.is_available() and device != "cpu"
    if on_gpu:
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return "float32"
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"
