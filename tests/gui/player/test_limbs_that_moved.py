"""Which limbs a gesture moves, cameras, and outlines."""

from __future__ import annotations

import numpy as np
import pytest

from core.skeleton import INDEX, JOINTS, REST_POSITIONS
from gui.draw.body import BONE_ENDS, CHAINS, moved_most, stands_out
from gui.draw.camera import Camera
from gui.draw.outlines import outlines
from gui.player.limbs import ROWS, cones, lit_rows
from gui.player.stage import Dancer, smoothed

HANDS = {side: next(set(joints) for end, joints in CHAINS if end == INDEX[f"{side}Wrist"]) for side in ("Left", "Right")}


def body(frames: int = 30) -> np.ndarray:
    return np.repeat(REST_POSITIONS[None], frames, axis=0)


def lift(positions: np.ndarray, joints, way: np.ndarray) -> None:
    positions[:, list(joints), 1] += way[:, None]


def test_both_hands_as_a_whole_for_a_gesture_of_both_hands():
    positions = body()
    for hand in HANDS.values():
        lift(positions, hand, np.linspace(0, 0.5, 30))
    found = moved_most(positions)
    assert set(found) == HANDS["Left"] | HANDS["Right"]
    # A forearm is the bone above the wrist, so it is lit with the hand.
    assert INDEX["LeftWrist"] in found


def test_the_hand_that_moved_more_comes_first_and_a_still_one_not_at_all():
    positions = body()
    lift(positions, HANDS["Right"], np.linspace(0, 0.5, 30))
    lift(positions, HANDS["Left"], np.linspace(0, 0.4, 30))
    assert moved_most(positions)[0] == INDEX["RightWrist"]
    assert set(moved_most(positions, count=1)) == HANDS["Right"]
    positions = body()
    lift(positions, HANDS["Left"], np.linspace(0, 0.4, 30))
    assert set(moved_most(positions)) == HANDS["Left"]


def test_walking_and_turning_move_no_limb():
    positions = body(60)
    angle = np.linspace(0, 2 * np.pi, 60)
    turned = np.stack([
        np.cos(angle)[:, None] * positions[..., 0] + np.sin(angle)[:, None] * positions[..., 2], positions[..., 1],
        -np.sin(angle)[:, None] * positions[..., 0] + np.cos(angle)[:, None] * positions[..., 2],
    ], axis=-1) + np.linspace(0, 3, 60)[:, None, None] * [1.0, 0, 0]
    assert moved_most(turned) == ()


def test_bending_the_knees_moves_no_foot_that_stands():
    positions = body()
    standing = {INDEX[f"{side}{part}"] for side in ("Left", "Right") for part in ("Ankle", "Toe")}
    others = [i for i in range(len(JOINTS)) if i not in standing]
    lift(positions, others, -np.linspace(0, 0.3, 30))
    assert not standing & set(moved_most(positions))


def test_fingers_that_close_light_their_hand():
    positions = body()
    for name, i in INDEX.items():
        if name.startswith("Left") and name[-1] in "23" and "Thumb" not in name:
            toward = positions[:, INDEX["LeftWrist"]] - positions[:, i]
            positions[:, i] += toward * np.linspace(0, 0.6, 30)[:, None]
    assert set(moved_most(positions)) == HANDS["Left"]


def test_a_pose_that_is_kept_lights_what_is_held():
    positions = body()
    lift(positions, HANDS["Right"], np.full(30, 0.8))
    assert set(moved_most(positions)) == HANDS["Right"]
    assert moved_most(body()) == ()
    assert moved_most(body(1)) == ()
    positions[4:9] = np.nan
    assert set(moved_most(positions)) == HANDS["Right"]
    assert moved_most(np.full((5, 53, 3), np.nan)) == ()


def stepping(frames: int = 400) -> np.ndarray:
    """A dance that steps and swings its arms all the time."""
    positions, time = body(frames), np.arange(frames)
    for side, phase in (("Left", 0.0), ("Right", np.pi)):
        lift(positions, [INDEX[f"{side}Ankle"], INDEX[f"{side}Toe"]], 0.15 + 0.15 * np.sin(0.3 * time + phase))
        lift(positions, [*HANDS[side], INDEX[f"{side}Elbow"]], 0.4 + 0.3 * np.sin(0.2 * time + phase))
    return positions


