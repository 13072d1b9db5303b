"""Names of bones: sides, words, and what the same word means in different rigs."""

import pytest

from core.errors import InputError
from core.motion.rigs import ROOT_NAME, is_own, map_bones, split_name
from core.skeleton import JOINTS, PARENTS


@pytest.mark.parametrize(("name", "side", "words"), [
    ("mixamorig:LeftForeArm", "Left", "forearm"), ("mixamorig1:RightUpLeg", "Right", "upleg"), ("mixamorigHips", "", "hips"),
    ("Bip01 L Thigh", "Left", "thigh"), ("Bip001 R UpperArm", "Right", "upperarm"), ("J_Bip_C_UpperChest", "", "upperchest"),
    ("upper_arm.R", "Right", "upperarm"), ("DEF-thigh.L", "Left", "thigh"), ("DEF-thigh.L.001", "Left", "thigh1"),
    ("LHipJoint", "Left", "hip"), ("LThumb", "Left", "thumb"), ("rShldr", "Right", "shldr"), ("leftupleg", "Left", "upleg"),
    ("左ひざ", "Left", "ひざ"), ("右足ＩＫ", "Right", "足ik"), ("足首.L", "Left", "足首"), ("m_avg_L_Hip", "Left", "hip"),
    ("Character1_LeftHand", "Left", "hand"), ("spine_02", "", "spine2"), ("joint_Root", "", "root"), ("Left", "Left", ""),
    ("lowerarm_l", "Left", "lowerarm"), ("Neck", "", "neck"), ("Reference", "", "reference"), ("calf_twist_01_r", "Right", "calftwist1"),
])
def test_names_are_split_into_side_and_words(name, side, words):
    assert split_name(name) == (side, words)


def tree(*paths):
    """Names and parents from paths like "Hips/Spine/Chest"."""
    names, parents, at = [], [], {}
    for path in paths:
        above = -1
        parts = path.split("/")
        for i, part in enumerate(parts):
            key = "/".join(parts[: i + 1])
            if key not in at and not (i == 0 and part in at):
                at[key] = len(names)
                at.setdefault(part, len(names))
                names.append(part)
                parents.append(above)
            above = at.get(key, at.get(part))
    return names, parents


def body(thigh, shin, foot, collar, arm, forearm, hand, extra=()):
    paths = ["Hips/Spine/Chest/Neck/Head"]
    for s in ("Left", "Right"):
        paths.append("Hips/" + "/".join(s + p for p in (thigh, shin, foot) if p))
        paths.append("Chest/" + "/".join(s + p for p in (collar, arm, forearm, hand) if p))
    return tree(*paths, *extra)


@pytest.mark.parametrize(("words", "leg", "knee", "shoulder", "arm", "elbow"), [
    (("UpLeg", "Leg", "Foot", "Shoulder", "Arm", "ForeArm", "Hand"), "UpLeg", "Leg", "Shoulder", "Arm", "ForeArm"),
    (("Leg", "Knee", "Ankle", "Shoulder", "Arm", "Elbow", "Wrist"), "Leg", "Knee", "Shoulder", "Arm", "Elbow"),
    (("Hip", "Knee", "Ankle", "Collar", "Shoulder", "Elbow", "Wrist"), "Hip", "Knee", "Collar", "Shoulder", "Elbow"),
    (("Hip", "Knee", "Ankle", "", "Shoulder", "Elbow", "Wrist"), "Hip", "Knee", "", "Shoulder", "Elbow"),
    (("Thigh", "Leg", "Foot", "Clavicle", "UpperArm", "Arm", "Hand"), "Thigh", "Leg", "Clavicle", "UpperArm", "Arm"),
    (("Hip", "Leg", "Foot", "Collar", "Arm", "Elbow", "Hand"), "Hip", "Leg", "Collar", "Arm", "Elbow"),
    (("UpperLeg", "LowerLeg", "Foot", "Shoulder", "UpperArm", "LowerArm", "Hand"), "UpperLeg", "LowerLeg", "Shoulder", "UpperArm", "LowerArm"),
])
def test_the_same_word_means_what_the_words_beside_it_leave(words, leg, knee, shoulder, arm, elbow):
    names, parents = body(*words)
    found = map_bones(names, parents, "a.bvh").joints
    by_name = {joint: names[i] for joint, i in found.items()}
    for side in ("Left", "Right"):
        assert by_name[f"{side}Leg"] == side + leg
        assert by_name[f"{side}Knee"] == side + knee
        assert by_name.get(f"{side}Shoulder", side) == side + shoulder
        assert by_name[f"{side}Arm"] == side + arm
        assert by_name[f"{side}Elbow"] == side + elbow
    assert by_name["LowerBody"] == "Hips"
    assert (by_name["UpperBody"], by_name["UpperBody2"], by_name["Neck"], by_name["Head"]) == ("Spine", "Chest", "Neck", "Head")


