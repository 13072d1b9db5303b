"""The build on real (composed) files: every stage, its resumption, and a kill in the middle."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.corpus.store import Corpus
from core.errors import Cancelled, CorpusError
from core.pipeline.build import build
from core.pipeline.codebooks import DANCE_CODES, LYRIC_CODES, load_coded
from core.pipeline.options import BuildOptions

REPO = Path(__file__).parents[3]
QUICK = BuildOptions(lyric_encoder="lexical", dance_encoder="pose", lyric_codes=60, dance_codes=30)


def codes_of(folder):
    with Corpus.open(folder) as corpus:
        return {(s.song_id, kind): np.array(corpus.array(s, kind)) for s in corpus.songs()
                for kind in (LYRIC_CODES, DANCE_CODES)}


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one)


def test_codes_cover_the_bars_and_equal_words_share_a_code(built_corpus):
    with Corpus.open(built_corpus) as corpus:
        coded, bars = load_coded(corpus)
        assert coded.bars == len(bars) == sum(len(corpus.bars(s)) for s in corpus.songs())
        assert coded.lyric_size <= 60
        assert coded.dance_size <= 30
        assert len(np.unique(coded.dance)) > 10
        song = corpus.songs()[0]
        words, spoken = corpus.words(song), np.asarray(corpus.array(song, "words"))
        lyric = np.asarray(corpus.array(song, LYRIC_CODES))
        by_text = {}
        for i, word in enumerate(words):
            by_text.setdefault(word.text.casefold(), set()).update(lyric[spoken == i].tolist())
        assert all(len(codes) == 1 for codes in by_text.values())
        assert len(set(lyric[spoken < 0].tolist())) == 1


def test_a_second_build_does_nothing_and_says_so(built_corpus, tmp_path):
    folder = tmp_path / "c"
    shutil.copytree(built_corpus, folder)
    before = {p: p.stat().st_mtime_ns for p in (folder / "arrays").rglob("*.npy")}
    with Corpus.open(folder) as corpus:
        report = build(corpus, QUICK)
    assert report.songs_encoded == 0
    assert {p: p.stat().st_mtime_ns for p in (folder / "arrays").rglob("*.npy")} == before


def test_a_cancelled_build_goes_on_to_the_same_result(imported_corpus, built_corpus, tmp_path):
    folder = tmp_path / "c"
    shutil.copytree(imported_corpus, folder)
    calls = []

    def stop(fraction, message=""):
        calls.append(message)
        if "(4/" in message:
            raise Cancelled

    with Corpus.open(folder) as corpus:
        with pytest.raises(Cancelled):
            build(corpus, QUICK, stop)
        with pytest.raises(CorpusError, match="not built"):
            load_coded(corpus)
        report = build(corpus, QUICK)
    assert report.songs_kept == 3
    assert same(codes_of(folder), codes_of(built_corpus))


def test_a_killed_build_goes_on_to_the_same_result(imported_corpus, built_corpus, tmp_path):
    folder = tmp_path / "c"
    shutil.copytree(imported_corpus, folder)
    command = [sys.executable, str(REPO / "main.py"), "build", str(folder), "--lyric-encoder", "lexical", "--encoder",
               "pose", "--lyric-codes", "60", "--dance-codes", "30", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(REPO)}
    process = subprocess.Popen(command, env=environment)
    done = folder / "arrays" / "dance"
    deadline = time.monotonic() + 120
    while len(list(done.glob("[0-9]*.npy"))) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "the build ended before it could be killed"
    with Corpus.open(folder) as corpus:
        finished = {s.song_id for s in corpus.songs() if corpus.stage_key(s, "dance")}
        rows = {s.song_id: s.row for s in corpus.songs()}
    assert 0 < len(finished) < len(rows)
    stamps = {s: (done / f"{rows[s]:06d}.npy").stat().st_mtime_ns for s in finished}
    assert subprocess.run(command, env=environment, check=False).returncode == 0
    assert {s: (done / f"{rows[s]:06d}.npy").stat().st_mtime_ns for s in finished} == stamps
    assert same(codes_of(folder), codes_of(built_corpus))


def test_another_encoder_encodes_anew(built_corpus, tmp_path):
    folder = tmp_path / "c"
    shutil.copytree(built_corpus, folder)
    with Corpus.open(folder) as corpus:
        report = build(corpus, BuildOptions("lexical", "sentence", "pose", lyric_codes=40, dance_codes=30))
        lyric = np.asarray(corpus.array(corpus.songs()[0], "lyric"))
        song = corpus.songs()[0]
        lines = [w.line for w in corpus.words(song)]
    assert report.songs_encoded == 0, "the dance encoder is the same"
    first = [i for i, line in enumerate(lines) if line == lines[0]]
    assert np.allclose(lyric[first], lyric[first[0]])
    assert not same(codes_of(folder), codes_of(built_corpus))


def test_sizes_are_chosen_on_the_dev_songs(imported_corpus, tmp_path, monkeypatch):
    from core.pipeline import tune

    folder = tmp_path / "c"
    shutil.copytree(imported_corpus, folder)
    monkeypatch.setattr(tune, "LYRIC_GRID", (20, 60))
    monkeypatch.setattr(tune, "DANCE_GRID", (5, 20))
    original, seen = tune.try_sizes, []

    def judged(*arguments, **options):
        def score(coded, _bars, _table):
            seen.append((coded.lyric_size, coded.dance_size))
            return float(coded.lyric_size - coded.dance_size)

        return original(*arguments, **options, score=score)

    monkeypatch.setattr(tune, "try_sizes", judged)
    with Corpus.open(folder) as corpus:
        report = build(corpus, BuildOptions(lyric_encoder="lexical", dance_encoder="pose"))
    assert sorted(seen) == [(20, 5), (20, 20), (60, 5), (60, 20)]
    assert (report.lyric_codes, report.dance_codes) == (60, 5)
    assert any("dev songs" in note for note in report.notes)


def test_an_empty_corpus_is_refused(tmp_path):
    with Corpus.create(tmp_path / "c") as corpus, pytest.raises(CorpusError, match="no songs"):
        build(corpus, QUICK)


def test_a_song_added_after_the_build_asks_for_another_build(built_corpus, demo_manifest, tmp_path):
    from core.corpus.importer import import_song
    from core.corpus.sources import read_manifest

    folder = tmp_path / "c"
    shutil.copytree(built_corpus, folder)
    source = read_manifest(demo_manifest)[0][0]
    with Corpus.open(folder) as corpus:
        import_song(source, corpus, "changed")
        with pytest.raises(CorpusError, match="build again"):
            load_coded(corpus)
        report = build(corpus, QUICK)
        assert report.songs_encoded == 1
        load_coded(corpus)
