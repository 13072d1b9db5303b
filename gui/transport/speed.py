"""Speed and volume: small controls of the bar."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QSlider, QToolButton, QWidget

from gui.actions.registry import Actions
from gui.sound.transport import Transport
from gui.state.session import Session
from gui.transport.moves import SPEEDS
from gui.widgets.translated import Translated


class _Slider(QSlider):
    """A slider that goes where it is clicked, and back to its usual value on a double click."""

    def __init__(self, usual: int, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._usual = usual

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            span = self.maximum() - self.minimum()
            self.setValue(self.minimum() + round(span * (event.position().x() - 6) / max(self.width() - 12, 1)))
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(self._usual)
        event.accept()


class SpeedControl(Translated):
    """Slider from 25 to 200 %, and a button with the ready-made speeds."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.slider = _Slider(100, self)
        self.slider.setRange(25, 200)
        self.slider.setSingleStep(5)
        self.slider.setPageStep(25)
        self.slider.setFixedWidth(92)
        self.button = QToolButton(self)
        self.button.setAutoRaise(True)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.button)
        self._presets: list[QAction] = []
        for speed in SPEEDS:
            preset = self.menu.addAction(f"{round(speed * 100)} %")
            preset.setCheckable(True)
            preset.triggered.connect(lambda _on=False, speed=speed: self._choose(speed))
            self._presets.append(preset)
        self.button.setMenu(self.menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.slider)
        layout.addWidget(self.button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.slider.valueChanged.connect(self._slid)
        session.speed_changed.connect(self._show)
        self.retranslate()
        self.button.setText("200 %")
        self.button.setMinimumWidth(self.button.sizeHint().width())
        self._show(session.speed)

    def retranslate(self) -> None:
        self.slider.setAccessibleName(self.tr("Speed in percent"))
        self.slider.setToolTip(self.tr("Speed; the pitch stays. Double click for 100 %"))
        self.button.setAccessibleName(self.tr("Ready-made speeds"))
        self.button.setToolTip(self.tr("Ready-made speeds"))

    def _choose(self, speed: float) -> None:
        self._session.set_speed(speed)
        self._show(self._session.speed)

    def _slid(self, percent: int) -> None:
        # Near 100 % the slider catches, so that normal speed is found again.
        self._session.set_speed(1.0 if abs(percent - 100) <= 3 else round(percent / 5) * 0.05)
        self._show(self._session.speed)

    def _show(self, speed: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(speed * 100))
        self.button.setText(f"{round(speed * 100)} %")
        for preset, ready in zip(self._presets, SPEEDS, strict=True):
            preset.setChecked(abs(ready - speed) < 1e-6)


class VolumeControl(Translated):
    """Mute button and volume slider."""

    def __init__(self, transport: Transport, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._transport = transport
        self.button = QToolButton(self)
        self.button.setAutoRaise(True)
        self.button.setDefaultAction(actions["play.mute"])
        self.slider = _Slider(80, self)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setFixedWidth(72)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.button)
        layout.addWidget(self.slider)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.slider.setValue(round(transport.volume * 100))
        self.slider.valueChanged.connect(lambda value: transport.set_volume(value / 100))
        transport.volume_changed.connect(self._show)
        self.retranslate()

    def retranslate(self) -> None:
        self.slider.setAccessibleName(self.tr("Volume in percent"))
        self.slider.setToolTip(self.tr("Volume"))

    def _show(self, volume: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(volume * 100))
