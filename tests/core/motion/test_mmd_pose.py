from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.errors import InputError
from core.motion.mmd_model import Append, Bone, Ik, IkLink, checked_model
from core.motion.mmd_pose import ik_path, make_rig, needed_bones, pose

ORIGIN = (0.0, 0.0, 0.0)


def naive_pose(model, positions, rotations):
    """One frame without IK: locals in evaluation order, then worlds by recursion."""
    local = [Rotation.from_quat(q) for q in rotations]
    shift = [np.array(p) for p in positions]
    for b in sorted(range(len(local)), key=lambda b: (model.bones[b].after_physics, model.bones[b].layer, b)):
        append = model.bones[b].append
        if append is not None and append.rotation:
            local[b] = local[b] * Rotation.from_rotvec(local[append.source].as_rotvec() * append.ratio)
        if append is not None and append.translation:
            shift[b] = shift[b] + append.ratio * shift[append.source]

    def world(b):
        bone = model.bones[b]
        if bone.parent < 0:
            return np.array(bone.position) + shift[b], local[b]
        place, turn = world(bone.parent)
        offset = np.array(bone.position) - np.array(model.bones[bone.parent].position)
        return place + turn.apply(offset + shift[b]), turn * local[b]

    return [world(b) for b in range(len(local))]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12))
def test_pose_agrees_with_the_naive_one(seed, n):
    rng = np.random.default_rng(seed)
    # Parents may come after their children in the list; appends may chain and refer to later bones.
    shuffled = rng.permutation(n)
    bones: list[Bone] = [Bone("", -1, ORIGIN)] * n
    for i, b in enumerate(shuffled):
        parent = int(shuffled[rng.integers(0, i)]) if i and rng.random() < 0.8 else -1
        append = None
        if rng.random() < 0.5:
            append = Append(int(rng.integers(0, n)), float(rng.choice([1.0, -1.0, 0.5, 2.0, -0.3])),
                            rotation=bool(rng.random() < 0.7), translation=bool(rng.random() < 0.4))
        bones[b] = Bone(f"b{b}", parent, tuple(rng.normal(size=3)), layer=int(rng.integers(0, 3)),
                        after_physics=bool(rng.random() < 0.2), append=append)
    model = checked_model("m", "m", bones)
    positions = rng.normal(size=(2, n, 3))
    # Under half a turn, so that a share of it is unambiguous.
    rotations = Rotation.from_rotvec(rng.uniform(-0.6, 0.6, size=(2 * n, 3))).as_quat().reshape(2, n, 4)
    rig = make_rig(model, range(n))
    got_positions, got_rotations = pose(rig, positions.copy(), rotations.copy(), np.zeros((2, 0), bool))
    for t in range(2):
        for b, (place, turn) in enumerate(naive_pose(model, positions[t], rotations[t])):
            np.testing.assert_allclose(got_positions[t, rig.index[b]], place, atol=1e-9)
            assert (Rotation.from_quat(got_rotations[t, rig.index[b]]).inv() * turn).magnitude() < 1e-6


@pytest.mark.parametrize(("ratio", "degrees"), [(1.0, 40), (0.5, 20), (-1.0, -40), (-0.25, -10), (2.0, 80)])
def test_append_takes_its_share_of_the_turn(ratio, degrees):
    bones = [Bone("a", -1, ORIGIN), Bone("b", -1, ORIGIN, append=Append(0, ratio)), Bone("c", -1, ORIGIN, append=Append(1, 0.5))]
    rotations = np.tile([0.0, 0.0, 0.0, 1.0], (1, 3, 1))
    rotations[0, 0] = Rotation.from_euler("y", 40, degrees=True).as_quat()
    _, turned = pose(make_rig(checked_model("m", "m", bones), range(3)), np.zeros((1, 3, 3)), rotations, np.zeros((1, 0), bool))
    angles = Rotation.from_quat(turned[0]).as_euler("yxz", degrees=True)[:, 0]
    np.testing.assert_allclose(angles, [40, degrees, degrees / 2], atol=1e-9)


