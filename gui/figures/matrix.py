"""The NPMI of every pair of codes as a picture that can be zoomed, hovered and clicked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSignalBlocker, QStringListModel, Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QGraphicsRectItem,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.pipeline.figures import ORDERS, LyricWords, lyric_words, order_codes
from core.pipeline.view import CorpusView
from gui.draw.colours import colour, theme_of
from gui.figures.base import FigureView, Rows
from gui.figures.export import Sheet
from gui.figures.image import MatrixImage
from gui.figures.legend import ColourScale
from gui.figures.plots import NamedAxis, Plot
from gui.figures.terms import Terms
from gui.state.opened import OpenCorpus
from gui.state.session import Session
from gui.widgets.flow import FlowLayout


@dataclass(frozen=True)
class Matrix:
    """What is drawn.

    Attributes
    ----------
    view : CorpusView
        What it was computed from.
    protocol : str
    words : LyricWords
    rows, columns : int64
        Lyric and dance codes in the order drawn.
    values : float64 [rows, columns]
        NPMI, NaN where the two codes never meet.
    seen, positive : int
        Pairs of the whole table that meet, and those with positive NPMI.
    """

    view: CorpusView
    protocol: str
    words: LyricWords
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[np.float64]
    seen: int
    positive: int

    @classmethod
    def of(cls, view: CorpusView, protocol: str, words: LyricWords, order: str, *, positive_only: bool) -> Matrix:
        """The matrix of a view in an order; slow, for a worker."""
        rows, columns = order_codes(view.table, view.counts, order, positive_only=positive_only)
        cells = np.ix_(rows, columns)
        met = view.counts.pair > 0
        values = np.where(met[cells], view.table[cells], np.nan)
        return cls(view, protocol, words, rows, columns, values, int(met.sum()), int((view.table > 0).sum()))


class MatrixView(FigureView):
    """Lyric codes in rows, dance codes in columns. A click makes the pair the session's."""

    formats = ("csv", "tsv", "png", "svg")

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "figures.matrix", parent)
        self._terms = Terms(self)
        self._matrix: Matrix | None = None
        self._row_of: dict[int, int] = {}
        self._column_of: dict[int, int] = {}
        self._asked: tuple[str, int] = ("", -1)
        self._wanted_row: int | None = None

        self.order = QComboBox()
        for name in ORDERS:
            self.order.addItem("", name)
        self.order.setCurrentIndex(ORDERS.index("clustered"))
        self.order.currentIndexChanged.connect(self._reorder)
        self._order_label = QLabel()
        self._order_label.setBuddy(self.order)
        self.positive_only = QCheckBox()
        self.positive_only.toggled.connect(self._reorder)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(190)
        self._completions = QStringListModel(self)
        completer = QCompleter(self._completions, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search.setCompleter(completer)
        self.search.returnPressed.connect(self.find_word)
        self.lyric, self.dance = QSpinBox(), QSpinBox()
        self._lyric_label, self._dance_label = QLabel(), QLabel()
        for label, box in ((self._lyric_label, self.lyric), (self._dance_label, self.dance)):
            label.setBuddy(box)
            box.setKeyboardTracking(False)
            box.valueChanged.connect(self._take_numbers)
        self.show_all = QPushButton()
        self.show_all.clicked.connect(self.fit)

        self._row_axis, self._column_axis = NamedAxis("left"), NamedAxis("bottom")
        self.plot = Plot(self._hover, self._click, {"left": self._row_axis, "bottom": self._column_axis})
        self._row_axis.setWidth(self.fontMetrics().horizontalAdvance("0") * 14 + 34)
        self.plot.invertY(True)
        self.image = MatrixImage()
        self.plot.addItem(self.image)
        self._marker = QGraphicsRectItem()
        self._marker.setZValue(10)
        self._guides = [pg.InfiniteLine(angle=angle, movable=False) for angle in (0, 90)]
        self._band = QGraphicsRectItem()
        self._band.setZValue(5)
        for item in (self._marker, *self._guides, self._band):
            self.plot.addItem(item, ignoreBounds=True)
            item.hide()
        # Once for many changes in a row, as a wheel makes them.
        self._settle = QTimer(self, singleShot=True, interval=15)
        self._settle.timeout.connect(self._sharpen)
        for signal in (self.plot.getViewBox().sigRangeChanged, self.plot.getViewBox().sigResized):
            signal.connect(lambda *_: self._settle.start())

        self.details = QLabel()
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setWordWrap(True)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        # As high as its longest text, so that the picture does not jump under the pointer.
        self.details.setFixedHeight(self.fontMetrics().lineSpacing() * 5 + 4)
        self.scale = ColourScale()
        self.caption = QLabel()
        self.caption.setWordWrap(True)

        controls = FlowLayout.holder([
            self._order_label, self.order, self.positive_only, self.search, self._lyric_label, self.lyric,
            self._dance_label, self.dance, self.show_all, self.scale,
        ], gap=8)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addWidget(controls)
        column.addWidget(self.plot, 1)
        column.addWidget(self.details)
        column.addWidget(self.caption)
        session.pair_changed.connect(self._mark)
        self.retranslate()
        self.restyle()

    # -- computing --------------------------------------------------------------------------------

    def compute(self, opened: OpenCorpus) -> None:
        view, protocol = opened.view, opened.protocol
        assert view is not None
        order, only = self.order.currentData(), self.positive_only.isChecked()
        known = self._matrix.words if self._matrix is not None and self._matrix.view is view else None

        def count(report: Any) -> Matrix:
            words = known or lyric_words(view, report)
            return Matrix.of(view, protocol, words, order, positive_only=only)

        self.work(self.tr("Counting the NPMI matrix"), count, self._show, keep=self._matrix is not None)

    def forget(self) -> None:
        self._matrix = None

    def _reorder(self) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def _show(self, matrix: Matrix) -> None:
        fresh = self._matrix is None or self._matrix.view is not matrix.view
        self._matrix = matrix
        self._row_of = {int(code): i for i, code in enumerate(matrix.rows)}
        self._column_of = {int(code): i for i, code in enumerate(matrix.columns)}
        self._row_axis.set_names(len(matrix.rows), self._row_name)
        self._column_axis.set_names(len(matrix.columns), lambda i: str(matrix.columns[i]))
        self.image.set_values(matrix.values, dark=theme_of(self.palette()).dark)
        if fresh:
            tallies: dict[str, int] = {}
            for words in matrix.words.words:
                for word, count in words:
                    tallies[word] = tallies.get(word, 0) + count
            self._completions.setStringList(sorted(tallies, key=lambda word: -tallies[word]))
            for box, size in ((self.lyric, matrix.view.coded.lyric_size), (self.dance, matrix.view.coded.dance_size)):
                with QSignalBlocker(box):
                    box.setRange(0, size - 1)
        rows, columns = max(len(matrix.rows), 1), max(len(matrix.columns), 1)
        self.plot.getViewBox().setLimits(
            xMin=-0.05 * columns, xMax=1.05 * columns, yMin=-0.05 * rows, yMax=1.05 * rows,
            minXRange=min(4, columns), minYRange=min(4, rows))
        self.fit()
        self._set_caption()
        self._mark()
        if self._wanted_row is not None:
            wanted, self._wanted_row = self._wanted_row, None
            self._show_row(wanted)

    def _row_name(self, row: int) -> str:
        assert self._matrix is not None
        code = int(self._matrix.rows[row])
        words = self._matrix.words.words[code]
        return f"{words[0][0][:9]} {code}" if words else str(code)

    # -- looking ----------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole matrix."""
        if self._matrix is not None:
            self.plot.getViewBox().setRange(xRange=(0, max(len(self._matrix.columns), 1)),
                                            yRange=(0, max(len(self._matrix.rows), 1)), padding=0.015)
            self._sharpen()

    def _sharpen(self) -> None:
        box = self.plot.getViewBox()
        (x0, x1), (y0, y1) = box.viewRange()
        ratio = self.devicePixelRatioF()
        across = (x1 - x0) / max(box.width() * ratio, 1.0)
        down = (y1 - y0) / max(box.height() * ratio, 1.0)
        self.image.fit(across, down)

    def pair_at(self, place: QPointF) -> tuple[int, int] | None:
        """The pair of codes drawn at a place in data coordinates."""
        if self._matrix is None:
            return None
        row, column = int(np.floor(place.y())), int(np.floor(place.x()))
        if not (0 <= row < len(self._matrix.rows) and 0 <= column < len(self._matrix.columns)):
            return None
        return int(self._matrix.rows[row]), int(self._matrix.columns[column])

    def pixel_of(self, pair: tuple[int, int]) -> QPointF | None:
        """Pixel of the plot's viewport in the middle of a pair's cell; None where the pair is not drawn."""
        if pair[0] not in self._row_of or pair[1] not in self._column_of:
            return None
        return self.plot.place_of(self._column_of[pair[1]] + 0.5, self._row_of[pair[0]] + 0.5)

    def _hover(self, place: QPointF | None) -> None:
        pair = None if place is None else self.pair_at(place)
        self._describe(pair or self.session.pair)

    def _click(self, place: QPointF, double: bool) -> None:
        pair = self.pair_at(place)
        if pair is not None and not double:
            self.session.set_pair(pair)

    def _take_numbers(self) -> None:
        self.session.set_pair((self.lyric.value(), self.dance.value()))

    def _mark(self) -> None:
        """Frame the session's pair, and bring it into sight."""
        pair = self.session.pair
        known = pair is not None and pair[0] in self._row_of and pair[1] in self._column_of
        for item in (self._marker, *self._guides):
            item.setVisible(known and self._matrix is not None)
        self._describe(pair)
        if pair is None:
            return
        for box, value in ((self.lyric, pair[0]), (self.dance, pair[1])):
            with QSignalBlocker(box):
                box.setValue(value)
        if not known:
            return
        row, column = self._row_of[pair[0]], self._column_of[pair[1]]
        self._marker.setRect(column, row, 1, 1)
        self._guides[0].setValue(row + 0.5)
        self._guides[1].setValue(column + 0.5)
        (x0, x1), (y0, y1) = self.plot.getViewBox().viewRange()
        if not (x0 <= column + 0.5 <= x1 and y0 <= row + 0.5 <= y1):
            self.plot.getViewBox().translateBy(x=column + 0.5 - (x0 + x1) / 2, y=row + 0.5 - (y0 + y1) / 2)

    # -- words ------------------------------------------------------------------------------------

    def find_word(self) -> None:
        """Show the lyric code of the word in the search box; asked again, its next one."""
        if self._matrix is None:
            return
        text = self.search.text().strip()
        codes = self._matrix.words.codes_of(text)
        if not codes:
            self._band.hide()
            self.details.setText(self.tr("No lyric code stands for “{text}”.").format(text=text) if text else "")
            return
        number = (self._asked[1] + 1) % len(codes) if self._asked[0] == text else 0
        self._asked = (text, number)
        if codes[number] not in self._row_of:
            self._wanted_row = codes[number]
            self.positive_only.setChecked(False)
            return
        self._show_row(codes[number])

    def _show_row(self, code: int) -> None:
        """Mark the row of a lyric code, bring it into sight and tell its words and its strongest dance codes."""
        matrix = self._matrix
        if matrix is None or code not in self._row_of:
            return
        row = self._row_of[code]
        self._band.setRect(0, row, len(matrix.columns), 1)
        self._band.show()
        (_, _), (y0, y1) = self.plot.getViewBox().viewRange()
        if not y0 <= row + 0.5 <= y1:
            self.plot.getViewBox().translateBy(y=row + 0.5 - (y0 + y1) / 2)
        line = np.where(matrix.view.counts.pair[code] > 0, matrix.view.table[code], -2.0)
        best = [int(i) for i in np.argsort(-line, kind="stable")[:3] if line[i] > -2.0]
        strongest = ", ".join(f"{i} ({line[i]:+.3f})" for i in best)
        self.details.setText("\n".join([
            self.tr("Lyric code {code}, in {songs} of {total} counted songs").format(
                code=code, songs=matrix.view.counts.lyric[code], total=matrix.view.counts.songs),
            self._words_of(code),
            self.tr("Strongest dance codes: {codes}").format(codes=strongest or "–"),
        ]))

    def _words_of(self, code: int) -> str:
        assert self._matrix is not None
        words = self._matrix.words.words[code]
        listed = ", ".join(f"{word} ({count})" for word, count in words[:8])
        if len(words) > 8:
            listed = self.tr("{words} and {more} more").format(words=listed, more=len(words) - 8)
        if not words:
            return self.tr("Words: none; frames in which nothing is sung")
        return self.tr("Words: {words}").format(words=listed)

    def _describe(self, pair: tuple[int, int] | None) -> None:
        matrix = self._matrix
        if matrix is None:
            return
        counts = matrix.view.counts
        if pair is None or not (0 <= pair[0] < len(counts.lyric) and 0 <= pair[1] < len(counts.dance)):
            self.details.setText(self.tr("Point at a cell for its codes and counts; click to choose the pair. Wheel: "
                                         "zoom. Drag: move."))
            return
        lyric, dance = pair
        together = int(counts.pair[lyric, dance])
        first = self.tr("Lyric code {lyric} and dance code {dance}: NPMI {npmi}").format(
            lyric=lyric, dance=dance, npmi=f"{matrix.view.table[lyric, dance]:+.4f}")
        if together == 0:
            first = self.tr("Lyric code {lyric} and dance code {dance}: never together").format(
                lyric=lyric, dance=dance)
        elif together == 1:
            first = self.tr("Lyric code {lyric} and dance code {dance}: together in one song alone, NPMI 0").format(
                lyric=lyric, dance=dance)
        numbers = self.tr("Together in {pair} songs; the lyric code in {x}, the dance code in {y}, of {total} counted."
                          ).format(pair=together, x=counts.lyric[lyric], y=counts.dance[dance], total=counts.songs)
        self.details.setText("\n".join([first, numbers, self._words_of(lyric)]))

    # -- texts and colours ------------------------------------------------------------------------

    def retranslate(self) -> None:
        super().retranslate()
        self._order_label.setText(self.tr("Ordered by"))
        for i in range(self.order.count()):
            self.order.setItemText(i, self._terms.text(self.order.itemData(i)))
        self.positive_only.setText(self.tr("Only codes with a positive pair"))
        self.search.setPlaceholderText(self.tr("Find a word"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setToolTip(self.tr("Enter shows the word's lyric code; Enter again its next one"))
        self._lyric_label.setText(self.tr("Lyric code"))
        self._dance_label.setText(self.tr("Dance code"))
        self.show_all.setText(self.tr("Show all"))
        self.plot.set_labels(left=self.tr("Lyric codes"), bottom=self.tr("Dance codes"))
        self.plot.setAccessibleName(self.tr("NPMI of every pair of lyric and dance codes"))
        self._set_caption()
        self._describe(self.session.pair)

    def _set_caption(self) -> None:
        if self._matrix is None:
            return
        view, seen, positive = self._matrix.view, self._matrix.seen, self._matrix.positive
        self.caption.setText(self.tr(
            "NPMI counted {protocol} on {songs} songs; {lyric} lyric and {dance} dance codes; {seen} pairs meet, "
            "{positive} of them with positive NPMI. Blank: never together.").format(
                protocol=self._terms.text(self._matrix.protocol), songs=view.counts.songs, seen=f"{seen:,}",
                lyric=view.coded.lyric_size, dance=view.coded.dance_size, positive=f"{positive:,}"))

    def restyle(self) -> None:
        theme = theme_of(self.palette())
        self.plot.restyle(theme, self.palette())
        self.image.set_dark(theme.dark)
        accent = colour(theme.accent)
        self._marker.setPen(pg.mkPen(accent, width=2))
        for line in self._guides:
            line.setPen(pg.mkPen(colour(theme.accent, 130), style=Qt.PenStyle.DotLine))
        self._band.setPen(pg.mkPen(accent))
        self._band.setBrush(pg.mkBrush(colour(theme.accent, 40)))
        style = f"color: {colour(theme.faint).name()}"
        if self.caption.styleSheet() != style:
            self.caption.setStyleSheet(style)

    # -- out --------------------------------------------------------------------------------------

    def sheet(self) -> Sheet:
        return Sheet(self.plot, self.caption.text())

    def ready(self) -> bool:
        return self._matrix is not None

    def rows(self) -> Rows:
        """Every pair that meets in a song, highest NPMI first, with its counts and the lyric code's words."""
        return self.rows_maker()()

    def rows_maker(self) -> Callable[[], Rows]:
        matrix = self._matrix
        if matrix is None:
            return list

        def make() -> Rows:
            counts, table = matrix.view.counts, matrix.view.table
            lyric, dance = np.nonzero(counts.pair)
            together = counts.pair[lyric, dance]
            order = np.lexsort((dance, lyric, -together, -table[lyric, dance]))
            texts = [" ".join(word for word, _ in words[:8]) for words in matrix.words.words]
            header = ["lyric_code", "dance_code", "npmi", "songs_together", "songs_lyric", "songs_dance",
                      "songs_counted", "protocol", "words"]
            return [header, *(
                [int(x), int(y), float(table[x, y]), int(counts.pair[x, y]), int(counts.lyric[x]),
                 int(counts.dance[y]), counts.songs, matrix.protocol, texts[x]]
                for x, y in zip(lyric[order], dance[order], strict=True)
            )]

        return make
