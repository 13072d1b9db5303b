"""Reading and writing of whole BVH files: the round trip, and hostile files at the public door."""

import time

import numpy as np
import pytest
from bvh_rig_files import RIGS, compose, dance
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.errors import InputError
from core.motion.bvh_motion import read_bvh, write_bvh
from core.motion.clip import Motion
from core.skeleton import INDEX, N_JOINTS, REST_OFFSETS, REST_ROOT


def made(quaternions, roots, offsets=REST_OFFSETS, driven=None):
    """A motion from float arrays [T, 54, 4] and [T, 3]."""
    driven = np.ones(N_JOINTS, bool) if driven is None else driven
    rotations = np.where(driven[None, :, None], quaternions[:, 1:], [0.0, 0.0, 0.0, 1.0])
    return Motion(
        roots.astype(np.float32), quaternions[:, 0].astype(np.float32), rotations.astype(np.float32),
        offsets.astype(np.float32), driven,
    )


def angle_between(a, b):
    return float((Rotation.from_quat(a.reshape(-1, 4)).inv() * Rotation.from_quat(b.reshape(-1, 4))).magnitude().max())


def assert_same(read, wrote):
    assert len(read) == len(wrote)
    assert angle_between(read.rotations, wrote.rotations) < 1e-4
    assert angle_between(read.root_rotations, wrote.root_rotations) < 1e-4
    assert np.abs(read.root_positions - wrote.root_positions).max() < 1e-4
    assert np.abs(read.offsets - wrote.offsets).max() < 1e-6
    assert np.abs(read.world()[0] - wrote.world()[0]).max() < 1e-3
    assert np.array_equal(read.driven, wrote.driven)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), frames=st.integers(1, 6), size=st.floats(0.4, 2.5))
def test_random_motions_come_back(seed, frames, size, tmp_path):
    rng = np.random.default_rng(seed)
    quaternions = Rotation.random(frames * (N_JOINTS + 1), rng=rng).as_quat().reshape(frames, -1, 4)
    # Some turns for which two of the three angles are one, exactly and nearly.
    for middle in (90.0, -90.0, 89.99999, -90.0001):
        at = rng.integers(0, frames), rng.integers(0, N_JOINTS + 1)
        quaternions[at] = Rotation.from_euler("ZXY", [rng.uniform(-180, 180), middle, rng.uniform(-180, 180)], degrees=True).as_quat()
    driven = rng.random(N_JOINTS) < 0.8
    driven[[INDEX["LeftLeg"], INDEX["Head"]]] = True
    wrote = made(quaternions, rng.normal(0, 3, (frames, 3)) + REST_ROOT, REST_OFFSETS * size, driven)
    write_bvh(tmp_path / "a.bvh", wrote)
    found = read_bvh(tmp_path / "a.bvh")
    assert_same(found.motion, wrote)
    assert found.report.rig == "Kotofuri"
    assert found.report.metres_per_unit == 0.01
    assert found.report.unmatched == ()


def test_a_read_dance_is_written_and_read_again(tmp_path):
    pose, root = dance(90)
    (tmp_path / "a.bvh").write_text(compose(RIGS["Mixamo"], pose, root).text)
    first = read_bvh(tmp_path / "a.bvh").motion
    write_bvh(tmp_path / "b.bvh", first)
    assert_same(read_bvh(tmp_path / "b.bvh").motion, first)


def test_our_file_saved_by_another_program_in_metres_and_z_up(tmp_path):
    """Only the general reader can take it, and it knows the joints by our names."""
    quaternions = np.zeros((3, N_JOINTS + 1, 4))
    quaternions[..., 3] = 1.0
    write_bvh(tmp_path / "a.bvh", made(quaternions, np.repeat(REST_ROOT[None], 3, axis=0)))
    lines = (tmp_path / "a.bvh").read_text().splitlines()
    motion = lines.index("MOTION")
    turned = []
    for i, line in enumerate(lines):
        words = line.split()
        if i < motion and words[0] == "OFFSET":
            x, y, z = (float(word) / 100 for word in words[1:])
            turned.append(f"OFFSET {x} {-z} {y}")
        elif i > motion + 2:
            x, y, z = (float(word) / 100 for word in words[:3])
            turned.append(" ".join([str(x), str(-z), str(y), *words[3:]]))
        else:
            turned.append(line)
    (tmp_path / "b.bvh").write_text("\n".join(turned))
    found = read_bvh(tmp_path / "b.bvh")
    assert (found.report.up_axis, found.report.front_axis, found.report.metres_per_unit) == ("+Z", "-Y", 1.0)
    assert found.report.mapped["LeftArmTwist"] == "LeftArmTwist"
    assert found.report.mapped["RightPinky3"] == "RightPinky3"
    places, _ = found.motion.world()
    before = read_bvh(tmp_path / "a.bvh").motion.world()[0]
    assert np.abs(places - before).max() < 1e-4


def test_no_frames_are_refused_and_leave_no_file(tmp_path):
    quaternions = np.zeros((1, N_JOINTS + 1, 4))
    quaternions[..., 3] = 1.0
    empty = made(quaternions, np.zeros((1, 3))).slice(0, 0)
    with pytest.raises(ValueError, match="no frames"):
        write_bvh(tmp_path / "a.bvh", empty)
    assert list(tmp_path.iterdir()) == []


