"""BVH files in and out as motions of the 53 joints."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.files import read_text, write_text
from core.motion.bvh import Bone, Bvh, format_bvh, parse_bvh
from core.motion.clip import Motion, MotionReport, ReadMotion
from core.motion.resample import frame_rate, resample_linear, resample_rotations, sample_times
from core.motion.retarget import Source, refuse_far, retarget
from core.motion.rigs import ROOT_NAME, is_own
from core.motion.stance import rest_stance
from core.skeleton import FPS, INDEX, JOINTS, N_JOINTS, PARENTS

_CENTIMETRE = 0.01
_ORDERS: Final[dict[str, Literal["ZXY", "XYZ", "YXZ"]]] = {"driven": "ZXY", "rest": "XYZ", "root": "YXZ"}
_MOVES = ("xposition", "yposition", "zposition")
_TIPS = {"Head": (0.0, 0.18, 0.0), "LeftToe": (0.0, 0.0, 0.06), "RightToe": (0.0, 0.0, 0.06)}


def read_bvh(path: str | Path) -> ReadMotion:
    """Read any BVH file of a person as a motion of the 53 joints at 30 frames a second.

    Scale, axes and bone names are guessed and reported. Files of :func:`write_bvh` come back exactly; of other
    skeletons see :func:`core.motion.retarget.retarget`. Raises :class:`core.errors.InputError`.
    """
    bvh = parse_bvh(read_text(path), path)
    # A single pose has no speed, and exporters then write a frame time of zero.
    rate = frame_rate(bvh.frame_time, bvh.time_text, path) if len(bvh.values) > 1 else float(FPS)
    at = sample_times(len(bvh.values), rate, path)
    source, notes = _source(bvh, at)
    own = _read_own(bvh, source, rate, bvh.notes + notes, path)
    return own if own is not None else retarget(source, path, rate, bvh.notes + notes)


def _source(bvh: Bvh, at: NDArray[np.float64] | None) -> tuple[Source, tuple[str, ...]]:
    rotations, translations = {}, {}
    for i in range(len(bvh.bones)):
        turned, moved = bvh.rotations(i), bvh.translations(i)
        if turned is not None:
            rotations[i] = resample_rotations(turned, at)
        if moved is not None:
            translations[i] = resample_linear(moved, at)
    offsets, parents = bvh.offsets, bvh.parents
    notes: tuple[str, ...] = ()
    # Most programs write a bone's whole place into its position channels, a few only what is added to the OFFSET.
    inner = [i for i in translations if parents[i] >= 0 and np.linalg.norm(offsets[i]) > 1e-6]
    added = [i for i in inner if np.linalg.norm(np.median(translations[i], axis=0)) < 0.1 * np.linalg.norm(offsets[i])]
    if len(added) > len(inner) / 2:
        notes = ("The bones' position channels were taken as additions to their OFFSETs.",)
        for i in inner:
            translations[i] = translations[i] + offsets[i]
    names = tuple(bone.name for bone in bvh.bones)
    frames = len(bvh.values) if at is None else len(at)
    return Source(names, tuple(int(p) for p in parents), offsets, rotations, translations, frames), notes


def _read_own(
    bvh: Bvh, source: Source, rate: float, notes: tuple[str, ...], path: str | Path,
) -> ReadMotion | None:
    """The motion of a file with our own 54 bones, upright and facing +Z; None for any other file."""
    kept = [i for i, name in enumerate(source.names) if name]
    renumbered = {bone: k for k, bone in enumerate(kept)}
    names = [source.names[i] for i in kept]
    if not is_own(names, [renumbered.get(source.parents[i], -1) for i in kept]):
        return None
    bone_of = {name: kept[k] for k, name in enumerate(names)}
    moved = [i for i in source.translations if source.names[i] != ROOT_NAME]
    rest = source.rest()
    stance = rest_stance({joint: rest[None, bone_of[joint]] for joint in JOINTS})
    if moved or (stance.sane and not np.array_equal(stance.axes, np.eye(3))):
        return None
    scale = _CENTIMETRE
    head, toe = rest[bone_of["Head"]], rest[bone_of["LeftToe"]]
    if float(np.linalg.norm(head - toe)) * scale < 0.1:
        scale = 1.0  # another program has saved it in metres
    rotations = np.zeros((source.frames, N_JOINTS, 4))
    rotations[..., 3] = 1.0
    driven = np.zeros(N_JOINTS, dtype=np.bool_)
    for j, joint in enumerate(JOINTS):
        turned = source.rotations.get(bone_of[joint])
        if turned is not None:
            rotations[:, j] = turned
            driven[j] = np.abs(turned[:, :3]).max() > 1e-8
    root = bone_of[ROOT_NAME]
    orders = [bvh.bones[bone_of[joint]].channels for joint in JOINTS]
    if bvh.bones[root].channels[3:] == _turns("root") and set(orders) <= {_turns("driven"), _turns("rest")}:
        driven = np.array([order == _turns("driven") for order in orders])
    still = np.repeat([[0.0, 0.0, 0.0, 1.0]], source.frames, axis=0)
    places = source.translations.get(root)
    if places is None:
        places = np.repeat(source.offsets[root : root + 1], source.frames, axis=0)
    offsets = np.array([source.offsets[bone_of[joint]] for joint in JOINTS]) * scale
    refuse_far(float(max(np.abs(places).max() * scale, np.abs(offsets).max())), path)
    motion = Motion(
        (places * scale).astype(np.float32), source.rotations.get(root, still).astype(np.float32),
        rotations.astype(np.float32), offsets.astype(np.float32), driven,
    )
    return ReadMotion(motion, MotionReport(
        format="bvh", rig="Kotofuri", metres_per_unit=scale, source_fps=rate,
        mapped={joint: joint for joint in JOINTS}, notes=notes,
    ))


def write_bvh(path: str | Path, motion: Motion) -> None:
    """Write a motion as BVH in centimetres, Y up, at 30 Hz: the 53 joints under a bone "Root" (the waist).

    The order of a joint's rotations says whether it was driven: Z, X, Y if so, X, Y, Z if not (Y, X, Z for the root).
    Every program can read that, and :func:`read_bvh` gets the same joints back. In files that another program has
    saved in other orders, a joint counts as driven if it ever leaves the rest pose.
    Raises ValueError on a motion of no frames.
    """
    if len(motion) == 0:
        msg = "a motion of no frames cannot be written"
        raise ValueError(msg)
    bones = [Bone(ROOT_NAME, -1, (0.0, 0.0, 0.0), _MOVES + _turns("root"))]
    number = {-1: 0}
    columns = [motion.root_positions.astype(np.float64) / _CENTIMETRE, _angles(motion.root_rotations, "root")]

    def add(j: int) -> None:
        x, y, z = (float(value) / _CENTIMETRE for value in motion.offsets[j])
        number[j] = len(bones)
        kind = "driven" if motion.driven[j] else "rest"
        bones.append(Bone(JOINTS[j], number[PARENTS[j]], (x, y, z), _turns(kind)))
        columns.append(_angles(motion.rotations[:, j], kind))
        children = [k for k in range(N_JOINTS) if PARENTS[k] == j]
        for child in children:
            add(child)
        if not children:
            x, y, z = _TIPS.get(JOINTS[j], tuple(float(value) for value in motion.offsets[j]))
            bones.append(Bone("", number[j], (x / _CENTIMETRE, y / _CENTIMETRE, z / _CENTIMETRE), (), end=True))

    for top in (INDEX["LowerBody"], INDEX["UpperBody"]):
        add(top)
    values = np.concatenate(columns, axis=1)
    write_text(path, format_bvh(Bvh(tuple(bones), values, 1.0 / FPS, "0.0333333")))


def _turns(kind: str) -> tuple[str, ...]:
    """The rotation channels of the root, of a driven joint, or of one at rest."""
    return tuple(f"{axis.lower()}rotation" for axis in _ORDERS[kind])


def _angles(quaternions: NDArray[np.floating], kind: str) -> NDArray[np.float64]:
    """Degrees in the order of those channels, float64 [T, 3]."""
    with warnings.catch_warnings():
        # Where the middle angle is 90 degrees the others are one; scipy sets one to zero, which loses nothing.
        warnings.filterwarnings("ignore", message="Gimbal lock")
        return np.asarray(Rotation.from_quat(quaternions).as_euler(_ORDERS[kind], degrees=True), dtype=np.float64)
