"""The contrastive systems on bars that are related, and on bars that are not."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from lab_data import chance_interval, related_data

from core.errors import Cancelled
from core.retrieval.contrastive import ALIKE, Contrastive, ContrastiveFiltered
from core.retrieval.evaluate import evaluate, evaluated_bars
from core.retrieval.fitted import fit_or_load
from core.retrieval.nets import info_nce, supervised_contrast
from core.retrieval.registry import make_method
from core.retrieval.xmied import Xmied

EPOCHS = 3
SMALL = {"bars": 200, "songs": 30, "rank": 4, "width": 10}


def halves(data):
    return [data.select(np.flatnonzero(data.codes.split == number)) for number in (0, 1)]


def mrr(data, systems):
    report = evaluate(data, systems, ["inductive"], galleries=["all"], ties=["average"])
    return {(row["method"], row["direction"]): row["mrr"] for row in report["results"]}


@pytest.fixture(scope="module")
def related():
    return related_data(**SMALL)


@pytest.fixture(scope="module")
def fitted(related):
    system = Contrastive(epochs=EPOCHS)
    system.fit(*halves(related))
    return system


def test_where_every_pair_is_related_it_beats_xmied(related):
    found = mrr(related, [Contrastive(epochs=EPOCHS), Xmied()])
    high = chance_interval(len(evaluated_bars(related.codes, "test")))[1]
    for direction in ("lyrics-to-dance", "dance-to-lyrics"):
        assert found["contrastive", direction] > 2 * found["xmied", direction]
        assert found["contrastive", direction] > 2 * high


@pytest.mark.parametrize("kind", [Contrastive, ContrastiveFiltered])
def test_where_nothing_is_related_it_is_at_chance(kind):
    data = related_data(**SMALL, shuffled=True)
    low, high = chance_interval(len(evaluated_bars(data.codes, "test")))
    for value in mrr(data, [kind(epochs=EPOCHS)]).values():
        assert low <= value <= high


def test_vectors_have_length_one_and_show_one_modality_only(related, fitted):
    bars = np.array([5, 0, 77])
    vectors = fitted.embed(related, bars, "lyrics")
    assert vectors.shape == (3, 128)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    other = replace(related, dance=None, codes=related_data(**SMALL, seed=3).codes)
    assert np.array_equal(fitted.embed(other, bars, "lyrics"), vectors)
    assert not np.array_equal(fitted.embed(related, bars, "dance"), vectors)
    assert fitted.embed(related, bars[:0], "dance").shape == (0, 128)


def test_bars_without_lyrics_are_not_trained_on(related, fitted):
    sung = np.random.default_rng(0).random(related.codes.bars) < 0.7
    quiet = replace(related, codes=replace(related.codes, sung=sung))
    rest = related.select(np.flatnonzero(sung))
    one, two = Contrastive(epochs=1), Contrastive(epochs=1)
    one.fit(*halves(quiet))
    two.fit(*halves(rest))
    for name, array in one.arrays().items():
        assert np.array_equal(array, two.arrays()[name]), name
    none = replace(related, codes=replace(related.codes, sung=np.zeros_like(sung)))
    with pytest.raises(ValueError, match="no bars with lyrics"):
        one.fit(none, None)


def test_the_same_seed_gives_the_same_system_and_another_another(related):
    first, second, other = Contrastive(1, 1), Contrastive(1, 1), Contrastive(2, 1)
    for system in (first, second, other):
        torch.rand(3)
        system.fit(*halves(related))
    bars = np.arange(20)
    assert np.array_equal(first.embed(related, bars, "dance"), second.embed(related, bars, "dance"))
    assert not np.allclose(first.embed(related, bars, "dance"), other.embed(related, bars, "dance"), atol=1e-3)


def test_a_kept_system_is_the_system(related, fitted, tmp_path):
    keyed = replace(related, key="these bars")
    train, dev = halves(keyed)
    bars = np.arange(30)
    one, two = Contrastive(epochs=1), Contrastive(epochs=1)
    assert not fit_or_load(one, train, dev, tmp_path)
    assert fit_or_load(two, train, dev, tmp_path)
    assert np.array_equal(one.scores(related, bars, bars, "lyrics-to-dance"),
                          two.scores(related, bars, bars, "lyrics-to-dance"))
    two.restore(fitted.arrays())
    assert np.array_equal(two.embed(related, bars, "dance"), fitted.embed(related, bars, "dance"))
    arrays = fitted.arrays()
    with pytest.raises(KeyError):
        two.restore({})
    with pytest.raises(ValueError, match="no arrays of such a network"):
        two.restore({name: array for name, array in arrays.items() if "positions" not in name})
    with pytest.raises(RuntimeError, match="contrastive is not fitted"):
        Contrastive().arrays()


def test_a_stopped_fit_goes_on_where_it_stood(related, tmp_path):
    train, dev = halves(related)
    whole = Contrastive(epochs=2)
    whole.fit(train, dev)
    seen = []

    def stop_in_the_second(fraction, message=""):
        seen.append(message)
        if message.endswith("epoch 2"):
            raise Cancelled

    stopped = Contrastive(epochs=2)
    stopped.checkpoint = tmp_path / "state.safetensors"
    with pytest.raises(Cancelled):
        stopped.fit(train, dev, stop_in_the_second)
    with pytest.raises(RuntimeError, match="not fitted"):
        stopped.embed(related, np.arange(3), "dance")
    again = []
    stopped.fit(train, dev, lambda fraction, message="": again.append(message))
    assert "contrastive, epoch 1" in seen
    assert "contrastive, epoch 1" not in again
    assert not stopped.checkpoint.exists()
    for name, array in whole.arrays().items():
        assert np.array_equal(array, stopped.arrays()[name]), name


def test_pairs_with_like_lyrics_are_no_negatives():
    rng = np.random.default_rng(0)
    left, right = (torch.nn.functional.normalize(torch.from_numpy(rng.normal(size=(6, 4))), dim=1) for _ in range(2))
    dropped = torch.zeros(6, 6, dtype=torch.bool)
    dropped[0, 3] = dropped[3, 0] = dropped[2, 2] = True
    scores = (left @ right.T / 0.07).numpy()
    expected = 0.0
    for i in range(6):
        for row in (scores[i], scores[:, i]):
            kept = [j for j in range(6) if {i, j} != {0, 3}]
            expected -= (row[i] - np.log(np.exp(row[kept]).sum())) / 12
    assert float(info_nce(left, right, 0.07, dropped)) == pytest.approx(expected)
    assert float(info_nce(left, right, 0.07)) > expected


def test_the_filter_finds_the_chorus_and_little_else(related):
    bars = np.arange(related.codes.bars)
    pooled, steps = related.lyrics.pooled.copy(), related.lyrics.steps
    pooled[7] = pooled[100]
    # A direction that all vectors share makes none of them alike.
    pooled += 50.0
    data = replace(related, lyrics=replace(related.lyrics, pooled=pooled, steps=steps))
    dropped = ContrastiveFiltered()._alike(data, bars)(bars).numpy()
    means = pooled[:, :10].astype(np.float64)
    means -= means.mean(axis=0)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    assert dropped[7, 100]
    assert np.array_equal(dropped, dropped.T)
    assert (dropped == (means @ means.T > ALIKE)).mean() > 0.999
    assert dropped.mean() < 0.3
    assert Contrastive()._alike(data, bars)(bars) is None


def test_supervised_contrast_is_its_formula():
    rng = np.random.default_rng(1)
    left, right = (torch.nn.functional.normalize(torch.from_numpy(rng.normal(size=(5, 4))), dim=1) for _ in range(2))
    labels = torch.tensor([0, 1, 0, 2, 1])
    scores = (left @ right.T / 0.1).numpy()
    expected = 0.0
    for table in (scores, scores.T):
        for i in range(5):
            positives = [p for p in range(5) if labels[p] == labels[i]]
            expected -= np.mean([table[i, p] - np.log(np.exp(table[i]).sum()) for p in positives]) / 10
    assert float(supervised_contrast(left, right, labels, 0.1)) == pytest.approx(expected)
    alone = torch.arange(5)
    assert float(supervised_contrast(left, right, alone, 0.1)) == pytest.approx(float(info_nce(left, right, 0.1)))


def test_it_is_found_by_name_and_is_not_for_corpora_without_features(related):
    for name, kind in (("contrastive", Contrastive), ("contrastive-filtered", ContrastiveFiltered)):
        system = make_method(name, seed=4)
        assert type(system) is kind
        assert system.settings["seed"] == 4
        assert system.missing(related) == ""
        assert "dance vectors" in system.missing(replace(related, dance=None))
