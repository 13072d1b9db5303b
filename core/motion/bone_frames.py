"""How the frame of each source bone lies in the body: the constants ``C`` of :mod:`core.motion.retarget`.

Our joints' frames are parallel to the world when the body stands in MMD's A-pose. A source bone's frame can lie in
any way. Two roads lead to the constant rotation between them: a rest pose that a person could stand in, or,
where the zero pose is meaningless, the bones' directions in their own frames, the hinges of knees and
elbows, and the wish that neighbouring bones be, on the whole, not twisted against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.motion.stance import unit
from core.skeleton import INDEX, JOINTS, ORDER, PARENTS, REST_POSITIONS

Array = NDArray[np.float64]

_NEXT: Final[dict[str, str]] = {
    "UpperBody": "UpperBody2", "Neck": "Head",
    **{f"{s}{a}": f"{s}{b}" for s in ("Left", "Right") for a, b in (
        ("Shoulder", "Arm"), ("Arm", "Elbow"), ("ArmTwist", "Elbow"), ("Elbow", "Wrist"), ("Wrist", "Middle1"),
        ("Leg", "Knee"), ("Knee", "Ankle"), ("Ankle", "Toe"), ("Thumb0", "Thumb1"), ("Thumb1", "Thumb2"),
        *((f"{f}{i}", f"{f}{i + 1}") for f in ("Index", "Middle", "Ring", "Pinky") for i in (1, 2)),
    )},
}
"""The joint at the far end of each joint's bone."""
_LIMBS: Final = ("Arm", "ArmTwist", "Elbow", "Wrist", "Leg", "Knee", "Thumb", "Index", "Middle", "Ring", "Pinky")
_STRAIGHT: Final = np.deg2rad(30.0)
_NEAR_ZERO: Final = np.deg2rad(35.0)
_NEAR_STRAIGHT: Final = np.deg2rad(110.0)
"""How far the motion's mean may be from a bone's zero rotation for that to count as untwisted: not far, unless the
bones are seen to be straight at zero. Then wide, because the constants of all clips of one rig should agree, and
some dancers keep their hands on their hips for whole songs."""
_HINGES: Final = {
    # The axis, in the rest pose, about which the lower bone bends: the cross product of upper and bent lower bone.
    **{f"{s}{part}": (f"{s}Leg", f"{s}Knee", f"{s}Ankle", np.array([1.0, 0.0, 0.0]))
       for s in ("Left", "Right") for part in ("Leg", "Knee")},
    # Not the forearm's: its bone also turns in and out, so that the hinge is not fixed in it.
    **{f"{s}Arm": (f"{s}Arm", f"{s}Elbow", f"{s}Wrist", None) for s in ("Left", "Right")},
}


def rest_direction(joint: str, towards: str) -> Array:
    """Unit vector from one joint to another in the bundled rest pose, float64 [3]."""
    return unit(REST_POSITIONS[INDEX[towards]] - REST_POSITIONS[INDEX[joint]])


