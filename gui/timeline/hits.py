"""What lies under the pointer, and the draft of an edit while it is dragged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hit:
    """What is under a point of the timeline.

    Attributes
    ----------
    row : str
        A row of :data:`gui.timeline.rows.ROWS`, "gutter", or "" below the last one.
    seconds : float
        Time under the point.
    word : int or None
    part : str
        Of the word: "start", "end" or "body"; only where words are edited.
    edge : int or None
        0 or 1: the start or stop of the chosen range is here.
    playhead : bool
        The playhead's handle is here.
    """

    row: str
    seconds: float
    word: int | None = None
    part: str = ""
    edge: int | None = None
    playhead: bool = False


@dataclass(frozen=True)
class WordDraft:
    """A word whose times are being dragged; seconds of the motion."""

    word: int
    start: float
    end: float


@dataclass(frozen=True)
class OffsetDraft:
    """The sound, being dragged by some seconds."""

    delta: float
