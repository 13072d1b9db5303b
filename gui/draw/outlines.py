"""Outlines of round cones: two circles and the straight lines that touch both, on the picture or on the floor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ARC = 11
"""Points of each half circle."""


def outlines(ends: NDArray[np.floating], radii: NDArray[np.floating]) -> NDArray[np.float64]:
    """Outlines of limbs, all the same way round.

    Parameters
    ----------
    ends : [n, 2, 2]
        The two ends of each limb.
    radii : [n, 2]

    Returns
    -------
    float64 [n, 22, 2]
        Points 0 to 10 go round the first end, 11 to 21 round the second.
    """
    ends, radii = np.asarray(ends, np.float64), np.asarray(radii, np.float64)
    along = ends[:, 1] - ends[:, 0]
    length = np.hypot(along[:, 0], along[:, 1])
    turn = np.arctan2(along[:, 1], along[:, 0])
    # Where one circle lies inside the other, the lines that touch both do not exist: the larger circle is all.
    lean = np.arccos(np.clip((radii[:, 0] - radii[:, 1]) / np.maximum(length, 1e-9), -1.0, 1.0))
    share = np.linspace(0.0, 1.0, _ARC)
    around_first = turn[:, None] + lean[:, None] + share * (2 * np.pi - 2 * lean)[:, None]
    around_second = turn[:, None] - lean[:, None] + share * (2 * lean)[:, None]
    result = np.empty((len(ends), 2 * _ARC, 2))
    for part, angles, end in ((slice(0, _ARC), around_first, 0), (slice(_ARC, None), around_second, 1)):
        circle = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        result[:, part] = ends[:, end, None] + radii[:, end, None, None] * circle
    return result


def floor_outlines(ends: NDArray[np.floating], radii: NDArray[np.floating]) -> NDArray[np.float64]:
    """Outlines on the floor right under limbs, float64 [n, 22, 3]; ``ends`` is [n, 2, 3], ``radii`` [n, 2], metres."""
    flat = outlines(np.asarray(ends)[..., [0, 2]], radii)
    result = np.zeros((*flat.shape[:2], 3))
    result[..., 0], result[..., 2] = flat[..., 0], flat[..., 1]
    return result
