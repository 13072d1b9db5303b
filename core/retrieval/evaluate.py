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
left out: their rank is 1 whatever the system does. ``mrr_without_song`` pits the right bar against bars of other songs
only, in either gallery. Over bars of all lengths that makes length tell more, not less, since songs differ in tempo (on
the demo length alone reaches 0.95): there it is to be read beside ``length-only``. So are tests against ``xmied``,
which unlike the systems that embed is helped by length: what they know of words and dance shows in ``equal-length``.

Beside each MRR stands an interval, and beside each system a paired test against ``xmied`` under the same conditions;
see :mod:`core.retrieval.statistics`. What cannot be evaluated has a row too, without figures but with the reason.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.codes import SPLITS, CodedBars
from core.errors import SettingsError
from core.progress import Progress, part, silent
from core.retrieval.embedding import EmbeddingMethod
from core.retrieval.fitted import fit_or_load
from core.retrieval.precision import expected_precision
from core.retrieval.protocol import (
    DEFAULT_METHODS,
    DIRECTIONS,
    GALLERIES,
    PROTOCOLS,
    TIES,
    RetrievalData,
    RetrievalMethod,
)
from core.retrieval.ranks import RECALLS, Placed, Ranks, figures, place_bars, rank_bars
from core.retrieval.registry import make_method
from core.retrieval.statistics import BOOTSTRAP_DRAWS, LEVEL, PERMUTATIONS, bootstrap_interval, holm, sign_flip_test

__all__ = [
    "RECALLS", "REFERENCE", "Ranks", "evaluate", "evaluated_bars", "figures", "fit_method", "make_method", "rank_bars",
]

REFERENCE: Final = "xmied"
"""The system that the others are tested against."""
_SONGS: Final = {
    "inductive": "the training songs", "leave-one-song-out": "all songs but the query's",
    "transductive": "the evaluated songs",
}
_NO_RIVAL: Final = "No bar has a competitor of its own length."

Tell = Callable[[str], None]
"""Takes a sentence for the user."""


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
    method: RetrievalMethod, data: RetrievalData, bars: NDArray[np.int64], protocol: str, progress: Progress = silent,
    folder: Path | None = None,
) -> bool:
    """Fit a system on what the protocol allows, given the bars to be evaluated.

    Systems that embed are kept in ``folder`` where one is given; see :mod:`core.retrieval.fitted`.

    Returns
    -------
    bool
        Whether it was fitted before and has been loaded.

    Raises
    ------
    SettingsError
        Where there is nothing to fit on.
    """
    codes = data.codes
    if protocol == "inductive":
        _check_training(codes)
        train = np.flatnonzero(codes.split == SPLITS.index("train"))
        dev = np.flatnonzero(codes.split == SPLITS.index("dev"))
        if folder is not None and isinstance(method, EmbeddingMethod):
            return fit_or_load(method, data.select(train), data.select(dev), folder, progress)
        method.fit(data.select(train), data.select(dev), progress)
    elif protocol == "leave-one-song-out":
        method.fit(data, None, progress)
    elif protocol == "transductive":
        method.fit(data.select(bars), None, progress)
    else:
        raise SettingsError(f"There is no protocol '{protocol}'; use {', '.join(PROTOCOLS)}.")
    return False


def _check_training(codes: CodedBars) -> None:
    if not codes.sung[codes.split == SPLITS.index("train")].any():
        raise SettingsError("No training song has lyrics, so the protocol inductive has nothing to count; use the "
                            "protocol transductive, or give songs the split train.")


@dataclass(frozen=True)
class _Run:
    """One system under one protocol.

    Attributes
    ----------
    reason : str
        Why there are no figures; '' where there are.
    placed : dict of direction to (gallery to Placed)
    ranking : dict of direction to float
        Seconds of scoring and ranking.
    fitting : float
        Seconds of fitting or loading.
    loaded : bool
    """

    reason: str
    placed: dict[str, dict[str, Placed]]
    ranking: dict[str, float]
    fitting: float = 0.0
    loaded: bool = False


