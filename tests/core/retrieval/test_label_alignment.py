"""Label alignment: dances find their words, also words never met, where the words' vectors say so."""

from dataclasses import replace

import lab_data
import numpy as np
import pytest
import torch

from core.codes import CodedBars
from core.corpus.store import Corpus
from core.errors import Cancelled, SettingsError
from core.lyrics.words import folded
from core.pipeline.lab import retrieval_data
from core.retrieval import label_alignment, word_clusters
from core.retrieval.choice import mrr_of_scores
from core.retrieval.embedding import sides
from core.retrieval.evaluate import evaluate
from core.retrieval.fitted import fit_or_load
from core.retrieval.label_alignment import LabelAlignment, alignment, triplet
from core.retrieval.protocol import DIRECTIONS
from core.retrieval.word_clusters import BarWords, WordSpace, cluster_words


def fitted(data, **options):
    system = LabelAlignment(**{"phase": "clustered", **options})
    train, dev, _ = lab_data.splits(data)
    system.fit(train, dev)
    return system


def scores(system, data, direction="lyrics-to-dance", split=2):
    part = lab_data.splits(data)[split]
    bars = np.arange(part.codes.bars)
    return system.scores(part, bars, bars, direction)


@pytest.fixture(scope="module")
def planted():
    return lab_data.worded_data()


@pytest.fixture(scope="module")
def system(planted):
    return fitted(planted)


@pytest.mark.parametrize("phase", ["raw", "clustered", "regularised"])
def test_words_never_met_find_their_dances(planted, system, phase):
    method = system if phase == "clustered" else fitted(planted, phase=phase, weight=0.1)
    train, _, test = lab_data.splits(planted)
    met = {folded(word) for bar in train.words for word in bar}
    assert not met & {folded(word) for bar in test.words for word in bar} - {"the"}
    for direction in DIRECTIONS:
        found = scores(method, planted, direction)
        assert mrr_of_scores(found) > 2 * lab_data.permuted_interval(found)[1]


def test_words_never_met_find_nothing_where_their_vectors_lie_anywhere():
    data = lab_data.worded_data(stray=True)
    method = fitted(data)
    # Words that were met are found in the same data, so that the fit itself is sound.
    seen = scores(method, data, split=1)
    assert mrr_of_scores(seen) > 2 * lab_data.permuted_interval(seen)[1]
    stray = np.array([not method._space.counts.get(word) for word in data.vocabulary])
    got = mrr_of_scores(scores(method, data))
    rng = np.random.default_rng(0)
    chance = []
    for _ in range(200):
        vectors = data.word_vectors.copy()
        vectors[stray] = rng.permutation(vectors[stray])
        chance.append(mrr_of_scores(scores(method, replace(data, word_vectors=vectors))))
    low, high = np.quantile(chance, [0.005, 0.995])
    assert low <= got <= high


def test_the_planted_vectors_are_what_finds_them(planted, system):
    rng = np.random.default_rng(0)
    unmet = np.array([word not in system._space.counts for word in planted.vocabulary])
    got = mrr_of_scores(scores(system, planted))
    for _ in range(50):
        vectors = planted.word_vectors.copy()
        vectors[unmet] = rng.permutation(vectors[unmet])
        assert mrr_of_scores(scores(system, replace(planted, word_vectors=vectors))) < got


def test_exchanged_dances_teach_nothing():
    data = lab_data.worded_data(shuffled=True, seed=1)
    method = fitted(data, phase="regularised")
    for direction in DIRECTIONS:
        found = scores(method, data, direction)
        low, high = lab_data.permuted_interval(found)
        assert low <= mrr_of_scores(found) <= high


def test_clusters_are_the_planted_meanings(planted, system):
    space = system._space
    rows = space.trained(planted.vocabulary)
    labels = cluster_words(space.points(planted)[rows], 0.04, 0)
    meaning = [planted.vocabulary[row].split("-")[0] for row in rows]
    # Eleven meanings, "the" among them; no cluster mixes two.
    assert system.clusters == labels.max() + 1
    for label in range(labels.max() + 1):
        assert len({meaning[i] for i in np.flatnonzero(labels == label)}) == 1
    assert 11 <= system.clusters < len(rows)


