"""Which bone of a foreign rig is which of the 53 joints.

Limbs, head and fingers are found by the words in the bones' names, in any of the usual spellings (CMU,
MotionBuilder, Mixamo, SMPL, Biped, Unreal, Unity, VRoid, Xsens, Poser, MMD in Japanese or English, Blender);
the trunk is found by the tree: hips where the legs meet, chest where the arms meet, spine between them.
Words that mean different bones in different rigs ("LeftLeg" is the shin of Mixamo and the thigh elsewhere,
"LeftShoulder" the collar bone of Mixamo and the upper arm of SMPL) are told apart by the words beside them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError
from core.skeleton import INDEX, JOINTS, PARENTS

SIDES = ("Left", "Right")
ROOT_NAME = "Root"
"""Name of the waist in files that we write; the 53 joints keep their own names."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_SIDE_WORDS = {
    "left": "Left", "l": "Left", "lft": "Left", "左": "Left",
    "right": "Right", "r": "Right", "rgt": "Right", "右": "Right",
}
# Words that rigs put into every name; a number right behind the first kind belongs to it ("Bip01", "Character1").
_NUMBERED_FILLERS = {"mixamorig", "character", "bip", "biped", "actor", "skeleton", "avatar", "smpl", "smplx"}
_FILLERS = {
    "valve", "j", "jnt", "jt", "joint", "bone", "def", "org", "c", "f", "m", "avg", "jbip", "armature", "b", "bn",
    "hik",
}
_COLLAR = ("clavicle", "collar", "collarbone", "clav", "肩")
_SHOULDER = ("shoulder", "shldr", "shldrbend")
_UPPER_ARM = ("upperarm", "uparm", "humerus", "腕")
_FOREARM = ("forearm", "lowerarm", "lowarm", "loarm", "forearmbend", "elbow", "ひじ", "肘")
_HAND = ("wrist", "手首", "hand", "手")
_THIGH = ("upleg", "upperleg", "thigh", "thighbend", "femur", "足")
_SHIN = ("lowerleg", "lowleg", "loleg", "shin", "calf", "knee", "tibia", "ひざ", "膝")
_FOOT = ("ankle", "足首", "foot")
_TOE = ("toe", "toes", "toebase", "ball", "toe0", "つま先", "足先")
_REQUIRED = {"Leg": "thigh", "Knee": "knee", "Arm": "upper arm", "Elbow": "elbow"}
_HEAD = ("head", "頭")
_NECK = ("neck", "首", "lowerneck", "necklower")
_FINGERS = (
    ("Thumb", re.compile("thumb|親指")),
    ("Index", re.compile("index|pointer|人指|人差")),
    ("Middle", re.compile("middle|^mid|中指")),
    ("Ring", re.compile("ring|薬指")),
    ("Pinky", re.compile("pink|little|small|小指")),
)
_NUMBERED_FINGER = re.compile(r"(?:finger|digit)_?(\d)", re.IGNORECASE)
_NOT_A_PHALANX = re.compile("metacarpal|carpal|inhand|palm|meta$")
_TWIST = re.compile("twist|roll|捩")


@dataclass(frozen=True)
class BoneMap:
    """Bones of a source for the joints.

    Attributes
    ----------
    root : int
        Bone that carries both legs and arms: the waist.
    joints : dict of str to int
        Joint name -> bone whose rotation and place it takes. Arms, elbows, legs, knees and LowerBody are always in it.
    points : dict of str to int
        Joint name -> bone or End Site that only says where the joint is.
    rig : str
        Name of the family of rigs.
    """

    root: int
    joints: dict[str, int]
    points: dict[str, int]
    rig: str


def is_own(names: Sequence[str], parents: Sequence[int]) -> bool:
    """Whether the bones (without End Sites) are exactly the 53 joints under a root, as our writer puts them."""
    if set(names) != {ROOT_NAME, *JOINTS} or len(names) != len(JOINTS) + 1:
        return False
    for name, parent in zip(names, parents, strict=True):
        above = "" if name == ROOT_NAME else JOINTS[PARENTS[INDEX[name]]] if PARENTS[INDEX[name]] >= 0 else ROOT_NAME
        if (names[parent] if parent >= 0 else "") != above:
            return False
    return True


