import csv
import shutil
from itertools import pairwise

import numpy as np
import pytest

from core.corpus.importer import import_songs
from core.corpus.store import Corpus
from core.errors import Cancelled


def copy_demo(manifest, folder, keep=3):
    shutil.copytree(manifest.parent, folder)
    return list(csv.DictReader((folder / "manifest.csv").open(encoding="utf-8")))[:keep]


def write(folder, rows):
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder / "manifest.csv"


def test_everything_of_a_song_arrives(imported_corpus, demo_manifest):
    rows = {r["song_id"]: r for r in csv.DictReader(demo_manifest.open(encoding="utf-8"))}
    with Corpus.open(imported_corpus) as corpus:
        songs = corpus.songs()
        assert [s.song_id for s in songs] == sorted(rows)
        for song in songs:
            row = rows[song.song_id]
            assert (song.title, song.genre, song.split) == (row["title"], row["genre"], row["split"])
            bars, words = corpus.bars(song), corpus.words(song)
            assert all(b.stop - b.start >= 30 for b in bars)
            assert all(a.stop <= b.start for a, b in pairwise(bars))
            assert bars[-1].stop <= song.frames == len(corpus.motion(song))
            assert 0.5 < np.mean([b.sung for b in bars]) <= 1.0
            frame_words = np.asarray(corpus.array(song, "words"))
            assert set(frame_words[frame_words >= 0]) == set(range(len(words)))
            word = words[3]
            middle = round((word.start + word.end) / 2 * 30)
            assert words[frame_words[middle]].text == word.text
            assert song.report["driven"]


def test_a_bad_song_is_named_and_the_others_stay(demo_manifest, tmp_path):
    rows = copy_demo(demo_manifest, tmp_path / "raw")
    (tmp_path / "raw" / rows[1]["motion"]).write_bytes(b"no motion at all")
    manifest = write(tmp_path / "raw", rows)
    with Corpus.create(tmp_path / "c") as corpus:
        report = import_songs([manifest], corpus)
        assert report.imported == (rows[0]["song_id"], rows[2]["song_id"])
        assert [f.song_id for f in report.faults] == [rows[1]["song_id"]]
        assert rows[1]["motion"].split("/")[-1] in report.faults[0].sentence


def test_unchanged_songs_are_left_and_changed_ones_read_again(demo_manifest, tmp_path):
    rows = copy_demo(demo_manifest, tmp_path / "raw", keep=2)
    manifest = write(tmp_path / "raw", rows)
    with Corpus.create(tmp_path / "c") as corpus:
        first = import_songs([manifest], corpus)
        lyrics = tmp_path / "raw" / rows[1]["lyrics"]
        lyrics.write_text(lyrics.read_text(encoding="utf-8").replace("[ti:", "[ti:new "), encoding="utf-8")
        second = import_songs([manifest], corpus)
    assert len(first.imported) == 2
    assert second.unchanged == (rows[0]["song_id"],)
    assert second.imported == (rows[1]["song_id"],)


def test_offset_moves_words_and_bars(demo_manifest, tmp_path):
    rows = copy_demo(demo_manifest, tmp_path / "raw", keep=1)
    moved = dict(rows[0], song_id="moved", offset="2.0")
    manifest = write(tmp_path / "raw", [rows[0], moved])
    with Corpus.create(tmp_path / "c") as corpus:
        import_songs([manifest], corpus)
        plain, later = corpus.song(rows[0]["song_id"]), corpus.song("moved")
        assert corpus.words(later)[0].start == pytest.approx(corpus.words(plain)[0].start + 2.0)
        assert corpus.bars(later)[0].start == pytest.approx(corpus.bars(plain)[0].start + 60, abs=1)


def test_bars_from_tempo_and_without_anything(demo_manifest, tmp_path):
    rows = copy_demo(demo_manifest, tmp_path / "raw", keep=1)
    by_tempo = dict(rows[0], song_id="tempo", beats="", audio="", bpm="120")
    nothing = dict(rows[0], song_id="nothing", beats="", audio="", bpm="")
    manifest = write(tmp_path / "raw", [by_tempo, nothing])
    with Corpus.create(tmp_path / "c") as corpus:
        report = import_songs([manifest], corpus)
        bars = corpus.bars(corpus.song("tempo"))
        assert {b.stop - b.start for b in bars[:-1]} == {60}
    assert "beats file, a bpm, or the audio" in report.faults[0].sentence


def test_bars_estimated_from_the_demos_sound(demo_manifest, tmp_path):
    rows = copy_demo(demo_manifest, tmp_path / "raw", keep=1)
    estimated = dict(rows[0], song_id="estimated", beats="", bpm="")
    manifest = write(tmp_path / "raw", [rows[0], estimated])
    with Corpus.create(tmp_path / "c") as corpus:
        report = import_songs([manifest], corpus)
        assert not report.faults
        true = np.array([b.start for b in corpus.bars(corpus.song(rows[0]["song_id"]))])
        song = corpus.song("estimated")
        found = np.array([b.start for b in corpus.bars(song)])
    assert "estimated" in song.report["bars"]
    near = np.abs(found[:, None] - true[None]).min(1) <= 3
    assert near.mean() > 0.7


def test_a_cancelled_import_keeps_what_it_finished(demo_manifest, tmp_path):
    rows = copy_demo(demo_manifest, tmp_path / "raw")
    manifest = write(tmp_path / "raw", rows)

    def stop_at_the_second(fraction, message=""):
        if fraction > 0:
            raise Cancelled

    with Corpus.create(tmp_path / "c") as corpus:
        with pytest.raises(Cancelled):
            import_songs([manifest], corpus, progress=stop_at_the_second)
        assert len(corpus.songs()) == 1
        report = import_songs([manifest], corpus)
    assert len(report.unchanged) == 1
    assert len(report.imported) == 2
