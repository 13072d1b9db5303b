"""Lyric lines as they are drawn into pictures: the line, the word sung now lit, NPMI as colour under every word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QPainter

from core.export.clip import LineWord
from core.export.subtitles import Caption, gap
from core.skeleton import FPS
from gui.draw.colours import Theme, colour, npmi_colour, readable_on

_FAMILIES: Final = ("Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic UI", "Meiryo", "IPAexGothic")
MAX_ROWS: Final = 2


def lyric_font(pixels: float, *, bold: bool = False) -> QFont:
    """A font that draws kanji in their Japanese form where one is installed."""
    known = set(QFontDatabase.families())
    font = QFont()
    font.setFamilies([family for family in _FAMILIES if family in known] or [QFont().defaultFamily()])
    font.setPixelSize(max(round(pixels), 6))
    font.setBold(bold)
    return font


@dataclass(frozen=True)
class _Piece:
    word: LineWord
    x: float
    width: float
    row: int


class CaptionLayout:
    """A line broken into rows that fit a width; of many rows the two around the present word are shown."""

    def __init__(self, caption: Caption, font: QFont, width: float) -> None:
        self.caption = caption
        self.font = font
        metrics = QFontMetricsF(font)
        self.row_height = metrics.height() * 1.28
        self._ascent = metrics.ascent()
        self._text_height = metrics.height()
        pieces: list[_Piece] = []
        widths: list[float] = [0.0]
        for word in caption.words:
            size = metrics.horizontalAdvance(word.text)
            before = metrics.horizontalAdvance(gap(pieces[-1].word.text, word.text)) if widths[-1] else 0.0
            if widths[-1] and widths[-1] + before + size > width:
                widths.append(0.0)
                before = 0.0
            pieces.append(_Piece(word, widths[-1] + before, size, len(widths) - 1))
            widths[-1] += before + size
        self._pieces = pieces
        self._widths = widths

    @property
    def rows(self) -> int:
        """Rows that are shown at a time."""
        return min(len(self._widths), MAX_ROWS)

    def draw(self, painter: QPainter, middle: float, bottom: float, seconds: float, npmi: float, theme: Theme) -> None:
        """Draw the line at a time.

        Parameters
        ----------
        painter : QPainter
        middle, bottom : float
            Pixels: the middle of every row, and the lower edge of the last.
        seconds : float
            From the clip's start.
        npmi : float
            Of the present frame; NaN outside the bars.
        theme : Theme
        """
        painter.setFont(self.font)
        # Half a frame is added, so that a word which begins within the frame is lit in it.
        now = seconds + 0.5 / FPS
        current = next((p for p in self._pieces if p.word.start <= now < p.word.end), None)
        begun = [p for p in self._pieces if p.word.start <= now]
        row = (current or (begun[-1] if begun else self._pieces[0])).row
        top_row = min(max(row - (row % MAX_ROWS), 0), max(len(self._widths) - 1, 0))
        shown = range(top_row, min(top_row + MAX_ROWS, len(self._widths)))
        high = len(shown) * self.row_height
        pad = self.row_height * 0.35
        wide = max(self._widths[r] for r in shown) + 2 * pad
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.background, 215))
        box = QRectF(middle - wide / 2, bottom - high - pad * 0.4, wide, high + pad * 0.6)
        painter.drawRoundedRect(box, pad / 2, pad / 2)
        for piece in self._pieces:
            if piece.row not in shown:
                continue
            left = middle - self._widths[piece.row] / 2 + piece.x
            top = bottom - high + (piece.row - top_row) * self.row_height
            self._word(painter, piece, left, top, piece is current, piece.word.start <= now, npmi, theme)

    def _word(self, painter: QPainter, piece: _Piece, left: float, top: float, lit: bool, sung: bool, npmi: float,
              theme: Theme) -> None:
        ink = colour(theme.text if sung else theme.faint)
        if lit:
            # Where the frame has no value the theme's accent marks the word, so that it never looks unlit.
            plain = not np.isfinite(npmi) or npmi == 0.0
            fill = colour(theme.accent) if plain else npmi_colour(npmi, dark=theme.dark)
            side = self._text_height * 0.12
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            pill = QRectF(left - side, top, piece.width + 2 * side, self._text_height)
            painter.drawRoundedRect(pill, side * 1.5, side * 1.5)
            ink = readable_on(fill)
        painter.setPen(ink)
        painter.drawText(QPointF(left, top + self._ascent), piece.word.text)
        heat_line(painter, QRectF(left, top + self._text_height * 1.06, piece.width, self._text_height * 0.11),
                  piece.word.npmi, theme)


def heat_line(painter: QPainter, rect: QRectF, npmi: Sequence[float] | np.ndarray, theme: Theme) -> None:
    """NPMI of some frames as a band of colours; frames of equal value are one piece."""
    values = np.nan_to_num(np.asarray(npmi, np.float64))
    if not len(values) or rect.width() <= 0:
        return
    edges = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), len(values)]
    painter.setPen(Qt.PenStyle.NoPen)
    for start, stop in pairwise(edges):
        painter.setBrush(npmi_colour(float(values[start]), dark=theme.dark))
        painter.drawRect(QRectF(rect.x() + rect.width() * start / len(values), rect.y(),
                                rect.width() * (stop - start) / len(values), rect.height()))
