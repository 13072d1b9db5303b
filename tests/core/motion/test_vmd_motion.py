from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mmd_builders import handles, pmd, pmx, quaternion, vmd
from scipy.spatial.transform import Rotation, Slerp
from test_mmd_curves import naive_way

from core.errors import InputError
from core.motion import vmd_motion
from core.motion.mmd_model import Append, Bone, Ik, IkLink
from core.motion.mmd_rest import KNEE_LIMITS, bundled_model
from core.motion.vmd_motion import read_model, read_vmd
from core.skeleton import INDEX, MMD_UNIT, REST_POSITIONS, REST_ROOT, VMD_NAMES

ZERO, ONE = (0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0)
LEGS = ("左足ＩＫ", "右足ＩＫ", "左つま先ＩＫ", "右つま先ＩＫ")
OFF = [(0, [(name, False) for name in LEGS])]
FLIP = np.array([1.0, 1.0, -1.0])


def read(tmp_path, keys, switches=None, model=None, **more):
    path = tmp_path / "a.vmd"
    path.write_bytes(vmd(keys, switches, **more))
    if isinstance(model, bytes):
        suffix = "pmx" if model.startswith(b"PMX") else "pmd"
        (tmp_path / f"m.{suffix}").write_bytes(model)
        model = tmp_path / f"m.{suffix}"
    return read_vmd(path, model)


def ours(q):
    """A quaternion of MMD's left-handed axes in ours."""
    return Rotation.from_quat(np.array(q) * [-1, -1, 1, 1])


def joint_world(motion, frame):
    positions, rotations = motion.world()
    return {n: positions[frame, i] for n, i in INDEX.items()}, {n: Rotation.from_quat(rotations[frame, i]) for n, i in INDEX.items()}


def test_rest_pose_and_axes(tmp_path):
    got = read(tmp_path, [("センター", 0, ZERO, ONE), ("頭", 9, ZERO, ONE)])
    assert len(got.motion) == 10
    np.testing.assert_allclose(got.motion.world()[0][5], REST_POSITIONS, atol=2e-3)  # the knees' half degree of IK
    assert not got.motion.driven.any()
    assert (got.report.format, got.report.rig, got.report.front_axis) == ("vmd", "MMD standard", "-Z")
    # Forward in MMD is -Z, ours is +Z; left is +X in both; a turn to the left is a turn to the left.
    moved = read(tmp_path, [("センター", 0, (1.0, 2.0, -3.0), quaternion((0, 1, 0), -90))], OFF).motion
    np.testing.assert_allclose(moved.root_positions[0], REST_ROOT + np.array([1, 2, 3]) * MMD_UNIT, atol=1e-6)
    assert Rotation.from_quat(moved.root_rotations[0]).apply([0, 0, 1]) == pytest.approx([1, 0, 0], abs=1e-6)


def test_the_elbow_bends_as_in_mmd(tmp_path):
    got = read(tmp_path, [("左ひじ", 0, ZERO, quaternion((0, 1, 0), 60))], OFF).motion
    # MMD: left-handed turn about +Y by the matrix of the quaternion takes +X to -Z, MMD's front.
    assert got.world()[0][0, INDEX["LeftWrist"], 2] > REST_POSITIONS[INDEX["LeftWrist"], 2] + 0.05
    assert got.driven[INDEX["LeftElbow"]]
    assert got.driven.sum() == 1


CARRIERS = ("全ての親", "センター", "グルーブ", "腰", "上半身", "上半身2", "首", "頭", "下半身", "左肩P", "左肩", "右腕", "右腕捩",
            "右ひじ", "左手首", "左足", "右ひざ", "左足首", "左人指２")


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_forward_kinematics_gives_the_positions_of_the_model(tmp_path_factory, seed):
    rng = np.random.default_rng(seed)
    model = bundled_model()
    keys, turned, shifted = [], {}, {}
    twist = np.array(model.bones[model.find("左手首")].position) - model.bones[model.find("左ひじ")].position
    for name in (*CARRIERS, "左手捩"):
        # 手捩 has no joint of its own; it turns about the forearm, as its axis limit in MMD says.
        q = quaternion(twist if name == "左手捩" else rng.normal(size=3), rng.uniform(-120, 120))
        shift = tuple(rng.normal(size=3)) if name in CARRIERS[:4] else ZERO
        keys.append((name, 0, shift, q))
        turned[name], shifted[name] = Rotation.from_quat(q), np.array(shift)
    got = read(tmp_path_factory.mktemp("vmd"), keys, OFF).motion
    positions, _ = joint_world(got, 0)

    def world(b):
        bone = model.bones[b]
        own = turned.get(bone.name, Rotation.identity())
        if bone.append is not None:
            source = turned.get(model.bones[bone.append.source].name, Rotation.identity())
            own = own * (source.inv() if bone.append.ratio < 0 else source)
        place, turn = world(bone.parent) if bone.parent >= 0 else (np.zeros(3), Rotation.identity())
        rest = np.array(bone.position) - (model.bones[bone.parent].position if bone.parent >= 0 else 0)
        return place + turn.apply(rest + shifted.get(bone.name, 0)), turn * own

    for joint, name in zip(INDEX, VMD_NAMES, strict=True):
        expected = world(model.find(name))[0] * FLIP * MMD_UNIT
        np.testing.assert_allclose(positions[joint], expected, atol=1e-4, err_msg=joint)