def split_name(name: str) -> tuple[str, str]:
    """Side ("Left", "Right" or "") and bare words of a bone's name.

    >>> split_name("mixamorig:LeftForeArm"), split_name("Bip01 L Thigh"), split_name("upper_arm.R")
    (('Left', 'forearm'), ('Left', 'thigh'), ('Right', 'upperarm'))
    """
    plain = re.split(r"[:|]", unicodedata.normalize("NFKC", name))[-1]
    for sign in "左右":
        plain = plain.replace(sign, f" {sign} ")
    side = ""
    kept: list[str] = []
    filler_before = False
    for found in _WORD.findall(plain):
        word = found.lower()
        if word in _SIDE_WORDS and not side:
            side = _SIDE_WORDS[word]
        elif word in _NUMBERED_FILLERS:
            filler_before = True
            continue
        elif word not in _FILLERS and not (filler_before and word.isdecimal()):
            kept.append(word.lstrip("0") or "0" if word.isdecimal() else word)
        filler_before = False
    core = "".join(kept)
    if not side:
        for word, meant in (("left", "Left"), ("right", "Right")):
            if core != word and (core.startswith(word) or core.endswith(word)):
                return meant, core.removeprefix(word) if core.startswith(word) else core.removesuffix(word)
    return side, core


def _split_all(names: Sequence[str]) -> list[tuple[str, str]]:
    """As :func:`split_name`, and "lfoot" is a left foot where there is an "rfoot"."""
    split = [split_name(name) for name in names]
    middle = {core for side, core in split if not side}
    for i, (side, core) in enumerate(split):
        if side or len(core) < 4:
            continue
        for letter, other, meant in (("l", "r", "Left"), ("r", "l", "Right")):
            if core[0] == letter and other + core[1:] in middle:
                split[i] = (meant, core[1:])
            elif core[-1] == letter and core[:-1] + other in middle:
                split[i] = (meant, core[:-1])
    return split


def _first(parts: dict[str, int], words: Iterable[str]) -> int | None:
    return next((parts[word] for word in words if word in parts), None)


def _parts(names: Sequence[str], split: Sequence[tuple[str, str]], side: str) -> dict[str, int]:
    """The first bone of each bare word on one side."""
    parts: dict[str, int] = {}
    for i, (found, core) in enumerate(split):
        if found == side and names[i]:
            parts.setdefault(core, i)
    return parts


def _limbs(parts: dict[str, int]) -> dict[str, int | None]:
    """Bones of one side by part of a joint's name, from the bare words of that side's bones."""
    collar, shoulder = _first(parts, _COLLAR), _first(parts, _SHOULDER)
    arm, forearm = _first(parts, _UPPER_ARM), _first(parts, _FOREARM)
    if arm is None and forearm is not None:
        arm = parts.get("arm")
    elif forearm is None and (arm is not None or (collar is not None and shoulder is not None)):
        forearm = parts.get("arm")
    if arm is None:
        arm, shoulder = shoulder, None
    thigh, shin, leg, hip = _first(parts, _THIGH), _first(parts, _SHIN), parts.get("leg"), parts.get("hip")
    if thigh is None and leg is not None and shin is not None:
        thigh = leg
    elif thigh is None:
        thigh = hip
    if shin is None:
        shin = leg
    foot = _first(parts, _FOOT)
    toe = _first(parts, _TOE)
    if toe is None and foot != parts.get("foot"):
        toe = parts.get("foot")
    return {
        "Shoulder": collar if collar is not None else shoulder, "Arm": arm, "Elbow": forearm,
        "Wrist": _first(parts, _HAND), "Leg": thigh, "Knee": shin, "Ankle": foot, "Toe": toe,
    }


