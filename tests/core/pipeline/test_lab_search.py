"""Search by any of the systems: what is asked is what the systems themselves would answer, and fits are kept."""

from __future__ import annotations

import json
import shutil
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from core.corpus.store import Corpus
from core.errors import Cancelled, SettingsError
from core.pipeline import lab_search
from core.pipeline.codebooks import load_coded
from core.pipeline.lab import lab_folder, retrieval_data
from core.pipeline.lab_search import (
    LabSearcher,
    NotFittedError,
    fit_system,
    gallery_path,
    is_fitted,
    lacking,
    was_fitted,
)
from core.pipeline.query import Query, QueryEncoder, QueryWords
from core.pipeline.search import ranked
from core.retrieval import registry
from core.retrieval.embedding import unit
from core.retrieval.evaluate import fit_method
from core.retrieval.protocol import METHODS
from core.retrieval.registry import make_method

NO_BARS = np.zeros(0, np.int64)


@pytest.fixture
def folder(built_corpus, tmp_path) -> Path:
    return Path(shutil.copytree(built_corpus, tmp_path / "corpus"))


@pytest.fixture(scope="module")
def fitted(built_corpus, tmp_path_factory) -> Path:
    """A corpus with three systems of three kinds fitted. Read only."""
    made = Path(shutil.copytree(built_corpus, tmp_path_factory.mktemp("fitted") / "corpus"))
    for name in ("cca", "word-count", "xmied-sentences"):
        fit_system(made, name)
    return made


def sung_throughout(corpus: Corpus, *, line: bool = False) -> list[tuple[int, Query]]:
    """Bars without a frame of silence whose words, typed, are the same words; each with its query.

    With ``line`` only bars whose words are one whole line of the song.
    """
    encoder = QueryEncoder(corpus)
    _, bars = load_coded(corpus)
    found = []
    for i, entry in enumerate(bars):
        sung = np.asarray(corpus.array(entry.song, "words"))[entry.bar.start : entry.bar.stop]
        if (sung < 0).any():
            continue
        words = corpus.words(entry.song)
        order, counts = np.unique(sung, return_counts=True)
        lines = {words[w].line for w in order}
        if line and (len(lines) > 1 or len(order) != sum(word.line in lines for word in words)):
            continue
        typed = encoder.words(" ".join(words[w].text for w in order))
        if typed.words == tuple(words[w].text for w in order) and (np.diff(sung) >= 0).all():
            found.append((i, typed.lasting(counts.tolist())))
    return found


def queries(corpus: Corpus) -> list[tuple[int, Query]]:
    found = sung_throughout(corpus)
    assert len(found) >= 3
    return found[:3]


def test_a_typed_bar_has_the_features_and_words_of_the_bar(built_corpus):
    with Corpus.open(built_corpus) as corpus:
        data = retrieval_data(corpus, ("lyrics", "words"))
        for bar, query in queries(corpus):
            own = lab_search.query_data(query, data.codes)
            np.testing.assert_allclose(own.features("lyrics").pooled[0], data.features("lyrics").pooled[bar], atol=1e-6)
            np.testing.assert_allclose(own.features("lyrics").steps[0], data.features("lyrics").steps[bar], atol=1e-6)
            assert own.words[0] == data.words[bar]
            np.testing.assert_array_equal(
                own.codes.lyric, data.codes.lyric[data.codes.offsets[bar] : data.codes.offsets[bar + 1]])
            assert own.dance is None


def test_words_that_come_twice_have_one_vector_in_the_vocabulary():
    vectors = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 0.0]], np.float32)
    words = QueryWords("La di la", ("La", "di", "la"), (1, 1, 1), np.zeros(3, np.int32), vectors)
    codes = retrieval_codes()
    data = lab_search.query_data(words.lasting((2, 1, 1)), codes)
    assert data.vocabulary == ("di", "la")
    np.testing.assert_array_equal(data.word_vectors, [[0.0, 2.0], [2.0, 0.0]])
    np.testing.assert_array_equal(data.features("lyrics").pooled[0], [5 / 4, 2 / 4, 3.0, 2.0])


