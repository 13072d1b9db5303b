"""Panning and zooming the timeline of a five-minute song with 1,000 words at 1280 x 260 pixels, in frames a second.

Every step moves the view and repaints the widget at once (backing store included). The baseline paints the same rows
with QPainter, all words, frames and codes of the song at every step, whether they are in view or not.

    python -m benchmarks.timeline

Runs on the screen of DISPLAY, else on Qt's own off-screen platform.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import pairwise

import numpy as np

from benchmarks.measure import Result, show
from core.audio.peaks import Peaks, compute_peaks
from core.corpus.records import BarRecord, SongRecord
from core.lyrics.words import TimedWord
from core.pipeline.song import Dance, SongData
from core.skeleton import FPS, REST_POSITIONS

SECONDS, WORDS, BAR = 300, 1000, 2.0
WIDTH, HEIGHT = 1280, 260


def song() -> SongData:
    """Words of 0.28 s with little gaps, Latin and Japanese; codes that last a word and a tenth of a second."""
    rng = np.random.default_rng(0)
    frames = SECONDS * FPS
    texts = ["love", "never", "言葉", "tomorrow", "空", "ひかり", "the", "shining"]
    slot = SECONDS / WORDS
    words = tuple(TimedWord(texts[i % len(texts)], i * slot, i * slot + 0.28, i // 6) for i in range(WORDS))
    spoken = np.full(frames, -1, np.int32)
    for i, word in enumerate(words):
        spoken[round(word.start * FPS) : round(word.end * FPS)] = i
    edges = np.arange(0, SECONDS + BAR, BAR) * FPS
    bars = tuple(BarRecord(int(a), int(b), sung=True) for a, b in pairwise(edges))
    lyric = np.where(spoken >= 0, spoken % 400, 7).astype(np.int32)
    dance = np.repeat(rng.integers(0, 50, frames // 3 + 1), 3)[:frames].astype(np.int32)
    npmi = np.repeat(rng.normal(-0.2, 0.3, frames // 3 + 1), 3)[:frames].clip(-1, 1)
    record = SongRecord(1, "made", "Made", "", "", "train", 120.0, 0.0, frames, "", "spaces")
    still = Dance(np.broadcast_to(REST_POSITIONS.astype(np.float32), (frames, *REST_POSITIONS.shape)),
                  np.zeros((frames, 3), np.float32))
    return SongData(record, still, words, spoken, bars, np.arange(0, SECONDS, BAR / 4), lyric, dance, npmi,
                    rng.integers(0, 9, frames).astype(np.int32))


def sound() -> Peaks:
    """Peaks of five minutes of noise at 44,100 samples a second."""
    rng = np.random.default_rng(1)
    swell = np.abs(np.sin(np.arange(SECONDS * 44_100) / 9000)).astype(np.float32)
    return compute_peaks(rng.normal(0, 0.2, SECONDS * 44_100).astype(np.float32).clip(-1, 1) * swell, 44_100)


def run() -> list[Result]:
    """Panning at three zooms, zooming, playing, and painting everything."""
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QPainter, QPaintEvent
    from PySide6.QtWidgets import QApplication, QWidget

    from gui.draw.colours import LIGHT, npmi_colour
    from gui.state.session import Session
    from gui.timeline.canvas import TimelineCanvas
    from gui.work.tasks import Tasks

    app = QApplication.instance() or QApplication([])
    tasks = Tasks()
    session = Session(tasks)
    canvas = TimelineCanvas(session)
    canvas.resize(WIDTH, HEIGHT)
    canvas.show()
    data, peaks = song(), sound()
    session.song = data
    session.song_changed.emit()
    canvas._peaks = peaks  # noqa: SLF001 - there is no file to read them from
    canvas.rebuild()
    app.processEvents()

    def rate(step: object, seconds: float = 3.0) -> tuple[float, float]:
        """Steps a second, and the longest step in milliseconds."""
        count, slowest, begin = 0, 0.0, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            start = time.perf_counter()
            step(count)  # type: ignore[operator]
            canvas.repaint()
            app.processEvents()
            slowest = max(slowest, time.perf_counter() - start)
            count += 1
        return count / (time.perf_counter() - begin), slowest * 1000

    class Everything(QWidget):
        def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
            painter = QPainter(self)
            per_second, left = canvas.scale.per_second, canvas.scale.left
            painter.fillRect(self.rect(), canvas.palette().window())
            columns = peaks.columns(0, SECONDS, round(SECONDS * per_second))
            for x, (low, high) in enumerate(zip(columns.low.tolist(), columns.high.tolist(), strict=True)):
                painter.drawLine(x - left, round(60 - high * 40), x - left, round(60 - low * 40))
            width = per_second / FPS
            for frame in range(len(data)):
                x = frame * width - left
                shade = npmi_colour(float(data.npmi[frame]), dark=LIGHT.dark)
                painter.fillRect(int(x), 110, int(width) + 1, 26, shade)
                painter.fillRect(int(x), 150, int(width) + 1, round(abs(float(data.npmi[frame])) * 50), shade)
            for word in data.words:
                painter.drawText(int(word.start * per_second - left) + 3, 128, word.text)
            for beat in data.beats.tolist():
                painter.drawLine(int(beat * per_second - left), 0, int(beat * per_second - left), HEIGHT)
            painter.end()

    unit = "frames/s"
    found = []
    quick = 0.0
    for span in (4.0, 10.0, 60.0):
        canvas.scale.show(20.0, 20.0 + span)
        got, slowest = rate(lambda i: canvas.pan_pixels(9 if i // 300 % 2 == 0 else -9))
        quick = got if span == 10.0 else quick
        found.append((f"Timeline: pan, {span:.0f} s in view (longest step {slowest:.0f} ms)", got))
    canvas.scale.show(20.0, 30.0)
    got, slowest = rate(lambda i: canvas.zoom(1.05 if i // 40 % 2 == 0 else 1 / 1.05, 700.0))
    found.append((f"Timeline: zoom by the wheel (longest step {slowest:.0f} ms)", got))
    got, slowest = rate(lambda i: session.set_threshold(i % 50 / 100))
    found.append((f"Timeline: drag the threshold (longest step {slowest:.0f} ms)", got))
    canvas.scale.show(20.0, 30.0)
    naive = Everything()
    naive.resize(WIDTH, HEIGHT)
    naive.show()
    app.processEvents()
    begin, count = time.perf_counter(), 0
    while count < 3 or time.perf_counter() - begin < 3:
        naive.repaint()
        app.processEvents()
        count += 1
    slow = count / (time.perf_counter() - begin)
    tasks.shutdown(5.0)
    return [Result("Timeline: everything painted at every step", slow, unit),
            *(Result(name, value, unit, "everything", value / slow) for name, value in found)]


if __name__ == "__main__":
    show(run())
