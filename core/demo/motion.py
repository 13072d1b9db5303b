"""A demo song's dance: steps, trunk, arms and gestures as smooth tracks, then joints by inverse kinematics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d
from scipy.spatial.transform import Rotation

from core.demo.gestures import GESTURES, held
from core.demo.hands import SIZE, HandGeometry, mirrored, wrist_and_pole
from core.demo.limbs import Array, arm, leg
from core.demo.phrases import STEP_PATTERNS, Style, arm_pair, draw_style
from core.demo.plan import GestureEvent, SongPlan
from core.motion.clip import Motion
from core.skeleton import FPS, INDEX, N_JOINTS, REST_OFFSETS, REST_POSITIONS, REST_ROOT

_TRAVEL = 9
"""Frames that the arms take to a gesture and back."""
_KNEE_ROOM = 0.022
"""How much lower than in the rest pose the waist stands, so that the knees are never locked; metres."""
_BODY = ("yaw", "lean", "twist", "side", "head_yaw", "head_pitch", "head_roll")


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
    waist, feet = _steps(style, pattern, beats, seconds, rng)
    phase = np.interp(seconds, beats, np.arange(len(beats)))
    swing = np.sin(np.pi * phase)
    nod = 0.5 - 0.5 * np.cos(2 * np.pi * phase)
    waist[:, 1] += -_KNEE_ROOM - style.energy * style.bounce * nod
    body = {name: np.zeros(plan.frames) for name in _BODY}
    body["lean"] += style.lean + 0.02 * nod
    body["twist"] += style.energy * style.twist * swing
    body["side"] += style.energy * style.sway * np.sin(np.pi * phase + 0.6)
    body["head_pitch"] += 0.05 * nod
    body["head_yaw"] += -0.5 * body["twist"] + 0.12 * np.sin(np.pi * phase / 4)
    if style.turns:
        _spin(body, plan, beats, seconds, rng)
    return _Tracks(waist, body, feet, hands)


def _steps(
    style: Style, pattern: np.ndarray[tuple[int], np.dtype[np.int64]], beats: Array, seconds: Array,
    rng: np.random.Generator,
) -> tuple[Array, dict[str, Array]]:
    """The waist over the feet, and feet that stand still but for their own step."""
    places = np.array([
        STEP_PATTERNS[style.steps[pattern[i // 4]]][(i % 4) % len(STEP_PATTERNS[style.steps[pattern[i // 4]]])]
        for i in range(len(beats))
    ]) * style.energy
    waist = np.zeros((len(seconds), 3))
    waist[:, [0, 2]] = through(beats, places, seconds)
    waist += REST_ROOT
    feet = {}
    for side, sign, parity in (("Left", 1.0, 0), ("Right", -1.0, 1)):
        home = REST_POSITIONS[INDEX[f"{side}Ankle"]] + [sign * style.stance, 0.0, 0.0]
        # A foot moves on every other beat, towards where the waist will be.
        mine = np.arange(parity, len(beats), 2)
        goals = np.tile(home, (len(mine), 1))
        goals[:, [0, 2]] += places[mine] + rng.normal(0.0, 0.008, (len(mine), 2))
        turn = 0.12 * sign + rng.normal(0.0, 0.05, len(mine))
        i = np.clip(np.searchsorted(beats[mine], seconds, side="right") - 1, 0, len(mine) - 2)
        # The step fills the second half of the beat before the foot comes down.
        beat = np.minimum(beats[mine][i + 1] - beats[mine][i], 2.0) / 2
        share = (seconds - (beats[mine][i + 1] - 0.7 * beat)) / (0.7 * beat)
        way = smooth_step(share)[:, None]
        lift = np.sin(np.pi * np.clip(share, 0.0, 1.0)) ** 2 * 0.06 * style.energy
        where = goals[i] * (1 - way) + goals[i + 1] * way
        where[:, 1] += lift
        aim = turn[i] * (1 - way[:, 0]) + turn[i + 1] * way[:, 0]
        feet[side] = np.column_stack([where, aim, 3.0 * lift])
    return waist, feet


def _spin(body: dict[str, Array], plan: SongPlan, beats: Array, seconds: Array, rng: np.random.Generator) -> None:
    """Once around, in a few bars that hold no gesture."""
    starts = np.flatnonzero((np.arange(len(beats)) % 4 == 0) & (beats < seconds[-1] - 6) & (beats >= 0))
    for i in rng.permutation(starts)[:3]:
        low, high = beats[i] * FPS - 20, beats[i + 4] * FPS + 20
        if any(event.start < high and low < event.stop for event in plan.events):
            continue
        sign = 1.0 if rng.random() < 0.5 else -1.0
        body["yaw"] += sign * 2 * np.pi * smooth_step((seconds - beats[i]) / (beats[i + 3] - beats[i]))


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
    base = offset[INDEX[f"{side}Shoulder"]]
    # A hand above the shoulder lifts the collar bone a little.
    rise = np.clip((wrist[:, 1] - 0.2) * 0.9, -0.05, 0.32)
    collar = Rotation.from_euler("z", (sign * rise)[:, None])
    root = base + collar.apply(offset[INDEX[f"{side}Arm"]])
    upper, lower = arm(side).solve(root, wrist, pole)
    along = arm(side).upper / np.linalg.norm(arm(side).upper)
    whole = collar.inv() * Rotation.from_matrix(upper)
    twist = _twist(whole, along)
    hand_geometry = HandGeometry(side)
    hand_turn = Rotation.from_matrix(hand_geometry.orientation(poses))
    fore = Rotation.from_matrix(lower)
    local = {
        "Shoulder": collar, "Arm": whole * twist.inv(), "ArmTwist": twist,
        "Elbow": Rotation.from_matrix(upper).inv() * fore, "Wrist": fore.inv() * hand_turn,
    }
    for part, turn in local.items():
        rotations[:, INDEX[f"{side}{part}"]] = turn.as_quat()
    for joint, quaternion in hand_geometry.fingers(poses).items():
        rotations[:, INDEX[joint]] = quaternion


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