def test_clusters_of_few_alike_and_many_words(monkeypatch):
    rng = np.random.default_rng(0)
    assert cluster_words(np.ones((1, 4), np.float32), 0.04, 0).tolist() == [0]
    assert cluster_words(np.ones((9, 4), np.float32), 0.5, 0).tolist() == [0] * 9
    assert sorted(cluster_words(np.eye(2, 4, dtype=np.float32), 0.04, 0).tolist()) == [0, 1]
    assert cluster_words(np.zeros((0, 4), np.float32), 0.04, 0).shape == (0,)
    two = np.repeat(np.eye(2, 4, dtype=np.float32), [3, 4], axis=0)
    assert cluster_words(two, 0.04, 0).tolist() in ([0, 0, 0, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0, 0])
    centres = rng.normal(size=(12, 20))
    truth = np.repeat(np.arange(12), 20)
    points = word_clusters.unit(centres[truth] + 0.1 * rng.normal(size=(240, 20)))
    whole = cluster_words(points, 0.04, 0)
    monkeypatch.setattr(word_clusters, "_MOST_WORDS", 120)
    thinned = cluster_words(points, 0.08, 0)
    for labels in (whole, thinned):
        assert all(len(set(truth[labels == label])) == 1 for label in range(labels.max() + 1))
        assert labels.max() + 1 < 120
        assert set(labels) == set(range(labels.max() + 1))


def test_losses_are_their_formulas():
    rng = np.random.default_rng(0)
    found, right, wrong = (word_clusters.unit(rng.normal(size=(7, 5))) for _ in range(3))
    clusters = np.array([0, 0, 1, 2, 1, 0, 3])
    expected = np.mean([max(f @ w - f @ r + 1, 0) for f, r, w in zip(found, right, wrong, strict=True)])
    got = triplet(*(torch.from_numpy(view) for view in (found, right, wrong)))
    assert float(got) == pytest.approx(expected, abs=1e-6)
    expected = np.mean([max(1 + np.mean([found[i] @ found[j] for j in range(7) if clusters[j] != clusters[i]]), 0)
                        for i in range(7)])
    assert float(alignment(torch.from_numpy(found), torch.from_numpy(clusters))) == pytest.approx(expected, abs=1e-6)
    assert float(alignment(torch.from_numpy(found), torch.zeros(7, dtype=torch.int64))) == 0.0


def test_the_regulariser_parts_dances_of_other_clusters():
    data = lab_data.worded_data(bars=300, seed=2)
    means = {}
    for weight in (0.0, 2.5):
        method = LabelAlignment(phase="regularised", weight=weight)
        method.fit(lab_data.splits(data)[0], None)
        vectors = method.embed(data, np.arange(300), "dance")
        means[weight] = float((vectors @ vectors.T).mean())
    assert means[2.5] < means[0.0]


def test_anchors_that_are_drawn_are_others_and_own(planted):
    train = lab_data.splits(planted)[0]
    anchors = label_alignment._Anchors(train, WordSpace.of(train), 0.04, 0)
    rng = np.random.default_rng(0)
    piece = np.arange(len(anchors.bars))
    own = [set(row[row >= 0]) for row in anchors._own]
    others, drawn = anchors.others(piece, rng).numpy(), anchors.drawn(piece, rng).numpy()
    assert all(not own[i] & set(others[i]) and drawn[i] in own[i] for i in piece)
    the = anchors._own[0, 0]
    # "The" is in all bars and songs: it says nothing, is never another bar's, and is next to never drawn.
    assert (anchors._own[:, 0] == the).all()
    assert set(others.ravel()) == set(range(anchors.count)) - {the}
    assert (drawn == the).mean() < 0.01


