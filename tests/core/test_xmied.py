"""XMIED: the fast index and the alignment against the textbook table."""

from itertools import pairwise
from pathlib import Path

import naive
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import Cancelled
from core.npmi import count_songs, npmi_table
from core.xmied import SearchIndex, align, scores_of
from core.xmied.kernels import LANES

REFERENCE = Path(__file__).parents[1] / "data" / "naacl2025_reference.npz"


def random_case(seed, bars, longest, query, codes=5, extreme=False):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, longest + 1, bars)
    table = rng.uniform(-1, 1, (codes, codes + 2))
    if extreme:
        table = np.sign(table)
    table[rng.random(table.shape) < 0.4] = 0
    flat = rng.integers(0, codes + 2, lengths.sum())
    return rng.integers(0, codes, query), flat, np.concatenate([[0], np.cumsum(lengths)]), table


def naive_distances(query, flat, offsets, table):
    return np.array([naive.distance(query, flat[a:b], table) for a, b in pairwise(offsets)])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 30), st.integers(0, 14), st.integers(0, 14), st.booleans())
@example(0, 0, 5, 5, False)
@example(0, 3, 0, 0, False)
@example(1, 30, 14, 1, True)
@example(2, 1, 1, 1, True)
def test_index_equals_the_textbook_table(seed, bars, longest, query_length, extreme):
    query, flat, offsets, table = random_case(seed, bars, longest, query_length, extreme=extreme)
    index = SearchIndex(flat, offsets)
    got = index.distances(query, table)
    expected = naive_distances(query, flat, offsets, table)
    lengths = np.diff(offsets)
    assert got == pytest.approx(expected, abs=1e-6)
    scores = [naive.score(query, flat[a:b], table) for a, b in pairwise(offsets)]
    assert scores_of(got, len(query), lengths) == pytest.approx(np.array(scores), abs=1e-6)
    assert np.array_equal(got, index.distances(query, table, banded=False))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 2 * LANES + 3), st.integers(1, 40), st.integers(0, 40),
       st.integers(1, 8), st.booleans())
def test_the_band_changes_nothing(seed, bars, longest, query_length, codes, extreme):
    query, flat, offsets, table = random_case(seed, bars, longest, query_length, codes, extreme)
    index = SearchIndex(flat, offsets)
    assert np.array_equal(index.distances(query, table), index.distances(query, table, banded=False))


@pytest.mark.parametrize("shift", [1, 3, 9])
def test_a_shifted_copy_leaves_the_diagonal(shift):
    # Matching frames cost 0 and others 1, so the best way runs along another diagonal: the band has to hold it.
    table = 2.0 * np.eye(40) - 1.0
    query = np.arange(40)
    bar = np.roll(query, shift)
    index = SearchIndex(bar, np.array([0, 40]))
    assert index.distances(query, table)[0] == naive.distance(query, bar, table) == 2 * shift


@pytest.mark.parametrize("bars", [1, LANES - 1, LANES, LANES + 1])
def test_bars_come_back_in_their_own_order(bars):
    query, flat, offsets, table = random_case(bars, bars, 9, 7)
    assert SearchIndex(flat, offsets).distances(query, table) == pytest.approx(
        naive_distances(query, flat, offsets, table), abs=1e-6)


