"""Training: the best epoch is kept, a kill costs nothing but time, and foreign or broken states are not used."""

import numpy as np
import pytest
import torch
from torch import nn

from core.errors import Cancelled
from core.retrieval.training import Training, batches, train

TRAINING = Training(epochs=6, batch=16, learning_rate=0.02, patience=6)
X = torch.from_numpy(np.random.default_rng(0).normal(size=(90, 5)).astype(np.float32))
Y = X @ torch.tensor([[1.0], [-2.0], [0.5], [0.0], [3.0]])


def network(seed=0):
    """With dropout, which draws, and batch norm, which has a state that is no parameter."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(5, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 1))


class Killed(Exception):
    pass


def fitted(net, *, training=TRAINING, seed=3, kill=None, figures=None, begun=None, **options):
    """Train; with ``kill`` = (epoch, batch) the program dies there."""
    step = [0]

    def loss(piece, rng):
        if kill is not None and step[0] == kill:
            raise Killed
        step[0] += 1
        noise = torch.from_numpy(rng.normal(0, 0.1, (len(piece), 5)).astype(np.float32))
        return ((net(X[piece] + noise) - Y[piece]) ** 2).mean()

    def measure():
        if figures is not None:
            return figures.pop(0)
        return -float(((net(X) - Y) ** 2).mean())

    begin = begun.append if begun is not None else None
    return train(net, loss, len(X), training, seed, measure, begin=begin, **options)


def state(net):
    return {name: tensor.clone() for name, tensor in net.state_dict().items()}


def same(a, b):
    return all(torch.equal(a[name], b[name]) for name in a)


def test_it_learns_and_is_seeded():
    net, again, other = network(), network(), network()
    done = fitted(net)
    assert done.losses[-1] < 0.5 * done.losses[0]
    assert len(done.losses) == len(done.figures) == 6
    assert not net.training
    # What was drawn elsewhere before does not matter, and what is drawn elsewhere after is not disturbed.
    torch.manual_seed(99)
    before = torch.random.get_rng_state()
    assert fitted(again) == done
    assert torch.equal(torch.random.get_rng_state(), before)
    assert same(state(net), state(again))
    fitted(other, seed=4)
    assert not same(state(net), state(other))


def test_every_epoch_draws_anew():
    net, drawn = network(), []

    def loss(piece, rng):
        drawn.append((tuple(piece.tolist()), rng.random(), torch.rand(1).item()))
        return ((net(X[piece]) - Y[piece]) ** 2).mean()

    train(net, loss, 90, TRAINING, 3)
    for column in zip(*drawn, strict=True):
        assert len(set(column)) == len(drawn) == 36


@pytest.mark.parametrize("kill", [3, 6, 13, 29])
def test_a_kill_costs_nothing_but_time(tmp_path, kill):
    """Six batches an epoch: killed in the first epoch, between two, in the third, in the last."""
    whole, net = network(), network()
    expected = fitted(whole)
    path = tmp_path / "state.safetensors"
    with pytest.raises(Killed):
        fitted(net, kill=kill, checkpoint=path)
    assert path.exists() == (kill >= 6)
    # The next process has fresh weights, and another state of torch's generator.
    begun = []
    torch.manual_seed(kill)
    resumed = network(seed=8) if kill >= 6 else network()
    assert fitted(resumed, checkpoint=path, begun=begun) == expected
    assert same(state(whole), state(resumed))
    assert begun == list(range(kill // 6, 6))
    assert not path.exists()


def test_twice_killed_is_as_good(tmp_path):
    whole = network()
    expected = fitted(whole)
    path = tmp_path / "state.safetensors"
    for kill in (8, 9):
        with pytest.raises(Killed):
            fitted(network(), kill=kill, checkpoint=path)
    resumed = network()
    assert fitted(resumed, checkpoint=path) == expected
    assert same(state(whole), state(resumed))


@pytest.mark.parametrize("other", ["seed", "training", "count", "name", "shape"])
def test_the_state_of_another_training_is_not_used(tmp_path, other):
    path = tmp_path / "state.safetensors"
    with pytest.raises(Killed):
        fitted(network(), kill=20, checkpoint=path)
    begun = []
    if other == "seed":
        fitted(network(), seed=4, checkpoint=path, begun=begun)
    elif other == "training":
        fitted(network(), training=Training(epochs=7, batch=16, learning_rate=0.02), checkpoint=path, begun=begun)
    elif other == "name":
        fitted(network(), name="second stage", checkpoint=path, begun=begun)
    elif other == "count":
        net = network()
        train(net, lambda piece, rng: net(X[piece]).mean(), 80, TRAINING, 3, lambda: 0.0, checkpoint=path,
              begin=begun.append)
    else:
        net = nn.Linear(5, 1)
        train(net, lambda piece, rng: net(X[piece]).mean(), 90, TRAINING, 3, lambda: 0.0, checkpoint=path,
              begin=begun.append)
    assert begun[0] == 0


@pytest.mark.parametrize("damage", ["cut", "empty", "noise", "folder"])
def test_a_broken_state_is_not_used(tmp_path, damage):
    whole = network()
    expected = fitted(whole)
    path = tmp_path / "state.safetensors"
    with pytest.raises(Killed):
        fitted(network(), kill=20, checkpoint=path)
    content = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path = tmp_path / "none yet" / "state.safetensors"
    else:
        path.write_bytes({"cut": content[:-100], "empty": b"", "noise": bytes(range(256)) * 20}[damage])
    begun = []
    net = network()
    assert fitted(net, checkpoint=path, begun=begun) == expected
    assert begun[0] == 0
    assert same(state(whole), state(net))


def test_the_best_epoch_is_restored():
    # The same training, stopped where the dev figure was best.
    short, long = network(), network()
    fitted(short, training=Training(epochs=6, batch=16, learning_rate=0.02, patience=6), figures=[1, 2, 3, 4, 5, 6])
    at_three = network()
    at_three_states = []

    def measured():
        at_three_states.append(state(at_three))
        return [0.1, 0.3, 0.7, 0.7, 0.2, 0.5][len(at_three_states) - 1]

    done = train(at_three, lambda piece, rng: ((at_three(X[piece]) - Y[piece]) ** 2).mean(), 90, TRAINING, 3, measured)
    assert done.best_epoch == 3
    assert done.figures == (0.1, 0.3, 0.7, 0.7, 0.2, 0.5)
    assert same(state(at_three), at_three_states[2])
    assert not same(state(at_three), at_three_states[5])
    assert fitted(long, figures=[1, 2, 3, 4, 5, 6]).best_epoch == 6
    assert same(state(short), state(long))


def test_training_ends_without_gain_and_a_resumed_one_counts_on(tmp_path):
    patient = Training(epochs=20, batch=16, learning_rate=0.02, patience=3)
    course = [0.1, 0.5, 0.4, 0.3, 0.2, 0.9]
    done = fitted(network(), training=patient, figures=list(course))
    assert (done.best_epoch, len(done.losses)) == (2, 5)
    path = tmp_path / "state.safetensors"
    with pytest.raises(Killed):
        fitted(network(), training=patient, figures=list(course), kill=20, checkpoint=path)
    resumed = fitted(network(), training=patient, figures=course[3:], checkpoint=path)
    assert resumed == done


def test_without_dev_the_last_epoch_is_kept():
    net = network()
    seen = []

    def loss(piece, rng):
        seen.append(state(net))
        return ((net(X[piece]) - Y[piece]) ** 2).mean()

    done = train(net, loss, 90, TRAINING, 3)
    assert done.best_epoch == 6
    assert all(np.isnan(figure) for figure in done.figures)
    assert not same(state(net), seen[-1])


def test_progress_rises_and_can_stop(tmp_path):
    seen = []
    path = tmp_path / "state.safetensors"
    fitted(network(), progress=lambda fraction, message="": seen.append((fraction, message)), name="cats")
    assert [fraction for fraction, _ in seen] == sorted(fraction for fraction, _ in seen)
    assert seen[-1][0] == 1.0
    assert "cats, epoch 2" in {message for _, message in seen}

    def stop(fraction, message=""):
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        fitted(network(), progress=stop, checkpoint=path)
    assert path.exists()
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_batches_hold_every_bar_once_and_none_is_tiny():
    rng = np.random.default_rng(0)
    for count, size in ((90, 16), (100, 256), (1, 8), (1000, 64), (17, 16)):
        pieces = list(batches(count, size, rng))
        assert sorted(np.concatenate(pieces).tolist()) == list(range(count))
        assert min(map(len, pieces)) >= min(size / 2, count)
        assert max(map(len, pieces)) <= 1.5 * size
