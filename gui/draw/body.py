"""What is drawn between the joints: limbs, their widths, the head; and which limbs moved. GL and QPainter use it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.skeleton import INDEX, JOINTS, REST_POSITIONS

HEAD_RADIUS: Final = 0.095
"""Metres."""
_FINGERS = ("Thumb", "Index", "Middle", "Ring", "Pinky")


def _finger(side: str, finger: str) -> list[str]:
    return [f"{side}{finger}{i}" for i in ((0, 1, 2) if finger == "Thumb" else (1, 2, 3))]


def _bones() -> list[tuple[str, str, float, float]]:
    body = [("LowerBody", "UpperBody", 0.092, 0.088), ("UpperBody", "UpperBody2", 0.088, 0.094),
            ("UpperBody2", "Neck", 0.092, 0.056), ("Neck", "Head", 0.040, 0.040)]
    for side in ("Right", "Left"):
        body += [
            # From the chest to the shoulder and from the hips to the leg: these two fill the trunk.
            ("UpperBody2", f"{side}Shoulder", 0.080, 0.056), ("UpperBody", f"{side}Leg", 0.080, 0.074),
            ("LowerBody", f"{side}Leg", 0.082, 0.076), (f"{side}Leg", f"{side}Knee", 0.076, 0.050),
            (f"{side}Knee", f"{side}Ankle", 0.050, 0.034), (f"{side}Ankle", f"{side}Toe", 0.036, 0.028),
            ("Neck", f"{side}Shoulder", 0.046, 0.050), (f"{side}Shoulder", f"{side}Arm", 0.052, 0.050),
            (f"{side}Arm", f"{side}ArmTwist", 0.048, 0.040), (f"{side}ArmTwist", f"{side}Elbow", 0.040, 0.035),
            (f"{side}Elbow", f"{side}Wrist", 0.035, 0.024),
        ]
        for finger in _FINGERS:
            names = _finger(side, finger)
            body.append((f"{side}Wrist", names[0], 0.017, 0.0135 if finger == "Thumb" else 0.0125))
            body += [(names[0], names[1], 0.0115, 0.0105), (names[1], names[2], 0.0105, 0.0090)]
    return body


_NAMED = _bones()
BONES: Final[tuple[tuple[int, int, float], ...]] = tuple((INDEX[a], INDEX[b], (p + q) / 2) for a, b, p, q in _NAMED)
"""(joint, joint, mean radius in metres) of every limb that is drawn."""
BONE_ENDS: Final[NDArray[np.int64]] = np.array([(a, b) for a, b, _ in BONES])
BONE_TAPER: Final[NDArray[np.float64]] = np.array([(p, q) for _, _, p, q in _NAMED])
"""Radii at the two ends of every limb, float64 [limbs, 2], metres."""
_TRUNK = ("Shoulder", "Leg")
SIDES: Final[tuple[int, ...]] = tuple(
    0 if name.endswith(_TRUNK) else 1 if name.startswith("Left") else -1 if name.startswith("Right") else 0
    for name in (JOINTS[b] for _, b, _ in BONES)
)
"""Of each bone: 1 left, -1 right, 0 trunk and neck; the sides are drawn in two shades so that a turn can be read."""
HAND: Final[tuple[bool, ...]] = tuple(any(f in JOINTS[b] for f in _FINGERS) for _, b, _ in BONES)


def head_centre(positions: NDArray[np.floating]) -> NDArray[np.float64]:
    """Middle of the head's ball of every frame, float64 [..., 3], from joint positions [..., 53, 3]."""
    head, neck = positions[..., INDEX["Head"], :], positions[..., INDEX["Neck"], :]
    up = np.asarray(head - neck, np.float64)
    length = np.linalg.norm(up, axis=-1, keepdims=True)
    return np.asarray(head + up / np.maximum(length, 1e-6) * HEAD_RADIUS * 0.9, np.float64)


def _chains() -> tuple[tuple[int, tuple[int, ...]], ...]:
    # (the joint whose way stands for the chain, the joints that are lit with it)
    found = [("Head", ["Head"]), ("UpperBody2", ["UpperBody", "UpperBody2", "Neck"])]
    for side in ("Right", "Left"):
        hand = [name for finger in _FINGERS for name in _finger(side, finger)]
        found += [
            (f"{side}Wrist", [f"{side}Wrist", *hand]),
            (f"{side}Elbow", [f"{side}Elbow", f"{side}ArmTwist", f"{side}Arm"]),
            (f"{side}Ankle", [f"{side}Ankle", f"{side}Toe"]),
            (f"{side}Knee", [f"{side}Knee"]),
        ]
    return tuple((INDEX[end], tuple(INDEX[name] for name in names)) for end, names in found)


CHAINS: Final[tuple[tuple[int, tuple[int, ...]], ...]] = _chains()
"""Limbs that are lit as a whole: (joint that stands for the limb, its joints). A joint lights the bone above it, so
a hand brings its forearm along."""
_TIPS = {side: [INDEX[_finger(side, finger)[2]] for finger in _FINGERS] for side in ("Right", "Left")}
_LEAST = 0.02
"""Metres of travel below which a limb counts as still."""
_HELD = 0.18
"""Metres away from where it hangs at rest, from which on a still limb counts as held."""


