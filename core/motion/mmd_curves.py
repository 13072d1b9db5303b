"""Bone keys to a value every frame: Bezier-timed interpolation as MikuMikuDance does it.

Between two keys the way in time is bent by the control points of the later key, one curve for each of x, y, z and
rotation: with the frame's share ``s`` of the time between the keys, solve ``x(u) = s`` on the cubic Bezier through
(0, 0), (x1, y1), (x2, y2), (1, 1), and go ``y(u)`` of the way, linearly or, for the rotation, on the shortest arc.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from core.motion.mmd_kernels import Quat, kernel


@dataclass(frozen=True)
class Keys:
    """Keys of several bones, bone after bone, frames rising within each, no frame twice.

    Attributes
    ----------
    starts : int64 [bones + 1]
        Bone ``b`` has the keys ``starts[b]`` to ``starts[b + 1]`` (exclusive); none is allowed.
    frames : int64 [keys]
    positions : float64 [keys, 3]
    rotations : float64 [keys, 4]
        Unit quaternions.
    handles : uint8 [keys, 4, 4]
        Channel (x, y, z, rotation), then x1, y1, x2, y2 in 0..127.
    """

    starts: NDArray[np.int64]
    frames: NDArray[np.int64]
    positions: NDArray[np.float64]
    rotations: NDArray[np.float64]
    handles: NDArray[np.uint8]


def evaluate_keys(keys: Keys, first: int, stop: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Local translations float64 [frames, bones, 3] and rotations float64 [frames, bones, 4], frames first..stop-1.

    Before a bone's first key and after its last one the nearest key holds; a bone without keys stays at rest.
    """
    bones = len(keys.starts) - 1
    positions = np.zeros((stop - first, bones, 3))
    rotations = np.zeros((stop - first, bones, 4))
    rotations[:, :, 3] = 1.0
    _evaluate(keys.starts, keys.frames, keys.positions, keys.rotations, keys.handles, first, positions, rotations)
    return positions, rotations


@kernel
def slerp(a: Quat, b: Quat, t: float) -> Quat:
    """From ``a`` to ``b`` the short way round, at ``t`` in [0, 1]."""
    c = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
    sign = 1.0
    if c < 0.0:
        c, sign = -c, -1.0
    if c > 0.9999999:
        wa, wb = 1.0 - t, t * sign
    else:
        omega = acos(c)
        s = sin(omega)
        wa, wb = sin((1.0 - t) * omega) / s, sin(t * omega) / s * sign
    q = (wa * a[0] + wb * b[0], wa * a[1] + wb * b[1], wa * a[2] + wb * b[2], wa * a[3] + wb * b[3])
    length = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
    return (q[0] / length, q[1] / length, q[2] / length, q[3] / length)


@kernel
def bezier_way(x1: int, y1: int, x2: int, y2: int, share: float) -> float:
    """How far the value has gone when ``share`` of the time has: ``y`` of the Bezier curve at ``x = share``."""
    if (x1 == y1 and x2 == y2) or share <= 0.0 or share >= 1.0:
        return share
    ax, ay, bx, by = x1 / 127.0, y1 / 127.0, x2 / 127.0, y2 / 127.0
    low, high, u = 0.0, 1.0, share
    for _ in range(60):
        v = 1.0 - u
        error = 3.0 * v * v * u * ax + 3.0 * v * u * u * bx + u * u * u - share
        if abs(error) < 1e-12:
            break
        # x rises with u, so a Newton step that leaves the bracket is replaced by its middle.
        if error > 0.0:
            high = u
        else:
            low = u
        slope = 3.0 * v * v * ax + 6.0 * v * u * (bx - ax) + 3.0 * u * u * (1.0 - bx)
        u = u - error / slope if slope > 1e-9 else -1.0
        if u <= low or u >= high:
            u = 0.5 * (low + high)
    v = 1.0 - u
    return 3.0 * v * v * u * ay + 3.0 * v * u * u * by + u * u * u


