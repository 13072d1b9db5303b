from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mmd_builders import pmd

from core.errors import InputError
from core.motion.mmd_model import Append, IkLink
from core.motion.pmd import read_pmd

BONES = [
    ("センター", -1, 1, 1, 0xFFFF, (0.0, 8.0, 0.0)),
    ("左足", 0, 2, 4, 4, (1.0, 11.0, 0.0)),
    ("左ひざ", 1, 3, 4, 4, (1.0, 6.0, 0.0)),
    ("左足首", 2, 0, 4, 4, (1.0, 1.0, 0.0)),
    ("左足ＩＫ", -1, 0, 2, 0xFFFF, (1.0, 1.0, 0.0)),
    ("左腕捩1", 0, 0, 5, 1, (2.0, 15.0, 0.0)),
    ("左目", 0, 1, 9, 30, (0.5, 18.0, 0.0)),
]
IKS = [(4, 3, 40, 0.5, [2, 1])]


def read(tmp_path, data):
    path = tmp_path / "m.pmd"
    path.write_bytes(data)
    return read_pmd(path)


def test_bones_ik_and_followers_in_the_terms_of_pmx(tmp_path):
    model = read(tmp_path, pmd(BONES, IKS))
    assert model.name == "ミク"
    assert [b.name for b in model.bones] == [row[0] for row in BONES]
    assert [b.parent for b in model.bones] == [-1, 0, 1, 2, -1, 0, 0]
    assert model.bones[1].position == (1.0, 11.0, 0.0)
    ik = model.bones[4].ik
    assert (ik.effector, ik.loops, ik.step) == (3, 40, 2.0)
    assert ik.links[1] == IkLink(1)
    assert ik.links[0].bone == 2
    np.testing.assert_allclose(np.rad2deg(ik.links[0].limits), [[-180, 0, 0], [-0.5, 0, 0]])
    assert model.bones[5].append == Append(1, 1.0)
    assert model.bones[6].append == Append(1, 0.3)


def test_iks_come_after_plain_bones_and_followers_after_iks(tmp_path):
    model = read(tmp_path, pmd(BONES, IKS))
    assert model.order == (0, 1, 2, 3, 4, 5, 6)
    plain = ("a", -1, 0, 0, 0xFFFF, (0.0, 0.0, 0.0))
    follower = ("f", -1, 0, 5, 3, (0.0, 0.0, 0.0))
    model = read(tmp_path, pmd([follower, plain, plain, plain], [(2, 3, 1, 0.5, [3]), (1, 3, 1, 0.5, [3])]))
    assert model.order == (3, 2, 1, 0)


WHOLE = pmd(BONES, IKS)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"PMX ", "not a PMD"),
        (WHOLE[:100], "cut short"),
        (WHOLE[:283] + struct.pack("<I", 2**32 - 1) + WHOLE[287:], "announces 4294967295 vertices"),
        (WHOLE[:-30], "IK|bones"),
        (pmd([("a", 0, 0, 0, 0, (0.0, 0.0, 0.0))], []), "its own ancestor"),
        (pmd([("a", 7, 0, 0, 0, (0.0, 0.0, 0.0))], []), "does not exist"),
        (pmd(BONES, [(99, 3, 40, 0.5, [2])]), "belongs to bone 99"),
        (pmd(BONES, [(4, 3, 40, float("nan"), [2])]), "not a number"),
        (pmd([], []), "no bones"),
    ],
)
def test_faulty_files_give_one_sentence(tmp_path, data, said):
    with pytest.raises(InputError, match=said) as caught:
        read(tmp_path, data)
    assert "m.pmd" in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(
    cut=st.integers(1, len(WHOLE)) | st.just(len(WHOLE)),
    edits=st.lists(st.tuples(st.integers(280, len(WHOLE) - 1), st.integers(0, 255)), max_size=5),
)
def test_damaged_files_are_read_or_refused(tmp_path_factory, cut, edits):
    data = bytearray(WHOLE)
    for place, value in edits:
        data[place] = value
    path = tmp_path_factory.mktemp("pmd") / "m.pmd"
    path.write_bytes(bytes(data[:cut]))
    try:
        model = read_pmd(path)
    except InputError:
        return
    assert model.order
