"""UGAAR: alignment of lyrics with what sound and dance have in common."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from lab_data import all_scores, chance_interval, inductive_mrr, related_data, splits

from core.errors import Cancelled, SettingsError
from core.progress import silent
from core.retrieval.features import BarFeatures
from core.retrieval.fitted import fit_or_load
from core.retrieval.registry import make_method
from core.retrieval.ugaar import Players, Ugaar, correlation


@pytest.fixture(scope="module")
def related():
    return related_data(bars=500, songs=50, rank=4, audio=True)


def fitted(data, **options):
    train, dev, _ = splits(data)
    method = Ugaar(**options)
    method.fit(train, dev)
    return method


def test_it_finds_dances_that_sound_ties_to_the_lyrics(related):
    size, found = inductive_mrr(related, Ugaar(epochs=20))
    assert min(found) > 0.8
    assert chance_interval(size)[1] < 0.3


def test_the_ridge_baseline_does_so_too_and_bears_its_own_name(related):
    method = make_method("ugaar", adversarial=False)
    assert method.name == "ugaar-ridge"
    assert make_method("ugaar").name == "ugaar"
    assert min(inductive_mrr(related, method)[1]) > 0.8


@pytest.mark.parametrize("adversarial", [True, False])
def test_it_stays_at_chance_where_dances_are_anyones(adversarial):
    data = related_data(bars=1500, songs=50, rank=4, audio=True, shuffled=True, seed=1)
    size, found = inductive_mrr(data, Ugaar(adversarial=adversarial, epochs=4))
    low, high = chance_interval(size, 0.998)
    assert low < min(found) <= max(found) < high


def test_correlations_are_those_of_sound_and_dance(related):
    method = fitted(related, adversarial=False)
    # Four latent numbers are behind both; the rest is noise.
    assert method.correlations[3] > 0.95
    assert method.correlations[4:].max() < 0.4
    far = replace(related, audio=related_data(bars=500, songs=50, rank=4, audio=True, seed=9).audio)
    assert fitted(far, adversarial=False).correlations.max() < 0.5


def test_neither_player_has_a_gradient_in_the_others_weights():
    torch.manual_seed(0)
    players = Players(6, 3)
    lyrics, u, v = torch.randn(20, 6), torch.randn(20, 3), torch.randn(20, 3)
    made = players.generator.eval()(lyrics)
    players.eval()
    whole = players.loss(lyrics, u, v, 0.0)
    gradients = torch.autograd.grad(whole, list(players.parameters()), retain_graph=False)
    count = len(list(players.generator.parameters()))

    # By the definition: the discriminator minimises L_D with the generator's work fixed, the generator L_G.
    def log_odds(a, b):
        return players.discriminator(a, b, lyrics)

    true, false = log_odds(u, v), log_odds(made[:, :3].detach(), made[:, 3:].detach())
    judging = -(0.9 * true.sigmoid().log() + 0.1 * (-true).sigmoid().log()).mean() - (-false).sigmoid().log().mean()
    own = torch.autograd.grad(judging, list(players.discriminator.parameters()))
    made = players.generator(lyrics)
    making = -log_odds(made[:, :3], made[:, 3:]).sigmoid().log().mean()
    other = torch.autograd.grad(making, list(players.generator.parameters()))
    assert whole.item() == pytest.approx((judging + making).item(), rel=1e-5)
    for got, expected in zip(gradients, (*other, *own), strict=True):
        assert torch.allclose(got, expected, atol=1e-6)
    assert len(gradients) == count + len(own)


def test_both_players_learn():
    torch.manual_seed(0)
    players = Players(6, 3)
    before = {name: tensor.clone() for name, tensor in players.state_dict().items()}
    optimiser = torch.optim.SGD(players.parameters(), 0.1)
    players.loss(torch.randn(20, 6), torch.randn(20, 3), torch.randn(20, 3), 1.0).backward()
    optimiser.step()
    moved = {name.split(".")[0] for name, tensor in players.named_parameters() if not torch.equal(tensor, before[name])}
    assert moved == {"generator", "discriminator"}


def test_correlation_is_that_of_whole_matrices():
    rng = np.random.default_rng(0)
    made, true = rng.normal(size=(30, 4)) + 3.0, rng.normal(size=(30, 4))
    left, right = (values - values.mean(axis=0) for values in (made, true))
    expected = np.corrcoef(left.ravel(), right.ravel())[0, 1]
    assert float(correlation(torch.from_numpy(made), torch.from_numpy(true))) == pytest.approx(expected)
    assert float(correlation(torch.from_numpy(2 * true + 1), torch.from_numpy(true))) == pytest.approx(1.0)


@pytest.mark.parametrize("adversarial", [True, False])
def test_what_is_kept_gives_the_same_scores(related, tmp_path, adversarial):
    train, dev, test = splits(replace(related, key="related"))
    options = {"adversarial": adversarial, "epochs": 3}
    first = Ugaar(**options)
    assert not fit_or_load(first, train, dev, tmp_path)
    second = Ugaar(**options)
    assert fit_or_load(second, train, dev, tmp_path)
    for one, other in zip(all_scores(first, test), all_scores(second, test), strict=True):
        assert np.array_equal(one, other)
    assert np.array_equal(first.correlations, second.correlations)
    assert list(tmp_path.glob("*.state*")) == []
    broken = first.arrays()
    broken.pop("dance.axes")
    with pytest.raises(KeyError):
        Ugaar(**options).restore(broken)
    with pytest.raises((KeyError, ValueError)):
        Ugaar(adversarial=not adversarial).restore(first.arrays())


def test_a_fit_that_was_killed_ends_as_one_that_was_not(related, tmp_path):
    train, dev, test = splits(related)
    whole = fitted(related, epochs=4)
    killed = Ugaar(epochs=4)
    killed.checkpoint = tmp_path / "ugaar.state.safetensors"

    def stop(fraction, message=""):
        if "epoch 4" in message:
            raise Cancelled

    with pytest.raises(Cancelled):
        killed.fit(train, dev, stop)
    with pytest.raises(RuntimeError, match="not fitted"):
        killed.arrays()
    assert killed.checkpoint.exists()
    again = Ugaar(epochs=4)
    again.checkpoint = killed.checkpoint
    epochs = []
    again.fit(train, dev, lambda fraction, message="": epochs.append(message))
    assert not any("epoch 3" in message for message in epochs)
    assert not again.checkpoint.exists()
    for one, other in zip(all_scores(again, test), all_scores(whole, test), strict=True):
        assert np.array_equal(one, other)


def test_the_seed_decides(related):
    test = splits(related)[2]
    one, same, other = (all_scores(fitted(related, epochs=2, seed=seed), test)[0] for seed in (0, 0, 1))
    assert np.array_equal(one, same)
    assert not np.allclose(one, other)


def test_without_sound_it_is_not_available(related):
    data = replace(related, audio=None)
    method = make_method("ugaar")
    assert method.needs_audio
    assert not method.needs_labels
    assert method.missing(related) == ""
    assert "sound" in method.missing(data)
    with pytest.raises(ValueError, match="no audio features"):
        method.fit(data, None)


def test_bars_that_are_all_alike_are_refused(related):
    still = BarFeatures(np.ones_like(related.audio.pooled), np.ones_like(related.audio.steps))
    with pytest.raises(SettingsError, match="audio"):
        Ugaar().fit(replace(related, audio=still), None, silent)


def test_unsung_bars_are_not_learnt_from(related):
    sung = np.arange(related.codes.bars) % 3 > 0
    rng = np.random.default_rng(0)
    noise = BarFeatures(*(np.where(sung.reshape(-1, *[1] * (values.ndim - 1)), values, rng.normal(size=values.shape))
                          .astype(np.float32) for values in (related.dance.pooled, related.dance.steps)))
    some = replace(related, codes=replace(related.codes, sung=sung))
    test = splits(related)[2]
    one, other = (all_scores(fitted(replace(some, dance=dance), epochs=2), test)[0] for dance in (related.dance, noise))
    assert np.array_equal(one, other)
