"""Table 2: how well each method finds the right bar, run from the window, its controls always beside it."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.codes import SPLITS
from core.pipeline.figures import EvaluationRequest, evaluate_folder
from core.retrieval.protocol import DIRECTIONS, GALLERIES, METHODS, PROTOCOLS, TIES
from gui.draw.colours import colour, theme_of
from gui.figures.base import FigureView, Rows
from gui.figures.export import Sheet, copy_rows
from gui.figures.results import COLUMNS, SORT_ROLE, ResultsModel, complete
from gui.figures.terms import Terms
from gui.state.opened import OpenCorpus
from gui.state.session import Session
from gui.widgets.flow import FlowLayout
from gui.work.process import in_process

CONTROLS: Final = ("length-only", "random")
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "methods": METHODS, "protocols": PROTOCOLS, "directions": DIRECTIONS, "galleries": GALLERIES, "ties": TIES,
}


class Table2View(FigureView):
    """Choice of what to run, a button, and the results, which are kept for each corpus while the window lives."""

    formats = ("csv", "tsv", "json", "png", "svg")

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "figures.table2", parent)
        self._terms = Terms(self)
        self._kept: dict[tuple[str, ...], dict[str, Any]] = {}
        self._result: dict[str, Any] | None = None
        self._running: tuple[str, ...] = ()
        self.choices: dict[str, dict[str, QCheckBox]] = {}
        self._labels: dict[str, QLabel] = {}

        self._form = QWidget()
        form = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(6)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for group, names in GROUPS.items():
            self._labels[group] = QLabel()
            form.addRow(self._labels[group], self._group(group, names))
        self.split = QComboBox()
        for name in (*reversed(SPLITS), "all"):
            self.split.addItem("", name)
        self.seed = QSpinBox()
        self.seed.setRange(0, 999_999)
        self._seed_label = QLabel()
        self._seed_label.setBuddy(self.seed)
        self._labels["split"] = QLabel()
        form.addRow(self._labels["split"], FlowLayout.holder([self.split, self._seed_label, self.seed]))

        self.fold = QToolButton()
        self.fold.setAutoRaise(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.clicked.connect(lambda: self._unfold(not self._form.isVisibleTo(self.content)))
        self.run = QPushButton()
        self.run.setDefault(True)
        self.run.clicked.connect(self.start)
        self.copy = QPushButton()
        self.copy.clicked.connect(self.copy_table)
        self.caption = QLabel()
        self.leak = QLabel()
        for label in (self.caption, self.leak):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

        self.model = ResultsModel(self)
        self.sorted = QSortFilterProxyModel(self)
        self.sorted.setSourceModel(self.model)
        self.sorted.setSortRole(SORT_ROLE)
        self.table = QTableView()
        self.table.setModel(self.sorted)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.setMinimumHeight(110)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 9)
        self._rest = QWidget()
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table, self.copy_table,
                  context=Qt.ShortcutContext.WidgetShortcut)

        buttons = QHBoxLayout()
        buttons.addWidget(self.fold)
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.run)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(8)
        column.addLayout(buttons)
        column.addWidget(self._form)
        column.addWidget(self.caption)
        column.addWidget(self.table, 1)
        column.addWidget(self.leak)
        column.addWidget(self._rest, 1)
        self._unfold(True)
        self._choose_defaults()
        self.retranslate()
        self.restyle()

    def _group(self, group: str, names: tuple[str, ...]) -> QWidget:
        self.choices[group] = {name: QCheckBox() for name in names}
        for box in self.choices[group].values():
            box.toggled.connect(self._check)
        return FlowLayout.holder(list(self.choices[group].values()), gap=16)

    def _choose_defaults(self) -> None:
        for group, boxes in self.choices.items():
            for name, box in boxes.items():
                box.setChecked(group != "protocols" or name == self.session.protocol)
        for name in CONTROLS:
            # No method's figure is shown without them.
            self.choices["methods"][name].setEnabled(False)

    # -- computing --------------------------------------------------------------------------------

    def compute(self, opened: OpenCorpus) -> None:
        """Nothing runs by itself: it can take minutes. What was run on this corpus before is shown again."""
        self._show(self._kept.get(self._key(opened)))
        self.show_content()
        self._check()

    def forget(self) -> None:
        self._result = None

    def invalidate(self) -> None:
        """A run is not dropped because the session's protocol changed: it does not depend on it."""
        opened = self.session.opened
        if self.busy and opened is not None and opened.view is not None and self._key(opened) == self._running:
            return
        super().invalidate()

    @staticmethod
    def _key(opened: OpenCorpus) -> tuple[str, ...]:
        settings = [opened.corpus.setting(name) or {} for name in ("lyric_codes", "dance_codes")]
        return (str(opened.folder), *(str(setting.get("key")) for setting in settings))

    def request(self) -> EvaluationRequest:
        """What is chosen."""
        chosen = {group: tuple(name for name, box in boxes.items() if box.isChecked())
                  for group, boxes in self.choices.items()}
        return EvaluationRequest(**chosen, split=self.split.currentData(), seed=self.seed.value())

    def start(self) -> None:
        """Run what is chosen in a process of its own; a second call while it runs starts over."""
        opened = self.session.opened
        if opened is None or opened.view is None or not self.run.isEnabled():
            return
        request, key, folder = self.request(), self._key(opened), opened.folder

        def done(result: dict[str, Any]) -> None:
            self._kept[key] = result
            self._show(result)
            self.session.message.emit(self.tr("Table 2 is ready."))

        self._running = key
        title = self.tr("Evaluating {split}: {protocols}").format(
            split=self._terms.text(request.split), protocols=", ".join(self._terms.text(p) for p in request.protocols))
        self.work(title, lambda report: in_process(evaluate_folder, folder, request, progress=report), done, keep=True)

    def _check(self) -> None:
        if not hasattr(self, "run"):
            return
        empty = [g for g, boxes in self.choices.items() if not any(box.isChecked() for box in boxes.values())]
        self.run.setEnabled(not empty)
        self.run.setToolTip(
            self.tr("Choose at least one of each kind first.") if empty
            else self.tr("Runs in the background; a large corpus takes minutes, the window stays usable."))

    def _show(self, result: dict[str, Any] | None) -> None:
        self._result = result
        self.model.set_rows(complete(result) if result else [])
        self._set_caption()
        self.table.resizeColumnsToContents()
        self.table.setVisible(result is not None)
        self._rest.setVisible(result is None)
        self.copy.setEnabled(result is not None)
        if result is not None and self.height() < 560:
            self._unfold(False)

    # -- showing ----------------------------------------------------------------------------------

    def _unfold(self, opened: bool) -> None:
        """Show or fold away what can be chosen; a low pane keeps its room for the results."""
        self._form.setVisible(opened)
        self.fold.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)

    def retranslate(self) -> None:
        super().retranslate()
        labels = {
            "methods": self.tr("Methods"), "protocols": self.tr("NPMI counted"), "directions": self.tr("Directions"),
            "galleries": self.tr("Galleries"), "ties": self.tr("Equal scores"), "split": self.tr("Songs ranked"),
        }
        for group, label in self._labels.items():
            label.setText(labels[group])
        for group, boxes in self.choices.items():
            for name, box in boxes.items():
                term = "gallery all" if (group, name) == ("galleries", "all") else name
                box.setText(self._terms.text(term))
                box.setToolTip(self._terms.explained(term))
        for name in CONTROLS:
            tip = self.tr("{what} Always run, so that no figure stands alone.")
            self.choices["methods"][name].setToolTip(tip.format(what=self._terms.explained(name)))
        for i in range(self.split.count()):
            self.split.setItemText(i, self._terms.text(self.split.itemData(i)))
        self.split.setAccessibleName(labels["split"])
        self._seed_label.setText(self.tr("Seed"))
        self.fold.setText(self.tr("What to run"))
        self.run.setText(self.tr("Run"))
        self.copy.setText(self.tr("Copy table"))
        self.table.setAccessibleName(self.tr("Table 2: results"))
        self.leak.setText(self.tr(
            "Length leak: the right bar is as long as its query, and a difference in length costs edits, so length "
            "alone finds it; a method has learnt something about words and movements only where it beats length only, "
            "or beats random among bars of equal length."))
        self.model.retranslate()
        self._set_caption()
        self._check()

    def _set_caption(self) -> None:
        if self._result is None:
            self.caption.setText(self.tr(
                "Choose what to compare and run it: each bar with lyrics of the chosen songs is a query, and the same "
                "bar in the other modality is the right answer."))
            return
        result = self._result
        self.caption.setText(self.tr(
            "{split}, {size} bars with lyrics; {lyric} lyric and {dance} dance codes; seed {seed}; pairs of one song "
            "count 0; random: expected figures. Paper, 8,611 test bars of all lengths: XMIED 0.01905, random 0.00113 "
            "(its public code is transductive).").format(
                split=self._terms.text(result["split"]), size=f"{result['gallery_size']:,}", seed=result["seed"],
                lyric=result["lyric_codes"], dance=result["dance_codes"]))

    def restyle(self) -> None:
        style = f"color: {colour(theme_of(self.palette()).faint).name()}"
        if self.leak.styleSheet() != style:
            self.leak.setStyleSheet(style)

    # -- out --------------------------------------------------------------------------------------

    def sheet(self) -> Sheet:
        columns = range(self.sorted.columnCount())
        header = [str(self.sorted.headerData(i, Qt.Orientation.Horizontal)) for i in columns]
        cells = [[str(self.sorted.index(row, i).data()) for i in columns] for row in range(self.sorted.rowCount())]
        return Sheet(self.table, f"{self.caption.text()} {self.leak.text()}", [header, *cells])

    def rows(self) -> Rows:
        """The results in the order shown, under the names that the command line uses."""
        if self._result is None:
            return []
        found = [self.model.found[self.sorted.mapToSource(self.sorted.index(i, 0)).row()]
                 for i in range(self.sorted.rowCount())]
        extra = ("lyric_codes", "dance_codes")
        return [[*COLUMNS, *extra], *([*(row[c] for c in COLUMNS), *(self._result[e] for e in extra)] for row in found)]

    def as_json(self) -> Any:
        return self._result

    def copy_table(self) -> None:
        """Put the results on the clipboard, every row with its protocol, split, gallery, ties and seed."""
        if self._result is not None:
            copy_rows(self.rows())
            self.session.message.emit(self.tr("Table 2 was copied."))
