"""The demo from nothing: the first song is there before the rest, and a second run has nothing to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.corpus.store import Corpus
from core.demo.starting import data_folder, make_demo
from core.errors import Cancelled, CorpusError
from core.pipeline.view import CorpusView


def test_the_first_song_comes_early_and_a_stopped_run_goes_on(tmp_path: Path):
    folder = tmp_path / "demo"
    corpus = folder / "corpus"
    seen: list[tuple[float, int]] = []

    def stop_late(fraction: float, message: str = "") -> None:
        songs = 0
        if (corpus / "catalogue.sqlite").exists():
            with Corpus.open(corpus) as opened:
                songs = len(opened.songs())
        seen.append((fraction, songs))
        if songs == 6:
            raise Cancelled

    with pytest.raises(Cancelled):
        make_demo(folder, 6, 0, stop_late)
    first = next(fraction for fraction, songs in seen if songs == 1)
    assert first < 0.1
    stamps = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.vmd")}
    with Corpus.open(corpus) as opened, pytest.raises(CorpusError):
        CorpusView(opened, "inductive", "zero")
    make_demo(folder, 6, 0)
    assert {path.name: path.stat().st_mtime_ns for path in folder.glob("*.vmd")} == stamps
    assert not (folder / ".first.csv").exists()
    with Corpus.open(corpus) as opened:
        assert CorpusView(opened, "transductive", "zero").coded.bars > 50


def test_where_it_is_kept_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KOTOFURI_DATA", str(tmp_path / "x"))
    assert data_folder() == tmp_path / "x"
    monkeypatch.delenv("KOTOFURI_DATA")
    assert data_folder().name == "Kotofuri"
