import numpy as np

from core.encoders.bar_context import FRAME_WEIGHT, BarContext


class Ramp:
    """An encoder whose vectors are known."""

    name, dim, fingerprint = "ramp", 2, "ramp-1"

    def encode(self, motion, bars):
        vectors = np.zeros((len(motion), 2), np.float32)
        for start, stop in bars:
            vectors[start:stop, 0] = np.arange(start, stop)
            vectors[start:stop, 1] = 5
        return vectors


def test_frame_then_mean_then_spread_of_its_own_bar():
    encoder = BarContext(Ramp())
    vectors = encoder.encode(range(10), [(2, 5), (6, 8)])
    assert vectors.shape == (10, encoder.dim) == (10, 6)
    assert not vectors[[0, 1, 5, 8, 9]].any()
    expected = [FRAME_WEIGHT * 4, FRAME_WEIGHT * 5, 3.0, 5.0, np.std([2, 3, 4]), 0.0]
    assert np.allclose(vectors[4], expected)
    assert np.allclose(vectors[6, 2:], vectors[7, 2:])
    assert not np.allclose(vectors[4, 2:], vectors[6, 2:])


def test_the_fingerprint_tells_weight_and_encoder():
    prints = {BarContext(Ramp()).fingerprint, BarContext(Ramp(), 0.5).fingerprint, Ramp.fingerprint}
    assert len(prints) == 3
