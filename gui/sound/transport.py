"""Drives the session's time while it plays: by the sound device's clock, or by the monotonic one where it is silent."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QSettings, Qt, QTimer, Signal

from core.skeleton import FPS
from gui.sound.library import SoundLibrary
from gui.sound.pump import Order, Pump, Snapshot
from gui.sound.route import Plan, Route
from gui.sound.voice import Sound
from gui.state.session import Session
from gui.work.tasks import Failure

_PICTURE: Final = 16
_PATIENCE: Final = 0.35
"""Seconds the picture waits for the sound before it starts without."""
_KEY: Final = "decode sound"


@dataclass(frozen=True)
class _Run:
    """What is being played: an order to the pump, and how the picture goes while nothing is heard.

    ``since`` is the monotonic second at which the picture left the start of ``route``; None while it waits for the
    sound, until ``deadline`` at the latest.
    """

    number: int
    plan: Plan
    route: Route
    since: float | None
    deadline: float
    heard: bool = False


class Transport(QObject):
    """Plays the session's song while ``session.playing``: sound and time.

    Parameters
    ----------
    session : Session
    parent : QObject, optional

    Attributes
    ----------
    volume : float
        0 to 1, kept in the settings.
    muted : bool
    count_in : int
        Clicks before playing starts from a pause; 0 for none.
    delay : float
        Seconds by which the speakers lag behind what the system says of them (wireless headphones).
    """

    volume_changed = Signal(float)
    muted_changed = Signal(bool)
    count_in_changed = Signal(int)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        settings = QSettings()
        self.volume = min(max(_number(settings.value("sound/volume"), 0.8), 0.0), 1.0)
        self.delay = min(max(_number(settings.value("sound/delay"), 0.0), -1.0), 1.0)
        self.count_in = int(min(max(_number(settings.value("sound/count_in"), 0.0), 0.0), 8.0))
        self.muted = False
        self._pump = Pump()
        self._pump.set_gain(_gain(self.volume))
        self._pump.set_delay(self.delay)
        self._library = SoundLibrary()
        self._sound: Sound | None = None
        self._wanted: str | None = None
        self._numbers = itertools.count(1)
        self._run: _Run | None = None
        self._once: tuple[int, int] | None = None
        self._shown: tuple[Route, float] | None = None
        self._seeking = False
        self._told: set[str] = set()
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_PICTURE)
        self._timer.timeout.connect(self._tick)
        self._prefetch = QTimer(self)
        self._prefetch.setSingleShot(True)
        self._prefetch.setInterval(250)
        self._prefetch.timeout.connect(self._decode)
        session.playing_changed.connect(self._on_playing)
        session.seeked.connect(self._on_seeked)
        session.speed_changed.connect(self._on_speed)
        session.loop_changed.connect(self._on_plan)
        session.range_changed.connect(self._on_plan)
        session.song_changed.connect(self._on_song)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)
        self._on_song()

    # -- for the window ---------------------------------------------------------------------------

    @property
    def audible(self) -> bool:
        """Whether the picture is following sound from a device now."""
        return self._run is not None and self._run.heard

    @property
    def loaded(self) -> bool:
        """Whether the song's sound has been decoded."""
        return self._sound is not None

    def play_once(self, start: int, stop: int) -> None:
        """Play frames ``start`` to ``stop`` (exclusive) once, then stop."""
        if self._session.song is None or stop <= start:
            return
        self._jump(start / FPS)
        self._once = (start, stop)
        if self._session.playing:
            self._start()
        else:
            self._session.set_playing(True)

    def set_volume(self, volume: float) -> None:
        """Loudness, 0 to 1; turning it up ends muting."""
        volume = min(max(float(volume), 0.0), 1.0)
        if volume != self.volume:
            louder = volume > self.volume
            self.volume = volume
            QSettings().setValue("sound/volume", volume)
            if louder and self.muted:
                self.set_muted(False)
            self._set_gain()
            self.volume_changed.emit(volume)

    def set_muted(self, muted: bool) -> None:
        """Silence without losing the volume."""
        if muted != self.muted:
            self.muted = muted
            self._set_gain()
            self.muted_changed.emit(muted)

    def set_count_in(self, beats: int) -> None:
        """Clicks before playing starts from a pause, in the tempo of the song; 0 for none."""
        beats = min(max(int(beats), 0), 8)
        if beats != self.count_in:
            self.count_in = beats
            QSettings().setValue("sound/count_in", beats)
            self.count_in_changed.emit(beats)

    def set_delay(self, seconds: float) -> None:
        """By how much the speakers lag behind what the system says, -1 to 1 s."""
        self.delay = min(max(float(seconds), -1.0), 1.0)
        self._pump.set_delay(self.delay)
        QSettings().setValue("sound/delay", self.delay)

    def close(self) -> bool:
        """Stop everything at once; returns whether the sound's thread has ended. Nothing plays afterwards."""
        if not self._closed:
            self._closed = True
            self._timer.stop()
            self._prefetch.stop()
            self._run = None
            self._session.tasks.cancel(_KEY)
            self._session.set_playing(False)
        return self._pump.close()

    # -- the session says -------------------------------------------------------------------------

    def _on_playing(self, playing: bool) -> None:
        if self._closed:
            return
        if not playing:
            self._timer.stop()
            self._run = None
            self._once = None
            self._pump.stop()
            return
        session = self._session
        if session.song is None or not len(session.song):
            session.set_playing(False)
            return
        if self._once is None:
            loop = self._plan().loop
            if loop is not None and session.loop and not loop[0] <= session.time < loop[1]:
                self._jump(loop[0])
            elif session.frame >= len(session.song) - 1:
                self._jump(0.0)
        self._start(count_in=True)
        self._timer.start()

    def _on_seeked(self, _time: float) -> None:
        if self._seeking:
            return
        self._once = None
        if self._session.playing:
            self._start()

    def _on_speed(self, _speed: float) -> None:
        self._go_on()

    def _on_plan(self, *_: object) -> None:
        self._go_on()

    def _on_song(self) -> None:
        self._once = None
        song = self._session.song
        path = song.song.audio if song is not None else ""
        if path != self._wanted or (song is not None and self._sound is not None
                                    and self._sound.shift != song.song.shift):
            self._session.tasks.cancel(_KEY)
            self._sound, self._wanted = None, path
            if path:
                self._prefetch.start()
            else:
                self._prefetch.stop()
        if self._session.playing:
            if song is None or not len(song):
                self._session.set_playing(False)
            else:
                self._start()

    # -- sound ------------------------------------------------------------------------------------

    def _decode(self) -> None:
        """Fetch the song's sound in a worker, unless it is here or under way."""
        self._prefetch.stop()
        song = self._session.song
        if self._closed or song is None or self._sound is not None or not song.song.audio:
            return
        if self._session.tasks.is_running(_KEY):
            return
        path, shift = song.song.audio, song.song.shift

        def done(sound: Sound) -> None:
            if not self._closed and path == self._wanted:
                self._sound = replace(sound, shift=shift)
                self._join()

        def failed(failure: Failure) -> None:
            if path == self._wanted:
                self._say(path, self.tr("Playing without sound: {reason}").format(reason=failure.sentence))

        self._session.tasks.start(lambda _report: self._library.load(path), key=_KEY, done=done, failed=failed)

    def _say(self, about: str, sentence: str) -> None:
        """Tell something once."""
        if about not in self._told:
            self._told.add(about)
            self._session.message.emit(sentence)

    def _say_trouble(self, trouble: str) -> None:
        if trouble == "module":
            self._say(trouble, self.tr("Playing without sound: Qt's multimedia module does not load; "
                                       "on Linux install libpulse0."))
        elif trouble in {"device", "start"}:
            self._say("device", self.tr("Playing without sound: there is no sound device that can be opened."))
        else:
            self._say(trouble, self.tr("Playing without sound: {fault}").format(fault=trouble))

    def _set_gain(self) -> None:
        self._pump.set_gain(0.0 if self.muted else _gain(self.volume))

    # -- playing ----------------------------------------------------------------------------------

    def _plan(self) -> Plan:
        session = self._session
        seconds = session.song.seconds if session.song is not None else 0.0
        loop = None
        if session.loop:
            loop = (session.range[0] / FPS, session.range[1] / FPS) if session.range else (0.0, seconds)
        once = (self._once[0] / FPS, self._once[1] / FPS) if self._once else None
        return Plan(seconds, loop, once)

    def _jump(self, seconds: float) -> None:
        """A seek of our own."""
        self._seeking = True
        try:
            self._session.seek(seconds)
        finally:
            self._seeking = False

    def _start(self, *, count_in: bool = False) -> None:
        """Play from the session's time."""
        session, now = self._session, time.monotonic()
        song = session.song
        if song is None or self._closed:
            return
        plan, number = self._plan(), next(self._numbers)
        route = plan.route(session.time)
        self._shown = None
        clicks = (self.count_in, self._beat()) if count_in and self.count_in else (0, 0.0)
        ahead = clicks[0] * clicks[1]
        if self._sound is None:
            self._run = _Run(number, plan, route, now + ahead, 0.0)
            self._pump.stop()
            if song.song.audio:
                self._decode()
            else:
                opened = session.opened
                self._say(f"silent {opened.folder if opened else ''}",
                          self.tr("“{title}” has no sound file: it plays silently.").format(title=song.song.title))
            return
        self._run = _Run(number, plan, route, None, now + ahead + _PATIENCE)
        self._pump.play(Order(number, self._sound, plan, session.speed, session.time, clicks=clicks))

    def _join(self) -> None:
        """The sound has come while the picture runs already: let it fall in."""
        run = self._run
        if run is not None and run.since is not None and self._sound is not None:
            self._pump.play(Order(run.number, self._sound, run.plan, self._session.speed, run.route.begin, run.since))

    def _go_on(self) -> None:
        """Speed, loop or range have changed: go on from here without a gap."""
        run, session, now = self._run, self._session, time.monotonic()
        if run is None or session.song is None or not session.playing:
            return
        plan, number = self._plan(), next(self._numbers)
        begin = session.time
        loop = plan.loop
        if plan.once is None and loop is not None and begin >= loop[1] and session.range is not None:
            # A range that has moved away behind the playhead is gone back to.
            self._jump(loop[0])
            self._start()
            return
        if run.heard and self._sound is not None:
            self._run = replace(run, number=number, plan=plan)
            self._pump.play(Order(number, self._sound, plan, session.speed, begin, onward=True))
        elif run.since is None:
            self._start()
        else:
            since, self._shown = max(now, run.since), None
            self._run = _Run(number, plan, plan.route(begin), since, 0.0)
            self._join()

    def _beat(self) -> float:
        """Seconds from beat to beat about here, at the present speed."""
        song = self._session.song
        every = 0.5
        if song is not None and len(song.beats) > 1:
            here = int(np.searchsorted(song.beats, self._session.time))
            near = np.diff(song.beats[max(here - 3, 0) : here + 5])
            every = float(np.median(near)) if len(near) else every
        return min(max(every, 0.2), 2.0) / self._session.speed

    # -- time -------------------------------------------------------------------------------------

    def _tick(self) -> None:
        run = self._run
        if run is None:
            return
        now = time.monotonic()
        snapshot = self._pump.snapshot
        if snapshot.trouble:
            self._say_trouble(snapshot.trouble)
        found = self._heard(run, snapshot, now)
        if found is not None:
            if not run.heard:
                self._run = replace(run, heard=True)
            route, gone = found
        else:
            run = self._unheard(run, snapshot, now)
            if run.since is None:
                return
            route, gone = run.route, max(now - run.since, 0.0) * self._session.speed
        if self._shown is not None and self._shown[0] == route:
            # Neither clock may take the picture back.
            gone = max(gone, self._shown[1])
        self._shown = (route, gone)
        if route.ended(gone):
            self._finish(route)
        else:
            self._session.advance(route.at(gone))

    def _heard(self, run: _Run, snapshot: Snapshot, now: float) -> tuple[Route, float] | None:
        """Where the sound is: its route, and how far along; None where nothing of this run is heard (yet)."""
        reading = snapshot.reading
        if reading is None or not snapshot.segments or (run.heard and not snapshot.moving):
            return None
        frame = reading.at(now)
        chosen = None
        for segment in snapshot.segments:
            if segment.frame <= frame and (segment.number == run.number or run.heard):
                chosen = segment
        if chosen is None:
            return None
        return chosen.route, chosen.at(frame, reading.rate)

    def _unheard(self, run: _Run, snapshot: Snapshot, now: float) -> _Run:
        """Nothing is heard: wait a little if the sound is about to start, else run by the monotonic clock."""
        if run.heard:
            # The device is gone or stands still: on from where the picture is, and let the sound fall in again. The
            # number is a new one, so that what the device still holds is not taken for it.
            run = _Run(next(self._numbers), run.plan, run.plan.route(self._session.time), now, 0.0)
            self._shown = None
        elif run.since is None and (now >= run.deadline or snapshot.trouble):
            run = _Run(run.number, run.plan, run.route, max(now, run.deadline - _PATIENCE), 0.0)
        else:
            return run
        self._run = run
        self._join()
        return run

    def _finish(self, route: Route) -> None:
        """The end of the route: stop on the last frame that was played."""
        last = max(round(route.stop * FPS) - 1, 0) / FPS
        self._run = None
        self._session.set_playing(False)
        self._session.advance(last)


def _gain(volume: float) -> float:
    """Amplitude of a volume; the ear wants it steeper than a straight line."""
    return volume**2


def _number(value: object, otherwise: float) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return otherwise
