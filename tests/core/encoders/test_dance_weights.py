import contextlib
import json

import numpy as np
import pytest
import torch
from dance_motions import smooth_motion
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from core.encoders import weights as weights_module
from core.encoders.dance import DanceConfig, DanceEncoder
from core.encoders.vectors import cut_long_bars
from core.encoders.weights import (
    PretrainedDance,
    default_dance_encoder,
    load_dance_encoder,
    pick_device,
    read_tensors,
    save_dance_encoder,
    stack,
)
from core.errors import InputError, KotofuriError
from core.features.bars import bar_features
from core.features.scale import FeatureScale

TINY = DanceConfig(joint_width=4, dim=8, graph_layers=1, graph_heads=2, layers=1, heads=2)
BARS = [(3, 40), (40, 70), (75, 80), (80, 118)]


@pytest.fixture(scope="module")
def parts():
    torch.manual_seed(0)
    return DanceEncoder(TINY), FeatureScale.fit(bar_features(smooth_motion(120), BARS))


@pytest.fixture(scope="module")
def file(parts, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    save_dance_encoder(path, *parts, {"songs": 3})
    return path


def test_round_trip(parts, file):
    loaded = load_dance_encoder(file, "cpu")
    assert loaded.notes == {"songs": 3}
    assert loaded.dim == 8
    again = load_dance_encoder(file, "cpu")
    assert again.fingerprint == loaded.fingerprint
    motion = smooth_motion(120, seed=4)
    exact = PretrainedDance(*parts, "cpu").encode(motion, BARS)
    np.testing.assert_allclose(loaded.encode(motion, BARS), exact, atol=0.02)  # 16 bits on disk
    np.testing.assert_array_equal(loaded.encode(motion, BARS), again.encode(motion, BARS))


def test_full_precision_keeps_the_fingerprint(parts, tmp_path):
    save_dance_encoder(tmp_path / "full.safetensors", *parts, half=False)
    loaded = load_dance_encoder(tmp_path / "full.safetensors", "cpu")
    assert loaded.fingerprint == PretrainedDance(*parts, "cpu").fingerprint


def test_fingerprint_follows_weights_and_scale(parts):
    encoder, scale = parts
    before = PretrainedDance(encoder, scale, "cpu").fingerprint
    other = FeatureScale(scale.largest * 2, scale.lowest, scale.highest)
    assert PretrainedDance(encoder, other, "cpu").fingerprint != before
    torch.manual_seed(1)
    assert PretrainedDance(DanceEncoder(TINY), scale, "cpu").fingerprint != before


def test_encode_is_the_encoder_on_the_scaled_bars(parts):
    encoder, scale = parts
    motion = smooth_motion(120, seed=2)
    vectors = PretrainedDance(encoder, scale, "cpu").encode(motion, BARS)
    assert vectors.shape == (120, 8)
    assert vectors.dtype == np.float32
    outside = np.ones(120, bool)
    for (start, stop), bar in zip(BARS, bar_features(motion, BARS), strict=True):
        with torch.inference_mode():
            expected = encoder.eval()(*stack([scale.apply(bar)], torch.device("cpu"))).numpy()
        np.testing.assert_allclose(vectors[start:stop], expected, atol=1e-5)
        outside[start:stop] = False
    assert outside.any()
    assert not vectors[outside].any()


def test_many_bars_keep_their_places(parts, monkeypatch):
    encoder, scale = parts
    motion = smooth_motion(400, seed=3)
    bars = [(i, i + 1 + i // 5 % 9) for i in range(0, 390, 9)]
    dance = PretrainedDance(encoder, scale, "cpu")
    expected = dance.encode(motion, bars)
    monkeypatch.setattr(weights_module, "_WINDOW_BARS", 5)
    assert len(bars) > 40
    np.testing.assert_allclose(dance.encode(motion, bars), expected, atol=1e-5)
    assert dance.encode(motion, []).shape == (400, 8)


def test_long_bars_are_cut_evenly():
    assert cut_long_bars([(0, 5), (10, 1100)], 512) == [(0, 5), (10, 373), (373, 736), (736, 1100)]
    assert cut_long_bars([(0, 512)], 512) == [(0, 512)]


def broken(file, tmp_path, **changes):
    metadata, _ = read_tensors(file)
    tensors = load_file(file)
    metadata |= changes.pop("metadata", {})
    for name, change in changes.pop("tensors", {}).items():
        tensors[name] = change(tensors[name])
    for name in changes.pop("without", ()):
        del tensors[name]
    path = tmp_path / "broken.safetensors"
    save_file(tensors, path, {k: v for k, v in metadata.items() if v is not None})
    return path


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"metadata": {"format": "other"}}, "no dance encoder"),
        ({"metadata": {"format": None}}, "no dance encoder"),
        ({"metadata": {"version": "99"}}, "another version"),
        ({"metadata": {"config": None}}, "description is broken"),
        ({"metadata": {"config": "["}}, "description is broken"),
        ({"metadata": {"config": "[" * 100_000}}, "description is broken"),
        ({"metadata": {"config": json.dumps({"dim": 4_000_000_000})}}, "description is broken"),
        ({"metadata": {"config": json.dumps(DanceConfig(joint_width=1024, dim=4096).to_dict())}}, "do not fit"),
        ({"without": ["encoder.join.weight"]}, "do not fit"),
        ({"without": ["scale.lowest"]}, "lacks lowest"),
        ({"tensors": {"encoder.join.bias": lambda t: t[:2].clone()}}, "do not fit"),
        ({"tensors": {"encoder.join.bias": lambda t: t.double()}}, "do not fit"),
        ({"tensors": {"encoder.join.bias": lambda t: t * float("nan")}}, "not finite"),
        ({"tensors": {"scale.largest": lambda t: t[:2].clone()}}, "description is broken"),
    ],
)
def test_hostile_files_give_one_sentence(file, tmp_path, changes, fault):
    path = broken(file, tmp_path, **changes)
    with pytest.raises(InputError, match=fault) as caught:
        load_dance_encoder(path)
    assert str(path) in str(caught.value)


def test_missing_empty_and_folder(tmp_path):
    (tmp_path / "empty.safetensors").write_bytes(b"")
    for name in ("nothing.safetensors", "empty.safetensors", "."):
        with pytest.raises(InputError):
            load_dance_encoder(tmp_path / name)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes_load_or_give_an_input_error(file, tmp_path, data):
    whole = bytearray(file.read_bytes())
    kind = data.draw(st.sampled_from(["random", "cut", "changed"]))
    if kind == "random":
        content = data.draw(st.binary(min_size=1, max_size=200))
    elif kind == "cut":
        content = bytes(whole[: data.draw(st.integers(1, len(whole) - 1))])
    else:
        header = 8 + int.from_bytes(whole[:8], "little")
        for _ in range(data.draw(st.integers(1, 4))):
            whole[data.draw(st.integers(0, header + 200))] = data.draw(st.integers(0, 255))
        content = bytes(whole)
    path = tmp_path / "any.safetensors"
    path.write_bytes(content)
    with contextlib.suppress(InputError):
        load_dance_encoder(path, "cpu").encode(smooth_motion(4), [(0, 4)])


def test_bundled_encoder_or_a_clear_sentence(monkeypatch):
    monkeypatch.setattr(weights_module, "BUNDLED", "not_there.safetensors")
    with pytest.raises(KotofuriError, match="--encoder train"):
        default_dance_encoder()


def test_device_names():
    assert pick_device("cpu").type == "cpu"
    assert pick_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
