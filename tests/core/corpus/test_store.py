import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from core.corpus.records import BarRecord, NewSong
from core.corpus.schema import FORMAT
from core.corpus.store import CATALOGUE, Corpus
from core.errors import CorpusError, InputError
from core.lyrics.words import TimedWord
from core.motion.clip import Motion
from core.skeleton import N_JOINTS, REST_OFFSETS, REST_ROOT


def motion(frames=60):
    rest = np.array([0, 0, 0, 1], np.float32)
    driven = np.zeros(N_JOINTS, bool)
    driven[3] = True
    return Motion(np.tile(REST_ROOT, (frames, 1)).astype(np.float32), np.tile(rest, (frames, 1)),
                  np.tile(rest, (frames, N_JOINTS, 1)), REST_OFFSETS.astype(np.float32), driven)


def song(song_id="s1", fingerprint="f1", split=""):
    return NewSong(song_id, "愛の歌", "誰か", "pop", split, 120.0, 0.0, "", "spaces", {"motion": "/a.vmd"},
                   {"notes": ["scale guessed"]}, fingerprint, (BarRecord(0, 45, sung=True), BarRecord(45, 60, sung=False)),
                   (TimedWord("愛", 0.0, 1.0, 0), TimedWord("love", 1.0, 1.5, 0, estimated=True)))


def spoken(frames=60):
    words = np.full(frames, -1, np.int32)
    words[:30], words[30:45] = 0, 1
    return words


def test_a_song_comes_back_as_it_went_in(tmp_path):
    with Corpus.create(tmp_path / "c") as corpus:
        corpus.add_song(song(), motion(), spoken())
    with Corpus.open(tmp_path / "c") as corpus:
        record = corpus.song("s1")
        assert (record.title, record.frames, record.report["notes"]) == ("愛の歌", 60, ["scale guessed"])
        assert corpus.bars(record) == list(song().bars)
        assert corpus.words(record) == list(song().words)
        back = corpus.motion(record)
        assert np.array_equal(back.rotations, motion().rotations)
        assert np.array_equal(back.offsets, motion().offsets)
        assert back.driven.sum() == 1
        assert np.array_equal(corpus.array(record, "words"), spoken())


def test_replacing_a_song_forgets_its_stages_and_files(tmp_path):
    with Corpus.create(tmp_path / "c") as corpus:
        first = corpus.add_song(song(), motion(), spoken())
        corpus.finish_stage(first, "dance", "key", np.ones(3))
        assert corpus.stage_key(first, "dance") == "key"
        second = corpus.add_song(song(fingerprint="f2"), motion(90), spoken(90))
        assert second.row != first.row
        assert corpus.stage_key(second, "dance") is None
        assert len(corpus.songs()) == 1
        assert not list((tmp_path / "c" / "arrays").glob(f"*/{first.row:06d}.npy"))
        assert len(corpus.motion(second)) == 90


def test_a_failed_write_leaves_the_catalogue_as_it_was(tmp_path, monkeypatch):
    with Corpus.create(tmp_path / "c") as corpus:
        before = corpus.add_song(song(), motion(), spoken())

        def full(*_args, **_kwargs):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(np, "save", full)
        with pytest.raises(OSError, match="space"):
            corpus.add_song(song(fingerprint="f2"), motion(90), spoken(90))
        monkeypatch.undo()
        assert corpus.songs() == [before]
        assert len(corpus.motion(before)) == 60


def test_a_stage_without_its_array_does_not_count(tmp_path):
    with Corpus.create(tmp_path / "c") as corpus:
        record = corpus.add_song(song(), motion(), spoken())
        corpus.finish_stage(record, "dance", "key", np.ones(3))
        (tmp_path / "c" / "arrays" / "dance" / f"{record.row:06d}.npy").unlink()
        assert corpus.stage_key(record, "dance") is None
        with pytest.raises(CorpusError, match="missing"):
            corpus.array(record, "dance")


def test_damaged_and_pickled_arrays_are_refused(tmp_path):
    with Corpus.create(tmp_path / "c") as corpus:
        record = corpus.add_song(song(), motion(), spoken())
        path = tmp_path / "c" / "arrays" / "words" / f"{record.row:06d}.npy"
        whole = path.read_bytes()
        for damaged in (whole[:-10], b"", b"garbage"):
            path.write_bytes(damaged)
            with pytest.raises(InputError, match="damaged"):
                corpus.array(record, "words")
        np.save(path, np.array([{}], dtype=object), allow_pickle=True)
        with pytest.raises(InputError, match="damaged"):
            corpus.array(record, "words")


def test_a_newer_format_is_refused(tmp_path):
    Corpus.create(tmp_path / "c").close()
    db = sqlite3.connect(tmp_path / "c" / CATALOGUE)
    db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT + 1),))
    db.commit()
    db.close()
    with pytest.raises(CorpusError, match="update Kotofuri"):
        Corpus.open(tmp_path / "c")


def test_what_is_no_corpus_is_refused(tmp_path):
    with pytest.raises(CorpusError, match="no corpus"):
        Corpus.open(tmp_path)
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(CorpusError, match="other files"):
        Corpus.create(tmp_path)
    (tmp_path / CATALOGUE).write_bytes(b"not a database, whatever its name says" * 40)
    with pytest.raises(CorpusError, match="damaged"):
        Corpus.open(tmp_path)


def test_given_splits_stay_and_the_others_are_shared_out(tmp_path):
    with Corpus.create(tmp_path / "c") as corpus:
        for i in range(10):
            corpus.add_song(replace(song(f"s{i}"), split="test" if i == 0 else ""), motion(), spoken())
        corpus.share_out_splits(0)
        splits = {s.song_id: s.split for s in corpus.songs()}
    assert splits["s0"] == "test"
    assert sorted(splits.values()).count("dev") == 1


def test_an_unknown_song_is_named(tmp_path):
    with Corpus.create(tmp_path / "c") as corpus:
        corpus.add_song(song(), motion(), spoken())
        with pytest.raises(CorpusError, match=r"'nope'.*s1"):
            corpus.song("nope")
