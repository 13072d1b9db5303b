"""CCA by pairs and by classes."""

from dataclasses import replace

import numpy as np
import pytest
from lab_data import chance_interval, class_precision, precision_interval, related_data, splits
from scipy.linalg import block_diag, eigh

from core.errors import Cancelled, SettingsError
from core.retrieval.cca import (
    Canonical,
    Cca,
    ClusterCca,
    Moments,
    canonical,
    class_moments,
    pair_moments,
)
from core.retrieval.choice import mrr_of_scores
from core.retrieval.evaluate import evaluate
from core.retrieval.features import BarFeatures
from core.retrieval.fitted import fit_or_load
from core.retrieval.protocol import DIRECTIONS


def views(n=300, p=7, q=5, seed=0):
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 3))
    x = latent @ rng.normal(size=(3, p)) + rng.normal(size=(n, p)) + 2.0
    y = latent @ rng.normal(size=(3, q)) + rng.normal(size=(n, q)) - 1.0
    return x, y


def mrr_rows(data, methods, split="test"):
    result = evaluate(data, methods, ("inductive",), galleries=("all",), ties=("average",), split=split)
    return {row["direction"]: row["mrr"] for row in result["results"]}


@pytest.mark.parametrize("ridge", [0.0, 1e-2, 1.0])
def test_canonical_axes_solve_the_generalised_eigenvalue_problem(ridge):
    x, y = views()
    p, q = x.shape[1], y.shape[1]
    found = canonical(pair_moments(x, y), ridge)
    cxx, cyy = np.cov(x.T, bias=True), np.cov(y.T, bias=True)
    cxx += ridge * np.trace(cxx) / p * np.eye(p)
    cyy += ridge * np.trace(cyy) / q * np.eye(q)
    cxy = ((x - x.mean(0)).T @ (y - y.mean(0))) / len(x)
    square = np.block([[np.zeros((p, p)), cxy], [cxy.T, np.zeros((q, q))]])
    values, vectors = eigh(square, block_diag(cxx, cyy))
    assert found.correlations == pytest.approx(values[::-1][:q], abs=1e-10)
    for k in range(q):
        # The textbook's vector is (a, b) / sqrt(2), its sign is free.
        expected = np.sqrt(2.0) * vectors[:, -1 - k]
        got = np.concatenate([found.x[:, k], found.y[:, k]])
        assert got * np.sign(got[0] * expected[0]) == pytest.approx(expected, abs=1e-8)


def test_correlations_are_those_of_the_projected_values():
    x, y = views(seed=3)
    found = canonical(pair_moments(x, y), 0.0)
    u, v = x @ found.x, y @ found.y
    table = np.corrcoef(u.T, v.T)[:5, 5:]
    assert np.diag(table) == pytest.approx(found.correlations, abs=1e-10)
    assert table - np.diag(np.diag(table)) == pytest.approx(np.zeros((5, 5)), abs=1e-10)
    assert (np.diff(found.correlations) <= 0).all()


def enumerated(x, y, labels, beta):
    """Moments of the mixture, every pair written out with its weight."""
    pairs = [(i, j) for i in range(len(x)) for j in range(len(y)) if labels[i] == labels[j] >= 0]
    left = np.array([x[i] for i, _ in pairs] + list(x))
    right = np.array([y[j] for _, j in pairs] + list(y))
    weights = np.array([(1 - beta) / len(pairs)] * len(pairs) + [beta / len(x)] * len(x))
    whole = np.cov(np.concatenate([left, right], axis=1).T, aweights=weights, ddof=0)
    p = x.shape[1]
    return Moments(weights @ left, weights @ right, whole[:p, :p], whole[p:, p:], whole[:p, p:])


@pytest.mark.parametrize("beta", [0.0, 0.2, 1.0])
def test_class_moments_are_those_of_all_pairs_of_a_class(beta):
    x, y = views(40)
    labels = np.array([2] * 20 + [0] * 12 + [7] * 5 + [-1] * 3)
    got, expected = class_moments(x, y, labels, beta), enumerated(x, y, labels, beta)
    for name in ("mean_x", "mean_y", "cxx", "cyy", "cxy"):
        assert getattr(got, name) == pytest.approx(getattr(expected, name), abs=1e-10), name
    rank = np.linalg.matrix_rank(got.cxy, tol=1e-9)
    assert rank == (2 if beta == 0.0 else 5)
    assert canonical(got, 1e-4).correlations[0] < 1.0


def test_no_known_class_leaves_the_pairs():
    x, y = views(30)
    got, expected = class_moments(x, y, np.full(30, -1), 0.2), pair_moments(x, y)
    assert got.cxy == pytest.approx(expected.cxy)


def test_weighted_axes_weigh_each_product_by_its_correlation():
    found = canonical(pair_moments(*views()), 0.0)
    heavy = found.weighted()
    assert isinstance(heavy, Canonical)
    assert heavy.x[:, 1] * heavy.y[0, 1] == pytest.approx(found.x[:, 1] * found.y[0, 1] * found.correlations[1])


def test_a_linear_relation_is_found():
    clear = mrr_rows(related_data(noise=0.0), ["cca"])
    noisy = mrr_rows(related_data(noise=0.5), ["cca"])
    for direction in DIRECTIONS:
        assert clear[direction] > 0.99
        assert 0.3 < noisy[direction] <= clear[direction]


