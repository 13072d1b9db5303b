"""Small motions for the tests of features and encoders."""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from core.motion.clip import Motion
from core.skeleton import N_JOINTS, REST_OFFSETS, REST_ROOT


def smooth_motion(frames: int, seed: int = 0, amount: float = 0.5) -> Motion:
    rng = np.random.default_rng(seed)

    def noise(*shape: int) -> np.ndarray:
        return 3 * gaussian_filter1d(rng.normal(size=(frames, *shape)), 4, axis=0)

    turns = Rotation.from_rotvec((amount * noise(N_JOINTS, 3)).reshape(-1, 3)).as_quat()
    root = Rotation.from_rotvec(noise(3) * [0.2, 1.0, 0.2]).as_quat()
    return Motion(
        (REST_ROOT + 0.2 * noise(3)).astype(np.float32), root.astype(np.float32),
        turns.reshape(frames, N_JOINTS, 4).astype(np.float32), REST_OFFSETS.astype(np.float32), np.ones(N_JOINTS, bool),
    )


def resting_motion(frames: int) -> Motion:
    rotations = np.zeros((frames, N_JOINTS, 4), np.float32)
    rotations[..., 3] = 1
    return Motion(
        np.tile(REST_ROOT.astype(np.float32), (frames, 1)), rotations[:, 0].copy(), rotations,
        REST_OFFSETS.astype(np.float32), np.zeros(N_JOINTS, bool),
    )
