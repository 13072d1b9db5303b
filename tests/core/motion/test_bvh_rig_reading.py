"""One body, one dance, many rigs: joints, scale, axes and rotations must come out the same."""

import numpy as np
import pytest
from bvh_rig_files import EXPECTED, RIGS, compose, dance
from scipy.spatial.transform import Rotation

from core.motion.bvh_motion import read_bvh
from core.skeleton import INDEX, REST_POSITIONS


def read(tmp_path, text):
    file = tmp_path / "a.bvh"
    file.write_text(text, encoding="utf-8")
    return read_bvh(file)


def farthest(motion, film, skip=()):
    """Largest distance in metres between joints and the parts they stand for."""
    places, _ = motion.world()
    pairs = [(j, p) for j, p in EXPECTED.items() if p in film.places and j not in skip]
    assert len(pairs) > 15
    return max(float(np.abs(places[:, INDEX[j]] - film.places[p]).max()) for j, p in pairs)


@pytest.mark.parametrize("rig", RIGS)
def test_every_rig_puts_the_joints_where_its_bones_are(rig, tmp_path):
    pose, root = dance()
    film = compose(RIGS[rig], pose, root)
    found = read(tmp_path, film.text)
    assert found.report.rig == rig.strip() or rig == "lower case"
    assert found.report.metres_per_unit == 0.01
    assert (found.report.up_axis, found.report.front_axis) == ("+Y", "+Z")
    for joint, part in EXPECTED.items():
        if part in film.name_of:
            assert found.report.mapped[joint] == film.name_of[part], joint
            assert found.motion.driven[INDEX[joint]], joint
        elif "2" not in joint:
            assert joint not in found.report.mapped
    # Biped's collar bones hang from the neck, ours from the chest, so they cannot follow exactly.
    loose = 0.012 if rig == "Biped" else 0.0005
    assert farthest(found.motion, film) < loose


@pytest.mark.parametrize("rig", ["MotionBuilder", "SMPL", "Unity", "CMU"])
def test_local_rotations_are_turns_away_from_the_a_pose(rig, tmp_path):
    pose, root = dance()
    film = compose(RIGS[rig], pose, root)
    motion = read(tmp_path, film.text).motion
    _, world = motion.world()
    for joint, part in (("UpperBody2", "chest"), ("LowerBody", "hips"), ("LeftAnkle", "l.foot"), ("RightShoulder", "r.collar")):
        got = Rotation.from_quat(world[:, INDEX[joint]])
        assert np.degrees((film.turns[part].inv() * got).magnitude().max()) < 0.1, joint
    for side, s, sign in (("Left", "l", 1), ("Right", "r", -1)):
        lift = Rotation.from_euler("z", sign * 40, degrees=True)  # from the A-pose to this rig's T-pose
        arm = Rotation.from_quat(world[:, INDEX[f"{side}Arm"]])
        assert np.degrees(((film.turns[f"{s}.arm"] * lift).inv() * arm).magnitude().max()) < 3.0
        knee = Rotation.from_quat(motion.rotations[:, INDEX[f"{side}Knee"]]).as_rotvec()
        bend = pose[f"{s}.shin"].as_rotvec()
        assert np.abs(knee - bend).max() < np.deg2rad(8.0)  # the bundled body's knees are not quite straight
        assert knee[:, 0].min() > -0.1


def test_a_pose_of_known_meaning(tmp_path):
    """Left arm straight up, right knee lifted forward."""
    pose = {"l.arm": Rotation.from_euler("z", [[90.0]], degrees=True), "r.thigh": Rotation.from_euler("x", [[-90.0]], degrees=True)}
    for rig in ("CMU", "Mixamo", "SMPL", "MMD"):
        places, _ = read(tmp_path, compose(RIGS[rig], pose).text).motion.world()
        at = {joint: places[0, i] for joint, i in INDEX.items()}
        assert at["LeftWrist"][1] > at["LeftArm"][1] + 0.45
        assert at["LeftArm"][0] > 0.1 > -0.1 > at["RightArm"][0]
        assert at["RightKnee"][2] > at["RightLeg"][2] + 0.35
        assert 1.5 < at["Head"][1] < 1.75
        assert at["LeftToe"][2] > at["LeftAnkle"][2] + 0.1


