"""Training of the dance encoder.

Source: Watanabe & Goto, NAACL 2025, section 3 and appendix: AdamW, batches of 8 bars, 200 epochs, learning rate 1e-5,
cosine with warm-up and 2 hard restarts, the best epoch on dev kept, stop after 10 epochs without gain. Ours: gradients
are clipped to a norm of 1, the decoder starts at the mean frame, batches hold bars of like length, long bars are cut,
and there are options for augmentation, 16-bit arithmetic and a time budget (all off by default).
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Final, Literal

import numpy as np
import torch
from torch import Tensor, nn

from core.encoders.augment import Augmentation
from core.encoders.batches import (
    DanceSource,
    batch_count,
    dev_batches,
    song_features,
    train_batches,
    training_bars,
)
from core.encoders.checkpoint import TrainState, load_checkpoint, save_checkpoint
from core.encoders.dance import DanceConfig, DanceEncoder
from core.encoders.decoder import DanceAutoencoder
from core.encoders.schedule import learning_rate_factor
from core.encoders.weights import pick_device, save_dance_encoder, stack
from core.errors import InputError, KotofuriError, SettingsError
from core.features.affective import N_AFFECTIVE
from core.features.bars import BarFeatures
from core.features.parameters import N_PARAMETERS
from core.features.scale import FeatureScale
from core.progress import Progress, silent
from core.skeleton import N_JOINTS

Precision = Literal["float32", "bfloat16"]
_SETTLE_BARS: Final = 16
_SETTLE_BATCHES: Final = 40


@dataclass(frozen=True)
class TrainOptions:
    """How the encoder is trained; the defaults are the paper's.

    Attributes
    ----------
    epochs, batch_bars, learning_rate, weight_decay : numbers
        Of AdamW and its loop.
    warmup : float
        Share of the steps that warm up.
    cycles : int
        Cosines of the learning rate, see :func:`core.encoders.schedule.learning_rate_factor`.
    patience : int
        Epochs without gain on dev after which training stops.
    clip : float
        Largest norm of the gradient; 0 does not clip.
    seed : int
    device : str
        "auto", "cpu", "cuda", ...
    precision : str
        "bfloat16" is faster on processors that calculate in it (AVX512-BF16, AMX, GPUs).
    buffer_bars : int
        Bars kept in memory to be shuffled.
    augmentation : Augmentation or None
        Changes of the motion, drawn anew every epoch.
    minutes : float or None
        Time budget: the schedule runs by the clock where that is faster than by epochs. Such a training cannot be
        repeated exactly.
    """

    epochs: int = 200
    batch_bars: int = 8
    learning_rate: float = 1e-5
    weight_decay: float = 0.01
    warmup: float = 0.05
    cycles: int = 2
    patience: int = 10
    clip: float = 1.0
    seed: int = 0
    device: str = "auto"
    precision: Precision = "float32"
    buffer_bars: int = 512
    augmentation: Augmentation | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_bars", "learning_rate", "cycles", "patience", "buffer_bars"):
            if not getattr(self, name) > 0:
                raise SettingsError(f"Training option {name} is {getattr(self, name)}, it must be above 0.")
        if not 0 <= self.warmup <= 1 or self.clip < 0 or self.weight_decay < 0:
            raise SettingsError("Training options: warmup must lie in 0..1, clip and weight_decay must be 0 or more.")
        if self.precision not in {"float32", "bfloat16"}:
            raise SettingsError(f"Training option precision is {self.precision!r}, use float32 or bfloat16.")
        if self.minutes is not None and not self.minutes > 0:
            raise SettingsError(f"Training option minutes is {self.minutes}, it must be above 0.")


@dataclass(frozen=True)
class TrainReport:
    """What a training did.

    Attributes
    ----------
    epochs, best_epoch : int
        Epochs run, and the one (from 1) whose weights were kept.
    best_loss : float
        Its loss on the dev songs (on the training songs where there are no dev songs).
    train_losses, dev_losses : tuple of float
        One an epoch.
    seconds : float
        Time spent, over all runs of a resumed training.
    frames : int
        Frames of one epoch.
    frames_per_second : float
        Training throughput, features and dev loss included.
    stopped : str
        "epochs", "no gain" or "time".
    """

    epochs: int
    best_epoch: int
    best_loss: float
    train_losses: tuple[float, ...]
    dev_losses: tuple[float, ...]
    seconds: float
    frames: int
    frames_per_second: float
    stopped: str


def checkpoint_path(out: str | Path) -> Path:
    """Where a training that will write ``out`` keeps its state."""
    return Path(out).with_suffix(".checkpoint.safetensors")


def train_dance(
    source: DanceSource,
    out: str | Path,
    config: DanceConfig | None = None,
    options: TrainOptions | None = None,
    progress: Progress = silent,
    *,
    tag: str = "",
) -> TrainReport:
    """Train a dance encoder and write it to ``out``; take up a training of the same kind that was cut off.

    Parameters
    ----------
    source : DanceSource
        Songs are read one at a time, every epoch anew.
    out : path
        The ``.safetensors`` file of the encoder. The state after every epoch lies beside it until the end.
    config : DanceConfig
    options : TrainOptions
    progress : Progress
        May raise Cancelled: at most the epoch under way is lost.
    tag : str
        Fingerprint of the motion: a training cut off under another tag is not taken up.

    Returns
    -------
    TrainReport

    Raises
    ------
    KotofuriError
        Where there is nothing to train on, or the loss is no longer a number.
    """
    config, options = config or DanceConfig(), options or TrainOptions()
    return _Training(source, Path(out), config, options, progress, tag).run()


def mean_vector(encoder: DanceEncoder, source: DanceSource, scale: FeatureScale) -> Tensor:
    """Mean vector, float32 [D], over the frames of up to 640 bars drawn from the training songs."""
    device = encoder.centre.device
    total, frames = torch.zeros_like(encoder.centre), 0
    batches = train_batches(source, scale, _SETTLE_BARS, 16 * _SETTLE_BARS, None, np.random.default_rng(0))
    with torch.inference_mode():
        for batch in islice(batches, _SETTLE_BATCHES):
            vectors = encoder(*stack(batch, device))
            total += vectors.sum(dim=0)
            frames += len(vectors)
    return (total / max(frames, 1)).clone()


class _Training:
    def __init__(
        self, source: DanceSource, out: Path, config: DanceConfig, options: TrainOptions, progress: Progress, tag: str
    ) -> None:
        self.source, self.out, self.config, self.options, self.progress = source, out, config, options, progress
        spans = {song: training_bars(source, song) for song in (*source.train, *source.dev)}
        self.bars = sum(len(spans[song]) for song in source.train)
        self.frames = sum(stop - start for song in source.train for start, stop in spans[song])
        if not self.bars:
            raise KotofuriError("No training song has a bar to train the dance encoder on; add songs with bars.")
        # Without a dev song the training loss decides, measured like a dev loss.
        self.judges = [song for song in source.dev if spans[song]] or list(source.train)
        self.steps = batch_count(self.bars, options.batch_bars)
        described = json.dumps([tag, config.to_dict(), asdict(options), sorted(spans.items())], sort_keys=True)
        self.key = hashlib.sha256(described.encode()).hexdigest()
        self.device = pick_device(options.device)
        self.model, self.optimiser = self._fresh()
        self.state = TrainState()
        self.best: dict[str, Tensor] = {}
        self.scale = FeatureScale.empty()
        self.started = time.monotonic()

    def run(self) -> TrainReport:
        self._resume()
        if not self.scale.fitted:
            self._fit_scale()
        self.started = time.monotonic() - self.state.seconds
        stopped = self._stop()
        while not stopped:
            self._epoch()
            stopped = self._stop()
        encoder = DanceEncoder(self.config)
        encoder.load_state_dict(self.best)
        encoder.centre.copy_(mean_vector(encoder.to(self.device).eval(), self.source, self.scale).cpu())
        state = self.state
        save_dance_encoder(self.out, encoder, self.scale, {
            "songs": len(self.source.train), "dev_songs": len(self.source.dev), "bars": self.bars,
            "frames": self.frames, "epochs": state.epoch, "best_epoch": state.best_epoch, "best_loss": state.best_loss,
            "options": asdict(self.options),
        })
        checkpoint_path(self.out).unlink(missing_ok=True)
        self.progress(1.0, f"trained {state.epoch} epochs, best loss {state.best_loss:.5f} (epoch {state.best_epoch})")
        return TrainReport(
            state.epoch, state.best_epoch, state.best_loss, tuple(state.train_losses), tuple(state.dev_losses),
            state.seconds, self.frames, state.frames / max(state.seconds, 1e-9), stopped,
        )

    def _fresh(self) -> tuple[DanceAutoencoder, torch.optim.AdamW]:
        with self._random(0):
            model = DanceAutoencoder(self.config).to(self.device)
        options = self.options
        return model, torch.optim.AdamW(
            model.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay, fused=True
        )

    def _resume(self) -> None:
        path = checkpoint_path(self.out)
        if not path.exists():
            return
        try:
            found = load_checkpoint(path, self.key, self.model, self.optimiser)
        except InputError:
            self.model, self.optimiser = self._fresh()  # parts may have been filled before the fault showed
            found = None
        if found is None:
            self.progress(0.0, f"{path.name} belongs to another training or is broken; training from the start")
            return
        self.state, self.best, self.scale = found
        self.progress(self._fraction(0.0), f"taking up the training after epoch {self.state.epoch}")

    def _fit_scale(self) -> None:
        rng = np.random.default_rng([self.options.seed, 0])
        scale, songs = FeatureScale.empty(), self.source.train
        parameters, affective, frames = np.zeros((N_JOINTS, N_PARAMETERS)), np.zeros(N_AFFECTIVE), 0
        for i, song in enumerate(songs):
            self.progress(0.0, f"ranges of the features: song {i + 1}/{len(songs)}")
            rounds = 1 if self.options.augmentation is None else 3
            for copy in range(rounds):
                augmentation = self.options.augmentation if copy else None
                for bar in song_features(self.source, song, augmentation, rng):
                    scale = scale.widened(bar)
                    parameters += bar.parameters.sum(axis=0)
                    affective += bar.affective.sum(axis=0)
                    frames += len(bar)
        if not scale.fitted:
            raise KotofuriError("The motion of the training songs holds numbers that are not finite; import it again.")
        self.scale = scale
        mean = scale.apply(
            BarFeatures((parameters[None] / frames).astype(np.float32), (affective[None] / frames).astype(np.float32))
        )
        self.model.decoder.start_at(torch.from_numpy(mean.parameters[0]), torch.from_numpy(mean.affective[0]))

    def _epoch(self) -> None:
        options, state = self.options, self.state
        rng = np.random.default_rng([options.seed, 1 + state.epoch])
        self.model.train()
        total = torch.zeros((), device=self.device)
        done = 0
        with self._random(1 + state.epoch):
            for batch in train_batches(
                self.source, self.scale, options.batch_bars, options.buffer_bars, options.augmentation, rng
            ):
                self._report(done, total)
                total += self._step(batch, self._fraction(done / self.steps))
                done += 1
                state.frames += sum(len(bar) for bar in batch)
                if self._out_of_time():
                    break
        state.train_losses.append(float(total) / done)
        self._settle_norms(rng)
        state.dev_losses.append(self._judge())
        state.epoch += 1
        if not math.isfinite(state.train_losses[-1] + state.dev_losses[-1]):
            raise KotofuriError(
                f"Training went astray in epoch {state.epoch} (the loss is no number); lower the learning rate."
            )
        if state.dev_losses[-1] < state.best_loss:
            state.best_loss, state.best_epoch = state.dev_losses[-1], state.epoch
            weights = self.model.encoder.state_dict()
            self.best = {name: tensor.detach().cpu().clone() for name, tensor in weights.items()}
        state.seconds = time.monotonic() - self.started
        save_checkpoint(checkpoint_path(self.out), self.key, state, self.model, self.best, self.optimiser, self.scale)

    def _step(self, batch: list[BarFeatures], fraction: float) -> Tensor:
        options = self.options
        for group in self.optimiser.param_groups:
            group["lr"] = options.learning_rate * learning_rate_factor(fraction, options.warmup, options.cycles)
        parameters, affective, lengths = stack(batch, self.device)
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=options.precision == "bfloat16"):
            loss: Tensor = self.model(parameters, affective, lengths)
        loss.backward()  # type: ignore[no-untyped-call]
        if options.clip:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), options.clip)
        self.optimiser.step()
        return loss.detach()

    def _settle_norms(self, rng: np.random.Generator) -> None:
        """Take the batch norms' means and variances anew with the weights as they are.

        Their running values come from weights that have moved on, and in batches of a few bars they swing: without this
        the loss on dev was twice the loss in training.
        """
        norms = [module for module in self.model.modules() if isinstance(module, nn.BatchNorm1d)]
        usual = [norm.momentum for norm in norms]
        self.model.eval()
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # the plain mean over all batches
            norm.train()
        batches = train_batches(
            self.source, self.scale, _SETTLE_BARS, self.options.buffer_bars, self.options.augmentation, rng
        )
        with torch.no_grad():
            for batch in islice(batches, _SETTLE_BATCHES):
                self.progress(self._fraction(1.0), f"epoch {self.state.epoch + 1}: settling the batch norms")
                self.model(*stack(batch, self.device))
        for norm, momentum in zip(norms, usual, strict=True):
            norm.momentum = momentum

    def _judge(self) -> float:
        """Mean loss a bar over the dev songs."""
        self.model.eval()
        total, bars = 0.0, 0
        with torch.inference_mode():
            for batch in dev_batches(self.source, self.judges, self.scale, self.options.batch_bars):
                self.progress(self._fraction(1.0), f"epoch {self.state.epoch + 1}: loss on dev")
                total += float(self.model(*stack(batch, self.device))) * len(batch)
                bars += len(batch)
        return total / bars

    def _stop(self) -> str:
        if self._out_of_time() and self.state.epoch:
            return "time"
        if self.state.epoch >= self.options.epochs:
            return "epochs"
        if self.state.epoch - self.state.best_epoch >= self.options.patience:
            return "no gain"
        return ""

    def _elapsed(self) -> float:
        return time.monotonic() - self.started

    def _out_of_time(self) -> bool:
        return self.options.minutes is not None and self._elapsed() >= 60 * self.options.minutes

    def _fraction(self, of_epoch: float) -> float:
        """How far the whole training is, by epochs or by the clock."""
        by_epochs = (self.state.epoch + of_epoch) / self.options.epochs
        by_clock = self._elapsed() / (60 * self.options.minutes) if self.options.minutes is not None else 0.0
        return min(1.0, max(by_epochs, by_clock))

    def _report(self, done: int, total: Tensor) -> None:
        if done % 10 and done + 1 != self.steps:
            return
        state, options = self.state, self.options
        fraction = self._fraction(done / self.steps)
        text = f"epoch {state.epoch + 1}/{options.epochs}, batch {done + 1}/{self.steps}"
        if done:
            text += f", loss {float(total) / done:.5f}"
        if state.best_epoch:
            text += f", best on dev {state.best_loss:.5f} (epoch {state.best_epoch})"
        if fraction > 0.001:
            text += f", {_time_left(self._elapsed() * (1 - fraction) / fraction)} left"
        self.progress(fraction, text)

    @contextmanager
    def _random(self, epoch: int) -> Iterator[None]:
        """Torch's random numbers drawn from the seed and the epoch; the caller's are left alone."""
        devices = [torch.cuda.current_device()] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            torch.manual_seed(1_000_003 * self.options.seed + epoch)
            yield


def _time_left(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
