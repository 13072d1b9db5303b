"""What is browsed agrees with a naive recount of the corpus, frame by frame."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import hypergeom

from core.pipeline.browse import Filter, Place, gather, song_shares
from core.pipeline.significance import pair_test
from core.pipeline.view import open_view

PROTOCOLS = ("inductive", "transductive", "leave-one-song-out")


@pytest.fixture(params=PROTOCOLS)
def view(request, built_corpus):
    with open_view(built_corpus, request.param) as opened:
        yield opened


@pytest.fixture
def own_folder(built_corpus, tmp_path):
    return shutil.copytree(built_corpus, tmp_path / "corpus")


def frames_of(view):
    """Every coded frame: (song index, frame, word index, lyric, dance, npmi, sung bar)."""
    number = {song.song_id: i for i, song in enumerate(view.songs)}
    flat = 0
    for entry in view.bars:
        words = view.corpus.array(entry.song, "words")
        for frame in range(entry.bar.start, entry.bar.stop):
            yield (number[entry.song.song_id], frame, int(words[frame]), int(view.coded.lyric[flat]),
                   int(view.coded.dance[flat]), float(view.values[flat]), entry.bar.sung)
            flat += 1


def naive_runs(view):
    runs = []
    for song, frame, word, lyric, dance, npmi, _ in frames_of(view):
        if npmi <= 0:
            continue
        mark = (song, word, lyric, dance, npmi)
        if runs and runs[-1][0] == mark and runs[-1][2] == frame:
            runs[-1][2] = frame + 1
        else:
            runs.append([mark, frame, frame + 1])
    return runs


def test_runs_are_the_positive_stretches(view):
    found = gather(view)
    got = [((int(r.song[i]), int(r.word_index[i]), int(r.lyric[i]), int(r.dance[i]), float(r.npmi[i])),
            int(r.start[i]), int(r.stop[i])) for r in (found.runs,) for i in range(len(r))]
    assert got == [tuple(run) for run in naive_runs(view)]
    assert len(got) == len(view.stretches())


def test_every_gesture_has_its_words_songs_frames_and_places(view):
    found = gather(view)
    g = found.gestures
    assert len(g) == len(view.pairs())
    texts = [[w.text for w in view.words(song)] for song in view.songs]
    frames, spots, words = Counter(), defaultdict(list), defaultdict(Counter)
    for (song, word, lyric, dance, _), start, stop in naive_runs(view):
        frames[lyric, dance] += stop - start
        own = spots[lyric, dance]
        if word >= 0 and own and own[-1][:2] == [song, word]:
            own[-1][3] = stop
        else:
            own.append([song, word, start, stop])
            words[lyric, dance][texts[song][word].casefold() if word >= 0 else ""] += 1
    counts = view.counts
    for i in range(len(g)):
        pair = int(g.lyric[i]), int(g.dance[i])
        assert found.gesture_of(pair) == i
        assert g.npmi[i] == view.table[pair] > 0
        assert (g.songs[i], g.lyric_songs[i], g.dance_songs[i]) == (
            counts.pair[pair], counts.lyric[pair[0]], counts.dance[pair[1]])
        assert g.frames[i] == frames[pair]
        assert g.places[i] == len(spots[pair])
        places = [found.place(int(spot)) for spot in found.places(i)]
        assert [(p.song_id, p.start, p.stop) for p in places] == [
            (view.songs[song].song_id, start, stop) for song, _, start, stop in spots[pair]]
        assert {w.casefold(): n for w, n in found.words(i)} == dict(words[pair])
        assert [n for _, n in found.words(i)] == sorted(words[pair].values(), reverse=True)
        chance = sum(hypergeom.pmf(k, counts.songs, counts.lyric[pair[0]], counts.dance[pair[1]])
                     for k in range(int(counts.pair[pair]), int(counts.songs) + 1))
        assert g.chance[i] == pytest.approx(chance, abs=1e-9)
        if places:
            assert len(found.example(i)) == max(len(p) for p in places)
    assert found.gesture_of((10_000, 3)) is None


def test_shares_of_songs_count_over_the_bars_with_lyrics(view):
    found = gather(view)
    for threshold in (0.0, 0.2):
        shares = song_shares(view, found, threshold)
        frames, positive, bars, hit = (np.zeros(len(view.songs), int) for _ in range(4))
        for song, _, _, _, _, npmi, sung in frames_of(view):
            frames[song] += sung
            positive[song] += sung and npmi > threshold
        number = {song.song_id: i for i, song in enumerate(view.songs)}
        for i, entry in enumerate(view.bars):
            own = view.values[view.coded.offsets[i] : view.coded.offsets[i + 1]]
            bars[number[entry.song.song_id]] += entry.bar.sung
            hit[number[entry.song.song_id]] += entry.bar.sung and bool((own > threshold).any())
        np.testing.assert_array_equal(shares.frames, frames)
        np.testing.assert_array_equal(shares.positive_frames, positive)
        np.testing.assert_array_equal(shares.bars, bars)
        np.testing.assert_array_equal(shares.positive_bars, hit)
        table = view.table1()
        if threshold == 0:
            assert int(positive.sum()) == table["frames"]["positive"] > 0
            assert int(hit.sum()) == table["bars"]["positive"]
        sung = {(song, view.words(view.songs[song])[word].text.casefold())
                for (song, word, _, _, npmi), _, _ in naive_runs(view) if npmi > threshold and word >= 0}
        assert {(i, w.casefold()) for i, own in enumerate(shares.words) for w in own} <= sung
        assert [bool(own) for own in shares.words] == [any(s == i for s, _ in sung) for i in range(len(view.songs))]


def test_filters_let_through_what_they_say(view):
    found = gather(view)
    g = found.gestures

    def naive(where):
        passed = set()
        for i in range(len(g)):
            places = [found.place(int(spot)) for spot in found.places(i)]
            fits = [p for p in places if where.word.casefold() in p.word.casefold()
                    and (not where.word or p.word)
                    and all(getattr(view.corpus.song(p.song_id), k) == v
                            for k, v in (("genre", where.genre), ("split", where.split)) if v)
                    and where.song.casefold() in view.corpus.song(p.song_id).title.casefold()]
            if g.npmi[i] >= where.least_npmi and g.songs[i] >= where.least_songs and (fits or not where.limits_places):
                passed.add(i)
                got = [found.place(int(spot)) for spot in found.places(i, where)]
                assert got == (fits if where.limits_places else places)
        return passed

    word = found.vocabulary[0]
    for where in (Filter(), Filter(word=word.upper()), Filter(song=view.songs[0].title), Filter(split="train"),
                  Filter(split="test"), Filter(genre=view.songs[1].genre), Filter(least_npmi=0.3),
                  Filter(least_songs=3), Filter(word=word, split="train", least_songs=2), Filter(word="zzz")):
        assert set(found.find(where).tolist()) == naive(where)
    assert len(found.find(Filter(word="zzz"))) == 0
    assert 0 < len(found.find(Filter(word=word))) < len(g)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_gestures_are_limited_to_significant_ones_once_they_are_tested(own_folder, protocol):
    with open_view(own_folder, protocol) as view:
        found = gather(view)
        everything = np.arange(len(found.gestures))
        assert not found.tested
        assert np.isnan(found.gestures.p).all()
        assert len(found.find(Filter(most_q=0.99))) == 0
        assert sorted(found.find(Filter()).tolist()) == everything.tolist()
        test = pair_test(view)
        g = found.with_test(test).gestures
        again = gather(view)
        assert again.tested
        np.testing.assert_array_equal(again.gestures.q, g.q)
        of = {int(pair): (p, q) for pair, p, q in zip(test.pair, test.p, test.q, strict=True)}
        for i in everything.tolist():
            assert of[int(g.lyric[i]) * view.coded.dance_size + int(g.dance[i])] == (g.p[i], g.q[i])
        middle = float(np.median(g.q))
        assert set(again.find(Filter(most_q=middle)).tolist()) == set(np.flatnonzero(g.q <= middle).tolist())
        assert len(again.find(Filter(most_q=middle))) > 0
        assert set(again.find(Filter(most_q=middle, least_songs=3)).tolist()) == set(
            np.flatnonzero((g.q <= middle) & (g.songs >= 3)).tolist())


def test_orders(view):
    found = gather(view)
    g = found.gestures
    everything = set(range(len(g)))
    for order, key in (("npmi", -g.npmi), ("songs", -g.songs), ("frames", -g.frames),
                       ("evidence", np.round(g.chance, 12))):
        sorted_ = found.find(Filter(), order)
        assert set(sorted_.tolist()) == everything
        assert (np.diff(key[sorted_]) >= 0).all()
    first = [(found.words(int(i), 1) or [("", 0)])[0][0].casefold() for i in found.find(Filter(), "word")]
    named = [w for w in first if w]
    assert named == sorted(named)
    assert first[: len(named)] == named


def test_one_word_is_one_group(view):
    found = gather(view)
    g = found.gestures
    for a, b in pairwise(np.argsort(g.lyric, kind="stable")):
        if g.lyric[a] == g.lyric[b]:
            assert g.group[a] == g.group[b]
    assert len(set(g.group.tolist())) <= len(set(g.lyric.tolist()))


def test_the_walk_visits_every_positive_stretch_once(view):
    found = gather(view)
    for threshold in (0.0, 0.25):
        walk = found.walk(threshold)
        expected = []
        for (song, _, _, _, npmi), start, stop in naive_runs(view):
            if npmi <= threshold:
                continue
            if expected and expected[-1][0] == song and expected[-1][2] == start:
                expected[-1][2] = stop
            else:
                expected.append([song, start, stop])
        got = list(zip(walk.song.tolist(), walk.start.tolist(), walk.stop.tolist(), strict=True))
        assert got == [tuple(e) for e in expected]
        seen, song, frame = [], 0, -1
        for _ in range(len(walk)):
            at = walk.step(song, frame, 1)
            seen.append(at)
            song, frame = int(walk.song[at]), int(walk.start[at])
        assert seen == list(range(len(walk)))
        assert walk.step(song, frame, 1) == 0
        assert walk.step(song, frame, -1) == len(walk) - 2
        assert walk.step(0, 0, -1) == len(walk) - 1 or walk.start[0] < 0
        strongest = found.walk(threshold, strongest_first=True)
        values = found.runs.npmi[strongest.run]
        assert (np.diff(values) <= 0).all()
        assert sorted(zip(strongest.song, strongest.start, strict=True)) == sorted(zip(walk.song, walk.start, strict=True))
        for i in range(len(walk)):
            inside = (found.runs.song == walk.song[i]) & (found.runs.start >= walk.start[i]) & (
                found.runs.stop <= walk.stop[i])
            assert found.runs.npmi[walk.run[i]] == found.runs.npmi[inside].max()
    assert found.walk(1.0).step(0, 0, 1) is None


@pytest.mark.parametrize(("start", "stop", "frames", "expected"), [
    (100, 110, 1000, (90, 120)), (0, 4, 1000, (0, 30)), (995, 1000, 1000, (970, 1000)), (3, 80, 1000, (3, 80)),
    (2, 5, 12, (0, 12)), (100, 101, 1000, (86, 116)),
])
def test_places_are_widened_inside_their_song(start, stop, frames, expected):
    wide = Place("a", start, stop, "w").widened(frames)
    assert (wide.start, wide.stop, wide.word) == (*expected, "w")


def test_gathering_can_be_stopped(view):
    class Stopped(Exception):
        pass

    def progress(fraction, message=""):
        if fraction > 0.3:
            raise Stopped

    with pytest.raises(Stopped):
        gather(view, progress)
