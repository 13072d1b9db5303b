"""Does the picture stay with the sound? Plays a click track through PulseAudio's null sink and records what comes out.

    python -m benchmarks.drift [--minutes 10]

The track clicks every quarter second, in eight pitches. While it plays, with seeks, changes of speed, loops and pauses
and a window that is kept busy now and then, the null sink's monitor is recorded by ``parec``: each recorded click has
a monotonic second at which it was heard, and the session's time at that second should be the click's. Printed are the
largest and the median distance, how long a seek takes to be heard, and how much memory grew. Needs Linux with the
packages pulseaudio and pulseaudio-utils.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

RATE = 48_000
EVERY, PITCHES = 0.25, tuple(900 * 1.22**i for i in range(8))
SONG = 120.0
SETTLE = 0.25
"""Seconds after a jump that are left out: the old place may still sound for the length of the buffer."""


@contextmanager
def null_sink() -> Iterator[None]:
    """A PulseAudio server of our own with a null sink."""
    if shutil.which("pulseaudio") is None or shutil.which("parec") is None:
        raise SystemExit("install the packages pulseaudio and pulseaudio-utils")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_RUNTIME_DIR"] = os.environ["HOME"] = folder
        server = subprocess.Popen(
            ["pulseaudio", "--daemonize=no", "--exit-idle-time=-1", "-n", "-L", "module-native-protocol-unix", "-L",
             "module-null-sink sink_name=test"], stderr=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 10
            while not (Path(folder) / "pulse" / "native").exists() and time.monotonic() < until:
                time.sleep(0.05)
            yield
        finally:
            server.terminate()
            server.wait()


def click_track(path: Path) -> None:
    """Write the track: a click of 6 ms every quarter second, over faint noise."""
    import soundfile

    samples = np.random.default_rng(0).normal(0, 1e-4, int(SONG * RATE)).astype(np.float32)
    length = int(0.006 * RATE)
    for k in range(int(SONG / EVERY)):
        start = round(k * EVERY * RATE) - length // 2
        if start >= 0:
            samples[start : start + length] += (
                0.8 * np.hanning(length) * np.sin(2 * np.pi * PITCHES[k % 8] * np.arange(length) / RATE)
            ).astype(np.float32)
    soundfile.write(path, samples, RATE)


class Recorder:
    """What the null sink plays, and when."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            ["parec", "-d", "test.monitor", "--format=s16le", f"--rate={RATE}", "--channels=1", "--raw",
             "--latency-msec=10"], stdout=subprocess.PIPE, bufsize=0)
        self.blocks: list[bytes] = []
        self.stamps: list[tuple[float, int]] = []
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        total = 0
        while block := os.read(self.process.stdout.fileno(), 65536):
            total += len(block)
            self.stamps.append((time.monotonic(), total // 2))
            self.blocks.append(block)

    def clicks(self) -> list[tuple[float, int]]:
        """Of every click heard: its monotonic second and its pitch."""
        self.process.terminate()
        self.thread.join()
        data = b"".join(self.blocks)
        heard = np.frombuffer(data[: len(data) // 2 * 2], np.int16).astype(np.float32) / 32768
        stamps = np.array(self.stamps)
        lag = stamps[:, 0] - stamps[:, 1] / RATE
        # Blocks come late, never early: the least lag around a second is the true one.
        from scipy.ndimage import minimum_filter1d

        lag = minimum_filter1d(lag, 401)
        power = np.convolve(heard**2, np.ones(240) / 240, "same")
        found: list[tuple[float, int]] = []
        loud = np.flatnonzero(power > 1e-4)
        for group in np.split(loud, np.flatnonzero(np.diff(loud) > 0.04 * RATE) + 1):
            if not len(group) or len(group) > 0.08 * RATE:
                continue
            centre = float(np.average(group, weights=power[group]))
            piece = heard[max(int(centre) - 1024, 0) : int(centre) + 1024]
            spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), 8192))
            pitch = np.argmax(spectrum) * RATE / 8192
            nearest = int(np.argmin(np.abs(np.log(np.array(PITCHES) / max(pitch, 1.0)))))
            block = min(int(np.searchsorted(stamps[:, 1], centre)), len(lag) - 1)
            found.append((centre / RATE + float(lag[block]), nearest))
        return found


@dataclass
class Log:
    """What the session said."""

    times: list[tuple[float, float, float]] = field(default_factory=list)
    jumps: list[float] = field(default_factory=list)
    speeds: list[tuple[float, float]] = field(default_factory=list)
    playing: list[tuple[float, bool]] = field(default_factory=list)


def distances(clicks: list[tuple[float, int]], log: Log) -> list[tuple[float, float, float]]:
    """Of every click: when, song seconds by which the picture is ahead of the sound, and the speed."""
    times = np.array(log.times)
    found = []
    for when, pitch in clicks:
        if any(0 <= when - jump < SETTLE or 0 < jump - when < 0.02 for jump in log.jumps):
            continue
        after = int(np.searchsorted(times[:, 0], when))
        if not 0 < after < len(times):
            continue
        (t0, s0, speed), (t1, s1, _) = times[after - 1], times[after]
        if t1 - t0 > 0.25:
            continue
        step = s1 - s0
        shown = s0 + (when - t0) * speed if not 0 <= step < 1.0 else s0 + step * (when - t0) / (t1 - t0)
        cycle = EVERY * len(PITCHES)
        ahead = (shown - pitch * EVERY + cycle / 2) % cycle - cycle / 2
        found.append((when, ahead, float(speed)))
    return found


def resident() -> float:
    """Megabytes of memory in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def run(minutes: float, seed: int = 0) -> list[str]:
    """Play for some minutes, and what came of it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QCoreApplication, QSettings

    import gui.thumbs  # noqa: F401 - steadies None on Python 3.11; see gui/thumbs/steady.py
    from gui.sound.transport import Transport
    from gui.state.session import Session
    from gui.work.tasks import Tasks

    application = QCoreApplication(sys.argv[:1])
    folder = Path(tempfile.mkdtemp())
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    click_track(folder / "clicks.wav")
    recorder = Recorder()
    tasks = Tasks()
    session = Session(tasks)
    transport = Transport(session)
    log = Log()
    session.time_changed.connect(lambda value: log.times.append((time.monotonic(), value, session.speed)))
    session.seeked.connect(lambda _value: log.jumps.append(time.monotonic()))
    session.speed_changed.connect(lambda _value: log.jumps.append(time.monotonic()))
    session.playing_changed.connect(lambda _on: log.jumps.append(time.monotonic()))
    session.message.connect(print)
    session.song = song_of(folder / "clicks.wav")
    session.song_changed.emit()

    def wait(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            application.processEvents()
            time.sleep(0.002)

    random.seed(seed)
    session.set_playing(True)
    wait(5.0)
    before, begun = resident() - own(recorder, log), time.monotonic()
    audible: list[bool] = []
    sizes: list[str] = []
    while time.monotonic() - begun < minutes * 60:
        what = random.choice(("play", "seek", "seek", "speed", "speed", "loop", "pause", "busy"))
        if what == "seek":
            session.seek(random.uniform(0, SONG - 40))
        elif what == "speed":
            session.set_speed(random.choice((0.25, 0.5, 0.75, 1.0, 1.0, 1.5, 2.0)))
        elif what == "loop":
            session.set_speed(1.0)
            # Half way between two clicks, so that the loop cuts none.
            start = random.randrange(0, int(SONG - 10)) * 30 + 4
            session.set_range((start, start + 15))
            session.seek(start / 30)
            session.set_loop(True)
            wait(random.uniform(4, 8))
            session.set_loop(False)
            session.set_range(None)
        elif what == "pause":
            session.set_playing(False)
            wait(random.uniform(0.2, 2.0))
        elif what == "busy":
            for _ in range(10):
                time.sleep(0.12)
                wait(0.05)
        if not session.playing:
            session.set_playing(True)
        wait(random.uniform(3, 8))
        audible.append(transport.audible)
        gone = time.monotonic() - begun
        if gone > 30 * (len(sizes) + 1):
            sizes.append(f"{resident() - own(recorder, log):.0f}")
    after = resident() - own(recorder, log)
    session.set_playing(False)
    wait(0.3)
    transport.close()
    tasks.shutdown()
    found = distances(recorder.clicks(), log)
    shutil.rmtree(folder)
    lines = [f"played {minutes:g} minutes; {len(found)} clicks compared; {len(log.jumps)} jumps"]
    lines.append(f"sound from the device in {sum(audible)} of {len(audible)} looks")
    ahead = np.array([entry[1] for entry in found])
    speeds = np.array([entry[2] for entry in found])
    lines.append(f"picture against sound, song time: median {np.median(ahead) * 1e3:+.1f} ms, "
                 f"largest {np.abs(ahead).max() * 1e3:.1f} ms, "
                 f"99 % within {np.percentile(np.abs(ahead), 99) * 1e3:.1f} ms")
    for speed in sorted(set(speeds.tolist())):
        here = ahead[speeds == speed]
        lines.append(f"  at {speed * 100:3.0f} %: {len(here):5d} clicks, median {np.median(here) * 1e3:+6.1f} ms, "
                     f"largest {np.abs(here).max() * 1e3:5.1f} ms")
    real = np.abs(ahead) / speeds
    lines.append(f"in real time: largest {real.max() * 1e3:.1f} ms, "
                 f"99 % within {np.percentile(real, 99) * 1e3:.1f} ms, "
                 f"{(real > 0.04).sum()} clicks of {len(real)} beyond 40 ms")
    lines.append(f"memory without this recording: {before:.0f} MB after five seconds, {after:.0f} MB at the end; "
                 f"every half minute: {' '.join(sizes)}")
    worst = sorted(found, key=lambda entry: -abs(entry[1]))[:5]
    lines += [f"  far: {when - begun:7.2f} s, {away * 1e3:+.1f} ms at {speed * 100:.0f} %, "
              f"{min((when - jump for jump in log.jumps if jump <= when), default=0):.2f} s after a jump"
              for when, away, speed in worst]
    return lines


def own(recorder: Recorder, log: Log) -> float:
    """Megabytes that the recording and the log take themselves."""
    blocks, times = list(recorder.blocks), len(log.times)
    # A bytes object and its place in the lists, its stamp (two numbers and a tuple); three numbers and a tuple a time.
    return (sum(len(block) + 33 + 8 for block in blocks) + len(blocks) * 128 + times * 144) / 2**20


def song_of(path: Path) -> Any:
    """A song of nothing but its sound."""
    from core.corpus.records import SongRecord
    from core.pipeline.song import Dance, SongData

    frames = int(SONG * 30)
    nothing = np.full(frames, -1, np.int32)
    record = SongRecord(1, "clicks", "Clicks", "", "", "test", 60.0, 0.0, frames, str(path), "spaces")
    dance = Dance(np.zeros((frames, 53, 3), np.float32), np.zeros((frames, 3), np.float32))
    return SongData(record, dance, (), nothing, (), np.arange(0, SONG, 1.0), nothing, nothing,
                    np.full(frames, np.nan), np.zeros(frames, np.int32))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with null_sink():
        print("\n".join(run(options.minutes, options.seed)))
