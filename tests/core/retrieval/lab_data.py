"""Made-up bars for tests of the comparison systems: a known relation of words and dance, or none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.codes import CodedBars
from core.retrieval.evaluate import evaluate
from core.retrieval.features import STEPS, BarFeatures
from core.retrieval.protocol import RetrievalData, RetrievalMethod

LYRIC_CODES, DANCE_CODES = 24, 12


def features(latent: NDArray[np.floating], width: int, noise: float, rng: np.random.Generator) -> BarFeatures:
    """Features that are a fixed random linear view of ``latent`` [bars, k], the same at every step, plus noise."""
    view = rng.normal(size=(latent.shape[1], width))
    steps = (latent @ view)[:, None] + noise * rng.normal(size=(len(latent), STEPS, width))
    steps = steps.astype(np.float32)
    return BarFeatures(np.concatenate([steps.mean(axis=1), steps.max(axis=1)], axis=1), steps)


def related_data(
    bars: int = 600, songs: int = 60, rank: int = 6, width: int = 20, noise: float = 0.3, seed: int = 0,
    shuffled: bool = False, audio: bool = False, classes: int = 0,
) -> RetrievalData:
    """Bars whose lyrics and dance (and audio) are noisy linear views of one latent vector.

    Songs are split 8:1:1. With ``shuffled`` the dances are exchanged at random among all bars, so that nothing is
    left to be learnt. With ``classes`` the latent vectors lie around class centres and the classes are the labels.
    Codes are clusters of the latent vector's first numbers, one code a frame; all bars have 8 frames.
    """
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(bars, rank))
    labels = None
    if classes:
        labels = rng.integers(classes, size=bars).astype(np.int64)
        latent = 3.0 * rng.normal(size=(classes, rank))[labels] + latent
    song = np.sort(rng.integers(songs, size=bars)).astype(np.int32)
    place = song % 10
    split = np.where(place == 8, 1, np.where(place == 9, 2, 0)).astype(np.int8)
    order = rng.permutation(bars) if shuffled else np.arange(bars)
    lyric = np.digitize(latent[:, 0], np.quantile(latent[:, 0], np.linspace(0, 1, LYRIC_CODES + 1)[1:-1]))
    dance = np.digitize(latent[order, 1], np.quantile(latent[:, 1], np.linspace(0, 1, DANCE_CODES + 1)[1:-1]))
    length = 8
    codes = CodedBars(
        song, np.arange(bars + 1, dtype=np.int64) * length, np.repeat(lyric, length).astype(np.int32),
        np.repeat(dance, length).astype(np.int32), LYRIC_CODES, DANCE_CODES, split, np.ones(bars, np.bool_),
    )
    words = tuple((f"word{lyric[i]}", f"other{rng.integers(30)}") for i in range(bars))
    return RetrievalData(
        codes, features(latent, width, noise, rng), features(latent[order], width, noise, rng),
        features(latent, width, noise, rng) if audio else None, labels,
        tuple(f"class{i}" for i in range(classes)), bool(classes), words,
    )


def chance_interval(count: int, share: float = 0.99, draws: int = 4000, seed: int = 0) -> tuple[float, float]:
    """Interval in which the MRR of ``count`` queries over ``count`` bars lies with this probability by chance."""
    rng = np.random.default_rng(seed)
    ranks = rng.integers(1, count + 1, size=(draws, count))
    mrr = (1.0 / ranks).mean(axis=1)
    tail = (1.0 - share) / 2
    return float(np.quantile(mrr, tail)), float(np.quantile(mrr, 1.0 - tail))


def splits(data: RetrievalData) -> list[RetrievalData]:
    """Train, dev and test bars."""
    return [data.select(np.flatnonzero(data.codes.split == split)) for split in range(3)]


def class_precision(scores: NDArray[np.floating], labels: NDArray[np.int64], k: int = 10) -> float:
    """Share of the ``k`` best gallery bars that have the query's class.

    Queries and gallery are the same bars; a query's own bar does not count, for it has the query's class by nature.
    """
    best = _best_others(scores, k)
    return float((labels[best] == labels[:, None]).mean())


def precision_interval(
    scores: NDArray[np.floating], labels: NDArray[np.int64], k: int = 10, share: float = 0.99, draws: int = 1000,
) -> tuple[float, float]:
    """Interval of :func:`class_precision` with this probability were the classes of the gallery exchanged at random."""
    rng = np.random.default_rng(0)
    best = _best_others(scores, k)
    found = [(rng.permutation(labels)[best] == labels[:, None]).mean() for _ in range(draws)]
    tail = (1.0 - share) / 2
    return float(np.quantile(found, tail)), float(np.quantile(found, 1.0 - tail))


def _best_others(scores: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    others = np.array(scores, np.float64)
    np.fill_diagonal(others, -np.inf)
    return np.argsort(-others, axis=1, kind="stable")[:, :k]


def worded_data(
    bars: int = 700, songs: int = 70, meanings: int = 10, words: int = 8, width: int = 24, noise: float = 0.3,
    seed: int = 0, shuffled: bool = False, stray: bool = False,
) -> RetrievalData:
    """Bars of three words of different meanings each and a "the"; their dance is a noisy view of the meanings' sum.

    The vectors of the words of one meaning lie close together, about an axis that all words share. Test songs use
    words that no other song has (the last half of each meaning's). With ``stray`` the vectors of these lie anywhere;
    with ``shuffled`` the dances are exchanged at random among all bars.
    """
    rng = np.random.default_rng(seed)
    song = np.sort(rng.integers(songs, size=bars)).astype(np.int32)
    place = song % 10
    split = np.where(place == 8, 1, np.where(place == 9, 2, 0)).astype(np.int8)
    known = words // 2
    chosen = np.stack([rng.permutation(meanings)[:3] for _ in range(bars)])
    number = np.where((split == 2)[:, None], rng.integers(known, words, (bars, 3)), rng.integers(known, size=(bars, 3)))
    vocabulary = ("the", *(f"word{m}-{i}" for m in range(meanings) for i in range(words)))
    centres = rng.normal(size=(meanings, width))
    vectors = np.repeat(centres, words, axis=0) + 0.2 * rng.normal(size=(meanings * words, width))
    if stray:
        unseen = np.tile(np.arange(words) >= known, meanings)
        vectors[unseen] = rng.normal(size=(int(unseen.sum()), width))
    vectors = np.concatenate([rng.normal(size=(1, width)), vectors]) + 3.0 * rng.normal(size=width)
    latent = np.zeros((bars, meanings))
    np.put_along_axis(latent, chosen, 1.0, axis=1)
    dance = features(latent, width, noise, rng)
    codes = CodedBars(
        song, np.arange(bars + 1, dtype=np.int64) * 4, np.zeros(4 * bars, np.int32), np.zeros(4 * bars, np.int32), 1, 1,
        split, np.ones(bars, np.bool_),
    )
    sung = tuple(("The", *(f"Word{m}-{i}" for m, i in zip(*pair, strict=True))) for pair in
                 zip(chosen.tolist(), number.tolist(), strict=True))
    return RetrievalData(
        codes, dance=dance.select(rng.permutation(bars)) if shuffled else dance, words=sung, vocabulary=vocabulary,
        word_vectors=vectors.astype(np.float32),
    )


def permuted_interval(scores: NDArray[np.floating], share: float = 0.99, draws: int = 2000,
                      seed: int = 0) -> tuple[float, float]:
    """Interval of the MRR of these scores [n, n] were the right answers exchanged among the queries at random."""
    rng = np.random.default_rng(seed)
    ordered = np.sort(scores, axis=1)
    above = np.stack([len(row) - np.searchsorted(order, row, "right") for order, row in zip(ordered, scores, strict=True)])
    equal = np.stack([np.searchsorted(order, row, "right") - np.searchsorted(order, row, "left")
                      for order, row in zip(ordered, scores, strict=True)])
    inverse = 1.0 / (above + (equal + 1) / 2)
    rows = np.arange(len(scores))
    mrr = [inverse[rows, rng.permutation(len(scores))].mean() for _ in range(draws)]
    tail = (1.0 - share) / 2
    return float(np.quantile(mrr, tail)), float(np.quantile(mrr, 1.0 - tail))

DIRECTIONS = ("lyrics-to-dance", "dance-to-lyrics")


def all_scores(method: RetrievalMethod, data: RetrievalData) -> list[NDArray[np.float64]]:
    """Scores of all bars against all, in both directions."""
    bars = np.arange(data.codes.bars)
    return [method.scores(data, bars, bars, direction) for direction in DIRECTIONS]


def inductive_mrr(data: RetrievalData, method: RetrievalMethod) -> tuple[int, list[float]]:
    """Bars of the test gallery, and MRR in both directions, ties counted at their average."""
    found = evaluate(data, [method], ("inductive",), galleries=("all",), ties=("average",))
    return found["gallery_size"], [row["mrr"] for row in found["results"]]
