"""Sentences of the timeline: tooltips, and what rows without content say."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.skeleton import FPS
from gui.timeline.hits import Hit
from gui.timeline.timescale import clock

if TYPE_CHECKING:
    from gui.timeline.canvas import TimelineCanvas


class Describer(QObject):
    """Puts what is under the pointer into words."""

    def __init__(self, canvas: TimelineCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas

    def empty(self) -> str:
        """What an empty timeline says."""
        session = self._canvas.session
        if session.opened is None:
            return self.tr("Open a corpus to see its songs here: sound, bars, words and NPMI on one time axis.")
        if not session.opened.songs:
            return self.tr("This corpus has no songs yet. Import some to see them here.")
        if session.song is None:
            return self.tr("Choose a song in the browser to see its words and bars here.")
        return self.tr("This song has no motion, so there is no time axis to show.")

    def notes(self, *, reading: bool, fault: str) -> dict[str, str]:
        """By row: why it is empty."""
        canvas = self._canvas
        data = canvas.session.song
        if data is None:
            return {}
        found = {}
        if not data.song.audio:
            found["wave"] = self.tr("This song has no sound.")
        elif fault:
            found["wave"] = fault
        elif reading:
            found["wave"] = self.tr("Reading the sound…")
        if not data.words:
            found["words"] = self.tr("This song has no words.")
        if not data.coded:
            opened = canvas.session.opened
            if opened is None:
                found["npmi"] = self.tr("Reading the codes…")
            elif opened.view is None:
                found["npmi"] = self.tr("The corpus is not built yet, so words carry no colours. Build it to see NPMI.")
            else:
                found["npmi"] = self.tr("This song has no bars of a second or longer, so it has no NPMI.")
        return found

    def tip(self, hit: Hit) -> str:
        """The tooltip; rich text, or empty where there is nothing to say."""
        canvas = self._canvas
        track = canvas.track
        if track is None or hit.row in {"", "gutter"}:
            return ""
        lines = []
        word = track.word_at(hit.seconds)
        if word is not None and hit.row != "overview":
            lines.append(f"<b>{html.escape(track.data.words[word].text)}</b>")
            if track.data.words[word].estimated:
                lines.append(self.tr("Its time is shared out within the line."))
        lines += self._values(track.frame_at(hit.seconds))
        lines.append(self._place(hit.seconds))
        return "<br>".join(lines)

    def _values(self, frame: int) -> list[str]:
        canvas = self._canvas
        assert canvas.track is not None
        data = canvas.track.data
        value, songs = float(data.npmi[frame]), int(data.support[frame])
        if math.isnan(value):
            if data.coded:
                return [self.tr("Outside the bars: no codes")]
            return [self.tr("Not built yet: no NPMI")]
        number = f"{value:+.3f}".replace("-", "−")
        lines = [self.tr("NPMI {value}, from {songs} songs with this pair").format(value=number, songs=songs)]
        if canvas.fewest > songs:
            lines.append(self.tr("Dimmed: fewer than {songs} songs").format(songs=canvas.fewest))
        elif canvas.dimming and value <= canvas.session.threshold:
            limit = f"{canvas.session.threshold:.2f}"
            lines.append(self.tr("Dimmed: not above the threshold of {limit}").format(limit=limit))
        lines.append(self.tr("Lyric code {lyric}, dance code {dance}").format(
            lyric=int(data.lyric_codes[frame]), dance=int(data.dance_codes[frame])))
        return lines

    def _place(self, seconds: float) -> str:
        track = self._canvas.track
        assert track is not None
        frame = track.frame_at(seconds)
        place = track.bar_and_beat(frame / FPS)
        time = clock(seconds, 2)
        if place is None:
            return self.tr("Frame {frame}, {time}").format(frame=frame, time=time)
        return self.tr("Frame {frame}, {time}, bar {bar}, beat {beat}").format(
            frame=frame, time=time, bar=place[0], beat=place[1])
