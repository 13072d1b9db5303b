"""Table 2 as a picture: a line for each system, a dot for its MRR and a bar for the interval, chance dashed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QLabel, QScrollArea, QToolTip, QVBoxLayout, QWidget

from gui.draw.colours import Theme, colour, theme_of
from gui.figures.plots import NamedAxis, Plot
from gui.figures.results import CONDITIONS, ResultsModel
from gui.figures.systems import CONTROLS
from gui.figures.terms import Terms
from gui.widgets.flow import FlowLayout
from gui.widgets.translated import Translated

SYMBOLS: Final = ("o", "s", "t1")
"""Of the groups compared, so that no meaning lies in colour alone."""
_SLOT: Final = {1: 15, 2: 15, 3: 20}
"""Lowest height of a line in pixels, by the number of groups."""
_APART: Final = 0.36
"""Of a line's height: how far the dots of two groups stand apart."""


def group_colours(theme: Theme) -> tuple[QColor, ...]:
    """Colours of the groups: blue, orange and grey differ for everybody in hue or lightness."""
    return colour(theme.accent), colour(theme.lit), colour(theme.middle)


@dataclass(frozen=True)
class Dot:
    """A figure drawn.

    Attributes
    ----------
    row : int
        Of the results' model.
    slot : int
        Line, 0 on top.
    group : int
    y : float
        Height of the dot in the plot; a line is one high.
    """

    row: int
    slot: int
    group: int
    y: float


@dataclass(frozen=True)
class Mark:
    """An entry of the key: "dot" with a group's number, "control", "interval" or "chance", and its text."""

    kind: str
    group: int
    text: str


class Key(Translated):
    """What the marks of the plot mean, in as many lines as the width asks for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: list[Mark] = []

    def set_marks(self, marks: list[Mark]) -> None:
        """Show other entries."""
        self._marks = marks
        self.setAccessibleName("; ".join(mark.text for mark in marks))
        self.setFixedHeight(self.heightForWidth(self.width()))
        self.update()

    def heightForWidth(self, width: int) -> int:
        lines = self._places(width)
        return (lines[-1].y() if lines else 0) // 1 + self.fontMetrics().height() + 4

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.fontMetrics().height() + 4)

    def resizeEvent(self, event: Any) -> None:
        """Take the height that the width asks for."""
        super().resizeEvent(event)
        self.setFixedHeight(self.heightForWidth(self.width()))

    def restyle(self) -> None:
        self.update()

    def _places(self, width: int) -> list[Any]:
        metrics, x, y, found = self.fontMetrics(), 8, 2, []
        for mark in self._marks:
            wide = 22 + metrics.horizontalAdvance(mark.text)
            if found and x + wide > width:
                x, y = 8, y + metrics.height() + 1
            found.append(QPointF(x, y).toPoint())
            x += wide + 14
        return found

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the marks and their texts."""
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        height = self.fontMetrics().height()
        for mark, place in zip(self._marks, self._places(self.width()), strict=True):
            middle = QPointF(place.x() + 8, place.y() + height / 2)
            self._draw(painter, mark, middle, theme)
            painter.setPen(colour(theme.text))
            painter.drawText(QRectF(place.x() + 20, place.y(), self.width(), height),
                             Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, mark.text)
        painter.end()

    def _draw(self, painter: QPainter, mark: Mark, middle: QPointF, theme: Theme) -> None:
        ink = group_colours(theme)[mark.group]
        if mark.kind == "chance":
            painter.setPen(pg.mkPen(colour(theme.text), width=1.5, style=Qt.PenStyle.DashLine))
            painter.drawLine(middle + QPointF(0, -7), middle + QPointF(0, 7))
            return
        if mark.kind == "interval":
            painter.setPen(pg.mkPen(colour(theme.middle), width=2))
            painter.drawLine(middle + QPointF(-8, 0), middle + QPointF(8, 0))
            return
        hollow = mark.kind == "control"
        painter.setPen(pg.mkPen(colour(theme.middle) if hollow else ink, width=1.5))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base) if hollow else ink)
        painter.save()
        painter.translate(middle)
        painter.scale(8, 8)
        painter.setPen(pg.mkPen(painter.pen().color(), width=1.5, cosmetic=True))
        painter.drawPath(pg.graphicsItems.ScatterPlotItem.Symbols[SYMBOLS[0] if hollow else SYMBOLS[mark.group]])
        painter.restore()


