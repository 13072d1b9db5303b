"""The multimodal clustering network, at once and in two stages."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from lab_data import all_scores, chance_interval, inductive_mrr, related_data, splits

from core.errors import Cancelled, SettingsError
from core.retrieval.clustering_network import ORDERS, ClusteringNetwork, Network, cosine_means
from core.retrieval.fitted import fit_or_load
from core.retrieval.protocol import METHODS
from core.retrieval.registry import make_method

STAGED = ORDERS[1:]


@pytest.fixture(scope="module")
def related():
    return related_data(bars=600, songs=50, rank=4, audio=True)


def fitted(data, **options):
    train, dev, _ = splits(data)
    method = ClusteringNetwork(**options)
    method.fit(train, dev)
    return method


@pytest.mark.parametrize("order", ORDERS)
def test_it_finds_related_bars(related, order):
    size, found = inductive_mrr(related, ClusteringNetwork(order=order, epochs=8, clusters=16))
    assert min(found) > 0.6
    assert chance_interval(size)[1] < 0.3


@pytest.mark.parametrize("order", ["", "ad-l"])
def test_it_stays_at_chance_where_dances_are_anyones(order):
    data = related_data(bars=1000, songs=50, rank=4, audio=True, shuffled=True, seed=1)
    size, found = inductive_mrr(data, ClusteringNetwork(order=order, epochs=3))
    low, high = chance_interval(size, 0.998)
    assert low < min(found) <= max(found) < high


def test_every_form_has_its_name():
    names = [make_method(name).name for name in METHODS if name.startswith("clustering-network")]
    assert names == ["clustering-network", *(f"clustering-network-{order}" for order in STAGED)]
    assert ClusteringNetwork.name == "clustering-network"
    with pytest.raises(ValueError, match="order"):
        ClusteringNetwork(order="d-la")


def test_terms_start_within_a_factor_of_ten(related):
    for order in ORDERS:
        start = fitted(related, order=order, epochs=1).start
        assert set(start) == {"contrast", "cluster", "reconstruction"}
        assert max(start.values()) <= 10.0 * (1 + 1e-6) * min(start.values())


def test_the_terms_are_those_of_their_definition():
    torch.manual_seed(0)
    network = Network({"lyrics": 5, "dance": 4, "audio": 3}, 2)
    values = {side: torch.randn(6, width) for side, width in (("lyrics", 5), ("dance", 4), ("audio", 3))}
    centroids = torch.nn.functional.normalize(torch.randn(2, 256), dim=1)
    with torch.no_grad():
        terms = network.terms(values, tuple(values), 0.01, centroids)
        z = {side: network(given, side).double().numpy() for side, given in values.items()}
        decoded = {side: network.decoders[side](network(given, side)) for side, given in values.items()}
    for vectors in z.values():
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0)

    def nll(matrix, own):
        return np.mean([np.log(np.exp(row).sum()) - row[i] for row, i in zip(matrix, own, strict=True)])

    contrast = 0.0
    for one, other in (("lyrics", "dance"), ("lyrics", "audio"), ("dance", "audio")):
        matrix = (z[one] @ z[other].T - 0.01 * np.eye(6)) / 0.07
        contrast += (nll(matrix, range(6)) + nll(matrix.T, range(6))) / 2
    assert float(terms["contrast"]) == pytest.approx(contrast, rel=1e-4)
    fused = sum(z.values())
    own = (fused @ centroids.double().numpy().T).argmax(axis=1)
    margin = 0.01 * np.eye(2)[own]
    cluster = np.mean([nll((vectors @ centroids.double().numpy().T - margin) / 0.07, own) for vectors in z.values()])
    assert float(terms["cluster"]) == pytest.approx(cluster, rel=1e-4)
    recon = sum(float(((decoded[side] - given) ** 2).mean()) for side, given in values.items())
    assert float(terms["reconstruction"]) == pytest.approx(recon, rel=1e-5)


def test_the_gate_is_a_sigmoid_of_the_gated():
    torch.manual_seed(0)
    unit = Network({"lyrics": 5}, 2).branches["lyrics"]
    x = torch.randn(3, 5)
    y = x @ unit.enter.weight.T + unit.enter.bias
    assert torch.allclose(unit(x), y * torch.sigmoid(y @ unit.gate.weight.T + unit.gate.bias), atol=1e-6)


def test_cosine_means_find_planted_directions_and_restart_empty_clusters():
    rng = np.random.default_rng(0)
    centres = np.linalg.qr(rng.normal(size=(16, 5)))[0].T
    own = rng.integers(5, size=200)
    points = torch.nn.functional.normalize(torch.from_numpy(centres[own] + 0.1 * rng.normal(size=(200, 16))), dim=1)
    # All centroids at one place: four clusters are empty and must find bars of their own.
    start = points[:1].repeat(5, 1)
    found = cosine_means(points, 5, rng, start)
    assert torch.linalg.norm(found, dim=1).numpy() == pytest.approx(1.0)
    nearest = (found.numpy() @ centres.T).max(axis=0)
    assert nearest.min() > 0.98
    assert len(np.unique((points @ found.T).argmax(dim=1))) == 5
    # More clusters than vectors are allowed.
    assert cosine_means(points[:3], 5, rng).shape == (5, 16)


def test_centroids_come_after_the_first_epoch_and_the_queue_is_a_ring():
    torch.manual_seed(0)
    network = Network({"lyrics": 4, "dance": 4, "audio": 4}, 3)
    values = {side: torch.randn(2000, 4) for side in ("lyrics", "dance", "audio")}
    assert "cluster" not in network.terms(values, ("dance",), 0.0)
    network.find_centroids(np.random.default_rng(0))
    assert "cluster" in network.terms(values, ("dance",), 0.0)
    with torch.no_grad():
        network.terms(values, ("dance",), 0.0)
        last = network.fused({side: network(given, side) for side, given in values.items()})
    assert int(network.filled) == 6000
    kept = network.queue[(4000 + np.arange(2000)) % len(network.queue)]
    assert torch.allclose(kept, last)
    assert torch.linalg.norm(network.queue, dim=1).min() > 0.99


def test_clusters_are_shared_by_the_modalities_of_a_bar(related):
    with_term, without = (fitted(related, epochs=10, clusters=8, cluster=factor) for factor in (1.0, 0.0))
    assert without.weights["cluster"] == 0.0
    test = splits(related)[2]
    bars = np.arange(test.codes.bars)
    found = with_term.arrays()["centroids"]
    assert found.shape == (8, 256)
    lyrics, dance = ((with_term.embed(test, bars, side) @ found.T).argmax(axis=1) for side in ("lyrics", "dance"))
    agreed = (lyrics == dance).mean()
    # By chance two bars agree as often as clusters are large.
    shares = [np.bincount(own, minlength=8) / len(bars) for own in (lyrics, dance)]
    assert agreed > 2 * float(shares[0] @ shares[1])
    assert (np.bincount(lyrics, minlength=8) > 0).sum() >= 4


@pytest.mark.parametrize("order", STAGED)
def test_the_second_stage_leaves_the_first_as_it_was(related, order, monkeypatch):
    seen = []
    plain = ClusteringNetwork._stage

    def stage(self, network, seen_bars, held, present, trained, name, progress):
        plain(self, network, seen_bars, held, present, trained, name, progress)
        seen.append((tuple(present), tuple(trained),
                     {key: tensor.clone() for key, tensor in network.state_dict().items()}))

    monkeypatch.setattr(ClusteringNetwork, "_stage", stage)
    fitted(related, order=order, epochs=2)
    (present, trained, first), (everything, third, second) = seen
    assert present == trained
    assert {side[0] for side in present} == set(order[:2])
    assert set(everything) == {"lyrics", "dance", "audio"}
    assert third[0][0] == order[3]
    for key, tensor in second.items():
        part, side = (*key.split("."), "")[:2]
        if part in ("branches", "decoders"):
            assert torch.equal(tensor, first[key]) == (side != third[0])


def test_without_the_third_modality_ld_a_ranks_the_same(related):
    # Sound comes last there and moves neither lyrics nor dance: the docstring says so, and so it must be.
    test = splits(related)[2]
    other = replace(related, audio=related_data(bars=600, songs=50, rank=4, audio=True, seed=5).audio)
    one, same = (all_scores(fitted(data, order="ld-a", epochs=2), test)[0] for data in (related, other))
    assert np.array_equal(one, same)
    one, another = (all_scores(fitted(data, order="ad-l", epochs=2), test)[0] for data in (related, other))
    assert not np.allclose(one, another)


@pytest.mark.parametrize("order", ["", "la-d"])
def test_what_is_kept_gives_the_same_scores(related, tmp_path, order):
    train, dev, test = splits(replace(related, key="related"))
    first, second = (ClusteringNetwork(order=order, epochs=2) for _ in range(2))
    assert not fit_or_load(first, train, dev, tmp_path)
    assert fit_or_load(second, train, dev, tmp_path)
    for one, other in zip(all_scores(first, test), all_scores(second, test), strict=True):
        assert np.array_equal(one, other)
    assert list(tmp_path.glob("*.state*")) == []
    broken = first.arrays()
    broken["branches.dance.enter.weight"] = np.zeros((2, 2), np.float32)
    with pytest.raises(ValueError, match="no arrays of such a network"):
        ClusteringNetwork().restore(broken)
    broken.pop("branches.dance.enter.weight")
    with pytest.raises(KeyError):
        ClusteringNetwork().restore(broken)


@pytest.mark.parametrize(("order", "moment"), [("", ""), ("la-d", "stage 1"), ("la-d", "stage 2")])
def test_a_fit_that_was_killed_ends_as_one_that_was_not(related, tmp_path, order, moment):
    train, dev, test = splits(related)
    whole = fitted(related, order=order, epochs=3)
    killed = ClusteringNetwork(order=order, epochs=3)
    killed.checkpoint = tmp_path / "network.state.safetensors"

    def stop(fraction, message=""):
        if moment in message and "epoch 3" in message:
            raise Cancelled

    with pytest.raises(Cancelled):
        killed.fit(train, dev, stop)
    with pytest.raises(RuntimeError, match="not fitted"):
        killed.arrays()
    again = ClusteringNetwork(order=order, epochs=3)
    again.checkpoint = killed.checkpoint
    said = []
    again.fit(train, dev, lambda fraction, message="": said.append(message))
    assert not any(moment in message and "epoch 2" in message for message in said)
    if moment == "stage 2":
        # The first stage was over; its network is kept beside the checkpoint.
        assert not any("stage 1" in message for message in said)
    assert list(tmp_path.iterdir()) == []
    for one, other in zip(all_scores(again, test), all_scores(whole, test), strict=True):
        assert np.array_equal(one, other)


def test_the_seed_decides(related):
    test = splits(related)[2]
    one, same, other = (all_scores(fitted(related, epochs=2, seed=seed), test)[0] for seed in (0, 0, 1))
    assert np.array_equal(one, same)
    assert not np.allclose(one, other)


def test_without_sound_it_is_not_available(related):
    data = replace(related, audio=None)
    for order in ORDERS:
        method = ClusteringNetwork(order=order)
        assert method.needs_audio
        assert method.missing(related) == ""
        assert "sound" in method.missing(data)
        with pytest.raises(ValueError, match="no audio features"):
            method.fit(data, None)


def test_a_handful_of_bars_is_enough_and_one_is_refused(related):
    few = related.select(np.arange(6))
    method = ClusteringNetwork(epochs=2)
    method.fit(few, None)
    assert all(np.isfinite(matrix).all() for matrix in all_scores(method, few))
    with pytest.raises(SettingsError, match="Under two"):
        method.fit(related.select(np.arange(1)), None)
