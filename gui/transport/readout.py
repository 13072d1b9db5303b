"""Where the playhead is, in its three forms at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.skeleton import FPS
from gui.state.session import Session
from gui.transport.places import bar_beat, clock_text
from gui.widgets.translated import Translated

_GAP = 14


class Readout(Translated):
    """Frame, seconds and bar:beat. Painted rather than labels, so that 30 changes a second cost next to nothing."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._figures = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self._frame = -1
        self.values = ("–", "–", "–")
        self._captions = ("", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        session.time_changed.connect(self._follow)
        session.song_changed.connect(self.refresh)
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        self._captions = (self.tr("frame"), self.tr("time"), self.tr("bar:beat"))
        self._restate()
        self.updateGeometry()
        self.update()

    def restyle(self) -> None:
        self.update()

    def refresh(self) -> None:
        """Another song, or its end has moved."""
        self._frame = -1
        self._follow(self._session.time)
        self.updateGeometry()
        self.update()

    def _follow(self, _time: float) -> None:
        song, frame = self._session.song, self._session.frame
        if song is None or not len(song):
            self.values = ("–", "–", "–")
        elif frame == self._frame:
            return
        else:
            self._frame = frame
            place = bar_beat(song, frame)
            self.values = (str(frame), clock_text(frame / FPS), f"{place[0]}:{place[1]}" if place else "–")
        self.update()

    def _restate(self) -> None:
        self.setAccessibleName(self.tr("Place of the playhead"))
        self.setToolTip(self.tr("Frame (30 a second), minutes and seconds, bar and beat"))

    def text(self) -> str:
        """The readout as one line."""
        return "  ".join(f"{caption} {value}" for caption, value in zip(self._captions, self.values, strict=True))

    def _fonts(self) -> tuple[QFont, QFont]:
        size = self.font().pointSizeF()
        big, small = QFont(self._figures), QFont(self.font())
        big.setPointSizeF(size * 1.15)
        small.setPointSizeF(max(size * 0.8, 6.5))
        return big, small

    def _widths(self) -> list[float]:
        big, small = self._fonts()
        song = self._session.song
        frames = len(song) if song is not None else 0
        widest = (str(max(frames, 1000)), clock_text(max(frames / FPS, 60.0)),
                  f"{len(song.bars) if song is not None else 10}:4" if song is None or len(song.bars) > 9 else "10:4")
        return [max(QFontMetricsF(big).horizontalAdvance(value), QFontMetricsF(small).horizontalAdvance(caption))
                for value, caption in zip(widest, self._captions, strict=True)]

    def sizeHint(self) -> QSize:
        big, small = self._fonts()
        height = QFontMetricsF(big).height() + QFontMetricsF(small).height()
        return QSize(round(sum(self._widths()) + 4 * _GAP), round(height + 4))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        big, small = self._fonts()
        tall, low = QFontMetricsF(big).height(), QFontMetricsF(small).height()
        top = (self.height() - tall - low) / 2
        x = float(_GAP)
        palette = self.palette()
        for width, value, caption in zip(self._widths(), self.values, self._captions, strict=True):
            painter.setFont(big)
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            painter.drawText(QRectF(x, top, width, tall), Qt.AlignmentFlag.AlignRight, value)
            painter.setFont(small)
            faint = palette.color(QPalette.ColorRole.WindowText)
            faint.setAlphaF(0.65)
            painter.setPen(faint)
            painter.drawText(QRectF(x, top + tall, width, low), Qt.AlignmentFlag.AlignRight, caption)
            x += width + _GAP
        painter.end()
