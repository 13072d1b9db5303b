"""evaluate CORPUS: what is printed, what is saved, which words are understood."""

import inspect
import json
import shutil
from pathlib import Path

import pytest

from core.cli.app import run_command_line
from core.cli.evaluate import evaluate
from core.retrieval.protocol import DEFAULT_METHODS

NARROW = ("--directions", "lyrics-to-dance", "--galleries", "all", "--ties", "average", "--split", "all")


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = run_command_line([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def corpus(built_corpus, tmp_path):
    return shutil.copytree(built_corpus, tmp_path / "corpus")


def test_the_table_names_everything_and_is_saved(run, corpus):
    code, out, err = run("evaluate", corpus, *NARROW, "--seed", 4)
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("all: 8 songs, ")
    assert lines[0].endswith(" seed 4")
    header = lines[1].split("  ")
    assert {name.strip() for name in header if name.strip()} == {
        "method", "protocol", "direction", "gallery", "ties", "queries", "MRR", "95 %", "own song out", "median rank",
        "R@1", "R@5", "R@10", "class MAP", "p", "seconds"}
    assert sum(line.startswith(("xmied ", "length-only ", "random ")) for line in lines) == 9
    assert lines[-1].startswith("Saved in ")
    path = Path(lines[-1].removeprefix("Saved in "))
    assert path.parent == corpus / "retrieval" / "results"
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert saved["settings"]["request"]["methods"] == list(DEFAULT_METHODS)
    # What is in the table is what was saved.
    row = next(row for row in saved["results"] if row["method"] == "xmied" and row["protocol"] == "transductive")
    printed = next(line for line in lines if line.startswith("xmied ") and " transductive " in line).split()
    assert printed[5:8] == [str(row["queries"]), f"{row['mrr']:.5f}", f"{row['mrr_low']:.5f}–{row['mrr_high']:.5f}"]
    # Which system took how long is told as it goes, and not mixed into the table.
    for name in ("xmied, inductive: fitted in ", "xmied, transductive: fitted in ", "length-only: ranked in "):
        assert name in err
        assert name not in out


def test_json_is_one_object_and_saving_can_be_left(run, corpus):
    code, out, _ = run("evaluate", corpus, *NARROW, "--json", "--no-save", "--quiet")
    assert code == 0
    found = json.loads(out)
    assert found["saved"] is None
    assert not (corpus / "retrieval").exists()
    code, out, err = run("evaluate", corpus, *NARROW, "--json", "--quiet")
    assert (code, err) == (0, "")
    assert Path(json.loads(out)["saved"]).is_file()


def test_na_is_printed_once_with_its_reason(run, corpus):
    # The protocol of what is learned is inductive; under the others it has no figures.
    code, out, err = run("evaluate", corpus, *NARROW, "--methods", "cca,xmied", "--no-save")
    assert code == 0, err
    lines = out.splitlines()
    rows = [line.split() for line in lines if line.startswith("cca ")]
    assert [row[6] == "n/a" for row in rows] == [False, True, True]
    assert [row[5] for row in rows][1:] == ["0", "0"]
    reasons = [line for line in lines if line.startswith("n/a: ")]
    assert reasons == ["n/a: cca: Fitted on the training songs only (protocol inductive)."]
    assert not any(line.startswith("Saved") for line in lines)
    again = run("evaluate", corpus, *NARROW, "--methods", "cca", "--no-save")
    assert "cca, inductive: loaded in " in again[2]


def test_words_that_are_not_understood(run, corpus):
    for option, value, sentence in (
        ("--methods", "xmied,magic", "'magic' is no method; there are xmied, xmied-sentences"),
        ("--methods", ",", "',' is no method"), ("--protocols", "deductive", "'deductive' is no protocol"),
        ("--galleries", "louvre", "'louvre' is no gallery"),
    ):
        code, out, err = run("evaluate", corpus, option, value)
        assert (code, out) == (2, "")
        assert sentence in " ".join(err.replace("│", " ").split())


def test_a_name_given_twice_is_evaluated_once(run, corpus):
    code, out, _ = run("evaluate", corpus, *NARROW, "--methods", "random, length-only,random", "--json", "--no-save")
    assert code == 0
    assert [row["method"] for row in json.loads(out)["results"]] == ["random"] * 3 + ["length-only"] * 3


def test_the_default_is_the_one_of_the_lab():
    assert inspect.signature(evaluate).parameters["methods"].default.split(",") == list(DEFAULT_METHODS)
