from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.motion import mmd_kernels as k
from core.motion.mmd_model import Bone, Ik, IkLink, checked_model
from core.motion.mmd_pose import make_rig, pose
from core.motion.mmd_rest import KNEE_LIMITS

seeds = st.integers(0, 10**6)


def turns(seed, number):
    return [tuple(q) for q in Rotation.random(number, random_state=seed).as_quat()]


def same_turn(a, b, within=1e-9):
    return (Rotation.from_quat(a).inv() * Rotation.from_quat(b)).magnitude() <= within


@settings(max_examples=50, deadline=None)
@given(seeds)
def test_products_and_turns_agree_with_scipy(seed):
    a, b = turns(seed, 2)
    v = tuple(np.random.default_rng(seed).normal(size=3))
    ra, rb = Rotation.from_quat(a), Rotation.from_quat(b)
    assert same_turn(k.multiply(a, b), (ra * rb).as_quat())
    np.testing.assert_allclose(k.rotate(a, v), ra.apply(v), atol=1e-12)
    assert same_turn(k.conjugate(a), ra.inv().as_quat())


@settings(max_examples=50, deadline=None)
@given(seeds, st.floats(-3, 3))
def test_power_multiplies_the_turn(seed, exponent):
    (q,) = turns(seed, 1)
    expected = Rotation.from_rotvec(Rotation.from_quat(q).as_rotvec() * exponent)
    assert same_turn(k.power(q, exponent), expected.as_quat(), 1e-7)
    assert k.power((0.0, 0.0, 0.0, -1.0), exponent) == (0.0, 0.0, 0.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([(0, "ZXY"), (1, "XYZ"), (2, "YZX")]))
def test_euler_angles_agree_with_scipy_and_back(seed, order):
    middle, name = order
    (q,) = turns(seed, 1)
    angles = k.to_euler(q, middle)
    expected = dict(zip(name, Rotation.from_quat(q).as_euler(name), strict=True))
    np.testing.assert_allclose(angles, [expected[c] for c in "XYZ"], atol=1e-7)
    assert same_turn(k.from_euler(angles, middle), q, 1e-7)


@pytest.mark.parametrize(
    ("angle", "mirror", "expected"),
    [(-0.5, True, -0.5), (0.3, True, -0.5), (0.3, False, -0.1), (5.0, True, -0.1), (-2.5, True, -1.5), (-2.5, False, -2.0)],
)
def test_angles_are_mirrored_or_cut_at_their_limits(angle, mirror, expected):
    assert k.limit_angle(angle, -2.0, -0.1, mirror) == pytest.approx(expected)


@settings(max_examples=60, deadline=None)
@given(seeds, st.booleans())
def test_limited_turns_lie_inside_their_limits(seed, mirror):
    rng = np.random.default_rng(seed)
    (q,) = turns(seed, 1)
    wide = int(rng.integers(0, 3))
    lower = -np.pi * rng.uniform(0, 0.45, 3)
    upper = np.pi * rng.uniform(0, 0.45, 3)
    lower[wide] *= 2
    got = k.limit_rotation(q, tuple(lower), tuple(upper), mirror)
    name = "ZXY" if lower[0] > -np.pi / 2 else "XYZ"
    angles = dict(zip(name, Rotation.from_quat(got).as_euler(name), strict=True))
    for c, axis in enumerate("XYZ"):
        assert lower[c] - 1e-7 <= angles[axis] <= upper[c] + 1e-7


def leg(straight=False):
    knee = (0.1, 6.0, 0.0) if straight else (0.1, 6.0, -0.15)
    ankle = (0.1, 1.0, 0.0) if straight else (0.1, 1.0, 0.3)
    bones = [
        Bone("腰", -1, (0.0, 11.0, 0.0)), Bone("足", 0, (0.1, 11.0, 0.0)), Bone("ひざ", 1, knee), Bone("足首", 2, ankle),
        Bone("足ＩＫ", -1, ankle, ik=Ik(3, 40, 2.0, (IkLink(2, KNEE_LIMITS), IkLink(1)))),
    ]
    return checked_model("leg", "leg", bones), np.array([b.position for b in bones])


