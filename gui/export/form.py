"""The fields of the export dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.export.names import FIELDS
from core.export.pictures import MAX_SIDE
from gui.export.choices import EXISTING, EXTENTS, FORMATS, SIZES, VIEWS, Choices
from gui.widgets.translated import Translated


class ExportForm(Translated):
    """Edits :class:`Choices`. Fields that the format has no use for are switched off and say why."""

    changed = Signal()
    """Any field: ``choices``."""
    extent_changed = Signal()
    """What each clip of a batch shows."""

    def __init__(self, choices: Choices, *, batch: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices = choices
        self._batch = batch
        self._filling = True
        self._labels: list[tuple[QLabel, Callable[[], str]]] = []
        self._boxes: list[tuple[QGroupBox, Callable[[], str]]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._what())
        layout.addWidget(self._picture())
        layout.addWidget(self._with())
        layout.addWidget(self._where())
        layout.addStretch(1)
        self.retranslate()
        self._fill()
        self._filling = False
        self._connect()
        self._switch()

    # -- making -----------------------------------------------------------------------------------

    def _box(self, title: Callable[[], str]) -> tuple[QGroupBox, QFormLayout]:
        box = QGroupBox()
        form = QFormLayout(box)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._boxes.append((box, title))
        return box, form

    def _row(self, form: QFormLayout, text: Callable[[], str], field: QWidget, buddy: QWidget | None = None) -> None:
        label = QLabel()
        label.setBuddy(buddy or field)
        self._labels.append((label, text))
        form.addRow(label, field)

    def _what(self) -> QWidget:
        box, form = self._box(lambda: self.tr("What"))
        self.format = QComboBox()
        self._row(form, lambda: self.tr("&Format"), self.format)
        self.extent = QComboBox()
        self._row(form, lambda: self.tr("&Each clip shows"), self.extent)
        form.setRowVisible(self.extent, self._batch)
        self.poses = QComboBox()
        self._row(form, lambda: self.tr("&Poses"), self.poses)
        self._what_rows = form
        self.format.setMaxVisibleItems(len(FORMATS))
        return box

    def _picture(self) -> QWidget:
        box, form = self._box(lambda: self.tr("Picture"))
        self.preset = QComboBox()
        self.width_box, self.height_box = QSpinBox(), QSpinBox()
        for spin in (self.width_box, self.height_box):
            spin.setRange(64, MAX_SIDE)
            spin.setSingleStep(2)
        size = QWidget()
        row = QHBoxLayout(size)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.preset, 1)
        row.addWidget(self.width_box)
        row.addWidget(QLabel("×"))
        row.addWidget(self.height_box)
        self._row(form, lambda: self.tr("&Size"), size, self.preset)
        self.view, self.theme = QComboBox(), QComboBox()
        look = QWidget()
        row = QHBoxLayout(look)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.view, 1)
        row.addWidget(self.theme, 1)
        self._row(form, lambda: self.tr("&View"), look, self.view)
        self.mirror, self.subtitles, self.credit = QCheckBox(), QCheckBox(), QCheckBox()
        checks = QWidget()
        row = QHBoxLayout(checks)
        row.setContentsMargins(0, 0, 0, 0)
        for check in (self.subtitles, self.mirror, self.credit):
            row.addWidget(check)
        row.addStretch(1)
        form.addRow(checks)
        return box

    def _with(self) -> QWidget:
        box, form = self._box(lambda: self.tr("With it"))
        self.sound, self.track = QCheckBox(), QCheckBox()
        self.beside = {ending: QCheckBox() for ending in (".srt", ".ass", ".wav", ".txt")}
        for group in ((self.sound, self.track), tuple(self.beside.values())):
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            for check in group:
                row.addWidget(check)
            row.addStretch(1)
            form.addRow(holder)
        return box

    def _where(self) -> QWidget:
        box, form = self._box(lambda: self.tr("File"))
        self.folder = QLineEdit()
        self.browse = QPushButton()
        self.browse.setAutoDefault(False)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse)
        self._row(form, lambda: self.tr("F&older"), holder, self.folder)
        self.template = QLineEdit()
        self._row(form, lambda: self.tr("&Name"), self.template)
        self.existing = QComboBox()
        self._row(form, lambda: self.tr("&If the file exists"), self.existing)
        return box

    # -- texts ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text in the present language."""
        for label, text in self._labels:
            label.setText(text())
        for box, text in self._boxes:
            box.setTitle(text())
        was, self._filling = self._filling, True
        _items(self.format, FORMATS, self._format_names())
        _items(self.extent, EXTENTS, {"bar": self.tr("the whole bar"), "place": self.tr("the place alone"),
                                      "around": self.tr("a second more at both ends")})
        _items(self.poses, ("even", "words"), {"even": self.tr("at even steps"), "words": self.tr("one for each word")})
        _items(self.preset, (*SIZES, None), {(640, 640): self.tr("Square"), (1280, 720): self.tr("HD"),
                                             (1920, 1080): self.tr("Full HD"), (1080, 1920): self.tr("Upright"),
                                             None: self.tr("Own size")})
        _items(self.view, VIEWS, {"player": self.tr("as in the player"), "front": self.tr("front"),
                                  "side": self.tr("side"), "top": self.tr("top"),
                                  "three-quarter": self.tr("three-quarter")})
        _items(self.theme, (False, True), {False: self.tr("light"), True: self.tr("dark")})
        _items(self.existing, EXISTING, {"number": self.tr("add a number to the name"),
                                         "refuse": self.tr("do not write"), "replace": self.tr("replace it")})
        self._filling = was
        self.mirror.setText(self.tr("Mirrored"))
        self.subtitles.setText(self.tr("Lyric line"))
        self.credit.setText(self.tr("Credit line"))
        self.sound.setText(self.tr("Sound"))
        self.track.setText(self.tr("Subtitles that can be switched off"))
        for ending, text in ((".srt", self.tr(".srt beside it")), (".ass", self.tr(".ass beside it")),
                             (".wav", self.tr(".wav beside it")), (".txt", self.tr("credit as .txt"))):
            self.beside[ending].setText(text)
        self.browse.setText(self.tr("Choose…"))
        self.theme.setAccessibleName(self.tr("Theme of the picture"))
        self.width_box.setAccessibleName(self.tr("Width in pixels"))
        self.height_box.setAccessibleName(self.tr("Height in pixels"))
        self.template.setToolTip(self.tr("Fields that are filled in: {fields}").format(
            fields=" ".join(f"{{{name}}}" for name in FIELDS)))
        self._switch()

    def _format_names(self) -> dict[str, str]:
        return {
            ".mp4": self.tr("MP4 video"), ".gif": self.tr("GIF animation"), ".svg": self.tr("Figure, SVG"),
            ".pdf": self.tr("Figure, PDF"), ".png": self.tr("Figure, PNG"), ".vmd": self.tr("Motion for MMD, VMD"),
            ".bvh": self.tr("Motion, BVH"), ".csv": self.tr("Table of frames, CSV"),
            ".json": self.tr("All data, JSON"), ".TextGrid": self.tr("Praat TextGrid"),
            ".wav": self.tr("Sound, WAV"), ".ogg": self.tr("Sound, Ogg Vorbis"), ".srt": self.tr("Subtitles, SRT"),
            ".ass": self.tr("Karaoke subtitles, ASS"), ".lrc": self.tr("Lyrics, LRC"),
        }

    def fault(self) -> str:
        """What is wrong with the fields, or ''."""
        if self.choices.is_video and (self.choices.width % 2 or self.choices.height % 2):
            return self.tr("A video needs an even width and height.")
        return ""

    # -- values -----------------------------------------------------------------------------------

    def _fill(self) -> None:
        choices = self.choices
        for combo, value in ((self.format, choices.ending), (self.extent, choices.extent), (self.poses, choices.poses),
                             (self.view, choices.view), (self.theme, choices.dark), (self.existing, choices.existing)):
            combo.setCurrentIndex(max(_index(combo, value), 0))
        self.width_box.setValue(choices.width)
        self.height_box.setValue(choices.height)
        self._show_preset()
        for check, on in ((self.mirror, choices.mirror), (self.subtitles, choices.subtitles),
                          (self.credit, choices.credit), (self.sound, choices.sound), (self.track, choices.track)):
            check.setChecked(on)
        for ending, check in self.beside.items():
            check.setChecked(ending in choices.beside.split(","))
        self.folder.setText(choices.folder)
        self.template.setText(choices.template)

    def _connect(self) -> None:
        for combo in (self.format, self.extent, self.poses, self.view, self.theme, self.existing):
            combo.currentIndexChanged.connect(self._take)
        self.preset.currentIndexChanged.connect(self._take_preset)
        for spin in (self.width_box, self.height_box):
            spin.valueChanged.connect(self._take)
            # An odd number that was typed becomes even when the field is left.
            spin.editingFinished.connect(lambda spin=spin: spin.setValue(spin.value() // 2 * 2))
        for check in (self.mirror, self.subtitles, self.credit, self.sound, self.track, *self.beside.values()):
            check.toggled.connect(self._take)
        for line in (self.folder, self.template):
            line.textChanged.connect(self._take)
        self.browse.clicked.connect(self._browse)

    def _take(self) -> None:
        if self._filling:
            return
        choices, extent = self.choices, self.choices.extent
        choices.ending = self.format.currentData()
        choices.extent = self.extent.currentData()
        choices.poses = self.poses.currentData()
        choices.view = self.view.currentData()
        choices.dark = bool(self.theme.currentData())
        choices.existing = self.existing.currentData()
        choices.width, choices.height = self.width_box.value(), self.height_box.value()
        choices.mirror, choices.subtitles = self.mirror.isChecked(), self.subtitles.isChecked()
        choices.credit, choices.sound = self.credit.isChecked(), self.sound.isChecked()
        choices.track = self.track.isChecked()
        choices.beside = ",".join(ending for ending, check in self.beside.items() if check.isChecked())
        choices.folder, choices.template = self.folder.text(), self.template.text()
        self._show_preset()
        self._switch()
        if choices.extent != extent:
            self.extent_changed.emit()
        self.changed.emit()

    def _take_preset(self) -> None:
        size = self.preset.currentData()
        if self._filling or size is None:
            return
        self._filling = True
        self.width_box.setValue(size[0])
        self.height_box.setValue(size[1])
        self._filling = False
        self._take()

    def _show_preset(self) -> None:
        was, self._filling = self._filling, True
        size = (self.width_box.value(), self.height_box.value())
        self.preset.setCurrentIndex(SIZES.index(size) if size in SIZES else len(SIZES))
        self._filling = was

    def _switch(self) -> None:
        """Fields on and off as the format needs them; a field that is off says why."""
        choices = self.choices
        drawn = choices.is_video or choices.is_figure
        no_picture = self.tr("This format has no picture.")
        vector = self.tr("A vector figure has no size in pixels.")
        only_video = self.tr("Only for video and GIF.")
        only_mp4 = self.tr("Only for MP4 video; a GIF has no sound.")
        sized = choices.is_video or choices.ending == ".png"
        for field in (self.preset, self.width_box):
            _set(field, sized, vector if choices.is_figure else no_picture)
        _set(self.height_box, choices.is_video, self.tr("A figure's height follows from its width.")
             if choices.is_figure else no_picture)
        for field in (self.view, self.theme, self.mirror):
            _set(field, drawn, no_picture)
        _set(self.subtitles, choices.is_video, only_video)
        _set(self.credit, choices.is_video, only_video)
        _set(self.sound, choices.ending == ".mp4", only_mp4)
        _set(self.track, choices.ending == ".mp4", only_mp4)
        self._what_rows.setRowVisible(self.poses, choices.is_figure)
        for ending, check in self.beside.items():
            _set(check, ending != choices.ending, self.tr("The file itself is of this format."))

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder for the export"), self.folder.text())
        if folder:
            self.folder.setText(folder)


def _set(field: QWidget, on: bool, reason: str) -> None:
    field.setEnabled(on)
    field.setToolTip("" if on else reason)


def _items(combo: QComboBox, values: tuple[object, ...], texts: dict[object, str] | dict[str, str]) -> None:
    """Fill a combo box, or give its entries new texts."""
    if combo.count() != len(values):
        combo.clear()
        for value in values:
            combo.addItem("", value)
    for i, value in enumerate(values):
        combo.setItemText(i, texts[value])  # type: ignore[index]


def _index(combo: QComboBox, value: object) -> int:
    return next((i for i in range(combo.count()) if combo.itemData(i) == value), -1)
