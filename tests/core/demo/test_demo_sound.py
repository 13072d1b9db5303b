"""The demo's sound: sane, the same each time, and with a beat that is heard where it is."""

import numpy as np
import pytest

from core.audio.beats import estimate_downbeats
from core.demo.planning import plan_song
from core.demo.sound import RATE, synthesise


@pytest.mark.parametrize("index", range(6))
def test_sound_is_whole_and_does_not_clip(index):
    plan = plan_song(index, 0, 60)
    samples, rate = synthesise(plan)
    assert (samples.dtype, samples.ndim, rate) == (np.float32, 1, RATE)
    assert len(samples) == round(plan.frames / 30 * RATE)
    assert np.isfinite(samples).all()
    assert 0.5 < np.abs(samples).max() < 0.95
    assert np.sqrt(np.mean(samples**2)) > 0.04
    again, _ = synthesise(plan)
    assert np.array_equal(samples, again)


@pytest.mark.parametrize("index", [0, 11, 14])
def test_downbeats_are_heard(index):
    plan = plan_song(index, 0, 60)
    heard = estimate_downbeats(synthesise(plan)).times
    near = np.abs(heard[:, None] - plan.downbeats).min(axis=1) < 0.08
    assert near.mean() > 0.7
    assert len(heard) > 0.7 * len(plan.downbeats)


def test_the_voice_is_heard_where_words_are_sung():
    plan = plan_song(2, 0, 60)
    mute = synthesise(type(plan)(**{**vars(plan), "words": ()}))[0].astype(float)
    whole = synthesise(plan)[0].astype(float)
    voice = whole - mute * (whole @ mute) / (mute @ mute)
    sung = np.zeros(len(whole), bool)
    for word in plan.words:
        sung[round(word.start * RATE) : round(word.end * RATE)] = True
    assert np.mean(voice[sung] ** 2) > 20 * np.mean(voice[~sung] ** 2)
