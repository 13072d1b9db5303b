"""The bundled body of :mod:`core.skeleton` as an MMD model: standard and semi-standard bones, leg and toe IK.

It stands in where a VMD file comes without its model. Names and connections are those that most MMD models share:
全ての親 - センター - グルーブ - 腰 - 上半身 and 下半身; shoulder helpers (肩P, 肩C), twist bones (腕捩, 手捩), leg IK
under 全ての親, toe IK under the leg IK, and the copies of the leg bones that move on top of the IK (足D and so on).
"""

from __future__ import annotations

from functools import cache
from math import pi, radians

import numpy as np
from numpy.typing import NDArray

from core.motion.mmd_model import Append, Bone, Ik, IkLink, MmdModel, Vector, checked_model
from core.skeleton import INDEX, JOINTS, MMD_UNIT, PARENTS, REST_CENTER, REST_POSITIONS, REST_ROOT, VMD_NAMES

KNEE_LIMITS: tuple[Vector, Vector] = ((-pi, 0.0, 0.0), (radians(-0.5), 0.0, 0.0))
"""How far MMD lets a knee bend, radians: about X only, backwards only, never quite straight."""
LEG_LOOPS, LEG_STEP = 40, 2.0
TOE_LOOPS, TOE_STEP = 3, 4.0
_COPIES_LAYER = 1


def to_mmd(position: NDArray[np.floating]) -> Vector:
    """One of our positions (metres) in MMD's units and left-handed axes."""
    x, y, z = (float(c) / MMD_UNIT for c in position)
    return (x, y, -z)


@cache
def bundled_model() -> MmdModel:
    """The bundled body. Its joints lie at ``REST_POSITIONS``."""
    bones = _Bones()
    bones.add("全ての親", "", (0.0, 0.0, 0.0))
    bones.add("センター", "全ての親", to_mmd(REST_CENTER))
    bones.add("グルーブ", "センター", to_mmd(REST_CENTER))
    bones.add("腰", "グルーブ", to_mmd(REST_ROOT))
    for joint in ("LowerBody", "UpperBody", "UpperBody2", "Neck", "Head"):
        parent = PARENTS[INDEX[joint]]
        bones.add(VMD_NAMES[INDEX[joint]], VMD_NAMES[parent] if parent >= 0 else "腰", _at(joint))
    for english, side in (("Left", "左"), ("Right", "右")):
        _add_arm(bones, english, side)
        _add_leg(bones, english, side)
    return checked_model("bundled body", "bundled body", bones.made)


class _Bones:
    """Bones in the making, referred to by name."""

    def __init__(self) -> None:
        self.made: list[Bone] = []
        self.index: dict[str, int] = {"": -1}

    def add(
        self, name: str, parent: str, position: Vector, append: Append | None = None, ik: Ik | None = None,
        layer: int = 0,
    ) -> None:
        self.index[name] = len(self.made)
        self.made.append(Bone(name, self.index[parent], position, append=append, ik=ik, layer=layer))


def _at(joint: str) -> Vector:
    return to_mmd(REST_POSITIONS[INDEX[joint]])


def _add_arm(bones: _Bones, english: str, side: str) -> None:
    shoulder, arm = _at(f"{english}Shoulder"), _at(f"{english}Arm")
    bones.add(f"{side}肩P", "上半身2", shoulder)
    bones.add(f"{side}肩", f"{side}肩P", shoulder)
    bones.add(f"{side}肩C", f"{side}肩", arm, Append(bones.index[f"{side}肩P"], -1.0))
    bones.add(f"{side}腕", f"{side}肩C", arm)
    bones.add(f"{side}腕捩", f"{side}腕", _at(f"{english}ArmTwist"))
    bones.add(f"{side}ひじ", f"{side}腕捩", _at(f"{english}Elbow"))
    middle = REST_POSITIONS[[INDEX[f"{english}Elbow"], INDEX[f"{english}Wrist"]]].mean(axis=0)
    bones.add(f"{side}手捩", f"{side}ひじ", to_mmd(middle))
    bones.add(f"{side}手首", f"{side}手捩", _at(f"{english}Wrist"))
    wrist = INDEX[f"{english}Wrist"]
    for j, joint in enumerate(JOINTS):
        if _descends(j, wrist):
            bones.add(VMD_NAMES[j], VMD_NAMES[PARENTS[j]], _at(joint))


def _descends(joint: int, ancestor: int) -> bool:
    while joint >= 0 and PARENTS[joint] != ancestor:
        joint = PARENTS[joint]
    return joint >= 0


def _add_leg(bones: _Bones, english: str, side: str) -> None:
    leg, knee, ankle, toe = (_at(f"{english}{part}") for part in ("Leg", "Knee", "Ankle", "Toe"))
    bones.add(f"腰キャンセル{side}", "下半身", leg, Append(bones.index["腰"], -1.0))
    bones.add(f"{side}足", f"腰キャンセル{side}", leg)
    bones.add(f"{side}ひざ", f"{side}足", knee)
    bones.add(f"{side}足首", f"{side}ひざ", ankle)
    bones.add(f"{side}つま先", f"{side}足首", toe)
    index = bones.index
    links = (IkLink(index[f"{side}ひざ"], KNEE_LIMITS), IkLink(index[f"{side}足"]))
    bones.add(f"{side}足IK親", "全ての親", (ankle[0], 0.0, ankle[2]))
    bones.add(f"{side}足ＩＫ", f"{side}足IK親", ankle, ik=Ik(index[f"{side}足首"], LEG_LOOPS, LEG_STEP, links))
    bones.add(f"{side}つま先ＩＫ", f"{side}足ＩＫ", toe,
              ik=Ik(index[f"{side}つま先"], TOE_LOOPS, TOE_STEP, (IkLink(index[f"{side}足首"]),)))
    above = f"腰キャンセル{side}"
    for part, position in (("足", leg), ("ひざ", knee), ("足首", ankle)):
        bones.add(f"{side}{part}D", above, position, Append(index[f"{side}{part}"], 1.0), layer=_COPIES_LAYER)
        above = f"{side}{part}D"
    middle = (0.5 * (ankle[0] + toe[0]), 0.5 * (ankle[1] + toe[1]), 0.5 * (ankle[2] + toe[2]))
    bones.add(f"{side}足先EX", above, middle, layer=_COPIES_LAYER)
