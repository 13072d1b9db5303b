"""Motion files by their endings."""

import numpy as np
import pytest

from core.errors import InputError
from core.motion.clip import Motion
from core.motion.read import read_motion, write_motion
from core.skeleton import N_JOINTS, REST_OFFSETS, REST_ROOT


def still(frames=4):
    rotations = np.zeros((frames, N_JOINTS, 4), np.float32)
    rotations[..., 3] = 1.0
    return Motion(
        np.repeat(REST_ROOT[None], frames, axis=0).astype(np.float32), rotations[:, 0], rotations, REST_OFFSETS.astype(np.float32),
        np.ones(N_JOINTS, bool),
    )


@pytest.mark.parametrize("name", ["a.bvh", "A.BVH", "a.vmd"])
def test_known_endings_are_written_and_read(name, tmp_path):
    write_motion(tmp_path / name, still())
    found = read_motion(tmp_path / name)
    assert found.report.format == name[-3:].lower()
    assert len(found.motion) == 4


@pytest.mark.parametrize("name", ["a.fbx", "a", "a.bvh.txt"])
def test_other_endings_name_what_is_read(name, tmp_path):
    (tmp_path / name).write_text("x")
    with pytest.raises(InputError, match=r"\.bvh and \.vmd"):
        read_motion(tmp_path / name)
    with pytest.raises(InputError, match=r"\.bvh and \.vmd"):
        write_motion(tmp_path / name, still())
    assert (tmp_path / name).read_text() == "x"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_motion(tmp_path / "none.bvh")