class _Tree:
    def __init__(self, parents: Sequence[int]) -> None:
        self.parents = parents
        self.children: list[list[int]] = [[] for _ in parents]
        for i, parent in enumerate(parents):
            if parent >= 0:
                self.children[parent].append(i)

    def above(self, bone: int) -> list[int]:
        """The bone and its ancestors, upwards."""
        found = []
        while bone >= 0:
            found.append(bone)
            bone = self.parents[bone]
        return found

    def below(self, bone: int) -> list[int]:
        """Descendants, nearest first."""
        found = list(self.children[bone])
        for child in found:
            found += self.children[child]
        return found

    def meeting(self, bones: Iterable[int]) -> int:
        """Lowest bone that is a proper ancestor of all; -1 where there is none."""
        paths = [self.above(bone)[1:] for bone in bones]
        shared = set(paths[0]).intersection(*paths[1:])
        return next((bone for bone in paths[0] if bone in shared), -1)

    def between(self, top: int, bottom: int) -> list[int]:
        """Bones strictly between ``top`` and its descendant ``bottom``, downwards."""
        path = self.above(bottom)
        return path[1 : path.index(top)][::-1] if top in path else []


def map_bones(names: Sequence[str], parents: Sequence[int], path: str | Path) -> BoneMap:
    """Find the joints among the bones ``names`` (empty for End Sites) of the tree ``parents``.

    Raises :class:`InputError` naming what is missing where hips, an arm or a leg cannot be found.
    """
    split = _split_all(names)
    tree = _Tree(parents)
    joints: dict[str, int] = {}
    missing: list[str] = []
    found_limbs = [_limbs(_parts(names, split, side)) for side in SIDES]
    for limbs, other in (found_limbs, found_limbs[::-1]):
        # A "shoulder" that is an upper arm on one side only is a collar bone whose arm is missing.
        arm = limbs["Arm"]
        collar_beyond = other["Shoulder"] is not None and limbs["Shoulder"] is None
        if collar_beyond and arm is not None and split[arm][1] in _SHOULDER:
            limbs["Shoulder"], limbs["Arm"] = arm, None
    for side, limbs in zip(SIDES, found_limbs, strict=True):
        for chain in (("Leg", "Knee", "Ankle", "Toe"), ("Shoulder", "Arm", "Elbow", "Wrist")):
            last = -1
            for part in chain:
                bone = limbs[part]
                if bone is not None and (last < 0 or last in tree.above(bone)[1:]):
                    joints[side + part] = last = bone
                elif part in _REQUIRED:
                    missing.append(f"{side.lower()} {_REQUIRED[part]}")
    if missing:
        fault = f"none of its bones is the {_listed(missing)}; {_called(names)}"
        raise InputError(path, fault, "rename them as Mixamo does")
    legs = tree.meeting([joints["LeftLeg"], joints["RightLeg"]])
    limbs_top = [joints[side + part] for side in SIDES for part in ("Leg", "Arm")]
    root = tree.meeting(limbs_top)
    if legs < 0 or root < 0:
        fault = f"it has no hips where its legs and arms meet; {_called(names)}"
        raise InputError(path, fault, "export one body as one skeleton")
    joints["LowerBody"] = legs
    _map_trunk(names, split, tree, root, joints)
    points = _map_points(tree, joints)
    for side in SIDES:
        twist = [b for b in tree.between(joints[f"{side}Arm"], joints[f"{side}Elbow"]) if _TWIST.search(split[b][1])]
        if twist:
            joints[f"{side}ArmTwist"] = twist[0]
        if f"{side}Wrist" in joints:
            joints |= _map_fingers(names, split, tree, joints[f"{side}Wrist"], side)
    return BoneMap(root, joints, points, _family(names, split))


def _map_trunk(
    names: Sequence[str], split: Sequence[tuple[str, str]], tree: _Tree, root: int, joints: dict[str, int],
) -> None:
    shoulders = [joints.get(f"{side}Shoulder", joints[f"{side}Arm"]) for side in SIDES]
    top = tree.meeting(shoulders)
    middle = [i for i, (side, core) in enumerate(split) if names[i] and not side and core and root in tree.above(i)]
    heads = [i for word in _HEAD for i in middle if split[i][1] == word]
    necks = [i for word in _NECK for i in middle if re.fullmatch(word + r"\d*", split[i][1])]
    if heads:
        joints["Head"] = heads[0]
        necks = [i for i in necks if i in tree.above(heads[0])] or necks
    if necks:
        joints["Neck"] = min(necks, key=lambda i: len(tree.above(i)))
    elif heads:
        beside = [b for b in tree.between(top, heads[0]) if b != joints["LowerBody"]]
        if beside:
            joints["Neck"] = beside[0]
    spine = [*tree.between(root, top), top] if top != root else []
    above_neck = set(tree.above(joints["Neck"])[1:]) if "Neck" in joints else set(spine)
    spine = [b for b in spine if b in above_neck and b != joints["LowerBody"]]
    if spine:
        joints["UpperBody"] = spine[0]
        if len(spine) > 1:
            joints["UpperBody2"] = spine[-1]