AXES = {
    "+Z up, front -Y": np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]]),
    "+Z up, front +X": np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
    "+Y up, front -Z": np.diag([-1, 1, -1]),
    "-X up, front +Z": np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]]),
}


@pytest.mark.parametrize("name", AXES)
@pytest.mark.parametrize("twisted", [None, 4])
def test_other_axes_are_found_and_turned_away(name, twisted, tmp_path):
    pose, root = dance()
    film = compose(RIGS["Unity"], pose, root, axes=AXES[name], twisted=twisted)
    found = read(tmp_path, film.text)
    up, front = name.split(" up, front ")
    assert (found.report.up_axis, found.report.front_axis) == (up, front)
    assert farthest(found.motion, film) < 0.0005


@pytest.mark.parametrize(("unit", "rig"), [(1.0, "Unity"), (0.001, "Unity"), (0.0254, "Xsens"), (0.0254 / 0.45, "CMU"), (0.08, "MMD"), (0.3048, "SMPL")])
def test_units_are_guessed(unit, rig, tmp_path):
    pose, root = dance()
    film = compose(RIGS[rig], pose, root, unit=unit)
    found = read(tmp_path, film.text)
    assert found.report.metres_per_unit == pytest.approx(unit)
    assert found.report.notes == ()
    assert farthest(found.motion, film) < 0.012


def test_a_body_of_no_usual_unit_gets_an_ordinary_stature(tmp_path):
    pose, root = dance()
    found = read(tmp_path, compose(RIGS["Unity"], pose, root, unit=0.5).text)
    places, _ = found.motion.world()
    assert 1.3 < places[:, INDEX["Head"], 1].max() < 1.7
    assert any("usual unit" in note for note in found.report.notes)


@pytest.mark.parametrize("order", ["XYZ", "YZX", "ZYX"])
@pytest.mark.parametrize("moving", [False, True])
def test_channel_orders_and_position_channels(order, moving, tmp_path):
    pose, root = dance()
    film = compose(RIGS["Unity"], pose, root, order=order, moving=moving)
    assert farthest(read(tmp_path, film.text).motion, film) < 0.0005


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_meaningless_zero_pose_is_made_up_for_by_the_motion(seed, tmp_path):
    pose, root = dance(240, seed)
    film = compose(RIGS["Unity"], pose, root, twisted=seed)
    found = read(tmp_path, film.text)
    assert any("no person's pose" in note for note in found.report.notes)
    assert farthest(found.motion, film) < 0.0005
    _, world = found.motion.world()
    for joint, part, most in (("LowerBody", "hips", 5), ("UpperBody2", "chest", 10)):
        got = Rotation.from_quat(world[:, INDEX[joint]])
        assert np.degrees((film.turns[part].inv() * got).magnitude().max()) < most, joint
    for side, s, sign in (("Left", "l", 1), ("Right", "r", -1)):
        lift = Rotation.from_euler("z", sign * 40, degrees=True)
        arm = Rotation.from_quat(world[:, INDEX[f"{side}Arm"]])
        assert np.degrees(((film.turns[f"{s}.arm"] * lift).inv() * arm).magnitude().max()) < 12
        knee = Rotation.from_quat(found.motion.rotations[:, INDEX[f"{side}Knee"]]).as_rotvec()
        assert np.abs(knee - pose[f"{s}.shin"].as_rotvec()).max() < np.deg2rad(8.0)
        wrist = Rotation.from_quat(found.motion.rotations[:, INDEX[f"{side}Wrist"]])
        assert np.degrees(wrist.mean().magnitude()) < 20
    head = Rotation.from_quat(found.motion.rotations[:, INDEX["Head"]])
    assert np.degrees(head.mean().magnitude()) < 10


