"""Everything that the pictures of the timeline are made from, and the picture as an array of pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QFont, QFontMetricsF, QImage

from core.audio.peaks import Peaks
from gui.draw.colours import Theme
from gui.timeline.colouring import FrameColours
from gui.timeline.rows import Layout
from gui.timeline.track import Track


@dataclass(frozen=True)
class Scene:
    """What is drawn, apart from the stretch in view and what moves.

    Attributes
    ----------
    track : Track
    colours : FrameColours
    theme : Theme
    layout : Layout
    font : QFont
    ratio : float
        Device pixels a pixel.
    peaks : Peaks or None
    audio_at : float
        Second of the motion at which the sound begins.
    threshold : float
    pair : (int, int) or None
        Frames with these two codes are marked.
    """

    track: Track
    colours: FrameColours
    theme: Theme
    layout: Layout
    font: QFont
    ratio: float
    peaks: Peaks | None
    audio_at: float
    threshold: float
    pair: tuple[int, int] | None

    @property
    def metrics(self) -> QFontMetricsF:
        """Measures of the font."""
        return QFontMetricsF(self.font)

    @property
    def ruler(self) -> int:
        """Height of the ruler with the gap below it."""
        return self.layout.fixed - self.layout.tops["ruler"]

    @property
    def height(self) -> int:
        """Height of a tile: the ruler and all rows that scroll."""
        return self.ruler + self.layout.content

    def row_top(self, row: str) -> int:
        """Top of a row inside a tile."""
        return 0 if row == "ruler" else self.ruler + self.layout.tops[row]

    def pair_frames(self) -> NDArray[np.bool_]:
        """Frames of the chosen pair, bool [T]."""
        data = self.track.data
        if self.pair is None:
            return np.zeros(self.track.frames, np.bool_)
        return np.asarray((data.lyric_codes == self.pair[0]) & (data.dance_codes == self.pair[1]), np.bool_)


def new_picture(width: int, height: int, colour: tuple[int, int, int]) -> tuple[QImage, NDArray[np.uint8]]:
    """A picture in device pixels and its pixels as uint8 [height, width, 3] in the order blue, green, red.

    The array looks into the picture and must not outlive it.
    """
    image = QImage(max(width, 1), max(height, 1), QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    pixels = pixels[:, : image.width()]
    pixels[:] = (*colour[::-1], 255)
    return image, pixels[..., :3]


def put(pixels: NDArray[np.uint8], rows: slice, columns: NDArray[np.integer] | NDArray[np.bool_] | slice,
        rgb: NDArray[np.uint8] | tuple[int, int, int]) -> None:
    """Colour some columns of some rows; ``rgb`` is one colour or one a column."""
    pixels[rows, columns] = np.asarray(rgb, np.uint8)[..., ::-1]
