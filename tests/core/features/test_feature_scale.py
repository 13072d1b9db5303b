import numpy as np
import pytest
from dance_motions import resting_motion, smooth_motion

from core.features.bars import BarFeatures, bar_features
from core.features.scale import FeatureScale


def song(seed):
    return list(bar_features(smooth_motion(60, seed), [(0, 25), (25, 60)]))


def test_streaming_equals_the_whole():
    bars = song(0) + song(1)
    scale = FeatureScale.fit(bars)
    parameters = np.concatenate([bar.parameters for bar in bars])
    affective = np.concatenate([bar.affective for bar in bars])
    np.testing.assert_array_equal(scale.largest, np.abs(parameters).max(axis=0))
    np.testing.assert_array_equal(scale.lowest, affective.min(axis=0))
    np.testing.assert_array_equal(scale.highest, affective.max(axis=0))


def test_training_bars_fill_the_range():
    bars = song(0) + song(1)
    scaled = [FeatureScale.fit(bars).apply(bar) for bar in bars]
    parameters = np.concatenate([bar.parameters for bar in scaled])
    affective = np.concatenate([bar.affective for bar in scaled])
    moving = np.abs(parameters).max(axis=0) > 0
    np.testing.assert_allclose(np.abs(parameters).max(axis=0)[moving], 1, atol=1e-5)
    assert moving.mean() > 0.9
    assert affective.min() == 0
    varied = np.ptp(affective, axis=0) > 0
    assert varied.all()
    np.testing.assert_allclose(affective.max(axis=0)[varied], 1, atol=1e-5)


def test_new_songs_are_clipped_and_the_given_bar_is_kept():
    scale = FeatureScale.fit(song(0))
    wild = BarFeatures(100 * song(1)[0].parameters, 100 * song(1)[0].affective)
    copy = wild.parameters.copy()
    scaled = scale.apply(wild)
    assert np.abs(scaled.parameters).max() == 1
    assert scaled.affective.min() >= 0
    assert scaled.affective.max() == 1
    np.testing.assert_array_equal(wild.parameters, copy)


def test_what_never_moved_is_zero_not_noise():
    still = list(bar_features(resting_motion(10), [(0, 10)]))
    scale = FeatureScale.fit(still)
    scaled = scale.apply(song(0)[0])
    assert not scaled.parameters[..., 6:18].any()
    assert not scaled.affective.any()
    assert np.isfinite(scaled.parameters).all()


def test_round_trip_and_broken_arrays():
    scale = FeatureScale.fit(song(0))
    arrays = scale.to_arrays()
    again = FeatureScale.from_arrays(arrays)
    np.testing.assert_array_equal(again.largest, scale.largest)
    with pytest.raises(ValueError, match="lacks highest"):
        FeatureScale.from_arrays({k: v for k, v in arrays.items() if k != "highest"})
    with pytest.raises(ValueError, match="shape"):
        FeatureScale.from_arrays(arrays | {"largest": arrays["largest"][:5]})
    with pytest.raises(ValueError, match="no range"):
        FeatureScale.from_arrays(arrays | {"lowest": arrays["highest"] + 1})
    with pytest.raises(ValueError, match="no range"):
        FeatureScale.from_arrays(FeatureScale.empty().to_arrays())
    assert not FeatureScale.empty().fitted
