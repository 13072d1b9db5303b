"""VMD motion to the 53 joints: keys, model, IK and appended turns put together. The public door of the MMD readers.

``read_vmd(path, model)`` reads a motion with the skeleton of a PMX or PMD model, or on the bundled body;
``read_model(path)`` the bones of a model; ``write_vmd(path, motion)`` is that of :mod:`core.motion.vmd_write`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.motion.clip import Motion, MotionReport, ReadMotion
from core.motion.mmd_bytes import decode_name, plain_name, shown
from core.motion.mmd_curves import Keys, evaluate_keys
from core.motion.mmd_joints import JointMap, acting_bones, from_mmd, map_joints
from core.motion.mmd_model import MAX_COORDINATE, MmdModel
from core.motion.mmd_pose import Rig, make_rig, pose
from core.motion.mmd_rest import bundled_model
from core.motion.pmd import read_pmd
from core.motion.pmx import read_pmx
from core.motion.vmd import VmdFile, bezier_handles, group_names, parse_vmd
from core.motion.vmd_write import write_vmd
from core.skeleton import FPS, JOINTS, MMD_UNIT, N_JOINTS, PARENTS, forward_kinematics

__all__ = ["MAX_FRAMES", "read_model", "read_vmd", "write_vmd"]

MAX_FRAMES = 60 * 60 * FPS
"""Longest motion that is read: an hour."""
_MAX_WORK = 2_000_000_000
_CHUNK_VALUES = 2_000_000
_MOVED_UNITS = 1e-4
_MOVED_RADIANS = 1e-3
_OFF_METRES = 0.005


def read_model(path: str | Path) -> MmdModel:
    """The bones of a PMX or PMD model, by the file's ending. Raises :class:`InputError`."""
    source = Path(path)
    suffix = source.suffix.lower()
    if suffix == ".pmx":
        return read_pmx(source)
    if suffix == ".pmd":
        return read_pmd(source)
    raise InputError(source, f"a model ends in .pmx or .pmd, not in {suffix or 'nothing'!r}",
                     "name the model that the motion was made for")


@lru_cache(maxsize=4)
def _kept_model(path: Path, _changed: int, _size: int) -> MmdModel:
    return read_model(path)


def _model(path: Path | None) -> MmdModel:
    if path is None:
        return bundled_model()
    try:
        state = path.stat()
    except OSError:
        return read_model(path)
    # Songs of one corpus often share a model, and a model is larger than its motions.
    return _kept_model(path, state.st_mtime_ns, state.st_size)


def read_vmd(path: str | Path, model: str | Path | None = None) -> ReadMotion:
    """Read a VMD motion at its own 30 frames a second.

    Parameters
    ----------
    path : Path
        The motion.
    model : Path, optional
        PMX or PMD model it was made for; without it the bundled body of :mod:`core.skeleton`.

    Returns
    -------
    ReadMotion
        From frame 0 to the last key of a bone that acts on the 53 joints. ``offsets`` are the model's. The root is
        what carries 下半身 (全ての親, センター, グルーブ, 腰). A joint is driven where keys move one of the bones
        that act on it, IK and append included, and it does turn.

    Raises
    ------
    InputError
        Where a file is no VMD, PMX or PMD, is cut short, has no bone keys that move a body, keys that are not
        numbers, or keys after more than an hour.

    Notes
    -----
    A motion that never keys a leg's IK, has no IK switches and turns that leg by its own bones is taken to mean that
    the IK is off, and a note says so: many converters of motion capture forget the switch.
    Translation keys of bones inside the body turn into nothing, since a joint's offset is fixed.
    """
    source = Path(path)
    file = parse_vmd(source)
    body = _model(None if model is None else Path(model))
    names, matched, bone_of_key = _match(source, file, body)
    moved = _moved_bones(file, bone_of_key, len(body.bones))
    joints = map_joints(model or "bundled body", body, set(np.flatnonzero(moved).tolist()))
    rig = make_rig(body, [*joints.bones[joints.bones >= 0].tolist(), joints.root])
    keys = _rig_keys(file, bone_of_key, rig, len(body.bones))
    if not len(keys.frames):
        raise InputError(source, f"none of its bones ({_few([decode_name(n) for n in names])}) moves a body",
                         "check that it is a dance for a person")
    frames = int(keys.frames.max()) + 1
    if frames > MAX_FRAMES:
        raise InputError(source, f"its last key lies at frame {frames - 1}, more than an hour in",
                         "delete the stray key in MMD")
    if model is not None and frames * rig.work > _MAX_WORK:
        raise InputError(model, f"its bones and IKs take {rig.work} steps a frame, too many for {frames} frames",
                         "choose another model, or give the motion without one")
    ik_on, notes = _ik_states(file, body, rig, keys, moved, frames)
    motion, off = _move(rig, joints, keys, ik_on)
    enabled = [int(rig.bones[b]) for b, k in enumerate(rig.ik) if k >= 0 and ik_on[:, k].any()]
    acting = acting_bones(body, joints, enabled)
    turns = (np.abs(motion.rotations[:, :, :3]) > np.sin(0.5 * _MOVED_RADIANS)).any(axis=(0, 2))
    motion.driven[:] = [bool(turns[j]) and any(moved[b] for b in acting[j]) for j in range(N_JOINTS)]
    if joints.missing:
        notes.append(f"The model has no bones for {_few(joints.missing)}; they stay at rest.")
    if off > _OFF_METRES:
        notes.append(f"Bones between the joints move too, which puts joints up to {100 * off:.1f} cm off.")
    unmatched = sorted(
        decode_name(name) for name, b in zip(names, matched, strict=True) if b not in rig.index
    )
    mapped = {JOINTS[j]: body.bones[b].name for j, b in enumerate(joints.bones) if b >= 0}
    rig_name = "MMD standard" if model is None else f"MMD model {shown(body.name)[:60]}".strip()
    report = MotionReport("vmd", rig_name, MMD_UNIT, "+Y", "-Z", float(FPS), mapped, tuple(unmatched), tuple(notes))
    return ReadMotion(motion, report)


