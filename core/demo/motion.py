"""A demo song's dance: steps, trunk, arms and gestures as smooth tracks, then joints by inverse kinematics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, maximum_filter1d
from scipy.spatial.transform import Rotation

from core.demo.gestures import GESTURES, held
from core.demo.hands import SIZE, HandGeometry, mirrored, wrist_and_pole
from core.demo.limbs import Array, arm, leg, unit
from core.demo.phrases import STEP_PATTERNS, Style, arm_pair, draw_style
from core.demo.plan import GestureEvent, SongPlan
from core.motion.clip import Motion
from core.skeleton import FPS, INDEX, N_JOINTS, REST_OFFSETS, REST_POSITIONS, REST_ROOT

_TRAVEL = 9
"""Frames that the arms take to a gesture and back."""
_KNEE_ROOM = 0.014
"""How much lower than in the rest pose the waist stands, so that the knees are never locked; metres."""
_TORSO = (0.17, 0.135)
"""Half width and half depth of the room in the chest's frame that wrists keep out of, metres."""
_SHOULDER_ROOM = 0.30
"""How near to its shoulder a wrist comes on its way, at the nearest; metres."""
_WRIST_FREE, _WRIST_SOFT = np.deg2rad([55.0, 25.0])
"""Bend of the wrist that is left as it is, and how much more there can be; radians."""
_BODY = ("yaw", "lean", "twist", "side", "head_yaw", "head_pitch", "head_roll")


Indices = NDArray[np.int64]


@dataclass
class _Tracks:
    """Everything the joints are computed from, each [frames, ...]; metres, radians, the dancer's own axes."""

    waist: Array
    body: dict[str, Array]
    feet: dict[str, Array]
    hands: dict[str, Array]


def smooth_step(x: Array) -> Array:
    """Minimum-jerk way from 0 to 1 for x in [0, 1]."""
    x = np.clip(x, 0.0, 1.0)
    return np.asarray(x**3 * (10 - 15 * x + 6 * x**2), dtype=np.float64)


def through(times: Array, values: Array, at: Array) -> Array:
    """Minimum-jerk interpolation [len(at), ...] through ``values`` [n, ...] at rising ``times`` [n]."""
    i = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
    share = smooth_step((at - times[i]) / (times[i + 1] - times[i]))
    share = share.reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(values[i] * (1 - share) + values[i + 1] * share, dtype=np.float64)


def compose_motion(plan: SongPlan) -> Motion:
    """The dance of a song on the bundled body. The same plan gives the same motion."""
    rng = np.random.default_rng([plan.seed, 1])
    style = draw_style(rng)
    tracks = _background(plan, style, rng)
    for event in plan.events:
        _show(tracks, event, rng)
    _keep_in_reach(tracks)
    return _joints(tracks)