def test_a_word_of_every_song_hardly_moves_a_bar(planted, system):
    space = system._space
    assert space.counts["the"] == space.songs
    weights = dict(zip(planted.vocabulary, space.weights(planted.vocabulary), strict=True))
    assert weights["the"] == pytest.approx(1e-3)
    unmet = [weights[word] for word in planted.vocabulary if word not in space.counts]
    assert min(unmet) == pytest.approx(np.log(1 + space.songs))
    assert max(weights.values()) == min(unmet)
    bars = np.arange(20)
    bare = replace(planted, words=tuple(tuple(w for w in bar if w != "The") for bar in planted.words))
    moved = system.embed(planted, bars, "lyrics") @ system.embed(bare, bars, "lyrics").T
    assert np.diagonal(moved).min() > 0.9999


def test_words_lie_around_their_centre(planted, system):
    space = system._space
    weights = dict(zip(planted.vocabulary, space.weights(planted.vocabulary), strict=True))
    vectors = dict(zip(planted.vocabulary, planted.word_vectors.astype(np.float64), strict=True))
    sung = [folded(word) for bar in lab_data.splits(planted)[0].words for word in bar]
    mean = sum(weights[word] * vectors[word] for word in sung) / sum(weights[word] for word in sung)
    assert space.centre == pytest.approx(mean, abs=1e-4)
    raw = word_clusters.unit(planted.word_vectors)
    points = space.points(planted)
    assert points == pytest.approx(word_clusters.unit(planted.word_vectors - mean), abs=1e-4)
    # The planted vectors share an axis; around their centre they do not.
    assert (raw @ raw.T).mean() > 0.4
    assert abs((points @ points.T).mean()) < 0.1


def test_targets_are_weighted_means(planted, system):
    space, bars = system._space, np.array([5, 3, 600])
    got = system.embed(planted, bars, "lyrics")
    rows = {word: i for i, word in enumerate(planted.vocabulary)}
    weights, points = space.weights(planted.vocabulary), space.points(planted)
    for vector, bar in zip(got, bars, strict=True):
        mean = sum(weights[rows[folded(word)]] * points[rows[folded(word)]] for word in planted.words[bar])
        assert vector == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)


def test_bars_without_known_words_are_like_no_dance(planted, system):
    words = (("unheard",), (), *planted.words[2:])
    got = system.embed(replace(planted, words=words), np.array([1, 0, 2]), "lyrics")
    assert not got[:2].any()
    assert np.linalg.norm(got[2]) == pytest.approx(1.0)
    assert BarWords.of(planted, np.zeros(0, np.int64)).row.shape == (0,)
    assert system.embed(planted, np.zeros(0, np.int64), "lyrics").shape == (0, 24)
    assert system.embed(planted, np.zeros(0, np.int64), "dance").shape == (0, 24)


def test_lengths_play_no_part(planted):
    codes = planted.codes
    lengths = np.random.default_rng(0).integers(1, 9, codes.bars)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    flat = np.zeros(offsets[-1], np.int32)
    other = replace(planted, codes=CodedBars(codes.song, offsets, flat, flat, 1, 1, codes.split, codes.sung))
    systems = [LabelAlignment(phase="raw") for _ in range(2)]
    bars = np.arange(50)
    for system, data in zip(systems, (planted, other), strict=True):
        system.fit(lab_data.splits(data)[0].select(np.arange(200)), None)
    for side in sides(DIRECTIONS[0]):
        assert np.array_equal(systems[0].embed(planted, bars, side), systems[1].embed(other, bars, side))


