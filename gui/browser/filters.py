"""The filters of the gestures: word, song, genre, split, NPMI, number of songs, significance; and the order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.codes import SPLITS
from core.corpus.records import SongRecord
from core.pipeline.browse import ORDERS, Filter, Order
from core.pipeline.significance import LEVEL
from gui.browser.songs import fill_choices
from gui.widgets.translated import Translated


class GestureFilters(Translated):
    """One line for the word; the other filters unfold below it. ``sorting`` is laid out by the owner."""

    changed = Signal()
    """``filter`` or ``order``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._songs: Sequence[SongRecord] = ()
        self.word, self.song = QLineEdit(clearButtonEnabled=True), QLineEdit(clearButtonEnabled=True)
        for edit in (self.word, self.song):
            edit.setMinimumWidth(80)
        self.genre, self.split, self.sorting = QComboBox(), QComboBox(), QComboBox()
        for box in (self.genre, self.split, self.sorting):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(14 if box is self.sorting else 6)
        self.npmi = QDoubleSpinBox(minimum=0.0, maximum=1.0, singleStep=0.05, decimals=2)
        self.least = QSpinBox(minimum=0, maximum=100_000)
        self.significant = QCheckBox()
        self.level = QDoubleSpinBox(minimum=0.1, maximum=50.0, singleStep=1.0, decimals=1, value=100 * LEVEL)
        self.level.setSuffix(" %")
        self.level.setKeyboardTracking(False)
        self.npmi_label, self.least_label = QLabel(), QLabel()
        self.npmi_label.setBuddy(self.npmi)
        self.least_label.setBuddy(self.least)
        self.more = QToolButton(checkable=True)
        self.folded = QWidget()
        grid = QGridLayout(self.folded)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.song, 0, 0, 1, 2)
        grid.addWidget(self.genre, 1, 0)
        grid.addWidget(self.split, 1, 1)
        grid.addWidget(self.npmi_label, 2, 0)
        grid.addWidget(self.npmi, 2, 1)
        grid.addWidget(self.least_label, 3, 0)
        grid.addWidget(self.least, 3, 1)
        grid.addWidget(self.significant, 4, 0)
        grid.addWidget(self.level, 4, 1)
        line = QHBoxLayout()
        line.addWidget(self.word, 3)
        line.addWidget(self.more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(line)
        layout.addWidget(self.folded)
        self.folded.hide()
        self.more.toggled.connect(self.folded.setVisible)
        for edit in (self.word, self.song):
            edit.textChanged.connect(self._on_change)
        for box in (self.genre, self.split, self.sorting):
            box.currentIndexChanged.connect(self._on_change)
        self.npmi.valueChanged.connect(self._on_change)
        self.least.valueChanged.connect(self._on_change)
        self.significant.toggled.connect(self._on_change)
        self.level.valueChanged.connect(self._on_level)
        self.retranslate()

    @property
    def filter(self) -> Filter:
        """What is asked for."""
        return Filter(self.word.text(), self.song.text(), self.genre.currentData() or "",
                      self.split.currentData() or "", self.npmi.value(), self.least.value(),
                      self.level.value() / 100 if self.significant.isChecked() else 1.0)

    @property
    def order(self) -> Order:
        """The order asked for."""
        found: Order = self.sorting.currentData() or "evidence"
        return found

    def set_songs(self, songs: Sequence[SongRecord]) -> None:
        """Offer the genres and splits of these songs."""
        self._songs = songs
        genres = sorted({song.genre for song in songs if song.genre}, key=str.casefold)
        fill_choices(self.genre, self.tr("Any genre"), genres)
        fill_choices(self.split, self.tr("Any split"), [s for s in SPLITS if any(song.split == s for song in songs)])

    def clear(self) -> None:
        """Let everything through."""
        self.blockSignals(True)
        for edit in (self.word, self.song):
            edit.clear()
        for box in (self.genre, self.split):
            box.setCurrentIndex(0)
        self.npmi.setValue(0.0)
        self.least.setValue(0)
        self.significant.setChecked(False)
        self.blockSignals(False)
        self._on_change()

    def retranslate(self) -> None:
        self.word.setPlaceholderText(self.tr("Word"))
        self.word.setAccessibleName(self.tr("Filter gestures by word"))
        self.song.setPlaceholderText(self.tr("Song or artist"))
        self.song.setAccessibleName(self.tr("Filter gestures by song"))
        self.genre.setAccessibleName(self.tr("Genre"))
        self.split.setAccessibleName(self.tr("Split"))
        self.sorting.setAccessibleName(self.tr("Order"))
        self.npmi_label.setText(self.tr("NPMI at least"))
        self.least_label.setText(self.tr("Songs at least"))
        self.significant.setText(self.tr("Significant, false at most"))
        self.level.setAccessibleName(self.tr("Most false gestures among the significant ones, percent"))
        for widget in (self.significant, self.level):
            widget.setToolTip(self.tr(
                "Only pairs that meet in more songs than they would if songs of like length exchanged their dances. All"
                " pairs are tested at once: of what is then shown, about this share is expected to be chance."))
        texts = {
            "evidence": self.tr("Best evidence first"), "npmi": self.tr("Highest NPMI first"),
            "songs": self.tr("Most songs first"), "frames": self.tr("Most frames first"), "word": self.tr("By word"),
        }
        chosen = self.order
        self.sorting.blockSignals(True)
        self.sorting.clear()
        for order in ORDERS:
            self.sorting.addItem(texts[order], order)
        self.sorting.setCurrentIndex(ORDERS.index(chosen))
        self.sorting.blockSignals(False)
        self.sorting.setToolTip(self.tr(
            "Best evidence: what is least likely to be chance comes first, judged by how many songs share the word and"
            " the movement. NPMI alone favours pairs that occur in two songs only."))
        self.set_songs(self._songs)
        self._name_more()

    def _on_level(self, _level: float) -> None:
        if self.significant.isChecked():
            self._on_change()

    def _on_change(self, *_: object) -> None:
        self._name_more()
        self.changed.emit()

    def _name_more(self) -> None:
        own = self.filter
        used = sum((bool(own.song.strip()), bool(own.genre), bool(own.split), own.least_npmi > 0, own.least_songs > 0,
                    own.most_q < 1))
        self.more.setText(self.tr("Filters ({count})").format(count=used) if used else self.tr("Filters"))
        self.more.setToolTip(self.tr("Filter by song, genre, split, NPMI, number of songs and significance"))
