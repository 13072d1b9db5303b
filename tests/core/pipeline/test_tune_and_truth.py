import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.codes import SPLITS, CodedBars
from core.corpus.store import Corpus
from core.errors import InputError
from core.npmi import count_songs, npmi_table
from core.pipeline.truth import planted_frames, read_truth
from core.pipeline.tune import dev_gain
from core.pipeline.view import open_view

HEADER = "song_id,start_frame,end_frame,gesture,word\n"


def corpus_of_codes(linked, seed=0, songs=60):
    """Bars of 40 frames; where ``linked``, lyric code 1 is sung on dance code 1 more often than chance."""
    rng = np.random.default_rng(seed)
    song = np.repeat(np.arange(songs, dtype=np.int32), 6)
    lyric = rng.integers(2, 40, (len(song), 4)).repeat(10, axis=1).astype(np.int32)
    dance = rng.integers(2, 20, (len(song), 4)).repeat(10, axis=1).astype(np.int32)
    planted = rng.random(len(song)) < 0.2
    lyric[planted, :10] = 1
    shown = planted if linked else rng.random(len(song)) < 0.2
    dance[shown, :10] = 1
    split = np.array([0] * 40 + [1] * 10 + [2] * 10, np.int8)[song]
    return CodedBars(song, np.arange(len(song) + 1) * 40, lyric.ravel(), dance.ravel(), 40, 20, split,
                     np.ones(len(song), bool))


def gain(coded):
    train = np.array([coded.split[coded.song == s][0] == SPLITS.index("train") for s in range(coded.songs)])
    return dev_gain(coded, [], npmi_table(count_songs(coded, train)))


def test_dev_gain_sees_a_relation_and_nothing_where_there_is_none():
    chance = [gain(corpus_of_codes(linked=False, seed=s)) for s in range(8)]
    linked = [gain(corpus_of_codes(linked=True, seed=s)) for s in range(8)]
    assert abs(np.mean(chance)) < 1.0
    assert min(linked) > 3.0


def test_within_the_margin_fewer_positive_frames_win(built_corpus, tmp_path):
    import shutil

    from core.pipeline.codebooks import Codebooks
    from core.pipeline.tune import try_sizes

    shutil.copytree(built_corpus, tmp_path / "c")
    with Corpus.open(tmp_path / "c") as corpus:
        def score(coded, _bars, _table):
            return {5: 3.0, 10: 3.5, 30: 1.0}[coded.dance_size]

        plain = try_sizes(corpus, Codebooks(corpus, 0), (60,), (5, 10, 30), score)
        wide = try_sizes(corpus, Codebooks(corpus, 0), (60,), (5, 10, 30), score, margin=1.0)
    assert [t.dance_codes for t in plain] == [10, 5, 30]
    assert wide[0].positive == min(t.positive for t in plain if t.dance_codes != 30)
    assert wide[2].dance_codes == 30


def test_planted_frames_are_found_in_their_bars(built_corpus, demo_manifest):
    truth = read_truth(demo_manifest.parent / "truth.csv")
    with open_view(built_corpus) as view:
        events = planted_frames(view.coded, view.bars, truth)
        bar, frame = view.places
        for i in np.flatnonzero(events >= 0)[::50]:
            event = truth[events[i]]
            assert view.bars[bar[i]].song.song_id == event.song_id
            assert event.start <= frame[i] < event.stop
        inside = sum(e.stop - e.start for e in truth)
        assert 0.8 * inside <= (events >= 0).sum() <= inside


def test_planted_words_are_sung_on_their_frames(imported_corpus, demo_manifest):
    truth = read_truth(demo_manifest.parent / "truth.csv")
    with Corpus.open(imported_corpus) as corpus:
        for event in truth:
            song = corpus.song(event.song_id)
            spoken = np.asarray(corpus.array(song, "words")[event.start : event.stop])
            texts = {corpus.words(song)[i].text.casefold() for i in spoken if i >= 0}
            assert event.word.casefold() in texts


@pytest.mark.parametrize("row", ["s,1,x,g,w", "s,5,5,g,w", "s,-1,5,g,w", "s,1", f"s,1,{10**12},g,w"])
def test_a_bad_row_of_the_key_is_named(tmp_path, row):
    path = tmp_path / "truth.csv"
    path.write_text(HEADER + "s,0,3,g,w\n" + row + "\n")
    with pytest.raises(InputError, match="line 3"):
        read_truth(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=100), st.text(max_size=80).map(lambda t: (HEADER + t).encode())))
def test_any_key_is_read_or_refused(tmp_path, data):
    path = tmp_path / "truth.csv"
    path.write_bytes(data)
    try:
        read_truth(path)
    except InputError as error:
        assert "truth.csv" in str(error)
