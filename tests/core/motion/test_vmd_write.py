from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.motion.clip import Motion
from core.motion.mmd_bytes import decode_name
from core.motion.vmd import group_names, parse_vmd
from core.motion.vmd_motion import read_vmd, write_vmd
from core.skeleton import INDEX, N_JOINTS, REST_OFFSETS, REST_ROOT


def motion(positions, root, turns, driven=True):
    """Out of root positions [T, 3], a rotation stack [T] and rotation vectors [T, 53, 3]."""
    frames = len(positions)
    local = Rotation.from_rotvec(turns.reshape(-1, 3)).as_quat().reshape(frames, N_JOINTS, 4)
    return Motion(
        np.asarray(positions, np.float32), root.as_quat().astype(np.float32), local.astype(np.float32),
        REST_OFFSETS.astype(np.float32), np.full(N_JOINTS, driven),
    )


def smooth_motion(seed, frames):
    rng = np.random.default_rng(seed)
    time = np.arange(frames)[:, None, None] / 30
    speed, phase, size = rng.uniform(0.05, 0.3, (1, N_JOINTS, 3)), rng.uniform(0, 6, (1, N_JOINTS, 3)), rng.uniform(0, 0.5, (1, N_JOINTS, 3))
    turns = size * np.sin(2 * np.pi * speed * time + phase)
    turns[:, ::7] = 0.0
    turns[:, 3] = turns[:1, 3]
    sway = REST_ROOT + 0.2 * np.sin(2 * np.pi * time[:, 0] * [0.5, 1.0, 0.3])
    return motion(sway, Rotation.from_rotvec(np.sin(time[:, 0] * [0.3, 1.0, 0.2])), turns)


def apart(a, b):
    """Largest angle (radians) between two stacks of quaternions, and largest distance (metres) of root and joints."""
    def angle(p, q):
        return (Rotation.from_quat(p.reshape(-1, 4)).inv() * Rotation.from_quat(q.reshape(-1, 4))).magnitude().max()

    turn = max(angle(a.rotations, b.rotations), angle(a.root_rotations, b.root_rotations))
    return turn, np.abs(a.root_positions - b.root_positions).max(), np.linalg.norm(a.world()[0] - b.world()[0], axis=-1).max()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), frames=st.integers(1, 12))
def test_wild_motions_come_back(tmp_path_factory, seed, frames):
    rng = np.random.default_rng(seed)
    turns = Rotation.random(frames * N_JOINTS, random_state=seed).as_rotvec().reshape(frames, N_JOINTS, 3)
    turns[:, rng.random(N_JOINTS) < 0.3] = 0.0
    given_motion = motion(rng.normal(scale=3, size=(frames, 3)), Rotation.random(frames, random_state=seed + 1), turns)
    path = tmp_path_factory.mktemp("vmd") / "a.vmd"
    write_vmd(path, given_motion)
    back = read_vmd(path)
    assert len(back.motion) == frames
    turn, root, joints = apart(back.motion, given_motion)
    assert turn < 1e-3
    assert root < 1e-3
    assert joints < 1e-3
    assert (back.motion.driven == (np.abs(turns) > 0).any(axis=(0, 2))).all()
    assert any("switched off" in n for n in back.report.notes)
    assert back.report.unmatched == ()


def test_a_motion_read_and_written_again_keeps_its_bytes(tmp_path):
    write_vmd(tmp_path / "a.vmd", smooth_motion(1, 40))
    first = read_vmd(tmp_path / "a.vmd").motion
    write_vmd(tmp_path / "b.vmd", first)
    turn, root, joints = apart(first, read_vmd(tmp_path / "b.vmd").motion)
    assert max(turn, root, joints) < 1e-5


@pytest.mark.parametrize("tolerance", [0.002, 0.02])
def test_fewer_keys_stay_within_the_tolerances(tmp_path, tolerance):
    given_motion = smooth_motion(2, 300)
    write_vmd(tmp_path / "all.vmd", given_motion)
    write_vmd(tmp_path / "few.vmd", given_motion, rotation_tolerance=tolerance, position_tolerance=0.005)
    every, few = parse_vmd(tmp_path / "all.vmd").bones, parse_vmd(tmp_path / "few.vmd").bones
    assert len(few) < len(every) * (0.6 if tolerance < 0.01 else 0.25)
    back = read_vmd(tmp_path / "few.vmd").motion
    turn, root, _ = apart(back, given_motion)
    assert turn < tolerance + 1e-5
    # The position tolerance holds for センター, whose turn is off by its own tolerance, an arm's length below the waist.
    assert root < 0.005 + 0.4 * tolerance
    assert turn > tolerance / 10


