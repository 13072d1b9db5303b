"""The whole window, as the program makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication


@pytest.fixture
def make_window(qtbot, qapp, monkeypatch) -> Iterator[Callable[..., object]]:
    """Makes windows; each is closed at the end, and must leave no work behind."""
    from gui.actions.focus import install_focus_rule
    from gui.settings.appearance import Appearance
    from gui.settings.store import SettingsStore
    from gui.window.main import MainWindow

    made = []
    looks = []

    def make(corpus: Path | None = None, width: int = 1280, height: int = 800) -> MainWindow:
        store = SettingsStore()
        looks.append(Appearance(qapp, store))
        install_focus_rule(qapp)
        window = MainWindow(store)
        made.append(window)
        window.resize(width, height)
        with qtbot.waitExposed(window):
            window.show()
        if corpus is not None:
            window.corpora.open(corpus)
            qtbot.waitUntil(lambda: window.session.opened is not None and window.session.song is not None, timeout=30_000)
            qtbot.waitUntil(lambda: not window.tasks.is_running("song"), timeout=30_000)
        return window

    yield make
    for window in made:
        store = window.store
        window.close()
        assert not window.tasks.running
        store.language, store.theme, store.scale = "en", "light", 100
        window.deleteLater()
    for look in looks:
        look.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def window(make_window, built_corpus: Path) -> object:
    """The window on the small built demo."""
    return make_window(built_corpus)
