"""The 120 affective features of a frame: 40 quantities of the pose, their first and their second differences.

Source: Watanabe & Goto, NAACL 2025, section 3 (affective features). The order of the 40: five triangle areas
(m2), the volume of the axis-aligned bounding box of all joints (m3), ten distances (m), ten finger bends, fourteen
bends of the body. A bend is the angle at the middle of three joints in units of pi: 1 is straight, 0 folded back.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.features.segments import frame_differences
from core.skeleton import INDEX

_TRIANGLES = (
    "Head RightWrist LeftWrist", "Head LowerBody RightWrist", "Head LowerBody LeftWrist",
    "LowerBody RightWrist LeftWrist", "LowerBody RightAnkle LeftAnkle",
)
_DISTANCES = (
    "Head RightWrist", "Head LeftWrist", "Head LowerBody", "RightWrist LeftWrist", "LowerBody RightWrist",
    "LowerBody LeftWrist", "RightShoulder RightWrist", "LeftShoulder LeftWrist", "LowerBody RightElbow",
    "LowerBody LeftElbow",
)
_FINGER_BENDS = tuple(
    " ".join(f"{side}{finger}{i}" for i in ((0, 1, 2) if finger == "Thumb" else (1, 2, 3)))
    for side in ("Right", "Left") for finger in ("Thumb", "Index", "Middle", "Ring", "Pinky")
)
_BENDS = (
    "RightShoulder RightElbow RightWrist", "LeftShoulder LeftElbow LeftWrist", "Head UpperBody LowerBody",
    "Head Neck RightElbow", "Head Neck LeftElbow", "Neck RightElbow RightWrist", "Neck LeftElbow LeftWrist",
    "Neck RightWrist LowerBody", "Neck LeftWrist LowerBody", "LowerBody RightKnee RightAnkle",
    "LowerBody LeftKnee LeftAnkle", "LeftKnee LowerBody RightKnee", "UpperBody LowerBody RightKnee",
    "UpperBody LowerBody LeftKnee",
)


def _indices(names: tuple[str, ...]) -> NDArray[np.int64]:
    return np.array([[INDEX[joint] for joint in line.split()] for line in names], dtype=np.int64).T


_TRIANGLE_JOINTS, _DISTANCE_JOINTS = _indices(_TRIANGLES), _indices(_DISTANCES)
_BEND_JOINTS = _indices(_FINGER_BENDS + _BENDS)

QUANTITY_NAMES: Final[tuple[str, ...]] = (
    *(f"area {line}" for line in _TRIANGLES), "volume of the bounding box",
    *(f"distance {line}" for line in _DISTANCES), *(f"bend {line}" for line in _FINGER_BENDS + _BENDS),
)
"""Name of each of the 40 quantities, in order."""
NO_LENGTH: Final = 1e-4
"""Joints closer than this, metres, have no direction between them: their bend is 0, not the angle of rounding noise.
In the bundled body, and many MMD models, UpperBody and LowerBody meet, so that three of the forty stay 0."""
N_AFFECTIVE: Final = 3 * len(QUANTITY_NAMES)


def affective_features(positions: NDArray[np.floating]) -> NDArray[np.float32]:
    """The features of one bar, not scaled.

    Parameters
    ----------
    positions : float [T, 53, 3]
        World positions of the bar's frames, metres.

    Returns
    -------
    float32 [T, 120]
        The 40 quantities, their frame differences, their second differences (see
        :mod:`core.features.segments` for a bar's edges).
    """
    return bars_affective(positions, np.array([len(positions)], dtype=np.int64))


def bars_affective(positions: NDArray[np.floating], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
    """Features float32 [N, 120] of bars that lie one after the other, from positions [N, 53, 3] and their lengths."""
    if not len(positions):
        return np.empty((0, N_AFFECTIVE), dtype=np.float32)
    quantities = affective_quantities(positions)
    return np.concatenate([quantities, *frame_differences(quantities, lengths)], axis=1).astype(np.float32)


def affective_quantities(positions: NDArray[np.floating]) -> NDArray[np.float64]:
    """The 40 quantities, float64 [T, 40], of world positions [T, 53, 3] in metres; bends are 0 where joints meet."""
    points = np.asarray(positions, dtype=np.float64)
    a, b, c = (points[:, joints] for joints in _TRIANGLE_JOINTS)
    areas = _norm(_cross(b - a, c - a)) / 2
    volume = np.prod(points.max(axis=1) - points.min(axis=1), axis=-1)
    a, b = (points[:, joints] for joints in _DISTANCE_JOINTS)
    distances = _norm(a - b)
    a, b, c = (points[:, joints] for joints in _BEND_JOINTS)
    first, second = a - b, c - b
    # arctan2 of the cross and the dot product is exact near 0 and pi, where arccos is not.
    bends = np.arctan2(_norm(_cross(first, second)), np.einsum("tji,tji->tj", first, second)) / np.pi
    bends[np.minimum(_norm(first), _norm(second)) < NO_LENGTH] = 0.0
    return np.concatenate([areas, volume[:, None], distances, bends], axis=1)


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y, z = (a[..., i] for i in range(3))
    u, v, w = (b[..., i] for i in range(3))
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], axis=-1)


def _norm(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", vectors, vectors)), dtype=np.float64)
