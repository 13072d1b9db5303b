"""The build with networks: the bundled dance encoder, one trained on the corpus, and the English sentence model."""

import shutil

import numpy as np
import pytest

from core.corpus.store import Corpus
from core.errors import Cancelled, InputError
from core.pipeline.build import build
from core.pipeline.codebooks import load_coded
from core.pipeline.options import BuildOptions


def test_the_bundled_encoder_and_the_sentence_model(imported_corpus, tmp_path):
    folder = tmp_path / "c"
    shutil.copytree(imported_corpus, folder)
    with Corpus.open(folder) as corpus:
        report = build(corpus, BuildOptions(lyric_codes=50, dance_codes=40))
        encoders = corpus.setting("encoders")
        coded, _ = load_coded(corpus)
        vectors = np.asarray(corpus.array(corpus.songs()[0], "dance"), dtype=np.float32)
    assert report.songs_encoded == 8
    assert "transformer" in encoders["dance"]["name"]
    assert encoders["lyric"]["mode"] == "word"
    assert any(s.startswith("SudachiPy") for s in encoders["segmenters"])
    # A third of the demo is Japanese, which the English model does not know: that must be said.
    assert any(note.startswith("ATTENTION") and "lexical" in note for note in report.notes)
    assert len(np.unique(coded.dance)) > 20
    inside = vectors[(vectors != 0).any(axis=1)]
    assert np.linalg.norm(inside.mean(axis=0)) < np.linalg.norm(inside - inside.mean(axis=0), axis=1).mean(), \
        "vectors that share a large mean would all be near-duplicates"


def test_training_on_the_corpus_resumes_and_is_kept(imported_corpus, tmp_path):
    folder = tmp_path / "c"
    shutil.copytree(imported_corpus, folder)
    options = BuildOptions("lexical", dance_encoder="train", lyric_codes=40, dance_codes=20, epochs=1)

    def stop_in_training(_fraction, message=""):
        if "epoch" in message:
            raise Cancelled

    with Corpus.open(folder) as corpus:
        with pytest.raises(Cancelled):
            build(corpus, options, stop_in_training)
        assert not (folder / "dance_encoder.safetensors").exists()
        build(corpus, options)
        trained = (folder / "dance_encoder.safetensors").read_bytes()
        assert "transformer" in corpus.setting("encoders")["dance"]["name"]
        again = build(corpus, options)
    assert again.songs_encoded == 0
    assert (folder / "dance_encoder.safetensors").read_bytes() == trained
    assert not list(folder.glob("*.checkpoint*"))


def test_a_file_that_is_no_encoder_is_refused(imported_corpus, tmp_path):
    folder, weights = tmp_path / "c", tmp_path / "weights.safetensors"
    shutil.copytree(imported_corpus, folder)
    weights.write_bytes(b"no weights")
    with Corpus.open(folder) as corpus, pytest.raises(InputError, match=r"weights\.safetensors"):
        build(corpus, BuildOptions("lexical", dance_encoder=str(weights)))
