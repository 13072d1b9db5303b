"""Judging positive frames against planted ones (design.md 3.9: detection is measured as carefully as MRR)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.detection import best_recall, precision_recall
from core.errors import InputError
from core.pipeline.truth import Planted, planted_frames, read_truth
from core.pipeline.view import CorpusView


def detect(view: CorpusView, truth: Path, split: str = "test") -> dict[str, Any]:
    """Precision and recall of frames by NPMI threshold, over the sung bars of a split.

    A frame is positive where its NPMI is above the threshold, planted where an event of the answer key covers it.
    """
    planted = read_truth(truth)
    events = planted_frames(view.coded, view.bars, planted)
    chosen = np.repeat(view.split_mask(split) & view.coded.sung, view.coded.lengths)
    if not (events[chosen] >= 0).any():
        raise InputError(truth, f"none of its events lies in the {split} songs of {view.corpus.folder}",
                         "use the key of this corpus")
    values, own = view.values[chosen], events[chosen]
    lyric, dance = view.coded.lyric[chosen], view.coded.dance[chosen]
    thresholds = sorted({0.0, *np.quantile(values[values > 0], (0.25, 0.5, 0.75, 0.9)).tolist()}
                        if (values > 0).any() else {0.0})
    rows = [precision_recall(values, own, threshold) for threshold in thresholds]
    best = best_recall(values, own >= 0, 0.9)
    return {
        "split": split, "protocol": view.protocol, "singletons": view.singletons, "frames": int(chosen.sum()),
        "planted_frames": int((own >= 0).sum()), "planted_events": len(set(own[own >= 0].tolist())),
        "thresholds": rows,
        "recall_at_precision_0.9": {"recall": best.recall, "precision": best.precision, "threshold": best.threshold},
        **_pairs(planted, values, own, lyric, dance),
    }


def _pairs(
    planted: list[Planted], values: NDArray[np.float64], own: NDArray[np.int64], lyric: NDArray[np.int32],
    dance: NDArray[np.int32],
) -> dict[str, int]:
    """Of the planted (word, gesture) pairs, those with a positive frame; of the positive code pairs, the unplanted."""
    def name(i: int) -> tuple[str, str]:
        return planted[i].word.casefold(), planted[i].gesture

    positive = values > 0
    codes = np.stack([lyric, dance], axis=1)
    found = {tuple(pair) for pair in codes[positive].tolist()}
    explained = {tuple(pair) for pair in codes[positive & (own >= 0)].tolist()}
    return {
        "planted_pairs": len({name(i) for i in set(own[own >= 0].tolist())}),
        "planted_pairs_found": len({name(i) for i in set(own[positive & (own >= 0)].tolist())}),
        "positive_pairs": len(found), "positive_pairs_unplanted": len(found - explained),
    }
