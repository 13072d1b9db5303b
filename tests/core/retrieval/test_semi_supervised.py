"""The system with two spaces and a slider."""

from dataclasses import replace

import numpy as np
import pytest
from lab_data import chance_interval, related_data

from core.retrieval.contrastive import Contrastive
from core.retrieval.embedding import products
from core.retrieval.evaluate import evaluate, evaluated_bars
from core.retrieval.fitted import fit_or_load
from core.retrieval.registry import make_method
from core.retrieval.semi_supervised import SemiSupervised, TwoSpaces, class_precision

EPOCHS = 3
SMALL = {"bars": 500, "songs": 50, "rank": 5, "width": 10}


def halves(data):
    return [data.select(np.flatnonzero(data.codes.split == number)) for number in (0, 1)]


def classed(data):
    """With four classes, which one of the five numbers behind a bar decides; pairs have to do with all five.

    Half of the songs are test songs: classes are counted among many bars, and fitted on few.
    """
    codes = replace(data.codes, split=np.digitize(data.codes.song, [20, 25]).astype(np.int8))
    labels = codes.lyric[codes.offsets[:-1]].astype(np.int64) // (codes.lyric_size // 4)
    return replace(data, codes=codes, labels=labels, label_names=("one", "two", "three", "four"), true_labels=True)


@pytest.fixture(scope="module")
def related():
    return classed(related_data(**SMALL))


@pytest.fixture(scope="module")
def fitted(related):
    system = SemiSupervised(epochs=EPOCHS)
    system.fit(*halves(related))
    return system


def both(system, data, bars):
    return [system.two_spaces(data, bars, side) for side in ("lyrics", "dance")]


def test_the_ends_of_the_slider_are_the_two_spaces(related, fitted):
    queries, gallery = np.array([4, 90]), np.arange(related.codes.bars)
    lyrics, dance = fitted.two_spaces(related, queries, "lyrics"), fitted.two_spaces(related, gallery, "dance")
    found = {}
    for alpha, one, other in ((0.0, lyrics.pairs, dance.pairs), (1.0, lyrics.labels, dance.labels)):
        fitted.alpha = alpha
        found[alpha] = fitted.scores(related, queries, gallery, "lyrics-to-dance")
        assert np.array_equal(found[alpha], products(one, other))
    assert not np.array_equal(np.argsort(found[0.0], axis=1), np.argsort(found[1.0], axis=1))


def test_between_the_ends_vectors_are_blended_and_normalised(related, fitted):
    bars = np.arange(50)
    spaces = fitted.two_spaces(related, bars, "dance")
    fitted.alpha = 0.3
    expected = 0.7 * spaces.pairs + 0.3 * spaces.labels
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert fitted.embed(related, bars, "dance") == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("alpha", [0.0, 0.25, 0.5, 0.9, 1.0])
def test_bars_embedded_once_are_ranked_like_bars_embedded_anew(related, fitted, alpha):
    queries, gallery = np.array([11]), np.arange(related.codes.bars)
    lyrics, dance = fitted.two_spaces(related, queries, "lyrics"), fitted.two_spaces(related, gallery, "dance")
    fitted.alpha = alpha
    anew = fitted.scores(related, queries, gallery, "lyrics-to-dance")[0]
    found = dance.scores(lyrics, alpha)
    assert len(dance) == len(gallery)
    assert found.dtype == np.float64
    assert found == pytest.approx(anew, abs=1e-6)


def test_spaces_that_cancel_out_give_a_score():
    pairs = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    shown, asked = TwoSpaces.of(pairs, -pairs), TwoSpaces.of(pairs[:1], pairs[:1])
    assert shown.scores(asked, 0.5).tolist() == [0.0, 0.0]
    assert shown.scores(asked, 0.25) == pytest.approx([1.0, 0.0])


def test_towards_labels_classes_agree_more(related, fitted):
    bars = evaluated_bars(related.codes, "test")
    labels = related.labels[bars]
    lyrics, dance = both(fitted, related, bars)
    found = [class_precision(lyrics.blended(a), dance.blended(a), labels) for a in (0.0, 0.5, 1.0)]
    rng = np.random.default_rng(0)
    chance = max(class_precision(lyrics.labels, dance.labels, rng.permutation(labels)) for _ in range(50))
    assert found[0] < found[1] < found[2]
    assert found[2] > chance