def _background(plan: SongPlan, style: Style, rng: np.random.Generator) -> _Tracks:
    seconds = np.arange(plan.frames) / FPS
    beat_length = 60.0 / plan.bpm
    # Keys before the first beat and after the last one, so that every frame lies between two.
    before, after = plan.beats[0] - beat_length * np.arange(4, 0, -1), plan.beats[-1] + beat_length * np.arange(1, 9)
    beats = np.concatenate([before, plan.beats, after])
    bars = -(-len(beats) // 4)
    phrase = rng.integers(0, len(style.phrases), bars)
    # Two bars to a phrase, as dancers count eights.
    phrase[1::2] = phrase[0::2][: len(phrase[1::2])]
    pattern = np.repeat(rng.integers(0, len(style.steps), -(-bars // 4)), 4)[:bars]
    pairs = [arm_pair(style, int(phrase[i // 4]), i % 4) for i in range(len(beats))]
    jitter = rng.normal(0.0, 0.018, (2, len(beats), 3))
    hands = {}
    for side, which in (("Left", 0), ("Right", 1)):
        keys = np.stack([pair[which] for pair in pairs])
        keys[:, :3] += jitter[which]
        hands[side] = through(beats, keys, seconds)
        hands[side][:, :3] += _detours(beats, keys[:, :3], seconds, side)
    yaw = _turn(plan, beats, seconds, rng) if style.turns else np.zeros(plan.frames)
    waist, feet = _steps(style, pattern, beats, seconds, yaw, rng)
    phase = np.interp(seconds, beats, np.arange(len(beats)))
    swing = np.sin(np.pi * phase)
    nod = 0.5 - 0.5 * np.cos(2 * np.pi * phase)
    waist[:, 1] += -_KNEE_ROOM - style.energy * style.bounce * nod
    body = {name: np.zeros(plan.frames) for name in _BODY}
    body["yaw"] += yaw
    body["lean"] += style.lean + 0.02 * nod
    body["twist"] += style.energy * style.twist * swing
    body["side"] += style.energy * style.sway * np.sin(np.pi * phase + 0.6)
    body["head_pitch"] += 0.05 * nod
    body["head_yaw"] += -0.5 * body["twist"] + 0.12 * np.sin(np.pi * phase / 4)
    return _Tracks(waist, body, feet, hands)


def _detours(times: Array, keys: Array, at: Array, side: str) -> Array:
    """What keeps wrists [len(at), 3] on their way between keys [n, 3] from passing through their own shoulder."""
    shoulder = REST_POSITIONS[INDEX[f"{side}Arm"]] - REST_POSITIONS[INDEX["UpperBody2"]]
    start, way = keys[:-1] - shoulder, np.diff(keys, axis=0)
    nearest = np.clip(-(start * way).sum(1) / np.maximum((way**2).sum(1), 1e-9), 0.0, 1.0)[:, None]
    reach = np.linalg.norm(keys - shoulder, axis=1)
    room = np.minimum(np.minimum(reach[:-1], reach[1:]), _SHOULDER_ROOM)
    missing = np.maximum(room - np.linalg.norm(start + nearest * way, axis=1), 0.0)
    i = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
    share = smooth_step((at - times[i]) / (times[i + 1] - times[i]))
    outward = np.array([0.7 if side == "Left" else -0.7, 0.0, 0.7])
    return np.asarray((4 * share * (1 - share) * missing[i])[:, None] * outward, dtype=np.float64)


def _steps(
    style: Style, pattern: Indices, beats: Array, seconds: Array, yaw: Array,
    rng: np.random.Generator,
) -> tuple[Array, dict[str, Array]]:
    """The waist over the feet, and feet that stand still but for their own step."""
    patterns = [STEP_PATTERNS[name] for name in style.steps]
    beat = beats[1] - beats[0]
    turning = np.interp(beats + beat, seconds, yaw) != np.interp(beats - beat, seconds, yaw)
    steps = []
    for k in range(len(beats)):
        # One walks around on the spot, or the feet would cross.
        own = STEP_PATTERNS["march"] if turning[k] else patterns[pattern[k // 4]]
        steps.append(own[k % len(own)])
    places = np.array([step[1:] for step in steps]) * style.energy
    waist = np.zeros((len(seconds), 3))
    waist[:, [0, 2]] = through(beats, places, seconds)
    waist += REST_ROOT
    feet = {}
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        home = REST_POSITIONS[INDEX[f"{side}Ankle"]]
        # A foot lands on its own beats, where the waist is then.
        mine = np.array([i for i, step in enumerate(steps) if step[0] == side])
        i = np.clip(np.searchsorted(beats[mine], seconds, side="right") - 1, 0, len(mine) - 2)
        goals = home[[0, 2]] + rng.normal(0.0, 0.008, (len(mine), 2))
        goals[:, 0] += sign * style.stance
        # A foot lands turned as the body will be halfway through the foot's stand.
        landed = np.interp(beats[mine] + 0.65 * beat, seconds, yaw)
        goals = _headed(goals, landed) + places[mine]
        turn = 0.12 * sign + rng.normal(0.0, 0.05, len(mine)) + landed
        # The step fills the last part of the beat before the foot comes down.
        share = np.clip((seconds - (beats[mine][i + 1] - 0.7 * beat)) / (0.7 * beat), 0.0, 1.0)
        way = smooth_step(share)
        lift = np.sin(np.pi * share) ** 2 * 0.06 * style.energy
        place = goals[i] * (1 - way[:, None]) + goals[i + 1] * way[:, None] - waist[:, [0, 2]]
        place = _headed(place, -yaw) + waist[:, [0, 2]]
        aim = turn[i] * (1 - way) + turn[i + 1] * way - yaw
        feet[side] = np.column_stack([place[:, 0], home[1] + lift, place[:, 1], aim, 3.0 * lift])
    return waist, feet


def _headed(places: Array, heading: Array) -> Array:
    """Places (x, z) [n, 2] turned about the vertical by headings [n]."""
    cosine, sine = np.cos(heading), np.sin(heading)
    x, z = places[:, 0], places[:, 1]
    return np.column_stack([cosine * x + sine * z, cosine * z - sine * x])


def _turn(plan: SongPlan, beats: Array, seconds: Array, rng: np.random.Generator) -> Array:
    """The dancer's heading, radians [T]: once around over two bars that hold no gesture, up to three times."""
    yaw = np.zeros(len(seconds))
    starts = np.flatnonzero((np.arange(len(beats)) % 8 == 0) & (beats < seconds[-1] - 8) & (beats >= 0))
    for i in rng.permutation(starts)[:3]:
        low, high = beats[i] * FPS - 20, beats[i + 8] * FPS + 20
        sign = 1.0 if rng.random() < 0.5 else -1.0
        if not any(event.start < high and low < event.stop for event in plan.events):
            yaw += sign * 2 * np.pi * _ramp((seconds - beats[i]) / (beats[i + 8] - beats[i]))
    return yaw


def _ramp(x: Array) -> Array:
    """From 0 to 1 at an even speed, but for a soft start and end."""
    share = 0.15
    x = np.clip(x, 0.0, 1.0)
    edge = np.minimum(x, 1 - x)
    rise = np.where(edge < share, edge**2 / (2 * share), edge - share / 2) / (1 - share)
    return np.asarray(np.where(x < 0.5, rise, 1 - rise), dtype=np.float64)


def _show(tracks: _Tracks, event: GestureEvent, rng: np.random.Generator) -> None:
    """Blend a gesture over the background."""
    gesture = GESTURES[event.gesture]
    total = len(tracks.waist)
    lead = int(rng.integers(0, 4))
    first, last = max(event.start - lead - _TRAVEL, 0), min(event.stop + 2 + _TRAVEL, total)
    left, right = held(gesture, last - first, rng)
    if not gesture.both and rng.random() < 0.5:
        left, right = mirrored(right), mirrored(left)
        flip = -1.0
    else:
        flip = 1.0
    frame = np.arange(first, last)
    share = smooth_step((frame - (event.start - lead - _TRAVEL)) / _TRAVEL)
    share = share * smooth_step((event.stop + 2 + _TRAVEL - frame) / _TRAVEL)
    for side, pose in (("Left", left), ("Right", right)):
        own = tracks.hands[side][first:last]
        tracks.hands[side][first:last] = own + share[:, None] * (pose - own)
    # While the arms speak, the trunk is quieter.
    for name in ("twist", "side"):
        tracks.body[name][first:last] *= 1 - 0.7 * share
    for name, angle in gesture.body.items():
        signed = angle * (flip if name in ("head_yaw", "head_roll") else 1.0) * rng.uniform(0.85, 1.15)
        tracks.body[name][first:last] += share * (signed - 0.5 * tracks.body[name][first:last])
    if gesture.jump:
        _jump(tracks, event, gesture.jump * float(rng.uniform(0.85, 1.15)))


def _jump(tracks: _Tracks, event: GestureEvent, height: float) -> None:
    """Sink, fly over the held frames, land. Free fall sets how long a flight of this height lasts."""
    flight = max(2.0 * np.sqrt(2.0 * height / 9.81) * FPS, 10.0)
    middle = (event.start + event.stop) / 2.0
    frame = np.arange(len(tracks.waist))
    x = (frame - middle) / (flight / 2)
    up = np.where(np.abs(x) < 1, height * (1 - x**2), 0.0)
    sink = 0.09 * (np.exp(-(((frame - (middle - flight / 2 - 5)) / 3.0) ** 2))
                   + np.exp(-(((frame - (middle + flight / 2 + 4)) / 3.0) ** 2)))
    tracks.waist[:, 1] += up - sink
    for feet in tracks.feet.values():
        feet[:, 1] += up
        feet[:, 4] += np.where(up > 0, 0.5 * up / height, 0.0)


def _keep_in_reach(tracks: _Tracks) -> None:
    """Lower the waist where a leg would be too short for its foot, and a little around it."""
    drop = np.zeros(len(tracks.waist))
    for side in ("Left", "Right"):
        limb = leg(side)
        length = 0.99 * (np.linalg.norm(limb.upper) + np.linalg.norm(limb.lower))
        hip = tracks.waist + REST_OFFSETS[INDEX[f"{side}Leg"]]
        way = hip - tracks.feet[side][:, :3]
        # The pelvis tilts and twists a little, hence the centimetre.
        room = np.sqrt(np.maximum(length**2 - way[:, 0] ** 2 - way[:, 2] ** 2, 0.04)) - 0.01
        drop = np.maximum(drop, way[:, 1] - room)
    tracks.waist[:, 1] -= gaussian_filter1d(maximum_filter1d(drop, 9), 2.0)


def _joints(tracks: _Tracks) -> Motion:
    frames = len(tracks.waist)
    rotations = np.zeros((frames, N_JOINTS, 4))
    rotations[..., 3] = 1.0
    body = tracks.body
    zero = np.zeros(frames)

    def euler(yaw: Array, pitch: Array, roll: Array) -> Rotation:
        return Rotation.from_euler("YXZ", np.column_stack([yaw, pitch, roll]))

    root = euler(body["yaw"], zero, zero)
    half = euler(0.5 * body["twist"], 0.5 * body["lean"], 0.5 * body["side"])
    hips = euler(-0.3 * body["twist"], zero, -0.6 * body["side"])
    neck = euler(0.4 * body["head_yaw"], 0.4 * body["head_pitch"], 0.4 * body["head_roll"])
    head = euler(0.6 * body["head_yaw"], 0.6 * body["head_pitch"], 0.6 * body["head_roll"])
    for name, turn in (("UpperBody", half), ("UpperBody2", half), ("LowerBody", hips), ("Neck", neck), ("Head", head)):
        rotations[:, INDEX[name]] = turn.as_quat()
    offset = REST_OFFSETS
    for side in ("Left", "Right"):
        _arm(rotations, tracks.hands[side], side, offset)
        _leg(rotations, tracks.waist, tracks.feet[side], hips, side, offset)
    return Motion(
        tracks.waist.astype(np.float32), root.as_quat().astype(np.float32), rotations.astype(np.float32),
        offset.astype(np.float32), np.ones(N_JOINTS, np.bool_),
    )


def _arm(rotations: Array, poses: Array, side: str, offset: Array) -> None:
    """Shoulder to fingers, all in the chest's frame."""
    assert poses.shape[1] == SIZE
    wrist, pole = wrist_and_pole(poses)
    sign = 1.0 if side == "Left" else -1.0
    wrist = _outside_torso(wrist)
    base = offset[INDEX[f"{side}Shoulder"]]
    # A hand above the shoulder lifts the collar bone a little.
    rise = np.clip((wrist[:, 1] - 0.2) * 0.9, -0.05, 0.32)
    collar = Rotation.from_euler("z", (sign * rise)[:, None])
    root = base + collar.apply(offset[INDEX[f"{side}Arm"]])
    # An elbow whose direction is hardly given, or turns about at once, follows slowly.
    straight = unit(wrist - root)
    pole = gaussian_filter1d(pole - (pole * straight).sum(-1, keepdims=True) * straight, 2.5, axis=0)
    upper, lower = arm(side).solve(root, wrist, pole)
    along = arm(side).upper / np.linalg.norm(arm(side).upper)
    whole = collar.inv() * Rotation.from_matrix(upper)
    twist = _twist(whole, along)
    hand_geometry = HandGeometry(side)
    hand_turn = Rotation.from_matrix(hand_geometry.orientation(poses))
    fore = Rotation.from_matrix(lower)
    local = {
        "Shoulder": collar, "Arm": whole * twist.inv(), "ArmTwist": twist,
        "Elbow": Rotation.from_matrix(upper).inv() * fore, "Wrist": _bent_wrist(fore.inv() * hand_turn, along),
    }
    for part, turn in local.items():
        rotations[:, INDEX[f"{side}{part}"]] = turn.as_quat()
    for joint, quaternion in hand_geometry.fingers(poses).items():
        rotations[:, INDEX[joint]] = quaternion


def _outside_torso(wrist: Array) -> Array:
    """Wrists [T, 3] in the chest's frame, moved out of the trunk where they would be in it."""
    width, depth = _TORSO
    out = np.sqrt((wrist[:, 0] / width) ** 2 + (wrist[:, 2] / depth) ** 2)
    pushed = (1.0 + np.maximum(out, 0.2) ** 8) ** 0.125 / np.maximum(out, 0.2)
    # Above the collar bones there is a neck only.
    inside = 1.0 - smooth_step((wrist[:, 1] - 0.12) / 0.1)
    return np.asarray(wrist * (1.0 + inside * (pushed - 1.0))[:, None] ** [1.0, 0.0, 1.0], dtype=np.float64)


def _bent_wrist(turn: Rotation, along: Array) -> Rotation:
    """Wrists bent no more than a hand can, and without jerks."""
    twist = _twist(turn, along)
    swing = (turn * twist.inv()).as_rotvec()
    angle = np.linalg.norm(swing, axis=1, keepdims=True)
    over = np.maximum(angle - _WRIST_FREE, 0.0)
    kept = np.minimum(angle, _WRIST_FREE) + _WRIST_SOFT * np.tanh(over / _WRIST_SOFT)
    quaternions = (Rotation.from_rotvec(swing * (kept / np.maximum(angle, 1e-9))) * twist).as_quat()
    same = np.cumprod(np.where((quaternions[1:] * quaternions[:-1]).sum(1) < 0, -1.0, 1.0))
    quaternions[1:] *= same[:, None]
    return Rotation.from_quat(gaussian_filter1d(quaternions, 1.2, axis=0))


def _twist(turn: Rotation, axis: Array) -> Rotation:
    """The part of a rotation that turns about ``axis``."""
    quaternion = turn.as_quat()
    along = (quaternion[:, :3] @ axis)[:, None] * axis
    parts = np.column_stack([along, quaternion[:, 3]])
    parts[np.linalg.norm(parts, axis=1) < 1e-9] = [0.0, 0.0, 0.0, 1.0]
    return Rotation.from_quat(parts)


def _leg(rotations: Array, waist: Array, feet: Array, hips: Rotation, side: str, offset: Array) -> None:
    """Hip to foot, in the frame that turns with the dancer."""
    root = waist + hips.apply(offset[INDEX[f"{side}Leg"]])
    aim, point = feet[:, 3], feet[:, 4]
    pole = np.column_stack([np.sin(aim), np.full(len(aim), 0.15), np.cos(aim)])
    upper, lower = leg(side).solve(root, feet[:, :3], pole)
    foot = Rotation.from_euler("YX", np.column_stack([aim, point]))
    thigh, shank = Rotation.from_matrix(upper), Rotation.from_matrix(lower)
    local = {"Leg": hips.inv() * thigh, "Knee": thigh.inv() * shank, "Ankle": shank.inv() * foot}
    for part, turn in local.items():
        rotations[:, INDEX[f"{side}{part}"]] = turn.as_quat()
