"""The numba kernels that pose an MMD model: quaternions, inverse kinematics, append, world transforms.

They are in one file because numba's cache does not notice a change of a function in another one.

Quaternions are tuples (x, y, z, w), vectors tuples (x, y, z), all float64. Everything is in MMD's left-handed axes
and units; the products are the usual ones, and whether axes are left- or right-handed makes no difference to them.

Inverse kinematics is cyclic coordinate descent with the rules known of MikuMikuDance: links are turned from the
effector to the root, ``loops`` rounds; link number i (from 0) turns by at most ``step * (i + 1)`` a round; a
link whose limits leave one axis free turns about that axis only during the first half of the rounds, in which an
angle beyond its limit is mirrored back inside instead of being cut off (that is what bends a stretched knee the right
way). Two details are ours. A limited link is brought inside its limits before the first round, because a perfectly
stretched leg would otherwise never start to bend. And where the rounds of a leg (a hinge below a free link) end short
of the target, by up to three centimetres if it is nearly stretched, the hinge's angle is computed from the distance.
"""

from __future__ import annotations

from collections.abc import Callable
from math import acos, asin, atan2, cos, pi, sin, sqrt
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., Any])
Vec = tuple[float, float, float]
Quat = tuple[float, float, float, float]


def kernel(function: Function) -> Function:
    """Compile for numba: cached on disk, without the interpreter lock."""
    return cast("Function", njit(cache=True, nogil=True)(function))


@kernel
def multiply(a: Quat, b: Quat) -> Quat:
    """``a * b``: first ``b``, then ``a``."""
    return (
        a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
        a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
        a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
        a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
    )


@kernel
def conjugate(q: Quat) -> Quat:
    """The inverse of a unit quaternion."""
    return (-q[0], -q[1], -q[2], q[3])


@kernel
def normalised(q: Quat) -> Quat:
    """``q`` at length one; the identity where its length is zero."""
    length = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
    if length < 1e-12:
        return (0.0, 0.0, 0.0, 1.0)
    return (q[0] / length, q[1] / length, q[2] / length, q[3] / length)


@kernel
def cross(a: Vec, b: Vec) -> Vec:
    """Cross product."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


@kernel
def dot(a: Vec, b: Vec) -> float:
    """Dot product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@kernel
def add(a: Vec, b: Vec) -> Vec:
    """Sum."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


@kernel
def subtract(a: Vec, b: Vec) -> Vec:
    """Difference."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


@kernel
def rotate(q: Quat, v: Vec) -> Vec:
    """``v`` turned by the unit quaternion ``q``."""
    u = (q[0], q[1], q[2])
    t = cross(u, v)
    t = (2.0 * t[0], 2.0 * t[1], 2.0 * t[2])
    s = cross(u, t)
    return (v[0] + q[3] * t[0] + s[0], v[1] + q[3] * t[1] + s[1], v[2] + q[3] * t[2] + s[2])


@kernel
def about(axis: Vec, angle: float) -> Quat:
    """Turn by ``angle`` radians about a unit axis."""
    s = sin(0.5 * angle)
    return (axis[0] * s, axis[1] * s, axis[2] * s, cos(0.5 * angle))


@kernel
def power(q: Quat, exponent: float) -> Quat:
    """The turn of ``q`` (the short way round) times ``exponent``, which may be negative or above one."""
    if q[3] < 0.0:
        q = (-q[0], -q[1], -q[2], -q[3])
    s = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2])
    if s < 1e-12:
        return (0.0, 0.0, 0.0, 1.0)
    half = atan2(s, q[3]) * exponent
    k = sin(half) / s
    return (q[0] * k, q[1] * k, q[2] * k, cos(half))


@kernel
def _clamped(x: float) -> float:
    return min(max(x, -1.0), 1.0)


@kernel
def to_euler(q: Quat, middle: int) -> Vec:
    """Angles (x, y, z) of ``q`` for the order whose middle axis is ``middle`` (0: Z X Y, 1: X Y Z, 2: Y Z X).

    "Z X Y" means ``q = about(z) * about(x) * about(y)``. The middle angle lies within a quarter turn, so the order
    is chosen by the axis that is limited to it.
    """
    x, y, z, w = q
    if middle == 0:
        return (
            asin(_clamped(2.0 * (y * z + w * x))),
            atan2(-2.0 * (x * z - w * y), 1.0 - 2.0 * (x * x + y * y)),
            atan2(-2.0 * (x * y - w * z), 1.0 - 2.0 * (x * x + z * z)),
        )
    if middle == 1:
        return (
            atan2(-2.0 * (y * z - w * x), 1.0 - 2.0 * (x * x + y * y)),
            asin(_clamped(2.0 * (x * z + w * y))),
            atan2(-2.0 * (x * y - w * z), 1.0 - 2.0 * (y * y + z * z)),
        )
    return (
        atan2(-2.0 * (y * z - w * x), 1.0 - 2.0 * (x * x + z * z)),
        atan2(-2.0 * (x * z - w * y), 1.0 - 2.0 * (y * y + z * z)),
        asin(_clamped(2.0 * (x * y + w * z))),
    )


