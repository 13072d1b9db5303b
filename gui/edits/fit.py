"""Where words may go: neighbours give way, the order stays, nothing leaves the motion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.corpus.edits import WordTimes
from core.lyrics.words import TimedWord
from core.skeleton import FPS

SHORTEST: Final = 1 / FPS
"""Seconds that a word keeps at least when its neighbour is moved into it, and the shortest a word can be made."""


def fit_word(
    words: Sequence[TimedWord], index: int, start: float, end: float, seconds: float
) -> tuple[WordTimes, ...]:
    """Times that put word ``index`` as near to (start, end) as can be, neighbours cut where it reaches into them.

    Parameters
    ----------
    words : sequence of TimedWord
    index : int
    start, end : float
        Wanted times, seconds of the motion.
    seconds : float
        Length of the motion.
    """
    return fit_words(words, {index: (start, end)}, seconds)


def fit_words(
    words: Sequence[TimedWord], wanted: dict[int, tuple[float, float]], seconds: float
) -> tuple[WordTimes, ...]:
    """Like :func:`fit_word`, for a run of words one after the other, none left out between them."""
    if not wanted:
        return ()
    order = sorted(wanted)
    before, after = order[0] - 1, order[-1] + 1
    low = words[before].start + SHORTEST if before >= 0 else 0.0
    high = words[after].end - SHORTEST if after < len(words) else seconds
    high = min(high, seconds)
    times: list[WordTimes] = []
    for place, index in enumerate(order):
        left = len(order) - place
        # Room for the words that still follow in the run.
        start = min(max(wanted[index][0], low), high - left * SHORTEST)
        end = min(max(wanted[index][1], start + SHORTEST), high - (left - 1) * SHORTEST)
        if place + 1 < len(order):
            following = max(wanted[order[place + 1]][0], start + SHORTEST)
            end = min(end, max(following, start + SHORTEST))
        times.append(WordTimes(index, start, end))
        low = end
    found = list(times)
    if before >= 0 and words[before].end > times[0].start:
        found.insert(0, WordTimes(before, words[before].start, times[0].start, words[before].estimated))
    if after < len(words) and words[after].start < times[-1].end:
        found.append(WordTimes(after, times[-1].end, words[after].end, words[after].estimated))
    same = {i for i, time in enumerate(found)
            if (time.start, time.end) == (words[time.index].start, words[time.index].end)}
    return tuple(time for i, time in enumerate(found) if i not in same)


def nudge(words: Sequence[TimedWord], chosen: Sequence[int], by: float, seconds: float) -> tuple[WordTimes, ...]:
    """Move a run of words together by some seconds, as far as neighbours and the motion allow."""
    if not chosen:
        return ()
    first, last = min(chosen), max(chosen)
    low = words[first - 1].start + SHORTEST if first > 0 else 0.0
    high = min(words[last + 1].end - SHORTEST if last + 1 < len(words) else seconds, seconds)
    by = min(max(by, low - words[first].start), high - words[last].end)
    return fit_words(words, {i: (words[i].start + by, words[i].end + by) for i in range(first, last + 1)}, seconds)


def line_of(words: Sequence[TimedWord], index: int) -> list[int]:
    """Indices of all words of the lyric line that a word belongs to."""
    return [i for i, word in enumerate(words) if word.line == words[index].line]
