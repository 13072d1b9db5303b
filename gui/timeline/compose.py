"""Puts the timeline together on the screen: tiles, names of rows, choices, sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from core.skeleton import FPS
from gui.draw.colours import colour
from gui.timeline import overlay
from gui.timeline.hits import WordDraft
from gui.timeline.rows import GAP
from gui.timeline.scene import Scene
from gui.timeline.tiles import WIDTH, draw_overview

if TYPE_CHECKING:
    from gui.timeline.canvas import TimelineCanvas


class Composer:
    """Paints a canvas, or the part of it that changed."""

    def __init__(self, canvas: TimelineCanvas) -> None:
        self._canvas = canvas

    def empty(self, painter: QPainter) -> None:
        canvas = self._canvas
        painter.fillRect(canvas.rect(), colour(canvas.theme.background))
        painter.setPen(colour(canvas.theme.faint))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(canvas.rect().adjusted(16, 4, -16, -4), flags, canvas.describer.empty())

    def paint(self, painter: QPainter, scene: Scene, dirty: QRectF) -> None:
        canvas = self._canvas
        theme, axis, layout = canvas.theme, canvas.axis, canvas.layout_
        body = QRectF(axis.left(), layout.fixed, axis.width(), max(canvas.height() - layout.fixed, 0))
        if dirty.left() < axis.left():
            self._paint_names(painter, scene)
        painter.fillRect(dirty.intersected(QRectF(axis)), colour(theme.background))
        painter.setClipRect(dirty.intersected(QRectF(axis)))
        strip = canvas.row_rect("overview")
        if strip is not None and dirty.top() < strip.bottom() + 1:
            self._paint_overview(painter, scene, strip)
        left, ruler = canvas.scale.left, layout.tops["ruler"]
        first = int((left + max(dirty.left() - axis.left(), 0)) // WIDTH)
        last = int((left + min(dirty.right(), axis.right() + 1) - axis.left() - 1e-6) // WIDTH)
        for index in range(first, last + 1):
            tile = canvas.tiles.get(canvas.scale.per_second, index)
            x = axis.left() + index * WIDTH - left
            ratio = scene.ratio
            painter.drawPixmap(QPointF(x, ruler), tile, QRectF(0, 0, WIDTH * ratio, scene.ruler * ratio))
            painter.drawPixmap(
                QPointF(x, layout.fixed), tile,
                QRectF(0, (scene.ruler + canvas.scrolled) * ratio, WIDTH * ratio, body.height() * ratio),
            )
        in_body = dirty.intersected(body)
        painter.setClipRect(in_body)
        if not in_body.isEmpty():
            self._paint_words(painter, scene, in_body)
            self._paint_notes(painter)
        chosen = canvas.session.range
        if chosen is not None:
            painter.setClipRect(dirty.intersected(QRectF(axis.left(), ruler, axis.width(), canvas.height())))
            self._paint_range(painter, canvas.x_of(chosen[0] / FPS), canvas.x_of(chosen[1] / FPS), scene)
        painter.setClipRect(dirty.intersected(QRectF(axis)))
        x = canvas.x_of(canvas.time)
        overlay.draw_playhead(painter, x, ruler, canvas.height(), handle=True)
        if layout.scroll:
            self._paint_scrollbar(painter, body)
        if canvas.hasFocus():
            painter.setPen(QPen(colour(theme.accent, 170), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(axis).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_names(self, painter: QPainter, scene: Scene) -> None:
        canvas = self._canvas
        theme, metrics = canvas.theme, scene.metrics
        painter.fillRect(QRect(0, 0, canvas.gutter, canvas.height()), canvas.palette().window())
        for row in (*[r for r in canvas.layout_.heights if r not in {"overview", "ruler"}], "overview", "ruler"):
            rect = canvas.row_rect(row)
            if rect is None:
                continue
            box = QRectF(0, rect.top(), canvas.gutter - 6, rect.height())
            if row in {"overview", "ruler"}:
                painter.fillRect(QRectF(0, rect.top(), canvas.gutter, rect.height() + GAP), canvas.palette().window())
            painter.setPen(colour(theme.faint))
            right = Qt.AlignmentFlag.AlignRight
            painter.drawText(box, right | Qt.AlignmentFlag.AlignVCenter, canvas.row_name(row))
            if row == "npmi" and rect.height() >= 3.1 * metrics.height() and scene.track.data.coded:
                painter.drawText(box, right | Qt.AlignmentFlag.AlignTop, f"{scene.track.high:+.2f}")
                low = f"{scene.track.low:+.2f}".replace("-", "−")
                painter.drawText(box, right | Qt.AlignmentFlag.AlignBottom, low)

    def _paint_range(self, painter: QPainter, x0: float, x1: float, scene: Scene) -> None:
        """The range chosen: tinted but for the rows whose colours mean something, and edges over all rows."""
        canvas = self._canvas
        spans = [(canvas.layout_.tops["ruler"], canvas.layout_.fixed - GAP)]
        wave = canvas.row_rect("wave")
        if wave is not None and wave.bottom() >= canvas.layout_.fixed:
            spans.append((max(wave.top(), canvas.layout_.fixed), wave.bottom() + 1))
        overlay.draw_range(painter, x0, x1, spans, (canvas.layout_.tops["ruler"], canvas.height()), scene.theme)

    def _paint_overview(self, painter: QPainter, scene: Scene, strip: QRect) -> None:
        canvas = self._canvas
        if canvas.overview is None:
            canvas.overview = draw_overview(scene, strip.width())
        painter.drawPixmap(strip.topLeft(), canvas.overview)
        box = QRectF(strip)
        overlay.draw_window(painter, box, canvas.overview_x(canvas.scale.start),
                            canvas.overview_x(min(canvas.scale.stop, canvas.scale.length)), canvas.theme)
        if canvas.session.range is not None:
            x0, x1 = (canvas.overview_x(frame / FPS) for frame in canvas.session.range)
            painter.fillRect(QRectF(x0, box.top(), max(x1 - x0, 2.0), box.height()), colour(canvas.theme.accent, 40))
            for y in (box.top(), box.bottom() - 3):
                painter.fillRect(QRectF(x0, y, max(x1 - x0, 2.0), 3), colour(canvas.theme.accent))
        overlay.draw_playhead(painter, canvas.overview_x(canvas.time), box.top(), box.bottom(), handle=False)

    def _paint_words(self, painter: QPainter, scene: Scene, dirty: QRectF) -> None:
        canvas = self._canvas
        row = canvas.row_rect("words")
        if row is None or not scene.track.data.words:
            return
        draft = canvas.draft if isinstance(canvas.draft, WordDraft) else None
        view = QRectF(canvas.axis.left(), row.top(), canvas.axis.width(), row.height())
        part = view.intersected(QRectF(dirty.left() - 1, row.top(), dirty.width() + 2, row.height()))
        if part.isEmpty():
            return
        if draft is not None:
            old = (scene.track.starts[draft.word], scene.track.ends[draft.word])
            x0, x1 = canvas.x_of(old[0]), canvas.x_of(old[1])
            painter.fillRect(QRectF(x0, row.top(), x1 - x0, row.height()), colour(canvas.theme.background, 215))
            painter.fillRect(self._word_box(draft.word, row), colour(canvas.theme.accent, 60))
        spans = {draft.word: (draft.start, draft.end)} if draft is not None else {}
        canvas.labels.draw(painter, canvas.scale.per_second, canvas.scale.left, view, part, spans)
        theme = canvas.theme
        marks = [(canvas.hovered, colour(theme.text, 150), 1.0), (canvas.sung, colour(theme.text), 2.0),
                 (canvas.session.word, colour(theme.accent), 2.0)]
        if draft is not None:
            marks.append((draft.word, colour(theme.accent), 2.0))
        for word, ink, width in marks:
            if word is not None and word < len(scene.track.starts):
                overlay.draw_word_frame(painter, self._word_box(word, row), ink, width)

    def _word_box(self, word: int, row: QRect) -> QRectF:
        canvas = self._canvas
        start, end = canvas.word_span(word)
        x0, x1 = round(canvas.x_of(start)), round(canvas.x_of(end))
        return QRectF(x0, row.top(), max(x1 - x0 - 1, 3), row.height())

    def _paint_notes(self, painter: QPainter) -> None:
        """Sentences in rows that have nothing to show."""
        canvas = self._canvas
        notes = canvas.describer.notes(reading=canvas.reading, fault=canvas.wave_fault)
        painter.setPen(colour(canvas.theme.faint))
        metrics = QFontMetricsF(painter.font())
        for row, text in notes.items():
            rect = canvas.row_rect(row)
            if rect is not None:
                box = QRectF(rect).adjusted(10, 0, -10, 0)
                flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(box, flags, metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width()))

    def _paint_scrollbar(self, painter: QPainter, body: QRectF) -> None:
        canvas = self._canvas
        share = body.height() / canvas.layout_.content
        top = body.top() + canvas.scrolled / canvas.layout_.content * body.height()
        painter.fillRect(QRectF(canvas.width() - 5, top, 4, share * body.height()), colour(canvas.theme.text, 110))
