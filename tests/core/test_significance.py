"""Exchanged dances, their exact distribution, and what the test finds where nothing and where something is planted."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations, product
from math import comb, factorial

import numpy as np
import pytest
from scipy.stats import binom, false_discovery_control

from core.codes import CodedBars
from core.errors import Cancelled
from core.npmi import count_songs, npmi_table
from core.significance import null as null_module
from core.significance.exchange import BLOCK, Exchange
from core.significance.kernels import hits
from core.significance.null import PairNull, PairTest, exchange_null, least_positive

LYRICS, DANCES = 24, 12


def songs_of(rng, songs=36, planted=(), share=0.5, bars=(8, 14), like=False) -> CodedBars:
    """Songs with codes of their own choice; planted pairs meet in a share of them.

    Songs differ in bars and in frames of a bar, and their first bars come again with their dance; not if ``like``.
    """
    song, lengths, lyric, dance = [], [], [], []
    for number in range(songs):
        words, moves = rng.choice(LYRICS, 8, replace=False), rng.choice(DANCES, 6, replace=False)
        count, frames = (10, 12) if like else (int(rng.integers(*bars)), int(rng.integers(10, 16)))
        x = np.repeat(rng.choice(words, (count, 4)), 4, axis=1)[:, :frames]
        y = np.repeat(rng.choice(moves, (count, 3)), 6, axis=1)[:, :frames]
        if not like:
            x[count // 2 : count // 2 + 2], y[count // 2 : count // 2 + 2] = x[:2], y[:2]
        for a, b in planted:
            if rng.random() < share:
                at = int(rng.integers(count))
                x[at, 4:8], y[at, 4:8] = a, b
        song += [number] * count
        lengths += [frames] * count
        lyric.append(x.reshape(-1))
        dance.append(y.reshape(-1))
    return CodedBars(np.array(song, np.int32), np.r_[0, np.cumsum(lengths)].astype(np.int64),
                     np.concatenate(lyric).astype(np.int32), np.concatenate(dance).astype(np.int32), LYRICS, DANCES,
                     np.zeros(len(song), np.int8), np.ones(len(song), bool))


def test_of(codes: CodedBars) -> PairTest:
    counts = count_songs(codes)
    return PairTest.of(exchange_null(codes, counts), counts)


test_of.__test__ = False  # a helper, whatever its name


# -- the exchange -----------------------------------------------------------------------------------


def test_blocks_hold_neighbours_by_length_of_one_split_and_every_song_once():
    codes = songs_of(np.random.default_rng(0), 61, bars=(4, 40))
    codes = replace(codes, split=np.where(codes.song % 5 == 0, 1, 0).astype(np.int8))
    exchange = Exchange.of(codes)
    assert sorted(np.concatenate(exchange.blocks).tolist()) == list(range(61))
    bars = np.bincount(codes.song)
    for split in (0, 1):
        own = [block for block in exchange.blocks if (exchange.songs[block] % 5 == 0).all() == bool(split)]
        assert all(BLOCK >= len(block) >= BLOCK // 2 for block in own)
        spans = sorted((bars[block].min(), bars[block].max()) for block in own)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_a_lent_dance_is_laid_out_bar_by_bar_and_stretched():
    # Song 0: bars of 4 and 2 frames; song 1: three bars of 2, 4 and 1 frames, and one without lyrics.
    codes = CodedBars(np.array([0, 0, 1, 1, 1, 1], np.int32), np.array([0, 4, 6, 8, 12, 15, 16], np.int64),
                      np.zeros(16, np.int32), np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 15, 15, 12], np.int32),
                      1, 16, np.zeros(6, np.int8), np.array([1, 1, 1, 1, 0, 1], bool))
    exchange = Exchange.of(codes)
    got = exchange.exchanged(np.array([1, 0])).dance.tolist()
    assert got[:6] == [6, 6, 7, 7, 9, 11]  # 2 frames over 4, 4 frames over 2
    assert got[6:8] == [1, 3]  # 4 over 2
    assert got[8:12] == [4, 4, 5, 5]
    assert got[12:] == [2]  # the first bar again; the middle of four frames falls on the third
    np.testing.assert_array_equal(exchange.exchanged(np.array([0, 1])).dance, codes.select(codes.sung).dance)


def test_empty_bars_and_songs_without_lyrics_take_no_part():
    codes = songs_of(np.random.default_rng(1), 6)
    empty = CodedBars(
        np.append(codes.song, [2, 9]).astype(np.int32), np.append(codes.offsets, [codes.offsets[-1]] * 2),
        codes.lyric, codes.dance, LYRICS, DANCES, np.append(codes.split, [0, 0]).astype(np.int8),
        np.append(codes.sung, [True, True]))
    empty = replace(empty, sung=empty.sung & (empty.song != 3))
    exchange = Exchange.of(empty)
    assert exchange.songs.tolist() == [0, 1, 2, 4, 5]
    for seed in range(20):
        assert len(exchange.exchanged(exchange.estranged(seed)).lyric) == int(codes.lengths[codes.song != 3].sum())


def test_draws_are_seeded_and_fair():
    exchange = Exchange.of(songs_of(np.random.default_rng(0), 5))
    seen = {tuple(exchange.permuted(seed).tolist()) for seed in range(2000)}
    assert seen == set(permutations(range(5)))
    assert all((exchange.estranged(seed) != np.arange(5)).all() for seed in range(200))
    np.testing.assert_array_equal(exchange.permuted(3), exchange.permuted(3))
    assert Exchange.of(songs_of(np.random.default_rng(0), 1)).estranged(0).tolist() == [0]


# -- the exact distribution -------------------------------------------------------------------------


@pytest.mark.parametrize("density", [0.1, 0.5, 0.9])
def test_hit_numbers_are_those_of_all_permutations(density):
    rng = np.random.default_rng(int(100 * density))
    choose = np.array([[comb(n, k) for k in range(BLOCK + 1)] for n in range(BLOCK + 1)], np.int64)
    factorials = np.array([factorial(n) for n in range(BLOCK + 1)], np.int64)
    for n in (1, 2, 4, 6):
        board = rng.random((n, n)) < density
        rows = np.array([sum(1 << c for c in range(n) if board[r, c]) for r in range(n)], np.int64)
        out = np.zeros(n + 1)
        top = hits(rows, n, factorials, choose, np.zeros(n + 1, np.int64), np.zeros(1 << n, np.int64),
                   np.zeros(n, np.int64), out)
        met = [sum(board[r, c] for r, c in enumerate(order)) for order in permutations(range(n))]
        np.testing.assert_allclose(out, np.bincount(met, minlength=n + 1) / len(met), atol=1e-15)
        assert top == max(met)


def test_hit_numbers_of_the_largest_board_add_up():
    choose = np.array([[comb(n, k) for k in range(BLOCK + 1)] for n in range(BLOCK + 1)], np.int64)
    factorials = np.array([factorial(n) for n in range(BLOCK + 1)], np.int64)
    rng = np.random.default_rng(0)
    for density in (0.3, 0.5, 0.7, 1.0):
        board = rng.random((BLOCK, BLOCK)) < density
        rows = np.array([sum(1 << c for c in range(BLOCK) if board[r, c]) for r in range(BLOCK)], np.int64)
        out = np.zeros(BLOCK + 1)
        hits(rows, BLOCK, factorials, choose, np.zeros(BLOCK + 1, np.int64), np.zeros(1 << BLOCK, np.int64),
             np.zeros(BLOCK, np.int64), out)
        assert (out >= 0).all()
        assert out.sum() == pytest.approx(1, abs=1e-12)
        assert (out * np.arange(BLOCK + 1)).sum() == pytest.approx(board.sum() / BLOCK)


def test_every_exchange_counted_gives_the_distribution():
    rng = np.random.default_rng(3)
    codes = songs_of(rng, 9)
    # Two blocks: five songs of one split, four of the other.
    codes = replace(codes, split=(codes.song > 4).astype(np.int8))
    counts = count_songs(codes)
    null = exchange_null(codes, counts)
    exchange = Exchange.of(codes)
    orders = [*product(*(permutations(block.tolist()) for block in exchange.blocks))]
    assert len(orders) == 120 * 24
    met = np.zeros((len(orders), LYRICS * DANCES), np.int32)
    for i, order in enumerate(orders):
        lender = np.zeros(9, np.int64)
        for block, own in zip(exchange.blocks, order, strict=True):
            lender[block] = own
        met[i] = count_songs(exchange.exchanged(lender)).pair.reshape(-1)
    least = least_positive(counts).reshape(-1)
    possible = (met >= least).any(axis=0) & (least < counts.songs)
    assert null.pair.tolist() == np.flatnonzero(possible).tolist()
    assert len(null) > 20
    for i, pair in enumerate(null.pair.tolist()):
        tail = null.tail[null.offsets[i] : null.offsets[i + 1]]
        expected = [(met[:, pair] >= least[pair] + k).mean() for k in range(len(tail) + 1)]
        np.testing.assert_allclose([*tail, 0.0], expected, atol=1e-12)
    assert null.expected == pytest.approx((met[:, null.pair] >= null.least).sum(axis=1).mean())
    p = null.p_values(counts)
    for i, pair in enumerate(null.pair.tolist()):
        seen = int(counts.pair.reshape(-1)[pair])
        assert p[i] == pytest.approx((met[:, pair] >= seen).mean() if seen >= least[pair] else 1.0)
    # The expected number up to some p is that of all exchanges, each tested itself.
    levels = np.array([0.003, 0.02, 0.1])
    every = np.ones((len(orders), len(null)))
    for i in range(len(null)):
        tail = null.tail[null.offsets[i] : null.offsets[i + 1]]
        above = met[:, null.pair[i]] - null.least[i]
        every[:, i] = np.where(above >= 0, tail[np.clip(above, 0, len(tail) - 1)], 1.0)
    np.testing.assert_allclose(null.expected_up_to(levels), [(every <= level * (1 + 1e-9)).sum(axis=1).mean()
                                                            for level in levels])


def test_drawn_exchanges_agree_with_the_exact_p_values():
    codes = songs_of(np.random.default_rng(5), 48, planted=((0, 0),), share=0.15)
    counts = count_songs(codes)
    null = exchange_null(codes, counts)
    p, draws = null.p_values(counts), 1500
    exchange = Exchange.of(codes)
    above = np.zeros(len(null), np.int64)
    seen = counts.pair.reshape(-1)[null.pair]
    for seed in range(draws):
        above += count_songs(exchange.exchanged(exchange.permuted(seed))).pair.reshape(-1)[null.pair] >= seen
    tested = p < 1
    assert tested.sum() > 5
    # Every pair within what so many draws of its exact p can give (0.05 % on each side, fifty pairs or so).
    assert (above[tested] >= binom.ppf(0.0002, draws, p[tested])).all()
    assert (above[tested] <= binom.ppf(0.9998, draws, p[tested])).all()


def test_positive_pairs_are_those_of_the_npmi():
    codes = songs_of(np.random.default_rng(6), 30, planted=((1, 2), (3, 4)))
    counts = count_songs(codes)
    table = npmi_table(counts)
    null = exchange_null(codes, counts)
    found = PairTest.of(null, counts)
    assert found.positive == (table > 0).sum()
    assert ((found.table(found.p) < 1) <= (table > 0)).all()
    assert (found.significant(0.05) <= (table > 0)).all()


def test_only_counted_songs_are_exchanged():
    codes = songs_of(np.random.default_rng(7), 40, planted=((1, 2),))
    mask = np.arange(40) % 4 > 0
    part = exchange_null(codes, count_songs(codes, mask), mask)
    alone = codes.select(mask[codes.song])
    other = exchange_null(alone, count_songs(alone))
    for name in ("pair", "least", "offsets", "tail"):
        np.testing.assert_array_equal(getattr(part, name), getattr(other, name))


def test_working_on_few_codes_at_a_time_changes_nothing(monkeypatch):
    codes = songs_of(np.random.default_rng(8), 40)
    counts = count_songs(codes)
    whole = exchange_null(codes, counts)
    monkeypatch.setattr(null_module, "_KEYS", 500)
    pieces = exchange_null(codes, counts)
    for name in ("pair", "least", "offsets", "tail"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(pieces, name))


def test_nothing_to_test():
    for songs in (1, 2):
        codes = songs_of(np.random.default_rng(9), songs)
        found = test_of(codes)
        assert len(found.pair) == found.positive == 0
        assert not found.significant(1.0 - 1e-12).any()
    mute = replace(codes, sung=np.zeros(codes.bars, bool))
    assert not test_of(mute).significant(0.5).any()


def test_it_can_be_stopped():
    codes = songs_of(np.random.default_rng(10), 40)

    def progress(fraction, message=""):
        if fraction > 0.4:
            raise Cancelled

    with pytest.raises(Cancelled):
        exchange_null(codes, count_songs(codes), progress=progress)


# -- q values ---------------------------------------------------------------------------------------


def test_fine_p_values_give_the_q_values_of_benjamini_and_hochberg():
    steps, pairs = 4000, 60
    tail = 1 - np.arange(steps) / steps
    null = PairNull(np.arange(pairs), np.zeros(pairs, np.int64), np.arange(pairs + 1) * steps, np.tile(tail, pairs),
                    (pairs, 1))
    rng = np.random.default_rng(0)
    p = np.where(np.arange(pairs) < 12, rng.integers(1, 40, pairs), rng.integers(40, steps - 1, pairs)) / steps
    np.testing.assert_allclose(null.q_values(p), false_discovery_control(p), rtol=1e-9)


def test_pairs_that_cannot_be_significant_cost_nothing():
    own = PairNull(np.arange(2), np.full(2, 2), np.array([0, 2, 4]), np.array([0.1, 0.001, 0.1, 0.001]), (2, 1))
    many = PairNull(np.arange(100), np.full(100, 2), np.r_[0, 2, np.arange(4, 103)],
                    np.r_[0.1, 0.001, 0.1, 0.001, np.full(98, 0.2)], (100, 1))
    p = np.array([0.001, 0.1])
    np.testing.assert_allclose(own.q_values(p), [0.002, 0.1])
    np.testing.assert_allclose(many.q_values(np.r_[p, np.ones(98)])[:2], [0.002, 0.1])
    assert many.expected == pytest.approx(2 * 0.1 + 98 * 0.2)


# -- what it finds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("like", [True, False])
def test_where_nothing_is_planted_little_is_found(like):
    """Any find is false here: the share of data sets with one is at most the level, for what chance allows."""
    rng = np.random.default_rng(11)
    level, runs = 0.05, 150
    found = [test_of(songs_of(rng, like=like)) for _ in range(runs)]
    assert sum(bool((one.q <= level).any()) for one in found) <= binom.ppf(0.999, runs, level)
    # There are many positive pairs all the same: as many as the exchange foretells where any dance fits any song, and
    # fewer where songs have a shape that their own dance follows.
    assert min(one.positive for one in found) > 0
    beyond = np.array([one.positive - one.expected for one in found])
    error = beyond.std() / np.sqrt(runs)
    assert like == (abs(beyond.mean()) < 3 * error)
    assert beyond.mean() < 3 * error


def test_planted_pairs_are_found_and_few_others():
    """The mean share of false finds is at most the level (its standard error is taken from the data sets)."""
    rng = np.random.default_rng(12)
    planted = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4))
    level, shares, power = 0.1, [], []
    for _ in range(80):
        significant = test_of(songs_of(rng, 48, planted, 0.45)).significant(level)
        true = sum(bool(significant[pair]) for pair in planted)
        shares.append((significant.sum() - true) / max(significant.sum(), 1))
        power.append(true / len(planted))
    assert np.mean(shares) <= level + 3 * np.std(shares) / np.sqrt(len(shares))
    assert np.mean(power) > 0.8
    assert min(power) > 0


def test_taking_in_only_pairs_that_were_seen_would_find_what_is_not_there():
    """Why the pairs to be tested are not chosen by their songs: half of all empty data sets would have a find."""
    rng = np.random.default_rng(13)
    wrong = 0
    for _ in range(60):
        found = test_of(songs_of(rng))
        seen = found.p < 1
        wrong += bool((false_discovery_control(found.p[seen]) <= 0.05).any()) if seen.any() else 0
    assert wrong > binom.ppf(0.999, 60, 0.05)


def on_the_beat(rng) -> CodedBars:
    """Pose 0 fills the first beat of every bar, word 0 that of two bars, each in half of the songs, independently."""
    codes = songs_of(rng, 48)
    codes = replace(codes, lyric=codes.lyric.copy(), dance=codes.dance.copy())
    bar, song = (np.repeat(array, codes.lengths) for array in (np.arange(codes.bars), codes.song))
    first = np.arange(len(bar)) - codes.offsets[bar] < 3
    codes.dance[codes.dance == 0] = 1
    codes.dance[first & (rng.random(48) < 0.5)[song]] = 0
    codes.lyric[codes.lyric == 0] = 1
    chosen = [rng.choice(np.flatnonzero(codes.song == s), 2, replace=False) for s in range(48) if rng.random() < 0.5]
    codes.lyric[first & np.isin(bar, np.concatenate(chosen))] = 0
    return codes


def p_of_drawn_exchanges_by_frames(codes, draws=40):
    """What a test would say that lays lent dances out frame by frame, without regard to bars."""
    exchange, seen = Exchange.of(codes), count_songs(codes).pair[0, 0]
    edges = np.r_[0, np.cumsum(np.bincount(codes.song, codes.lengths).astype(int))]
    above = 0
    for seed in range(draws):
        lender = exchange.permuted(seed)
        dance = [np.resize(codes.dance[edges[b] : edges[b + 1]], edges[a + 1] - edges[a]) for a, b in enumerate(lender)]
        above += count_songs(replace(codes, dance=np.concatenate(dance))).pair[0, 0] >= seen
    return (above + 1) / (draws + 1)


def test_words_and_poses_of_the_beat_are_no_relation():
    rng, runs = np.random.default_rng(14), 24
    small = by_frames = 0
    for _ in range(runs):
        codes = on_the_beat(rng)
        counts = count_songs(codes)
        null = exchange_null(codes, counts)
        at = int(np.flatnonzero(null.pair == 0)[0])
        small += bool(null.p_values(counts)[at] <= 0.05)
        by_frames += bool(p_of_drawn_exchanges_by_frames(codes) <= 0.05)
    most = binom.ppf(0.999, runs, 0.05)
    assert small <= most
    assert by_frames > most
