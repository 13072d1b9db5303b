import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.files import decode_text, read_bytes, read_text, replacing, write_text


def test_replacing_leaves_the_old_file_when_the_writer_fails(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail():
        with replacing(target) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_replacing_makes_folders_and_keeps_the_suffix(tmp_path):
    with replacing(tmp_path / "new" / "a.npy") as temporary:
        assert temporary.suffix == ".npy"
        temporary.write_bytes(b"x")
    assert (tmp_path / "new" / "a.npy").read_bytes() == b"x"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp"])
def test_japanese_text_is_read_in_every_usual_encoding(tmp_path, encoding):
    text = "愛してる、時計の針が回る。言振り\n"
    path = tmp_path / "a.lrc"
    path.write_bytes(text.encode(encoding))
    assert read_text(path) == text


def test_text_round_trip(tmp_path):
    write_text(tmp_path / "a.csv", "é,愛\r\n")
    assert read_text(tmp_path / "a.csv") == "é,愛\r\n"


@pytest.mark.parametrize(("content", "word"), [(None, "no such file"), (b"", "empty")])
def test_missing_and_empty_files_are_named(tmp_path, content, word):
    path = tmp_path / "song.bvh"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=word) as caught:
        read_bytes(path)
    assert str(path) in str(caught.value)


def test_limit_is_kept(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_bytes(path, limit=5) == b"12345"
    with pytest.raises(InputError, match="5 bytes"):
        read_bytes(path, limit=4)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match="not a file"):
        read_bytes(tmp_path)


@given(st.binary(max_size=300))
def test_any_bytes_decode_or_are_refused(data):
    try:
        assert isinstance(decode_text(data, "x"), str)
    except InputError as error:
        assert str(error).count("\n") == 0
