"""VAE-CCA: pairs and classes are found where there are some."""

from dataclasses import replace

import lab_data
import numpy as np
import pytest
import torch

from core.errors import Cancelled, SettingsError
from core.retrieval.choice import mrr_of_scores
from core.retrieval.fitted import fit_or_load
from core.retrieval.protocol import DIRECTIONS
from core.retrieval.registry import make_method
from core.retrieval.shared_vae import LATENT, SharedVae, correlation, loss_terms
from core.retrieval.vae_cca import VaeCca

CLASSES = 4


def scores(system, part, direction="lyrics-to-dance", bars=None):
    chosen = np.arange(part.codes.bars) if bars is None else bars
    return system.scores(part, chosen, chosen, direction)


@pytest.fixture(scope="module")
def related():
    return lab_data.related_data(bars=700, songs=70, classes=CLASSES)


@pytest.fixture(scope="module")
def system(related):
    train, dev, _ = lab_data.splits(related)
    method = VaeCca(epochs=40)
    method.fit(train, dev)
    return method


def test_pairs_of_songs_never_met_are_found_also_within_a_class(related, system):
    test = lab_data.splits(related)[2]
    for direction in DIRECTIONS:
        found = scores(system, test, direction)
        assert mrr_of_scores(found) > 2 * lab_data.permuted_interval(found)[1]
        for label in range(CLASSES):
            bars = np.flatnonzero(test.labels == label)
            within = scores(system, test, direction, bars)
            # Nothing but the pairs tells bars of one class apart.
            assert len(bars) > 8
            assert mrr_of_scores(within) > lab_data.permuted_interval(within)[1]


def test_classes_of_songs_never_met_are_found(related, system):
    test = lab_data.splits(related)[2]
    bars = np.arange(test.codes.bars)
    for direction in DIRECTIONS:
        found = scores(system, test, direction)
        assert lab_data.class_precision(found, test.labels) > lab_data.precision_interval(found, test.labels)[1]
    rng = np.random.default_rng(0)
    for side in ("lyrics", "dance"):
        told = system.classify(test, bars, side)
        chance = [(rng.permutation(test.labels) == told).mean() for _ in range(1000)]
        assert (test.labels == told).mean() > np.quantile(chance, 0.999)


def test_classes_alone_are_found_where_pairs_are_exchanged_within_them(related):
    order = np.arange(related.codes.bars)
    rng = np.random.default_rng(0)
    for label in range(CLASSES):
        members = np.flatnonzero(related.labels == label)
        order[members] = rng.permutation(members)
    data = replace(related, dance=related.dance.select(order))
    train, dev, test = lab_data.splits(data)
    method = VaeCca(epochs=15)
    method.fit(train, dev)
    found = scores(method, test)
    assert lab_data.class_precision(found, test.labels) > lab_data.precision_interval(found, test.labels)[1]
    for label in range(CLASSES):
        within = scores(method, test, bars=np.flatnonzero(test.labels == label))
        low, high = lab_data.permuted_interval(within, 0.998)
        assert low <= mrr_of_scores(within) <= high


def test_exchanged_dances_teach_nothing():
    data = lab_data.related_data(classes=CLASSES, shuffled=True, seed=3)
    train, dev, test = lab_data.splits(data)
    method = VaeCca(epochs=15)
    method.fit(train, dev)
    for direction in DIRECTIONS:
        found = scores(method, test, direction)
        low, high = lab_data.permuted_interval(found)
        assert low <= mrr_of_scores(found) <= high


def test_bars_without_a_class_take_part_as_pairs(related):
    train, dev, test = lab_data.splits(related)
    rng = np.random.default_rng(0)
    labels = np.where(rng.random(train.codes.bars) < 0.7, -1, train.labels)
    method = VaeCca(epochs=15)
    method.fit(replace(train, labels=labels), dev)
    found = scores(method, test)
    assert mrr_of_scores(found) > lab_data.permuted_interval(found)[1]
    # A class that no bar has is no class of the network.
    method.fit(replace(train, labels=np.where(train.labels == 1, -1, train.labels)), None)
    assert len(method.arrays()["net.centres"]) == CLASSES - 1


