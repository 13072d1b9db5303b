"""The table of actions. Panes add what they can do; menus, keys, palette and sheet read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence


class Actions(QObject):
    """Named actions with texts that follow the language.

    Names are ``menu.verb`` ("play.toggle", "view.front"); the part before the dot is the menu.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._texts: dict[str, Callable[[], str]] = {}
        self._tips: dict[str, Callable[[], str]] = {}

    def add(
        self,
        name: str,
        text: Callable[[], str],
        slot: Callable[[], object] | Callable[[bool], object],
        *,
        keys: Sequence[str] = (),
        checkable: bool = False,
        tip: Callable[[], str] | None = None,
    ) -> QAction:
        """Add an action.

        Parameters
        ----------
        name : str
            "menu.verb".
        text : callable
            Gives the text in the present language: ``lambda: self.tr("Front View")``.
        slot : callable
            Called when it is triggered; with the state (bool) where the action is checkable.
        keys : sequence of str
            Default keys as Qt writes them, the first one shown in menus.
        checkable : bool
        tip : callable, optional
            A longer explanation; a disabled action says in it why it is disabled.
        """
        if name in self._actions:
            msg = f"the action '{name}' exists already"
            raise ValueError(msg)
        action = QAction(self)
        action.setObjectName(name)
        action.setCheckable(checkable)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if checkable:
            action.toggled.connect(slot)
        else:
            action.triggered.connect(lambda _checked=False: slot())  # type: ignore[call-arg]
        self._actions[name], self._texts[name] = action, text
        if tip is not None:
            self._tips[name] = tip
        self._retranslate(name)
        return action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __contains__(self, name: str) -> bool:
        return name in self._actions

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def retranslate(self) -> None:
        """Set all texts anew after a change of language."""
        for name in self._actions:
            self._retranslate(name)

    def _retranslate(self, name: str) -> None:
        action = self._actions[name]
        action.setText(self._texts[name]())
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = self._tips[name]() if name in self._tips else action.text().replace("&", "")
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