def evaluate(
    codes: CodedBars | RetrievalData,
    methods: Sequence[str | RetrievalMethod] = DEFAULT_METHODS,
    protocols: Sequence[str] = PROTOCOLS,
    directions: Sequence[str] = DIRECTIONS,
    galleries: Sequence[str] = GALLERIES,
    ties: Sequence[str] = TIES,
    split: str = "test",
    seed: int = 0,
    progress: Progress = silent,
    singletons: str = "zero",
    folder: Path | None = None,
    tell: Tell | None = None,
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
        Of the systems that draw, and of bootstrap and permutation test.
    progress : Progress
    singletons : str
        See :func:`core.npmi.npmi_table`.
    folder : Path, optional
        Where systems that were fitted are kept, each as soon as it is fitted, and found again.
    tell : callable, optional
        Told, when a system is done under a protocol, how many seconds it took or why it has no figures.

    Returns
    -------
    dict
        ``split``, ``gallery_size`` (bars), ``songs`` (of theirs), ``singletons``, ``statistics`` (how intervals and
        tests were made), and ``results``, a row for each combination with its names and

        - ``queries``, ``mean_gallery_size``, ``mrr``, ``inverse_mrr`` (a harmonic mean rank), ``median_rank``,
          ``recall_at_1``, ``_5``, ``_10``;
        - ``mrr_low``, ``mrr_high``: 95 % interval, by a bootstrap over songs;
        - ``mrr_without_song``, ``queries_without_song``: the right bar against bars of other songs only, and the
          queries that then have a competitor;
        - ``class_map``, ``class_queries``: mean average precision of the bars of the query's class in other songs,
          where the data has true labels, and the queries for which there are any;
        - ``difference``, ``p_value``, ``p_holm``: MRR less that of ``xmied`` on the same queries, p-value of a
          two-sided permutation test by songs, and corrected (Holm) for the number of systems that are compared
          under the same names;
        - ``seconds`` (fitting and scoring, shared by galleries and tie rules), ``fit_seconds`` (the part of it before
          anything is scored), ``loaded`` (whether it was fitted earlier and only loaded);
        - ``reason``: a sentence where there are no figures, else None.

        A figure that does not exist is None: all of them where there are no queries or the system cannot be
        evaluated; intervals and tests for expected figures, and where too few songs or no ``xmied`` are there.

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
    if "inductive" in protocols and any(system.fitted for system in systems):
        _check_training(data.codes)
    results: list[dict[str, Any]] = []
    tables: dict[tuple[str, ...], list[tuple[dict[str, Any], Placed | None]]] = {}
    jobs = [(system, protocol) for system in systems for protocol in protocols]
    run: _Run | None = None
    for i, (system, protocol) in enumerate(jobs):
        whole = part(progress, i / len(jobs), (i + 1) / len(jobs), f"{system.name}, {protocol}")
        if run is None or run.reason or system.fitted or jobs[i - 1][0] is not system:
            run = _run(system, protocol, data, bars, directions, folder, whole)
            if tell is not None:
                tell(_sentence(system, protocol if system.fitted or run.reason else "", run))
        for direction in directions:
            for gallery in galleries:
                for rule in ties:
                    names = {"method": system.name, "protocol": protocol, "direction": direction, "gallery": gallery,
                             "ties": rule}
                    placed = None if run.reason else run.placed[direction][gallery]
                    row = {**names, **_row(system, placed, rule, seed), **_times(run, direction)}
                    if row["reason"] is None and not row["queries"]:
                        row["reason"] = _NO_RIVAL
                    results.append(row)
                    tables.setdefault((protocol, direction, gallery, rule), []).append((row, placed))
    for (_, _, _, rule), rows in tables.items():
        _compare(rows, rule, seed)
    progress(1.0, "")
    return {
        "split": split, "gallery_size": len(bars), "songs": len(np.unique(data.codes.song[bars])),
        "singletons": singletons,
        "statistics": {"level": LEVEL, "bootstrap_draws": BOOTSTRAP_DRAWS, "permutations": PERMUTATIONS,
                       "reference": REFERENCE},
        "results": results,
    }


def _run(
    system: RetrievalMethod, protocol: str, data: RetrievalData, bars: NDArray[np.int64], directions: Sequence[str],
    folder: Path | None, progress: Progress,
) -> _Run:
    """Fit a system under a protocol and rank the bars in all directions."""
    progress(0.0)
    reason = _hindrance(system, protocol, data)
    loaded = False
    start = time.perf_counter()
    if system.fitted and not reason:
        try:
            loaded = fit_method(system, data, bars, protocol, part(progress, 0.0, 0.7), folder)
        except SettingsError as error:
            # What this system lacks is no fault of the others.
            reason = str(error)
    if reason:
        return _Run(reason, {}, {})
    fitting = time.perf_counter() - start if system.fitted else 0.0
    placed, ranking = {}, {}
    for j, direction in enumerate(directions):
        start = time.perf_counter()
        inner = part(progress, 0.7 + 0.3 * j / len(directions), 0.7 + 0.3 * (j + 1) / len(directions))
        placed[direction] = place_bars(system, data, bars, protocol, direction, inner)
        ranking[direction] = time.perf_counter() - start
    return _Run("", placed, ranking, fitting, loaded)


def _hindrance(system: RetrievalMethod, protocol: str, data: RetrievalData) -> str:
    """Why a system cannot be evaluated under a protocol, a sentence; '' where it can."""
    missing = system.missing(data)
    if missing:
        return f"{missing[0].upper()}{missing[1:]}."
    if protocol not in system.protocols:
        songs = " or ".join(_SONGS[name] for name in system.protocols)
        return f"Fitted on {songs} only (protocol {' or '.join(system.protocols)})."
    return ""


def _sentence(system: RetrievalMethod, protocol: str, run: _Run) -> str:
    name = f"{system.name}, {protocol}" if protocol else system.name
    if run.reason:
        return f"{name}: n/a. {run.reason}"
    ranked = f"ranked in {sum(run.ranking.values()):.1f} s"
    if not system.fitted:
        return f"{name}: {ranked}"
    return f"{name}: {'loaded' if run.loaded else 'fitted'} in {run.fitting:.1f} s, {ranked}"


def _times(run: _Run, direction: str) -> dict[str, Any]:
    if run.reason:
        return {"seconds": None, "fit_seconds": None, "loaded": False, "reason": run.reason}
    return {"seconds": run.fitting + run.ranking[direction], "fit_seconds": run.fitting, "loaded": run.loaded,
            "reason": None}


def _row(system: RetrievalMethod, placed: Placed | None, ties: str, seed: int) -> dict[str, Any]:
    """The figures of a row; those of the comparison are None as yet."""
    queries = 0 if placed is None else len(placed.song)
    found: dict[str, Any] = {
        "queries": queries, "mean_gallery_size": None, **figures(np.zeros(0)), "mrr_low": None, "mrr_high": None,
        "mrr_without_song": None, "queries_without_song": 0, "class_map": None, "class_queries": 0,
        "difference": None, "p_value": None, "p_holm": None, "inverse_mrr": None,
    }
    if placed is None or not queries:
        return found
    ranks, apart, classes = placed.ranks, placed.apart, placed.classes
    found |= {"mean_gallery_size": float(ranks.size.mean()), "queries_without_song": len(apart.size)}
    expected = system.expected(ranks.size)
    if expected is None:
        reached = ranks.ranks(ties)
        found |= figures(reached)
        interval = bootstrap_interval(1.0 / reached, placed.song, seed)
        if interval is not None:
            found["mrr_low"], found["mrr_high"] = interval
    else:
        found |= expected
    if len(apart.size):
        rest = system.expected(apart.size) or figures(apart.ranks(ties))
        found["mrr_without_song"] = rest["mrr"]
    if classes is not None and len(classes.size):
        precision = classes.average[ties] if expected is None else expected_precision(classes.relevant, classes.size)
        found |= {"class_map": float(precision.mean()), "class_queries": len(classes.size)}
    found["inverse_mrr"] = 1.0 / found["mrr"]
    return found


def _compare(rows: list[tuple[dict[str, Any], Placed | None]], ties: str, seed: int) -> None:
    """Test every system of a table against the reference and write what comes of it into the rows."""
    measured = [(row, 1.0 / placed.ranks.ranks(ties), placed.song) for row, placed in rows
                if placed is not None and len(placed.song) and row["mrr_low"] is not None]
    reference = next(((values, songs) for row, values, songs in measured if row["method"] == REFERENCE), None)
    others = [(row, values) for row, values, _ in measured if row["method"] != REFERENCE]
    if reference is None or not others:
        return
    # All systems met the same queries, in the same order.
    differences = np.stack([values - reference[0] for _, values in others], axis=1)
    p_values = sign_flip_test(differences, reference[1], seed).tolist()
    # One by one: the mean of a column of a table depends in its last bit on how many columns stand beside it.
    means = [float(column.mean()) for column in np.ascontiguousarray(differences.T)]
    for (row, _), mean, p, corrected in zip(others, means, p_values, holm(p_values), strict=True):
        row |= {"difference": mean, "p_value": p, "p_holm": corrected}


def _check(names: Sequence[str], known: Sequence[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise SettingsError(f"There is no {what} '{name}'; use {', '.join(known)}.")
