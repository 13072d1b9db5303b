"""Posing an MMD model: local key values in, world transforms of its bones out, evaluated in MMD's order.

A :class:`Rig` is the part of a model that acts on some wanted bones, flattened into arrays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.motion.mmd_kernels import IkTable, pose_frames
from core.motion.mmd_model import Ik, IkLink, MmdModel

_APPENDS_ROTATION, _APPENDS_TRANSLATION = 1, 2


@dataclass(frozen=True)
class Rig:
    """Bones of a model that matter, in arrays. Indices are into the rig, not the model, unless said.

    Attributes
    ----------
    bones : int64 [n]
        The model's index of each bone, rising.
    index : dict
        The rig's index of each of the model's bones that it holds.
    parents : int64 [n]
    offsets : float64 [n, 3]
        Rest position relative to the parent's (to the origin for a root).
    order : int64 [n]
        Evaluation order.
    tree : int64 [n]
        Parents before children.
    append_source : int64 [n]
        -1 for none.
    append_ratio : float64 [n]
    append_kind : int64 [n]
        1: rotation, 2: translation, 3: both.
    ik : int64 [n]
        Row of the bone's IK in ``iks``, or -1.
    iks : IkTable
    """

    bones: NDArray[np.int64]
    index: dict[int, int]
    parents: NDArray[np.int64]
    offsets: NDArray[np.float64]
    order: NDArray[np.int64]
    tree: NDArray[np.int64]
    append_source: NDArray[np.int64]
    append_ratio: NDArray[np.float64]
    append_kind: NDArray[np.int64]
    ik: NDArray[np.int64]
    iks: IkTable

    @property
    def work(self) -> int:
        """About how many bone turns a frame costs at most."""
        paths, links = np.diff(self.iks.path_start), np.diff(self.iks.link_start)
        return len(self.bones) + int((self.iks.loops * paths * links).sum())


def ik_path(model: MmdModel, ik: Ik) -> tuple[list[int], list[tuple[int, IkLink]]]:
    """The model's bones from the topmost link to the effector, and each usable link with its place among them.

    Links that are not above the effector, or named twice, are left out: turning them would not move the effector.
    """
    above = [ik.effector]
    while (parent := model.bones[above[-1]].parent) >= 0:
        above.append(parent)
    depth = {bone: i for i, bone in enumerate(above)}
    links = {link.bone: link for link in reversed(ik.links) if depth.get(link.bone, 0) > 0}
    ordered = [link for link in ik.links if links.get(link.bone) is link]
    if not ordered:
        return [], []
    top = max(depth[link.bone] for link in ordered)
    path = above[top::-1]
    return path, [(top - depth[link.bone], link) for link in ordered]


def needed_bones(model: MmdModel, wanted: Iterable[int]) -> list[int]:
    """All bones of the model that act on the wanted ones: ancestors, append sources, and IKs with what they need."""
    ik_of_link: dict[int, set[int]] = {}
    for owner, bone in enumerate(model.bones):
        if bone.ik is not None:
            for _, link in ik_path(model, bone.ik)[1]:
                ik_of_link.setdefault(link.bone, set()).add(owner)
    needed: set[int] = set()
    pending = list(wanted)
    while pending:
        b = pending.pop()
        if b < 0 or b in needed:
            continue
        needed.add(b)
        bone = model.bones[b]
        pending.append(bone.parent)
        if bone.append is not None:
            pending.append(bone.append.source)
        if bone.ik is not None:
            pending.append(bone.ik.effector)
        pending += ik_of_link.get(b, ())
    return sorted(needed)


def make_rig(model: MmdModel, wanted: Iterable[int]) -> Rig:
    """The rig of the wanted bones (indices of the model)."""
    bones = needed_bones(model, wanted)
    index = {b: i for i, b in enumerate(bones)}
    n = len(bones)
    rest = np.array([model.bones[b].position for b in bones], dtype=np.float64).reshape(-1, 3)
    parents = np.array([index.get(model.bones[b].parent, -1) for b in bones], dtype=np.int64)
    offsets = rest - np.where((parents >= 0)[:, None], rest[parents], 0.0) if n else rest
    source = np.full(n, -1, dtype=np.int64)
    ratio = np.zeros(n)
    kind = np.zeros(n, dtype=np.int64)
    for i, b in enumerate(bones):
        append = model.bones[b].append
        if append is not None:
            source[i], ratio[i] = index[append.source], append.ratio
            kind[i] = _APPENDS_ROTATION * append.rotation + _APPENDS_TRANSLATION * append.translation
    ik, table = _ik_table(model, bones, index)
    order = np.array([index[b] for b in model.order if b in index], dtype=np.int64)
    return Rig(
        np.array(bones, dtype=np.int64), index, parents, offsets, order, _tree_order(parents), source, ratio, kind,
        ik, table,
    )


def _tree_order(parents: NDArray[np.int64]) -> NDArray[np.int64]:
    depth = np.full(len(parents), -1, dtype=np.int64)
    for start in range(len(parents)):
        walked = []
        b = start
        while b >= 0 and depth[b] < 0:
            walked.append(b)
            b = int(parents[b])
        base = int(depth[b]) if b >= 0 else -1
        for i, w in enumerate(reversed(walked)):
            depth[w] = base + 1 + i
    return np.argsort(depth, kind="stable")


def _ik_table(model: MmdModel, bones: list[int], index: dict[int, int]) -> tuple[NDArray[np.int64], IkTable]:
    ik = np.full(len(bones), -1, dtype=np.int64)
    owners: list[int] = []
    loops: list[int] = []
    steps: list[float] = []
    paths: list[int] = []
    path_start, link_start = [0], [0]
    places: list[int] = []
    limited: list[int] = []
    lower: list[list[float]] = []
    upper: list[list[float]] = []
    for i, b in enumerate(bones):
        solver = model.bones[b].ik
        if solver is None:
            continue
        path, links = ik_path(model, solver)
        if not links:
            continue
        ik[i] = len(owners)
        owners.append(i)
        loops.append(solver.loops)
        steps.append(solver.step)
        paths += [index[p] for p in path]
        path_start.append(len(paths))
        for place, link in links:
            low, high = link.limits or ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
            places.append(place)
            limited.append(_limit_kind(link))
            # Some models name the two bounds the wrong way round.
            lower.append([min(a, b) for a, b in zip(low, high, strict=True)])
            upper.append([max(a, b) for a, b in zip(low, high, strict=True)])
        link_start.append(len(places))
    return ik, IkTable(
        np.array(owners, dtype=np.int64), np.array(loops, dtype=np.int64), np.array(steps, dtype=np.float64),
        np.array(path_start, dtype=np.int64), np.array(paths, dtype=np.int64), np.array(link_start, dtype=np.int64),
        np.array(places, dtype=np.int64), np.array(limited, dtype=np.int64),
        np.array(lower, dtype=np.float64).reshape(-1, 3), np.array(upper, dtype=np.float64).reshape(-1, 3),
    )


def _limit_kind(link: IkLink) -> int:
    if link.limits is None:
        return 0
    free = [c for c in range(3) if link.limits[0][c] != 0.0 or link.limits[1][c] != 0.0]
    return 2 + free[0] if len(free) == 1 else 1


def pose(
    rig: Rig, positions: NDArray[np.float64], rotations: NDArray[np.float64], ik_on: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """World positions and rotations of a rig's bones.

    Parameters
    ----------
    rig : Rig
    positions : float64 [T, n, 3]
        Local translations by key, units. Overwritten.
    rotations : float64 [T, n, 4]
        Local rotations by key. Overwritten by the final local rotations.
    ik_on : bool [T, k]
        Which IKs (rows of ``rig.iks``) act.

    Returns
    -------
    positions : float64 [T, n, 3]
    rotations : float64 [T, n, 4]
    """
    world_positions = np.empty_like(positions)
    world_rotations = np.empty_like(rotations)
    positions += rig.offsets
    pose_frames(
        rig.parents, rig.offsets, rig.order, rig.tree, rig.append_source, rig.append_ratio, rig.append_kind, rig.ik,
        rig.iks, ik_on, positions, rotations, world_positions, world_rotations,
    )
    return world_positions, world_rotations
