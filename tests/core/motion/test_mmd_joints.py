from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.motion.mmd_bytes import VMD_NAME_BYTES, encode_name, plain_name
from core.motion.mmd_joints import acting_bones, from_mmd, map_joints
from core.motion.mmd_model import Bone, checked_model
from core.motion.mmd_rest import bundled_model
from core.skeleton import INDEX, JOINTS, REST_CENTER, REST_OFFSETS, REST_POSITIONS, VMD_NAMES


def without(*names):
    """The bundled model with bones taken out, children given to the parent, iks and appends dropped."""
    model = bundled_model()
    gone = {model.find(n) for n in names}
    kept = [b for b in range(len(model.bones)) if b not in gone]
    bones = []
    for b in kept:
        parent = model.bones[b].parent
        while parent in gone:
            parent = model.bones[parent].parent
        bones.append(replace(model.bones[b], parent=kept.index(parent) if parent >= 0 else -1, ik=None, append=None))
    return checked_model("m", "m", bones)


def test_the_bundled_model_is_the_bundled_body():
    joints = map_joints("m", bundled_model())
    np.testing.assert_allclose(joints.positions, REST_POSITIONS, atol=1e-12)
    np.testing.assert_allclose(joints.offsets, REST_OFFSETS, atol=1e-12)
    assert joints.missing == ()
    model = bundled_model()
    assert [model.bones[b].name for b in joints.bones] == list(VMD_NAMES)
    assert model.bones[joints.root].name == "腰"
    np.testing.assert_allclose(from_mmd(np.array(model.bones[model.find("センター")].position)), REST_CENTER, atol=1e-12)
    for side in "左右":
        for ik, target in (("足ＩＫ", "足首"), ("つま先ＩＫ", "つま先")):
            assert model.bones[model.find(side + ik)].position == model.bones[model.find(side + target)].position


@pytest.mark.parametrize(
    ("names", "joint", "within"),
    [(("上半身2",), "UpperBody2", 0.02), (("左腕捩",), "LeftArmTwist", 0.005), (("右足首", "右足首D"), "RightAnkle", 0.02)],
)
def test_a_missing_joint_in_the_middle_lies_between_its_neighbours(names, joint, within):
    joints = map_joints("m", without(*names))
    assert joints.missing == (joint,)
    assert np.linalg.norm(joints.positions[INDEX[joint]] - REST_POSITIONS[INDEX[joint]]) < within


def test_missing_fingers_follow_the_size_and_the_direction_of_the_arm():
    fingers = [n for n in VMD_NAMES if "指" in n]
    model = without(*fingers)
    # A model twice as large in T-pose: every x of the arm along the axis.
    arm = {f"左{n}": i for i, n in enumerate(("腕", "腕捩", "ひじ", "手捩", "手首"))}
    bones = [
        replace(b, position=(2.0 + 3.0 * arm[b.name], 32.0, 0.0)) if b.name in arm else b for b in model.bones
    ]
    joints = map_joints("m", checked_model("m", "m", bones))
    assert len(joints.missing) == 30
    wrist, middle = INDEX["LeftWrist"], INDEX["LeftMiddle1"]
    rest_finger = np.linalg.norm(REST_POSITIONS[middle] - REST_POSITIONS[wrist])
    rest_arm = np.linalg.norm(REST_POSITIONS[wrist] - REST_POSITIONS[INDEX["LeftElbow"]])
    arm_now = np.linalg.norm(joints.positions[wrist] - joints.positions[INDEX["LeftElbow"]])
    finger = joints.positions[middle] - joints.positions[wrist]
    assert np.linalg.norm(finger) == pytest.approx(rest_finger * arm_now / rest_arm, rel=1e-6)
    assert finger[0] / np.linalg.norm(finger) > 0.99
    right = INDEX["RightMiddle1"]
    np.testing.assert_allclose(joints.positions[right], REST_POSITIONS[right], atol=1e-6)


def test_a_model_without_a_lower_body_has_its_waist_at_the_upper_body():
    joints = map_joints("m", without("下半身"))
    upper = REST_POSITIONS[INDEX["UpperBody"]]
    np.testing.assert_allclose(joints.waist, upper, atol=1e-9)
    np.testing.assert_allclose(joints.positions[INDEX["LowerBody"]], upper, atol=1e-9)


def test_no_person_is_refused_with_the_missing_bones():
    with pytest.raises(InputError, match="lacks the bones 上半身, 頭"):
        map_joints("stage.pmx", checked_model("m", "m", [Bone("ステージ", -1, (0.0, 0.0, 0.0))]))


def test_names_are_found_in_any_width_and_the_toe_by_its_other_name():
    model = bundled_model()
    names = {"上半身2": "上半身２", "左親指０": "左親指0", "右人指１": "右人差指１", "左腕捩": "左腕捻", "右つま先": "右足先EX",
             "右足先EX": "x"}
    bones = [replace(b, name=names.get(b.name, b.name)) for b in model.bones]
    joints = map_joints("m", checked_model("m", "m", bones))
    assert joints.missing == ()
    np.testing.assert_allclose(joints.positions, REST_POSITIONS, atol=1e-9)


def test_copies_of_the_leg_bones_are_used_only_where_they_move():
    model = bundled_model()
    plain = map_joints("m", model)
    assert model.bones[plain.bones[INDEX["LeftKnee"]]].name == "左ひざ"
    moved = map_joints("m", model, {model.find("左足首D"), model.find("右足先EX")})
    assert [model.bones[moved.bones[INDEX[f"Left{p}"]]].name for p in ("Leg", "Knee", "Ankle", "Toe")] == [
        "左足D", "左ひざD", "左足首D", "左つま先"]
    assert [model.bones[moved.bones[INDEX[f"Right{p}"]]].name for p in ("Leg", "Toe")] == ["右足", "右足先EX"]


def test_acting_bones_include_ik_append_and_bones_between():
    model = bundled_model()
    joints = map_joints("m", model)
    enabled = [b for b, bone in enumerate(model.bones) if bone.ik is not None]
    acting = acting_bones(model, joints, enabled)

    def names(joint):
        return {model.bones[b].name for b in acting[INDEX[joint]]}

    assert names("LeftWrist") == {"左手首", "左手捩"}
    assert names("LeftElbow") == {"左ひじ"}
    assert names("RightArm") == {"右腕", "右肩C", "右肩P"}
    assert {"左ひざ", "左足ＩＫ", "左足IK親", "全ての親", "センター", "下半身"} <= names("LeftKnee")
    assert "左つま先ＩＫ" in names("LeftAnkle")
    assert "左つま先ＩＫ" not in names("LeftKnee")
    assert {model.bones[b].name for b in acting_bones(model, joints, [])[INDEX["LeftKnee"]]} == {"左ひざ"}
    assert len(acting) == len(JOINTS)


def test_vmd_names_match_by_bytes_first_and_by_meaning_after():
    long = "とても長い名前のボーン"
    bones = [Bone(n, -1, (0.0, 0.0, 0.0)) for n in ("上半身２", "左足ＩＫ", long, "上半身2", "腕")]
    model = checked_model("m", "m", bones)
    names = [encode_name(n, VMD_NAME_BYTES) for n in (long, "左足IK", "上半身2", "なし", "腕")]
    assert len(names[0]) == 15
    # The cut halves a character.
    assert len(names[0].decode("cp932", errors="ignore").encode("cp932")) == 14
    assert model.match(names) == [2, 1, 3, -1, 4]
    assert plain_name("左足ＩＫ") == plain_name("左足IK ")
