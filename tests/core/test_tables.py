"""Table 1."""

import numpy as np

from core.codes import CodedBars
from core.tables import table1, table1_from_frames


def bars():
    return CodedBars(
        song=np.array([0, 0, 1, 2, 2], np.int32), offsets=np.array([0, 2, 4, 7, 8, 10]),
        lyric=np.array([0, 1, 1, 1, 0, 0, 0, 1, 1, 1], np.int32), dance=np.array([0, 0, 1, 1, 1, 0, 0, 1, 1, 1], np.int32),
        lyric_size=2, dance_size=3, split=np.zeros(5, np.int8), sung=np.array([True, True, True, False, False]),
    )


def test_counts_by_hand():
    table = np.array([[0.0, -0.2, 0.0], [0.0, 0.5, 0.0]])
    assert table1(bars(), table) == {
        # Song 2 has no lyrics, so its positive frames do not count, and neither does it.
        "songs": {"total": 2, "positive": 1, "percent": 50.0},
        "bars": {"total": 3, "positive": 1, "percent": 100 / 3},
        "frames": {"total": 7, "positive": 2, "percent": 200 / 7},
        "lyric_codes": 2, "dance_codes": 3,
    }


def test_nothing_sung():
    empty = bars().select(np.array([3, 4]))
    assert table1_from_frames(empty, np.ones(3))["songs"] == {"total": 0, "positive": 0, "percent": 0.0}