def test_a_fitted_system_is_loaded(planted, tmp_path):
    small = replace(planted.select(np.arange(0, 700, 2)), key="small")
    train, dev, test = lab_data.splits(small)
    first, second = LabelAlignment(weight=0.1), LabelAlignment(weight=0.1)
    assert not fit_or_load(first, train, dev, tmp_path)
    assert fit_or_load(second, train, dev, tmp_path)
    bars = np.arange(test.codes.bars)
    for direction in DIRECTIONS:
        assert np.array_equal(first.scores(test, bars, bars, direction), second.scores(test, bars, bars, direction))
    assert second.clusters == first.clusters
    assert second.chosen_weight == 0.1
    # Words are known by their letters: another order of the vocabulary changes nothing.
    turned = replace(test, vocabulary=test.vocabulary[::-1], word_vectors=test.word_vectors[::-1])
    assert np.allclose(second.embed(turned, bars, "lyrics"), first.embed(test, bars, "lyrics"), atol=1e-6)


def test_the_same_seed_gives_the_same_system_and_a_stopped_fit_goes_on(planted, tmp_path, monkeypatch):
    monkeypatch.setattr(label_alignment, "_TRAINING", replace(label_alignment._TRAINING, epochs=6))
    small = planted.select(np.arange(0, 700, 3))
    train, dev, _ = lab_data.splits(small)
    whole = LabelAlignment(seed=3)
    whole.fit(train, dev)

    class Stop:
        def __init__(self, message):
            self.message = message

        def __call__(self, fraction, message=""):
            if message.startswith(self.message):
                raise Cancelled

    broken = LabelAlignment(seed=3)
    broken.checkpoint = tmp_path / "state.safetensors"
    with pytest.raises(Cancelled):
        broken.fit(train, dev, Stop("label-alignment, weight 1, epoch 5"))
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(RuntimeError):
        broken.arrays()
    resumed = LabelAlignment(seed=3)
    resumed.checkpoint = broken.checkpoint
    told = []
    resumed.fit(train, dev, lambda fraction, message="": told.append((fraction, message)))
    messages = {message for _, message in told}
    assert "label-alignment, weight 0.1, epoch 1" not in messages
    assert "label-alignment, weight 1, epoch 1" not in messages
    assert "label-alignment, weight 1, epoch 5" in messages
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert not list(tmp_path.iterdir())
    expected, got = whole.arrays(), resumed.arrays()
    assert expected.keys() == got.keys()
    assert all(np.array_equal(expected[name], got[name]) for name in expected)
    assert whole.chosen_weight in label_alignment.WEIGHTS


def test_what_cannot_be_done_is_said(planted):
    lacking = replace(planted, word_vectors=None, vocabulary=())
    assert LabelAlignment().missing(lacking) == "this corpus has no word vectors"
    assert not LabelAlignment().missing(planted)
    one = replace(planted, words=(("the",),) * planted.codes.bars)
    with pytest.raises(SettingsError, match="two different words"):
        LabelAlignment().fit(one, None)
    with pytest.raises(SettingsError, match="words"):
        LabelAlignment().fit(replace(planted, words=((),) * planted.codes.bars), None)
    with pytest.raises(SettingsError, match="phase"):
        LabelAlignment(phase="aligned")
    with pytest.raises(RuntimeError, match="not fitted"):
        LabelAlignment().embed(planted, np.arange(3), "dance")


def test_word_vectors_of_a_corpus(built_corpus):
    with Corpus.open(built_corpus) as corpus:
        data = retrieval_data(corpus, needs=LabelAlignment.needs)
        found = {}
        for song in corpus.songs():
            for i, word in enumerate(corpus.words(song)):
                found.setdefault(folded(word.text), []).append(corpus.array(song, "lyric")[i])
    assert list(data.vocabulary) == sorted(found)
    for word, vector in zip(data.vocabulary, data.word_vectors, strict=True):
        assert vector == pytest.approx(np.mean(found[word], axis=0), abs=1e-6)
    assert {folded(word) for bar in data.words for word in bar} <= set(data.vocabulary)
    some = data.select(np.arange(3))
    assert some.vocabulary == data.vocabulary
    assert some.word_vectors is data.word_vectors
    rows = evaluate(data, [LabelAlignment(weight=0.1)], protocols=("inductive",), split="all")["results"]
    assert {row["method"] for row in rows} == {"label-alignment"}
    assert all(0.0 < row["mrr"] <= 1.0 for row in rows)
