"""Table 2: ranks of the right bars among 8,611 bars for all of them as queries, in seconds.

One system (xmied), one protocol (inductive), one direction, both tie rules, through :func:`evaluate` as the command
line calls it: counting on the training songs and the intervals are in the time. Baseline: the naive kernel on 200 of
the queries against the same gallery, without ranking; both as seconds a query. (What ``evaluate`` takes on top for
counting is spread over its queries: the ratio is rather too low than too high.)
"""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np

from benchmarks.baselines import costs_of, one_by_one, public_program
from benchmarks.measure import DisagreementError, Result, interleaved, say, show
from benchmarks.synthetic import BARS, SONGS, TEST_BARS, song_bars
from core.codes import SPLITS, CodedBars
from core.npmi import count_songs, npmi_table
from core.retrieval.evaluate import evaluate
from core.retrieval.protocol import TIES, RetrievalData
from core.xmied import scores_of

SAMPLE, ROUNDS, CHECKED = 200, 3, 300
AIM_SECONDS = 15.0
_ERROR = 1e-6
"""More than a score of the index is off."""


def data(bars: int, songs: int, tested: int) -> RetrievalData:
    """Songs of which ``tested`` bars of the test songs are sung."""
    codes = song_bars(bars, songs)
    test = np.flatnonzero(codes.split == SPLITS.index("test"))
    sung = codes.sung.copy()
    sung[test] = False
    sung[np.random.default_rng(2).choice(test, min(tested, len(test)), replace=False)] = True
    return RetrievalData(CodedBars(codes.song, codes.offsets, codes.lyric, codes.dance, codes.lyric_size,
                                   codes.dance_size, codes.split, sung))


def table_2(bars: RetrievalData) -> dict[str, Any]:
    """What is timed."""
    return evaluate(bars, methods=("xmied",), protocols=("inductive",), directions=("lyrics-to-dance",),
                    galleries=("all",), ties=TIES)


def check(bars: RetrievalData, tested: int) -> None:
    """That :func:`evaluate` ranks ``tested`` bars as the textbook tables do; :class:`DisagreementError` where not.

    Scores of the index are rounded; bars nearer to the right one than that may count on either side of it.
    """
    few = data_of(bars, tested)
    codes = few.codes
    training = codes.select(np.flatnonzero(codes.split == SPLITS.index("train")))
    npmi = npmi_table(count_songs(training))
    shown = codes.select(np.flatnonzero((codes.split == SPLITS.index("test")) & codes.sung))
    least, most = np.empty(shown.bars), np.empty(shown.bars)
    for bar in range(shown.bars):
        query = shown.lyric[shown.offsets[bar] : shown.offsets[bar + 1]]
        score = scores_of(public_program(npmi, query, shown.dance, shown.offsets), len(query), shown.lengths)
        least[bar] = 1 + np.count_nonzero(score > score[bar] + _ERROR)
        most[bar] = np.count_nonzero(score >= score[bar] - _ERROR)
    for row in table_2(few)["results"]:
        if row["queries"] != shown.bars or not np.mean(1 / most) - 1e-9 <= row["mrr"] <= np.mean(1 / least) + 1e-9:
            raise DisagreementError(f"evaluate gives an MRR of {row['mrr']}, the textbook tables "
                                    f"{np.mean(1 / most)} to {np.mean(1 / least)}")


def data_of(bars: RetrievalData, tested: int) -> RetrievalData:
    """All training bars and the first ``tested`` sung test bars."""
    codes = bars.codes
    test = np.flatnonzero((codes.split == SPLITS.index("test")) & codes.sung)[:tested]
    train = np.flatnonzero(codes.split == SPLITS.index("train"))
    return bars.select(np.concatenate([train, test]))


def run(small: bool = False) -> list[Result]:
    """The whole table beside a sample by the naive kernel."""
    bars = data(BARS // 40, SONGS // 40, TEST_BARS // 40) if small else data(BARS, SONGS, TEST_BARS)
    say("table2: check")
    check(bars, 30 if small else CHECKED)
    codes = bars.codes
    shown = codes.select(np.flatnonzero((codes.split == SPLITS.index("test")) & codes.sung))
    cost = costs_of(npmi_table(count_songs(codes.select(np.flatnonzero(codes.split == SPLITS.index("train"))))))
    sample = np.random.default_rng(3).choice(shown.bars, SAMPLE)

    def naive(_: int) -> None:
        for bar in sample:
            one_by_one(cost, shown.lyric[shown.offsets[bar] : shown.offsets[bar + 1]], shown.dance, shown.offsets)

    say("table2: all queries")
    times = interleaved({"naive": naive, "evaluate": lambda _: table_2(bars)}, ROUNDS, warm=False)
    slow = statistics.median(times["naive"]) / SAMPLE
    quick = statistics.median(times["evaluate"])
    where = f"table2, {shown.bars:,} x {shown.bars:,} bars"
    return [
        Result(f"{where}: one bar at a time, {SAMPLE} queries", 1000 * slow, "ms a query",
               seconds=tuple(times["naive"])),
        Result(f"{where}: evaluate", 1000 * quick / shown.bars, "ms a query", "one bar at a time",
               slow * shown.bars / quick, seconds=tuple(times["evaluate"])),
        Result(f"{where}: evaluate, the whole", quick, "s", under=None if small else AIM_SECONDS,
               seconds=tuple(times["evaluate"])),
    ]


if __name__ == "__main__":
    show(run())
