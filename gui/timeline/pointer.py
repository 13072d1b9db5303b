"""The mouse, wheel and keys of the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from core.skeleton import FPS
from gui.timeline.hits import Hit, OffsetDraft, WordDraft
from gui.timeline.timescale import TimeScale

if TYPE_CHECKING:
    from gui.timeline.canvas import TimelineCanvas

NOTCH: Final = 120.0
ZOOM_NOTCH: Final = 1.3
"""Zoom of one notch of the wheel."""
_PAN_SHARE: Final = 0.12
_SHORTEST_WORD: Final = 1 / FPS


@dataclass
class _Drag:
    """A press of the mouse and what it became: "press" until it has moved, then the name of a drag."""

    kind: str
    hit: Hit
    origin: QPointF
    held: float = 0.0
    fixed: float = 0.0


class Pointer(QObject):
    """Turns events of the canvas into choices, moves of the view and drafts of edits."""

    def __init__(self, canvas: TimelineCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._drag: _Drag | None = None
        self._last = QPointF()
        self._before: tuple[int, int] | None = None
        self._free = False
        self._edge_timer = QTimer(self)
        self._edge_timer.setInterval(30)
        self._edge_timer.timeout.connect(self._scroll_at_edge)

    @property
    def dragging(self) -> bool:
        """Whether something is being dragged."""
        return self._drag is not None and self._drag.kind != "press"

    def drop(self) -> None:
        """Forget what is being dragged, without effect."""
        self._drag = None
        self._edge_timer.stop()
        if self._canvas.draft is not None:
            self._canvas.set_draft(None)

    def take(self, event: QEvent) -> bool:
        """Handle an event of the canvas; False if it is none of the pointer's."""
        kind = event.type()
        if isinstance(event, QWheelEvent):
            self._wheel(event)
        elif isinstance(event, QNativeGestureEvent):
            return self._gesture(event)
        elif isinstance(event, QMouseEvent):
            return self._mouse(kind, event)
        elif kind == QEvent.Type.Leave:
            self._canvas.set_hovered(None)
            return False
        elif isinstance(event, QKeyEvent):
            return self._key(kind, event)
        else:
            return False
        return True

    def _mouse(self, kind: QEvent.Type, event: QMouseEvent) -> bool:
        if kind == QEvent.Type.MouseButtonPress:
            self._press(event)
        elif kind == QEvent.Type.MouseMove:
            self._move(event)
        elif kind == QEvent.Type.MouseButtonRelease:
            self._release(event)
        elif kind == QEvent.Type.MouseButtonDblClick:
            self._double(event)
        else:
            return False
        return True

    # -- wheel and keys ---------------------------------------------------------------------------

    def _wheel(self, event: QWheelEvent) -> None:
        canvas = self._canvas
        event.accept()
        exact = not event.pixelDelta().isNull()
        delta = event.pixelDelta() if exact else event.angleDelta()
        dx, dy = float(delta.x()), float(delta.y())
        if canvas.track is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            canvas.zoom(ZOOM_NOTCH ** ((dy or dx) / (40.0 if exact else NOTCH)), event.position().x())
            return
        step = 1.0 if exact else canvas.axis.width() * _PAN_SHARE / NOTCH
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        upright = not shift and abs(dy) >= abs(dx)
        if upright and canvas.layout_.scroll and canvas.hit(event.position()).row != "overview":
            canvas.scroll_rows(-dy if exact else -dy / NOTCH * 24)
            return
        canvas.pan_pixels(-(dy if shift and not dx else dx if abs(dx) > abs(dy) else dy) * step)

    def _gesture(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture or self._canvas.track is None:
            return False
        self._canvas.zoom(1.0 + event.value(), event.position().x())
        return True

    def _key(self, kind: QEvent.Type, event: QKeyEvent) -> bool:
        canvas = self._canvas
        if event.key() == Qt.Key.Key_Escape and self._drag is not None:
            # Claimed before any shortcut, so that a drag ends and nothing else does.
            event.accept()
            if kind == QEvent.Type.KeyPress:
                self._cancel()
            return True
        if kind != QEvent.Type.KeyPress or canvas.track is None:
            return False
        if event.key() in {Qt.Key.Key_PageDown, Qt.Key.Key_PageUp} and not event.modifiers():
            canvas.pan_pixels(canvas.axis.width() * (0.9 if event.key() == Qt.Key.Key_PageDown else -0.9))
            return True
        return False

    def _cancel(self) -> None:
        drag, self._drag = self._drag, None
        self._edge_timer.stop()
        canvas = self._canvas
        canvas.set_draft(None)
        if drag is not None and drag.kind in {"range", "edge"}:
            canvas.session.set_range(self._before)
        self._shape(canvas.hit(self._last))

    # -- mouse ------------------------------------------------------------------------------------

    def _press(self, event: QMouseEvent) -> None:
        canvas = self._canvas
        if canvas.track is None:
            return
        point = event.position()
        self._last = point
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag = _Drag("pan", canvas.hit(point), point, canvas.scale.start)
            canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        hit = canvas.hit(point)
        self._before = canvas.session.range
        if hit.row == "overview":
            scale = canvas.scale
            held = hit.seconds - scale.start
            if not 0 <= held <= scale.span:
                # Pressed beside the frame: it comes to the pointer and is dragged from there.
                held = scale.span / 2
                canvas.move_to(hit.seconds - held)
                held = hit.seconds - scale.start
            self._drag = _Drag("view", hit, point, held)
            canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif hit.row != "gutter":
            self._drag = _Drag("press", hit, point)

    def _move(self, event: QMouseEvent) -> None:
        canvas = self._canvas
        point = event.position()
        self._last = point
        self._free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if canvas.track is None:
            return
        drag = self._drag
        if drag is None:
            hit = canvas.hit(point)
            canvas.set_hovered(hit.word)
            self._shape(hit, shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            return
        if drag.kind == "press":
            far = 3 if drag.hit.part or drag.hit.edge is not None else min(QApplication.startDragDistance(), 6)
            if abs(point.x() - drag.origin.x()) < far:
                return
            self._begin(drag, event)
        self._drag_to(point)

    def _begin(self, drag: _Drag, event: QMouseEvent) -> None:
        """The mouse has moved far enough: say what is dragged."""
        canvas, hit = self._canvas, drag.hit
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        drag.held = hit.seconds
        if canvas.editing and shift and hit.row == "wave":
            drag.kind = "offset"
        elif hit.word is not None and hit.part:
            drag.kind = "word"
        elif hit.playhead:
            drag.kind = "playhead"
        elif hit.edge is not None and canvas.session.range is not None:
            drag.kind = "edge"
            drag.fixed = canvas.session.range[1 - hit.edge] / FPS
        else:
            drag.kind = "range"
            drag.fixed = self._snapped(hit.seconds)
        if drag.kind in {"range", "edge", "playhead", "word"}:
            self._edge_timer.start()

    def _drag_to(self, point: QPointF) -> None:
        canvas, drag = self._canvas, self._drag
        assert drag is not None
        seconds = canvas.seconds_at(point.x())
        if drag.kind == "view":
            canvas.move_to(canvas.overview_seconds(point.x()) - drag.held)
        elif drag.kind == "pan":
            canvas.move_to(drag.held - (point.x() - drag.origin.x()) / canvas.scale.per_second)
        elif drag.kind in {"range", "edge"}:
            ends = sorted((drag.fixed, self._snapped(seconds)))
            canvas.session.set_range((round(ends[0] * FPS), round(ends[1] * FPS)))
        elif drag.kind == "playhead":
            self._seek(seconds)
        elif drag.kind == "word":
            canvas.set_draft(self._word_draft(drag, canvas.scale.seconds(point.x() - canvas.axis.left())))
        elif drag.kind == "offset":
            canvas.set_draft(OffsetDraft((point.x() - drag.origin.x()) / canvas.scale.per_second))

    def _word_draft(self, drag: _Drag, seconds: float) -> WordDraft:
        """The word with the dragged edge, or all of it, at a time; it stays between its neighbours."""
        track, word = self._canvas.track, drag.hit.word
        assert track is not None
        assert word is not None
        start, end = float(track.starts[word]), float(track.ends[word])
        earliest, latest = track.neighbours(word)
        moved = seconds - drag.held
        if drag.hit.part == "start":
            start = min(max(self._snapped(start + moved, words=False), earliest), end - _SHORTEST_WORD)
        elif drag.hit.part == "end":
            end = max(min(self._snapped(end + moved, words=False), latest), start + _SHORTEST_WORD)
        else:
            shift = self._snapped(start + moved, words=False) - start
            shift = min(max(shift, earliest - start), latest - end)
            start, end = start + shift, end + shift
        return WordDraft(word, start, end)

    def _release(self, event: QMouseEvent) -> None:
        canvas, drag = self._canvas, self._drag
        self._drag = None
        self._edge_timer.stop()
        if drag is None or canvas.track is None:
            return
        draft = canvas.draft
        if drag.kind == "press":
            self._click(drag.hit)
        elif isinstance(draft, WordDraft):
            canvas.set_draft(None)
            before = (float(canvas.track.starts[draft.word]), float(canvas.track.ends[draft.word]))
            if before != (draft.start, draft.end):
                canvas.word_times_edited.emit(draft.word, draft.start, draft.end)
        elif isinstance(draft, OffsetDraft):
            canvas.set_draft(None)
            if draft.delta:
                canvas.offset_edited.emit(draft.delta)
        self._shape(canvas.hit(event.position()))

    def _click(self, hit: Hit) -> None:
        canvas = self._canvas
        assert canvas.track is not None
        if hit.word is not None:
            start, stop = canvas.track.word_frames(hit.word)
            canvas.session.set_word(hit.word)
            canvas.session.set_range((start, stop))
            canvas.session.seek(start / FPS)
            canvas.play_requested.emit(start, stop)
        elif not hit.playhead:
            self._seek(hit.seconds)

    def _double(self, event: QMouseEvent) -> None:
        canvas = self._canvas
        if event.button() != Qt.MouseButton.LeftButton or canvas.track is None:
            return
        hit = canvas.hit(event.position())
        data = canvas.track.data
        frame = canvas.track.frame_at(hit.seconds)
        if hit.row == "ruler":
            bar = canvas.track.bar_at(hit.seconds)
            if bar is not None:
                canvas.session.set_range((data.bars[bar].start, data.bars[bar].stop))
        elif hit.row in {"lyric", "dance"} and data.lyric_codes[frame] >= 0:
            canvas.session.set_pair((int(data.lyric_codes[frame]), int(data.dance_codes[frame])))

    def _seek(self, seconds: float) -> None:
        canvas = self._canvas
        assert canvas.track is not None
        free = canvas.snap == "off" or self._free
        canvas.session.seek(seconds if free else canvas.track.frame_at(seconds) / FPS)

    def _snapped(self, seconds: float, *, words: bool = True) -> float:
        canvas = self._canvas
        assert canvas.track is not None
        if self._free:
            return seconds
        return canvas.track.snapped(seconds, "frame" if canvas.snap == "word" and not words else canvas.snap)

    def _scroll_at_edge(self) -> None:
        """While something is dragged beyond the view, the view follows."""
        canvas, axis = self._canvas, self._canvas.axis
        if self._drag is None or self._drag.kind == "press":
            self._edge_timer.stop()
            return
        over = min(self._last.x() - axis.left(), 0.0) + max(self._last.x() - axis.right(), 0.0)
        if over:
            scale: TimeScale = canvas.scale
            scale.pan(max(min(over, 60.0), -60.0) * 0.4 / scale.per_second)
            canvas.view_changed.emit()
            canvas.update()
            self._drag_to(self._last)

    def _shape(self, hit: Hit, *, shift: bool = False) -> None:
        """The pointer's shape says what a drag would do."""
        canvas = self._canvas
        if hit.part in {"start", "end"} or hit.edge is not None or (canvas.editing and shift and hit.row == "wave"):
            shape = Qt.CursorShape.SizeHorCursor
        elif hit.part == "body" or hit.playhead:
            shape = Qt.CursorShape.SizeAllCursor if hit.part else Qt.CursorShape.SizeHorCursor
        elif hit.row == "overview":
            shape = Qt.CursorShape.OpenHandCursor
        elif hit.word is not None:
            shape = Qt.CursorShape.PointingHandCursor
        elif hit.row == "gutter":
            shape = Qt.CursorShape.ArrowCursor
        else:
            shape = Qt.CursorShape.IBeamCursor
        canvas.setCursor(shape)