def _match(source: Path, file: VmdFile, body: MmdModel) -> tuple[list[bytes], list[int], NDArray[np.int64]]:
    if not len(file.bones):
        held = "camera keys only" if file.cameras else "face keys only" if file.faces else "no bone keys"
        raise InputError(source, f"it holds {held}, and a dance is made of bone keys", "choose the motion of the body")
    names, group = group_names(file.bones)
    values = np.concatenate([file.bones["position"], file.bones["rotation"]], axis=1)
    with np.errstate(invalid="ignore"):
        bad = ~(np.abs(values) <= MAX_COORDINATE).all(axis=1)
    if bad.any():
        k = int(np.argmax(bad))
        raise InputError(
            source, f"the key of bone {decode_name(names[group[k]])!r} at frame {file.bones['frame'][k]} is not a"
            " possible number", "export the motion again",
        )
    matched = body.match(names)
    return names, matched, np.array(matched, dtype=np.int64)[group]


def _moved_bones(file: VmdFile, bone_of_key: NDArray[np.int64], n_bones: int) -> NDArray[np.bool_]:
    rotation = file.bones["rotation"].astype(np.float64)
    length = np.linalg.norm(rotation, axis=1)
    turned = np.linalg.norm(rotation[:, :3], axis=1) > np.sin(0.5 * _MOVED_RADIANS) * np.maximum(length, 1e-12)
    away = turned | (np.abs(file.bones["position"]) > _MOVED_UNITS).any(axis=1)
    moved = np.zeros(n_bones + 1, dtype=np.bool_)
    moved[bone_of_key[away]] = True
    return moved[:-1]


def _rig_keys(file: VmdFile, bone_of_key: NDArray[np.int64], rig: Rig, n_bones: int) -> Keys:
    to_rig = np.full(n_bones + 1, -1, dtype=np.int64)
    to_rig[rig.bones] = np.arange(len(rig.bones))
    bone = to_rig[bone_of_key]
    frame = file.bones["frame"].astype(np.int64)
    place = np.where(bone >= 0, bone << 32 | frame, -1)
    order = np.argsort(place, kind="stable")
    place = place[order]
    # Of several keys of a bone on one frame the last in the file counts.
    last = np.append(place[1:] != place[:-1], True) & (place >= 0) if len(place) else np.zeros(0, np.bool_)
    chosen = order[last]
    keys = file.bones[chosen]
    rotations = keys["rotation"].astype(np.float64)
    length = np.linalg.norm(rotations, axis=1, keepdims=True)
    rotations = np.where(length > 1e-6, rotations / np.maximum(length, 1e-6), [0.0, 0.0, 0.0, 1.0])
    starts = np.searchsorted(bone[chosen], np.arange(len(rig.bones) + 1))
    return Keys(starts.astype(np.int64), frame[chosen], keys["position"].astype(np.float64), rotations,
                bezier_handles(keys["handles"]))