def test_labels_that_mean_nothing_are_not_found(related):
    data = replace(classed(related_data(**SMALL, shuffled=True)),
                   labels=np.random.default_rng(1).permutation(related.labels))
    system = SemiSupervised(epochs=EPOCHS)
    rows = evaluate(data, [system], ["inductive"], galleries=["all"], ties=["average"])["results"]
    bars = evaluated_bars(data.codes, "test")
    low, high = chance_interval(len(bars))
    assert all(low <= row["mrr"] <= high for row in rows)
    lyrics, dance = both(system, data, bars)
    rng = np.random.default_rng(0)
    drawn = [class_precision(lyrics.labels, dance.labels, rng.permutation(data.labels[bars])) for _ in range(200)]
    found = class_precision(lyrics.labels, dance.labels, data.labels[bars])
    assert np.quantile(drawn, 0.005) <= found <= np.quantile(drawn, 0.995)


def test_without_labels_in_use_it_is_the_plain_contrastive_system(related):
    plain, system = Contrastive(seed=3, epochs=1), SemiSupervised(0.0, 0.0, seed=3, epochs=1)
    plain.fit(*halves(related))
    system.fit(*halves(related))
    bars = np.arange(40)
    for side in ("lyrics", "dance"):
        assert np.array_equal(plain.embed(related, bars, side), system.embed(related, bars, side))
    unknown = replace(related, labels=np.full_like(related.labels, -1))
    nothing = SemiSupervised(0.0, 1.0, seed=3, epochs=1)
    nothing.fit(*halves(unknown))
    assert np.array_equal(nothing.embed(related, bars, "dance"), plain.embed(related, bars, "dance"))


def test_labels_of_a_share_of_the_songs_are_used(related):
    song = related.codes.song
    full, some, few = (SemiSupervised(label_share=share)._labelled(song) for share in (1.0, 0.5, 0.001))
    assert full.all()
    songs = np.unique(song)
    assert len(np.unique(song[some])) == round(len(songs) / 2)
    assert len(np.unique(song[few])) == 1
    assert not set(song[some]) & set(song[~some])
    assert not np.array_equal(some, SemiSupervised(label_share=0.5, seed=1)._labelled(song))
    train, dev = halves(related)
    system = SemiSupervised(label_share=0.5, epochs=1)
    used = system._labelled(train.codes.song)
    system.fit(train, dev)
    other = SemiSupervised(label_share=0.5, epochs=1)
    other.fit(replace(train, labels=np.where(used, train.labels, 3 - train.labels)), dev)
    bars = np.arange(9)
    assert np.array_equal(system.embed(related, bars, "dance"), other.embed(related, bars, "dance"))


def test_a_kept_system_takes_any_alpha(related, tmp_path):
    train, dev = halves(replace(related, key="these bars"))
    assert not fit_or_load(SemiSupervised(0.1, epochs=1), train, dev, tmp_path)
    system = SemiSupervised(0.8, epochs=1)
    assert fit_or_load(system, train, dev, tmp_path)
    assert system.alpha == 0.8
    assert "alpha" not in system.settings
    assert not fit_or_load(SemiSupervised(0.8, label_share=0.5, epochs=1), train, dev, tmp_path)
    other = SemiSupervised()
    with pytest.raises(ValueError, match="no arrays of such a network"):
        other.restore({name: array for name, array in system.arrays().items() if "labels" not in name})
    other.restore(system.arrays())
    other.alpha = 0.8
    bars = np.arange(30)
    assert np.array_equal(other.scores(related, bars, bars, "dance-to-lyrics"),
                          system.scores(related, bars, bars, "dance-to-lyrics"))


def test_without_labels_it_is_not_available(related):
    system = make_method("semi-supervised", seed=2, alpha=0.2)
    assert isinstance(system, SemiSupervised)
    assert (system.alpha, system.seed) == (0.2, 2)
    assert system.missing(related) == ""
    assert "labels" in system.missing(replace(related, labels=None))


@pytest.mark.parametrize("wrong", [{"alpha": 1.1}, {"alpha": -0.1}, {"label_share": 2.0}, {"alpha": float("nan")}])
def test_shares_lie_between_nothing_and_all(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SemiSupervised(**wrong)


def test_class_precision_counts_classes():
    left = np.eye(4, dtype=np.float32)
    right = np.array([[0, 1, 0.5, 0.1], [1, 0, 0.2, 0.3], [0.5, 0.2, 0, 1], [0.1, 0.3, 1, 0]], np.float32)
    assert class_precision(left, right, np.array([0, 0, 1, 1]), 1) == 1.0
    assert class_precision(left, right, np.array([0, 1, 0, 1]), 1) == 0.0
    assert class_precision(left, right, np.array([0, 0, 1, -1]), 1) == pytest.approx(2 / 3)
