"""The menu of recent corpora."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QMenu, QWidget

from gui.settings.store import SettingsStore, is_corpus


class RecentMenu(QMenu):
    """The last ten corpora, newest first; missing ones are greyed. Filled each time it opens."""

    def __init__(self, store: SettingsStore, open_corpus: Callable[[Path], object],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._open = open_corpus
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)
        store.changed.connect(self._follow)
        self.retranslate()
        self.fill()

    def retranslate(self) -> None:
        """Set the texts."""
        self.setTitle(self.tr("Open &recent"))

    def fill(self) -> None:
        """List the corpora anew."""
        self.clear()
        for number, folder in enumerate(self._store.recent, 1):
            there = is_corpus(folder)
            name = folder.name.replace("&", "&&")
            text = f"&{number % 10}  {name}" if there else self.tr("{name} (missing)").format(name=name)
            action = self.addAction(text)
            action.setToolTip(str(folder))
            action.setEnabled(there)
            action.triggered.connect(lambda _checked=False, folder=folder: self._open(folder))
        if self.isEmpty():
            self.addAction(self.tr("Nothing opened yet")).setEnabled(False)
        else:
            self.addSeparator()
            self.addAction(self.tr("Clear the list")).triggered.connect(self._store.clear_recent)

    def _follow(self, key: str) -> None:
        if key == "recent":
            self.fill()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self.fill()