MIXAMO = ("UpLeg", "Leg", "Foot", "Shoulder", "Arm", "ForeArm", "Hand")


def test_twist_bones_on_the_way_become_arm_twist():
    names, parents = body("UpLeg", "Leg", "Foot", "Shoulder", "Arm", "ArmRoll/LeftForeArm", "Hand")
    names = [name.replace("RightArmRoll", "RightArmRoll") for name in names]
    names[names.index("LeftForeArm", names.index("RightArmRoll"))] = "RightForeArm"
    found = map_bones(names, parents, "a.bvh").joints
    assert names[found["LeftArmTwist"]] == "LeftArmRoll"
    assert names[found["RightArmTwist"]] == "RightArmRoll"


@pytest.mark.parametrize(("fingers", "expected"), [
    ("LeftHandIndex1/LeftHandIndex2/LeftHandIndex3/LeftHandIndex4", ["LeftHandIndex1", "LeftHandIndex2", "LeftHandIndex3"]),
    ("LeftInHandIndex/LeftHandIndex1/LeftHandIndex2", ["LeftInHandIndex", None, None]),
    ("index_metacarpal_l/index_01_l/index_02_l/index_03_l", ["index_01_l", "index_02_l", "index_03_l"]),
    ("左人指０/左人指１/左人指２/左人指３", ["左人指１", "左人指２", "左人指３"]),
    ("LeftIndexProximal/LeftIndexIntermediate/LeftIndexDistal", ["LeftIndexProximal", "LeftIndexIntermediate", "LeftIndexDistal"]),
])
def test_finger_chains_begin_at_the_knuckle(fingers, expected):
    names, parents = body(*MIXAMO, extra=[f"LeftHand/{fingers}"])
    found = map_bones(names, parents, "a.bvh").joints
    got = [names[found[f"LeftIndex{i}"]] if f"LeftIndex{i}" in found else None for i in (1, 2, 3)]
    if "InHand" in fingers:
        assert got == ["LeftHandIndex1", "LeftHandIndex2", None]
    else:
        assert got == expected
    assert "RightIndex1" not in found


def test_extra_bones_do_not_disturb():
    extra = ["Hips/LeftSkirt1", "Head/LeftEye", "Hips/LeftUpLeg/LeftLegTwist", "Hips/Tail", "LeftArm/LeftArmIK", "Hips/RightFootIK"]
    names, parents = body(*MIXAMO, extra=extra)
    plain_names, plain_parents = body(*MIXAMO)
    found = {joint: names[i] for joint, i in map_bones(names, parents, "a.bvh").joints.items()}
    assert found == {joint: plain_names[i] for joint, i in map_bones(plain_names, plain_parents, "a.bvh").joints.items()}


@pytest.mark.parametrize(("lost", "said"), [
    (["LeftLeg"], "left knee"), (["LeftUpLeg", "RightUpLeg"], "left thigh or right thigh"), (["RightArm"], "right upper arm"),
    (["LeftForeArm", "RightForeArm"], "left elbow or right elbow"),
])
def test_missing_limbs_are_named_with_the_bones_there_are(lost, said):
    names, parents = body(*MIXAMO)
    names = [f"thing{i}" if name in lost else name for i, name in enumerate(names)]
    with pytest.raises(InputError) as caught:
        map_bones(names, parents, "a.bvh")
    assert said in caught.value.fault
    assert "Chest" in caught.value.fault


def test_long_lists_of_bones_are_cut_in_the_message():
    names = [f"a very long name of a bone that goes on and on {i}" for i in range(500)]
    with pytest.raises(InputError) as caught:
        map_bones(names, [-1, *range(499)], "a.bvh")
    assert "470 more" in caught.value.fault
    assert len(str(caught.value)) < 1700


def test_legs_that_do_not_hang_together_are_no_chain():
    names, parents = body(*MIXAMO)
    parents[names.index("LeftLeg")] = 0
    with pytest.raises(InputError, match="left knee"):
        map_bones(names, parents, "a.bvh")


def test_our_own_files_are_known_by_names_and_tree():
    names = [ROOT_NAME, *JOINTS]
    parents = [-1, *(p + 1 for p in PARENTS)]
    assert is_own(names, parents)
    assert not is_own(names[:-1], parents[:-1])
    assert not is_own(names, [*parents[:-1], 0])
    # And the general reader, for our files in other axes, finds all 53 by their names.
    found = map_bones(names, parents, "a.bvh").joints
    assert {joint: names[i] for joint, i in found.items()} == {joint: joint for joint in JOINTS}
