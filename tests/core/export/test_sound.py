"""The sound of a clip, to the sample."""

from __future__ import annotations

import av
import numpy as np
import pytest
import soundfile
from clips import lag, made_clip, sweep

from core.audio.decode import load_audio
from core.errors import InputError
from core.export.sound import at_rate, clip_sound, cut_sound, write_sound


@pytest.mark.parametrize(("shift", "first", "last", "start"), [
    (0.0, 0, 30, 0), (0.0, 45, 60, 66_150), (0.5, 45, 60, 44_100), (-0.25, 30, 60, 55_125),
])
def test_song_time_is_motion_time_less_the_shift(shift, first, last, start):
    samples = np.arange(200_000, dtype=np.float32)
    cut = cut_sound(samples, 44_100, shift, first, last)
    assert len(cut) == (last - first) * 44_100 // 30
    np.testing.assert_array_equal(cut, samples[start: start + len(cut)])


def test_silence_before_the_sound_and_after_it():
    samples = np.ones((1000, 2), np.float32)
    before = cut_sound(samples, 1000, 0.5, 0, 30)
    assert before.shape == (1000, 2)
    assert not before[:500].any()
    assert before[500:].all()
    after = cut_sound(samples, 1000, 0.0, 15, 45)
    assert after[:500].all()
    assert not after[500:].any()
    assert not cut_sound(samples, 1000, 0.0, 900, 930).any()
    assert not cut_sound(samples, 1000, 50.0, 0, 30).any()


def test_a_song_without_sound_and_one_whose_file_is_gone(tmp_path):
    assert clip_sound(made_clip()) is None
    silent, rate = clip_sound(made_clip(audio=str(tmp_path / "gone.wav")))
    assert silent.shape == (2 * rate, 1)
    assert not silent.any()
    with pytest.raises(InputError, match="no sound file"):
        write_sound(tmp_path / "a.wav", made_clip())
    (tmp_path / "bad.wav").write_bytes(b"RIFF nothing")
    with pytest.raises(InputError, match=r"bad\.wav"):
        clip_sound(made_clip(audio=str(tmp_path / "bad.wav")))


def test_stereo_stays_stereo_and_is_what_was_recorded(tmp_path):
    sound = sweep(5.0, 22_050, 2)
    soundfile.write(tmp_path / "a.wav", sound, 22_050, subtype="FLOAT")
    cut, rate = clip_sound(made_clip(frames=60, first=30, shift=0.1, audio=str(tmp_path / "a.wav")))
    assert rate == 22_050
    begin = round(0.9 * 22_050)
    np.testing.assert_allclose(cut, np.clip(sound, -1, 1)[begin: begin + 2 * 22_050], atol=1e-6)


@pytest.mark.parametrize(("name", "codec", "layout"), [
    ("a.m4a", "aac", "stereo"), ("b.mp3", "libmp3lame", "stereo"), ("c.m4a", "aac", "mono"),
])
def test_compressed_songs_are_cut_where_the_player_hears_them(tmp_path, name, codec, layout):
    path = tmp_path / name
    channels = 2 if layout == "stereo" else 1
    sound = sweep(4.0, 44_100, channels)
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=44_100, layout=layout)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.T), format="fltp", layout=layout)
        frame.sample_rate = 44_100
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    mono, rate = load_audio(path)
    cut, found = clip_sound(made_clip(frames=60, first=30, audio=str(path)))
    assert found == rate
    assert cut.shape == (88_200, channels)
    heard = mono[44_100: 44_100 + 88_200]
    assert np.corrcoef(cut.mean(axis=1), heard)[0, 1] > 0.9999
    assert lag(cut.mean(axis=1), heard, 20_000) == 0


@pytest.mark.parametrize(("ending", "tolerance"), [(".wav", 1e-4), (".flac", 1e-4), (".ogg", 0.1)])
def test_written_sound_is_read_back(tmp_path, ending, tolerance):
    sound = sweep(5.0, 22_050, 1)
    soundfile.write(tmp_path / "a.wav", sound, 22_050, subtype="FLOAT")
    write_sound(tmp_path / f"out{ending}", made_clip(frames=45, first=15, audio=str(tmp_path / "a.wav")))
    with soundfile.SoundFile(tmp_path / f"out{ending}") as file:
        found, rate, comment = file.read(dtype="float32"), file.samplerate, file.comment
    assert rate == 22_050
    assert len(found) == 33_075
    assert np.abs(found - sound[11_025: 11_025 + 33_075, 0]).max() < tolerance
    assert comment == "The credit line 言振り"


def test_resampling_keeps_the_length_of_time():
    sound = sweep(2.0, 22_050, 2)
    resampled = at_rate(sound, 22_050, 48_000)
    assert resampled.shape == (96_000, 2)
    assert at_rate(sound, 22_050, 22_050) is sound
