"""Average precision with ties, against every order of the equal scores."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from core.retrieval.precision import average_precision, expected_precision, harmonic_numbers


def of_order(flags):
    hits, total = 0, 0.0
    for place, right in enumerate(flags, 1):
        if right:
            hits += 1
            total += hits / place
    return total / hits


def every_order(scores, relevant):
    """Average precision in every order that the scores allow."""
    places = range(len(scores))
    return [of_order([relevant[i] for i in order]) for order in permutations(places)
            if all(scores[a] >= scores[b] for a, b in pairwise(order))]


def test_ties_are_the_worst_or_the_mean_of_all_orders():
    rng = np.random.default_rng(0)
    harmonic = harmonic_numbers(10)
    for _ in range(60):
        n = int(rng.integers(1, 8))
        scores = rng.integers(0, 3, n).astype(float)
        relevant = rng.random(n) < 0.5
        relevant[rng.integers(n)] = True
        orders = every_order(scores.tolist(), relevant.tolist())
        pessimistic, average = average_precision(scores[relevant], scores[~relevant], harmonic)
        assert pessimistic == pytest.approx(min(orders))
        assert average == pytest.approx(np.mean(orders))


def test_without_ties_it_is_the_usual_one():
    rng = np.random.default_rng(1)
    scores, relevant = rng.normal(size=400), rng.random(400) < 0.2
    theirs = average_precision_score(relevant, scores)
    assert average_precision(scores[relevant], scores[~relevant], harmonic_numbers(400)) == pytest.approx((theirs, theirs))


def test_expected_precision_is_that_of_scores_that_say_nothing():
    harmonic = harmonic_numbers(50)
    for right, size in ((1, 1), (1, 7), (3, 7), (7, 7), (20, 50)):
        flat = average_precision(np.zeros(right), np.zeros(size - right), harmonic)[1]
        assert expected_precision(np.array([right]), np.array([size]))[0] == pytest.approx(flat)
