"""Table 2 on a Dask cluster of two processes is Table 2 as one process makes it."""

import json
import shutil
from dataclasses import fields

import numpy as np
import pytest

from core.cluster.bars import bars_on_disk, read_bars
from core.cluster.evaluation import evaluate_on, pieces
from core.cluster.runner import HERE, open_runner
from core.codes import CodedBars
from core.corpus.store import Corpus
from core.errors import SettingsError
from core.pipeline import figures
from core.pipeline.figures import EvaluationRequest, evaluate_folder
from core.pipeline.lab import lab_folder, retrieval_data
from core.retrieval.evaluate import evaluate
from core.retrieval.protocol import DIRECTIONS, GALLERIES, PROTOCOLS, TIES
from core.retrieval.registry import make_method

METHODS = ("xmied", "length-only", "random", "word-count", "cca")


def request(methods=METHODS, **options):
    return EvaluationRequest(**{
        "methods": methods, "protocols": PROTOCOLS, "directions": DIRECTIONS, "galleries": GALLERIES, "ties": TIES,
        "split": "all", "seed": 3, **options,
    })


def check_rows(rows, expected):
    """Every figure to the last bit but seconds."""
    assert len(rows) == len(expected) > 0
    for row, other in zip(rows, expected, strict=True):
        assert row.keys() == other.keys()
        for name in row.keys() - {"seconds", "fit_seconds"}:
            assert row[name] == other[name], (row["method"], row["protocol"], name)


def test_two_processes_find_what_one_finds(cluster, built_corpus, tmp_path, monkeypatch):
    folders = [shutil.copytree(built_corpus, tmp_path / name) for name in ("alone", "shared")]
    told = [[], []]
    alone = evaluate_folder(folders[0], request(), tell=told[0].append)

    def fail(*_, **__):
        raise AssertionError("evaluated in the process that directs the work")

    monkeypatch.setattr(figures, "evaluate", fail)
    with open_runner(cluster.scheduler_address, folders[1]) as runner:
        shared = evaluate_folder(folders[1], request(), tell=told[1].append, runner=runner)
    check_rows(shared["results"], alone["results"])
    assert any(row["p_holm"] not in {None, row["p_value"]} for row in alone["results"])
    apart = {"results", "total_seconds"}
    assert {k: v for k, v in shared.items() if k not in apart} == {k: v for k, v in alone.items() if k not in apart}
    json.dumps(shared, allow_nan=False)
    # The fits are kept where a later evaluation looks for them, and what the workers read is gone.
    kept = [sorted(path.name for path in (folder / "retrieval").iterdir()) for folder in folders]
    assert kept[0] == kept[1] != []
    assert sorted({s.split(":")[0] for s in told[0]}) == sorted(s.split(":")[0] for s in told[1])


def test_without_the_reference_and_with_an_error(built_corpus, tmp_path):
    with Corpus.open(built_corpus) as corpus:
        data = retrieval_data(corpus, ("labels", "lyrics", "dance"))
    options = (("inductive",), DIRECTIONS[:1], GALLERIES, TIES, "all", 0)
    systems = [make_method(name, 0) for name in ("cca", "length-only")]
    found = evaluate_on(HERE, data, systems, *options, folder=tmp_path)
    check_rows(found["results"], evaluate(data, ["cca", "length-only"], *options)["results"])
    with pytest.raises(SettingsError, match="no split 'nowhere'"):
        evaluate_on(HERE, data, systems, *options[:4], "nowhere", 0, folder=tmp_path)
    assert not list(tmp_path.glob("cluster-*"))


def test_fits_have_pieces_of_their_own_and_every_row_one_piece():
    systems = [make_method(name, 0) for name in ("random", "cca", "xmied", "xmied-sentences")]
    found = pieces(systems, PROTOCOLS)
    rows = [(name, piece.protocol) for piece in found for name in piece.rows]
    assert sorted(rows) == sorted((system.name, protocol) for system in systems for protocol in PROTOCOLS)
    assert found[0].methods == ("xmied", "cca")
    assert found[-1].methods == ("random", "cca", "xmied")
    assert all("xmied" in piece.methods for piece in found)


def test_bars_come_back_from_disk_as_they_were(built_corpus, tmp_path):
    with Corpus.open(built_corpus) as corpus:
        needs = ("lyrics", "dance", "words", "labels", "sentences", "word_vectors")
        data = retrieval_data(corpus, needs)
        folder = lab_folder(corpus)
    with bars_on_disk(data, tmp_path / folder.name) as place:
        found = read_bars(place)
        for field in fields(data):
            one, other = getattr(data, field.name), getattr(found, field.name)
            if isinstance(one, CodedBars) or field.name in {"lyrics", "dance"}:
                for inner in fields(one):
                    a, b = getattr(one, inner.name), getattr(other, inner.name)
                    assert np.array_equal(a, b)
                    assert getattr(a, "dtype", None) == getattr(b, "dtype", None)
            elif isinstance(one, np.ndarray):
                assert np.array_equal(one, other)
                assert one.dtype == other.dtype
            else:
                assert one == other
        assert found.codes.lyric.flags.writeable
    assert not list((tmp_path / folder.name).iterdir())
