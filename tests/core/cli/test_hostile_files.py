"""Files that are broken or mean: one sentence naming file and fault, exit code 1, nothing half-written."""

import struct

import numpy as np
import pytest

from core.cli.app import run_command_line

BVH = "HIERARCHY\nROOT Hips\n{\n OFFSET 0 90 0\n CHANNELS 3 Zrotation Xrotation Yrotation\n End Site\n {\n  OFFSET 0 1 0\n }\n}\n"
VMD = b"Vocaloid Motion Data 0002".ljust(30, b"\0") + "モデル".encode("cp932").ljust(20, b"\0")


def vmd_key(name, frame, quaternion):
    return name.encode("cp932").ljust(15, b"\0") + struct.pack("<I3f4f", frame, 0, 0, 0, *quaternion) + bytes(64)


HOSTILE = {
    "empty.bvh": b"",
    "truncated.bvh": (BVH + "MOTION\nFrames: 100\nFrame Time: 0.0333333\n0 0").encode(),
    "nan.bvh": (BVH + "MOTION\nFrames: 2\nFrame Time: 0.0333333\nnan 0 0\n0 0 0\n").encode(),
    "many.bvh": (BVH + "MOTION\nFrames: 4000000000\nFrame Time: 0.0333333\n0 0 0\n").encode(),
    "twice.bvh": BVH.replace("End Site", "JOINT Hips").encode(),
    "picture.bvh": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "empty.vmd": b"",
    "text.vmd": "これは読めない\n".encode("cp932") * 20,
    "many.vmd": VMD + struct.pack("<I", 4_000_000_000),
    "truncated.vmd": VMD + struct.pack("<I", 3) + vmd_key("センター", 0, (0, 0, 0, 1)),
    "nan.vmd": VMD + struct.pack("<I", 2) + vmd_key("左腕", 0, (0, 0, 0, 1)) + vmd_key("左腕", 90, (float("nan"), 0, 0, 1)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_motion(name, tmp_path, capsys):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / name).write_bytes(HOSTILE[name])
    code = run_command_line(["import", str(tmp_path / "raw"), str(tmp_path / "c"), "--quiet"])
    err = capsys.readouterr().err.strip()
    assert code == 1
    assert len(err.splitlines()) == 1
    assert name in err
    assert not list((tmp_path / "c").glob("arrays/*/*"))


@pytest.mark.parametrize(("name", "content"), [
    ("words.lrc", b"[00:01.00]" + b"la " * 2_000_000),
    ("words.lrc", b"[99999999:00.00]a\n"),
    ("words.srt", b"not a subtitle at all"),
    ("words.json", b"[" * 100_000),
    ("words.json", b'{"words": [{"word": "a", "start": 1e400, "end": 2}]}'),
    ("words.csv", b"word,start,end\na,one,two\n"),
    ("words.TextGrid", b"File type = ooTextFile\nObject class = TextGrid\n\n0\n1\n<exists>\n4000000000\n"),
    ("words.beats.txt", b"one\ntwo\n"),
    ("words.beats.txt", b"1e999\n"),
])
def test_hostile_words_and_beats(name, content, tmp_path, capsys, demo_manifest):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "words.vmd").write_bytes((demo_manifest.parent / "demo-0000.vmd").read_bytes())
    if not name.endswith(".txt"):
        (raw / "words.beats.txt").write_text("0.5\n2.5\n4.5\n6.5\n")
    (raw / name).write_bytes(content)
    code = run_command_line(["import", str(raw), str(tmp_path / "c"), "--quiet"])
    err = capsys.readouterr().err.strip()
    assert code == 1
    assert len(err.splitlines()) == 1
    assert name in err


@pytest.mark.parametrize("break_it", ["truncate", "text", "pickle", "missing", "range", "length"])
def test_hostile_codes(break_it, tmp_path, capsys):
    path = tmp_path / "codes.npz"
    arrays = {"song": np.array([0, 0, 1]), "length": np.array([2, 2, 2]), "lyric_codes": np.zeros(6, int),
              "dance_codes": np.zeros(6, int), "lyric_codebook_size": 3, "dance_codebook_size": 3}
    if break_it == "missing":
        del arrays["song"]
    if break_it == "range":
        arrays["dance_codes"] = np.full(6, 7)
    if break_it == "length":
        arrays["length"] = np.array([2, 2, 2**40])
    if break_it == "pickle":
        arrays["song"] = np.array([{}, 1, 2], dtype=object)
    np.savez(path, **arrays)
    if break_it == "truncate":
        path.write_bytes(path.read_bytes()[:200])
    if break_it == "text":
        path.write_text("no archive")
    code = run_command_line(["codes", str(path), "--quiet"])
    captured = capsys.readouterr()
    assert code == 1
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert "codes.npz" in captured.err
