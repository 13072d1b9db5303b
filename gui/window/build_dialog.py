"""How a corpus is to be built."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.pipeline.options import PAPER_CODES, BuildOptions

_LYRIC = ("auto", "lexical")
_DANCE = ("pretrained", "pose", "train")
_CONTEXT = ("frame", "bar")
_MODE = ("word", "sentence")


class BuildDialog(QDialog):
    """Options of a build; :meth:`options` after it was accepted."""

    def __init__(self, given: BuildOptions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given = given
        self.lyric = QComboBox()
        self.lyric.setEditable(True)
        self.mode, self.dance, self.context = QComboBox(), QComboBox(), QComboBox()
        self.choose = QCheckBox()
        self.lyric_codes, self.dance_codes, self.seed = QSpinBox(), QSpinBox(), QSpinBox()
        for box in (self.lyric_codes, self.dance_codes):
            box.setRange(2, 20_000)
        self.seed.setRange(0, 2**31 - 1)
        self.lyric_codes.setValue(given.lyric_codes or PAPER_CODES)
        self.dance_codes.setValue(given.dance_codes or PAPER_CODES)
        self.seed.setValue(given.seed)
        self.choose.setChecked(given.lyric_codes is None or given.dance_codes is None)
        self.choose.toggled.connect(lambda *_: self._update())
        self.lyric.addItems(_LYRIC)
        self.lyric.setEditText(given.lyric_encoder)
        for box, names, value in ((self.mode, _MODE, given.lyric_mode), (self.dance, _DANCE, given.dance_encoder),
                                  (self.context, _CONTEXT, given.dance_context)):
            for name in names:
                box.addItem(name, name)
            if value not in names:
                box.addItem(value, value)
            box.setCurrentIndex(box.findData(value))
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self._labels = [QLabel() for _ in range(7)]
        form = QFormLayout()
        fields = (self.lyric, self.mode, self.dance, self.context, self.lyric_codes, self.dance_codes, self.seed)
        for i, (label, field) in enumerate(zip(self._labels, fields, strict=True)):
            if i == 4:
                form.addRow("", self.choose)
            label.setBuddy(field)
            form.addRow(label, field)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.hint)
        layout.addWidget(self.buttons)
        self.retranslate()
        self._update()

    def options(self) -> BuildOptions:
        """What was chosen; what the dialog does not show stays as it was."""
        chosen = self.choose.isChecked()
        return replace(
            self._given, lyric_encoder=self.lyric.currentText().strip() or "auto", lyric_mode=self.mode.currentData(),
            dance_encoder=self.dance.currentData(), dance_context=self.context.currentData(),
            lyric_codes=None if chosen else self.lyric_codes.value(),
            dance_codes=None if chosen else self.dance_codes.value(), seed=self.seed.value(),
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Set all texts."""
        self.setWindowTitle(self.tr("Build the corpus"))
        texts = (self.tr("Lyric encoder"), self.tr("A frame's lyric vector is of"), self.tr("Dance encoder"),
                 self.tr("A frame's dance vector knows"), self.tr("Lyric codes"), self.tr("Dance codes"),
                 self.tr("Seed"))
        for label, text in zip(self._labels, texts, strict=True):
            label.setText(text)
        names = {
            "word": self.tr("its word"), "sentence": self.tr("its whole line"),
            "pretrained": self.tr("the bundled network"), "pose": self.tr("poses, no network"),
            "train": self.tr("a network trained on this corpus (hours)"),
            "frame": self.tr("its own moment, as in the paper"), "bar": self.tr("also its bar's mean and spread"),
        }
        for box in (self.mode, self.dance, self.context):
            for i in range(box.count()):
                box.setItemText(i, names.get(box.itemData(i), box.itemData(i)))
        self.choose.setText(self.tr("Choose the numbers of codes on the dev songs"))
        self.lyric.setToolTip(self.tr("auto, lexical (letters alone, no model), a model's name, or a folder with one"))
        self.hint.setText(self.tr(
            "Short gestures of the hands are found as it is; gestures that fill a whole bar are found better with the "
            "bar's mean and spread. The build tells how well the choice does on the dev songs (z): take the better "
            "one."))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Build"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("Cancel"))

    def _update(self) -> None:
        for box in (self.lyric_codes, self.dance_codes):
            box.setEnabled(not self.choose.isChecked())
