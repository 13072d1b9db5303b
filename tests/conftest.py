"""Fixtures for all tests: a small demo, imported and built once for the whole run.

Who runs a few tests again and again may set KOTOFURI_TEST_DEMO to a folder: the demo is then kept there between runs.
"""

from __future__ import annotations

import os
from pathlib import Path

# No test may reach for a model hub, nor print its bars. Set before anything imports the hub's client.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
if os.environ.get("PYTEST_XDIST_WORKER"):
    # Test processes side by side fill the cores; threads inside each would spin in each other's way.
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(_name, "1")

import pytest

DEMO_SONGS = 8


@pytest.fixture(scope="session")
def demo_manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Raw files of a small demo. Read only."""
    from core.demo import write_demo

    kept = os.environ.get("KOTOFURI_TEST_DEMO")
    return write_demo(Path(kept) if kept else tmp_path_factory.mktemp("demo"), songs=DEMO_SONGS, seed=0)


@pytest.fixture(scope="session")
def imported_corpus(demo_manifest: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo, imported. Read only: copy it to build on it."""
    from core.corpus.importer import import_songs
    from core.corpus.store import Corpus

    folder = tmp_path_factory.mktemp("imported") / "corpus"
    with Corpus.create(folder) as corpus:
        report = import_songs([demo_manifest], corpus)
    assert not report.faults, report.faults
    return folder


@pytest.fixture(scope="session")
def built_corpus(imported_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo, built with the model-free encoders. Read only."""
    import shutil

    from core.corpus.store import Corpus
    from core.pipeline.build import build
    from core.pipeline.options import BuildOptions

    folder = tmp_path_factory.mktemp("built") / "corpus"
    shutil.copytree(imported_corpus, folder)
    with Corpus.open(folder) as corpus:
        build(corpus, BuildOptions(lyric_encoder="lexical", dance_encoder="pose", lyric_codes=60, dance_codes=30))
    return folder
