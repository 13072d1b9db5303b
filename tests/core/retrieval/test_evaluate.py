"""Ranks, protocols, galleries and tie rules."""

import naive
import numpy as np
import pytest

import core.retrieval.ranks
from core.codes import CodedBars
from core.errors import Cancelled, SettingsError
from core.npmi import count_songs, npmi_table
from core.retrieval.evaluate import evaluate
from core.retrieval.protocol import DIRECTIONS, GALLERIES, PROTOCOLS, TIES, RetrievalData, RetrievalMethod

TIMES = ("seconds", "fit_seconds")


def corpus(seed=0, songs=12, bars=5, linked=0.6):
    """Songs whose dance code follows the lyric code in a part of the frames; one bar in six is not sung."""
    rng = np.random.default_rng(seed)
    n = songs * bars
    lengths = rng.integers(3, 7, n)
    frames = int(lengths.sum())
    lyric = rng.integers(0, 9, frames)
    dance = np.where(rng.random(frames) < linked, lyric, rng.integers(0, 9, frames))
    return CodedBars(
        np.repeat(np.arange(songs), bars).astype(np.int32), np.concatenate([[0], np.cumsum(lengths)]),
        lyric.astype(np.int32), dance.astype(np.int32), 9, 9,
        np.repeat(np.resize([0, 0, 2, 1, 2, 0], songs), bars).astype(np.int8), rng.random(n) > 1 / 6,
    )


def naive_rows(codes, protocol, direction, gallery, ties, *, own_song=True):
    """Ranks of the test bars by the textbook, loop by loop; without ``own_song`` against bars of other songs only."""
    bars = [b for b in range(codes.bars) if codes.sung[b] and codes.split[b] == 2]
    ranks, sizes = [], []
    for query in bars:
        if protocol == "inductive":
            songs = np.array([(codes.split[codes.song == s] == 0).all() for s in range(codes.songs)])
        elif protocol == "transductive":
            songs = np.array([(codes.split[codes.song == s] == 2).all() for s in range(codes.songs)])
        else:
            songs = np.arange(codes.songs) != codes.song[query]
        table = npmi_table(count_songs(codes, songs))
        first, second = codes.lyric, codes.dance
        if direction == "dance-to-lyrics":
            first, second, table = second, first, table.T
        rivals = [b for b in bars if gallery == "all" or codes.lengths[b] == codes.lengths[query]]
        if not own_song:
            rivals = [b for b in rivals if b == query or codes.song[b] != codes.song[query]]
        if (gallery == "equal-length" or not own_song) and len(rivals) == 1:
            continue
        asked = first[codes.offsets[query] : codes.offsets[query + 1]]
        scores = [round(naive.score(asked, second[codes.offsets[b] : codes.offsets[b + 1]], table), 9) for b in rivals]
        ranks.append(naive.rank(scores, rivals.index(query), ties))
        sizes.append(len(rivals))
    return np.array(ranks), np.array(sizes)


def without(row, *names):
    return {name: value for name, value in row.items() if name not in names}


def row_of(result, **names):
    rows = [row for row in result["results"] if all(row[k] == v for k, v in names.items())]
    assert len(rows) == 1
    return rows[0]


def test_every_combination_equals_the_textbook():
    codes = corpus()
    result = evaluate(codes, ["xmied"])
    assert len(result["results"]) == 3 * 2 * 2 * 2
    assert result["split"] == "test"
    assert result["gallery_size"] == (codes.sung & (codes.split == 2)).sum()
    distinct = set()
    for protocol in PROTOCOLS:
        for direction in DIRECTIONS:
            for gallery in GALLERIES:
                for ties in TIES:
                    ranks, sizes = naive_rows(codes, protocol, direction, gallery, ties)
                    row = row_of(result, protocol=protocol, direction=direction, gallery=gallery, ties=ties)
                    assert row["queries"] == len(ranks)
                    assert row["mean_gallery_size"] == pytest.approx(sizes.mean())
                    assert row["mrr"] == pytest.approx(np.mean(1 / ranks))
                    assert row["inverse_mrr"] == pytest.approx(1 / np.mean(1 / ranks))
                    assert row["median_rank"] == np.median(ranks)
                    for k in (1, 5, 10):
                        assert row[f"recall_at_{k}"] == pytest.approx(np.mean(ranks <= k))
                    assert row["seconds"] > row["fit_seconds"] > 0
                    assert row["reason"] is None
                    assert row["class_map"] is None
                    distinct.add(row["mrr"])
                    ranks, _ = naive_rows(codes, protocol, direction, gallery, ties, own_song=False)
                    assert row["queries_without_song"] == len(ranks)
                    assert row["mrr_without_song"] == pytest.approx(np.mean(1 / ranks))
    assert len(distinct) > 15


