import numpy as np
import pytest

from core.codes import SPLITS
from core.corpus.store import Corpus
from core.errors import CorpusError
from core.npmi import count_songs, npmi_table
from core.pipeline.search import QueryEncoder, search
from core.pipeline.view import open_view


def test_leaving_a_song_out_is_counting_the_others(built_corpus):
    with open_view(built_corpus, "leave-one-song-out") as view:
        frame_song = np.repeat(view.coded.song, view.coded.lengths)
        for song in (0, 5):
            others = np.ones(view.coded.songs, bool)
            others[song] = False
            table = npmi_table(count_songs(view.coded, others))
            own = frame_song == song
            assert np.allclose(view.values[own], table[view.coded.lyric[own], view.coded.dance[own]])


def test_inductive_counts_only_training_songs(built_corpus):
    with open_view(built_corpus) as view:
        train = view.coded.select((view.coded.split == SPLITS.index("train")) & view.coded.sung)
        assert view.counts.songs == len(np.unique(train.song))
        pair = train.lyric[0], train.dance[0]
        together = {int(s) for s, x, y in zip(np.repeat(train.song, train.lengths), train.lyric, train.dance, strict=True)
                    if (x, y) == pair}
        assert view.counts.pair[pair] == len(together)


def test_stretches_are_the_positive_frames_and_carry_their_word(built_corpus):
    with open_view(built_corpus, "transductive") as view:
        marked = {}
        for s in view.stretches(0.0):
            for frame in range(s["start_frame"], s["end_frame"]):
                assert (s["song_id"], frame) not in marked
                marked[s["song_id"], frame] = s
        bar, frame = view.places
        positive = np.flatnonzero(view.values > 0)
        assert len(positive) == len(marked) > 0
        for i in positive[:: max(1, len(positive) // 200)]:
            song = view.bars[bar[i]].song
            s = marked[song.song_id, int(frame[i])]
            assert (s["lyric_code"], s["dance_code"]) == (view.coded.lyric[i], view.coded.dance[i])
            word = int(np.asarray(view.corpus.array(song, "words"))[frame[i]])
            assert s["word"] == (view.words(song)[word].text if word >= 0 else "")


def test_a_bars_own_codes_find_it_at_distance_of_its_alignment(built_corpus):
    with open_view(built_corpus) as view:
        frames = int(view.coded.lengths[0])
        result = search(view, "time after time", frames=frames, top=view.coded.bars)
        assert len(result["results"]) == view.coded.bars
        query = QueryEncoder(view).encode("time after time", frames)
        places = {(b.song.song_id, b.number): i for i, b in enumerate(view.bars)}
        compared = 0
        for hit in result["results"]:
            entry = places[hit["song_id"], hit["bar"]]
            own = view.coded.dance[view.coded.offsets[entry] : view.coded.offsets[entry + 1]]
            if len(own) == frames:
                compared += 1
                diagonal = (1 - (1 + view.table[query.codes, own]) / 2).sum()
                assert hit["distance"] <= diagonal + 1e-6
            assert hit["score"] == pytest.approx(1 - hit["distance"] / max(frames, len(own)))
        assert compared >= 1


def test_words_share_the_query_by_length_and_all_get_a_frame(built_corpus):
    with open_view(built_corpus) as view:
        query = QueryEncoder(view).encode("I unbelievably a", 3)
        assert [n for _, n in query.words] == [1, 1, 1]
        longer = QueryEncoder(view).encode("I unbelievably", 60)
        assert longer.words[1][1] > 2 * longer.words[0][1]
        assert len(longer.codes) == 60


def test_a_corpus_built_with_an_encoder_that_is_gone_says_so(built_corpus, monkeypatch):
    from core.encoders.lyrics_lexical import LexicalEncoder

    monkeypatch.setattr(LexicalEncoder, "fingerprint", "another version")
    with open_view(built_corpus) as view, pytest.raises(CorpusError, match="build again"):
        search(view, "love")


def test_an_unbuilt_corpus_says_so(imported_corpus):
    with Corpus.open(imported_corpus), pytest.raises(CorpusError, match="not built"), open_view(imported_corpus):
        pass
