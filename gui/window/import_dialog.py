"""What was found in dropped files, and where it is to go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.pipeline.jobs import Found

_PARTS = ("motion", "model", "lyrics", "audio", "beats")


class ImportDialog(QDialog):
    """Songs found, with their parts; the user chooses which to import, and into which corpus.

    After it was accepted: :meth:`chosen`, :meth:`folder`, :meth:`build_after`.
    """

    def __init__(self, found: Found, opened: Path | None, default_folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found = found
        self._opened = opened
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.tree = QTreeWidget()
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setSortingEnabled(False)
        for song in found.songs:
            files = song.files()
            item = QTreeWidgetItem([song.song_id, *(("✓" if kind in files else "–") for kind in _PARTS)])
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(0, Qt.CheckState.Checked)
            for column, kind in enumerate(_PARTS, start=1):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignCenter)
                if kind in files:
                    item.setToolTip(column, str(files[kind]))
            self.tree.addTopLevelItem(item)
        self.faults = QLabel()
        self.faults.setWordWrap(True)
        self.faults.setTextFormat(Qt.TextFormat.PlainText)
        self.faults.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.into_open = QRadioButton()
        self.into_new = QRadioButton()
        self.path = QLineEdit(str(default_folder))
        self.browse = QPushButton()
        self.browse.clicked.connect(self._browse)
        self.build_box = QCheckBox()
        self.build_box.setChecked(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.into_open.setVisible(opened is not None)
        (self.into_open if opened is not None else self.into_new).setChecked(True)
        row = QHBoxLayout()
        row.addWidget(self.into_new)
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        layout = QVBoxLayout(self)
        for widget in (self.summary, self.tree, self.faults, self.into_open):
            layout.addWidget(widget)
        layout.addLayout(row)
        layout.addWidget(self.build_box)
        layout.addWidget(self.buttons)
        self.tree.setVisible(bool(found.songs))
        self.tree.itemChanged.connect(lambda *_: self._update())
        self.into_new.toggled.connect(lambda *_: self._update())
        self.path.textChanged.connect(lambda *_: self._update())
        self.path.textEdited.connect(lambda *_: self.into_new.setChecked(True))
        self.resize(720, 520)
        self.retranslate()
        header = self.tree.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)

    def chosen(self) -> list[str]:
        """song_ids to import."""
        items = (self.tree.topLevelItem(i) for i in range(self.tree.topLevelItemCount()))
        return [item.text(0) for item in items if item.checkState(0) == Qt.CheckState.Checked]

    def folder(self) -> Path:
        """The corpus's folder."""
        if self._opened is not None and self.into_open.isChecked():
            return self._opened
        return Path(self.path.text()).expanduser()

    def build_after(self) -> bool:
        """Whether to build once the songs are in."""
        return self.build_box.isChecked()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Set all texts."""
        found = self.found
        self.setWindowTitle(self.tr("Import songs"))
        self.summary.setText(self.tr("{count} songs found. Files of one name in one folder belong together.").format(
            count=len(found.songs)))
        self.tree.setHeaderLabels([self.tr("Song"), self.tr("Motion"), self.tr("Model"), self.tr("Lyrics"),
                                   self.tr("Sound"), self.tr("Beats")])
        self.tree.setAccessibleName(self.tr("Songs found"))
        lines = [fault.sentence for fault in found.faults[:8]]
        lines += [self.tr("{name} is no motion, folder or manifest.csv and is not used.").format(name=path.name)
                  for path in found.unknown[:8]]
        hidden = max(len(found.faults) - 8, 0) + max(len(found.unknown) - 8, 0)
        if hidden:
            lines.append(self.tr("… and {count} more.").format(count=hidden))
        self.faults.setText("\n".join(lines))
        self.faults.setVisible(bool(lines))
        name = self._opened.name if self._opened is not None else ""
        self.into_open.setText(self.tr("Add to the open corpus ({name})").format(name=name))
        self.into_new.setText(self.tr("New corpus in:"))
        self.path.setAccessibleName(self.tr("Folder of the new corpus"))
        self.browse.setText(self.tr("Choose…"))
        self.build_box.setText(self.tr("Build afterwards (vectors, codebooks, NPMI)"))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Import"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("Cancel"))
        self._update()

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder of the new corpus"), self.path.text())
        if folder:
            self.path.setText(folder)
            self.into_new.setChecked(True)

    def _update(self) -> None:
        button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        new = self.into_new.isChecked()
        missing = ""
        if not self.found.songs:
            missing = self.tr("There is no song that could be imported.")
        elif not self.chosen():
            missing = self.tr("Tick at least one song.")
        elif new and not self.path.text().strip():
            missing = self.tr("Name a folder for the corpus.")
        button.setEnabled(not missing)
        button.setToolTip(missing)
