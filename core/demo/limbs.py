"""Arms and legs from where hands and feet are to be: two-bone inverse kinematics, all frames at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.skeleton import INDEX, REST_POSITIONS

Array = NDArray[np.float64]


def unit(vectors: Array) -> Array:
    """Vectors [..., 3] scaled to length 1."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float64)


def frame_of(first: Array, second: Array) -> Array:
    """Rotation matrices [..., 3, 3] whose first column is ``first`` and whose second leans towards ``second``."""
    a = unit(first)
    b = unit(second - (second * a).sum(-1, keepdims=True) * a)
    return np.stack([a, b, np.cross(a, b)], axis=-1)


def turn_between(rest_first: Array, rest_second: Array, first: Array, second: Array) -> Array:
    """Rotation matrices [T, 3, 3] that bring the rest pair of directions onto the pairs [T, 3]."""
    return np.asarray(frame_of(first, second) @ frame_of(rest_first, rest_second).T, dtype=np.float64)


@dataclass(frozen=True)
class Limb:
    """A limb's rest geometry: two bones that bend in one plane.

    Attributes
    ----------
    upper, lower : float64 [3]
        Rest vectors of the two bones, metres.
    pole : float64 [3]
        Where the middle joint points to in the rest pose (elbows back, knees forward).
    """

    upper: Array
    lower: Array
    pole: Array

    def solve(self, root: Array, target: Array, pole: Array) -> tuple[Array, Array]:
        """World rotations [T, 3, 3] of the two bones for limb roots, targets and pole directions, each [T, 3].

        A target out of reach is approached to 99.5 % of the limb's length, so that the middle joint never locks.
        """
        a, b = np.linalg.norm(self.upper), np.linalg.norm(self.lower)
        way = target - root
        reach = np.linalg.norm(way, axis=-1, keepdims=True)
        straight = way / np.maximum(reach, 1e-9)
        reach = np.clip(reach, abs(a - b) + 0.08, 0.995 * (a + b))
        side = unit(pole - (pole * straight).sum(-1, keepdims=True) * straight)
        cosine = np.clip((a**2 + reach**2 - b**2) / (2 * a * reach), -1.0, 1.0)
        upper = a * (cosine * straight + np.sqrt(1 - cosine**2) * side)
        lower = reach * straight - upper
        normal = np.cross(side, straight)
        rest_normal = np.cross(self.pole, unit(self.upper + self.lower))
        return (
            turn_between(self.upper, rest_normal, upper, normal),
            turn_between(self.lower, rest_normal, lower, normal),
        )


def rest_vector(start: str, stop: str) -> Array:
    """Vector between two joints in the rest pose, metres."""
    return np.asarray(REST_POSITIONS[INDEX[stop]] - REST_POSITIONS[INDEX[start]], dtype=np.float64)


def arm(side: str) -> Limb:
    """The "Left" or "Right" arm of the bundled body."""
    return Limb(rest_vector(f"{side}Arm", f"{side}Elbow"), rest_vector(f"{side}Elbow", f"{side}Wrist"),
                np.array([0.0, 0.0, -1.0]))


def leg(side: str) -> Limb:
    """The "Left" or "Right" leg of the bundled body."""
    return Limb(rest_vector(f"{side}Leg", f"{side}Knee"), rest_vector(f"{side}Knee", f"{side}Ankle"),
                np.array([0.0, 0.0, 1.0]))