BASE = compose(RIGS["Unity"], dance(5)[0], dance(5)[1]).text


@pytest.mark.parametrize(("old", "new", "fault"), [
    ("LowerLeg_L", "Wing", "left knee"),
    ("UpperArm_R", "Fin", "right upper arm"),
    ("Frame Time: 0.0333333", "Frame Time: 0", "frame time"),
    ("Frame Time: 0.0333333", "Frame Time: -0.03", "frame time"),
    ("Frame Time: 0.0333333", "Frame Time: nan", "frame time"),
    ("Frame Time: 0.0333333", "Frame Time: 1.5", "frame time"),
])
def test_faults_of_body_and_time_are_named(old, new, fault, tmp_path):
    assert old in BASE
    file = tmp_path / "a.bvh"
    file.write_text(BASE.replace(old, new))
    with pytest.raises(InputError) as caught:
        read_bvh(file)
    assert fault in caught.value.fault
    if "_" in old:
        assert "LowerArm_L" in caught.value.fault


def test_an_hour_is_the_limit(tmp_path):
    head, rows = BASE.split("Frames: 5\nFrame Time: 0.0333333\n")
    row = rows.splitlines()[0] + "\n"
    (tmp_path / "a.bvh").write_text(f"{head}Frames: 3700\nFrame Time: 1.0\n{row * 3700}")
    with pytest.raises(InputError, match="minutes"):
        read_bvh(tmp_path / "a.bvh")


def test_a_body_without_size_is_refused(tmp_path):
    flat = "\n".join("OFFSET 0 0 0" if line.startswith("OFFSET") else line for line in BASE.splitlines())
    (tmp_path / "a.bvh").write_text(flat)
    with pytest.raises(InputError, match="no length"):
        read_bvh(tmp_path / "a.bvh")


def test_two_bodies_without_common_hips_are_refused(tmp_path):
    roots = "".join(
        f"ROOT {side}{part} {{ OFFSET {x} {y} 0 CHANNELS 3 Xrotation Yrotation Zrotation JOINT {side}{lower} {{ OFFSET 0 -40 0 }} }}\n"
        for side, x in (("Left", 10), ("Right", -10)) for part, lower, y in (("Thigh", "Shin", 90), ("UpperArm", "ForeArm", 140))
    )
    (tmp_path / "a.bvh").write_text(f"HIERARCHY\n{roots}MOTION\nFrames: 1\nFrame Time: 0.03\n{'0 ' * 12}\n")
    with pytest.raises(InputError, match="hips"):
        read_bvh(tmp_path / "a.bvh")


def read_or_sentence(file):
    found, sentence = None, str(file)
    try:
        found = read_bvh(file)
    except InputError as error:
        sentence = str(error)
    assert sentence.startswith(str(file))
    assert "\n" not in sentence
    if found is None:
        return
    motion = found.motion
    for values in (motion.root_positions, motion.root_rotations, motion.rotations, motion.offsets):
        assert np.isfinite(values).all()
    assert np.allclose(np.linalg.norm(motion.rotations, axis=-1), 1.0, atol=1e-4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_give_a_motion_or_a_sentence(data, tmp_path):
    file = tmp_path / "a.bvh"
    raw = bytearray(BASE.encode())
    kind = data.draw(st.sampled_from(["cut", "bytes", "numbers", "words"]))
    if kind == "cut":
        raw = raw[: data.draw(st.integers(0, len(raw)))]
    elif kind == "bytes":
        for _ in range(data.draw(st.integers(1, 5))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    else:
        lines = BASE.splitlines()
        for _ in range(data.draw(st.integers(1, 30))):
            at = data.draw(st.integers(0, len(lines) - 1))
            words = lines[at].split() or [""]
            new = ["0", "1e8", "-7", "nan", "1e-30", "90", "360000"] if kind == "numbers" else ["", "JOINT", "}", "a", "3"]
            words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(new))
            lines[at] = " ".join(words)
        raw = bytearray("\n".join(lines).encode())
    file.write_bytes(bytes(raw))
    read_or_sentence(file)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400))
def test_any_bytes_give_a_sentence(content, tmp_path):
    for before in (b"", b"HIERARCHY\n", BASE.encode()[:2000]):
        (tmp_path / "a.bvh").write_bytes(before + content)
        read_or_sentence(tmp_path / "a.bvh")


def test_a_line_of_megabytes_is_refused_quickly(tmp_path):
    file = tmp_path / "a.bvh"
    for text in ("HIERARCHY\nROOT " + "x " * 2_000_000, BASE + "0 " * 2_000_001, "HIERARCHY " + "{" * 4_000_000):
        file.write_text(text)
        start = time.perf_counter()
        with pytest.raises(InputError) as caught:
            read_bvh(file)
        assert len(str(caught.value)) < 700
        assert time.perf_counter() - start < 5.0


def test_two_megabytes_are_read_quickly(tmp_path):
    pose, root = dance(1500)
    file = tmp_path / "a.bvh"
    file.write_text(compose(RIGS["VRoid"], pose, root, moving=True).text)
    assert file.stat().st_size > 2_000_000
    read_bvh(file)
    start = time.perf_counter()
    read_bvh(file)
    assert time.perf_counter() - start < 2.0  # about 0.25 s when the machine is idle
