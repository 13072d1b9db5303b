import numpy as np
import pytest

from core.pipeline.explain import explain
from core.pipeline.query import QueryWords, share_frames
from core.pipeline.search import QueryEncoder, Searcher, search
from core.pipeline.view import open_view
from tests.core.naive import distance, score


def random_case(seed, n, m):
    rng = np.random.default_rng(seed)
    table = (rng.random((6, 5)) < 0.5) * rng.uniform(-1, 1, (6, 5))
    cuts = np.sort(rng.choice(np.arange(1, n), 2, replace=False))
    lengths = np.diff([0, *cuts, n])
    query = np.repeat(rng.integers(0, 6, 3), lengths)
    return query, [(f"w{i}", int(k)) for i, k in enumerate(lengths)], rng.integers(0, 5, m), table


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("n", "m"), [(9, 9), (7, 12), (12, 6)])
def test_the_steps_add_up_to_the_distance_and_name_what_they_rest_on(seed, n, m):
    query, words, bar, table = random_case(seed, n, m)
    songs = np.random.default_rng(seed).integers(0, 9, table.shape)
    found = explain(query, words, bar, table, songs)
    assert found.distance == pytest.approx(distance(query, bar, table))
    assert sum(step.cost for step in found.steps) == pytest.approx(found.distance)
    assert found.score == pytest.approx(score(query, bar, table))
    assert [s.query for s in found.steps if s.query >= 0] == list(range(n))
    assert [s.bar for s in found.steps if s.bar >= 0] == list(range(m))
    owner = [i for i, (_, k) in enumerate(words) for _ in range(k)]
    for step in found.steps:
        if step.operation == "substitute":
            assert (step.query_code, step.bar_code) == (query[step.query], bar[step.bar])
            assert step.npmi == table[step.query_code, step.bar_code]
            assert step.songs == songs[step.query_code, step.bar_code]
            assert step.cost == pytest.approx(1 - (1 + step.npmi) / 2)
            assert step.carries == (step.cost < 0.5)
        else:
            assert step.cost == 1.0
            assert np.isnan(step.npmi)
            assert not step.carries
        assert step.word == (owner[step.query] if step.query >= 0 else -1)


@pytest.mark.parametrize("seed", range(8))
def test_the_words_share_out_the_cost_and_the_runs_are_the_carrying_frames(seed):
    query, words, bar, table = random_case(seed, 14, 14)
    found = explain(query, words, bar, table, np.zeros(table.shape, int))
    inserted = sum(s.cost for s in found.steps if s.operation == "insert")
    assert sum(w.cost for w in found.words) + inserted == pytest.approx(found.distance)
    assert [(w.text, w.stop - w.start) for w in found.words] == words
    marked = {frame for start, stop in found.carried for frame in range(start, stop)}
    assert marked == {s.bar for s in found.steps if s.carries}
    assert all(a[1] < b[0] for a, b in zip(found.carried, found.carried[1:], strict=False))
    assert sum(w.carried for w in found.words) == len(marked)


def test_without_relation_the_score_is_what_length_earns():
    for n, m in ((10, 10), (10, 7), (4, 9)):
        found = explain(np.zeros(n, int), [("a", n)], np.zeros(m, int), np.zeros((1, 1)), np.zeros((1, 1), int))
        assert found.score == pytest.approx(found.neutral_score)
        assert not found.carried
        assert found.words[0].carried == 0


def test_words_that_do_not_last_as_long_as_the_query_are_refused():
    with pytest.raises(ValueError, match="last 3 frames"):
        explain(np.zeros(4, int), [("a", 3)], np.zeros(4, int), np.zeros((1, 1)), np.zeros((1, 1), int))


def test_a_hit_of_the_search_is_explained_by_its_own_score(built_corpus):
    with open_view(built_corpus) as view:
        hit = search(view, "love is in the rain", top=1)["results"][0]
        query = QueryEncoder(view).encode("love is in the rain", search(view, "love", top=1)["frames"])
        i = next(i for i in view.bars_of(hit["song_id"]) if view.bars[i].number == hit["bar"])
        bar = view.coded.dance[view.coded.offsets[i] : view.coded.offsets[i + 1]]
        found = explain(query.codes, query.words, bar, view.table, view.counts.pair)
        assert found.score == pytest.approx(hit["score"], abs=1e-6)


def test_the_searcher_gives_the_best_in_order_the_likeliest_first(built_corpus, monkeypatch):
    with open_view(built_corpus) as view:
        query = QueryEncoder(view).encode("goodbye my love", 50).codes
        coded = view.coded
        naive = [score(query, coded.dance[a:b], view.table)
                 for a, b in zip(coded.offsets[:-1], coded.offsets[1:], strict=True)]
        expected = np.lexsort((np.arange(len(naive)), -np.round(naive, 6)))
        searcher = Searcher(coded.dance, coded.offsets)
        for first, parts in ((10_000, 0), (16, 1)):
            monkeypatch.setattr("core.xmied.index._FIRST", first)
            partials = []
            found = searcher.rank(query, view.table, top=3, partial=partials.append)
            assert found.complete
            assert np.allclose(np.array(naive)[found.bar], np.array(naive)[expected[:3]], atol=1e-6)
            assert found.score == pytest.approx(np.sort(naive)[::-1][:3], abs=1e-6)
            assert len(partials) == parts
            assert all(not p.complete and len(p.bar) == 3 for p in partials)


def test_the_searcher_asks_only_about_admitted_bars_that_reach_the_least_score(built_corpus):
    with open_view(built_corpus) as view:
        query = QueryEncoder(view).encode("goodbye my love", 50).codes
        searcher = Searcher(view.coded.dance, view.coded.offsets)
        everything = searcher.rank(query, view.table, top=10_000)
        admitted = np.arange(view.coded.bars) % 3 == 0
        least = float(np.median(everything.score))
        found = searcher.rank(query, view.table, admitted=admitted, minimum=least, top=10_000)
        assert found.gallery == found.searched == admitted.sum()
        keep = admitted[everything.bar] & (everything.score >= least)
        assert found.bar.tolist() == everything.bar[keep].tolist()
        assert found.matching == keep.sum()
        nothing = searcher.rank(query, view.table, admitted=np.zeros(view.coded.bars, bool))
        assert nothing.complete
        assert not len(nothing.bar)


def test_words_keep_a_frame_each_and_their_lengths_can_be_set():
    assert sum(share_frames([1, 2, 3], 60)) == 60
    assert share_frames([9, 1, 1], 3) == (1, 1, 1)
    words = QueryWords("a b", ("a", "b"), (1, 1), np.array([4, 7], np.int32))
    query = words.lasting((2, 3))
    assert query.codes.tolist() == [4, 4, 7, 7, 7]
    assert query.words == (("a", 2), ("b", 3))
    with pytest.raises(ValueError, match="lengths"):
        words.lasting((2, 0))
