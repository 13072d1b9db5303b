"""Hand poses: where a hand is, where its fingers and palm point, and how its fingers are bent.

A pose is written for the left hand, in metres and directions of the chest (origin at UpperBody2, +X the dancer's left,
+Z front); :func:`mirrored` gives the right hand's. Poses are vectors, so that they can be blended.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.demo.limbs import Array, rest_vector, unit

FINGERS: Final = ("Thumb", "Index", "Middle", "Ring", "Pinky")
_TARGET, _POINT, _PALM, _POLE = slice(0, 3), slice(3, 6), slice(6, 9), slice(9, 12)
_CURL, _SPREAD, _OPPOSE = slice(12, 17), 17, 18
SIZE: Final = 19

OPEN: Final = (0.05, 0.05, 0.05, 0.05, 0.05)
RELAXED: Final = (0.25, 0.25, 0.3, 0.33, 0.36)
FIST: Final = (0.7, 1.0, 1.0, 1.0, 1.0)
_CURL_ANGLES: Final = np.deg2rad([78.0, 95.0, 60.0])
_THUMB_ANGLES: Final = np.deg2rad([20.0, 45.0, 60.0])


def hand(
    target: tuple[float, float, float],
    point: tuple[float, float, float],
    palm: tuple[float, float, float],
    curl: tuple[float, float, float, float, float] = RELAXED,
    *,
    pole: tuple[float, float, float] = (0.45, -0.75, -0.5),
    spread: float = 0.1,
    oppose: float = 0.0,
) -> Array:
    """A left hand's pose, float64 [19].

    Parameters
    ----------
    target : the wrist, metres in the chest's frame
    point, palm : directions of the straight fingers and out of the palm
    curl : bend of thumb, index, middle, ring and little finger, 0 straight to 1 closed
    pole : where the elbow points to
    spread : fingers fanned out, radians between neighbours
    oppose : thumb laid across the palm, 0 to 1
    """
    return np.array([*target, *point, *palm, *pole, *curl, spread, oppose], dtype=np.float64)


def mirrored(pose: Array) -> Array:
    """The same pose [..., 19] for the other hand."""
    flipped = np.array(pose)
    flipped[..., [0, 3, 6, 9]] *= -1.0
    return flipped


def wrist_and_pole(poses: Array) -> tuple[Array, Array]:
    """Wrist targets and elbow directions [T, 3] of poses [T, 19]."""
    return poses[:, _TARGET], poses[:, _POLE]


class HandGeometry:
    """Turns hand poses into rotations for one side ("Left" or "Right")."""

    def __init__(self, side: str) -> None:
        self._side = side
        self._along = unit(rest_vector(f"{side}Wrist", f"{side}Middle1") * [1.0, 1.0, 0.0])
        down_and_in = np.cross(self._along, [0.0, 0.0, 1.0])
        self._palm = down_and_in if side == "Left" else -down_and_in
        # Fingers close towards the palm about this axis.
        self._close = np.cross(self._along, self._palm)

    def orientation(self, poses: Array) -> Array:
        """Rotation matrices [T, 3, 3] of the hand in the chest's frame."""
        from core.demo.limbs import turn_between

        return turn_between(self._along, self._palm, poses[:, _POINT], poses[:, _PALM])

    def fingers(self, poses: Array) -> dict[str, NDArray[np.float64]]:
        """Local rotations, joint name -> quaternions [T, 4], of the fifteen finger joints."""
        curls = poses[:, _CURL]
        result: dict[str, NDArray[np.float64]] = {}
        inward = 1.0 if self._side == "Left" else -1.0
        for f, finger in enumerate(FINGERS[1:]):
            fan = poses[:, _SPREAD] * (1.5 - f) * (1.0 - np.clip(curls[:, f + 1], 0.0, 1.0))
            fanned = Rotation.from_rotvec(-inward * fan[:, None] * self._palm)
            for k in range(3):
                bend = Rotation.from_rotvec(curls[:, f + 1, None] * _CURL_ANGLES[k] * self._close)
                result[f"{self._side}{finger}{k + 1}"] = (fanned * bend if k == 0 else bend).as_quat()
        # The thumb closes about an axis between its own sideways one and the fingers' length.
        thumb = unit(rest_vector(f"{self._side}Wrist", f"{self._side}Thumb0"))
        flex = unit(np.cross(thumb, 0.6 * self._palm - [0.0, 0.0, 0.8]))
        across = Rotation.from_rotvec(inward * poses[:, _OPPOSE, None] * np.deg2rad(55.0) * self._along)
        for k in range(3):
            bend = Rotation.from_rotvec(curls[:, 0, None] * _THUMB_ANGLES[k] * flex)
            result[f"{self._side}Thumb{k}"] = (across * bend if k == 0 else bend).as_quat()
        return result
