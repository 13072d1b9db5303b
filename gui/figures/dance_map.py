"""The dance codes in a plane: how often each is danced, and which words go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QLabel, QPushButton, QVBoxLayout, QWidget

from core.pipeline.figures import LAYOUTS, DanceCodes, dance_codes, layout
from gui.draw.colours import colour, npmi_rgb, theme_of
from gui.figures.base import FigureView, Rows
from gui.figures.export import Sheet
from gui.figures.legend import ColourScale
from gui.figures.plots import Plot
from gui.figures.still import Still
from gui.figures.terms import Terms
from gui.state.opened import OpenCorpus
from gui.state.session import Session
from gui.widgets.flow import FlowLayout
from gui.work.process import in_process

SEED = 0
_SMALLEST, _LARGEST = 8.0, 30.0
_MOST_LABELS = 40


@dataclass(frozen=True)
class Map:
    """The codes, and where each one lies."""

    codes: DanceCodes
    places: NDArray[np.float64]
    method: str
    protocol: str
    songs: int


class DanceMapView(FigureView):
    """A point a dance code. Pointing shows its pose and words; a click chooses its best pair, two go to an example."""

    formats = ("csv", "tsv", "png", "svg")

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "figures.map", parent)
        self._terms = Terms(self)
        self._map: Map | None = None
        self._sizes: NDArray[np.float64] = np.zeros(0)
        self._code: int | None = None
        self._labels: list[pg.TextItem] = []

        self.method = QComboBox()
        for name in LAYOUTS:
            self.method.addItem("", name)
        self.method.currentIndexChanged.connect(self._relay)
        self.size_by = QComboBox()
        for name in ("songs", "frames"):
            self.size_by.addItem("", name)
        self.size_by.currentIndexChanged.connect(self._draw)
        self._method_label, self._size_label = QLabel(), QLabel()
        self._method_label.setBuddy(self.method)
        self._size_label.setBuddy(self.size_by)
        self.words = QCheckBox()
        self.words.setChecked(True)
        self.words.toggled.connect(self._set_labels)
        self.show_all = QPushButton()
        self.show_all.clicked.connect(self.fit)
        self.scale = ColourScale()

        self.plot = Plot(self._hover, self._click)
        self.plot.getViewBox().setAspectLocked(True)
        self.points = pg.ScatterPlotItem(pxMode=True)
        self.ring = pg.ScatterPlotItem(pxMode=True, brush=None)
        self.plot.addItem(self.points)
        self.plot.addItem(self.ring)
        # Labels are set once the view has come to rest.
        self._settle = QTimer(self, singleShot=True, interval=30)
        self._settle.timeout.connect(self._set_labels)
        self.plot.getViewBox().sigRangeChanged.connect(lambda *_: self._settle.start())

        self.still = Still(session)
        self.details = QLabel()
        self.details.setWordWrap(True)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.choose, self.go = QPushButton(), QPushButton()
        self.choose.clicked.connect(self.choose_pair)
        self.go.clicked.connect(self.go_to_example)
        side = QWidget()
        text = QVBoxLayout(side)
        text.setContentsMargins(0, 0, 0, 0)
        text.addWidget(self.details, 1)
        text.addWidget(self.choose)
        text.addWidget(self.go)
        self._panel = QWidget()
        self._panel_box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._panel)
        self._panel_box.setContentsMargins(0, 0, 0, 0)
        self._panel_box.addWidget(self.still, 1)
        self._panel_box.addWidget(side, 1)
        self.caption = QLabel()
        self.caption.setWordWrap(True)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.addWidget(self.plot, 1)
        self._body.addWidget(self._panel)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addWidget(FlowLayout.holder([
            self._method_label, self.method, self._size_label, self.size_by, self.words, self.show_all, self.scale]))
        column.addLayout(self._body, 1)
        column.addWidget(self.caption)
        session.pair_changed.connect(self._follow_pair)
        session.threshold_changed.connect(lambda _: self._settle.start())
        self.retranslate()
        self.restyle()

    # -- computing --------------------------------------------------------------------------------

    def compute(self, opened: OpenCorpus) -> None:
        view, method, known = opened.view, self.method.currentData(), self._map
        assert view is not None

        def count(report: Any) -> Map:
            codes = known.codes if known is not None else dance_codes(view, lambda f, m="": report(0.4 * f, m))
            flat = layout(codes.centres, "pca", SEED)
            if known is None and method != "pca":
                # There is something to look at while the layout is computed.
                report.partial(Map(codes, flat, "pca", opened.protocol, view.counts.songs))
            if method != "pca":
                flat = in_process(layout, codes.centres, method, SEED,
                                  progress=lambda f, m="": report(0.4 + 0.6 * f, m))
            return Map(codes, flat, method, opened.protocol, view.counts.songs)

        self.work(self.tr("Laying out the dance codes"), count, self._show, keep=known is not None, partial=self._show)

    def forget(self) -> None:
        self._map = None
        self._code = None
        self.still.forget()

    def _relay(self) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def _show(self, found: Map) -> None:
        self._map = found
        self._draw()
        self.fit()
        self.retranslate()
        self._follow_pair()
        if self._code is None and len(found.codes.best):
            self._select(int(np.argmax(found.codes.best)))

    # -- drawing ----------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show all points."""
        if self._map is not None and len(self._map.places):
            low, high = self._map.places.min(axis=0), self._map.places.max(axis=0)
            pad = max(float((high - low).max()), 1e-9) * 0.06
            self.plot.setRange(xRange=(low[0] - pad, high[0] + pad), yRange=(low[1] - pad, high[1] + pad), padding=0.0)
            self._settle.start()

    def _draw(self) -> None:
        if self._map is None:
            return
        theme, codes = theme_of(self.palette()), self._map.codes
        counts = (codes.songs if self.size_by.currentData() == "songs" else codes.frames).astype(np.float64)
        # Area, not diameter, stands for the count.
        share = np.sqrt(counts / max(float(counts.max(initial=1.0)), 1.0))
        self._sizes = _SMALLEST + (_LARGEST - _SMALLEST) * share
        brushes = [pg.mkBrush(int(r), int(g), int(b)) for r, g, b in npmi_rgb(codes.best, dark=theme.dark)]
        self.points.setData(self._map.places[:, 0], self._map.places[:, 1], size=self._sizes, brush=brushes,
                            pen=pg.mkPen(colour(theme.faint), width=1))
        self._ring()
        self._settle.start()

    def _ring(self) -> None:
        if self._map is None or self._code is None:
            self.ring.setData([], [])
            return
        place = self._map.places[self._code]
        pen = pg.mkPen(colour(theme_of(self.palette()).accent), width=2.5)
        self.ring.setData([place[0]], [place[1]], size=self._sizes[self._code] + 8, pen=pen)

    def _set_labels(self) -> None:
        """Label the strongest codes above the threshold whose label overlaps neither another's nor a strong point."""
        for item in self._labels:
            self.plot.removeItem(item)
        self._labels = []
        if self._map is None or not self.words.isChecked():
            return
        codes, metrics, theme = self._map.codes, self.fontMetrics(), theme_of(self.palette())
        taken: list[tuple[float, float, float, float]] = []
        wanted = [i for i in np.argsort(-codes.best, kind="stable").tolist()
                  if codes.partners[i] and codes.best[i] > self.session.threshold][:_MOST_LABELS]
        for i in wanted:
            text = " / ".join(dict.fromkeys(p.words[0] for p in codes.partners[i][:2] if p.words))
            if not text:
                continue
            at = self.plot.place_of(*self._map.places[i])
            width, height = metrics.horizontalAdvance(text) + 8.0, float(metrics.height())
            box = (at.x() - width / 2, at.y() - self._sizes[i] / 2 - height - 4, at.x() + width / 2,
                   at.y() - self._sizes[i] / 2 - 2)
            if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
                continue
            taken.append(box)
            label = pg.TextItem(text, color=colour(theme.text), anchor=(0.5, 1.0),
                                fill=pg.mkBrush(colour(theme.background, 140)))
            label.setFont(self.font())
            unit = self.plot.getViewBox().viewPixelSize()[1]
            label.setPos(self._map.places[i, 0], self._map.places[i, 1] + (self._sizes[i] / 2 + 1) * unit)
            label.setZValue(5)
            self.plot.addItem(label, ignoreBounds=True)
            self._labels.append(label)

    @property
    def labels(self) -> list[str]:
        """The texts on the map."""
        return [label.toPlainText() for label in self._labels]

    # -- pointing ---------------------------------------------------------------------------------

    def code_at(self, place: QPointF) -> int | None:
        """The dance code whose point lies under a place in data coordinates."""
        if self._map is None or not len(self._sizes):
            return None
        width, height = self.plot.getViewBox().viewPixelSize()
        distance = np.hypot((self._map.places[:, 0] - place.x()) / width, (self._map.places[:, 1] - place.y()) / height)
        inside = distance - self._sizes / 2
        best = int(np.argmin(inside))
        return best if inside[best] <= 4.0 else None

    def pixel_of(self, code: int) -> QPointF | None:
        """Pixel of the plot's viewport in the middle of a dance code's point."""
        return None if self._map is None else self.plot.place_of(*self._map.places[code])

    def _hover(self, place: QPointF | None) -> None:
        code = self.code_at(place) if place is not None else None
        self._describe(self._code if code is None else code)

    def _click(self, place: QPointF, double: bool) -> None:
        code = self.code_at(place)
        if code is None:
            return
        self._select(code)
        if double:
            self.go_to_example()
        else:
            self.choose_pair()

    def _select(self, code: int | None) -> None:
        self._code = code
        self._ring()
        self._describe(code)

    def _follow_pair(self) -> None:
        pair = self.session.pair
        if self._map is not None and pair is not None and 0 <= pair[1] < len(self._map.codes.best):
            self._select(pair[1])

    def best_pair(self, code: int) -> tuple[int, int] | None:
        """The pair of a dance code with the highest NPMI among those that meet in two songs or more."""
        opened = self.session.opened
        if opened is None or opened.view is None:
            return None
        met = opened.view.counts.pair[:, code] > 1
        if not met.any():
            return None
        return int(np.argmax(np.where(met, opened.view.table[:, code], -2.0))), code

    def choose_pair(self) -> None:
        """Make the chosen code's best pair the session's."""
        pair = self.best_pair(self._code) if self._code is not None else None
        if pair is not None:
            self.session.set_pair(pair)

    def go_to_example(self) -> None:
        """Show the chosen code's most typical run in its song."""
        if self._map is None or self._code is None:
            return
        example = self._map.codes.examples[self._code]
        if example is not None:
            self.session.go(example.song_id, example.start, example.stop, pair=self.best_pair(self._code))

    def _describe(self, code: int | None) -> None:
        if self._map is None or code is None:
            self.details.setText("")
            self.still.show_example(None)
            return
        codes = self._map.codes
        self.still.show_example(codes.examples[code])
        lines = [self.tr("Dance code {code}: {songs} of {total} counted songs, {frames} frames").format(
            code=code, songs=codes.songs[code], total=self._map.songs, frames=f"{codes.frames[code]:,}")]
        for partner in codes.partners[code][:5]:
            words = ", ".join(partner.words[:4]) or self.tr("lyric code {code}").format(code=partner.lyric)
            lines.append(self.tr("{npmi}  {words} ({songs} songs)").format(
                npmi=f"{partner.npmi:+.3f}", words=words, songs=partner.songs))
        more = len(codes.partners[code]) - 5
        if more > 0:
            lines.append(self.tr("and {more} more lyric codes").format(more=more))
        if not codes.partners[code]:
            lines.append(self.tr("No word goes with it more often than by chance."))
        self.details.setText("\n".join(lines))
        self.go.setEnabled(codes.examples[code] is not None)
        self.choose.setEnabled(self.best_pair(code) is not None)

    # -- texts and colours ------------------------------------------------------------------------

    def retranslate(self) -> None:
        super().retranslate()
        self._method_label.setText(self.tr("Placed by"))
        for i in range(self.method.count()):
            self.method.setItemText(i, self._terms.text(self.method.itemData(i)))
        self._size_label.setText(self.tr("Size"))
        self.size_by.setItemText(0, self.tr("songs"))
        self.size_by.setItemText(1, self.tr("frames"))
        self.words.setText(self.tr("Words"))
        self.show_all.setText(self.tr("Show all"))
        self.choose.setText(self.tr("Choose its best pair"))
        self.go.setText(self.tr("Go to an example"))
        self.plot.setAccessibleName(self.tr("Map of the dance codes"))
        self.still.setAccessibleName(self.tr("A typical pose of the dance code"))
        method = self._map.method if self._map is not None else self.method.currentData()
        if method == "pca":
            self.plot.set_labels(bottom=self.tr("First axis"), left=self.tr("Second axis"))
        else:
            self.plot.set_labels(bottom=self.tr("Similar poses lie close together"), left="")
        # Neither map has units; numbers at the axes would feign some.
        for side in ("left", "bottom"):
            self.plot.getAxis(side).setStyle(showValues=method == "pca", tickLength=-5 if method == "pca" else 0)
        if self._map is not None:
            self.caption.setText(self.tr(
                "{codes} dance codes by the centres of the codebook, {method}, seed {seed}; size: {size}; colour: "
                "highest NPMI of a pair, counted {protocol} on {songs} songs. Words: those above the threshold "
                "{threshold}."
                ).format(codes=len(self._map.codes.best), method=self._terms.text(method), seed=SEED,
                         size=self.size_by.currentText(), protocol=self._terms.text(self._map.protocol),
                         songs=self._map.songs, threshold=f"{self.session.threshold:g}"))
        self._describe(self._code)

    def restyle(self) -> None:
        theme = theme_of(self.palette())
        self.plot.restyle(theme, self.palette())
        style = f"color: {colour(theme.faint).name()}"
        if self.caption.styleSheet() != style:
            self.caption.setStyleSheet(style)
        self._draw()
        self.still.draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel beside the map where there is room, else below it."""
        super().resizeEvent(event)
        wide = event.size().width() > 640
        down, along = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._body.setDirection(along if wide else down)
        self._panel_box.setDirection(down if wide else along)
        self._panel.setFixedSize(230 if wide else 16_777_215, 16_777_215 if wide else 190)
        if wide:
            self._panel.setMinimumHeight(0)
        else:
            self._panel.setMinimumWidth(0)
        self._settle.start()

    # -- out --------------------------------------------------------------------------------------

    def sheet(self) -> Sheet:
        return Sheet(self.plot, self.caption.text())

    def rows(self) -> Rows:
        """A row a dance code: place, counts, best NPMI, its words, and an example."""
        if self._map is None:
            return []
        codes = self._map.codes
        header = ["dance_code", "x", "y", "songs", "frames", "best_npmi", "lyric_codes", "words", "example_song",
                  "example_start_frame", "example_end_frame", "layout", "seed", "protocol"]
        body = []
        for i, (x, y) in enumerate(self._map.places.tolist()):
            example = codes.examples[i]
            where = (example.song_id, example.start, example.stop) if example is not None else (None, None, None)
            body.append([
                i, x, y, int(codes.songs[i]), int(codes.frames[i]), float(codes.best[i]),
                " ".join(str(p.lyric) for p in codes.partners[i]),
                " ".join(dict.fromkeys(word for p in codes.partners[i] for word in p.words[:4])),
                *where, self._map.method, SEED, self._map.protocol,
            ])
        return [header, *body]
