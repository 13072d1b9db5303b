"""Audio features: what they measure, when, and how a corpus keeps them."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.corpus.store import Corpus
from core.errors import Cancelled, InputError, SettingsError
from core.features.audio import CHROMA, MELS, ONSET, PULSE, VARIABLE, WIDTH, SpectralEncoder, frame_features
from core.pipeline.audio import AUDIO, audio_encoder, encode_audio
from core.pipeline.lab import retrieval_data
from core.progress import silent

RATE = 44_100
A, C = 9, 0


def write(path, samples):
    soundfile.write(path, np.asarray(samples, np.float32), RATE)
    return path


def tone(seconds, hertz):
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def clicks(times, seconds, seed=0):
    rng = np.random.default_rng(seed)
    sound = 0.005 * rng.normal(size=round(seconds * RATE))
    for time in times:
        at = round(time * RATE)
        burst = sound[at : at + 2000]
        burst += 0.5 * rng.normal(size=len(burst)) * np.exp(-np.arange(len(burst)) / 400)
    return np.clip(sound, -1, 1)


@pytest.mark.parametrize("shift", [0.0, 0.75, -0.75])
def test_pitch_classes_stand_at_the_frames_of_their_tones(tmp_path, shift):
    path = write(tmp_path / "tones.wav", np.concatenate([tone(3, 440.0), tone(3, 261.63)]))
    found = frame_features(path, shift, 150, SpectralEncoder()).astype(float)
    assert found.shape == (150, WIDTH)
    change = round((3 + shift) * 30)
    strongest = found[:, CHROMA].argmax(axis=1)
    # A window of 186 ms reaches three frames to either side.
    sounding = np.arange(150) >= max(round(shift * 30), 0) + 3
    assert (strongest[: change - 3][sounding[: change - 3]] == A).all()
    assert (strongest[change + 3 : 140] == C).all()
    assert found[sounding][:, CHROMA].max(axis=1) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("shift", [0.0, 0.4, -0.517])
def test_onsets_stand_within_a_frame_of_the_clicks(tmp_path, shift):
    times = np.cumsum(np.random.default_rng(1).uniform(0.3, 0.8, 20)) + 0.6
    path = write(tmp_path / "clicks.wav", clicks(times, times[-1] + 1))
    frames = round((times[-1] + shift + 0.5) * 30)
    onset = frame_features(path, shift, frames, SpectralEncoder())[:, ONSET].astype(float)
    expected = (times + shift) * 30
    found = np.sort(np.argsort(onset)[::-1][: len(times)])
    assert np.abs(found + 0.5 - expected).max() <= 1.0


def test_onsets_are_measured_against_the_songs_own(tmp_path):
    times = np.arange(1, 9, 0.5)
    sound = clicks(times, 10)
    loud = frame_features(write(tmp_path / "loud.wav", sound), 0.0, 300, SpectralEncoder())
    soft = frame_features(write(tmp_path / "soft.wav", 0.1 * sound), 0.0, 300, SpectralEncoder())
    assert loud[:, ONSET].astype(float).mean() == pytest.approx(1.0, abs=0.01)
    assert soft[:, ONSET] == pytest.approx(loud[:, ONSET], abs=0.3)
    assert soft[:, :MELS] == pytest.approx(loud[:, :MELS], abs=0.5)


def test_a_beat_has_a_clearer_pulse_than_clicks_at_random(tmp_path):
    even = clicks(np.arange(0.5, 19.5, 0.5), 20)
    uneven = clicks(np.sort(np.random.default_rng(2).uniform(0.5, 19.5, 38)), 20)
    pulse = [frame_features(write(tmp_path / f"{i}.wav", sound), 0.0, 600, SpectralEncoder())[150:450, PULSE]
             for i, sound in enumerate((even, uneven))]
    assert pulse[0].min() > pulse[1].max()
    assert pulse[0].max() <= 1.0


def test_the_pulse_does_not_tell_the_tempo(tmp_path):
    # Bars are as long as their tempo says, and no system may see that.
    pulses = [float(frame_features(write(tmp_path / f"{step}.wav", clicks(np.arange(0.5, 19.5, step), 20)), 0.0, 600,
                                   SpectralEncoder())[150:450, PULSE].astype(float).mean()) for step in (0.4, 0.5, 0.6)]
    assert max(pulses) - min(pulses) < 0.2


def test_silence_and_frames_without_sound_are_finite(tmp_path):
    quiet = frame_features(write(tmp_path / "quiet.wav", np.zeros(RATE)), 0.0, 60, SpectralEncoder())
    assert np.isfinite(quiet).all()
    short = frame_features(write(tmp_path / "short.wav", tone(1, 440.0)), 0.5, 300, SpectralEncoder())
    assert short.shape == (300, WIDTH)
    assert np.isfinite(short).all()
    assert short[100:, :MELS].max() == pytest.approx(-80.0, abs=0.1)
    after = frame_features(write(tmp_path / "far.wav", tone(1, 440.0)), 99.0, 30, SpectralEncoder())
    assert not after.any()
    assert frame_features(tmp_path / "far.wav", 0.0, 2, SpectralEncoder()).shape == (2, WIDTH)
    with pytest.raises(InputError, match="no such file"):
        frame_features(tmp_path / "none.wav", 0.0, 60, SpectralEncoder())


# -- in a corpus -------------------------------------------------------------------------------------


class Counting:
    """A quick encoder that counts its calls."""

    rate = 8000

    def __init__(self, fingerprint="counting"):
        self.fingerprint = fingerprint
        self.calls = 0

    def encode(self, samples, frames, progress=silent):
        self.calls += 1
        return np.full((frames, 3), samples.std(), np.float32)


@pytest.fixture
def corpus(built_corpus, tmp_path):
    folder = tmp_path / "corpus"
    shutil.copytree(built_corpus, folder)
    with Corpus.open(folder) as opened:
        # Each song gets a sound of its own that the test may spoil.
        for song in opened.songs():
            copy = tmp_path / f"{song.song_id}.ogg"
            shutil.copy(song.audio, copy)
            with opened.editing() as connection:
                connection.execute("UPDATE songs SET audio = ? WHERE song_id = ?", (str(copy), song.song_id))
        yield opened


def test_features_are_computed_once_and_again_for_a_changed_file(corpus):
    songs = corpus.songs()
    encoder = Counting()
    assert encode_audio(corpus, encoder) == ""
    assert encoder.calls == len(songs)
    assert corpus.array(songs[0], AUDIO).shape == (songs[0].frames, 3)
    assert corpus.array(songs[0], AUDIO).dtype == np.float16
    encode_audio(corpus, encoder)
    assert encoder.calls == len(songs)
    os.utime(songs[2].audio, (1, 1))
    encode_audio(corpus, encoder)
    assert encoder.calls == len(songs) + 1
    other = Counting("another")
    encode_audio(corpus, other)
    assert other.calls == len(songs)


def test_a_cancelled_run_goes_on_where_it_stood(corpus):
    encoder = Counting()

    def stop(fraction, message=""):
        if encoder.calls == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        encode_audio(corpus, encoder, stop)
    assert encode_audio(corpus, encoder) == ""
    assert encoder.calls == len(corpus.songs())


def test_one_song_without_sound_makes_audio_unknown_and_says_which(corpus):
    song = corpus.songs()[3]
    shutil.copy(song.audio, f"{song.audio}.kept")
    Path(song.audio).unlink()
    encoder = Counting()
    reason = encode_audio(corpus, encoder)
    assert song.song_id in reason
    assert "missing" in reason
    assert encoder.calls == 0
    said = []
    assert retrieval_data(corpus, ("audio",), lambda fraction, message="": said.append(message)).audio is None
    assert any(reason in message for message in said)
    Path(song.audio).write_bytes(b"OggS but no more")
    assert song.song_id in encode_audio(corpus, encoder)
    # Without lyrics nothing is learnt from the song, so that its sound is not needed.
    with corpus.editing() as connection:
        connection.execute("UPDATE bars SET sung = 0 WHERE song = ?", (song.row,))
    assert encode_audio(corpus, encoder) == ""


def test_bars_get_the_features_of_their_own_frames(corpus, monkeypatch):
    data = retrieval_data(corpus, ("audio",))
    assert data.audio.pooled.shape == (data.codes.bars, 2 * WIDTH)
    rows = [(song, bar) for song in corpus.songs() for bar in corpus.bars(song)]
    for i in (0, 17, len(rows) - 1):
        song, bar = rows[i]
        frames = np.asarray(corpus.array(song, AUDIO)[bar.start : bar.stop], np.float32)
        assert data.audio.pooled[i] == pytest.approx(np.concatenate([frames.mean(axis=0), frames.max(axis=0)]), abs=1e-3)
    os.utime(corpus.songs()[0].audio, (1, 1))
    assert retrieval_data(corpus).key != data.key


# -- a model in the place of spectra -----------------------------------------------------------------


@pytest.fixture
def hubert(tmp_path):
    """A tiny HuBERT with weights drawn at random, at 8 kHz and 50 states a second."""
    import torch
    from transformers import HubertConfig, HubertModel

    config = HubertConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, conv_dim=(8, 8, 8),
        conv_stride=(5, 8, 4), conv_kernel=(10, 8, 4), num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=2,
        feat_extract_norm="layer", do_stable_layer_norm=True,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        HubertModel(config).save_pretrained(tmp_path / "hubert")
    settings = {"sampling_rate": 8000, "do_normalize": False}
    (tmp_path / "hubert" / "preprocessor_config.json").write_text(json.dumps(settings))
    return tmp_path / "hubert"


def changed(folder, name, **values):
    path = folder / name
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_states_of_a_model_stand_at_the_frames_they_were_heard_in(hubert, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(hubert))
    encoder = audio_encoder()
    assert (encoder.rate, encoder.width) == (8000, 16)
    rng = np.random.default_rng(0)
    sound = (0.1 * rng.normal(size=8000 * 45)).astype(np.float32)
    told = []
    plain = encoder.encode(sound, 1350, lambda fraction, message="": told.append(fraction))
    assert len(told) == 3
    assert plain.shape == (1350, 16)
    assert np.isfinite(plain).all()
    # Frames 599 and 600 lie on both sides of the border of two chunks.
    for frame in (50, 599, 600, 1000):
        struck = sound.copy()
        middle = round((frame + 0.5) * 8000 / 30)
        struck[middle - 40 : middle + 40] += 0.9
        moved = np.abs(encoder.encode(struck, 1350) - plain).sum(axis=1)
        assert abs(int(moved.argmax()) - frame) <= 1


def test_a_model_hears_files_of_any_rate(hubert, tmp_path):
    from core.features.audio_model import ModelEncoder

    found = frame_features(write(tmp_path / "tone.wav", tone(2, 440.0)), 0.5, 75, ModelEncoder(hubert))
    assert found.shape == (75, 16)
    inside = found[20:70].astype(float)
    assert np.abs(inside - found[2].astype(float)).max() > 0.01
    changed(hubert, "preprocessor_config.json", do_normalize=True)
    sound = tone(1, 300.0)[::5].astype(np.float32)
    normalised = ModelEncoder(hubert)
    assert normalised.encode(0.1 * sound, 30) == pytest.approx(normalised.encode(sound, 30), abs=1e-3)


def test_mert_is_read_as_hubert(hubert):
    from core.features.audio_model import ModelEncoder

    sound = np.random.default_rng(0).normal(size=8000).astype(np.float32)
    before = ModelEncoder(hubert).encode(sound, 30)
    changed(hubert, "config.json", model_type="mert_model", auto_map={"AutoModel": "modeling_MERT.MERTModel"})
    assert np.array_equal(ModelEncoder(hubert).encode(sound, 30), before)
    changed(hubert, "config.json", feature_extractor_cqt=True)
    with pytest.raises(SettingsError, match="feature_extractor_cqt"):
        ModelEncoder(hubert)


def test_folders_that_hold_no_model_of_sound_are_named(hubert, tmp_path, monkeypatch):
    from transformers import BertConfig, BertModel

    from core.features.audio_model import ModelEncoder

    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    with pytest.raises(SettingsError, match=r"none.*KOTOFURI_AUDIO_MODEL.*config\.json"):
        audio_encoder()
    BertModel(BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8,
                         vocab_size=10)).save_pretrained(tmp_path / "bert")
    with pytest.raises(SettingsError, match="does not take samples of sound"):
        ModelEncoder(tmp_path / "bert")
    changed(hubert, "preprocessor_config.json", sampling_rate="fast")
    with pytest.raises(SettingsError, match="sample rate"):
        ModelEncoder(hubert)
    (hubert / "preprocessor_config.json").unlink()
    changed(hubert, "config.json", num_hidden_layers=3)
    with pytest.raises(SettingsError, match="lacks weights"):
        ModelEncoder(hubert)
    (hubert / "model.safetensors").write_bytes(b"none")
    with pytest.raises(SettingsError, match="no model that can be loaded"):
        ModelEncoder(hubert)
