"""Search of all bars by XMIED."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from core.progress import Progress, part, silent
from core.xmied.kernels import LANES, block_bounds, block_gains, contested_gains, listed_gains, pack

T = TypeVar("T")

MAX_CODES: Final = 2**16
_CHUNK_CELLS: Final = 2**28
"""Table cells between two looks at the progress callable (about a twentieth of a second)."""
_BOUND_CELLS: Final = 16
"""Cells of a whole table, a bar frame, in whose time a bar's bounds are found."""
_FIRST: Final = 4096
"""Bars of the highest bounds that a search looks at first: what they reach spares most of the others."""


@dataclass(frozen=True)
class Hits:
    """The best bars of a search, best first.

    Attributes
    ----------
    bar : int64 [k]
        Indices of the bars.
    score : float64 [k]
        1 - distance / length of the longer sequence.
    distance : float64 [k]
    searched : int
        Bars that were looked at, or proven to be no better than these.
    matching : int
        Those of them that reach the least score; all where none is asked for.
    """

    bar: NDArray[np.int64]
    score: NDArray[np.float64]
    distance: NDArray[np.float64]
    searched: int
    matching: int


def scores_of(
    distances: NDArray[np.float64], query: int, lengths: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Scores of bars of these lengths, given their distances to a query of ``query`` frames.

    Two empty sequences score 1.
    """
    return np.asarray(1.0 - distances / np.maximum(np.maximum(lengths, query), 1), dtype=np.float64)


class SearchIndex:
    """Code sequences of bars, packed for XMIED against a query.

    Results are exact for substitution costs rounded to multiples of 2**-24 (queries of up to 63 frames; one bit less
    for each doubling of the length, 2**-20 at 1,023 frames; 2**-40 beyond): an error of less than 5e-7 in a score,
    whatever the lengths. Sums of whole numbers have no order, so bars whose costs are the same in another order tie.

    Parameters
    ----------
    codes : int [frames]
        Codes of the bars, bar after bar: dance codes to search by lyrics, lyric codes to search by dance.
    offsets : int [bars + 1]
        Bar ``i`` holds ``codes[offsets[i]:offsets[i + 1]]``.
    threads : int, optional
        Threads of a search; numba's number by default.

    Raises
    ------
    ValueError
        For codes outside 0..65535 or offsets that do not fit.
    """

    def __init__(
        self, codes: NDArray[np.integer], offsets: NDArray[np.integer], threads: int | None = None
    ) -> None:
        bounds = np.asarray(offsets, dtype=np.int64)
        lengths = np.diff(bounds)
        if len(bounds) == 0 or bounds[0] != 0 or bounds[-1] != len(codes) or (lengths < 0).any():
            msg = f"offsets must rise from 0 to the number of codes, {len(codes)}"
            raise ValueError(msg)
        self._columns = int(codes.max()) + 1 if len(codes) else 0
        if len(codes) and (int(codes.min()) < 0 or self._columns > MAX_CODES):
            msg = f"codes must lie in 0..{MAX_CODES - 1}, got {codes.min()}..{codes.max()}"
            raise ValueError(msg)
        self.lengths: NDArray[np.int64] = lengths
        self._threads = threads or numba.get_num_threads()
        self._pack(codes.astype(np.uint16), bounds)

    def _pack(self, codes: NDArray[np.uint16], offsets: NDArray[np.int64]) -> None:
        bars = len(self.lengths)
        blocks = -(-bars // LANES)
        # Sorted by length, so that the bars of a block are of nearly one length.
        self._order = np.argsort(self.lengths, kind="stable")
        self._lane_lengths = np.zeros(blocks * LANES, np.int64)
        self._lane_lengths[:bars] = self.lengths[self._order]
        if bars % LANES:
            # Lanes left over repeat the last bar, which keeps the block's band narrow.
            self._lane_lengths[bars:] = self._lane_lengths[bars - 1]
        self._widths = self._lane_lengths.reshape(blocks, LANES).max(axis=1, initial=0)
        sizes = self._widths * LANES
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)[:blocks]
        self._codes = np.zeros(int(sizes.sum()), np.uint16)
        lanes = np.concatenate([self._order, np.repeat(self._order[-1:], blocks * LANES - bars)])
        pack(codes, offsets, lanes, self._starts, self._widths, self._codes)

    @property
    def bars(self) -> int:
        """Number of bars."""
        return len(self.lengths)

    def distances(
        self,
        query: NDArray[np.integer],
        table: NDArray[np.floating],
        progress: Progress = silent,
        *,
        banded: bool = True,
    ) -> NDArray[np.float64]:
        """Distance of the query to every bar, float64 [bars].

        Parameters
        ----------
        query : int [n]
            Codes of the query: rows of ``table``.
        table : [query codes, bar codes]
            NPMI of every pair, in [-1, 1]: the table of :func:`core.npmi.npmi_table` to search dances by lyrics, its
            transpose to search lyrics by dance.
        progress : Progress
        banded : bool
            False computes every cell; the result is the same.

        Raises
        ------
        ValueError
            For codes that the table does not have, or a table with values that are no NPMI.
        """
        job = self._job(query, table)
        out = np.zeros(len(self._lane_lengths), np.int64)
        chunks = list(self._chunks(len(job.query)))

        def work(chunk: tuple[int, int]) -> None:
            self._run(job, chunk, out, banded=banded)

        for done, _ in enumerate(_parallel(work, chunks, self._threads), start=1):
            progress(done / len(chunks), "searching")
        return self._distances(job, out)

    def distances_many(
        self,
        queries: Sequence[NDArray[np.integer]],
        table: NDArray[np.floating],
        progress: Progress = silent,
    ) -> NDArray[np.float64]:
        """Distances of several queries, float64 [queries, bars]; the threads share them out query by query."""
        result = np.empty((len(queries), self.bars))

        def work(row: int) -> None:
            job = self._job(queries[row], table)
            out = np.zeros(len(self._lane_lengths), np.int64)
            self._run(job, (0, len(self._widths)), out, banded=True)
            result[row] = self._distances(job, out)

        for done, _ in enumerate(_parallel(work, range(len(queries)), self._threads), start=1):
            progress(done / len(queries), f"searching {done}/{len(queries)}")
        return result

    def contested_distances(
        self,
        queries: Sequence[NDArray[np.integer]],
        table: NDArray[np.floating],
        right: NDArray[np.integer],
        progress: Progress = silent,
    ) -> NDArray[np.float64]:
        """What ranks need of :meth:`distances_many`, float64 [queries, bars].

        Exact for bars that score at least as high as the query's own bar ``right[i]``. Of the others, most are proven
        to score lower without being aligned; their distance is then too small, but still of a lower score.
        """
        result = np.empty((len(queries), self.bars))
        lane_of = np.empty(self.bars, np.int64)
        lane_of[self._order] = np.arange(self.bars)

        def work(row: int) -> None:
            job = self._job(queries[row], table)
            out = np.zeros(len(self._lane_lengths), np.int64)
            contested_gains(*self._arguments(job), int(lane_of[right[row]]), 2.0**-job.bits, out)
            result[row] = self._distances(job, out)

        for done, _ in enumerate(_parallel(work, range(len(queries)), self._threads), start=1):
            progress(done / len(queries), f"searching {done}/{len(queries)}")
        return result

    def search(
        self,
        query: NDArray[np.integer],
        table: NDArray[np.floating],
        k: int,
        *,
        admitted: NDArray[np.bool_] | None = None,
        minimum: float = -np.inf,
        partial: Callable[[Hits], None] | None = None,
        progress: Progress = silent,
    ) -> Hits:
        """The ``k`` bars of the highest score; of equal scores the earlier bar comes first.

        The same as sorting all :meth:`distances`, but a bar whose bounds (see :mod:`core.xmied.kernels`) prove that it
        is none of the best is not aligned at all.

        Parameters
        ----------
        query, table
            See :meth:`distances`, its errors too.
        k : int
        admitted : bool [bars], optional
            Bars that are asked about; all by default.
        minimum : float
            Bars with a lower score are left out. All that reach it are then aligned, to be counted.
        partial : callable, optional
            Given the best of the likeliest bars where there are many more.
        progress : Progress
            Asked often, so that it can stop the search.
        """
        job = self._job(query, table)
        asked = np.arange(self.bars) if admitted is None else np.flatnonzero(admitted[self._order])
        lengths = self._lane_lengths[asked]
        low, high = (self._scores(job, gains[asked], lengths) for gains in self._bounds(job, part(progress, 0.0, 0.3)))
        if minimum > -np.inf:
            open_ = high >= minimum
        elif 0 < k < len(asked):
            # The bars' lower bounds already say what the k-th best reaches at least.
            open_ = high >= np.partition(low, len(asked) - k)[len(asked) - k]
        else:
            open_ = np.full(len(asked), k > 0)
        waiting = np.flatnonzero(open_)
        count = max(_FIRST, 4 * k)
        rounds = [waiting]
        if len(waiting) > 2 * count:
            likely = np.zeros(len(waiting), np.bool_)
            likely[np.argpartition(-high[waiting], count)[:count]] = True
            rounds = [waiting[likely], waiting[~likely]]
        lanes, scores, gained = np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64)
        least, matching = minimum, 0
        for i, own in enumerate(rounds):
            chosen = own[high[own] >= least]
            inner = part(progress, 0.3 + 0.7 * i / len(rounds), 0.3 + 0.7 * (i + 1) / len(rounds))
            gains = self._listed(job, asked[chosen], inner)
            reached = self._scores(job, gains, lengths[chosen])
            good = reached >= minimum
            matching += int(good.sum())
            lanes = np.concatenate([lanes, asked[chosen[good]]])
            scores = np.concatenate([scores, reached[good]])
            gained = np.concatenate([gained, gains[good]])
            if 0 < k < len(scores):
                # Only what may be among the best is put in order.
                fair = scores >= np.partition(scores, len(scores) - k)[len(scores) - k]
                lanes, scores, gained = lanes[fair], scores[fair], gained[fair]
            best = np.lexsort((self._order[lanes], -scores))[: max(k, 0)]
            lanes, scores, gained = lanes[best], scores[best], gained[best]
            last = i == len(rounds) - 1
            hits = self._hits(job, lanes, scores, gained, len(asked) if last else len(own),
                              matching if minimum > -np.inf else len(asked))
            if minimum == -np.inf and 0 < k == len(scores):
                least = scores[-1]
            if partial is not None and not last:
                partial(hits)
        progress(1.0, "searching")
        return hits

    def _hits(
        self, job: _Job, lanes: NDArray[np.int64], scores: NDArray[np.float64], gains: NDArray[np.int64], searched: int,
        matching: int,
    ) -> Hits:
        distances = len(job.query) + self._lane_lengths[lanes] - gains * 2.0**-job.bits
        return Hits(self._order[lanes], scores, distances, searched, matching)

    def _scores(
        self, job: _Job, gains: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Scores of fixed-point gains; no lower for a higher gain."""
        return scores_of(len(job.query) + lengths - gains * 2.0**-job.bits, len(job.query), lengths)

    def _bounds(self, job: _Job, progress: Progress) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Least and most gain of every lane."""
        least, most = (np.zeros(len(self._lane_lengths), np.int64) for _ in range(2))
        chunks = list(self._chunks(_BOUND_CELLS))

        def work(chunk: tuple[int, int]) -> None:
            block_bounds(*self._arguments(job), *chunk, True, least, most)

        for done, _ in enumerate(_parallel(work, chunks, self._threads), start=1):
            progress(done / len(chunks), "searching")
        return least, most

    def _listed(self, job: _Job, lanes: NDArray[np.int64], progress: Progress) -> NDArray[np.int64]:
        """Gains of some lanes, in rising order of lanes."""
        out = np.zeros(len(lanes), np.int64)
        widest = int(self._lane_lengths[lanes].max(initial=1))
        step = min(max(_CHUNK_CELLS // (max(len(job.query), 1) * widest), 1), -(-len(lanes) // self._threads))
        step = max(-(-step // LANES), 1) * LANES
        edges = list(range(0, len(lanes), step))

        def work(start: int) -> None:
            listed_gains(*self._arguments(job), lanes[start : start + step], out[start : start + step])

        for done, _ in enumerate(_parallel(work, edges, self._threads), start=1):
            progress(done / len(edges), "searching")
        return out

    def _arguments(self, job: _Job) -> tuple[Any, ...]:
        """What every kernel takes first."""
        return (job.gain, job.query, job.best, job.highest, job.lowest, self._codes, self._starts, self._widths,
                self._lane_lengths)

    def _job(self, query: NDArray[np.integer], table: NDArray[np.floating]) -> _Job:
        rows, row = np.unique(np.asarray(query, dtype=np.int64), return_inverse=True)
        known = len(rows) == 0 or 0 <= rows[0] <= rows[-1] < len(table)
        if table.ndim != 2 or table.shape[1] < self._columns or not known:
            msg = f"a table of shape {table.shape} has not all the codes of the query and of the bars"
            raise ValueError(msg)
        npmi = np.asarray(table[rows], dtype=np.float64)
        if not (np.abs(npmi) <= 1.0).all():
            msg = "NPMI lies in [-1, 1]; the table has other values"
            raise ValueError(msg)
        n = len(row)
        # A gain is at most 2 a query frame, and the sum has to stay below 2**31 (2**63).
        bits = 30 - n.bit_length() if n < 2**10 else 40
        gain = np.rint((1.5 + 0.5 * npmi) * 2.0**bits).astype(np.int32 if n < 2**10 else np.int64)
        highest = np.sort(gain.max(axis=1, initial=0)[row].astype(np.int64))[::-1]
        best = np.concatenate([[0], np.cumsum(highest)])
        columns = gain.max(axis=0, initial=0)
        return _Job(row.astype(np.int64), gain, best, columns, int(columns.min()) if columns.any() else 1, bits)

    def _chunks(self, query: int) -> Iterator[tuple[int, int]]:
        """Stretches of blocks that cost about :data:`_CHUNK_CELLS`, and at least a few for every thread."""
        cells = np.cumsum(self._widths * LANES * max(query, 1))
        blocks = len(cells)
        if not blocks:
            return
        step = min(_CHUNK_CELLS, int(cells[-1]) // (4 * self._threads) + 1)
        edges = np.searchsorted(cells, np.arange(step, int(cells[-1]) + step, step)) + 1
        start = 0
        for edge in edges.tolist():
            stop = min(edge, blocks)
            if stop > start:
                yield start, stop
                start = stop

    def _run(self, job: _Job, chunk: tuple[int, int], out: NDArray[np.int64], *, banded: bool) -> None:
        block_gains(*self._arguments(job), *chunk, banded, out)

    def _distances(self, job: _Job, out: NDArray[np.int64]) -> NDArray[np.float64]:
        gains = np.empty(self.bars)
        gains[self._order] = out[: self.bars] * 2.0**-job.bits
        return len(job.query) + self.lengths - gains


@dataclass(frozen=True)
class _Job:
    """A query made ready for :func:`core.xmied.kernels.block_gains`; a gain is a whole number of 2**-bits."""

    query: NDArray[np.int64]
    gain: NDArray[Any]
    best: NDArray[np.int64]
    highest: NDArray[Any]
    lowest: int
    bits: int


def _parallel(work: Callable[[T], None], items: Sequence[T], threads: int) -> Iterator[None]:
    """Do ``work`` on every item, in threads, yielding once for each one done.

    Where the consumer stops (or an item fails), what has begun is finished and the rest is left. The kernels give up
    the interpreter lock, so plain threads do; unlike numba's own pool they may be used from several threads at once.
    """
    if threads == 1 or len(items) < 2:
        for item in items:
            work(item)
            yield
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: set[Future[None]] = set()
        try:
            for item in items:
                waiting.add(pool.submit(work, item))
                if len(waiting) >= 2 * threads:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in done:
                        future.result()
                        yield
            for future in waiting:
                future.result()
                yield
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
