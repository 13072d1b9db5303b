"""Dance features: frames a second, beside the same formulas bar by bar with numpy's and scipy's own functions.

The dances are composed by the demo (:mod:`core.demo.practice`); one process, as the build computes them. Positions come
from the program's forward kinematics on both sides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from benchmarks.measure import DisagreementError, Result, interleaved, rate, ratio, say, show
from core.demo.practice import PracticeDances
from core.features import affective as forty
from core.features.bars import bar_features
from core.motion.clip import Motion
from core.skeleton import FPS, INDEX

SONGS, ROUNDS = 6, 5
AIM = 20_000.0
_QUANTITIES = [name.split() for name in forty.QUANTITY_NAMES]
_AXES = np.array([2, 1, 0])

Song = tuple[Motion, list[tuple[int, int]]]


def dances(songs: int) -> list[Song]:
    """Composed dances and their bars."""
    source = PracticeDances(songs, 0)
    return [(source.motion(name), source.bars(name)) for name in source.train]


def frames_of(songs: list[Song]) -> int:
    """Frames of all bars."""
    return sum(stop - start for _, bars in songs for start, stop in bars)


def run(small: bool = False) -> list[Result]:
    """Both ways over the same songs."""
    songs = dances(1 if small else SONGS)
    check(*songs[0])
    frames = frames_of(songs)
    say("features")
    times = interleaved({
        "bar by bar": lambda _: [plain_features(motion, *bar) for motion, bars in songs for bar in bars],
        "bar_features": lambda _: [list(bar_features(motion, bars)) for motion, bars in songs],
    }, ROUNDS)
    where = f"features, {frames:,} frames"
    return [
        Result(f"{where}: numpy and scipy, bar by bar", rate(times, "bar by bar", frames), "frames/s",
               seconds=tuple(times["bar by bar"])),
        Result(f"{where}: bar_features", rate(times, "bar_features", frames), "frames/s", "bar by bar",
               ratio(times, "bar_features", "bar by bar"), at_least=None if small else AIM,
               seconds=tuple(times["bar_features"])),
    ]


def check(motion: Motion, bars: list[tuple[int, int]]) -> None:
    """That both ways give the same; :class:`DisagreementError` where not."""
    for bar, found in zip(bars, bar_features(motion, bars), strict=True):
        parameters, affective = plain_features(motion, *bar)
        # Speeds are differences of positions times thirty.
        if not (np.allclose(parameters, found.parameters, atol=2e-3) and np.allclose(affective, found.affective,
                                                                                     atol=2e-3)):
            raise DisagreementError("the features and their baseline differ")


def plain_features(motion: Motion, start: int, stop: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Parameters [T, 53, 29] and affective features [T, 120] of one bar of at least three frames."""
    part = motion.slice(start, stop)
    positions, world = part.world()
    rotations = part.body_rotations()
    angles = Rotation.from_quat(rotations.reshape(-1, 4)).as_euler("YXZ").reshape(*rotations.shape[:2], 3)[..., _AXES]
    turns = np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)
    centred = positions - positions.mean(axis=(0, 1)) * np.array([1.0, 0.0, 1.0])
    speed = FPS * np.linalg.norm(np.gradient(centred, axis=0), axis=-1)
    chest = INDEX["UpperBody"]
    own = np.stack([
        Rotation.from_quat(world[frame, chest]).inv().apply(positions[frame] - positions[frame, chest])
        for frame in range(len(positions))
    ])
    parameters = np.concatenate([
        turns, *_differences(turns), centred, speed[..., None], np.gradient(speed, axis=0)[..., None],
        *_differences(own),
    ], axis=-1)
    quantities = np.stack([_quantity(kind, positions) for kind in _QUANTITIES], axis=1)
    affective = np.concatenate([quantities, *_differences(quantities)], axis=1)
    return parameters.astype(np.float32), affective.astype(np.float32)


def _quantity(kind: list[str], positions: NDArray[np.float64]) -> NDArray[np.float64]:
    if kind[0] == "volume":
        return np.prod(np.ptp(positions, axis=1), axis=-1)
    a, b, *c = (positions[:, INDEX[joint]] for joint in kind[1:])
    if kind[0] == "area":
        return np.linalg.norm(np.cross(b - a, c[0] - a), axis=-1) / 2
    if kind[0] == "distance":
        return np.linalg.norm(a - b, axis=-1)
    first, second = a - b, c[0] - b
    bend = np.arctan2(np.linalg.norm(np.cross(first, second), axis=-1), (first * second).sum(axis=-1)) / np.pi
    short = np.minimum(np.linalg.norm(first, axis=-1), np.linalg.norm(second, axis=-1))
    return np.where(short < forty.NO_LENGTH, 0.0, bend)


def _differences(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, second = np.diff(values, axis=0), np.diff(values, n=2, axis=0)
    return np.concatenate([first[:1], first]), np.concatenate([second[:1], second[:1], second])


if __name__ == "__main__":
    show(run())
