"""The page that says where the program keeps things, how much they are, and clears what can be made again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QWidget

from gui.settings.pages import Page
from gui.settings.store import SettingsStore
from gui.work.tasks import Report, Tasks


def cache_folder() -> Path:
    """Where panes may keep what can be made again at any time."""
    from core.demo.starting import data_folder

    return data_folder() / "cache"


class StoragePage(Page):
    """Folders of the program, their sizes, and buttons that open or clear them."""

    name = "storage"

    def __init__(self, store: SettingsStore, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        from core.demo.starting import data_folder

        self._tasks = tasks
        self.open_last = QCheckBox(self)
        self.open_last.toggled.connect(lambda on: setattr(store, "open_last", on))
        self.data = _Place(data_folder(), self)
        self.cache = _Place(cache_folder(), self)
        self.settings = _Place(store.file, self)
        self.clear = QPushButton(self)
        self.clear.setAutoDefault(False)
        self.clear.clicked.connect(self._clear)
        self.cache.layout().addWidget(self.clear)
        self.forget = QPushButton(self)
        self.forget.setAutoDefault(False)
        self.forget.clicked.connect(store.clear_recent)
        self.add_row(self.open_last, lambda: self.tr("At start"))
        self.add_row(self.data, lambda: self.tr("Data"))
        self.add_row(self.cache, lambda: self.tr("Cache"))
        self.add_row(self.settings, lambda: self.tr("Settings"))
        self.add_row(self.forget, lambda: self.tr("Recent corpora"))
        self.retranslate()

    def title(self) -> str:
        return self.tr("Storage")

    def retranslate(self) -> None:
        super().retranslate()
        self.open_last.setText(self.tr("Open the corpus shown last"))
        self.clear.setText(self.tr("Clear cache"))
        self.forget.setText(self.tr("Clear the list"))
        for place in (self.data, self.cache, self.settings):
            place.open.setText(self.tr("Show"))
        self.show_values()

    def show_values(self) -> None:
        self.open_last.blockSignals(True)
        self.open_last.setChecked(self.store.open_last)
        self.open_last.blockSignals(False)
        count = len(self.store.recent)
        self.forget.setEnabled(count > 0)
        self.forget.setToolTip("" if count else self.tr("The list is empty."))

    def showEvent(self, event: QShowEvent) -> None:
        """Measure the folders."""
        super().showEvent(event)
        self._measure()

    def _measure(self) -> None:
        places = (self.data.path, self.cache.path)
        self.clear.setEnabled(False)
        for place in (self.data, self.cache):
            place.size.setText(self.tr("measuring…"))

        def done(sizes: tuple[int, ...]) -> None:
            for place, size in zip((self.data, self.cache), sizes, strict=True):
                place.size.setText(self.locale().formattedDataSize(size))
            self.clear.setEnabled(sizes[1] > 0)
            self.clear.setToolTip("" if sizes[1] else self.tr("The cache is empty."))

        self._tasks.start(lambda report: tuple(_size(place, report) for place in places), key="settings sizes",
                          done=done)

    def _clear(self) -> None:
        folder = self.cache.path
        self._tasks.start(lambda _report: shutil.rmtree(folder, ignore_errors=True), key="settings clear",
                          done=lambda _none: self._measure())


class _Place(QWidget):
    """A path, its size and a button that shows it in the file manager."""

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.path = path
        # A read-only line can be scrolled, selected and copied, however long the path is.
        self.text = QLineEdit(str(path), self)
        self.text.setReadOnly(True)
        self.text.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.size = QLabel(self)
        self.open = QPushButton(self)
        self.open.setAutoDefault(False)
        folder = path if not path.suffix else path.parent
        self.open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 1)
        row.addWidget(self.size)
        row.addWidget(self.open)


def _size(folder: Path, report: Report) -> int:
    """Bytes of a folder's files."""
    total = 0
    for path in _files(folder):
        report(0.0)
        try:
            total += path.stat().st_size
        except OSError:
            continue
    return total


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield path