def _in_body(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions [T, 53, 3] seen from the hips: origin at LowerBody, x along the line of the legs, y up."""
    local = positions - positions[:, INDEX["LowerBody"], None, :]
    across = positions[:, INDEX["LeftLeg"]] - positions[:, INDEX["RightLeg"]]
    angle = np.arctan2(across[:, 2], across[:, 0])
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, z = local[..., 0], local[..., 2]
    return np.stack([cos * x + sin * z, local[..., 1], -sin * x + cos * z], axis=-1)


_LEG: Final = 0.4
_USUAL_PLACE = 0.03
"""Metres, and metres a frame: a spread below these is that of a limb that hardly moves, where all would stand out."""
_USUAL_SPEED = 0.002


def moved_most(positions: NDArray[np.floating], count: int = 6) -> tuple[int, ...]:
    """Joints of the limbs that moved most in a stretch, strongest limb first; a limb comes as a whole.

    Parameters
    ----------
    positions : [T, 53, 3], metres
        Frames that hold something that is not a number are left out.
    count : int
        Limbs at most (see :data:`CHAINS`); limbs that moved less than about half as much as the first are left out too.

    Notes
    -----
    A limb's travel is measured in the room and as seen from the hips, and the smaller counts: neither walking nor
    turning moves an arm, and bending the knees does not move a foot that stands. Fingers that open or close add to
    their hand. Where nothing moves at all, the limbs held farthest from where they hang at rest are given instead, as
    in a pose that is kept; nothing at all for a body at rest.
    """
    fine = np.asarray(positions, np.float64)
    fine = fine[np.isfinite(fine).all(axis=(1, 2))]
    if len(fine) < 2:
        return ()
    body = _in_body(fine)
    ways = np.minimum(*(np.linalg.norm(np.diff(p, axis=0), axis=-1).sum(axis=0) for p in (fine, body)))
    for side, tips in _TIPS.items():
        wrist = INDEX[f"{side}Wrist"]
        reach = np.linalg.norm(fine[:, tips] - fine[:, wrist, None], axis=-1)
        ways[wrist] += np.abs(np.diff(reach, axis=0)).sum(axis=0).mean()
    # Steps go on under nearly every gesture, so a leg has to move far more than an arm to be what stands out.
    legs = ("Leg", "Knee", "Ankle", "Toe")
    scores = np.array([ways[end] * (_LEG if JOINTS[end].endswith(legs) else 1.0) for end, _ in CHAINS])
    least, share = _LEAST, 0.55
    if scores.max() < least:
        away = np.linalg.norm(body.mean(axis=0) - _in_body(REST_POSITIONS[None])[0], axis=-1)
        scores, least, share = np.array([away[end] for end, _ in CHAINS]), _HELD, 0.7
    order = [i for i in np.argsort(-scores, kind="stable")[:count] if scores[i] >= max(least, share * scores.max())]
    return tuple(joint for i in order for joint in CHAINS[i][1])


def stands_out(positions: NDArray[np.floating], start: int, stop: int, count: int = 6) -> tuple[int, ...]:
    """Joints of the limbs by which a stretch of a dance differs most from the rest of it, strongest limb first.

    Parameters
    ----------
    positions : [T, 53, 3], metres
        The whole dance.
    start, stop : int
        Frames of the stretch, stop exclusive.
    count : int
        Limbs at most.

    Notes
    -----
    Steps go on under most gestures, and many a gesture is held still, so what moved most (:func:`moved_most`) would
    often light the legs. Here a limb's place as seen from the hips and its speed are compared with all stretches of
    the same length: distance in multiples of the usual spread. An arm that stops in the air stands out as one that
    begins to swing; one that merely hangs still does not. Dances under four times as long as the stretch have no
    usual state, and are left to :func:`moved_most`.
    """
    fine = np.asarray(positions, np.float64)
    whole = np.isfinite(fine).all(axis=(1, 2))
    length = stop - start
    if length < 2 or not whole[start:stop].all() or whole.sum() < 4 * length:
        return moved_most(fine[start:stop], count)
    body = _in_body(fine[whole])
    begin = int(whole[:start].sum())
    rest = _in_body(REST_POSITIONS[None])[0]
    scores = np.empty(len(CHAINS))
    for i, (end, _) in enumerate(CHAINS):
        here = body[:, end]
        mean = here[begin : begin + length].mean(axis=0)
        spread = np.sqrt(((here - here.mean(axis=0)) ** 2).sum(axis=1).mean())
        place = np.linalg.norm(mean - here.mean(axis=0)) / max(spread, _USUAL_PLACE)
        speed = np.linalg.norm(np.diff(here, axis=0), axis=1)
        usual = np.convolve(speed, np.full(length - 1, 1.0 / (length - 1)), "valid")
        faster = (usual[begin] - usual.mean()) / max(usual.std(), _USUAL_SPEED)
        hangs = np.linalg.norm(mean - rest[end]) < _HELD
        scores[i] = np.hypot(place, max(faster, 0.0) if hangs else faster)
    order = [i for i in np.argsort(-scores, kind="stable")[:count] if scores[i] >= max(1.0, 0.6 * scores.max())]
    return tuple(joint for i in order for joint in CHAINS[i][1]) or moved_most(fine[start:stop], count)
