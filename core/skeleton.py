"""The 53 joints: names, feature graph, kinematic tree, rest pose and forward kinematics.

Conventions everywhere in ``core``: metres, right-handed axes, +Y up, the dancer's front is +Z and the
dancer's left is +X. In the rest pose every joint's frame is parallel to the world's axes, as in MMD, so
a joint's rotation is its turn away from the rest pose relative to its kinematic parent. Quaternions are
(x, y, z, w). The joint list and the feature graph are those of Watanabe & Goto (NAACL 2025, section 3).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

FPS: Final = 30
MMD_UNIT: Final = 0.08
"""Metres in one length unit of MikuMikuDance."""

_FINGERS = ("Thumb", "Index", "Middle", "Ring", "Pinky")


def _segments(finger: str) -> tuple[int, int, int]:
    return (0, 1, 2) if finger == "Thumb" else (1, 2, 3)


def _side(side: str) -> list[str]:
    return [f"{side}{part}" for part in ("Leg", "Knee", "Ankle", "Toe")]


def _arm(side: str) -> list[str]:
    return [f"{side}{part}" for part in ("Shoulder", "Arm", "ArmTwist", "Elbow", "Wrist")]


def _hand(side: str) -> list[str]:
    return [f"{side}{finger}{i}" for finger in _FINGERS for i in _segments(finger)]


JOINTS: Final[tuple[str, ...]] = tuple(
    name
    for names in (
        ["Head", "Neck", "UpperBody2", "UpperBody", "LowerBody"],
        _side("Right"), _side("Left"), _arm("Right"), _arm("Left"), _hand("Right"), _hand("Left"),
    )
    for name in names
)
N_JOINTS: Final = len(JOINTS)
INDEX: Final[dict[str, int]] = {name: i for i, name in enumerate(JOINTS)}

_VMD_PARTS = {
    "Leg": "足", "Knee": "ひざ", "Ankle": "足首", "Toe": "つま先",
    "Shoulder": "肩", "Arm": "腕", "ArmTwist": "腕捩", "Elbow": "ひじ", "Wrist": "手首",
    "Thumb": "親指", "Index": "人指", "Middle": "中指", "Ring": "薬指", "Pinky": "小指",
}
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _vmd_name(joint: str) -> str:
    body = {"Head": "頭", "Neck": "首", "UpperBody2": "上半身2", "UpperBody": "上半身", "LowerBody": "下半身"}
    if joint in body:
        return body[joint]
    side = "右" if joint.startswith("Right") else "左"
    part = joint.removeprefix("Right").removeprefix("Left")
    digits = part[-1].translate(_FULL_WIDTH) if part[-1].isdigit() else ""
    return side + _VMD_PARTS[part.rstrip("0123456789")] + digits


VMD_NAMES: Final[tuple[str, ...]] = tuple(_vmd_name(joint) for joint in JOINTS)
"""The MMD bone name of each joint, in the order of :data:`JOINTS`."""


def _chain(*names: str) -> list[tuple[str, str]]:
    return list(pairwise(names))


def _graph() -> list[tuple[str, str]]:
    edges = _chain("Head", "Neck", "UpperBody2", "UpperBody", "LowerBody")
    for side in ("Right", "Left"):
        edges += _chain("LowerBody", *_side(side)) + _chain("Neck", *_arm(side))
        for finger in _FINGERS:
            edges += _chain(f"{side}Wrist", *(f"{side}{finger}{i}" for i in _segments(finger)))
    return edges


EDGES: Final[tuple[tuple[int, int], ...]] = tuple((INDEX[a], INDEX[b]) for a, b in _graph())
"""Undirected edges of the feature graph (52 of them: it is a tree)."""


def _kinematic_parents() -> list[int]:
    parent = {"UpperBody": "", "LowerBody": "", "UpperBody2": "UpperBody", "Neck": "UpperBody2", "Head": "Neck"}
    for side in ("Right", "Left"):
        parent |= {b: a for a, b in _chain("LowerBody", *_side(side)) + _chain("UpperBody2", *_arm(side))}
        for finger in _FINGERS:
            names = [f"{side}{finger}{i}" for i in _segments(finger)]
            parent |= {b: a for a, b in _chain(f"{side}Wrist", *names)}
    return [INDEX.get(parent[joint], -1) for joint in JOINTS]


PARENTS: Final[tuple[int, ...]] = tuple(_kinematic_parents())
"""Kinematic parent of each joint; -1 is the root (the waist, which LowerBody and UpperBody hang from)."""


def _topological() -> list[int]:
    order: list[int] = []
    pending = list(range(N_JOINTS))
    while pending:
        ready = [j for j in pending if PARENTS[j] < 0 or PARENTS[j] in order]
        order += ready
        pending = [j for j in pending if j not in ready]
    return order


ORDER: Final[tuple[int, ...]] = tuple(_topological())
"""Joints in an order where parents come before their children."""

MIRROR: Final[tuple[int, ...]] = tuple(
    INDEX[j.replace("Left", "Right") if j.startswith("Left") else j.replace("Right", "Left")] for j in JOINTS
)
"""Index of each joint's mirror twin; itself for the joints of the middle."""


