"""How NPMI is distributed over pairs and frames, beside what chance gives, and how it depends on the counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QSpinBox, QSplitter, QVBoxLayout, QWidget

from core.pipeline.figures import EDGES, Distribution, LyricWords, Sample, chance, distribution, lyric_words
from gui.draw.colours import colour, npmi_rgb, theme_of
from gui.figures.base import FigureView, Rows
from gui.figures.export import Sheet
from gui.figures.plots import Plot, set_decades
from gui.figures.terms import Terms
from gui.state.opened import OpenCorpus
from gui.state.session import Session
from gui.widgets.flow import FlowLayout

RUNS: Final = 10
_NEAR: Final = 10.0
"""Pixels within which a point is hit."""
_GRID: Final = 0.005
"""Points of one number of songs closer than this are drawn as one."""


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Attributes
    ----------
    own : Distribution
    shuffled : tuple of Distribution
        What chance gives; empty until asked for.
    words : LyricWords
    protocol : str
    songs : int
        Songs counted.
    seed : int
    points, chance_points : int
        The pairs of ``own``, and of the first of ``shuffled``, that get a point.
    histograms : dict
        "pairs" and "frames": int64 [1 + shuffles, bins], the corpus's own first.
    """

    own: Distribution
    shuffled: tuple[Distribution, ...]
    words: LyricWords
    protocol: str
    songs: int
    seed: int
    points: NDArray[np.int64]
    chance_points: NDArray[np.int64]
    histograms: dict[str, NDArray[np.int64]]

    @classmethod
    def of(cls, own: Distribution, shuffled: tuple[Distribution, ...], words: LyricWords, protocol: str, songs: int,
           seed: int) -> Shown:
        """With what follows from the distributions; slow, for a worker."""
        points = [_thinned(d) for d in (own, *shuffled[:1])]
        histograms = {name: np.array([getattr(d, name).histogram() for d in (own, *shuffled)])
                      for name in ("pairs", "frames")}
        return cls(own, shuffled, words, protocol, songs, seed, points[0], points[-1], histograms)