def test_curves_order_of_keys_and_doubled_frames(tmp_path):
    curve = [(10, 90, 30, 127), (0, 0, 127, 127), (64, 0, 64, 127), (100, 5, 120, 60)]
    q0, q1 = quaternion((1, 2, 3), 20), quaternion((3, -1, 1), 80)
    keys = [
        ("センター", 20, (4.0, 8.0, -2.0), q1, handles(curve)),
        ("センター", 0, (9.0, 9.0, 9.0), q1),
        ("センター", 0, ZERO, q0),
    ]
    got = read(tmp_path, keys, OFF).motion
    for t in (0, 5, 13, 20):
        ways = [naive_way(*c, t / 20) for c in curve]
        turn = Slerp([0, 1], Rotation.from_quat([q0, q1]))(ways[3])
        center = bundled_model().bones[bundled_model().find("センター")].position
        waist = np.array([0.0, 12.5, 0.0])
        shift = np.array([4 * ways[0], 8 * ways[1], -2 * ways[2]])
        expected = (np.array(center) + shift + turn.apply(waist - center)) * FLIP * MMD_UNIT
        np.testing.assert_allclose(got.root_positions[t], expected, atol=1e-5)
        assert (Rotation.from_quat(got.root_rotations[t]).inv() * ours(turn.as_quat())).magnitude() < 1e-4


def test_leg_ik_plants_the_feet_and_drives_the_legs(tmp_path):
    got = read(tmp_path, [("センター", 0, ZERO, ONE), ("センター", 30, (0.0, -3.0, 0.0), ONE)])
    positions, _ = got.motion.world()
    for side in ("Left", "Right"):
        feet = positions[:, INDEX[f"{side}Ankle"]]
        assert np.abs(feet - REST_POSITIONS[INDEX[f"{side}Ankle"]]).max() < 0.001
        assert positions[30, INDEX[f"{side}Knee"], 2] > 0.2
        toes = positions[:, INDEX[f"{side}Toe"]] - REST_POSITIONS[INDEX[f"{side}Toe"]]
        assert np.abs(toes).max() < 0.001
    assert sorted(np.flatnonzero(got.motion.driven)) == sorted(
        INDEX[s + p] for s in ("Left", "Right") for p in ("Leg", "Knee", "Ankle"))


def test_toe_ik_turns_the_foot(tmp_path):
    keys = [("左つま先ＩＫ", 0, ZERO, ONE), ("左つま先ＩＫ", 10, (0.0, 1.0, 0.0), ONE), ("左足ＩＫ", 0, ZERO, ONE)]
    positions, _ = read(tmp_path, keys).motion.world()
    rise = positions[10, INDEX["LeftToe"], 1] - positions[10, INDEX["LeftAnkle"], 1]
    assert rise > REST_POSITIONS[INDEX["LeftToe"], 1] - REST_POSITIONS[INDEX["LeftAnkle"], 1] + 0.05


def test_ik_switches_hold_from_their_frame_on(tmp_path):
    keys = [("左足ＩＫ", 0, (0.0, 2.0, 0.0), ONE), ("頭", 30, ZERO, ONE)]
    switches = [(20, [("左足IK", True), ("左つま先ＩＫ", True)]), (0, [("右足ＩＫ", False)]),
                (10, [("左足ＩＫ", False), ("左つま先ＩＫ", False)])]
    got = read(tmp_path, keys, switches)
    height = got.motion.world()[0][:, INDEX["LeftAnkle"], 1]
    rest = REST_POSITIONS[INDEX["LeftAnkle"], 1]
    np.testing.assert_allclose(height[:10], rest + 0.16, atol=1e-3)
    np.testing.assert_allclose(height[10:20], rest, atol=1e-5)
    np.testing.assert_allclose(height[20:], rest + 0.16, atol=1e-3)
    assert any("右足ＩＫ is switched off" in n for n in got.report.notes)
    assert any("左足ＩＫ, 左つま先ＩＫ is switched on and off" in n for n in got.report.notes)