def _map_points(tree: _Tree, joints: dict[str, int]) -> dict[str, int]:
    """Places of missing joints: whatever lies below the knee, ankle or elbow, most often an End Site."""
    points: dict[str, int] = {}
    for side in SIDES:
        for part, base in (("Ankle", "Knee"), ("Toe", "Ankle"), ("Wrist", "Elbow")):
            bone = joints.get(side + base)
            if side + part not in joints and bone is not None and tree.children[bone]:
                points[side + part] = tree.children[bone][0]
    return points


def _map_fingers(
    names: Sequence[str], split: Sequence[tuple[str, str]], tree: _Tree, wrist: int, side: str,
) -> dict[str, int]:
    below = [b for b in tree.below(wrist) if names[b]]
    # In Biped's "Finger01" the first digit is the finger and the second the joint, so names are read as they stand.
    numbers = [int(found[1]) for b in below if (found := _NUMBERED_FINGER.search(names[b]))]
    chains: dict[str, list[int]] = {}
    for bone in below:
        core = split[bone][1]
        counted = _NUMBERED_FINGER.search(names[bone])
        finger = next((finger for finger, words in _FINGERS if words.search(core)), "")
        if not finger and counted:
            place = int(counted[1]) - min(numbers)
            finger = _FINGERS[place][0] if place < len(_FINGERS) else ""
        if not finger:
            continue
        if finger != "Thumb" and (_NOT_A_PHALANX.search(core) or (core.endswith("0") and not counted)):
            continue
        chain = chains.setdefault(finger, [])
        if not chain or chain[-1] in tree.above(bone):
            chain.append(bone)
    first = {finger: 0 if finger == "Thumb" else 1 for finger, _ in _FINGERS}
    return {
        f"{side}{finger}{first[finger] + i}": bone
        for finger, chain in chains.items() for i, bone in enumerate(chain[:3])
    }


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _called(names: Sequence[str]) -> str:
    real = [name[:40] for name in names if name]
    more = f" and {len(real) - 30} more" if len(real) > 30 else ""
    return f"they are called {', '.join(real[:30])}{more}"


def _family(names: Sequence[str], split: Sequence[tuple[str, str]]) -> str:
    """A name for the rig, for the report only."""
    cores = {core for _, core in split}
    sided = {core for side, core in split if side}
    whole = " ".join(names)
    signs: tuple[tuple[str, bool], ...] = (
        ("Mixamo", "mixamorig" in whole),
        ("VRoid", "J_Bip_" in whole),
        ("Biped", "Bip0" in whole or "Bip1" in whole),
        ("MMD", "上半身" in cores),
        ("CMU", "lowerback" in cores and {"hip", "upleg"} <= sided),
        ("Bandai Namco", "joint_Root" in names and "lowerarm" in sided),
        ("Unreal", {"pelvis", "clavicle", "upperarm", "calf"} <= cores),
        ("SMPL", "pelvis" in cores and {"collar", "hip", "knee", "ankle"} <= sided),
        ("Xsens", {"collar", "hip", "knee", "ankle"} <= sided),
        ("Poser", {"abdomen", "chest"} <= cores),
        ("MotionBuilder", {"upleg", "leg", "arm", "forearm"} <= sided),
        ("Rokoko", {"thigh", "shin", "arm", "forearm"} <= sided),
        ("Unity", {"upperleg", "lowerleg", "upperarm", "lowerarm"} <= sided),
        ("Blender", {"thigh", "shin", "upperarm", "forearm"} <= sided),
        ("MMD in English", {"leg", "knee", "arm", "elbow"} <= sided),
    )
    return next((name for name, fits in signs if fits), "recognised by its words")
