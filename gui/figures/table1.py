"""Table 1: how many songs, bars and frames have a positive NPMI, beside what chance gives and beside the paper's."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.pipeline.chance import ChanceShare, ChanceShares, chance_shares, chance_shares_of_folder
from core.pipeline.figures import table1_by_split, table1_of_folder
from core.retrieval.protocol import PROTOCOLS
from gui.draw.colours import colour, theme_of
from gui.figures.base import FigureView, Rows
from gui.figures.export import Sheet, copy_rows
from gui.figures.terms import Terms
from gui.state.opened import OpenCorpus
from gui.state.session import Session
from gui.widgets.flow import FlowLayout
from gui.work.process import in_process

KINDS: Final = ("songs", "bars", "frames")
PAPER: Final[dict[str, tuple[int, int | None, float]]] = {
    "songs": (781, 1000, 78.10), "bars": (2671, 92_723, 2.88), "frames": (14_431, None, 0.30),
}
"""Watanabe & Goto 2025, Table 1: positive, of how many (not given for frames), percent."""
RUNS: Final = 20
"""Exchanges of dances among songs."""
SEED: Final = 0
Found = dict[str, dict[str, dict[str, Any]]]
Beside = dict[str, dict[str, ChanceShare]]
"""What chance gives, by split and kind; empty where it is not known."""
Result = tuple[Found, float, int, ChanceShares | None, Beside]
"""Shares by protocol and split, the threshold, the songs counted, what chance gives at any threshold and at this."""


class Card(QFrame):
    """One share in large figures: its name, the percent, the counts, what chance gives, and the paper's percent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.name, self.percent, self.counts = QLabel(), QLabel(), QLabel()
        self.chance, self.paper = QLabel(), QLabel()
        font = self.percent.font()
        font.setPointSizeF(font.pointSizeF() * 1.35)
        font.setBold(True)
        self.percent.setFont(font)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 7, 6, 7)
        column.setSpacing(1)
        for label in (self.name, self.percent, self.counts, self.chance, self.paper):
            label.setWordWrap(label is not self.percent)
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            column.addWidget(label)
        column.addStretch(1)
        self.setMinimumWidth(84)
        self.setMaximumWidth(240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)