def quiet(network):
    """Latents without noise: the log-variance is so low that none is left."""
    with torch.no_grad():
        network.log_variance.weight.zero_()
        network.log_variance.bias.fill_(-40.0)
    return network


def test_the_terms_are_their_formulas():
    rng = np.random.default_rng(0)
    network = quiet(SharedVae(6, 5, 3, 0)).eval()
    x, y = rng.normal(size=(7, 6)).astype(np.float32), rng.normal(size=(7, 5)).astype(np.float32)
    labels = np.array([0, 2, -1, 1, 0, -1, 2])
    with torch.no_grad():
        network.centres.copy_(torch.from_numpy(rng.normal(size=(3, LATENT))))
        got = loss_terms(network, torch.from_numpy(x), torch.from_numpy(y), torch.from_numpy(labels)).numpy()
    weights = {name: value.double().numpy() for name, value in network.state_dict().items()}

    def layer(rows, name):
        return rows @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def relu(rows):
        return np.maximum(rows, 0)

    z = {side: layer(relu(layer(relu(layer(rows, f"enter.{side}")), "trunk")), "mean")
         for side, rows in (("lyrics", x), ("dance", y))}
    expected = np.zeros(5)
    for side, rows in (("lyrics", x), ("dance", y)):
        back = layer(relu(layer(z[side], "widen")), f"leave.{side}")
        divergence = 0.5 * (z[side] ** 2 + np.exp(-40.0) - 1 + 40.0).sum(axis=1).mean()
        expected[0] += np.mean((back - rows) ** 2) + divergence
        for i in (0, 1, 3, 4, 6):
            powers = np.exp(layer(z[side][i], "classes"))
            expected[1] += np.sum((powers / powers.sum() - np.eye(3)[labels[i]]) ** 2) / 5
            expected[4] += np.sum((z[side][i] - weights["centres"][labels[i]]) ** 2) / 10
    known = labels >= 0
    centred = {side: rows[known] - rows[known].mean(axis=0) for side, rows in z.items()}
    for one, other in (("lyrics", "lyrics"), ("lyrics", "dance"), ("dance", "dance")):
        for a, p in zip(centred[one], labels[known], strict=True):
            for b, q in zip(centred[other], labels[known], strict=True):
                t = 0.5 * (a @ b) / np.linalg.norm(a) / np.linalg.norm(b)
                expected[2] += (np.log(1 + np.exp(t)) - (p == q) * t) / 25
    expected[3] = np.linalg.norm(z["lyrics"] - z["dance"], axis=1).mean()
    assert got == pytest.approx(expected, rel=1e-4)
    with torch.no_grad():
        none = loss_terms(network, torch.from_numpy(x), torch.from_numpy(y), torch.full((7,), -1)).numpy()
    assert none == pytest.approx([expected[0], 0, 0, expected[3], 0], rel=1e-4)


def test_the_correlation_term_falls_when_classes_agree():
    labels = torch.tensor([0, 0, 1, 1])
    axes = torch.eye(4)[:2]
    alike = axes[labels]
    mixed = axes[torch.tensor([0, 1, 0, 1])]
    assert correlation(alike, alike, labels) < correlation(mixed, mixed, labels)


def test_class_centres_run_after_the_batches():
    network = SharedVae(3, 3, 3, 0)
    rng = np.random.default_rng(0)
    batches = [torch.from_numpy(rng.normal(size=(4, LATENT)).astype(np.float32)) for _ in range(3)]
    labels = torch.tensor([0, 2, 2, 0])
    for batch in batches:
        network.follow(batch, labels)
    for label, rows in ((0, [0, 3]), (2, [1, 2])):
        means = [batch[rows].mean(dim=0) for batch in batches]
        expected = 0.9 * (0.9 * means[0] + 0.1 * means[1]) + 0.1 * means[2]
        assert network.centres[label].numpy() == pytest.approx(expected.numpy(), abs=1e-6)
    assert network.seen.tolist() == [True, False, True]
    assert not network.centres[1].any()
    views, before = torch.randn(4, 3), network.centres.clone()
    loss_terms(network.eval(), views, views, labels)
    assert torch.equal(network.centres, before)
    loss_terms(network.train(), views, views, labels)
    assert not torch.equal(network.centres, before)


