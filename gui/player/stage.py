"""Puts the dancers on the stage: where the camera follows each of them, and which frames are shown at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.pipeline.song import Dance
from core.skeleton import FPS, INDEX
from gui.draw.body import HEAD_RADIUS, head_centre
from gui.draw.camera import Camera
from gui.draw.colours import Theme
from gui.player.scene import STEP, Figure, Ghost, Scene, columns

MOST: Final = 5
"""Dancers at most: the song's own and four companions."""
GHOST_FRAMES: Final = (-15, 15, -10, 10, -5, 5)
"""Frames shown as ghosts, relative to the present one, farthest first."""
_REACH = 4.5
TRACE_FRAMES: Final = 4 * FPS
_HIPS = INDEX["LowerBody"]
_CUT = 0.3
"""Metres from one frame to the next that no dancer goes: a cut."""
_EYE_HEIGHT = 0.86
"""Metres above the floor that a camera which does not know better looks at."""


def smoothed(values: NDArray[np.floating], sigma: float, cut: float = np.inf) -> NDArray[np.float64]:
    """A way through time, smoothed by a Gaussian.

    Parameters
    ----------
    values : [T, n]
        What is not a number is bridged.
    sigma : float
        Frames.
    cut : float
        A step longer than this is a cut: what lies before it and after it are smoothed apart.
    """
    data = np.asarray(values, np.float64).copy()
    at = np.arange(len(data))
    for column in range(data.shape[1]):
        fine = np.isfinite(data[:, column])
        if not fine.all():
            data[:, column] = np.interp(at, at[fine], data[fine, column]) if fine.any() else 0.0
    for part in np.split(data, np.flatnonzero(steps(data) > cut)[1:]):
        if len(part):
            _smooth(part, sigma)
    return data


