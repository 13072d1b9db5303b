"""Retrieval by counting words."""

from dataclasses import replace

import numpy as np
import pytest
from lab_data import chance_interval, related_data, splits
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from core.errors import Cancelled, SettingsError
from core.retrieval import word_count
from core.retrieval.choice import mrr_of_scores
from core.retrieval.evaluate import evaluate
from core.retrieval.features import STEPS, BarFeatures
from core.retrieval.protocol import DIRECTIONS, RetrievalData
from core.retrieval.word_count import NEIGHBOURS, WordCount


def gestures(bars=600, shuffled=False, seed=0, vocabulary=40, width=24) -> RetrievalData:
    """Bars of three words; each word has a gesture of its own, and the dance is their sum and some noise."""
    rng = np.random.default_rng(seed)
    data = related_data(bars, seed=seed)
    chosen = np.array([rng.choice(vocabulary, 3, replace=False) for _ in range(bars)])
    dance = rng.normal(size=(vocabulary, width))[chosen].sum(axis=1) + 0.3 * rng.normal(size=(bars, width))
    if shuffled:
        dance = dance[rng.permutation(bars)]
    dance = dance.astype(np.float32)
    pooled = np.concatenate([dance, dance + 1.0], axis=1)
    return replace(data, dance=BarFeatures(pooled, np.repeat(dance[:, None], STEPS, axis=1)), lyrics=None,
                   words=tuple(tuple(f"Word{i}" for i in row) for row in chosen.tolist()))


def mrr_rows(data):
    result = evaluate(data, ["word-count"], ("inductive",), galleries=("all",), ties=("average",))
    return {row["direction"]: row["mrr"] for row in result["results"]}


def test_words_with_gestures_are_found_and_others_are_not():
    low, high = chance_interval(int((gestures(1000).codes.split == 2).sum()))
    for mrr in mrr_rows(gestures(1000)).values():
        assert mrr > 4 * high
    for mrr in mrr_rows(gestures(1000, shuffled=True)).values():
        assert low < mrr < high


def test_scores_are_those_of_the_textbook():
    """Loop by loop, with tools of scikit-learn only where words and dances become vectors."""
    train, dev, test = splits(gestures())
    method = WordCount()
    method.fit(train, dev)
    words = TfidfVectorizer(lowercase=True, token_pattern=r"\S+")
    sung = normalize(words.fit_transform([" ".join(bar) for bar in train.words]).toarray())
    asked = normalize(words.transform([" ".join(bar) for bar in test.words]).toarray())
    mean, spread = train.dance.pooled.mean(0), train.dance.pooled.std(0)
    flat = [(part.dance.pooled - mean) / spread for part in (train, test)]
    axes = np.linalg.svd(flat[0], full_matrices=False)[2]
    for direction in DIRECTIONS:
        size, k = method.chosen[direction]
        known, shown = (normalize(part @ axes[:size].T) for part in flat)
        got = method.scores(test, np.array([3, 11]), np.arange(20), direction)
        for i, query in enumerate((3, 11)):
            if direction == "lyrics-to-dance":
                alike, lent = sung @ asked[query], known @ shown[:20].T
            else:
                alike, lent = known @ shown[query], sung @ asked[:20].T
            alike = np.maximum(alike, 0.0)
            near = alike >= np.sort(alike)[::-1][min(k, len(alike)) - 1] - 1e-9
            expected = (alike[near] @ lent[near]) / alike[near].sum()
            assert got[i] == pytest.approx(expected, abs=1e-4)


def test_a_query_without_a_known_word_prefers_no_bar():
    train, dev, test = splits(gestures())
    method = WordCount()
    method.fit(train, dev)
    words = (("unheard", "of"), (), *test.words[2:])
    test = replace(test, words=words)
    bars = np.arange(test.codes.bars)
    scores = method.scores(test, bars, bars, "lyrics-to-dance")
    assert np.ptp(scores[:2]) == 0.0
    assert np.ptp(scores[2]) > 0.0
    # In mirror no such bar can be found, but nothing breaks.
    back = method.scores(test, bars, bars, "dance-to-lyrics")
    assert (back[:, :2] == 0.0).all()
    assert back[:, 2:].max() > 0.0


def test_neither_case_nor_the_order_of_the_corpus_matters():
    train, dev, test = splits(gestures())
    order = np.random.default_rng(3).permutation(train.codes.bars)
    bars = np.arange(test.codes.bars)
    loud = replace(test, words=tuple(tuple(word.upper() for word in bar) for bar in test.words))
    first, second = WordCount(), WordCount()
    first.fit(train, dev)
    second.fit(train.select(order), dev)
    assert first.chosen == second.chosen
    for direction in DIRECTIONS:
        scores = first.scores(test, bars, bars, direction)
        assert second.scores(loud, bars, bars, direction) == pytest.approx(scores, abs=1e-5)


def test_blocks_change_nothing(monkeypatch):
    train, dev, test = splits(gestures())
    method = WordCount()
    method.fit(train, dev)
    bars = np.arange(test.codes.bars)
    whole = [method.scores(test, bars, bars, direction) for direction in DIRECTIONS]
    monkeypatch.setattr(word_count, "_BLOCK", 7 * train.codes.bars)
    for direction, scores in zip(DIRECTIONS, whole, strict=True):
        assert method.scores(test, bars, bars, direction) == pytest.approx(scores, abs=1e-6)


def test_dev_chooses():
    train, dev, _ = splits(gestures())
    method = WordCount()
    method.fit(train, dev)
    bars = np.arange(dev.codes.bars)
    for direction, (size, k) in method.chosen.items():
        assert k in NEIGHBOURS
        rows = method._scores(dev, bars, bars, direction, size, NEIGHBOURS, lambda *_: None)
        figures = [mrr_of_scores(row) for row in rows]
        assert NEIGHBOURS[int(np.argmax(figures))] == k
        # More than one k must have been worth trying.
        assert max(figures) > min(figures)
    unchosen = WordCount()
    unchosen.fit(train, None)
    assert set(unchosen.chosen.values()) == {(64, 30)}


def test_bars_without_lyrics_lend_nothing():
    data = gestures()
    sung = np.arange(data.codes.bars) % 5 > 0
    data = replace(data, codes=replace(data.codes, sung=sung))
    wild = data.dance.pooled.copy()
    wild[~sung & (data.codes.split < 2)] = 1000.0
    other = replace(data, dance=BarFeatures(wild, data.dance.steps))
    for mrr in zip(*(mrr_rows(given).values() for given in (data, other)), strict=True):
        assert mrr[0] == mrr[1]


def test_what_is_missing_is_named():
    data = gestures(60)
    assert WordCount().missing(replace(data, words=None)) == "this corpus has no words"
    assert not WordCount().missing(data)
    with pytest.raises(RuntimeError, match="fit comes before"):
        WordCount().scores(data, np.array([0]), np.array([0]), DIRECTIONS[0])
    with pytest.raises(SettingsError, match="No training bar has a word"):
        WordCount().fit(replace(data, words=((),) * 60), None)


@pytest.mark.parametrize("limit", [0.0, 0.3, 0.8])
def test_a_fit_can_be_cancelled(limit):
    def stop(fraction, message=""):
        assert 0.0 <= fraction <= 1.0
        if fraction >= limit:
            raise Cancelled

    train, dev, _ = splits(gestures())
    with pytest.raises(Cancelled):
        WordCount().fit(train, dev, stop)
