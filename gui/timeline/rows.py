"""The rows of the timeline, and how the height is shared out among them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

ROWS: Final = ("overview", "ruler", "wave", "words", "npmi", "lyric", "dance")
"""All rows, from top to bottom."""
HIDEABLE: Final = ("overview", "wave", "words", "npmi", "lyric", "dance")
FIXED: Final = ("overview", "ruler")
"""Rows that stay when the others are scrolled."""
GAP: Final = 3
# Least height, most height and share of what is left over, in lines of text.
_HEIGHTS: Final = {
    "overview": (0.85, 1.6, 0.6), "ruler": (1.7, 1.9, 0.2), "wave": (1.15, 14.0, 3.0), "words": (1.35, 2.6, 0.9),
    "npmi": (1.15, 12.0, 2.4), "lyric": (0.95, 1.4, 0.5), "dance": (0.95, 1.4, 0.5),
}


@dataclass(frozen=True)
class Layout:
    """Where the rows lie.

    Attributes
    ----------
    tops, heights : dict of str -> int
        Pixels. Rows that scroll count from the top of the scrolled part; those of :data:`FIXED` from the top of all.
    fixed : int
        Height of the part that does not scroll.
    content : int
        Height of the part that scrolls.
    scroll : int
        Most pixels by which it can be scrolled; 0 where all rows fit.
    """

    tops: dict[str, int]
    heights: dict[str, int]
    fixed: int
    content: int
    scroll: int


def arrange(height: int, line: int, hidden: AbstractSet[str], empty: AbstractSet[str] = frozenset()) -> Layout:
    """Share ``height`` pixels out among the rows.

    Parameters
    ----------
    height : int
    line : int
        Height of a line of text.
    hidden : set of str
        Rows that get none.
    empty : set of str
        Rows that have nothing to show and get no more than their sentence needs.
    """
    shown = [row for row in ROWS if row not in hidden]
    heights = {row: round(_HEIGHTS[row][0] * line) for row in shown}
    most = {row: heights[row] if row in empty else round(_HEIGHTS[row][1] * line) for row in shown}
    spare = height - sum(heights.values()) - GAP * len(shown)
    # Rows that reach their most hand the rest on to the others.
    while spare > 0:
        growing = [row for row in shown if heights[row] < most[row]]
        if not growing:
            break
        shares = sum(_HEIGHTS[row][2] for row in growing)
        given = 0
        for row in growing:
            more = min(most[row] - heights[row], max(int(spare * _HEIGHTS[row][2] / shares), 1), spare - given)
            heights[row] += more
            given += more
        spare -= given
    tops: dict[str, int] = {}
    fixed = content = 0
    for row in shown:
        if row in FIXED:
            tops[row] = fixed
            fixed += heights[row] + GAP
        else:
            tops[row] = content
            content += heights[row] + GAP
    return Layout(tops, heights, fixed, content, max(content - (height - fixed), 0))
