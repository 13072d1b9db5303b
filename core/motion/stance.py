"""Scale and axes of an unknown skeleton, guessed from its rest pose and its first frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.skeleton import INDEX, MMD_UNIT, REST_POSITIONS

Array = NDArray[np.float64]

_UNITS = (
    (1.0, "metres"), (0.01, "centimetres"), (0.001, "millimetres"), (0.0254, "inches"), (MMD_UNIT, "MMD units"),
    (0.0254 / 0.45, "CMU units"), (0.3048, "feet"),
)
_USUAL_STATURE = 1.65
_LEAST, _MOST = 1.15, 2.1


@dataclass(frozen=True)
class Stance:
    """How a body stands in its file's axes.

    Attributes
    ----------
    axes : float64 [3, 3]
        Rotation matrix from the file's axes to ours: its rows are the body's left, up and front.
    sane : bool
        Whether the bones lie as a standing person's do.
    """

    axes: Array
    sane: bool


def unit(vectors: Array) -> Array:
    """Vectors [..., 3] brought to length 1; those of no length stay zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 1e-12, lengths, np.inf))


def chain_length(places: Mapping[str, Array]) -> float:
    """Length of leg and trunk along the bones, which no pose changes; of ``places`` joint -> [T, 3]."""

    def along(*joints: str) -> float:
        known = [places[j] for j in joints if j in places]
        return float(sum(np.median(np.linalg.norm(b - a, axis=-1)) for a, b in pairwise(known)))

    legs = [along(f"{side}Leg", f"{side}Knee", f"{side}Ankle") for side in ("Left", "Right")]
    with_middles = dict(places) | {
        "hips": (places["LeftLeg"] + places["RightLeg"]) / 2, "arms": (places["LeftArm"] + places["RightArm"]) / 2,
    }
    trunk = ["hips", "UpperBody", "UpperBody2", "Neck", "Head"]
    if "Head" not in places:
        trunk = ["hips", "UpperBody", "UpperBody2", "arms"]
    known = [with_middles[j] for j in trunk if j in with_middles]
    back = sum(np.median(np.linalg.norm(b - a, axis=-1)) for a, b in pairwise(known))
    return float(np.mean(legs) + back)


def bundled_chain_length(joints: Mapping[str, object]) -> float:
    """The :func:`chain_length` of the bundled body, over the joints that ``joints`` has."""
    return chain_length({joint: REST_POSITIONS[None, INDEX[joint]] for joint in joints})


def guess_scale(length: float, bundled: float, rig: str, path: str | Path) -> tuple[float, str]:
    """Metres in one unit of the file, and a note where no usual unit fits.

    ``length`` and ``bundled`` are the chain lengths of the file's body and of the bundled body of 1.60 m; their
    ratio gives the stature in units. Of the usual units that make it 1.15 to 2.1 m the one that
    comes closest to an ordinary stature is taken, the rig's own unit first.
    """
    if not np.isfinite(length) or length < 1e-6:
        raise InputError(path, "its bones have no length", "export it with its skeleton")
    stature = length / bundled * 1.6
    preferred = {"CMU": "CMU units", "MMD": "MMD units", "MMD in English": "MMD units"}.get(rig, "")
    fitting = [(name == preferred, -abs(np.log(stature * size / _USUAL_STATURE)), size) for size, name in _UNITS
               if _LEAST <= stature * size <= _MOST]
    if fitting:
        return max(fitting)[2], ""
    scale = _USUAL_STATURE / stature
    return scale, f"No usual unit makes this body 1.15 to 2.1 m tall, so it was scaled to {_USUAL_STATURE} m."


def _body(places: Mapping[str, Array]) -> tuple[Array, Array, Array]:
    """Left and up [T, 3] of unit length, and how far each of trunk and legs agrees with up [T]."""
    hips = (places["LeftLeg"] + places["RightLeg"]) / 2
    arms = (places["LeftArm"] + places["RightArm"]) / 2
    feet = [places.get(f"{side}Ankle", places[f"{side}Knee"]) for side in ("Left", "Right")]
    trunk = unit(arms - hips)
    down = [unit(foot - places[f"{side}Leg"]) for foot, side in zip(feet, ("Left", "Right"), strict=True)]
    up = unit(trunk - down[0] - down[1])
    across = unit(places["LeftLeg"] - places["RightLeg"]) + unit(places["LeftArm"] - places["RightArm"])
    left = unit(across - (across * up).sum(-1, keepdims=True) * up)
    straight = np.minimum.reduce([(trunk * up).sum(-1), -(down[0] * up).sum(-1), -(down[1] * up).sum(-1)])
    return left, up, straight


def rest_stance(places: Mapping[str, Array]) -> Stance:
    """Axes of a rest pose, joint -> [1, 3], snapped to the nearest signed axes, and whether it is a person's pose.

    Not sane is, for instance, the zero pose of rigs whose bones all lie along their own X axis.
    """
    left, up, straight = (value[0] for value in _body(places))
    hips = unit(places["LeftLeg"] - places["RightLeg"])[0]
    spread = places["LeftArm"][0] - places["RightArm"][0]
    reach = [unit(places.get(f"{s}Wrist", places[f"{s}Elbow"]) - places[f"{s}Arm"])[0] for s in ("Left", "Right")]
    sane = bool(
        straight > 0.75 and left @ left > 0.5 and hips @ left > 0.7 and unit(spread) @ left > 0.7
        and reach[0] @ left > -0.4 and reach[1] @ left < 0.4 and np.abs(up).max() > 0.85
    )
    return Stance(snapped(left, up), sane)


def snapped(left: Array, up: Array) -> Array:
    """Rotation matrix [3, 3] with rows left, up, front, each a signed axis of the file."""
    high = np.zeros(3)
    main = int(np.abs(up).argmax())
    high[main] = 1.0 if up[main] >= 0 else -1.0
    front = np.cross(left, high)
    front[main] = 0.0
    ahead = np.zeros(3)
    if np.linalg.norm(front) < 1e-6:
        ahead[(main + 1) % 3] = 1.0
    else:
        axis = int(np.abs(front).argmax())
        ahead[axis] = 1.0 if front[axis] > 0 else -1.0
    return np.stack([np.cross(high, ahead), high, ahead])


def frames_stance(places: Mapping[str, Array]) -> Stance:
    """Axes of posed frames, joint -> [T, 3]: up from all of them, front from the first 30.

    Sane means that up is clear: most frames stand, and near an axis of the file.
    """
    left, up, _ = _body(places)
    mean = up.mean(axis=0)
    strength = float(np.abs(mean).max())
    clear = strength > 0.6 and strength > 0.85 * float(np.linalg.norm(mean))
    return Stance(snapped(left[:30].mean(axis=0), mean), clear)


def axis_name(vector: Array) -> str:
    """The signed axis a vector points along: "+Y", "-Z"."""
    axis = int(np.abs(vector).argmax())
    return f"{'+' if vector[axis] >= 0 else '-'}{'XYZ'[axis]}"
