"""The triplet network behind class-aware CCA."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from lab_data import chance_interval, class_precision, precision_interval, related_data, splits

from core.errors import Cancelled
from core.retrieval.choice import mrr_of_scores
from core.retrieval.evaluate import evaluate
from core.retrieval.fitted import fit_or_load
from core.retrieval.protocol import DIRECTIONS
from core.retrieval.tnn_c_cca import TnnCCca, draw_positives, triplet_loss
from core.retrieval.training import Training

SHORT = Training(epochs=5, batch=128, learning_rate=1e-3)


def naive_loss(distances, positives, negatives, margin):
    """Anchor by anchor, positive by positive."""
    found = []
    for a, row in enumerate(distances):
        others = [n for n in range(len(row)) if negatives[a][n]]
        for p in positives[a]:
            if p < 0 or not others:
                continue
            beyond = [row[n] for n in others if row[n] > row[p]]
            far = min(beyond) if beyond else max(row[n] for n in others)
            found.append(max(row[p] - far + margin, 0.0))
    return np.mean(found) if found else 0.0


@pytest.mark.parametrize("margin", [0.1, 0.5])
def test_the_loss_is_that_of_loops(margin):
    rng = np.random.default_rng(0)
    distances = rng.random((12, 12))
    labels = rng.integers(-1, 3, 12)
    positives = draw_positives(labels, 3, rng)
    known = (labels >= 0)[:, None] & (labels >= 0)
    negatives = known & (labels[:, None] != labels)
    negatives[4] = False
    got = triplet_loss(torch.from_numpy(distances), torch.from_numpy(positives), torch.from_numpy(negatives), margin)
    assert float(got) == pytest.approx(naive_loss(distances, positives, negatives, margin))
    assert float(got) > 0.0


def test_a_batch_without_triplets_costs_nothing():
    distances = torch.rand(5, 5, requires_grad=True)
    loss = triplet_loss(distances, torch.full((5, 2), -1), torch.ones(5, 5, dtype=torch.bool))
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert (distances.grad == 0.0).all()


def test_positives_are_of_the_anchors_class():
    labels = np.array([0, 1, 0, -1, 1, 0, 5])
    drawn = draw_positives(labels, 50, np.random.default_rng(0))
    assert (drawn[3] == -1).all()
    assert (drawn[6] == 6).all()
    for anchor in (0, 1, 2, 4, 5):
        assert set(drawn[anchor]) == set(np.flatnonzero(labels == labels[anchor]))


def test_classes_and_bars_are_found_on_songs_never_seen():
    train, dev, test = splits(related_data(bars=600, classes=3, noise=1.0))
    bars = np.arange(test.codes.bars)
    instance = {}
    for weight in (0.0, 1.0):
        method = TnnCCca(beta=0.0 if weight == 0.0 else 0.2, pair_weight=weight, training=SHORT)
        method.fit(train, dev)
        for direction in DIRECTIONS:
            scores = method.scores(test, bars, bars, direction)
            low, high = precision_interval(scores, test.labels)
            assert low < 0.4
            assert class_precision(scores, test.labels) > high + 0.4
        instance[weight] = mrr_of_scores(method.scores(test, bars, bars, DIRECTIONS[0]))
    assert instance[1.0] > 2 * instance[0.0]


def test_shuffled_pairs_stay_at_chance():
    """Classes are given to bars at random, so that neither they nor the pairs say anything."""
    data = related_data(bars=1200, shuffled=True)
    data = replace(data, labels=np.random.default_rng(1).integers(4, size=1200))
    low, high = chance_interval(int((data.codes.split == 2).sum()))
    method = TnnCCca(training=SHORT)
    for row in evaluate(data, [method], ("inductive",), galleries=("all",), ties=("average",))["results"]:
        assert low < row["mrr"] < high
    bars = np.flatnonzero(data.codes.split == 2)
    scores = method.scores(data, bars, bars, DIRECTIONS[0])
    low, high = precision_interval(scores, data.labels[bars])
    assert low < class_precision(scores, data.labels[bars]) < high


def test_bars_without_a_class_are_fitted_as_pairs():
    data = related_data(classes=4)
    train, dev, test = splits(replace(data, labels=np.full(600, -1)))
    method = TnnCCca(training=SHORT)
    method.fit(train, dev)
    bars = np.arange(test.codes.bars)
    assert mrr_of_scores(method.scores(test, bars, bars, DIRECTIONS[0])) > 0.3


def test_a_stored_fit_gives_the_same_scores(tmp_path):
    train, dev, test = splits(replace(related_data(classes=3), key="corpus"))
    bars = np.arange(test.codes.bars)
    first, second = TnnCCca(training=SHORT), TnnCCca(training=SHORT)
    assert not fit_or_load(first, train, dev, tmp_path)
    assert fit_or_load(second, train, dev, tmp_path)
    for direction in DIRECTIONS:
        scores = first.scores(test, bars, bars, direction)
        assert np.array_equal(scores, second.scores(test, bars, bars, direction))
    broken = first.arrays()
    broken["network.branches.dance.0.weight"] = broken["network.branches.dance.0.weight"][1:]
    with pytest.raises(ValueError, match="no weights of this network"):
        TnnCCca().restore(broken)
    with pytest.raises(KeyError):
        TnnCCca().restore({name: value for name, value in first.arrays().items() if not name.startswith("c-cca.")})
    assert TnnCCca(pair_weight=0.0).settings != TnnCCca().settings


def stopping(at):
    """A progress callable that cancels where its message holds these words."""

    def stop(fraction, message=""):
        assert 0.0 <= fraction <= 1.0
        if at in message:
            raise Cancelled

    return stop


@pytest.mark.parametrize("after", ["principal components", "ridge", "tnn-c-cca, epoch 2"])
def test_a_fit_can_be_cancelled(after):
    train, dev, _ = splits(related_data(classes=3))
    method = TnnCCca(training=SHORT)
    with pytest.raises(Cancelled):
        method.fit(train, dev, stopping(after))
    with pytest.raises(RuntimeError, match="not fitted"):
        method.arrays()


def test_a_stopped_fit_goes_on_as_if_never_stopped(tmp_path):
    train, dev, _ = splits(replace(related_data(classes=3), key="corpus"))
    whole = TnnCCca(seed=3, training=SHORT)
    whole.fit(train, dev)
    with pytest.raises(Cancelled):
        fit_or_load(TnnCCca(seed=3, training=SHORT), train, dev, tmp_path, stopping("epoch 4"))
    assert list(tmp_path.glob("*.state.safetensors"))
    seen = []
    second = TnnCCca(seed=3, training=SHORT)
    fit_or_load(second, train, dev, tmp_path, lambda fraction, message="": seen.append(message))
    assert "tnn-c-cca, epoch 3" not in seen
    assert "tnn-c-cca, epoch 4" in seen
    ours, theirs = whole.arrays(), second.arrays()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)


def test_without_labels_it_is_not_available():
    data = related_data()
    assert TnnCCca().missing(data) == "this corpus has no labels (no genre is given in its manifest)"
    with pytest.raises(ValueError, match="without labels"):
        TnnCCca().fit(data, None)
