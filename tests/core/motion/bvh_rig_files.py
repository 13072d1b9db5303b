"""Small BVH files of one body in many rigs, composed for the tests: same body, same pose, other names, axes and units."""

import warnings
from dataclasses import dataclass, field

import numpy as np
from scipy.spatial.transform import Rotation

# The body in a T-pose, metres, +Y up, front +Z.
BODY = {
    "hips": (0, 0.97, 0), "spine": (0, 1.07, -0.01), "spine1": (0, 1.17, -0.015), "chest": (0, 1.28, -0.02),
    "neck": (0, 1.44, -0.02), "neck1": (0, 1.49, -0.01), "head": (0, 1.54, 0.0), "crown": (0, 1.72, 0.0),
    "collar": (0.03, 1.40, -0.02), "arm": (0.17, 1.41, -0.02), "forearm": (0.44, 1.41, -0.02), "hand": (0.69, 1.41, -0.02),
    "middle1": (0.78, 1.41, -0.02), "middle2": (0.82, 1.41, -0.02), "middle3": (0.85, 1.41, -0.02), "middle4": (0.87, 1.41, -0.02),
    "palm": (0.78, 1.41, -0.02), "thumb1": (0.72, 1.40, 0.01), "thumb2": (0.75, 1.39, 0.04), "thumb3": (0.78, 1.39, 0.06), "thumb4": (0.8, 1.39, 0.08),
    "hipjoint": (0.0, 0.97, 0.0), "thigh": (0.09, 0.92, 0), "shin": (0.09, 0.50, 0.005), "foot": (0.09, 0.09, -0.02),
    "toe": (0.09, 0.02, 0.11), "toetip": (0.09, 0.02, 0.19), "ground": (0, 0, 0), "cog": (0, 0.97, 0),
}


def place(part: str) -> np.ndarray:
    """Place of "l.arm", "r.arm" or "neck"."""
    side, _, bare = part.rpartition(".")
    return np.array(BODY[bare], dtype=float) * ([-1, 1, 1] if side == "r" else [1, 1, 1])


