"""The NPMI matrix as a picture at the resolution that is seen."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from gui.draw.colours import npmi_rgb

_LEVELS: Final = (1, 2, 3, 4, 6, 8, 12, 16)
_STEPS: Final = 1024
"""Colours on either side of zero."""


class MatrixImage(pg.ImageItem):
    """Cells of one unit each, row ``r`` and column ``c`` at ``(c, r)``; pairs that never meet stay transparent.

    Where a cell is smaller than a pixel, blocks of cells are drawn as their highest NPMI, so that no strong pair is
    lost between pixels.
    """

    def __init__(self) -> None:
        super().__init__(axisOrder="row-major")
        self._values: NDArray[np.float64] = np.zeros((0, 0))
        self._dark = False
        self._level = (0, 0)

    def set_values(self, values: NDArray[np.float64], *, dark: bool) -> None:
        """Show NPMI values [rows, columns], NaN where a pair never meets, from the next :meth:`fit` on."""
        self._values, self._dark, self._level = values, dark, (0, 0)

    def set_dark(self, dark: bool) -> None:
        """Take the colours of the other theme."""
        if dark != self._dark:
            level, self._dark, self._level = self._level, dark, (0, 0)
            self._draw(level)

    def fit(self, across: float, down: float) -> None:
        """Draw for so many cells a pixel along each axis."""
        columns, rows = (next((level for level in _LEVELS if level >= cells), _LEVELS[-1]) for cells in (across, down))
        self._draw((rows, columns))

    def _draw(self, level: tuple[int, int]) -> None:
        if not self._values.size:
            self.clear()
            return
        if level == self._level or min(level) < 1:
            return
        self._level = level
        values = pooled(self._values, *level)
        self.setImage(_coloured(values, dark=self._dark), autoLevels=False)
        self.setRect(QRectF(0, 0, values.shape[1] * level[1], values.shape[0] * level[0]))


def _coloured(values: NDArray[np.float64], *, dark: bool) -> NDArray[np.uint8]:
    """Colours of NPMI values from a table of them, RGBA uint8; NaN is transparent."""
    table = np.full((2 * _STEPS + 2, 4), 255, np.uint8)
    table[:-1, :3] = npmi_rgb(np.linspace(-1.0, 1.0, 2 * _STEPS + 1), dark=dark)
    table[-1] = 0
    missing = np.isnan(values)
    index = np.rint(np.where(missing, 0.0, values) * _STEPS).astype(np.int32) + _STEPS
    index[missing] = 2 * _STEPS + 1
    return table[index]


def pooled(values: NDArray[np.float64], down: int, across: int) -> NDArray[np.float64]:
    """Highest value of each block of ``down`` rows and ``across`` columns; NaN where a block holds nothing else."""
    if down == across == 1:
        return values
    rows, columns = -(-values.shape[0] // down), -(-values.shape[1] // across)
    padded = values
    if (rows * down, columns * across) != values.shape:
        padded = np.full((rows * down, columns * across), np.nan)
        padded[: values.shape[0], : values.shape[1]] = values
    highest = padded[::down, ::across].copy()
    for i in range(down):
        for j in range(across):
            np.fmax(highest, padded[i::down, j::across], out=highest)
    return highest
