"""Changed copies of a motion for training: mirrored, turned, resized, with resting fingers.

Not from the paper. Used for the bundled encoder, which has to serve dancers it never saw.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.motion.clip import Motion
from core.skeleton import JOINTS, MIRROR

_FINGERS: Final = np.array([name[-1].isdigit() and not name.startswith("UpperBody") for name in JOINTS])


@dataclass(frozen=True)
class Augmentation:
    """How a song's motion is changed each time it is read.

    Attributes
    ----------
    mirror : float
        Chance of swapping left and right.
    turn : bool
        Turn about the vertical by any angle.
    size : float
        Largest change of the body's size, as a share.
    still_fingers : float
        Chance of resting fingers, as motion capture without fingers gives them.
    """

    mirror: float = 0.5
    turn: bool = True
    size: float = 0.1
    still_fingers: float = 0.25

    def apply(self, motion: Motion, rng: np.random.Generator) -> Motion:
        """A changed copy; takes the same count of random numbers whatever they are."""
        mirror, angle, size, still = rng.random(4)
        if mirror < self.mirror:
            motion = mirrored(motion)
        if self.turn:
            motion = turned(motion, 2 * np.pi * angle)
        if self.size:
            motion = resized(motion, 1 + self.size * (2 * size - 1))
        return with_still_fingers(motion) if still < self.still_fingers else motion


def mirrored(motion: Motion) -> Motion:
    """Left and right swapped."""
    order = np.array(MIRROR)
    points, turns = np.array([-1, 1, 1], np.float32), np.array([1, -1, -1, 1], np.float32)
    return Motion(
        motion.root_positions * points, motion.root_rotations * turns, motion.rotations[:, order] * turns,
        motion.offsets[order] * points, motion.driven[order],
    )


def turned(motion: Motion, angle: float) -> Motion:
    """Turned about the vertical through the origin by ``angle`` radians."""
    turn = Rotation.from_rotvec([0.0, angle, 0.0])
    if not len(motion):
        return motion
    return replace(
        motion,
        root_positions=_single(turn.apply(motion.root_positions)),
        root_rotations=_single((turn * Rotation.from_quat(motion.root_rotations)).as_quat()),
    )


def resized(motion: Motion, factor: float) -> Motion:
    """Body and path ``factor`` times as large."""
    return replace(
        motion, root_positions=_single(motion.root_positions * factor), offsets=_single(motion.offsets * factor)
    )


def with_still_fingers(motion: Motion) -> Motion:
    """All finger joints at rest and marked as not driven."""
    rotations = motion.rotations.copy()
    rotations[:, _FINGERS] = (0, 0, 0, 1)
    return replace(motion, rotations=rotations, driven=motion.driven & ~_FINGERS)


def _single(values: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.asarray(values, dtype=np.float32)