def _ik_states(
    file: VmdFile, body: MmdModel, rig: Rig, keys: Keys, moved: NDArray[np.bool_], frames: int
) -> tuple[NDArray[np.bool_], list[str]]:
    owners = [int(rig.bones[b]) for b in rig.iks.owner]
    on = np.ones((frames, len(owners)), dtype=np.bool_)
    row = {plain_name(body.bones[owner].name): k for k, owner in enumerate(owners)}
    switched: dict[int, dict[int, bool]] = {}
    for switch in sorted(file.switches, key=lambda s: s.frame):
        for name, state in switch.states:
            k = row.get(plain_name(name))
            if k is not None:
                switched.setdefault(k, {})[switch.frame] = state
    for k, states in switched.items():
        latest = np.searchsorted(np.array(list(states)), np.arange(frames), side="right")
        on[:, k] = np.array([True, *states.values()])[latest]
    notes = []
    ever, always = on.any(axis=0), on.all(axis=0)
    for text, chosen in (("is switched off", ~ever), ("is switched on and off", ever & ~always)):
        if chosen.any():
            notes.append(f"The IK of {_few([body.bones[owners[k]].name for k in np.flatnonzero(chosen)])} {text}.")
    assumed: list[int] = []
    for k, owner in enumerate(owners):
        b = rig.iks.owner[k]
        places = rig.iks.link_place[rig.iks.link_start[k] : rig.iks.link_start[k + 1]]
        links = rig.iks.path[rig.iks.path_start[k] + places]
        keyed = keys.starts[b] < keys.starts[b + 1]
        turned = any(moved[rig.bones[link]] for link in links)
        if k not in switched and not keyed and (turned or body.bones[owner].parent in assumed):
            assumed.append(owner)
            on[:, k] = False
    if assumed:
        listed = _few([body.bones[owner].name for owner in assumed])
        notes.append(f"The motion turns the legs by their own bones and never keys {listed}; this IK is taken as off.")
    return on, notes


def _move(rig: Rig, joints: JointMap, keys: Keys, ik_on: NDArray[np.bool_]) -> tuple[Motion, float]:
    # Also gives by how much the joints' fixed offsets miss the model's own positions, metres, on sampled frames.
    frames = len(ik_on)
    own = np.array([rig.index.get(joints.carrier(j), -1) for j in range(N_JOINTS)])
    above = np.array([rig.index.get(joints.carrier(p), -1) for p in PARENTS])
    root = rig.index.get(joints.root, -1)
    root_rest = from_mmd(_rest(rig, root))
    offsets = joints.offsets
    motion = Motion(
        np.empty((frames, 3), np.float32), np.empty((frames, 4), np.float32),
        np.empty((frames, N_JOINTS, 4), np.float32), offsets.astype(np.float32), np.zeros(N_JOINTS, np.bool_),
    )
    off = 0.0
    step = max(_CHUNK_VALUES // (7 * len(rig.bones)), 1)
    for start in range(0, frames, step):
        stop = min(start + step, frames)
        positions, rotations = pose(rig, *evaluate_keys(keys, start, stop), ik_on[start:stop])
        # One more bone, the world, which index -1 means.
        positions = from_mmd(np.concatenate([positions, np.zeros((stop - start, 1, 3))], axis=1))
        world = np.zeros((stop - start, 1, 4))
        world[..., 3] = 1.0
        turned = np.concatenate([rotations, world], axis=1) * np.array([-1.0, -1.0, 1.0, 1.0])
        local = _relative(turned[:, above], turned[:, own])
        root_position = positions[:, root] + _turn(turned[:, root], joints.waist - root_rest)
        motion.root_positions[start:stop] = root_position
        motion.root_rotations[start:stop] = turned[:, root]
        motion.rotations[start:stop] = local
        some = slice(None, None, max((stop - start) // 50, 1))
        found, _ = forward_kinematics(root_position[some], turned[some, root], local[some], offsets)
        exact = joints.bones >= 0
        exact[[JOINTS.index("LeftToe"), JOINTS.index("RightToe")]] = False  # 足先EX may stand for them, elsewhere
        gaps = np.linalg.norm(found[:, exact] - positions[some][:, own[exact]], axis=-1)
        off = max(off, float(gaps.max()))
    return motion, off


def _rest(rig: Rig, bone: int) -> NDArray[np.float64]:
    position = np.zeros(3)
    while bone >= 0:
        position += rig.offsets[bone]
        bone = int(rig.parents[bone])
    return position


def _relative(above: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.float64]:
    # Inverse of ``above`` times ``own``, unit quaternions [..., 4].
    u, w = -above[..., :3], above[..., 3:]
    v, s = own[..., :3], own[..., 3:]
    product = np.empty_like(own)
    product[..., :3] = w * v + s * u + np.cross(u, v)
    product[..., 3:] = w * s - (u * v).sum(axis=-1, keepdims=True)
    return product


def _turn(q: NDArray[np.float64], vector: NDArray[np.float64]) -> NDArray[np.float64]:
    t = 2.0 * np.cross(q[..., :3], vector)
    return vector + q[..., 3:] * t + np.cross(q[..., :3], t)


def _few(names: list[str] | tuple[str, ...], most: int = 8) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
