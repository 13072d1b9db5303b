"""Peaks of a sound against a direct computation, and the cache on disk."""

from __future__ import annotations

import os

import numpy as np
import pytest
import soundfile

from core.audio import peaks as module
from core.audio.peaks import FINEST, cache_folder, compute_peaks, peaks_of
from core.errors import Cancelled, InputError

RATE = 8000
STEP = 1.01 / 32767


def noise(count: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    swell = np.abs(np.sin(np.linspace(0, 9, count))) + 0.05
    return np.clip(rng.normal(0, 0.3, count) * swell, -1, 1).astype(np.float32)


@pytest.mark.parametrize("samples_per_column", [FINEST, FINEST * 3, FINEST * 16, FINEST * 256])
def test_columns_are_the_extremes_of_their_samples(samples_per_column):
    samples = noise(samples_per_column * 40)
    found = compute_peaks(samples, RATE).columns(0.0, len(samples) / RATE, 40)
    parts = samples.reshape(40, -1)
    np.testing.assert_allclose(found.low, parts.min(axis=1), atol=STEP)
    np.testing.assert_allclose(found.high, parts.max(axis=1), atol=STEP)
    np.testing.assert_allclose(found.rms, np.sqrt(np.square(parts).mean(axis=1)), atol=1e-4)


def test_no_peak_falls_between_columns_at_any_zoom():
    samples = np.zeros(100_003, np.float32)
    clicks = np.random.default_rng(1).choice(len(samples), 40, replace=False)
    samples[clicks] = 0.9
    peaks = compute_peaks(samples, RATE)
    seconds = len(samples) / RATE
    for count in (7, 100, 333, 1280, 20_000):
        found = peaks.columns(0.0, seconds, count)
        column = np.minimum((clicks / len(samples) * count).astype(int), count - 1)
        assert (found.high[column] > 0.89).all()
        share = (found.high > 0.5).mean()
        assert share <= 40 * 4 / count + 40 * 4 * FINEST / len(samples)


def test_outside_the_sound_is_silence():
    peaks = compute_peaks(np.full(8000, 0.5, np.float32), RATE)
    found = peaks.columns(-1.0, 2.0, 30)
    assert (found.high[:10] == 0).all()
    assert (found.high[10:20] > 0.49).all()
    assert (found.high[20:] == 0).all()
    assert (found.rms[20:] == 0).all()
    assert peaks.seconds == 1.0
    assert peaks.loudest == pytest.approx(0.5, abs=STEP)


@pytest.mark.parametrize("count", [1, 63, 64, 65, 1025])
def test_short_and_uneven_lengths(count):
    samples = noise(count, 3)
    found = compute_peaks(samples, RATE).columns(0.0, count / RATE, 1)
    assert found.low[0] == pytest.approx(samples.min(), abs=STEP)
    assert found.high[0] == pytest.approx(samples.max(), abs=STEP)


def test_long_sounds_are_worked_through_in_blocks_and_can_be_cancelled():
    samples = noise(module._BLOCK * 2 + 777)
    peaks = compute_peaks(samples, RATE)
    at = module._BLOCK + 64 * 5
    found = peaks.columns(at / RATE, (at + 64) / RATE, 1)
    assert found.high[0] == pytest.approx(samples[at:at + 64].max(), abs=STEP)

    def stop(fraction, message=""):
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        compute_peaks(samples, RATE, stop)


def test_peaks_are_kept_and_read_back_until_the_file_changes(tmp_path, monkeypatch):
    samples = noise(30_000)
    sound = tmp_path / "a.wav"
    soundfile.write(sound, samples, RATE, subtype="FLOAT")
    first = peaks_of(sound, folder=tmp_path / "kept")
    kept = list((tmp_path / "kept").glob("*.npz"))
    assert len(kept) == 1
    with np.load(kept[0], allow_pickle=False) as arrays:
        assert arrays["high"][0] == round(float(samples[:64].max()) * 32767)

    monkeypatch.setattr(module, "load_audio", lambda path: pytest.fail("decoded again"))
    again = peaks_of(sound, folder=tmp_path / "kept")
    for a, b in zip(first.levels, again.levels, strict=True):
        np.testing.assert_array_equal(a.low, b.low)
        np.testing.assert_array_equal(a.high, b.high)
        np.testing.assert_allclose(np.sqrt(a.power), np.sqrt(b.power), atol=1e-4)
    monkeypatch.undo()

    soundfile.write(sound, samples[:20_000], RATE, subtype="FLOAT")
    os.utime(sound, ns=(1, 1))
    assert peaks_of(sound, folder=tmp_path / "kept").samples == 20_000


@pytest.mark.parametrize("damage", [lambda data: data[:200], lambda data: b"nonsense", lambda data: b""])
def test_damaged_kept_peaks_are_made_anew(tmp_path, damage):
    sound = tmp_path / "a.wav"
    soundfile.write(sound, noise(5000), RATE)
    peaks_of(sound, folder=tmp_path)
    kept = next(tmp_path.glob("*.npz"))
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    assert peaks_of(sound, folder=tmp_path).samples == 5000
    assert len(kept.read_bytes()) == len(whole)


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    sound = tmp_path / "a.wav"
    soundfile.write(sound, noise(5000), RATE)
    blocked = tmp_path / "file"
    blocked.write_text("x")
    assert peaks_of(sound, folder=blocked).samples == 5000


def test_missing_sound_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.wav"):
        peaks_of(tmp_path / "gone.wav", folder=tmp_path)


def test_the_oldest_kept_peaks_go_first(tmp_path):
    for i in range(4):
        file = tmp_path / f"{i}.npz"
        file.write_bytes(b"x" * 100)
        os.utime(file, (i, i))
    module._prune(tmp_path, 250)
    assert sorted(file.name for file in tmp_path.glob("*.npz")) == ["2.npz", "3.npz"]


def test_the_cache_lies_in_the_data_folder_where_one_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("KOTOFURI_DATA", str(tmp_path))
    assert tmp_path in cache_folder().parents
    monkeypatch.delenv("KOTOFURI_DATA")
    assert "kotofuri" in str(cache_folder())