def test_legs_turned_by_hand_without_any_ik_key_mean_ik_off(tmp_path):
    kick = quaternion((1, 0, 0), 60)
    got = read(tmp_path, [("左足", 0, ZERO, kick), ("センター", 0, ZERO, ONE)])
    assert got.motion.world()[0][0, INDEX["LeftAnkle"], 2] > 0.5
    assert any("左足ＩＫ, 左つま先ＩＫ; this IK is taken as off" in n for n in got.report.notes)
    # With a key, or a switch, the IK is meant.
    for keys, switches in (([("左足ＩＫ", 0, ZERO, ONE)], None), ([], [(0, [("左足ＩＫ", True)])])):
        got = read(tmp_path, [("左足", 0, ZERO, kick), *keys], switches)
        assert got.motion.world()[0][0, INDEX["LeftAnkle"], 2] < 0.0


def test_copies_of_the_leg_move_on_top_of_the_ik(tmp_path):
    turn = quaternion((1, 0, 0), 30)
    got = read(tmp_path, [("左ひざD", 0, ZERO, turn), ("左足先EX", 0, ZERO, quaternion((1, 0, 0), 20))]).motion
    _, world = joint_world(got, 0)
    knee = world["LeftLeg"].inv() * world["LeftKnee"]
    assert np.rad2deg((knee.inv() * ours(turn)).magnitude()) < 0.6  # the half degree of the IK
    assert got.driven[[INDEX["LeftKnee"], INDEX["LeftToe"]]].all()
    toe = world["LeftAnkle"].inv() * world["LeftToe"]
    assert np.rad2deg(toe.magnitude()) == pytest.approx(20, abs=0.01)


def test_hand_twist_and_shoulder_helper_drive_the_next_joint(tmp_path):
    got = read(tmp_path, [("左手捩", 0, ZERO, quaternion((1, -1, 0), 30)), ("右肩P", 0, ZERO, quaternion((0, 0, 1), 20))], OFF)
    driven = {j for j, i in INDEX.items() if got.motion.driven[i]}
    assert driven == {"LeftWrist", "RightShoulder", "RightArm"}


def test_unusual_names_still_find_their_bones(tmp_path):
    long = "左人指１".encode("cp932") + b"\0\xfd\xfd"
    got = read(tmp_path, [("上半身２", 0, ZERO, quaternion((0, 1, 0), 30)), (long, 0, ZERO, quaternion((0, 1, 0), 30)),
                          ("スカート", 0, ZERO, ONE), ("両目", 0, ZERO, ONE)], OFF)
    assert {j for j, i in INDEX.items() if got.motion.driven[i]} == {"UpperBody2", "LeftIndex1"}
    assert got.report.unmatched == ("スカート", "両目")


def taller(bones):
    return [replace(b, position=tuple(1.25 * c for c in b.position)) for b in bones]


def test_a_pmx_model_gives_its_own_lengths_and_the_same_turns(tmp_path):
    bones = taller(bundled_model().bones)
    keys = [("センター", 0, (0.0, -3.0, 0.0), ONE), ("左腕", 0, ZERO, quaternion((0, 0, 1), 40)), ("左足ＩＫ", 0, (0.5, 1.0, -1.0), ONE)]
    got = read(tmp_path, keys, model=pmx(bones, (2, 1, 2)))
    plain = read(tmp_path, [(n, f, tuple(0.8 * c for c in p), q) for n, f, p, q in keys]).motion
    np.testing.assert_allclose(got.motion.offsets, 1.25 * plain.offsets, atol=1e-6)
    np.testing.assert_allclose(got.motion.world()[0], 1.25 * plain.world()[0], atol=2e-4)
    assert got.report.rig == "MMD model モデル"
    assert got.report.mapped["LeftKnee"] == "左ひざ"


