"""The menu bar, built from the table of actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from gui.actions.registry import Actions, by_menu

SEPARATOR: Final = "-"
Order = Sequence[str | tuple[str, Sequence[str]]]

_ROLES: Final = {
    "quit": QAction.MenuRole.QuitRole, "settings": QAction.MenuRole.PreferencesRole,
    "about": QAction.MenuRole.AboutRole,
}


def build_menus(
    menubar: QMenuBar,
    actions: Actions,
    order: Order,
    *,
    submenus: Mapping[str, QMenu] | None = None,
    titles: Mapping[str, Callable[[], str]] | None = None,
) -> Menus:
    """Fill a menu bar, and keep it filled as actions are added and the language changes.

    Parameters
    ----------
    menubar : QMenuBar
    actions : Actions
        The part of a name before the dot is its menu.
    order : sequence
        Menus from left to right: a prefix ("view"), or (prefix, entries), where an entry is an action's name, "-" for a
        separator, or a key of ``submenus``. Actions that are not listed follow after a separator; menus that are not
        listed come before the last one (which is help, as a rule). A name that does not exist is passed over, so that
        an order may list what a pane adds later.
    submenus : mapping, optional
        Ready menus to be put among the entries ("file.recent").
    titles : mapping, optional
        Titles of menus that :class:`Menus` does not know, as callables that give them in the present language.
    """
    return Menus(menubar, actions, order, submenus or {}, titles or {})


class Menus(QObject):
    """Keeps a menu bar in step with the table of actions."""

    def __init__(self, menubar: QMenuBar, actions: Actions, order: Order, submenus: Mapping[str, QMenu],
                 titles: Mapping[str, Callable[[], str]]) -> None:
        super().__init__(menubar)
        self._bar = menubar
        self._actions = actions
        self._order = [(entry, ()) if isinstance(entry, str) else (entry[0], tuple(entry[1])) for entry in order]
        self._submenus = dict(submenus)
        self._titles = dict(titles)
        self._menus: dict[str, QMenu] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.rebuild)
        actions.added.connect(self._rebuild_later)
        menubar.installEventFilter(self)
        self.rebuild()

    def _rebuild_later(self, _added: str) -> None:
        self._later.start(0)

    def menu(self, prefix: str) -> QMenu:
        """The menu of a prefix; made where there is none yet."""
        if prefix not in self._menus:
            self._menus[prefix] = QMenu(self._bar)
            self._menus[prefix].setObjectName(f"menu {prefix}")
            self._menus[prefix].setToolTipsVisible(True)
        return self._menus[prefix]

    def rebuild(self) -> None:
        """Fill all menus anew."""
        names = by_menu(self._actions)
        listed = [prefix for prefix, _ in self._order]
        others = [prefix for prefix in names if prefix not in listed]
        prefixes = [*listed[:-1], *others, *listed[-1:]]
        self._bar.clear()
        for prefix in prefixes:
            entries = dict(self._order).get(prefix, ())
            menu = self.menu(prefix)
            self._fill(menu, entries, names.get(prefix, []))
            if not menu.isEmpty():
                self._bar.addMenu(menu)
        self.retranslate()

    def _fill(self, menu: QMenu, entries: Sequence[str], names: Sequence[str]) -> None:
        menu.clear()
        rest = [name for name in names if name not in entries]
        pending = False
        for entry in [*entries, *((SEPARATOR, *rest) if entries else rest)]:
            if entry == SEPARATOR:
                pending = not menu.isEmpty()
                continue
            if entry not in self._submenus and entry not in self._actions:
                continue
            if pending:
                menu.addSeparator()
                pending = False
            if entry in self._submenus:
                menu.addMenu(self._submenus[entry])
            else:
                action = self._actions[entry]
                action.setMenuRole(_ROLES.get(entry.partition(".")[2], QAction.MenuRole.NoRole))
                menu.addAction(action)

    def retranslate(self) -> None:
        """Set titles and the actions' texts in the present language."""
        known = self._known_titles()
        for prefix, menu in self._menus.items():
            title = self._titles[prefix]() if prefix in self._titles else known.get(prefix, prefix.capitalize())
            menu.setTitle(title)

    def title(self, prefix: str) -> str:
        """Title of a menu in the present language."""
        return self.menu(prefix).title()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the language."""
        if watched is self._bar and event.type() == QEvent.Type.LanguageChange:
            self._actions.retranslate()
            self.retranslate()
        return False

    def _known_titles(self) -> dict[str, str]:
        return menu_titles()


def menu_titles() -> dict[str, str]:
    """Titles of the menus that this program has, by prefix, in the present language, with mnemonics."""
    return _Titles().titles()


class _Titles(QObject):
    def titles(self) -> dict[str, str]:
        return {
            "file": self.tr("&File"), "corpus": self.tr("&Corpus"), "edit": self.tr("&Edit"), "view": self.tr("&View"),
            "play": self.tr("&Play"), "song": self.tr("S&ong"), "timeline": self.tr("&Timeline"),
            "time": self.tr("&Time"), "search": self.tr("&Search"), "browser": self.tr("&Browse"),
            "browse": self.tr("&Browse"), "figures": self.tr("F&igures"), "player": self.tr("&Dancer"),
            "export": self.tr("E&xport"), "tools": self.tr("&Tools"), "rate": self.tr("&Rate"),
            "window": self.tr("&Window"), "go": self.tr("&Go"), "help": self.tr("&Help"), "app": self.tr("&Kotofuri"),
            "draft": self.tr("&Draft"), "mark": self.tr("&Mark"), "learn": self.tr("&Learn"),
            "tags": self.tr("Ta&gs"), "words": self.tr("Wor&ds"),
        }