class Table1View(FigureView):
    """Table 1 under the session's protocol and threshold, by split, beside chance; on request for all protocols."""

    formats = ("csv", "tsv", "json", "png", "svg")

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "figures.table1", parent)
        self._terms = Terms(self)
        self._found: Found = {}
        self._minimum = 0.0
        self._songs_counted = 0
        self._chance: ChanceShares | None = None
        self._by_chance: Beside = {}

        self.cards = {kind: Card() for kind in KINDS}
        cards = QHBoxLayout()
        cards.setSpacing(8)
        for card in self.cards.values():
            cards.addWidget(card, 1)
        cards.addStretch(0)
        self.table = QTableWidget()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.setMinimumHeight(120)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 9)
        self.all_protocols = QCheckBox()
        self.all_protocols.toggled.connect(self._widen)
        self.compare = QCheckBox()
        self.compare.setChecked(True)
        self.compare.toggled.connect(self._compare)
        self.copy = QPushButton()
        self.copy.clicked.connect(self.copy_table)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table, self.copy_table,
                  context=Qt.ShortcutContext.WidgetShortcut)
        self.notes = QLabel()
        self.notes.setWordWrap(True)
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

        row = QHBoxLayout()
        row.addWidget(FlowLayout.holder([self.compare, self.all_protocols]), 1)
        row.addWidget(self.copy)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(10)
        column.addLayout(cards)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addWidget(self.notes)
        session.threshold_changed.connect(self._recount)
        self.retranslate()
        self.restyle()

    # -- computing --------------------------------------------------------------------------------

    def compute(self, opened: OpenCorpus) -> None:
        view, minimum = opened.view, self.session.threshold
        wide = self.all_protocols.isChecked()
        others = tuple(p for p in PROTOCOLS if p != opened.protocol) if wide else ()
        assert view is not None

        runs, known = (RUNS if self.compare.isChecked() else 0), self._chance

        def count(report: Any) -> Result:
            report(0.0)
            found = {opened.protocol: table1_by_split(view, minimum)}
            if others:
                # Leaving out every song in turn takes a table a song: too long for a thread beside the window's.
                found |= in_process(table1_of_folder, opened.folder, others, minimum, progress=report)
            ordered = {p: found[p] for p in PROTOCOLS if p in found}
            chance = known
            if runs and chance is None:
                report.partial((ordered, minimum, view.counts.songs, None, {}))
                if opened.protocol == "leave-one-song-out":
                    chance = in_process(chance_shares_of_folder, opened.folder, opened.protocol, runs, SEED,
                                        progress=report)
                else:
                    chance, _ = chance_shares(view, runs, SEED, report)
            beside = {} if chance is None else {
                split: chance.shares(minimum, split) for split in found[opened.protocol]}
            return ordered, minimum, view.counts.songs, chance, beside

        self.work(self.tr("Counting Table 1"), count, self._show, keep=bool(self._found), partial=self._show)

    def forget(self) -> None:
        self._found, self._chance, self._by_chance = {}, None, {}

    def _recount(self) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def _widen(self) -> None:
        if self.session.opened is not None and self.session.opened.view is not None:
            self.refresh()

    def _compare(self, wanted: bool) -> None:
        if wanted and self._chance is None:
            self._widen()
        self.retranslate()

    def _show(self, result: Result) -> None:
        self._found, self._minimum, self._songs_counted, self._chance, self._by_chance = result
        self.retranslate()
        self.restyle()

    # -- showing ----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        super().retranslate()
        names = {"songs": self.tr("Songs"), "bars": self.tr("Bars with lyrics"),
                 "frames": self.tr("Frames of these bars")}
        self.all_protocols.setText(self.tr("All three protocols side by side"))
        self.compare.setText(self.tr("Compare with chance"))
        self.compare.setToolTip(self.tr(
            "Every song's lyrics are put over the dance of another song of about its length, {runs} times; what "
            "relation is then left is chance").format(runs=RUNS))
        self.copy.setText(self.tr("Copy table"))
        self.copy.setToolTip(self.tr("Copies the table for a spreadsheet, tab-separated, with every count in a column"))
        self.table.setAccessibleName(self.tr("Table 1 by protocol and split"))
        own = self._found.get(self.session.opened.protocol if self.session.opened else "", {}).get("all")
        for kind, card in self.cards.items():
            card.name.setText(names[kind])
            if own is not None:
                card.percent.setText(f"{own[kind]['percent']:.2f} %")
                card.counts.setText(self.tr("{positive} of {total}").format(
                    positive=f"{own[kind]['positive']:,}", total=f"{own[kind]['total']:,}"))
            beside = self._beside()
            card.chance.setVisible(self.compare.isChecked())
            card.chance.setText(self.tr("by chance: {chance}").format(
                chance=self._range(beside[kind]) if beside else "–"))
            card.paper.setText(self.tr("paper: {percent} %").format(percent=f"{PAPER[kind][2]:.2f}"))
        self._fill([self.tr("NPMI counted"), self.tr("In"), *(names[kind] for kind in KINDS)])
        if own is not None:
            self._set_notes(own)

    def _beside(self, split: str = "all") -> dict[str, ChanceShare] | None:
        """What chance gives, once it is known and as long as it is asked for."""
        return self._by_chance.get(split) if self.compare.isChecked() else None

    def _range(self, share: ChanceShare) -> str:
        text = self.tr("{mean} % ({low} to {high})").format(
            mean=f"{share.mean:.2f}", low=f"{share.low:.2f}", high=f"{share.high:.2f}")
        return text.replace(" %", "\N{NO-BREAK SPACE}%")

    def _set_notes(self, own: dict[str, Any]) -> None:
        notes = [
            self.tr("{lyric} lyric codes, {dance} dance codes; the NPMI is counted on {songs} songs.").format(
                lyric=own["lyric_codes"], dance=own["dance_codes"], songs=f"{self._songs_counted:,}"),
            self.tr("A frame counts where the NPMI of its two codes is above {threshold}; a bar or a song counts where "
                    "one of its frames does. Only bars with lyrics are counted. Pairs of codes that meet in one song "
                    "alone have the NPMI 0.").format(threshold=f"{self._minimum:g}"),
        ]
        if self._beside() is not None:
            notes.append(self.tr(
                "By chance: mean of {runs} exchanges of dances among songs of about the same length (seed {seed}), and "
                "where 95 % of them lie.").format(runs=RUNS, seed=SEED))
        if self._minimum > 0:
            notes.append(self.tr("The paper counts from above 0; set the threshold to 0 to compare."))
        notes.append(self.tr("The paper has 1,000 songs, and its public code counts NPMI on the songs it reports on, "
                             "which is the protocol transductive here."))
        self.notes.setText(" ".join(notes))

    def _fill(self, header: list[str]) -> None:
        bodies: list[tuple[str, str, list[str]]] = []
        own = self.session.opened.protocol if self.session.opened else ""
        beside = self._beside()
        for protocol, splits in self._found.items():
            for split, shares in splits.items():
                bodies.append((protocol, split, [self._share(*(shares[k][n] for n in ("positive", "total", "percent")))
                                                 for k in KINDS]))
            if protocol == own and beside is not None:
                bodies.append(("by chance", "all", [self._range(beside[k]) for k in KINDS]))
        self.table.setColumnCount(len(header))
        self.table.setHorizontalHeaderLabels(header)
        self.table.setRowCount(len(bodies) + 1 if bodies else 0)
        last = ""
        for i, (protocol, split, texts) in enumerate(bodies):
            chance = protocol == "by chance"
            name = self.tr("by chance") if chance else self._terms.text(protocol) if protocol != last else ""
            last = protocol
            self._set_row(i, [name, self._terms.text(split), *texts], bold=split == "all" and not chance, italic=chance)
        if bodies:
            self._set_row(len(bodies), [self.tr("Watanabe & Goto 2025"), self.tr("1,000 songs"),
                                        *(self._share(*PAPER[k]) for k in KINDS)], italic=True)
        self.table.resizeColumnsToContents()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setStretchLastSection(True)

    def _share(self, positive: int, total: int | None, percent: float) -> str:
        if total is None:
            text = self.tr("{positive} ({percent} %)")
        else:
            text = self.tr("{positive} of {total} ({percent} %)")
        return text.format(positive=f"{positive:,}", total="" if total is None else f"{total:,}",
                           percent=f"{percent:.2f}")

    def _set_row(self, row: int, texts: list[str], *, bold: bool = False, italic: bool = False) -> None:
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column > 1:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            font = item.font()
            font.setBold(bold)
            font.setItalic(italic)
            item.setFont(font)
            self.table.setItem(row, column, item)

    def restyle(self) -> None:
        faint = colour(theme_of(self.palette()).faint).name()
        style = f"color: {faint}"
        for card in self.cards.values():
            for label in (card.counts, card.chance, card.paper):
                if label.styleSheet() != style:
                    label.setStyleSheet(style)
        if self.notes.styleSheet() != style:
            self.notes.setStyleSheet(style)

    # -- out --------------------------------------------------------------------------------------

    def sheet(self) -> Sheet:
        columns = range(self.table.columnCount())
        cells = [[self.table.item(row, i).text() for i in columns] for row in range(self.table.rowCount())]
        header = [self.table.horizontalHeaderItem(i).text() for i in columns]
        return Sheet(self.table, self.notes.text(), [header, *cells])

    def rows(self) -> Rows:
        """Every count in a column of its own, under the names that the command line uses."""
        if not self._found:
            return []
        header = ["protocol", "split", "minimum", "lyric_codes", "dance_codes"]
        header += [f"{kind}_{what}" for kind in KINDS for what in ("positive", "total", "percent")]
        header += [f"{kind}_chance_{what}" for kind in KINDS for what in ("mean", "low", "high")]
        header += ["exchanges", "seed"]
        body = []
        own = self.session.opened.protocol if self.session.opened else ""
        for protocol, splits in self._found.items():
            for split, found in splits.items():
                beside = self._beside(split) if protocol == own else None
                by_chance = [None] * 11 if beside is None else [
                    *(value for kind in KINDS for value in (beside[kind].mean, beside[kind].low, beside[kind].high)),
                    RUNS, SEED]
                body.append([protocol, split, self._minimum, found["lyric_codes"], found["dance_codes"],
                             *(found[kind][what] for kind in KINDS for what in ("positive", "total", "percent")),
                             *by_chance])
        paper = ["Watanabe & Goto 2025", "all", 0.0, None, None, *(value for kind in KINDS for value in PAPER[kind]),
                 *[None] * 11]
        return [header, *body, paper]

    def as_json(self) -> Any:
        if not self._found:
            return None
        beside = self._beside()
        by_chance = {} if beside is None else {"chance": {
            "exchanges": RUNS, "seed": SEED, **{kind: {f"{name}_percent": value for name, value in vars(share).items()}
                                                for kind, share in beside.items()}}}
        return {"minimum": self._minimum, "protocols": self._found, **by_chance}

    def copy_table(self) -> None:
        """Put the table on the clipboard."""
        copy_rows(self.rows())
        self.session.message.emit(self.tr("Table 1 was copied."))
