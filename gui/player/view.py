"""The picture of the player: draws the scene by GL or QPainter, and lets the mouse and keys turn it."""

from __future__ import annotations

import os
from typing import Final

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gui.draw.camera import Camera, ViewName
from gui.draw.colours import colour, theme_of
from gui.player.glscene import GlFault, GlScene
from gui.player.paintscene import paint_scene
from gui.player.scene import Scene

_TURN_MS: Final = 200
_DEGREES_PER_PIXEL: Final = 0.35
_SLACK: Final = 4
"""Pixels that a click may move before it is a drag."""
_KEY_DEGREES: Final = 15.0
_TURNS = {Qt.Key.Key_4: (-1, 0), Qt.Key.Key_6: (1, 0), Qt.Key.Key_8: (0, 1), Qt.Key.Key_2: (0, -1)}


class DancerView(QWidget):
    """Shows what ``scene_wanted`` makes of the camera; the camera's target is relative to the dancer.

    A subclass or owner gives the scene by overriding :meth:`scene`.
    """

    fault_found = Signal(str)
    """GL cannot be used, and why; from then on QPainter draws."""
    moved = Signal()
    """A person moved the camera."""
    menu_wanted = Signal(QPointF)
    """A right click without a drag; where on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.orbit = Camera(target=(0.0, 0.0, 0.0))
        self.fault: str | None = None
        """Why QPainter draws; '' while GL does, None before the first picture."""
        self.drawn = 0
        """Pictures drawn so far."""
        self.centres: tuple[float, ...] = (0.5,)
        self._gl: GlScene | None = None
        self._picture: QImage | None = None
        self._grabbed: QPointF | None = None
        self._dragged = False
        self._turn = QVariantAnimation(self)
        self._turn.setDuration(_TURN_MS)
        self._turn.setStartValue(0.0)
        self._turn.setEndValue(1.0)
        self._turn.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._turn.valueChanged.connect(self._turned)
        self._from = self._to = self.orbit

    def scene(self) -> Scene | None:
        """What to draw; None draws the background alone."""
        return None

    def overlay(self, painter: QPainter, scene: Scene | None) -> None:
        """Draw over the scene, in the widget's own coordinates."""

    # -- camera -----------------------------------------------------------------------------------

    def set_orbit(self, camera: Camera, *, animated: bool = False) -> None:
        """Look from elsewhere; ``animated`` turns there in a fifth of a second."""
        self._turn.stop()
        if animated and self.isVisible():
            self._from, self._to = self.orbit, camera
            self._turn.start()
            return
        self.orbit = camera
        self.update()

    def look(self, name: ViewName) -> None:
        """Turn to a preset view."""
        self.set_orbit(self.aim.looking(name), animated=True)

    @property
    def aim(self) -> Camera:
        """Where a turn that is under way leads; the camera where there is none."""
        return self._to if self._turn.state() == QAbstractAnimation.State.Running else self.orbit

    def _turned(self, share: float) -> None:
        self.orbit = self._from.toward(self._to, float(share))
        self.update()

    def _moved(self, camera: Camera) -> None:
        self._turn.stop()
        self.orbit = camera
        self.moved.emit()
        self.update()

    def _metres(self, at: QPointF) -> tuple[float, float]:
        """Metres to the right of and above the target of the nearest dancer, at a place in the picture."""
        centre = min((c * self.width() for c in self.centres), key=lambda x: abs(x - at.x()))
        scale = self.orbit.pixels_per_metre(self.orbit.distance, self.height())
        return (at.x() - centre) / scale, (self.height() / 2 - at.y()) / scale

    # -- mouse and keys ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._grabbed, self._dragged = event.position(), False
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None or not event.buttons():
            return
        step = event.position() - self._grabbed
        if not self._dragged and step.manhattanLength() < _SLACK:
            return
        self._dragged, self._grabbed = True, event.position()
        held, shift = event.buttons(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if held & Qt.MouseButton.LeftButton and not shift:
            self._moved(self.orbit.orbited(-step.x() * _DEGREES_PER_PIXEL, step.y() * _DEGREES_PER_PIXEL))
        else:
            scale = self.orbit.pixels_per_metre(self.orbit.distance, self.height())
            self._moved(self.orbit.panned(-step.x() / scale, step.y() / scale))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton and not self._dragged:
            self.menu_wanted.emit(event.globalPosition())
        if not event.buttons():
            self._grabbed = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # With the mouse the menu comes when the button is let go, for dragging it pans; here it is the menu key.
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(QPointF(self.mapToGlobal(self.rect().center())))
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120.0
        if notches:
            right, up = self._metres(event.position())
            self._moved(self.orbit.zoomed_at(0.88**notches, right, up))
        event.accept()

    def event(self, event: object) -> bool:
        """Pinching on a touch pad zooms."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            right, up = self._metres(event.position())
            self._moved(self.orbit.zoomed_at(1.0 / max(1.0 + event.value(), 0.2), right, up))
            return True
        return super().event(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, pad = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.KeypadModifier)
        if key in {Qt.Key.Key_Plus, Qt.Key.Key_Minus}:
            self._moved(self.orbit.zoomed(0.88 if key == Qt.Key.Key_Plus else 1 / 0.88))
        elif pad and key in _TURNS:
            azimuth, elevation = _TURNS[key]
            self._moved(self.aim.orbited(azimuth * _KEY_DEGREES, elevation * _KEY_DEGREES))
        else:
            super().keyPressEvent(event)

    # -- drawing ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        self.paint(painter)
        painter.end()
        self.drawn += 1

    def paint(self, painter: QPainter) -> None:
        """Draw the scene and what lies over it."""
        rect, scene = QRectF(self.rect()), self.scene()
        if scene is None or not scene.figures:
            painter.fillRect(rect, colour(theme_of(self.palette()).background))
        elif self._prepare():
            picture = self._by_gl(scene)
            if picture is None:
                paint_scene(painter, rect, scene)
            else:
                painter.drawImage(rect.topLeft(), picture)
        else:
            paint_scene(painter, rect, scene)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.overlay(painter, scene)

    def picture(self) -> QImage:
        """The picture as shown, in device pixels, without buttons and notices."""
        ratio = self.devicePixelRatioF()
        image = QImage(self._device_size(), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        self.paint(painter)
        painter.end()
        return image

    def _device_size(self) -> QSize:
        ratio = self.devicePixelRatioF()
        return QSize(max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1))

    def _prepare(self) -> bool:
        """Whether GL draws; it is set up at the first picture."""
        if self.fault is None:
            if os.environ.get("KOTOFURI_NO_GL") == "1":
                self._fail(self.tr("it is switched off by KOTOFURI_NO_GL"))
                return False
            try:
                self._gl = GlScene()
                self.fault = ""
            except GlFault as fault:
                self._fail(str(fault))
            except Exception as error:  # noqa: BLE001 - a broken driver must not take the window down
                self._fail(f"{type(error).__name__}: {error}")
        return not self.fault

    def _by_gl(self, scene: Scene) -> QImage | None:
        size = self._device_size()
        try:
            assert self._gl is not None
            self._picture = self._gl.draw(scene, size.width(), size.height(), self._picture)
        except Exception as error:  # noqa: BLE001 - as above
            self._fail(str(error))
            return None
        self._picture.setDevicePixelRatio(self.devicePixelRatioF())
        return self._picture

    def _fail(self, reason: str) -> None:
        self.fault = reason
        self._gl = self._picture = None
        self.fault_found.emit(reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()