class ResultsPlot(Translated):
    """The plot with its choices: what is compared within a line, and under which other conditions."""

    picked = Signal(int)
    """A dot was clicked: its row in the results' model."""

    def __init__(self, model: ResultsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._terms = Terms(self)
        self._order: list[int] = []
        self._systems: list[str] = []
        self._values: list[str] = []
        self.dots: list[Dot] = []
        self._selected: int | None = None
        self.notes: list[pg.TextItem] = []
        self.chance: list[pg.InfiniteLine] = []

        self.by = QComboBox()
        for name in CONDITIONS:
            self.by.addItem("", name)
        self.by.currentIndexChanged.connect(self._regroup)
        self.conditions = {name: QComboBox() for name in CONDITIONS}
        for box in (self.by, *self.conditions.values()):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for box in self.conditions.values():
            box.currentIndexChanged.connect(self._draw)
        self.log = QCheckBox()
        self.log.toggled.connect(self._draw)
        self._by_label = QLabel()
        self._by_label.setBuddy(self.by)

        self.names = NamedAxis("left")
        self.plot = Plot(self._hover, self._click, axes={"left": self.names})
        box = self.plot.getViewBox()
        box.invertY(True)
        box.setMouseEnabled(False, False)
        self.names.setStyle(tickLength=0)
        self.plot.getAxis("bottom").enableAutoSIPrefix(False)
        self.stripes = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[], pen=None)
        self.band = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[], pen=None)
        self.intervals = [pg.PlotCurveItem(connect="pairs") for _ in SYMBOLS]
        self.scatter = [pg.ScatterPlotItem(pxMode=True, symbol=symbol) for symbol in SYMBOLS]
        self.ring = pg.ScatterPlotItem(pxMode=True, size=15, brush=None)
        for item in (self.stripes, self.band, *self.intervals, *self.scatter, self.ring):
            self.plot.addItem(item, ignoreBounds=True)
        self.key = Key()
        self.picture = QWidget()
        column = QVBoxLayout(self.picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.key)
        column.addWidget(self.plot, 1)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setWidget(self.picture)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(FlowLayout.holder([self._by_label, self.by, *self.conditions.values(), self.log], gap=6))
        column.addWidget(self.scroll, 1)
        self.setMinimumSize(200, 150)
        self.retranslate()
        self.restyle()

    # -- what is shown ----------------------------------------------------------------------------

    def set_order(self, rows: list[int]) -> None:
        """Show the model's rows; the systems stand in the order in which they come here."""
        self._order = rows
        for name, box in self.conditions.items():
            values = [v for v in CONDITIONS[name] if any(self._model.found[row][name] == v for row in rows)]
            if values != [box.itemData(i) for i in range(box.count())]:
                kept = box.currentData()
                with QSignalBlocker(box):
                    box.clear()
                    for value in values:
                        box.addItem(self._value_text(name, value), value)
                    box.setCurrentIndex(max(box.findData(kept), 0))
        self._regroup()

    def select(self, row: int | None) -> None:
        """Mark a row of the model, as the table has it selected."""
        self._selected = row
        self._mark()

    @property
    def compared(self) -> str:
        """What the dots of a line differ in: a name of :data:`CONDITIONS`."""
        return str(self.by.currentData())

    def _regroup(self) -> None:
        for name, box in self.conditions.items():
            box.setVisible(name != self.compared and box.count() > 1)
        self._draw()

    def _kept(self) -> list[int]:
        """Rows under the conditions chosen, in order."""
        wanted = {name: box.currentData() for name, box in self.conditions.items() if name != self.compared}
        return [row for row in self._order if all(self._model.found[row][n] == v for n, v in wanted.items())]

    # -- drawing ----------------------------------------------------------------------------------

    def _draw(self) -> None:
        rows, found = self._kept(), self._model.found
        self._systems = list(dict.fromkeys(found[row]["method"] for row in rows))
        present = {found[row][self.compared] for row in rows}
        self._values = [value for value in CONDITIONS[self.compared] if value in present]
        groups = max(len(self._values), 1)
        self.dots = []
        for row in rows:
            slot, group = self._systems.index(found[row]["method"]), self._values.index(found[row][self.compared])
            middle = slot + 0.5 + (group - (groups - 1) / 2) * (_APART if groups == 2 else 0.3)
            self.dots.append(Dot(row, slot, group, middle if groups > 1 else slot + 0.5))
        self.dots.sort(key=lambda dot: (dot.slot, dot.group))
        self.names.set_names(len(self._systems), lambda i: self._terms.text(self._systems[i]))
        self._set_range()
        self._draw_marks()
        self._draw_chance()
        self._draw_notes()
        self._mark()
        self._set_key()
        self.plot.setMinimumHeight(max(_SLOT[groups] * len(self._systems) + 48, 110))
        self.setEnabled(bool(self.dots))

    def _x(self, value: float) -> float:
        return math.log10(max(value, 1e-9)) if self.log.isChecked() else value

    def _set_range(self) -> None:
        rows = [self._model.found[dot.row] for dot in self.dots if self._model.found[dot.row]["mrr"]]
        tops = [row["mrr_high"] or row["mrr"] for row in rows]
        top = max(tops, default=1.0)
        if self.log.isChecked():
            lows = [row["mrr_low"] or row["mrr"] for row in rows]
            low = max(min(lows, default=0.1), top / 1e5)
            self._left, self._right = self._x(low) - 0.08, self._x(top) + 0.08
        else:
            self._left, self._right = 0.0, top * 1.06
        axis = self.plot.getAxis("bottom")
        axis.setTicks(_log_ticks(self._left, self._right) if self.log.isChecked() else None)
        box = self.plot.getViewBox()
        box.setLimits(xMin=None, xMax=None, yMin=None, yMax=None)
        box.setRange(xRange=(self._left, self._right), yRange=(0.0, max(len(self._systems), 1)), padding=0.0)

    def _draw_marks(self) -> None:
        theme, base = theme_of(self.palette()), self.palette().color(QPalette.ColorRole.Base)
        every = range(1, len(self._systems), 2)
        width = self._right - self._left
        self.stripes.setOpts(x0=[self._left - width] * len(every), x1=[self._right + width] * len(every),
                             y0=list(every), y1=[i + 1 for i in every],
                             brush=pg.mkBrush(self.palette().color(QPalette.ColorRole.AlternateBase)))
        size = {1: 9, 2: 8}.get(len(self._values), 7)
        for group, ink in enumerate(group_colours(theme)):
            dots = [dot for dot in self.dots if dot.group == group and self._model.found[dot.row]["mrr"] is not None]
            rows = [self._model.found[dot.row] for dot in dots]
            ends = [(self._x(row["mrr_low"]), self._x(row["mrr_high"]), dot.y)
                    for dot, row in zip(dots, rows, strict=True) if row["mrr_low"] is not None]
            x = np.array([[low, high] for low, high, _ in ends]).reshape(-1)
            self.intervals[group].setData(np.maximum(x, self._left), np.repeat([y for *_, y in ends], 2))
            self.intervals[group].setPen(pg.mkPen(ink, width=2))
            brushes = [pg.mkBrush(base if row["method"] in CONTROLS else ink) for row in rows]
            self.scatter[group].setData(x=[self._x(row["mrr"]) for row in rows], y=[dot.y for dot in dots], size=size,
                                        brush=brushes, pen=pg.mkPen(ink, width=1.6))

    def _draw_chance(self) -> None:
        for line in self.chance:
            self.plot.removeItem(line)
        self.chance = []
        inks = group_colours(theme_of(self.palette()))
        found = {dot.group: self._model.found[dot.row]["mrr"] for dot in self.dots
                 if self._model.found[dot.row]["method"] == "random"}
        found = {group: value for group, value in found.items() if value is not None}
        shared = len({round(value, 9) for value in found.values()}) == 1
        for group, value in list(found.items())[: 1 if shared else None]:
            ink = colour(theme_of(self.palette()).text) if shared else inks[group]
            line = pg.InfiniteLine(self._x(value), angle=90, pen=pg.mkPen(ink, width=1.2, style=Qt.PenStyle.DashLine))
            self.plot.addItem(line, ignoreBounds=True)
            self.chance.append(line)

    def _draw_notes(self) -> None:
        """Say in the line of a system without figures why it has none."""
        for note in self.notes:
            self.plot.removeItem(note)
        self.notes = []
        faint = colour(theme_of(self.palette()).faint)
        for slot in range(len(self._systems)):
            here = [self._model.found[dot.row] for dot in self.dots if dot.slot == slot]
            if any(row["mrr"] is not None for row in here):
                continue
            note = pg.TextItem(self._model.describe(here[0]), color=faint, anchor=(0.0, 0.5))
            note.setFont(self.font())
            self.plot.addItem(note, ignoreBounds=True)
            note.setPos(self._left + 0.01 * (self._right - self._left), slot + 0.5)
            self.notes.append(note)

    def _mark(self) -> None:
        """The line of the selected system is lit; a ring is around the row itself, where it is among those drawn."""
        here = [dot for dot in self.dots if dot.row == self._selected]
        system = self._model.found[self._selected]["method"] if self._selected is not None else None
        slot = self._systems.index(system) if system in self._systems else None
        width = self._right - self._left
        ends = ([self._left - width], [self._right + width], [slot], [slot + 1]) if slot is not None else ([],) * 4
        self.band.setOpts(x0=ends[0], x1=ends[1], y0=ends[2], y1=ends[3])
        self.ring.setData(x=[self._x(self._model.found[dot.row]["mrr"] or 0.0) for dot in here],
                          y=[dot.y for dot in here])
        self.ring.setVisible(bool(here) and self._model.found[here[0].row]["mrr"] is not None)

    def _set_key(self) -> None:
        rows = [self._model.found[dot.row] for dot in self.dots]
        marks = [Mark("dot", i, self._value_text(self.compared, value)) for i, value in enumerate(self._values)]
        if any(row["mrr_low"] is not None for row in rows):
            marks.append(Mark("interval", 0, self.tr("95 % interval")))
        if any(row["method"] in CONTROLS for row in rows):
            marks.append(Mark("control", 0, self.tr("control")))
        if self.chance:
            marks.append(Mark("chance", 0, self.tr("chance")))
        self.key.set_marks(marks)

    # -- pointing ---------------------------------------------------------------------------------

    def text_of(self, slot: int) -> str:
        """What pointing at a line tells: the system and its figures, a line each."""
        lines = [self._terms.text(self._systems[slot])]
        for dot in self.dots:
            if dot.slot == slot:
                row = self._model.found[dot.row]
                value = self._value_text(self.compared, row[self.compared])
                lines.append(self.tr("{what}: {figures}").format(what=value, figures=self._model.describe(row)))
        return "\n".join(lines)

    def _slot(self, place: QPointF) -> int | None:
        slot = math.floor(place.y())
        return slot if 0 <= slot < len(self._systems) else None

    def _hover(self, place: QPointF | None) -> None:
        slot = self._slot(place) if place is not None else None
        if slot is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(QCursor.pos(), self.text_of(slot), self.plot)

    def _click(self, place: QPointF, _double: bool) -> None:
        slot = self._slot(place)
        here = [dot for dot in self.dots if dot.slot == slot]
        if here:
            self.picked.emit(min(here, key=lambda dot: abs(dot.y - place.y())).row)

    def pixel_of(self, row: int) -> QPointF | None:
        """Pixel of the plot's viewport at which a row of the model is drawn."""
        dot = next((dot for dot in self.dots if dot.row == row), None)
        if dot is None:
            return None
        return self.plot.place_of(self._x(self._model.found[row]["mrr"] or self._right / 2), dot.y)

    # -- texts and colours ------------------------------------------------------------------------

    def _value_text(self, name: str, value: str) -> str:
        return self._terms.text("gallery all" if (name, value) == ("gallery", "all") else value)

    def conditions_text(self) -> str:
        """The conditions that all of the picture shares."""
        texts = [self._value_text(name, box.currentData()) for name, box in self.conditions.items()
                 if name != self.compared and box.currentData() is not None]
        return self.tr(", ").join(texts)

    def retranslate(self) -> None:
        names = {"direction": self.tr("directions"), "gallery": self.tr("galleries"),
                 "protocol": self.tr("protocols"), "ties": self.tr("tie rules")}
        for i in range(self.by.count()):
            self.by.setItemText(i, names[self.by.itemData(i)])
        for name, box in self.conditions.items():
            for i in range(box.count()):
                box.setItemText(i, self._value_text(name, box.itemData(i)))
            box.setAccessibleName(self._model.title(name))
            box.setToolTip(self._model.title(name))
        self._by_label.setText(self.tr("Compare"))
        self.by.setAccessibleName(self.tr("What the plot compares"))
        self.log.setText(self.tr("Log"))
        self.log.setToolTip(self.tr("Logarithmic axis"))
        self.plot.set_labels(bottom=self.tr("MRR"))
        self.plot.setAccessibleName(self.tr("MRR of the systems"))
        self._draw()

    def restyle(self) -> None:
        theme = theme_of(self.palette())
        self.plot.restyle(theme, self.palette())
        self.band.setOpts(brush=pg.mkBrush(colour(theme.accent, 45)))
        self.ring.setPen(pg.mkPen(colour(theme.text), width=2))
        self._draw()


def _log_ticks(left: float, right: float) -> list[list[tuple[float, str]]]:
    """Ticks between two decimal logarithms, as many steps a decade as give at least three."""
    for steps in ((1,), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9), tuple(1 + i / 10 for i in range(90))):
        ticks = [(math.log10(step) + power, f"{step * 10.0**power:.6g}")
                 for power in range(math.floor(left), math.ceil(right) + 1) for step in steps]
        inside = [tick for tick in ticks if left <= tick[0] <= right]
        if len(inside) >= 3:
            break
    return [inside]
