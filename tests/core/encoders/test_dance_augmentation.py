import numpy as np
from dance_motions import smooth_motion

from core.encoders.augment import Augmentation, mirrored, resized, turned, with_still_fingers
from core.skeleton import INDEX, JOINTS, MIRROR


def test_mirroring_reflects_every_joint():
    motion = smooth_motion(5)
    positions = motion.world()[0]
    reflected = mirrored(motion).world()[0]
    np.testing.assert_allclose(reflected, (positions * [-1, 1, 1])[:, list(MIRROR)], atol=1e-5)
    twice = mirrored(mirrored(motion))
    np.testing.assert_array_equal(twice.rotations, motion.rotations)
    assert mirrored(motion).rotations.dtype == np.float32


def test_driven_joints_are_mirrored_too():
    motion = smooth_motion(2)
    motion.driven[INDEX["LeftThumb0"]] = False
    assert not mirrored(motion).driven[INDEX["RightThumb0"]]
    assert mirrored(motion).driven[INDEX["LeftThumb0"]]


def test_turning_and_resizing_every_joint():
    motion = smooth_motion(5)
    positions = motion.world()[0]
    x, y, z = np.moveaxis(positions, -1, 0)
    np.testing.assert_allclose(turned(motion, np.pi / 2).world()[0], np.stack([z, y, -x], axis=-1), atol=1e-5)
    np.testing.assert_allclose(resized(motion, 1.2).world()[0], 1.2 * positions, atol=1e-5)


def test_still_fingers_leave_the_rest_alone():
    motion = smooth_motion(5)
    still = with_still_fingers(motion)
    fingers = [i for i, name in enumerate(JOINTS) if any(f in name for f in ("Thumb", "Index", "Middle", "Ring", "Pinky"))]
    others = [i for i in range(53) if i not in fingers]
    assert len(fingers) == 30
    assert (still.rotations[:, fingers] == [0, 0, 0, 1]).all()
    assert not still.driven[fingers].any()
    np.testing.assert_array_equal(still.rotations[:, others], motion.rotations[:, others])
    assert motion.driven.all()


def test_the_same_random_state_gives_the_same_motion_and_the_next_another():
    motion = smooth_motion(5)
    rng = np.random.default_rng(0)
    first, second = Augmentation().apply(motion, rng), Augmentation().apply(motion, rng)
    again = Augmentation().apply(motion, np.random.default_rng(0))
    np.testing.assert_array_equal(first.root_rotations, again.root_rotations)
    assert not np.array_equal(first.root_rotations, second.root_rotations)
    nothing = Augmentation(mirror=0, turn=False, size=0, still_fingers=0).apply(motion, rng)
    np.testing.assert_array_equal(nothing.rotations, motion.rotations)
    np.testing.assert_array_equal(nothing.root_positions, motion.root_positions)
