"""Moving the slider of the semi-supervised system over 100,000 bars: the best 100 of one query, by another alpha.

The baselines do what the system would have to do if it kept less: blend and normalise the vectors of all bars, and
(measured on a part of them) embed the bars by the network.
"""

from __future__ import annotations

import numpy as np

from benchmarks.measure import Result, best_seconds, show
from core.retrieval.embedding import unit
from core.retrieval.features import STEPS, BarFeatures
from core.retrieval.nets import WIDTH, Towers
from core.retrieval.semi_supervised import SemiSupervised, TwoSpaces

BARS, TOP, ALPHA = 100_000, 100, 0.3
DANCE, PART = 256, 2000
"""Width of the demo's dance vectors; bars that the network is measured on."""


def spaces(bars: int, seed: int) -> TwoSpaces:
    """Vectors that fill the sphere."""
    rng = np.random.default_rng(seed)
    pairs, labels = (unit(rng.normal(size=(bars, WIDTH)).astype(np.float32)) for _ in range(2))
    return TwoSpaces.of(pairs, labels)


def best(scores: np.ndarray) -> np.ndarray:
    """The best bars, best first."""
    top = np.argpartition(-scores, TOP)[:TOP]
    return top[np.argsort(-scores[top], kind="stable")]


def run() -> list[Result]:
    """Both baselines, and the slider."""
    gallery, query = spaces(BARS, 0), spaces(1, 1)

    def anew() -> np.ndarray:
        return (gallery.blended(ALPHA) @ query.blended(ALPHA)[0]).astype(np.float64)

    if not np.allclose(gallery.scores(query, ALPHA), anew(), atol=1e-5):
        raise AssertionError("the slider scores otherwise than the vectors blended anew")
    rng = np.random.default_rng(2)
    steps = rng.normal(size=(PART, STEPS, DANCE)).astype(np.float32)
    features = BarFeatures(np.zeros((PART, 2 * DANCE), np.float32), steps)
    towers = Towers((DANCE, DANCE), SemiSupervised.spaces).eval()
    network = best_seconds(lambda: towers.embed(features, np.arange(PART), "dance"), 1) * BARS / PART
    blending, moving = best_seconds(lambda: best(anew())), best_seconds(lambda: best(gallery.scores(query, ALPHA)), 20)
    unit_name = f"rankings of {BARS:,} bars/s"
    return [
        Result(f"alpha: bars embedded anew (from {PART:,})", 1.0 / network, unit_name),
        Result("alpha: vectors blended anew", 1.0 / blending, unit_name),
        Result(f"alpha: TwoSpaces, {1000 * moving:.1f} ms a move", 1.0 / moving, unit_name, "vectors blended anew",
               blending / moving),
    ]


if __name__ == "__main__":
    show(run())