@pytest.mark.parametrize("name", ["cca", "cluster-cca"])
def test_shuffled_pairs_stay_at_chance(name):
    data = related_data(bars=1200, shuffled=True, classes=4 if name == "cluster-cca" else 0)
    low, high = chance_interval(int((data.codes.split == 2).sum()))
    for mrr in mrr_rows(data, [name]).values():
        assert low < mrr < high


def test_classes_are_found_on_songs_never_seen():
    data = related_data(bars=800, classes=5, noise=2.0)
    train, dev, test = splits(data)
    bars = np.arange(test.codes.bars)
    found = {}
    for beta in (0.0, 0.2):
        method = ClusterCca(beta=beta)
        method.fit(train, dev)
        assert len(method.correlations) <= 4 or beta > 0
        found[beta] = method
        for direction in DIRECTIONS:
            scores = method.scores(test, bars, bars, direction)
            low, high = precision_interval(scores, test.labels)
            assert low < 0.3
            assert class_precision(scores, test.labels) > high + 0.4
    alike = [mrr_of_scores(found[beta].scores(test, bars, bars, DIRECTIONS[0])) for beta in (0.0, 0.2)]
    assert alike[1] > alike[0]


def test_classes_without_meaning_are_not_found():
    data = related_data(bars=800, classes=5, noise=2.0)
    data = replace(data, labels=np.random.default_rng(1).integers(5, size=800))
    train, dev, test = splits(data)
    method = ClusterCca(beta=0.0)
    method.fit(train, dev)
    bars = np.arange(test.codes.bars)
    scores = method.scores(test, bars, bars, DIRECTIONS[0])
    low, high = precision_interval(scores, test.labels, share=0.999)
    assert low < class_precision(scores, test.labels) < high


@pytest.mark.parametrize("kind", [Cca, ClusterCca])
def test_a_stored_fit_gives_the_same_scores(kind, tmp_path):
    data = replace(related_data(classes=3), key="corpus")
    train, dev, test = splits(data)
    bars = np.arange(test.codes.bars)
    first, second = kind(), kind(seed=5)
    assert not fit_or_load(first, train, dev, tmp_path)
    assert fit_or_load(second, train, dev, tmp_path)
    for direction in DIRECTIONS:
        scores = first.scores(test, bars, bars, direction)
        assert np.array_equal(scores, second.scores(test, bars, bars, direction))
        assert np.abs(scores).max() <= 1.0 + 1e-5
    broken = first.arrays()
    broken["correlations"] = broken["correlations"][1:]
    with pytest.raises(ValueError, match="another number"):
        kind().restore(broken)
    broken = first.arrays()
    broken["lyrics.axes"] = broken["lyrics.axes"][1:]
    with pytest.raises(ValueError, match="no projection"):
        kind().restore(broken)
    with pytest.raises(KeyError):
        kind().restore({})


def test_settings_tell_betas_apart():
    assert ClusterCca(beta=0.1).settings != ClusterCca(beta=0.2).settings
    assert Cca(1).settings == Cca(2).settings
    with pytest.raises(ValueError, match="beta must lie"):
        ClusterCca(beta=1.5)


def test_bars_without_lyrics_teach_nothing():
    data = related_data()
    sung = np.arange(data.codes.bars) % 5 > 0
    data = replace(data, codes=replace(data.codes, sung=sung))
    wild = data.lyrics.pooled.copy()
    wild[~sung] = 1000.0
    other = replace(data, lyrics=BarFeatures(wild, data.lyrics.steps))
    arrays = []
    for given in (data, other):
        method = Cca()
        method.fit(*splits(given)[:2])
        arrays.append(method.arrays())
    assert all(np.array_equal(arrays[0][name], arrays[1][name]) for name in arrays[0])


def test_without_dev_bars_defaults_are_taken():
    train, dev, test = splits(related_data())
    bars = np.arange(test.codes.bars)
    silent_dev = replace(dev, codes=replace(dev.codes, sung=np.zeros(dev.codes.bars, bool)))
    scores = []
    for given in (None, silent_dev):
        method = Cca()
        method.fit(train, given)
        scores.append(method.scores(test, bars, bars, DIRECTIONS[0]))
    assert np.array_equal(*scores)
    assert mrr_of_scores(scores[0]) > 0.5


def test_missing_labels_and_fits_are_named():
    data = related_data()
    assert ClusterCca().missing(data) == "this corpus has no labels (no genre is given in its manifest)"
    assert ClusterCca().missing(replace(data, labels=np.zeros(600, np.int64))) == ""
    assert not Cca().missing(data)
    with pytest.raises(ValueError, match="without labels"):
        ClusterCca().fit(data, None)
    with pytest.raises(RuntimeError, match="fit comes before"):
        Cca().embed(data, np.array([0]), "lyrics")
    with pytest.raises(RuntimeError, match="fit comes before"):
        Cca().arrays()
    with pytest.raises(SettingsError, match="do not differ"):
        Cca().fit(data.select(np.array([4])), None)


@pytest.mark.parametrize("limit", [0.0, 0.25, 0.9])
def test_a_fit_can_be_cancelled(limit):
    def stop(fraction, message=""):
        assert 0.0 <= fraction <= 1.0
        if fraction >= limit:
            raise Cancelled

    train, dev, _ = splits(related_data())
    method = Cca()
    with pytest.raises(Cancelled):
        method.fit(train, dev, stop)
    with pytest.raises(RuntimeError):
        method.arrays()
