"""Starting the window."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path
from types import TracebackType

from gui.gl import use_desktop_gl

SWITCH_SECONDS = 0.0002
"""How long a worker thread may keep the interpreter while the window wants it; Python's own 5 ms add up to stutter."""


def no_screen() -> str:
    """Why no window can be shown, or ''. Qt would end the program without a word that helps."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    return ("There is no screen for the window (neither DISPLAY nor WAYLAND_DISPLAY is set); log in to a desktop, use "
            "xvfb-run, or work without a window: python main.py --help")


def run(corpus: Path | None = None) -> int:
    """Show the window and stay until it is closed; returns the exit code."""
    missing = no_screen()
    if missing:
        print(missing, file=sys.stderr)  # noqa: T201 - there is no window to say it in
        return 1
    use_desktop_gl()
    from PySide6.QtCore import QCoreApplication, QTimer
    from PySide6.QtWidgets import QApplication

    from gui.actions.focus import install_focus_rule
    from gui.player.glscene import load_gl
    from gui.settings.appearance import Appearance
    from gui.settings.store import SettingsStore
    from gui.window.main import MainWindow, first_steps
    from gui.work.collector import Collector

    QCoreApplication.setOrganizationName("Kotofuri")
    QCoreApplication.setApplicationName("Kotofuri")
    app = QApplication(sys.argv[:1])
    sys.setswitchinterval(SWITCH_SECONDS)
    store = SettingsStore()
    Appearance(app, store)
    install_focus_rule(app)
    window = MainWindow(store)
    _report_faults(window)
    _end_on_signals(window)
    window.show()
    # Loading GL takes a third of a second, for which the first picture need not wait.
    window.tasks.start(lambda _report: load_gl(), key="gl", urgent=True)
    collector = Collector(app)
    window.session.corpus_changed.connect(lambda: QTimer.singleShot(2000, collector, collector.settle))
    QTimer.singleShot(0, lambda: first_steps(window, corpus))
    code = app.exec()
    collector.stop()
    return code


def _report_faults(window: object) -> None:
    """Errors in slots, which Qt would print and forget, are shown in the window."""
    from gui.window.main import MainWindow
    from gui.work.tasks import Failure

    assert isinstance(window, MainWindow)

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if issubclass(kind, Exception):
            details = "".join(traceback.format_exception(kind, error, trace))
            window.problem(Failure("", f"{kind.__name__}: {error}", details, expected=False))

    sys.excepthook = hook


def _end_on_signals(window: object) -> None:
    """Ctrl+C in the terminal, and a polite kill, close the window as a click would."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QWidget

    assert isinstance(window, QWidget)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())
    # Python sees a signal only when it runs; Qt's loop runs it at least this often.
    timer = QTimer(window)
    timer.timeout.connect(lambda: None)
    timer.start(250)
