"""A motion of the 53 joints at 30 frames a second: what every reader gives and every writer takes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.skeleton import INDEX, N_JOINTS, PARENTS, forward_kinematics


@dataclass(frozen=True)
class Motion:
    """A motion at 30 frames a second, in the conventions of :mod:`core.skeleton`.

    The root is the waist: it takes what MMD spreads over 全ての親, センター, グルーブ and 腰, or the hips of a BVH.

    Attributes
    ----------
    root_positions : float32 [T, 3]
        Metres.
    root_rotations : float32 [T, 4]
        Unit quaternions (x, y, z, w).
    rotations : float32 [T, 53, 4]
        Unit quaternions relative to the kinematic parent; identity is the rest pose.
    offsets : float32 [53, 3]
        Rest offset of each joint from its kinematic parent, metres: the dancer's own body.
    driven : bool [53]
        Which joints the source really moved; the others stay at rest.
    """

    root_positions: NDArray[np.float32]
    root_rotations: NDArray[np.float32]
    rotations: NDArray[np.float32]
    offsets: NDArray[np.float32]
    driven: NDArray[np.bool_]

    def __post_init__(self) -> None:
        frames = len(self.root_positions)
        shapes = {
            "root_positions": (frames, 3), "root_rotations": (frames, 4), "rotations": (frames, N_JOINTS, 4),
            "offsets": (N_JOINTS, 3), "driven": (N_JOINTS,),
        }
        for name, shape in shapes.items():
            got = getattr(self, name).shape
            if got != shape:
                msg = f"Motion.{name} has shape {got}, expected {shape}"
                raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.root_positions)

    def slice(self, start: int, stop: int) -> Motion:
        """Frames ``start`` to ``stop`` (exclusive), as views."""
        return replace(
            self,
            root_positions=self.root_positions[start:stop],
            root_rotations=self.root_rotations[start:stop],
            rotations=self.rotations[start:stop],
        )

    def world(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Joint positions float64 [T, 53, 3] in metres and world rotations float64 [T, 53, 4]."""
        return forward_kinematics(self.root_positions, self.root_rotations, self.rotations, self.offsets)

    def body_rotations(self) -> NDArray[np.float64]:
        """Local rotations float64 [T, 53, 4] with the root's turn folded into UpperBody and LowerBody.

        Sources disagree on whether a turn of the whole body is written on the centre or on the two
        bodies; this is the same either way, so features use it.
        """
        folded = np.array(self.rotations, dtype=np.float64)
        if len(self):
            root = Rotation.from_quat(self.root_rotations)
            for name in ("UpperBody", "LowerBody"):
                j = INDEX[name]
                assert PARENTS[j] < 0
                folded[:, j] = (root * Rotation.from_quat(self.rotations[:, j])).as_quat()
        return folded


@dataclass(frozen=True)
class MotionReport:
    """What a reader found and guessed, to be shown to the user and kept in the corpus.

    Attributes
    ----------
    format : str
        "bvh" or "vmd".
    rig : str
        Name of the rig whose bone names fitted ("CMU", "Mixamo", "MMD standard", ...).
    metres_per_unit : float
        The scale that was guessed or is fixed by the format.
    up_axis, front_axis : str
        Axes of the source as "+Y", "-Z" and so on.
    source_fps : float
        Frame rate of the source before resampling to 30.
    mapped : dict
        Joint name -> source bone name.
    unmatched : tuple of str
        Source bones that no joint took.
    notes : tuple of str
        One sentence each, in plain words.
    """

    format: str
    rig: str = ""
    metres_per_unit: float = 1.0
    up_axis: str = "+Y"
    front_axis: str = "+Z"
    source_fps: float = 30.0
    mapped: dict[str, str] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadMotion:
    """A motion and how it was read."""

    motion: Motion
    report: MotionReport
