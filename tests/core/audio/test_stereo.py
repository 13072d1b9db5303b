"""Stereo through FFmpeg comes out at the mean of its channels, not louder."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from core.audio.decode import load_audio


def test_channels_of_an_m4a_are_averaged(tmp_path: Path):
    rate, path = 44_100, tmp_path / "tone.m4a"
    tone = 0.8 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=rate, layout="stereo")
        for start in range(0, rate, 1024):
            part = tone[start : start + 1024].astype(np.float32)
            frame = av.AudioFrame.from_ndarray(np.stack([part, part]), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = rate, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    samples, read_rate = load_audio(path)
    assert read_rate == rate
    assert abs(np.sqrt(np.mean(samples[8000:-8000] ** 2)) - 0.8 / np.sqrt(2)) < 0.02
