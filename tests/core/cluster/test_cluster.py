"""Work on a Dask cluster of several processes: the same results as alone, and what happens when something fails."""

import json
import os
import shutil
import time
from itertools import pairwise
from pathlib import Path

import cluster_work
import numpy as np
import pytest

from core.cluster import dask_runner
from core.cluster.runner import ClusterError, open_runner
from core.corpus.store import Corpus
from core.encoders.pose import PoseVectors
from core.errors import Cancelled, CorpusError, InputError, SettingsError
from core.pipeline.build import build
from core.pipeline.options import BuildOptions
from core.progress import silent

distributed = pytest.importorskip("distributed")
QUICK = BuildOptions(lyric_encoder="lexical", dance_encoder="pose", lyric_codes=60, dance_codes=30)


@pytest.fixture(scope="module")
def single():
    """A cluster of one process with two threads; the last test that asks for it ends it."""
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=True, dashboard_address=":0",
                                  silence_logs=50) as found:
        yield found


@pytest.fixture
def runner(cluster, tmp_path):
    cluster.scheduler.allowed_failures = 3
    with open_runner(cluster.scheduler_address, tmp_path) as found:
        yield found


def state(folder):
    """Arrays and keys of every stage of every song."""
    with Corpus.open(folder) as corpus:
        return {(song.song_id, stage): (corpus.stage_key(song, stage), np.asarray(corpus.array(song, stage)).tobytes())
                for song in corpus.songs() for stage in ("dance", "lyric", "dance_codes", "lyric_codes")}


def text(_place, item):
    return f"item {item}"


# -- building -------------------------------------------------------------------------------------


@pytest.fixture
def none_here(monkeypatch):
    """Encoding in this process fails; the workers are other processes."""
    def fail(*_):
        raise AssertionError("encoded in the process that directs the work")

    monkeypatch.setattr(PoseVectors, "encode", fail)


def test_a_build_on_two_processes_ends_in_the_same_bytes(cluster, imported_corpus, built_corpus, tmp_path, none_here):
    folder = shutil.copytree(imported_corpus, tmp_path / "c")
    said = []
    with open_runner(cluster.scheduler_address, folder) as found, Corpus.open(folder) as corpus:
        report = build(corpus, QUICK, lambda _, message="": said.append(message), found)
        songs = len(corpus.songs())
    assert report.songs_encoded == songs
    assert state(folder) == state(built_corpus)
    assert any(message.endswith(", 2 workers") for message in said)
    assert not list(folder.glob(".cluster-*"))
    with np.load(folder / "codebooks" / "dance-30.npz") as ours, \
            np.load(built_corpus / "codebooks" / "dance-30.npz") as alone:
        assert np.array_equal(ours["centres"], alone["centres"])


def test_a_stopped_build_keeps_the_finished_songs_and_goes_on(cluster, imported_corpus, built_corpus, tmp_path):
    folder = shutil.copytree(imported_corpus, tmp_path / "c")

    def stop(_fraction, message=""):
        if "(4/" in message:
            raise Cancelled

    with open_runner(cluster.scheduler_address, folder) as found, Corpus.open(folder) as corpus:
        with pytest.raises(Cancelled):
            build(corpus, QUICK, stop, found)
        finished = [song.row for song in corpus.songs() if corpus.stage_key(song, "dance")]
        stamps = {row: (folder / "arrays" / "dance" / f"{row:06d}.npy").stat().st_mtime_ns for row in finished}
        assert 0 < len(finished) < len(corpus.songs())
        report = build(corpus, QUICK, runner=found)
    assert report.songs_kept == len(finished)
    assert stamps == {row: (folder / "arrays" / "dance" / f"{row:06d}.npy").stat().st_mtime_ns for row in finished}
    assert state(folder) == state(built_corpus)


def test_a_damaged_array_is_named_as_alone(cluster, imported_corpus, tmp_path):
    folder = shutil.copytree(imported_corpus, tmp_path / "c")
    with open_runner(cluster.scheduler_address, folder) as found, Corpus.open(folder) as corpus:
        path = folder / "arrays" / "rotations" / f"{corpus.songs()[2].row:06d}.npy"
        path.write_bytes(b"no array")
        with pytest.raises(InputError, match="is damaged; delete it") as caught:
            build(corpus, QUICK, runner=found)
    assert caught.value.path == path


def test_another_encoder_on_a_worker_is_refused():
    from core.pipeline.vectors import _open_same_dance

    assert _open_same_dance("pose", "frame", "cpu", PoseVectors.fingerprint).name == PoseVectors.name
    with pytest.raises(SettingsError, match="A worker has another dance encoder"):
        _open_same_dance("pose", "frame", "cpu", "of another version")


# -- handing out work -----------------------------------------------------------------------------


def test_work_is_shared_and_ordered_results_come_in_order(runner):
    found = dict(runner.map(cluster_work.place, range(20), lambda i: (i,), silent, text))
    assert {number: got for number, (got, _) in found.items()} == {i: i for i in range(20)}
    assert len({process for _, process in found.values()} - {os.getpid()}) == 2
    order = list(runner.map(cluster_work.slow_first, range(8), lambda i: (i,), silent, text, ordered=True))
    assert order == [(i, i) for i in range(8)]
    free = [i for i, _ in runner.map(cluster_work.slow_first, range(8), lambda i: (i,), silent, text)]
    assert sorted(free) == list(range(8))
    assert free[0] != 0


