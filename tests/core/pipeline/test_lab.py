"""A built corpus as the comparison systems see it."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from core.corpus.edits import MoveWords, WordTimes, apply_edit
from core.corpus.store import Corpus
from core.pipeline.codebooks import load_coded
from core.pipeline.lab import retrieval_data
from core.pipeline.recode import recode
from core.pipeline.sentences import line_vectors, sentence_coded
from core.pipeline.vectors import LYRIC
from core.retrieval.evaluate import evaluate
from core.retrieval.features import STEPS, Scaling, bar_features


@pytest.fixture(scope="module")
def opened(built_corpus):
    with Corpus.open(built_corpus) as corpus:
        yield corpus


def test_only_what_is_asked_for_is_gathered(opened):
    data = retrieval_data(opened)
    assert data.lyrics is None
    assert data.words is None
    assert data.key
    full = retrieval_data(opened, ("lyrics", "dance", "words", "labels", "sentences"))
    assert len(full.lyrics) == len(full.dance) == len(full.words) == len(full.labels) == full.codes.bars
    assert full.true_labels
    assert set(full.labels.tolist()) <= set(range(len(full.label_names)))
    assert full.key == data.key


def test_lyrics_are_pooled_over_what_is_sung_and_dance_over_all(opened):
    data = retrieval_data(opened, ("lyrics", "dance", "words"))
    _, bars = load_coded(opened)
    silent = np.flatnonzero(~data.codes.sung)
    assert len(silent)
    assert not data.lyrics.pooled[silent].any()
    assert data.dance.pooled[silent].any(axis=1).all()
    i = int(np.flatnonzero(data.codes.sung)[3])
    entry = bars[i]
    sung = np.asarray(opened.array(entry.song, "words"))[entry.bar.start : entry.bar.stop]
    vectors = np.asarray(opened.array(entry.song, LYRIC))
    counted = vectors[sung[sung >= 0]]
    width = data.lyrics.width
    np.testing.assert_allclose(data.lyrics.pooled[i, :width], counted.mean(axis=0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(data.lyrics.pooled[i, width:], counted.max(axis=0), rtol=1e-4, atol=1e-6)
    texts = [word.text for word in opened.words(entry.song)]
    # A word sung twice is there twice, one that is held is not.
    assert data.words[i] == tuple(texts[n] for n in dict.fromkeys(sung[sung >= 0].tolist()))


def test_a_selection_is_of_its_bars_in_their_order(opened):
    data = retrieval_data(opened, ("lyrics", "dance", "words", "labels", "sentences"))
    chosen = np.array([5, 2, 9])
    part = data.select(chosen)
    np.testing.assert_array_equal(part.dance.steps, data.dance.steps[chosen])
    assert part.words == tuple(data.words[i] for i in chosen)
    np.testing.assert_array_equal(part.labels, data.labels[chosen])
    np.testing.assert_array_equal(part.sentences.lengths, data.codes.lengths[chosen])
    assert part.key not in ("", data.key, data.select(chosen[::-1]).key)


def test_steps_are_means_over_equal_parts_whatever_the_length():
    ramp = np.linspace(0.0, 1.0, 61, endpoint=True)[:, None]
    for length in (16, 48, 61):
        values = np.interp(np.linspace(0, 60, length), np.arange(61), ramp[:, 0])[:, None]
        steps = bar_features([(values, None)], 1, 1).steps[0, :, 0]
        np.testing.assert_allclose(steps, (np.arange(STEPS) + 0.5) / STEPS, atol=0.04)
    constant = bar_features([(np.full((7, 3), 2.5), None), (np.zeros((0, 3)), None)], 2, 3)
    np.testing.assert_allclose(constant.steps[0], 2.5, rtol=1e-6)
    assert not constant.steps[1].any()


def test_scaling_leaves_a_column_that_does_not_vary():
    values = np.array([[1.0, 7.0], [3.0, 7.0], [5.0, 7.0]])
    scaled = Scaling.of(values)(values)
    np.testing.assert_allclose(scaled.std(axis=0), [1.0, 0.0], atol=1e-6)
    np.testing.assert_allclose(scaled.mean(axis=0), 0.0, atol=1e-6)


def test_sentence_codes_are_one_for_each_line(opened):
    codes, bars = load_coded(opened)
    found = sentence_coded(opened, codes, bars)
    np.testing.assert_array_equal(found.dance, codes.dance)
    lines = 0
    for i, entry in enumerate(bars):
        sung = np.asarray(opened.array(entry.song, "words"))[entry.bar.start : entry.bar.stop]
        own = found.lyric[found.offsets[i] : found.offsets[i + 1]]
        _, line, _ = line_vectors(opened, entry.song)
        for number in set(line[sung[sung >= 0]].tolist()):
            here = np.isin(sung, np.flatnonzero(line == number))
            assert len(set(own[here].tolist())) == 1
            lines += 1
    assert lines > 50
    assert len(np.unique(found.lyric)) < found.lyric_size + 1


def test_a_line_that_comes_again_has_the_same_code(opened):
    codes, bars = load_coded(opened)
    found = sentence_coded(opened, codes, bars)
    by_text: dict[str, set[int]] = {}
    for i, entry in enumerate(bars):
        sung = np.asarray(opened.array(entry.song, "words"))[entry.bar.start : entry.bar.stop]
        own = found.lyric[found.offsets[i] : found.offsets[i + 1]]
        _, line, texts = line_vectors(opened, entry.song)
        for frame, word in enumerate(sung.tolist()):
            if word >= 0:
                by_text.setdefault(f"{entry.song.song_id} {texts[line[word]]}", set()).add(int(own[frame]))
    assert all(len(known) == 1 for known in by_text.values())


def test_a_corpus_built_with_sentences_has_them_already(built_corpus, tmp_path):
    copy = shutil.copytree(built_corpus, tmp_path / "corpus")
    with Corpus.open(copy) as corpus:
        encoders = corpus.setting("encoders")
        encoders["lyric"]["mode"] = "sentence"
        corpus.set_setting("encoders", encoders)
        codes, bars = load_coded(corpus)
        assert sentence_coded(corpus, codes, bars) is codes


def test_xmied_with_sentence_codes_is_evaluated_like_any_other(opened):
    data = retrieval_data(opened, ("sentences",))
    table = evaluate(data, ["xmied", "xmied-sentences"], ["inductive", "leave-one-song-out"], split="all")
    rows = [row for row in table["results"] if row["gallery"] == "all" and row["ties"] == "average"]
    by_name = {name: [row["mrr"] for row in rows if row["method"] == name] for name in ("xmied", "xmied-sentences")}
    assert len(by_name["xmied-sentences"]) == 4
    assert all(0.0 < mrr < 1.0 for mrr in by_name["xmied-sentences"])
    assert by_name["xmied"] != by_name["xmied-sentences"]


def test_a_word_moved_by_hand_gives_another_key(built_corpus, tmp_path):
    copy = shutil.copytree(built_corpus, tmp_path / "corpus")
    with Corpus.open(copy) as corpus:
        before = retrieval_data(corpus).key
        song = next(song for song in corpus.songs() if len(corpus.words(song)) > 3)
        word = corpus.words(song)[2]
        apply_edit(corpus, MoveWords(song.song_id, (WordTimes(2, word.start, (word.start + word.end) / 2),)))
        # The codes are brought back as the window does it, with the frames that the word has now.
        assert recode(corpus, song.song_id)
        assert retrieval_data(corpus).key != before
