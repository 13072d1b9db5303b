"""Limbs as arrays for the GPU: the round cones of a dancer, their colours, and which of them throw a shadow."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.skeleton import INDEX
from gui.draw.body import BONE_ENDS, BONE_TAPER, BONES, HAND, HEAD_RADIUS, SIDES, head_centre
from gui.draw.colours import Theme

HEAD: Final = len(BONES)
"""Row of the head; the nose follows it."""
ROWS: Final = len(BONES) + 2
_SIDES = np.array(SIDES)
SHADED: Final[NDArray[np.int64]] = np.flatnonzero([*(not hand for hand in HAND), True, False])
"""Rows that throw a shadow: all but fingers and nose."""
_GLOWING = np.flatnonzero([*(not hand for hand in HAND), True, False])
_RADII: Final[NDArray[np.float32]] = np.vstack(
    [BONE_TAPER, [[HEAD_RADIUS * 0.80, HEAD_RADIUS * 0.98]], [[0.018, 0.010]]]
).astype(np.float32)


def cones(positions: NDArray[np.floating], facing: NDArray[np.floating] | None) -> NDArray[np.float32]:
    """The limbs of one frame, float32 [ROWS, 8]: from (x, y, z), radius, to (x, y, z), radius; metres.

    ``positions`` is [53, 3]. Rows that cannot be drawn (an end is not a number, no known facing) hold NaN.
    """
    rows = np.empty((ROWS, 8), np.float32)
    ends = np.asarray(positions, np.float64)[BONE_ENDS]
    rows[:HEAD, 0:3], rows[:HEAD, 4:7] = ends[:, 0], ends[:, 1]
    rows[:, 3], rows[:, 7] = _RADII[:, 0], _RADII[:, 1]
    centre = head_centre(positions)
    up = centre - positions[INDEX["Head"]]
    up = up / max(float(np.linalg.norm(up)), 1e-6)
    rows[HEAD, 0:3], rows[HEAD, 4:7] = centre - up * 0.028, centre + up * 0.018
    if facing is None:
        rows[HEAD + 1, :] = np.nan
    else:
        look = np.asarray(facing, np.float64)
        rows[HEAD + 1, 0:3] = centre + look * (HEAD_RADIUS * 0.86) - up * 0.022
        rows[HEAD + 1, 4:7] = centre + look * (HEAD_RADIUS * 1.13) - up * 0.028
    return rows


def colours(theme: Theme, lit: Collection[int]) -> NDArray[np.float32]:
    """Colours of the limbs, float32 [ROWS, 4]: rgb in 0..1, and 1 where the limb glows."""
    shades = np.array([theme.right, theme.middle, theme.left], np.float32) / 255.0
    rows = np.zeros((ROWS, 4), np.float32)
    rows[:HEAD, :3] = shades[_SIDES + 1]
    rows[HEAD:, :3] = np.array(theme.head, np.float32) / 255.0
    chosen = lit_rows(lit)
    rows[chosen, :3] = np.array(theme.lit, np.float32) / 255.0
    rows[chosen, 3] = 1.0
    return rows


def lit_rows(lit: Collection[int]) -> NDArray[np.int64]:
    """Rows that glow: the limb above each lit joint; the head with its own joint."""
    if not lit:
        return np.zeros(0, np.int64)
    chosen = np.isin(BONE_ENDS[:, 1], list(lit))
    head = INDEX["Head"] in lit
    return np.flatnonzero([*chosen, head, head])


def glowing_rows(lit: Collection[int]) -> NDArray[np.int64]:
    """Rows that have a glow around them: the lit ones without single fingers, which would add up to a blot."""
    return np.intersect1d(lit_rows(lit), _GLOWING)