@kernel
def from_euler(angles: Vec, middle: int) -> Quat:
    """The inverse of :func:`to_euler`."""
    qx = about((1.0, 0.0, 0.0), angles[0])
    qy = about((0.0, 1.0, 0.0), angles[1])
    qz = about((0.0, 0.0, 1.0), angles[2])
    if middle == 0:
        return multiply(multiply(qz, qx), qy)
    if middle == 1:
        return multiply(multiply(qx, qy), qz)
    return multiply(multiply(qy, qz), qx)


REACHED = 1e-4
"""An IK stops when effector and target are this close, in units (8 micrometres)."""


class IkTable(NamedTuple):
    """All IKs of a rig, flattened for the kernels.

    Attributes
    ----------
    owner : int64 [k]
        Bone that is the target.
    loops : int64 [k]
    step : float64 [k]
        Radians.
    path_start : int64 [k + 1]
        IK ``i`` has the path ``path[path_start[i]:path_start[i + 1]]``.
    path : int64
        Bones from the topmost link down to the effector, each the parent of the next.
    link_start : int64 [k + 1]
        As ``path_start``, for the links.
    link_place : int64
        Place of the link in its path.
    limited : int64
        0: free; 1: limited; 2, 3, 4: limited to a turn about x, y, z.
    lower, upper : float64 [links, 3]
        Euler angle limits, radians.
    """

    owner: NDArray[np.int64]
    loops: NDArray[np.int64]
    step: NDArray[np.float64]
    path_start: NDArray[np.int64]
    path: NDArray[np.int64]
    link_start: NDArray[np.int64]
    link_place: NDArray[np.int64]
    limited: NDArray[np.int64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


@kernel
def _quat(rows: NDArray[np.float64], i: int) -> Quat:
    return (rows[i, 0], rows[i, 1], rows[i, 2], rows[i, 3])


@kernel
def _vec(rows: NDArray[np.float64], i: int) -> Vec:
    return (rows[i, 0], rows[i, 1], rows[i, 2])


@kernel
def world_of(
    bone: int, parents: NDArray[np.int64], rotations: NDArray[np.float64], positions: NDArray[np.float64]
) -> tuple[Quat, Vec]:
    """World rotation and position of a bone; ``rotations`` [bones, 4] and ``positions`` [bones, 3] are local.

    ``positions`` include the bones' rest offsets. Bone -1 is the world.
    """
    q, p = (0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0)
    while bone >= 0:
        r = _quat(rotations, bone)
        p = add(rotate(r, p), _vec(positions, bone))
        q = multiply(r, q)
        bone = parents[bone]
    return q, p


@kernel
def limit_angle(angle: float, lower: float, upper: float, mirror: bool) -> float:
    """``angle`` inside [lower, upper]: mirrored at the bound it exceeds where that helps, else cut off."""
    if angle < lower:
        mirrored = 2.0 * lower - angle
        return mirrored if mirror and mirrored <= upper else lower
    if angle > upper:
        mirrored = 2.0 * upper - angle
        return mirrored if mirror and mirrored >= lower else upper
    return angle


@kernel
def limit_rotation(q: Quat, lower: Vec, upper: Vec, mirror: bool) -> Quat:
    """``q`` with its Euler angles inside the limits."""
    quarter = 0.5 * pi
    middle = 2
    if lower[0] > -quarter and upper[0] < quarter:
        middle = 0
    elif lower[1] > -quarter and upper[1] < quarter:
        middle = 1
    x, y, z = to_euler(q, middle)
    return from_euler(
        (
            limit_angle(x, lower[0], upper[0], mirror),
            limit_angle(y, lower[1], upper[1], mirror),
            limit_angle(z, lower[2], upper[2], mirror),
        ),
        middle,
    )


@kernel
def _unit(axis: int) -> Vec:
    if axis == 0:
        return (1.0, 0.0, 0.0)
    if axis == 1:
        return (0.0, 1.0, 0.0)
    return (0.0, 0.0, 1.0)


@kernel
def _turn(effector: Vec, target: Vec, free_axis: int, largest: float) -> Quat:
    # The turn, in the link's own frame, that brings the effector's direction to the target's.
    normal = cross(effector, target)
    if free_axis >= 0:
        angle = min(atan2(sqrt(dot(normal, normal)), dot(effector, target)), largest)
        if normal[free_axis] < 0.0:
            angle = -angle
        return about(_unit(free_axis), angle)
    length = sqrt(dot(normal, normal))
    scale = sqrt(dot(effector, effector) * dot(target, target))
    if length <= 1e-12 * scale or length == 0.0:
        return (0.0, 0.0, 0.0, 1.0)
    angle = min(atan2(length, dot(effector, target)), largest)
    return about((normal[0] / length, normal[1] / length, normal[2] / length), angle)


@kernel
def _refresh(
    start: int,
    path: NDArray[np.int64],
    rotations: NDArray[np.float64],
    positions: NDArray[np.float64],
    path_rotations: NDArray[np.float64],
    path_positions: NDArray[np.float64],
) -> None:
    # Row 0 is the world frame of the path's parent; row i + 1 that of path[i].
    for i in range(start, len(path)):
        above = _quat(path_rotations, i)
        q = multiply(above, _quat(rotations, path[i]))
        p = add(_vec(path_positions, i), rotate(above, _vec(positions, path[i])))
        for c in range(4):
            path_rotations[i + 1, c] = q[c]
        for c in range(3):
            path_positions[i + 1, c] = p[c]


@kernel
def _store(rotations: NDArray[np.float64], bone: int, q: Quat) -> None:
    for c in range(4):
        rotations[bone, c] = q[c]


@kernel
def solve_ik(
    table: IkTable,
    k: int,
    parents: NDArray[np.int64],
    rotations: NDArray[np.float64],
    positions: NDArray[np.float64],
    path_rotations: NDArray[np.float64],
    path_positions: NDArray[np.float64],
) -> None:
    """Turn the links of IK ``k`` in ``rotations`` [bones, 4] so that its effector comes to its owner.

    The last two arrays are scratch space with a row more than the longest path.
    """
    path = table.path[table.path_start[k] : table.path_start[k + 1]]
    first, last = table.link_start[k], table.link_start[k + 1]
    end = len(path)
    goal = world_of(table.owner[k], parents, rotations, positions)[1]
    for i in range(first, last):
        if table.limited[i]:
            bone = path[table.link_place[i]]
            q = limit_rotation(_quat(rotations, bone), _vec(table.lower, i), _vec(table.upper, i), False)
            _store(rotations, bone, q)
    base_rotation, base_position = world_of(parents[path[0]], parents, rotations, positions)
    _store(path_rotations, 0, base_rotation)
    for c in range(3):
        path_positions[0, c] = base_position[c]
    _refresh(0, path, rotations, positions, path_rotations, path_positions)

    half = table.loops[k] // 2
    for turn in range(table.loops[k]):
        for i in range(first, last):
            place = table.link_place[i]
            bone = path[place]
            back = conjugate(_quat(path_rotations, place + 1))
            here = _vec(path_positions, place + 1)
            effector = rotate(back, subtract(_vec(path_positions, end), here))
            target = rotate(back, subtract(goal, here))
            kind = table.limited[i]
            axis = kind - 2 if kind >= 2 and turn < half else -1
            largest = min(table.step[k] * (i - first + 1), pi)
            q = normalised(multiply(_quat(rotations, bone), _turn(effector, target, axis, largest)))
            if kind:
                q = limit_rotation(q, _vec(table.lower, i), _vec(table.upper, i), turn < half)
            _store(rotations, bone, q)
            _refresh(place, path, rotations, positions, path_rotations, path_positions)
        gap = subtract(_vec(path_positions, end), goal)
        if dot(gap, gap) < REACHED * REACHED:
            return
    if last - first == 2 and table.limited[first] >= 2 and table.limited[last - 1] == 0:
        _finish_leg(table, first, path, goal, rotations, positions, path_rotations, path_positions)


@kernel
def _finish_leg(
    table: IkTable,
    link: int,
    path: NDArray[np.int64],
    goal: Vec,
    rotations: NDArray[np.float64],
    positions: NDArray[np.float64],
    path_rotations: NDArray[np.float64],
    path_positions: NDArray[np.float64],
) -> None:
    # Bend the hinge (link) so that the effector is as far from the free link above it as the goal is, then aim.
    hinge, hip, end = table.link_place[link], table.link_place[link + 1], len(path)
    if hip >= hinge:
        return
    axis = table.limited[link] - 2
    y, z = (axis + 1) % 3, (axis + 2) % 3
    knee, root = _vec(path_positions, hinge + 1), _vec(path_positions, hip + 1)
    thigh = rotate(conjugate(_quat(path_rotations, hinge)), subtract(knee, root))
    shin = rotate(conjugate(_quat(path_rotations, hinge + 1)), subtract(_vec(path_positions, end), knee))
    wanted = subtract(goal, root)
    # |thigh + R(angle) shin|^2 = |wanted|^2 is "b cos + c sin = g".
    b = thigh[y] * shin[y] + thigh[z] * shin[z]
    c = thigh[z] * shin[y] - thigh[y] * shin[z]
    g = 0.5 * (dot(wanted, wanted) - dot(thigh, thigh) - dot(shin, shin)) - thigh[axis] * shin[axis]
    size = sqrt(b * b + c * c)
    if size < 1e-9:
        return
    bend = acos(_clamped(g / size))
    now = 2.0 * atan2(rotations[path[hinge], axis], rotations[path[hinge], 3])
    best, nearest = 0.0, 1e9
    for sign in (-1.0, 1.0):
        angle = atan2(c, b) + sign * bend
        angle -= 2.0 * pi * round((angle - now) / (2.0 * pi))
        inside = min(max(angle, table.lower[link, axis]), table.upper[link, axis])
        # Of two angles that reach, the nearer one; before both, one that needs no cutting off.
        cost = abs(inside - now) + 100.0 * abs(inside - angle)
        if cost < nearest:
            best, nearest = inside, cost
    _store(rotations, path[hinge], about(_unit(axis), best))
    _refresh(hinge, path, rotations, positions, path_rotations, path_positions)
    back = conjugate(_quat(path_rotations, hip + 1))
    effector = rotate(back, subtract(_vec(path_positions, end), root))
    aim = _turn(effector, rotate(back, wanted), -1, pi)
    _store(rotations, path[hip], normalised(multiply(_quat(rotations, path[hip]), aim)))
    _refresh(hip, path, rotations, positions, path_rotations, path_positions)


@kernel
def _append(
    bone: int, source: int, ratio: float, kind: int, offsets: NDArray[np.float64], positions: NDArray[np.float64],
    rotations: NDArray[np.float64],
) -> None:
    if kind & 1:
        own = (rotations[bone, 0], rotations[bone, 1], rotations[bone, 2], rotations[bone, 3])
        other = (rotations[source, 0], rotations[source, 1], rotations[source, 2], rotations[source, 3])
        q = normalised(multiply(own, power(other, ratio)))
        for c in range(4):
            rotations[bone, c] = q[c]
    if kind & 2:
        for c in range(3):
            positions[bone, c] += ratio * (positions[source, c] - offsets[source, c])


@kernel
def pose_frames(
    parents: NDArray[np.int64],
    offsets: NDArray[np.float64],
    order: NDArray[np.int64],
    tree: NDArray[np.int64],
    append_source: NDArray[np.int64],
    append_ratio: NDArray[np.float64],
    append_kind: NDArray[np.int64],
    ik: NDArray[np.int64],
    iks: IkTable,
    ik_on: NDArray[np.bool_],
    positions: NDArray[np.float64],
    rotations: NDArray[np.float64],
    world_positions: NDArray[np.float64],
    world_rotations: NDArray[np.float64],
) -> None:
    """Fill the world transforms [T, n, 3] and [T, n, 4] from local ones, which end up final; see ``mmd_pose.Rig``."""
    longest = len(iks.path) + 1
    path_rotations, path_positions = np.empty((longest, 4)), np.empty((longest, 3))
    for t in range(positions.shape[0]):
        # Locals are final once every bone has had its turn; worlds are taken from them where an IK needs one.
        for b in order:
            if append_source[b] >= 0:
                _append(b, append_source[b], append_ratio[b], append_kind[b], offsets, positions[t], rotations[t])
            if ik[b] >= 0 and ik_on[t, ik[b]]:
                solve_ik(iks, ik[b], parents, rotations[t], positions[t], path_rotations, path_positions)
        for b in tree:
            q = (rotations[t, b, 0], rotations[t, b, 1], rotations[t, b, 2], rotations[t, b, 3])
            p = (positions[t, b, 0], positions[t, b, 1], positions[t, b, 2])
            a = parents[b]
            if a >= 0:
                above = (world_rotations[t, a, 0], world_rotations[t, a, 1], world_rotations[t, a, 2],
                         world_rotations[t, a, 3])
                p = add((world_positions[t, a, 0], world_positions[t, a, 1], world_positions[t, a, 2]),
                        rotate(above, p))
                q = multiply(above, q)
            for c in range(4):
                world_rotations[t, b, c] = q[c]
            for c in range(3):
                world_positions[t, b, c] = p[c]
