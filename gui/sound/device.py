"""The sound device: a QAudioSink that samples are pushed into. Lives in the pump's thread, from open to close."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLoggingCategory

BUFFER: Final = 0.08
"""Seconds of sound given ahead: how late a seek is heard, and how long the interpreter may be busy elsewhere."""
# What Qt tells the terminal about libraries that it looked for means nothing to a user.
_HUSHED: Final = "qt.multimedia.ffmpeg.info=false\nqt.multimedia.symbolsresolver.warning=false"


class NoDevice(Exception):  # noqa: N818 - a state of the machine rather than a fault
    """There is nothing to play sound with; ``str()`` is "module", "device" or "start"."""


class Device:
    """Opens the default output. Raises :class:`NoDevice` where that cannot be."""

    def __init__(self) -> None:
        QLoggingCategory.setFilterRules(_HUSHED)
        try:
            # Late, and never at the module's top: it fails to load where libpulse is missing.
            from PySide6.QtMultimedia import QAudio, QAudioFormat, QAudioSink, QMediaDevices
        except ImportError as error:
            raise NoDevice("module") from error
        output = QMediaDevices.defaultAudioOutput()
        if output.isNull():
            raise NoDevice("device")
        form = _format(output, QAudioFormat)
        self.id = bytes(output.id().data())
        self._devices: Any = QMediaDevices
        self._stopped = QAudio.State.StoppedState
        self.rate = form.sampleRate()
        self._channels = form.channelCount()
        self._kind = form.sampleFormat()
        self._kinds = QAudioFormat.SampleFormat
        self._frame = form.bytesPerFrame()
        self._sink: Any = QAudioSink(output, form)
        self._sink.setBufferSize(round(BUFFER * self.rate) * self._frame)
        self._pipe = self._sink.start()
        self.written = 0
        if self._pipe is None or self._sink.state() == self._stopped:
            raise NoDevice("start")

    @property
    def free(self) -> int:
        """Frames that can be written now."""
        return max(int(self._sink.bytesFree()) // self._frame, 0)

    @property
    def played(self) -> int:
        """Frames that the device has taken to play; it steps by the device's periods."""
        return int(self._sink.processedUSecs() * self.rate / 1_000_000)

    @property
    def lost(self) -> bool:
        """Whether the device has stopped by itself (unplugged, server gone)."""
        return bool(self._sink.state() == self._stopped)

    def replaced(self) -> bool:
        """Whether the system's default output is another one now."""
        now = self._devices.defaultAudioOutput()
        return bool(not now.isNull() and bytes(now.id().data()) != self.id)

    def write(self, samples: NDArray[np.float32]) -> None:
        """Give mono samples to all channels, float32 [n], n <= :attr:`free`."""
        kinds = self._kinds
        mono = np.clip(samples, -1.0, 1.0)
        if self._kind == kinds.Int16:
            mono = np.rint(mono * 32767).astype(np.int16)
        elif self._kind == kinds.Int32:
            mono = np.rint(mono.astype(np.float64) * 2147483647).astype(np.int32)
        elif self._kind == kinds.UInt8:
            mono = np.rint(mono * 127 + 128).astype(np.uint8)
        data = np.repeat(mono, self._channels).tobytes()
        done = int(self._pipe.write(data))
        self.written += max(done, 0) // self._frame

    def close(self) -> None:
        """Be silent at once and let go of the device."""
        self._sink.stop()
        self._pipe = None
        self._sink = None


def _format(output: Any, form: Any) -> Any:
    """The device's own rate, two channels and 16 bits where it takes them."""
    own = output.preferredFormat()
    kinds = form.SampleFormat
    for channels in (2, own.channelCount()):
        for kind in (kinds.Int16, kinds.Float, kinds.Int32):
            tried = form()
            tried.setSampleRate(own.sampleRate())
            tried.setChannelCount(channels)
            tried.setSampleFormat(kind)
            if output.isFormatSupported(tried):
                return tried
    return own
