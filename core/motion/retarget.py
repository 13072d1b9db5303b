"""A foreign skeleton's motion onto the 53 joints.

Each joint follows one bone: its world rotation is ``A G(t) C``, where ``G`` is the bone's world rotation in the file,
``A`` turns the file's axes into ours, and ``C`` is constant. ``C`` says how the bone's own frame lies in the
body, and is found from the rest pose where that is a person's pose (T or A), otherwise from the bones'
directions and the motion itself (see :mod:`core.motion.bone_frames`). The places of the joints come from the file: the
dancer's own limbs become the offsets, so the joints stand where the bones stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.errors import InputError
from core.motion.bone_frames import frames_from_motion, frames_from_rest, turn_between
from core.motion.clip import Motion, MotionReport, ReadMotion
from core.motion.rigs import BoneMap, map_bones
from core.motion.stance import (
    Stance,
    axis_name,
    bundled_chain_length,
    chain_length,
    frames_stance,
    guess_scale,
    rest_stance,
    unit,
)
from core.skeleton import INDEX, JOINTS, N_JOINTS, ORDER, PARENTS, REST_OFFSETS, REST_POSITIONS, REST_ROOT

Array = NDArray[np.float64]

_AIM = {"UpperBody": "UpperBody2", "Neck": "Head"}
for _s in ("Left", "Right"):
    _AIM |= {f"{_s}Shoulder": f"{_s}Arm", f"{_s}Arm": f"{_s}Elbow", f"{_s}Elbow": f"{_s}Wrist"}
    _AIM |= {f"{_s}Leg": f"{_s}Knee", f"{_s}Knee": f"{_s}Ankle", f"{_s}Ankle": f"{_s}Toe"}
_MINOR = ("Toe", "Thumb", "Index", "Middle", "Ring", "Pinky", "Twist")
_FAR = 10_000.0
_LOOSE = 0.005


@dataclass(frozen=True)
class Source:
    """A skeleton's motion at 30 frames a second, in the file's own axes and unit.

    Attributes
    ----------
    names : tuple of str
        Bone names, empty for End Sites.
    parents : tuple of int
        Parents before children, -1 for a root.
    offsets : float64 [bones, 3]
        Rest offsets from the parents.
    rotations : dict of int to float64 [T, 4]
        Local rotations of the bones that have any.
    translations : dict of int to float64 [T, 3]
        Offsets from the parent in each frame, of the bones that move in that way.
    frames : int
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: Array
    rotations: dict[int, Array]
    translations: dict[int, Array]
    frames: int

    def world(self, wanted: Sequence[int]) -> tuple[dict[int, Array], dict[int, Rotation]]:
        """Places [T, 3] and rotations of the bones ``wanted`` and their ancestors."""
        needed: set[int] = set()
        for bone in wanted:
            above = bone
            while above >= 0 and above not in needed:
                needed.add(above)
                above = self.parents[above]
        places: dict[int, Array] = {}
        turned: dict[int, Rotation] = {}
        for i in sorted(needed):
            parent = self.parents[i]
            step = self.translations.get(i)
            local = Rotation.from_quat(self.rotations[i]) if i in self.rotations else None
            if parent < 0:
                places[i] = np.repeat(self.offsets[i : i + 1], self.frames, axis=0) if step is None else step
                turned[i] = local if local is not None else Rotation.identity(self.frames)
            else:
                places[i] = places[parent] + turned[parent].apply(self.offsets[i] if step is None else step)
                turned[i] = turned[parent] * local if local is not None else turned[parent]
        return places, turned

    def rest(self) -> Array:
        """Places of the bones with no rotation, float64 [bones, 3]; roots at the origin."""
        places = np.zeros((len(self.names), 3))
        for i, parent in enumerate(self.parents):
            if parent >= 0:
                step = np.median(self.translations[i], axis=0) if i in self.translations else self.offsets[i]
                places[i] = places[parent] + step
        return places


