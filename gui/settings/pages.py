"""Pages of the settings dialog. A page changes the store at once and follows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from gui.actions.fuzzy import fold
from gui.settings.store import LANGUAGES, SCALES, THEMES, SettingsStore
from gui.widgets.translated import Translated


class Page(Translated):
    """Rows of a label and a field, and a button that restores the page's defaults."""

    name = ""
    """Key of :data:`gui.settings.store.PAGES`."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._rows: list[tuple[QWidget, QLabel, Callable[[], str]]] = []
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(12)
        self.defaults = QPushButton(self)
        self.defaults.setAutoDefault(False)
        self.defaults.clicked.connect(self.restore)
        self._body = QVBoxLayout(self)
        self._body.addLayout(self.form)
        self._body.addStretch(1)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self.defaults)
        self._body.addLayout(bottom)
        store.changed.connect(self._follow)

    def title(self) -> str:
        """Title of the page in the present language."""
        return ""

    def add_row(self, field: QWidget, text: Callable[[], str]) -> None:
        """Add a row; ``text`` gives its label in the present language."""
        label = QLabel(self)
        label.setBuddy(field)
        self.form.addRow(label, field)
        self._rows.append((field, label, text))

    def retranslate(self) -> None:
        """Set the labels."""
        self.defaults.setText(self.tr("Restore defaults"))
        for field, label, text in self._rows:
            label.setText(text())
            field.setAccessibleName(text())

    def _follow(self, _key: str) -> None:
        self.show_values()

    def show_values(self) -> None:
        """Take the fields' values from the store."""

    def restore(self) -> None:
        """Give the page's settings their defaults back."""
        self.store.restore(self.name)

    def search(self, text: str) -> int:
        """Show only the rows that fit a search; returns how many do."""
        wanted = fold(text).split()
        found = 0
        whole = all(word in fold(self.title()) for word in wanted)
        for field, label, _ in self._rows:
            shown = f"{label.text()} {_texts_of(field)} {self.title()}"
            fits = whole or all(word in fold(shown) for word in wanted)
            self.form.setRowVisible(field, fits)
            found += fits
        return found


class AppearancePage(Page):
    """Language, theme, size of texts, still previews."""

    name = "appearance"

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.language = _choice(self, LANGUAGES, lambda value: setattr(store, "language", value))
        self.theme = _choice(self, THEMES, lambda value: setattr(store, "theme", value))
        self.scale = _choice(self, SCALES, lambda value: setattr(store, "scale", value))
        self.still = QCheckBox(self)
        self.still.toggled.connect(lambda on: setattr(store, "still_thumbnails", on))
        self.add_row(self.language, lambda: self.tr("Language"))
        self.add_row(self.theme, lambda: self.tr("Theme"))
        self.add_row(self.scale, lambda: self.tr("Size of texts"))
        self.add_row(self.still, lambda: self.tr("Previews"))
        self.retranslate()

    def title(self) -> str:
        return self.tr("Appearance")

    def retranslate(self) -> None:
        super().retranslate()
        # A language is named in itself, so that it can be found again by those who read no other.
        _texts(self.language, [self.tr("As the system"), "English", "日本語"])
        _texts(self.theme, [self.tr("As the system"), self.tr("Light"), self.tr("Dark")])
        _texts(self.scale, [self.tr("{percent} %").format(percent=scale) for scale in SCALES])
        self.still.setText(self.tr("Keep previews still"))
        self.show_values()

    def show_values(self) -> None:
        _show(self.language, self.store.language)
        _show(self.theme, self.store.theme)
        _show(self.scale, min(SCALES, key=lambda scale: abs(scale - self.store.scale)))
        _check(self.still, self.store.still_thumbnails)


