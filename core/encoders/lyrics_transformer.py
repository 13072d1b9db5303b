"""Word vectors out of the last layer of a sentence transformer."""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray

_BATCH_TOKENS: Final = 4096
log = logging.getLogger(__name__)


class TransformerEncoder:
    """A word's vector is the mean of its tokens' last-layer vectors inside its line.

    Parameters
    ----------
    model : SentenceTransformer
        Its first module must be a transformer with a fast tokenizer (one that gives character offsets).
    name : str
        Name for people.
    """

    def __init__(self, model: Any, name: str) -> None:
        self.name = name
        self._tokenizer = model.tokenizer
        if not getattr(self._tokenizer, "is_fast", False):
            msg = f"{name} has no fast tokenizer, which is needed to tell which token belongs to which word"
            raise ValueError(msg)
        self._network = model[0].auto_model.eval()
        self._device = next(self._network.parameters()).device
        self._limit = int(model.max_seq_length or 128)
        self.dim = int(self._network.config.hidden_size)
        self.fingerprint = f"transformer-1-{self._hash()}"

    def encode(
        self, lines: Sequence[Sequence[str]], mode: Literal["word", "sentence"] = "word"
    ) -> list[NDArray[np.float32]]:
        """One float32 [words, dim] array for each line; see :class:`core.encoders.lyrics.LyricEncoder`."""
        pieces: list[tuple[int, int, list[str]]] = []
        for i, line in enumerate(lines):
            first = 0
            for piece in self._pieces(list(line)):
                pieces.append((i, first, piece))
                first += len(piece)
        result = [np.zeros((len(line), self.dim), np.float32) for line in lines]
        # Lines of like length share a batch, so that little of it is padding.
        pieces.sort(key=lambda p: sum(map(len, p[2])))
        start = 0
        while start < len(pieces):
            longest = self._limit
            stop = min(len(pieces), start + max(1, _BATCH_TOKENS // longest))
            batch = pieces[start:stop]
            for (i, first, piece), vectors in zip(batch, self._vectors([p[2] for p in batch]), strict=True):
                result[i][first : first + len(piece)] = vectors
            start = stop
        if mode == "sentence":
            result = [np.repeat(v.mean(0)[None], len(v), 0) if len(v) else v for v in result]
        return result

    def pad(self) -> NDArray[np.float32]:
        """Last-layer vector of the padding token standing alone, float32 [dim]."""
        ids = torch.tensor([[self._tokenizer.pad_token_id]], device=self._device)
        with torch.inference_mode():
            out = self._network(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0, 0]
        return np.asarray(out.float().cpu().numpy(), dtype=np.float32)

    def unknown_tokens(self, lines: Sequence[Sequence[str]]) -> tuple[int, int]:
        """Unknown tokens and all tokens of the lines."""
        unknown = total = 0
        for line in lines:
            ids = self._tokenizer(join_words(line)[0], add_special_tokens=False)["input_ids"]
            total += len(ids)
            unknown += sum(i == self._tokenizer.unk_token_id for i in ids)
        return unknown, total

    def _pieces(self, words: list[str]) -> list[list[str]]:
        """The line, halved as often as needed for each piece to fit into the model."""
        if not words:
            return []
        if len(words) == 1:
            # One endless "word": its beginning stands for it.
            return [[words[0][: 4 * self._limit]]]
        text = join_words(words)[0]
        # Every token takes at least one character, so short texts need no counting.
        if len(text) + 2 <= self._limit or len(self._tokenizer(text, verbose=False)["input_ids"]) <= self._limit:
            return [words]
        half = len(words) // 2
        return self._pieces(words[:half]) + self._pieces(words[half:])

    def _vectors(self, lines: list[list[str]]) -> list[NDArray[np.float32]]:
        joined = [join_words(line) for line in lines]
        encoded = self._tokenizer(
            [text for text, _ in joined], padding=True, truncation=True, max_length=self._limit,
            return_offsets_mapping=True, return_tensors="pt",
        )
        offsets = encoded.pop("offset_mapping").numpy()
        with torch.inference_mode():
            hidden = self._network(**encoded.to(self._device)).last_hidden_state.float().cpu().numpy()
        result = []
        for row, (_, spans) in enumerate(joined):
            begin, end = offsets[row, :, 0], offsets[row, :, 1]
            vectors = np.zeros((len(spans), self.dim), np.float32)
            for w, (left, right) in enumerate(spans):
                own = (begin < right) & (end > left) & (end > begin)
                # A word the tokenizer drops whole (an odd control sign) stands for its line.
                own = own if own.any() else end > begin
                if own.any():
                    vectors[w] = hidden[row, own].mean(0)
            result.append(vectors)
        return result

    def _hash(self) -> str:
        digest = hashlib.sha256(str(self.dim).encode())
        digest.update(str(len(self._tokenizer)).encode())
        parameters = dict(self._network.named_parameters())
        for name in sorted(parameters):
            # The head of every tensor tells two models apart without hashing hundreds of megabytes.
            head = parameters[name].detach().flatten()[:64].float().cpu().numpy()
            digest.update(name.encode() + head.tobytes())
        return digest.hexdigest()[:16]


def join_words(words: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """The words as one line, with each word's character span. Between Japanese words there is no space."""
    text = ""
    spans: list[tuple[int, int]] = []
    for before, word in pairwise(["", *words]):
        if text and not (_unspaced(before[-1:]) and _unspaced(word[:1])):
            text += " "
        spans.append((len(text), len(text) + len(word)))
        text += word
    return text, spans


def load_transformer(name: str, *, local: bool, device: str = "auto", display: str = "") -> TransformerEncoder | None:
    """The model of that name or folder, or None where it cannot be had. ``local`` forbids fetching."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as model_logging

    # Our progress is told through Progress; a bar of the library's own would stand in the middle of it.
    model_logging.disable_progress_bar()
    chosen = None if device == "auto" else device
    try:
        model = SentenceTransformer(name, local_files_only=local, device=chosen)
        return TransformerEncoder(model, display or Path(name).name)
    except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
        log.info("lyric encoder %s (local %s): %s", name, local, error)
        return None


def _unspaced(sign: str) -> bool:
    return bool(sign) and unicodedata.east_asian_width(sign) in "WF" and not sign.isspace()
