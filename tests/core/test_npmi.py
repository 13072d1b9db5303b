"""Counts, NPMI, pairs and stretches against plain-Python twins and the reference data."""

from pathlib import Path

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codes import CodedBars
from core.npmi import (
    SongCounts,
    count_songs,
    frame_npmi,
    npmi_table,
    pairs,
    positive_stretches,
    song_contributions,
)

REFERENCE = Path(__file__).parents[1] / "data" / "naacl2025_reference.npz"


@st.composite
def coded_bars(draw):
    bars = draw(st.integers(0, 12))
    lengths = draw(st.lists(st.integers(0, 6), min_size=bars, max_size=bars))
    sizes = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    frames = sum(lengths)
    lyric = draw(st.lists(st.integers(0, sizes[0] - 1), min_size=frames, max_size=frames))
    dance = draw(st.lists(st.integers(0, sizes[1] - 1), min_size=frames, max_size=frames))
    song = draw(st.lists(st.integers(0, 6), min_size=bars, max_size=bars))
    song = sorted(song) if draw(st.booleans()) else song
    sung = draw(st.lists(st.booleans(), min_size=bars, max_size=bars))
    return CodedBars(
        np.array(song, np.int32), np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.array(lyric, np.int32), np.array(dance, np.int32), *sizes, np.zeros(bars, np.int8), np.array(sung, bool),
    )


def bars_of(song, lyric, dance, lengths=None, sung=None, sizes=(4, 4)):
    lengths = lengths or [1] * len(song)
    return CodedBars(
        np.array(song, np.int32), np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.array(lyric, np.int32), np.array(dance, np.int32), *sizes, np.zeros(len(song), np.int8),
        np.ones(len(song), bool) if sung is None else np.array(sung),
    )


@given(coded_bars(), st.lists(st.booleans(), min_size=7, max_size=7), st.sampled_from([1, 5, 1000]))
def test_counts_equal_sets_of_songs(codes, chosen, at_once):
    mask = np.array(chosen)
    for songs in (None, mask[: max(codes.songs, 0)]):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("core.npmi._GROUP_FRAMES", at_once)
            got = count_songs(codes, songs)
        expected, lyrics, dances, counted = naive.npmi_counts(codes, songs)
        assert got.songs == len(counted)
        assert {p: int(got.pair[p]) for p in zip(*np.nonzero(got.pair), strict=True)} == {
            p: len(s) for p, s in expected.items()}
        assert [int(n) for n in got.lyric] == [len(lyrics.get(x, ())) for x in range(codes.lyric_size)]
        assert [int(n) for n in got.dance] == [len(dances.get(y, ())) for y in range(codes.dance_size)]


@given(coded_bars(), st.sampled_from(["zero", "keep-negative"]))
def test_npmi_equals_the_formula(codes, singletons):
    counts = count_songs(codes)
    table = npmi_table(counts, singletons)
    expected = naive.npmi(codes, singletons)
    assert np.abs(table).max(initial=0) <= 1
    for (x, y), (value, _) in expected.items():
        assert table[x, y] == pytest.approx(value, abs=1e-12)
    unrated = table.copy()
    for pair in expected:
        unrated[pair] = 0
    assert not unrated.any()
    listed = pairs(counts, singletons)
    assert {(x, y): (pytest.approx(v, abs=1e-12), n) for x, y, v, n in listed} == expected
    assert [v for _, _, v, _ in listed] == sorted((v for _, _, v, _ in listed), reverse=True)


@given(coded_bars())
def test_subtracting_a_song_is_counting_without_it(codes):
    counts = count_songs(codes)
    songs = []
    for song, own in song_contributions(codes):
        mask = np.ones(codes.songs, bool)
        mask[song] = False
        left, fresh = counts - own, count_songs(codes, mask)
        assert left.songs == fresh.songs
        for name in ("pair", "lyric", "dance"):
            assert np.array_equal(getattr(left, name), getattr(fresh, name))
        songs.append(song)
    assert songs == sorted(set(codes.song.tolist()))


def test_reference_pairs():
    data = np.load(REFERENCE)
    _, song = np.unique(data["song"], return_inverse=True)
    codes = bars_of(song, data["lyric_codes"], data["dance_codes"], data["length"].tolist(),
                    sizes=(int(data["lyric_codebook_size"]), int(data["dance_codebook_size"])))
    got = {(x, y): (v, n) for x, y, v, n in pairs(count_songs(codes), "keep-negative")}
    expected = {(int(x), int(y)): (v, n) for (x, y), v, n in zip(
        data["npmi_pair"], data["npmi_value"], data["npmi_song_count"], strict=True)}
    assert got.keys() == expected.keys()
    for pair, (value, songs) in expected.items():
        assert got[pair][0] == pytest.approx(value, abs=1e-6)
        assert got[pair][1] == songs
    assert all(n > 1 for _, _, _, n in pairs(count_songs(codes), "zero"))


