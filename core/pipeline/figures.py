"""What the figures of a corpus show: Table 1 by split, NPMI beside chance, the matrix, the map of the dance codes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.cluster.evaluation import evaluate_on
from core.cluster.runner import HERE, Runner
from core.codebooks import load_codebook
from core.codes import SPLITS
from core.corpus.store import Corpus
from core.errors import CorpusError, SettingsError
from core.npmi import SongCounts
from core.pipeline.chance import exchanged
from core.pipeline.lab import lab_folder, retrieval_data
from core.pipeline.vectors import DANCE
from core.pipeline.view import CorpusView
from core.progress import Progress, each, part, silent
from core.retrieval.embedding import EmbeddingMethod
from core.retrieval.evaluate import Ranks, evaluate, evaluated_bars, make_method, rank_bars
from core.retrieval.length_only import LengthOnly
from core.retrieval.protocol import DIRECTIONS, PROTOCOLS, RetrievalData
from core.retrieval.results import FOLDER as RESULTS
from core.retrieval.results import save_results
from core.tables import table1_from_frames

ORDERS: Final = ("number", "songs", "best", "clustered")
"""Orders of the codes in the matrix."""
LAYOUTS: Final = ("t-sne", "mds", "pca")
"""Ways to lay the dance codes out in a plane."""
BIN: Final = 0.02
"""Width of the histograms' bins."""
EDGES: Final[NDArray[np.float64]] = np.round(np.arange(-50, 51) * BIN, 10)
"""Edges of the histograms' bins, which hold their upper edge: what lies right of a threshold is above it."""
_EXAMPLES: Final = 6
"""Longest runs of a dance code among which its most typical frame is looked for."""


# -- tables ---------------------------------------------------------------------------------------


def table1_by_split(view: CorpusView, minimum: float = 0.0) -> dict[str, dict[str, Any]]:
    """Table 1 for all songs ("all") and for each split that has bars with lyrics.

    Shapes as in :func:`core.tables.table1_from_frames`; frames count from above ``minimum``, 0 in the paper.
    """
    positive = (view.values > minimum).astype(np.float64)
    found = {"all": table1_from_frames(view.coded, positive)}
    for split in SPLITS:
        mask = view.split_mask(split)
        if (mask & view.coded.sung).any():
            frames = np.repeat(mask, view.coded.lengths)
            found[split] = table1_from_frames(view.coded.select(mask), positive[frames])
    return found


