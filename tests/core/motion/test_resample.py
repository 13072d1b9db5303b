"""Frame rates and the way to 30 frames a second."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.errors import InputError
from core.motion.resample import MAX_FRAMES, frame_rate, resample_linear, resample_rotations, sample_times


@pytest.mark.parametrize(("written", "rate"), [
    ("0.0333333", 30), ("0.033333", 30), ("0.0333", 30), ("0.033", 30), ("0.0083333", 120), ("0.00833333", 120), ("0.016667", 60),
    ("0.0167", 60), ("0.04", 25), ("0.0416667", 24), ("0.008", 125), ("0.005", 200), ("0.01", 100), ("0.0333667", 30000 / 1001), ("1", 1),
    ("0.5", 2), ("0.03", 1 / 0.03), ("0.0345", 1 / 0.0345), ("3.33333e-02", 1 / 0.0333333),
])
def test_rounded_frame_times_mean_the_usual_rates(written, rate):
    assert frame_rate(float(written), written, "a.bvh") == pytest.approx(rate, rel=1e-12)


@pytest.mark.parametrize("value", ["0", "-0.0333", "nan", "inf", "1.01", "1e-9", "1e300"])
def test_absurd_frame_times_are_refused(value):
    with pytest.raises(InputError, match="frame time"):
        frame_rate(float(value), value, "a.bvh")


def test_thirty_frames_a_second_pass_untouched():
    assert sample_times(100, 30.0, "a.bvh") is None
    values = np.random.default_rng(0).normal(size=(9, 3))
    assert resample_linear(values, None) is values
    quaternions = Rotation.random(9, rng=np.random.default_rng(0)).as_quat()
    assert resample_rotations(quaternions, None) is quaternions


@pytest.mark.parametrize(("frames", "rate", "wanted"), [(241, 120.0, 61), (240, 120.0, 60), (1, 120.0, 1), (2, 1.0, 31), (25, 24.0, 31), (7, 60.0, 4)])
def test_the_length_in_seconds_stays(frames, rate, wanted):
    at = sample_times(frames, rate, "a.bvh")
    assert len(at) == wanted
    assert at[0] == 0.0
    assert at[-1] <= frames - 1
    assert np.allclose(np.diff(at), rate / 30)
    assert (frames - 1 - at[-1]) < rate / 30 + 1e-6


def test_over_an_hour_is_refused_before_anything_is_allocated():
    assert sample_times(MAX_FRAMES, 30.0, "a.bvh") is None
    with pytest.raises(InputError, match="minutes"):
        sample_times(MAX_FRAMES + 1, 30.0, "a.bvh")
    with pytest.raises(InputError, match="minutes"):
        sample_times(10**9, 1.0, "a.bvh")


def test_turns_go_the_short_way_at_constant_speed():
    ends = Rotation.from_euler("y", [[0.0], [80.0], [100.0]], degrees=True).as_quat()
    ends[1] *= -1  # the same turn, written the other way round
    at = np.array([0.0, 0.25, 0.5, 1.0, 1.5, 2.0])
    got = Rotation.from_quat(resample_rotations(ends, at)).as_rotvec(degrees=True)
    assert np.allclose(got[:, 1], [0, 20, 40, 80, 90, 100])
    assert np.allclose(got[:, [0, 2]], 0)


def test_places_are_interpolated_on_straight_lines():
    values = np.array([[0.0, 10.0], [1.0, 20.0], [4.0, 0.0]])
    got = resample_linear(values, np.array([0.0, 0.5, 1.0, 1.75, 2.0]))
    assert np.allclose(got, [[0, 10], [0.5, 15], [1, 20], [3.25, 5], [4, 0]])


def test_a_single_pose_is_held():
    pose = Rotation.random(1, rng=np.random.default_rng(3)).as_quat()
    assert np.array_equal(resample_rotations(pose, np.zeros(4)), np.repeat(pose, 4, axis=0))
