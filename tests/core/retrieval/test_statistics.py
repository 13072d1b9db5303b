"""Intervals and tests, against slow computations, against scipy, and by how often they are right on simulated data."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from core.retrieval.statistics import bootstrap_interval, holm, sign_flip_test


def simulated(rng, songs, mean=0.1, between=0.05, bars=(3, 30)):
    """Skewed values around means that differ from song to song, songs of unequal size."""
    counts = rng.integers(*bars, songs)
    level = rng.gamma((mean / between) ** 2, between**2 / mean, songs)
    values = np.concatenate([rng.exponential(m, n) for m, n in zip(level, counts, strict=True)])
    return values, np.repeat(rng.permutation(songs) * 7, counts)


def test_interval_equals_a_loop_over_resampled_songs():
    values, songs = simulated(np.random.default_rng(0), 25)
    low, high = bootstrap_interval(values, songs, seed=1, draws=20_000)
    rng = np.random.default_rng(9)
    of = {song: values[songs == song] for song in np.unique(songs)}
    means = [np.concatenate([of[song] for song in rng.choice(list(of), len(of))]).mean() for _ in range(4000)]
    tail = stats.norm.cdf(-np.sqrt(25 / 24) * stats.t.ppf(0.975, 24))
    slow = np.quantile(means, [tail, 1 - tail])
    spread = np.std(means)
    # Of 4,000 draws an outer percentile is known to about a tenth of the spread.
    assert [low, high] == pytest.approx(slow, abs=0.2 * spread)
    assert low < values.mean() < high


@pytest.mark.parametrize("songs", [6, 100])
def test_interval_holds_the_truth_as_often_as_it_says(songs):
    """Bars of a song are alike. An interval that took them for independent would hold the truth far too seldom."""
    rng = np.random.default_rng(songs)
    runs, hits, naive = 800, 0, 0
    for _ in range(runs):
        values, of = simulated(rng, songs, between=0.04, bars=(20, 30))
        low, high = bootstrap_interval(values, of)
        hits += low <= 0.1 <= high
        naive += abs(values.mean() - 0.1) <= 1.96 * values.std() / np.sqrt(len(values))
    # Intervals of a mean of skewed values fall somewhat short with six songs; by the bar they miss the truth often.
    assert hits / runs > (0.90 if songs == 6 else 0.93)
    assert hits / runs < 0.985
    assert naive / runs < 0.85


def test_interval_weighs_bars_alike_and_needs_two_songs():
    values, songs = np.r_[np.zeros(1), np.ones(99)], np.r_[5, np.full(99, 2)]
    low, high = bootstrap_interval(values, songs)
    # Of two songs: one twice, the other twice, or both.
    assert (low, high) == (0.0, 1.0)
    assert bootstrap_interval(values, np.zeros(100, int)) is None
    assert bootstrap_interval(np.zeros(0), np.zeros(0, int)) is None
    assert bootstrap_interval(np.full(50, 0.3), np.arange(50)) == pytest.approx((0.3, 0.3))


def test_interval_is_seeded():
    values, songs = simulated(np.random.default_rng(3), 40)
    assert bootstrap_interval(values, songs, 5) == bootstrap_interval(values, songs, 5)
    assert bootstrap_interval(values, songs, 5) != bootstrap_interval(values, songs, 6)
    # The order of the queries does not matter, nor what the songs are called.
    order = np.random.default_rng(0).permutation(len(values))
    assert bootstrap_interval(values[order], songs[order] // 7, 5) == pytest.approx(
        bootstrap_interval(values, songs // 7, 5))


def test_few_songs_are_flipped_in_every_way():
    rng = np.random.default_rng(0)
    songs = np.repeat(np.arange(7), rng.integers(2, 9, 7))
    differences = rng.normal(0.1, 0.3, (len(songs), 4))
    sums = np.stack([[column[songs == s].sum() for s in range(7)] for column in differences.T])
    slow = []
    for row in sums:
        flips = [abs(sum(s * d for s, d in zip(signs, row, strict=True))) for signs in product((1, -1), repeat=7)]
        slow.append(np.mean([f >= abs(row.sum()) - 1e-12 for f in flips]))
    found = sign_flip_test(differences, songs)
    assert found == pytest.approx(slow)
    # Flips of paired sums are what scipy calls samples.
    for row, p in zip(sums, found, strict=True):
        theirs = stats.permutation_test((row, np.zeros(7)), lambda a, b: np.mean(a - b), permutation_type="samples",
                                        n_resamples=np.inf)
        assert p == pytest.approx(theirs.pvalue)


def test_drawn_flips_agree_with_all_of_them():
    rng = np.random.default_rng(1)
    songs = np.repeat(np.arange(12), 5)
    differences = rng.normal(0.08, 0.5, (60, 6))
    exact = sign_flip_test(differences, songs, permutations=2**12)
    drawn = sign_flip_test(differences, songs, permutations=4000)
    assert not np.array_equal(exact, drawn)
    assert np.all(np.abs(exact - drawn) < 4 * np.sqrt(exact * (1 - exact) / 4000) + 1 / 4000)
    assert np.array_equal(drawn, sign_flip_test(differences, songs, permutations=4000))


def test_equal_systems_differ_as_often_as_the_level_says():
    """Differences are alike within a song: a test that flipped bars would reject far too often."""
    rng = np.random.default_rng(2)
    songs = np.repeat(np.arange(30), 10)
    differences = np.repeat(rng.normal(0, 1, (30, 1500)), 10, axis=0) + rng.normal(0, 0.3, (300, 1500))
    rejected = np.mean(sign_flip_test(differences, songs, permutations=2000) <= 0.05)
    assert 0.05 - 4 * np.sqrt(0.05 * 0.95 / 1500) < rejected < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 1500)
    by_bar = np.mean(sign_flip_test(differences[:, :200], np.arange(300), permutations=500) <= 0.05)
    assert by_bar > 0.3
    assert np.mean(sign_flip_test(differences + 0.9, songs, permutations=2000) <= 0.05) > 0.98


def test_no_difference_is_none():
    assert sign_flip_test(np.zeros((40, 1)), np.repeat(np.arange(20), 2))[0] == 1.0
    # What cancels within each song is no difference either.
    assert sign_flip_test(np.resize([0.5, -0.5], (40, 1)), np.repeat(np.arange(20), 2))[0] == 1.0


def test_thousand_songs_are_flipped_in_blocks(monkeypatch):
    rng = np.random.default_rng(4)
    differences, songs = rng.normal(0.03, 1, (3000, 2)), np.resize(np.arange(1000), 3000)
    whole = sign_flip_test(differences, songs, permutations=500)
    monkeypatch.setattr("core.retrieval.statistics._BLOCK", 7000)
    blocks = sign_flip_test(differences, songs, permutations=500)
    assert whole == pytest.approx(blocks, abs=0.12)
    assert np.all((whole > 0) & (whole <= 1))


def test_holm_is_what_the_paper_says():
    # Holm 1979: the smallest times m, the next times m - 1, never below the one before.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9, 0.6]) == [1.0, 1.0, 1.0]
    assert holm([0.2]) == [0.2]
    assert holm([]) == []
    # One false rejection among true null hypotheses is as rare as the level says.
    rng = np.random.default_rng(0)
    wrong = np.mean([min(holm(rng.random(10).tolist())) <= 0.05 for _ in range(4000)])
    assert wrong == pytest.approx(0.05, abs=0.015)
