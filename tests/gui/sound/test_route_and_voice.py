"""Routes through a song, the samples along them, and the smooth clock."""

from __future__ import annotations

import numpy as np
import pytest

from gui.sound.clock import AudioClock
from gui.sound.route import Plan, Route
from gui.sound.voice import Reader, Sound, Voice, clicks

RATE = 3000


def ramp(seconds=10.0, shift=0.0):
    """A sound whose every sample says which one it is."""
    return Sound(np.arange(int(seconds * RATE), dtype=np.float32), RATE, shift)


def test_a_plain_route_ends_with_the_song():
    route = Plan(10.0).route(4.0)
    assert [route.at(gone) for gone in (0.0, 1.5, 6.0, 9.0)] == [4.0, 5.5, 10.0, 10.0]
    assert not route.ended(5.99)
    assert route.ended(6.0)


def test_a_loop_comes_round_for_ever():
    route = Plan(10.0, loop=(2.0, 2.5)).route(2.25)
    assert route.at(0.0) == 2.25
    assert route.at(0.25) == 2.0
    assert route.at(0.25 + 1000 * 0.5 + 0.1) == pytest.approx(2.1)
    assert not route.ended(1e9)


def test_before_the_loop_it_plays_into_it_and_behind_it_to_the_end_first():
    plan = Plan(10.0, loop=(2.0, 3.0))
    assert plan.route(0.0) == Route(0.0, 3.0, (2.0, 3.0))
    behind = plan.route(8.0)
    assert behind.at(1.9) == pytest.approx(9.9)
    assert behind.at(2.25) == pytest.approx(2.25)


def test_once_goes_before_the_loop():
    assert Plan(10.0, loop=(0.0, 10.0), once=(1.0, 2.0)).route(1.0) == Route(1.0, 2.0)


def test_samples_follow_the_route_and_the_shift():
    reader = Reader(ramp(shift=1.0), Plan(10.0).route(3.0))
    np.testing.assert_array_equal(reader.read(5), np.arange(6000, 6005))
    np.testing.assert_array_equal(reader.read(5), np.arange(6005, 6010))


def test_before_and_after_the_sound_there_is_silence():
    reader = Reader(ramp(1.0, shift=2.0), Plan(10.0).route(1.999))
    read = reader.read(3100)
    assert not read[:3].any()
    np.testing.assert_array_equal(read[4:50], np.arange(1, 47))
    assert not read[-90:].any()


@pytest.mark.parametrize("blocks", [(3000,), (7, 293, 1000, 1700)])
def test_a_short_loop_is_without_gaps_and_never_drifts(blocks):
    # A third of a second is no whole number of samples at this place: rounding must not add up.
    route = Plan(10.0, loop=(2.0, 2.0 + 1000 / 7 / RATE)).route(2.0)
    reader = Reader(ramp(), route)
    read = np.concatenate([reader.read(block) for _ in range(30) for block in blocks])
    fade = int(0.003 * RATE)
    for place in range(0, len(read), 97):
        due = route.at(place / RATE) * RATE
        into = due - 6000
        if fade < into < 1000 / 7 - 2:
            assert abs(read[place] - due) <= 1.0
    assert read.min() > 5900


def test_passing_from_one_place_to_another_does_not_click():
    sound = Sound(np.sin(2 * np.pi * 50 * np.arange(44_100) / 44_100).astype(np.float32), 44_100)
    read = Reader(sound, Plan(1.0, loop=(0.1, 0.307)).route(0.1)).read(44_100)
    assert np.abs(np.diff(read)).max() < 0.02
    ended = Reader(sound, Plan(0.305).route(0.1)).read(44_100)
    assert np.abs(np.diff(ended)).max() < 0.02
    assert not ended[int(0.21 * 44_100):].any()


def test_joining_a_loop_late_is_joining_it_in_the_right_place():
    route = Plan(10.0, loop=(2.0, 2.5)).route(1.0)
    late = Reader(ramp(), route, 1234.567)
    due = route.at(1234.567) * RATE
    assert abs(float(late.read(50)[40]) - due - 40) <= 1.0


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.0, 2.0])
def test_a_voice_has_the_device_rate_and_the_wanted_speed(speed):
    pitch = 300.0
    sound = Sound(np.sin(2 * np.pi * pitch * np.arange(30 * 22_050) / 22_050).astype(np.float32), 22_050)
    taken = Voice(sound, Plan(30.0).route(1.0), speed, 48_000).take(48_000)
    assert len(taken) == 48_000
    spectrum = np.abs(np.fft.rfft(taken[10_000:] * np.hanning(38_000), 1 << 19))
    assert np.argmax(spectrum) * 48_000 / (1 << 19) == pytest.approx(pitch, rel=0.01)


def test_count_in_clicks_come_at_their_intervals():
    made = clicks(4, 0.5, 8000)
    assert len(made) == 16_000
    loud = [np.abs(made[i * 4000 : i * 4000 + 400]).max() for i in range(4)]
    assert min(loud) > 0.2
    assert np.abs(made[2000:3900]).max() < 0.01


def test_the_clock_is_smooth_over_coarse_steps_and_keeps_the_devices_speed():
    clock = AudioClock(48_000)
    readings = []
    for tick in range(4000):
        now = 100.0 + tick * 0.008
        # A device 200 parts in a million too fast that counts in steps of 20 ms.
        true = (now - 100.0) * 48_000 * 1.0002
        clock.observe(now, int(true // 960) * 960)
        readings.append((true, clock.reading(1 << 40).at(now)))
    off = np.array([(true - read) / 48_000 for true, read in readings[300:]])
    assert abs(off.mean() - 0.01) < 0.004
    steps = np.diff([read for _, read in readings[300:]])
    assert steps.min() > 0.008 * 48_000 * 0.8
    assert np.abs(off).max() < 0.025


def test_the_clock_stands_with_a_device_that_starves_and_goes_on_with_it():
    clock = AudioClock(1000)
    played = 0
    for tick in range(1000):
        now = tick * 0.01
        starving = 300 <= tick < 330
        if not starving:
            played += 10
        clock.observe(now, played)
        read = clock.reading(played + 50).at(now)
        assert read <= played + 50
    assert abs(read - played) < 10
    assert clock.moving(9.99)
    assert not clock.moving(11.0)
