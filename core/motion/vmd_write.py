"""The 53 joints back to VMD: one bone a joint, センター for the root, IK off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.files import replacing
from core.motion.clip import Motion
from core.motion.mmd_bytes import VMD_NAME_BYTES, encode_name
from core.motion.mmd_curves import reduce_keys
from core.motion.vmd import BONE_KEY, IkSwitch, VmdFile, linear_handles, serialise_vmd
from core.skeleton import MMD_UNIT, REST_CENTER, REST_ROOT, VMD_NAMES

_IK_BONES = ("左足ＩＫ", "右足ＩＫ", "左つま先ＩＫ", "右つま先ＩＫ")
_CENTER = "センター"
_REST_RADIANS = 1e-6
_REST_METRES = 1e-7


def write_vmd(
    path: str | Path,
    motion: Motion,
    model_name: str = "Kotofuri",
    rotation_tolerance: float = 0.0,
    position_tolerance: float = 0.0,
) -> None:
    """Write a motion as a VMD file.

    The joints' turns are written on their bones, the root on センター, and the IKs of legs and toes are switched off
    at frame 0. Lengths of limbs are not in a VMD file: MMD plays it on any model, with that model's own limbs, and the
    height of the waist stays the dancer's. Reading back gives the same positions for the bundled body only; the turns
    are the same for every body.

    Parameters
    ----------
    path : Path
    motion : Motion
        At least one frame, all values finite.
    model_name : str
        Shown by MMD when it loads the file; cut at 20 bytes.
    rotation_tolerance : float
        Radians. With both tolerances 0 every frame gets a key, but for stretches in which a bone does not change. Else
        a key is left out where interpolation between the kept ones comes within the tolerance at every frame.
    position_tolerance : float
        Metres, of the waist.

    Raises
    ------
    ValueError
        For an empty motion or one with values that are not finite.
    """
    parts = (motion.root_positions, motion.root_rotations, motion.rotations)
    if not len(motion) or not all(np.isfinite(part).all() for part in parts):
        msg = f"a motion to write needs at least one frame and finite values, got {len(motion)} frames"
        raise ValueError(msg)
    blocks = [_center_keys(motion, rotation_tolerance, position_tolerance)]
    still = np.zeros((len(motion), 3), np.float32)
    for joint, name in enumerate(VMD_NAMES):
        rotations = _to_mmd(motion.rotations[:, joint])
        if _turn_from_rest(rotations) > max(rotation_tolerance, _REST_RADIANS):
            keep = _kept(rotations, still, rotation_tolerance, position_tolerance)
            blocks.append(_block(name, keep, rotations, still))
    off = IkSwitch(0, tuple((name, False) for name in _IK_BONES))
    data = serialise_vmd(VmdFile(model_name, np.concatenate(blocks), (off,)))
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def _center_keys(motion: Motion, rotation_tolerance: float, position_tolerance: float) -> NDArray[np.void]:
    # センター turns about its own rest position, which lies below the waist.
    arm = REST_ROOT - REST_CENTER
    shifts = motion.root_positions - REST_CENTER - Rotation.from_quat(motion.root_rotations).apply(arm)
    positions = np.asarray(shifts / MMD_UNIT * np.array([1.0, 1.0, -1.0]), dtype=np.float32)
    rotations = _to_mmd(motion.root_rotations)
    keep = _kept(rotations, positions, rotation_tolerance, position_tolerance)
    # The last key carries the length of the motion.
    keep[-1] = True
    return _block(_CENTER, keep, rotations, positions)


def _to_mmd(rotations: NDArray[np.floating]) -> NDArray[np.float32]:
    turned = np.asarray(rotations, dtype=np.float64) * np.array([-1.0, -1.0, 1.0, 1.0])
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    # q and -q are one turn; steady signs make equal turns equal numbers.
    flips = np.cumprod(np.where((turned[1:] * turned[:-1]).sum(axis=1) < 0.0, -1.0, 1.0))
    turned[1:] *= flips[:, None]
    return np.asarray(turned, dtype=np.float32)


def _turn_from_rest(rotations: NDArray[np.float32]) -> float:
    return float(2.0 * np.arcsin(np.clip(np.linalg.norm(rotations[:, :3], axis=1).max(), 0.0, 1.0)))


def _kept(
    rotations: NDArray[np.float32], positions: NDArray[np.float32], rotation_tolerance: float,
    position_tolerance: float,
) -> NDArray[np.bool_]:
    values = np.concatenate([rotations, positions], axis=1)
    changes = (values[1:] != values[:-1]).any(axis=1)
    if not changes.any() or max(rotation_tolerance, position_tolerance) <= 0.0:
        keep = np.append(True, changes)
        keep[:-1] |= changes
        keep[0] = True
        return keep
    return reduce_keys(
        rotations.astype(np.float64), positions.astype(np.float64), max(rotation_tolerance, _REST_RADIANS),
        max(position_tolerance, _REST_METRES) / MMD_UNIT,
    )


def _block(
    name: str, keep: NDArray[np.bool_], rotations: NDArray[np.float32], positions: NDArray[np.float32]
) -> NDArray[np.void]:
    frames = np.flatnonzero(keep)
    block = np.zeros(len(frames), dtype=BONE_KEY)
    raw = encode_name(name, VMD_NAME_BYTES)
    block["name"][:, : len(raw)] = np.frombuffer(raw, np.uint8)
    block["frame"] = frames
    block["position"] = positions[frames]
    block["rotation"] = rotations[frames]
    block["handles"] = linear_handles()
    return block
