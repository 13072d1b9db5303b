"""The figures of the corpus, one at a time behind tabs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import KotofuriError
from gui.actions.registry import Actions
from gui.figures.base import FigureView
from gui.figures.export import drawn, write_json, write_png, write_rows, write_svg
from gui.state.session import Session
from gui.widgets.translated import Translated

VIEWS: Final = ("table1", "table2", "matrix", "distribution", "map")
_NEEDS: Final = dict.fromkeys(VIEWS[:2], "core.pipeline.figures") | dict.fromkeys(VIEWS[2:], "gui.figures.plots")
"""What a figure needs that takes long to load."""


class FiguresPane(Translated):
    """Table 1, Table 2, the NPMI matrix, the distribution of NPMI beside chance, and the map of the dance codes.

    A figure is made when it is first shown: it needs libraries that would slow the start of the window.
    """

    wanted = Signal()
    """An action asked for a figure: whoever holds the pane should bring it to the front."""

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.actions_table = actions
        self._views: dict[str, FigureView] = {}
        self._loaded: set[str] = set()
        self._loading = [QLabel() for _ in VIEWS]
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setDrawBase(False)
        for _ in VIEWS:
            self.tabs.addTab("")
        self._pages = QStackedWidget()
        for label in self._loading:
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(label)
            self._pages.addWidget(page)
        self._add_actions()
        self.export_button = QToolButton()
        self.export_button.setDefaultAction(actions["figures.export"])
        self.export_button.setAutoRaise(True)
        row = QHBoxLayout()
        row.setContentsMargins(6, 2, 6, 2)
        row.addWidget(self.tabs, 1)
        row.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(self._turn)
        self.retranslate()

    def _add_actions(self) -> None:
        add = self.actions_table.add
        show: dict[str, Callable[[], None]] = {name: self._shower(name) for name in VIEWS}
        add("figures.table1", lambda: self.tr("Table 1: share of positive NPMI"), show["table1"])
        add("figures.table2", lambda: self.tr("Table 2: search quality"), show["table2"])
        add("figures.matrix", lambda: self.tr("NPMI matrix"), show["matrix"])
        add("figures.distribution", lambda: self.tr("Distribution of NPMI"), show["distribution"])
        add("figures.map", lambda: self.tr("Map of the dance codes"), show["map"])
        add("figures.export", lambda: self.tr("Export figure…"), self.export,
            tip=lambda: self.tr("Save the figure shown as a picture or a table"))

    def _shower(self, name: str) -> Callable[[], None]:
        def show() -> None:
            self.show_view(name)
            self.wanted.emit()

        return show

    # -- views ------------------------------------------------------------------------------------

    def view(self, name: str) -> FigureView:
        """A figure of :data:`VIEWS`, made at the first call."""
        if name not in self._views:
            made = self._make(name)
            self._loaded.add(_NEEDS[name])
            self._views[name] = made
            page = self._pages.widget(VIEWS.index(name))
            self._loading[VIEWS.index(name)].hide()
            page.layout().addWidget(made)
            # At once, where its page is in sight; the layout would wait for the event loop.
            made.show()
        return self._views[name]

    def _make(self, name: str) -> FigureView:
        if name == "table1":
            from gui.figures.table1 import Table1View

            return Table1View(self.session)
        if name == "table2":
            from gui.figures.table2 import Table2View

            return Table2View(self.session)
        if name == "matrix":
            from gui.figures.matrix import MatrixView

            return MatrixView(self.session)
        if name == "distribution":
            from gui.figures.distribution import DistributionView

            return DistributionView(self.session)
        from gui.figures.dance_map import DanceMapView

        return DanceMapView(self.session)

    @property
    def current(self) -> str:
        """Name of the figure shown."""
        return VIEWS[self.tabs.currentIndex()]

    def show_view(self, name: str) -> None:
        """Show a figure of :data:`VIEWS`."""
        self.tabs.setCurrentIndex(VIEWS.index(name))

    def _turn(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        library = _NEEDS[VIEWS[index]]
        if library in self._loaded:
            self.view(VIEWS[index])
            return

        def loaded(_module: object) -> None:
            self._loaded.add(library)
            if _NEEDS[self.current] == library:
                self.view(self.current)

        # It takes half a second or more to load: too long for this thread.
        self.session.tasks.start(lambda _report: import_module(library), key="figures.library", done=loaded)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        # Not when it is shown: docks are for a moment, before they go behind a tab.
        if self.current not in self._views:
            QTimer.singleShot(0, self, lambda: self._turn(self.tabs.currentIndex()))

    def retranslate(self) -> None:
        texts = [self.tr("Table 1"), self.tr("Table 2"), self.tr("Matrix"), self.tr("Distribution"),
                 self.tr("Dance codes")]
        for i, (text, name) in enumerate(zip(texts, VIEWS, strict=True)):
            self.tabs.setTabText(i, text)
            self.tabs.setTabToolTip(i, self.actions_table[f"figures.{name}"].text())
        self.tabs.setAccessibleName(self.tr("Figures"))
        self.export_button.setText(self.tr("Export…"))
        for label in self._loading:
            label.setText(self.tr("Loading…"))

    # -- export -----------------------------------------------------------------------------------

    def export(self) -> None:
        """Ask for a file and save the figure shown in it."""
        view = self.view(self.current)
        if view.state != "shown" or not view.ready():
            self.session.message.emit(self.tr("There is no figure to export yet."))
            return
        texts = {
            "csv": self.tr("Table, comma-separated (*.csv)"), "tsv": self.tr("Table, tab-separated (*.tsv)"),
            "json": self.tr("Table with all settings (*.json)"), "png": self.tr("Picture (*.png)"),
            "svg": self.tr("Drawing (*.svg)"),
        }
        filters = {texts[ending]: ending for ending in view.formats}
        folder = self.session.opened.folder.parent if self.session.opened else Path.home()
        name = self.session.opened.folder.name if self.session.opened else "figure"
        suggestion = folder / f"{name}-{self.current}.{view.formats[0]}"
        chosen, used = QFileDialog.getSaveFileName(self, self.tr("Export figure"), str(suggestion), ";;".join(filters))
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower().lstrip(".") not in view.formats:
            path = path.with_name(f"{path.name}.{filters.get(used, view.formats[0])}")
        self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Save the figure shown in a file, whose ending chooses the form. Says in the status bar how it went."""
        view = self.view(self.current)
        ending = path.suffix.lower().lstrip(".")
        write: Callable[[], None]
        if ending == "svg":
            # Qt draws widgets in this thread alone; a drawing is small.
            try:
                write_svg(path, view.sheet())
            except (KotofuriError, OSError) as error:
                self._not_saved(str(error))
            else:
                self._saved(path)
            return
        if ending == "png":
            image = drawn(view.sheet())
            write = partial(write_png, path, image)
        elif ending == "json":
            write = partial(write_json, path, view.as_json())
        else:
            table = view.rows_maker()

            def write() -> None:
                write_rows(path, table())

        self.session.tasks.start(lambda _report: write(), key="figures.export", done=lambda _none: self._saved(path),
                                 failed=lambda failure: self._not_saved(failure.sentence))

    def _saved(self, path: Path) -> None:
        self.session.message.emit(self.tr("The figure was saved as {path}.").format(path=path))

    def _not_saved(self, reason: str) -> None:
        self.session.message.emit(self.tr("The figure was not saved: {reason}").format(reason=reason))
