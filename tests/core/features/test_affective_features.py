import math

import numpy as np
import pytest
from dance_motions import smooth_motion

from core.features.affective import QUANTITY_NAMES, affective_features, affective_quantities
from core.skeleton import INDEX, REST_POSITIONS


def quantity(positions, name):
    return affective_quantities(positions)[:, QUANTITY_NAMES.index(name)]


def placed(**joints):
    positions = np.array(REST_POSITIONS)[None].copy()
    for name, point in joints.items():
        positions[0, INDEX[name]] = point
    return positions


def test_forty_quantities_and_their_differences():
    positions = smooth_motion(9).world()[0]
    features = affective_features(positions)
    assert features.shape == (9, 120)
    assert features.dtype == np.float32
    assert len(QUANTITY_NAMES) == len(set(QUANTITY_NAMES)) == 40
    quantities = affective_quantities(positions)
    np.testing.assert_allclose(features[:, :40], quantities, rtol=1e-5)
    np.testing.assert_allclose(features[1:, 40:80], np.diff(quantities, axis=0), atol=1e-6)
    np.testing.assert_allclose(features[2:, 80:], np.diff(quantities, n=2, axis=0), atol=1e-6)


def test_area_volume_and_distance_by_hand():
    positions = placed(Head=(0, 1, 0), RightWrist=(3, 1, 0), LeftWrist=(0, 5, 0))
    assert quantity(positions, "area Head RightWrist LeftWrist")[0] == pytest.approx(6.0)
    assert quantity(positions, "distance RightWrist LeftWrist")[0] == pytest.approx(5.0)
    low, high = positions[0].min(axis=0), positions[0].max(axis=0)
    expected = (high[0] - low[0]) * (high[1] - low[1]) * (high[2] - low[2])
    assert quantity(positions, "volume of the bounding box")[0] == pytest.approx(expected)


@pytest.mark.parametrize(("wrist", "bend"), [((2, 0, 0), 1.0), ((1, 1, 0), 0.5), ((0, 0, 0), 0.0), ((1, 0, 0), 0.0)])
def test_elbow_bend_by_hand(wrist, bend):
    positions = placed(RightShoulder=(0, 0, 0), RightElbow=(1, 0, 0), RightWrist=wrist)
    assert quantity(positions, "bend RightShoulder RightElbow RightWrist")[0] == pytest.approx(bend)


def test_finger_bend_is_the_angle_at_its_middle_joint():
    positions = placed(LeftThumb0=(0, 0, 0), LeftThumb1=(0, 0, 2), LeftThumb2=(1, 0, 3))
    assert quantity(positions, "bend LeftThumb0 LeftThumb1 LeftThumb2")[0] == pytest.approx(0.75)


def test_all_bends_against_arccosine():
    points = smooth_motion(3).world()[0] + np.random.default_rng(0).normal(scale=0.01, size=(53, 3))
    for name in QUANTITY_NAMES:
        if not name.startswith("bend"):
            continue
        a, b, c = (points[:, INDEX[joint]] for joint in name.split()[1:])
        for t in range(3):
            u, v = a[t] - b[t], c[t] - b[t]
            cosine = np.dot(u, v) / np.linalg.norm(u) / np.linalg.norm(v)
            assert quantity(points, name)[t] == pytest.approx(math.acos(np.clip(cosine, -1, 1)) / math.pi, abs=1e-6)


def test_a_body_in_one_point_gives_numbers():
    assert not affective_features(np.zeros((4, 53, 3))).any()


def test_rounding_noise_between_joints_that_meet_is_no_bend():
    positions = np.repeat(placed(), 4, axis=0)
    positions[:, INDEX["UpperBody"]] = positions[:, INDEX["LowerBody"]]
    positions[:, INDEX["UpperBody"]] += np.random.default_rng(0).normal(scale=1e-7, size=(4, 3))
    assert not quantity(positions, "bend Head UpperBody LowerBody").any()


def test_no_frames():
    assert affective_features(np.zeros((0, 53, 3))).shape == (0, 120)
