"""Systems beside each other: embedded once, kept once fitted, tested against xmied, n/a where they cannot be run."""

import lab_data
import numpy as np
import pytest

import core.retrieval.ranks
from core.errors import Cancelled, SettingsError
from core.retrieval.embedding import EmbeddingMethod, products, unit
from core.retrieval.evaluate import evaluate
from core.retrieval.length_only import LengthOnly
from core.retrieval.protocol import DIRECTIONS, TIES, RetrievalData, RetrievalMethod
from core.retrieval.statistics import bootstrap_interval, holm, sign_flip_test


class Ridge(EmbeddingMethod):
    """Lyrics mapped onto dance by ridge regression."""

    name = "ridge"

    def __init__(self, seed=0):
        super().__init__(seed)
        self.map = None
        self.fits = 0
        self.embedded = []

    def fit(self, train, dev, progress=lambda fraction, message="": None):
        x, y = (train.features(m).pooled.astype(float) for m in ("lyrics", "dance"))
        self.map = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ y)
        self.fits += 1
        progress(1.0, "")

    def embed(self, data, bars, modality):
        self.embedded.append((modality, len(bars)))
        pooled = data.features(modality).pooled[bars]
        return unit(pooled @ self.map if modality == "lyrics" else pooled)

    def arrays(self):
        return {"map": self.map}

    def restore(self, arrays):
        self.map = arrays["map"]


class Given(RetrievalMethod):
    """Scores as given, whatever it is fitted on."""

    fitted = False

    def __init__(self, name, scores, missing=""):
        self.name, self.given, self.lacks = name, scores, missing

    def fit(self, train, dev, progress=None):
        raise AssertionError

    def missing(self, data):
        return self.lacks

    def scores(self, data, queries, gallery, direction, progress=None):
        return self.given[np.ix_(queries, gallery)]


def narrowed(data, methods, **options):
    given = {"protocols": ["inductive"], "directions": ["lyrics-to-dance"], "galleries": ["all"], "ties": ["average"]}
    return evaluate(data, methods, **(given | options))


def test_a_system_finds_what_is_there_and_nothing_where_there_is_nothing():
    related = narrowed(lab_data.related_data(noise=6.0), [Ridge()], directions=DIRECTIONS)["results"]
    shuffled = narrowed(lab_data.related_data(shuffled=True), [Ridge()], directions=DIRECTIONS)["results"]
    low, high = lab_data.chance_interval(shuffled[0]["queries"])
    for row in related:
        assert high < row["mrr_low"] < row["mrr"] < row["mrr_high"] < 1
    for row in shuffled:
        assert low < row["mrr"] < high
        # Chance lies in the interval of what is no better.
        assert row["mrr_low"] < np.mean(1 / np.arange(1, row["queries"] + 1)) < row["mrr_high"]


def test_bars_are_embedded_once_a_direction_and_blocks_change_nothing(monkeypatch):
    data = lab_data.related_data(bars=300, noise=2.0)
    # Equal bars must tie wherever they stand.
    twins = data.select(np.r_[np.arange(300), np.arange(300)])
    one, many = Ridge(), Ridge()
    whole = narrowed(twins, [one], directions=DIRECTIONS, ties=TIES)["results"]
    monkeypatch.setattr(core.retrieval.ranks, "_BLOCK_SCORES", 700)
    blocks = narrowed(twins, [many], directions=DIRECTIONS, ties=TIES)["results"]
    assert one.embedded == many.embedded
    assert sorted(modality for modality, _ in one.embedded) == ["dance", "dance", "lyrics", "lyrics"]
    timeless = [[{k: v for k, v in row.items() if not k.endswith("seconds")} for row in rows] for rows in (whole, blocks)]
    assert timeless[0] == timeless[1]
    # Each bar ties with its twin: half a rank between the two rules.
    for pessimistic, average in zip(whole[::2], whole[1::2], strict=True):
        assert pessimistic["median_rank"] == average["median_rank"] + 0.5
        assert pessimistic["recall_at_1"] == 0


def test_equal_vectors_score_the_same_wherever_they_stand():
    """Summed in another order at another place of the matrix, products of equal vectors differ in the last digits."""
    rng = np.random.default_rng(0)
    once = rng.normal(size=(301, 96)).astype(np.float32)
    for n in range(1, 60):
        scores = products(rng.normal(size=(n, 96)).astype(np.float32), np.concatenate([once, once]))
        assert np.array_equal(scores[:, :301], scores[:, 301:])


