"""Precision and recall of positive frames."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.detection import best_recall, precision_recall


def test_counts_by_hand():
    values = np.array([0.5, 0.2, 0.0, 0.0, -0.1, 0.4])
    events = np.array([0, 0, 0, 1, -1, -1])
    row = precision_recall(values, events)
    assert row == {
        "threshold": 0.0, "positive": 3, "planted": 4, "hit": 2, "precision": 2 / 3, "recall": 0.5, "f1": 4 / 7,
        "events": 2, "events_hit": 1, "event_recall": 0.5,
    }
    assert precision_recall(values, events, 0.45)["precision"] == 1.0
    assert precision_recall(values, np.full(6, -1))["recall"] == 0.0
    assert precision_recall(values, events, 1.0)["precision"] == 0.0


def test_best_recall_takes_the_lowest_allowed_threshold():
    values = np.array([0.9, 0.8, 0.8, 0.5, 0.5, 0.3, -0.2])
    truth = np.array([True, True, True, True, False, False, True])
    best = best_recall(values, truth, 0.8)
    assert (best.recall, best.precision, best.threshold) == (0.8, 0.8, 0.3)
    assert best_recall(values, truth, 0.9).threshold == 0.5
    none = best_recall(values, ~truth, 0.9)
    assert (none.recall, none.precision, none.threshold) == (0.0, 0.0, 0.9)


@given(st.lists(st.tuples(st.sampled_from([-0.5, 0.0, 0.1, 0.2, 0.7]), st.booleans()), max_size=20),
       st.sampled_from([0.5, 0.75, 1.0]))
def test_best_recall_is_the_best_of_all_thresholds(frames, precision):
    values, truth = np.array([v for v, _ in frames]), np.array([t for _, t in frames], bool)
    best = best_recall(values, truth, precision)
    events = np.where(truth, 0, -1)
    at = precision_recall(values, events, best.threshold)
    assert at["recall"] == pytest.approx(best.recall)
    assert at["precision"] == pytest.approx(best.precision)
    rows = [precision_recall(values, events, t) for t in [0.0, 0.1, 0.2, 0.7]]
    assert best.recall == pytest.approx(max((r["recall"] for r in rows if r["precision"] >= precision), default=0.0))
