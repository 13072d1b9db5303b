"""The page shown when nothing is open: recent corpora, ways to begin, ready queries."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.settings.store import SettingsStore, is_corpus
from gui.state.session import Session
from gui.widgets.translated import Translated

QUERIES = ("love", "I will fly to the sky", "手を伸ばして")
"""Queries to try: a word, a line, a Japanese phrase; all three have their gestures in the demo. Never translated."""


class StartPage(Translated):
    """Where a person begins."""

    open_requested = Signal(Path)
    """Open this corpus."""
    import_requested = Signal()
    demo_requested = Signal()
    query_requested = Signal(str)
    """Open the demo (or what is open) and search for this."""

    def __init__(self, session: Session, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.store = store
        self.title = QLabel(self)
        self.subtitle = QLabel(self)
        self.subtitle.setWordWrap(True)
        self.open = _big(self)
        self.import_ = _big(self)
        self.demo = _big(self)
        self.open.clicked.connect(self._choose)
        self.import_.clicked.connect(self.import_requested)
        self.demo.clicked.connect(self.demo_requested)
        self.recent_title, self.queries_title = QLabel(self), QLabel(self)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(2)
        self.no_recent = QLabel(self)
        self.no_recent.setWordWrap(True)
        self.queries = [QPushButton(query, self) for query in QUERIES]
        for button, query in zip(self.queries, QUERIES, strict=True):
            button.clicked.connect(lambda _checked=False, query=query: self.query_requested.emit(query))
        self.recent: list[RecentRow] = []
        self._lay_out()
        store.changed.connect(self._follow)
        self.retranslate()
        self.restyle()

    def _lay_out(self) -> None:
        column = QWidget()
        column.setMaximumWidth(760)
        column.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        inner = QVBoxLayout(column)
        inner.setContentsMargins(24, 32, 24, 32)
        inner.setSpacing(10)
        inner.addWidget(self.title)
        inner.addWidget(self.subtitle)
        inner.addSpacing(12)
        grid = QGridLayout()
        grid.setSpacing(10)
        for place, button in enumerate((self.open, self.import_, self.demo)):
            grid.addWidget(button, 0, place)
        inner.addLayout(grid)
        inner.addSpacing(16)
        inner.addWidget(self.recent_title)
        inner.addWidget(self.no_recent)
        inner.addLayout(self.rows)
        inner.addSpacing(16)
        inner.addWidget(self.queries_title)
        row = QHBoxLayout()
        for button in self.queries:
            row.addWidget(button)
        row.addStretch(1)
        inner.addLayout(row)
        inner.addStretch(1)
        outer = QWidget()
        centre = QHBoxLayout(outer)
        centre.addStretch(1)
        centre.addWidget(column, 8)
        centre.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(outer)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def retranslate(self) -> None:
        self.title.setText("Kotofuri 言振り")
        self.subtitle.setText(self.tr("Which words are sung while which movements are danced."))
        self.open.setText(self.tr("Open corpus…"))
        self.open.setToolTip(self.tr("Open a folder that an import has made."))
        self.import_.setText(self.tr("Import songs…"))
        self.import_.setToolTip(self.tr("Make a corpus of motion, lyrics and audio files, or drop them on the window."))
        self.demo.setText(self.tr("Demo corpus"))
        self.demo.setToolTip(self.tr("Sixty composed songs and dances, free of anyone's rights."))
        self.recent_title.setText(self.tr("Recent corpora"))
        self.no_recent.setText(self.tr("None yet: what you open will be listed here."))
        self.queries_title.setText(self.tr("Try a search"))
        for button, query in zip(self.queries, QUERIES, strict=True):
            button.setToolTip(self.tr("Search the demo corpus for “{query}”").format(query=query))
        self._fill()

    def restyle(self) -> None:
        base = self.font()
        big, head = QFont(base), QFont(base)
        big.setPointSizeF(base.pointSizeF() * 2.2)
        head.setPointSizeF(base.pointSizeF() * 1.15)
        head.setBold(True)
        self.title.setFont(big)
        for label in (self.recent_title, self.queries_title):
            label.setFont(head)
        for label in (self.subtitle, self.no_recent):
            label.setForegroundRole(self.foregroundRole())
            palette = label.palette()
            palette.setColor(label.foregroundRole(), self.palette().color(self.palette().ColorRole.PlaceholderText))
            label.setPalette(palette)

    def showEvent(self, event: QShowEvent) -> None:
        """See anew which corpora are there."""
        super().showEvent(event)
        self._fill()

    def _fill(self) -> None:
        for row in self.recent:
            self.rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.recent = []
        for folder in self.store.recent:
            row = RecentRow(folder, self)
            row.opened.connect(self.open_requested)
            row.located.connect(self._locate)
            row.forgotten.connect(self.store.forget_recent)
            self.rows.addWidget(row)
            row.show()
            self.recent.append(row)
        self.no_recent.setVisible(not self.recent)

    def _follow(self, key: str) -> None:
        if key == "recent":
            self._fill()

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open corpus"), str(self.store.last_folder))
        if chosen:
            self.store.last_folder = Path(chosen).parent
            self.open_requested.emit(Path(chosen))

    def _locate(self, folder: Path) -> None:
        title = self.tr("Where is “{name}” now?").format(name=folder.name)
        chosen = QFileDialog.getExistingDirectory(self, title, str(self.store.last_folder))
        if not chosen:
            return
        if not is_corpus(Path(chosen)):
            self.session.message.emit(self.tr("{folder} is no corpus; choose the folder that holds its catalogue.")
                                      .format(folder=chosen))
            return
        self.store.replace_recent(folder, Path(chosen))
        self.open_requested.emit(Path(chosen))

    def changeEvent(self, event: object) -> None:
        """Follow the size of texts as well."""
        super().changeEvent(event)  # type: ignore[arg-type]
        if event.type() == event.Type.FontChange and hasattr(self, "recent"):  # type: ignore[attr-defined]
            self.restyle()


class RecentRow(Translated):
    """A corpus opened before: a button with its name and place, or, where it is missing, "Locate…"."""

    opened = Signal(Path)
    located = Signal(Path)
    forgotten = Signal(Path)

    def __init__(self, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.folder = folder
        self.missing = not is_corpus(folder)
        self.button = QToolButton(self)
        self.button.setAutoRaise(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setIcon(self.style().standardIcon(QStyle.StandardPixmap.SP_DirIcon))
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setEnabled(not self.missing)
        self.button.clicked.connect(lambda: self.opened.emit(self.folder))
        self.locate = QPushButton(self)
        self.locate.setVisible(self.missing)
        self.locate.clicked.connect(lambda: self.located.emit(self.folder))
        self.more = QToolButton(self)
        self.more.setAutoRaise(True)
        self.more.setText("⋯")
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.clicked.connect(self._show_more)
        self.menu = QMenu(self.more)
        self.forget = self.menu.addAction("")
        self.forget.triggered.connect(lambda: self.forgotten.emit(self.folder))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button, 1)
        row.addWidget(self.locate)
        row.addWidget(self.more)
        self.retranslate()

    def _show_more(self) -> None:
        self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def retranslate(self) -> None:
        name, place = self.folder.name, _short(self.folder.parent)
        if self.missing:
            self.button.setText(self.tr("{name}   (missing)   {place}").format(name=name, place=place))
            self.button.setToolTip(self.tr("{folder} is not there now; locate it or take it off the list.").format(
                folder=self.folder))
        else:
            self.button.setText(f"{name}   {place}")
            self.button.setToolTip(str(self.folder))
        self.locate.setText(self.tr("Locate…"))
        self.more.setAccessibleName(self.tr("More"))
        self.forget.setText(self.tr("Take off the list"))


def _short(folder: Path) -> str:
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except ValueError:
        return str(folder)


def _big(parent: QWidget) -> QPushButton:
    button = QPushButton(parent)
    button.setMinimumSize(QSize(160, 56))
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button
