"""The export command where it draws: a process of its own, without a display, as on a server."""

import json
import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from core.cli.app import run_command_line
from core.corpus.store import Corpus
from core.pipeline.view import open_view

REPO = Path(__file__).parents[3]


def main(*arguments):
    clean = {k: v for k, v in os.environ.items()
             if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")}
    return subprocess.run([sys.executable, "main.py", *map(str, arguments)], cwd=REPO, env=clean, check=False,
                          capture_output=True, text=True, timeout=120)


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = run_command_line([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_a_video_without_any_display(built_corpus, tmp_path):
    path = tmp_path / "clip.mp4"
    with Corpus.open(built_corpus) as corpus:
        song = next(s for s in corpus.songs() if s.audio)
    done = main("export", built_corpus, song.song_id, "--from", 5, "--to", 7, "-o", path, "--width", 320, "--height",
                240, "--view", "front", "--theme", "dark", "--credit", "--subtitle-track", "--beside", "srt,wav", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["frames"] == 60
    assert [Path(f).name for f in result["files"]] == ["clip.mp4", "clip.srt", "clip.wav"]
    with av.open(str(path)) as file:
        pictures = [f.to_ndarray(format="rgb24") for f in file.decode(video=0)]
        assert file.metadata["comment"] == result["credit"]
        assert len(file.streams.audio) == 1
    assert len(pictures) == 60
    assert pictures[0].shape == (240, 320, 3)
    assert np.median(pictures[0]) < 60, "dark"
    assert (pictures[0].max(axis=2) > 100).mean() > 0.01, "somebody is in the picture"
    assert np.abs(pictures[0].astype(int) - pictures[40]).mean() > 0.5, "and dances"


def test_a_figure_without_any_display(built_corpus, tmp_path):
    path = tmp_path / "figure.svg"
    with Corpus.open(built_corpus) as corpus:
        song = corpus.songs()[0]
        word = next(w.text for w in corpus.words(song) if w.start >= 5)
    done = main("export", built_corpus, song.song_id, "--from", 5, "--to", 9, "-o", path, "--poses", "words", "--quiet")
    assert done.returncode == 0, done.stderr
    text = path.read_text(encoding="utf-8")
    assert word in text
    assert "made with Kotofuri" in text


def test_all_places_of_a_word_go_into_a_folder(built_corpus, tmp_path, run):
    with open_view(built_corpus) as view:
        song = view.songs[0]
        word = view.words(song)[0].text
    code, out, err = run("export", built_corpus, song.song_id, "--word", word, "--format", "json", "-o", tmp_path / "x",
                         "--name", "{n} {word}", "--json", "--shown", "place")
    assert code == 0, err
    result = json.loads(out)
    files = sorted((tmp_path / "x").iterdir())
    assert result["clips"] == len(files) > 0
    for file in files:
        data = json.loads(file.read_text(encoding="utf-8"))
        assert word in [w["word"] for w in data["words"]]
    again, _, _ = run("export", built_corpus, song.song_id, "--word", word, "--format", "json", "-o", tmp_path / "x",
                      "--name", "{n} {word}")
    assert again == 0
    assert len(list((tmp_path / "x").iterdir())) == 2 * len(files), "older files are left, new ones numbered"


def test_a_gesture_s_places_show_its_codes(built_corpus, tmp_path, run):
    with open_view(built_corpus) as view:
        pair = view.pairs(1)[0]
    lyric, dance = pair["lyric_code"], pair["dance_code"]
    code, out, err = run("export", built_corpus, "--gesture", f"{lyric}:{dance}", "--format", ".json", "-o", tmp_path,
                         "--limit", 3, "--json")
    assert code == 0, err
    assert 0 < json.loads(out)["clips"] <= 3
    for file in tmp_path.iterdir():
        data = json.loads(file.read_text(encoding="utf-8"))
        assert (lyric, dance) in zip(data["lyric_codes"], data["dance_codes"], strict=True)


@pytest.mark.parametrize(("arguments", "code", "text"), [
    (["-o", "x.json"], 2, "name a song"),
    (["--gesture", "1:2", "--word", "love", "-o", "x"], 2, "not both"),
    (["--gesture", "love", "-o", "x"], 2, "12:5"),
    (["--gesture", "99999:1", "-o", "x"], 1, "no gesture"),
    (["--word", "nosuchwordanywhere", "-o", "x"], 1, "sung nowhere"),
    (["demo-0000", "-o", "x.mp4", "--width", "641"], 1, "even"),
    (["demo-0000", "-o", "x.mp4", "--beside", "exe"], 2, "exe"),
    (["nobody", "--word", "a", "-o", "x"], 1, "nobody"),
    (["demo-0000", "-o", "x.mp4"], 1, "nothing that draws"),
])
def test_wrong_usage_is_explained(built_corpus, tmp_path, run, monkeypatch, arguments, code, text):
    monkeypatch.chdir(tmp_path)
    found, _, err = run("export", built_corpus, *arguments)
    assert found == code
    assert text in err
    assert not list(tmp_path.iterdir())
