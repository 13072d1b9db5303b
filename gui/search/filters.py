"""By what the bars are ranked, and which of them are asked about."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from core.retrieval.protocol import PROTOCOLS
from gui.search.jobs import FOLDS
from gui.search.system_combo import SystemCombo
from gui.state.session import Session
from gui.widgets.flow import FlowLayout
from gui.widgets.translated import Translated

SPLITS = ("all", "train", "dev", "test")


class Filters(Translated):
    """Method and protocol (the session's), and below them split, least score, length and folding."""

    changed = Signal()
    """Anything but method and protocol, which the session tells."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._labels: list[tuple[QLabel, Callable[[], str]]] = []
        self.method = SystemCombo()
        self.protocol = self._combo(PROTOCOLS)
        self.split = self._combo(SPLITS)
        self.fold = self._combo(FOLDS)
        self.minimum = QDoubleSpinBox()
        self.minimum.setRange(0.0, 1.0)
        self.minimum.setSingleStep(0.01)
        self.minimum.setDecimals(2)
        self.near = QCheckBox()
        self.window = QSpinBox()
        self.window.setRange(0, 300)
        self.window.setValue(0)
        self.window.setEnabled(False)
        self.more = QWidget()
        first = QWidget()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(first)
        rows.addWidget(self.more)
        upper, lower = FlowLayout(first, 10), FlowLayout(self.more, 10)
        self.method_field = self._field(self.method, lambda: self.tr("Method"))
        upper.addWidget(self.method_field)
        upper.addWidget(self._field(self.protocol, lambda: self.tr("Protocol")))
        lower.addWidget(self._field(self.split, lambda: self.tr("Songs")))
        lower.addWidget(self._field(self.minimum, lambda: self.tr("Least score")))
        length = self._field(self.window, None)
        layout = length.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.insertWidget(0, self.near)
        lower.addWidget(length)
        lower.addWidget(self._field(self.fold, lambda: self.tr("Repeats")))
        self.more.hide()
        self.method.activated.connect(lambda _i: session.set_method(self.method.name))
        self.protocol.activated.connect(lambda _i: session.set_protocol(str(self.protocol.currentData())))
        self.near.toggled.connect(self.window.setEnabled)
        for signal in (self.split.activated, self.fold.activated, self.minimum.valueChanged, self.window.valueChanged,
                       self.near.toggled):
            signal.connect(lambda _value: self.changed.emit())
        session.method_changed.connect(lambda _name: self._follow())
        session.protocol_changed.connect(lambda _name: self._follow())
        self.retranslate()
        self._follow()

    @property
    def length_window(self) -> int:
        """Frames by which a bar may differ from the query; -1 for any."""
        return self.window.value() if self.near.isChecked() else -1

    @property
    def narrowed(self) -> bool:
        """Whether some bars are left out."""
        return self.split.currentData() != "all" or self.minimum.value() > 0 or self.near.isChecked()

    def reset(self) -> None:
        """Ask about every bar again."""
        blockers = [QSignalBlocker(item) for item in (self.split, self.minimum, self.near)]
        self.split.setCurrentIndex(0)
        self.minimum.setValue(0.0)
        self.near.setChecked(False)
        self.window.setEnabled(False)
        del blockers
        self.changed.emit()

    def _combo(self, names: tuple[str, ...]) -> QComboBox:
        combo = QComboBox()
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        # In a narrow pane it is cut short rather than off.
        combo.setMinimumWidth(60)
        for name in names:
            combo.addItem(name, name)
        return combo

    def _field(self, widget: QWidget, text: Callable[[], str] | None) -> QWidget:
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        if text is not None:
            label = QLabel()
            label.setBuddy(widget)
            self._labels.append((label, text))
            layout.addWidget(label)
        layout.addWidget(widget)
        return holder

    def _follow(self) -> None:
        for combo, name in ((self.method, self._session.method), (self.protocol, self._session.protocol)):
            combo.setCurrentIndex(combo.findData(name))

    def retranslate(self) -> None:
        for label, text in self._labels:
            label.setText(text())
        texts: dict[QObject, dict[str, str]] = {
            self.protocol: {"inductive": self.tr("inductive"), "transductive": self.tr("transductive"),
                            "leave-one-song-out": self.tr("leave one song out")},
            self.split: {"all": self.tr("all songs"), "train": self.tr("training"), "dev": self.tr("dev"),
                         "test": self.tr("test")},
            self.fold: {"copies": self.tr("fold near copies"), "songs": self.tr("one bar a song"),
                        "none": self.tr("show all")},
        }
        for combo in (self.protocol, self.split, self.fold):
            for i in range(combo.count()):
                combo.setItemText(i, texts[combo].get(str(combo.itemData(i)), str(combo.itemData(i))))
        tips = {
            "inductive": self.tr("Relations are counted on the training songs."),
            "transductive": self.tr("Relations are counted on all songs, those searched among them."),
            "leave-one-song-out": self.tr("Relations are counted on all other songs. A typed lyric belongs to no song, "
                                          "so for it nothing is left out."),
        }
        for name, tip in tips.items():
            self.protocol.setItemData(self.protocol.findData(name), tip, Qt.ItemDataRole.ToolTipRole)
        self.method.setAccessibleName(self.tr("Method"))
        self.protocol.setToolTip(self.tr("On which songs relations are counted; the same in the whole window"))
        self.near.setText(self.tr("Length within"))
        self.near.setToolTip(self.tr("Ask only about bars of about the query's length, where length says nothing"))
        self.window.setPrefix("± ")
        self.window.setSuffix(self.tr(" frames"))
        self.window.setAccessibleName(self.tr("Frames by which a bar may be longer or shorter than the query"))
