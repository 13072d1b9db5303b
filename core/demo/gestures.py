"""The demo's gestures: words shown with arms, hands and fingers (after the examples of Watanabe & Goto 2025)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from core.demo.hands import FIST, OPEN, hand, mirrored
from core.demo.limbs import Array
from core.skeleton import FPS

POINTING: Final = (0.6, 0.0, 1.0, 1.0, 1.0)
_REST: Final = hand((0.26, -0.16, 0.06), (0.35, -0.9, 0.1), (-0.9, -0.35, 0.0), pole=(0.5, -0.1, -0.85))
_HIP: Final = hand((0.23, -0.10, 0.02), (-0.5, -0.6, 0.3), (-0.6, 0.5, 0.2), FIST, pole=(0.9, -0.1, -0.5))


@dataclass(frozen=True)
class Gesture:
    """A gesture, written for a left-handed dancer.

    Attributes
    ----------
    left, right : float64 [19]
        Poses of the two hands (the right one written as a right hand).
    body : dict
        What the body does: any of "head_yaw", "head_pitch", "head_roll", "lean" (radians).
    both : bool
        Whether both hands matter; else the gesture may be mirrored.
    move : callable, optional
        ``(seconds [T], left [T, 19], right [T, 19])`` changes the poses in place over the time held.
    jump : float
        Height of a jump, metres.
    """

    left: Array
    right: Array
    body: dict[str, float] = field(default_factory=dict)
    both: bool = False
    move: Callable[[Array, Array, Array], None] | None = None
    jump: float = 0.0


def _wave(seconds: Array, left: Array, _right: Array) -> None:
    swing = np.sin(2 * np.pi * 2.2 * seconds)
    left[:, 0] += 0.06 * swing
    left[:, 3] += 0.45 * swing


def _rub(seconds: Array, left: Array, right: Array) -> None:
    turn = 2 * np.pi * 2.0 * seconds
    for pose, sign in ((left, 1.0), (right, -1.0)):
        pose[:, 0] += sign * 0.012 * np.cos(turn)
        pose[:, 1] += 0.012 * np.sin(turn)


def _scratch(seconds: Array, left: Array, right: Array) -> None:
    swing = np.sin(2 * np.pi * 2.0 * seconds)
    left[:, 1] += 0.035 * swing
    right[:, 1] -= 0.035 * swing


def _tick(seconds: Array, left: Array, _right: Array) -> None:
    # The long hand goes on by small jerks, as a clock's does.
    angle = 0.18 * np.floor(seconds * 4.0) / 4.0
    radius = 0.47
    left[:, 0] = 0.13 + radius * np.sin(angle)
    left[:, 1] = 0.20 + radius * np.cos(angle)
    left[:, 3], left[:, 4] = np.sin(angle), np.cos(angle)


def _count(fingers: int) -> Gesture:
    index, middle, ring, little = (0.0 if f < fingers else 1.0 for f in range(4))
    pose = hand((0.27, 0.36, 0.20), (0.0, 1.0, 0.12), (0.0, -0.12, 1.0), (0.8, index, middle, ring, little),
                spread=0.16, oppose=0.9)
    return Gesture(pose, mirrored(_HIP))


def _pair(pose: Array, **rest: object) -> Gesture:
    return Gesture(pose, mirrored(pose), both=True, **rest)  # type: ignore[arg-type]


GESTURES: Final[dict[str, Gesture]] = {
    "love": _pair(hand((0.10, 0.04, 0.27), (-0.62, 0.78, 0.08), (-0.78, -0.62, 0.05), (0.05, 0.50, 0.50, 0.52, 0.55),
                       pole=(0.9, -0.45, -0.1), spread=0.02, oppose=1.5), body={"head_roll": 0.14}),
    "clock": Gesture(hand((0.13, 0.68, 0.02), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), POINTING, pole=(1.0, 0.0, -0.3)),
                     hand((-0.60, 0.165, 0.02), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0), POINTING, pole=(0.0, -1.0, -0.3)),
                     both=True, move=_tick),
    "one": _count(1), "two": _count(2), "three": _count(3),
    "photo": Gesture(hand((0.125, 0.265, 0.27), (-0.15, 1.0, 0.05), (0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0, 1.0),
                          pole=(0.8, -0.6, -0.1)),
                     hand((-0.125, 0.42, 0.27), (0.15, -1.0, 0.05), (0.0, 0.0, -1.0), (0.0, 0.0, 1.0, 1.0, 1.0),
                          pole=(-0.9, 0.3, 0.0)), both=True),
    "cat": _pair(hand((0.19, 0.22, 0.27), (-0.15, 0.90, 0.35), (0.0, -0.35, 0.90), (0.45, 0.55, 0.55, 0.55, 0.55),
                      pole=(0.7, -0.7, -0.2), spread=0.22), move=_scratch, body={"lean": 0.12}),
    "promise": Gesture(hand((0.12, 0.20, 0.38), (0.0, 0.95, 0.3), (-0.95, 0.0, 0.2), (0.9, 1.0, 1.0, 1.0, 0.0),
                            oppose=0.8), mirrored(_REST)),
    "you": Gesture(hand((0.13, 0.17, 0.47), (0.0, 0.05, 1.0), (-0.3, -0.95, 0.0), POINTING, oppose=0.5),
                   mirrored(_REST), body={"lean": 0.06}),
    "money": Gesture(hand((0.22, 0.08, 0.30), (-0.1, 0.75, 0.65), (-0.2, 0.65, -0.75), (0.75, 0.52, 0.05, 0.05, 0.05),
                          spread=0.18, oppose=0.55), mirrored(_REST)),
    "jump": _pair(hand((0.36, 0.50, 0.10), (0.35, 0.9, 0.1), (-0.2, 0.1, 0.95), FIST), jump=0.24),
    "sky": _pair(hand((0.32, 0.65, 0.06), (0.35, 0.9, -0.15), (-0.3, 0.3, 0.9), OPEN, pole=(0.9, 0.1, -0.4),
                      spread=0.16), body={"head_pitch": -0.45, "lean": -0.12}),
    "goodbye": Gesture(hand((0.33, 0.43, 0.14), (0.1, 1.0, 0.1), (0.0, -0.1, 1.0), OPEN, pole=(0.6, -0.8, -0.1),
                            spread=0.14), mirrored(_REST), move=_wave),
    "sleep": Gesture(hand((0.115, 0.225, 0.13), (0.25, 0.95, -0.15), (-0.75, 0.3, -0.6), OPEN, pole=(0.5, -0.8, 0.1)),
                     hand((0.06, 0.215, 0.17), (0.40, 0.9, -0.1), (0.75, -0.3, 0.6), OPEN, pole=(-0.6, -0.8, 0.2)),
                     body={"head_roll": -0.45, "head_yaw": 0.1}),
    "cry": _pair(hand((0.085, 0.315, 0.19), (-0.6, 0.75, -0.1), (-0.3, -0.1, -0.9), FIST, pole=(0.8, -0.6, 0.0)),
                 move=_rub, body={"head_pitch": 0.22, "lean": 0.1}),
    "listen": Gesture(hand((0.175, 0.26, 0.07), (-0.12, 0.95, -0.2), (-0.1, 0.1, 1.0), (0.1, 0.2, 0.2, 0.2, 0.22),
                           pole=(0.9, -0.5, -0.2), spread=0.0), mirrored(_HIP),
                      body={"head_yaw": -0.25, "head_roll": -0.22}),
    "strong": Gesture(hand((0.27, 0.37, 0.05), (-0.25, 0.95, 0.0), (-0.9, -0.3, 0.1), FIST, pole=(1.0, -0.15, 0.0)),
                      mirrored(_HIP)),
    "secret": Gesture(hand((0.055, 0.21, 0.19), (-0.25, 0.95, -0.1), (-0.95, -0.2, 0.1), POINTING, oppose=0.6,
                           pole=(0.7, -0.7, 0.0)), mirrored(_HIP), body={"head_pitch": 0.1}),
    "heart": Gesture(hand((0.055, 0.075, 0.17), (-0.95, 0.22, 0.0), (0.0, 0.0, -1.0), OPEN, pole=(0.8, -0.6, 0.0),
                          spread=0.05), mirrored(_REST), body={"head_pitch": 0.16}),
}
"""Name -> gesture."""


def held(gesture: Gesture, frames: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Both hands' poses [frames, 19] while the gesture is shown: its constant core, executed a little differently."""
    left, right = np.repeat(gesture.left[None], frames, 0), np.repeat(gesture.right[None], frames, 0)
    if gesture.move is not None:
        gesture.move(np.arange(frames) / FPS, left, right)
    # Hands that belong together move together, or a heart would come apart.
    shift = rng.normal(0.0, 0.015, 3)
    for pose in (left, right):
        pose[:, :3] += shift
        pose[:, 12:17] = np.clip(pose[:, 12:17] + rng.normal(0.0, 0.03, 5), 0.0, 1.0)
    return left, right