def retarget(source: Source, path: str | Path, source_fps: float = 30.0, notes: tuple[str, ...] = ()) -> ReadMotion:
    """Map a skeleton onto the 53 joints.

    Raises :class:`InputError` where hips, an arm or a leg cannot be found, or the bones have no size.
    Rotations relative to the rest pose are exact up to the choice of ``C``; positions of mapped joints are those of
    the source wherever its bones keep their length, and best constant offsets where not (said in the notes).
    """
    bones = map_bones(source.names, source.parents, path)
    points = bones.points | bones.joints
    world, turned = source.world([bones.root, *points.values()])
    places = {joint: world[i] for joint, i in points.items()}
    sampled = np.unique(np.linspace(0, source.frames - 1, min(source.frames, 600)).astype(np.int64))
    some = {joint: place[sampled] for joint, place in places.items()}
    bundled = bundled_chain_length(some)
    scale, scale_note = guess_scale(chain_length(some), bundled, bones.rig, path)
    extent = max(float(np.abs(place).max()) for place in places.values()) * scale
    refuse_far(extent, path)
    rest = source.rest()
    upright = rest_stance({joint: rest[None, i] for joint, i in points.items()})
    early = np.arange(min(source.frames, 30))
    posed = frames_stance({j: place[np.unique(np.concatenate([early, sampled]))] for j, place in places.items()})
    feet = [place * scale for joint, place in some.items() if joint.endswith(("Knee", "Ankle", "Toe"))]
    axes, axis_notes = _choose_axes(upright, posed, np.stack(feet))
    notes = notes + ((scale_note,) if scale_note else ()) + axis_notes

    to_ours = Rotation.from_matrix(axes)
    places = {joint: to_ours.apply(place * scale) for joint, place in places.items()}
    world_turns = {joint: to_ours * turned[i] for joint, i in bones.joints.items()}
    if bones.root != bones.joints["LowerBody"]:
        root_turn = to_ours * turned[bones.root]
    else:
        root_turn = world_turns["LowerBody"]
    driven = _driven(source, bones)
    following = {j: turn for j, turn in world_turns.items() if not _is_minor(j) or driven[INDEX[j]]}
    if upright.sane:
        rest_places = {j: upright.axes @ rest[i] * scale for j, i in points.items()}
        hands = {side: _hand_tip(bones, source, rest, side) for side in ("Left", "Right")}
        hand_places = {s: upright.axes @ p * scale for s, p in hands.items() if p is not None}
        reference = frames_from_rest(rest_places, hand_places, set(following))
        inverse = Rotation.from_matrix(upright.axes).inv()
        frames = {j: inverse * turn for j, turn in reference.items()}
    else:
        few = {j: place[sampled] for j, place in places.items()}
        few_turns = {j: turn[sampled] for j, turn in following.items()}
        frames = frames_from_motion(few, few_turns, root_turn[sampled])
    motion, loose = _assemble(places, following, root_turn, frames, chain_length(places) / bundled, driven)
    if loose:
        notes += (f"The distance from the parent changes at {', '.join(loose)}; the mean was taken.",)
    motion, floor_note = _on_floor(motion, places)
    notes += floor_note
    taken = {bones.root, *points.values()}
    mapped = {joint: source.names[i] or f"End Site of {source.names[source.parents[i]]}" for joint, i in points.items()}
    report = MotionReport(
        format="bvh", rig=bones.rig, metres_per_unit=scale, up_axis=axis_name(axes[1]), front_axis=axis_name(axes[2]),
        source_fps=source_fps, mapped={joint: mapped[joint] for joint in JOINTS if joint in mapped},
        unmatched=tuple(name for i, name in enumerate(source.names) if name and i not in taken), notes=notes,
    )
    return ReadMotion(motion, report)


