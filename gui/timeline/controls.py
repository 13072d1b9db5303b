"""The strip of controls over the timeline: threshold, number of songs, snapping, rows, zoom, and the legend."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from gui.actions.registry import Actions
from gui.state.session import Session
from gui.timeline.legend import Legend
from gui.timeline.rows import HIDEABLE
from gui.timeline.track import SNAPS
from gui.widgets.translated import Translated

_STEPS = 100


class Controls(Translated):
    """Controls of the timeline. They set the session and trigger actions; the pane listens to the rest.

    Attributes
    ----------
    slider : QSlider
        Threshold, in hundredths.
    limit : QDoubleSpinBox
        Threshold, as a number.
    fewest : QSpinBox
        Values that rest on fewer songs are dimmed.
    snap : QComboBox
    rows : QToolButton
    legend : Legend
    """

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.limit_label, self.fewest_label, self.snap_label = QLabel(), QLabel(), QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setPageStep(5)
        self.slider.setFixedWidth(96)
        self.limit = QDoubleSpinBox()
        self.limit.setRange(0.0, 1.0)
        self.limit.setDecimals(3)
        self.limit.setSingleStep(0.01)
        self.limit.setKeyboardTracking(False)
        self.fewest = QSpinBox()
        self.fewest.setRange(0, 9999)
        self.fewest.setKeyboardTracking(False)
        self.snap = QComboBox()
        self.snap.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for mode in SNAPS:
            self.snap.addItem(mode, mode)
        self.rows = QToolButton()
        self.rows.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.rows.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        menu = QMenu(self.rows)
        menu.addActions([actions[f"timeline.row_{row}"] for row in HIDEABLE])
        menu.addSeparator()
        menu.addAction(actions["timeline.dim_low"])
        self.rows.setMenu(menu)
        self.edit = self._button(actions["timeline.edit"])
        self.legend = Legend()
        self._zooms = [self._button(actions[f"timeline.{verb}"]) for verb in ("zoom_out", "zoom_in", "fit")]
        self._groups = [
            self._group(self.limit_label, self.slider, self.limit),
            self._group(self.fewest_label, self.fewest),
            self._group(self.snap_label, self.snap),
            self._group(self.rows),
            self._group(self.edit),
            self._group(self.legend),
            self._group(*self._zooms, spacing=2),
        ]
        line = QHBoxLayout(self)
        line.setContentsMargins(6, 1, 6, 1)
        line.setSpacing(14)
        for group in self._groups[:5]:
            line.addWidget(group)
        line.addStretch(1)
        for group in self._groups[5:]:
            line.addWidget(group)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.limit_label.setBuddy(self.limit)
        self.fewest_label.setBuddy(self.fewest)
        self.snap_label.setBuddy(self.snap)
        self.slider.valueChanged.connect(lambda value: session.set_threshold(value / _STEPS))
        self.limit.valueChanged.connect(session.set_threshold)
        session.threshold_changed.connect(self._show_threshold)
        self._show_threshold(session.threshold)
        self.retranslate()

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setAutoRaise(True)
        return button

    def _group(self, *widgets: QWidget, spacing: int = 5) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(spacing)
        for widget in widgets:
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        return holder

    def retranslate(self) -> None:
        self.limit_label.setText(self.tr("Threshold"))
        self.slider.setAccessibleName(self.tr("Threshold of NPMI"))
        self.limit.setAccessibleName(self.tr("Threshold of NPMI"))
        tip = self.tr("Frames with an NPMI above this count as positive; the others are dimmed")
        self.slider.setToolTip(tip)
        self.limit.setToolTip(tip)
        self.fewest_label.setText(self.tr("Fewest songs"))
        self.fewest.setSpecialValueText(self.tr("any"))
        self.fewest.setAccessibleName(self.tr("Fewest songs behind a value"))
        self.fewest.setToolTip(self.tr("Values whose pair of codes meets in fewer songs are dimmed"))
        self.snap_label.setText(self.tr("Snap"))
        names = {"off": self.tr("Off"), "frame": self.tr("Frame"), "word": self.tr("Word"), "beat": self.tr("Beat"),
                 "bar": self.tr("Bar")}
        for i, mode in enumerate(SNAPS):
            self.snap.setItemText(i, names[mode])
        self.snap.setAccessibleName(self.tr("Snap to"))
        self.snap.setToolTip(self.tr("What selections and edits snap to; hold Alt to drag freely"))
        self.rows.setText(self.tr("Rows"))
        self.rows.setToolTip(self.tr("Choose the rows that are shown"))
        self.name_buttons()

    def name_buttons(self) -> None:
        """The zoom buttons show signs in place of their actions' texts."""
        for button, text in zip(self._zooms, ("−", "+", "↔"), strict=True):
            action = button.defaultAction()
            button.setAccessibleName(action.text())
            button.setText(text)

    def _show_threshold(self, threshold: float) -> None:
        with QSignalBlocker(self.slider), QSignalBlocker(self.limit):
            self.slider.setValue(round(threshold * _STEPS))
            self.limit.setValue(threshold)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where the strip is too narrow, what matters least is left out; all of it is in the menu as well."""
        room = self.width() - 12
        for i in (0, 5, 3, 1, 2, 6, 4):
            group = self._groups[i]
            needed = group.sizeHint().width() + 14
            group.setVisible(needed <= room)
            room -= needed if needed <= room else 0
