"""Steps of a second, which the keys of the "Media player" set put on the arrows."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.actions.registry import Actions
from gui.state.session import Session


class SecondSteps(QObject):
    """Adds "play.back_second" and "play.forward_second"; playing goes on while stepping."""

    def __init__(self, session: Session, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = [
            actions.add("play.back_second", lambda: self.tr("One second back"), lambda: self._step(-1.0)),
            actions.add("play.forward_second", lambda: self.tr("One second on"), lambda: self._step(1.0)),
        ]
        session.song_changed.connect(self._follow)
        self._follow()

    def _step(self, seconds: float) -> None:
        self._session.seek(self._session.time + seconds)

    def _follow(self) -> None:
        for action in self._actions:
            action.setEnabled(self._session.song is not None)