def refuse_far(metres: float, path: str | Path) -> None:
    """Raise :class:`InputError` where a body is over 10 km from the origin: its numbers mean something else."""
    if metres > _FAR:
        raise InputError(path, f"the body gets {metres:.0f} m away from the origin", "check its root's positions")


def _is_minor(joint: str) -> bool:
    return any(part in joint for part in _MINOR)


def _choose_axes(upright: Stance, posed: Stance, feet: Array) -> tuple[Array, tuple[str, ...]]:
    """The rest pose's axes, unless there is no sane one or the motion clearly stands along another axis.

    Who lies on the floor for a whole file also has another axis of the file along the body; but only of a standing body
    are the ``feet`` [k, T, 3], metres, near the plane through the origin that is the floor.
    """
    if upright.sane:
        floor = float(np.percentile((feet @ posed.axes[1]).min(axis=0), 10))
        same = np.array_equal(upright.axes[1], posed.axes[1])
        if posed.sane and not same and abs(floor) < 0.3:
            return posed.axes, ("The rest pose stands along another axis than the motion, which was followed.",)
        if posed.sane and same and posed.axes[2] @ upright.axes[2] < 0:
            return upright.axes, ("The dancer begins with the back to the front of the rest pose.",)
        return upright.axes, ()
    if posed.sane:
        note = "The rest pose is no person's pose; axes and bone directions were taken from the motion."
        return posed.axes, (note,)
    return np.eye(3), ("Neither rest pose nor motion shows which way is up; +Y was assumed.",)


def _driven(source: Source, bones: BoneMap) -> NDArray[np.bool_]:
    """Joints whose bone rotates; toes, fingers and twists only where it ever leaves the zero rotation."""
    driven = np.zeros(N_JOINTS, dtype=np.bool_)
    for joint, bone in bones.joints.items():
        turns = source.rotations.get(bone)
        if turns is not None:
            moves = not _is_minor(joint) or float(np.linalg.norm(turns[:, :3], axis=1).max()) > 1e-5
            driven[INDEX[joint]] = moves
    driven[INDEX["LowerBody"]] |= bones.root in source.rotations
    return driven


def _hand_tip(bones: BoneMap, source: Source, rest: Array, side: str) -> Array | None:
    """Where the hand points to in the rest pose: middle finger, another finger, or the hand's only child."""
    for finger in ("Middle1", "Index1", "Ring1"):
        if f"{side}{finger}" in bones.joints:
            return np.asarray(rest[bones.joints[f"{side}{finger}"]])
    wrist = bones.joints.get(f"{side}Wrist", -2)
    below = [i for i, parent in enumerate(source.parents) if parent == wrist]
    return np.asarray(rest[below[0]]) if len(below) == 1 else None


def _assemble(
    places: dict[str, Array], turns: dict[str, Rotation], root_turn: Rotation, frames: dict[str, Rotation],
    body: float, driven: NDArray[np.bool_],
) -> tuple[Motion, list[str]]:
    """The motion, and the joints whose place is not constant in their parent's frame."""
    count = len(places["LowerBody"])
    root = root_turn * frames["Root"]
    world: dict[int, Rotation] = {-1: root}
    rigid: dict[int, str] = {-1: ""}  # joint -> nearest joint at or above it that follows a bone ("" is the root)
    rotations = np.zeros((count, N_JOINTS, 4))
    rotations[..., 3] = 1.0
    loose: list[str] = []
    local: dict[int, Array] = {}  # place in the frame that the joint's parent turns with
    stands: dict[str, Array] = {"": places["LowerBody"]}  # where the joint comes to be in the end
    for j in ORDER:
        joint, parent = JOINTS[j], PARENTS[j]
        world[j], rigid[j] = world[parent], rigid[parent]
        if joint in places:
            seen = world[parent].inv().apply(places[joint] - stands[rigid[parent]])
            local[j] = seen.mean(axis=0)
            stands[joint] = stands[rigid[parent]] + world[parent].apply(local[j])
            if np.linalg.norm(seen - local[j], axis=1).max() > _LOOSE:
                loose.append(joint)
        if joint in turns:
            turn = turns[joint] * frames[joint]
            target = _AIM.get(joint, "")
            if target in places:
                # From where the joint stands, not from where its bone is: so errors do not add up along a limb.
                turn = _aimed(turn, places[target] - stands[joint])
            world[j], rigid[j] = turn, joint
            rotations[:, j] = (world[parent].inv() * turn).as_quat()
    # A joint that follows a bone is the origin of its own frame; any other lies somewhere in the frame above it.
    base = {j: local.get(j, np.zeros(3)) * (JOINTS[j] not in turns) for j in ORDER} | {-1: np.zeros(3)}
    offsets = np.zeros((N_JOINTS, 3))
    for j in ORDER:
        if JOINTS[j] not in places:
            local[j] = base[j] = _between(j, local, base[PARENTS[j]], body)
        offsets[j] = local[j] - base[PARENTS[j]]
    motion = Motion(
        places["LowerBody"].astype(np.float32), root.as_quat().astype(np.float32), rotations.astype(np.float32),
        offsets.astype(np.float32), driven,
    )
    return motion, loose