def test_a_hand_that_is_held_up_stands_out_though_the_feet_move_more():
    positions = stepping()
    positions[200:220, list(HANDS["Right"])] = REST_POSITIONS[list(HANDS["Right"])] + [0.0, 0.9, 0.0]
    assert not set(moved_most(positions[200:220])) & HANDS["Right"]
    assert stands_out(positions, 200, 220)[0] == INDEX["RightWrist"]
    assert not {INDEX["LeftAnkle"], INDEX["RightAnkle"]} & set(stands_out(positions, 200, 220))


def test_a_hand_that_begins_to_shake_stands_out():
    positions = stepping()
    lift(positions[300:320], HANDS["Left"], 0.2 * np.sin(2.5 * np.arange(20)))
    assert stands_out(positions, 300, 320)[0] == INDEX["LeftWrist"]


def test_a_dance_too_short_to_know_what_is_usual_lights_what_moved():
    positions = body(60)
    lift(positions[20:50], HANDS["Left"], np.linspace(0, 0.4, 30))
    assert stands_out(positions, 20, 50) == moved_most(positions[20:50]) != ()
    positions[30] = np.nan
    assert stands_out(positions, 20, 50) == moved_most(positions[20:50])



def test_lit_joints_light_the_bones_above_them():
    rows = lit_rows(HANDS["Left"])
    assert {int(BONE_ENDS[i, 1]) for i in rows} == HANDS["Left"]
    assert len(lit_rows({INDEX["Head"]})) == 3
    assert len(lit_rows(())) == 0
    assert cones(REST_POSITIONS, np.array([0.0, 0, 1])).shape == (ROWS, 8)


def test_zooming_at_a_point_keeps_it_in_its_place():
    camera = Camera((0.2, 0.9, -0.1), 40, 20, 3.0)
    point = np.asarray(camera.target) + 0.5 * camera.axes()[0] - 0.3 * camera.axes()[1]
    zoomed = camera.zoomed_at(0.6, 0.5, -0.3)
    assert zoomed.distance == pytest.approx(1.8)
    np.testing.assert_allclose(zoomed.project(point, 800, 600)[:2], camera.project(point, 800, 600)[:2])


def test_a_turn_takes_the_shorter_way():
    start, end = Camera(azimuth=170), Camera(azimuth=-170, distance=2.0)
    assert abs(start.toward(end, 0.5).azimuth) == pytest.approx(180)
    assert start.toward(end, 1.0) == end
    assert start.toward(end, 0.0).azimuth == pytest.approx(170)


def test_outlines_touch_both_circles_and_run_the_same_way_round():
    rng = np.random.default_rng(0)
    ends, radii = rng.normal(size=(40, 2, 2)), rng.uniform(0.05, 0.4, (40, 2))
    radii[0] = (2.0, 0.1)
    shapes = outlines(ends, radii)
    half = shapes.shape[1] // 2
    for end, part in ((0, shapes[:, :half]), (1, shapes[:, half:])):
        np.testing.assert_allclose(np.linalg.norm(part - ends[:, end, None], axis=-1), radii[:, end, None] + 0 * part[..., 0])
    x, y = shapes[..., 0], shapes[..., 1]
    area = (x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1)
    assert (np.sign(area) == np.sign(area[0])).all()


def test_the_followed_way_bridges_gaps_and_stops_at_cuts():
    way = np.linspace(0, 1, 200)[:, None] * [1.0, 0.0, 1.0]
    way[50:60] = np.nan
    smooth = smoothed(way, 10.0)
    assert np.isfinite(smooth).all()
    assert np.abs(smooth[20:180, 0] - np.linspace(0, 1, 200)[20:180]).max() < 0.02
    leap = np.zeros((100, 3))
    leap[50:] = 5.0
    np.testing.assert_array_equal(smoothed(leap, 10.0, 0.3), leap)
    assert smoothed(leap, 10.0)[50, 0] != 5.0


def test_an_empty_dance_stands_nowhere():
    from core.pipeline.song import Dance

    dancer = Dancer.of(Dance(np.zeros((0, 53, 3), np.float32), np.zeros((0, 3), np.float32)), "nobody")
    assert dancer.place(10.0) == 0
    assert np.isfinite(dancer.anchor(0.0, follow=True)).all()
