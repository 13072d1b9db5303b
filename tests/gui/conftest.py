"""Fixtures for the window's tests. They need a screen with GL: Xvfb is started where there is none.

Without Xvfb the tests are skipped, unless KOTOFURI_NO_SKIPS is set (as in CI), which makes that an error.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_OURS = "KOTOFURI_TEST_SCREEN"
_XVFB: subprocess.Popen[bytes] | None = None


def _start_screen() -> str:
    """Start Xvfb where no screen is to be had; returns why there is none, or ''."""
    global _XVFB  # noqa: PLW0603 - one screen for the whole run
    if not sys.platform.startswith("linux"):
        return ""
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    # Windows of two test processes on one screen would take the focus from each other.
    shared = bool(os.environ.get("PYTEST_XDIST_WORKER")) and os.environ.get("DISPLAY") == os.environ.get(_OURS)
    if os.environ.get("DISPLAY") and not shared:
        return ""
    if shutil.which("Xvfb") is None:
        return "no screen: install xvfb (see the README's line of system packages)"
    read, write = os.pipe()
    _XVFB = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "2600x1500x24", "-nolisten", "tcp", "+extension", "GLX"],
        pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    if not number:
        return "Xvfb did not start"
    os.environ["DISPLAY"] = os.environ[_OURS] = f":{number}"
    return ""


_NO_SCREEN = _start_screen()


def pytest_unconfigure() -> None:
    """Stop the screen that was started."""
    if _XVFB is not None:
        _XVFB.terminate()
        _XVFB.wait(10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a screen the window's tests cannot run."""
    if not _NO_SCREEN:
        return
    if os.environ.get("KOTOFURI_NO_SKIPS"):
        raise pytest.UsageError(_NO_SCREEN)
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=_NO_SCREEN))


@pytest.fixture(autouse=True)
def _work_takes_its_turn(monkeypatch):
    """Tests run side by side: work that stood back would wait for the main threads of the others."""
    monkeypatch.setattr("gui.work.threads.NICE", 0)


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """The application class under test."""
    from PySide6.QtWidgets import QApplication

    from gui.gl import use_desktop_gl

    use_desktop_gl()
    return QApplication


@pytest.fixture(scope="session", autouse=True)
def _leave_the_rest_alone() -> Iterator[None]:
    """What other tests left behind is not looked through again after every test here."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _collect_in_this_thread() -> Iterator[None]:
    """As in the program: widgets in reference cycles must not be deleted by a worker thread's collector."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test starts with settings of its own."""
    from PySide6.QtCore import QCoreApplication, QSettings

    QCoreApplication.setOrganizationName("Kotofuri")
    QCoreApplication.setApplicationName("KotofuriTest")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    monkeypatch.setenv("KOTOFURI_DATA", str(tmp_path / "data"))


@pytest.fixture
def tasks(qtbot) -> Iterator[object]:
    """The worker class; every thread must have stopped when the test ends."""
    from gui.work.tasks import Tasks

    made = Tasks()
    yield made
    assert made.shutdown(10.0), "a worker thread did not stop"


@pytest.fixture
def session(tasks, built_corpus: Path, qtbot) -> object:
    """A session on the small built demo (read only), its first song shown."""
    from gui.state.session import Session

    made = Session(tasks)
    made.open(built_corpus)
    qtbot.waitUntil(lambda: made.opened is not None and not tasks.running, timeout=20_000)
    return made


@pytest.fixture
def own_corpus(built_corpus: Path, tmp_path: Path) -> Path:
    """A copy of the built demo that a test may write to."""
    return Path(shutil.copytree(built_corpus, tmp_path / "corpus"))


@pytest.fixture
def own_session(tasks, own_corpus: Path, qtbot) -> object:
    """A session on a corpus that a test may write to."""
    from gui.state.session import Session

    made = Session(tasks)
    made.open(own_corpus)
    qtbot.waitUntil(lambda: made.opened is not None and not made.tasks.running, timeout=20_000)
    return made


@pytest.fixture
def shown(qtbot) -> Callable[..., object]:
    """Show a widget at a size and wait for it to be on the screen."""
    def show(widget, width: int = 900, height: int = 600) -> object:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    return show


@pytest.fixture
def actions(qtbot) -> object:
    """An empty table of actions."""
    from gui.actions.registry import Actions

    return Actions()
