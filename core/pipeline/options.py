"""What a build can be told, and what it tells back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

PAPER_CODES: Final = 500
"""Codebook size of the paper's public code, lyrics and dance alike."""


@dataclass(frozen=True)
class BuildOptions:
    """Options of a build.

    Attributes
    ----------
    lyric_encoder : str
        "auto", "lexical", a model's name or a folder; see :func:`core.encoders.lyrics.open_lyric_encoder`.
    lyric_mode : "word" or "sentence"
        Whether a frame carries its word's vector or its line's mean vector.
    dance_encoder : str
        "pretrained" (the bundled weights), "train" (train on this corpus), "pose" (no network), or a weights file.
    dance_context : "frame" or "bar"
        Whether a frame carries its own vector (as in the paper), or its bar's mean and spread as well.
    lyric_codes, dance_codes : int or None
        Codebook sizes; None chooses them on the dev songs.
    seed : int
        Seed of k-means and of training.
    device : str
        "auto", "cpu" or "cuda".
    epochs : int
        Most epochs of training (paper: 200).
    learning_rate : float
        Of training. The paper's 1e-5 suits its 53 hours and two million steps; on a small corpus it hardly moves.
    merge : float or None
        Cosine from which dance vectors count as near-duplicates (paper: 0.99); None merges at 0.99 in the context
        "frame" and not at all in the context "bar", where all frames of a bar are alike.
    """

    lyric_encoder: str = "auto"
    lyric_mode: Literal["word", "sentence"] = "word"
    dance_encoder: str = "pretrained"
    dance_context: Literal["frame", "bar"] = "frame"
    lyric_codes: int | None = None
    dance_codes: int | None = None
    seed: int = 0
    device: str = "auto"
    epochs: int = 200
    learning_rate: float = 5e-4
    merge: float | None = None

    @property
    def merge_threshold(self) -> float | None:
        """The cosine that counts, None where nothing is merged."""
        if self.merge is not None:
            return self.merge
        return 0.99 if self.dance_context == "frame" else None


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    Attributes
    ----------
    notes : tuple of str
        Sentences for the user.
    seconds : dict
        Stage -> seconds it took in this run.
    songs_encoded, songs_kept : int
        Songs whose dance was encoded now, and songs whose vectors were already there.
    lyric_codes, dance_codes : int
        Codebook sizes in the end.
    """

    notes: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    songs_encoded: int = 0
    songs_kept: int = 0
    lyric_codes: int = 0
    dance_codes: int = 0
