"""The answer key of a composed corpus: which frames were planted."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.codes import SPLITS, CodedBars
from core.detection import best_recall
from core.errors import InputError
from core.files import read_text
from core.pipeline.codebooks import CorpusBar


@dataclass(frozen=True)
class Planted:
    """A gesture shown while its word is sung: frames ``start`` to ``stop`` (exclusive) of a song."""

    song_id: str
    start: int
    stop: int
    gesture: str
    word: str


def read_truth(path: Path) -> list[Planted]:
    """Rows of a truth.csv (song_id, start_frame, end_frame, gesture, word); :class:`InputError` if it is none."""
    rows = csv.DictReader(io.StringIO(read_text(path), newline=""))
    found: list[Planted] = []
    try:
        for row in rows:
            start, stop = int(row["start_frame"]), int(row["end_frame"])
            if not 0 <= start < stop < 2**31:
                raise InputError(path, f"line {rows.line_num}: frames {start} to {stop} are no range", "correct them")
            found.append(Planted(row["song_id"], start, stop, row["gesture"], row["word"]))
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(path, f"line {rows.line_num} is no row of song_id, start_frame, end_frame, gesture, word",
                         "use the truth.csv that came with the corpus") from error
    return found


def planted_frames(coded: CodedBars, bars: list[CorpusBar], truth: list[Planted]) -> NDArray[np.int64]:
    """Of every coded frame: index of the planted event that covers it, or -1. int64 [frames]."""
    events = np.full(int(coded.offsets[-1]), -1, np.int64)
    by_song: dict[str, list[tuple[int, Planted]]] = {}
    for i, event in enumerate(truth):
        by_song.setdefault(event.song_id, []).append((i, event))
    for entry, first in zip(bars, coded.offsets[:-1], strict=True):
        for i, event in by_song.get(entry.song.song_id, ()):
            start, stop = max(event.start, entry.bar.start), min(event.stop, entry.bar.stop)
            if start < stop:
                events[first + start - entry.bar.start : first + stop - entry.bar.start] = i
    return events


def dev_detection(
    truth: list[Planted], precision: float = 0.9
) -> Callable[[CodedBars, list[CorpusBar], NDArray[np.float64]], float]:
    """A score for :func:`core.pipeline.tune.try_sizes`: recall of the dev songs' planted frames at that precision."""

    def score(coded: CodedBars, bars: list[CorpusBar], table: NDArray[np.float64]) -> float:
        events = planted_frames(coded, bars, truth)
        chosen = np.repeat((coded.split == SPLITS.index("dev")) & coded.sung, coded.lengths)
        values = table[coded.lyric, coded.dance]
        return best_recall(values[chosen], events[chosen] >= 0, precision).recall

    return score