def test_a_resting_a_pose_is_the_identity(tmp_path):
    """A body that hangs its arms 40 degrees below the horizontal has unturned arms."""
    down = {f"{s}.arm": Rotation.from_euler("z", [[-sign * 40.0]], degrees=True) for s, sign in (("l", 1), ("r", -1))}
    motion = read(tmp_path, compose(RIGS["MotionBuilder"], down).text).motion
    for joint in ("LeftArm", "RightArm", "LeftShoulder", "UpperBody", "UpperBody2", "Neck", "Head", "LowerBody", "LeftWrist"):
        assert np.degrees(Rotation.from_quat(motion.rotations[0, INDEX[joint]]).magnitude()) < 3.0, joint


def test_spare_joints_lie_on_the_bones_in_proportion(tmp_path):
    pose, root = dance()
    bones = [bone for bone in RIGS["Unity"] if bone[1] not in {"l.collar", "r.collar"}]
    bones = [(n, p, "chest" if parent.endswith("collar") else parent) for n, p, parent in bones]
    film = compose(bones, pose, root)
    found = read(tmp_path, film.text)
    places, _ = found.motion.world()
    at = {joint: places[:, i] for joint, i in INDEX.items()}
    for side in ("Left", "Right"):
        middle = (at[f"{side}Arm"] + at[f"{side}Elbow"]) / 2
        assert np.abs(at[f"{side}ArmTwist"] - middle).max() < 0.005
        assert np.linalg.norm(at[f"{side}Shoulder"] - at[f"{side}Arm"], axis=1) == pytest.approx(0.105, abs=0.02)
        assert not found.motion.driven[INDEX[f"{side}Shoulder"]]
        assert not found.motion.driven[INDEX[f"{side}Index2"]]
        reach = np.linalg.norm(at[f"{side}Index3"] - at[f"{side}Wrist"], axis=1)
        ours = np.linalg.norm(REST_POSITIONS[INDEX["LeftIndex3"]] - REST_POSITIONS[INDEX["LeftWrist"]])
        assert reach == pytest.approx(ours, rel=0.15)


def test_one_spine_bone_and_ends_for_hands_and_toes(tmp_path):
    """Hips - spine - neck - head, hands and toes only as End Sites."""
    pose, root = dance()
    bones = [b for b in RIGS["Unity"] if b[1] != "chest" and b[1].rpartition(".")[2] not in {"hand", "toe", "middle1", "middle2", "middle3"}]
    bones = [(n, p, "spine" if parent == "chest" else parent) for n, p, parent in bones]
    film = compose(bones, pose, root)
    text = film.text.replace("OFFSET 0.000000 0.000000 0.000000\n}", "OFFSET 5.0 -5.0 12.0\n}")
    found = read(tmp_path, text)
    places, _ = found.motion.world()
    assert found.report.mapped["LeftWrist"] == "End Site of LowerArm_L"
    assert not found.motion.driven[INDEX["LeftWrist"]]
    elbow = film.places["l.forearm"]
    expected = elbow + film.turns["l.forearm"].apply([0.05, -0.05, 0.12])
    assert np.abs(places[:, INDEX["LeftWrist"]] - expected).max() < 0.0005
    assert np.abs(places[:, INDEX["Neck"]] - film.places["neck"]).max() < 0.0005
    low, high = places[:, INDEX["UpperBody"]], places[:, INDEX["Neck"]]
    share = np.linalg.norm(places[:, INDEX["UpperBody2"]] - low, axis=1) / np.linalg.norm(high - low, axis=1)
    rest = [REST_POSITIONS[INDEX[name]] for name in ("UpperBody", "UpperBody2", "Neck")]
    expected_share = np.linalg.norm(rest[1] - rest[0]) / np.linalg.norm(rest[2] - rest[0])
    assert share == pytest.approx(expected_share, abs=0.02)


def test_undriven_fingers_stay_at_rest(tmp_path):
    pose, root = dance()
    still = {part: turn for part, turn in pose.items() if "middle" not in part and "thumb" not in part}
    found = read(tmp_path, compose(RIGS["Mixamo"], still, root).text)
    for joint in ("LeftMiddle1", "RightThumb0", "LeftArmTwist"):
        assert not found.motion.driven[INDEX[joint]]
        assert np.allclose(found.motion.rotations[:, INDEX[joint]], [0, 0, 0, 1])
    assert found.motion.driven[INDEX["LeftWrist"]]
    assert found.report.mapped["LeftMiddle1"] == "mixamorig:LeftHandMiddle1"
    assert "mixamorig:Spine1" in found.report.unmatched