def table1_of_folder(
    folder: Path, protocols: tuple[str, ...], minimum: float, progress: Progress = silent
) -> dict[str, dict[str, dict[str, Any]]]:
    """:func:`table1_by_split` of a corpus folder under several protocols.

    A protocol that has nothing to count (inductive without training songs) is left out.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    with Corpus.open(folder) as corpus:
        for protocol in each(protocols, progress):
            view = CorpusView(corpus, protocol, "zero")
            try:
                found[protocol] = table1_by_split(view, minimum)
            except CorpusError:
                if len(protocols) == 1:
                    raise
    return found


@dataclass(frozen=True)
class EvaluationRequest:
    """What Table 2 is to hold; names as in :mod:`core.retrieval.protocol`."""

    methods: tuple[str, ...]
    protocols: tuple[str, ...]
    directions: tuple[str, ...]
    galleries: tuple[str, ...]
    ties: tuple[str, ...]
    split: str
    seed: int


def evaluate_folder(
    folder: Path, request: EvaluationRequest, progress: Progress = silent, *, save: bool = False,
    tell: Callable[[str], None] | None = None, runner: Runner = HERE,
) -> dict[str, Any]:
    """:func:`core.retrieval.evaluate.evaluate` for a corpus folder.

    Systems that are fitted are kept in the corpus, each as soon as it is fitted: who stops goes on from there.

    Parameters
    ----------
    folder : Path
    request : EvaluationRequest
    progress : Progress
    save : bool
        Whether to keep the result in the corpus, see :func:`core.retrieval.results.save_results`. Where that fails
        the result is returned all the same.
    tell : callable, optional
        See :func:`core.retrieval.evaluate.evaluate`.
    runner : Runner
        Who fits and ranks; see :func:`core.cluster.evaluation.evaluate_on`.

    Returns
    -------
    dict
        As there, with ``seed``, the sizes of the codebooks, ``settings`` (what was asked for, of each system what its
        fit depends on, of the corpus how it was built), ``split_songs`` (ids of the songs of each split),
        ``total_seconds``, and ``saved``: the file, or None. Each row also says how many times what chance and
        what length alone are expected to reach its MRR is, ``times_random`` and ``times_length_only``. Length alone
        leaves many equal scores; here they stand in random order. (Its own rows follow the tie rule: pessimistic ties
        put the right bar last among its equals, and even their mean rank has a lower MRR than chance gives.)
    """
    start = time.perf_counter()
    systems = [make_method(name, request.seed) for name in request.methods]
    # Genres are cheap to gather, and with them every system gets its class MAP.
    needs = tuple(dict.fromkeys(["labels", *(need for system in systems for need in system.needs)]))
    with Corpus.open(folder) as corpus:
        data = retrieval_data(corpus, needs, part(progress, 0.0, 0.1))
        work = evaluate if runner is HERE else partial(evaluate_on, runner)
        found = work(
            data, systems, request.protocols, request.directions, request.galleries, request.ties, request.split,
            request.seed, part(progress, 0.1, 0.95), folder=lab_folder(corpus), tell=tell,
        )
        codes = data.codes
        bars = evaluated_bars(codes, request.split)
        by_length = rank_bars(LengthOnly(), RetrievalData(codes), bars, PROTOCOLS[0], DIRECTIONS[0],
                              part(progress, 0.95, 1.0, LengthOnly.name))
        for row in found["results"]:
            ranks = by_length[row["gallery"]]
            anyhow = Ranks(np.zeros_like(ranks.size), ranks.size, ranks.size)
            for name, control in (("times_length_only", ranks), ("times_random", anyhow)):
                row[name] = None if row["mrr"] is None else row["mrr"] / expected_mrr(control)
        found |= {
            "seed": request.seed, "lyric_codes": codes.lyric_size, "dance_codes": codes.dance_size,
            "settings": {
                "request": asdict(request),
                "systems": {system.name: system.settings for system in systems if isinstance(system, EmbeddingMethod)},
                "corpus": {name: corpus.setting(name) for name in ("build", "encoders", "import")},
            },
            "split_songs": {split: [song.song_id for song in corpus.songs() if song.split == split]
                            for split in SPLITS},
            "total_seconds": time.perf_counter() - start,
        }
        return {**found, "saved": _saved(lab_folder(corpus) / RESULTS, found, tell) if save else None}


def _saved(folder: Path, result: dict[str, Any], tell: Callable[[str], None] | None) -> str | None:
    try:
        return str(save_results(folder, result))
    except OSError as error:
        # Hours of work are not thrown away for a folder that cannot be written.
        if tell is not None:
            tell(f"{folder}: the results could not be saved ({error.strerror or error}); check that the folder can be "
                 "written and has room.")
        return None


def expected_mrr(ranks: Ranks) -> float:
    """MRR to be expected where equal scores stand in random order."""
    sums = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, int((ranks.better + ranks.equal).max(initial=0)) + 1))])
    return float(np.mean((sums[ranks.better + ranks.equal] - sums[ranks.better]) / ranks.equal))


# -- words ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LyricWords:
    """What the lyric codes stand for.

    Attributes
    ----------
    words : tuple, one entry a lyric code
        (word, times sung inside bars), most frequent first.
    unsung : int64 [lyric codes]
        Frames of the code in which nothing is sung ([PAD]).
    """

    words: tuple[tuple[tuple[str, int], ...], ...]
    unsung: NDArray[np.int64]

    def codes_of(self, text: str) -> list[int]:
        """Lyric codes that a text stands for, most frequent first: equal words, else words that begin so."""
        wanted = text.strip().casefold()
        if not wanted:
            return []
        equal: Counter[int] = Counter()
        begun: Counter[int] = Counter()
        for code, words in enumerate(self.words):
            for word, count in words:
                folded = word.casefold()
                if folded == wanted:
                    equal[code] += count
                elif folded.startswith(wanted):
                    begun[code] += count
        return [code for code, _ in (equal or begun).most_common()]


def lyric_words(view: CorpusView, progress: Progress = silent) -> LyricWords:
    """The words of every lyric code."""
    codes = view.coded
    bar, _ = view.places
    song = codes.song[bar].astype(np.int64)
    sung = np.flatnonzero(view.frame_words >= 0)
    widest = int(view.frame_words.max(initial=0)) + 1
    # A word has one code, but lasts many frames: its first one is counted.
    keys, first = np.unique(song[sung] * widest + view.frame_words[sung], return_index=True)
    lyric = codes.lyric[sung[first]]
    tallies: list[Counter[str]] = [Counter() for _ in range(codes.lyric_size)]
    starts = np.searchsorted(keys // widest, np.arange(len(view.songs) + 1))
    for i, record in enumerate(each(view.songs, progress)):
        if starts[i] == starts[i + 1]:
            continue
        texts = [word.text for word in view.words(record)]
        here = slice(int(starts[i]), int(starts[i + 1]))
        for key, code in zip((keys[here] % widest).tolist(), lyric[here].tolist(), strict=True):
            tallies[code][texts[key]] += 1
    unsung = np.bincount(codes.lyric[view.frame_words < 0], minlength=codes.lyric_size).astype(np.int64)
    return LyricWords(tuple(tuple(tally.most_common()) for tally in tallies), unsung)


# -- the matrix -----------------------------------------------------------------------------------


def order_codes(
    table: NDArray[np.float64], counts: SongCounts, order: str, *, positive_only: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lyric codes (rows) and dance codes (columns) of the matrix in an order of :data:`ORDERS`.

    "songs": most songs first. "best": highest NPMI first. "clustered": lyric codes that go with the same dance codes
    beside each other (average linkage over cosines of the positive part), dance codes beside the lyric codes they go
    with; codes without a positive pair last. ``positive_only`` leaves those out in every order.
    """
    if order not in ORDERS:
        raise SettingsError(f"There is no order '{order}'; use {', '.join(ORDERS)}.")
    positive = np.where(table > 0, table, 0.0)
    rows, columns = np.arange(table.shape[0]), np.arange(table.shape[1])
    if order == "songs":
        rows, columns = np.lexsort((rows, -counts.lyric)), np.lexsort((columns, -counts.dance))
    elif order == "best":
        rows = np.lexsort((rows, -counts.lyric, -_best(table, counts, 1)))
        columns = np.lexsort((columns, -counts.dance, -_best(table, counts, 0)))
    elif order == "clustered":
        rows, columns = _clustered(positive, counts)
    if positive_only:
        rows = rows[(positive[rows] > 0).any(axis=1)]
        columns = columns[(positive[:, columns] > 0).any(axis=0)]
    return rows, columns