def test_a_pmd_model_bends_its_knees_and_lacks_what_it_lacks(tmp_path):
    model = bundled_model()
    wanted = [n for n in ("全ての親", "センター", *VMD_NAMES, *LEGS) if "腕捩" not in n and "０" not in n and n != "上半身2"]
    rows = []
    for name in wanted:
        bone = model.bones[model.find(name)]
        parent = bone.parent
        while parent >= 0 and model.bones[parent].name not in wanted:
            parent = model.bones[parent].parent
        rows.append((name, wanted.index(model.bones[parent].name) if parent >= 0 else -1, 0, 0, 0xFFFF, bone.position))
    at = wanted.index
    iks = [(at(f"{s}足ＩＫ"), at(f"{s}足首"), 40, 0.5, [at(f"{s}ひざ"), at(f"{s}足")]) for s in "左右"]
    iks += [(at(f"{s}つま先ＩＫ"), at(f"{s}つま先"), 3, 1.0, [at(f"{s}足首")]) for s in "左右"]
    keys = [("センター", 0, (0.0, -3.0, 0.0), ONE), ("上半身2", 0, ZERO, quaternion((0, 1, 0), 30))]
    got = read(tmp_path, keys, model=pmd(rows, iks))
    plain = read(tmp_path, keys[:1]).motion
    np.testing.assert_allclose(got.motion.world()[0][0, INDEX["LeftKnee"]], plain.world()[0][0, INDEX["LeftKnee"]], atol=1e-4)
    np.testing.assert_allclose(got.motion.offsets, plain.offsets, atol=0.02)
    assert any("UpperBody2" in n and "LeftThumb0" in n for n in got.report.notes)
    assert got.report.unmatched == ("上半身2",)
    assert "UpperBody2" not in got.report.mapped


def test_append_of_a_model_reaches_the_joints(tmp_path):
    model = bundled_model()
    bones = list(model.bones)
    b = model.find("左ひじ")
    bones[b] = replace(bones[b], append=Append(model.find("右ひじ"), -0.5))
    got = read(tmp_path, [("右ひじ", 0, ZERO, quaternion((0, 1, 0), 60))], OFF, model=pmx(bones, (4, 2, 4)))
    turn = Rotation.from_quat(got.motion.rotations[0, INDEX["LeftElbow"]])
    assert (turn.inv() * ours(quaternion((0, 1, 0), -30))).magnitude() < 1e-5
    assert got.motion.driven[INDEX["LeftElbow"]]


def test_a_bone_between_joints_that_bends_is_reported(tmp_path):
    got = read(tmp_path, [("左手捩", 0, ZERO, quaternion((0, 1, 0), 80))], OFF)
    assert any("cm off" in n for n in got.report.notes)
    assert not any("cm off" in n for n in read(tmp_path, [("左ひじ", 0, ZERO, quaternion((0, 1, 0), 80))], OFF).report.notes)


def test_a_changed_model_file_is_read_again(tmp_path):
    keys = [("頭", 0, ZERO, ONE)]
    first = read(tmp_path, keys, model=pmx(list(bundled_model().bones))).motion
    second = read(tmp_path, keys, model=pmx(taller(bundled_model().bones), vertices=6)).motion
    assert np.abs(second.offsets).max() == pytest.approx(1.25 * np.abs(first.offsets).max(), rel=1e-5)


def test_long_motions_are_the_same_in_parts(tmp_path, monkeypatch):
    rng = np.random.default_rng(3)
    keys = [(n, f, tuple(rng.normal(size=3)), quaternion(rng.normal(size=3), 50)) for n in ("センター", "左足ＩＫ", "腰", "首") for f in (0, 30, 77)]
    whole = read(tmp_path, keys).motion
    monkeypatch.setattr(vmd_motion, "_CHUNK_VALUES", 5000)
    parts = read(tmp_path, keys).motion
    np.testing.assert_array_equal(whole.rotations, parts.rotations)
    np.testing.assert_array_equal(whole.root_positions, parts.root_positions)


NAN = float("nan")


@pytest.mark.parametrize(
    ("keys", "more", "said"),
    [
        ([], {"cameras": 2}, "camera keys only"),
        ([], {"faces": 2}, "face keys only"),
        ([], {}, "no bone keys"),
        ([("スカート", 0, ZERO, ONE)], {}, "スカート.*moves a body"),
        ([("頭", 0, ZERO, ONE), ("左腕", 12, ZERO, (NAN, 0, 0, 1))], {}, "'左腕' at frame 12 is not a possible number"),
        ([("センター", 3, (0.0, float("inf"), 0.0), ONE)], {}, "'センター' at frame 3"),
        ([("センター", 3, (0.0, 1e30, 0.0), ONE)], {}, "'センター' at frame 3"),
        ([("頭", 2**32 - 1, ZERO, ONE)], {}, "more than an hour"),
    ],
)
def test_faulty_motions_give_one_sentence(tmp_path, keys, more, said):
    with pytest.raises(InputError, match=said) as caught:
        read(tmp_path, keys, **more)
    assert "a.vmd" in str(caught.value)


