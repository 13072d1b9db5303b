import numpy as np
import pytest
from dance_motions import resting_motion, smooth_motion
from scipy.spatial.transform import Rotation

from core.encoders.augment import turned
from core.features.parameters import PARAMETER_NAMES, euler_sines, joint_parameters
from core.skeleton import INDEX


def test_shape_names_and_type():
    parameters = joint_parameters(smooth_motion(7))
    assert parameters.shape == (7, 53, 29)
    assert parameters.dtype == np.float32
    assert len(PARAMETER_NAMES) == len(set(PARAMETER_NAMES)) == 29
    assert joint_parameters(resting_motion(0)).shape == (0, 53, 29)


def test_euler_sines_equal_scipy():
    rotations = Rotation.random(500, random_state=3)
    yaw, pitch, roll = rotations.as_euler("YXZ").T
    angles = np.stack([roll, pitch, yaw], axis=1)
    expected = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    np.testing.assert_allclose(euler_sines(rotations.as_quat()), expected, atol=1e-5)


@pytest.mark.parametrize("pitch", [np.pi / 2, -np.pi / 2])
def test_gimbal_lock_still_gives_the_rotation(pitch):
    wanted = Rotation.from_euler("YXZ", [0.4, pitch, 0.3])
    sines = euler_sines(wanted.as_quat()[None])[0].astype(float)
    roll, tilt, yaw = np.arctan2(sines[:3], sines[3:])
    assert roll == 0
    got = Rotation.from_euler("YXZ", [yaw, tilt, roll])
    assert (wanted.inv() * got).magnitude() < 1e-3


def test_a_shift_on_the_ground_changes_nothing_and_height_only_y():
    motion = smooth_motion(20)
    before = joint_parameters(motion)
    shift = np.array([3.0, 0.5, -2.0], np.float32)
    object.__setattr__(motion, "root_positions", motion.root_positions + shift)
    after = joint_parameters(motion)
    after[..., 19] -= 0.5
    np.testing.assert_allclose(after, before, atol=2e-5)


def test_ground_position_is_relative_to_the_mean_of_the_bar():
    parameters = joint_parameters(smooth_motion(20))
    assert np.abs(parameters[..., [18, 20]].mean(axis=(0, 1))).max() < 1e-6
    assert parameters[..., 19].mean() > 0.5


def test_steady_walk_by_hand():
    motion = resting_motion(6)
    motion.root_positions[:, 0] += 0.1 * np.arange(6, dtype=np.float32)  # 3 m/s to the left
    parameters = joint_parameters(motion)
    np.testing.assert_allclose(parameters[..., 21], 3.0, rtol=1e-4)
    np.testing.assert_allclose(parameters[..., 22], 0.0, atol=1e-4)
    np.testing.assert_allclose(parameters[..., 23:29], 0.0, atol=1e-6)  # nothing moves within the body
    head = parameters[:, INDEX["Head"], 18]
    np.testing.assert_allclose(head, 0.1 * (np.arange(6) - 2.5), atol=1e-6)


def test_change_of_speed_by_hand():
    motion = resting_motion(5)
    motion.root_positions[:, 2] += 0.01 * np.arange(5, dtype=np.float32) ** 2
    parameters = joint_parameters(motion)
    speed = 30 * np.array([0.01, 0.02, 0.04, 0.06, 0.07])  # one-sided at the edges
    np.testing.assert_allclose(parameters[:, 0, 21], speed, rtol=1e-3)
    change = [speed[1] - speed[0], *(speed[2:] - speed[:-2]) / 2, speed[4] - speed[3]]
    np.testing.assert_allclose(parameters[:, 0, 22], change, rtol=1e-3)


def test_steady_roll_by_hand():
    motion = resting_motion(5)
    angle = 0.2 * np.arange(5)
    wrist = INDEX["LeftWrist"]
    motion.rotations[:, wrist] = Rotation.from_rotvec(np.outer(angle, [0, 0, 1])).as_quat()
    parameters = joint_parameters(motion)[:, wrist]
    np.testing.assert_allclose(parameters[:, 0], np.sin(angle), atol=1e-6)
    np.testing.assert_allclose(parameters[:, 3], np.cos(angle), atol=1e-6)
    first = np.diff(np.sin(angle))
    np.testing.assert_allclose(parameters[:, 6], [first[0], *first], atol=1e-6)
    second = np.diff(first)
    np.testing.assert_allclose(parameters[:, 12], [second[0], second[0], *second], atol=1e-6)
    np.testing.assert_allclose(parameters[:, [1, 2, 7, 8]], 0, atol=1e-6)
    np.testing.assert_allclose(parameters[:, [4, 5]], 1, atol=1e-6)


def test_a_turn_of_the_dancer_shows_only_in_the_trunk_and_on_the_ground():
    motion = smooth_motion(20)
    before, after = joint_parameters(motion), joint_parameters(turned(motion, 1.1))
    np.testing.assert_allclose(after[..., [19, 21, 22]], before[..., [19, 21, 22]], atol=1e-3)
    np.testing.assert_allclose(after[..., 23:29], before[..., 23:29], atol=1e-5)  # the UpperBody frame turns along
    limbs = [i for name, i in INDEX.items() if name not in {"UpperBody", "LowerBody"}]
    np.testing.assert_allclose(after[:, limbs, :18], before[:, limbs, :18], atol=1e-5)
    assert np.abs(after[:, INDEX["UpperBody"], :6] - before[:, INDEX["UpperBody"], :6]).max() > 0.1


def test_root_turn_counts_as_the_turn_of_both_bodies():
    motion = turned(resting_motion(3), 0.5)
    parameters = joint_parameters(motion)
    for joint in ("UpperBody", "LowerBody"):
        np.testing.assert_allclose(parameters[:, INDEX[joint], 2], np.sin(0.5), atol=1e-6)
    np.testing.assert_allclose(parameters[:, INDEX["Head"], 2], 0, atol=1e-6)
