import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lyrics.share import share, units


@pytest.mark.parametrize(
    ("word", "morae"),
    [("き", 1), ("きゃ", 1), ("がっこう", 4), ("ラブソング", 5), ("ファイト", 3), ("ほん", 2), ("ｷｬｯﾄ", 3), ("ﾗﾌﾞ", 2),
     ("あーーー", 4), ("君", 2), ("東京", 4), ("叫び", 3), ("国家公務員", 8), ("ヴァイオリン", 5), ("か\u3099", 1)],
)
def test_morae(word, morae):
    assert units(word) == morae


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("love", 1), ("you", 1), ("forever", 3), ("table", 2), ("wanted", 2), ("kissed", 1), ("kisses", 2), ("times", 1),
     ("beautiful", 3), ("beyond", 2), ("eyes", 1), ("hmm", 1), ("don't", 1), ("café", 2), ("don’t", 1), ("99", 4),
     ("rock-a-bye", 3), ("the", 1)],
)
def test_syllables(word, syllables):
    assert units(word) == syllables


@pytest.mark.parametrize(("word", "count"), [("사랑해", 3), ("Любовь", 6), ("नमस्ते", 4)])
def test_characters_elsewhere(word, count):
    assert units(word) == count


def test_time_goes_by_length():
    assert share(["君", "が", "好き", "だ"], 10.0, 16.0) == [(10.0, 12.0), (12.0, 13.0), (13.0, 15.0), (15.0, 16.0)]
    assert share(["forever", "love"], 0.0, 4.0) == [(0.0, 3.0), (3.0, 4.0)]
    assert share([], 0.0, 1.0) == []


@pytest.mark.parametrize(("start", "end"), [(1.0, 1.0), (2.0, 1.0), (0.0, math.nan), (0.0, math.inf)])
def test_a_line_without_time_is_refused(start, end):
    with pytest.raises(ValueError, match="must end after it starts"):
        share(["love"], start, end)


@given(
    st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=60),
    st.floats(0, 86400), st.floats(1e-12, 1e4),
)
def test_every_word_gets_time_and_none_is_lost(words, start, length):
    end = start + length
    if end <= start:
        return
    times = share(words, start, end)
    assert len(times) == len(words)
    assert times[0][0] == start
    assert all(a < b for a, b in times)
    assert all(one[1] == other[0] for one, other in itertools.pairwise(times))
    if length > 1e-3:
        assert times[-1][1] == end
