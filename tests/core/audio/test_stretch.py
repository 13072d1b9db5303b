"""Speed changed, pitch kept: measured on sines and clicks."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.stretch import Stretch, lead, stretched

RATE = 44_100


def sine(seconds=4.0, pitch=440.0, rate=RATE):
    return (0.5 * np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def pitch_of(samples, rate):
    middle = samples[len(samples) // 4 : len(samples) * 3 // 4]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 1 << 20))
    return np.argmax(spectrum) * rate / (1 << 20)


@pytest.mark.parametrize("speed", [0.25, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("out_rate", [RATE, 48_000])
def test_length_follows_the_speed_and_the_pitch_stays(speed, out_rate):
    result = stretched(sine(), RATE, speed, out_rate)
    assert len(result) / out_rate == pytest.approx(4.0 / speed, rel=0.01)
    assert pitch_of(result, out_rate) == pytest.approx(440.0, rel=0.01)
    assert np.abs(result).max() == pytest.approx(0.5, abs=0.08)


def test_nothing_to_do_passes_samples_on_unchanged():
    sound = sine(0.5)
    np.testing.assert_array_equal(stretched(sound, RATE, 1.0), sound)


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.75, 1.5, 2.0])
def test_events_stay_in_their_places_within_25_ms_of_song(speed):
    times = np.arange(1, 15) * 1.0
    sound = np.random.default_rng(0).normal(0, 1e-3, 16 * RATE).astype(np.float32)
    for time in times:
        sound[int(time * RATE) : int(time * RATE) + 200] += sine(200 / RATE, 1500)
    result = np.abs(stretched(sound, RATE, speed))
    for time in times:
        around = slice(int((time - 0.2) / speed * RATE), int((time + 0.2) / speed * RATE))
        place = (around.start + int(np.argmax(result[around]))) / RATE * speed
        assert place + lead(speed) == pytest.approx(time, abs=0.025)


def test_blocks_of_any_size_give_the_same_stream():
    sound = sine(2.0)
    whole = stretched(sound, RATE, 0.75)
    stream = Stretch(RATE, 0.75)
    parts, start = [], 0
    for size in (1, 17, 4096, 1000, 30_000, len(sound)):
        stream.feed(sound[start : start + size])
        start += size
        parts.append(stream.take(min(stream.available, 333)))
    stream.finish()
    parts.append(stream.take())
    streamed = np.concatenate(parts)
    assert len(streamed) == pytest.approx(len(whole), rel=0.01)
    assert pitch_of(streamed, RATE) == pytest.approx(440.0, rel=0.01)


def test_sound_comes_before_the_end_is_known():
    stream = Stretch(RATE, 0.5)
    stream.feed(sine(0.2))
    assert stream.available > 0.1 * RATE


@pytest.mark.parametrize(("rate", "speed", "out"), [(RATE, 0.0, RATE), (RATE, 9.0, RATE), (0, 1.0, RATE), (RATE, 1.0, 0)])
def test_impossible_settings_are_refused(rate, speed, out):
    with pytest.raises(ValueError, match="must"):
        Stretch(rate, speed, out)


def test_nothing_can_be_fed_after_the_end():
    stream = Stretch(RATE, 0.5)
    stream.feed(sine(0.2))
    stream.finish()
    stream.finish()
    with pytest.raises(ValueError, match="finished"):
        stream.feed(sine(0.1))