def _best(table: NDArray[np.float64], counts: SongCounts, axis: int) -> NDArray[np.float64]:
    """Highest NPMI of each code among the pairs that have one; -2 without such a pair."""
    best: NDArray[np.float64] = np.where(counts.pair > 1, table, -2.0).max(axis=axis, initial=-2.0)
    return best


def _clustered(positive: NDArray[np.float64], counts: SongCounts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    from scipy.cluster.hierarchy import leaves_list, linkage

    related = np.flatnonzero(positive.any(axis=1))
    if len(related) > 2:
        tree = linkage(positive[related], "average", metric="cosine", optimal_ordering=len(related) <= 200)
        related = related[leaves_list(tree)]
    alone = np.flatnonzero(~positive.any(axis=1))
    rows = np.concatenate([related, alone[np.lexsort((alone, -counts.lyric[alone]))]]).astype(np.int64)
    weight = positive[rows].sum(axis=0)
    # Each dance code stands where its lyric codes have their centre of mass, which draws the blocks on the diagonal.
    centre = np.arange(len(rows), dtype=np.float64) @ positive[rows] / np.where(weight > 0, weight, 1.0)
    centre = np.where(weight > 0, centre, float(len(rows)))
    columns = np.lexsort((np.arange(len(centre)), -counts.dance, centre)).astype(np.int64)
    return rows, columns


# -- the distribution and chance ------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """Values with how often each occurs: ``values`` rising and distinct, ``counts`` int64, of the same length."""

    values: NDArray[np.float64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Sample:
        """The sample of plain values."""
        distinct, counts = np.unique(values, return_counts=True)
        return cls(distinct, counts.astype(np.int64))

    @property
    def total(self) -> int:
        """How many values there are."""
        return int(self.counts.sum())

    def above(self, minimum: float) -> int:
        """How many lie above ``minimum``."""
        return int(self.counts[np.searchsorted(self.values, minimum, side="right") :].sum())

    def histogram(self) -> NDArray[np.int64]:
        """How many lie in each bin of :data:`EDGES`; a value on an edge belongs to the bin below it."""
        bins = np.clip(np.searchsorted(EDGES, self.values, side="left") - 1, 0, len(EDGES) - 2)
        return np.bincount(bins, self.counts, len(EDGES) - 1).astype(np.int64)


@dataclass(frozen=True)
class Distribution:
    """NPMI of the pairs that meet in two songs or more, and of the frames of the bars with lyrics.

    Attributes
    ----------
    lyric, dance, songs : int [pairs]
        The pairs and in how many of the counted songs each meets.
    npmi : float64 [pairs]
    pairs, frames : Sample
    """

    lyric: NDArray[np.int64]
    dance: NDArray[np.int64]
    songs: NDArray[np.int32]
    npmi: NDArray[np.float64]
    pairs: Sample
    frames: Sample


def distribution(view: CorpusView) -> Distribution:
    """The distribution of a corpus under its view's protocol."""
    sung = np.repeat(view.coded.sung, view.coded.lengths)
    return _distribution(view.table, view.counts, view.values[sung])


def _distribution(table: NDArray[np.float64], counts: SongCounts, frames: NDArray[np.float64]) -> Distribution:
    lyric, dance = np.nonzero(counts.pair > 1)
    npmi = table[lyric, dance]
    return Distribution(lyric, dance, counts.pair[lyric, dance], npmi, Sample.of(npmi), Sample.of(frames))


def chance(view: CorpusView, runs: int, seed: int, progress: Progress = silent) -> list[Distribution]:
    """Distributions that chance gives: :func:`core.pipeline.chance.exchanged` with these seeds."""
    return [_distribution(run.table, run.counts, run.values) for run in exchanged(view, runs, seed, progress)]


# -- the map of the dance codes -------------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    """A place where a dance code is danced: frames ``start`` to ``stop`` (exclusive), ``frame`` the most typical."""

    song_id: str
    start: int
    stop: int
    frame: int


@dataclass(frozen=True)
class Partner:
    """A lyric code with which a dance code has a positive NPMI; ``words`` are those sung while it is danced."""

    lyric: int
    npmi: float
    songs: int
    frames: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class DanceCodes:
    """The dance codes as points.

    Attributes
    ----------
    centres : float32 [codes, d]
        Of the codebook.
    songs, frames : int64 [codes]
        Counted songs in which the code occurs with lyrics; frames of the code in all bars.
    best : float64 [codes]
        Highest NPMI of a pair with the code, over the pairs that meet in two songs or more; 0 without such a pair.
    partners : tuple of tuples of Partner
        Of each code, highest NPMI first.
    examples : tuple of Example or None
        None for a code that no bar holds.
    """

    centres: NDArray[np.float32]
    songs: NDArray[np.int64]
    frames: NDArray[np.int64]
    best: NDArray[np.float64]
    partners: tuple[tuple[Partner, ...], ...]
    examples: tuple[Example | None, ...]


def dance_codes(view: CorpusView, progress: Progress = silent) -> DanceCodes:
    """The dance codes of a corpus; raises :class:`CorpusError` where the codebook does not belong to its codes."""
    setting = view.corpus.setting("dance_codes") or {}
    path = view.corpus.folder / f"codebooks/dance-{setting.get('size')}.npz"
    centres = load_codebook(path).centres
    size = view.coded.dance_size
    if len(centres) != size:
        raise CorpusError(f"{path}: the codebook has {len(centres)} codes and the corpus uses {size}; build it again.")
    progress(0.05)
    partners: list[list[Partner]] = [[] for _ in range(size)]
    for pair in view.pairs():
        partners[pair["dance_code"]].append(Partner(
            pair["lyric_code"], pair["npmi"], pair["songs"], pair["frames"], tuple(pair["words"])))
    best = _best(view.table, view.counts, 0)
    return DanceCodes(
        centres, view.counts.dance.astype(np.int64), np.bincount(view.coded.dance, minlength=size).astype(np.int64),
        np.where(best > -2.0, best, 0.0), tuple(tuple(found) for found in partners),
        _examples(view, centres, part(progress, 0.3, 1.0)),
    )


def _examples(view: CorpusView, centres: NDArray[np.float32], progress: Progress) -> tuple[Example | None, ...]:
    """Of each code, of the middles of its longest runs the frame nearest to the centre."""
    codes = view.coded
    bar, frame = view.places
    apart = np.ones(max(len(codes.dance), 1), np.bool_)
    apart[1:] = (np.diff(codes.dance) != 0) | (np.diff(codes.song[bar]) != 0) | (np.diff(frame) != 1)
    starts = np.flatnonzero(apart[: len(codes.dance)])
    lengths = np.diff(np.append(starts, len(codes.dance)))
    ordered = np.lexsort((-lengths, codes.dance[starts]))
    code = codes.dance[starts[ordered]]
    edges = np.searchsorted(code, np.arange(codes.dance_size + 1))
    chosen = [ordered[a : min(b, a + _EXAMPLES)] for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]
    runs = np.concatenate([np.zeros(0, np.int64), *chosen]).astype(np.int64)
    middles = starts[runs] + lengths[runs] // 2
    distance = np.full(len(codes.dance), np.inf)
    songs = codes.song[bar[middles]]
    for song in each(np.unique(songs).tolist(), progress):
        here = middles[songs == song]
        vectors = np.asarray(view.corpus.array(view.songs[song], DANCE)[frame[here]], np.float32)
        distance[here] = ((vectors - centres[codes.dance[here]]) ** 2).sum(axis=1)
    found: list[Example | None] = []
    for own in chosen:
        if not len(own):
            found.append(None)
            continue
        run = int(own[np.argmin(distance[starts[own] + lengths[own] // 2])])
        start, length = int(starts[run]), int(lengths[run])
        first = int(frame[start])
        found.append(Example(view.bars[bar[start]].song.song_id, first, first + length, first + length // 2))
    return tuple(found)


def layout(centres: NDArray[np.float32], method: str, seed: int, progress: Progress = silent) -> NDArray[np.float64]:
    """Places of the codes in a plane, float64 [codes, 2], by a method of :data:`LAYOUTS`.

    "pca" keeps the two widest axes, "mds" the distances, "t-sne" the neighbours. Fewer than five codes always get
    "pca". The same seed gives the same places.
    """
    if method not in LAYOUTS:
        raise SettingsError(f"There is no layout '{method}'; use {', '.join(LAYOUTS)}.")
    progress(0.0)
    centred = np.asarray(centres, np.float64) - np.asarray(centres, np.float64).mean(axis=0)
    n = len(centred)
    left, strength, _ = np.linalg.svd(centred, full_matrices=False)
    flat = np.zeros((n, 2))
    kept = min(2, len(strength))
    flat[:, :kept] = left[:, :kept] * strength[:kept]
    # The sign of an axis is arbitrary; fixed, so that the map does not flip.
    for axis in range(2):
        if flat[np.argmax(np.abs(flat[:, axis])), axis] < 0:
            flat[:, axis] *= -1
    if method == "pca" or n < 5 or not flat.any():
        return flat
    if method == "mds":
        from sklearn.manifold import smacof
        from sklearn.metrics import pairwise_distances

        placed, _ = smacof(pairwise_distances(centred), n_components=2, init=flat, n_init=1, random_state=seed)
        return np.asarray(placed, np.float64)
    from sklearn.manifold import TSNE

    scaled = flat / max(float(flat[:, 0].std()), 1e-12) * 1e-4
    perplexity = float(min(max((n - 1) / 3.0, 2.0), 20.0))
    placed = TSNE(2, perplexity=perplexity, init=scaled, random_state=seed).fit_transform(centred)
    return np.asarray(placed, np.float64)
