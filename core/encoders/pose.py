"""Dance vectors without a model: where the joints are and how they move, seen from the dancer.

Not from the paper: a plain comparison for the trained encoder and the fallback where there is none. A frame's vector
holds, turned so that the dancer faces front and divided by the body's size,

- the joints of the body (not the fingers) relative to the waist,
- the finger joints relative to their wrist, enlarged, since a hand is small and its shape carries the sign,
- the velocities of head, limbs and waist, times the seconds in :data:`VELOCITY_SECONDS`.

Short smoothing along the song takes the jitter of motion capture away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from core.features.segments import check_bars
from core.motion.clip import Motion
from core.skeleton import FPS, INDEX, JOINTS, N_JOINTS, forward_kinematics

FINGER_WEIGHT: Final = 3.0
VELOCITY_SECONDS: Final = 0.15
SMOOTHING: Final = 1.5
"""Standard deviation of the smoothing, frames."""
_VERSION = 1

_BODY = np.array([i for i, name in enumerate(JOINTS) if not name[-1].isdigit() or name.startswith("UpperBody")])
_FINGERS = np.array([i for i in range(N_JOINTS) if i not in _BODY])
_WRISTS = np.array([INDEX["RightWrist" if JOINTS[i].startswith("Right") else "LeftWrist"] for i in _FINGERS])
_MOVING = np.array([INDEX[name] for name in (
    "Head", "RightKnee", "RightAnkle", "LeftKnee", "LeftAnkle", "RightElbow", "RightWrist", "LeftElbow", "LeftWrist",
)])
_CHUNK = 4096


class PoseVectors:
    """A :class:`core.encoders.vectors.DanceVectors` of poses."""

    name = "poses and velocities"
    dim = 3 * (len(_BODY) + len(_FINGERS) + len(_MOVING) + 1)
    fingerprint = f"pose-{_VERSION}"

    def encode(self, motion: Motion, bars: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
        """Vectors float32 [frames, dim], zeros outside the bars; raises ValueError where a bar is not in the motion."""
        spans = check_bars(bars, len(motion))
        result = np.zeros((len(motion), self.dim), dtype=np.float32)
        if not len(spans):
            return result
        vectors = _poses(motion)
        for start, stop in spans:
            result[start:stop] = vectors[start:stop]
        return result


def _poses(motion: Motion) -> NDArray[np.float32]:
    size = body_height(motion)
    parts = []
    for start in range(0, len(motion), _CHUNK):
        low, high = max(0, start - 16), min(len(motion), start + _CHUNK + 16)  # the margin covers the smoothing
        positions, _ = motion.slice(low, high).world()
        vectors = _vectors(positions / size, np.asarray(motion.root_positions[low:high], dtype=np.float64) / size)
        parts.append(vectors[start - low : start - low + _CHUNK])
    return np.concatenate(parts)


def _vectors(positions: NDArray[np.float64], root: NDArray[np.float64]) -> NDArray[np.float32]:
    smooth = gaussian_filter1d(positions, SMOOTHING, axis=0, mode="nearest", truncate=4)
    waist = gaussian_filter1d(root, SMOOTHING, axis=0, mode="nearest", truncate=4)
    turn = front_turn(smooth)
    seen = np.concatenate([
        smooth[:, _BODY] - waist[:, None],
        FINGER_WEIGHT * (smooth[:, _FINGERS] - smooth[:, _WRISTS]),
        VELOCITY_SECONDS * FPS * _velocity(np.concatenate([smooth[:, _MOVING], waist[:, None]], axis=1)),
    ], axis=1) @ turn
    return np.asarray(seen.reshape(len(seen), -1), dtype=np.float32)


def _velocity(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.gradient(positions, axis=0) if len(positions) > 1 else np.zeros_like(positions)


def front_turn(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matrices float64 [T, 3, 3] that, multiplied from the right onto row vectors, turn the dancer's front to +Z.

    The dancer's left is the horizontal line from right to left through legs and shoulders of ``positions``
    [T, 53, 3]; where it stands upright, there is no turn.
    """
    legs, arms = (positions[:, INDEX[f"Left{part}"]] - positions[:, INDEX[f"Right{part}"]] for part in ("Leg", "Arm"))
    left = legs + arms
    length = np.hypot(left[:, 0], left[:, 2])
    clear = length > 1e-6
    cosine = np.where(clear, left[:, 0] / np.where(clear, length, 1.0), 1.0)
    sine = np.where(clear, -left[:, 2] / np.where(clear, length, 1.0), 0.0)
    turn = np.zeros((len(positions), 3, 3))
    turn[:, 0, 0] = turn[:, 2, 2] = cosine
    turn[:, 0, 2], turn[:, 2, 0] = sine, -sine
    turn[:, 1, 1] = 1.0
    return turn


def body_height(motion: Motion) -> float:
    """Height from the lower toe to the head in the rest pose, metres; 1 where the body has none."""
    identity = np.zeros((1, N_JOINTS, 4))
    identity[..., 3] = 1.0
    rest, _ = forward_kinematics(np.zeros((1, 3)), identity[:, 0], identity, motion.offsets)
    feet = min(rest[0, INDEX["RightToe"], 1], rest[0, INDEX["LeftToe"], 1])
    height = float(rest[0, INDEX["Head"], 1] - feet)
    return height if height > 1e-3 else 1.0
