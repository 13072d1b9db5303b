"""From the command to the first picture of a dancer on the screen, with a corpus that is already built.

Run as ``python -m benchmarks.start CORPUS`` on a screen (Xvfb will do). Baseline: the same interpreter importing the
packages that the window cannot do without, and showing an empty window.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Result, show

_EMPTY = """
import sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
import numpy, pyqtgraph, OpenGL
from PySide6.QtCore import QTimer
app = QApplication([]); window = QMainWindow(); window.resize(1280, 800); window.show()
QTimer.singleShot(0, lambda: (print("shown", flush=True), app.quit()))
app.exec()
"""
_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
import gui.app as program
import gui.window.main as main

def watch(window, corpus):
    original(window, corpus)
    timer = QTimer(window)
    def look():
        if window.session.song is None or not window.player.isVisible():
            return
        picture = window.player.picture()
        colours = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
        if len(colours) > 12:
            print("shown", flush=True)
            timer.stop()
            window.close()
    timer.timeout.connect(look)
    timer.start(10)

original = main.first_steps
main.first_steps = watch
program.run(Path(sys.argv[1]))
"""


def _seconds(code: str, *arguments: str) -> float:
    with tempfile.TemporaryDirectory() as home:
        start = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True,
            env=os.environ | {"KOTOFURI_DATA": home, "XDG_CONFIG_HOME": home},
        )
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith("shown"):
                taken = time.perf_counter() - start
                child.wait(30)
                return taken
        msg = f"the program ended with code {child.wait()} before it showed anything"
        raise RuntimeError(msg)


def run(corpus: Path, times: int = 5) -> list[Result]:
    """Median of some starts; the first of each, which warms the disk's cache, is left out."""
    window = [_seconds(_WINDOW, str(corpus)) for _ in range(times + 1)][1:]
    empty = [_seconds(_EMPTY) for _ in range(times + 1)][1:]
    shown, bare = statistics.median(window), statistics.median(empty)
    return [Result("start to first picture, empty window", bare, "s"),
            Result("start to first picture, Kotofuri", shown, "s", "the empty window's speed", bare / shown)]


if __name__ == "__main__":
    show(run(Path(sys.argv[1])))