def test_a_model_whose_iks_would_never_end_is_refused(tmp_path):
    bones = list(bundled_model().bones)
    head = bundled_model().find("頭")
    # A chain of 1,000 bones above the upper body, and an IK that turns 60 of them 256 times a frame.
    first = len(bones)
    bones += [Bone("鎖", first + i - 1 if i else -1, ZERO) for i in range(1000)]
    bones[0] = replace(bones[0], parent=first + 999)
    links = tuple(IkLink(first + i) for i in range(60))
    bones.append(Bone("鎖ＩＫ", -1, ZERO, ik=Ik(head, 10**6, 1.0, links)))
    with pytest.raises(InputError, match="steps a frame") as caught:
        read(tmp_path, [("頭", 5000, ZERO, ONE)], model=pmx(bones, (4, 1, 2)))
    assert "m.pmx" in str(caught.value)


def test_many_ik_switches_take_no_time(tmp_path):
    switches = [(f, [("左足ＩＫ", f % 2 == 1)]) for f in range(20_000)]
    start = time.perf_counter()
    got = read(tmp_path, [("左足ＩＫ", 0, (0.0, 2.0, 0.0), ONE), ("頭", 20_000, ZERO, ONE)], switches)
    assert time.perf_counter() - start < 20  # 0.5 s on an idle machine
    height = got.motion.slice(0, 4).world()[0][:, INDEX["LeftAnkle"], 1] - REST_POSITIONS[INDEX["LeftAnkle"], 1]
    np.testing.assert_allclose(height, [0, 0.16, 0, 0.16], atol=1e-3)


def test_keys_without_a_turn_are_rest(tmp_path):
    got = read(tmp_path, [("左腕", 0, ZERO, (0.0, 0.0, 0.0, 0.0))], OFF).motion
    np.testing.assert_array_equal(got.rotations[0, INDEX["LeftArm"]], [0, 0, 0, 1])


def test_models_are_told_by_their_ending(tmp_path):
    (tmp_path / "m.x").write_bytes(b"x")
    with pytest.raises(InputError, match=r"\.pmx or \.pmd, not in '\.x'"):
        read_model(tmp_path / "m.x")
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path, [("頭", 0, ZERO, ONE)], model=tmp_path / "none.pmx")


BODY = pmx([replace(b, english="") for b in bundled_model().bones], vertices=0)
DANCE = vmd([(n, f, (0.1, -0.5, 0.2), quaternion((1, f, 2), 30)) for n in ("センター", "左足ＩＫ", "左腕") for f in (0, 9)], OFF)


@settings(max_examples=120, deadline=None)
@given(
    body_edits=st.lists(st.tuples(st.integers(60, len(BODY) - 1), st.integers(0, 255)), max_size=3),
    edits=st.lists(st.tuples(st.integers(50, len(DANCE) - 1), st.integers(0, 255)), max_size=4),
)
def test_damaged_models_and_motions_are_read_or_refused(tmp_path_factory, body_edits, edits):
    folder = tmp_path_factory.mktemp("vmd")
    for name, whole, changes in (("m.pmx", BODY, body_edits), ("a.vmd", DANCE, edits)):
        data = bytearray(whole)
        for place, value in changes:
            data[place] = value
        (folder / name).write_bytes(bytes(data))
    longest = vmd_motion.MAX_FRAMES
    vmd_motion.MAX_FRAMES = 300
    try:
        motion = read_vmd(folder / "a.vmd", folder / "m.pmx").motion
    except InputError:
        return
    finally:
        vmd_motion.MAX_FRAMES = longest
    for part in (motion.root_positions, motion.root_rotations, motion.rotations, motion.offsets):
        assert np.isfinite(part).all()
    np.testing.assert_allclose(np.linalg.norm(motion.rotations, axis=-1), 1.0, atol=1e-4)


def test_the_knee_limits_are_those_of_mmd():
    np.testing.assert_allclose(np.rad2deg(KNEE_LIMITS), [[-180, 0, 0], [-0.5, 0, 0]])
