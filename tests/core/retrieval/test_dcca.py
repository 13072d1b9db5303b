"""Deep CCA."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from lab_data import chance_interval, features, related_data, splits

from core.errors import Cancelled
from core.retrieval.cca import Cca, canonical, pair_moments
from core.retrieval.choice import mrr_of_scores
from core.retrieval.dcca import Dcca, correlation_loss
from core.retrieval.evaluate import evaluate
from core.retrieval.features import BarFeatures
from core.retrieval.fitted import fit_or_load
from core.retrieval.protocol import DIRECTIONS
from core.retrieval.training import Training

SHORT = Training(epochs=6, batch=512, learning_rate=2e-3)


def mrr_rows(data, method):
    result = evaluate(data, [method], ("inductive",), galleries=("all",), ties=("average",))
    return {row["direction"]: row["mrr"] for row in result["results"]}


def curved_data(bars=1000, seed=0):
    """Dance is a linear view of the latent vector's squares: no straight line leads from the lyrics to it."""
    rng = np.random.default_rng(seed)
    data = related_data(bars, seed=seed)
    latent = rng.normal(size=(bars, 4))
    return replace(data, lyrics=features(latent, 12, 0.1, rng), dance=features(latent**2, 12, 0.1, rng))


@pytest.mark.parametrize("ridge", [1e-6, 1e-2])
def test_the_loss_is_the_sum_of_canonical_correlations(ridge):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 6))
    y = x[:, :4] @ rng.normal(size=(4, 5)) + rng.normal(size=(200, 5)) + 3.0
    rho = canonical(pair_moments(x, y), ridge).correlations
    for k in (1, 3, 5):
        loss = correlation_loss(torch.from_numpy(x), torch.from_numpy(y), k, ridge)
        assert float(loss) == pytest.approx(-rho[:k].sum(), abs=1e-8)


def test_the_gradient_of_the_loss_is_that_of_differences():
    rng = np.random.default_rng(1)
    x = torch.from_numpy(rng.normal(size=(30, 3))).requires_grad_()
    y = torch.from_numpy(rng.normal(size=(30, 3))).requires_grad_()
    assert torch.autograd.gradcheck(lambda a, b: correlation_loss(a, b, 3), (x, y))
    # Where all variances are equal, roots by eigenvectors have no gradient.
    even = torch.linalg.qr(x.detach() - x.detach().mean(0))[0].requires_grad_()
    correlation_loss(even, y.detach(), 3).backward()
    assert torch.isfinite(even.grad).all()
    still = torch.zeros(30, 3, dtype=torch.float64, requires_grad=True)
    correlation_loss(still, y.detach(), 3).backward()
    assert torch.isfinite(still.grad).all()


def test_a_curved_relation_is_found_where_linear_cca_fails():
    """Linear CCA is somewhat above chance: bars far out are far out in both views, so that they rank first or last."""
    data = curved_data()
    high = chance_interval(int((data.codes.split == 2).sum()))[1]
    straight = mrr_rows(data, Cca())
    deep = mrr_rows(data, Dcca(training=Training(epochs=15, batch=400, learning_rate=2e-3)))
    for direction in DIRECTIONS:
        assert deep[direction] > 3 * high
        assert deep[direction] > 3 * straight[direction]


def test_shuffled_pairs_stay_at_chance():
    data = related_data(bars=1200, shuffled=True)
    low, high = chance_interval(int((data.codes.split == 2).sum()))
    for mrr in mrr_rows(data, Dcca(training=SHORT)).values():
        assert low < mrr < high


def test_a_stored_fit_gives_the_same_scores(tmp_path):
    train, dev, test = splits(replace(related_data(), key="corpus"))
    bars = np.arange(test.codes.bars)
    first, second = Dcca(training=SHORT), Dcca(training=SHORT)
    assert not fit_or_load(first, train, dev, tmp_path)
    assert fit_or_load(second, train, dev, tmp_path)
    for direction in DIRECTIONS:
        scores = first.scores(test, bars, bars, direction)
        assert np.array_equal(scores, second.scores(test, bars, bars, direction))
        assert mrr_of_scores(scores) > 0.3
    broken = first.arrays()
    broken["canonical.dance.axes"] = broken["canonical.dance.axes"][1:]
    with pytest.raises(ValueError, match="another number of outputs"):
        Dcca().restore(broken)
    broken = first.arrays()
    del broken["network.branches.lyrics.0.weight"]
    with pytest.raises(ValueError, match="no weights of this network"):
        Dcca().restore(broken)


def stopping(at):
    """A progress callable that cancels where its message holds these words."""

    def stop(fraction, message=""):
        assert 0.0 <= fraction <= 1.0
        if at in message:
            raise Cancelled

    return stop


@pytest.mark.parametrize("after", ["principal components", "dcca, epoch 2"])
def test_a_fit_can_be_cancelled(after):
    train, dev, _ = splits(related_data())
    method = Dcca(training=SHORT)
    with pytest.raises(Cancelled):
        method.fit(train, dev, stopping(after))
    with pytest.raises(RuntimeError, match="not fitted"):
        method.arrays()


def test_a_stopped_fit_goes_on_as_if_never_stopped(tmp_path):
    train, dev, _ = splits(replace(related_data(), key="corpus"))
    whole = Dcca(seed=3, training=SHORT)
    whole.fit(train, dev)
    with pytest.raises(Cancelled):
        fit_or_load(Dcca(seed=3, training=SHORT), train, dev, tmp_path, stopping("epoch 4"))
    assert list(tmp_path.glob("*.state.safetensors"))
    seen = []
    second = Dcca(seed=3, training=SHORT)
    fit_or_load(second, train, dev, tmp_path, lambda fraction, message="": seen.append(message))
    assert "dcca, epoch 3" not in seen
    assert "dcca, epoch 4" in seen
    assert not list(tmp_path.glob("*.state.safetensors"))
    ours, theirs = whole.arrays(), second.arrays()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
    other = Dcca(seed=4, training=SHORT)
    other.fit(train, dev)
    assert not np.array_equal(other.arrays()["network.branches.dance.0.weight"], ours["network.branches.dance.0.weight"])


def test_bars_without_lyrics_teach_nothing_and_dev_is_not_needed():
    data = related_data()
    sung = np.arange(data.codes.bars) % 5 > 0
    data = replace(data, codes=replace(data.codes, sung=sung))
    wild = data.lyrics.pooled.copy()
    wild[~sung] = 1000.0
    other = replace(data, lyrics=BarFeatures(wild, data.lyrics.steps))
    arrays = []
    for given in (data, other):
        method = Dcca(training=replace(SHORT, epochs=2))
        method.fit(splits(given)[0], None)
        arrays.append(method.arrays())
    assert all(np.array_equal(arrays[0][name], arrays[1][name]) for name in arrays[0])
