import numpy as np
import pytest
from dance_motions import resting_motion, smooth_motion

from core.encoders import pose
from core.encoders.augment import resized, turned
from core.encoders.pose import PoseVectors, body_height
from core.skeleton import INDEX, REST_POSITIONS

ALL = [(0, 40)]


def encode(motion, bars=ALL):
    return PoseVectors().encode(motion, bars)


def test_shape_and_zeros_outside_the_bars():
    motion = smooth_motion(60)
    vectors = encode(motion, [(5, 20), (30, 40)])
    assert vectors.shape == (60, PoseVectors.dim)
    assert vectors.dtype == np.float32
    whole = encode(motion, [(0, 60)])
    inside = np.zeros(60, bool)
    inside[5:20] = inside[30:40] = True
    np.testing.assert_array_equal(vectors[inside], whole[inside])
    assert not vectors[~inside].any()
    assert np.abs(whole).min(axis=1).max() >= 0
    assert encode(motion, []).shape == vectors.shape
    with pytest.raises(ValueError, match="no part"):
        encode(motion, [(50, 61)])


def test_place_heading_and_size_do_not_matter():
    motion = smooth_motion(40, amount=0.3)
    before = encode(motion)
    moved = turned(motion, 2.0)
    object.__setattr__(moved, "root_positions", moved.root_positions + np.array([4, 0, -3], np.float32))
    np.testing.assert_allclose(encode(moved), before, atol=1e-4)
    np.testing.assert_allclose(encode(resized(motion, 1.3)), before, atol=1e-4)


def test_a_step_forward_looks_the_same_whichever_way_one_faces():
    walk = resting_motion(40)
    walk.root_positions[:, 2] += 0.05 * np.arange(40, dtype=np.float32)
    vectors = encode(walk)
    np.testing.assert_allclose(encode(turned(walk, 1.0)), vectors, atol=1e-4)
    waist = vectors[20, -3:]  # 1.5 m/s to the front, in body heights, times 0.15 s
    np.testing.assert_allclose(waist, [0, 0, 1.5 * 0.15 / body_height(walk)], atol=1e-4)
    assert np.abs(encode(resting_motion(40))[20, -3:]).max() == 0


def test_fingers_tell_frames_apart():
    motion = resting_motion(40)
    motion.rotations[20:, INDEX["LeftIndex1"]] = [0, np.sin(0.6), 0, np.cos(0.6)]
    vectors = encode(motion)
    assert np.linalg.norm(vectors[35] - vectors[5]) > 0.05
    np.testing.assert_allclose(vectors[38], vectors[35], atol=1e-5)


def test_long_songs_are_cut_without_a_seam(monkeypatch):
    motion = smooth_motion(90)
    whole = encode(motion, [(0, 90)])
    monkeypatch.setattr(pose, "_CHUNK", 25)
    np.testing.assert_allclose(encode(motion, [(0, 90)]), whole, atol=1e-5)


def test_height_of_the_bundled_body_and_of_none():
    motion = resting_motion(1)
    head, toe = REST_POSITIONS[INDEX["Head"], 1], REST_POSITIONS[INDEX["LeftToe"], 1]
    assert body_height(motion) == pytest.approx(head - toe, abs=1e-5)
    assert body_height(resized(motion, 0.0)) == 1.0


def test_a_single_frame_and_a_body_in_one_point():
    assert np.isfinite(encode(resting_motion(1), [(0, 1)])).all()
    assert not encode(resized(resting_motion(3), 0.0), [(0, 3)]).any()
