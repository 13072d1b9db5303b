"""How well positive NPMI finds planted frames: precision and recall against an answer key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class OperatingPoint:
    """Frames are called positive where their value is above ``threshold``."""

    threshold: float
    precision: float
    recall: float


def precision_recall(
    values: NDArray[np.floating], events: NDArray[np.integer], threshold: float = 0.0
) -> dict[str, Any]:
    """Frames above a threshold against planted frames, and how many of the planted events were touched.

    Parameters
    ----------
    values : [frames]
        NPMI of every frame.
    events : int [frames]
        Number of the planted event that covers the frame, or -1.
    threshold : float

    Returns
    -------
    dict
        ``threshold``; ``positive``, ``planted`` and ``hit`` (both) frames; ``precision``, ``recall`` and ``f1``, 0
        where nothing is positive or planted; ``events``, ``events_hit`` (with at least one positive frame) and
        ``event_recall``.
    """
    positive, planted = values > threshold, events >= 0
    found = int(positive.sum())
    total = int(planted.sum())
    hit = int((positive & planted).sum())
    known, touched = np.unique(events[planted]).size, np.unique(events[positive & planted]).size
    return {
        "threshold": float(threshold), "positive": found, "planted": total, "hit": hit,
        "precision": _ratio(hit, found), "recall": _ratio(hit, total), "f1": _ratio(2 * hit, found + total),
        "events": known, "events_hit": touched, "event_recall": _ratio(touched, known),
    }


def best_recall(
    values: NDArray[np.floating], truth: NDArray[np.bool_], precision: float, lowest: float = 0.0
) -> OperatingPoint:
    """The threshold, not below ``lowest``, of the highest recall among those whose precision is at least ``precision``.

    Of equal recalls the most precise counts. Where none is precise enough, recall and precision are 0 and the threshold
    is the highest value, which no frame is above.

    Parameters
    ----------
    values : [frames]
        NPMI of every frame.
    truth : bool [frames]
        Planted frames.
    precision, lowest : float
    """
    total = int(truth.sum())
    chosen = values > lowest
    level, group = np.unique(values[chosen], return_inverse=True)
    if not len(level) or not total:
        return OperatingPoint(max(float(values.max(initial=lowest)), lowest), 0.0, 0.0)
    # Frames and hits with at least each level's value: called positive by the threshold of the level below it.
    found = np.cumsum(np.bincount(group)[::-1])[::-1]
    hits = np.cumsum(np.bincount(group, weights=truth[chosen])[::-1])[::-1]
    ratio = hits / found
    allowed = np.flatnonzero((ratio >= precision) & (hits > 0))
    if not len(allowed):
        return OperatingPoint(float(level[-1]), 0.0, 0.0)
    best = allowed[np.lexsort((ratio[allowed], hits[allowed]))[-1]]
    threshold = float(level[best - 1]) if best else lowest
    return OperatingPoint(threshold, float(ratio[best]), float(hits[best]) / total)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