def both(*bones: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    """Bones (name, part, parent part) of a side, with {S} {s} {x} {d} for Left left L l, doubled to both sides."""
    found = []
    for side, words in (("l", ("Left", "left", "L", "l", "左")), ("r", ("Right", "right", "R", "r", "右"))):
        for name, part, parent in bones:
            fill = dict(zip(("S", "s", "X", "x", "J"), words, strict=True))
            sided = parent if parent in {"hips", "spine", "spine1", "chest", "neck"} else f"{side}.{parent}"
            found.append((name.format(**fill), f"{side}.{part}", sided))
    return found


def arms(collar: str, arm: str, forearm: str, hand: str, parent: str = "chest") -> list[tuple[str, str, str]]:
    return both((collar, "collar", parent), (arm, "arm", "collar"), (forearm, "forearm", "arm"), (hand, "hand", "forearm"))


def legs(thigh: str, shin: str, foot: str, toe: str = "", parent: str = "hips") -> list[tuple[str, str, str]]:
    bones = [(thigh, "thigh", parent), (shin, "shin", "thigh"), (foot, "foot", "shin")]
    return both(*bones, *([(toe, "toe", "foot")] if toe else []))


def trunk(hips: str, spine: str, spine1: str, chest: str, neck: str, head: str) -> list[tuple[str, str, str]]:
    bones = [(hips, "hips", ""), (spine, "spine", "hips")]
    bones += [(spine1, "spine1", "spine")] if spine1 else []
    return [*bones, (chest, "chest", "spine1" if spine1 else "spine"), (neck, "neck", "chest"), (head, "head", "neck")]


def hand_fingers(thumb: str, middle: str, first: int = 1) -> list[tuple[str, str, str]]:
    bones = []
    for pattern, word in ((thumb, "thumb"), (middle, "middle")):
        bones += [
            (pattern.replace("#", str(first + i)), f"{word}{i + 1}", "hand" if i == 0 else f"{word}{i}") for i in range(3)
        ]
    return both(*bones)


RIGS: dict[str, list[tuple[str, str, str]]] = {
    "CMU": [
        *trunk("Hips", "LowerBack", "Spine", "Spine1", "Neck", "Neck1"), ("Head", "crown", "head"),
        *both(("{X}HipJoint", "hipjoint", "hips")),
        *legs("{S}UpLeg", "{S}Leg", "{S}Foot", "{S}ToeBase", "hipjoint"),
        *arms("{S}Shoulder", "{S}Arm", "{S}ForeArm", "{S}Hand"),
    ],
    "Mixamo": [
        *trunk("mixamorig:Hips", "mixamorig:Spine", "mixamorig:Spine1", "mixamorig:Spine2", "mixamorig:Neck", "mixamorig:Head"),
        ("mixamorig:HeadTop_End", "crown", "head"),
        *legs("mixamorig:{S}UpLeg", "mixamorig:{S}Leg", "mixamorig:{S}Foot", "mixamorig:{S}ToeBase"),
        *arms("mixamorig:{S}Shoulder", "mixamorig:{S}Arm", "mixamorig:{S}ForeArm", "mixamorig:{S}Hand"),
        *hand_fingers("mixamorig:{S}HandThumb#", "mixamorig:{S}HandMiddle#"),
    ],
    "MotionBuilder": [
        *trunk("Hips", "Spine", "Spine1", "Spine2", "Neck", "Head"),
        *legs("{S}UpLeg", "{S}Leg", "{S}Foot", "{S}ToeBase"), *arms("{S}Shoulder", "{S}Arm", "{S}ForeArm", "{S}Hand"),
    ],
    "SMPL": [
        *trunk("Pelvis", "Spine1", "Spine2", "Spine3", "Neck", "Head"),
        *legs("{X}_Hip", "{X}_Knee", "{X}_Ankle", "{X}_Foot"), *arms("{X}_Collar", "{X}_Shoulder", "{X}_Elbow", "{X}_Wrist"),
        *both(("{X}_Hand", "palm", "hand")),
    ],
    "SMPL ": [
        *trunk("pelvis", "spine1", "spine2", "spine3", "neck", "head"),
        *legs("{s}_hip", "{s}_knee", "{s}_ankle", "{s}_foot"), *arms("{s}_collar", "{s}_shoulder", "{s}_elbow", "{s}_wrist"),
        *hand_fingers("{s}_thumb#", "{s}_middle#"),
    ],
    "Unity": [
        *trunk("Hips", "Spine", "", "Chest", "Neck", "Head"),
        *legs("UpperLeg_{X}", "LowerLeg_{X}", "Foot_{X}", "Toes_{X}"),
        *arms("Shoulder_{X}", "UpperArm_{X}", "LowerArm_{X}", "Hand_{X}"),
        *both(("{S}MiddleProximal", "middle1", "hand"), ("{S}MiddleIntermediate", "middle2", "middle1"), ("{S}MiddleDistal", "middle3", "middle2")),
    ],
    "VRoid": [
        *trunk("J_Bip_C_Hips", "J_Bip_C_Spine", "J_Bip_C_Chest", "J_Bip_C_UpperChest", "J_Bip_C_Neck", "J_Bip_C_Head"),
        *legs("J_Bip_{X}_UpperLeg", "J_Bip_{X}_LowerLeg", "J_Bip_{X}_Foot", "J_Bip_{X}_ToeBase"),
        *arms("J_Bip_{X}_Shoulder", "J_Bip_{X}_UpperArm", "J_Bip_{X}_LowerArm", "J_Bip_{X}_Hand"),
        *hand_fingers("J_Bip_{X}_Thumb#", "J_Bip_{X}_Middle#"),
    ],
    "Biped": [
        ("Bip01", "cog", ""), ("Bip01 Pelvis", "hips", "cog"), ("Bip01 Spine", "spine", "hips"), ("Bip01 Spine1", "chest", "spine"),
        ("Bip01 Neck", "neck", "chest"), ("Bip01 Head", "head", "neck"),
        *legs("Bip01 {X} Thigh", "Bip01 {X} Calf", "Bip01 {X} Foot", "Bip01 {X} Toe0"),
        *arms("Bip01 {X} Clavicle", "Bip01 {X} UpperArm", "Bip01 {X} Forearm", "Bip01 {X} Hand", "neck"),
        *both(("Bip01 {X} Finger0", "thumb1", "hand"), ("Bip01 {X} Finger01", "thumb2", "thumb1"), ("Bip01 {X} Finger02", "thumb3", "thumb2"),
              ("Bip01 {X} Finger2", "middle1", "hand"), ("Bip01 {X} Finger21", "middle2", "middle1"), ("Bip01 {X} Finger22", "middle3", "middle2")),
    ],
    "Unreal": [
        ("root", "ground", ""), ("pelvis", "hips", "ground"), ("spine_01", "spine", "hips"), ("spine_02", "spine1", "spine"),
        ("spine_03", "chest", "spine1"), ("neck_01", "neck", "chest"), ("head", "head", "neck"),
        *legs("thigh_{x}", "calf_{x}", "foot_{x}", "ball_{x}"), *arms("clavicle_{x}", "upperarm_{x}", "lowerarm_{x}", "hand_{x}"),
        *hand_fingers("thumb_0#_{x}", "middle_0#_{x}"),
    ],
    "Xsens": [
        *trunk("Hips", "Chest", "Chest2", "Chest4", "Neck", "Head"), *legs("{S}Hip", "{S}Knee", "{S}Ankle", "{S}Toe"),
        *arms("{S}Collar", "{S}Shoulder", "{S}Elbow", "{S}Wrist"),
    ],
    "Poser": [
        *trunk("hip", "abdomen", "", "chest", "neck", "head"), *legs("{x}Thigh", "{x}Shin", "{x}Foot", "{x}Toe"),
        *arms("{x}Collar", "{x}Shldr", "{x}ForeArm", "{x}Hand"),
    ],
    "Rokoko": [
        *trunk("Hips", "Spine1", "Spine2", "Spine3", "Neck", "Head"), *legs("{S}Thigh", "{S}Shin", "{S}Foot", "{S}Toe"),
        *arms("{S}Shoulder", "{S}Arm", "{S}ForeArm", "{S}Hand"),
        *both(("{S}Finger1Metacarpal", "thumb1", "hand"), ("{S}Finger1Proximal", "thumb2", "thumb1"), ("{S}Finger1Distal", "thumb3", "thumb2"),
              ("{S}Finger3Proximal", "middle1", "hand"), ("{S}Finger3Medial", "middle2", "middle1"), ("{S}Finger3Distal", "middle3", "middle2")),
    ],
    "Blender": [
        *trunk("hips", "spine", "spine.001", "chest", "neck", "head"), *legs("thigh.{X}", "shin.{X}", "foot.{X}", "toe.{X}"),
        *arms("shoulder.{X}", "upper_arm.{X}", "forearm.{X}", "hand.{X}"), *hand_fingers("thumb.0#.{X}", "f_middle.0#.{X}"),
    ],
    "MMD": [
        ("全ての親", "ground", ""), ("腰", "cog", "ground"), ("上半身", "spine", "cog"), ("上半身2", "chest", "spine"), ("首", "neck", "chest"),
        ("頭", "head", "neck"), ("下半身", "hips", "cog"), *legs("{J}足", "{J}ひざ", "{J}足首", "{J}つま先"),
        *arms("{J}肩", "{J}腕", "{J}ひじ", "{J}手首"), *hand_fingers("{J}親指#", "{J}中指#", 0)[:3],
    ],
    "MMD in English": [
        *trunk("center", "upper body", "", "upper body2", "neck", "head"), *legs("leg_{X}", "knee_{X}", "ankle_{X}", "toe_{X}"),
        *arms("shoulder_{X}", "arm_{X}", "elbow_{X}", "wrist_{X}"),
    ],
    "lower case": [
        *trunk("hips", "spine", "", "chest", "neck", "head"), *legs("{x}thigh", "{x}shin", "{x}foot", "{x}toe"),
        *arms("{x}clavicle", "{x}upperarm", "{x}forearm", "{x}hand"),
    ],
}
# Joint -> part of the body that a right reading gives it, where the rig has that part.
EXPECTED = {
    "UpperBody2": "chest", "Neck": "neck",
    **{f"{S}{joint}": f"{s}.{part}" for S, s in (("Left", "l"), ("Right", "r")) for joint, part in (
        ("Shoulder", "collar"), ("Arm", "arm"), ("Elbow", "forearm"), ("Wrist", "hand"), ("Leg", "thigh"), ("Knee", "shin"),
        ("Ankle", "foot"), ("Toe", "toe"), ("Thumb0", "thumb1"), ("Thumb1", "thumb2"), ("Thumb2", "thumb3"),
        ("Middle1", "middle1"), ("Middle2", "middle2"), ("Middle3", "middle3"))},
}


@dataclass
class Film:
    """A rig's file and where its parts truly are."""

    text: str
    places: dict[str, np.ndarray]  # part -> [T, 3] metres, our axes
    turns: dict[str, Rotation]  # part -> world turn away from the T-pose
    name_of: dict[str, str] = field(default_factory=dict)


def compose(
    bones: list[tuple[str, str, str]], pose: dict[str, Rotation], root: np.ndarray | None = None, *,
    unit: float = 0.01, axes: np.ndarray | None = None, order: str = "ZXY", twisted: int | None = None,
    frame_time: str = "0.0333333", moving: bool = False, tips: bool = True,
) -> Film:
    """Write a body in a pose.

    pose: part -> turns [T] about the world's axes as they lie in the T-pose; root: the first bone's shift [T, 3].
    axes: rotation matrix from our axes to the file's; unit: metres in one unit of the file; twisted: a seed that gives each
    bone its own frame, so that the zero pose is nonsense; moving: position channels on every bone.
    """
    axes = np.eye(3) if axes is None else axes
    count = max((len(turn) for turn in pose.values()), default=1)
    root = np.zeros((count, 3)) if root is None else root
    rng = np.random.default_rng(twisted or 0)
    own = {part: Rotation.random(rng=rng) if twisted is not None else Rotation.identity() for _, part, _ in bones}
    into = Rotation.from_matrix(axes)
    places, turns, rows = {}, {}, {}
    lines = ["HIERARCHY"]
    still = Rotation.identity(count)

    def channels(name: str, steps: np.ndarray | None, local: Rotation) -> str:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Gimbal lock")
            angles = local.as_euler(order, degrees=True)
        rows[name] = angles if steps is None else np.concatenate([steps, angles], axis=1)
        turned = " ".join(f"{axis}rotation" for axis in order)
        return f"CHANNELS 3 {turned}" if steps is None else f"CHANNELS 6 Xposition Yposition Zposition {turned}"

    def write(name: str, part: str, parent: str) -> None:
        turn = pose.get(part, still)
        turns[part] = turns[parent] * turn if parent else turn
        if parent:
            places[part] = places[parent] + turns[parent].apply(place(part) - place(parent))
            above = into * own[parent] * into.inv()
            step = above.inv().apply(into.apply(place(part) - place(parent)) / unit)
            local = (own[parent].inv() * turn * own[part])
        else:
            places[part] = place(part) + root
            step = np.zeros(3)
            local = turn * own[part]
        local = into * local * into.inv()
        steps = into.apply(places[part]) / unit if not parent else np.repeat(step[None], count, axis=0) if moving else None
        lines.extend([f"{'JOINT' if parent else 'ROOT'} {name}", "{", "OFFSET " + " ".join(f"{x:.6f}" for x in step)])
        lines.append(channels(name, steps, local))
        children = [bone for bone in bones if bone[2] == part]
        for child in children:
            write(*child)
        if not children:
            tip = {"toe": (0, 0, 0.08), "head": (0, 0.18, 0), "hand": (0.1 if part[0] == "l" else -0.1, 0, 0)}
            end = np.array(tip.get(part.rpartition(".")[2], (0, 0, 0))) * tips
            end = into.apply(own[part].inv().apply(end)) / unit
            lines.extend(["End Site", "{", "OFFSET " + " ".join(f"{x:.6f}" for x in end), "}"])
        lines.append("}")

    first = next(bone for bone in bones if not bone[2])
    write(*first)
    lines += ["MOTION", f"Frames: {count}", f"Frame Time: {frame_time}"]
    table = np.concatenate(list(rows.values()), axis=1)
    lines += [" ".join(f"{x:.6f}" for x in row) for row in table]
    return Film("\n".join(lines) + "\n", places, turns, {part: name for name, part, _ in bones})


def about(axis: str, angles: np.ndarray) -> Rotation:
    """Turns about one axis, radians [T]."""
    return Rotation.from_euler(axis, np.reshape(angles, (-1, 1)))


def dance(frames: int = 60, seed: int = 0) -> tuple[dict[str, Rotation], np.ndarray]:
    """A pose that changes: knees and elbows bend as they can, the rest sways; and a wandering root."""
    rng = np.random.default_rng(seed)
    t = np.linspace(0, 2 * np.pi, frames)

    def wave(size: float) -> np.ndarray:
        return size * np.sin(rng.integers(1, 4) * t + rng.uniform(0, 6))

    def sway(size: float) -> Rotation:
        return Rotation.from_rotvec(np.stack([wave(size), wave(size), wave(size)], axis=1))

    pose = {part: sway(0.15) for part in ("hips", "spine", "spine1", "chest", "neck", "head")}
    for s, sign in (("l", 1), ("r", -1)):
        pose[f"{s}.collar"] = sway(0.1)
        down = about("z", np.full(frames, -sign * 0.9))
        pose[f"{s}.arm"] = sway(0.4) * down
        pose[f"{s}.forearm"] = about("y", -sign * (0.8 + wave(0.6)))
        pose[f"{s}.hand"] = sway(0.3)
        pose[f"{s}.thigh"] = sway(0.25)
        pose[f"{s}.shin"] = about("x", 0.6 + wave(0.5))
        pose[f"{s}.foot"] = sway(0.2)
        pose[f"{s}.toe"] = about("x", wave(0.1))
        for finger in ("thumb", "middle"):
            for i in (1, 2, 3):
                pose[f"{s}.{finger}{i}"] = about("z", -sign * (0.3 + wave(0.2)))
    return pose, np.stack([wave(0.5), wave(0.03), wave(0.5)], axis=1)
