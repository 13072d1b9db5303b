"""What is drawn between the joints: bones with their widths, the head and the palms; GL and QPainter both use it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.skeleton import INDEX, JOINTS

HEAD_RADIUS: Final = 0.095
"""Metres."""


def _bones() -> list[tuple[int, int, float]]:
    body = [("LowerBody", "UpperBody", 0.085), ("UpperBody", "UpperBody2", 0.085), ("UpperBody2", "Neck", 0.075),
            ("Neck", "Head", 0.042)]
    fingers = ("Thumb", "Index", "Middle", "Ring", "Pinky")
    for side in ("Right", "Left"):
        body += [("LowerBody", f"{side}Leg", 0.075), (f"{side}Leg", f"{side}Knee", 0.062),
                 (f"{side}Knee", f"{side}Ankle", 0.045), (f"{side}Ankle", f"{side}Toe", 0.036),
                 ("Neck", f"{side}Shoulder", 0.050), (f"{side}Shoulder", f"{side}Arm", 0.048),
                 (f"{side}Arm", f"{side}ArmTwist", 0.040), (f"{side}ArmTwist", f"{side}Elbow", 0.037),
                 (f"{side}Elbow", f"{side}Wrist", 0.030)]
        for finger in fingers:
            numbers = (0, 1, 2) if finger == "Thumb" else (1, 2, 3)
            names = [f"{side}{finger}{i}" for i in numbers]
            body.append((f"{side}Wrist", names[0], 0.013 if finger == "Thumb" else 0.014))
            body += [(names[0], names[1], 0.0105), (names[1], names[2], 0.0095)]
    return [(INDEX[a], INDEX[b], radius) for a, b, radius in body]


BONES: Final[tuple[tuple[int, int, float], ...]] = tuple(_bones())
"""(joint, joint, radius in metres) of every limb that is drawn."""
BONE_ENDS: Final[NDArray[np.int64]] = np.array([(a, b) for a, b, _ in BONES])
BONE_RADII: Final[NDArray[np.float64]] = np.array([r for _, _, r in BONES])
SIDES: Final[tuple[int, ...]] = tuple(
    1 if JOINTS[b].startswith("Left") else -1 if JOINTS[b].startswith("Right") else 0 for _, b, _ in BONES
)
"""Of each bone: 1 left, -1 right, 0 middle; the sides are drawn in two shades so that a turn can be read."""
HAND: Final[tuple[bool, ...]] = tuple(
    any(f in JOINTS[b] for f in ("Thumb", "Index", "Middle", "Ring", "Pinky")) for _, b, _ in BONES
)


def head_centre(positions: NDArray[np.floating]) -> NDArray[np.float64]:
    """Middle of the head's ball of every frame, float64 [..., 3], from joint positions [..., 53, 3]."""
    head, neck = positions[..., INDEX["Head"], :], positions[..., INDEX["Neck"], :]
    up = np.asarray(head - neck, np.float64)
    length = np.linalg.norm(up, axis=-1, keepdims=True)
    return np.asarray(head + up / np.maximum(length, 1e-6) * HEAD_RADIUS * 0.9, np.float64)


def moved_most(positions: NDArray[np.floating], count: int = 6) -> tuple[int, ...]:
    """Joints that moved most in a stretch, measured from the hips, strongest first.

    ``positions`` is [T, 53, 3]; the way each joint travels relative to LowerBody counts, fingertips standing in for
    their chain only where they move beyond their wrist.
    """
    if len(positions) < 2:
        return ()
    local = np.asarray(positions, np.float64) - positions[:, INDEX["LowerBody"], None, :]
    travel = np.linalg.norm(np.diff(local, axis=0), axis=-1).sum(axis=0)
    order = np.argsort(-travel, kind="stable")
    return tuple(int(j) for j in order[:count] if travel[j] > 0.02)