def _aimed(turn: Rotation, bone: Array) -> Rotation:
    """``turn`` with the least extra rotation that keeps the constant bone pointing along ``bone`` [T, 3].

    Without moving parts between the two joints there is nothing to correct.
    """
    seen = turn.inv().apply(bone)
    mean = seen.mean(axis=0)
    if np.linalg.norm(mean) < 0.02 or np.abs(seen - mean).max() < 1e-5:
        return turn
    return turn * turn_between(np.broadcast_to(unit(mean), seen.shape), unit(seen))


def _between(j: int, local: dict[int, Array], start: Array, body: float) -> Array:
    """Place of a joint that the source lacks, in the frame it shares with its parent, which is at ``start`` there.

    On the line to the next joint that the source has, in the bundled body's proportion; where there is none
    (fingertips), or for collar bones and neck, the bundled body's own bone, scaled by ``body``.
    """
    joint, parent = JOINTS[j], PARENTS[j]
    if joint == "UpperBody":
        return np.zeros(3)
    ends = [j]
    while ends and not all(k in local for k in ends):
        ends = [k for e in ends for k in ([e] if e in local else [c for c in ORDER if PARENTS[c] == e])]
    neck = INDEX["Neck"]
    ends = [neck] if neck in ends else ends
    if not ends:
        return np.asarray(start + body * REST_OFFSETS[j])
    if "Shoulder" in joint or joint == "Neck":
        return np.asarray(local[ends[0]] - body * REST_OFFSETS[ends[0]])
    base = REST_POSITIONS[parent] if parent >= 0 else REST_ROOT
    whole, share = REST_POSITIONS[ends].mean(axis=0) - base, REST_POSITIONS[j] - base
    end = np.mean([local[k] for k in ends], axis=0)
    return np.asarray(start + (end - start) * float(whole @ share) / float(whole @ whole))


def _on_floor(motion: Motion, places: dict[str, Array]) -> tuple[Motion, tuple[str, ...]]:
    """Lift or lower a body whose feet are nowhere near the height of the floor, as in files without root positions."""
    feet = [places[f"{side}{part}"][:, 1] for side in ("Left", "Right") for part in ("Ankle", "Toe", "Knee")
            if f"{side}{part}" in places]
    floor = float(np.percentile(np.min(feet, axis=0), 10))
    if -0.25 < floor < 0.5:
        return motion, ()
    lift = 0.05 - floor
    moved = motion.root_positions + np.array([0.0, lift, 0.0], dtype=np.float32)
    note = f"The feet were at a height of {floor:.2f} m; the body was moved by {lift:.2f} m."
    return replace(motion, root_positions=moved), (note,)