def test_one_tolerance_alone_is_enough(tmp_path):
    given_motion = smooth_motion(4, 60)
    for more in ({"rotation_tolerance": 0.01}, {"position_tolerance": 0.01}):
        write_vmd(tmp_path / "a.vmd", given_motion, **more)
        assert apart(read_vmd(tmp_path / "a.vmd").motion, given_motion)[0] < 0.0101


def keys_of(path):
    bones = parse_vmd(path).bones
    names, group = group_names(bones)
    return {decode_name(name): bones["frame"][group == g].tolist() for g, name in enumerate(names)}


def test_bones_at_rest_and_constant_stretches_have_no_keys(tmp_path):
    turns = np.zeros((20, N_JOINTS, 3))
    turns[:, INDEX["LeftWrist"]] = [0.1, 0.0, 0.0]
    turns[8:12, INDEX["Head"], 1] = [0.1, 0.2, 0.2, 0.3]
    turns[12:, INDEX["Head"], 1] = 0.3
    write_vmd(tmp_path / "a.vmd", motion(np.tile(REST_ROOT, (20, 1)), Rotation.identity(20), turns))
    assert keys_of(tmp_path / "a.vmd") == {
        "センター": [0, 19], "左手首": [0], "頭": [0, 7, 8, 9, 10, 11],
    }
    back = read_vmd(tmp_path / "a.vmd").motion
    assert len(back) == 20
    np.testing.assert_allclose(back.rotations[15, INDEX["Head"], 1], np.sin(0.15), atol=1e-6)


def test_the_file_is_what_mmd_expects(tmp_path):
    write_vmd(tmp_path / "a.vmd", smooth_motion(3, 5), model_name="言振りの踊り手")
    file = parse_vmd(tmp_path / "a.vmd")
    assert (tmp_path / "a.vmd").read_bytes()[:30] == b"Vocaloid Motion Data 0002".ljust(30, b"\0")
    assert file.model_name == "言振りの踊り手"
    assert {name for name, on in file.switches[0].states if not on} == {"左足ＩＫ", "右足ＩＫ", "左つま先ＩＫ", "右つま先ＩＫ"}
    assert file.switches[0].frame == 0
    assert (file.bones["handles"][:, :16] == [20] * 8 + [107] * 8).all()
    assert (file.bones["handles"][:, 17:19] == 20).all()


def test_the_front_of_mmd_is_minus_z(tmp_path):
    place = REST_ROOT + np.array([0.8, 0.0, 1.6])
    given_motion = motion(place[None], Rotation.identity(1), np.zeros((1, N_JOINTS, 3)))
    write_vmd(tmp_path / "a.vmd", given_motion)
    np.testing.assert_allclose(parse_vmd(tmp_path / "a.vmd").bones["position"][0], [10.0, 0.0, -20.0], atol=1e-4)


def test_flipped_signs_are_the_same_turn(tmp_path):
    given_motion = smooth_motion(5, 30)
    flipped = np.array(given_motion.rotations)
    flipped[::2] *= -1
    other = Motion(given_motion.root_positions, given_motion.root_rotations, flipped, given_motion.offsets, given_motion.driven)
    write_vmd(tmp_path / "a.vmd", given_motion)
    write_vmd(tmp_path / "b.vmd", other)
    assert len(parse_vmd(tmp_path / "a.vmd").bones) == len(parse_vmd(tmp_path / "b.vmd").bones)
    assert apart(read_vmd(tmp_path / "a.vmd").motion, read_vmd(tmp_path / "b.vmd").motion)[0] < 1e-5


def test_nothing_is_written_for_an_impossible_motion(tmp_path):
    bad = smooth_motion(6, 3)
    bad.rotations[1, 1, 1] = np.nan
    for broken in (bad, smooth_motion(6, 3).slice(0, 0)):
        with pytest.raises(ValueError, match="finite values"):
            write_vmd(tmp_path / "a.vmd", broken)
    assert list(tmp_path.iterdir()) == []