def retrieval_codes():
    from tests.core.retrieval.lab_data import related_data

    return related_data(bars=20).codes


def test_scores_of_a_typed_bar_are_the_systems_own_for_that_bar(fitted):
    with Corpus.open(fitted) as corpus:
        searcher = LabSearcher(corpus)
        for name in ("cca", "word-count"):
            method = make_method(name)
            data = retrieval_data(corpus, {*method.needs, "words", "lyrics"})
            fit_method(method, data, NO_BARS, "inductive", folder=lab_folder(corpus))
            for bar, query in queries(corpus):
                expected = method.scores(data, np.array([bar]), np.arange(data.codes.bars), "lyrics-to-dance")[0]
                found = searcher.scores(name, query)
                assert found.shape == (data.codes.bars,)
                np.testing.assert_allclose(found, expected, atol=1e-5)
                assert np.ptp(found) > 0.05
                assert found.max() <= 1.0 + 1e-6


def test_sentences_are_scored_by_the_code_of_the_line(fitted):
    with Corpus.open(fitted) as corpus:
        method = make_method("xmied-sentences")
        data = retrieval_data(corpus, method.needs)
        fit_method(method, data, NO_BARS, "inductive")
        offsets, searcher = data.codes.offsets, LabSearcher(corpus)
        lines = [(bar, query) for bar, query in sung_throughout(corpus, line=True)
                 if len(set(data.sentences.lyric[offsets[bar] : offsets[bar + 1]].tolist())) == 1]
        assert lines
        for bar, query in lines[:3]:
            expected = method.scores(data, np.array([bar]), np.arange(data.codes.bars), "lyrics-to-dance")[0]
            np.testing.assert_allclose(searcher.scores("xmied-sentences", query), expected, atol=1e-9)


def test_a_fit_is_kept_shared_with_the_evaluation_and_dropped_when_the_corpus_changes(folder, monkeypatch):
    from core.retrieval.cca import Cca

    with Corpus.open(folder) as corpus:
        assert not is_fitted(corpus, "cca")
        (_, query), *_ = queries(corpus)
        with pytest.raises(NotFittedError):
            LabSearcher(corpus).scores("cca", query)
    fit_system(folder, "cca")
    with Corpus.open(folder) as corpus:
        assert is_fitted(corpus, "cca")
        assert not is_fitted(corpus, "cca", seed=1)
        codes = load_coded(corpus)[0]
        assert was_fitted(corpus, codes, "cca")
        assert not was_fitted(corpus, codes, "cluster-cca")
        before = LabSearcher(corpus).scores("cca", query)
        with monkeypatch.context() as patch:
            patch.setattr(Cca, "fit", lambda *_: pytest.fail("fitted again"))
            method = make_method("cca")
            fit_method(method, retrieval_data(corpus, method.needs), NO_BARS, "inductive", folder=lab_folder(corpus))
            gallery_path(corpus, "cca").unlink()
            fit_system(folder, "cca")
        np.testing.assert_array_equal(LabSearcher(corpus).scores("cca", query), before)
        # Damaged: as if it had never been.
        path = gallery_path(corpus, "cca")
        path.write_bytes(path.read_bytes()[:-40])
        with pytest.raises(NotFittedError):
            LabSearcher(corpus).scores("cca", query)
        fit_system(folder, "cca")
        with corpus.editing() as database:
            database.execute("UPDATE songs SET split = 'test' WHERE song_id = ?", (corpus.songs()[0].song_id,))
        assert not is_fitted(corpus, "cca")
        assert not was_fitted(corpus, load_coded(corpus)[0], "cca")
        with pytest.raises(NotFittedError):
            LabSearcher(corpus).scores("cca", query)


def test_an_older_version_of_a_system_is_not_asked(fitted, monkeypatch):
    from core.retrieval.cca import Cca

    with Corpus.open(fitted) as corpus:
        (_, query), *_ = queries(corpus)
        LabSearcher(corpus).scores("cca", query)
        for name, value in (("settings", property(lambda _self: {"other": 1})), ("version", Cca.version + 1)):
            with monkeypatch.context() as patched:
                patched.setattr(Cca, name, value)
                with pytest.raises(NotFittedError):
                    LabSearcher(corpus).scores("cca", query)