@kernel
def _evaluate(
    starts: NDArray[np.int64],
    frames: NDArray[np.int64],
    key_positions: NDArray[np.float64],
    key_rotations: NDArray[np.float64],
    handles: NDArray[np.uint8],
    first: int,
    positions: NDArray[np.float64],
    rotations: NDArray[np.float64],
) -> None:
    length, bones = positions.shape[0], positions.shape[1]
    for b in range(bones):
        begin, end = starts[b], starts[b + 1]
        if begin == end:
            continue
        # ``after`` is the first key later than the frame.
        after = begin
        for t in range(length):
            frame = first + t
            while after < end and frames[after] <= frame:
                after += 1
            k = max(after - 1, begin)
            if after in (begin, end) or frames[k] == frame:
                for c in range(3):
                    positions[t, b, c] = key_positions[k, c]
                for c in range(4):
                    rotations[t, b, c] = key_rotations[k, c]
                continue
            n = after
            share = (frame - frames[k]) / (frames[n] - frames[k])
            for c in range(3):
                start, stop = key_positions[k, c], key_positions[n, c]
                if start != stop:
                    h = handles[n, c]
                    start += (stop - start) * bezier_way(h[0], h[1], h[2], h[3], share)
                positions[t, b, c] = start
            h = handles[n, 3]
            qa = (key_rotations[k, 0], key_rotations[k, 1], key_rotations[k, 2], key_rotations[k, 3])
            qb = (key_rotations[n, 0], key_rotations[n, 1], key_rotations[n, 2], key_rotations[n, 3])
            q = qa if qa == qb else slerp(qa, qb, bezier_way(h[0], h[1], h[2], h[3], share))
            rotations[t, b, 0], rotations[t, b, 1], rotations[t, b, 2], rotations[t, b, 3] = q


def reduce_keys(
    rotations: NDArray[np.float64], positions: NDArray[np.float64], rotation_tolerance: float,
    position_tolerance: float,
) -> NDArray[np.bool_]:
    """Which frames need a key so that straight interpolation gives all the others back within the tolerances.

    Greedy: from each key the next one is put as far away as a doubling and then halving search finds it may lie.

    Parameters
    ----------
    rotations : float64 [T, 4]
        Quaternions, near unit length.
    positions : float64 [T, 3]
    rotation_tolerance : float
        Radians, above 0.
    position_tolerance : float
        In the unit of ``positions``, above 0.

    Returns
    -------
    bool [T]
        True at the first and the last frame at least.
    """
    unit = rotations / np.linalg.norm(rotations, axis=1, keepdims=True)
    keep = np.zeros(len(unit), dtype=np.bool_)
    _reduce(unit, positions, np.cos(0.5 * min(rotation_tolerance, np.pi)), position_tolerance**2, keep)
    return keep


@kernel
def _fits(
    rotations: NDArray[np.float64], positions: NDArray[np.float64], a: int, b: int, least_cosine: float, gap: float
) -> bool:
    qa = (rotations[a, 0], rotations[a, 1], rotations[a, 2], rotations[a, 3])
    qb = (rotations[b, 0], rotations[b, 1], rotations[b, 2], rotations[b, 3])
    c = qa[0] * qb[0] + qa[1] * qb[1] + qa[2] * qb[2] + qa[3] * qb[3]
    sign = 1.0 if c >= 0.0 else -1.0
    omega = acos(min(abs(c), 1.0))
    s = sin(omega)
    for t in range(a + 1, b):
        share = (t - a) / (b - a)
        away = 0.0
        for k in range(3):
            d = positions[a, k] + share * (positions[b, k] - positions[a, k]) - positions[t, k]
            away += d * d
        if away > gap:
            return False
        wa, wb = 1.0 - share, share
        if s > 1e-6:
            wa, wb = sin(wa * omega) / s, sin(wb * omega) / s
        cosine = 0.0
        for k in range(4):
            cosine += (wa * qa[k] + sign * wb * qb[k]) * rotations[t, k]
        if abs(cosine) < least_cosine:
            return False
    return True


@kernel
def _reduce(
    rotations: NDArray[np.float64], positions: NDArray[np.float64], least_cosine: float, gap: float,
    keep: NDArray[np.bool_],
) -> None:
    last = len(rotations) - 1
    keep[0] = True
    a = 0
    while a < last:
        good, reach = a + 1, 2
        bad = last + 1
        while good < last:
            b = min(a + reach, last)
            if not _fits(rotations, positions, a, b, least_cosine, gap):
                bad = b
                break
            good = b
            reach *= 2
        while bad - good > 1:
            middle = (good + bad) // 2
            if _fits(rotations, positions, a, middle, least_cosine, gap):
                good = middle
            else:
                bad = middle
        keep[good] = True
        a = good
