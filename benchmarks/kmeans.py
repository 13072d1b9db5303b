"""Codebooks: vectors a second that are fitted and that are given codes, beside plain scikit-learn.

The vectors lie around 2,000 random centres in 256 dimensions, with groups of very different size. A fit that is quicker
but worse is no gain, so each fit's mean squared distance to the nearest centre is told too.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans

from benchmarks.measure import DisagreementError, Result, interleaved, rate, ratio, say, show
from core.codebooks import Codebook, fit_codebook

FITTED, CODED, WIDTH, SIZE, GROUPS = 60_000, 300_000, 256, 500, 2_000
ROUNDS = 3


def vectors(count: int, seed: int = 0) -> NDArray[np.float32]:
    """float32 [count, 256]."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(1).normal(size=(GROUPS, WIDTH)).astype(np.float32)
    group = np.minimum(rng.exponential(GROUPS / 4, count).astype(np.int64), GROUPS - 1)
    return centres[group] + 0.5 * rng.normal(size=(count, WIDTH)).astype(np.float32)


def error_of(points: NDArray[np.float32], centres: NDArray[np.floating]) -> float:
    """Mean squared distance to the nearest centre."""
    book = Codebook(np.asarray(centres, dtype=np.float32))
    return float(np.square(points - book.centres[book.encode(points)]).sum(axis=1).mean())


def run(small: bool = False) -> list[Result]:
    """Fitting, then coding."""
    size, fitted = (50, vectors(4_000)) if small else (SIZE, vectors(FITTED))
    centres: dict[str, NDArray[np.floating]] = {}

    def whole(turn: int) -> None:
        centres["KMeans"] = KMeans(size, n_init=1, random_state=max(turn, 0)).fit(fitted).cluster_centers_

    def pieces(turn: int) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = MiniBatchKMeans(size, n_init=1, random_state=max(turn, 0)).fit(fitted)
        centres["MiniBatchKMeans"] = found.cluster_centers_

    def ours(turn: int) -> None:
        centres["fit_codebook"] = fit_codebook(fitted, size, max(turn, 0)).centres

    say("kmeans: fitting")
    times = interleaved({"KMeans": whole, "MiniBatchKMeans": pieces, "fit_codebook": ours}, ROUNDS, warm=False)
    results = []
    for name in times:
        row = f"kmeans, {len(fitted):,} vectors, {size} codes: {name}, error {error_of(fitted, centres[name]):.1f}"
        compared = ("KMeans", ratio(times, name, "KMeans")) if name != "KMeans" else ("", 1.0)
        results.append(Result(row, rate(times, name, len(fitted)), "vectors/s fitted", *compared,
                              seconds=tuple(times[name])))
    return results + _coding(vectors(4_000 if small else CODED, 2), size, fitted)


def _coding(points: NDArray[np.float32], size: int, fitted: NDArray[np.float32]) -> list[Result]:
    book = Codebook(fitted[:: max(len(fitted) // size, 1)][:size].copy())
    plain = KMeans(size, init=book.centres, n_init=1, max_iter=1).fit(book.centres)
    plain.cluster_centers_ = book.centres
    if np.mean(plain.predict(points) != book.encode(points)) > 1e-4:
        raise DisagreementError("the codebook and scikit-learn give different codes")
    say("kmeans: coding")
    times = interleaved({"plain": lambda _: plain.predict(points), "encode": lambda _: book.encode(points)}, 5)
    where = f"kmeans, {len(points):,} vectors, {size} codes"
    return [
        Result(f"{where}: KMeans.predict", rate(times, "plain", len(points)), "vectors/s coded",
               seconds=tuple(times["plain"])),
        Result(f"{where}: Codebook.encode", rate(times, "encode", len(points)), "vectors/s coded", "KMeans.predict",
               ratio(times, "encode", "plain"), seconds=tuple(times["encode"])),
    ]


if __name__ == "__main__":
    show(run())