def test_a_system_that_scores_in_its_own_way_is_asked_for_scores():
    class Turned(Ridge):
        name = "turned"

        def scores(self, *arguments, **named):
            return -super().scores(*arguments, **named)

    data = lab_data.related_data()
    straight, turned = narrowed(data, [Ridge(), Turned()])["results"]
    assert straight["mrr"] > 0.5
    assert turned["mrr"] < 0.05


def test_what_was_fitted_is_loaded_the_next_time(tmp_path):
    data = lab_data.related_data()
    data = RetrievalData(**{**data.__dict__, "key": "made up"})
    first, second = Ridge(), Ridge()
    said = []
    before = narrowed(data, [first], folder=tmp_path, tell=said.append)["results"]
    after = narrowed(data, [second], folder=tmp_path, tell=said.append)["results"]
    assert (first.fits, second.fits) == (1, 0)
    assert (before[0]["loaded"], after[0]["loaded"]) == (False, True)
    assert before[0]["mrr"] == after[0]["mrr"]
    assert said[0].startswith("ridge, inductive: fitted in ")
    assert said[1].startswith("ridge, inductive: loaded in ")
    assert narrowed(data, [Ridge(seed=1)], folder=tmp_path)["results"][0]["loaded"] is False
    # Who stops after one system was fitted keeps it.
    stopped = tmp_path / "stopped"

    def stop(fraction, message=""):
        if message.startswith("turning"):
            raise Cancelled

    class Turning(Ridge):
        name = "turning"

    with pytest.raises(Cancelled):
        narrowed(data, [Ridge(), Turning()], folder=stopped, progress=stop)
    assert narrowed(data, [Ridge()], folder=stopped)["results"][0]["loaded"] is True


def test_paired_tests_are_those_of_the_reciprocal_ranks():
    data = lab_data.related_data(bars=500, songs=80)
    rng = np.random.default_rng(0)
    bars = np.flatnonzero(data.codes.split == 2)
    songs = data.codes.song[bars]
    scores = {"better": np.eye(500) * 2 + rng.normal(size=(500, 500)), "noise": rng.normal(size=(500, 500)),
              "length-only": np.zeros((500, 500)), "xmied": rng.normal(size=(500, 500))}
    systems = [LengthOnly() if name == "length-only" else Given(name, given) for name, given in scores.items()]
    rows = {(row["method"], row["ties"]): row for row in narrowed(data, [*systems, "random"], ties=TIES)["results"]}
    # Eight songs: 256 ways to flip them, of which two are as extreme as all of one sign.
    assert len(np.unique(songs)) == 8
    for ties in TIES:
        reciprocal = {}
        for name, given in scores.items():
            part = given[np.ix_(bars, bars)]
            own = np.diagonal(part)[:, None]
            last = (part >= own).sum(axis=1)
            reciprocal[name] = 1 / (last if ties == "pessimistic" else ((part > own).sum(axis=1) + 1 + last) / 2)
            low, high = bootstrap_interval(reciprocal[name], songs)
            assert (rows[name, ties]["mrr_low"], rows[name, ties]["mrr_high"]) == pytest.approx((low, high))
        mine = [rows[name, ties] for name in ("better", "noise", "length-only")]
        for row in mine:
            difference = reciprocal[row["method"]] - reciprocal["xmied"]
            assert row["mrr"] == pytest.approx(reciprocal[row["method"]].mean())
            assert row["difference"] == pytest.approx(difference.mean())
            assert row["p_value"] == pytest.approx(sign_flip_test(difference[:, None], songs)[0])
        assert [row["p_holm"] for row in mine] == pytest.approx(holm([row["p_value"] for row in mine]))
        for name in ("xmied", "random"):
            assert rows[name, ties]["difference"] is rows[name, ties]["p_value"] is rows[name, ties]["p_holm"] is None
        assert rows["random", ties]["mrr_low"] is None
    assert rows["better", "average"]["p_value"] == 2 / 256
    assert rows["better", "average"]["difference"] > 0.3
    assert rows["noise", "average"]["p_value"] > 0.05


