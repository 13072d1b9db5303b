import numpy as np
import pytest

from core.codes import CodedBars
from core.errors import Cancelled
from core.progress import each, part


def test_each_reports_before_every_item_and_can_be_stopped():
    seen, done = [], []

    def progress(fraction, message=""):
        seen.append(fraction)
        if len(seen) == 3:
            raise Cancelled

    def work():
        done.extend(2 * item for item in each([1, 2, 3, 4], progress))

    with pytest.raises(Cancelled):
        work()
    assert done == [2, 4]
    assert seen == [0.0, 0.25, 0.5]


def test_part_maps_and_clips():
    seen = []
    inner = part(lambda f, m="": seen.append((f, m)), 0.5, 0.7, "a")
    inner(0.5, "b")
    inner(7.0)
    assert seen == [(pytest.approx(0.6), "a: b"), (pytest.approx(0.7), "a")]


def coded() -> CodedBars:
    return CodedBars(
        song=np.array([0, 0, 1], np.int32), offsets=np.array([0, 2, 5, 6]), lyric=np.array([0, 1, 2, 2, 2, 0], np.int32),
        dance=np.array([3, 3, 1, 0, 0, 2], np.int32), lyric_size=3, dance_size=4, split=np.array([0, 1, 2], np.int8),
        sung=np.array([True, False, True]),
    )


def test_select_keeps_frames_with_their_bars():
    chosen = coded().select(np.array([2, 1]))
    assert chosen.lengths.tolist() == [1, 3]
    assert chosen.dance.tolist() == [2, 1, 0, 0]
    assert chosen.song.tolist() == [1, 0]
    masked = coded().select(np.array([True, False, True]))
    assert masked.lyric.tolist() == [0, 1, 0]


def test_codes_out_of_range_are_refused():
    good = coded()
    with pytest.raises(ValueError, match="dance codes must lie"):
        CodedBars(good.song, good.offsets, good.lyric, good.dance, 3, 3, good.split, good.sung)
    with pytest.raises(ValueError, match="one a frame"):
        CodedBars(good.song, good.offsets, good.lyric[:-1], good.dance, 3, 4, good.split, good.sung)
