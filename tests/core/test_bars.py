import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bars import PAD, Bar, cut_bars, frame_words, words_outside
from core.lyrics.words import TimedWord


def words(*spans):
    return [TimedWord(f"w{i}", start, end, 0) for i, (start, end) in enumerate(spans)]


def pairs(bars):
    return [(bar.start, bar.end) for bar in bars]


def test_songs_are_cut_at_downbeats():
    assert pairs(cut_bars([0.5, 2.5, 4.5], 135)) == [(15, 75), (75, 135)]
    assert pairs(cut_bars(np.array([4.5, 0.5, 2.5, 2.5]), 135)) == [(15, 75), (75, 135)]
    assert len(Bar(15, 75)) == 60


def test_downbeats_go_to_the_nearest_frame():
    assert pairs(cut_bars([0.51, 2.0166, 3.5167], 106)) == [(15, 60), (60, 106)]


def test_frames_before_the_first_downbeat_belong_to_no_bar():
    assert pairs(cut_bars([3.0, 5.0], 150)) == [(90, 150)]


def test_bars_under_a_second_are_left_out():
    assert pairs(cut_bars([0, 2, 2.9, 4.9, 5.9], 177)) == [(0, 60), (87, 147), (147, 177)]


def test_the_rest_of_the_song_is_a_bar_if_it_could_be_one():
    assert pairs(cut_bars([0, 2, 4], 120 + 29)) == [(0, 60), (60, 120)]
    assert pairs(cut_bars([0, 2, 4], 120 + 30)) == [(0, 60), (60, 120), (120, 150)]
    assert pairs(cut_bars([0, 2, 4], 120 + 90)) == [(0, 60), (60, 120), (120, 210)]
    assert pairs(cut_bars([0, 2, 4], 120 + 91)) == [(0, 60), (60, 120)]


def test_a_hole_in_the_downbeats_is_no_bar():
    assert pairs(cut_bars([0, 2, 40, 42], 42 * 30)) == [(0, 60), (1200, 1260)]


def test_downbeats_outside_the_motion_do_not_count():
    assert pairs(cut_bars([-1.5, 0.5, 2.5, 4.5, 6.5, 1e300, math.nan, -math.inf], 100)) == [(15, 75)]
    assert pairs(cut_bars([-1.5, 0.5, 2.5, 4.5], 130)) == [(15, 75), (75, 130)]


@pytest.mark.parametrize(("beats", "frames"), [([], 100), ([1.0], 100), ([0, 2], 0), ([5, 7], 100), ([0, 0.5], 15)])
def test_without_two_downbeats_there_is_no_bar(beats, frames):
    assert cut_bars(beats, frames) == []


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True) | st.floats(-5, 120), max_size=60), st.integers(0, 4000))
def test_bars_lie_in_the_motion_and_do_not_overlap(beats, frames):
    bars = cut_bars(beats, frames)
    for one, other in itertools.pairwise(bars):
        assert one.end <= other.start
    for bar in bars:
        assert 0 <= bar.start < bar.end <= frames
        assert 30 <= len(bar) <= 900


def test_each_frame_carries_its_word():
    sung = frame_words(words((0.1, 0.2), (0.2, 0.3)), 12)
    assert sung.dtype == np.int32
    assert sung.tolist() == [PAD, PAD, PAD, 0, 0, 0, 1, 1, 1, PAD, PAD, PAD]


def test_starts_and_ends_go_to_the_nearest_frame():
    assert frame_words(words((0.049, 0.117)), 6).tolist() == [PAD, 0, 0, 0, PAD, PAD]
    assert frame_words(words((0.051, 0.116)), 6).tolist() == [PAD, PAD, 0, PAD, PAD, PAD]


def test_the_offset_moves_words_along_the_motion():
    assert frame_words(words((0.1, 0.2)), 9, offset_seconds=0.1).tolist() == [PAD] * 6 + [0] * 3
    assert frame_words(words((0.1, 0.2)), 9, offset_seconds=-0.15).tolist() == [0, 0] + [PAD] * 7


def test_a_short_word_gets_a_frame_and_the_later_of_two_wins():
    assert frame_words(words((0.1, 0.101), (0.1, 0.3)), 10).tolist() == [PAD, PAD, PAD, 0, 1, 1, 1, 1, 1, PAD]
    assert frame_words(words((0.1, 0.4), (0.2, 0.3)), 13).tolist() == [PAD] * 3 + [0] * 3 + [1] * 3 + [0] * 3 + [PAD]


def test_a_crowd_of_words_is_not_pushed_far():
    crowd = words(*[(0.1 + i * 1e-4, 0.1 + i * 1e-4 + 1e-4) for i in range(50)])
    sung = frame_words([*crowd, TimedWord("later", 1.0, 1.1, 0)], 40)
    assert np.flatnonzero(sung == 50).tolist() == [30, 31, 32]
    assert sung[6:30].tolist() == [PAD] * 24
    assert sung[3] == 0


def test_words_outside_the_motion_are_counted():
    far = words((-1.0, -0.5), (0.1, 0.2), (0.29, 5.0), (0.34, 0.5), (9.0, 9.5))
    assert words_outside(far, 10) == 3
    assert frame_words(far, 10).tolist() == [PAD, PAD, PAD, 1, 1, 1, PAD, PAD, PAD, 2]
    assert words_outside(far, 10, offset_seconds=1.2) == 4
    assert words_outside([], 10) == 0


@given(st.lists(st.floats(1 / 30, 0.8), min_size=1, max_size=40), st.floats(0, 2), st.floats(-1, 1))
def test_every_word_of_a_frame_or_more_has_a_frame(lengths, start, offset):
    edges = start + np.concatenate([[0.0], np.cumsum(lengths)])
    listed = words(*itertools.pairwise(edges.tolist()))
    frames = 400
    sung = frame_words(listed, frames, offset)
    seen = set(sung.tolist()) - {PAD}
    inside = [i for i, word in enumerate(listed) if (word.end + offset) * 30 >= 1 and (word.start + offset) * 30 < frames - 1]
    assert set(inside) <= seen
    carried = sung[sung >= 0]
    assert (np.diff(carried) >= 0).all()
    for i in seen:
        at = np.flatnonzero(sung == i) / 30
        assert at.min() >= listed[i].start + offset - 0.0334
        assert at.max() <= listed[i].end + offset + 0.0334
