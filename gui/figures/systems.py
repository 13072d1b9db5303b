"""The choice of systems: three groups of ticks that flow, with buttons for all, none and the usual ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.retrieval.protocol import DEFAULT_METHODS, METHODS
from gui.draw.colours import colour, theme_of
from gui.figures.terms import Terms
from gui.widgets.flow import FlowLayout
from gui.widgets.translated import Translated

PAPER: Final = ("xmied", "xmied-sentences")
CONTROLS: Final = ("length-only", "random", "word-count")
LOCKED: Final = ("length-only", "random")
"""Controls that always run: no system's figure is shown without them."""
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "paper": PAPER, "controls": CONTROLS,
    "comparison": tuple(name for name in METHODS if name not in (*PAPER, *CONTROLS)),
}
_PRESETS: Final = ("all", "none", "default")


class SystemChoice(Translated):
    """Ticks for :data:`core.retrieval.protocol.METHODS`."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terms = Terms(self)
        self.boxes = {name: QCheckBox() for name in METHODS}
        self.presets = {name: QToolButton() for name in _PRESETS}
        self.count = QLabel()
        self._titles = {group: QLabel() for group in GROUPS}
        for preset, button in self.presets.items():
            button.clicked.connect(self._chooser(preset))
        for box in self.boxes.values():
            box.toggled.connect(self._toggled)
        for name in LOCKED:
            self.boxes[name].setEnabled(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(FlowLayout.holder([*self.presets.values(), self.count], gap=4))
        for group, names in GROUPS.items():
            column.addWidget(FlowLayout.holder([self._titles[group], *(self.boxes[name] for name in names)], gap=14,
                                               line=2))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.choose(DEFAULT_METHODS)
        self.retranslate()
        self.restyle()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Names of the systems ticked, in the order of the table."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def choose(self, names: tuple[str, ...]) -> None:
        """Tick these, and the controls that always run."""
        for name, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(name in names or name in LOCKED)
        self._toggled()

    def _chooser(self, preset: str) -> Callable[[], None]:
        names: tuple[str, ...] = {"all": METHODS, "none": (), "default": DEFAULT_METHODS}[preset]
        return lambda: self.choose(names)

    def _toggled(self) -> None:
        self._set_count()
        self.changed.emit()

    def _set_count(self) -> None:
        self.count.setText(self.tr("{chosen} of {total}").format(chosen=len(self.chosen), total=len(METHODS)))

    def retranslate(self) -> None:
        titles = {"paper": self.tr("Paper:"), "controls": self.tr("Controls:"),
                  "comparison": self.tr("Comparison systems:")}
        for group, label in self._titles.items():
            label.setText(titles[group])
        presets = {"all": self.tr("All"), "none": self.tr("None"), "default": self.tr("Default")}
        tips = {"all": self.tr("Choose every system; those that must be trained take minutes"),
                "none": self.tr("Choose only the controls that always run"),
                "default": self.tr("Choose the paper's method and its controls")}
        for preset, button in self.presets.items():
            button.setText(presets[preset])
            button.setToolTip(tips[preset])
        for name, box in self.boxes.items():
            tip = self._terms.explained(name)
            if name in LOCKED:
                tip = self.tr("{what} Always run, so that no figure stands alone.").format(what=tip)
            box.setText(self._terms.text(name))
            box.setToolTip(tip)
            box.setAccessibleDescription(tip)
        self._set_count()

    def restyle(self) -> None:
        style = f"color: {colour(theme_of(self.palette()).faint).name()}"
        for label in (self.count, *self._titles.values()):
            if label.styleSheet() != style:
                label.setStyleSheet(style)
