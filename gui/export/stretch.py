"""Which stretch of the song shown is meant when a person asks for an export."""

from __future__ import annotations

from core.pipeline.browse import Place
from gui.state.session import Session


def present_place(session: Session) -> Place | None:
    """The chosen range; without one the bar of the present time; where there is none, the whole song."""
    song = session.song
    if song is None or not len(song):
        return None
    if session.range is not None:
        return Place(song.song.song_id, *session.range)
    bar = next((b for b in song.bars if b.start <= session.frame < b.stop), None)
    if bar is not None:
        return Place(song.song.song_id, bar.start, min(bar.stop, len(song)))
    return Place(song.song.song_id, 0, len(song))
