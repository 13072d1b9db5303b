"""A corpus evaluated: what it has is gathered, fits and results are kept in it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.corpus.store import Corpus
from core.errors import Cancelled
from core.pipeline import figures
from core.pipeline.figures import EvaluationRequest, evaluate_folder
from core.pipeline.lab import lab_folder
from core.retrieval.embedding import EmbeddingMethod, unit


class Flat(EmbeddingMethod):
    """Learns the mean dance; counts its fits."""

    name = "flat"
    fits = 0

    def fit(self, train, dev, progress=None):
        type(self).fits += 1
        self.mean = train.features("dance").pooled.mean(axis=0)

    def embed(self, data, bars, modality):
        pooled = data.features(modality).pooled[bars]
        return unit(pooled - self.mean if modality == "dance" else np.resize(pooled, (len(bars), len(self.mean))))

    def arrays(self):
        return {"mean": self.mean}

    def restore(self, arrays):
        self.mean = arrays["mean"]


@pytest.fixture
def corpus(built_corpus, tmp_path):
    return shutil.copytree(built_corpus, tmp_path / "corpus")


@pytest.fixture
def flat(monkeypatch):
    made = figures.make_method
    monkeypatch.setattr(figures, "make_method", lambda name, seed: Flat(seed) if name == "flat" else made(name, seed))
    monkeypatch.setattr(Flat, "fits", 0)
    return Flat


def request(*methods, **options):
    return EvaluationRequest(**{
        "methods": methods, "protocols": ("inductive",), "directions": ("lyrics-to-dance",), "galleries": ("all",),
        "ties": ("average",), "split": "all", "seed": 3, **options,
    })


def test_what_a_system_needs_is_gathered_and_its_fit_kept(corpus, flat):
    first = evaluate_folder(corpus, request("xmied", "flat", "random"))
    second = evaluate_folder(corpus, request("flat"))
    assert flat.fits == 1
    row, again = first["results"][1], second["results"][0]
    assert (row["loaded"], again["loaded"]) == (False, True)
    assert row["mrr"] == again["mrr"] > 0
    assert row["p_holm"] is not None
    with Corpus.open(corpus) as opened:
        assert [path.suffix for path in lab_folder(opened).iterdir()] == [".safetensors"]
        genres = {song.genre for song in opened.songs()}
    # The demo has genres, so every system has a class MAP.
    assert len(genres) > 1
    assert all(row["class_map"] > 0 for row in first["results"])
    assert first["saved"] is None


def test_a_saved_result_says_what_it_is_of(corpus):
    said = []
    result = evaluate_folder(corpus, request("xmied", "length-only"), save=True, tell=said.append)
    again = evaluate_folder(corpus, request("xmied", "length-only"), save=True)
    paths = sorted((corpus / "retrieval" / "results").iterdir())
    assert sorted([result["saved"], again["saved"]]) == [str(path) for path in paths]
    found = json.loads(Path(result["saved"]).read_text("utf-8"))
    assert found["results"] == result["results"]
    assert found["seed"] == 3
    assert found["settings"]["request"] == json.loads(json.dumps(request("xmied", "length-only").__dict__))
    assert found["settings"]["corpus"]["build"]["lyric_codes"] == 60
    with Corpus.open(corpus) as opened:
        songs = {song.song_id: song.split for song in opened.songs()}
    assert {name: split for split, names in found["split_songs"].items() for name in names} == songs
    assert found["total_seconds"] > 0
    assert [sentence.split(":")[0] for sentence in said] == ["xmied, inductive", "length-only"]


def test_a_result_that_cannot_be_saved_is_not_lost(corpus):
    (corpus / "retrieval").write_text("a file where a folder should be")
    said = []
    result = evaluate_folder(corpus, request("length-only"), save=True, tell=said.append)
    assert result["saved"] is None
    assert result["results"][0]["mrr"] > 0
    assert "could not be saved" in said[-1]


def test_who_stops_keeps_what_was_fitted(corpus, flat):
    def stop(fraction, message=""):
        if message.startswith("xmied"):
            raise Cancelled

    with pytest.raises(Cancelled):
        evaluate_folder(corpus, request("flat", "xmied"), stop)
    evaluate_folder(corpus, request("flat", "xmied"))
    assert flat.fits == 1
