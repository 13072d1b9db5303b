import shutil
import struct
from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio import decode
from core.audio.decode import audio_duration, load_audio
from core.errors import InputError

RATE = 44_100


@pytest.fixture(scope="module")
def tone():
    """Three seconds of a tone whose pitch rises, float32."""
    t = np.arange(3 * RATE) / RATE
    return (0.5 * np.sin(2 * np.pi * (300 * t + 100 * t * t))).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, tone):
    where = tmp_path_factory.mktemp("audio")
    for ending in ("wav", "flac", "ogg", "mp3"):
        soundfile.write(where / f"tone.{ending}", tone, RATE)
    write_av(where / "tone.m4a", tone)
    write_av(where / "late.mkv", tone, codec="pcm_s16le", late=0.5, video=True)
    write_av(where / "silent.mkv", None, video=True)
    return where


def write_av(path, samples, codec="aac", late=0.0, video=False):
    with av.open(str(path), "w") as container:
        if video:
            pictures = container.add_stream("mpeg4", rate=10)
            pictures.width, pictures.height, pictures.pix_fmt = 32, 32, "yuv420p"
        if samples is not None:
            sound = container.add_stream(codec, rate=RATE)
            sound.layout = "mono"
        if video:
            for i in range(10):
                frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), i * 20, np.uint8), format="rgb24")
                frame.pts = i
                container.mux(pictures.encode(frame))
            container.mux(pictures.encode(None))
        if samples is not None:
            for k in range(0, len(samples), 1024):
                block = np.ascontiguousarray(samples[None, k:k + 1024])
                shape = "fltp" if codec == "aac" else "s16"
                frame = av.AudioFrame.from_ndarray(block if codec == "aac" else (block * 32767).astype(np.int16),
                                                   format=shape, layout="mono")
                frame.rate, frame.pts, frame.time_base = RATE, k + round(late * RATE), Fraction(1, RATE)
                container.mux(sound.encode(frame))
            container.mux(sound.encode(None))


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3", "m4a"])
def test_formats_give_the_sound_in_time(folder, tone, ending):
    samples, rate = load_audio(folder / f"tone.{ending}")
    assert rate == RATE
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert abs(len(samples) / RATE - 3.0) < 0.05
    n = min(len(samples), len(tone))
    assert np.corrcoef(samples[:n], tone[:n])[0, 1] > 0.95
    assert audio_duration(folder / f"tone.{ending}") == pytest.approx(3.0, abs=0.05)


def test_another_rate(folder, tone):
    for wanted in (22_050, 16_000, 8_001):
        samples, rate = load_audio(folder / "tone.wav", wanted)
        assert rate == wanted
        assert abs(len(samples) - 3 * wanted) <= 2
        ideal = np.interp(np.arange(len(samples)) / wanted, np.arange(len(tone)) / RATE, tone)
        inner = slice(200, -200)
        assert np.corrcoef(samples[inner], ideal[inner])[0, 1] > 0.999
    with pytest.raises(ValueError, match="rate must lie"):
        load_audio(folder / "tone.wav", 5)


def test_channels_are_averaged_and_odd_samples_made_sane(tmp_path):
    stereo = np.tile(np.array([[0.5, -0.1]], np.float32), (1000, 1))
    stereo[5] = np.nan
    stereo[6] = np.inf
    stereo[7] = 40.0
    soundfile.write(tmp_path / "a.wav", stereo, 8000, subtype="FLOAT")
    samples, rate = load_audio(tmp_path / "a.wav")
    assert rate == 8000
    assert samples[0] == pytest.approx(0.2)
    assert samples[5] == 0.0
    assert samples[6] == samples[7] == 1.0


def test_sound_that_starts_after_its_video_keeps_its_place(folder, tone):
    samples, _ = load_audio(folder / "late.mkv")
    late = round(0.5 * RATE)
    assert abs(int(np.argmax(np.abs(samples) > 0.01)) - late) < RATE // 500
    assert np.corrcoef(samples[late + 100:late + 50_100], tone[100:50_100])[0, 1] > 0.98


