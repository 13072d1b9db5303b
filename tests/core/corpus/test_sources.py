import csv
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.corpus.sources import COLUMNS, gather, pair_folder, read_manifest
from core.errors import InputError


def manifest(path, rows, header=COLUMNS):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def row(**cells):
    return [cells.get(name, "") for name in COLUMNS]


def test_rows_become_songs_with_paths_beside_the_manifest(tmp_path):
    path = manifest(tmp_path / "manifest.csv", [
        row(song_id="s1", motion="m/a.vmd", lyrics="a.lrc", bpm="120", split="Dev", genre="rock", offset="-0.5"),
        row(), row(song_id="s2", motion="b.bvh"),
    ])
    songs, faults = read_manifest(path)
    assert not faults
    assert [s.song_id for s in songs] == ["s1", "s2"]
    assert songs[0].motion == (tmp_path / "m/a.vmd").resolve()
    assert (songs[0].bpm, songs[0].split, songs[0].offset) == (120.0, "dev", -0.5)
    assert songs[1].lyrics is None
    assert songs[1].offset == 0.0


@pytest.mark.parametrize(("cells", "word"), [
    ({"song_id": "x"}, "no motion"), ({"motion": "a.vmd"}, "no song_id"),
    ({"song_id": "x", "motion": "a.vmd", "bpm": "fast"}, "bpm"), ({"song_id": "x", "motion": "a.vmd", "bpm": "1"}, "20 to"),
    ({"song_id": "x", "motion": "a.vmd", "offset": "nan"}, "offset"),
    ({"song_id": "x", "motion": "a.vmd", "split": "validation"}, "split"),
])
def test_a_bad_row_is_named_and_the_others_stay(tmp_path, cells, word):
    path = manifest(tmp_path / "m.csv", [row(**cells), row(song_id="good", motion="b.vmd")])
    songs, faults = read_manifest(path)
    assert [s.song_id for s in songs] == ["good"]
    assert len(faults) == 1
    assert word in faults[0].sentence
    assert "m.csv" in faults[0].sentence


def test_a_manifest_without_its_columns_is_refused(tmp_path):
    path = manifest(tmp_path / "m.csv", [["a"]], header=["name"])
    with pytest.raises(InputError, match="song_id"):
        read_manifest(path)


def test_the_same_song_id_twice_is_a_fault(tmp_path):
    path = manifest(tmp_path / "m.csv", [row(song_id="x", motion="a.vmd"), row(song_id="x", motion="b.vmd")])
    songs, faults = gather([path])
    assert len(songs) == 1
    assert "already taken" in faults[0].sentence


def test_files_of_one_stem_are_paired(tmp_path):
    for name in ("愛.vmd", "愛.lrc", "愛.srt", "愛.wav", "愛.beats.txt", "b.BVH", "b.lrc", "model.pmx", "readme.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    songs, faults = pair_folder(tmp_path)
    found = {s.song_id: {k: p.name for k, p in s.files().items()} for s in songs}
    assert not faults
    assert found == {
        "愛": {"motion": "愛.vmd", "model": "model.pmx", "lyrics": "愛.lrc", "audio": "愛.wav", "beats": "愛.beats.txt"},
        "b": {"motion": "b.BVH", "model": "model.pmx", "lyrics": "b.lrc"},
    }


def test_a_folder_a_song_needs_no_equal_names(tmp_path):
    for name in ("one/dance.vmd", "one/words.ass", "one/sound.mp3", "one/my_downbeats.csv", "two/dance.vmd"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    songs, _ = pair_folder(tmp_path)
    found = {s.song_id: {k: p.name for k, p in s.files().items()} for s in songs}
    assert found["one/dance"] == {"motion": "dance.vmd", "lyrics": "words.ass", "audio": "sound.mp3",
                                  "beats": "my_downbeats.csv"}
    assert found["two/dance"] == {"motion": "dance.vmd"}


def test_a_folder_without_motion_is_refused(tmp_path):
    with pytest.raises(InputError, match="no motion"):
        pair_folder(tmp_path)
    with pytest.raises(InputError, match="no such"):
        gather([tmp_path / "nowhere"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(alphabet=string.printable + "愛\0", max_size=200).map(
    lambda t: ("song_id,motion\n" + t).encode())))
def test_any_manifest_is_read_or_refused(tmp_path, data):
    path = tmp_path / "m.csv"
    path.write_bytes(data)
    try:
        read_manifest(path)
    except InputError as error:
        assert "m.csv" in str(error)
