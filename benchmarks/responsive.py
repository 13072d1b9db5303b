"""Longest pause of the GUI thread while the window is used and works: gaps between the ticks of a 5 ms timer.

Run as ``python -m benchmarks.responsive CORPUS`` on a screen (Xvfb will do). Songs are changed, queries are
typed key by key, a build of a copy of the corpus runs in its child process; all the while the dance plays in the whole
window. Told are the largest gap of each stage, how many were over 50 ms, and the same of an empty window beside it,
which shows what the machine alone does.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.measure import Result, show


@dataclass
class Gaps:
    """Milliseconds between ticks, by what was being done."""

    ticks: dict[str, list[float]] = field(default_factory=dict)
    stage: str = "start"
    last: float = 0.0

    def tick(self) -> None:
        """Note the time since the last tick."""
        now = time.perf_counter()
        if self.last:
            self.ticks.setdefault(self.stage, []).append((now - self.last) * 1000)
        self.last = now

    def enter(self, stage: str) -> None:
        """From now on ticks count for this."""
        self.stage = stage
        self.last = 0.0


def _spend(seconds: float) -> None:
    app = QApplication.instance()
    assert app is not None
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        app.processEvents()
        time.sleep(0.0005)


def _alone(gaps: Gaps) -> None:
    """The gaps of an empty window."""
    window = QWidget()
    window.show()
    timer = QTimer(window)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(gaps.tick)
    timer.start(5)
    gaps.enter("an empty window")
    _spend(5.0)
    gaps.enter("start")
    window.close()


def run(corpus: Path, query: str = "time goes by and I love the stars") -> list[Result]:
    """The largest gap, and the 99th percentile, of every stage; rates are milliseconds."""
    from gui.app import SWITCH_SECONDS
    from gui.gl import use_desktop_gl

    use_desktop_gl()
    app = QApplication.instance() or QApplication([])
    from gui.settings.store import SettingsStore
    from gui.window.main import MainWindow
    from gui.work.collector import Collector

    home = tempfile.mkdtemp()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, home)
    sys.setswitchinterval(SWITCH_SECONDS)
    gaps = Gaps()
    _alone(gaps)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(corpus, Path(folder) / "corpus"))
        window = MainWindow(SettingsStore())
        window.resize(1280, 800)
        window.show()
        collector = Collector(window)
        window.session.corpus_changed.connect(lambda: QTimer.singleShot(2000, collector, collector.settle))
        timer = QTimer(QObject(window))
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(gaps.tick)
        timer.start(5)
        window.corpora.open(copy)
        while window.session.opened is None or window.tasks.is_running("song"):
            _spend(0.05)
        _spend(3.0)
        gaps.enter("playing")
        window.session.set_playing(True)
        _spend(5.0)
        gaps.enter("changing songs")
        for song in window.session.opened.songs[1:8]:
            window.session.show_song(song.song_id)
            _spend(0.7)
            window.session.set_playing(True)
        gaps.enter("first query (the model wakes)")
        window.activateWindow()
        window.actions_["search.focus"].trigger()
        _spend(0.3)
        box = QApplication.focusWidget()
        assert box is not None
        QTest.keyClick(box, "l")
        _spend(15.0)
        gaps.enter("typing")
        for _ in range(3):
            box.clear()
            for letter in query:
                QTest.keyClick(box, letter)
                _spend(0.08)
            _spend(1.0)
        gaps.enter("building")
        window.corpora.build(copy, None)
        (copy / "codebooks").rename(copy / "old-codebooks")
        window.session.set_playing(True)
        start = time.perf_counter()
        while window.tasks.is_running(f"corpus {copy}") and time.perf_counter() - start < 90:
            _spend(0.2)
        _spend(2.0)
        gaps.enter("end")
        begin = time.perf_counter()
        window.close()
        closing = time.perf_counter() - begin
    results = []
    for stage, found in gaps.ticks.items():
        if stage in ("start", "end"):
            continue
        values = np.array(found)
        results += [Result(f"{stage}: largest gap", float(values.max()), "ms"),
                    Result(f"{stage}: gaps over 50 ms of {len(values)}", float((values > 50).sum()), "")]
    app.processEvents()
    return [*results, Result("closing", closing * 1000, "ms")]


if __name__ == "__main__":
    show(run(Path(sys.argv[1])))
