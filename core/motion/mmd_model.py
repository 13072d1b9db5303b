"""The bones of an MMD model: tree, rest positions, evaluation order, inverse kinematics and appended transforms.

Everything here is in MMD's own axes and units (left-handed, +Y up, front -Z, 1 unit = 0.08 m), as angle limits
and keys are. :mod:`core.motion.vmd_motion` turns the result into ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from pathlib import Path

from core.errors import InputError
from core.motion.mmd_bytes import VMD_NAME_BYTES, decode_name, encode_name, plain_name

MAX_BONES = 20_000
MAX_LOOPS = 256
MAX_LINKS = 64
MAX_IKS = 1000
MAX_COORDINATE = 1e6
"""Largest coordinate (units; 80 km) that is taken for real."""

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class IkLink:
    """A bone that an IK may turn, with its Euler angle limits (lower, upper) in radians, if any."""

    bone: int
    limits: tuple[Vector, Vector] | None = None


@dataclass(frozen=True)
class Ik:
    """What an IK bone does: bring ``effector`` to itself by turning the links (nearest the effector first).

    ``step`` is the largest turn (radians) of the first link in one of the ``loops`` rounds.
    """

    effector: int
    loops: int
    step: float
    links: tuple[IkLink, ...]


@dataclass(frozen=True)
class Append:
    """A share (``ratio``, may be negative) of another bone's transform that is added to a bone's own (付与).

    ``local`` is PMX's flag of that name: the source's local deformation instead of its keys, IK and own append.
    Both are the same as long as no physics acts, which is our case.
    """

    source: int
    ratio: float
    rotation: bool = True
    translation: bool = False
    local: bool = False


@dataclass(frozen=True)
class Bone:
    """One bone. ``parent`` is -1 for a root; ``position`` is its rest position in the model, in MMD units."""

    name: str
    parent: int
    position: Vector
    english: str = ""
    layer: int = 0
    after_physics: bool = False
    append: Append | None = None
    ik: Ik | None = None


@dataclass(frozen=True)
class MmdModel:
    """A model's name and bones. Made through :func:`checked_model`, so indices are valid and the tree has no cycle."""

    name: str
    bones: tuple[Bone, ...]

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Bone indices in MMD's evaluation order: before physics, then deform layer, then index."""
        bones = self.bones
        return tuple(sorted(range(len(bones)), key=lambda b: (bones[b].after_physics, bones[b].layer, b)))

    @cached_property
    def by_vmd_name(self) -> dict[bytes, int]:
        """Bone index by the name's first 15 bytes in CP932; the first bone wins, as in MMD."""
        table: dict[bytes, int] = {}
        for i, bone in enumerate(self.bones):
            table.setdefault(encode_name(bone.name, VMD_NAME_BYTES), i)
        return table

    @cached_property
    def by_plain_name(self) -> dict[str, int]:
        """Bone index by :func:`core.motion.mmd_bytes.plain_name`; the first bone wins."""
        table: dict[str, int] = {}
        for i, bone in enumerate(self.bones):
            table.setdefault(plain_name(bone.name), i)
        return table

    def find(self, *names: str) -> int:
        """Index of the first of ``names`` that the model has (width of digits and letters aside), or -1."""
        for name in names:
            found = self.by_plain_name.get(plain_name(name), -1)
            if found >= 0:
                return found
        return -1

    def match(self, names: Sequence[bytes]) -> list[int]:
        """For each bone name of a VMD file (bytes) the model's bone, or -1. No bone is given twice.

        Equal bytes go first; what is left is compared without regard to the width of digits and letters.
        """
        matched = [self.by_vmd_name.get(name, -1) for name in names]
        taken = set(matched)
        for i, name in enumerate(names):
            if matched[i] < 0:
                found = self.find(decode_name(name))
                if found >= 0 and found not in taken:
                    matched[i] = found
                    taken.add(found)
        return matched


def checked_model(path: str | Path, name: str, bones: Sequence[Bone]) -> MmdModel:
    """A model of these bones, or an :class:`InputError` where indices, coordinates or the tree are impossible.

    An append from a missing bone (index -1) and IK links past :data:`MAX_LOOPS` rounds are mended silently: MMD
    itself tolerates them.
    """
    if not bones:
        raise InputError(path, "the model has no bones", "choose a model of a person")
    if len(bones) > MAX_BONES:
        raise InputError(path, f"the model has {len(bones)} bones, more than {MAX_BONES}", "choose another model")
    iks = sum(bone.ik is not None for bone in bones)
    if iks > MAX_IKS:
        raise InputError(path, f"the model has {iks} IK bones, more than {MAX_IKS}", "choose another model")
    for i, bone in enumerate(bones):
        _check_bone(path, bones, i, bone)
    _check_tree(path, bones)
    return MmdModel(name, tuple(_mended(bone) for bone in bones))


def _check_bone(path: str | Path, bones: Sequence[Bone], index: int, bone: Bone) -> None:
    label = f"bone {index} ({bone.name[:40]!r})"
    remedy = "open the model in PMXEditor and mend it, or choose another"
    if not all(isfinite(x) and abs(x) <= MAX_COORDINATE for x in bone.position):
        raise InputError(path, f"{label} lies at an impossible place", remedy)
    named = [bone.parent]
    if bone.append is not None:
        named.append(bone.append.source)
        if not isfinite(bone.append.ratio) or abs(bone.append.ratio) > 1e4:
            raise InputError(path, f"{label} takes an impossible share of another bone's turn", remedy)
    if bone.ik is not None:
        named += [bone.ik.effector, *(link.bone for link in bone.ik.links)]
        if len(bone.ik.links) > MAX_LINKS:
            raise InputError(path, f"{label} has {len(bone.ik.links)} IK links, more than {MAX_LINKS}", remedy)
        if not isfinite(bone.ik.step):
            raise InputError(path, f"{label} has an IK angle that is not a number", remedy)
        for link in bone.ik.links:
            if link.limits is not None and not all(isfinite(x) for bound in link.limits for x in bound):
                raise InputError(path, f"{label} has an IK angle limit that is not a number", remedy)
    if any(not -1 <= other < len(bones) for other in named):
        raise InputError(path, f"{label} refers to a bone that does not exist", remedy)


def _check_tree(path: str | Path, bones: Sequence[Bone]) -> None:
    sound = [False] * len(bones)
    for start in range(len(bones)):
        walked: dict[int, None] = {}
        b = start
        while b >= 0 and not sound[b]:
            if b in walked:
                raise InputError(path, f"bone {b} ({bones[b].name[:40]!r}) is its own ancestor",
                                 "open the model in PMXEditor and mend it, or choose another")
            walked[b] = None
            b = bones[b].parent
        for w in walked:
            sound[w] = True


def _mended(bone: Bone) -> Bone:
    append = bone.append if bone.append is not None and bone.append.source >= 0 else None
    ik = bone.ik
    if ik is not None:
        links = tuple(link for link in ik.links if link.bone >= 0)
        loops = min(max(ik.loops, 0), MAX_LOOPS)
        ik = Ik(ik.effector, loops, abs(ik.step), links) if ik.effector >= 0 and links else None
    return Bone(bone.name, bone.parent, bone.position, bone.english, bone.layer, bone.after_physics, append, ik)