def test_a_name_like_an_address_is_only_a_name(folder, tmp_path):
    odd = tmp_path / "concat:tone.m4a"
    shutil.copy(folder / "tone.m4a", odd)
    assert len(load_audio(odd)[0]) > 2 * RATE


@pytest.mark.parametrize("name", ["list.m3u8", "list.m4a"])
def test_play_lists_are_not_followed(folder, tmp_path, name):
    shutil.copy(folder / "tone.mp3", tmp_path / "tone.mp3")
    (tmp_path / name).write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://{tmp_path}/tone.mp3\n#EXT-X-ENDLIST\n")
    with pytest.raises(InputError, match="can be decoded"):
        load_audio(tmp_path / name)


def test_faults_are_one_sentence(folder, tmp_path):
    (tmp_path / "empty.mp3").write_bytes(b"")
    (tmp_path / "text.wav").write_text("not a sound at all, only words")
    soundfile.write(tmp_path / "none.wav", np.zeros(0, np.float32), RATE)
    cases = [
        (tmp_path / "missing.wav", "no such file"), (tmp_path, "not a file"), (tmp_path / "empty.mp3", "empty"),
        (tmp_path / "text.wav", "decoded"), (tmp_path / "none.wav", "no sound"), (folder / "silent.mkv", "no sound"),
    ]
    for path, fault in cases:
        for reader in (load_audio, audio_duration):
            with pytest.raises(InputError, match=fault) as caught:
                reader(path)
            assert str(path) in str(caught.value)
            assert "\n" not in str(caught.value)


@pytest.mark.parametrize("ending", ["wav", "mp3", "m4a"])
def test_too_long_is_found_while_decoding(folder, monkeypatch, ending):
    monkeypatch.setattr(decode, "MAX_SECONDS", 2)
    with pytest.raises(InputError, match="longer than"):
        load_audio(folder / f"tone.{ending}")
    with pytest.raises(InputError, match="longer than"):
        audio_duration(folder / f"tone.{ending}")


def test_a_header_that_promises_four_billion_is_not_believed(folder, tmp_path, tone):
    data = bytearray((folder / "tone.wav").read_bytes())
    at = data.index(b"data")
    data[4:8] = data[at + 4:at + 8] = struct.pack("<I", 0xFFFFFFFF)
    (tmp_path / "big.wav").write_bytes(data)
    samples, _ = load_audio(tmp_path / "big.wav")
    assert abs(len(samples) - len(tone)) < 10
    assert audio_duration(tmp_path / "big.wav") < 4


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3", "m4a"])
def test_broken_files_give_sound_or_a_sentence(folder, tmp_path_factory, ending):
    whole = (folder / f"tone.{ending}").read_bytes()
    path = tmp_path_factory.mktemp("broken") / f"broken.{ending}"

    @settings(max_examples=25, deadline=None)
    @given(
        st.integers(1, len(whole)),
        st.lists(st.tuples(st.one_of(st.integers(0, 600), st.integers(0, len(whole) - 1)), st.integers(0, 255)), max_size=6),
    )
    def run(keep, flips):
        data = bytearray(whole)
        for at, value in flips:
            data[at % len(data)] = value
        path.write_bytes(bytes(data[:keep]))
        try:
            samples, rate = load_audio(path)
        except InputError:
            return
        assert len(samples)
        assert rate >= 1000
        assert np.isfinite(samples).all()
        assert np.abs(samples).max() <= 1.0

    run()


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=400), st.sampled_from(["wav", "mp3", "ogg", "mp4", "flac"]))
def test_random_bytes_are_no_sound(tmp_path_factory, data, ending):
    path = tmp_path_factory.getbasetemp() / f"random.{ending}"
    path.write_bytes(data)
    try:
        samples, _ = load_audio(path)
    except InputError as caught:
        message = str(caught)
        assert path.name in message
    else:
        assert len(samples)
