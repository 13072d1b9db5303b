from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from core.codes import SPLITS, CodedBars
from core.errors import SettingsError
from core.npmi import SongCounts, count_songs, npmi_table
from core.pipeline import figures
from core.pipeline.view import open_view
from core.retrieval.evaluate import Ranks, evaluate
from core.retrieval.protocol import DEFAULT_METHODS
from core.significance.exchange import shuffled_codes


def songs_with_their_own_dance(songs: int = 24, seed: int = 0) -> CodedBars:
    """Songs of four bars; song ``i`` dances code ``i`` alone, so that a shuffle shows whose dance it took."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(20, 60, songs * 4)
    song = np.repeat(np.arange(songs, dtype=np.int32), 4)
    dance = np.repeat(song, lengths).astype(np.int32)
    lyric = rng.integers(0, 9, int(lengths.sum())).astype(np.int32)
    split = np.repeat(np.array([0] * (songs - 4) + [1, 1, 1, 2], np.int8), 4)
    sung = np.ones(songs * 4, bool)
    sung[1::4] = False
    return CodedBars(song, np.r_[0, np.cumsum(lengths)].astype(np.int64), lyric, dance, 9, songs, split, sung)


def test_table1_by_split_adds_up_and_follows_the_minimum(built_corpus):
    with open_view(built_corpus, "transductive") as view:
        found = figures.table1_by_split(view)
        assert found["all"] == view.table1()
        for kind in ("bars", "frames", "songs"):
            assert sum(found[split][kind]["positive"] for split in SPLITS if split in found) == found["all"][kind]["positive"]
        minimum = float(np.median(view.values[view.values > 0]))
        bar, _ = view.places
        above = (view.values > minimum) & view.coded.sung[bar]
        strict = figures.table1_by_split(view, minimum)["all"]
        assert strict["frames"]["positive"] == int(above.sum()) < found["all"]["frames"]["positive"]
        assert strict["bars"]["positive"] == len(set(bar[above].tolist()))


def test_table1_of_a_folder_gives_every_protocol(built_corpus):
    protocols = ("inductive", "leave-one-song-out", "transductive")
    found = figures.table1_of_folder(built_corpus, protocols, 0.0)
    for protocol in protocols:
        with open_view(built_corpus, protocol) as view:
            assert found[protocol]["all"] == view.table1()


def test_evaluating_a_folder_is_evaluating_its_codes(built_corpus):
    request = figures.EvaluationRequest(DEFAULT_METHODS, ("inductive",), ("lyrics-to-dance",), ("all", "equal-length"),
                                        ("average",), "all", 3)
    found = figures.evaluate_folder(built_corpus, request)
    with open_view(built_corpus) as view:
        expected = evaluate(view.coded, DEFAULT_METHODS, ("inductive",), ("lyrics-to-dance",), ("all", "equal-length"),
                            ("average",), "all", 3)
    assert [row["mrr"] for row in found["results"]] == [row["mrr"] for row in expected["results"]]
    assert found["seed"] == 3
    for row in found["results"]:
        if row["method"] == "random":
            assert row["times_random"] == pytest.approx(1.0)
        if row["gallery"] == "equal-length":
            # Among bars of one length, length alone is chance.
            assert row["times_length_only"] == pytest.approx(row["times_random"])


def test_expected_mrr_is_the_mean_over_all_orders_of_the_ties():
    # The right one, two equal ones, and one better: of the orders of the three equal ones each is as likely.
    scores = ["better", "right", "equal", "equal"]
    ranks = [1 + order.index(1) + 1 for order in permutations([1, 2, 3])]
    expected = np.mean([1 / rank for rank in ranks])
    found = figures.expected_mrr(Ranks(np.array([1]), np.array([3]), np.array([len(scores)])))
    assert found == pytest.approx(expected)


def test_lyric_words_are_the_words_sung(built_corpus):
    with open_view(built_corpus) as view:
        found = figures.lyric_words(view)
        bar, _ = view.places
        expected: dict[int, Counter[str]] = {}
        seen = set()
        for i, word in enumerate(view.frame_words.tolist()):
            song = view.songs[view.coded.song[bar[i]]]
            if word >= 0 and (song.song_id, word) not in seen:
                seen.add((song.song_id, word))
                text = view.corpus.words(song)[word].text if len(seen) % 7 == 0 else None
                if text is not None:
                    expected.setdefault(int(view.coded.lyric[i]), Counter())[text] += 1
        assert sum(count for words in found.words for _, count in words) == len(seen)
        for code, tally in expected.items():
            for text, count in tally.items():
                assert dict(found.words[code])[text] >= count
        assert found.unsung.sum() == (view.frame_words < 0).sum()
        word = next(words[0][0] for words in found.words if words)
        codes = found.codes_of(word.upper())
        assert codes
        assert all(word in dict(found.words[code]) or word.casefold() in {w.casefold() for w, _ in found.words[code]}
                   for code in codes)
        assert found.codes_of("no such word") == []
        assert found.codes_of("  ") == []


@pytest.mark.parametrize("order", figures.ORDERS)
def test_orders_hold_every_code_once(built_corpus, order):
    with open_view(built_corpus, "transductive") as view:
        rows, columns = figures.order_codes(view.table, view.counts, order)
        assert sorted(rows) == list(range(view.coded.lyric_size))
        assert sorted(columns) == list(range(view.coded.dance_size))
        some, _ = figures.order_codes(view.table, view.counts, order, positive_only=True)
        assert [r for r in rows.tolist() if (view.table[r] > 0).any()] == some.tolist()
        if order == "songs":
            assert (np.diff(view.counts.lyric[rows]) <= 0).all()
        if order == "best":
            best = np.where(view.counts.pair > 1, view.table, -2.0).max(axis=1)
            assert (np.diff(best[rows]) <= 0).all()


def test_clustering_brings_blocks_together():
    table = np.zeros((9, 6))
    table[np.ix_([0, 4, 7], [1, 5])] = 0.5
    table[np.ix_([1, 3, 8], [0, 3])] = 0.4
    counts = SongCounts(np.full((9, 6), 5, np.int32), np.full(9, 9, np.int32), np.full(6, 9, np.int32), 20)
    rows, columns = figures.order_codes(table, counts, "clustered")
    assert {frozenset(rows[:3].tolist()), frozenset(rows[3:6].tolist())} == {frozenset({0, 4, 7}), frozenset({1, 3, 8})}
    first = {0, 4, 7} == set(rows[:3].tolist())
    assert set(columns[:2].tolist()) == ({1, 5} if first else {0, 3})
    with pytest.raises(SettingsError, match="sideways"):
        figures.order_codes(table, counts, "sideways")


def test_histograms_hold_what_lies_above_an_edge_and_up_to_the_next():
    values = np.array([-1.0, -0.99, -0.02, -0.01, 0.0, 0.0, 0.001, 0.02, 0.0201, 1.0])
    sample = figures.Sample.of(values)
    counts = sample.histogram()
    for i, (low, high) in enumerate(zip(figures.EDGES[:-1], figures.EDGES[1:], strict=True)):
        naive = sum(1 for v in values if low < v <= high or (i == 0 and v == low))
        assert counts[i] == naive
    assert counts.sum() == sample.total == len(values)
    for minimum in (0.0, 0.02, 0.5, 1.0):
        assert sample.above(minimum) == int((values > minimum).sum())
        edge = int(np.flatnonzero(np.isclose(figures.EDGES, minimum))[0])
        assert counts[edge:].sum() == sample.above(minimum)


def test_the_distribution_counts_pairs_of_two_songs_and_sung_frames(built_corpus):
    with open_view(built_corpus, "transductive") as view:
        found = figures.distribution(view)
        assert found.pairs.total == int((view.counts.pair > 1).sum())
        assert found.pairs.above(0.0) == int((view.table > 0).sum())
        assert found.frames.above(0.0) == view.table1()["frames"]["positive"]
        assert found.frames.total == view.table1()["frames"]["total"]


def test_a_shuffle_gives_every_song_another_songs_dance_of_its_split():
    codes = songs_with_their_own_dance()
    sung = codes.select(codes.sung)
    shuffled = shuffled_codes(codes, 5)
    np.testing.assert_array_equal(shuffled.lyric, sung.lyric)
    np.testing.assert_array_equal(shuffled.offsets, sung.offsets)
    split = {int(s): int(p) for s, p in zip(codes.song, codes.split, strict=True)}
    frames = np.bincount(sung.song, sung.lengths)
    taken = {}
    for song in range(codes.songs):
        own = set(shuffled.dance[np.repeat(shuffled.song == song, shuffled.lengths)].tolist())
        assert len(own) == 1
        taken[song] = own.pop()
        assert taken[song] != song
        if split[song] != 2:
            assert split[taken[song]] == split[song]
    train = [s for s in taken if split[s] == 0]
    assert sorted(taken[s] for s in train) == train
    ranks = np.argsort(np.argsort(frames[train]))
    assert max(abs(int(ranks[train.index(s)]) - int(ranks[train.index(taken[s])])) for s in train) < 16
    assert (shuffled_codes(codes, 5).dance == shuffled.dance).all()
    assert (shuffled_codes(codes, 6).dance != shuffled.dance).any()


def test_shuffling_one_song_leaves_it():
    codes = songs_with_their_own_dance().select(np.arange(4))
    np.testing.assert_array_equal(shuffled_codes(codes, 0).dance, codes.select(codes.sung).dance)


def test_chance_loses_a_planted_relation():
    rng = np.random.default_rng(1)
    songs, frames = 80, 400
    lyric = rng.integers(1, 40, (songs, frames))
    dance = rng.integers(1, 40, (songs, frames))
    for song in range(0, songs, 4):
        at = rng.integers(0, frames - 20)
        lyric[song, at : at + 20], dance[song, at : at + 20] = 0, 0
    codes = CodedBars(np.arange(songs, dtype=np.int32), np.arange(0, (songs + 1) * frames, frames, dtype=np.int64),
                      lyric.reshape(-1).astype(np.int32), dance.reshape(-1).astype(np.int32), 40, 40,
                      np.zeros(songs, np.int8), np.ones(songs, bool))
    assert npmi_table(count_songs(codes))[0, 0] > 0.9
    for seed in range(3):
        shuffled = shuffled_codes(codes, seed)
        assert npmi_table(count_songs(shuffled))[0, 0] < 0.5


@pytest.mark.parametrize("protocol", ["inductive", "leave-one-song-out"])
def test_chance_is_counted_under_the_views_protocol(built_corpus, protocol):
    with open_view(built_corpus, protocol) as view:
        found = figures.chance(view, 2, 7)
        shuffled = shuffled_codes(view.coded, 8)
        chosen = None
        if protocol == "inductive":
            chosen = np.array([song.split == "train" for song in view.songs])[: shuffled.songs]
        table = npmi_table(count_songs(shuffled, chosen))
        assert found[1].pairs.above(0.0) == int((table > 0).sum())
        assert found[1].frames.total == int(view.coded.lengths[view.coded.sung].sum())
        if protocol == "inductive":
            assert found[1].frames.above(0.0) == int((table[shuffled.lyric, shuffled.dance] > 0).sum())


def test_dance_codes_know_their_counts_words_and_a_place(built_corpus):
    with open_view(built_corpus, "transductive") as view:
        found = figures.dance_codes(view)
        bar, frame = view.places
        assert len(found.centres) == view.coded.dance_size == len(found.examples)
        for code in range(0, view.coded.dance_size, 3):
            own = view.coded.dance == code
            assert found.frames[code] == own.sum()
            songs = {int(s) for s in view.coded.song[bar[own & view.coded.sung[bar]]]}
            assert found.songs[code] == len(songs)
            met = view.counts.pair[:, code] > 1
            assert found.best[code] == (view.table[met, code].max() if met.any() else 0.0)
            example = found.examples[code]
            assert example is not None
            assert example.start <= example.frame < example.stop
            here = [i for i in np.flatnonzero(own) if view.bars[bar[i]].song.song_id == example.song_id]
            assert set(range(example.start, example.stop)) <= set(frame[here].tolist())
        pairs = {(p.lyric, code): p.npmi for code, partners in enumerate(found.partners) for p in partners}
        assert pairs == {(p["lyric_code"], p["dance_code"]): p["npmi"] for p in view.pairs()}


@pytest.mark.parametrize("method", figures.LAYOUTS)
def test_layouts_are_finite_seeded_and_keep_neighbours(method):
    rng = np.random.default_rng(0)
    centres = np.concatenate([rng.normal(0, 0.1, (12, 8)), rng.normal(5, 0.1, (12, 8))]).astype(np.float32)
    places = figures.layout(centres, method, 1)
    assert places.shape == (24, 2)
    assert np.isfinite(places).all()
    np.testing.assert_allclose(places, figures.layout(centres, method, 1))
    distance = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(24) * 1e9
    assert all((i < 12) == (int(distance[i].argmin()) < 12) for i in range(24))


def test_layouts_of_few_or_equal_codes():
    for count in (1, 2, 4):
        assert figures.layout(np.ones((count, 3), np.float32), "t-sne", 0).shape == (count, 2)
    assert np.isfinite(figures.layout(np.ones((9, 3), np.float32), "t-sne", 0)).all()
    with pytest.raises(SettingsError, match="globe"):
        figures.layout(np.ones((9, 3), np.float32), "globe", 0)


def test_a_sample_without_values_is_empty():
    sample = figures.Sample.of(np.zeros(0))
    assert sample.total == sample.above(0.0) == 0
    assert not sample.histogram().any()


def test_codes_can_be_replaced_without_touching_the_originals():
    codes = songs_with_their_own_dance()
    before = codes.dance.copy()
    shuffled_codes(replace(codes, sung=np.ones(codes.bars, bool)), 0)
    np.testing.assert_array_equal(codes.dance, before)
