"""A song in memory is the same song that the demo's files hold."""

import csv

import numpy as np
import pytest

from core.demo import compose_song


def test_the_same_numbers_give_the_same_song_and_others_another():
    one, again, other = compose_song(2, 5, 9), compose_song(2, 5, 9), compose_song(3, 5, 9)
    assert np.array_equal(one.motion.rotations, again.motion.rotations)
    assert np.array_equal(one.motion.root_positions, again.motion.root_positions)
    assert np.array_equal(one.audio, again.audio)
    assert (one.words, one.truth, one.title) == (again.words, again.truth, again.title)
    assert one.words != other.words
    assert one.title != other.title
    with pytest.raises(ValueError, match="index"):
        compose_song(9, 5, 9)


@pytest.mark.parametrize("index", range(6))
def test_its_parts_last_as_long_as_each_other(index):
    song = compose_song(index, 0, 6)
    seconds = len(song.motion) / 30
    assert len(song.audio) / song.rate == pytest.approx(seconds, abs=0.05)
    assert song.downbeats[-1] < seconds
    assert np.allclose(np.diff(song.downbeats), 240.0 / song.bpm, atol=1e-5)
    assert song.words[-1].end <= song.downbeats[-1] + 1e-3
    assert np.isfinite(song.motion.rotations).all()
    assert np.isfinite(song.motion.root_positions).all()


def test_the_truth_is_the_key_that_is_written_and_its_words_are_sung_over_its_frames(demo_manifest):
    rows = list(csv.DictReader((demo_manifest.parent / "truth.csv").open(encoding="utf-8")))
    songs = [f"demo-{i:04d}" for i in range(8)]
    composed = {name: compose_song(i, 0, 8) for i, name in enumerate(songs)}
    written = [(r["song_id"], int(r["start_frame"]), int(r["end_frame"]), r["gesture"], r["word"]) for r in rows]
    assert written == [(name, *planted) for name in songs for planted in composed[name].truth]
    assert written
    for name, start, end, _, word in written:
        assert 0 <= start < end <= len(composed[name].motion)
        sung = [w for w in composed[name].words if w.start < end / 30 and w.end > start / 30]
        assert any(w.text == word and w.start <= start / 30 + 0.02 and w.end >= end / 30 - 0.02 for w in sung)