class DistributionView(FigureView):
    """Histogram of pairs or frames with chance as an outline, and number of songs against NPMI; threshold in both."""

    formats = ("csv", "tsv", "png", "svg")

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "figures.distribution", parent)
        self._terms = Terms(self)
        self._shown: Shown | None = None
        self._points: NDArray[np.int64] = np.zeros(0, np.int64)

        self.what = QComboBox()
        self.what.addItem("", "pairs")
        self.what.addItem("", "frames")
        self.what.currentIndexChanged.connect(self._draw)
        self.log = QCheckBox()
        self.log.setChecked(True)
        self.log.toggled.connect(self._draw)
        self.compare = QCheckBox()
        self.compare.setChecked(True)
        self.compare.toggled.connect(self._recompute)
        self.seed = QSpinBox()
        self.seed.setRange(0, 999_999)
        self.seed.setKeyboardTracking(False)
        self.seed.valueChanged.connect(self._recompute)
        self._seed_label = QLabel()
        self._seed_label.setBuddy(self.seed)
        self.headline, self.note = QLabel(), QLabel()
        for label in (self.headline, self.note):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = self.headline.font()
        font.setBold(True)
        self.headline.setFont(font)

        self.histogram = Plot(lambda _place: None, lambda _place, _double: None)
        self.bars = pg.BarGraphItem(x0=[], x1=[], height=[])
        self.outline = pg.PlotCurveItem()
        self.histogram.addItem(self.bars)
        self.histogram.addItem(self.outline)
        self.funnel = Plot(self._hover, self._click)
        set_decades(self.funnel.getAxis("bottom"), fine=True)
        self.by_chance = pg.ScatterPlotItem(pxMode=True, size=4, pen=None)
        self.pairs = pg.ScatterPlotItem(pxMode=True, size=7)
        self.ring = pg.ScatterPlotItem(pxMode=True, size=15, brush=None)
        for item in (self.by_chance, self.pairs, self.ring):
            self.funnel.addItem(item)
        self.thresholds = (pg.InfiniteLine(angle=90, movable=True, bounds=(0.0, 1.0)),
                           pg.InfiniteLine(angle=0, movable=True, bounds=(0.0, 1.0)))
        for line, plot in zip(self.thresholds, (self.histogram, self.funnel), strict=True):
            plot.addItem(line, ignoreBounds=True)
            line.sigPositionChanged.connect(self._dragged)
        self.details = QLabel()
        self.details.setWordWrap(True)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.details.setFixedHeight(self.fontMetrics().lineSpacing() * 3 + 4)
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        for plot in (self.histogram, self.funnel):
            self.splitter.addWidget(plot)

        column = QVBoxLayout(self.content)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addWidget(FlowLayout.holder([self.what, self.log, self.compare, self._seed_label, self.seed]))
        column.addWidget(self.headline)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.details)
        column.addWidget(self.note)
        session.threshold_changed.connect(self._set_threshold)
        session.pair_changed.connect(self._mark)
        self._set_threshold(session.threshold)
        self.retranslate()
        self.restyle()

    # -- computing --------------------------------------------------------------------------------

    def compute(self, opened: OpenCorpus) -> None:
        view = opened.view
        assert view is not None
        runs, seed = (RUNS if self.compare.isChecked() else 0), self.seed.value()
        known = self._shown

        def count(report: Any) -> Shown:
            own = known.own if known is not None else distribution(view)
            words = known.words if known is not None else lyric_words(view)
            report(0.1)
            shuffled = tuple(chance(view, runs, seed, lambda f, m="": report(0.1 + 0.9 * f, m))) if runs else ()
            return Shown.of(own, shuffled, words, opened.protocol, view.counts.songs, seed)

        self.work(self.tr("Counting the distribution of NPMI"), count, self._show, keep=known is not None)

    def forget(self) -> None:
        self._shown = None

    def _recompute(self) -> None:
        self._stale = True
        self.seed.setEnabled(self.compare.isChecked())
        if self.isVisible():
            self.refresh()

    def _show(self, shown: Shown) -> None:
        self._shown = shown
        self._draw()

    # -- drawing ----------------------------------------------------------------------------------

    def _samples(self) -> tuple[Sample, list[Sample]]:
        assert self._shown is not None
        name = self.what.currentData()
        return getattr(self._shown.own, name), [getattr(d, name) for d in self._shown.shuffled]

    def _draw(self) -> None:
        if self._shown is None:
            return
        counts, *others = self._shown.histograms[self.what.currentData()]
        average = np.mean(others, axis=0) if others else np.zeros(len(counts))
        log = self.log.isChecked()
        used = np.flatnonzero((counts > 0) | (average > 0))
        first, last = (int(used[0]), int(used[-1]) + 1) if len(used) else (0, len(counts))
        low, high = EDGES[first:last], EDGES[first + 1 : last + 1]
        # A bar of one is drawn half a decade high, so that it is seen; an outline below one ends there too.
        base = -0.5 if log else 0.0
        heights = self._height(counts[first:last], log=log)
        # A bar leaves a hair to its neighbours.
        self.bars.setOpts(x0=low + 0.001, x1=high - 0.001, y0=base, height=np.maximum(heights - base, 0.0))
        self.outline.setVisible(bool(others))
        if others:
            steps = np.repeat(self._height(average[first:last], log=log), 2)
            edges = np.repeat(EDGES[first : last + 1], 2)[1:-1]
            self.outline.setData(edges, np.maximum(steps, base))
        if log:
            set_decades(self.histogram.getAxis("left"), fine=False)
        else:
            self.histogram.getAxis("left").setTicks(None)
        top = float(max(heights.max(initial=1.0), self._height(average, log=log).max(initial=0.0)))
        self.histogram.getViewBox().setLimits(xMin=-1.05, xMax=1.05, yMin=base, yMax=top * 1.15 + 0.1)
        self.histogram.setRange(xRange=(min(float(low[0]), -0.1), max(float(high[-1]), 0.1, self.session.threshold)),
                                yRange=(base, top * 1.05), padding=0.03)
        self._draw_funnel()
        self.retranslate()

    @staticmethod
    def _height(counts: NDArray[Any], *, log: bool) -> NDArray[np.float64]:
        values = np.asarray(counts, np.float64)
        if not log:
            return values
        return np.where(values > 0, np.log10(np.where(values > 0, values, 1.0)), -0.5)

    def _draw_funnel(self) -> None:
        assert self._shown is not None
        own, dark = self._shown.own, theme_of(self.palette()).dark
        self._points = self._shown.points
        # A hundred brushes for all points: thousands of their own would take half a second.
        palette = [pg.mkBrush(*(int(c) for c in rgb)) for rgb in npmi_rgb(np.linspace(-1, 1, 101), dark=dark)]
        brushes = [palette[i] for i in np.rint((own.npmi[self._points] + 1) * 50).astype(int).tolist()]
        self.pairs.setData(np.log10(own.songs[self._points]), own.npmi[self._points], brush=brushes)
        chance_points: tuple[Any, Any] = ([], [])
        if self._shown.shuffled:
            other = self._shown.shuffled[0]
            kept = self._shown.chance_points
            chance_points = np.log10(other.songs[kept]), other.npmi[kept]
        self.by_chance.setData(*chance_points)
        most = float(np.log10(max(int(own.songs.max(initial=2)), 3)))
        reach = max(float(np.abs(own.npmi).max(initial=0.1)), 0.1) * 1.1
        self.funnel.getViewBox().setLimits(xMin=0.0, xMax=most + 0.4, yMin=-1.1, yMax=1.1)
        self.funnel.setRange(xRange=(0.25, most + 0.05), yRange=(-reach, reach), padding=0.03)
        self._mark()

    def _mark(self) -> None:
        if self._shown is None:
            return
        own, pair = self._shown.own, self.session.pair
        at = np.flatnonzero((own.lyric == pair[0]) & (own.dance == pair[1])) if pair else np.zeros(0, np.int64)
        self.ring.setData(np.log10(own.songs[at]), own.npmi[at])
        self._describe(int(at[0]) if len(at) else None)

    # -- pointing ---------------------------------------------------------------------------------

    def _nearest(self, place: QPointF) -> int | None:
        """The pair whose point is drawn nearest to a place, if it is near enough."""
        if self._shown is None or not len(self._points):
            return None
        own = self._shown.own
        width, height = self.funnel.getViewBox().viewPixelSize()
        across = (np.log10(own.songs[self._points]) - place.x()) / width
        up = (own.npmi[self._points] - place.y()) / height
        distance = np.hypot(across, up)
        best = int(np.argmin(distance))
        return int(self._points[best]) if distance[best] <= _NEAR else None

    def _hover(self, place: QPointF | None) -> None:
        found = self._nearest(place) if place is not None else None
        if found is None:
            self._mark()
        else:
            self._describe(found)

    def _click(self, place: QPointF, _double: bool) -> None:
        found = self._nearest(place)
        if found is not None and self._shown is not None:
            self.session.set_pair((int(self._shown.own.lyric[found]), int(self._shown.own.dance[found])))

    def pixel_of(self, pair: tuple[int, int]) -> QPointF | None:
        """Pixel of the right plot's viewport at which a pair is drawn."""
        if self._shown is None:
            return None
        own = self._shown.own
        at = np.flatnonzero((own.lyric == pair[0]) & (own.dance == pair[1]))
        return self.funnel.place_of(float(np.log10(own.songs[at[0]])), float(own.npmi[at[0]])) if len(at) else None

    def _describe(self, found: int | None) -> None:
        if self._shown is None or found is None:
            self.details.setText(self.tr("Each point is a pair of codes; few songs give extreme values. Point at one "
                                         "for its words, or click to choose it."))
            return
        own = self._shown.own
        words = ", ".join(word for word, _ in self._shown.words.words[int(own.lyric[found])][:5]) or "–"
        self.details.setText(self.tr("Lyric code {lyric} ({words}) and dance code {dance}: NPMI {npmi}, together in "
                                     "{songs} songs").format(
            lyric=own.lyric[found], dance=own.dance[found], words=words, npmi=f"{own.npmi[found]:+.4f}",
            songs=own.songs[found]))

    # -- threshold --------------------------------------------------------------------------------

    def _dragged(self, line: pg.InfiniteLine) -> None:
        self.session.set_threshold(round(float(line.value()), 3))

    def _set_threshold(self, threshold: float) -> None:
        for line in self.thresholds:
            if abs(line.value() - threshold) > 1e-9:
                with QSignalBlocker(line):
                    line.setValue(threshold)
        self._set_headline()

    # -- texts and colours ------------------------------------------------------------------------

    def retranslate(self) -> None:
        super().retranslate()
        pairs = self.what.currentData() == "pairs"
        with QSignalBlocker(self.what):
            self.what.setItemText(0, self.tr("Pairs of codes"))
            self.what.setItemText(1, self.tr("Frames"))
        self.what.setAccessibleName(self.tr("What is counted"))
        self.log.setText(self.tr("Logarithmic"))
        self.compare.setText(self.tr("Compare with chance"))
        self.compare.setToolTip(self.tr(
            "Every song's lyrics are put over the dance of another song of about its length, {runs} times; what "
            "relation is then left is chance").format(runs=RUNS))
        self._seed_label.setText(self.tr("Seed"))
        self.histogram.set_labels(left=self.tr("Pairs") if pairs else self.tr("Frames"), bottom=self.tr("NPMI"))
        self.funnel.set_labels(left=self.tr("NPMI"), bottom=self.tr("Songs in which the pair meets"))
        self.histogram.setAccessibleName(self.tr("Histogram of NPMI"))
        self.funnel.setAccessibleName(self.tr("Number of songs against NPMI"))
        self._set_headline()
        self._set_note()
        self._mark()

    def _set_headline(self) -> None:
        if self._shown is None:
            return
        own, others = self._samples()
        above, minimum = own.above(self.session.threshold), self.session.threshold
        pairs = self.what.currentData() == "pairs"
        text = (self.tr("{above} of {total} pairs above {threshold} ({percent} %)") if pairs
                else self.tr("{above} of {total} frames above {threshold} ({percent} %)"))
        text = text.format(above=f"{above:,}", total=f"{own.total:,}", threshold=f"{minimum:g}",
                           percent=f"{100 * above / max(own.total, 1):.2f}")
        if others:
            by_chance = [other.above(minimum) for other in others]
            text = self.tr("{observed}; by chance {mean} ({least} to {most} in {runs} shuffles, seed {seed})").format(
                observed=text, mean=f"{np.mean(by_chance):,.1f}", least=f"{min(by_chance):,}",
                most=f"{max(by_chance):,}", runs=len(others), seed=self._shown.seed)
        self.headline.setText(text)

    def _set_note(self) -> None:
        if self._shown is None:
            return
        if self.what.currentData() == "pairs":
            note = self.tr("Pairs that meet in two songs or more; NPMI counted {protocol} on {songs} songs.")
        else:
            note = self.tr("Frames of bars with lyrics; NPMI counted {protocol} on {songs} songs; frames of pairs that "
                           "meet in one song alone lie at 0.")
        note = note.format(protocol=self._terms.text(self._shown.protocol), songs=self._shown.songs)
        if self._shown.shuffled:
            note = self.tr(
                "{note} Line and small points: every song's lyrics over the dance of another song of about its length "
                "(line: mean of {runs} shuffles).").format(note=note, runs=len(self._shown.shuffled))
        self.note.setText(note)

    def restyle(self) -> None:
        theme = theme_of(self.palette())
        for plot in (self.histogram, self.funnel):
            plot.restyle(theme, self.palette())
        self.bars.setOpts(brush=pg.mkBrush(colour(theme.wave)), pen=pg.mkPen(None))
        self.outline.setPen(pg.mkPen(colour(theme.text), width=2))
        self.pairs.setPen(pg.mkPen(colour(theme.faint), width=0.7))
        self.by_chance.setBrush(pg.mkBrush(colour(theme.faint, 150)))
        self.ring.setPen(pg.mkPen(colour(theme.accent), width=2.5))
        for line in self.thresholds:
            line.setPen(pg.mkPen(colour(theme.lit), width=2, style=Qt.PenStyle.DashLine))
            line.setHoverPen(pg.mkPen(colour(theme.lit), width=4))
        style = f"color: {colour(theme.faint).name()}"
        if self.note.styleSheet() != style:
            self.note.setStyleSheet(style)
        if self._shown is not None:
            self._draw_funnel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Plots beside each other where there is room, else one below the other."""
        super().resizeEvent(event)
        wide = event.size().width() > 1.1 * event.size().height()
        self.splitter.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    # -- out --------------------------------------------------------------------------------------

    def sheet(self) -> Sheet:
        return Sheet(self.splitter, f"{self.headline.text()}. {self.note.text()}")

    def rows(self) -> Rows:
        """The histogram that is shown, and the mean, least and most of the shuffles in each bin."""
        if self._shown is None:
            return []
        counts, *others = self._shown.histograms[self.what.currentData()]
        body = []
        for i, count in enumerate(counts.tolist()):
            bins = [int(other[i]) for other in others]
            shuffled = [sum(bins) / len(bins), min(bins), max(bins)] if bins else [None] * 3
            body.append([self.what.currentData(), float(EDGES[i]), float(EDGES[i + 1]), count, *shuffled,
                         len(others), self._shown.seed, self._shown.protocol])
        header = ["counted", "npmi_above", "npmi_up_to", "count", "chance_mean", "chance_least", "chance_most",
                  "shuffles", "seed", "protocol"]
        return [header, *body]


def _thinned(own: Distribution) -> NDArray[np.int64]:
    """One pair for each spot of the picture: a hundred thousand points would take a second to draw."""
    spots = own.songs.astype(np.int64) * 1_000_000 + np.rint(own.npmi / _GRID).astype(np.int64)
    _, first = np.unique(spots, return_index=True)
    return np.sort(first)