class PlaybackPage(Page):
    """Speed and loop at start."""

    name = "playback"

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.speed = QSlider(Qt.Orientation.Horizontal, self)
        self.speed.setRange(5, 40)
        self.speed.setPageStep(5)
        self.speed.setMinimumWidth(180)
        self.speed_text = QLabel(self)
        self.speed.valueChanged.connect(lambda value: setattr(store, "speed", value * 0.05))
        field = QWidget(self)
        row = QHBoxLayout(field)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.speed)
        row.addWidget(self.speed_text)
        field.setFocusProxy(self.speed)
        self.loop = QCheckBox(self)
        self.loop.toggled.connect(lambda on: setattr(store, "loop", on))
        self.keep = QCheckBox(self)
        self.keep.toggled.connect(lambda on: setattr(store, "keep_playback", on))
        self.add_row(field, lambda: self.tr("Speed"))
        self.add_row(self.loop, lambda: self.tr("Loop"))
        self.add_row(self.keep, lambda: self.tr("At the next start"))
        self.retranslate()

    def title(self) -> str:
        return self.tr("Playback")

    def retranslate(self) -> None:
        super().retranslate()
        self.speed.setAccessibleName(self.tr("Speed"))
        self.loop.setText(self.tr("Repeat the chosen range, or the song"))
        self.keep.setText(self.tr("Keep the speed and loop used last"))
        self.show_values()

    def show_values(self) -> None:
        with QSignalBlocker(self.speed):
            self.speed.setValue(round(self.store.speed / 0.05))
        self.speed_text.setText(self.tr("{speed} ×").format(speed=self.locale().toString(self.store.speed, "f", 2)))
        _check(self.loop, self.store.loop)
        _check(self.keep, self.store.keep_playback)


class SearchPage(Page):
    """Method, protocol and threshold."""

    name = "search"

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        from core.retrieval.protocol import METHODS, PROTOCOLS
        from gui.figures.terms import Terms

        self._terms = Terms(self)
        self._methods, self._protocols = tuple(METHODS), tuple(PROTOCOLS)
        self.method = _choice(self, self._methods, lambda value: setattr(store, "method", value))
        self.protocol = _choice(self, self._protocols, lambda value: setattr(store, "protocol", value))
        self.threshold = QDoubleSpinBox(self)
        self.threshold.setRange(0.0, 1.0)
        self.threshold.setSingleStep(0.05)
        self.threshold.setDecimals(2)
        self.threshold.valueChanged.connect(lambda value: setattr(store, "threshold", value))
        self.add_row(self.method, lambda: self.tr("Method"))
        self.add_row(self.protocol, lambda: self.tr("Protocol"))
        self.add_row(self.threshold, lambda: self.tr("Positive above"))
        self.retranslate()

    def title(self) -> str:
        return self.tr("Search")

    def retranslate(self) -> None:
        super().retranslate()
        # By the names under which the search and Table 2 show them.
        for box, names in ((self.method, self._methods), (self.protocol, self._protocols)):
            _texts(box, [self._terms.text(name) for name in names])
            for row, name in enumerate(names):
                box.setItemData(row, self._terms.explained(name), Qt.ItemDataRole.ToolTipRole)
        self.method.setToolTip(self.tr("By what typed lyrics are ranked; a system that learns is fitted when it is "
                                       "first asked."))
        self.protocol.setToolTip(self.tr("On which songs NPMI is counted."))
        self.threshold.setToolTip(self.tr("Frames whose NPMI is above this count as positive."))
        self.show_values()

    def show_values(self) -> None:
        _show(self.method, self.store.method)
        _show(self.protocol, self.store.protocol)
        with QSignalBlocker(self.threshold):
            self.threshold.setValue(self.store.threshold)


def _choice(parent: QWidget, values: tuple[Any, ...], changed: Callable[[Any], None]) -> QComboBox:
    box = QComboBox(parent)
    for value in values:
        box.addItem("", value)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.activated.connect(lambda row: changed(box.itemData(row)))
    return box


def _texts(box: QComboBox, texts: list[str]) -> None:
    for row, text in enumerate(texts):
        box.setItemText(row, text)


def _show(box: QComboBox, value: object) -> None:
    with QSignalBlocker(box):
        box.setCurrentIndex(max(box.findData(value), 0))


def _check(box: QCheckBox, on: bool) -> None:
    with QSignalBlocker(box):
        box.setChecked(on)


def _texts_of(field: QWidget) -> str:
    """What a field itself says, for the search."""
    if isinstance(field, QComboBox):
        return " ".join(field.itemText(row) for row in range(field.count()))
    if isinstance(field, QCheckBox):
        return field.text()
    return " ".join(child.text() for child in field.findChildren(QLabel))
