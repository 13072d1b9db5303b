"""Table 2: how well each system finds the right bar, run from the window, its controls always beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QItemSelection, QPoint, QSettings, QSize, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QSplitter,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.codes import SPLITS
from core.pipeline.figures import EvaluationRequest, evaluate_folder
from core.retrieval.protocol import DIRECTIONS, GALLERIES, PROTOCOLS, TIES
from gui.draw.colours import colour, theme_of
from gui.figures.base import FigureView, Rows
from gui.figures.export import Sheet, copy_rows
from gui.figures.results import COLUMNS, EXPORTED, HIDDEN, SORT_ROLE, ResultsModel, SortedResults, complete
from gui.figures.stacked import Stacked
from gui.figures.systems import LOCKED, SystemChoice
from gui.figures.table2_plot import ResultsPlot
from gui.figures.terms import Terms
from gui.state.opened import OpenCorpus
from gui.state.session import Session
from gui.widgets.flow import FlowLayout
from gui.work.process import in_process
from gui.work.tasks import Task

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "protocols": PROTOCOLS, "directions": DIRECTIONS, "galleries": GALLERIES, "ties": TIES,
}
LOOKS: Final = ("table", "plot", "both")
_LOOK_SETTING: Final = "figures/table2/look"
_COLUMNS_SETTING: Final = "figures/table2/hidden"
_ROOMY: Final = QSize(820, 620)
"""From either of these on, table and plot have room beside each other."""
_WIDEST: Final = 260
"""Width of a column in pixels; what is longer has a tip."""
_LOW: Final = 560
"""Below this height the notes are folded away until asked for."""
_HIGH: Final = 900
"""Below this height what was chosen gives way to the results."""


@dataclass(frozen=True)
class Run:
    """An evaluation under way.

    Attributes
    ----------
    opened : OpenCorpus
    key : tuple
        Of the corpus and its codes.
    request : EvaluationRequest
    asked : int
        Systems that were asked for; more than the request has where an evaluation was stopped.
    """

    opened: OpenCorpus
    key: tuple[str, ...]
    request: EvaluationRequest
    asked: int

    @property
    def gathers(self) -> bool:
        """Whether it shows what was finished of one that was stopped."""
        return self.asked > len(self.request.methods)

    def finished(self, message: str) -> tuple[str, ...]:
        """The systems that are done, given what the evaluation is at: systems come one after another."""
        methods = self.request.methods
        now = message.partition(", ")[0]
        return methods[: methods.index(now)] if now in methods else ()


class Form(QScrollArea):
    """Holds a widget that flows: as high as it asks for where there is room, else it scrolls."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(inner)
        self.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        self.setMinimumHeight(90)

    def sizeHint(self) -> QSize:
        return QSize(300, self.widget().heightForWidth(max(self.viewport().width(), 200)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Never be higher than what is inside."""
        super().resizeEvent(event)
        self.setMaximumHeight(max(self.sizeHint().height(), self.minimumHeight()))


class Table2View(FigureView):
    """Choice of what to run, a button, and the results, which are kept for each corpus while the window lives."""

    formats = ("csv", "tsv", "json", "png", "svg")

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "figures.table2", parent)
        self._terms = Terms(self)
        self._kept: dict[tuple[str, ...], dict[str, Any]] = {}
        self._result: dict[str, Any] | None = None
        self._asked: dict[tuple[str, ...], int] = {}
        self._run: Run | None = None
        self._dropping = False
        self._shown_asked = 0
        self._notes_chosen = False
        self.systems = SystemChoice()
        self.systems.changed.connect(self._check)
        self.choices: dict[str, dict[str, QCheckBox]] = {"methods": self.systems.boxes}
        self._labels = {name: QLabel() for name in ("methods", *GROUPS, "split")}
        self.form = Form(self._make_form())
        self.caption, self.notes = QLabel(), QLabel()
        for label in (self.caption, self.notes):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        buttons = self._make_buttons()
        self._make_table()
        self.plot = ResultsPlot(self.model)
        self.plot.picked.connect(self.select_row)
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.plot)
        self.splitter.setSizes([1000, 1000])
        self._rest = QWidget()

        column = QVBoxLayout(self.content)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(6)
        column.addWidget(buttons)
        column.addWidget(self.form)
        column.addWidget(self.caption)
        column.addWidget(self.splitter, 1)
        column.addWidget(self._rest, 1)
        column.addWidget(self.notes)
        self._choose_defaults()
        self._show(None)
        self.retranslate()
        self.restyle()

    # -- making -----------------------------------------------------------------------------------

    def _make_form(self) -> QWidget:
        inner = QWidget()
        form = QFormLayout(inner)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(5)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self._labels["methods"], self.systems)
        for group, names in GROUPS.items():
            self.choices[group] = {name: QCheckBox() for name in names}
            for box in self.choices[group].values():
                box.toggled.connect(self._check)
            form.addRow(self._labels[group], FlowLayout.holder(list(self.choices[group].values()), gap=16))
        self.split = QComboBox()
        for name in (*reversed(SPLITS), "all"):
            self.split.addItem("", name)
        self.seed = QSpinBox()
        self.seed.setRange(0, 999_999)
        self._seed_label = QLabel()
        self._seed_label.setBuddy(self.seed)
        form.addRow(self._labels["split"], FlowLayout.holder([self.split, self._seed_label, self.seed]))
        return inner

    def _make_buttons(self) -> QWidget:
        self.fold, self.columns, self.explain = QToolButton(), QToolButton(), QToolButton()
        for button in (self.fold, self.columns, self.explain):
            button.setAutoRaise(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.clicked.connect(lambda: self._unfold(not self.form.isVisibleTo(self.content)))
        self.explain.setCheckable(True)
        self.notes.hide()
        self.explain.toggled.connect(self.notes.setVisible)
        self.explain.clicked.connect(self._keep_notes)
        self.columns.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.columns.setMenu(QMenu(self.columns))
        self.columns.menu().aboutToShow.connect(lambda: self._fill_columns(self.columns.menu()))
        self.looks = {name: QToolButton() for name in LOOKS}
        group = QButtonGroup(self)
        for name, button in self.looks.items():
            button.setCheckable(True)
            group.addButton(button)
            button.clicked.connect(lambda _checked=False, look=name: self._choose_look(look))
        self.run = QPushButton()
        self.run.setDefault(True)
        self.run.clicked.connect(self.start)
        self.copy = QPushButton()
        self.copy.clicked.connect(self.copy_table)
        return FlowLayout.holder([self.run, self.fold, *self.looks.values(), self.columns, self.explain, self.copy],
                                 gap=5)

    def _make_table(self) -> None:
        self.model = ResultsModel(self)
        self.sorted = SortedResults(self)
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
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setMinimumSize(160, 90)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 9)
        header = self.table.horizontalHeader()
        header.setSectionsMovable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._ask_columns)
        header.setSortIndicatorClearable(True)
        self.sorted.layoutChanged.connect(self._set_order)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table, self.copy_table,
                  context=Qt.ShortcutContext.WidgetShortcut)

    def _choose_defaults(self) -> None:
        for group in GROUPS:
            for name, box in self.choices[group].items():
                box.setChecked(group != "protocols" or name == self.session.protocol)

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
        if self.busy and self._run is not None and opened is not None and opened.view is not None \
                and self._key(opened) == self._run.key:
            return
        self._dropping = True
        super().invalidate()
        self._dropping = False

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
        request = self.request()
        self._evaluate(Run(opened, self._key(opened), request, len(request.methods)))

    def _evaluate(self, run: Run) -> None:
        def done(result: dict[str, Any]) -> None:
            self._run = None
            self._kept[run.key], self._asked[run.key] = result, run.asked
            self._show(result)
            if not run.gathers:
                self.session.message.emit(self.tr("Table 2 is ready."))

        if run.gathers:
            title = self.tr("Gathering what was finished: {systems}").format(
                systems=", ".join(self._terms.text(name) for name in run.request.methods))
        else:
            title = self.tr("Evaluating {split}: {protocols}").format(
                split=self._terms.text(run.request.split),
                protocols=", ".join(self._terms.text(name) for name in run.request.protocols))
        self._run = run
        # A result is also kept in the corpus, as by the command line.
        evaluate = partial(evaluate_folder, save=not run.gathers)
        self.work(title, lambda report: in_process(evaluate, run.opened.folder, run.request, progress=report), done,
                  keep=True)

    def _follow(self, task: Task) -> None:
        ours, run = task is self._task, self._run
        super()._follow(task)
        if not ours or run is None:
            return
        if not task.cancelled:
            if task.message:
                self._busy_text.setText(self._terms.doing(task.message))
            return
        self._run = None
        finished = run.finished(task.message)
        if finished and not run.gathers and not self._dropping:
            # What the systems learnt is in the corpus: their figures are a matter of seconds.
            methods = tuple(name for name in run.request.methods if name in finished or name in LOCKED)
            self._evaluate(replace(run, request=replace(run.request, methods=methods)))

    def _check(self) -> None:
        if not hasattr(self, "_rest"):
            return
        empty = [g for g, boxes in self.choices.items() if not any(box.isChecked() for box in boxes.values())]
        self.run.setEnabled(not empty)
        self.run.setToolTip(
            self.tr("Choose at least one of each kind first.") if empty
            else self.tr("Runs in the background; a large corpus takes minutes, the window stays usable. What a system "
                         "has learnt is kept in the corpus."))

    def _show(self, result: dict[str, Any] | None) -> None:
        first = self._result is None
        self._result = result
        opened = self.session.opened
        self._shown_asked = self._asked.get(self._key(opened), 0) if result is not None and opened is not None else 0
        chosen = self._selected_row()
        self.plot.select(None)
        self.model.set_rows(complete(result) if result else [])
        self._set_caption()
        if first and result is not None:
            # Before the results come in: the pane must not grow to hold both.
            self._unfold(self.height() >= _HIGH)
            self._set_look(self._look())
        for widget in (self.splitter, self.copy, self.columns, *self.looks.values()):
            widget.setVisible(result is not None)
        self._rest.setVisible(result is None)
        if result is None:
            self._unfold(True)
            return
        self._set_hidden()
        self._fit_columns()
        self._set_order()
        if chosen is not None and chosen < len(self.model.found):
            self.select_row(chosen)

    def _keep_notes(self) -> None:
        self._notes_chosen = True

    # -- looks ------------------------------------------------------------------------------------

    def _unfold(self, opened: bool) -> None:
        """Show or fold away what can be chosen; a low pane keeps its room for the results."""
        self.form.setVisible(opened)
        self.fold.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)

    def _look(self) -> str:
        """What the person chose last; where nothing was chosen, what there is room for."""
        chosen = str(QSettings().value(_LOOK_SETTING, ""))
        roomy = self.width() >= _ROOMY.width() or self.height() >= _ROOMY.height()
        return chosen if chosen in LOOKS else "both" if roomy else "table"

    def _choose_look(self, look: str) -> None:
        QSettings().setValue(_LOOK_SETTING, look)
        self._set_look(look)

    def _set_look(self, look: str) -> None:
        self.looks[look].setChecked(True)
        self.table.setVisible(look != "plot")
        self.plot.setVisible(look != "table")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Plot beside the table where there is room, else below it; notes only where there is room."""
        super().resizeEvent(event)
        if not self._notes_chosen:
            self.explain.setChecked(event.size().height() >= _LOW)
        wide = event.size().width() > 1.1 * event.size().height()
        self.splitter.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    def _hidden(self) -> list[str]:
        kept = QSettings().value(_COLUMNS_SETTING)
        return list(HIDDEN) if kept is None else str(kept).split(",")

    def _set_hidden(self) -> None:
        hidden = self._hidden()
        for i, name in enumerate(COLUMNS):
            self.table.setColumnHidden(i, name in hidden or self.model.empty(name))

    def _fill_columns(self, menu: QMenu) -> None:
        menu.clear()
        hidden = self._hidden()
        for name in COLUMNS[1:]:
            action = menu.addAction(self.model.title(name))
            action.setCheckable(True)
            action.setChecked(name not in hidden)
            action.setEnabled(not self.model.empty(name))
            action.toggled.connect(lambda checked, column=name: self.show_column(column, checked))
        menu.addSeparator()
        menu.addAction(self.tr("The usual columns")).triggered.connect(self._usual_columns)

    def _ask_columns(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill_columns(menu)
        menu.popup(self.table.horizontalHeader().mapToGlobal(place))

    def show_column(self, name: str, shown: bool) -> None:
        """Show or hide a column of :data:`gui.figures.results.COLUMNS`, now and from now on."""
        hidden = [other for other in self._hidden() if other != name] + ([] if shown else [name])
        QSettings().setValue(_COLUMNS_SETTING, ",".join(hidden))
        self._set_hidden()
        self.table.resizeColumnToContents(COLUMNS.index(name))

    def _usual_columns(self) -> None:
        QSettings().remove(_COLUMNS_SETTING)
        self._set_hidden()
        self._fit_columns()

    def _fit_columns(self) -> None:
        self.table.resizeColumnsToContents()
        for i in range(len(COLUMNS)):
            self.table.setColumnWidth(i, min(self.table.columnWidth(i), _WIDEST))

    # -- selection and order ----------------------------------------------------------------------

    def _in_order(self) -> list[int]:
        return [self.sorted.mapToSource(self.sorted.index(i, 0)).row() for i in range(self.sorted.rowCount())]

    def _set_order(self) -> None:
        self.plot.set_order(self._in_order())

    def _selected_row(self) -> int | None:
        rows = self.table.selectionModel().selectedRows()
        return self.sorted.mapToSource(rows[0]).row() if rows else None

    def _selected(self, _on: QItemSelection, _off: QItemSelection) -> None:
        self.plot.select(self._selected_row())

    def select_row(self, row: int) -> None:
        """Select a row of the model in the table, which brings it in sight, and in the plot."""
        at = self.sorted.mapFromSource(self.model.index(row, 0))
        self.table.selectRow(at.row())
        self.table.scrollTo(at)

    # -- texts and colours ------------------------------------------------------------------------

    def retranslate(self) -> None:
        super().retranslate()
        labels = {
            "methods": self.tr("Systems"), "protocols": self.tr("Fitted on"), "directions": self.tr("Directions"),
            "galleries": self.tr("Galleries"), "ties": self.tr("Equal scores"), "split": self.tr("Songs ranked"),
        }
        for group, label in self._labels.items():
            label.setText(labels[group])
        for group in GROUPS:
            for name, box in self.choices[group].items():
                term = "gallery all" if (group, name) == ("galleries", "all") else name
                box.setText(self._terms.text(term))
                box.setToolTip(self._terms.explained(term))
        for i in range(self.split.count()):
            self.split.setItemText(i, self._terms.text(self.split.itemData(i)))
        self.split.setAccessibleName(labels["split"])
        looks = {"table": self.tr("Table"), "plot": self.tr("Plot"), "both": self.tr("Both")}
        for look, button in self.looks.items():
            button.setText(looks[look])
        self._seed_label.setText(self.tr("Seed"))
        self.fold.setText(self.tr("What to run"))
        self.columns.setText(self.tr("Columns"))
        self.explain.setText(self.tr("Notes"))
        self.explain.setToolTip(self.tr("What the figures mean, and the paper's"))
        self.run.setText(self.tr("Run"))
        self.copy.setText(self.tr("Copy table"))
        self.table.setAccessibleName(self.tr("Table 2: results"))
        self.notes.setText(self.tr(
            "Length leak: the right bar is as long as its query, and a difference in length costs edits, so length "
            "alone finds it; a system has learnt something about words and movements only where it beats length only, "
            "or beats random among bars of equal length. Intervals: 95 %, songs drawn anew. Pairs of codes that meet "
            "in one song count 0; random: expected figures. Paper, 8,611 test bars of all lengths: XMIED 0.01905, "
            "contrastive 0.00151, random 0.00113 (its public code is transductive)."))
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
        text = self.tr("{split}, {size} bars with lyrics; {lyric} lyric and {dance} dance codes; seed {seed}").format(
            split=self._terms.text(result["split"]), size=f"{result['gallery_size']:,}", seed=result["seed"],
            lyric=result["lyric_codes"], dance=result["dance_codes"])
        there, asked = len({row["method"] for row in result["results"]}), self._shown_asked
        if there < asked:
            text = self.tr("{what}; stopped, {done} of {total} systems done: run again to go on").format(
                what=text, done=there, total=asked)
        self.caption.setText(text)

    def restyle(self) -> None:
        style = f"color: {colour(theme_of(self.palette()).faint).name()}"
        if self.notes.styleSheet() != style:
            self.notes.setStyleSheet(style)
        self.model.retranslate()

    # -- out --------------------------------------------------------------------------------------

    def sheet(self) -> Sheet:
        """What is in sight: the plot, the table with the columns shown, or both; below it all notes."""
        # What is selected is of this moment, not of the figure.
        self.table.clearSelection()
        caption = f"{self.caption.text()}. {self.notes.text()}"
        header = self.table.horizontalHeader()
        columns = [header.logicalIndex(i) for i in range(header.count())]
        columns = [i for i in columns if not self.table.isColumnHidden(i)]
        titles = [str(self.sorted.headerData(i, Qt.Orientation.Horizontal)) for i in columns]
        cells = [[str(self.sorted.index(row, i).data()) for i in columns] for row in range(self.sorted.rowCount())]
        plot, table = not self.plot.isHidden(), not self.table.isHidden()
        if not plot:
            return Sheet(self.table, caption, [titles, *cells])
        shared = self.plot.conditions_text()
        if not table:
            return Sheet(self.plot.picture, f"{shared}. {caption}")
        return Stacked.of([Sheet(self.plot.picture, shared), Sheet(self.table, caption, [titles, *cells])])

    def rows(self) -> Rows:
        """The results in the order shown, with every column, under the names that the command line uses."""
        if self._result is None:
            return []
        extra = ("lyric_codes", "dance_codes")
        found = [self.model.found[i] for i in self._in_order()]
        shared = [self._result[name] for name in extra]
        return [[*EXPORTED, *extra], *([*(row[column] for column in EXPORTED), *shared] for row in found)]

    def as_json(self) -> Any:
        return self._result

    def copy_table(self) -> None:
        """Put the results on the clipboard, every row with its protocol, split, gallery, ties and seed."""
        if self._result is not None:
            copy_rows(self.rows())
            self.session.message.emit(self.tr("Table 2 was copied."))