def solve(model, shifts, hip=None):
    rig = make_rig(model, [3])
    frames = len(shifts)
    positions, rotations = np.zeros((frames, 5, 3)), np.zeros((frames, 5, 4))
    rotations[..., 3] = 1.0
    positions[:, 4] = shifts
    if hip is not None:
        rotations[:, 1] = hip
    world, turned = pose(rig, positions, rotations, np.ones((frames, 1), bool))
    return world, turned, rotations


@pytest.mark.parametrize("straight", [False, True])
def test_the_leg_reaches_what_it_can_and_bends_as_the_law_of_cosines_says(straight):
    model, rest = leg(straight)
    thigh, shin = np.linalg.norm(rest[2] - rest[1]), np.linalg.norm(rest[3] - rest[2])
    rng = np.random.default_rng(0)
    ways = rng.normal(size=(400, 3))
    ways[:, 1] = -np.abs(ways[:, 1]) - 0.3
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    reach = rng.uniform(0.3, 0.998, 400) * (thigh + shin)
    goals = rest[1] + ways * reach[:, None]
    world, _, local = solve(model, goals - rest[4], Rotation.random(400, random_state=3).as_quat())
    assert np.linalg.norm(world[:, 3] - goals, axis=1).max() < 0.002  # units of 8 cm
    # The knee turns about X only, backwards only.
    angle = 2 * np.arctan2(local[:, 2, 0], local[:, 2, 3])
    angle = (angle + np.pi) % (2 * np.pi) - np.pi
    assert angle.max() <= np.deg2rad(-0.49)
    assert np.abs(local[:, 2, 1:3]).max() < 1e-9
    inner = np.arccos((thigh**2 + shin**2 - reach**2) / (2 * thigh * shin))
    at_rest = 0.0 if straight else -np.arccos((rest[2] - rest[1]) @ (rest[3] - rest[2]) / thigh / shin)
    np.testing.assert_allclose(angle + at_rest, inner - np.pi, atol=0.02)


def test_a_squat_puts_the_knees_in_front():
    model, _ = leg(straight=True)
    world, _, _ = solve(model, np.array([[0.0, 0.5, 0.0], [0.0, 3.0, 0.0], [0.0, 6.0, 0.0]]))
    # MMD's front is -Z.
    assert (world[:, 2, 2] < -0.5).all()
    assert np.abs(world[:, 2, 0] - 0.1).max() < 1e-6


def test_a_goal_out_of_reach_stretches_the_leg_towards_it():
    model, rest = leg(straight=True)
    world, _, _ = solve(model, np.array([[4.0, -6.0, 3.0]]))
    goal = rest[4] + [4.0, -6.0, 3.0]
    way, got = goal - rest[1], world[0, 3] - rest[1]
    assert np.linalg.norm(got) == pytest.approx(10.0, abs=0.01)
    assert got @ way / np.linalg.norm(got) / np.linalg.norm(way) == pytest.approx(1.0, abs=1e-5)


def test_a_switched_off_ik_leaves_the_keys_alone():
    model, rest = leg()
    rig = make_rig(model, [3])
    positions, rotations = np.zeros((1, 5, 3)), np.tile([0.0, 0.0, 0.0, 1.0], (1, 5, 1))
    positions[0, 4] = (1.0, 3.0, 0.0)
    world, _ = pose(rig, positions, rotations, np.zeros((1, 1), bool))
    np.testing.assert_allclose(world[0, 3], rest[3], atol=1e-12)


def test_the_step_limits_what_one_round_may_turn():
    bones = [
        Bone("a", -1, (0.0, 0.0, 0.0)), Bone("b", 0, (1.0, 0.0, 0.0)),
        Bone("ik", -1, (0.0, 1.0, 0.0), ik=Ik(1, 1, 0.1, (IkLink(0),))),
    ]
    rig = make_rig(checked_model("x", "x", bones), [1])
    rotations = np.tile([0.0, 0.0, 0.0, 1.0], (1, 3, 1))
    pose(rig, np.zeros((1, 3, 3)), rotations, np.ones((1, 1), bool))
    assert Rotation.from_quat(rotations[0, 0]).magnitude() == pytest.approx(0.1)
