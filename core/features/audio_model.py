"""Sound as a pretrained network hears it: hidden states of a model of the wav2vec 2.0 kind, in place of spectra."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from core.bars import FPS
from core.errors import SettingsError
from core.features.audio import VARIABLE
from core.progress import Progress, silent

_VERSION: Final = 1
_CHUNK_SECONDS: Final = 20.0
_MARGIN_SECONDS: Final = 2.0
_DEFAULT_RATE: Final = 16_000
# Parts of MERT that plain HuBERT lacks. MERT-v1-95M uses neither.
_MERT_EXTRAS: Final = ("feature_extractor_cqt", "deepnorm")


class ModelEncoder:
    """Hidden states of a frozen model, averaged over its layers and over each frame.

    All layers are averaged, since which one tells most depends on the task (Liu et al., arXiv 2410.11522, take four of
    MERT's twelve). The sound goes through the model in pieces of 20 s with 2 s to either side, brought to mean 0 and
    variance 1 over the song where the model's settings want that. A state counts for the time from it to the next.

    Parameters
    ----------
    folder : path
        A Hugging Face model: config.json, weights, and preprocessor_config.json where its rate is not 16 kHz. MERT
        is read as the HuBERT that it is: code that lies in the folder is never run.

    Attributes
    ----------
    rate : int
    fingerprint : str
        See :class:`core.features.audio.AudioEncoder`.
    width : int
        Numbers a frame.

    Raises
    ------
    SettingsError
        Where the folder holds no such model.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        config = self._json("config.json")
        if config is None:
            raise self._fault("has no readable config.json")
        settings = self._json("preprocessor_config.json") or {}
        self.rate: int = self._checked_rate(settings.get("sampling_rate", config.get("sample_rate", _DEFAULT_RATE)))
        self._normalised = bool(settings.get("do_normalize", True))
        self._model = self._load(config)
        strides, kernels = self._model.config.conv_stride, self._model.config.conv_kernel
        self._stride, self._field = int(np.prod(strides)), 1
        for stride, kernel in zip(reversed(strides), reversed(kernels), strict=True):
            self._field = (self._field - 1) * stride + kernel
        self.width: int = int(self._model.config.hidden_size)
        self.fingerprint = self._hash(config, settings)

    def encode(self, samples: NDArray[np.float32], frames: int, progress: Progress = silent) -> NDArray[np.float32]:
        """See :class:`core.features.audio.AudioEncoder`."""
        if not frames:
            return np.zeros((0, self.width), np.float32)
        sound = np.zeros(round(frames * self.rate / FPS), np.float32)
        sound[: min(len(samples), len(sound))] = samples[: len(sound)]
        if self._normalised:
            sound = (sound - sound.mean()) / np.sqrt(sound.var() + 1e-7)
        return _over_frames(self._states(sound, progress), self.rate / self._stride, frames)

    def _states(self, sound: NDArray[np.float32], progress: Progress) -> NDArray[np.float32]:
        """States of the whole sound, the one of number i in the middle of samples i * stride to (i + 1) * stride."""
        count = max(-(-len(sound) // self._stride), 1)
        # A state's field of view reaches beyond its stride to both sides.
        lead = max(self._field - self._stride, 0) // 2
        padded = np.zeros(lead + (count - 1) * self._stride + max(self._field, self._stride), np.float32)
        padded[lead : lead + len(sound)] = sound[: len(padded) - lead]
        chunk = max(round(_CHUNK_SECONDS * self.rate / self._stride), 1)
        margin = round(_MARGIN_SECONDS * self.rate / self._stride)
        found = np.zeros((count, self.width), np.float32)
        for start in range(0, count, chunk):
            progress(start / count, "hidden states")
            stop = min(start + chunk, count)
            first, last = max(start - margin, 0), min(stop + margin, count)
            piece = padded[first * self._stride : (last - 1) * self._stride + self._field]
            with torch.inference_mode():
                hidden = self._model(torch.from_numpy(piece[None]), output_hidden_states=True).hidden_states[1:]
            mean = torch.stack([layer[0] for layer in hidden]).mean(dim=0).float().numpy()
            found[start:stop] = mean[start - first : stop - first]
        return found

    def _load(self, config: dict[str, Any]) -> Any:
        from transformers import AutoModel, HubertModel
        from transformers.utils import logging as model_logging

        model_logging.disable_progress_bar()
        mert = config.get("model_type") == "mert_model"
        if mert and (extras := [name for name in _MERT_EXTRAS if config.get(name)]):
            raise self._fault(f"holds a MERT with {' and '.join(extras)}, which is not supported")
        before = model_logging.get_verbosity()
        model_logging.set_verbosity_error()
        # For a bad folder the library raises nearly anything.
        try:
            model, report = (HubertModel if mert else AutoModel).from_pretrained(
                str(self.folder), local_files_only=True, trust_remote_code=False, output_loading_info=True
            )
        except Exception as error:
            first = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
            raise self._fault(f"holds no model that can be loaded ({first})") from error
        finally:
            model_logging.set_verbosity(before)
        for name in ("conv_stride", "conv_kernel", "hidden_size"):
            if not hasattr(model.config, name):
                raise self._fault(f"holds a model of the kind '{config.get('model_type', '')}', which does not take "
                                  "samples of sound")
        # The vector that hides spans in training is not used here; all else must have come from the file.
        absent = sorted(key for key in report["missing_keys"] if "masked_spec_embed" not in key)
        if absent or report["mismatched_keys"]:
            raise self._fault(f"lacks weights of its own model ({', '.join(absent[:3]) or 'other shapes'})")
        return model.float().eval()

    def _checked_rate(self, rate: object) -> int:
        if isinstance(rate, bool) or not isinstance(rate, int) or not 1_000 <= rate <= 768_000:
            raise self._fault(f"names the sample rate {rate!r}, which is none")
        return rate

    def _json(self, name: str) -> dict[str, Any] | None:
        try:
            found = json.loads((self.folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def _hash(self, config: dict[str, Any], settings: dict[str, Any]) -> str:
        digest = hashlib.sha256(json.dumps([_VERSION, config, settings], sort_keys=True).encode())
        for name, tensor in sorted(self._model.state_dict().items()):
            # The head of every tensor tells two models apart without hashing hundreds of megabytes.
            digest.update(name.encode() + tensor.detach().flatten()[:64].float().numpy().tobytes())
        return f"model {digest.hexdigest()[:16]}"

    def _fault(self, what: str) -> SettingsError:
        return SettingsError(f"The folder '{self.folder}' that {VARIABLE} names {what}; name a folder with a Hugging "
                             "Face model of the kind wav2vec 2.0, HuBERT, WavLM or MERT, or unset the variable.")


def _over_frames(states: NDArray[np.float32], rate: float, frames: int) -> NDArray[np.float32]:
    """Means of ``states``, ``rate`` of them a second, over each frame; states are cut where a frame ends."""
    sums = np.concatenate([np.zeros((1, states.shape[1])), np.cumsum(states, axis=0, dtype=np.float64)])
    edges = np.minimum(np.arange(frames + 1) * (rate / FPS), len(states))
    below = np.minimum(edges.astype(np.int64), len(states) - 1)
    at = sums[below] + (edges - below)[:, None] * (sums[below + 1] - sums[below])
    width = np.maximum(np.diff(edges), 1e-9)[:, None]
    return np.asarray(np.diff(at, axis=0) / width, np.float32)