def test_errors_of_a_worker_come_back_as_they_were(runner):
    def run(kind):
        return list(runner.map(cluster_work.fail, [kind], lambda k: (k,), silent, text))

    with pytest.raises(InputError, match="the array is damaged; delete it and run build again") as caught:
        run("input")
    assert caught.value.path == Path("/there/song.npy")
    with pytest.raises(CorpusError, match=r"^There is no such song\.$"):
        run("corpus")
    with pytest.raises(ValueError, match="nothing"):
        run("other")


def test_who_stops_stops_the_workers(runner, tmp_path):
    def stop(_fraction, _message=""):
        if (tmp_path / "begun").exists():
            raise Cancelled

    with pytest.raises(Cancelled):
        list(runner.map(cluster_work.wait_for_stop, [str(tmp_path)], lambda path: (path,), stop, text))
    deadline = time.monotonic() + 10
    while not (tmp_path / "stopped").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (tmp_path / "stopped").exists()


def test_a_process_works_on_one_thing_at_a_time_with_all_its_threads(single, tmp_path):
    with open_runner(single.scheduler_address, tmp_path) as found:
        results = [r for _, r in found.map(cluster_work.threads_and_span, range(4), lambda i: (i,), silent, text)]
    assert [(torch, environment) for torch, environment, _, _ in results] == [(2, "2")] * 4
    spans = sorted((start, stop) for _, _, start, stop in results)
    assert all(stop <= start for (_, stop), (start, _) in pairwise(spans))


# -- what can go wrong ----------------------------------------------------------------------------


def test_the_work_of_a_worker_that_dies_is_done_again(runner, tmp_path):
    mark = str(tmp_path / "died")
    found = list(runner.map(cluster_work.die_once, range(6), lambda i: (i, mark), silent, text))
    assert sorted(found) == [(i, i) for i in range(6)]
    assert Path(mark).exists()


def test_work_that_kills_every_worker_is_named(cluster, runner):
    cluster.scheduler.allowed_failures = 0
    with pytest.raises(ClusterError, match="The workers died while item 1, mostly for want of memory"):
        list(runner.map(cluster_work.die, [1], lambda i: (i,), silent, text))


def test_a_scheduler_that_is_lost_is_named(single, tmp_path):
    with open_runner(single.scheduler_address, tmp_path) as found:
        def lose(_fraction, message=""):
            if message.startswith("item"):
                single.close()

        with pytest.raises(ClusterError, match=r"was lost, or dropped its work.* goes on from there"):
            list(found.map(cluster_work.slow_first, range(500), lambda i: (i,), lose, text))


def test_no_scheduler_no_workers_or_another_version_is_said(cluster, tmp_path, monkeypatch):
    def refused(address, folder=tmp_path):
        with pytest.raises(SettingsError) as caught, open_runner(address, folder):
            pass
        return str(caught.value)

    monkeypatch.setattr(dask_runner, "CONNECT_SECONDS", 1.0)
    assert "No Dask scheduler answers at 'tcp://127.0.0.1:9'" in refused("tcp://127.0.0.1:9")
    assert "No Dask scheduler answers at 'nonsense://here'" in refused("nonsense://here")
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=50) as empty:
        assert "has no workers; start some" in refused(empty.scheduler_address)
    monkeypatch.setattr(dask_runner, "__version__", "0.0")
    assert "this machine has 0.0; install the same version" in refused(cluster.scheduler_address)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs a folder that other processes do not see")
def test_a_worker_that_does_not_see_the_corpus_is_named(cluster, tmp_path):
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        with pytest.raises(SettingsError, match=r"The worker tcp://.* does not see /proc/self/fd/"), \
                open_runner(cluster.scheduler_address, f"/proc/self/fd/{handle}"):
            pass
    finally:
        os.close(handle)


def test_without_the_package_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    monkeypatch.delitem(__import__("sys").modules, "core.cluster.dask_runner")
    with pytest.raises(SettingsError, match=r"pip install 'kotofuri\[cluster\]'"), open_runner("tcp://x:1", tmp_path):
        pass
    with open_runner(None, tmp_path) as here:
        assert list(here.map(cluster_work.slow_first, [1], lambda i: (i,), silent, text)) == [(1, 1)]


# -- commands -------------------------------------------------------------------------------------


def test_the_command_builds_on_a_cluster_and_names_what_is_missing(cluster, built_corpus, tmp_path, capsys, monkeypatch):
    from core.cli.app import run_command_line

    folder = shutil.copytree(built_corpus, tmp_path / "c")
    before = state(folder)
    with Corpus.open(folder) as corpus, corpus.editing() as catalogue:
        catalogue.execute("DELETE FROM stages")
    options = ["--lyric-encoder", "lexical", "--encoder", "pose", "--lyric-codes", "60", "--dance-codes", "30"]
    here = ["build", str(folder), *options, "--quiet", "--scheduler"]
    monkeypatch.setattr(dask_runner, "CONNECT_SECONDS", 1.0)
    assert run_command_line([*here, "tcp://127.0.0.1:9"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert run_command_line([*here, cluster.scheduler_address]) == 0
    assert "8 songs encoded" in capsys.readouterr().out
    assert state(folder) == before
    arguments = ["evaluate", str(folder), "--methods", "random", "--no-save", "--json", "--quiet"]
    assert run_command_line([*arguments, "--scheduler", cluster.scheduler_address]) == 0
    assert {row["method"] for row in json.loads(capsys.readouterr().out)["results"]} == {"random"}
    assert run_command_line(["evaluate", str(tmp_path / "none"), "--scheduler", cluster.scheduler_address]) == 1
    assert "this is no corpus" in capsys.readouterr().err
