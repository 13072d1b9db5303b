"""The composer's bodies: human, on the floor, and showing what they are told to show."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.demo.gestures import GESTURES
from core.demo.hands import SIZE, HandGeometry, hand, mirrored, wrist_and_pole
from core.demo.limbs import arm, leg
from core.demo.motion import compose_motion, smooth_step, through
from core.demo.phrases import ARM_PHRASES, POSES, STEP_PATTERNS
from core.demo.plan import GESTURE_NAMES, GestureEvent, SongPlan
from core.demo.practice import PracticeDances, practice_plan
from core.skeleton import INDEX, JOINTS, REST_OFFSETS, REST_POSITIONS

BEATS = np.arange(0.4, 60, 0.5)


def plan(events=(), seed=3, frames=1700):
    return SongPlan("s", "t", "a", "pop", "train", "en", 120.0, frames, BEATS[frames / 30 - 1 > BEATS], (), tuple(events),
                    seed)


def showcase():
    return [GestureEvent(60 + 70 * i, 60 + 70 * i + 24, name) for i, name in enumerate(GESTURE_NAMES)]


@pytest.fixture(scope="module")
def shown():
    events = showcase()
    motion = compose_motion(plan(events))
    return {e.gesture: e for e in events}, motion, motion.world()[0]


def at(positions, event, *joints):
    return positions[(event.start + event.stop) // 2, [INDEX[j] for j in joints]]


def test_every_name_has_a_gesture_and_every_phrase_its_poses():
    assert tuple(GESTURES) == GESTURE_NAMES
    assert {p for phrase in ARM_PHRASES.values() for pair in phrase for p in pair} <= POSES.keys()
    assert all(len(pattern) >= 2 for pattern in STEP_PATTERNS.values())


def test_the_same_plan_gives_the_same_motion_and_another_seed_another():
    one, again, other = compose_motion(plan(showcase())), compose_motion(plan(showcase())), compose_motion(plan(seed=4))
    assert np.array_equal(one.rotations, again.rotations)
    assert np.abs(one.rotations - other.rotations).max() > 0.1


def test_limb_lengths_and_numbers_are_sound(shown):
    _, motion, positions = shown
    assert np.isfinite(positions).all()
    assert np.allclose(np.linalg.norm(motion.rotations, axis=-1), 1.0, atol=1e-5)
    assert np.allclose(motion.offsets, REST_OFFSETS, atol=1e-6)


@pytest.mark.parametrize("index", range(4))
def test_feet_stay_on_the_floor_and_stand_still(index):
    song = practice_plan(index)
    positions, _ = compose_motion(song).world()
    toes = positions[:, [INDEX["LeftToe"], INDEX["RightToe"]]]
    assert toes[..., 1].min() > -0.02
    flying = np.zeros(len(positions), bool)
    for event in song.events:
        if event.gesture == "jump":
            flying[event.start - 40 : event.stop + 40] = True
    ankles = positions[:, [INDEX["LeftAnkle"], INDEX["RightAnkle"]]]
    down = (ankles[1:, :, 1] < 0.0865) & (ankles[:-1, :, 1] < 0.0865) & ~flying[1:, None]
    speed = np.linalg.norm(np.diff(ankles[..., [0, 2]], axis=0), axis=-1) * 30
    assert (down.any(axis=1) | flying[1:]).mean() > 0.95, "one foot at least is on the floor"
    assert np.quantile(speed[down], 0.99) < 0.02, "a standing foot slides"


@pytest.mark.parametrize("index", range(6))
def test_feet_do_not_cross(index):
    motion = compose_motion(practice_plan(index))
    positions, _ = motion.world()
    between = positions[:, INDEX["LeftAnkle"]] - positions[:, INDEX["RightAnkle"]]
    assert Rotation.from_quat(motion.root_rotations).inv().apply(between)[:, 0].min() > 0.1


def test_who_turns_goes_around_once_or_more_on_standing_feet():
    turned = []
    for index in range(8):
        motion = compose_motion(practice_plan(index))
        yaw = np.unwrap(Rotation.from_quat(motion.root_rotations).as_euler("YXZ")[:, 0])
        assert yaw[-1] / (2 * np.pi) == pytest.approx(round(yaw[-1] / (2 * np.pi)), abs=1e-4)
        if np.ptp(yaw) > 6:
            turned.append(index)
            heading = np.diff(yaw) * 30
            positions, _ = motion.world()
            ankles = positions[:, [INDEX["LeftAnkle"], INDEX["RightAnkle"]]]
            down = ((ankles[1:, :, 1] < 0.0865) & (ankles[:-1, :, 1] < 0.0865))[np.abs(heading) > 1]
            speed = np.linalg.norm(np.diff(ankles[..., [0, 2]], axis=0), axis=-1)[np.abs(heading) > 1] * 30
            assert down.any(axis=1).mean() > 0.9
            assert np.quantile(speed[down], 0.99) < 0.02
    assert turned


@pytest.mark.parametrize("index", range(4))
def test_hands_stay_out_of_the_trunk_and_move_as_hands_can(index):
    motion = compose_motion(practice_plan(index))
    positions, world = motion.world()
    chest = Rotation.from_quat(world[:, INDEX["UpperBody2"]]).inv()
    for side in ("Left", "Right"):
        elbow, wrist = (chest.apply(positions[:, INDEX[f"{side}{j}"]] - positions[:, INDEX["UpperBody2"]])
                        for j in ("Elbow", "Wrist"))
        for spot in ((elbow + wrist) / 2, wrist):
            inside = ((spot[:, 0] / 0.125) ** 2 + (spot[:, 2] / 0.085) ** 2 < 1) & (np.abs(spot[:, 1]) < 0.19)
            assert inside.mean() < 0.01
        for spot, fastest in ((elbow, 9.0), (wrist, 9.0)):
            assert np.linalg.norm(np.diff(spot, axis=0), axis=1).max() * 30 < fastest
        along = REST_POSITIONS[INDEX[f"{side}Wrist"]] - REST_POSITIONS[INDEX[f"{side}Elbow"]]
        along = along / np.linalg.norm(along)
        bend = np.rad2deg(np.arccos(np.clip(
            Rotation.from_quat(motion.rotations[:, INDEX[f"{side}Wrist"]]).apply(along) @ along, -1, 1)))
        assert np.quantile(bend, 0.99) < 85


@pytest.mark.parametrize("index", range(4))
def test_knees_and_elbows_bend_their_own_way_only(index):
    positions, world = compose_motion(practice_plan(index)).world()
    for side in ("Left", "Right"):
        hip, knee, ankle = (positions[:, INDEX[f"{side}{j}"]] for j in ("Leg", "Knee", "Ankle"))
        pelvis = Rotation.from_quat(world[:, INDEX["LowerBody"]])
        middle = pelvis.inv().apply(knee - (hip + ankle) / 2)
        assert (middle[:, 2] > -0.01).mean() > 0.99, "a knee points forward"
        thigh, shank = knee - hip, ankle - knee
        bend = np.arccos(np.clip((thigh * shank).sum(-1) / np.linalg.norm(thigh, axis=-1) / np.linalg.norm(shank, axis=-1),
                                 -1, 1))
        assert np.rad2deg(bend).max() < 120
        upper = Rotation.from_quat(world[:, INDEX[f"{side}ArmTwist"]])
        lower = Rotation.from_quat(world[:, INDEX[f"{side}Elbow"]])
        rest = REST_POSITIONS[INDEX[f"{side}Elbow"]] - REST_POSITIONS[INDEX[f"{side}Arm"]]
        hinge = np.cross(rest / np.linalg.norm(rest), [0.0, 0.0, 1.0])
        turn = (upper.inv() * lower).as_rotvec()
        along = turn @ hinge
        assert along.min() > -0.12, "an elbow bends backwards"
        assert np.linalg.norm(turn - along[:, None] * hinge, axis=1).max() < 0.25, "an elbow is a hinge"
        assert np.rad2deg(along).max() < 165


def test_limbs_reach_their_targets():
    rng = np.random.default_rng(0)
    for limb, root in ((arm("Left"), np.zeros((200, 3))), (leg("Right"), np.zeros((200, 3)))):
        total = np.linalg.norm(limb.upper) + np.linalg.norm(limb.lower)
        targets = rng.normal(size=(200, 3))
        targets *= (rng.uniform(0.35, 0.98, 200) * total / np.linalg.norm(targets, axis=1))[:, None]
        upper, lower = limb.solve(root, targets, rng.normal(size=(200, 3)))
        assert np.allclose(upper @ limb.upper + lower @ limb.lower, targets, atol=1e-6)
        far = limb.solve(root[:1], targets[:1] / np.linalg.norm(targets[0]) * 5, np.array([[0.0, 0.0, 1.0]]))
        assert np.linalg.norm(far[0] @ limb.upper + far[1] @ limb.lower) == pytest.approx(0.995 * total, abs=1e-6)


def test_mirroring_twice_changes_nothing_and_swaps_sides():
    pose = hand((0.1, 0.2, 0.3), (0.0, 1.0, 0.2), (1.0, 0.0, 0.0))
    assert pose.shape == (SIZE,)
    assert np.array_equal(mirrored(mirrored(pose)), pose)
    assert wrist_and_pole(mirrored(pose)[None])[0][0].tolist() == [-0.1, 0.2, 0.3]


def test_fingers_close_towards_the_palm():
    for side in ("Left", "Right"):
        geometry = HandGeometry(side)
        point, palm = (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
        open_hand, fist = (hand((0.2, 0.2, 0.2), point, palm, (c,) * 5, spread=0.0)[None] for c in (0.0, 1.0))
        assert np.allclose(geometry.orientation(open_hand)[0] @ geometry._palm, palm, atol=1e-9)
        first = Rotation.from_quat(geometry.fingers(fist)[f"{side}Index1"][0])
        moved = geometry.orientation(fist)[0] @ first.apply(geometry._along)
        assert moved @ palm > 0.9, "the bent finger points where the palm looks"
        assert np.allclose(geometry.fingers(open_hand)[f"{side}Index1"][0], [0, 0, 0, 1], atol=1e-9)


def test_through_meets_its_keys_and_moves_smoothly():
    times, values = np.array([0.0, 1.0, 3.0]), np.array([[0.0], [2.0], [-1.0]])
    assert np.allclose(through(times, values, times), values)
    fine = through(times, values, np.linspace(0, 3, 3001))[:, 0]
    assert np.abs(np.diff(fine)).max() < 0.01
    assert smooth_step(np.array([-1.0, 0.5, 2.0])).tolist() == [0.0, 0.5, 1.0]


def test_a_heart_is_two_hands_before_the_chest(shown):
    events, _, positions = shown
    left, right, chest = at(positions, events["love"], "LeftIndex3", "RightIndex3", "UpperBody2")
    assert np.linalg.norm(left - right) < 0.09
    assert abs(left[1] - chest[1]) < 0.35
    left, right = at(positions, events["love"], "LeftThumb2", "RightThumb2")
    tips = at(positions, events["love"], "LeftIndex2", "RightIndex2")
    assert np.linalg.norm(left - right) < 0.09
    assert left[1] < tips[0][1] - 0.02, "the thumbs close the heart below the fingers"
    assert right[1] < tips[1][1] - 0.02


def test_a_photo_is_framed_by_two_fingers_and_two_thumbs(shown):
    events, _, positions = shown
    low, high = (at(positions, events["photo"], f"{side}Wrist", f"{side}Index3", f"{side}Thumb2")
                 for side in ("Left", "Right"))
    assert low[1][1] > low[0][1] + 0.08, "one forefinger points up"
    assert high[1][1] < high[0][1] - 0.08, "the other one down"
    assert low[2][0] < low[0][0] - 0.03, "the thumbs point to each other"
    assert high[2][0] > high[0][0] + 0.03


def test_you_points_away_and_one_counts_one(shown):
    events, motion, positions = shown
    spots = at(positions, events["you"], "LeftIndex3", "RightIndex3", "UpperBody2")
    assert max(np.linalg.norm(spots[0] - spots[2]), np.linalg.norm(spots[1] - spots[2])) > 0.5
    frame = (events["one"].start + events["one"].stop) // 2
    bent = {j: 2 * np.arccos(min(abs(motion.rotations[frame, INDEX[j], 3]), 1.0)) for j in JOINTS}
    side = "Left" if bent["LeftIndex2"] < bent["RightIndex2"] else "Right"
    assert bent[f"{side}Index2"] < 0.3
    assert min(bent[f"{side}{f}2"] for f in ("Middle", "Ring", "Pinky")) > 1.0


def test_a_jump_leaves_the_floor_with_both_feet(shown):
    events, _, positions = shown
    ankles = at(positions, events["jump"], "LeftAnkle", "RightAnkle")
    assert ankles[:, 1].min() > 0.085 + 0.12


def test_sky_and_listen(shown):
    events, _, positions = shown
    head, left, right = at(positions, events["sky"], "Head", "LeftWrist", "RightWrist")
    assert min(left[1], right[1]) > head[1] + 0.1
    head, left, right = at(positions, events["listen"], "Head", "LeftWrist", "RightWrist")
    assert min(np.linalg.norm(left - head), np.linalg.norm(right - head)) < 0.25


def test_gestures_are_told_apart_by_their_nearest_neighbour():
    """Hands seen from the chest, right and left exchangeable: one showing is classed by all others."""
    vectors, names = [], []
    for seed in range(6):
        events = showcase()
        motion = compose_motion(plan(events, seed=seed))
        positions, world = motion.world()
        chest = Rotation.from_quat(world[:, INDEX["UpperBody2"]])
        joints = [INDEX[f"{s}{j}"] for s in ("Left", "Right")
                  for j in ("Wrist", "Thumb2", "Index3", "Middle3", "Ring3", "Pinky3")]
        for event in events:
            frame = (event.start + event.stop) // 2
            own = chest[frame].inv().apply(positions[frame, joints] - positions[frame, INDEX["UpperBody2"]])
            height = positions[frame, [INDEX["LeftAnkle"], INDEX["RightAnkle"]], 1].min()
            vectors.append([own, own.reshape(2, 6, 3)[::-1].reshape(12, 3) * [-1, 1, 1], height])
            names.append(event.gesture)
    right = 0
    for i, (own, _, height) in enumerate(vectors):
        distance = [min(np.linalg.norm(own - v[0]), np.linalg.norm(own - v[1])) + abs(height - v[2]) if i != j else np.inf
                    for j, v in enumerate(vectors)]
        right += names[int(np.argmin(distance))] == names[i]
    assert right / len(names) > 0.9


def test_practice_dances_are_many_and_differ():
    source = PracticeDances(3, 1)
    assert len(set(source.train) | set(source.dev)) == 4
    lengths = {len(source.motion(s)) for s in source.train}
    assert len(lengths) == 3
    for song in source.train:
        bars = source.bars(song)
        assert len(bars) >= 23
        assert bars[-1][1] <= len(source.motion(song))
    assert {e.gesture for i in range(30) for e in practice_plan(i).events} == set(GESTURE_NAMES)
