"""Brings places before the eye: in the player, alone or with others beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QObject

from core.pipeline.browse import Catalogue, Place, Runs
from core.pipeline.song import load_dance
from core.skeleton import FPS
from gui.draw.body import stands_out
from gui.state.opened import OpenCorpus
from gui.state.session import Companion, Session
from gui.work.tasks import Report

_BEFORE: Final = FPS // 2
"""Frames that a side-by-side view shows before the words' onset."""
_MARGIN: Final = 4 * FPS
"""Frames of a companion's dance loaded around its onset."""


class Stage(QObject):
    """Shows runs of a catalogue in the player."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._coming: tuple[str, int, int] | None = None
        self._begin: int | None = None
        self._last: tuple[str, int, int] | None = None
        self._beside: tuple[Companion, ...] = ()
        self._ours = False
        session.range_changed.connect(self._on_range)

    def show(self, catalogue: Catalogue, spot: int) -> None:
        """Loop a spot, at least a second of it, its most moved joints lit."""
        self.show_place(catalogue, catalogue.spots, spot, catalogue.place(spot))

    def show_place(self, catalogue: Catalogue, runs: Runs, run: int, place: Place) -> None:
        """The same for a place around one of the runs."""
        wide = place.widened(catalogue.songs[runs.song[run]].frames)
        self._begin = place.start
        self._go(catalogue, runs, run, wide, ())

    @property
    def holds(self) -> bool:
        """Whether the player shows, or is on its way to, what was shown last."""
        song, frames = self._session.song, self._session.range
        if self._coming is not None:
            return True
        return song is not None and frames is not None and self._last == (song.song.song_id, *frames)

    @property
    def begin(self) -> int | None:
        """Frame in which the place that was shown last begins, as long as the player holds it."""
        return self._begin if self.holds else None

    def side_by_side(self, catalogue: Catalogue, run: int, others: Sequence[int]) -> None:
        """Loop a spot with up to three others beside it, their words' onsets at the same moment."""
        opened = self._session.opened
        if opened is None:
            return
        chosen = list(others)[:3]
        self._session.tasks.start(
            lambda report: _companions(opened, catalogue, run, chosen, report), key="browser side by side",
            title=self.tr("Loading dances to compare"),
            done=lambda found: self._go(catalogue, catalogue.spots, run, *found))

    def _go(self, catalogue: Catalogue, runs: Runs, run: int, place: Place, beside: tuple[Companion, ...]) -> None:
        session, start, stop = self._session, place.start, place.stop
        song = catalogue.songs[runs.song[run]].song_id
        self._coming = self._last = (song, start, stop)
        self._beside = beside
        word = int(runs.word_index[run])
        session.go(song, start, stop, play=True, loop=True, word=word if word >= 0 else None,
                   pair=(int(runs.lyric[run]), int(runs.dance[run])))
        # Where the very range is shown already, no change of range will be told.
        if session.song is not None and session.song.song.song_id == song and session.range == (start, stop):
            self._on_range()

    def _on_range(self) -> None:
        session = self._session
        if session.song is None:
            return
        if self._coming is not None and self._coming == (session.song.song.song_id, *(session.range or (-1, -1))):
            start, stop = self._coming[1:]
            self._coming, self._ours = None, True
            session.set_lit(stands_out(session.song.dance.positions, start, stop))
            if self._beside or session.companions:
                session.set_companions(self._beside)
        elif self._ours:
            self._ours = False
            session.set_lit(())


def other_places(catalogue: Catalogue, run: int, candidates: Sequence[int], most: int = 3) -> list[int]:
    """Runs to compare a run with: of other songs first, each song once before any twice, long ones first."""
    runs = catalogue.spots
    seen = {int(runs.song[run]): 1}
    found: list[int] = []
    left = sorted((c for c in candidates if c != run), key=lambda c: int(runs.start[c] - runs.stop[c]))
    while left and len(found) < most:
        best = min(left, key=lambda c: seen.get(int(runs.song[c]), 0))
        left.remove(best)
        found.append(best)
        seen[int(runs.song[best])] = seen.get(int(runs.song[best]), 0) + 1
    return found


def _onset(opened: OpenCorpus, catalogue: Catalogue, run: int) -> int:
    """Frame in which the run's word begins; where nothing is sung, in which the run does."""
    runs = catalogue.spots
    word = int(runs.word_index[run])
    if word < 0:
        return int(runs.start[run])
    song = catalogue.songs[runs.song[run]]
    return min(int(np.floor(opened.corpus.words(song)[word].start * FPS + 1e-6)), int(runs.start[run]))


def _companions(
    opened: OpenCorpus, catalogue: Catalogue, run: int, others: Sequence[int], report: Report,
) -> tuple[Place, tuple[Companion, ...]]:
    """The song's own place with what is around it, and the dancers beside it."""
    runs = catalogue.spots
    own = _onset(opened, catalogue, run)
    song = catalogue.songs[runs.song[run]]
    start = max(own - _BEFORE, 0)
    longest = max(int(runs.stop[r]) - _onset(opened, catalogue, r) for r in (run, *others))
    stop = min(max(own + longest + _BEFORE, start + FPS), song.frames)
    beside = []
    for number, other in enumerate(others):
        report(number / max(len(others), 1))
        its = catalogue.songs[runs.song[other]]
        onset = _onset(opened, catalogue, other)
        first = max(onset - _MARGIN, 0)
        dance = load_dance(opened.corpus, its, first, min(onset + longest + _MARGIN, its.frames))
        place = catalogue.place(other)
        title = its.title or its.song_id
        label = f"{title}: {place.word}" if place.word else title
        beside.append(Companion(dance, label, own, onset - first))
    return Place(song.song_id, start, stop), tuple(beside)
