"""The rows of a figure under its poses: words, NPMI curve, waveform, axis, legend."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPen, QPolygonF

from core.export.clip import ClipData
from core.lyrics.words import TimedWord
from core.skeleton import FPS
from gui.draw.colours import Theme, colour, npmi_colour
from gui.export.lyric import heat_line, lyric_font

ROW: Final = 34.0
"""Height of a row of words."""
_WORD_SIZE: Final = 15
_TICKS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)


@dataclass(frozen=True)
class Axis:
    """Time from left to right: ``seconds`` between the two edges."""

    left: float
    right: float
    seconds: float

    def x(self, seconds: float) -> float:
        """Where a time lies."""
        return self.left + (self.right - self.left) * seconds / max(self.seconds, 1e-9)


def draw_text(
    painter: QPainter, rect: QRectF, text: str, rgb: tuple[int, int, int], size: float, *, bold: bool = False,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
) -> None:
    """One line of text in a box, cut with an ellipsis where it is too long."""
    font = lyric_font(size, bold=bold)
    painter.setFont(font)
    painter.setPen(colour(rgb))
    fitting = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 1)
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, fitting)


def word_rows(clip: ClipData, axis: Axis) -> list[tuple[TimedWord, float, float, int]]:
    """(word, x of its text, width, row): a word that would touch the one before it goes a row down, up to three."""
    metrics = QFontMetricsF(lyric_font(_WORD_SIZE))
    ends = [-1e9, -1e9, -1e9]
    placed = []
    for word in clip.words:
        width = metrics.horizontalAdvance(word.text)
        middle = (axis.x(word.start) + axis.x(word.end)) / 2
        left = min(max(middle - width / 2, axis.left), max(axis.right - width, axis.left))
        row = next((i for i, end in enumerate(ends) if left >= end + 6), None)
        if row is None:
            row = int(np.argmin(ends))
        ends[row] = left + width
        placed.append((word, left, width, row))
    return placed


def draw_words(
    painter: QPainter, axis: Axis, words: list[tuple[TimedWord, float, float, int]], top: float, clip: ClipData,
    theme: Theme,
) -> None:
    """The words, under each a band of its frames' NPMI as long as it is sung."""
    metrics = QFontMetricsF(lyric_font(_WORD_SIZE))
    draw_text(painter, QRectF(axis.left - 58, top + 2, 50, 20), "lyric", theme.faint, 11,
              align=Qt.AlignmentFlag.AlignRight)
    for word, left, _, row in words:
        y = top + row * ROW
        first, last = round(word.start * FPS), max(round(word.end * FPS), round(word.start * FPS) + 1)
        band = QRectF(axis.x(first / FPS), y + 21, axis.x(last / FPS) - axis.x(first / FPS) - 1, 7)
        heat_line(painter, band, clip.npmi[first:last], theme)
        painter.setPen(QPen(colour(theme.faint), 0.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(band)
        painter.setFont(lyric_font(_WORD_SIZE))
        painter.setPen(colour(theme.text))
        painter.drawText(QPointF(left, y + 2 + metrics.ascent() * 0.95), word.text)


def draw_curve(painter: QPainter, axis: Axis, rect: QRectF, clip: ClipData, theme: Theme) -> None:
    """NPMI a frame as steps from the zero line, filled in the colours of the scale; gaps where there are no bars."""
    values = np.asarray(clip.npmi, np.float64)
    fine = values[np.isfinite(values)]
    high = _limit(float(fine.max(initial=0.0)))
    low = -_limit(float(-fine.min(initial=0.0))) if len(fine) and fine.min() < -1e-9 else 0.0

    def y(value: float) -> float:
        return rect.bottom() - (value - low) / (high - low) * rect.height()

    painter.setPen(QPen(colour(theme.line), 0.8))
    painter.drawLine(QPointF(rect.left(), rect.top()), QPointF(rect.left(), rect.bottom()))
    for value in sorted({low, 0.0, high}):
        painter.setPen(QPen(colour(theme.faint if value == 0 else theme.line), 0.8))
        painter.drawLine(QPointF(rect.left(), y(value)), QPointF(rect.right(), y(value)))
        text = f"{value:+.1f}" if value else "0"
        draw_text(painter, QRectF(rect.left() - 44, y(value) - 7, 39, 14), text, theme.text, 10,
                  align=Qt.AlignmentFlag.AlignRight)
    painter.save()
    painter.translate(rect.left() - 50, rect.center().y())
    painter.rotate(-90)
    draw_text(painter, QRectF(-40, -8, 80, 14), "NPMI", theme.faint, 11)
    painter.restore()
    if not len(fine):
        draw_text(painter, rect, "not counted here", theme.faint, 11)
        return
    shown = np.nan_to_num(values)
    edges = [0, *(np.flatnonzero(np.diff(shown)) + 1).tolist(), len(shown)]
    for start, stop in pairwise(edges):
        value = float(shown[start])
        if value == 0.0:
            continue
        left, right = axis.x(start / FPS), axis.x(stop / FPS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(npmi_colour(value, dark=theme.dark))
        painter.drawRect(QRectF(left, min(y(value), y(0)), right - left, abs(y(value) - y(0))))
    line = QPolygonF()
    for start, stop in pairwise(edges):
        line.append(QPointF(axis.x(start / FPS), y(float(shown[start]))))
        line.append(QPointF(axis.x(stop / FPS), y(float(shown[start]))))
    painter.setPen(QPen(colour(theme.text), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(line)


def _limit(value: float) -> float:
    """The next tenth, at least 0.2."""
    return max(math.ceil(value * 10 - 1e-9) / 10, 0.2)


def loudness(samples: NDArray[np.float32], columns: int) -> NDArray[np.float64]:
    """Lowest and highest sample of some columns, float64 [columns, 2], of samples [n, channels]."""
    mono = samples.mean(axis=1)
    edges = np.linspace(0, len(mono), columns + 1).astype(int)
    result = np.zeros((columns, 2))
    for i, (start, stop) in enumerate(pairwise(edges.tolist())):
        if stop > start:
            result[i] = mono[start:stop].min(), mono[start:stop].max()
    return result


def draw_wave(painter: QPainter, rect: QRectF, wave: NDArray[np.float64], theme: Theme) -> None:
    """The waveform as one filled shape."""
    draw_text(painter, QRectF(rect.left() - 58, rect.center().y() - 8, 50, 16), "sound", theme.faint, 11,
              align=Qt.AlignmentFlag.AlignRight)
    largest = max(float(np.abs(wave).max()), 1e-6)
    step = rect.width() / len(wave)
    middle, half = rect.center().y(), rect.height() / 2
    xs = (rect.left() + (np.arange(len(wave)) + 0.5) * step).tolist()
    heights = (middle - wave / largest * half).tolist()
    upper = [QPointF(x, high) for x, (_, high) in zip(xs, heights, strict=True)]
    lower = [QPointF(x, low) for x, (low, _) in zip(xs, heights, strict=True)]
    painter.setPen(QPen(colour(theme.wave), 0.6))
    painter.setBrush(colour(theme.wave))
    painter.drawPolygon(QPolygonF(upper + lower[::-1]))


def draw_axis(painter: QPainter, axis: Axis, top: float, bottom: float, clip: ClipData, theme: Theme) -> None:
    """Bar lines from ``top`` to ``bottom``, and below them seconds of the song's motion."""
    dashed = QPen(colour(theme.line), 1.0, Qt.PenStyle.DashLine)
    painter.setPen(dashed)
    for seconds in clip.bars:
        painter.drawLine(QPointF(axis.x(seconds), top), QPointF(axis.x(seconds), bottom))
    painter.setPen(QPen(colour(theme.text), 1.0))
    painter.drawLine(QPointF(axis.left, bottom), QPointF(axis.right, bottom))
    step = next((t for t in _TICKS if clip.seconds / t <= 13), 120.0)
    first = clip.first / FPS
    for i in range(math.ceil(first / step - 1e-9), math.floor((first + clip.seconds) / step + 1e-9) + 1):
        x = axis.x(i * step - first)
        painter.setPen(QPen(colour(theme.text), 1.0))
        painter.drawLine(QPointF(x, bottom), QPointF(x, bottom + 5))
        text = f"{i * step:.1f}" if step < 1 else f"{i * step:.0f}"
        draw_text(painter, QRectF(x - 30, bottom + 6, 60, 14), text, theme.text, 11)
    draw_text(painter, QRectF(axis.left - 60, bottom + 6, 40, 14), "s", theme.faint, 11,
              align=Qt.AlignmentFlag.AlignRight)


def draw_legend(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """The colour scale from -1 to 1 with numbers."""
    left, width = rect.left() + 44, 220.0
    draw_text(painter, QRectF(rect.left(), rect.top(), 40, 12), "NPMI", theme.text, 11,
              align=Qt.AlignmentFlag.AlignLeft)
    gradient = QLinearGradient(left, 0, left + width, 0)
    for i in range(41):
        gradient.setColorAt(i / 40, npmi_colour(i / 20 - 1, dark=theme.dark))
    painter.setPen(QPen(colour(theme.faint), 0.6))
    painter.setBrush(gradient)
    painter.drawRect(QRectF(left, rect.top(), width, 12))
    for value, text in ((-1.0, "-1 apart"), (-0.5, "-0.5"), (0.0, "0"), (0.5, "0.5"), (1.0, "1 together")):
        draw_text(painter, QRectF(left + (value + 1) / 2 * width - 34, rect.top() + 13, 68, 13), text, theme.text, 10)
