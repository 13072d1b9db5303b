import numpy as np
import pytest
from dance_motions import smooth_motion
from hypothesis import given, settings
from hypothesis import strategies as st

from core.features import bars as bars_module
from core.features.affective import affective_features
from core.features.bars import bar_features
from core.features.parameters import joint_parameters
from core.features.segments import central_differences, frame_differences


def naive_differences(values):
    n = len(values)
    first = [values[t] - values[t - 1] for t in range(1, n)]
    second = [first[t] - first[t - 1] for t in range(1, n - 1)]
    first = [first[0], *first] if first else [0.0] * n
    second = [second[0], second[0], *second] if second else [0.0] * n
    central = []
    for t in range(n):
        low, high = max(t - 1, 0), min(t + 1, n - 1)
        central.append((values[high] - values[low]) / (high - low) if high > low else 0.0)
    return first, second, central


@given(st.lists(st.integers(1, 6), min_size=1, max_size=6), st.integers(0, 100))
def test_differences_stay_inside_each_bar(lengths, seed):
    values = np.random.default_rng(seed).normal(size=sum(lengths))
    first, second = frame_differences(values, np.array(lengths))
    central = central_differences(values, np.array(lengths))
    start = 0
    for length in lengths:
        bar = slice(start, start + length)
        wanted = naive_differences(list(values[bar]))
        for got, expected in zip((first, second, central), wanted, strict=True):
            np.testing.assert_allclose(got[bar], expected, atol=1e-12)
        start += length


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 59), st.integers(1, 30)), max_size=8), st.sampled_from([1, 40, 10_000]))
def test_a_bar_in_the_song_equals_the_bar_alone(spans, group):
    motion = smooth_motion(60)
    spans = [(start, min(60, start + length)) for start, length in spans]
    old, bars_module.GROUP_FRAMES = bars_module.GROUP_FRAMES, group
    try:
        found = list(bar_features(motion, spans))
    finally:
        bars_module.GROUP_FRAMES = old
    assert len(found) == len(spans)
    for (start, stop), bar in zip(spans, found, strict=True):
        alone = motion.slice(start, stop)
        np.testing.assert_allclose(bar.parameters, joint_parameters(alone), atol=1e-5)
        np.testing.assert_allclose(bar.affective, affective_features(alone.world()[0]), atol=1e-6)


@pytest.mark.parametrize("bar", [(0, 0), (-1, 3), (5, 11), (7, 3)])
def test_a_bar_outside_the_motion_is_refused_at_once(bar):
    with pytest.raises(ValueError, match="no part of a motion of 10 frames"):
        bar_features(smooth_motion(10), [bar])
