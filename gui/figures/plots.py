"""What the pyqtgraph plots share: their colours, their axes, and a click that is not a drag."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QPalette

from gui.draw.colours import Theme, colour

SIDES = ("left", "bottom", "right", "top")


class Plot(pg.PlotWidget):
    """A plot that follows a theme, has no menu of its own, and tells where it is hovered and clicked.

    Parameters
    ----------
    hovered : callable
        Gets the place in data coordinates, or None when the pointer leaves.
    clicked : callable
        Gets the place in data coordinates and whether it was a double click.
    axes : dict, optional
        Axis items by side, in place of the usual ones.
    """

    def __init__(
        self, hovered: Callable[[QPointF | None], None], clicked: Callable[[QPointF, bool], None],
        axes: dict[str, pg.AxisItem] | None = None,
    ) -> None:
        super().__init__(axisItems=axes or {})
        self._hovered, self._clicked = hovered, clicked
        self._labels: dict[str, str] = {}
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 130)
        self.scene().sigMouseMoved.connect(self._move)
        self.scene().sigMouseClicked.connect(self._click)
        self.viewport().installEventFilter(self)

    def set_labels(self, **labels: str) -> None:
        """Texts of the axes, by side."""
        self._labels = labels
        for side, text in labels.items():
            self.getAxis(side).setLabel(text)

    def restyle(self, theme: Theme, palette: QPalette) -> None:
        """Take a theme's colours."""
        self.setBackground(palette.color(QPalette.ColorRole.Base))
        for side in SIDES:
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(colour(theme.line)))
            axis.setTextPen(pg.mkPen(colour(theme.text)))
            if side in self._labels:
                axis.setLabel(self._labels[side], color=colour(theme.text).name())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the pointer left."""
        if event.type() == QEvent.Type.Leave:
            self._hovered(None)
        return bool(super().eventFilter(watched, event))

    def place_of(self, x: float, y: float) -> QPointF:
        """Pixel of the viewport at which a place in data coordinates is drawn."""
        scene = self.getViewBox().mapViewToScene(QPointF(x, y))
        return QPointF(self.mapFromScene(scene))

    def _inside(self, scene: QPointF) -> QPointF | None:
        box = self.getViewBox()
        return box.mapSceneToView(scene) if box.sceneBoundingRect().contains(scene) else None

    def _move(self, scene: QPointF) -> None:
        self._hovered(self._inside(scene))

    def _click(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        place = self._inside(event.scenePos())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._clicked(place, bool(event.double()))


def set_decades(axis: pg.AxisItem, *, fine: bool) -> None:
    """Ticks of an axis of decimal logarithms of counts: 1, 10, 100, and if ``fine`` 2 and 5 as well."""
    steps = (1, 2, 5) if fine else (1,)
    axis.setTicks([[(math.log10(step * 10**power), f"{step * 10**power:,}") for power in range(9) for step in steps]])


class NamedAxis(pg.AxisItem):
    """An axis of slots: slot ``i`` reaches from ``i`` to ``i + 1`` and bears a name in its middle.

    Names are drawn where they fit; where they do not, every second, fifth, tenth ... one.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self._names: Callable[[int], str] = str
        self._count = 0
        self.enableAutoSIPrefix(False)
        self.setStyle(hideOverlappingLabels=False)

    def set_names(self, count: int, names: Callable[[int], str]) -> None:
        """How many slots there are, and what each is called."""
        self._count, self._names = count, names
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, Sequence[float]]]:
        """Middles of the slots that get a name."""
        low, high = min(low, high), max(low, high)
        each = max(size / max(high - low, 1e-9), 1e-9)
        wanted = 44.0 if self.orientation in ("bottom", "top") else 15.0
        step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if s * each >= wanted), 1000)
        first, last = max(int(low), 0), min(int(high) + 1, self._count)
        return [(float(step), [i + 0.5 for i in range(-(-first // step) * step, last, step)])]

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
        """Names of the slots."""
        return [self._names(int(value)) for value in values]
