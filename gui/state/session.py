"""The selection that all panes share: corpus, song, time, range, word, pair, and how they are looked at.

Widgets read the session's attributes, call its methods to change them, and listen to its signals. They never call
each other. All of it happens in the GUI thread; what is slow goes through :class:`gui.work.tasks.Tasks`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.pipeline.song import Dance, SongData, load_song
from core.skeleton import FPS
from gui.state.opened import OpenCorpus, open_corpus
from gui.work.tasks import Failure, Report, Tasks


@dataclass(frozen=True)
class Companion:
    """A dancer shown beside the song's own, for comparison.

    ``dance`` plays its frame ``first`` when the song plays its frame ``at``; ``label`` is drawn under it.
    """

    dance: Dance
    label: str
    at: int = 0
    first: int = 0


class Session(QObject):
    """What is open, chosen and playing."""

    corpus_changed = Signal()
    """Another corpus, or its songs, codes or NPMI: ``opened``."""
    song_changed = Signal()
    """``song`` (a :class:`SongData`, or None)."""
    time_changed = Signal(float)
    """``time``, seconds of the motion; at display rate while playing. ``frame`` follows it."""
    seeked = Signal(float)
    """The time was set by a person (or a pane), not by playing on."""
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    loop_changed = Signal(bool)
    range_changed = Signal()
    """``range``: frames (start, stop), stop exclusive, or None."""
    word_changed = Signal()
    """``word``: index into ``song.words``, or None."""
    pair_changed = Signal()
    """``pair``: (lyric code, dance code), or None."""
    lit_changed = Signal()
    """``lit``: joints to light in the player (indices, strongest first)."""
    companions_changed = Signal()
    """``companions``: dancers to show beside the song's own."""
    threshold_changed = Signal(float)
    """``threshold``: frames count as positive above it (0 by default)."""
    protocol_changed = Signal(str)
    method_changed = Signal(str)
    message = Signal(str)
    """A sentence for the status bar."""

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks = tasks
        self.opened: OpenCorpus | None = None
        self.song: SongData | None = None
        self.time = 0.0
        self.playing = False
        self.speed = 1.0
        self.loop = False
        self.range: tuple[int, int] | None = None
        self.word: int | None = None
        self.pair: tuple[int, int] | None = None
        self.lit: tuple[int, ...] = ()
        self.companions: tuple[Companion, ...] = ()
        self.threshold = 0.0
        self.protocol = "inductive"
        self.method = "xmied"

    # -- corpus -----------------------------------------------------------------------------------

    def open(self, folder: Path, then: Callable[[], None] | None = None,
             failed: Callable[[Failure], None] | None = None, first: str | None = None) -> None:
        """Open a corpus; the first song is loaded unless the song shown is in it. ``then`` runs once it is open.

        Where no corpus is open, the song ``first`` (or the first song) is shown while the codes are still read.
        """
        protocol, other = self.protocol, self.opened is not None
        previewed = False

        def preview(song: SongData) -> None:
            nonlocal previewed
            previewed = True
            self._set_song(song)

        def work(report: Report) -> OpenCorpus:
            # Of a window that shows nothing yet the first picture need not wait for codes.
            return open_corpus(folder, protocol, None if other else report.partial, first)

        def done(opened: OpenCorpus) -> None:
            older, self.opened = self.opened, opened
            shown = self.song.song.song_id if self.song else None
            same = (older is not None and older.folder == opened.folder) or previewed
            ids = [song.song_id for song in opened.songs]
            # The song first: work that the rest of the window starts then waits for it.
            if same and shown in ids:
                self._load(shown, lambda: None, keep=True)
            elif ids:
                # Even where it has the name of the song shown: that one is of another corpus.
                self._load(ids[0], lambda: None, keep=False)
            self.corpus_changed.emit()
            if not ids:
                self._set_song(None)
            if then is not None:
                then()

        def in_vain(failure: Failure) -> None:
            if previewed and self.opened is None:
                self._set_song(None)
            (failed or self.tasks.failed.emit)(failure)

        self.tasks.start(work, key="open corpus", done=done, partial=preview, failed=in_vain,
                         title=self.tr("Opening {name}").format(name=folder.name), urgent=True)

    @property
    def reading(self) -> bool:
        """Whether a song is shown already while the codes of its corpus are still read."""
        return self.opened is None and self.song is not None

    def reload(self) -> None:
        """Read the corpus again after something wrote to it; the song, time and range shown are kept."""
        if self.opened is not None:
            self.open(self.opened.folder)

    def set_protocol(self, protocol: str) -> None:
        """inductive, leave-one-song-out or transductive: which songs the NPMI is counted on."""
        if protocol != self.protocol:
            self.protocol = protocol
            self.protocol_changed.emit(protocol)
            self.reload()

    def set_method(self, method: str) -> None:
        """How the search scores: see :data:`core.retrieval.protocol.METHODS`."""
        if method != self.method:
            self.method = method
            self.method_changed.emit(method)

    # -- song -------------------------------------------------------------------------------------

    def show_song(self, song_id: str, then: Callable[[], None] | None = None) -> None:
        """Load a song in a worker and show it from its start; ``then`` runs when it is there."""
        if self.song is not None and self.song.song.song_id == song_id and not self.tasks.is_running("song"):
            if then is not None:
                then()
            return
        self._load(song_id, then or (lambda: None), keep=False)

    def go(self, song_id: str, start: int, stop: int | None = None, *, play: bool = False, loop: bool = False,
           word: int | None = None, pair: tuple[int, int] | None = None) -> None:
        """Show frame ``start`` of a song, with the range up to ``stop`` chosen; play or loop it if asked."""
        def there() -> None:
            self.set_range(None if stop is None else (start, stop))
            self.seek(start / FPS)
            self.set_word(word)
            if pair is not None:
                self.set_pair(pair)
            if loop:
                self.set_loop(True)
            if play:
                self.set_playing(True)

        self.show_song(song_id, there)

    def _load(self, song_id: str | None, then: Callable[[], None], *, keep: bool) -> None:
        opened = self.opened
        if opened is None or song_id is None:
            return

        def done(data: SongData) -> None:
            self._set_song(data, keep=keep)
            then()

        known = self.song if keep else None
        self.tasks.start(lambda _report: load_song(opened.corpus, song_id, opened.view, known), key="song", done=done,
                         urgent=True)

    def _set_song(self, data: SongData | None, *, keep: bool = False) -> None:
        self.song = data
        if not keep:
            self.time = 0.0
            self.range = None
            self.word = None
            self.companions = ()
            self.lit = ()
        self.song_changed.emit()
        if not keep:
            self.range_changed.emit()
            self.word_changed.emit()
            self.companions_changed.emit()
            self.lit_changed.emit()
            self.seeked.emit(self.time)
            self.time_changed.emit(self.time)

    # -- time -------------------------------------------------------------------------------------

    @property
    def frame(self) -> int:
        """The frame shown: the one that ``time`` lies in."""
        last = len(self.song) - 1 if self.song else 0
        # A hair is added so that frame / 30 * 30 does not fall into the frame before.
        return min(max(int(np.floor(self.time * FPS + 1e-6)), 0), max(last, 0))

    def seek(self, seconds: float) -> None:
        """Jump to a time of the motion (kept inside the song)."""
        end = (len(self.song) - 1) / FPS if self.song and len(self.song) else 0.0
        self.time = min(max(float(seconds), 0.0), max(end, 0.0))
        self.seeked.emit(self.time)
        self.time_changed.emit(self.time)

    def step(self, frames: int) -> None:
        """Go some frames on or back."""
        self.seek((self.frame + frames) / FPS)

    def advance(self, seconds: float) -> None:
        """For the transport alone: time went on to this by playing."""
        self.time = float(seconds)
        self.time_changed.emit(self.time)

    def set_playing(self, playing: bool) -> None:
        """Play or pause."""
        if playing != self.playing and (self.song is not None or not playing):
            self.playing = playing
            self.playing_changed.emit(playing)

    def set_speed(self, speed: float) -> None:
        """Playback speed, 0.25 to 2.0 (pitch is kept)."""
        speed = min(max(round(float(speed), 3), 0.25), 2.0)
        if speed != self.speed:
            self.speed = speed
            self.speed_changed.emit(speed)

    def set_loop(self, loop: bool) -> None:
        """Repeat the range (or the whole song where none is chosen)."""
        if loop != self.loop:
            self.loop = loop
            self.loop_changed.emit(loop)

    # -- choices ----------------------------------------------------------------------------------

    def set_range(self, frames: tuple[int, int] | None) -> None:
        """Choose frames (start, stop), stop exclusive; an empty range is None."""
        if frames is not None and self.song is not None:
            start, stop = sorted((int(frames[0]), int(frames[1])))
            start, stop = max(start, 0), min(stop, len(self.song))
            frames = (start, stop) if stop > start else None
        if frames != self.range:
            self.range = frames
            self.range_changed.emit()

    def set_word(self, word: int | None) -> None:
        """Choose a word of the song."""
        if word != self.word:
            self.word = word
            self.word_changed.emit()

    def set_pair(self, pair: tuple[int, int] | None) -> None:
        """Choose a gesture: a pair of a lyric and a dance code."""
        if pair != self.pair:
            self.pair = pair
            self.pair_changed.emit()

    def set_lit(self, joints: tuple[int, ...]) -> None:
        """Light joints in the player."""
        if joints != self.lit:
            self.lit = joints
            self.lit_changed.emit()

    def set_companions(self, companions: tuple[Companion, ...]) -> None:
        """Show other dancers beside the song's own."""
        self.companions = companions
        self.companions_changed.emit()

    def set_threshold(self, threshold: float) -> None:
        """From which NPMI on frames count as positive."""
        threshold = min(max(float(threshold), 0.0), 1.0)
        if threshold != self.threshold:
            self.threshold = threshold
            self.threshold_changed.emit(threshold)

    def next_positive(self, direction: int = 1) -> int | None:
        """Start of the next (1) or previous (-1) run of frames above the threshold in the song, or None."""
        if self.song is None or not len(self.song):
            return None
        positive = np.nan_to_num(self.song.npmi, nan=-1.0) > self.threshold
        starts = np.flatnonzero(positive & ~np.concatenate([[False], positive[:-1]]))
        found: Any = starts[starts > self.frame] if direction > 0 else starts[starts < self.frame]
        if not len(found):
            return None
        return int(found[0] if direction > 0 else found[-1])
