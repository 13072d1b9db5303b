"""The transport bar: play, step, loop, speed, place and volume."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from gui.actions.registry import Actions
from gui.draw.colours import colour, theme_of
from gui.sound.transport import Transport
from gui.state.session import Session
from gui.transport.commands import PlayActions
from gui.transport.goto import GoTo
from gui.transport.icons import icon
from gui.transport.moves import Moves
from gui.transport.readout import Readout
from gui.transport.speed import SpeedControl, VolumeControl
from gui.widgets.translated import Translated

_ICONS: Final = {
    "play.start": "start", "play.back": "back", "play.forward": "forward", "play.end": "end", "play.loop": "loop",
    "play.selection": "selection", "play.previous_positive": "previous_positive",
    "play.next_positive": "next_positive",
}
_SIZE: Final = 22


class _Rule(QWidget):
    """A thin line between groups."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(11)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        ink.setAlphaF(0.22)
        painter.fillRect(5, 5, 1, self.height() - 10, ink)
        painter.end()


class TransportBar(Translated):
    """Play and its keys.

    Parameters
    ----------
    session : Session
    actions : Actions
        Gets the actions of the menu "play".
    parent : QWidget, optional
    transport : Transport, optional
        The engine, for volume, count-in and playing a selection once; without it these are missing.
    """

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None,
                 transport: Transport | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._transport = transport
        self.moves = Moves(session, self)
        self.commands = PlayActions(session, actions, self.moves, transport, self)
        self._icons: dict[str, QIcon] = {}
        self.buttons: dict[str, QToolButton] = {}
        self._rules: list[QWidget] = []
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 2, 6, 2)
        layout.setSpacing(2)
        for name in ("play.start", "play.back", "play.toggle", "play.forward", "play.end"):
            layout.addWidget(self._button(name))
        layout.addWidget(self._rule())
        for name in ("play.selection", "play.loop", "play.previous_positive", "play.next_positive"):
            layout.addWidget(self._button(name))
        layout.addWidget(self._rule())
        self.speed = SpeedControl(session, self)
        layout.addWidget(self.speed)
        layout.addWidget(self._rule())
        self.readout = Readout(session, self)
        layout.addWidget(self.readout)
        self.goto = GoTo(self.moves, self)
        self.goto.setMinimumWidth(84)
        self.goto.setMaximumWidth(240)
        layout.addWidget(self.goto, 1)
        self.volume: VolumeControl | None = None
        if transport is not None:
            layout.addWidget(self._rule())
            self.volume = VolumeControl(transport, actions, self)
            self.volume.button.setIconSize(QSize(_SIZE, _SIZE))
            layout.addWidget(self.volume)
            transport.muted_changed.connect(self._mark)
            transport.volume_changed.connect(self._mark)
        layout.addStretch(0)
        buttons = self.buttons
        self._dispensable: list[list[QWidget]] = [
            [self.volume.slider] if self.volume is not None else [], [self.speed.slider],
            [buttons["play.selection"]], [buttons["play.start"], buttons["play.end"]],
            [buttons["play.previous_positive"]], self._rules, [buttons["play.back"], buttons["play.forward"]],
        ]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        session.playing_changed.connect(self._mark)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Playback"))
        self.commands.retranslate()

    def restyle(self) -> None:
        """Draw the icons in the palette's colours."""
        palette = self.palette()
        accent = colour(theme_of(palette).accent)
        self._icons = {name: icon(name, palette, accent) for name in
                       {*_ICONS.values(), "play", "pause", "sound", "mute"}}
        for action, drawn in _ICONS.items():
            self._actions[action].setIcon(self._icons[drawn])
        self._mark()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Fit again when a part wants another size: a longer song, another language."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        """In a narrow window the sliders go first, then some buttons; what they do stays in the menu and on keys."""
        layout = self.layout()
        margins, gap = layout.contentsMargins(), layout.spacing()
        rooms: dict[QWidget, int] = {
            part: part.sizeHint().width() + gap for part in (*self.buttons.values(), self.readout)
        }
        rooms |= {rule: rule.width() + gap for rule in self._rules}
        rooms[self.goto] = self.goto.minimumWidth() + gap
        for control in (self.speed, self.volume):
            if control is not None:
                rooms[control.button] = control.button.sizeHint().width() + gap
                rooms[control.slider] = control.slider.width() + gap
        needed = sum(rooms.values()) + margins.left() + margins.right()
        changed = False
        for group in self._dispensable:
            hidden = needed > self.width()
            for part in group:
                if hidden:
                    needed -= rooms[part]
                if part.isHidden() != hidden:
                    part.setVisible(not hidden)
                    changed = True
        if changed:
            for control in (self.speed, self.volume):
                if control is not None:
                    control.layout().activate()
            layout.activate()

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for any window; what does not fit is hidden or shrinks."""
        return QSize(560, super().minimumSizeHint().height())

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(self._actions[name])
        button.setAutoRaise(True)
        button.setIconSize(QSize(_SIZE, _SIZE))
        self.buttons[name] = button
        return button

    def _rule(self) -> _Rule:
        self._rules.append(_Rule(self))
        return self._rules[-1]

    def _mark(self, *_: object) -> None:
        """Icons that show a state."""
        self._actions["play.toggle"].setIcon(self._icons["pause" if self._session.playing else "play"])
        silent = self._transport is not None and (self._transport.muted or self._transport.volume == 0)
        self._actions["play.mute"].setIcon(self._icons["mute" if silent else "sound"])
