"""Typed access to what QSettings keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

LANGUAGES: Final = ("system", "en", "ja")
THEMES: Final = ("system", "light", "dark")
SCALES: Final = (80, 90, 100, 110, 125, 150, 175, 200)
RECENT: Final = 10

DEFAULTS: Final[dict[str, Any]] = {
    "language": "system", "theme": "system", "scale": 100, "still_thumbnails": False,
    "speed": 1.0, "loop": False, "keep_playback": False,
    "method": "xmied", "protocol": "inductive", "threshold": 0.0,
    "last_folder": "", "recent": "[]", "open_last": True,
}
"""Key -> default of every setting that is not the window's layout or a key."""

PAGES: Final[dict[str, tuple[str, ...]]] = {
    "appearance": ("language", "theme", "scale", "still_thumbnails"),
    "playback": ("speed", "loop", "keep_playback"),
    "search": ("method", "protocol", "threshold"),
    "storage": ("open_last",),
}
"""Page of the dialog -> the settings that "Restore defaults" on it resets."""


class SettingsStore(QObject):
    """The settings. Every change is written at once and told by :attr:`changed`.

    A damaged or foreign value in the file counts as the default.
    """

    changed = Signal(str)
    """A setting changed: its key in :data:`DEFAULTS`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = QSettings()

    # -- appearance -------------------------------------------------------------------------------

    @property
    def language(self) -> str:
        """One of :data:`LANGUAGES`."""
        return self._choice("language", LANGUAGES)

    @language.setter
    def language(self, value: str) -> None:
        self._set("language", value)

    @property
    def theme(self) -> str:
        """One of :data:`THEMES`."""
        return self._choice("theme", THEMES)

    @theme.setter
    def theme(self, value: str) -> None:
        self._set("theme", value)

    @property
    def scale(self) -> int:
        """Size of the texts, percent, 80 to 200."""
        return round(self._number("scale", 80, 200))

    @scale.setter
    def scale(self, value: int) -> None:
        self._set("scale", min(max(int(value), 80), 200))

    @property
    def still_thumbnails(self) -> bool:
        """Whether previews stand still instead of dancing."""
        return self._flag("still_thumbnails")

    @still_thumbnails.setter
    def still_thumbnails(self, value: bool) -> None:
        self._set("still_thumbnails", bool(value))

    # -- playback and search ----------------------------------------------------------------------

    @property
    def speed(self) -> float:
        """Playback speed at start, 0.25 to 2."""
        return self._number("speed", 0.25, 2.0)

    @speed.setter
    def speed(self, value: float) -> None:
        self._set("speed", min(max(round(float(value), 3), 0.25), 2.0))

    @property
    def loop(self) -> bool:
        """Whether looping is on at start."""
        return self._flag("loop")

    @loop.setter
    def loop(self, value: bool) -> None:
        self._set("loop", bool(value))

    @property
    def keep_playback(self) -> bool:
        """Whether speed and loop are kept from one start to the next."""
        return self._flag("keep_playback")

    @keep_playback.setter
    def keep_playback(self, value: bool) -> None:
        self._set("keep_playback", bool(value))

    @property
    def method(self) -> str:
        """How the search scores at start."""
        return str(self._value("method"))

    @method.setter
    def method(self, value: str) -> None:
        self._set("method", value)

    @property
    def protocol(self) -> str:
        """On which songs NPMI is counted at start."""
        return str(self._value("protocol"))

    @protocol.setter
    def protocol(self, value: str) -> None:
        self._set("protocol", value)

    @property
    def threshold(self) -> float:
        """Above which NPMI frames count as positive, 0 to 1."""
        return self._number("threshold", 0.0, 1.0)

    @threshold.setter
    def threshold(self, value: float) -> None:
        self._set("threshold", min(max(float(value), 0.0), 1.0))

    # -- folders ----------------------------------------------------------------------------------

    @property
    def last_folder(self) -> Path:
        """Folder in which the next file dialog begins; the home folder where the last one is gone."""
        kept = str(self._value("last_folder"))
        return Path(kept) if kept and Path(kept).is_dir() else Path.home()

    @last_folder.setter
    def last_folder(self, value: Path) -> None:
        self._set("last_folder", str(value))

    @property
    def open_last(self) -> bool:
        """Whether the corpus shown last is opened at start."""
        return self._flag("open_last")

    @open_last.setter
    def open_last(self, value: bool) -> None:
        self._set("open_last", bool(value))

    @property
    def recent(self) -> tuple[Path, ...]:
        """Corpora opened last, newest first, at most ten; those that are missing now among them."""
        try:
            kept = json.loads(str(self._value("recent")))
        except ValueError:
            return ()
        return tuple(Path(p) for p in kept if isinstance(p, str))[:RECENT] if isinstance(kept, list) else ()

    def add_recent(self, folder: Path) -> None:
        """Put a corpus on top of the list."""
        folder = Path(folder).absolute()
        self._set_recent([folder, *(other for other in self.recent if other != folder)])

    def replace_recent(self, old: Path, new: Path) -> None:
        """Take the new place of a corpus that was moved into the list, where the old one stood."""
        new = Path(new).absolute()
        self._set_recent(list(dict.fromkeys(new if other == old else other for other in self.recent)))

    def forget_recent(self, folder: Path) -> None:
        """Take a corpus off the list; nothing is deleted from disk."""
        self._set_recent([other for other in self.recent if other != folder])

    def clear_recent(self) -> None:
        """Empty the list; nothing is deleted from disk."""
        self._set_recent([])

    def _set_recent(self, folders: list[Path]) -> None:
        self._set("recent", json.dumps([str(folder) for folder in folders[:RECENT]], ensure_ascii=False))

    # -- window -----------------------------------------------------------------------------------

    def save_window(self, geometry: QByteArray, state: QByteArray) -> None:
        """Keep the place of the window and of its docks."""
        self._settings.setValue("window/geometry", geometry)
        self._settings.setValue("window/state", state)

    @property
    def window_geometry(self) -> QByteArray | None:
        """As saved, or None."""
        return self._bytes("window/geometry")

    @property
    def window_state(self) -> QByteArray | None:
        """As saved, or None."""
        return self._bytes("window/state")

    def forget_window(self) -> None:
        """Forget the place of the window and docks (nothing else)."""
        self._settings.remove("window")

    # -- all --------------------------------------------------------------------------------------

    def restore(self, page: str) -> None:
        """Give the settings of a page of :data:`PAGES` their defaults back."""
        for key in PAGES.get(page, ()):
            self._set(key, DEFAULTS[key])

    @property
    def file(self) -> Path:
        """The file (or registry path) that the settings are kept in."""
        return Path(self._settings.fileName())

    def _value(self, key: str) -> Any:
        value = self._settings.value(key, DEFAULTS[key])
        return DEFAULTS[key] if value is None else value

    def _set(self, key: str, value: Any) -> None:
        if str(self._value(key)) != str(value):
            self._settings.setValue(key, value)
            self.changed.emit(key)

    def _choice(self, key: str, among: tuple[str, ...]) -> str:
        value = str(self._value(key))
        return value if value in among else str(DEFAULTS[key])

    def _flag(self, key: str) -> bool:
        # Text files give "true", registries give True.
        return str(self._value(key)).lower() in ("true", "1")

    def _number(self, key: str, low: float, high: float) -> float:
        try:
            value = float(self._value(key))
        except (TypeError, ValueError):
            return float(DEFAULTS[key])
        return value if low <= value <= high else float(DEFAULTS[key])

    def _bytes(self, key: str) -> QByteArray | None:
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None


def is_corpus(folder: Path) -> bool:
    """Whether a corpus lies in this folder (nothing is opened)."""
    from core.corpus.store import CATALOGUE

    try:
        return (folder / CATALOGUE).is_file()
    except OSError:
        return False


def bind_session(store: SettingsStore, session: Any) -> Callable[[], None]:
    """Let a session begin with the stored playback and search settings, and keep both in step from then on.

    Method, protocol and threshold are stored as they are changed anywhere; speed and loop only where the person wants
    them kept. Returns the function that brings the store's values to the session again.
    """
    keep = ("speed", "loop")
    setters = {"method": session.set_method, "protocol": session.set_protocol, "threshold": session.set_threshold,
               "speed": session.set_speed, "loop": session.set_loop}

    def apply() -> None:
        for key, setter in setters.items():
            setter(getattr(store, key))

    def to_session(key: str) -> None:
        if key in setters:
            setters[key](getattr(store, key))

    def to_store(key: str) -> Callable[[object], None]:
        def write(value: object) -> None:
            if key not in keep or store.keep_playback:
                setattr(store, key, value)

        return write

    apply()
    store.changed.connect(to_session)
    for key, signal in (("method", session.method_changed), ("protocol", session.protocol_changed),
                        ("threshold", session.threshold_changed), ("speed", session.speed_changed),
                        ("loop", session.loop_changed)):
        signal.connect(to_store(key))
    return apply
