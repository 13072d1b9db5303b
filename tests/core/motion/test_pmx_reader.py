from __future__ import annotations

import struct
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mmd_builders import pmx

from core.errors import InputError
from core.motion.mmd_model import Append, Bone, Ik, IkLink
from core.motion.pmx import read_pmx

BONES = [
    Bone("センター", -1, (0.0, 8.0, 0.0), "center"),
    Bone("左足", 0, (1.0, 11.0, 0.25)),
    Bone("左ひざ", 1, (1.0, 6.0, -0.5), "knee"),
    Bone("左足首", 2, (1.0, 1.0, 0.0), append=Append(0, -0.5, rotation=True, translation=True, local=True)),
    Bone("左足ＩＫ", -1, (1.0, 1.0, 0.0), layer=2, after_physics=True,
         ik=Ik(3, 40, 2.0, (IkLink(2, ((-3.125, 0.0, 0.0), (-0.5, 0.0, 0.0))), IkLink(1)))),
    Bone("左足D", 0, (1.0, 11.0, 0.0), layer=1, append=Append(1, 1.0)),
]


def read(tmp_path, data):
    path = tmp_path / "m.pmx"
    path.write_bytes(data)
    return read_pmx(path)


@pytest.mark.parametrize("vertex", [1, 2, 4])
@pytest.mark.parametrize("texture", [1, 4])
@pytest.mark.parametrize("bone", [1, 2, 4])
@pytest.mark.parametrize("utf8", [False, True])
def test_every_index_size_and_encoding(tmp_path, vertex, texture, bone, utf8):
    model = read(tmp_path, pmx(BONES, (vertex, texture, bone), utf8, more_uv=bone % 3))
    assert model.name == "モデル"
    assert model.bones == tuple(BONES)


def test_version_two_point_one_is_read(tmp_path):
    assert len(read(tmp_path, pmx(BONES, version=2.1)).bones) == 6


def test_vertices_are_stepped_over_quickly(tmp_path):
    data = pmx(BONES, (4, 1, 2), vertices=200_000)
    path = tmp_path / "m.pmx"
    path.write_bytes(data)
    start = time.perf_counter()
    assert read_pmx(path).bones == tuple(BONES)
    assert time.perf_counter() - start < 3.0  # 0.05 s on an idle machine


def test_rounds_are_held_down_and_missing_sources_dropped(tmp_path):
    bones = [replace(BONES[0], append=Append(-1, 1.0), ik=Ik(1, 2**31 - 1, 1.0, (IkLink(-1), IkLink(0)))), BONES[1]]
    model = read(tmp_path, pmx(bones))
    assert model.bones[0].append is None
    assert model.bones[0].ik == Ik(1, 256, 1.0, (IkLink(0),))


WHOLE = pmx(BONES)
VERTICES_AT = WHOLE.index(struct.pack("<i", 5) + bytes(8), 40)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"Pmd", "not a PMX"),
        (b"PMX " + struct.pack("<f", 1.0) + bytes(9), "version 1"),
        (b"PMX " + struct.pack("<f", 2.0) + bytes([8, 0, 0, 3, 1, 1, 1, 1, 1]), "impossible sizes"),
        (WHOLE[:60], "left for them|cut short"),
        (WHOLE[:-40], "cut short"),
        (WHOLE[:VERTICES_AT] + struct.pack("<i", 2**31 - 1) + WHOLE[VERTICES_AT + 4 :], "announces 2147483647 vertices"),
        (WHOLE[:VERTICES_AT] + struct.pack("<i", -1) + WHOLE[VERTICES_AT + 4 :], "announces -1 vertices"),
        (WHOLE[: VERTICES_AT + 36] + b"\xee" + WHOLE[VERTICES_AT + 37 :], "vertices"),
        (pmx([replace(BONES[0], parent=0)]), "its own ancestor"),
        (pmx([replace(BONES[0], position=(float("nan"), 0.0, 0.0))]), "impossible place"),
    ],
)
def test_faulty_files_give_one_sentence(tmp_path, data, said):
    with pytest.raises(InputError, match=said) as caught:
        read(tmp_path, data)
    assert "m.pmx" in str(caught.value)


@settings(max_examples=200, deadline=None)
@given(
    cut=st.integers(1, len(WHOLE)) | st.just(len(WHOLE)),
    edits=st.lists(st.tuples(st.integers(4, len(WHOLE) - 1), st.integers(0, 255)), max_size=5),
)
def test_damaged_files_are_read_or_refused(tmp_path_factory, cut, edits):
    data = bytearray(WHOLE)
    for place, value in edits:
        data[place] = value
    path = tmp_path_factory.mktemp("pmx") / "m.pmx"
    path.write_bytes(bytes(data[:cut]))
    try:
        model = read_pmx(path)
    except InputError:
        return
    assert model.order
