"""The slider that blends the two spaces of the semi-supervised system."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from gui.widgets.translated import Translated

USUAL: Final = 0.5
_STEPS: Final = 100


class AlphaSlider(Translated):
    """Alpha from 0 to 1; a double click brings back the middle."""

    moved = Signal(float)
    """Alpha, while it is dragged or set by keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setSingleStep(1)
        self.slider.setPageStep(10)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(_STEPS // 2)
        self.slider.setMinimumWidth(80)
        self.slider.setValue(round(USUAL * _STEPS))
        self.slider.installEventFilter(self)
        self.label, self.value, self.ends = QLabel(), QLabel(), (QLabel(), QLabel())
        self.label.setBuddy(self.slider)
        self.value.setMinimumWidth(self.value.fontMetrics().horizontalAdvance("0.00"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        for widget in (self.label, self.value, self.ends[0]):
            layout.addWidget(widget)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.ends[1])
        self.slider.valueChanged.connect(self._on_value)
        self.retranslate()

    @property
    def alpha(self) -> float:
        """0 by pairing alone, 1 by labels alone."""
        return self.slider.value() / _STEPS

    def set_alpha(self, alpha: float) -> None:
        """Set it without telling."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(min(max(alpha, 0.0), 1.0) * _STEPS))
        self._show()

    def reset(self) -> None:
        """Back to the middle."""
        self.slider.setValue(round(USUAL * _STEPS))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A double click anywhere on the slider resets it."""
        if watched is self.slider and event.type() == QEvent.Type.MouseButtonDblClick:
            self.reset()
            return True
        return super().eventFilter(watched, event)

    def _on_value(self, _value: int) -> None:
        self._show()
        self.moved.emit(self.alpha)

    def _show(self) -> None:
        self.value.setText(f"{self.alpha:.2f}")

    def retranslate(self) -> None:
        self.label.setText("α")
        self.ends[0].setText(self.tr("pairs"))
        self.ends[1].setText(self.tr("labels"))
        tip = self.tr("0: dances that such words were sung to; 1: dances of the class (genre) that such words belong "
                      "to. A double click goes back to 0.5.")
        for widget in (self.label, self.value, self.slider, *self.ends):
            widget.setToolTip(tip)
        self.slider.setAccessibleName(self.tr("Alpha: from the space of pairs to the space of labels"))
        self.slider.setAccessibleDescription(tip)
        self._show()
