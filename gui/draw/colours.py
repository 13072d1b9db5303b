"""Colours: the two themes, and NPMI as a diverging, zero-centred scale that colour-blind people can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPalette

# Blue (apart) to orange (together) differ in lightness and in the blue-yellow axis, which nearly everybody sees.
_NEGATIVE_LIGHT: Final = ((0.0, (0.93, 0.93, 0.92)), (0.5, (0.56, 0.71, 0.87)), (1.0, (0.13, 0.36, 0.63)))
_POSITIVE_LIGHT: Final = ((0.0, (0.93, 0.93, 0.92)), (0.5, (0.98, 0.66, 0.32)), (1.0, (0.72, 0.28, 0.02)))
_NEGATIVE_DARK: Final = ((0.0, (0.24, 0.25, 0.27)), (0.5, (0.24, 0.43, 0.66)), (1.0, (0.48, 0.72, 0.98)))
_POSITIVE_DARK: Final = ((0.0, (0.24, 0.25, 0.27)), (0.5, (0.80, 0.45, 0.12)), (1.0, (1.00, 0.74, 0.32)))


@dataclass(frozen=True)
class Theme:
    """Colours that are not the palette's own, as (r, g, b) in 0..255."""

    dark: bool
    background: tuple[int, int, int]
    floor: tuple[int, int, int]
    line: tuple[int, int, int]
    text: tuple[int, int, int]
    faint: tuple[int, int, int]
    middle: tuple[int, int, int]
    left: tuple[int, int, int]
    right: tuple[int, int, int]
    head: tuple[int, int, int]
    lit: tuple[int, int, int]
    shadow: tuple[int, int, int]
    wave: tuple[int, int, int]
    accent: tuple[int, int, int]


LIGHT: Final = Theme(
    dark=False, background=(246, 246, 244), floor=(226, 226, 222), line=(205, 205, 200), text=(28, 30, 34),
    faint=(120, 124, 130), middle=(98, 106, 118), left=(38, 128, 134), right=(142, 84, 146), head=(112, 120, 132),
    lit=(226, 110, 10), shadow=(196, 196, 192), wave=(132, 150, 170), accent=(30, 100, 190),
)
DARK: Final = Theme(
    dark=True, background=(27, 29, 33), floor=(41, 44, 49), line=(58, 62, 68), text=(232, 232, 228),
    faint=(150, 154, 160), middle=(168, 176, 188), left=(92, 196, 198), right=(208, 148, 212), head=(188, 194, 204),
    lit=(255, 168, 56), shadow=(16, 17, 20), wave=(96, 120, 148), accent=(110, 170, 250),
)


def theme_of(palette: QPalette) -> Theme:
    """The theme that goes with a widget's palette."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightnessF() < 0.5 else LIGHT


def colour(rgb: tuple[int, int, int], alpha: int = 255) -> QColor:
    """A :class:`QColor` of a theme's colour."""
    return QColor(rgb[0], rgb[1], rgb[2], alpha)


def npmi_rgb(values: NDArray[np.floating] | float, *, dark: bool) -> NDArray[np.uint8]:
    """Colours of NPMI values, uint8 [..., 3]: blue below 0, grey at 0, orange above. NaN is grey."""
    flat = np.nan_to_num(np.asarray(values, np.float64), nan=0.0)
    # The square root spreads the small values, among which nearly all of a corpus lies.
    strength = np.sqrt(np.clip(np.abs(flat), 0.0, 1.0))
    sides = (_NEGATIVE_DARK, _POSITIVE_DARK) if dark else (_NEGATIVE_LIGHT, _POSITIVE_LIGHT)
    result = np.empty((*flat.shape, 3))
    for channel in range(3):
        low, high = (
            np.interp(strength, [stop for stop, _ in side], [rgb[channel] for _, rgb in side]) for side in sides
        )
        result[..., channel] = np.where(flat < 0, low, high)
    return np.rint(result * 255).astype(np.uint8)


def npmi_colour(value: float, *, dark: bool) -> QColor:
    """Colour of one NPMI value."""
    r, g, b = (int(c) for c in npmi_rgb(value, dark=dark))
    return QColor(r, g, b)


def readable_on(background: QColor) -> QColor:
    """Black or white, whichever reads better on a colour."""
    red, green, blue = (part ** 2.2 for part in (background.redF(), background.greenF(), background.blueF()))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return QColor(20, 20, 20) if luminance > 0.30 else QColor(250, 250, 250)
