"""Where the keys lead: words, bars, positive stretches, marks. Acts on the session alone."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from core.skeleton import FPS
from gui.state.session import Session
from gui.transport.places import Place, bar_beat, beats_in

SPEEDS: Final = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""Ready-made speeds."""
_STEP: Final = 0.1
_LENIENCE: Final = 0.4
"""Seconds after a start in which "previous" still means the one before, while playing."""


class Moves(QObject):
    """Moves of the playhead and the range. What cannot be done is said through ``session.message``."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def frames(self, count: int) -> None:
        """Some frames on or back; a single frame stops the playing first."""
        if abs(count) == 1:
            self._session.set_playing(False)
        self._session.step(count)

    def start(self) -> None:
        """To the first frame."""
        self._session.seek(0.0)

    def end(self) -> None:
        """To the last frame."""
        song = self._session.song
        if song is not None and len(song):
            self._session.set_playing(False)
            self._session.seek((len(song) - 1) / FPS)

    def word(self, direction: int) -> None:
        """To the next or previous word, which is chosen."""
        song = self._session.song
        if song is None:
            return
        sung = song.frame_words
        starts = np.flatnonzero((sung >= 0) & (sung != np.concatenate([[-1], sung[:-1]])))
        found = self._beside(starts, direction)
        if found is None:
            self._session.message.emit(
                self.tr("There is no word after this place.") if direction > 0
                else self.tr("There is no word before this place."))
            return
        self._session.seek(starts[found] / FPS)
        self._session.set_word(int(sung[starts[found]]))

    def bar(self, direction: int) -> None:
        """To the next or previous start of a bar."""
        song = self._session.song
        if song is None:
            return
        starts = np.array([bar.start for bar in song.bars], np.int64)
        found = self._beside(starts, direction)
        if found is None:
            self._session.message.emit(
                self.tr("There is no bar after this place.") if direction > 0
                else self.tr("There is no bar before this place."))
            return
        self._session.seek(starts[found] / FPS)

    def positive(self, direction: int) -> None:
        """To the next or previous positive stretch; half a bar around it becomes the range."""
        session, song = self._session, self._session.song
        start = session.next_positive(direction)
        if song is None or start is None:
            session.message.emit(
                self.tr("No positive stretch follows in this song; the browser lists those of all songs.")
                if direction > 0 else
                self.tr("No positive stretch comes before this place; the browser lists those of all songs."))
            return
        positive = np.nan_to_num(song.npmi[start:], nan=-1.0) > session.threshold
        stop = start + (int(np.argmin(positive)) if not positive.all() else len(positive))
        half = self._bar_frames(start) / 2
        middle = (start + stop) / 2
        session.set_range((min(start, round(middle - half / 2)), max(stop, round(middle + half / 2))))
        session.seek(start / FPS)
        word = int(song.frame_words[start])
        session.set_word(word if word >= 0 else None)
        session.set_pair((int(song.lyric_codes[start]), int(song.dance_codes[start])))

    def mark_in(self) -> None:
        """The range begins at this frame."""
        song, here = self._session.song, self._session.frame
        if song is not None:
            chosen = self._session.range
            self._session.set_range((here, chosen[1] if chosen and chosen[1] > here else len(song)))

    def mark_out(self) -> None:
        """The range ends with this frame."""
        if self._session.song is not None:
            chosen, stop = self._session.range, self._session.frame + 1
            self._session.set_range((chosen[0] if chosen and chosen[0] < stop else 0, stop))

    def speed(self, direction: int) -> None:
        """A tenth faster or slower."""
        steps = np.round(np.arange(0.2, 2.01, _STEP), 3)
        steps[0] = 0.25
        now = self._session.speed
        beyond = steps[steps > now + 1e-6] if direction > 0 else steps[steps < now - 1e-6]
        if len(beyond):
            self._session.set_speed(float(beyond[0] if direction > 0 else beyond[-1]))

    def go(self, place: Place) -> str:
        """Go to a place; returns why that cannot be, or an empty string."""
        song = self._session.song
        if song is None or not len(song):
            return self.tr("No song is shown.")
        frame = place.frame
        if place.seconds is not None:
            frame = int(place.seconds * FPS + 1e-6)
        if place.bar is not None:
            bar, beat = place.bar
            if not song.bars:
                return self.tr("This song has no bars.")
            if not 1 <= bar <= len(song.bars):
                return self.tr("The bars go from 1 to {last}.").format(last=len(song.bars))
            beats = beats_in(song, bar - 1)
            if not 1 <= beat <= max(len(beats), 1):
                return self.tr("Bar {bar} has {beats} beats.").format(bar=bar, beats=len(beats))
            frame = song.bars[bar - 1].start if beat == 1 else int(float(beats[beat - 1]) * FPS + 0.5)
        if frame is None or frame >= len(song):
            return self.tr("The song ends at frame {frame}, second {seconds:.2f}.").format(
                frame=len(song) - 1, seconds=(len(song) - 1) / FPS)
        self._session.seek(place.seconds if place.seconds is not None else frame / FPS)
        return ""

    def _beside(self, starts: NDArray[np.int64], direction: int) -> int | None:
        """Index of the start next to the playhead on one side."""
        here = self._session.frame
        if direction > 0:
            after = np.flatnonzero(starts > here)
            return int(after[np.argmin(starts[after])]) if len(after) else None
        if self._session.playing:
            here -= int(_LENIENCE * FPS)
        before = np.flatnonzero(starts < here)
        if not len(before) and self._session.playing:
            before = np.flatnonzero(starts < self._session.frame)
        return int(before[np.argmax(starts[before])]) if len(before) else None

    def _bar_frames(self, frame: int) -> int:
        """Length of the bar that a frame lies in, or else of a usual bar of the song, or else two seconds."""
        song = self._session.song
        if song is None or not song.bars:
            return 2 * FPS
        place = bar_beat(song, frame)
        if place is not None:
            bar = song.bars[place[0] - 1]
            return bar.stop - bar.start
        return int(np.median([bar.stop - bar.start for bar in song.bars]))
