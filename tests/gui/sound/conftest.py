"""A PulseAudio server with a null sink for the tests that play; without one they are skipped, or fail in CI.

It is started before any test runs, since Qt looks for the server once, when it is first asked for a device.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

_SERVER: subprocess.Popen[bytes] | None = None
_FOLDER: str | None = None
_WHY = ""


def _start() -> str:
    """Start the server; returns why there is none, or ''."""
    global _SERVER, _FOLDER  # noqa: PLW0603 - one server for the whole run
    if shutil.which("pulseaudio") is None or shutil.which("parec") is None:
        return "no sound server: install pulseaudio and pulseaudio-utils"
    _FOLDER = tempfile.mkdtemp()
    socket = Path(_FOLDER) / "native"
    _SERVER = subprocess.Popen(
        ["pulseaudio", "--daemonize=no", "--exit-idle-time=-1", "-n",
         "-L", f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
         "-L", "module-null-sink sink_name=test"],
        env=dict(os.environ, HOME=_FOLDER, XDG_RUNTIME_DIR=_FOLDER),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 10
    while not socket.exists():
        if time.monotonic() > until or _SERVER.poll() is not None:
            return "pulseaudio did not start"
        time.sleep(0.02)
    os.environ["PULSE_SERVER"] = f"unix:{socket}"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    global _WHY  # noqa: PLW0603
    if any("sink" in getattr(item, "fixturenames", ()) for item in items) and _SERVER is None and not _WHY:
        _WHY = _start()


def pytest_unconfigure() -> None:
    if _SERVER is not None:
        _SERVER.terminate()
        _SERVER.wait(10)
    if _FOLDER is not None:
        shutil.rmtree(_FOLDER, ignore_errors=True)


class Sink:
    """What the null sink plays, recorded from its monitor; recording also keeps the sink's latency low.

    One recording serves all tests; each hears what came since it began.
    """

    rate = 44_100
    began = 0

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile()  # noqa: SIM115 - closed in stop()
        self._process = subprocess.Popen(
            ["parec", "-d", "test.monitor", "--format=s16le", f"--rate={self.rate}", "--channels=1", "--raw",
             "--latency-msec=10"], stdout=self._file, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while not self._all().size and time.monotonic() < until:
            time.sleep(0.02)

    def _all(self) -> np.ndarray:
        data = Path(self._file.name).read_bytes()
        return np.frombuffer(data[: len(data) // 2 * 2], np.int16)

    def begin(self) -> None:
        self.began = self._all().size

    def heard(self) -> np.ndarray:
        """All that has been recorded in this test, float [n]."""
        return self._all()[self.began:] / 32768.0

    def last(self, seconds: float) -> np.ndarray:
        return self.heard()[-int(seconds * self.rate):]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._file.close()


@pytest.fixture(scope="session")
def recording():
    if _WHY:
        if os.environ.get("KOTOFURI_NO_SKIPS"):
            pytest.fail(_WHY)
        pytest.skip(_WHY)
    made = Sink()
    yield made
    made.stop()


@pytest.fixture
def sink(recording):
    recording.begin()
    return recording