def test_a_cancelled_fit_leaves_nothing_half_done(folder):
    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.5:
            raise Cancelled

    for name in ("cca", "xmied-sentences"):
        with pytest.raises(Cancelled):
            fit_system(folder, name, progress=stop)
        with Corpus.open(folder) as corpus:
            assert not is_fitted(corpus, name)


def test_alpha_ranks_anew_without_the_network(folder, monkeypatch):
    from core.retrieval.semi_supervised import SemiSupervised

    monkeypatch.setattr(lab_search, "make_method", lambda _name, seed: SemiSupervised(seed=seed, epochs=1))
    fit_system(folder, "semi-supervised")
    with Corpus.open(folder) as corpus:
        method = SemiSupervised(epochs=1)
        data = retrieval_data(corpus, method.needs)
        fit_method(method, data, NO_BARS, "inductive", folder=lab_folder(corpus))
        everything = np.arange(data.codes.bars)
        (bar, query), *_ = queries(corpus)
        searcher = LabSearcher(corpus)
        embedded = []
        real = SemiSupervised.two_spaces
        monkeypatch.setattr(SemiSupervised, "two_spaces", lambda *given: embedded.append(1) or real(*given))
        found = {}
        for alpha in (0.0, 0.4, 1.0):
            method.alpha = alpha
            found[alpha] = searcher.scores("semi-supervised", query, alpha)
            asked = method.embed(data, np.array([bar]), "lyrics")
            np.testing.assert_allclose(found[alpha], (asked @ method.embed(data, everything, "dance").T)[0], atol=1e-5)
        assert len(embedded) - 6 == 1, "the query was embedded more than once"
        assert np.abs(found[0.0] - found[1.0]).max() > 0.01
        for alpha in (-0.1, 1.1, float("nan")):
            with pytest.raises(SettingsError, match="Alpha"):
                searcher.scores("semi-supervised", query, alpha)


def test_alpha_ranks_a_hundred_thousand_bars_as_blending_their_vectors_does():
    """How long it takes is measured in benchmarks/alpha.py."""
    from core.retrieval.semi_supervised import TwoSpaces

    rng = np.random.default_rng(0)
    pairs, labels, one, other = (unit(rng.normal(size=(n, 128)).astype(np.float32)) for n in (100_000, 100_000, 1, 1))
    gallery, asked = TwoSpaces.of(pairs, labels), TwoSpaces.of(one, other)
    for alpha in (0.1, 0.5, 0.9):
        found = ranked(gallery.scores(asked, alpha), top=300)
        expected = (unit((1 - alpha) * pairs + alpha * labels) @ unit((1 - alpha) * one + alpha * other).T)[:, 0]
        np.testing.assert_allclose(found.score, np.sort(expected)[::-1][:300], atol=1e-5)


def test_ranked_gives_the_best_in_order_earlier_bars_first():
    rng = np.random.default_rng(1)
    for count, top in ((0, 5), (1, 5), (50, 7), (50, 50), (50, 80), (50, 0), (3000, 100)):
        # Few different values, so that there are ties at the border too.
        scores = rng.integers(0, 9, size=count) / 8
        admitted = rng.random(count) < 0.7
        for mask, least in ((None, -np.inf), (admitted, -np.inf), (admitted, 0.5), (admitted, 2.0)):
            asked = np.arange(count) if mask is None else np.flatnonzero(mask)
            good = [bar for bar in asked.tolist() if scores[bar] >= least]
            expected = sorted(good, key=lambda bar: (-scores[bar], bar))[:top]
            found = ranked(scores, admitted=mask, top=top, minimum=least)
            assert found.bar.tolist() == expected
            np.testing.assert_array_equal(found.score, scores[expected])
            np.testing.assert_array_equal(found.distance, 1 - scores[expected])
            assert (found.gallery, found.searched, found.matching) == (len(asked), len(asked), len(good))
            assert found.complete


