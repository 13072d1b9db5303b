"""The demo's folder: read back by the program's own readers, resumed, replaced, and never over foreign files."""

import csv
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from core.audio.beats import read_downbeats
from core.audio.decode import load_audio
from core.corpus.sources import read_manifest
from core.demo import write_demo, writing
from core.demo.planning import plan_song
from core.errors import Cancelled, KotofuriError
from core.lyrics.read import read_lyrics
from core.motion.clip import Motion
from core.motion.vmd_motion import read_vmd
from core.pipeline.truth import read_truth
from core.skeleton import N_JOINTS, REST_OFFSETS, REST_ROOT


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "new"
    assert write_demo(folder, songs=3) == folder / "manifest.csv"
    return folder


def still(plan):
    rotations = np.zeros((plan.frames, N_JOINTS, 4), np.float32)
    rotations[..., 3] = 1
    return Motion(np.tile(REST_ROOT, (plan.frames, 1)).astype(np.float32), rotations[:, 0], rotations,
                  REST_OFFSETS.astype(np.float32), np.ones(N_JOINTS, bool))


@pytest.fixture
def quick(monkeypatch):
    """Still dances and short sounds; the list of the songs composed."""
    composed = []
    monkeypatch.setattr(writing, "compose_motion", lambda plan: composed.append(plan.song_id) or still(plan))
    monkeypatch.setattr(writing, "synthesise", lambda plan: (np.zeros(100, np.float32), 22_050))
    return composed


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".ogg"}


def test_the_manifest_is_read_without_faults(demo):
    songs, faults = read_manifest(demo / "manifest.csv")
    assert faults == []
    assert [song.song_id for song in songs] == ["demo-0000", "demo-0001", "demo-0002"]
    for i, song in enumerate(songs):
        plan = plan_song(i, 0, 3)
        assert (song.title, song.artist, song.genre, song.split, song.bpm, song.offset) == (
            plan.title, plan.artist, plan.genre, plan.split, plan.bpm, 0.0)
        assert set(song.files()) == {"motion", "lyrics", "beats", "audio"}
        assert all(path.is_file() for path in song.files().values())
        assert read_lyrics(song.lyrics).words == plan.words
        assert np.array_equal(read_downbeats(song.beats), plan.downbeats)
    first, second = (demo / "manifest.csv").read_text(encoding="utf-8").splitlines()[:2]
    assert first == "song_id,title,artist,motion,model,lyrics,audio,beats,bpm,split,genre,offset"
    assert str(demo) not in second
    assert {song.split for song in songs} == {"train", "dev", "test"}


def test_motion_and_sound_are_as_long_as_the_song(demo):
    plan = plan_song(0, 0, 3)
    assert abs(len(read_vmd(demo / "demo-0000.vmd").motion) - plan.frames) <= 1
    samples, rate = load_audio(demo / "demo-0000.ogg", 22_050)
    assert abs(len(samples) / rate - plan.frames / 30) < 0.1
    assert np.abs(samples).max() > 0.5


def test_the_key_lists_the_meetings_and_nothing_else(demo):
    planted = {(e.song_id, e.start, e.stop, e.gesture, e.word) for e in read_truth(demo / "truth.csv")}
    assert planted == {
        (plan.song_id, e.start, e.stop, e.gesture, e.word)
        for plan in (plan_song(i, 0, 3) for i in range(3)) for e in plan.events if e.word
    }
    with (demo / "truth.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == ["song_id", "start_frame", "end_frame", "gesture", "word"]


def test_again_gives_the_same_bytes_and_composes_nothing(demo, quick):
    before = contents(demo)
    write_demo(demo, songs=3)
    assert contents(demo) == before
    assert quick == []


def test_elsewhere_gives_the_same_files(demo, tmp_path):
    write_demo(tmp_path, songs=3)
    assert contents(tmp_path) == contents(demo)
    for i in range(3):
        one, other = (load_audio(folder / f"demo-{i:04d}.ogg", 22_050)[0] for folder in (demo, tmp_path))
        assert np.array_equal(one, other)


def test_a_stopped_run_goes_on_where_it_stopped(quick, tmp_path):
    def stop(fraction, message=""):
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_demo(tmp_path, songs=4, progress=stop)
    assert quick == ["demo-0000", "demo-0001", "demo-0002"]
    assert not (tmp_path / "manifest.csv").exists()
    (tmp_path / "demo-0001.vmd").unlink()
    quick.clear()
    reports = []
    write_demo(tmp_path, songs=4, progress=lambda fraction, message="": reports.append(fraction))
    assert quick == ["demo-0001", "demo-0003"]
    assert reports == sorted(reports)
    assert reports[-1] == 1.0
    assert len(read_manifest(tmp_path / "manifest.csv")[0]) == 4
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("change", [{"songs": 2}, {"songs": 3, "seed": 1}, {"songs": 3, "seconds": 125.0}])
def test_other_settings_replace_the_songs_but_nothing_else(quick, tmp_path, change):
    write_demo(tmp_path, songs=3)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    quick.clear()
    write_demo(tmp_path, **change)
    assert quick == [f"demo-{i:04d}" for i in range(change["songs"])]
    assert (tmp_path / "notes.txt").read_text() == "mine"
    fresh = tmp_path / "fresh"
    write_demo(fresh, **change)
    expected = contents(fresh)
    shutil.rmtree(fresh)
    (tmp_path / "notes.txt").unlink()
    (tmp_path / "corpus").rmdir()
    assert contents(tmp_path) == expected
    assert json.loads(expected["demo.json"])["songs"] == change["songs"]


@pytest.mark.parametrize("seconds", [10.0, 5000.0])
def test_songs_of_a_strange_length_are_refused(tmp_path, seconds):
    with pytest.raises(KotofuriError, match="songs last 62 to 600 seconds"):
        write_demo(tmp_path / "demo", songs=1, seconds=seconds)


@pytest.mark.parametrize("marker", [None, b"", b"{", b"[1]", b'{"seed": 0}', b"\xff\xfe\x00", b"[" * 9000])
def test_foreign_folders_stay_as_they_are(quick, tmp_path, marker):
    (tmp_path / "demo-0000.vmd").write_bytes(b"somebody's dance")
    if marker is not None:
        (tmp_path / "demo.json").write_bytes(marker)
    before = contents(tmp_path)
    with pytest.raises(KotofuriError, match="empty folder"):
        write_demo(tmp_path, songs=1)
    assert contents(tmp_path) == before
    assert quick == []


def test_what_cannot_be_a_demo_folder_is_said(quick, tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(KotofuriError, match="this is a file"):
        write_demo(file, songs=1)
    with pytest.raises(KotofuriError, match="another folder"):
        write_demo(file / "below", songs=1)
    with pytest.raises(KotofuriError, match="at least one song"):
        write_demo(tmp_path / "none", songs=0)
    assert not (tmp_path / "none").exists()


def test_importing_the_demo_is_cheap():
    code = "import sys, core.demo; print([m for m in ('numpy', 'scipy', 'soundfile', 'torch') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
