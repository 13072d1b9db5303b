from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation, Slerp

from core.motion.mmd_curves import Keys, bezier_way, evaluate_keys, reduce_keys


def naive_way(x1, y1, x2, y2, share):
    """Bisection on the parameter of the curve, straight from its definition."""
    def curve(a, b, u):
        points = [0.0, a / 127, b / 127, 1.0]
        while len(points) > 1:  # de Casteljau
            points = [p + (q - p) * u for p, q in pairwise(points)]
        return points[0]

    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        if curve(x1, x2, middle) < share:
            low = middle
        else:
            high = middle
    return curve(y1, y2, (low + high) / 2)


byte = st.integers(0, 127)


@settings(max_examples=200, deadline=None)
@given(byte, byte, byte, byte, st.floats(0, 1))
def test_bezier_is_solved_like_bisection_does(x1, y1, x2, y2, share):
    # Where the curve stands still in time (x' = 0) a value is defined to the root of the precision only.
    steep = (x1 == 0 or x2 == 127 or (x1, x2) == (127, 0))
    assert bezier_way(x1, y1, x2, y2, share) == pytest.approx(naive_way(x1, y1, x2, y2, share), abs=2e-4 if steep else 1e-7)


def test_bezier_ends_are_exact():
    assert bezier_way(127, 0, 0, 127, 0.0) == 0.0
    assert bezier_way(127, 0, 0, 127, 1.0) == 1.0


def make_keys(frames, positions, rotations, curves):
    return Keys(
        np.array([0, len(frames), len(frames)]), np.array(frames), np.array(positions, float),
        np.array(rotations, float), np.array(curves, np.uint8),
    )


def test_every_channel_follows_the_curve_of_the_later_key():
    rng = np.random.default_rng(1)
    frames = [3, 10, 11, 40]
    positions = rng.normal(size=(4, 3))
    rotations = Rotation.random(4, random_state=2).as_quat()
    curves = rng.integers(0, 128, (4, 4, 4))
    # Two bones, the second without keys; first frames before the first key, last ones after the last.
    got_positions, got_rotations = evaluate_keys(make_keys(frames, positions, rotations, curves), 0, 45)
    for t in range(45):
        if t <= 3 or t >= 40:
            k = 0 if t <= 3 else 3
            position, rotation = positions[k], Rotation.from_quat(rotations[k])
        else:
            n = next(i for i, f in enumerate(frames) if f > t)
            share = (t - frames[n - 1]) / (frames[n] - frames[n - 1])
            ways = [naive_way(*curves[n, c], share) for c in range(4)]
            position = [positions[n - 1, c] + (positions[n, c] - positions[n - 1, c]) * ways[c] for c in range(3)]
            rotation = Slerp([0, 1], Rotation.from_quat(rotations[n - 1 : n + 1]))(ways[3])
        np.testing.assert_allclose(got_positions[t, 0], position, atol=1e-6)
        assert (Rotation.from_quat(got_rotations[t, 0]).inv() * rotation).magnitude() < 1e-6
    assert (got_positions[:, 1] == 0).all()
    assert (got_rotations[:, 1] == [0, 0, 0, 1]).all()


def test_a_part_of_the_frames_is_the_same_as_the_whole():
    rng = np.random.default_rng(5)
    keys = make_keys([0, 9, 30], rng.normal(size=(3, 3)), Rotation.random(3, random_state=1).as_quat(),
                     rng.integers(0, 128, (3, 4, 4)))
    whole, part = evaluate_keys(keys, 0, 35), evaluate_keys(keys, 12, 33)
    np.testing.assert_array_equal(part[0], whole[0][12:33])
    np.testing.assert_array_equal(part[1], whole[1][12:33])


def test_the_short_way_round_is_taken_between_opposite_signs():
    a = Rotation.from_euler("y", 10, degrees=True).as_quat()
    b = -Rotation.from_euler("y", 50, degrees=True).as_quat()
    keys = make_keys([0, 2], np.zeros((2, 3)), [a, b], np.full((2, 4, 4), 20))
    middle = Rotation.from_quat(evaluate_keys(keys, 0, 3)[1][1, 0])
    assert middle.as_euler("yxz", degrees=True)[0] == pytest.approx(30)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), length=st.integers(1, 120), tolerance=st.sampled_from([0.002, 0.02, 0.2]))
def test_kept_keys_give_the_others_back_within_the_tolerances(seed, length, tolerance):
    rng = np.random.default_rng(seed)
    smooth = np.cumsum(rng.normal(scale=0.05, size=(length, 3)), axis=0)
    smooth[length // 3 : length // 2] = smooth[length // 3] if length > 2 else 0
    rotations = Rotation.from_rotvec(smooth)
    positions = np.cumsum(rng.normal(scale=0.01, size=(length, 3)), axis=0)
    keep = reduce_keys(rotations.as_quat(), positions, tolerance, tolerance)
    kept = np.flatnonzero(keep)
    assert keep[0]
    assert keep[-1]
    if length == 1:
        return
    back = Slerp(kept, rotations[kept])(np.arange(length))
    assert (back.inv() * rotations).magnitude().max() <= tolerance + 1e-9
    places = np.stack([np.interp(np.arange(length), kept, positions[kept, c]) for c in range(3)], axis=1)
    assert np.linalg.norm(places - positions, axis=1).max() <= tolerance + 1e-9


def test_a_steady_turn_and_walk_need_two_keys():
    rotations = Rotation.from_rotvec(np.linspace(0, 1, 500)[:, None] * [0.0, 1.5, 0.5]).as_quat()
    positions = np.linspace([0, 0, 0], [3, 0, 1], 500)
    assert np.flatnonzero(reduce_keys(rotations, positions, 1e-4, 1e-4)).tolist() == [0, 499]


def test_a_jump_keeps_both_its_sides():
    positions = np.zeros((50, 3))
    positions[20:] = 1.0
    rotations = np.tile([0.0, 0.0, 0.0, 1.0], (50, 1))
    assert np.flatnonzero(reduce_keys(rotations, positions, 1e-3, 1e-3)).tolist() == [0, 19, 20, 49]
