from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mmd_builders import LINEAR, handles, vmd

from core.errors import InputError
from core.motion.vmd import (
    BONE_KEY,
    IkSwitch,
    VmdFile,
    bezier_handles,
    group_names,
    linear_handles,
    parse_vmd,
    serialise_vmd,
)

ZERO, ONE = (0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0)
KEYS = [("センター", 0, (1.0, 2.0, 3.0), ONE), ("左つま先ＩＫ", 7, ZERO, (0.6, 0.0, 0.0, 0.8))]
SWITCHES = [(0, [("左足ＩＫ", False), ("右足ＩＫ", True)]), (9, [("左足ＩＫ", True)])]


def parsed(tmp_path, data):
    path = tmp_path / "a.vmd"
    path.write_bytes(data)
    return parse_vmd(path)


def test_keys_and_switches_are_read(tmp_path):
    file = parsed(tmp_path, vmd(KEYS, SWITCHES, faces=2, cameras=3, name="初音ミク"))
    assert file.model_name.startswith("初音ミク")
    assert (file.faces, file.cameras) == (2, 3)
    assert file.bones["frame"].tolist() == [0, 7]
    np.testing.assert_array_equal(file.bones["position"][0], [1, 2, 3])
    np.testing.assert_allclose(file.bones["rotation"][1], [0.6, 0, 0, 0.8], rtol=1e-6)
    assert file.switches == (
        IkSwitch(0, (("左足ＩＫ", False), ("右足ＩＫ", True))), IkSwitch(9, (("左足ＩＫ", True),)),
    )


@pytest.mark.parametrize("stop", [2, 3, 4, 5, 6])
def test_a_file_may_end_after_any_block(tmp_path, stop):
    assert len(parsed(tmp_path, vmd(KEYS, SWITCHES, faces=1, stop_after=stop)).bones) == 2


def test_old_head_has_a_shorter_name(tmp_path):
    assert parsed(tmp_path, vmd(KEYS, old=True)).bones["frame"].tolist() == [0, 7]


def test_names_end_at_the_first_nul_and_group():
    bones = np.zeros(4, BONE_KEY)
    for row, raw in zip(bones["name"], [b"ab\0\xfd\xfd", b"ab", b"", b"abcdefghijklmno"], strict=True):
        row[: len(raw)] = np.frombuffer(raw, np.uint8)
    names, group = group_names(bones)
    assert [names[g] for g in group] == [b"ab", b"ab", b"", b"abcdefghijklmno"]
    assert len(names) == 3


def test_handles_survive_the_physics_switch_in_bytes_two_and_three():
    curves = [(1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16)]
    raw = bytearray(handles(curves))
    raw[2:4] = b"\x63\x0f"
    np.testing.assert_array_equal(bezier_handles(np.frombuffer(bytes(raw), np.uint8)[None])[0], curves)


def test_handles_of_a_writer_that_fills_the_first_row_only():
    curves = [(1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 200)]
    raw = np.frombuffer(handles(curves)[:16] + bytes(48), np.uint8)
    assert bezier_handles(raw[None])[0].tolist() == [list(c) for c in curves[:3]] + [[13, 14, 15, 127]]


def test_linear_handles_are_a_straight_line():
    assert bezier_handles(linear_handles()[None]).tolist() == [[[20, 20, 107, 107]] * 4]


def test_serialise_and_parse_are_inverse(tmp_path):
    file = parsed(tmp_path, vmd(KEYS, SWITCHES))
    again = parsed(tmp_path, serialise_vmd(file))
    assert again.bones.tobytes() == file.bones.tobytes()
    assert again.switches == file.switches


def test_a_title_is_cut_between_characters(tmp_path):
    data = serialise_vmd(VmdFile("あ" * 9 + "aいう", np.zeros(0, BONE_KEY)))
    assert parsed(tmp_path, data).model_name == "あ" * 9 + "a"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"HIERARCHY", "not a VMD"),
        (vmd(KEYS)[:40], "cut short"),
        (vmd(KEYS)[:100], "announces 2 bone keys"),
        (vmd(KEYS)[:50] + struct.pack("<I", 2**32 - 1) + bytes(500), "announces 4294967295 bone keys"),
        (vmd(KEYS, faces=1)[: 50 + 4 + 222 + 4 + 10], "announces 1 face keys"),
        (vmd(KEYS, SWITCHES)[:-3], "IK switches"),
        (vmd(KEYS, stop_after=6) + struct.pack("<IIBI", 1, 0, 1, 2**32 - 1), "IK switches"),
    ],
)
def test_faulty_files_give_one_sentence(tmp_path, data, said):
    with pytest.raises(InputError, match=said) as caught:
        parsed(tmp_path, data)
    assert "a.vmd" in str(caught.value)
    assert "\n" not in str(caught.value)


WHOLE = vmd(KEYS, SWITCHES, faces=1, cameras=1)


@settings(max_examples=150, deadline=None)
@given(
    cut=st.integers(0, len(WHOLE)),
    edits=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=6),
)
def test_damaged_files_are_read_or_refused(tmp_path_factory, cut, edits):
    data = bytearray(WHOLE)
    for place, value in edits:
        data[place] = value
    path = tmp_path_factory.mktemp("vmd") / "a.vmd"
    path.write_bytes(bytes(data[: max(cut, 1)]))
    try:
        file = parse_vmd(path)
    except InputError:
        return
    bezier_handles(file.bones["handles"])
    group_names(file.bones)


def test_the_builder_writes_linear_rows():
    assert len(LINEAR) == 64
