"""The table of actions. Panes add what they can do; menus, keys, palette and sheet read it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from gui.actions.presets import EDITOR, PRESETS

_PORTABLE: Final = QKeySequence.SequenceFormat.PortableText
_NATIVE: Final = QKeySequence.SequenceFormat.NativeText
_USED: Final = 8
_PRESET_SETTING: Final = "keys_preset"


class Actions(QObject):
    """Named actions with texts that follow the language and keys that a person can change.

    Names are ``menu.verb`` ("play.toggle", "view.front"); the part before the dot is the menu. The keys of an action
    are, in this order: what the person chose (QSettings "keys/<name>"), what the chosen preset says, the default that
    was given to :meth:`add`.
    """

    added = Signal(str)
    """An action was added: its name."""
    keys_changed = Signal()
    """Keys of one action or of many changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._texts: dict[str, Callable[[], str]] = {}
        self._tips: dict[str, Callable[[], str]] = {}
        self._defaults: dict[str, tuple[str, ...]] = {}
        self.used: list[str] = []
        """Names of the actions that the palette ran last, newest first."""
        stored = str(QSettings().value(_PRESET_SETTING, EDITOR))
        self._preset = stored if stored in PRESETS else EDITOR

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
            Gives the text in the present language: ``lambda: self.tr("Front view")``.
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
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setShortcutVisibleInContextMenu(True)
        # Qt guesses a Mac's application menu from English texts; menus.py names the roles instead.
        action.setMenuRole(QAction.MenuRole.NoRole)
        if checkable:
            action.toggled.connect(slot)
        else:
            action.triggered.connect(lambda _checked=False: slot())  # type: ignore[call-arg]
        self._actions[name], self._texts[name] = action, text
        self._defaults[name] = tuple(portable(key) for key in keys)
        if tip is not None:
            self._tips[name] = tip
        self._set_shortcuts(name)
        action.enabledChanged.connect(lambda _on: self._retranslate(name))
        self.added.emit(name)
        return action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __contains__(self, name: str) -> bool:
        return name in self._actions

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)

    # -- texts ------------------------------------------------------------------------------------

    def text(self, name: str) -> str:
        """The action's text without the mark of its mnemonic and without dots."""
        return plain(self._texts[name]()).rstrip(".…")

    def tip(self, name: str) -> str:
        """The longer explanation, or an empty string."""
        return self._tips[name]() if name in self._tips else ""

    def reason(self, name: str) -> str:
        """Why the action cannot be used now (its tip), or an empty string where it can be."""
        return "" if self._actions[name].isEnabled() else self.tip(name)

    def remember(self, name: str) -> None:
        """Note that the palette ran an action."""
        self.used = [name, *(other for other in self.used if other != name)][:_USED]

    def retranslate(self, *names: str) -> None:
        """Set all texts anew after a change of language, or those of the named actions after what they tell changed."""
        for name in names or self._actions:
            self._retranslate(name)

    def _retranslate(self, name: str) -> None:
        action = self._actions[name]
        action.setText(self._texts[name]())
        keys = action.shortcut().toString(_NATIVE)
        tip = self._tips[name]() if name in self._tips else plain(action.text())
        action.setToolTip(f"{tip} ({keys})" if keys else tip)

    # -- keys -------------------------------------------------------------------------------------

    @property
    def preset(self) -> str:
        """The chosen preset: one of :data:`gui.actions.presets.PRESETS`."""
        return self._preset

    def set_preset(self, preset: str) -> None:
        """Choose a preset; keys that the person changed by hand stay changed.

        Raises
        ------
        ValueError
            There is no such preset.
        """
        if preset not in PRESETS:
            raise ValueError(f"there is no key preset '{preset}'")
        if preset != self._preset:
            self._preset = preset
            QSettings().setValue(_PRESET_SETTING, preset)
            self._set_all_shortcuts()

    def default_keys(self, name: str) -> tuple[str, ...]:
        """The keys of an action under the chosen preset, before a person's changes; portable text."""
        given = PRESETS[self._preset].get(name)
        return self._defaults[name] if given is None else tuple(portable(key) for key in given)

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys of an action now, as portable text ("Ctrl+P"); the first is shown in menus."""
        return tuple(key.toString(_PORTABLE) for key in self._actions[name].shortcuts())

    def keys_text(self, name: str, separator: str = ", ") -> str:
        """The keys as this system writes them, for people."""
        return separator.join(key.toString(_NATIVE) for key in self._actions[name].shortcuts())

    def is_changed(self, name: str) -> bool:
        """Whether a person chose other keys than the preset's."""
        return self.keys(name) != self.default_keys(name)

    def set_keys(self, name: str, keys: Sequence[str]) -> None:
        """Choose the keys of an action (portable text; empty for none) and keep them over the end of the program."""
        wanted = tuple(key for key in (portable(key) for key in keys) if key)
        if wanted == self.default_keys(name):
            QSettings().remove(f"keys/{name}")
        else:
            QSettings().setValue(f"keys/{name}", json.dumps(wanted))
        self._set_shortcuts(name)
        self.keys_changed.emit()

    def reset_keys(self, name: str | None = None) -> None:
        """Give an action (or all of them) the preset's keys back."""
        QSettings().remove(f"keys/{name}" if name else "keys")
        self._set_all_shortcuts()

    def users_of(self, key: str) -> list[str]:
        """Names of the actions that a key triggers, or with which it collides as the start of a longer chord."""
        return [name for name in self._actions if any(collide(key, other) for other in self.keys(name))]

    def conflicts(self) -> list[tuple[str, tuple[str, ...]]]:
        """Keys that more than one action claims: (key, names of the actions); empty when all is well."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self._actions:
            for key in self.keys(name):
                users = self.users_of(key)
                if len(users) > 1:
                    found[key] = tuple(users)
        return sorted(found.items())

    def _set_all_shortcuts(self) -> None:
        for name in self._actions:
            self._set_shortcuts(name)
        self.keys_changed.emit()

    def _set_shortcuts(self, name: str) -> None:
        chosen = _stored(QSettings().value(f"keys/{name}"))
        keys = self.default_keys(name) if chosen is None else chosen
        self._actions[name].setShortcuts([QKeySequence(key, _PORTABLE) for key in keys])
        self._retranslate(name)


def portable(key: str) -> str:
    """A key in the one spelling that settings and comparisons use; empty where it is no key."""
    return QKeySequence(key, _PORTABLE).toString(_PORTABLE)


def collide(one: str, other: str) -> bool:
    """Whether two keys are the same, or one is the beginning of the other's chord."""
    a, b = _parts(one), _parts(other)
    length = min(len(a), len(b))
    return length > 0 and a[:length] == b[:length]


def plain(text: str) -> str:
    """A menu text without the marks of its mnemonic: "&Open", or "開く(&O)" as Japanese menus write it."""
    return re.sub(r"\s*\(&\w\)", "", text).replace("&&", "\0").replace("&", "").replace("\0", "&")


def by_menu(actions: Actions) -> Mapping[str, list[str]]:
    """Names of the actions by the menu they belong to, in the order they were added."""
    found: dict[str, list[str]] = {}
    for name in actions:
        found.setdefault(name.partition(".")[0], []).append(name)
    return found


def _parts(key: str) -> list[str]:
    sequence = QKeySequence(key, _PORTABLE)
    return [QKeySequence(sequence[i]).toString(_PORTABLE) for i in range(sequence.count())]


def _stored(value: object) -> tuple[str, ...] | None:
    """Keys out of the settings, or None where a person chose none (or the settings are damaged)."""
    if not isinstance(value, str):
        return None
    try:
        keys = json.loads(value)
    except ValueError:
        return None
    return tuple(portable(str(key)) for key in keys) if isinstance(keys, list) else None
