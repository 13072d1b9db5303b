"""File names from templates."""

from __future__ import annotations

from pathlib import PureWindowsPath

import pytest
from clips import made_clip
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError, SettingsError
from core.export.names import FIELDS, clean, fields_of, file_name, free_path

VALUES = {"song": "s1", "title": "Love: a/b?", "artist": "AC/DC", "start": "1.00", "end": "2.50", "word": "愛",
          "code": "3-4", "n": "07"}


@pytest.mark.parametrize(("template", "expected"), [
    ("{song} {start}-{end}", "s1 1.00-2.50.mp4"), ("{title}", "Love ab.mp4"), ("{artist}_{word}", "ACDC_愛.mp4"),
    ("{n} {code}", "07 3-4.mp4"), ("a{{b}}", "a{b}.mp4"), ("", "clip.mp4"), ("???", "clip.mp4"), ("con", "_con.mp4"),
    ("COM1.x", "_COM1.x.mp4"), ("name. .", "name.mp4"), ("../../etc/passwd", "etcpasswd.mp4"),
    ("a\tb\nc", "abc.mp4"), ("x" * 300, "x" * 120 + ".mp4"),
])
def test_templates(template, expected):
    assert file_name(template, VALUES, ".mp4") == expected


@pytest.mark.parametrize("template", ["{nothing}", "{song!r}", "{start:>9}", "{", "}", "{song", "{song.title}", "{0}",
                                      "{}"])
def test_wrong_templates_are_explained(template):
    with pytest.raises(SettingsError) as caught:
        file_name(template, VALUES, ".mp4")
    assert "{song}" in str(caught.value)
    assert str(caught.value).endswith(".")


@given(st.text(max_size=400))
def test_names_are_legal_everywhere(text):
    name = clean(text)
    assert 0 < len(name) <= 121
    assert len((name + " (99)" + ".TextGrid").encode()) <= 255
    assert not set(name) & set('<>:"/\\|?*')
    assert all(ord(c) >= 32 for c in name)
    assert name == name.strip(" .")
    assert not PureWindowsPath(name + ".mp4").is_reserved()
    assert clean(name) in (name, f"_{name}")


def test_fields_of_a_clip():
    values = fields_of(made_clip(frames=60, first=30), 3, 120)
    assert set(values) == set(FIELDS)
    assert values["song"] == "song-1"
    assert (values["start"], values["end"]) == ("1.00", "3.00")
    assert values["word"] == "good", "the word at the highest NPMI"
    assert values["code"] == "0-0"
    assert values["n"] == "003"
    assert fields_of(made_clip(words=()))["word"] == ""
    assert fields_of(made_clip(), word="shine")["word"] == "shine"


def test_an_older_file_is_numbered_refused_or_replaced(tmp_path):
    path = tmp_path / "a 1.5 b.mp4"
    assert free_path(path, "refuse") == path
    path.write_bytes(b"")
    assert free_path(path, "number") == tmp_path / "a 1.5 b (2).mp4"
    (tmp_path / "a 1.5 b (2).mp4").write_bytes(b"")
    assert free_path(path, "number") == tmp_path / "a 1.5 b (3).mp4"
    assert free_path(path, "replace") == path
    with pytest.raises(InputError, match="exists already"):
        free_path(path, "refuse")


def test_files_beside_count_and_names_given_out_are_not_given_twice(tmp_path):
    (tmp_path / "a.srt").write_bytes(b"")
    assert free_path(tmp_path / "a.mp4", "number", beside=(".srt",)) == tmp_path / "a (2).mp4"
    with pytest.raises(InputError, match=r"a\.srt"):
        free_path(tmp_path / "a.mp4", "refuse", beside=(".srt",))
    for existing in ("number", "refuse", "replace"):
        given_out = [tmp_path / "B.mp4"]
        assert free_path(tmp_path / "b.mp4", existing, given_out) == tmp_path / "b (2).mp4"
