"""Looping thumbnails: one queue that draws them, one cache that is bounded, one clock that all of them share.

In an item view::

    loops = loops_of(session)
    loops.tick.connect(view.viewport().update)     # and loops.ready
    # in the delegate's paint():
    paint_loop(painter, rect, loops, place, moving=True, theme=theme_of(option.palette))

or as a widget of its own: :class:`LoopThumb`.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.pipeline.browse import Place
from core.skeleton import FPS
from gui.draw.colours import Theme, colour, theme_of
from gui.state.session import Session
from gui.thumbs.pictures import PICTURES_A_SECOND, Shape
from gui.thumbs.queue import STALE, Drawn, Key, Queue, Request, serve

CACHE_BYTES: Final = 96 << 20
_SHARE: Final = 40
"""At least so many loops fit into the cache, however large they are."""
_HOLD: Final = 0.4
"""Seconds that a loop rests on its last picture."""
_DENSEST: Final = 2.0
_STILL_SETTING: Final = "view/still_pictures"


@dataclass
class _Entry:
    still: QPixmap | None = None
    moving: list[QPixmap] = field(default_factory=list)
    failed: bool = False
    size: int = 0


class Loops(QObject):
    """Looping skeleton pictures of places, drawn on demand.

    A view paints with :meth:`frame` (which asks for what is missing) and repaints what it shows at :attr:`tick` and
    :attr:`ready`. The clock runs only as long as somebody paints; what is no longer painted is no longer drawn.
    Use :func:`loops_of` to get the one that belongs to a session.
    """

    tick = Signal()
    """The common clock went on (ten times a second, while a loop is visible or a picture is awaited)."""
    ready = Signal(object)
    """A picture of this :class:`Place` can be had (or it turned out that there is none)."""

    def __init__(self, session: Session, parent: QObject | None = None, *, limit: int = CACHE_BYTES) -> None:
        super().__init__(parent)
        self._session = session
        self._limit = limit
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()
        self._bytes = 0
        self._queue = Queue()
        self._songs: dict[str, SongRecord] = {}
        self._corpus: Corpus | None = None
        self._folder = Path()
        self._still = bool(QSettings().value(_STILL_SETTING, False, bool))
        self._begin = time.monotonic()
        self._asked = 0.0
        self._task = f"loops {id(self):x}"
        self._timer = QTimer(self)
        self._timer.setInterval(1000 // PICTURES_A_SECOND)
        self._timer.timeout.connect(self._on_timer)
        session.corpus_changed.connect(self._on_corpus)
        self._on_corpus()

    # -- what painters use ------------------------------------------------------------------------

    @property
    def seconds(self) -> float:
        """Time of the common clock."""
        return time.monotonic() - self._begin

    @property
    def still(self) -> bool:
        """Whether pictures stand still everywhere (a setting, for people whom movement disturbs)."""
        return self._still

    def set_still(self, still: bool) -> None:
        """Let all pictures stand still, or move; remembered."""
        self._still = still
        QSettings().setValue(_STILL_SETTING, still)
        self.tick.emit()

    def frame(self, place: Place, size: QSize, dpr: float, seconds: float | None) -> QPixmap | None:
        """The picture of a place at a time of the clock; None while there is none (it is asked for).

        Parameters
        ----------
        place : Place
        size : QSize
            In device-independent pixels.
        dpr : float
            Pixels a device-independent pixel.
        seconds : float or None
            :attr:`seconds` for a loop; None for the one frame that stands for the place.

        Returns
        -------
        QPixmap or None
            With a transparent background.
        """
        if self._still:
            seconds = None
        key = self._key(place, size, dpr)
        if key is None:
            return None
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
            if entry.failed:
                return None
        if entry is None or entry.still is None:
            self._ask(key, place, moving=False)
        if seconds is not None:
            self._keep_ticking()
            if entry is None or not entry.moving:
                self._ask(key, place, moving=True)
        if entry is None or seconds is None or not entry.moving:
            return entry.still if entry is not None else None
        length = len(place) / FPS
        turn = seconds % (length + _HOLD)
        return entry.moving[min(int(turn / length * len(entry.moving)), len(entry.moving) - 1)]

    def request(self, place: Place, size: QSize, dpr: float = 1.0) -> None:
        """Ask for the loop of a place; :attr:`ready` tells when it is there. Dropped unless renewed while it waits."""
        self.frame(place, size, dpr, self.seconds)

    def has_failed(self, place: Place, size: QSize, dpr: float) -> bool:
        """Whether a place has no picture (its motion cannot be read, or it is empty)."""
        key = self._key(place, size, dpr)
        entry = self._entries.get(key) if key is not None else None
        return key is None or (entry is not None and entry.failed)

    @property
    def cached_bytes(self) -> int:
        """Bytes of the pictures kept."""
        return self._bytes

    @property
    def waiting(self) -> int:
        """Requests that the worker has not taken yet."""
        return len(self._queue)

    @property
    def ticking(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    # -- inside -----------------------------------------------------------------------------------

    def _key(self, place: Place, size: QSize, dpr: float) -> Key | None:
        song = self._songs.get(place.song_id)
        if song is None or len(place) <= 0 or size.isEmpty():
            return None
        scale = min(max(dpr, 1.0), _DENSEST)
        dark = theme_of(QGuiApplication.palette()).dark
        shape = Shape(round(size.width() * scale), round(size.height() * scale), dark, scale)
        return self._folder, song.row, place.start, place.stop, shape

    def _ask(self, key: Key, place: Place, *, moving: bool) -> None:
        if self._corpus is not None:
            request = Request(key, self._songs[place.song_id], self._corpus, place, moving, time.monotonic())
            self._queue.put(request)
            self._keep_ticking()
            self._work()

    def _keep_ticking(self) -> None:
        self._asked = time.monotonic()
        if not self._timer.isActive():
            self._timer.start()

    def _work(self) -> None:
        tasks = self._session.tasks
        if len(self._queue) and not tasks.is_running(self._task):
            queue, most = self._queue, self._limit // _SHARE
            tasks.start(lambda report: serve(queue, most, report), key=self._task, partial=self._receive,
                        done=lambda _nothing: self._work(), failed=lambda _failure: self._work())

    def _receive(self, drawn: Drawn) -> None:
        request, shape = drawn.request, drawn.request.key[4]
        self._queue.finished(request)
        if request.key[0] != self._folder:
            return
        entry = self._entries.setdefault(request.key, _Entry())
        pixmaps = [QPixmap.fromImage(image) for image in drawn.images]
        for pixmap in pixmaps:
            pixmap.setDevicePixelRatio(shape.scale)
        if not pixmaps:
            entry.failed = True
        elif request.moving:
            entry.moving = pixmaps
        else:
            entry.still = pixmaps[0]
        self._bytes -= entry.size
        entry.size = shape.size * (len(entry.moving) + (entry.still is not None))
        self._bytes += entry.size
        self._entries.move_to_end(request.key)
        while self._bytes > self._limit and len(self._entries) > 1:
            _, older = self._entries.popitem(last=False)
            self._bytes -= older.size
        self.ready.emit(request.place)

    def _on_timer(self) -> None:
        # One tick goes out before the clock stops, so a request that was dropped is asked for again if it is visible.
        if time.monotonic() - self._asked > 2 * STALE:
            self._timer.stop()
        self.tick.emit()

    def _on_corpus(self) -> None:
        opened = self._session.opened
        self._queue.clear()
        self._corpus = opened.corpus if opened else None
        self._songs = {song.song_id: song for song in opened.songs} if opened else {}
        folder = opened.folder if opened else Path()
        if folder != self._folder:
            self._entries.clear()
            self._bytes = 0
            self._folder = folder
        # What could not be read may have been mended since.
        for key in [key for key, entry in self._entries.items() if entry.failed]:
            self._bytes -= self._entries.pop(key).size


def loops_of(session: Session) -> Loops:
    """The thumbnails that all panes of a session share."""
    found = session.findChild(Loops)
    return found if isinstance(found, Loops) else Loops(session, session)


def paint_loop(
    painter: QPainter, rect: QRect, loops: Loops, place: Place, *, moving: bool, theme: Theme, radius: float = 6.0,
) -> None:
    """Paint a place into a rectangle: a rounded card with the dancer; three dots while it is drawn, a dash if not."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    card = QPainterPath()
    card.addRoundedRect(QRectF(rect), radius, radius)
    painter.fillPath(card, colour(theme.background))
    dpr = painter.device().devicePixelRatioF()
    pixmap = loops.frame(place, rect.size(), dpr, loops.seconds if moving else None)
    if pixmap is not None:
        painter.setClipPath(card)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(rect, pixmap)
    else:
        painter.setPen(QPen(colour(theme.faint), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        middle = QRectF(rect).center()
        if loops.has_failed(place, rect.size(), dpr):
            painter.drawLine(middle - QPointF(8, 0), middle + QPointF(8, 0))
        else:
            for x in (-8, 0, 8):
                painter.drawPoint(middle + QPointF(x, 0))
    painter.restore()


class LoopThumb(QWidget):
    """One place as a small looping picture; plays always, or only while the pointer or the focus is on it."""

    clicked = Signal(object)
    """The :class:`Place`."""

    def __init__(self, loops: Loops, parent: QWidget | None = None, *, always: bool = True) -> None:
        super().__init__(parent)
        self._loops = loops
        self._always = always
        self._place: Place | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(48, 56)
        loops.tick.connect(self._on_tick)
        loops.ready.connect(self._on_ready)

    @property
    def place(self) -> Place | None:
        """What is shown."""
        return self._place

    def set_place(self, place: Place | None) -> None:
        """Show another place, or none."""
        if place != self._place:
            self._place = place
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(104, 124)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = theme_of(self.palette())
        if self._place is not None:
            moving = self._always or self.underMouse() or self.hasFocus()
            paint_loop(painter, self.rect(), self._loops, self._place, moving=moving, theme=theme)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside and self._place is not None:
            self.clicked.emit(self._place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._place is not None:
            self.clicked.emit(self._place)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def _on_tick(self) -> None:
        if self.isVisible():
            self.update()

    def _on_ready(self, place: Place) -> None:
        if place == self._place:
            self.update()
