"""Background dance: arm phrases and step patterns from which every song draws its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.demo.hands import FIST, OPEN, hand, mirrored
from core.demo.limbs import Array

POSES: Final[dict[str, Array]] = {
    "low": hand((0.27, -0.18, 0.06), (0.35, -0.9, 0.1), (-0.9, -0.35, 0.0), pole=(0.5, -0.1, -0.85)),
    "front": hand((0.15, 0.12, 0.38), (0.0, 0.1, 1.0), (-0.5, -0.85, 0.0)),
    "side": hand((0.57, 0.15, 0.06), (1.0, 0.05, 0.1), (0.0, -1.0, 0.2)),
    "up": hand((0.22, 0.58, 0.05), (0.15, 1.0, 0.0), (-0.8, 0.0, 0.6), OPEN, pole=(0.9, 0.0, -0.4)),
    "diagonal": hand((0.44, 0.43, 0.10), (0.7, 0.7, 0.1), (-0.4, -0.5, 0.7), OPEN, pole=(0.6, -0.7, -0.4)),
    "chest": hand((0.10, 0.02, 0.22), (-0.9, 0.3, 0.1), (0.0, -0.3, -0.9)),
    "hip": hand((0.23, -0.10, 0.02), (-0.5, -0.6, 0.3), (-0.6, 0.5, 0.2), FIST, pole=(0.9, -0.1, -0.5)),
    "cross": hand((-0.10, 0.08, 0.26), (-0.9, 0.2, 0.3), (0.0, -0.8, -0.5)),
    "back": hand((0.26, -0.16, -0.18), (0.3, -0.8, -0.5), (-0.8, -0.3, 0.3), pole=(0.5, 0.2, -0.85)),
    "guard": hand((0.14, 0.14, 0.22), (-0.3, 0.8, 0.5), (-0.9, -0.2, -0.2), FIST),
    "punch": hand((0.10, 0.20, 0.46), (-0.1, 0.0, 1.0), (-0.3, -0.95, 0.0), FIST),
    "clap": hand((0.035, 0.10, 0.30), (0.0, 0.6, 0.8), (-1.0, 0.0, 0.0), OPEN),
    "shoulder": hand((0.23, 0.17, 0.15), (-0.65, 0.7, 0.1), (-0.6, -0.6, -0.3), pole=(0.9, -0.35, 0.1)),
    "overhead": hand((0.05, 0.52, 0.10), (-0.4, 0.9, 0.1), (-0.3, -0.2, 0.9), pole=(1.0, 0.1, -0.2)),
}
"""Left-hand poses by name; the right hand takes them mirrored."""

ARM_PHRASES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "swing": (("front", "back"), ("back", "front")),
    "clap": (("low", "low"), ("clap", "clap")),
    "punch": (("punch", "guard"), ("guard", "punch")),
    "push": (("chest", "chest"), ("front", "front")),
    "open": (("cross", "cross"), ("side", "side")),
    "pump": (("up", "hip"), ("guard", "hip")),
    "both up": (("chest", "chest"), ("up", "up"), ("diagonal", "diagonal"), ("low", "low")),
    "windmill": (("up", "low"), ("side", "side"), ("low", "up"), ("side", "side")),
    "hips": (("hip", "hip"), ("hip", "hip"), ("low", "hip"), ("hip", "low")),
    "diagonal": (("diagonal", "back"), ("cross", "low"), ("back", "diagonal"), ("low", "cross")),
    "roll": (("chest", "guard"), ("guard", "chest")),
    "shoulders": (("shoulder", "side"), ("side", "shoulder")),
    "frame": (("overhead", "side"), ("side", "overhead")),
    "low sway": (("low", "low"), ("back", "low"), ("low", "low"), ("low", "back")),
    "reach": (("front", "hip"), ("side", "hip"), ("hip", "front"), ("hip", "side")),
}
"""Arm phrases: (left, right) pose names, one step a beat, repeated."""

STEP_PATTERNS: Final[dict[str, tuple[tuple[str, float, float], ...]]] = {
    "march": (("Left", 0.0, 0.0), ("Right", 0.0, 0.0)),
    "step touch": (("Left", 0.16, 0.0), ("Right", 0.16, 0.0), ("Right", -0.16, 0.0), ("Left", -0.16, 0.0)),
    "sway": (("Left", 0.07, 0.0), ("Right", -0.07, 0.0)),
    "v step": (("Left", 0.09, 0.13), ("Right", -0.09, 0.13), ("Left", 0.02, -0.03), ("Right", -0.02, -0.03)),
    "rock": (("Left", 0.0, 0.12), ("Right", 0.0, -0.06)),
    "wide": (("Left", 0.12, 0.05), ("Right", -0.05, 0.05), ("Left", 0.05, -0.05), ("Right", -0.12, -0.05)),
}
"""Step patterns, one a beat, repeated: which foot lands, and where the waist is then (x, z in metres).

A foot never lands on the far side of the other one.
"""


@dataclass(frozen=True)
class Style:
    """How one song dances: its phrases, its steps and its habits.

    Attributes
    ----------
    phrases : tuple of (str, bool)
        Arm phrases and whether they are mirrored.
    poses : dict
        The song's own version of every pose, float64 [19].
    steps : tuple of str
    energy : float
        Size of steps and bounce, about 1.
    bounce, twist, sway, lean : float
        Metres of sinking on the beat; radians of trunk twist, side lean and forward lean.
    stance : float
        Extra width of the feet, metres.
    turns : bool
        Whether the dancer sometimes spins once around.
    """

    phrases: tuple[tuple[str, bool], ...]
    poses: dict[str, Array]
    steps: tuple[str, ...]
    energy: float
    bounce: float
    twist: float
    sway: float
    lean: float
    stance: float
    turns: bool


def draw_style(rng: np.random.Generator) -> Style:
    """A song's style."""
    names = rng.choice(list(ARM_PHRASES), size=5, replace=False)
    poses = {}
    for name, pose in POSES.items():
        own = np.array(pose)
        own[:3] += rng.normal(0.0, 0.025, 3)
        own[3:9] += rng.normal(0.0, 0.12, 6)
        own[12:17] = np.clip(own[12:17] + rng.normal(0.0, 0.08), 0.0, 1.0)
        poses[name] = own
    return Style(
        phrases=tuple((str(n), bool(rng.random() < 0.5)) for n in names), poses=poses,
        steps=tuple(str(s) for s in rng.choice(list(STEP_PATTERNS), size=2, replace=False)),
        energy=float(rng.uniform(0.75, 1.15)), bounce=float(rng.uniform(0.015, 0.04)),
        twist=float(rng.uniform(0.05, 0.25)), sway=float(rng.uniform(0.02, 0.10)), lean=float(rng.uniform(-0.02, 0.10)),
        stance=float(rng.uniform(0.0, 0.06)), turns=bool(rng.random() < 0.4),
    )


def arm_pair(style: Style, phrase: int, beat: int) -> tuple[Array, Array]:
    """Left and right poses [19] of a beat of one of the style's phrases."""
    name, flipped = style.phrases[phrase]
    left, right = ARM_PHRASES[name][beat % len(ARM_PHRASES[name])]
    if flipped:
        left, right = right, left
    return style.poses[left], mirrored(style.poses[right])
