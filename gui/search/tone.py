"""Colours of NPMI values, remembered: a picture of an alignment asks for many of them at every stroke of the clock."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColor

from gui.draw.colours import npmi_colour


def tone(value: float, *, dark: bool) -> QColor:
    """Colour of an NPMI value, to three digits."""
    return _tone(round(value, 3), dark)


@lru_cache(maxsize=4096)
def _tone(value: float, dark: bool) -> QColor:
    return npmi_colour(value, dark=dark)
