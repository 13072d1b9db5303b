"""The 29 parameters of a joint in a frame.

Source: Watanabe & Goto, NAACL 2025, section 3 (joint parameters); the order below is ours.

====== =====================================================================================
0-2    sine of roll, pitch, yaw
3-5    cosine of roll, pitch, yaw
6-11   frame differences of 0-5
12-17  second differences of 0-5
18-20  position X, Y, Z in the world, with the bar's mean X and Z over all its frames and joints
       taken away, metres
21     speed, metres a second (central differences of the position)
22     change of the speed, metres a second a frame (central differences)
23-25  frame differences of the position in the UpperBody frame, metres
26-28  second differences of the same
====== =====================================================================================

Roll, pitch and yaw are the angles about Z, X and Y of the joint's local rotation taken as yaw, then pitch,
then roll (scipy's intrinsic "YXZ", MMD's own order), the root's turn folded into UpperBody and LowerBody.
At gimbal lock (pitch of a quarter turn) the roll is zero. Differences never leave the bar; see
:mod:`core.features.segments` for its edges.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.features.segments import bar_starts, central_differences, frame_differences
from core.motion.clip import Motion
from core.skeleton import FPS, INDEX, N_JOINTS

N_PARAMETERS: Final = 29
PARAMETER_NAMES: Final[tuple[str, ...]] = (
    *(f"{prefix}{function} {angle}" for prefix in ("", "d ", "dd ")
      for function in ("sin", "cos") for angle in ("roll", "pitch", "yaw")),
    "x", "y", "z", "speed", "d speed",
    *(f"{prefix} body {axis}" for prefix in ("d", "dd") for axis in "xyz"),
)
"""Name of each parameter, in order."""


def joint_parameters(motion: Motion) -> NDArray[np.float32]:
    """The parameters of a motion taken as one bar, float32 [T, 53, 29], not scaled."""
    positions, world = motion.world()
    lengths = np.array([len(motion)], dtype=np.int64)
    return bars_parameters(motion.body_rotations(), positions, world[:, INDEX["UpperBody"]], lengths)


def bars_parameters(
    rotations: NDArray[np.float64],
    positions: NDArray[np.float64],
    upper_body: NDArray[np.float64],
    lengths: NDArray[np.int64],
) -> NDArray[np.float32]:
    """The parameters of several bars that lie one after the other.

    Parameters
    ----------
    rotations : float64 [N, 53, 4]
        Local rotations as :meth:`Motion.body_rotations` gives them.
    positions : float64 [N, 53, 3]
        World positions, metres.
    upper_body : float64 [N, 4]
        World rotation of UpperBody.
    lengths : int64 [bars]
        Frames of each bar; they sum to N.

    Returns
    -------
    float32 [N, 53, 29]
    """
    result = np.empty((len(positions), N_JOINTS, N_PARAMETERS), dtype=np.float32)
    if not len(positions):
        return result
    result[..., 0:6] = angles = euler_sines(rotations)
    result[..., 6:12], result[..., 12:18] = frame_differences(angles, lengths)

    centred = _centre(positions, lengths)
    result[..., 18:21] = centred
    velocity = central_differences(centred, lengths)
    speed = FPS * np.sqrt(velocity[..., 0] ** 2 + velocity[..., 1] ** 2 + velocity[..., 2] ** 2)
    result[..., 21] = speed
    result[..., 22] = central_differences(speed, lengths)

    relative = (positions - positions[:, INDEX["UpperBody"], None]).astype(np.float32)
    turned = relative @ Rotation.from_quat(upper_body).as_matrix().astype(np.float32)  # rows times R: the inverse turn
    result[..., 23:26], result[..., 26:29] = frame_differences(turned, lengths)
    return result


def euler_sines(rotations: NDArray[np.float64]) -> NDArray[np.float32]:
    """Sine of roll, pitch, yaw, then their cosines, of unit quaternions; float32 [..., 6] from [..., 4].

    Read from the rotation matrix without going through the angles: scipy's ``as_euler("YXZ")`` gives the same
    and is some ten times slower.
    """
    x, y, z, w = (rotations[..., i] for i in range(4))
    sin_pitch = np.clip(2 * (x * w - y * z), -1.0, 1.0)
    cos_pitch = np.sqrt(1.0 - sin_pitch * sin_pitch)
    result = np.empty((*rotations.shape[:-1], 6), dtype=np.float32)
    locked = cos_pitch < 1e-6
    scale = 1.0 / np.where(locked, 1.0, cos_pitch)
    result[..., 0] = np.where(locked, 0.0, 2 * (x * y + w * z) * scale)
    result[..., 1] = sin_pitch
    result[..., 2] = np.where(locked, 2 * (w * y - x * z), 2 * (x * z + w * y) * scale)
    result[..., 3] = np.where(locked, 1.0, (1 - 2 * (x * x + z * z)) * scale)
    result[..., 4] = cos_pitch
    result[..., 5] = np.where(locked, 1 - 2 * (y * y + z * z), (1 - 2 * (x * x + y * y)) * scale)
    return result


def _centre(positions: NDArray[np.float64], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    means = np.add.reduceat(positions.mean(axis=1), bar_starts(lengths), axis=0) / lengths[:, None]
    means[:, 1] = 0.0
    return np.asarray(positions - np.repeat(means, lengths, axis=0)[:, None], dtype=np.float32)
