"""Reading untrusted .npz files."""

import io
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.npzfile import read_npz


def packed(**members):
    """A zip of the given raw .npy contents."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def npy(header, data=b"", version=(1, 0)):
    text = header.encode("latin1") + b"\n"
    size = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + size + text + data


def as_npy(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, array)
    return file.getvalue()


def test_arrays_come_back(tmp_path):
    path = tmp_path / "a.npz"
    arrays = {"a": np.arange(6, dtype=">i4").reshape(2, 3), "b": np.array("名"), "c": np.asfortranarray(np.eye(3)),
              "d": np.array(5)}
    for save in (np.savez, np.savez_compressed):
        save(path, **arrays)
        found = read_npz(path, ("a", "b"), ("c", "d", "e"))
        assert found.keys() == arrays.keys()
        for name, array in arrays.items():
            assert np.array_equal(found[name], array)
            assert found[name].dtype.isnative


@pytest.mark.parametrize(("content", "fault"), [
    (b"", "empty"),
    (b"hello", "no .npz"),
    (packed(b=as_npy(np.zeros(2))), "no array 'a'"),
    (packed(a=b"no array"), "damaged"),
    (packed(a=npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4000000000,)}")), "more than the"),
    (packed(a=npy("{'descr': '<f8', 'fortran_order': False, 'shape': (40, -3)}")), "neither numbers"),
    (packed(a=npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4,)}", bytes(31))), "fewer bytes"),
    (packed(a=npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4,)}", bytes(33))), "more bytes"),
    (packed(a=npy("{'descr': '<U0', 'fortran_order': False, 'shape': (4000000000,)}")), "neither numbers"),
    (packed(a=npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", bytes(8))), "neither numbers"),
    (packed(a=npy("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,)}", bytes(8))), "neither numbers"),
    (packed(a=npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}" + " " * 60000)), "damaged"),
    (packed(a=b"\x93NUMPY\x02\x00" + b"\xff" * 4 + bytes(10_000_000)), "damaged"),
    (packed(a=npy("[" * 5000)), "damaged"),
    (packed(a=npy("{}", version=(9, 9))), "damaged"),
])
def test_hostile_files_get_one_sentence(tmp_path, content, fault):
    path = tmp_path / "bad.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match=fault) as caught:
        read_npz(path, ("a",))
    assert str(caught.value).startswith(str(path))


def test_a_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.npz"
    header = "{'descr': '|u1', 'fortran_order': False, 'shape': (50000000,)}"
    path.write_bytes(packed(a=npy(header, bytes(50_000_000))))
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match="more than the 1000000"):
        read_npz(path, ("a",), limit=1_000_000)


VALID = packed(a=as_npy(np.arange(40)), b=as_npy(np.array(["x", "yy"])))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(
    st.binary(max_size=200),
    st.integers(0, len(VALID)).map(lambda n: VALID[:n]),
    st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), min_size=1, max_size=6).map(
        lambda changes: bytes(dict(changes).get(i, b) for i, b in enumerate(VALID))),
    st.binary(max_size=120).map(lambda junk: packed(a=b"\x93NUMPY\x01\x00" + junk)),
    st.text(st.characters(max_codepoint=255), max_size=100).map(
        lambda text: packed(a=npy("{'descr': " + text + ", 'fortran_order': False, 'shape': (1,)}", bytes(64)))),
))
def test_any_bytes_give_arrays_or_an_input_error(tmp_path, content):
    path = tmp_path / "any.npz"
    path.write_bytes(content)
    try:
        found = read_npz(path, ("a",), ("b",))
    except InputError:
        return
    assert found["a"].dtype.kind in "biufUS"