def test_inductive_finds_nothing_where_there_is_nothing():
    """Codes without any relation, bars of one length: the default protocol must find no more than chance does."""
    rng = np.random.default_rng(0)
    songs, bars, length = 60, 12, 24
    n = songs * bars
    codes = CodedBars(
        np.repeat(np.arange(songs), bars).astype(np.int32), np.arange(n + 1) * length,
        np.repeat(rng.integers(0, 40, n * length // 8), 8).astype(np.int32),
        np.repeat(rng.integers(0, 30, n * length // 4), 4).astype(np.int32), 40, 30,
        np.repeat(np.arange(songs) % 2 * 2, bars).astype(np.int8), np.ones(n, bool),
    )
    rows = evaluate(codes, ["xmied", "random"], ["inductive"], ties=["average"], galleries=["all"])["results"]
    assert {row["queries"] for row in rows} == {360}
    ours, chance = rows[:2], rows[2:]
    for row, by_chance in zip(ours, chance, strict=True):
        assert row["median_rank"] == pytest.approx(by_chance["median_rank"], rel=0.15)
        assert row["mrr"] < 1.5 * by_chance["mrr"]


def test_blocks_of_queries_change_nothing(monkeypatch):
    codes = corpus(4)
    whole = evaluate(codes, ["xmied", "length-only"])
    monkeypatch.setattr(core.retrieval.ranks, "_BLOCK_SCORES", 50)
    parts = evaluate(codes, ["xmied", "length-only"])
    for a, b in zip(whole["results"], parts["results"], strict=True):
        assert without(a, *TIMES) == without(b, *TIMES)


def test_controls():
    codes = corpus(1)
    result = evaluate(codes, ["length-only", "random"], ["inductive", "transductive"])
    bars = np.flatnonzero(codes.sung & (codes.split == 2))
    lengths = codes.lengths[bars]
    same = np.array([(lengths == n).sum() for n in lengths])
    names = {"direction": "lyrics-to-dance", "protocol": "inductive"}
    # Every bar of the query's length ties at the top.
    row = row_of(result, method="length-only", gallery="all", ties="pessimistic", **names)
    assert row["mrr"] == pytest.approx(np.mean(1 / same))
    row = row_of(result, method="length-only", gallery="equal-length", ties="average", **names)
    assert row["mrr"] == pytest.approx(np.mean(2 / (same[same > 1] + 1)))
    n = len(bars)
    for ties in TIES:
        row = row_of(result, method="random", gallery="all", ties=ties, **names)
        assert row["mrr"] == pytest.approx(sum(1 / r for r in range(1, n + 1)) / n)
        assert row["median_rank"] == (n + 1) / 2
    for a, b in zip(result["results"][:8], result["results"][8:16], strict=True):
        assert (a["protocol"], b["protocol"]) == ("inductive", "transductive")
        assert without(a, "protocol") == without(b, "protocol")


def test_splits():
    codes = corpus()
    whole = evaluate(codes, ["length-only"], split="all")
    assert whole["gallery_size"] == codes.sung.sum()
    dev = evaluate(codes, ["xmied"], ["transductive"], ["lyrics-to-dance"], ["all"], ["average"], split="dev")
    assert dev["gallery_size"] == (codes.sung & (codes.split == 1)).sum()
    assert len(dev["results"]) == 1


def test_no_bar_has_a_rival_of_its_length():
    codes = CodedBars(np.array([0, 1], np.int32), np.array([0, 2, 5]), np.zeros(5, np.int32), np.zeros(5, np.int32), 1, 1,
                      np.full(2, 2, np.int8), np.ones(2, bool))
    rows = evaluate(codes, protocols=["transductive"], galleries=["equal-length"])["results"]
    assert len(rows) == 12
    for row in rows:
        assert row["queries"] == 0
        assert row["mrr"] is row["inverse_mrr"] is row["median_rank"] is row["recall_at_1"] is row["mrr_low"] is None
        assert row["mrr_without_song"] is row["difference"] is row["p_value"] is None
        assert row["reason"] == "No bar has a competitor of its own length."


def test_wrong_requests_get_one_sentence():
    codes = corpus()
    for arguments, sentence in (
        ({"methods": ["dance"]}, "no method 'dance'; use xmied, xmied-sentences, length-only, random"),
        ({"protocols": ["deductive"]}, "no protocol 'deductive'"), ({"directions": ["up"]}, "no direction 'up'"),
        ({"galleries": ["louvre"]}, "no gallery 'louvre'"), ({"ties": ["bow"]}, "no tie rule 'bow'"),
        ({"split": "exam"}, "no split 'exam'"),
    ):
        with pytest.raises(SettingsError, match=sentence):
            evaluate(codes, **arguments)
    silent = codes.select(np.flatnonzero(~codes.sung))
    with pytest.raises(SettingsError, match="nothing to evaluate"):
        evaluate(silent)
    untrained = codes.select(np.flatnonzero(codes.split == 2))
    with pytest.raises(SettingsError, match="No training song has lyrics"):
        evaluate(untrained)
    assert evaluate(untrained, protocols=["leave-one-song-out", "transductive"])["results"]


def test_progress_rises_and_can_stop():
    codes = corpus()
    seen = []
    evaluate(codes, progress=lambda fraction, message="": seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    def stop(fraction, message=""):
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        evaluate(codes, progress=stop)


class Oracle(RetrievalMethod):
    """Knows the answer, or gives scores that are none."""

    name = "oracle"
    protocols = ("inductive",)

    def __init__(self, answer):
        self.answer = answer
        self.fitted_on = None

    def fit(self, train, dev, progress=None):
        self.fitted_on = set(train.codes.split.tolist()), set(dev.codes.split.tolist())

    def scores(self, data, queries, gallery, direction, progress=None):
        return self.answer * (queries[:, None] == gallery[None, :]) if self.answer else np.full((1, 1), 0.0)


def test_other_systems_join_in():
    codes = corpus()
    oracle = Oracle(1.0)
    rows = evaluate(RetrievalData(codes), [oracle])["results"]
    assert oracle.fitted_on == ({0}, {1})
    # It takes part under the protocols that it knows only; the others say why not.
    assert {(row["protocol"], row["mrr"], row["reason"]) for row in rows} == {
        ("inductive", 1.0, None),
        *((name, None, "Fitted on the training songs only (protocol inductive).") for name in PROTOCOLS[1:]),
    }
    assert {row["queries"] > 0 for row in rows if row["protocol"] == "inductive"} == {True}
    for wrong in (0, np.nan):
        with pytest.raises(ValueError, match="oracle: scores of shape"):
            evaluate(codes, [Oracle(wrong)])
