"""Which bones of an MMD model are the 53 joints, where they rest, and which bones act on each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.motion.mmd_model import MmdModel
from core.motion.mmd_pose import ik_path
from core.skeleton import (
    INDEX,
    JOINTS,
    MMD_UNIT,
    N_JOINTS,
    ORDER,
    PARENTS,
    REST_POSITIONS,
    REST_ROOT,
    VMD_NAMES,
    offsets_from_positions,
)

_ESSENTIAL = ("UpperBody", "Head", "LeftArm", "RightArm", "LeftElbow", "RightElbow", "LeftLeg", "RightLeg")
_COPIED = ("Leg", "Knee", "Ankle")


@dataclass(frozen=True)
class JointMap:
    """The 53 joints in a model.

    Attributes
    ----------
    bones : int64 [53]
        The model's bone whose turn is the joint's, -1 where the model has none.
    root : int
        The bone that 下半身 hangs from, -1 for the world.
    positions : float64 [53, 3]
        Rest positions, metres, our axes; of missing joints, placed by proportion.
    waist : float64 [3]
        Rest position of the root (that of LowerBody), metres.
    """

    bones: NDArray[np.int64]
    root: int
    positions: NDArray[np.float64]
    waist: NDArray[np.float64]

    @property
    def offsets(self) -> NDArray[np.float64]:
        """Rest offsets from the kinematic parents, float64 [53, 3], metres."""
        return offsets_from_positions(self.positions, self.waist)

    @property
    def missing(self) -> tuple[str, ...]:
        """Joints that the model has no bone for."""
        return tuple(name for name, b in zip(JOINTS, self.bones, strict=True) if b < 0)

    def carrier(self, joint: int) -> int:
        """The bone that turns a joint: its own, or that of the nearest joint above that has one, or the root."""
        while joint >= 0 and self.bones[joint] < 0:
            joint = PARENTS[joint]
        return int(self.bones[joint]) if joint >= 0 else self.root


def from_mmd(positions: NDArray[np.floating]) -> NDArray[np.float64]:
    """MMD positions [..., 3] (units, left-handed) in metres and our axes."""
    return np.asarray(positions, dtype=np.float64) * (MMD_UNIT * np.array([1.0, 1.0, -1.0]))


def map_joints(path: str | Path, model: MmdModel, moved: Collection[int] = ()) -> JointMap:
    """Find the joints in a model by their standard names.

    Parameters
    ----------
    path : Path
        The model's file, for the error.
    model : MmdModel
    moved : collection of int
        Bones that the motion moves. The copies of the leg bones that many models show (足D, ひざD, 足首D, 足先EX) only
        replace the originals where they are moved themselves.

    Raises
    ------
    InputError
        Where bones are missing without which it is no person.
    """
    placed = np.array([_find(model, j) for j in range(N_JOINTS)], dtype=np.int64)
    lacking = [VMD_NAMES[INDEX[name]] for name in _ESSENTIAL if placed[INDEX[name]] < 0]
    if lacking:
        raise InputError(path, f"the model lacks the bones {', '.join(lacking)}",
                         "choose a model of a person with the standard Japanese bone names")
    lower = int(placed[INDEX["LowerBody"]])
    root = model.bones[lower if lower >= 0 else int(placed[INDEX["UpperBody"]])].parent
    positions, waist = _place(model, placed)
    bones = placed.copy()
    for english, side in (("Left", "左"), ("Right", "右")):
        copies = [model.find(f"{side}{VMD_NAMES[INDEX[english + part]][1:]}D") for part in _COPIED]
        if min(copies) >= 0 and any(b in moved for b in copies):
            bones[[INDEX[english + part] for part in _COPIED]] = copies
        tip = model.find(f"{side}足先EX")
        if tip in moved:
            bones[INDEX[f"{english}Toe"]] = tip
    return JointMap(bones, root, positions, waist)


def _find(model: MmdModel, joint: int) -> int:
    name = VMD_NAMES[joint]
    if JOINTS[joint].endswith("Toe"):
        return model.find(name, f"{name[0]}足先EX")
    return model.find(name)


def _place(model: MmdModel, bones: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rest = from_mmd(np.array([bone.position for bone in model.bones]))
    known = bones >= 0
    positions = np.where(known[:, None], rest[bones], 0.0)
    lower, upper = INDEX["LowerBody"], INDEX["UpperBody"]
    if not known[lower]:
        positions[lower] = positions[upper]
        known[lower] = True
    waist = positions[lower].copy()
    for j in ORDER:
        if known[j]:
            continue
        p = PARENTS[j]
        base, rest_base = (positions[p], REST_POSITIONS[p]) if p >= 0 else (waist, REST_ROOT)
        below = _nearest_below(j, known)
        vector = REST_POSITIONS[j] - rest_base
        if below >= 0:
            positions[j] = base + _likeness(REST_POSITIONS[below] - rest_base, positions[below] - base) @ vector
        elif p >= 0 and PARENTS[p] >= 0:
            above = PARENTS[p]
            segment = REST_POSITIONS[p] - REST_POSITIONS[above], positions[p] - positions[above]
            positions[j] = base + _likeness(*segment) @ vector
        else:
            positions[j] = base + vector
        known[j] = True
    return positions, waist


def _nearest_below(joint: int, known: NDArray[np.bool_]) -> int:
    level = [joint]
    while level:
        level = [k for k in range(N_JOINTS) if PARENTS[k] in level]
        for k in level:
            if known[k]:
                return k
    return -1


def _likeness(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    # Turn and scale [3, 3] that take a segment of the bundled body to the model's.
    la, lb = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if min(la, lb) < 1e-6:
        return np.eye(3)
    a, b = a / la, b / lb
    v, c = np.cross(a, b), float(a @ b)
    if c < -0.999:
        return np.eye(3) * (lb / la)
    skew = np.array([[0.0, -v[2], v[1]], [v[2], 0.0, -v[0]], [-v[1], v[0], 0.0]])
    return np.asarray((np.eye(3) + skew + skew @ skew / (1.0 + c)) * (lb / la))


def acting_bones(model: MmdModel, joints: JointMap, enabled: Collection[int]) -> list[set[int]]:
    """For each joint the bones whose keys can turn it relative to its parent joint.

    These are the bones between the two, what is appended to them, and, where one is a link of an IK, the IK bone and
    all that carries it or the chain. ``enabled`` holds the IK bones that act in at least one frame.
    """
    owners: dict[int, list[int]] = {}
    tops: dict[int, int] = {}
    for owner in enabled:
        ik = model.bones[owner].ik
        path, links = ik_path(model, ik) if ik is not None else ([], [])
        for _, link in links:
            owners.setdefault(link.bone, []).append(owner)
            tops[owner] = path[0]
    acting = []
    for j in range(N_JOINTS):
        stop = joints.carrier(PARENTS[j])
        pending = _above(model, int(joints.bones[j]), stop)
        found: set[int] = set()
        while pending:
            b = pending.pop()
            if b in found:
                continue
            found.add(b)
            append = model.bones[b].append
            if append is not None:
                pending.append(append.source)
            for owner in owners.get(b, ()):
                pending += _above(model, owner, -1) + _above(model, tops[owner], -1)
        acting.append(found)
    return acting


def _above(model: MmdModel, bone: int, stop: int) -> list[int]:
    chain = []
    while bone >= 0 and bone != stop:
        chain.append(bone)
        bone = model.bones[bone].parent
    return chain
