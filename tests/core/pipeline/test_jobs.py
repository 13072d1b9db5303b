"""Jobs by folder: finding songs, importing some of them, building as before."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.corpus.store import Corpus
from core.pipeline.jobs import build_corpus, import_into, look_into
from core.pipeline.options import BuildOptions


def test_a_folder_a_manifest_a_motion_and_rubbish(demo_manifest: Path, tmp_path: Path):
    folder = tmp_path / "songs"
    folder.mkdir()
    for path in demo_manifest.parent.iterdir():
        if path.name.startswith(("demo-0000", "demo-0001")):
            shutil.copy(path, folder)
    rubbish = tmp_path / "notes.docx"
    rubbish.write_bytes(b"x")
    found = look_into([folder, rubbish])
    assert [song.song_id for song in found.songs] == ["demo-0000", "demo-0001"]
    assert all({"motion", "lyrics", "audio", "beats"} <= set(song.files()) for song in found.songs)
    assert found.unknown == (rubbish,)
    assert look_into([demo_manifest]).sources == (demo_manifest,)
    single = look_into([folder / "demo-0001.vmd", folder / "demo-0001.ogg"])
    assert [song.song_id for song in single.songs] == ["demo-0001"]
    assert not single.unknown


def test_folders_without_motion_are_named(tmp_path: Path):
    empty = tmp_path / "empty"
    empty.mkdir()
    found = look_into([empty, tmp_path / "missing.vmd"])
    assert not found.songs
    assert any("empty" in fault.sentence for fault in found.faults)


def test_only_chosen_songs_are_imported_and_a_rebuild_keeps_its_options(demo_manifest: Path, tmp_path: Path):
    folder = tmp_path / "corpus"
    report = import_into(folder, [demo_manifest], ["demo-0001", "demo-0002"])
    assert report.imported == ("demo-0001", "demo-0002")
    assert not report.faults
    options = BuildOptions(lyric_encoder="lexical", dance_encoder="pose", lyric_codes=12, dance_codes=8)
    assert build_corpus(folder, options).lyric_codes == 12
    again = build_corpus(folder)
    assert (again.lyric_codes, again.dance_codes, again.songs_encoded) == (12, 8, 0)
    with Corpus.open(folder) as corpus:
        assert corpus.setting("build")["dance_encoder"] == "pose"
