"""The time axis itself: one widget that paints all rows and follows the session."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.audio.peaks import Peaks
from core.skeleton import FPS
from gui.draw.colours import LIGHT, Theme, theme_of
from gui.state.session import Session
from gui.timeline import overlay
from gui.timeline.colouring import frame_colours
from gui.timeline.compose import Composer
from gui.timeline.describe import Describer
from gui.timeline.hits import Hit, OffsetDraft, WordDraft
from gui.timeline.pointer import Pointer
from gui.timeline.rows import GAP, HIDEABLE, Layout, arrange
from gui.timeline.scene import Scene
from gui.timeline.tiles import Tiles
from gui.timeline.timescale import TimeScale
from gui.timeline.track import Track
from gui.timeline.waves import Waves
from gui.widgets.translated import Translated

_FIRST_SPAN: Final = 10.0
_SIMILAR: Final = 1.3
"""A change of width up to this factor keeps the zoom of a song that nobody has zoomed yet."""
"""Seconds in view when a song is first shown."""
_GRIP: Final = 5.0
_TEXT: Final = 0.92


class TimelineCanvas(Translated):
    """Paints the timeline and takes the mouse; see :class:`gui.timeline.pane.TimelinePane`."""

    word_times_edited = Signal(int, float, float)
    offset_edited = Signal(float)
    play_requested = Signal(int, int)
    """Frames (start, stop) to be played once."""
    view_changed = Signal()
    """Another stretch is in view, or at another zoom."""

    # Events come already while the parts are being made.
    _ready = False

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.scale = TimeScale()
        self.tiles = Tiles()
        self.track: Track | None = None
        self.scene: Scene | None = None
        self.layout_: Layout = arrange(100, 14, frozenset())
        self.hidden: frozenset[str] = frozenset()
        self.scrolled = 0
        self.snap = "frame"
        self.editing = False
        self.dimming = True
        self.fewest = 0
        self.following = True
        self.hovered: int | None = None
        self.draft: WordDraft | OffsetDraft | None = None
        self.gutter = 60
        self._untouched = True
        self._viewed = 0
        self.labels = overlay.WordLabels()
        self._waves = Waves(session.tasks, self)
        self._peaks: Peaks | None = None
        self.wave_fault = ""
        self.overview: QPixmap | None = None
        self._row_names: dict[str, str] = {}
        self.sung: int | None = None
        self._theme: Theme = LIGHT
        self.describer = Describer(self)
        self._pointer = Pointer(self)
        self._composer = Composer(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._waves.ready.connect(self._wave_ready)
        self._waves.failed.connect(self._wave_failed)
        session.song_changed.connect(self._song_changed)
        session.corpus_changed.connect(self.update)
        session.time_changed.connect(self._time_changed)
        session.playing_changed.connect(self._playing_changed)
        session.range_changed.connect(self.update)
        session.word_changed.connect(self.update)
        session.pair_changed.connect(self.rebuild)
        session.threshold_changed.connect(self.rebuild)
        self.time = session.time
        self.restyle()
        self.retranslate()
        self._song_changed()
        self._ready = True

    # -- texts and colours ------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Timeline"))
        self.setAccessibleDescription(self.tr("Sound, bars, words, NPMI and codes of the song on one time axis"))
        self._row_names = {
            "overview": self.tr("Song"), "ruler": self.tr("Time, bar"), "wave": self.tr("Sound"),
            "words": self.tr("Words"), "npmi": self.tr("NPMI"), "lyric": self.tr("Lyric code"),
            "dance": self.tr("Dance code"),
        }
        self._measure()

    def restyle(self) -> None:
        self._theme = theme_of(self.palette())
        self.rebuild()

    def row_name(self, row: str) -> str:
        """What a row is called in the present language."""
        return self._row_names[row]

    @property
    def reading(self) -> bool:
        """Whether the sound is still being read."""
        return self._peaks is None and not self.wave_fault

    @property
    def theme(self) -> Theme:
        """The colours in use."""
        return self._theme

    def text_font(self) -> QFont:
        """The font of the rows: a little smaller than the window's."""
        font = QFont(self.font())
        if font.pointSizeF() > 0:
            font.setPointSizeF(max(font.pointSizeF() * _TEXT, 6.5))
        else:
            font.setPixelSize(max(round(font.pixelSize() * _TEXT), 9))
        return font

    def sizeHint(self) -> QSize:
        return QSize(1000, 210)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 70)

    # -- geometry ---------------------------------------------------------------------------------

    @property
    def axis(self) -> QRect:
        """Where the time axis is: all but the names of the rows."""
        return QRect(self.gutter, 0, max(self.width() - self.gutter, 1), self.height())

    def x_of(self, seconds: float) -> float:
        """Pixel of the widget at which a time lies."""
        return self.gutter + self.scale.x(seconds)

    def seconds_at(self, x: float) -> float:
        """Time under a pixel of the widget, kept inside the song."""
        return min(max(self.scale.seconds(x - self.gutter), 0.0), self.scale.length)

    def row_rect(self, row: str) -> QRect | None:
        """Where a row is on the widget, without the names; None if it is hidden. May be scrolled out of sight."""
        if row not in self.layout_.heights:
            return None
        top = self.layout_.tops[row]
        if row not in {"overview", "ruler"}:
            top += self.layout_.fixed - self.scrolled
        return QRect(self.gutter, top, self.axis.width(), self.layout_.heights[row])

    def overview_x(self, seconds: float) -> float:
        """Pixel of the widget at which a time lies in the overview."""
        return self.gutter + seconds / max(self.scale.length, 1e-3) * self.axis.width()

    def overview_seconds(self, x: float) -> float:
        """Time under a pixel of the overview."""
        return (x - self.gutter) / self.axis.width() * self.scale.length

    def word_span(self, word: int) -> tuple[float, float]:
        """Seconds of a word as it is shown, a draft included."""
        assert self.track is not None
        if isinstance(self.draft, WordDraft) and self.draft.word == word:
            return self.draft.start, self.draft.end
        return float(self.track.starts[word]), float(self.track.ends[word])

    def _measure(self, *, keep: bool = False) -> None:
        metrics = QFontMetricsF(self.text_font())
        shown = [name for row, name in self._row_names.items() if row not in self.hidden]
        self.gutter = round(max((metrics.horizontalAdvance(name) for name in shown), default=40.0)) + 14
        silent = self.track is not None and not self.track.data.song.audio
        empty = frozenset({"wave"}) if silent else frozenset()
        older, self.layout_ = self.layout_, arrange(self.height(), round(metrics.height()), self.hidden, empty)
        self.scrolled = min(self.scrolled, self.layout_.scroll)
        self.scale.width = self.axis.width()
        self.scale.clamp()
        if keep and self.layout_ == older:
            # Only wider or narrower: the tiles stay as they are.
            self.overview = None
            self.update()
        else:
            self.rebuild()

    def resizeEvent(self, event: QResizeEvent) -> None:
        fitted = self.track is not None and event.oldSize().width() > 0 and self.scale.span >= self.scale.length * 0.999
        super().resizeEvent(event)
        self._measure(keep=self.scene is not None)
        change = self.scale.width / max(self._viewed, 1)
        if self._untouched and self.track is not None and not 1 / _SIMILAR < change < _SIMILAR:
            self._first_view()
            self.scale.clamp()
            self.scale.reveal(self.time, 0.15)
        elif fitted:
            self.fit()
        self.view_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange}:
            self._measure()

    def set_hidden(self, hidden: frozenset[str]) -> None:
        """Hide some of the rows of :data:`HIDEABLE`."""
        self.hidden = frozenset(hidden) & frozenset(HIDEABLE)
        self._measure()

    # -- what is shown ----------------------------------------------------------------------------

    def _song_changed(self) -> None:
        data = self.session.song
        older = self.track.data.song.song_id if self.track is not None else None
        self.draft = None
        self.hovered = None
        self._pointer.drop()
        self.sung = None
        self.time = self.session.time
        if data is None or not len(data):
            self.track = None
        else:
            self.track = Track(data)
            self.scale.length = data.seconds
            if data.song.song_id != older:
                self.following = True
                self._untouched = True
                self._first_view()
            self.scale.clamp()
        self._peaks, self.wave_fault = None, ""
        if data is not None and data.song.audio:
            self._peaks = self._waves.get(data.song.audio)
        self.sung = self.track.word_at(self.time) if self.track is not None else None
        self._measure()
        self.view_changed.emit()

    def _first_view(self) -> None:
        """The zoom at which a song is first shown: words can be read, the overview shows the rest."""
        self.scale.start = 0.0
        self._viewed = self.scale.width
        self.scale.per_second = self.scale.width / min(_FIRST_SPAN, max(self.scale.length, 1.0))

    def _wave_ready(self, path: str) -> None:
        if self.session.song is not None and self.session.song.song.audio == path:
            self._peaks = self._waves.get(path)
            self.rebuild()

    def _wave_failed(self, path: str, sentence: str) -> None:
        if self.session.song is not None and self.session.song.song.audio == path:
            self.wave_fault = sentence
            self.update()

    def set_colouring(self, *, dimming: bool | None = None, fewest: int | None = None) -> None:
        """Whether low values are dimmed, and below how many songs any value is."""
        self.dimming = self.dimming if dimming is None else dimming
        self.fewest = self.fewest if fewest is None else fewest
        self.rebuild()

    def rebuild(self) -> None:
        """Make everything that is drawn anew: the colours, the sizes or the song changed."""
        self.overview = None
        if self.track is None or "ruler" not in self.layout_.heights:
            self.scene = None
        else:
            data = self.track.data
            delta = self.draft.delta if isinstance(self.draft, OffsetDraft) else 0.0
            colours = frame_colours(data, self._theme, self.session.threshold, self.fewest, dimming=self.dimming)
            self.scene = Scene(
                self.track, colours, self._theme, self.layout_, self.text_font(), self.devicePixelRatioF(), self._peaks,
                data.song.shift + delta, self.session.threshold if self.dimming else 0.0, self.session.pair,
            )
        self.tiles.set_scene(self.scene)
        self.labels.set_scene(self.scene)
        self.update()

    def set_editing(self, editing: bool) -> None:
        """Whether dragging words changes their times."""
        self.editing = editing
        self._pointer.drop()
        self.update()

    def set_draft(self, draft: WordDraft | OffsetDraft | None) -> None:
        """Show an edit that is being dragged."""
        redraw = isinstance(draft, OffsetDraft) or isinstance(self.draft, OffsetDraft)
        self.draft = draft
        if redraw:
            self.rebuild()
        self.update()

    # -- view -------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Bring the whole song into view."""
        self.scale.show(0.0, self.scale.length)
        self._moved()

    def show_frames(self, start: int, stop: int) -> None:
        """Zoom to some frames."""
        self.scale.show(start / FPS, stop / FPS, margin=0.06)
        self._moved()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Zoom at a pixel of the widget; without one at the playhead if it is in view, else in the middle."""
        if x is None:
            x = self.x_of(self.time)
            if not self.gutter <= x < self.width():
                x = self.gutter + self.axis.width() / 2
        self.scale.zoom(factor, x - self.gutter)
        self._moved()

    def pan_pixels(self, pixels: float) -> None:
        """Move the view by some pixels; positive is later."""
        self.scale.pan(pixels / self.scale.per_second)
        self._moved()

    def move_to(self, start: float) -> None:
        """Let the view begin at a time."""
        self.scale.start = start
        self.scale.clamp()
        self._moved()

    def scroll_rows(self, pixels: float) -> None:
        """Scroll the rows, where they do not all fit."""
        self.scrolled = min(max(round(self.scrolled + pixels), 0), self.layout_.scroll)
        self.update()

    def _moved(self) -> None:
        """A person changed the view: while playing, it is left alone once the playhead is out of it."""
        self.following = self.scale.start <= self.time < self.scale.stop
        self._untouched = False
        self.update()
        self.view_changed.emit()

    # -- time -------------------------------------------------------------------------------------

    def _time_changed(self, seconds: float) -> None:
        before, self.time = self.time, seconds
        if self.track is None:
            return
        playing = self.session.playing
        if not playing or self.scale.start <= seconds < self.scale.stop:
            self.following = True
        if self.following and not self._pointer.dragging and self.scale.reveal(seconds, 0.04 if playing else 0.15):
            self.update()
            self.view_changed.emit()
        elif playing and self.following:
            # So that turning the page copies tiles instead of drawing all of them at once.
            self.tiles.look_ahead(self.scale.per_second, self.scale.left, self.scale.width)
        self._update_playhead(before)
        self._update_playhead(seconds)
        sung = self.track.word_at(seconds)
        if sung != self.sung:
            for word in (sung, self.sung):
                self._update_word(word)
            self.sung = sung

    def _playing_changed(self, playing: bool) -> None:
        if playing:
            self.following = True
            if self.scale.reveal(self.time, 0.04):
                self.view_changed.emit()
        self.update()

    def _update_playhead(self, seconds: float) -> None:
        x = self.x_of(seconds)
        if self.gutter - 8 <= x <= self.width() + 8:
            self.update(QRect(round(x) - 7, 0, 15, self.height()))
        strip = self.row_rect("overview")
        if strip is not None:
            self.update(QRect(round(self.overview_x(seconds)) - 3, strip.top(), 7, strip.height()))

    def _update_word(self, word: int | None) -> None:
        row = self.row_rect("words")
        if word is not None and row is not None:
            start, end = self.word_span(word)
            x0, x1 = max(self.x_of(start), -10.0), min(self.x_of(end), self.width() + 10.0)
            if x1 > x0:
                self.update(QRect(int(x0) - 2, row.top() - 1, int(x1 - x0) + 5, row.height() + 2))

    def set_hovered(self, word: int | None) -> None:
        """Light the word under the pointer."""
        if word != self.hovered:
            for changed in (self.hovered, word):
                self._update_word(changed)
            self.hovered = word

    # -- under the pointer ------------------------------------------------------------------------

    def hit(self, point: QPointF) -> Hit:
        """What is under a point."""
        x, y = point.x(), point.y()
        seconds = self.seconds_at(x)
        row = self._row_at(y)
        if self.track is None:
            return Hit(row, seconds)
        if row == "overview":
            return Hit(row, min(max(self.overview_seconds(x), 0.0), self.scale.length))
        if row == "ruler" and abs(x - self.x_of(self.time)) <= _GRIP + 1 and self._upper_ruler(y):
            return Hit(row, seconds, playhead=True)
        word, part = None, ""
        if row == "words":
            word = self.track.word_at(self.scale.seconds(x - self.gutter))
            if self.editing:
                word, part = self._part_of_word(x, word)
        edge = None
        if self.session.range is not None and part not in {"start", "end"}:
            edge = next((i for i in (1, 0) if abs(x - self.x_of(self.session.range[i] / FPS)) <= _GRIP - 1), None)
            if edge is not None and x < self.gutter:
                edge = None
        if x < self.gutter and part not in {"start", "end"}:
            return Hit("gutter", seconds)
        return Hit(row, seconds, word, part, edge)

    def _part_of_word(self, x: float, word: int | None) -> tuple[int | None, str]:
        """The edge near a pixel, or the body of the word under it; where two words meet, of the one under it."""
        assert self.track is not None
        reach = _GRIP / self.scale.per_second
        seconds = self.scale.seconds(x - self.gutter)
        for k in ([word] if word is not None else self.track.words_between(seconds - reach, seconds + reach)):
            start, end = self.word_span(k)
            near = min(_GRIP, (end - start) * self.scale.per_second / 4) if word is not None else _GRIP
            if abs(x - self.x_of(start)) <= near:
                return k, "start"
            if abs(x - self.x_of(end)) <= near:
                return k, "end"
        return word, "body" if word is not None else ""

    def _row_at(self, y: float) -> str:
        for row in self.layout_.heights:
            rect = self.row_rect(row)
            if rect is None or (row not in {"overview", "ruler"} and y < self.layout_.fixed):
                continue
            if rect.top() <= y < rect.top() + rect.height() + GAP:
                return row
        return ""

    def _upper_ruler(self, y: float) -> bool:
        rect = self.row_rect("ruler")
        return rect is not None and y < rect.top() + rect.height() / 2 + 2

    def event(self, event: QEvent) -> bool:
        if not self._ready:
            return super().event(event)
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tip_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
                event.ignore()
            return True
        if self._pointer.take(event):
            return True
        return super().event(event)

    def tip_at(self, point: QPointF) -> str:
        """What the tooltip says at a point; rich text."""
        if self.wave_fault and self.hit(point).row == "wave":
            return self.wave_fault
        return self.describer.tip(self.hit(point))

    # -- painting ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.scene is not None and self.scene.ratio != self.devicePixelRatioF():
            self.rebuild()
        painter = QPainter(self)
        painter.setFont(self.text_font() if self.scene is None else self.scene.font)
        if self.scene is None:
            self._composer.empty(painter)
            return
        for rect in event.region():
            painter.setClipRect(rect)
            self._composer.paint(painter, self.scene, QRectF(rect))
        painter.end()