def test_the_special_cases():
    # Songs 0..2; (0, 0) in all three, (1, 1) in two, (2, 2) in one (positive), (1, 2) in one.
    codes = bars_of([0, 1, 2, 0, 1, 2, 2], [0, 0, 0, 1, 1, 2, 1], [0, 0, 0, 1, 1, 2, 2])
    counts = count_songs(codes)
    table = npmi_table(counts)
    assert counts.songs == 3
    assert table[0, 0] == 0
    assert table[1, 1] == pytest.approx((np.log(2 / 3) - np.log(3 / 3) - np.log(2 / 3)) / -np.log(2 / 3))
    assert table[2, 2] == 0
    assert npmi_table(counts, "keep-negative")[2, 2] == 0
    assert npmi_table(counts, "keep-negative")[3, 3] == 0
    with pytest.raises(ValueError, match="singletons must be one of zero"):
        npmi_table(counts, "drop")


def test_a_negative_singleton_is_kept_only_when_asked():
    pair = np.array([[1, 2], [2, 1]], np.int32)
    counts = SongCounts(pair, np.array([3, 3], np.int32), np.array([3, 3], np.int32), 4)
    assert npmi_table(counts, "zero")[0, 0] == 0
    assert npmi_table(counts, "keep-negative")[0, 0] == pytest.approx(np.log(1 / 4 / (9 / 16)) / np.log(4))


def test_independence_is_exactly_zero():
    """Rounded logarithms call some pairs that meet as often as by chance faintly positive, and so their frames."""
    for songs, joint, x, y in [(6, 2, 3, 4), (8, 3, 4, 6), (9, 2, 3, 6), (10, 2, 4, 5), (30, 10, 15, 20)]:
        one = np.array([[joint]], np.int32)
        assert npmi_table(SongCounts(one, np.array([x], np.int32), np.array([y], np.int32), songs))[0, 0] == 0


def test_frames_take_the_value_of_their_codes():
    codes = bars_of([0, 0], [0, 1, 2], [1, 1, 0], [2, 1])
    table = np.arange(16.0).reshape(4, 4)
    assert frame_npmi(codes, table).tolist() == [1, 5, 8]


def test_stretches_end_where_anything_changes():
    codes = bars_of([0, 0, 1], [0, 0, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2], [3, 2, 2])
    values = np.array([0.1, 0.1, 0.5, 0.5, 0.5, 0.5, 0.0])
    found = positive_stretches(codes, values)
    assert list(zip(found.start, found.stop, found.bar, strict=True)) == [(0, 2, 0), (2, 3, 0), (3, 5, 1), (5, 6, 2)]
    assert found.lyric.tolist() == [0, 1, 1, 1]
    assert found.npmi.tolist() == [0.1, 0.5, 0.5, 0.5]
    positions = np.array([0, 1, 2, 3, 4, 5, 6])
    joined = positive_stretches(codes, values, positions=positions)
    # Bars 0 and 1 follow each other in the song; bar 2 is of another one.
    assert list(zip(joined.start, joined.stop, strict=True)) == [(0, 2), (2, 5), (5, 6)]
    gap = positive_stretches(codes, values, positions=positions + np.repeat([0, 9], [3, 4]))
    assert gap.start.tolist() == [0, 2, 3, 5]
    words = np.array([0, 0, 1, 1, 2, 3, 3])
    cut = positive_stretches(codes, values, words=words, positions=positions)
    assert cut.start.tolist() == [0, 2, 4, 5]
    assert positive_stretches(codes, values, minimum=0.1).start.tolist() == [2, 3, 5]
    assert positive_stretches(codes, values, minimum=0.5).start.tolist() == []


@given(coded_bars(), st.integers(0, 99))
def test_stretches_cover_exactly_the_frames_above(codes, seed):
    values = np.random.default_rng(seed).choice([-0.5, 0.0, 0.25, 0.5], len(codes.lyric))
    found = positive_stretches(codes, values, 0.2)
    covered = np.zeros(len(values), bool)
    for start, stop in zip(found.start, found.stop, strict=True):
        assert not covered[start:stop].any()
        covered[start:stop] = True
        assert len({*zip(codes.lyric[start:stop].tolist(), codes.dance[start:stop].tolist(), strict=True)}) == 1
    assert np.array_equal(covered, values > 0.2)
