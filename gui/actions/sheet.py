"""The sheet of all keys: searchable, can be copied and printed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.actions.fuzzy import fold
from gui.actions.menus import menu_titles
from gui.actions.registry import Actions, by_menu, plain


class ShortcutSheet(QDialog):
    """F1 or ?: every action that has a key, grouped by menu."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = actions
        self.query = QLineEdit(self)
        self.query.setClearButtonEnabled(True)
        self.query.textChanged.connect(self._fill)
        self.tree = QTreeWidget(self)
        self.tree.setColumnCount(2)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIndentation(self.fontMetrics().height())
        self.tree.setAlternatingRowColors(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(False)
        self.rule = QLabel(self)
        self.rule.setWordWrap(True)
        self.copy = QPushButton(self)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.as_text()))
        self.print = QPushButton(self)
        self.print.clicked.connect(self._print)
        self.close_button = QPushButton(self)
        self.close_button.clicked.connect(self.accept)
        for button in (self.copy, self.print):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addWidget(self.print)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.query)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.rule)
        layout.addLayout(buttons)
        em = self.fontMetrics().height()
        self.resize(32 * em, 40 * em)
        actions.keys_changed.connect(self._fill)
        actions.added.connect(self._fill)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts."""
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.query.setPlaceholderText(self.tr("Find an action or a key"))
        self.query.setAccessibleName(self.tr("Find an action or a key"))
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.tree.setAccessibleName(self.tr("Keyboard shortcuts"))
        self.rule.setText(self.tr(
            "While you type in a box, plain keys belong to the box; Escape gives them back. Enter presses the button "
            "that has the focus; Space always plays and pauses."
        ))
        self.copy.setText(self.tr("Copy"))
        self.print.setText(self.tr("Print…"))
        self.close_button.setText(self.tr("Close"))
        self._fill()

    def open(self) -> None:
        """Show the sheet over its window; it goes when it is closed."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        super().open()

    def rows(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Menu title and its (text, keys), of the actions that have keys and fit the search."""
        titles = menu_titles()
        wanted = fold(self.query.text()).split()
        for prefix, names in by_menu(self._table).items():
            title = plain(titles.get(prefix, prefix.capitalize()))
            found = []
            for name in names:
                keys = self._table.keys_text(name, "  ")
                if keys and all(word in fold(f"{self._table.text(name)} {keys} {title}") for word in wanted):
                    found.append((self._table.text(name), keys))
            if found:
                yield title, found

    def as_text(self) -> str:
        """The sheet as tab-separated text."""
        lines: list[str] = []
        for title, rows in self.rows():
            lines += [title, *(f"\t{text}\t{keys}" for text, keys in rows)]
        return "\n".join(lines)

    def as_html(self) -> str:
        """The sheet as a page to print."""
        parts = [f"<h2>{escape(self.windowTitle())}</h2>"]
        for title, rows in self.rows():
            cells = "".join(f"<tr><td width='70%'>{escape(a)}</td><td>{escape(b)}</td></tr>" for a, b in rows)
            parts.append(f"<h4>{escape(title)}</h4><table width='100%' cellpadding='2'>{cells}</table>")
        return "".join(parts)

    def _fill(self, _text: str = "") -> None:
        self.tree.clear()
        for title, rows in self.rows():
            group = QTreeWidgetItem([title])
            font = group.font(0)
            font.setBold(True)
            group.setFont(0, font)
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(group)
            group.addChildren([QTreeWidgetItem([text, keys]) for text, keys in rows])
            group.setExpanded(True)
            group.setFirstColumnSpanned(True)
        if not self.tree.topLevelItemCount():
            nothing = QTreeWidgetItem([self.tr("Nothing fits '{text}'.").format(text=self.query.text())])
            nothing.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(nothing)
            nothing.setFirstColumnSpanned(True)

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            page = QTextDocument()
            page.setHtml(self.as_html())
            page.print_(printer)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
