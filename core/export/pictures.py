"""What exporters ask of whoever draws: pictures of a clip's frames, and its figure. The window's package answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import SettingsError
from core.export.clip import ClipData
from core.progress import Progress

MAX_SIDE = 7680


@dataclass(frozen=True)
class PictureOptions:
    """How a clip is drawn and what goes with it.

    Attributes
    ----------
    width, height : int
        Pixels of a video or GIF; even, as H.264 demands.
    view : str
        "front", "side", "top", "three-quarter", or "player" with ``camera``.
    camera : object or None
        The window's camera, for the view "player"; unknown to the core.
    framed : bool
        The view "player" keeps the camera's direction only, and moves it so that the clip's dance is in the picture.
    mirror, dark : bool
    subtitles : bool
        Drawn into the picture.
    sound : bool
        In an MP4; a GIF has none.
    credit : bool
        A small line in the picture. The file's metadata carry it in any case.
    subtitle_track : bool
        A subtitle track in an MP4 that players can switch off.
    beside : tuple of str
        Endings of files written beside the clip under its name: ".srt", ".ass", ".wav", ".ogg", ".txt" (the credit).
    poses : "even" or "words"
        In a figure: poses at even steps, or one a word.
    wave : bool
        In a figure: the waveform.
    """

    width: int = 1280
    height: int = 720
    view: str = "three-quarter"
    camera: Any = None
    framed: bool = False
    mirror: bool = False
    dark: bool = False
    subtitles: bool = True
    sound: bool = True
    credit: bool = False
    subtitle_track: bool = False
    beside: tuple[str, ...] = ()
    poses: Literal["even", "words"] = "even"
    wave: bool = True

    def __post_init__(self) -> None:
        if not (64 <= self.width <= MAX_SIDE and 64 <= self.height <= MAX_SIDE):
            raise SettingsError(f"A picture of {self.width} x {self.height} cannot be made; take 64 to {MAX_SIDE} "
                                "pixels a side.")
        if self.width % 2 or self.height % 2:
            raise SettingsError(f"A picture of {self.width} x {self.height} cannot be coded as video; take even "
                                "numbers.")


class Frames(Protocol):
    """The pictures of a clip, drawn when asked for."""

    def __len__(self) -> int:
        """How many."""

    def __getitem__(self, index: int, /) -> NDArray[np.uint8]:
        """One of them, uint8 [height, width, 3] RGB or [height, width, 4] BGRA; valid until the next is asked for."""


class Pictures(Protocol):
    """Who draws."""

    def frames(self, clip: ClipData, options: PictureOptions) -> Frames:
        """The clip's frames."""

    def figure(self, path: Path, clip: ClipData, options: PictureOptions, progress: Progress) -> None:
        """Write the clip's figure to a path that ends in .svg, .pdf or .png."""
