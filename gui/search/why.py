"""Why a bar was found: its alignment with the query, step by step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from core.skeleton import FPS
from gui.draw.colours import colour, readable_on, theme_of
from gui.search.jobs import Why
from gui.search.tone import tone
from gui.state.session import Session
from gui.widgets.translated import Translated

if TYPE_CHECKING:
    from core.pipeline.explain import ExplainedStep

_LEAST: Final = 5.0
_MOST: Final = 22.0
"""Pixels of a step."""
_COST_HEIGHT: Final = 34.0


class AlignmentView(Translated):
    """Query words on top, the bar's frames below, between them the steps with their cost."""

    clicked = Signal(int)
    """A bar frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._why: Why | None = None
        self._chosen = -1
        self._playing = -1
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Alignment of the query with the bar"))
        self.update()

    def restyle(self) -> None:
        self.update()

    def set_why(self, why: Why | None) -> None:
        """Show another alignment."""
        self._why, self._chosen, self._playing = why, -1, -1
        self.updateGeometry()
        self.setMinimumWidth(math.ceil(len(why.explanation.steps) * _LEAST) + 4 if why else 0)
        self.update()

    def set_frame(self, frame: int) -> None:
        """Mark the bar frame that is shown in the player; -1 for none."""
        if frame != self._playing:
            self._playing = frame
            self.update()

    def _line(self) -> float:
        return self.fontMetrics().height() + 6.0

    def sizeHint(self) -> QSize:
        return QSize(280, math.ceil(2 * self._line() + _COST_HEIGHT + 24))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), self.sizeHint().height())

    def _cell(self) -> float:
        steps = len(self._why.explanation.steps) if self._why else 1
        return min(max((self.width() - 4) / max(steps, 1), _LEAST), _MOST)

    def step_x(self, step: int) -> float:
        """Middle of a step, pixels from the left."""
        return 2.0 + (step + 0.5) * self._cell()

    def _step_at(self, x: float) -> int:
        if self._why is None:
            return -1
        step = int((x - 2.0) // self._cell())
        return step if 0 <= step < len(self._why.explanation.steps) else -1

    # -- acting -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        step = self._step_at(event.position().x())
        if self._why is None or step < 0 or event.button() != Qt.MouseButton.LeftButton:
            return
        self._chosen = step
        self.update()
        # A query frame without a partner lies before the next bar frame.
        later = [s.bar for s in self._why.explanation.steps[step:] if s.bar >= 0]
        self.clicked.emit(later[0] if later else max(len(self._why.hit.place) - 1, 0))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tip(event.pos(), event.globalPos())
            return True
        return super().event(event)

    def _tip(self, at: QPoint, where: QPoint) -> None:
        step = self._step_at(at.x())
        if self._why is None or step < 0:
            QToolTip.hideText()
        else:
            QToolTip.showText(where, self.describe(self._why.explanation.steps[step]), self)

    def describe(self, step: ExplainedStep) -> str:
        """What a step rests on, for people."""
        if self._why is None:
            return ""
        if step.operation == "insert":
            return self.tr("Bar frame {bar} has no partner in the query (dance code {code}): cost 1").format(
                bar=step.bar + 1, code=step.bar_code)
        word = self._why.explanation.words[step.word].text
        if step.operation == "delete":
            return self.tr("{word}: frame {query} of the query has no partner in the bar: cost 1").format(
                word=word, query=step.query + 1)
        lyric, dance = (step.query_code, step.bar_code)
        lines = [
            self.tr("{word} (code {lyric}) with dance code {dance}").format(word=word, lyric=lyric, dance=dance),
            self.tr("NPMI {npmi:+.3f}, together in {songs} songs").format(npmi=step.npmi, songs=step.songs),
            self.tr("cost {cost:.3f} (0.5 would be no relation)").format(cost=step.cost),
            self.tr("query frame {query}, bar frame {bar}").format(query=step.query + 1, bar=step.bar + 1),
        ]
        return "\n".join(lines)

    # -- drawing ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if self._why is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, cell, line = theme_of(self.palette()), self._cell(), self._line()
        steps = self._why.explanation.steps
        top = 2.0
        middle = top + line + 3
        bottom = middle + _COST_HEIGHT + 4
        self._costs(painter, steps, middle, cell)
        self._runs(painter, [s.word for s in steps], top, line, cell, words=True)
        self._runs(painter, [s.bar_code for s in steps], bottom, line, cell, words=False)
        painter.setPen(Qt.PenStyle.NoPen)
        for i, step in enumerate(steps):
            x = 2.0 + i * cell
            if step.carries:
                self._mark(painter, x + cell / 2, bottom + line + 3)
            if step.bar == self._playing >= 0:
                painter.setPen(QPen(colour(theme.text), 2))
                painter.drawLine(QPointF(x + cell / 2, middle), QPointF(x + cell / 2, bottom + line))
                painter.setPen(Qt.PenStyle.NoPen)
        if 0 <= self._chosen < len(steps):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(theme.accent), 2))
            painter.drawRect(QRectF(2.0 + self._chosen * cell, top, cell, bottom + line - top))
        painter.end()

    def _mark(self, painter: QPainter, x: float, y: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme_of(self.palette()).lit))
        painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x - 3.5, y + 7), QPointF(x + 3.5, y + 7)]))

    def _costs(self, painter: QPainter, steps: tuple[ExplainedStep, ...], top: float, cell: float) -> None:
        theme = theme_of(self.palette())
        for i, step in enumerate(steps):
            rect = QRectF(2.0 + i * cell, top + _COST_HEIGHT * (1 - step.cost), cell, _COST_HEIGHT * step.cost)
            painter.setPen(Qt.PenStyle.NoPen)
            if step.operation == "substitute":
                painter.setBrush(tone(step.npmi, dark=theme.dark))
                painter.drawRect(rect.adjusted(0, 0, -0.5 if cell > 6 else 0, 0))
                painter.fillRect(QRectF(rect.x(), rect.y(), cell, 1.5), colour(theme.faint))
            else:
                painter.fillRect(rect, colour(theme.line))
                painter.setBrush(Qt.BrushStyle.BDiagPattern)
                painter.fillRect(rect, painter.brush())
                painter.setPen(QPen(colour(theme.faint), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(rect)
        half = top + _COST_HEIGHT / 2
        painter.setPen(QPen(colour(theme.text), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(2.0, half), QPointF(2.0 + len(steps) * cell, half))

    def _runs(self, painter: QPainter, keys: list[int], top: float, height: float, cell: float, *, words: bool) -> None:
        """Blocks of steps with one key; -1 is a gap."""
        assert self._why is not None
        theme = theme_of(self.palette())
        start = 0
        for i in range(1, len(keys) + 1):
            if i < len(keys) and keys[i] == keys[start]:
                continue
            rect = QRectF(2.0 + start * cell, top, (i - start) * cell, height)
            key = keys[start]
            if key < 0:
                painter.setPen(QPen(colour(theme.faint), 1, Qt.PenStyle.DotLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(rect.adjusted(0.5, 2, -0.5, -2))
            else:
                values = [s.npmi for s in self._why.explanation.steps[start:i] if not math.isnan(s.npmi)]
                fill = tone(max(0.0, *values) if values else 0.0, dark=theme.dark)
                painter.setPen(QPen(colour(theme.line), 1))
                painter.setBrush(fill)
                painter.drawRoundedRect(rect.adjusted(0.5, 0, -0.5, 0), 2, 2)
                text = self._why.explanation.words[key].text if words else str(key)
                shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) - 3)
                if rect.width() > 8 and (words or shown == text):
                    painter.setPen(readable_on(fill))
                    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, shown)
            start = i


class WhyView(Translated):
    """The alignment with its sentence: what the score is made of."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._why: Why | None = None
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.legend = QLabel()
        self.legend.setWordWrap(True)
        self.alignment = AlignmentView()
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.alignment)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.summary)
        layout.addWidget(self._scroll)
        layout.addWidget(self.legend)
        layout.addStretch(1)
        self.alignment.clicked.connect(self._on_clicked)
        session.time_changed.connect(lambda _seconds: self._follow())
        session.song_changed.connect(self._follow)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        self.legend.setText(self.tr("Words above, dance codes below, the cost of each frame between (dotted: 0.5, no "
                                    "relation) · ▲ carried the hit · hatched: no partner, cost 1"))
        self._summarise()

    def restyle(self) -> None:
        faint = colour(theme_of(self.palette()).faint).name()
        self.legend.setStyleSheet(f"color: {faint};")
        bar = self._scroll.horizontalScrollBar().sizeHint().height()
        self._scroll.setFixedHeight(self.alignment.sizeHint().height() + bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Ask for as much height as the wrapped texts need, which a splitter would not give by itself."""
        layout = self.layout()
        if layout is not None:
            self.setMinimumHeight(max(layout.totalHeightForWidth(self.width()), 0))

    @property
    def why(self) -> Why | None:
        """What is shown."""
        return self._why

    def set_why(self, why: Why | None) -> None:
        """Show another hit, or none."""
        self._why = why
        self.alignment.set_why(why)
        for widget in (self._scroll, self.legend):
            widget.setVisible(why is not None)
        self._summarise()
        self._follow()

    def _summarise(self) -> None:
        if self._why is None:
            self.summary.setText(self.tr("Choose a hit to see what its score is made of."))
            self._fit()
            return
        found = self._why.explanation
        longer = max(sum(s.query >= 0 for s in found.steps), sum(s.bar >= 0 for s in found.steps), 1)
        carriers = [self.tr("{word} ({frames})").format(word=word.text, frames=word.carried)
                    for word in found.words if word.carried]
        first = self.tr("Score {score:.3f} = 1 − {distance:.2f} / {longer} frames; by length alone it would be "
                        "{neutral:.3f}.").format(score=found.score, distance=found.distance, longer=longer,
                                                 neutral=found.neutral_score)
        if carriers:
            second = self.tr("Frames that carried it: {words}.").format(words=", ".join(carriers))
        else:
            second = self.tr("No frame of it goes with a word of the query: only its length brought it here.")
        against = sum(step.npmi < 0 for step in found.steps)
        third = self.tr("Frames against it (together in fewer songs than by chance): {count}.").format(
            count=against) if against else ""
        self.summary.setText("\n".join(line for line in (first, second, third) if line))
        self._fit()

    def _follow(self) -> None:
        song = self._session.song
        if self._why is None or song is None or song.song.song_id != self._why.hit.place.song_id:
            self.alignment.set_frame(-1)
            return
        place = self._why.hit.place
        inside = place.start <= self._session.frame < place.stop
        self.alignment.set_frame(self._session.frame - place.start if inside else -1)

    def _on_clicked(self, frame: int) -> None:
        if self._why is None:
            return
        place, song = self._why.hit.place, self._session.song
        if song is not None and song.song.song_id == place.song_id:
            self._session.seek((place.start + frame) / FPS)
        else:
            self._session.go(place.song_id, place.start + frame)