def test_a_fitted_system_is_loaded(related, tmp_path):
    small = replace(related.select(np.arange(0, 700, 2)), key="small")
    train, dev, test = lab_data.splits(small)
    first, second = VaeCca(epochs=5), VaeCca(epochs=5)
    assert not fit_or_load(first, train, dev, tmp_path)
    assert fit_or_load(second, train, dev, tmp_path)
    assert [file.suffix for file in tmp_path.iterdir()] == [".safetensors"]
    for direction in DIRECTIONS:
        assert np.array_equal(scores(first, test, direction), scores(second, test, direction))
    with pytest.raises((KeyError, ValueError)):
        VaeCca().restore({name: value for name, value in first.arrays().items() if name != "net.mean.weight"})


def test_the_same_seed_gives_the_same_system_and_a_stopped_fit_goes_on(related, tmp_path):
    train, dev, _ = lab_data.splits(related.select(np.arange(0, 700, 3)))
    whole, other = VaeCca(seed=3, epochs=6), VaeCca(seed=4, epochs=6)
    whole.fit(train, dev)
    other.fit(train, dev)

    def stop(fraction, message=""):
        if message.endswith("epoch 4"):
            raise Cancelled

    broken = VaeCca(seed=3, epochs=6)
    broken.checkpoint = tmp_path / "state.safetensors"
    with pytest.raises(Cancelled):
        broken.fit(train, dev, stop)
    assert broken.checkpoint.exists()
    with pytest.raises(RuntimeError, match="not fitted"):
        broken.arrays()
    resumed = VaeCca(seed=3, epochs=6)
    resumed.checkpoint = broken.checkpoint
    told = []
    resumed.fit(train, dev, lambda fraction, message="": told.append((fraction, message)))
    assert "vae-cca, epoch 4" in {message for _, message in told}
    assert "vae-cca, epoch 3" not in {message for _, message in told}
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert not list(tmp_path.iterdir())
    expected, got = whole.arrays(), resumed.arrays()
    assert expected.keys() == got.keys()
    assert all(np.array_equal(expected[name], got[name]) for name in expected)
    assert not np.array_equal(other.arrays()["net.trunk.weight"], expected["net.trunk.weight"])


def test_what_cannot_be_done_is_said(related):
    method = make_method("vae-cca", 5)
    assert method.needs_labels
    assert method.missing(replace(related, labels=None)).startswith("this corpus has no labels")
    assert not method.missing(related)
    one = np.where(related.labels == 2, 2, -1)
    with pytest.raises(SettingsError, match="two genres"):
        method.fit(replace(related, labels=one), None)
    with pytest.raises(RuntimeError, match="not fitted"):
        method.embed(related, np.arange(2), "dance")


def test_vectors_have_length_one_and_see_one_modality(related, system):
    bars = np.array([4, 2, 9])
    for side in ("lyrics", "dance"):
        vectors = system.embed(related, bars, side)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
        blind = replace(related, **{"dance" if side == "lyrics" else "lyrics": None}, labels=None, words=None)
        assert np.array_equal(system.embed(blind, bars, side), vectors)
        assert system.embed(related, np.zeros(0, np.int64), side).shape == (0, vectors.shape[1])


def test_the_last_step_is_a_cca_of_the_latent_means(related, system):
    train = lab_data.splits(related)[0]
    bars = np.arange(train.codes.bars)
    values = []
    for side in ("lyrics", "dance"):
        axes, centre = system._axes[side]
        values.append((system._latent(system._network, train, bars, side).astype(np.float64) - centre) @ axes)
        expected = values[-1] / np.linalg.norm(values[-1], axis=1, keepdims=True)
        assert system.embed(train, bars, side) == pytest.approx(expected, abs=1e-4)
    # Canonical values of the two views correlate axis by axis and not across axes, less and less.
    cross = values[0].T @ values[1] / len(bars)
    assert np.abs(cross - np.diag(np.diagonal(cross))).max() < 1e-4 * cross[0, 0]
    assert (np.diff(np.diagonal(cross)) <= 1e-6).all()
