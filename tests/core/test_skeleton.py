import networkx as nx
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.motion.clip import Motion
from core.skeleton import (
    EDGES,
    INDEX,
    JOINTS,
    MIRROR,
    N_JOINTS,
    ORDER,
    PARENTS,
    REST_OFFSETS,
    REST_POSITIONS,
    REST_ROOT,
    VMD_NAMES,
    forward_kinematics,
)

REST = np.array([0.0, 0.0, 0.0, 1.0])


def still(frames: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.tile(REST_ROOT, (frames, 1)), np.tile(REST, (frames, 1)), np.tile(REST, (frames, N_JOINTS, 1))


def test_names_are_those_of_the_paper():
    assert N_JOINTS == 53
    assert JOINTS[:5] == ("Head", "Neck", "UpperBody2", "UpperBody", "LowerBody")
    assert JOINTS[13:18] == ("RightShoulder", "RightArm", "RightArmTwist", "RightElbow", "RightWrist")
    assert VMD_NAMES[INDEX["RightThumb0"]] == "右親指０"
    assert VMD_NAMES[INDEX["LeftIndex3"]] == "左人指３"
    assert VMD_NAMES[INDEX["UpperBody2"]] == "上半身2"


def test_feature_graph_is_a_tree():
    graph = nx.Graph(EDGES)
    assert len(graph) == N_JOINTS
    assert nx.is_tree(graph)
    assert graph.has_edge(INDEX["Neck"], INDEX["LeftShoulder"])


def test_parents_come_first():
    place = {joint: i for i, joint in enumerate(ORDER)}
    assert sorted(ORDER) == list(range(N_JOINTS))
    assert all(PARENTS[j] < 0 or place[PARENTS[j]] < place[j] for j in range(N_JOINTS))


def test_rest_pose_is_symmetric_and_upright():
    assert np.allclose(REST_POSITIONS[list(MIRROR)] * [-1, 1, 1], REST_POSITIONS)
    assert REST_POSITIONS[INDEX["LeftWrist"], 0] > 0
    assert REST_POSITIONS[INDEX["Head"], 1] > REST_POSITIONS[INDEX["LeftToe"], 1] + 1.3
    assert REST_POSITIONS[INDEX["LeftToe"], 2] > REST_POSITIONS[INDEX["LeftAnkle"], 2]


def test_rest_rotations_give_the_rest_pose():
    positions, world = forward_kinematics(*still(3), REST_OFFSETS)
    assert np.allclose(positions, REST_POSITIONS)
    assert np.allclose(world, REST)


def test_turning_an_elbow_moves_only_what_hangs_from_it():
    root, turn, rotations = still()
    rotations[0, INDEX["LeftElbow"]] = Rotation.from_euler("z", 90, degrees=True).as_quat()
    positions, _ = forward_kinematics(root, turn, rotations, REST_OFFSETS)
    moved = np.linalg.norm(positions[0] - REST_POSITIONS, axis=1) > 1e-9
    below = {j for j in JOINTS if j.startswith(("LeftThumb", "LeftIndex", "LeftMiddle", "LeftRing", "LeftPinky"))}
    assert {JOINTS[i] for i in np.flatnonzero(moved)} == below | {"LeftWrist"}
    arm = positions[0, INDEX["LeftWrist"]] - positions[0, INDEX["LeftElbow"]]
    rest = REST_POSITIONS[INDEX["LeftWrist"]] - REST_POSITIONS[INDEX["LeftElbow"]]
    assert np.allclose(arm, [-rest[1], rest[0], rest[2]])


def test_body_rotations_fold_the_root_in():
    root, turn, rotations = still()
    quarter = Rotation.from_euler("y", 90, degrees=True)
    both = Motion(root.astype("f4"), quarter.as_quat()[None].astype("f4"), rotations.astype("f4"),
                  REST_OFFSETS.astype("f4"), np.ones(N_JOINTS, bool))
    apart = rotations.copy()
    apart[0, [INDEX["UpperBody"], INDEX["LowerBody"]]] = quarter.as_quat()
    other = Motion(root.astype("f4"), turn.astype("f4"), apart.astype("f4"), both.offsets, both.driven)
    assert np.allclose(both.body_rotations(), other.body_rotations(), atol=1e-6)
    assert np.allclose(both.world()[0], other.world()[0], atol=1e-6)


def test_motion_refuses_wrong_shapes():
    root, turn, rotations = still(2)
    with pytest.raises(ValueError, match="rotations"):
        Motion(root, turn, rotations[:1], REST_OFFSETS, np.ones(N_JOINTS, bool))