def steps(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Length of the step to every place of a way [T, n] from the one before, float64 [T]; the first is infinite."""
    lengths = np.full(len(values), np.inf)
    lengths[1:] = np.linalg.norm(np.diff(np.asarray(values, np.float64), axis=0), axis=1)
    return lengths


def _smooth(part: NDArray[np.float64], sigma: float) -> None:
    """Smooth [T, n] in place; beyond its ends it goes on as it ended."""
    reach = min(int(np.ceil(3 * sigma)), max(len(part) - 1, 1))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    for column in range(part.shape[1]):
        part[:, column] = np.convolve(np.pad(part[:, column], reach, mode="edge"), kernel, mode="valid")


@dataclass(frozen=True)
class Dancer:
    """A dance on the stage.

    Attributes
    ----------
    dance : Dance
    label : str
    at, first : int
        The dance plays its frame ``first`` when the song plays its frame ``at``.
    way : float64 [T, 3]
        Where the camera looks when it follows; metres.
    home : float64 [3]
        Where it looks when it does not.
    take : int64 [T]
        Number of the take that a frame lies in: where the hips leap, as at a cut between two recordings, a new one
        begins.
    """

    dance: Dance
    label: str
    at: int
    first: int
    way: NDArray[np.float64]
    home: NDArray[np.float64]
    take: NDArray[np.int64]

    @classmethod
    def of(cls, dance: Dance, label: str, at: int = 0, first: int = 0) -> Dancer:
        """Put a dance on the stage."""
        hips = np.asarray(dance.positions[:, _HIPS], np.float64)
        # Sideways the camera follows softly; up and down hardly at all, or nobody would be seen to jump.
        way = smoothed(hips, 0.4 * FPS, _CUT)
        way[:, 1] = smoothed(hips[:, 1:2], 2.0 * FPS)[:, 0]
        start = way[min(max(first, 0), len(way) - 1)] if len(way) else np.array([0.0, _EYE_HEIGHT, 0.0])
        return cls(dance, label, at, first, way, start.copy(), np.cumsum(steps(hips) > _CUT))

    def place(self, time: float) -> float:
        """Frame of this dance (with its fraction) at a frame of the song, kept inside the dance."""
        return min(max(time - self.at + self.first, 0.0), max(len(self.dance) - 1, 0))

    def pose(self, place: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Joints [53, 3] and facing [3] at a frame; between two frames a mixture of both."""
        i = int(place)
        j, share = min(i + 1, len(self.dance) - 1), place - i
        here, look = self.dance.positions[i].astype(np.float64), self.dance.facing[i].astype(np.float64)
        if share > 1e-3 and self.take[i] == self.take[j]:
            here += (self.dance.positions[j] - here) * share
            look += (self.dance.facing[j] - look) * share
            look /= max(float(np.linalg.norm(look)), 1e-6)
        return here, look

    def anchor(self, place: float, *, follow: bool) -> NDArray[np.float64]:
        """Where the camera looks, float64 [3]."""
        if not follow or not len(self.way):
            return self.home
        i = int(place)
        j = min(i + 1, len(self.way) - 1)
        if self.take[i] != self.take[j]:
            return self.way[i]
        return np.asarray(self.way[i] + (self.way[j] - self.way[i]) * (place - i), np.float64)


@dataclass(frozen=True)
class Options:
    """How the player is set: see the actions of the menu "view"."""

    mirror: bool = False
    follow: bool = True
    ghosts: bool = False
    trace: bool = False
    grid: bool = True
    lit: bool = True


def compose(
    dancers: Sequence[Dancer], time: float, camera: Camera, options: Options, theme: Theme, lit: Sequence[int] = (),
    aspect: float = 1.6,
) -> Scene:
    """The scene at a frame of the song.

    Parameters
    ----------
    dancers : sequence of Dancer
    time : float
        Frames of the song, with a fraction between two of them.
    camera : Camera
        Its target is relative to the place that follows each dancer.
    options : Options
    theme : Theme
    lit : sequence of int
        Joints that glow.
    aspect : float
        Width / height of the picture.
    """
    figures = []
    sign = np.array([-1.0, 1.0, 1.0]) if options.mirror else np.ones(3)
    for dancer, centre in zip(dancers, columns(max(len(dancers), 1)), strict=False):
        if not len(dancer.dance):
            continue
        place = dancer.place(time)
        positions, facing = dancer.pose(place)
        target = dancer.anchor(place, follow=options.follow) * sign + np.asarray(camera.target)
        ghosts, trace = [], None
        if options.ghosts:
            for step in GHOST_FRAMES:
                then = round(place) + step
                if 0 <= then < len(dancer.dance) and dancer.take[then] == dancer.take[int(place)]:
                    faint = 0.34 - 0.10 * (abs(step) / 5 - 1)
                    ghosts.append(Ghost(dancer.dance.positions[then].astype(np.float64) * sign, faint, step > 0))
        if options.trace:
            i = int(place)
            first = max(i - TRACE_FRAMES, int(np.searchsorted(dancer.take, dancer.take[i])))
            trace = dancer.dance.positions[first : i + 1, _HIPS].astype(np.float64) * sign
            trace[:, 1] = 0.0
            trace = trace[np.isfinite(trace).all(axis=1)]
        x, y, z = (float(v) for v in target)
        figures.append(Figure(positions * sign, facing * sign, replace(camera, target=(x, y, z)), centre,
                              dancer.label if len(dancers) > 1 else "", tuple(ghosts), trace))
    # Side by side, each dancer has a floor of its own, which ends about where the next one begins.
    column = 2 * np.tan(np.deg2rad(camera.field) / 2) * camera.distance * aspect / max(len(dancers), 1)
    reach = _REACH if len(dancers) <= 1 else min(max(round(column * 0.62 / STEP) * STEP, 2 * STEP), _REACH)
    return Scene(theme, tuple(figures), frozenset(lit) if options.lit else frozenset(), options.grid, reach)


def fitted(
    dancers: Sequence[Dancer], camera: Camera, options: Options, aspect: float, frames: tuple[int, int] | None = None,
    low: float = 0.0,
) -> Camera:
    """The camera moved nearer or farther until every dancer fills its column.

    Parameters
    ----------
    dancers, camera, options
        As for :func:`compose`.
    aspect : float
        Width / height of the whole picture.
    frames : (int, int), optional
        Frames of the song that have to fit; the whole song without.
    low : float
        Share of the picture's height at its foot that is kept free for writing.
    """
    bounds = []
    sign = np.array([-1.0, 1.0, 1.0]) if options.mirror else np.ones(3)
    for dancer in dancers:
        count = len(dancer.dance)
        if not count:
            continue
        start, stop = (0, count) if frames is None else (int(dancer.place(frames[0])), int(dancer.place(frames[1])) + 1)
        # A few hundred frames tell how far the arms reach; a song may have tens of thousands.
        rows = np.unique(np.linspace(start, max(stop - 1, start), 240).astype(int))
        points = dancer.dance.positions[rows].astype(np.float64)
        tops = head_centre(points)[:, None] + np.array([0.0, HEAD_RADIUS, 0.0])
        points = np.concatenate([points, tops], axis=1)
        anchor = dancer.way[rows] if options.follow else np.broadcast_to(dancer.home, (len(rows), 3))
        seen = ((points - anchor[:, None]) * sign) @ camera.axes().T
        seen = seen[np.isfinite(seen).all(axis=(1, 2))]
        if len(seen):
            bounds.append(np.stack([seen[..., 1].min(axis=1), seen[..., 1].max(axis=1),
                                    np.abs(seen[..., 0]).max(axis=1), seen[..., 2].max(axis=1)], axis=1))
    if not bounds:
        return replace(camera, target=(0.0, 0.0, 0.0))
    every = np.concatenate(bounds)
    # A leap or an arm flung out once in a song need not fit.
    bottom, top = float(np.quantile(every[:, 0], 0.02)) - 0.05, float(np.quantile(every[:, 1], 0.98)) + 0.04
    wide, ahead = float(np.quantile(every[:, 2], 0.95)) + 0.04, float(np.quantile(every[:, 3], 0.5))
    tall = (top - bottom) / 2 / (1.0 - low)
    middle = (top + bottom) / 2 - tall * low
    half = np.tan(np.deg2rad(camera.field) / 2)
    distance = max(tall, wide / (aspect / max(len(dancers), 1))) / half * 1.02 + max(ahead, 0.0) * 0.6
    target = camera.axes()[1] * middle
    return replace(camera, target=(float(target[0]), float(target[1]), float(target[2])),
                   distance=float(min(max(distance, 0.8), 30.0)))
