import numpy as np
import pytest

from core.errors import SettingsError
from core.lyrics.words import folded
from core.npmi import count_songs, npmi_table
from core.pipeline.reverse import (
    WordPlaces,
    bars_for,
    code_values,
    example_words,
    lyrics_searcher,
    pick_examples,
    reverse,
    stretch_of,
    table_for,
    words_for,
)
from core.pipeline.search import MAX_QUERY_FRAMES, usual_frames
from core.pipeline.view import open_view
from core.skeleton import FPS
from tests.core.naive import score


@pytest.fixture(scope="module", params=["inductive", "transductive", "leave-one-song-out"])
def view(request, built_corpus):
    with open_view(built_corpus, request.param) as opened:
        yield opened


def naive_places(view):
    """{folded word: [(song id, word index, code)]}, by walking every bar frame by frame."""
    found = {}
    seen = set()
    for i, entry in enumerate(view.bars):
        spoken = np.asarray(view.corpus.array(entry.song, "words"))
        texts = view.words(entry.song)
        for k, frame in enumerate(range(entry.bar.start, entry.bar.stop)):
            word = int(spoken[frame])
            key = entry.song.song_id, word
            if word >= 0 and key not in seen:
                seen.add(key)
                code = int(view.coded.lyric[view.coded.offsets[i] + k])
                found.setdefault(folded(texts[word].text), []).append((*key, code))
    return found


def naive_words(view, song_id, start, stop, table, *, exclude_own):
    codes = []
    for i in view.bars_of(song_id):
        bar = view.bars[i].bar
        inside = [frame for frame in range(bar.start, bar.stop) if start <= frame < stop]
        codes += [int(view.coded.dance[view.coded.offsets[i] + frame - bar.start]) for frame in inside]
    result = {}
    for word, places in naive_places(view).items():
        kept = [p for p in places if not (exclude_own and p[0] == song_id)]
        if not kept:
            continue
        values = [sum(max(table[code, d], 0.0) for d in codes) / len(codes) for _, _, code in kept]
        if sum(values) > 0:
            result[word] = (sum(values) / len(values), len({p[0] for p in kept}), len(kept))
    return result


def related_stretches(view):
    """A few stretches of the corpus with positive frames, each widened over a bar's border."""
    found = view.stretches(0.0)
    assert found
    return [(s["song_id"], max(s["start_frame"] - 20, 0), s["end_frame"] + 20) for s in found[:: len(found) // 3]][:3]


@pytest.mark.parametrize("exclude_own", [True, False])
def test_words_are_those_of_plain_recomputation(view, exclude_own):
    places = WordPlaces(view)
    something = 0
    for song_id, start, stop in related_stretches(view):
        table = view.table
        if view.protocol == "leave-one-song-out":
            others = np.array([song.song_id != song_id for song in view.songs])
            table = npmi_table(count_songs(view.coded, others))
        expected = naive_words(view, song_id, start, stop, table, exclude_own=exclude_own)
        got = words_for(view, places, stretch_of(view, song_id, start, stop), exclude_own=exclude_own, top=10_000)
        assert {folded(w.text): pytest.approx((w.value, w.songs, w.count)) for w in got} == expected
        assert [w.value for w in got] == sorted((w.value for w in got), reverse=True)
        something += len(got)
    assert something or view.protocol == "leave-one-song-out"


def test_places_are_where_the_word_is_sung(view):
    places = WordPlaces(view)
    assert len(places.word) == sum(len(p) for p in naive_places(view).values())
    for song_id, start, stop in related_stretches(view):
        for match in words_for(view, places, stretch_of(view, song_id, start, stop)):
            assert match.places
            for place in match.places:
                assert place.song_id != song_id
                song = view.corpus.song(place.song_id)
                spoken = np.asarray(view.corpus.array(song, "words"))
                assert (spoken[[place.start, place.stop - 1]] == place.word).all()
                assert folded(view.words(song)[place.word].text) == folded(match.text)
                assert 0 < place.value <= 1


def test_bars_are_ranked_by_the_transposed_table(view):
    searcher = lyrics_searcher(view)
    song_id, start, stop = related_stretches(view)[0]
    stretch = stretch_of(view, song_id, start, stop)
    table = table_for(view, song_id).T
    found = bars_for(view, searcher, stretch, exclude_own=True, top=25)
    coded = view.coded
    naive = {}
    for i in range(coded.bars):
        if coded.sung[i] and view.bars[i].song.song_id != song_id:
            naive[i] = score(stretch.codes, coded.lyric[coded.offsets[i] : coded.offsets[i + 1]], table)
    assert found.gallery == len(naive)
    assert np.allclose(found.score, sorted(naive.values(), reverse=True)[: len(found.score)], atol=1e-6)
    assert np.allclose([naive[int(i)] for i in found.bar], found.score, atol=1e-6)


def test_a_short_stretch_asks_the_bars_that_it_lies_in(view):
    places, searcher = WordPlaces(view), lyrics_searcher(view)
    entry = view.bars[5]
    middle = (entry.bar.start + entry.bar.stop) // 2
    short = reverse(view, places, searcher, entry.song.song_id, middle, middle + 3)
    assert short.widened
    assert len(short.stretch.codes) == 3
    assert (short.asked.start, short.asked.stop) == (entry.bar.start, entry.bar.stop)
    whole = reverse(view, places, searcher, entry.song.song_id, entry.bar.start, entry.bar.start + usual_frames(view))
    assert not whole.widened
    assert short.bars.gallery == whole.bars.gallery


def test_frames_outside_the_bars_do_not_count_and_too_much_is_refused(view):
    first = view.bars[0]
    stretch = stretch_of(view, first.song.song_id, first.bar.start - 1000, first.bar.start + 4)
    assert stretch.frames.tolist() == list(range(first.bar.start, first.bar.start + 4))
    with pytest.raises(SettingsError, match="lies in a bar"):
        stretch_of(view, first.song.song_id, 10**6, 10**6 + 5)
    longest = max(view.songs, key=lambda song: song.frames)
    if longest.frames > MAX_QUERY_FRAMES + 10 * FPS:
        with pytest.raises(SettingsError, match="at most 60"):
            stretch_of(view, longest.song_id, 0, longest.frames)


def test_code_values_are_means_of_positive_parts():
    table = np.array([[0.5, -0.4], [0.0, 0.2]])
    assert code_values(np.array([0, 0, 1, 1]), table).tolist() == pytest.approx([0.25, 0.1])
    assert code_values(np.zeros(0, int), table).tolist() == [0.0, 0.0]


def test_examples_are_words_of_the_strongest_pairs_in_both_scripts(view):
    words = example_words(view, 6)
    sung = set(naive_places(view))
    assert words
    assert all(folded(word) in sung for word in words)
    assert len(words) == len(set(words)) <= 6


def test_examples_are_shared_out_among_the_scripts():
    mixed = ["love", "rain", "sun", "moon", "愛", "猫", "空", "海"]
    assert pick_examples(mixed, 4) == ["love", "rain", "愛", "猫"]
    assert pick_examples(mixed[:4], 4) == ["love", "rain", "sun", "moon"]
    assert pick_examples(mixed[3:], 3) == ["moon", "愛", "猫"]
