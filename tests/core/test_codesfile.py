"""The codes command's core: reference data, protocols, hostile files."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.codesfile import read_codes, run_codes
from core.errors import InputError, SettingsError
from core.retrieval.evaluate import evaluate

REFERENCE = Path(__file__).parents[1] / "data" / "naacl2025_reference.npz"


def arrays(**changes):
    rng = np.random.default_rng(0)
    length = rng.integers(3, 6, 24)
    base = {
        "song": np.repeat(np.arange(8), 3), "length": length, "lyric_codes": rng.integers(0, 4, length.sum()),
        "dance_codes": rng.integers(0, 3, length.sum()), "lyric_codebook_size": np.array(4),
        "dance_codebook_size": np.array(3), "split": np.repeat(["train", "train", "dev", "test"], 6),
    }
    return {name: value for name, value in (base | changes).items() if value is not None}


def write(folder, **changes):
    path = folder / "codes.npz"
    np.savez(path, **arrays(**changes))
    return path


def test_the_reference_is_reproduced():
    data = np.load(REFERENCE)
    found = run_codes(REFERENCE, "transductive", "keep-negative")
    json.dumps(found, allow_nan=False)
    assert (found["songs"], found["bars"]) == (40, 400)
    ours = {(x, y): (v, n) for x, y, v, n in found["pairs"]}
    assert len(ours) == len(data["npmi_pair"])
    for (x, y), value, songs in zip(data["npmi_pair"], data["npmi_value"], data["npmi_song_count"], strict=True):
        assert ours[int(x), int(y)][0] == pytest.approx(value, abs=1e-6)
        assert ours[int(x), int(y)][1] == songs
    for direction in ("lyrics_to_dance", "dance_to_lyrics"):
        assert found[direction]["ranks"] == data[f"rank_{direction}"].tolist()
        assert found[direction]["mrr"] == pytest.approx(float(data[f"mrr_{direction}"]), abs=1e-12)


def test_without_splits_the_default_is_transductive(tmp_path):
    path = write(tmp_path, split=None)
    assert run_codes(path) == run_codes(path, "transductive")
    assert run_codes(path)["ranked_bars"] == list(range(24))
    assert run_codes(path, "leave-one-song-out")["lyrics_to_dance"] != run_codes(path)["lyrics_to_dance"]
    with pytest.raises(InputError, match=r"no array 'split'.*leave-one-song-out"):
        run_codes(path, "inductive")


@pytest.mark.parametrize("protocol", ["inductive", "leave-one-song-out", "transductive"])
def test_with_splits_it_agrees_with_evaluate(tmp_path, protocol):
    path = write(tmp_path)
    found = run_codes(path, protocol)
    assert found["ranked_bars"] == list(range(18, 24))
    codes, has_split = read_codes(path)
    assert has_split
    rows = evaluate(codes, ["xmied"], [protocol], galleries=["all"], ties=["pessimistic"])["results"]
    assert [row["mrr"] for row in rows] == [found[d]["mrr"] for d in ("lyrics_to_dance", "dance_to_lyrics")]
    assert run_codes(path)["protocol"] == "inductive"


def test_singletons_are_listed_by_rule(tmp_path):
    path = write(tmp_path, split=None)
    assert all(n > 1 for _, _, _, n in run_codes(path)["pairs"])
    assert all(n > 1 or v <= 0 for _, _, v, n in run_codes(path, None, "keep-negative")["pairs"])


def test_kinds_of_arrays(tmp_path):
    expected = run_codes(write(tmp_path))
    names = np.array([f"s{i}" for i in range(8)])
    for changes in (
        {"song": names[arrays()["song"]]}, {"song": arrays()["song"].astype("S")}, {"song": arrays()["song"] * 1000 - 5},
        {"split": np.repeat([0, 0, 1, 2], 6)}, {"split": np.repeat([b"train", b"train", b"dev", b"test"], 6)},
        {"lyric_codes": arrays()["lyric_codes"].astype(np.float64), "lyric_codebook_size": np.array([4])},
        {"length": arrays()["length"].astype(">u2")},
    ):
        assert run_codes(write(tmp_path, **changes)) == expected


LENGTH = arrays()["length"]
LYRIC = arrays()["lyric_codes"]


@pytest.mark.parametrize(("changes", "fault"), [
    ({"song": None}, "no array 'song'"),
    ({"song": np.zeros((24, 1), int)}, r"'song' has the shape \(24, 1\)"),
    ({"song": np.zeros(0, int), "length": np.zeros(0, int)}, "'song' has the shape"),
    ({"song": np.full(24, np.nan)}, "'song' has values that are not finite"),
    ({"song": np.zeros(23, int)}, "23 songs and 24 lengths"),
    ({"length": LENGTH.astype(str)}, "'length' is no flat array of whole numbers"),
    ({"length": -LENGTH}, "'length' has values from -5 to -3"),
    ({"length": LENGTH + 0.5}, "'length' has values that are no whole numbers"),
    ({"length": np.full(24, 4_000_000_000)}, "'length' has values from"),
    ({"length": LENGTH + 1}, "the lengths make .* frames, but 'lyric_codes' has"),
    ({"lyric_codes": LYRIC[:, None]}, "'lyric_codes' is no flat array"),
    ({"lyric_codes": np.where(np.arange(len(LYRIC)) == 3, np.nan, LYRIC)}, "'lyric_codes' has values that are no whole"),
    ({"lyric_codes": LYRIC * 1e300}, "'lyric_codes' has values from"),
    ({"lyric_codes": LYRIC - 1}, "'lyric_codes' has values from -1 to 2, where 0 to 3 are allowed"),
    ({"dance_codes": LYRIC[:-1]}, "'dance_codes' has"),
    ({"dance_codes": LYRIC}, "'dance_codes' has values from 0 to 3, where 0 to 2"),
    ({"dance_codebook_size": np.array([3, 3])}, r"'dance_codebook_size' has the shape \(2,\)"),
    ({"dance_codebook_size": np.array(0)}, "'dance_codebook_size' is 0"),
    ({"dance_codebook_size": np.array(4_000_000_000)}, "'dance_codebook_size' has values from"),
    ({"lyric_codebook_size": np.array(60_000), "dance_codebook_size": np.array(60_000)}, "make more than"),
    ({"split": np.repeat("exam", 24)}, "'split' has values other than train, dev, test"),
    ({"split": np.full(24, 3)}, "'split' has values from 3 to 3"),
    ({"split": np.full(23, 2)}, "24 songs and 23 splits"),
    ({"split": np.resize([0, 2], 24)}, "more than one split"),
    ({"split": np.full(24, 0)}, "none of its bars has the split test"),
    ({"split": np.full(24, 2)}, "none of its bars has the split train"),
])
def test_bad_arrays_get_one_sentence(tmp_path, changes, fault):
    path = write(tmp_path, **changes)
    with pytest.raises(InputError, match=fault) as caught:
        run_codes(path, None if "split" not in changes else "inductive")
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_bad_names_get_one_sentence(tmp_path):
    path = write(tmp_path)
    with pytest.raises(SettingsError, match="no protocol 'deductive'"):
        run_codes(path, "deductive")
    with pytest.raises(SettingsError, match="no rule 'drop'"):
        run_codes(path, None, "drop")


small = st.one_of(st.integers(-2, 6), st.integers(-(2**63), 2**63 - 1))


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(small, max_size=5), st.lists(small, max_size=5), st.lists(st.floats(), max_size=12), st.binary(max_size=8),
    small, st.sampled_from(["<i8", "<f8", "<u1", "<U1", "S2", "?", ">i2"]),
)
def test_any_arrays_give_a_result_or_an_input_error(tmp_path, song, length, lyric, dance, size, dtype):
    path = tmp_path / "any.npz"
    with np.errstate(all="ignore"):
        np.savez(path, song=np.array(song, np.int64), length=np.array(length, np.int64).astype(dtype),
                 lyric_codes=np.array(lyric), dance_codes=np.frombuffer(dance, np.uint8).astype(dtype),
                 lyric_codebook_size=np.array(size), dance_codebook_size=np.array(9))
    try:
        found = run_codes(path)
    except InputError:
        return
    json.dumps(found, allow_nan=False)
