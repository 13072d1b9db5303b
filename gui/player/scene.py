"""What the player shows at one moment, free of how it is drawn; GL and QPainter both draw a :class:`Scene`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gui.draw.camera import Camera
from gui.draw.colours import Theme


@dataclass(frozen=True)
class Ghost:
    """Another frame of a dancer, drawn as a faint silhouette.

    ``positions`` is [53, 3] in metres; ``coming`` says that the frame lies ahead.
    """

    positions: NDArray[np.float64]
    opacity: float
    coming: bool


@dataclass(frozen=True)
class Figure:
    """One dancer.

    Attributes
    ----------
    positions : float64 [53, 3]
        Metres, mirrored already where the player mirrors. Limbs whose ends are not numbers are not drawn.
    facing : float64 [3] or None
        Where the face looks.
    camera : Camera
        Every dancer has one, so that all are seen from the same side.
    centre : float
        Where the camera's target lies in the picture, as a share of its width.
    label : str
        Written under the dancer.
    ghosts : tuple of Ghost
        Farthest in time first.
    trace : float64 [n, 3] or None
        The way over the floor, oldest first.
    """

    positions: NDArray[np.float64]
    facing: NDArray[np.float64] | None
    camera: Camera
    centre: float = 0.5
    label: str = ""
    ghosts: tuple[Ghost, ...] = ()
    trace: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Scene:
    """A picture of the player.

    Attributes
    ----------
    theme : Theme
    figures : tuple of Figure
    lit : frozenset of int
        Joints that glow.
    grid : bool
        Whether the floor shows its grid.
    reach : float
        Metres from a dancer at which the grid has faded away.
    """

    theme: Theme
    figures: tuple[Figure, ...]
    lit: frozenset[int] = frozenset()
    grid: bool = True
    reach: float = 4.0


STEP = 0.5
"""Metres between the lines of the grid."""


def columns(count: int) -> tuple[float, ...]:
    """Centres of dancers that are spread evenly, as shares of the picture's width."""
    return tuple((i + 0.5) / count for i in range(count))
