"""The worker class, the child process, the session and the QPainter figure."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import weakref

import numpy as np
import pytest

from core.corpus.store import Corpus
from core.errors import Cancelled, SettingsError
from core.pipeline.song import Dance
from core.pipeline.view import CorpusView
from core.skeleton import FPS, REST_POSITIONS
from gui.state.session import Session
from gui.work.collector import Collector
from gui.work.process import ChildError, in_process
from gui.work.tasks import Failure, Tasks


def double(value, progress):
    for i in range(3):
        progress(i / 3, f"step {i}")
    return value * 2


def complain(progress):
    raise SettingsError("The sentence.")


def crash(progress):
    raise ZeroDivisionError("oops")


def linger(progress):
    time.sleep(60)


def test_work_runs_outside_the_gui_thread_and_returns_inside_it(qtbot, tasks):
    seen = []
    tasks.start(lambda report: threading.current_thread(), key="a",
                done=lambda thread: seen.append((thread, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] is not seen[0][1]
    assert seen[0][1] is threading.main_thread()


def test_newer_work_of_a_key_drops_the_older(qtbot, tasks):
    results = []
    started = threading.Event()

    def slow(report):
        started.set()
        while True:
            report(0.5)
            time.sleep(0.01)

    tasks.start(slow, key="search", done=results.append)
    started.wait(5)
    for value in range(5):
        tasks.start(lambda report, value=value: value, key="search", done=results.append)
    qtbot.waitUntil(lambda: bool(results))
    qtbot.wait(100)
    assert results == [4]
    assert not tasks.running


def test_partial_results_come_in_order_and_stop_with_cancel(qtbot, tasks):
    partial = []

    def work(report):
        for i in range(1000):
            report.partial(i)
            time.sleep(0.005)

    task = tasks.start(work, key="k", partial=partial.append)
    qtbot.waitUntil(lambda: len(partial) >= 3)
    task.cancel()
    count = len(partial)
    qtbot.waitUntil(lambda: not tasks.running)
    assert partial == list(range(count))


def test_errors_come_as_sentences(qtbot, tasks):
    failures: list[Failure] = []
    tasks.failed.connect(failures.append)

    def bad(report):
        raise SettingsError("Choose another folder.")

    tasks.start(bad, key="x", title="Doing")
    tasks.start(lambda report: 1 / 0, key="y", title="Dividing")
    qtbot.waitUntil(lambda: len(failures) == 2)
    found = {f.title: f for f in failures}
    assert found["Doing"].expected
    assert found["Doing"].sentence == "Choose another folder."
    assert not found["Dividing"].expected
    assert "ZeroDivisionError" in found["Dividing"].details


def test_shutdown_cancels_everything(qtbot):
    tasks = Tasks()
    tasks.start(lambda report: [(report(0.1), time.sleep(0.01)) for _ in range(100_000)], key="long")
    start = time.monotonic()
    assert tasks.shutdown(5.0)
    assert time.monotonic() - start < 2.0
    assert tasks.start(lambda report: 1, key="late").cancelled


def test_work_aside_is_done_one_by_one_and_after_what_is_urgent(qtbot, tasks):
    release, log, running = threading.Event(), [], []

    def aside(report, name):
        running.append(name)
        assert len(running) == 1
        log.append(name)
        time.sleep(0.05)
        running.remove(name)

    tasks.start(lambda report: release.wait(10), key="urgent", urgent=True, done=lambda _: log.append("urgent"))
    for name in "abc":
        tasks.start(lambda report, name=name: aside(report, name), key=name, aside=True)
    qtbot.wait(300)
    assert log == []
    release.set()
    qtbot.waitUntil(lambda: len(log) == 4)
    assert log[0] == "urgent"
    assert sorted(log[1:]) == ["a", "b", "c"]
    qtbot.waitUntil(lambda: not tasks.running)


def test_work_aside_that_waits_can_be_cancelled(qtbot, tasks):
    release, log = threading.Event(), []
    tasks.start(lambda report: release.wait(10), key="urgent", urgent=True)
    waiting = tasks.start(lambda report: log.append("begun"), key="aside", aside=True)
    waiting.cancel()
    qtbot.waitUntil(lambda: waiting not in tasks.running)
    release.set()
    qtbot.waitUntil(lambda: not tasks.running)
    assert log == []


def test_child_process_returns_reports_and_fails():
    seen = []
    assert in_process(double, 21, progress=lambda f, m="": seen.append((f, m))) == 42
    with pytest.raises(SettingsError.__mro__[1], match=r"The sentence\."):
        in_process(complain, progress=lambda f, m="": None)
    with pytest.raises(ChildError, match="ZeroDivisionError"):
        in_process(crash, progress=lambda f, m="": None)


def test_cancelling_kills_the_child():
    begin = time.monotonic()

    def progress(fraction, message=""):
        if time.monotonic() - begin > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        in_process(linger, progress=progress)
    assert time.monotonic() - begin < 5


def test_session_opens_a_corpus_and_walks_it(qtbot, session):
    song = session.song
    assert song.coded
    assert len(song) == song.song.frames == len(song.npmi)
    session.seek(1.0)
    assert session.frame == FPS
    session.step(-1)
    assert session.frame == FPS - 1
    for frame in range(0, len(song), 7):
        session.seek(frame / FPS)
        assert session.frame == frame
    session.seek(1e9)
    assert session.frame == len(song) - 1
    session.set_range((50, 20))
    assert session.range == (20, 50)
    session.set_range((9, 9))
    assert session.range is None
    session.seek(0)
    starts = []
    while (found := session.next_positive()) is not None:
        session.seek(found / FPS)
        starts.append(found)
    positive = np.nan_to_num(song.npmi) > 0
    expected = np.flatnonzero(positive & ~np.r_[False, positive[:-1]])
    assert starts == [f for f in expected.tolist() if f > 0]


def test_a_song_of_another_corpus_is_another_song_whatever_its_name(qtbot, session, built_corpus, tmp_path):
    import shutil

    shown = session.song
    other = shutil.copytree(built_corpus, tmp_path / "other")
    session.open(other)
    qtbot.waitUntil(lambda: session.opened.folder == other and session.song is not shown, timeout=20_000)
    assert session.song.song.song_id == session.opened.songs[0].song_id


@pytest.mark.parametrize("wanted", [None, "last", "no such song"])
def test_the_first_song_is_shown_while_the_codes_are_read(qtbot, tasks, built_corpus, monkeypatch, wanted):
    gate = threading.Event()

    class Slow(CorpusView):
        def __init__(self, *given):
            gate.wait(20.0)
            super().__init__(*given)

    monkeypatch.setattr("gui.state.opened.CorpusView", Slow)
    session = Session(tasks)
    with Corpus.open(built_corpus) as corpus:
        ids = [song.song_id for song in corpus.songs()]
    first = ids[-1] if wanted == "last" else wanted
    session.open(built_corpus, first=first)
    qtbot.waitUntil(lambda: session.song is not None, timeout=20_000)
    preview = session.song
    assert session.opened is None
    assert preview.song.song_id == (ids[-1] if wanted == "last" else ids[0])
    assert not preview.coded
    session.seek(1.0)
    gate.set()
    qtbot.waitUntil(lambda: session.opened is not None and session.song.coded, timeout=20_000)
    assert session.song.song.song_id == preview.song.song_id
    assert session.song.dance is preview.dance
    assert session.frame == FPS


def test_a_song_shown_early_goes_where_its_corpus_cannot_be_opened(qtbot, tasks, built_corpus, monkeypatch):
    session, faults = Session(tasks), []

    def broken(*_given):
        message = "no memory"
        raise MemoryError(message)

    monkeypatch.setattr("gui.state.opened.CorpusView", broken)
    session.open(built_corpus, failed=faults.append)
    qtbot.waitUntil(lambda: bool(faults), timeout=20_000)
    assert session.song is None
    assert session.opened is None


def test_going_to_a_place_in_another_song(qtbot, session):
    other = session.opened.songs[-1].song_id
    session.go(other, 40, 70, loop=True, pair=(1, 2))
    qtbot.waitUntil(lambda: session.song.song.song_id == other and session.range == (40, 70))
    assert session.frame == 40
    assert session.loop
    assert session.pair == (1, 2)


def test_protocol_changes_the_values_and_keeps_the_place(qtbot, session):
    session.seek(2.0)
    before = session.opened
    session.set_protocol("transductive")
    qtbot.waitUntil(lambda: session.opened is not before and session.opened.protocol == "transductive")
    qtbot.waitUntil(lambda: not session.tasks.running)
    assert session.frame == 2 * FPS


def test_the_figure_is_drawn_within_its_picture(qapp):
    from gui.draw.colours import DARK, LIGHT
    from gui.draw.figure import Style, render

    dance = Dance(REST_POSITIONS[None].astype(np.float32), np.array([[0, 0, 1]], np.float32))
    for theme in (LIGHT, DARK):
        image = render(dance, 0, 200, 300, Style(theme, floor=False, shadow=False))
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(300, 200, 4)[:, :, 2::-1].astype(int)
        drawn = np.abs(pixels - np.array(theme.background)).sum(axis=2) > 30
        rows = np.flatnonzero(drawn.any(axis=1))
        assert 0.75 * 300 < rows[-1] - rows[0] < 300
        assert drawn.mean() > 0.05
        assert not drawn[0].any()
        assert not drawn[-1].any()


def test_the_camera_projects_as_its_matrices_do():
    from gui.draw.camera import Camera

    camera = Camera(target=(0.1, 0.9, -0.2), azimuth=35, elevation=20, distance=3)
    points = np.random.default_rng(0).normal(size=(20, 3))
    clip = np.c_[points, np.ones(20)] @ (camera.projection_matrix(4 / 3) @ camera.view_matrix()).T
    ndc = clip[:, :2] / clip[:, 3:]
    expected = np.c_[(ndc[:, 0] + 1) * 320, (1 - ndc[:, 1]) * 240]
    np.testing.assert_allclose(camera.project(points, 640, 480)[:, :2], expected, atol=1e-6)


def test_npmi_colours_are_neutral_at_zero_and_differ_by_sign():
    from gui.draw.colours import npmi_rgb

    for dark in (False, True):
        zero, low, high = (npmi_rgb(v, dark=dark).astype(int) for v in (0.0, -0.6, 0.6))
        assert np.ptp(zero) < 12
        assert low[2] > low[0] + 30
        assert high[0] > high[2] + 30
        assert (npmi_rgb(float("nan"), dark=dark) == zero).all()


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a niceness of their own on Linux alone")
def test_work_lets_the_windows_thread_go_first(qtbot, monkeypatch):
    monkeypatch.setattr("gui.work.threads.NICE", NICE)
    tasks, nice = Tasks(), []
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    tasks.start(lambda _report: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), key="nice",
                done=nice.append)
    qtbot.waitUntil(lambda: bool(nice))
    tasks.shutdown()
    assert nice == [min(max(NICE, own), 19)]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own


def test_a_turn_of_the_collector_never_looks_through_very_many_objects(qapp):
    collector = Collector()
    try:
        for count, kept in ((2_000, False), (100_000, True)):
            loops = [[] for _ in range(count)]
            for loop in loops:
                loop.append(loop)
            watched = Loop()
            watched.own = watched
            gone = weakref.ref(watched)
            frozen = gc.get_freeze_count()
            del loops, loop, watched
            collector.collect()
            assert (gone() is not None) == kept
            assert (gc.get_freeze_count() - frozen > 90_000) == kept
    finally:
        collector.stop()
        gc.collect()
        assert gone() is None


def test_garbage_in_small_portions_is_collected_however_long_it_goes_on(qapp):
    collector = Collector()
    try:
        frozen = gc.get_freeze_count()
        for _ in range(500):
            loops = [[] for _ in range(1_000)]
            for loop in loops:
                loop.append(loop)
            watched = Loop()
            watched.own = watched
            gone = weakref.ref(watched)
            del loops, loop, watched
            collector.collect()
            assert gone() is None
        assert gc.get_freeze_count() <= frozen
    finally:
        collector.stop()


NICE = 5


class Loop:
    """Refers to itself."""

    own: Loop
