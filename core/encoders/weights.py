"""Trained dance encoders as files: safetensors with weights, feature scale and configuration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.encoders.dance import DanceConfig, DanceEncoder
from core.encoders.vectors import cut_long_bars
from core.errors import InputError, KotofuriError
from core.features.bars import BarFeatures, bar_features
from core.features.scale import FeatureScale
from core.files import read_bytes, replacing
from core.motion.clip import Motion

FORMAT: Final = "kotofuri-dance-encoder"
VERSION: Final = 1
"""Goes up when files change, or when the same weights would be given other features."""
BUNDLED: Final = "dance_encoder.safetensors"
_MAX_BYTES: Final = 2**31
_REMEDY: Final = "train it again or fetch the file again"
_WINDOW_BARS: Final = 64


class PretrainedDance:
    """A trained dance encoder; a :class:`core.encoders.vectors.DanceVectors`.

    Parameters
    ----------
    encoder : DanceEncoder
    scale : FeatureScale
    device : str or torch.device
        "auto" takes a GPU where there is one.
    notes : mapping
        What the training left about itself (songs, epochs, losses).
    """

    def __init__(
        self, encoder: DanceEncoder, scale: FeatureScale, device: str | torch.device = "auto",
        notes: Mapping[str, Any] | None = None,
    ) -> None:
        self.device = pick_device(device)
        self.encoder = encoder.to(self.device).eval()
        self.scale = scale
        self.notes = dict(notes or {})
        config = encoder.config
        self.dim = config.dim
        self.name = f"dance transformer, d={config.joint_width}, D={config.dim}"
        self.fingerprint = _fingerprint(encoder, scale)

    def encode(self, motion: Motion, bars: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
        """Vectors float32 [frames, dim], zeros outside the bars, measured from the mean vector of the training frames.

        A bar's vectors depend on nothing but the bar.
        """
        result = np.zeros((len(motion), self.dim), dtype=np.float32)
        spans = cut_long_bars(bars)
        features = (self.scale.apply(bar) for bar in bar_features(motion, spans))
        with torch.inference_mode():
            for group in self._batches(spans, features):
                parameters, affective, lengths = stack([bar for _, bar in group], self.device)
                found = self.encoder(parameters, affective, lengths).float() - self.encoder.centre
                vectors = found.cpu().numpy()
                for ((start, stop), _), part in zip(
                    group, np.split(vectors, np.cumsum(lengths.numpy())[:-1]), strict=True
                ):
                    result[start:stop] = part
        return result

    def _batches(
        self, spans: Sequence[tuple[int, int]], features: Iterator[BarFeatures]
    ) -> Iterator[list[tuple[tuple[int, int], BarFeatures]]]:
        """Groups of bars of like length, so that little is padded; small ones stay in a CPU's cache."""
        limit = 16384 if self.device.type != "cpu" else 768
        limit = max(128, limit * 16 // max(16, self.encoder.config.joint_width))
        window: list[tuple[tuple[int, int], BarFeatures]] = []
        for i, item in enumerate(zip(spans, features, strict=True)):
            window.append(item)
            if len(window) < _WINDOW_BARS and i + 1 < len(spans):
                continue
            window.sort(key=lambda pair: len(pair[1]))
            batch: list[tuple[tuple[int, int], BarFeatures]] = []
            for pair in window:
                if batch and (len(batch) + 1) * len(pair[1]) > limit:
                    yield batch
                    batch = []
                batch.append(pair)
            yield batch
            window = []


def pick_device(device: str | torch.device) -> torch.device:
    """The device of that name; "auto" is the GPU where there is one, else the CPU."""
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(device)


def stack(bars: Sequence[BarFeatures], device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Parameters [F, 53, 29] and affective features [F, 120] on the device, and lengths int64 [bars] on the CPU."""
    parameters = torch.from_numpy(np.concatenate([bar.parameters for bar in bars]))
    affective = torch.from_numpy(np.concatenate([bar.affective for bar in bars]))
    return parameters.to(device), affective.to(device), torch.tensor([len(bar) for bar in bars])


def save_dance_encoder(
    path: str | Path, encoder: DanceEncoder, scale: FeatureScale, notes: Mapping[str, Any] | None = None,
    *, half: bool = True,
) -> None:
    """Write an encoder, its scale and its configuration, whole or not at all.

    Parameters
    ----------
    path : path
        A ``.safetensors`` file.
    encoder : DanceEncoder
    scale : FeatureScale
    notes : mapping
        Kept as JSON; shown to people.
    half : bool
        Store matrices in 16 bits: half the size; loaded back to 32 bits.
    """
    tensors: dict[str, Tensor] = {f"scale.{name}": torch.from_numpy(a) for name, a in scale.to_arrays().items()}
    matrices = {name for name, parameter in encoder.named_parameters() if parameter.ndim >= 2}
    for name, tensor in encoder.state_dict().items():
        value = tensor.detach().cpu()
        tensors[f"encoder.{name}"] = (value.half() if half and name in matrices else value).contiguous()
    metadata = {
        "format": FORMAT, "version": str(VERSION), "config": json.dumps(encoder.config.to_dict()),
        "notes": json.dumps(dict(notes or {}), ensure_ascii=False),
    }
    with replacing(path) as temporary:
        save_file(tensors, temporary, metadata)


def load_dance_encoder(path: str | Path, device: str | torch.device = "auto") -> PretrainedDance:
    """Read what :func:`save_dance_encoder` wrote.

    Raises
    ------
    InputError
        Where the file is missing, broken, no dance encoder or from a newer version.
    """
    metadata, tensors = read_tensors(path)
    if metadata.get("format") != FORMAT:
        raise InputError(path, "this is no dance encoder of Kotofuri", "name the file that training wrote")
    if metadata.get("version") != str(VERSION):
        raise InputError(path, "this dance encoder was written by another version of Kotofuri", "train it again")
    try:
        config = DanceConfig.from_dict(json.loads(metadata.get("config", "")))
        notes = json.loads(metadata.get("notes", "{}"))
        arrays = {k.removeprefix("scale."): t.numpy() for k, t in tensors.items() if k.startswith("scale.")}
        scale = FeatureScale.from_arrays(arrays)
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError(path, f"its description is broken ({error})", _REMEDY) from error
    weights = {k.removeprefix("encoder."): t for k, t in tensors.items() if k.startswith("encoder.")}
    encoder = _filled(path, config, weights)
    return PretrainedDance(encoder, scale, device, notes if isinstance(notes, dict) else {})


def default_dance_encoder(device: str | torch.device = "auto") -> PretrainedDance:
    """The encoder that comes with the program; raises KotofuriError where this copy has none."""
    try:
        source = resources.files("resources") / BUNDLED
        if source.is_file():
            with resources.as_file(source) as path:
                return load_dance_encoder(path, device)
    except ModuleNotFoundError:
        pass
    raise KotofuriError(
        f"The pretrained dance encoder (resources/{BUNDLED}) is not part of this copy; "
        "train one on the corpus (--encoder train) or use joint positions (--encoder pose)."
    )


def read_tensors(path: str | Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    """Metadata and finite tensors (halves as float32) of a safetensors file; InputError where it is broken."""
    source = Path(path)
    if not source.is_file() or not 0 < source.stat().st_size <= _MAX_BYTES:
        read_bytes(source, _MAX_BYTES)  # raises the sentence that fits
    try:
        with safe_open(source, framework="pt") as file:
            metadata = dict(file.metadata() or {})
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError, ValueError, TypeError, RuntimeError, OverflowError) as error:
        raise InputError(path, "this is no whole safetensors file", _REMEDY) from error
    for name, tensor in tensors.items():
        if tensor.is_floating_point():
            tensors[name] = tensor.float() if tensor.dtype == torch.float16 else tensor
            if not bool(torch.isfinite(tensors[name]).all()):
                raise InputError(path, f"its array {name!r} holds numbers that are not finite", _REMEDY)
    return metadata, tensors


def _filled(path: str | Path, config: DanceConfig, weights: dict[str, Tensor]) -> DanceEncoder:
    with torch.device("meta"):  # shapes only: nothing is allocated before the file proved to fit
        encoder = DanceEncoder(config)
    expected = encoder.state_dict()
    wrong = sorted(expected.keys() ^ weights.keys()) or sorted(
        name for name, tensor in expected.items()
        if tensor.shape != weights[name].shape or tensor.dtype != weights[name].dtype
    )
    if wrong:
        fault = f"its weights do not fit its configuration ({wrong[0]} and {len(wrong) - 1} more)"
        raise InputError(path, fault, _REMEDY)
    with torch.random.fork_rng(devices=[]):  # reading a file leaves the caller's random numbers alone
        filled = DanceEncoder(config)
    filled.load_state_dict(weights)
    return filled


def _fingerprint(encoder: DanceEncoder, scale: FeatureScale) -> str:
    digest = hashlib.sha256(f"{VERSION} {json.dumps(encoder.config.to_dict(), sort_keys=True)}".encode())
    arrays: dict[str, NDArray[Any]] = dict(scale.to_arrays())
    arrays |= {name: tensor.detach().cpu().numpy() for name, tensor in encoder.state_dict().items()}
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()[:32]
