import sqlite3
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

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


def turned(frames=60, seed=0):
    """A dance in which some joints move, one is held turned, and the others rest."""
    rng = np.random.default_rng(seed)
    rotations = np.array(motion(frames).rotations)
    rotations[:, 5] = [0.0, 0.6, 0.0, 0.8]
    for joint in (0, 7, 52):
        rotations[:, joint] = Rotation.random(frames, rng=rng).as_quat()
    return replace(motion(frames), rotations=rotations)


def test_rotations_are_kept_small_and_close(tmp_path):
    dance = turned()
    with Corpus.create(tmp_path / "c") as corpus:
        record = corpus.add_song(song(), dance, spoken())
        back = corpus.motion(record)
        off = Rotation.from_quat(back.rotations.reshape(-1, 4)) * Rotation.from_quat(dance.rotations.reshape(-1, 4)).inv()
        assert np.degrees(off.magnitude()).max() < 0.004
        assert np.abs(np.linalg.norm(back.rotations, axis=2) - 1.0).max() < 1e-6
        assert np.array_equal(back.rotations[:, 5], dance.rotations[:, 5])
        assert np.abs(back.world()[0] - dance.world()[0]).max() < 1e-4
        assert corpus.array(record, "rotations").nbytes == 60 * 3 * 4 * 2
        some = corpus.motion(record, 10, 25)
        assert np.array_equal(some.rotations, back.rotations[10:25])
        assert np.array_equal(some.root_positions, back.root_positions[10:25])
        empty = corpus.motion(record, 60)
        assert len(empty) == 0
        # Half of a file, as a full disk leaves it, and a file of another song.
        path = tmp_path / "c" / "arrays" / "rotations" / f"{record.row:06d}.npy"
        for wrong in (np.zeros((60, 2, 4), np.int16), np.zeros((30, 3, 4), np.int16)):
            np.save(path, wrong)
            with pytest.raises(InputError, match="the motion is damaged"):
                corpus.motion(record)


def test_songs_of_the_first_format_are_read_and_new_ones_raise_it(tmp_path):
    dance = turned()
    with Corpus.create(tmp_path / "c") as corpus:
        old = corpus.add_song(song(), dance, spoken())
        arrays = tmp_path / "c" / "arrays"
        np.save(arrays / "rotations" / f"{old.row:06d}.npy", dance.rotations.astype(np.float32))
        body = np.concatenate([dance.offsets, dance.driven[:, None]], axis=1).astype(np.float32)
        np.save(arrays / "body" / f"{old.row:06d}.npy", body)
        with corpus.editing() as database:
            database.execute("UPDATE meta SET value = '1' WHERE key = 'format'")
    with Corpus.open(tmp_path / "c") as corpus:
        assert np.array_equal(corpus.motion(old).rotations, dance.rotations.astype(np.float32))
        new = corpus.add_song(song("s2"), dance, spoken())
        assert corpus.array(new, "rotations").dtype == np.int16
        assert corpus.rows("SELECT value FROM meta WHERE key = 'format'") == [("2",)]
        assert np.array_equal(corpus.motion(old, 5, 9).rotations, dance.rotations[5:9].astype(np.float32))


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
