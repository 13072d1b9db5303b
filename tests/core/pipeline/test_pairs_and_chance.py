"""The significance of a corpus's pairs: kept in its folder as long as it holds, and what chance gives beside Table 1."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from core.corpus.store import Corpus
from core.errors import Cancelled
from core.npmi import count_songs, npmi_table
from core.pipeline import figures, significance
from core.pipeline.build import build
from core.pipeline.chance import chance_shares, exchanged
from core.pipeline.options import BuildOptions
from core.pipeline.significance import FOLDER, counted_songs, known_pair_test, pair_null, pair_test
from core.pipeline.view import open_view
from core.significance.exchange import shuffled_codes
from core.significance.null import PairTest, exchange_null
from core.tables import table1, table1_from_frames

PROTOCOLS = ("inductive", "transductive", "leave-one-song-out")


@pytest.fixture
def corpus(built_corpus, tmp_path):
    return shutil.copytree(built_corpus, tmp_path / "corpus")


def same(a, b):
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ("pair", "p", "q"))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_counted_songs_are_tested_and_the_result_is_kept(corpus, protocol, monkeypatch):
    with open_view(corpus, protocol) as view:
        assert known_pair_test(view) is None
        mask = counted_songs(view)
        assert mask.all() == (protocol != "inductive")
        assert count_songs(view.coded, mask).songs == view.counts.songs
        expected = PairTest.of(exchange_null(view.coded, view.counts, mask), view.counts)
        assert len(expected.pair) > 100
        assert expected.positive == (view.table > 0).sum() > 0
        assert same(pair_test(view), expected)
        monkeypatch.setattr(significance, "exchange_null", None)
        assert same(known_pair_test(view), expected)
        assert same(pair_test(view), expected)
    with open_view(corpus, "leave-one-song-out" if protocol == "transductive" else protocol) as view:
        assert known_pair_test(view) is not None
    with open_view(corpus, "transductive" if protocol == "inductive" else "inductive") as view:
        assert known_pair_test(view) is None
    assert [p.name for p in (corpus / FOLDER).iterdir()] == [
        "training-songs.npz" if protocol == "inductive" else "all-songs.npz"]


def test_what_was_kept_is_dropped_when_the_codes_change(corpus):
    with open_view(corpus) as view:
        before = pair_test(view)
    with Corpus.open(corpus) as opened:
        build(opened, BuildOptions(lyric_encoder="lexical", dance_encoder="pose", lyric_codes=60, dance_codes=20))
    with open_view(corpus) as view:
        assert known_pair_test(view) is None
        after = pair_test(view)
        assert after.shape != before.shape
        view.coded = replace(view.coded, sung=view.coded.sung & (view.coded.song > 0))
        assert known_pair_test(view) is None


def test_a_damaged_file_is_computed_again(corpus):
    with open_view(corpus) as view:
        expected = pair_test(view)
        path = corpus / FOLDER / "training-songs.npz"
        whole = path.read_bytes()
        arrays = dict(np.load(path))
        for damage in (whole[: len(whole) // 2], b"PK", whole[:-40] + bytes(40)):
            path.write_bytes(damage)
            assert known_pair_test(view) is None
            assert same(pair_test(view), expected)
            assert path.read_bytes() == whole
        for name, wrong in (("offsets", arrays["offsets"] + 1), ("pair", arrays["pair"] + 10**9),
                            ("tail", -arrays["tail"]), ("least", arrays["least"][1:]), ("pair", arrays["pair"][::-1])):
            np.savez(path.open("wb"), **{**arrays, name: wrong})
            assert known_pair_test(view) is None, name


def test_writing_that_fails_is_no_error(corpus):
    (corpus / FOLDER).write_text("in the way")
    with open_view(corpus) as view:
        assert len(pair_test(view).pair) > 100


def test_stopping_leaves_nothing(corpus):
    def progress(fraction, message=""):
        if fraction > 0.5:
            raise Cancelled

    with open_view(corpus) as view:
        with pytest.raises(Cancelled):
            pair_null(view, progress)
        assert not (corpus / FOLDER).exists()


# -- chance -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_shares_by_chance_are_those_of_table_1_of_each_exchange(corpus, protocol):
    runs, seed, level = 4, 7, 0.6
    with open_view(corpus, protocol) as view:
        null = pair_null(view)
        plain, strict = chance_shares(view, runs, seed, null=null, level=level)
        found = list(exchanged(view, runs, seed))
        kept = []
        for i, run in enumerate(found):
            np.testing.assert_array_equal(run.codes.dance, shuffled_codes(view.coded, seed + i).dance)
            np.testing.assert_array_equal(run.table, npmi_table(count_songs(run.codes, counted_songs(view))))
            passed = PairTest.of(null, run.counts).significant(level)
            kept.append(np.where(passed[run.codes.lyric, run.codes.dance], run.values, 0.0))
        if protocol != "leave-one-song-out":
            assert table1(found[0].codes, found[0].table) == table1_from_frames(found[0].codes, found[0].values)
        for split in ("all", "train", "test"):
            mask = view.split_mask(split)[view.coded.sung]
            frames = np.repeat(mask, found[0].codes.lengths)
            for minimum in (0.0, 0.2):
                for shares, values in ((plain, [run.values for run in found]), (strict, kept)):
                    got = shares.shares(minimum, split)
                    tables = [table1_from_frames(run.codes.select(mask), (own > minimum)[frames].astype(float))
                              for run, own in zip(found, values, strict=True)]
                    for kind in ("songs", "bars", "frames"):
                        percent = [one[kind]["percent"] for one in tables]
                        assert got[kind].mean == pytest.approx(np.mean(percent))
                        assert got[kind].low == pytest.approx(np.quantile(percent, 0.025))
                        assert got[kind].high == pytest.approx(np.quantile(percent, 0.975))
        assert plain.shares()["frames"].mean > 0
        assert strict.shares()["frames"].mean < plain.shares()["frames"].mean
        assert chance_shares(view, 1, seed)[1] is None
        assert [d.frames.above(0.0) for d in figures.chance(view, 2, seed)] == [
            int((run.values > 0).sum()) for run in found[:2]]


def test_no_exchanges_are_no_shares(corpus):
    with open_view(corpus) as view:
        plain, _ = chance_shares(view, 0, 0)
        assert plain.runs == 0
        assert plain.shares()["frames"].mean == 0.0


def test_counting_chance_can_be_stopped(corpus):
    def progress(fraction, message=""):
        if fraction > 0.5:
            raise Cancelled

    with open_view(corpus) as view, pytest.raises(Cancelled):
        chance_shares(view, 4, 0, progress)