def _rest_positions() -> NDArray[np.float64]:
    # An adult of 1.60 m in MMD's A-pose: arms 40 degrees below the horizontal, feet a hand apart.
    down = np.deg2rad(40.0)
    along = np.array([np.cos(down), -np.sin(down), 0.0])
    middle = {
        "LowerBody": (0.0, 1.000, 0.0), "UpperBody": (0.0, 1.020, 0.0), "UpperBody2": (0.0, 1.115, 0.0),
        "Neck": (0.0, 1.330, -0.010), "Head": (0.0, 1.400, 0.0),
    }
    left = {
        "Leg": (0.085, 0.900, 0.0), "Knee": (0.088, 0.490, 0.010), "Ankle": (0.090, 0.085, -0.020),
        "Toe": (0.092, 0.015, 0.115), "Shoulder": (0.030, 1.290, -0.005), "Arm": (0.130, 1.280, -0.010),
    }
    arm = np.array(left["Arm"])
    left["ArmTwist"] = tuple(arm + 0.130 * along)
    left["Elbow"] = tuple(arm + 0.260 * along + [0.0, 0.0, -0.004])
    wrist = arm + 0.480 * along
    left["Wrist"] = tuple(wrist)
    # Palm faces the thigh's side: fingers spread along Z, the thumb in front.
    spread = {"Index": 0.024, "Middle": 0.005, "Ring": -0.014, "Pinky": -0.031}
    length = {"Index": (0.085, 0.040, 0.025), "Middle": (0.087, 0.044, 0.028), "Ring": (0.083, 0.041, 0.026),
              "Pinky": (0.076, 0.032, 0.021)}
    for finger, sizes in length.items():
        for i, reach in zip(_segments(finger), np.cumsum(sizes), strict=True):
            left[f"{finger}{i}"] = tuple(wrist + reach * along + [0.0, 0.0, spread[finger]])
    thumb = np.array([np.cos(down) * 0.75, -np.sin(down) * 0.75, 0.66])
    for i, reach in zip(_segments("Thumb"), (0.028, 0.066, 0.096), strict=True):
        left[f"Thumb{i}"] = tuple(wrist + reach * thumb)
    positions = np.zeros((N_JOINTS, 3))
    for joint, i in INDEX.items():
        part = joint.removeprefix("Right").removeprefix("Left")
        positions[i] = middle[joint] if joint in middle else left[part]
        if joint.startswith("Right"):
            positions[i, 0] *= -1.0
    return positions


REST_POSITIONS: Final[NDArray[np.float64]] = _rest_positions()
"""Joint positions of the bundled body in the rest pose, float64 [53, 3], metres."""
REST_ROOT: Final[NDArray[np.float64]] = REST_POSITIONS[INDEX["LowerBody"]].copy()
"""Root (waist) of the bundled body in the rest pose, float64 [3], metres."""
REST_CENTER: Final[NDArray[np.float64]] = np.array([0.0, 0.64, 0.0])
"""MMD's センター of the bundled body, float64 [3], metres."""


def offsets_from_positions(positions: NDArray[np.floating], root: NDArray[np.floating]) -> NDArray[np.float64]:
    """Rest offsets from the kinematic parents, float64 [53, 3], out of rest positions [53, 3] and root [3]."""
    parents = np.array(PARENTS)
    base = np.where((parents < 0)[:, None], root, positions[parents])
    return np.asarray(positions - base, dtype=np.float64)


REST_OFFSETS: Final[NDArray[np.float64]] = offsets_from_positions(REST_POSITIONS, REST_ROOT)


def forward_kinematics(
    root_positions: NDArray[np.floating],
    root_rotations: NDArray[np.floating],
    rotations: NDArray[np.floating],
    offsets: NDArray[np.floating],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """World positions and rotations of the joints.

    Parameters
    ----------
    root_positions : [T, 3], metres
    root_rotations : [T, 4], unit quaternions (x, y, z, w)
    rotations : [T, 53, 4], local unit quaternions
    offsets : [53, 3], metres, rest offset from the kinematic parent

    Returns
    -------
    positions : float64 [T, 53, 3], metres
    rotations : float64 [T, 53, 4], world quaternions
    """
    frames = len(root_positions)
    positions = np.empty((frames, N_JOINTS, 3))
    world = np.empty((frames, N_JOINTS, 4))
    if frames == 0:
        return positions, world
    root = Rotation.from_quat(root_rotations)
    turned: dict[int, Rotation] = {-1: root}
    for j in ORDER:
        parent = PARENTS[j]
        above = turned[parent]
        base = root_positions if parent < 0 else positions[:, parent]
        positions[:, j] = base + above.apply(offsets[j])
        turned[j] = above * Rotation.from_quat(rotations[:, j])
        world[:, j] = turned[j].as_quat()
    return positions, world