def test_append_of_an_ik_link_takes_the_solved_turn():
    # 足D of semi-standard models: a copy of the leg in a later layer.
    bones = [
        Bone("leg", -1, ORIGIN), Bone("foot", 0, (1.0, 0.0, 0.0)),
        Bone("copy", -1, ORIGIN, layer=1, append=Append(0, 1.0)),
        Bone("ik", -1, (0.0, 1.0, 0.0), ik=Ik(1, 10, 3.0, (IkLink(0),))),
    ]
    model = checked_model("m", "m", bones)
    rotations = np.tile([0.0, 0.0, 0.0, 1.0], (1, 4, 1))
    _, turned = pose(make_rig(model, [2]), np.zeros((1, 4, 3)), rotations, np.ones((1, 1), bool))
    assert Rotation.from_quat(turned[0, 2]).as_euler("zxy", degrees=True)[0] == pytest.approx(90)


def test_needed_bones_are_ancestors_sources_and_iks_only():
    bones = [
        Bone("root", -1, ORIGIN), Bone("leg", 0, ORIGIN), Bone("foot", 1, ORIGIN), Bone("hair", 0, ORIGIN),
        Bone("ik parent", -1, ORIGIN), Bone("ik", 4, ORIGIN, ik=Ik(2, 1, 1.0, (IkLink(1),))),
        Bone("source", 0, ORIGIN), Bone("twist", 0, ORIGIN, append=Append(6, 0.5)), Bone("hair ik", 0, ORIGIN, ik=Ik(3, 1, 1.0, (IkLink(0),))),
    ]
    model = checked_model("m", "m", bones)
    assert needed_bones(model, [7]) == [0, 3, 6, 7, 8]
    assert needed_bones(model, [1]) == [0, 1, 2, 3, 4, 5, 8]


def test_links_off_the_chain_or_named_twice_are_left_out():
    bones = [Bone("a", -1, ORIGIN), Bone("b", 0, ORIGIN), Bone("c", 1, ORIGIN), Bone("d", 0, ORIGIN)]
    model = checked_model("m", "m", bones)
    path, links = ik_path(model, Ik(2, 1, 1.0, (IkLink(1), IkLink(3), IkLink(2), IkLink(1), IkLink(0))))
    assert path == [0, 1, 2]
    assert [(place, link.bone) for place, link in links] == [(1, 1), (0, 0)]


@pytest.mark.parametrize(
    ("bones", "said"),
    [
        ([], "no bones"),
        ([Bone("a", 0, ORIGIN)], "its own ancestor"),
        ([Bone("a", 1, ORIGIN), Bone("b", 2, ORIGIN), Bone("c", 0, ORIGIN)], "its own ancestor"),
        ([Bone("a", 5, ORIGIN)], "does not exist"),
        ([Bone("a", -2, ORIGIN)], "does not exist"),
        ([Bone("a", -1, (float("nan"), 0.0, 0.0))], "impossible place"),
        ([Bone("a", -1, ORIGIN, append=Append(9, 1.0))], "does not exist"),
        ([Bone("a", -1, ORIGIN, append=Append(0, float("inf")))], "impossible share"),
        ([Bone("a", -1, ORIGIN, ik=Ik(3, 1, 1.0, ()))], "does not exist"),
        ([Bone("a", -1, ORIGIN, ik=Ik(0, 1, float("nan"), ()))], "not a number"),
        ([Bone("a", -1, ORIGIN, ik=Ik(0, 1, 1.0, (IkLink(0),) * 65))], "65 IK links"),
        ([Bone("a", -1, ORIGIN, ik=Ik(0, 1, 1.0, ()))] * 1001, "1001 IK bones"),
    ],
)
def test_impossible_models_are_refused(bones, said):
    with pytest.raises(InputError, match=said):
        checked_model("m.pmx", "m", bones)


def test_a_deep_chain_is_walked_without_recursion():
    bones = [Bone("b", i - 1, (0.0, float(i), 0.0)) for i in range(15_000)]
    rig = make_rig(checked_model("m", "m", bones), [14_999])
    rotations = np.tile([0.0, 0.0, 0.0, 1.0], (1, 15_000, 1))
    world, _ = pose(rig, np.zeros((1, 15_000, 3)), rotations, np.zeros((1, 0), bool))
    assert world[0, -1, 1] == pytest.approx(14_999)
