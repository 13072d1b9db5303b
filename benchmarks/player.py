"""Pictures a second of the player at 1280 x 800 with one dancer, drawn to the screen while the song plays.

Every step is ``session.advance()`` and a real repaint of the shown pane; software GL where the screen has no other.
The baseline is a QOpenGLWidget of that size that only clears itself: what Qt's own GL widget costs before a dancer.

    python -m benchmarks.player [CORPUS] [--pictures 300] [--runs 7]

Without CORPUS a dance is made up. It needs a screen (Xvfb will do).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Result, show

SIZE = (1280, 800)


def made_up(frames: int = 900) -> Any:
    """A song in which the rest pose sways and waves."""
    from core.corpus.records import SongRecord
    from core.pipeline.song import Dance, SongData
    from core.skeleton import INDEX, JOINTS, REST_POSITIONS

    t = np.arange(frames) / 30.0
    positions = np.repeat(REST_POSITIONS[None], frames, axis=0)
    positions[..., 0] += 0.3 * np.sin(t)[:, None]
    arm = [i for i, name in enumerate(JOINTS) if name.startswith("Left") and REST_POSITIONS[i, 0] > 0.2]
    positions[:, arm, 1] += ((REST_POSITIONS[arm, 0] - REST_POSITIONS[INDEX["LeftArm"], 0])
                             * (0.9 + 0.9 * np.sin(3 * t))[:, None])
    facing = np.stack([0.3 * np.sin(t), np.zeros(frames), np.ones(frames)], axis=1)
    dance = Dance(positions.astype(np.float32), facing.astype(np.float32))
    none = np.full(frames, -1, np.int32)
    record = SongRecord(1, "made-up", "Made up", "", "", "train", None, 0.0, frames, "", "spaces")
    return SongData(record, dance, (), none, (), np.zeros(0), none, none, np.full(frames, np.nan), none)


def song_of(folder: Path) -> Any:
    """The first song of a corpus."""
    from core.corpus.store import Corpus
    from core.pipeline.song import load_song
    from core.pipeline.view import CorpusView

    corpus = Corpus.open(folder)
    return load_song(corpus, corpus.songs()[0].song_id, CorpusView(corpus, "inductive", "zero"))


def rates(draw: Callable[[int], None], drawn: Callable[[], int], pictures: int, runs: int) -> list[float]:
    """Pictures a second of every run, each picture really painted before the next is asked for."""
    from PySide6.QtWidgets import QApplication

    found = []
    for run in range(runs + 1):
        start, before = time.perf_counter(), drawn()
        for i in range(pictures):
            want = drawn() + 1
            draw(i)
            while drawn() < want:
                QApplication.processEvents()
        if run:
            found.append((drawn() - before) / (time.perf_counter() - start))
    return found


def run(folder: Path | None = None, pictures: int = 300, runs: int = 7) -> list[Result]:
    """The empty GL widget, the player by GL, and the player by QPainter."""
    from PySide6.QtCore import QCoreApplication, QSettings
    from PySide6.QtOpenGLWidgets import QOpenGLWidget
    from PySide6.QtWidgets import QApplication

    from gui.actions.registry import Actions
    from gui.gl import use_desktop_gl
    from gui.player.pane import PlayerPane
    from gui.state.session import Session
    from gui.work.tasks import Tasks

    if QCoreApplication.instance() is None:
        use_desktop_gl()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    scratch = tempfile.TemporaryDirectory()
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, scratch.name)
    application.setOrganizationName("KotofuriBenchmark")

    class Empty(QOpenGLWidget):
        drawn = 0

        def paintGL(self) -> None:  # noqa: N802 - Qt names it
            functions = self.context().functions()
            functions.glClearColor(0.5, 0.5, 0.5, 1.0)
            functions.glClear(0x4100)
            self.drawn += 1

    def shown(widget: Any) -> None:
        widget.resize(*SIZE)
        widget.show()
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            QApplication.processEvents()

    results = []
    empty = Empty()
    shown(empty)
    bare = rates(lambda _i: empty.update(), lambda: empty.drawn, pictures // 3, runs)
    empty.close()
    baseline = statistics.median(bare)
    results.append(Result("player: an empty QOpenGLWidget, median", baseline, "pictures/s"))
    song = song_of(folder) if folder else made_up()
    for name, without in (("GL", ""), ("QPainter", "1")):
        os.environ["KOTOFURI_NO_GL"] = without
        session = Session(Tasks())
        pane = PlayerPane(session, Actions())
        shown(pane)
        session.song = song
        session.song_changed.emit()
        session.set_playing(True)
        view, last = pane.view, len(song) / 30.0 - 1.0
        found = rates(lambda i: session.advance(i / 60.0 % last), lambda: view.drawn, pictures, runs)  # noqa: B023
        if view.fault and not without:
            name = f"QPainter, for GL is not to be had ({view.fault})"  # noqa: PLW2901
        for kind, rate in (("best", max(found)), ("median", statistics.median(found))):
            results.append(Result(f"player: one dancer by {name}, {kind}", rate, "pictures/s",
                                  "the empty QOpenGLWidget", rate / baseline))
        pane.close()
    os.environ.pop("KOTOFURI_NO_GL")
    scratch.cleanup()
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--runs", type=int, default=7)
    chosen = parser.parse_args()
    show(run(chosen.corpus, chosen.pictures, chosen.runs))