@pytest.mark.parametrize("frames", [63, 64, 1023, 1024, 2000])
def test_long_bars_stay_within_the_error_bound(frames):
    """Lengths on both sides of each change of precision; the alignment's float64 table is the judge."""
    rng = np.random.default_rng(frames)
    table = rng.uniform(-1, 1, (6, 9))
    query, other = rng.integers(0, 6, frames), rng.integers(0, 9, frames)
    sequences = [other, other[: frames // 2], other[:1], np.tile(other, 2)[: frames + 50]]
    offsets = np.cumsum([0, *map(len, sequences)])
    got = SearchIndex(np.concatenate(sequences), offsets).distances(query, table)
    expected = [align(query, bar, table).distance for bar in sequences]
    longer = np.maximum(np.diff(offsets), frames)
    assert np.abs((got - expected) / longer).max() < 5e-7


@pytest.mark.parametrize("frames", [60, 500, 1023, 1024, 1500])
def test_rounding_that_never_cancels_stays_within_the_error_bound(frames):
    """One cost everywhere, so that the error of its rounding adds up frame by frame."""
    index = SearchIndex(np.zeros(frames, int), np.array([0, frames]))
    for exponent in range(16, 28):
        npmi = 2.0**-exponent
        got = index.distances(np.zeros(frames, int), np.array([[npmi]]))[0]
        assert abs(got / frames - (1 - npmi) / 2) < 5e-7


def test_many_queries_equal_one_by_one():
    _, flat, offsets, table = random_case(5, 200, 12, 0)
    rng = np.random.default_rng(0)
    queries = [rng.integers(0, 5, n) for n in (0, 1, 5, 12, 3)]
    for threads in (1, 2):
        index = SearchIndex(flat, offsets, threads)
        together = index.distances_many(queries, table)
        for row, query in zip(together, queries, strict=True):
            assert np.array_equal(row, index.distances(query, table))
    assert index.distances_many([], table).shape == (0, 200)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_transposed_search_is_the_same_distance(seed):
    query, flat, offsets, table = random_case(seed, 1, 12, 8)
    forth = SearchIndex(flat, offsets).distances(query, table)[0]
    back = SearchIndex(query, np.array([0, len(query)])).distances(flat, table.T)[0]
    assert forth == pytest.approx(back, abs=1e-6)


def test_order_of_costs_makes_no_difference():
    """Equal sums tie exactly, in whatever order; in floating point 0.1 + 0.2 + 0.3 would depend on it."""
    table = np.array([[0.1, 0.2, 0.3, 0.7]])
    index = SearchIndex(np.array([0, 1, 2, 2, 1, 0, 1, 0, 2]), np.array([0, 3, 6, 9]))
    assert len(set(index.distances(np.zeros(3, int), table).tolist())) == 1


def test_search_sorts_and_breaks_ties_by_bar():
    table = np.array([[0.5, 0.0], [0.0, 1.0]])
    index = SearchIndex(np.array([0, 0, 1, 1, 0, 0, 1]), np.array([0, 2, 4, 6, 7]))
    hits = index.search(np.array([0, 0]), table, 10)
    assert hits.bar.tolist() == [0, 2, 1, 3]
    assert hits.score.tolist() == [0.75, 0.75, 0.5, 0.25]
    assert hits.distance.tolist() == [0.5, 0.5, 1.0, 1.5]
    assert index.search(np.array([0]), table, 2).bar.tolist() == [3, 0]
    assert len(index.search(np.array([0]), table, 0).bar) == 0


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 300), st.integers(1, 30), st.integers(0, 30), st.integers(1, 6),
       st.integers(0, 40), st.booleans(), st.booleans(), st.booleans())
def test_a_search_that_skips_finds_what_sorting_finds(seed, bars, longest, length, codes, k, some, limited, extreme):
    query, flat, offsets, table = random_case(seed, bars, longest, length, codes, extreme)
    rng = np.random.default_rng(seed)
    if seed % 3 == 0:
        # Runs of equal codes and few pairs that tell, as in a corpus: here the bounds leave most bars out.
        query, flat = (np.sort(codes) for codes in (query, flat))
        table[rng.random(table.shape) < 0.8] = 0
    index = SearchIndex(flat, offsets, 1 + seed % 2)
    distance = index.distances(query, table, banded=False)
    score = scores_of(distance, len(query), index.lengths)
    admitted = rng.random(bars) < 0.6 if some else np.ones(bars, bool)
    minimum = float(rng.choice(score)) if limited and bars else -np.inf
    keep = np.flatnonzero(admitted & (score >= minimum))
    expected = keep[np.lexsort((keep, -score[keep]))][:k]
    for first in (1, 4096):
        partials = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("core.xmied.index._FIRST", first)
            hits = index.search(query, table, k, admitted=admitted if some else None, minimum=minimum,
                                partial=partials.append)
        assert hits.bar.tolist() == expected.tolist()
        assert np.array_equal(hits.score, score[expected])
        assert np.array_equal(hits.distance, distance[expected])
        assert hits.searched == admitted.sum()
        assert hits.matching == (len(keep) if limited and bars else admitted.sum())
        assert all(part.searched < hits.searched for part in partials)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 200), st.integers(1, 30), st.integers(0, 30), st.integers(1, 6),
       st.booleans())
def test_contested_distances_say_who_beats_the_right_bar(seed, bars, longest, length, codes, extreme):
    query, flat, offsets, table = random_case(seed, bars, longest, length, codes, extreme)
    if seed % 2:
        query, flat = (np.sort(codes) for codes in (query, flat))
    right = np.random.default_rng(seed).integers(0, bars, 3)
    for threads in (1, 2):
        index = SearchIndex(flat, offsets, threads)
        exact = index.distances(query, table, banded=False)
        score = scores_of(exact, len(query), index.lengths)
        for own, found in zip(right, index.contested_distances([query] * 3, table, right), strict=True):
            got = scores_of(found, len(query), index.lengths)
            reached = score >= score[own]
            assert np.array_equal(found[reached], exact[reached])
            assert (got[~reached] < score[own]).all()


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 200), st.integers(1, 30), st.integers(0, 30), st.booleans())
def test_bounds_hold_every_gain(seed, bars, longest, length, extreme):
    query, flat, offsets, table = random_case(seed, bars, longest, length, 4, extreme)
    index = SearchIndex(flat, offsets)
    job = index._job(query, table)
    least, most = (np.empty(bars) for _ in range(2))
    for own, found in zip((least, most), index._bounds(job, lambda *_: None), strict=True):
        own[index._order] = found[:bars] * 2.0**-job.bits
    gain = len(query) + index.lengths - index.distances(query, table, banded=False)
    assert (least <= gain).all()
    assert (gain <= most).all()