def turn_between(start: Array, end: Array) -> Rotation:
    """Smallest rotations that turn unit vectors ``start`` [..., 3] onto ``end``; half turns where they are opposed."""
    cross = np.cross(start, end)
    real = 1.0 + (start * end).sum(axis=-1, keepdims=True)
    spare = np.where(np.abs(start[..., :1]) < 0.9, np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    axis = np.where(real > 1e-9, cross, np.cross(start, spare))
    return Rotation.from_quat(np.concatenate([axis, np.maximum(real, 0.0)], axis=-1))


def frame_of(main: Array, second: Array) -> Rotation:
    """Rotation whose matrix has the columns main, second made perpendicular to it, and their cross product.

    What is missing (vectors of no length, or parallel ones) is filled in anyhow.
    """
    first = unit(main)
    if not first.any():
        first = unit(np.cross(second, np.eye(3)[int(np.abs(second).argmin())]))
    if not first.any():
        first = np.eye(3)[0]
    across = unit(second - (second @ first) * first)
    if not across.any():
        spare = np.eye(3)[int(np.abs(first).argmin())]
        across = unit(spare - (spare @ first) * first)
    return Rotation.from_matrix(np.stack([first, across, np.cross(first, across)], axis=1))


def frames_from_rest(
    rest: Mapping[str, Array], hand_tips: Mapping[str, Array], joints: set[str],
) -> dict[str, Rotation]:
    """World rotation of each joint in the source's rest pose, relative to MMD's A-pose.

    Parameters
    ----------
    rest : joint -> float64 [3]
        Places in the rest pose, metres, in our axes (upright, front +Z).
    hand_tips : "Left", "Right" -> float64 [3]
        Where the hands point to, if known.
    joints : set of str
        Joints that are wanted; all of them are in ``rest``.

    Returns
    -------
    dict
        Also holds "Root". Trunk, head, collar bones and feet of a standing body count as unturned, however its
        builder placed the bones inside it; arms, legs and fingers are turned by what their direction differs.
    """
    left = rest["LeftLeg"] - rest["RightLeg"] + rest["LeftArm"] - rest["RightArm"]
    up = (rest["LeftArm"] + rest["RightArm"] - rest["LeftLeg"] - rest["RightLeg"]) / 2
    trunk = frame_of(up, left) * frame_of(np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])).inv()
    if trunk.magnitude() < np.deg2rad(25.0):
        trunk = Rotation.identity()
    turns = {"Root": trunk}
    for j in ORDER:
        joint = JOINTS[j]
        above = turns[JOINTS[PARENTS[j]]] if PARENTS[j] >= 0 else trunk
        turns[joint] = above
        part = joint.removeprefix("Left").removeprefix("Right").rstrip("0123456789")
        if joint not in joints:
            continue
        if part not in _LIMBS:
            turns[joint] = trunk
            continue
        end = hand_tips.get(joint[: -len(part)]) if part == "Wrist" else rest.get(_NEXT.get(joint, ""))
        if end is None or np.linalg.norm(end - rest[joint]) < 1e-4:
            continue
        target = _NEXT[joint]
        extra = turn_between(above.apply(rest_direction(joint, target)), unit(end - rest[joint]))
        # A hand's tip may be a thumb or a prop: only what looks like a hand's direction counts.
        if part != "Wrist" or extra.magnitude() < np.deg2rad(45.0):
            turns[joint] = extra * above
    return {joint: turn for joint, turn in turns.items() if joint in joints or joint == "Root"}


def frames_from_motion(
    places: Mapping[str, Array], turns: Mapping[str, Rotation], root_turn: Rotation,
) -> dict[str, Rotation]:
    """The constants ``C`` where the rest pose says nothing, out of a moving body.

    Parameters
    ----------
    places : joint -> float64 [T, 3]
        Metres, our axes.
    turns : joint -> T rotations
        World rotations of the bones.
    root_turn : T rotations
        Those of the waist's bone.

    Returns
    -------
    dict
        joint -> C, so that ``turns[joint] * C`` is the joint's world rotation; also "Root". Hips and chest take
        their frame from the line of the hips or shoulders and the spine; other bones point along their
        rest direction, and their twist comes from the hinge below (arms, legs) or is the one closest to the parent's:
        with the bone's zero rotation as the straight one if the motion stays around it, else on average.
    """
    arms = (places["LeftArm"] + places["RightArm"]) / 2
    hips = (places["LeftLeg"] + places["RightLeg"]) / 2
    across = places["LeftLeg"] - places["RightLeg"]
    low = places.get("UpperBody", places.get("UpperBody2", arms))
    rise = low - hips if np.median(np.linalg.norm(low - hips, axis=-1)) > 0.04 else arms - hips
    found = {"Root": _from_axes(root_turn, across, rise)}
    world: dict[int, tuple[Rotation, Rotation]] = {-1: (root_turn * found["Root"], found["Root"])}
    straights: set[int] = set()
    for j in ORDER:
        joint = JOINTS[j]
        if joint not in turns:
            world[j] = world[PARENTS[j]]
            straights |= {j} if PARENTS[j] in straights else set()
            continue
        turn = turns[joint]
        chest = "UpperBody2" if "UpperBody2" in turns else "UpperBody"
        if joint == "LowerBody":
            found[joint] = _from_axes(turn, across, rise)
        elif joint == chest:
            found[joint] = _chest(places, turn, joint, arms)
        else:
            above, constant = world[PARENTS[j]]
            straight = PARENTS[j] in straights
            found[joint], straight = _bone(joint, places, turn, above, constant, straight)
            straights |= {j} if straight else set()
        world[j] = (turn * found[joint], found[joint])
    return found


