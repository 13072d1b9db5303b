"""Looping thumbnails: really drawn, moving, bounded, and at rest when nobody looks."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QApplication

from core.pipeline.browse import Place
from gui.thumbs.loops import Loops, LoopThumb, loops_of
from gui.thumbs.pictures import picked_frames

SIZE = QSize(90, 110)


def pixels(pixmap) -> np.ndarray:
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).astype(int)


def moving_place(session, length=45) -> Place:
    """A stretch in which the dancer really moves."""
    positions = session.song.dance.positions
    travel = np.linalg.norm(np.diff(positions, axis=0), axis=2).sum(axis=1)
    start = int(np.argmax(np.convolve(travel, np.ones(length), "valid")))
    return Place(session.song.song.song_id, start, start + length)


@pytest.fixture
def loops(session):
    return Loops(session, session)


def wait_for(qtbot, loops, place, *, moving=True, size=SIZE):
    def there() -> bool:
        loops.frame(place, size, 1.0, loops.seconds if moving else None)
        entry = next((e for k, e in loops._entries.items() if (k[2], k[3]) == (place.start, place.stop)), None)
        return entry is not None and (entry.failed or bool(entry.moving if moving else entry.still))

    qtbot.waitUntil(there, timeout=10_000)


def test_the_picture_shows_a_dancer_that_moves(qtbot, session, loops):
    place = moving_place(session)
    assert loops.frame(place, SIZE, 1.0, 0.0) is None
    wait_for(qtbot, loops, place)
    first = pixels(loops.frame(place, SIZE, 1.0, 0.0))
    later = pixels(loops.frame(place, SIZE, 1.0, 0.9))
    assert first.shape == (SIZE.height(), SIZE.width(), 4)
    body = first[:, :, 3] == 255
    rows = np.flatnonzero(body.any(axis=1))
    assert rows[-1] - rows[0] > 0.5 * SIZE.height()
    assert 0.04 < body.mean() < 0.6
    assert (np.abs(first - later).max(axis=2) > 40).mean() > 0.01
    # The loop comes round: its length is 1.5 s, and it rests for 0.4 s.
    assert (pixels(loops.frame(place, SIZE, 1.0, 1.9)) == first).all()


def test_a_still_picture_is_drawn_alone_and_does_not_keep_the_clock_going(qtbot, session, loops):
    place = moving_place(session)
    wait_for(qtbot, loops, place, moving=False)
    assert loops.frame(place, SIZE, 1.0, None) is not None
    assert loops.cached_bytes == SIZE.width() * SIZE.height() * 4
    qtbot.waitUntil(lambda: not loops.ticking, timeout=4_000)


def test_dense_screens_get_denser_pictures(qtbot, session, loops):
    place = moving_place(session)
    qtbot.waitUntil(lambda: loops.frame(place, SIZE, 2.0, None) is not None, timeout=10_000)
    pixmap = loops.frame(place, SIZE, 2.0, None)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (2 * SIZE.width(), 2.0)


def test_the_cache_is_bounded_and_forgets_the_oldest(qtbot, session):
    one = SIZE.width() * SIZE.height() * 4
    loops = Loops(session, session, limit=45 * one)
    song = session.song.song
    places = [Place(song.song_id, start, start + 30) for start in range(0, 300, 10)]
    for place in places:
        wait_for(qtbot, loops, place, moving=False)
        wait_for(qtbot, loops, place)
        assert loops.cached_bytes <= 45 * one
    assert loops.cached_bytes == sum(e.size for e in loops._entries.values())
    kept = {(key[2], key[3]) for key in loops._entries}
    assert (places[-1].start, places[-1].stop) in kept
    assert (places[0].start, places[0].stop) not in kept


def test_requests_that_nobody_renews_are_dropped_and_the_newest_comes_first(qtbot, session, loops):
    song = session.song.song.song_id
    ready = []
    loops.ready.connect(ready.append)
    places = [Place(song, start, start + 60) for start in range(0, 600, 6)]
    for place in places:
        loops.request(place, QSize(300, 360))
    qtbot.waitUntil(lambda: not loops.waiting, timeout=10_000)
    qtbot.waitUntil(lambda: not session.tasks.running, timeout=10_000)
    assert 0 < len({p.start for p in ready}) < len(places)
    # The worker may have taken the very first before the others came.
    assert places[-1] in ready[:2]


def test_colours_follow_the_theme(qtbot, session, loops):
    place = moving_place(session)
    wait_for(qtbot, loops, place, moving=False)
    light = pixels(loops.frame(place, SIZE, 1.0, None))
    before = QApplication.palette()
    dark = QPalette(before)
    dark.setColor(QPalette.ColorRole.Window, Qt.GlobalColor.black)
    try:
        QApplication.setPalette(dark)
        qtbot.waitUntil(lambda: loops.frame(place, SIZE, 1.0, None) is not None, timeout=10_000)
        assert (pixels(loops.frame(place, SIZE, 1.0, None)) != light).any()
    finally:
        QApplication.setPalette(before)


def test_what_cannot_be_drawn_is_asked_for_once(qtbot, session, loops):
    song = session.song.song
    beyond = Place(song.song_id, song.frames + 10, song.frames + 20)
    wait_for(qtbot, loops, beyond, moving=False)
    assert loops.has_failed(beyond, SIZE, 1.0)
    assert loops.frame(beyond, SIZE, 1.0, None) is None
    assert not loops.waiting
    assert loops.has_failed(Place("no such song", 0, 30), SIZE, 1.0)
    assert loops.frame(Place(song.song_id, 5, 5), SIZE, 1.0, 0.0) is None


def test_a_thumb_plays_and_is_clicked(qtbot, session, shown):
    loops = loops_of(session)
    assert loops_of(session) is loops
    thumb = LoopThumb(loops)
    place = moving_place(session)
    thumb.set_place(place)
    shown(thumb, 100, 120)
    grabs = []

    def changes() -> bool:
        grabs.append(pixels(thumb.grab()))
        return any((g != grabs[-1]).any() for g in grabs[-4:-1]) and len(loops._entries) > 0 and all(
            e.moving for e in loops._entries.values())

    qtbot.waitUntil(changes, timeout=10_000)
    with qtbot.waitSignal(thumb.clicked) as caught:
        qtbot.mouseClick(thumb, Qt.MouseButton.LeftButton)
    assert caught.args == [place]
    with qtbot.waitSignal(thumb.clicked):
        qtbot.keyClick(thumb, Qt.Key.Key_Return)
    thumb.hide()
    qtbot.waitUntil(lambda: not loops.ticking, timeout=4_000)


def test_still_pictures_stay_still_and_the_setting_is_kept(qtbot, session, shown, loops):
    place = moving_place(session)
    wait_for(qtbot, loops, place)
    loops.set_still(True)
    first = loops.frame(place, SIZE, 1.0, 0.0)
    assert (pixels(first) == pixels(loops.frame(place, SIZE, 1.0, 0.8))).all()
    assert Loops(session).still
    loops.set_still(False)
    assert (pixels(loops.frame(place, SIZE, 1.0, 0.0)) != pixels(loops.frame(place, SIZE, 1.0, 0.8))).any()


def test_frames_are_picked_evenly():
    assert picked_frames(30, 100) == list(range(0, 30, 3))
    assert len(picked_frames(300, 20)) == 20
    assert picked_frames(300, 20)[-1] == 285
    assert picked_frames(0, 10) == []
    assert picked_frames(1, 10) == [0]
