"""The settings dialog: pages on the left, a search box above, changes act at once."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.actions.registry import Actions
from gui.settings.keys_page import KeysPage
from gui.settings.pages import AppearancePage, PlaybackPage, SearchPage
from gui.settings.storage import StoragePage
from gui.settings.store import SettingsStore
from gui.work.tasks import Tasks


class SettingsDialog(QDialog):
    """Ctrl+,: appearance, keys, playback, search, storage. With :meth:`open` it goes when it is closed."""

    def __init__(self, store: SettingsStore, actions: Actions, parent: QWidget | None = None,
                 tasks: Tasks | None = None) -> None:
        super().__init__(parent)
        if tasks is None:
            tasks = Tasks(self)
            self.finished.connect(lambda _result, own=tasks: own.shutdown(0.0))
        self.query = QLineEdit(self)
        self.query.setClearButtonEnabled(True)
        self.query.textChanged.connect(self._search)
        self.list = QListWidget(self)
        self.stack = QStackedWidget(self)
        self.appearance = AppearancePage(store, self)
        self.keys = KeysPage(actions, self)
        self.playback = PlaybackPage(store, self)
        self.search = SearchPage(store, self)
        self.storage = StoragePage(store, tasks, self)
        self.pages = (self.appearance, self.keys, self.playback, self.search, self.storage)
        for page in self.pages:
            self.list.addItem("")
            self.stack.addWidget(_scrolled(page) if page is not self.keys else page)
        self.list.currentRowChanged.connect(self.stack.setCurrentIndex)
        self.nothing = QLabel(self)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.nothing.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        self.buttons.rejected.connect(self.reject)
        left = QVBoxLayout()
        left.addWidget(self.query)
        left.addWidget(self.list, 1)
        right = QVBoxLayout()
        right.addWidget(self.stack, 1)
        right.addWidget(self.nothing, 1)
        middle = QHBoxLayout()
        middle.addLayout(left)
        middle.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(middle, 1)
        layout.addWidget(self.buttons)
        self._fit()
        self.list.setCurrentRow(0)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts."""
        self.setWindowTitle(self.tr("Settings"))
        self.query.setPlaceholderText(self.tr("Find a setting"))
        self.query.setAccessibleName(self.tr("Find a setting"))
        self.list.setAccessibleName(self.tr("Pages"))
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("Close"))
        for row, page in enumerate(self.pages):
            self.list.item(row).setText(page.title())
            self.list.item(row).setSizeHint(QSize(0, round(self.fontMetrics().height() * 1.8)))
        texts = [self.fontMetrics().horizontalAdvance(page.title()) for page in self.pages]
        width = max(max(texts) + 40, 11 * self.fontMetrics().height())
        self.list.setFixedWidth(width)
        self.query.setFixedWidth(width)

    def _fit(self) -> None:
        em = self.fontMetrics().height()
        room = self.screen().availableSize()
        self.resize(min(56 * em, round(room.width() * 0.9)), min(34 * em, round(room.height() * 0.9)))

    def open(self) -> None:
        """Show the dialog over its window."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        super().open()

    def show_page(self, name: str) -> None:
        """Turn to a page by its name ("keys")."""
        self.list.setCurrentRow([page.name for page in self.pages].index(name))

    def _search(self, text: str) -> None:
        found = [page.search(text) > 0 for page in self.pages]
        for row, fits in enumerate(found):
            self.list.item(row).setHidden(not fits)
        self.nothing.setVisible(not any(found))
        self.stack.setVisible(any(found))
        self.nothing.setText(self.tr("No setting fits '{text}'.").format(text=text))
        if any(found) and not found[self.list.currentRow()]:
            self.list.setCurrentRow(found.index(True))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.FontChange) and hasattr(self, "buttons"):
            if event.type() == QEvent.Type.FontChange:
                self._fit()
            # The pages hear of the change after their dialog.
            for page in self.pages:
                page.retranslate()
            self.retranslate()


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(page)
    return area