def test_far_bars_are_not_aligned(monkeypatch):
    """Fifty bars dance the word throughout, thousands never do: only few of these can be worth a look."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(30, 70, 20_000)
    flat = rng.integers(1, 9, lengths.sum())
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    for bar in range(50):
        flat[offsets[bar] : offsets[bar + 1]] = 0
    table = np.zeros((2, 9))
    table[0, 0] = 0.8
    index = SearchIndex(flat, offsets)
    looked = []
    own = SearchIndex._listed

    def listed(self, job, lanes, progress):
        looked.append(len(lanes))
        return own(self, job, lanes, progress)

    monkeypatch.setattr(SearchIndex, "_listed", listed)
    hits = index.search(np.zeros(50, int), table, 10)
    assert hits.bar.max() < 50
    assert sum(looked) <= 50


def test_reference_similarities():
    data = np.load(REFERENCE)
    from core.codes import CodedBars

    _, song = np.unique(data["song"], return_inverse=True)
    offsets = np.concatenate([[0], np.cumsum(data["length"])]).astype(np.int64)
    codes = CodedBars(song.astype(np.int32), offsets, data["lyric_codes"].astype(np.int32),
                      data["dance_codes"].astype(np.int32), 60, 80, np.zeros(400, np.int8), np.ones(400, bool))
    table = npmi_table(count_songs(codes), "keep-negative")
    index = SearchIndex(codes.dance, offsets)
    for i in range(20):
        query = codes.lyric[offsets[i] : offsets[i + 1]]
        scores = scores_of(index.distances(query, table), len(query), index.lengths)
        assert scores == pytest.approx(data["similarity_first20"][i], abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.integers(0, 12))
def test_alignment_is_a_cheapest_way(seed, n, m):
    query, flat, _, table = random_case(seed, 1, 12, n, extreme=seed % 2 == 0)
    bar = np.resize(flat, m) if len(flat) else np.zeros(m, int)
    found = align(query, bar, table)
    assert found.distance == pytest.approx(naive.distance(query, bar, table), abs=1e-9)
    assert sum(step.cost for step in found.steps) == pytest.approx(found.distance, abs=1e-9)
    assert found.score == pytest.approx(naive.score(query, bar, table), abs=1e-9)
    assert [s.query for s in found.steps if s.operation != "insert"] == list(range(n))
    assert [s.bar for s in found.steps if s.operation != "delete"] == list(range(m))
    for step in found.steps:
        if step.operation == "substitute":
            assert step.cost == pytest.approx((1 - table[query[step.query], bar[step.bar]]) / 2)
        else:
            assert step.cost == 1
            assert (step.query if step.operation == "insert" else step.bar) == -1


def test_bad_arguments_are_refused():
    index = SearchIndex(np.array([0, 3]), np.array([0, 2]))
    table = np.zeros((2, 4))
    with pytest.raises(ValueError, match="has not all the codes"):
        index.distances(np.array([2]), table)
    with pytest.raises(ValueError, match="has not all the codes"):
        index.distances(np.array([-1]), table)
    with pytest.raises(ValueError, match="has not all the codes"):
        index.distances(np.array([0]), table[:, :3])
    for bad in (1.5, -1.5, np.nan):
        with pytest.raises(ValueError, match="NPMI lies in"):
            index.distances(np.array([0]), np.full((2, 4), bad))
        with pytest.raises(ValueError, match="NPMI lies in"):
            align(np.array([0]), np.array([0]), np.full((2, 4), bad))
    with pytest.raises(ValueError, match="offsets must rise"):
        SearchIndex(np.array([0, 1]), np.array([0, 3]))
    with pytest.raises(ValueError, match="offsets must rise"):
        SearchIndex(np.array([0, 1]), np.array([0, 2, 1, 2]))
    with pytest.raises(ValueError, match="codes must lie in"):
        SearchIndex(np.array([70000]), np.array([0, 1]))
    with pytest.raises(ValueError, match="codes must lie in"):
        align(np.array([4]), np.array([0]), table)
    with pytest.raises(ValueError, match="too many to align"):
        align(np.zeros(2**15, int), np.zeros(2**15, int), table)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_search_can_be_stopped(threads):
    _, flat, offsets, table = random_case(3, 3000, 12, 0)
    index = SearchIndex(flat, offsets, threads)
    seen = []

    def stop(fraction, message=""):
        seen.append(fraction)
        raise Cancelled

    with pytest.raises(Cancelled):
        index.distances(np.zeros(5, int), table, stop)
    with pytest.raises(Cancelled):
        index.distances_many([np.zeros(5, int)] * 50, table, stop)
    with pytest.raises(Cancelled):
        index.search(np.zeros(5, int), table, 5, progress=stop)
    assert len(seen) == 3


def test_progress_ends_at_one():
    _, flat, offsets, table = random_case(3, 3000, 12, 0)
    seen = []
    SearchIndex(flat, offsets).distances(np.zeros(5, int), table, lambda fraction, message="": seen.append(fraction))
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
