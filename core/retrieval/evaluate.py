"""Table 2: how well retrieval systems find the right bar, under every protocol, direction, gallery and tie rule.

Queries and gallery are the bars with lyrics of the evaluated songs; the right answer to a bar is the bar itself in the
other modality. Protocols (design.md 3.9) say what a system is fitted on:

- ``inductive``: the training songs;
- ``leave-one-song-out``: for each query all songs, of all splits, but its own;
- ``transductive``: the evaluated songs, the right pairs among them, as in the paper's public code.

Only the first treats the right bar as it treats the others. On bars of one length whose codes had no relation at all
(our simulation: 120 songs, 100 and 50 codes), it stayed at chance, 0.011. Leave-one-song-out came up to 0.015, since
all candidates but those of the query's song had part in the counts. Transductive fell to 0.002: the right pairs have
always been seen, and a pair seen less often than by chance is rated below one never seen.

In the gallery ``equal-length`` a query meets the bars of its own length only. Queries without a competitor there are
left out: their rank is 1 whatever the system does.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.codes import SPLITS, CodedBars
from core.errors import SettingsError
from core.progress import Progress, part, silent
from core.retrieval.length_only import LengthOnly
from core.retrieval.protocol import DIRECTIONS, GALLERIES, METHODS, PROTOCOLS, TIES, RetrievalData, RetrievalMethod
from core.retrieval.random import RandomOrder
from core.retrieval.xmied import Xmied

_BLOCK_SCORES: Final = 2**22
"""Scores held at a time, 32 MiB of them."""
RECALLS: Final = (1, 5, 10)


@dataclass(frozen=True)
class Ranks:
    """Where the right bar of each query landed in a gallery.

    Attributes
    ----------
    better, equal, size : int64 [queries]
        Gallery bars that score higher than the right one; that score the same, itself included; all of them.
    """

    better: NDArray[np.int64]
    equal: NDArray[np.int64]
    size: NDArray[np.int64]

    def ranks(self, ties: str) -> NDArray[np.float64]:
        """Rank of the right bar under a tie rule of :data:`core.retrieval.protocol.TIES`, float64 [queries]."""
        if ties == "pessimistic":
            return (self.better + self.equal).astype(np.float64)
        if ties == "average":
            return self.better + (self.equal + 1) / 2
        msg = f"ties must be one of {', '.join(TIES)}, got '{ties}'"
        raise ValueError(msg)


def make_method(name: str, seed: int = 0, singletons: str = "zero") -> RetrievalMethod:
    """A system of :data:`core.retrieval.protocol.METHODS`; :class:`SettingsError` for another name."""
    if name == Xmied.name:
        return Xmied(singletons)
    if name == LengthOnly.name:
        return LengthOnly()
    if name == RandomOrder.name:
        return RandomOrder(seed)
    raise SettingsError(f"There is no method '{name}'; use {', '.join(METHODS)}.")


def evaluated_bars(codes: CodedBars, split: str) -> NDArray[np.int64]:
    """Bars with lyrics of a split ("all" for every one): the queries and the gallery."""
    if split not in (*SPLITS, "all"):
        raise SettingsError(f"There is no split '{split}'; use {', '.join(SPLITS)} or all.")
    chosen = codes.sung if split == "all" else codes.sung & (codes.split == SPLITS.index(split))
    bars = np.flatnonzero(chosen)
    if len(bars) == 0:
        raise SettingsError(f"No bar of the {split} songs has lyrics, so there is nothing to evaluate; choose another "
                            "split or import more songs.")
    return bars


def fit_method(
    method: RetrievalMethod, data: RetrievalData, bars: NDArray[np.int64], protocol: str, progress: Progress = silent
) -> None:
    """Fit a system on what the protocol allows, given the bars to be evaluated.

    Raises :class:`SettingsError` where that is nothing.
    """
    codes = data.codes
    if protocol == "inductive":
        train = np.flatnonzero(codes.split == SPLITS.index("train"))
        if not codes.sung[train].any():
            raise SettingsError("No training song has lyrics, so the protocol inductive has nothing to count; use the "
                                "protocol transductive, or give songs the split train.")
        dev = np.flatnonzero(codes.split == SPLITS.index("dev"))
        method.fit(data.select(train), data.select(dev), progress)
    elif protocol == "leave-one-song-out":
        method.fit(data, None, progress)
    elif protocol == "transductive":
        method.fit(data.select(bars), None, progress)
    else:
        raise SettingsError(f"There is no protocol '{protocol}'; use {', '.join(PROTOCOLS)}.")


def rank_bars(
    method: RetrievalMethod,
    data: RetrievalData,
    bars: NDArray[np.int64],
    protocol: str,
    direction: str,
    progress: Progress = silent,
) -> dict[str, Ranks]:
    """Ranks of the right bars in every gallery, each query being scored once.

    Parameters
    ----------
    method : RetrievalMethod
        Fitted for the protocol by :func:`fit_method`.
    data : RetrievalData
    bars : int64 [n]
        Queries and gallery.
    protocol, direction : str
    progress : Progress

    Raises
    ------
    ValueError
        Where the system's scores have another shape or are no numbers.
    """
    n = len(bars)
    lengths = data.codes.lengths[bars]
    counts = {gallery: np.zeros((3, n), np.int64) for gallery in GALLERIES}
    step = max(_BLOCK_SCORES // n, 1)
    alone = protocol == "leave-one-song-out" and method.fitted
    songs = data.codes.song[bars]
    groups = [np.flatnonzero(songs == song) for song in np.unique(songs)] if alone else [np.arange(n)]
    done = 0
    for group in groups:
        system = method.without_song(int(songs[group[0]])) if alone else method
        for start in range(0, len(group), step):
            block = group[start : start + step]
            inner = part(progress, done / n, (done + len(block)) / n)
            scores = system.scores(data, bars[block], bars, direction, inner)
            if scores.shape != (len(block), n) or np.isnan(scores).any():
                msg = f"{method.name}: scores of shape {(len(block), n)} without NaN wanted, got {scores.shape}"
                raise ValueError(msg)
            right = scores[np.arange(len(block)), block][:, None]
            better, equal = scores > right, scores == right
            rival = lengths[block][:, None] == lengths[None, :]
            for gallery, present in (("all", np.ones_like(rival)), ("equal-length", rival)):
                counts[gallery][0, block] = (better & present).sum(axis=1)
                counts[gallery][1, block] = (equal & present).sum(axis=1)
                counts[gallery][2, block] = present.sum(axis=1)
            done += len(block)
    compared = counts["equal-length"][2] > 1
    counts["equal-length"] = counts["equal-length"][:, compared]
    return {gallery: Ranks(*found) for gallery, found in counts.items()}


def figures(ranks: NDArray[np.float64]) -> dict[str, Any]:
    """MRR, median rank and recalls of ranks; all None where there are none."""
    if len(ranks) == 0:
        return {"mrr": None, "median_rank": None, **{f"recall_at_{k}": None for k in RECALLS}}
    return {
        "mrr": float(np.mean(1.0 / ranks)), "median_rank": float(np.median(ranks)),
        **{f"recall_at_{k}": float(np.mean(ranks <= k)) for k in RECALLS},
    }


def evaluate(
    codes: CodedBars | RetrievalData,
    methods: Sequence[str | RetrievalMethod] = METHODS,
    protocols: Sequence[str] = PROTOCOLS,
    directions: Sequence[str] = DIRECTIONS,
    galleries: Sequence[str] = GALLERIES,
    ties: Sequence[str] = TIES,
    split: str = "test",
    seed: int = 0,
    progress: Progress = silent,
    singletons: str = "zero",
) -> dict[str, Any]:
    """Every combination of the given methods, protocols, directions, galleries and tie rules.

    Systems that do not depend on what they are fitted on are scored once and reported under each protocol. For random
    scores the figures are expected ones, under either tie rule.

    Parameters
    ----------
    codes : CodedBars or RetrievalData
        Bars of all songs.
    methods : sequence of str or RetrievalMethod
        Names, or systems of one's own.
    protocols, directions, galleries, ties : sequence of str
        See :mod:`core.retrieval.protocol`.
    split : "test", "dev", "train" or "all"
        Songs to evaluate.
    seed : int
    progress : Progress
    singletons : str
        See :func:`core.npmi.npmi_table`.

    Returns
    -------
    dict
        ``split``, ``gallery_size`` (bars), and ``results``: for each combination its names, ``queries``,
        ``mean_gallery_size``, ``mrr``, ``inverse_mrr`` (a harmonic mean rank), ``median_rank``, ``recall_at_1``,
        ``_5``, ``_10`` (None without queries), ``seconds`` (fitting and scoring, shared by galleries and tie rules).

    Raises
    ------
    SettingsError
        For unknown names, or where there is nothing to evaluate or to fit on.
    """
    _check(protocols, PROTOCOLS, "protocol")
    _check(directions, DIRECTIONS, "direction")
    _check(galleries, GALLERIES, "gallery")
    _check(ties, TIES, "tie rule")
    data = RetrievalData(codes) if isinstance(codes, CodedBars) else codes
    systems = [make_method(m, seed, singletons) if isinstance(m, str) else m for m in methods]
    bars = evaluated_bars(data.codes, split)
    results: list[dict[str, Any]] = []
    jobs = [(system, protocol) for system in systems for protocol in protocols if protocol in system.protocols]
    scored: dict[str, tuple[dict[str, Ranks], float]] = {}
    for i, (system, protocol) in enumerate(jobs):
        if system.fitted or i == 0 or jobs[i - 1][0] is not system:
            whole = part(progress, i / len(jobs), (i + 1) / len(jobs), f"{system.name}, {protocol}")
            start = time.perf_counter()
            if system.fitted:
                fit_method(system, data, bars, protocol, part(whole, 0.0, 0.1))
            fitting = time.perf_counter() - start
            scored = {}
            for j, direction in enumerate(directions):
                start = time.perf_counter()
                inner = part(whole, 0.1 + 0.9 * j / len(directions), 0.1 + 0.9 * (j + 1) / len(directions))
                found = rank_bars(system, data, bars, protocol, direction, inner)
                scored[direction] = found, fitting + time.perf_counter() - start
        for direction in directions:
            found, seconds = scored[direction]
            for gallery in galleries:
                for rule in ties:
                    results.append({  # noqa: PERF401 - five names deep is no comprehension
                        "method": system.name, "protocol": protocol, "direction": direction, "gallery": gallery,
                        "ties": rule, **_row(system, found[gallery], rule), "seconds": seconds,
                    })
    progress(1.0, "")
    return {"split": split, "gallery_size": len(bars), "singletons": singletons, "results": results}


def _row(system: RetrievalMethod, ranks: Ranks, ties: str) -> dict[str, Any]:
    queries = len(ranks.size)
    row = (system.expected(ranks.size) if queries else None) or figures(ranks.ranks(ties))
    mrr = row["mrr"]
    return {
        "queries": queries, "mean_gallery_size": float(ranks.size.mean()) if queries else None, **row,
        "inverse_mrr": 1.0 / mrr if mrr else None,
    }


def _check(names: Sequence[str], known: Sequence[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise SettingsError(f"There is no {what} '{name}'; use {', '.join(known)}.")
