"""Every command as a user types it, in a process of its own where exit codes and streams matter."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.cli.app import run_command_line
from core.pipeline.chance import chance_shares
from core.pipeline.significance import pair_test
from core.pipeline.view import open_view

REPO = Path(__file__).parents[3]
REFERENCE = REPO / "tests" / "data" / "naacl2025_reference.npz"


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = run_command_line([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def run_json(run):
    def call(*arguments):
        code, out, err = run(*arguments, "--json")
        assert code == 0, err
        assert out.count("\n") == 1, "one JSON object and nothing else"
        return json.loads(out)

    return call


def test_without_a_command_the_commands_are_shown(run):
    code, out, _ = run()
    assert code == 0
    for name in ("demo", "import", "build", "stats", "pairs", "frames", "search", "evaluate", "export", "codes"):
        assert f"\n  {name} " in out


def test_help_is_quick_because_nothing_heavy_is_imported():
    script = (
        "import sys; from core.cli.app import run_command_line as r; r(['--help']); "
        "print([m for m in ('torch', 'numba', 'sklearn', 'librosa', 'PySide6') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=REPO, capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")


@pytest.mark.parametrize(("arguments", "code"), [
    (["nonsense"], 2), (["search"], 2), (["import", "only-one"], 2), (["stats", "nowhere"], 1),
    (["codes", "nowhere.npz"], 1), (["evaluate", "nowhere", "--methods", "magic"], 2),
])
def test_exit_codes(arguments, code, tmp_path):
    done = subprocess.run([sys.executable, str(REPO / "main.py"), *arguments], cwd=tmp_path, capture_output=True,
                          text=True, check=False, env={**os.environ, "PYTHONPATH": str(REPO)})
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert done.stderr.strip()
    if code == 1:
        assert len(done.stderr.strip().splitlines()) == 1


def test_stats(run_json, run, built_corpus):
    result = run_json("stats", built_corpus)
    for name in ("songs", "bars", "frames"):
        row = result[name]
        assert 0 <= row["positive"] <= row["total"]
        assert row["percent"] == pytest.approx(100 * row["positive"] / row["total"])
    assert result["songs"]["total"] == 8
    assert result["protocol"] == "inductive"
    assert "songs" in run("stats", built_corpus)[1]


def test_stats_of_significant_pairs_and_by_chance(run_json, run, built_corpus, tmp_path):
    corpus = shutil.copytree(built_corpus, tmp_path / "corpus")
    plain = run_json("stats", corpus, "--chance", 0)
    assert "chance" not in plain
    assert "significant" not in plain
    found = run_json("stats", corpus, "--significant", "--level", 0.5, "--chance", 3, "--seed", 5)
    assert {key: found[key] for key in plain} == plain
    with open_view(corpus) as view:
        test = pair_test(view)
        mask = test.significant(0.5)
        assert {key: found["significant"][key] for key in ("songs", "bars", "frames")} == {
            key: value for key, value in view.table1(mask).items() if key in ("songs", "bars", "frames")}
        own = np.where(mask[view.coded.lyric, view.coded.dance], view.values, 0)
        bar, _ = view.places
        assert found["significant"]["frames"]["positive"] == int(((own > 0) & view.coded.sung[bar]).sum()) > 0
        expected, _ = chance_shares(view, 3, 5)
    assert found["significant"]["significant_pairs"] == int(mask.sum()) > 0
    assert found["significant"]["positive_pairs"] == test.positive > mask.sum()
    assert found["significant"]["positive_pairs_by_chance"] == pytest.approx(test.expected)
    assert found["chance"]["exchanges"] == found["significant"]["chance"]["exchanges"] == 3
    for kind, share in expected.shares().items():
        assert found["chance"][kind] == {
            "mean_percent": share.mean, "low_percent": share.low, "high_percent": share.high}
    strict = run_json("stats", corpus, "--significant", "--chance", 0)["significant"]
    assert strict["level"] == 0.05
    assert strict["significant_pairs"] <= found["significant"]["significant_pairs"]
    text = run("stats", corpus, "--significant", "--chance", 3)[1]
    assert "by chance" in text
    assert "significant pairs alone" in text


def test_frames_agree_with_stats_and_pairs(run_json, built_corpus, tmp_path):
    stats = run_json("stats", built_corpus, "--protocol", "transductive")
    stretches = run_json("frames", built_corpus, "--protocol", "transductive", "--csv", tmp_path / "f.csv")["stretches"]
    assert sum(s["end_frame"] - s["start_frame"] for s in stretches) >= stats["frames"]["positive"] > 0
    pairs = {(p["lyric_code"], p["dance_code"]): p for p in
             run_json("pairs", built_corpus, "--protocol", "transductive", "--top", 100000)["pairs"]}
    for stretch in stretches:
        pair = pairs[stretch["lyric_code"], stretch["dance_code"]]
        assert pair["npmi"] == pytest.approx(stretch["npmi"])
        assert not stretch["word"] or stretch["word"] in pair["words"]
        assert pair["songs"] >= 2
    rows = list(csv.DictReader((tmp_path / "f.csv").open(encoding="utf-8")))
    assert len(rows) == len(stretches)
    higher = run_json("frames", built_corpus, "--protocol", "transductive", "--min", "0.5")["stretches"]
    assert all(s["npmi"] > 0.5 for s in higher)
    assert len(higher) < len(stretches)


def test_search_finds_a_bar_for_its_own_words(run_json, built_corpus):
    result = run_json("search", built_corpus, "I love you", "--top", 5)
    assert [h["rank"] for h in result["results"]] == [1, 2, 3, 4, 5]
    scores = [h["score"] for h in result["results"]]
    assert scores == sorted(scores, reverse=True)
    for hit in result["results"]:
        assert {"song_id", "bar", "start", "end", "score", "distance", "words"} <= hit.keys()
        assert hit["end"] > hit["start"]
    assert [w["word"] for w in result["query_words"]] == ["I", "love", "you"]
    assert sum(w["frames"] for w in result["query_words"]) == result["frames"]


def test_search_in_japanese_and_refusals(run_json, run, built_corpus):
    result = run_json("search", built_corpus, "君を愛してる", "--frames", 60)
    assert sum(w["frames"] for w in result["query_words"]) == 60
    assert len(result["query_words"]) >= 3
    for arguments in (("...",), ("a b c", "--frames", 2), ("love", "--protocol", "leave-one-song-out")):
        code, out, err = run("search", built_corpus, *arguments)
        assert (code, out, err.count("\n")) == (1, "", 1)


def test_evaluate_has_every_combination_once(run_json, built_corpus):
    result = run_json("evaluate", built_corpus, "--split", "all", "--no-save")
    keys = [tuple(r[k] for k in ("method", "protocol", "direction", "gallery", "ties")) for r in result["results"]]
    assert len(keys) == len(set(keys)) == 3 * 3 * 2 * 2 * 2
    for row in result["results"]:
        assert 0 < row["mrr"] <= 1
        assert row["inverse_mrr"] == pytest.approx(1 / row["mrr"])
        assert row["recall_at_1"] <= row["recall_at_5"] <= row["recall_at_10"]
    narrowed = run_json("evaluate", built_corpus, "--split", "all", "--methods", "xmied", "--protocols", "inductive",
                        "--directions", "lyrics-to-dance", "--galleries", "all", "--ties", "average", "--no-save")
    assert len(narrowed["results"]) == 1


def test_detect_counts_what_was_planted(run_json, built_corpus, demo_manifest):
    truth = demo_manifest.parent / "truth.csv"
    result = run_json("detect", built_corpus, "--truth", truth, "--split", "all", "--protocol", "transductive")
    with truth.open(encoding="utf-8") as file:
        events = list(csv.DictReader(file))
    assert 0 < result["planted_events"] <= len(events)
    zero = result["thresholds"][0]
    assert zero["threshold"] == 0
    assert 0 <= zero["precision"] <= 1


@pytest.mark.parametrize("ending", [".json", ".csv", ".TextGrid", ".vmd", ".bvh"])
def test_export_writes_the_stretch(run, built_corpus, tmp_path, ending):
    from core.corpus.store import Corpus
    from core.motion.read import read_motion

    target = tmp_path / f"clip{ending}"
    with Corpus.open(built_corpus) as corpus:
        song = corpus.songs()[0]
        whole, _ = corpus.motion(song).world()
        words = [w.text for w in corpus.words(song)]
    code, _, err = run("export", built_corpus, song.song_id, "--from", 4, "--to", 10, "-o", target)
    assert code == 0, err
    if ending in (".vmd", ".bvh"):
        positions, _ = read_motion(target).motion.world()
        assert positions.shape == (180, 53, 3)
        assert np.abs(positions - whole[120:300]).max() < 1e-3
    elif ending == ".json":
        data = json.loads(target.read_text(encoding="utf-8"))
        assert np.allclose(data["positions"], whole[120:300], atol=1e-4)
        assert len(data["joints"]) == 53
        assert data["fps"] == 30
        assert len(data["npmi"]) == len(data["lyric_codes"]) == len(data["dance_codes"]) == 180
        assert all(w["word"] in words and 0 <= w["start"] < w["end"] <= 6.0 for w in data["words"])
    elif ending == ".csv":
        rows = list(csv.DictReader(target.open(encoding="utf-8")))
        assert len(rows) == 180
        assert float(rows[7]["Head_y"]) == pytest.approx(whole[127, 0, 1], abs=1e-4)
    else:
        from core.lyrics.read import read_lyrics

        assert all(w.text in words for w in read_lyrics(target).words)
    before = target.read_bytes()
    code, _, err = run("export", built_corpus, song.song_id, "-o", target)
    assert code == 1
    assert "exists" in err
    assert target.read_bytes() == before


def test_export_refuses_what_it_cannot_write(run, built_corpus, tmp_path):
    for arguments in (("-o", tmp_path / "a.mp4"), ("-o", tmp_path / "a.xyz"),
                      ("-o", tmp_path / "a.json", "--from", 9, "--to", 8)):
        code, _, err = run("export", built_corpus, "demo-0000", *arguments)
        assert code == 1
        assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_codes_on_the_reference(run_json):
    result = run_json("codes", REFERENCE, "--protocol", "transductive", "--singletons", "keep-negative")
    with np.load(REFERENCE, allow_pickle=False) as reference:
        assert result["lyrics_to_dance"]["mrr"] == pytest.approx(float(reference["mrr_lyrics_to_dance"]), abs=1e-9)
        assert result["dance_to_lyrics"]["ranks"] == reference["rank_dance_to_lyrics"].tolist()


def test_import_exits_with_1_when_a_song_is_left_out(run, demo_manifest, tmp_path):
    raw = tmp_path / "raw"
    shutil.copytree(demo_manifest.parent, raw)
    rows = list(csv.DictReader((raw / "manifest.csv").open(encoding="utf-8")))[:2]
    (raw / rows[0]["motion"]).write_bytes(b"")
    with (raw / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    code, out, err = run("import", raw / "manifest.csv", tmp_path / "c", "--json", "--quiet")
    assert code == 1
    assert json.loads(out)["imported"] == [rows[1]["song_id"]]
    assert len(err.strip().splitlines()) == 1
    assert "empty" in err
