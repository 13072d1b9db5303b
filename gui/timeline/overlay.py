"""What is drawn over the tiles at every repaint: labels of words, choices, drafts of edits, the playhead."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QStaticText

from core.skeleton import FPS
from gui.draw.colours import Theme, colour
from gui.timeline.colouring import blend
from gui.timeline.scene import Scene

_PAD: Final = 3.0
_ROOM_FOR_DOTS: Final = 3.2
"""Ems: in less room a word is cut without an ellipsis."""
_FIRST_KANA: Final = 0x2E80
_DARK_INK: Final = QColor(20, 20, 20)
_LIGHT_INK: Final = QColor(250, 250, 250)
_KEPT_TEXTS: Final = 4000


class WordLabels:
    """Draws words into their boxes: within what is in view of the box, cut short where there is no room."""

    def __init__(self) -> None:
        self._scene: Scene | None = None
        self._widths: NDArray[np.float64] = np.zeros(0)
        self._dark_ink: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._word_dim: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._texts: OrderedDict[str, QStaticText] = OrderedDict()
        self._short: dict[tuple[str, int], tuple[str, float]] = {}
        self._font_key = ""

    def set_scene(self, scene: Scene | None) -> None:
        """Measure the words of a scene."""
        same = self._scene is not None and scene is not None and self._scene.track is scene.track
        key = scene.font.key() if scene is not None else ""
        if scene is not None and not (same and key == self._font_key):
            metrics = scene.metrics
            self._widths = np.array([metrics.horizontalAdvance(word.text) for word in scene.track.data.words])
        if key != self._font_key:
            self._texts.clear()
            self._short.clear()
        self._font_key = key
        self._scene = scene
        if scene is None:
            return
        channel = (scene.colours.rgb.astype(np.float64) / 255) ** 2.2
        self._dark_ink = channel @ np.array([0.2126, 0.7152, 0.0722]) > 0.30
        dim = scene.colours.dim
        lit = np.concatenate([[0], np.cumsum(~dim & ~np.isnan(scene.track.data.npmi))])
        track = scene.track
        first, after = track.word_first, track.word_last + 1
        self._word_dim = (lit[np.maximum(after, first)] == lit[first]) & scene.track.data.coded

    def draw(self, painter: QPainter, per_second: float, left: int, view: QRectF, row: QRectF,
             spans: dict[int, tuple[float, float]]) -> None:
        """Draw the labels that touch ``view``.

        Parameters
        ----------
        per_second, left : float, int
            As in :class:`gui.timeline.timescale.TimeScale`.
        view : QRectF
            The whole stretch in view: labels stay inside it.
        row : QRectF
            The part to be painted, at the height of the words' row.
        spans : dict
            Seconds of words that are not where the song has them, by index.
        """
        scene = self._scene
        if scene is None:
            return
        track, metrics = scene.track, scene.metrics
        least = metrics.averageCharWidth() * 0.9
        origin = view.left() - left
        baseline = row.top() + (row.height() - metrics.height()) / 2
        start = (row.left() - origin) / per_second
        stop = (row.right() - origin) / per_second
        for i in track.words_between(start, stop):
            begin, end = spans.get(i, (track.starts[i], track.ends[i]))
            x0 = max(begin * per_second + origin + _PAD, view.left() + _PAD)
            x1 = min(end * per_second + origin - _PAD + 1, view.right() - _PAD)
            if x1 - x0 < least or x1 < row.left() or x0 > row.right():
                continue
            text, width = track.data.words[i].text, float(self._widths[i])
            if width > x1 - x0:
                text, width = self._shortened(text, int(x1 - x0))
                if not text:
                    continue
            self._text(painter, i, text, QRectF(x0, baseline, width, metrics.height()), per_second, origin)

    def _shortened(self, text: str, room: int) -> tuple[str, float]:
        """As much of a word as there is room for, and its width."""
        key = (text, room)
        if key not in self._short:
            assert self._scene is not None
            metrics = self._scene.metrics
            if room >= _ROOM_FOR_DOTS * metrics.height():
                short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            else:
                # One letter says nothing, one Japanese character does.
                least = 1 if ord(text[0]) >= _FIRST_KANA else 2
                short = next((text[:k] for k in range(min(len(text), 8), least - 1, -1)
                              if metrics.horizontalAdvance(text[:k]) <= room), "")
            if len(self._short) > _KEPT_TEXTS:
                self._short.clear()
            self._short[key] = (short, metrics.horizontalAdvance(short))
        return self._short[key]

    def _text(self, painter: QPainter, word: int, text: str, box: QRectF, per_second: float, origin: float) -> None:
        """One label, in the ink that reads on the colours below it, piece by piece where they differ."""
        scene = self._scene
        assert scene is not None
        found = self._texts.get(text)
        if found is None:
            found = QStaticText(text)
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.prepare(font=scene.font)
            self._texts[text] = found
            if len(self._texts) > _KEPT_TEXTS:
                self._texts.popitem(last=False)
        first, last = int(scene.track.word_first[word]), int(scene.track.word_last[word])
        point = QPointF(round(box.x()), round(box.y()))
        if self._word_dim[word]:
            painter.setPen(_faded(scene.theme))
            painter.drawStaticText(point, found)
            return
        if last < first:
            painter.setPen(colour(scene.theme.text))
            painter.drawStaticText(point, found)
            return
        a = int(np.clip((box.left() - origin) / per_second * FPS, first, last))
        b = int(np.clip((box.right() - origin) / per_second * FPS, first, last))
        inks = self._dark_ink[a : b + 1]
        if inks.all() or not inks.any():
            painter.setPen(_DARK_INK if inks[0] else _LIGHT_INK)
            painter.drawStaticText(point, found)
            return
        cuts = [0, *(np.flatnonzero(np.diff(inks)) + 1).tolist(), len(inks)]
        for k in range(len(cuts) - 1):
            x0 = (a + cuts[k]) / FPS * per_second + origin if k else box.left() - 2
            x1 = (a + cuts[k + 1]) / FPS * per_second + origin if k + 2 < len(cuts) else box.right() + 2
            painter.save()
            painter.setClipRect(QRectF(x0, box.top(), x1 - x0, box.height()), Qt.ClipOperation.IntersectClip)
            painter.setPen(_DARK_INK if inks[cuts[k]] else _LIGHT_INK)
            painter.drawStaticText(point, found)
            painter.restore()


def _faded(theme: Theme) -> QColor:
    r, g, b = (int(c) for c in blend(theme.faint, theme.text, 0.45))
    return QColor(r, g, b)


def draw_playhead(painter: QPainter, x: float, top: float, bottom: float, *, handle: bool) -> None:
    """A line of two tones, so that it shows on any ground; with a handle at its top."""
    line = round(x)
    painter.fillRect(QRectF(line - 1, top, 3, bottom - top), QColor(255, 255, 255, 235))
    painter.fillRect(QRectF(line, top, 1, bottom - top), QColor(200, 20, 40))
    if handle:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        painter.setPen(QPen(QColor(255, 255, 255), 1))
        painter.setBrush(QColor(200, 20, 40))
        painter.drawPolygon(QPolygonF([QPointF(line - 5, top), QPointF(line + 6, top), QPointF(line + 6, top + 4),
                                       QPointF(line + 0.5, top + 10), QPointF(line - 5, top + 4)]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def draw_range(painter: QPainter, x0: float, x1: float, spans: Sequence[tuple[float, float]],
               edges: tuple[float, float], theme: Theme) -> None:
    """The chosen range: a tint at the heights ``spans``, and its ends as lines over ``edges``."""
    for top, bottom in spans:
        painter.fillRect(QRectF(x0, top, max(x1 - x0, 1.0), bottom - top), colour(theme.accent, 60))
    for x in (x0, x1):
        painter.fillRect(QRectF(round(x) - 1, edges[0], 2, edges[1] - edges[0]), colour(theme.accent))


def draw_word_frame(painter: QPainter, box: QRectF, ink: QColor, width: float) -> None:
    """A frame around a word's box."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, width))
    half = width / 2
    painter.drawRect(box.adjusted(half, half, -half, -half))


def draw_window(painter: QPainter, strip: QRectF, x0: float, x1: float, theme: Theme) -> None:
    """The stretch in view as a frame in the overview; what lies outside it is veiled."""
    veil = colour(theme.background, 80)
    painter.fillRect(QRectF(strip.left(), strip.top(), x0 - strip.left(), strip.height()), veil)
    painter.fillRect(QRectF(x1, strip.top(), strip.right() - x1, strip.height()), veil)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour(theme.accent), 2))
    painter.drawRect(QRectF(round(x0) + 1, strip.top() + 1, max(round(x1 - x0) - 2, 4), strip.height() - 2))
