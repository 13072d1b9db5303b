"""Playing: through a real QAudioSink into a null sink, and silently."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QSettings

from core.skeleton import FPS
from gui.sound.transport import Transport


def sound_threads():
    return [thread for thread in threading.enumerate() if thread.name == "sound"]


@pytest.fixture
def transport(session):
    made = Transport(session)
    yield made
    assert made.close()
    assert not sound_threads()


@pytest.fixture
def times(session):
    seen = []
    session.time_changed.connect(seen.append)
    return seen


@pytest.fixture
def said(session):
    seen = []
    session.message.connect(seen.append)
    return seen


def with_audio(session, path, shift=0.0):
    session.song = replace(session.song, song=replace(session.song.song, audio=str(path), shift=shift))
    session.song_changed.emit()


def tone(path, pitch=500.0, seconds=70.0, rate=22_050):
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate), rate)
    return path


def pitch_heard(samples, rate):
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 18))
    return np.argmax(spectrum) * rate / (1 << 18)


# -- with sound -----------------------------------------------------------------------------------


def test_sound_is_heard_and_the_picture_goes_with_it(qtbot, session, transport, sink, times, tmp_path):
    with_audio(session, tone(tmp_path / "tone.wav"))
    session.set_playing(True)
    qtbot.waitUntil(lambda: transport.audible and session.time > 0.7, timeout=10_000)
    assert times == sorted(times)
    qtbot.waitUntil(lambda: pitch_heard(sink.last(0.3), sink.rate) == pytest.approx(500, rel=0.01), timeout=5000)
    session.set_playing(False)
    stopped = session.time
    qtbot.waitUntil(lambda: np.abs(sink.last(0.2)).max() < 0.001, timeout=5000)
    assert session.time == stopped
    assert not transport.audible


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_another_speed_keeps_the_pitch(qtbot, session, transport, sink, times, tmp_path, speed):
    with_audio(session, tone(tmp_path / "tone.wav", 440.0))
    session.set_playing(True)
    qtbot.waitUntil(lambda: transport.audible and session.time > 0.2, timeout=10_000)
    before = session.time
    session.set_speed(speed)
    qtbot.waitUntil(lambda: session.time > before + 1.2 * speed, timeout=15_000)
    assert transport.audible
    assert times == sorted(times)
    assert pitch_heard(sink.last(0.5), sink.rate) == pytest.approx(440, rel=0.01)


def test_seeking_while_playing_goes_on_from_there(qtbot, session, transport, sink, times, tmp_path):
    path = tmp_path / "two.wav"
    rate = 22_050
    time = np.arange(60 * rate) / rate
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * np.where(time < 20, 400, 900) * time), rate)
    with_audio(session, path)
    session.set_playing(True)
    qtbot.waitUntil(lambda: transport.audible and session.time > 0.3, timeout=10_000)
    session.seek(21.0)
    assert session.time == 21.0
    qtbot.waitUntil(lambda: session.time > 21.5, timeout=5000)
    assert all(value < 20 or value >= 21.0 for value in times)
    assert pitch_heard(sink.last(0.2), sink.rate) == pytest.approx(900, rel=0.01)


def test_a_loop_of_half_a_second_stays_inside_and_sounds_without_gaps(qtbot, session, transport, sink, times, tmp_path):
    # 480 Hz: half a second is a whole number of periods, so a gap would be the only thing to hear.
    with_audio(session, tone(tmp_path / "tone.wav", 480.0))
    session.set_range((60, 75))
    session.set_loop(True)
    session.set_playing(True)
    assert session.time == 2.0
    qtbot.waitUntil(lambda: transport.audible, timeout=10_000)
    times.clear()
    qtbot.waitUntil(lambda: sum(b < a for a, b in pairwise(times)) >= 4, timeout=10_000)
    assert min(times) >= 2.0
    assert max(times) <= 2.5
    heard = sink.last(0.8)
    level = np.sqrt(np.convolve(heard**2, np.ones(441) / 441, "valid"))
    assert level.min() > 0.5 * level.max()


def test_muting_and_volume_are_heard(qtbot, session, transport, sink, tmp_path):
    with_audio(session, tone(tmp_path / "tone.wav"))
    transport.set_volume(1.0)
    session.set_playing(True)
    qtbot.waitUntil(lambda: np.abs(sink.last(0.1)).max(initial=0) > 0.4, timeout=10_000)
    transport.set_muted(True)
    qtbot.waitUntil(lambda: np.abs(sink.last(0.2)).max() < 0.001, timeout=5000)
    assert session.playing
    transport.set_volume(0.5)
    assert transport.muted
    transport.set_volume(0.6)
    assert not transport.muted
    qtbot.waitUntil(lambda: 0.1 < np.abs(sink.last(0.1)).max() < 0.3, timeout=5000)
    assert float(QSettings().value("sound/volume")) == 0.6


def test_another_song_while_playing_plays_on(qtbot, session, transport, sink, times):
    session.set_playing(True)
    qtbot.waitUntil(lambda: transport.audible and session.time > 0.3, timeout=10_000)
    first = session.song.song.song_id
    session.show_song(session.opened.songs[1].song_id)
    qtbot.waitUntil(lambda: session.song.song.song_id != first, timeout=10_000)
    assert session.playing
    qtbot.waitUntil(lambda: transport.audible and session.time > 0.5, timeout=10_000)
    assert session.time < 20


def test_the_shift_between_song_and_motion_is_kept(qtbot, session, transport, sink, tmp_path):
    path = tmp_path / "late.wav"
    rate = 22_050
    soundfile.write(path, np.concatenate([np.zeros(10 * rate), 0.5 * np.sin(np.arange(20 * rate) * 0.2)]), rate)
    # Second 10 of the song is second 3 of the motion.
    with_audio(session, path, shift=-7.0)
    session.seek(2.0)
    session.set_playing(True)
    qtbot.waitUntil(lambda: transport.audible and session.time > 2.2, timeout=10_000)
    assert session.time > 2.85 or np.abs(sink.last(0.2)).max() < 0.001
    qtbot.waitUntil(lambda: session.time > 3.4, timeout=5000)
    qtbot.waitUntil(lambda: np.abs(sink.last(0.2)).max() > 0.2, timeout=1000)


def test_counting_in_clicks_before_the_picture_moves(qtbot, session, transport, sink, tmp_path):
    soundfile.write(tmp_path / "silence.wav", np.zeros(40 * 22_050), 22_050)
    with_audio(session, tmp_path / "silence.wav")
    transport.set_count_in(2)
    qtbot.waitUntil(lambda: transport.loaded, timeout=5000)
    session.seek(4.0)
    session.set_playing(True)
    qtbot.waitUntil(lambda: np.abs(sink.heard()).max(initial=0) > 0.1, timeout=10_000)
    assert session.time == 4.0
    qtbot.waitUntil(lambda: session.time > 4.1, timeout=10_000)


def test_closing_while_playing_leaves_no_thread(qtbot, session, sink, times):
    transport = Transport(session)
    session.set_playing(True)
    qtbot.waitUntil(lambda: transport.audible, timeout=10_000)
    assert sound_threads()
    assert transport.close()
    assert not sound_threads()
    assert not session.playing
    count = len(times)
    session.set_playing(True)
    qtbot.wait(100)
    assert len(times) == count


# -- silently -------------------------------------------------------------------------------------


def test_a_song_without_a_sound_file_plays_silently_and_says_so_once(qtbot, session, transport, times, said):
    with_audio(session, "")
    for _ in range(2):
        session.set_playing(True)
        before = session.time
        qtbot.waitUntil(lambda before=before: session.time > before + 0.2)
        session.set_playing(False)
    assert times == sorted(times)
    assert len(said) == 1
    assert session.song.song.title in said[0]
    assert not sound_threads()


def test_a_missing_sound_file_is_named_once_and_the_picture_plays(qtbot, session, transport, said, tmp_path):
    with_audio(session, tmp_path / "gone.ogg")
    session.set_playing(True)
    qtbot.waitUntil(lambda: session.time > 0.2 and bool(said))
    session.set_playing(False)
    session.set_playing(True)
    qtbot.wait(150)
    assert len(said) == 1
    assert "gone.ogg" in said[0]


def test_the_end_stops_on_the_last_frame_and_play_starts_over(qtbot, session, transport):
    with_audio(session, "")
    last = len(session.song) - 1
    session.seek((last - 6) / FPS)
    session.set_playing(True)
    qtbot.waitUntil(lambda: not session.playing)
    assert session.frame == last
    session.set_playing(True)
    assert session.time == 0.0
    qtbot.waitUntil(lambda: 0.1 < session.time < 5)


def test_a_looped_song_comes_round(qtbot, session, transport):
    with_audio(session, "")
    session.set_loop(True)
    session.seek(session.song.seconds - 0.2)
    session.set_playing(True)
    qtbot.waitUntil(lambda: 0.05 < session.time < 5)
    assert session.playing


def test_a_range_is_played_once(qtbot, session, transport, times):
    with_audio(session, "")
    session.set_loop(True)
    transport.play_once(90, 100)
    assert session.playing
    qtbot.waitUntil(lambda: not session.playing)
    assert session.frame == 99
    assert max(times) <= 100 / FPS
    # A seek ends it: then playing goes on as always.
    transport.play_once(90, 96)
    session.seek(90 / FPS)
    qtbot.waitUntil(lambda: session.time > 3.5)


def test_speed_holds_without_sound(qtbot, session, transport, times):
    with_audio(session, "")
    session.set_speed(2.0)
    session.seek(1.0)
    session.set_playing(True)
    qtbot.waitUntil(lambda: session.time > 2.0)
    session.set_speed(0.25)
    here = session.time
    qtbot.wait(60)
    assert here <= session.time < here + 2.0
    assert times[1:] == sorted(times[1:])


def test_a_range_moved_away_is_gone_back_to(qtbot, session, transport):
    with_audio(session, "")
    session.set_range((300, 330))
    session.set_loop(True)
    session.set_playing(True)
    qtbot.waitUntil(lambda: session.time > 10.1)
    session.set_range((30, 60))
    assert session.time == 1.0
    qtbot.waitUntil(lambda: session.time > 1.1)
    assert session.time < 2.1


def test_no_song_does_not_play(qtbot, tasks):
    from gui.state.session import Session

    empty = Session(tasks)
    transport = Transport(empty)
    empty.set_playing(True)
    assert not empty.playing
    assert transport.close()