def test_bones_that_slide_are_averaged_and_said(tmp_path):
    pose, root = dance()
    film = compose(RIGS["Unity"], pose, root, moving=True)
    lines = film.text.splitlines()
    row = lines.index("Frame Time: 0.0333333") + 1
    names = [line.split()[1] for line in lines if line.startswith(("ROOT", "JOINT"))]
    column = names.index("LowerLeg_L") * 6 + 1
    for i in range(row, len(lines)):
        words = lines[i].split()
        words[column] = str(float(words[column]) + 3.0 * np.sin(i))
        lines[i] = " ".join(words)
    found = read(tmp_path, "\n".join(lines))
    assert any("LeftKnee" in note for note in found.report.notes)
    places, _ = found.motion.world()
    assert np.abs(places[:, INDEX["LeftKnee"]] - film.places["l.shin"]).max() < 0.035
    assert np.abs(places[:, INDEX["RightToe"]] - film.places["r.toe"]).max() < 0.0005


def test_other_frame_rates_give_the_same_dance(tmp_path):
    pose, root = dance(241)
    film = compose(RIGS["Unity"], pose, root, frame_time="0.0083333")
    found = read(tmp_path, film.text)
    assert found.report.source_fps == 120.0
    assert len(found.motion) == 61
    places, _ = found.motion.world()
    assert np.abs(places[:, INDEX["LeftWrist"]] - film.places["l.hand"][::4]).max() < 0.0005


def test_a_file_without_root_positions_is_put_on_the_floor(tmp_path):
    pose, _ = dance()
    root = np.repeat([[0.0, -0.97, 0.0]], 60, axis=0)
    found = read(tmp_path, compose(RIGS["Unity"], pose, root).text)
    places, _ = found.motion.world()
    lowest = places[:, [INDEX["LeftToe"], INDEX["RightToe"]], 1].min(axis=1)
    assert np.percentile(lowest, 10) == pytest.approx(0.05, abs=0.03)
    assert any("height" in note for note in found.report.notes)


def test_a_motion_that_stands_along_another_axis_than_the_rest_pose(tmp_path):
    pose, root = dance()
    pose["hips"] = Rotation.from_euler("x", 90, degrees=True) * pose["hips"]
    film = compose(RIGS["Unity"], pose, root[:, [0, 2, 1]] + [0, -0.97, 0.97])
    found = read(tmp_path, film.text)
    assert (found.report.up_axis, found.report.front_axis) == ("+Z", "-Y")
    places, _ = found.motion.world()
    assert np.abs(places[:, INDEX["LeftWrist"]] - film.places["l.hand"][:, [0, 2, 1]] * [1, 1, -1]).max() < 0.0005
    up = Rotation.from_quat(found.motion.root_rotations).apply([0.0, 1.0, 0.0])
    assert up[:, 1].min() > 0.9


def test_who_lies_on_the_floor_is_not_put_upright(tmp_path):
    pose, root = dance()
    pose["hips"] = Rotation.from_euler("x", -90, degrees=True) * pose["hips"]
    film = compose(RIGS["Unity"], pose, root * 0.1 + [0, -0.4, 0])
    found = read(tmp_path, film.text)
    assert (found.report.up_axis, found.report.front_axis) == ("+Y", "+Z")
    assert farthest(found.motion, film) < 0.0005


def test_hips_without_width_are_read_all_the_same(tmp_path):
    pose, root = dance()
    film = compose(RIGS["Unity"], pose, root, twisted=1)
    lines = film.text.splitlines()
    for name in ("UpperLeg_L", "UpperLeg_R"):
        lines[lines.index(f"JOINT {name}") + 2] = "OFFSET 0 0 0"
    motion = read(tmp_path, "\n".join(lines)).motion
    assert np.isfinite(motion.world()[0]).all()
