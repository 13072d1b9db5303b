"""Scores of the retrieval systems."""

import naive
import numpy as np
import pytest

from core.codes import CodedBars
from core.errors import SettingsError
from core.npmi import count_songs, npmi_table
from core.retrieval.features import STEPS, BarFeatures
from core.retrieval.length_only import LengthOnly
from core.retrieval.protocol import DEFAULT_METHODS, METHODS, PROTOCOLS, RetrievalData
from core.retrieval.random import RandomOrder
from core.retrieval.registry import make_method
from core.retrieval.xmied import Xmied


def corpus(seed=0, songs=8, bars=5):
    rng = np.random.default_rng(seed)
    n = songs * bars
    lengths = rng.integers(3, 8, n)
    frames = lengths.sum()
    return CodedBars(
        np.repeat(np.arange(songs), bars).astype(np.int32), np.concatenate([[0], np.cumsum(lengths)]),
        rng.integers(0, 5, frames).astype(np.int32), rng.integers(0, 4, frames).astype(np.int32), 5, 4,
        np.repeat(rng.integers(0, 3, songs), bars).astype(np.int8), np.ones(n, bool),
    )


def test_xmied_scores_are_those_of_the_paper():
    codes = corpus()
    data = RetrievalData(codes)
    method = Xmied()
    method.fit(data, None)
    table = npmi_table(count_songs(codes))
    queries, gallery = np.array([3, 30]), np.array([0, 3, 17, 30, 39])

    def part(flat, bar):
        return flat[codes.offsets[bar] : codes.offsets[bar + 1]]

    forth = method.scores(data, queries, gallery, "lyrics-to-dance")
    back = method.scores(data, queries, gallery, "dance-to-lyrics")
    for i, q in enumerate(queries):
        for j, g in enumerate(gallery):
            assert forth[i, j] == pytest.approx(naive.score(part(codes.lyric, q), part(codes.dance, g), table), abs=1e-6)
            assert back[i, j] == pytest.approx(naive.score(part(codes.dance, q), part(codes.lyric, g), table.T), abs=1e-6)
    other = method.scores(data, queries, gallery[::-1].copy(), "lyrics-to-dance")
    assert np.array_equal(other[:, ::-1], forth)


def test_leaving_a_song_out_is_fitting_without_it():
    codes = corpus(2)
    data = RetrievalData(codes)
    bars = np.arange(codes.bars)
    whole, rest = Xmied("keep-negative"), Xmied("keep-negative")
    whole.fit(data, None)
    rest.fit(data.select(np.flatnonzero(codes.song != 3)), None)
    got = whole.without_song(3).scores(data, bars, bars, "lyrics-to-dance")
    assert np.array_equal(got, rest.scores(data, bars, bars, "lyrics-to-dance"))
    assert not np.array_equal(got, whole.scores(data, bars, bars, "lyrics-to-dance"))
    strange = whole.without_song(99).scores(data, bars, bars, "lyrics-to-dance")
    assert np.array_equal(strange, whole.scores(data, bars, bars, "lyrics-to-dance"))


def test_nothing_works_before_fit():
    data = RetrievalData(corpus())
    with pytest.raises(RuntimeError, match="fit comes before scores"):
        Xmied().scores(data, np.array([0]), np.array([0]), "lyrics-to-dance")
    with pytest.raises(RuntimeError, match="fit comes before without_song"):
        Xmied().without_song(0)
    with pytest.raises(NotImplementedError, match="length-only cannot leave out song 2"):
        LengthOnly().without_song(2)


def test_length_only_sees_lengths():
    codes = corpus()
    data = RetrievalData(codes)
    scores = LengthOnly().scores(data, np.array([0, 1]), np.arange(4), "dance-to-lyrics")
    lengths = codes.lengths
    assert scores.tolist() == [[-abs(int(lengths[q] - lengths[g])) for g in range(4)] for q in (0, 1)]


def test_random_scores_depend_on_seed_and_query_alone():
    data = RetrievalData(corpus())
    bars = np.arange(40)
    first = RandomOrder(1).scores(data, bars, bars, "lyrics-to-dance")
    assert np.array_equal(first[[5, 2]], RandomOrder(1).scores(data, np.array([5, 2]), bars, "dance-to-lyrics"))
    assert not np.array_equal(first, RandomOrder(2).scores(data, bars, bars, "lyrics-to-dance"))
    assert len(np.unique(first)) == first.size


def test_expected_figures_of_chance_are_means_over_draws():
    rng = np.random.default_rng(0)
    sizes = np.array([1, 2, 3, 7, 7, 30, 100])
    draws = np.concatenate([rng.integers(1, size + 1, 100_000) for size in sizes])
    found = RandomOrder().expected(sizes)
    assert found["mrr"] == pytest.approx(np.mean(1 / draws), rel=0.01)
    assert found["median_rank"] == pytest.approx(np.median(draws), abs=1)
    for k in (1, 5, 10):
        assert found[f"recall_at_{k}"] == pytest.approx(np.mean(draws <= k), rel=0.01)
    assert RandomOrder().expected(np.array([8611]))["mrr"] == pytest.approx(0.00112, abs=5e-6)
    for size in (1, 2, 3, 10, 11):
        assert RandomOrder().expected(np.array([size]))["median_rank"] == (size + 1) / 2


@pytest.mark.parametrize("name", METHODS)
def test_every_name_makes_its_method(name):
    method = make_method(name, 5)
    assert method.name == name
    assert getattr(method, "seed", 5) == 5
    assert method.protocols
    assert set(method.protocols) <= set(PROTOCOLS)
    # What it needs is a field of the data; without it, it says so in place of failing.
    bare = RetrievalData(corpus())
    assert all(getattr(bare, need) is None for need in method.needs)
    assert bool(method.missing(bare)) == bool(method.needs)


def test_the_default_methods_need_nothing_but_codes():
    assert DEFAULT_METHODS == ("xmied", "length-only", "random")
    assert not any(make_method(name).needs for name in DEFAULT_METHODS)


def test_other_names_are_none():
    with pytest.raises(SettingsError, match="no method 'contrast'; use xmied, xmied-sentences, length-only"):
        make_method("contrast")


def test_selected_data_is_of_the_selected_bars():
    codes = corpus()
    numbers = np.arange(40, dtype=np.float32)
    dance = BarFeatures(np.repeat(numbers[:, None], 2, axis=1), np.tile(numbers[:, None, None], (1, STEPS, 1)))
    data = RetrievalData(codes, dance=dance, labels=np.arange(40), label_names=("a",), true_labels=True,
                         words=tuple((str(i),) for i in range(40)), key="bars")
    chosen = data.select(np.array([7, 3]))
    assert chosen.lyrics is None
    assert chosen.dance.pooled[:, 0].tolist() == [7, 3]
    assert chosen.dance.steps[1, 0, 0] == 3
    assert chosen.labels.tolist() == [7, 3]
    assert chosen.true_labels
    assert chosen.words == (("7",), ("3",))
    assert chosen.codes.lengths.tolist() == codes.lengths[[7, 3]].tolist()
    # The key names the bars and their order; bars without a key get none.
    keys = {data.select(np.array(bars)).key for bars in ([7, 3], [3, 7], [7], [7, 3])}
    assert len(keys) == 3
    assert data.key not in keys
    assert RetrievalData(codes).select(np.array([7])).key == ""
