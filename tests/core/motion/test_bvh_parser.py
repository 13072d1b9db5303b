"""The BVH format itself: odd but legal files, and every fault with its sentence."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.errors import InputError
from core.motion.bvh import MAX_BONES, MAX_DEPTH, format_bvh, parse_bvh

SMALL = """HIERARCHY
ROOT Hips
{
  OFFSET 0 1 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Left Leg
  {
    OFFSET 1 2 3
    CHANNELS 3 Yrotation Zrotation Xrotation
    End Site
    {
      OFFSET 0 -4 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.0333333
1 2 3 90 0 0 10 20 30
4 5 6 0 0 0 0 0 0
"""


def test_hierarchy_channels_and_frames():
    bvh = parse_bvh(SMALL, "a.bvh")
    assert [bone.name for bone in bvh.bones] == ["Hips", "Left Leg", ""]
    assert bvh.parents.tolist() == [-1, 0, 1]
    assert bvh.offsets.tolist() == [[0, 1, 0], [1, 2, 3], [0, -4, 0]]
    assert bvh.values.shape == (2, 9)
    assert bvh.translations(0).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert bvh.translations(1) is None
    assert bvh.rotations(2) is None
    turned = Rotation.from_quat(bvh.rotations(0)[0]).apply([1.0, 0, 0])
    assert np.allclose(turned, [0, 1, 0])
    y, z, x = np.deg2rad([10, 20, 30])
    about = lambda axis, a: Rotation.from_rotvec(np.eye(3)["xyz".index(axis)] * a)  # noqa: E731
    expected = about("y", y) * about("z", z) * about("x", x)  # the product in the order of the channels
    assert (expected.inv() * Rotation.from_quat(bvh.rotations(1)[0])).magnitude() < 1e-9


@pytest.mark.parametrize("change", [
    lambda t: t.replace("\n", "\r\n"),
    lambda t: t.replace("\n", "\r"),
    lambda t: t.replace("  ", "\t"),
    lambda t: t.replace("\n  {", " {").replace("\n{", " {").replace("\n    {", "{"),
    lambda t: t.replace("    OFFSET 1 2 3\n", "    OFFSET 1\t2   3 "),
    lambda t: t.replace("Frames: 2", "Frames:\t2").replace("Frame Time: ", "Frame Time:\t"),
    lambda t: "\n\n" + t.replace("HIERARCHY", "hierarchy").replace("ROOT", "Root") + "\n  \n",
    lambda t: t.replace("90 0 0 10", "9.0e1 -0 0.0\n 10"),
    lambda t: t.replace("Xposition Yposition Zposition Zrotation", "XPOSITION yposition ZPosition\nZROTATION"),
    lambda t: t.replace("MOTION", "  MOTION  "),
])
def test_spelling_and_spacing_do_not_matter(change):
    plain, odd = parse_bvh(SMALL, "a.bvh"), parse_bvh(change(SMALL), "a.bvh")
    assert odd.bones == plain.bones
    assert np.array_equal(odd.values, plain.values)


@pytest.mark.parametrize("written", [1, 3])
def test_a_header_wrong_by_one_frame_is_forgiven_with_a_note(written):
    bvh = parse_bvh(SMALL.replace("Frames: 2", f"Frames: {written}"), "a.bvh")
    assert len(bvh.values) == 2
    assert "2" in bvh.notes[0]


@pytest.mark.parametrize(("old", "new", "fault"), [
    ("HIERARCHY", "hello", "does not begin with HIERARCHY"),
    ("MOTION", "", "no MOTION part"),
    ("JOINT Left Leg", "JOINT Hips", "two bones are called"),
    ("JOINT Left Leg", "JOINT", "has no name"),
    ("JOINT Left Leg", "ROOT Left Leg", "ROOT lies inside"),
    ("ROOT Hips", "JOINT Hips", "lies outside the ROOT"),
    ("  }\n}\nMOTION", "  }\nMOTION", "never closed"),
    ("}\nMOTION", "}\n}\nMOTION", "closing brace"),
    ("ROOT Hips\n{", "ROOT Hips\n", "no opening brace"),
    ("OFFSET 1 2 3", "OFFSET 1 2", "where a number is expected"),
    ("OFFSET 1 2 3", "OFFSET 1 nan 3", "has the number"),
    ("OFFSET 1 2 3", "OFFSET 1 1e300 3", "has the number"),
    ("    OFFSET 1 2 3\n", "", "has no OFFSET"),
    ("CHANNELS 3 Y", "CHANNELS 4000000000 Y", "channels; 0 to 6"),
    ("CHANNELS 3 Y", "CHANNELS -3 Y", "channels; 0 to 6"),
    ("CHANNELS 3 Yrotation", "CHANNELS 3 Wrotation", "a channel called"),
    ("CHANNELS 3 Yrotation", "CHANNELS 3 Zrotation", "the same channel twice"),
    ("OFFSET 0 -4 0", "OFFSET 0 -4 0 CHANNELS 1 Xrotation", "End Site has channels"),
    ("OFFSET 0 -4 0", "OFFSET 0 -4 0 JOINT x {", "bone inside"),
    ("OFFSET 0 -4 0", "OFFSET 0 -4 0 SCALE 3", "not part of a BVH file"),
    ("Frames: 2", "Frames: 4000000000", "promises 4000000000 frames"),
    ("Frames: 2", "Frames: " + "9" * 5000, "promises 9999"),
    ("Frames: 2", "Frames: 20", "promises 20 frames"),
    ("Frames: 2", "Frames: -2", "its number of frames"),
    ("Frames: 2", "Frame: 2", "are missing"),
    ("Frame Time: 0.0333333", "Frame Time: fast", "its frame time"),
    ("4 5 6 0 0 0 0 0 0\n", "4 5 6 0\n", "frame 2 has 4 of the 9"),
    ("4 5 6", "4 five 6", 'line 2 of its frames has "five"'),
    ("4 5 6", "4 nan 6", 'line 2 of its frames has "nan"'),
    ("4 5 6", "4 inf 6", 'line 2 of its frames has "inf"'),
    ("4 5 6", "4 1e30 6", 'line 2 of its frames has "1e30"'),
    ("4 5 6", "4,5 5 6", 'line 2 of its frames has "4,5"'),
    ("1 2 3 90 0 0 10 20 30\n4 5 6 0 0 0 0 0 0\n", "", "no frames"),
])
def test_faults_are_named(old, new, fault):
    assert old in SMALL
    with pytest.raises(InputError) as caught:
        parse_bvh(SMALL.replace(old, new, 1), "song.bvh")
    assert fault in str(caught.value)
    assert str(caught.value).startswith("song.bvh: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_depth_and_number_of_bones_are_limited():
    deep = "".join(f"JOINT j{i} {{ OFFSET 0 0 0 " for i in range(MAX_DEPTH + 5)) + "}" * (MAX_DEPTH + 5)
    wide = "".join(f"JOINT j{i} {{ OFFSET 0 0 0 }}\n" for i in range(MAX_BONES + 5))
    for inside in (deep, wide):
        text = f"HIERARCHY ROOT r {{ OFFSET 0 0 0 CHANNELS 1 Xrotation {inside} }}\nMOTION\nFrames: 1\nFrame Time: 1\n0\n"
        with pytest.raises(InputError, match="levels"):
            parse_bvh(text, "a.bvh")


def test_formatting_and_parsing_again_changes_nothing():
    bvh = parse_bvh(SMALL, "a.bvh")
    again = parse_bvh(format_bvh(bvh), "a.bvh")
    assert again.bones == bvh.bones
    assert np.array_equal(again.values, bvh.values)


def outcome(text):
    try:
        return parse_bvh(text, "a.bvh")
    except InputError:
        return None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_text_gives_a_result_or_a_sentence(data):
    words = SMALL.split(" ")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(words) - 1))
        words[at] = data.draw(st.sampled_from(["", "{", "}", "nan", "-1", "ROOT", "End", "CHANNELS", "1e999", "\0", "４", "\n", "9" * 30]))
    text = " ".join(words)
    outcome(text[: data.draw(st.integers(0, len(text)))])
    found = outcome(text)
    if found is not None:
        assert np.isfinite(found.values).all()


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_a_sentence(text):
    outcome(text)
    outcome("HIERARCHY\n" + text)
    outcome(SMALL[: SMALL.index("4 5 6")] + text)