def test_without_xmied_nothing_is_tested():
    data = lab_data.related_data(bars=200)
    for row in narrowed(data, [Ridge(), "length-only"])["results"]:
        assert row["difference"] is row["p_value"] is row["p_holm"] is None
        assert row["mrr_low"] is not None


def naive_precision(scores, data, query, bars):
    """Average precision of one query without ties, loop by loop."""
    rivals = [b for b in bars if data.codes.song[b] != data.codes.song[query] and data.labels[b] >= 0]
    hits, total = 0, 0.0
    for place, bar in enumerate(sorted(rivals, key=lambda b: -scores[query, b]), 1):
        if data.labels[bar] == data.labels[query]:
            hits += 1
            total += hits / place
    return total / hits if hits else None


def test_class_map_is_that_of_bars_of_other_songs(monkeypatch):
    data = lab_data.related_data(bars=300, songs=40, classes=4)
    labels = data.labels.copy()
    labels[::7] = -1
    data = RetrievalData(**{**data.__dict__, "labels": labels})
    scores = np.random.default_rng(1).normal(size=(300, 300)) + (labels[:, None] == labels[None, :])
    bars = np.flatnonzero(data.codes.split == 2)
    monkeypatch.setattr(core.retrieval.ranks, "_BLOCK_SCORES", 400)
    given, flat, chance = narrowed(data, [Given("given", scores), Given("flat", np.zeros((300, 300))), "random"])["results"]
    expected = [naive_precision(scores, data, b, bars) for b in bars if labels[b] >= 0]
    expected = [value for value in expected if value is not None]
    assert given["class_queries"] == len(expected) < given["queries"]
    assert given["class_map"] == pytest.approx(np.mean(expected))
    # Equal scores in the mean order are chance.
    assert flat["class_map"] == pytest.approx(chance["class_map"])
    assert given["class_map"] > chance["class_map"] + 0.1
    worst = narrowed(data, [Given("flat", np.zeros((300, 300)))], ties=["pessimistic"])["results"][0]
    assert worst["class_map"] < chance["class_map"]


def test_made_up_classes_have_no_class_map():
    data = lab_data.related_data(bars=200, classes=3)
    data = RetrievalData(**{**data.__dict__, "true_labels": False})
    assert narrowed(data, ["length-only"])["results"][0]["class_map"] is None


def test_what_cannot_be_run_is_na_and_says_why():
    data = lab_data.related_data(bars=200)
    said = []
    lacking = Given("lacking", None, "this corpus has no sound for every song")
    rows = evaluate(data, ["xmied", lacking, Ridge()], galleries=["all"], ties=["average"], tell=said.append)["results"]
    assert len(rows) == 3 * 3 * 2
    for row in rows:
        if row["method"] == "lacking":
            assert row["reason"] == "This corpus has no sound for every song."
        elif row["method"] == "ridge" and row["protocol"] != "inductive":
            assert row["reason"] == "Fitted on the training songs only (protocol inductive)."
        else:
            assert row["reason"] is None
            assert row["mrr"] > 0
            continue
        assert (row["queries"], row["queries_without_song"], row["class_queries"]) == (0, 0, 0)
        for name in ("mrr", "inverse_mrr", "median_rank", "recall_at_1", "recall_at_5", "recall_at_10", "mrr_low",
                     "mrr_high", "mrr_without_song", "difference", "p_value", "p_holm", "seconds", "fit_seconds"):
            assert row[name] is None
    # What is n/a is not counted among the comparisons.
    tested = [row for row in rows if row["p_value"] is not None]
    assert {row["method"] for row in tested} == {"ridge"}
    assert all(row["p_holm"] == row["p_value"] for row in tested)
    assert "lacking, inductive: n/a. This corpus has no sound for every song." in said


def test_one_system_that_cannot_be_fitted_does_not_stop_the_others():
    class Wanting(Ridge):
        name = "wanting"

        def fit(self, train, dev, progress=None):
            raise SettingsError("No training bar has a word.")

    rows = narrowed(lab_data.related_data(bars=200), [Wanting(), Ridge()])["results"]
    assert [row["reason"] for row in rows] == ["No training bar has a word.", None]
    assert rows[1]["mrr"] > 0
