"""Choosing codebook sizes on the dev songs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.codes import SPLITS, CodedBars
from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.npmi import count_songs, npmi_table
from core.pipeline.codebooks import Codebooks, CorpusBar, Kind, assemble
from core.progress import Progress, part, silent

LYRIC_GRID: Final = (100, 200, 340, 500, 1000)
DANCE_GRID: Final = (25, 50, 100, 200, 340)
HALF_ERROR: Final = 0.5
"""Margin of :func:`try_sizes` for :func:`dev_gain`, whose unit is the standard error."""

Score = Callable[[CodedBars, list[CorpusBar], NDArray[np.float64]], float]


@dataclass(frozen=True)
class Trial:
    """One pair of sizes, its score on the dev songs (higher is better), and what share of sung frames is positive."""

    lyric_codes: int
    dance_codes: int
    score: float
    positive: float


def dev_gain(coded: CodedBars, _bars: list[CorpusBar], table: NDArray[np.float64]) -> float:
    """How surely dev bars carry more positive NPMI than chance pairing would: a z value over dev bars.

    For each sung dev bar: the sum of the table's positive part over its frames, less what the same lyric codes would
    get from the dance codes of all dev frames in their shares. The mean over the bars is divided by its standard error.
    Negative NPMI is left out: it mostly tells that a pair is rare, and its noise would drown the few related frames.
    The table must come from the training songs. 0 where no dev frame is positive, minus infinity without dev bars. (Our
    rule; the paper only says that sizes were tuned on dev.)
    """
    dev = coded.select((coded.split == SPLITS.index("dev")) & coded.sung)
    if dev.bars < 2:
        return -math.inf
    share = np.bincount(dev.dance, minlength=coded.dance_size) / max(len(dev.dance), 1)
    related = np.maximum(table, 0.0)
    expected = related @ share
    gain = np.add.reduceat(related[dev.lyric, dev.dance] - expected[dev.lyric], dev.offsets[:-1])
    spread = float(gain.std(ddof=1))
    return float(gain.mean()) / spread * math.sqrt(len(gain)) if spread > 0 else 0.0


def try_sizes(
    corpus: Corpus,
    books: Codebooks,
    lyric_grid: Sequence[int] = LYRIC_GRID,
    dance_grid: Sequence[int] = DANCE_GRID,
    score: Score = dev_gain,
    margin: float = 0.0,
    progress: Progress = silent,
) -> list[Trial]:
    """Score every pair of sizes with NPMI counted on the training songs; best first.

    Scores within ``margin`` of the best count as equal to it, and of equals the one with the fewest positive frames
    comes first: it says as much with less. (The rule of one standard error, with half of one: on the demo of 60 songs a
    whole one touched 51 % of the planted events at a precision of 0.66, half of one 64 % at 0.59.) Sizes above what the
    training vectors allow give the same codebook again and are tried once.
    """
    songs = corpus.songs()
    fits: list[tuple[Kind, int]] = [("lyric", n) for n in lyric_grid] + [("dance", n) for n in dance_grid]
    codes: dict[tuple[Kind, int], tuple[int, dict[str, NDArray[np.int32]]]] = {}
    for i, (kind, size) in enumerate(fits):
        step = part(progress, i / len(fits), (i + 1) / len(fits), f"trying {size} {kind} codes")
        book = books.get(kind, size, part(step, 0.0, 0.8))
        used = len(book.centres)
        if any(k == kind and n == used for (k, _), (n, _) in codes.items()):
            continue
        codes[kind, size] = used, {
            song.song_id: own for song, own in books.codes(kind, size, book, songs, part(step, 0.8, 1.0))
        }

    def reader(kind: Kind, size: int) -> Callable[[SongRecord], NDArray[np.int32]]:
        return lambda song: codes[kind, size][1][song.song_id]

    trials = []
    for lyric in [n for k, n in codes if k == "lyric"]:
        for dance in [n for k, n in codes if k == "dance"]:
            coded, bars = assemble(
                corpus, songs, reader("lyric", lyric), reader("dance", dance),
                codes["lyric", lyric][0], codes["dance", dance][0],
            )
            train = np.zeros(len(songs), np.bool_)
            train[[i for i, s in enumerate(songs) if s.split == "train"]] = True
            table = npmi_table(count_songs(coded, train))
            sung = np.repeat(coded.sung, coded.lengths)
            positive = float((table[coded.lyric, coded.dance] > 0)[sung].mean()) if sung.any() else 0.0
            trials.append(Trial(lyric, dance, score(coded, bars, table), positive))
            progress(1.0, "scoring sizes")
    best = max(trial.score for trial in trials)

    def place(trial: Trial) -> tuple[int, float, int]:
        near = margin > 0.0 and trial.score >= best - margin and trial.score > 0.0
        return 0 if near else 1, trial.positive if near else -trial.score, trial.lyric_codes * trial.dance_codes

    return sorted(trials, key=place)
