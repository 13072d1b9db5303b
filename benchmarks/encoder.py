"""The dance encoder: frames a second in inference and in training, beside the plain design in PyTorch eager.

The bundled weights, d = 16, on the CPU, without dropout. The plain design (:mod:`benchmarks.plain_encoder`) has the
same weights and gives the same; both get batches of eight bars of like length in training, and in inference the plain
one too, while ours makes up its own. ``encode`` is what a build calls: it computes the features as well; its figure
without them is the difference to the features computed alone in the same round.

What the arithmetic allows: multiplications and additions of all matrix products a frame, and the rate that this machine
multiplies large matrices at, measured in the same rounds. The share says how much of that rate the work reaches; what
is left goes to small matrices, and to activations, norms, softmax and copies, which count nothing here.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from benchmarks.features import Song, dances, frames_of
from benchmarks.measure import DisagreementError, Result, Times, interleaved, rate, ratio, say, show
from benchmarks.plain_encoder import PlainAutoencoder, padded
from core.encoders.dance import DanceConfig
from core.encoders.decoder import DanceAutoencoder
from core.encoders.train import TrainOptions, train_dance
from core.encoders.weights import PretrainedDance, default_dance_encoder, stack
from core.features.affective import N_AFFECTIVE
from core.features.bars import BarFeatures, bar_features
from core.features.parameters import N_PARAMETERS
from core.motion.clip import Motion
from core.skeleton import EDGES, N_JOINTS

SONGS, ROUNDS, TRAIN_BATCHES = 4, 5, 5
BATCH_BARS: Final = 8
AIM_INFERENCE, AIM_TRAINING = 12_000.0, 1_200.0
_SIDE = 2048
_ASKED = os.environ.get("OMP_NUM_THREADS", "")
_THREADS = int(_ASKED) if _ASKED.isdigit() and int(_ASKED) > 0 else torch.get_num_threads()
"""Torch's threads. Numba sets OpenMP's anew when it starts its own, so each work sets them back."""

Batch = tuple[Any, Any, Any]


def multiply_adds(config: DanceConfig, bar_frames: int) -> int:
    """Multiply-adds of the encoder's matrix products a frame, in bars of ``bar_frames``.

    The decoder needs as many, less the affective features' way in; a training step three times what its forward pass
    needs.
    """
    width, dim, edges = config.joint_width, config.dim, 2 * len(EDGES)
    hidden = (N_PARAMETERS + width) // 2
    joints = N_JOINTS * hidden * (N_PARAMETERS + width)
    # Keys, queries, values and the joint's own vector; the edges' scores and messages; the feed-forward net.
    graph = N_JOINTS * 4 * width**2 + 2 * edges * width + N_JOINTS * 4 * width**2
    mix = N_JOINTS * width * dim + (dim + N_AFFECTIVE) * dim + dim**2
    temporal = 4 * dim**2 + 2 * bar_frames * dim + 4 * dim**2
    return joints + config.graph_layers * graph + mix + config.layers * temporal


def decoder_multiply_adds(config: DanceConfig, bar_frames: int) -> int:
    """The same of the decoder."""
    way_in = (config.dim + N_AFFECTIVE) * config.dim + config.dim**2
    way_out = config.dim**2 + config.dim * (config.dim + N_AFFECTIVE)
    return multiply_adds(config, bar_frames) - way_in + way_out


def batches_of(bars: Sequence[BarFeatures], batch_bars: int) -> list[Batch]:
    """Batches of bars of like length."""
    ordered = sorted(bars, key=len)
    cpu = torch.device("cpu")
    return [stack(ordered[i : i + batch_bars], cpu) for i in range(0, len(ordered), batch_bars)]


def check(ours: DanceAutoencoder, plain: PlainAutoencoder, batch: Batch) -> None:
    """That both give the same vectors and the same loss; :class:`DisagreementError` where not."""
    ours.eval(), plain.eval()
    parameters, affective, lengths = batch
    filled = padded(*batch)
    with torch.inference_mode():
        expected = plain.encode(*filled)[~filled[2]]
        same = torch.allclose(ours.encoder(parameters, affective, lengths), expected, rtol=1e-3, atol=1e-3)
        if not same or not torch.allclose(ours(parameters, affective, lengths), plain(*filled), rtol=1e-4):
            raise DisagreementError("the encoder and the plain design differ")


def run(small: bool = False) -> list[Result]:
    """Inference, then training in both precisions."""
    pretrained = default_dance_encoder("cpu")
    songs = dances(1 if small else SONGS)
    bars = [pretrained.scale.apply(bar) for motion, spans in songs for bar in bar_features(motion, spans)]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        ours = DanceAutoencoder(pretrained.encoder.config)
        ours.encoder.load_state_dict(pretrained.encoder.state_dict())
        plain = PlainAutoencoder(ours)
        batches = batches_of(bars, BATCH_BARS)
        check(ours, plain, batches[len(batches) // 2])
        results = _inference(pretrained, plain, songs, batches, judged=not small)
        order = np.random.default_rng(0).permutation(len(batches))[: 2 if small else TRAIN_BATCHES]
        results += _training(ours, plain, [batches[i] for i in order], judged=not small)
    return results + _epoch(dances(2) if small else songs)


def _inference(
    pretrained: PretrainedDance, plain: PlainAutoencoder, songs: list[Song], batches: list[Batch], *, judged: bool
) -> list[Result]:
    say("encoder: inference")
    frames = frames_of(songs)
    filled = [padded(*batch) for batch in batches]
    plain.eval()

    def features(_: int) -> None:
        for motion, bars in songs:
            for bar in bar_features(motion, bars):
                pretrained.scale.apply(bar)

    def eager(_: int) -> None:
        torch.set_num_threads(_THREADS)
        with torch.inference_mode():
            for batch in filled:
                plain.encode(*batch)

    def encode(_: int) -> None:
        torch.set_num_threads(_THREADS)
        for motion, bars in songs:
            pretrained.encode(motion, bars)

    times = interleaved({
        "plain": eager, "features": features,
        "encode": encode, "multiply": multiply(),
    }, ROUNDS)
    times["vectors"] = [max(whole - part, 1e-9) for whole, part in zip(times["encode"], times["features"], strict=True)]
    cost = 2 * multiply_adds(pretrained.encoder.config, round(frames / sum(len(bars) for _, bars in songs)))
    where = f"encoder, inference, {frames:,} frames, {_threads()}"
    return [
        Result(f"{where}: plain design, PyTorch eager", rate(times, "plain", frames), "frames/s",
               seconds=tuple(times["plain"])),
        Result(f"{where}: PretrainedDance.encode without its features", rate(times, "vectors", frames), "frames/s",
               "the plain design", ratio(times, "vectors", "plain"), at_least=AIM_INFERENCE if judged else None,
               seconds=tuple(times["vectors"])),
        Result(f"{where}: PretrainedDance.encode with its features", rate(times, "encode", frames), "frames/s",
               seconds=tuple(times["encode"])),
        *_shares(where, times, "vectors", frames * cost, cost),
    ]


def _training(
    ours: DanceAutoencoder, plain: PlainAutoencoder, batches: list[Batch], *, judged: bool
) -> list[Result]:
    frames = sum(int(batch[2].sum()) for batch in batches)
    config = ours.encoder.config
    length = round(frames / sum(len(batch[2]) for batch in batches))
    cost = 6 * (multiply_adds(config, length) + decoder_multiply_adds(config, length))
    filled = [padded(*batch) for batch in batches]
    ours.train(), plain.train()
    results = []
    for kind in (torch.float32, torch.bfloat16):
        name = str(kind).removeprefix("torch.")
        say(f"encoder: training, {name}")
        times = interleaved({
            "plain": stepper(plain, filled, kind), "ours": stepper(ours, batches, kind), "multiply": multiply(kind),
        }, ROUNDS)
        where = f"encoder, training in {name}, {frames:,} frames, {_threads()}"
        results += [
            Result(f"{where}: plain design, PyTorch eager", rate(times, "plain", frames), "frames/s",
                   seconds=tuple(times["plain"])),
            Result(f"{where}: DanceAutoencoder", rate(times, "ours", frames), "frames/s", "the plain design",
                   ratio(times, "ours", "plain"), at_least=AIM_TRAINING if judged and kind == torch.float32 else None,
                   seconds=tuple(times["ours"])),
            *_shares(where, times, "ours", frames * cost, cost),
        ]
    return results


class _Held:
    """A :class:`core.encoders.batches.DanceSource` of songs in memory, the last of them for dev."""

    def __init__(self, songs: list[Song]) -> None:
        self._songs = songs
        names = [str(i) for i in range(len(songs))]
        self.train: Sequence[str] = names[:-1]
        self.dev: Sequence[str] = names[-1:]

    def motion(self, song_id: str) -> Motion:
        return self._songs[int(song_id)][0]

    def bars(self, song_id: str) -> list[tuple[int, int]]:
        return self._songs[int(song_id)][1]


def _epoch(songs: list[Song]) -> list[Result]:
    """One epoch as ``build --encoder train`` runs it."""
    say("encoder: an epoch of training")
    options = TrainOptions(epochs=1, device="cpu")
    torch.set_num_threads(_THREADS)
    with tempfile.TemporaryDirectory() as folder:
        report = train_dance(_Held(songs), Path(folder) / "encoder.safetensors", DanceConfig(dropout=0.0), options)
    where = f"encoder, train_dance in float32, {report.frames:,} frames"
    return [Result(f"{where}: an epoch with features, norms' settling, dev loss", report.frames_per_second, "frames/s")]


def stepper(model: torch.nn.Module, batches: list[Batch], kind: torch.dtype) -> Callable[[int], None]:
    """Training steps over all batches as :mod:`core.encoders.train` makes them: AdamW, the gradient clipped."""
    options = TrainOptions()
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay,
                                  fused=True)

    def steps(_: int) -> None:
        torch.set_num_threads(_THREADS)
        for batch in batches:
            optimiser.zero_grad(set_to_none=True)
            with torch.autocast("cpu", torch.bfloat16, enabled=kind == torch.bfloat16):
                loss = model(*batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip)
            optimiser.step()

    return steps


def multiply(kind: torch.dtype = torch.float32) -> Callable[[int], None]:
    """A product of two large matrices, ten times."""
    left, right = (torch.randn(_SIDE, _SIDE).to(kind) for _ in range(2))

    def work(_: int) -> None:
        torch.set_num_threads(_THREADS)
        for _ in range(10):
            torch.mm(left, right)

    return work


def _threads() -> str:
    return f"{_THREADS} torch thread{'s' * (_THREADS > 1)}"


def _shares(where: str, times: Times, name: str, operations: float, each: float) -> list[Result]:
    """What the matrices' rate would allow, and the share of it that the work reaches."""
    peak = 10 * 2 * _SIDE**3 / statistics.median(times["multiply"])
    reached = operations / statistics.median(times[name])
    return [
        Result(f"{where}: torch.mm of {_SIDE} x {_SIDE}", peak / 1e9, "GFLOP/s", seconds=tuple(times["multiply"])),
        Result(f"{where}: {each / 1e6:.1f} MFLOP a frame at that rate", peak / each, "frames/s"),
        Result(f"{where}: share of it reached", 100 * reached / peak, "%"),
    ]


if __name__ == "__main__":
    show(run())