def _seen(turn: Rotation, vectors: Array) -> Array:
    """Mean of world vectors [T, 3] in a bone's frame, [3]."""
    return np.asarray(turn.inv().apply(vectors).mean(axis=0))


def _from_axes(turn: Rotation, across: Array, rise: Array) -> Rotation:
    """C of a bone that shows the body's left (exactly) and its upward direction."""
    own = frame_of(_seen(turn, unit(across)), _seen(turn, unit(rise)))
    return own * frame_of(np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])).inv()


def _chest(places: Mapping[str, Array], turn: Rotation, joint: str, arms: Array) -> Rotation:
    shoulders = [places.get(f"{side}Shoulder", places[f"{side}Arm"]) for side in ("Left", "Right")]
    across = shoulders[0] - shoulders[1]
    if np.median(np.linalg.norm(across, axis=-1)) < 0.02:
        across = places["LeftArm"] - places["RightArm"]
    return _from_axes(turn, across, places.get("Neck", arms) - places[joint])


def _bone(
    joint: str, places: Mapping[str, Array], turn: Rotation, above: Rotation, above_constant: Rotation, straight: bool,
) -> tuple[Rotation, bool]:
    """C of a bone below ``above``, and whether it continues its parent's line at zero rotation.

    ``straight`` says the same of the parent.
    """
    target = _NEXT.get(joint, "")
    along = unit(_seen(turn, unit(places[target] - places[joint]))) if target in places else np.zeros(3)
    usual = (above.inv() * turn).mean()
    zero = above_constant
    if not along.any():
        # A bone without an end in sight. Toes are seldom straight at zero.
        near = -1.0 if joint.endswith("Toe") else _NEAR_STRAIGHT if straight else _NEAR_ZERO
        return (zero if (usual * zero).magnitude() < near else usual.inv()), straight
    rest = rest_direction(joint, target)
    straight = bool(np.arccos(np.clip(zero.inv().apply(along) @ rest, -1.0, 1.0)) < _STRAIGHT)
    bent = _hinge(joint, places, turn)
    if bent is not None:
        axis = _HINGES[joint][3]
        if axis is None:
            axis = np.cross(rest, [0.0, 0.0, 1.0])
        return frame_of(along, bent) * frame_of(rest, axis).inv(), straight
    start = frame_of(along, np.cross(along, np.roll(along, 1))) * frame_of(rest, np.cross(rest, np.roll(rest, 1))).inv()
    zero = _untwisted(start, rest, zero.inv().as_matrix())
    if abs(_twist(usual * zero, rest)) < (_NEAR_STRAIGHT if straight else _NEAR_ZERO):
        return zero, straight
    return _untwisted(start, rest, usual.as_matrix()), straight


def _untwisted(start: Rotation, axis: Array, relative: Array) -> Rotation:
    """``start`` followed by the turn about ``axis`` that brings ``relative @ start @ turn`` closest to identity."""
    matrix = relative @ start.as_matrix()
    cosine = np.trace(matrix) - axis @ matrix @ axis
    skew = np.array([matrix[1, 2] - matrix[2, 1], matrix[2, 0] - matrix[0, 2], matrix[0, 1] - matrix[1, 0]])
    return start * Rotation.from_rotvec(axis * np.arctan2(skew @ axis, cosine))


def _twist(turn: Rotation, axis: Array) -> float:
    """Signed angle of a rotation's part about ``axis``."""
    x, y, z, w = turn.as_quat()
    angle = 2.0 * np.arctan2(np.array([x, y, z]) @ axis, w)
    return float((angle + np.pi) % (2.0 * np.pi) - np.pi)


def _hinge(joint: str, places: Mapping[str, Array], turn: Rotation) -> Array | None:
    """Bending axis of the knee or elbow in a bone's frame, [3]; None where it hardly bends or not one way."""
    if joint not in _HINGES:
        return None
    upper, middle, lower, _ = _HINGES[joint]
    if lower not in places:
        return None
    axes = np.cross(unit(places[middle] - places[upper]), unit(places[lower] - places[middle]))
    bend = np.linalg.norm(axes, axis=1, keepdims=True)
    if float(bend.max()) < 0.12:
        return None
    # The more a joint is bent, the better it shows its axis.
    mean = (turn.inv().apply(axes) * bend).sum(axis=0) / (bend**2).sum()
    if np.linalg.norm(mean) < 0.8:
        return None
    return np.asarray(mean)
