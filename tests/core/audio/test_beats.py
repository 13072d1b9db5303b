import builtins
import math
import sys
import types

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio.beats import downbeats_from_tempo, estimate_downbeats, read_downbeats
from core.errors import InputError, SettingsError

RATE = 22_050


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "song.beats"
    path.write_bytes(text.encode(encoding))
    return read_downbeats(path)


@pytest.mark.parametrize(
    "text",
    [
        "0.5\n2.5\n4.5\n",
        "4.5\r\n0.5\r\n2.5\r\n2.5\r\n",
        "# made by hand\ntime\n0.5 \n\n 2.5\n4.5",
        "0.5\t1\n1.0\t2\n1.5\t3\n2.0\t4\n2.5\t1\n3.5\t2\n4.5\t1\n",
        "0.50 1\n1.50 2\n2.50 1\n3.5 2\n4.50 1\n",
        "time,beat\n0.5,1.0\n1.5,2.0\n2.5,1.0\n4.5,1.0\n4.75,2\n",
        '0.5,"1"\n1.5,"2"\n2.5,"1"\n4.5,"1"\n',
        "0.5;1;verse\n1.5;2;verse\n2.5;1;chorus\n4.5;1;end\n",
        "0.5\t0.5\t1\n1.5\t1.5\t2\n2.5\t2.5\t1\n3.5\t3.5\t2\n4.5\t4.5\t1\n",
    ],
)
def test_all_ways_to_write_downbeats(tmp_path, text):
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        times = read(tmp_path, text, encoding)
        assert times.dtype == np.float64
        assert times.tolist() == [0.5, 2.5, 4.5]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("0.5\n1.5\nabc\n", "row 3 is not a time"),
        ("0.5\n1.5x\n", "row 2 is not a time"),
        ("head\nmore head\n1\n", "row 2 is not a time"),
        ("0.5 one\n", "row 1 is not a time"),
        ("0.5\nnan\n", "row 2 has the time nan"),
        ("0.5\ninf\n", "row 2 has the time inf"),
        ("1e9\n", "row 1 has the time 1e"),
        ("0.5 1\n1.0\n", "row 2 has no beat number"),
        ("0.5 nan\n", "row 1 has no beat number"),
        ("0.5 2\n1.0 3\n", "no row has the beat number 1"),
        ("# nothing\n\n", "no beats"),
        ("1\n" * 100_002, "more than 100000"),
        ("1" * 1_000_000, "row 1 has the time"),
        ("x" + " " * 1_000_000 + "x\n" * 3, "row 2|not a time"),
    ],
)
@pytest.mark.timeout(20)
def test_what_is_no_beats_is_refused_in_a_sentence(tmp_path, text, fault):
    with pytest.raises(InputError, match=fault) as caught:
        read(tmp_path, text)
    assert "song.beats" in str(caught.value)
    assert "\n" not in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.one_of(
    st.binary(min_size=1, max_size=80),
    st.lists(st.sampled_from(["0.5", "1", "2", " ", "\t", ",", "\n", "\n", "nan", "-3", "1e400", "#", "a", '"']), min_size=1, max_size=30)
    .map(lambda parts: "".join(parts).encode()),
))
def test_random_files_give_rising_times_or_a_sentence(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "random.beats"
    path.write_bytes(data)
    try:
        times = read_downbeats(path)
    except InputError:
        return
    assert len(times)
    assert np.isfinite(times).all()
    assert (np.diff(times) > 0).all()


def test_downbeats_of_a_tempo():
    assert downbeats_from_tempo(120, 0.25, 9).tolist() == [0.25, 2.25, 4.25, 6.25, 8.25]
    assert downbeats_from_tempo(120, -0.5, 4, beats_per_bar=3).tolist() == [1.0, 2.5, 4.0]
    assert downbeats_from_tempo(60, 0, 8).tolist() == [0.0, 4.0, 8.0]
    assert downbeats_from_tempo(60, 10, 5).tolist() == []


@pytest.mark.parametrize(
    "values", [(0, 0, 1), (-60, 0, 1), (math.nan, 0, 1), (math.inf, 0, 1), (120, math.nan, 1), (120, 0, math.inf),
               (120, 0, -1), (120, 0, 1e9), (120, 0, 1, 0), (1e-9, 0, 1), (1e12, 0, 80_000)],
)
def test_a_tempo_that_is_none(values):
    with pytest.raises(SettingsError):
        downbeats_from_tempo(*values)


def click_track(bpm, accent, start, seconds=24.0, noise=0.003):
    """A click a beat, every fourth with a kick and a brighter click; samples and the times of the accents."""
    rng = np.random.default_rng(7)
    samples = noise * rng.standard_normal(int(seconds * RATE))
    beats = np.arange(start, seconds - 0.2, 60 / bpm)
    t = np.arange(int(0.06 * RATE)) / RATE
    for i, beat in enumerate(beats):
        click = 0.35 * np.sin(2 * np.pi * 1000 * t)
        if i % 4 == accent:
            click += 0.6 * np.sin(2 * np.pi * 90 * t) + 0.3 * np.sin(2 * np.pi * 2500 * t)
        at = int(beat * RATE)
        samples[at:at + len(t)] += click * np.exp(-t / 0.012)
    return samples.astype(np.float32), beats[accent::4]


@pytest.mark.parametrize(("bpm", "accent", "start"), [(96, 1, 0.43), (120, 0, 0.6), (140, 2, 0.2), (110, 3, 0.9)])
def test_accents_of_a_click_track_are_heard_as_downbeats(bpm, accent, start):
    samples, truth = click_track(bpm, accent, start)
    heard = estimate_downbeats((samples, RATE))
    nearest = np.abs(truth[:, None] - heard.times[None]).min(axis=1)
    assert (nearest < 0.07).mean() >= 0.9
    assert len(heard.times) <= len(truth) + 1
    assert "librosa" in heard.source


def test_downbeats_of_a_file_are_those_of_its_samples(tmp_path):
    samples, truth = click_track(120, 2, 0.5)
    soundfile.write(tmp_path / "song.flac", np.stack([samples, samples], 1), RATE)
    heard = estimate_downbeats(tmp_path / "song.flac")
    assert (np.abs(truth[:, None] - heard.times[None]).min(axis=1) < 0.07).mean() >= 0.9


def test_three_beats_a_bar():
    heard = estimate_downbeats((*click_track(120, 0, 0.5)[:1], RATE), beats_per_bar=3)
    assert np.median(np.diff(heard.times)) == pytest.approx(1.5, abs=0.05)


def test_silence_has_no_beat(tmp_path):
    soundfile.write(tmp_path / "still.wav", np.zeros(5 * RATE), RATE)
    with pytest.raises(InputError, match=r"still\.wav: no steady beat"):
        estimate_downbeats(tmp_path / "still.wav")
    with pytest.raises(InputError, match="the song: no steady beat"):
        estimate_downbeats((np.zeros(100, np.float32), RATE), name="the song")
    with pytest.raises(ValueError, match="mono"):
        estimate_downbeats((np.zeros((10, 2), np.float32), RATE))


def test_beat_this_is_asked_first_and_its_failure_is_no_end(monkeypatch):
    samples, _ = click_track(120, 0, 0.5)
    fail = False

    class Audio2Beats:
        def __init__(self, checkpoint_path, device):
            if fail:
                raise ValueError("Could not load the checkpoint given the provided name", checkpoint_path)

        def __call__(self, signal, sr):
            assert signal is samples
            assert sr == RATE
            return np.arange(0, 8, 0.5), np.array([0.5, 2.5, 4.5])

    package, module = types.ModuleType("beat_this"), types.ModuleType("beat_this.inference")
    module.Audio2Beats = Audio2Beats
    monkeypatch.setitem(sys.modules, "beat_this", package)
    monkeypatch.setitem(sys.modules, "beat_this.inference", module)
    monkeypatch.setattr("core.audio.beats.version", lambda name: "9.9" if name == "beat-this" else "0")
    heard = estimate_downbeats((samples, RATE))
    assert heard.times.tolist() == [0.5, 2.5, 4.5]
    assert heard.source == "beat-this 9.9"
    fail = True
    assert "librosa" in estimate_downbeats((samples, RATE)).source


def test_without_beat_this_it_is_not_imported(monkeypatch):
    real = builtins.__import__

    def refusing(name, *args, **kwargs):
        if name.startswith("beat_this"):
            raise ModuleNotFoundError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refusing)
    assert "librosa" in estimate_downbeats((click_track(120, 0, 0.5)[0], RATE)).source