def test_what_a_corpus_lacks_is_known_without_the_systems_modules(folder):
    with Corpus.open(folder) as corpus:
        assert lacking(corpus) == {}
        with corpus.editing() as database:
            database.execute("UPDATE songs SET genre = 'one'")
        without_labels = lacking(corpus)
        assert set(without_labels.values()) == {"labels"}
        with corpus.editing() as database:
            database.execute("UPDATE songs SET genre = song_id")
            database.execute("UPDATE songs SET audio = '/nowhere.ogg' WHERE id = (SELECT min(id) FROM songs)")
        without_sound = lacking(corpus)
        assert set(without_sound.values()) == {"audio"}
    for name in METHODS:
        needs = make_method(name).needs
        assert ("labels" in needs) == (name in without_labels), name
        assert ("audio" in needs) == (name in without_sound), name


def test_asking_what_is_ready_loads_no_torch(fitted):
    import subprocess
    import sys

    script = ("import sys; from core.corpus.store import Corpus; from core.pipeline.lab_search import is_fitted, lacking\n"
              f"with Corpus.open({str(fitted)!r}) as c: assert is_fitted(c, 'cca'); lacking(c)\n"
              "assert 'torch' not in sys.modules")
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3], timeout=60)


def test_systems_that_cannot_be_fitted_say_so(folder):
    for name in ("xmied", "length-only", "random"):
        with pytest.raises(SettingsError, match="not one that is fitted"):
            fit_system(folder, name)
    with pytest.raises(SettingsError, match="no method"):
        fit_system(folder, "guesswork")
    with Corpus.open(folder) as corpus, corpus.editing() as database:
        database.execute("UPDATE songs SET genre = ''")
    with pytest.raises(SettingsError, match=r"cluster-cca.*no labels"):
        fit_system(folder, "cluster-cca")
    with Corpus.open(folder) as corpus, corpus.editing() as database:
        database.execute("UPDATE songs SET split = 'test'")
    for name in ("cca", "xmied-sentences"):
        with pytest.raises(SettingsError, match="No training song"):
            fit_system(folder, name)


def test_a_query_without_vectors_is_refused(fitted):
    with Corpus.open(fitted) as corpus:
        bare = Query("love", (("love", 30),), np.zeros(30, np.int32))
        for name in ("cca", "word-count", "xmied-sentences"):
            with pytest.raises(ValueError, match="no word vectors"):
                LabSearcher(corpus).scores(name, bare)


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    from core.cli.app import app
    from core.cli.console import run as run_app

    code = run_app(app, [str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_searches_by_every_kind_of_system(fitted, folder, capsys):
    # What was not fitted before is fitted by the search.
    for name, corpus_folder in (("cca", folder), ("word-count", fitted), ("xmied-sentences", fitted)):
        code, out, _ = run(capsys, "search", corpus_folder, "love you", "--method", name, "--top", 3, "--json",
                           "--quiet")
        assert code == 0
        found = json.loads(out)
        assert found["method"] == name
        assert found["protocol"] == "inductive"
        with Corpus.open(corpus_folder) as corpus:
            query = QueryEncoder(corpus).encode("love you", found["frames"])
            scores = LabSearcher(corpus).scores(name, query)
            _, bars = load_coded(corpus)
        assert found["gallery"] == len(scores)
        best = np.lexsort((np.arange(len(scores)), -scores))[:3]
        assert [(h["song_id"], h["bar"]) for h in found["results"]] == [
            (bars[i].song.song_id, bars[i].number) for i in best]
        assert [h["score"] for h in found["results"]] == pytest.approx(scores[best].tolist())
        assert [h["distance"] for h in found["results"]] == pytest.approx((1 - scores[best]).tolist())
    code, _, err = run(capsys, "search", folder, "love", "--method", "cca", "--protocol", "transductive")
    assert code == 1
    assert "--protocol inductive" in err
    assert run(capsys, "search", folder, "love", "--method", "guesswork")[0] == 2
    assert run(capsys, "search", folder, "love", "--method", "cca", "--alpha", "2")[0] == 2


def test_every_system_has_a_module_of_its_registry():
    """All names of the menu can be made; those of others' modules too."""
    for name, entry in registry._SYSTEMS.items():
        assert hasattr(import_module(f"core.retrieval.{entry.module}"), entry.kind), name
