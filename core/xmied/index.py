"""Search of all bars by XMIED."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from core.progress import Progress, silent
from core.xmied.kernels import LANES, block_gains

T = TypeVar("T")

MAX_CODES: Final = 2**16
_CHUNK_CELLS: Final = 2**28
"""Table cells between two looks at the progress callable (about a twentieth of a second)."""


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
    """

    bar: NDArray[np.int64]
    score: NDArray[np.float64]
    distance: NDArray[np.float64]


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
        for block in range(blocks):
            members = self._order[block * LANES : (block + 1) * LANES]
            members = np.concatenate([members, np.repeat(members[-1:], LANES - len(members))])
            width = int(self._widths[block])
            frame = np.arange(width)[:, None]
            inside = frame < self.lengths[members]
            source = np.where(inside, offsets[members] + frame, 0)
            start = self._starts[block]
            self._codes[start : start + width * LANES] = np.where(inside, codes[source], 0).ravel() if width else 0

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

    def search(self, query: NDArray[np.integer], table: NDArray[np.floating], k: int) -> Hits:
        """The ``k`` bars of the highest score; of equal scores the earlier bar comes first. See :meth:`distances`."""
        distance = self.distances(query, table)
        score = scores_of(distance, len(query), self.lengths)
        best = np.lexsort((np.arange(self.bars), -score))[: max(k, 0)]
        return Hits(best, score[best], distance[best])

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
        return _Job(row.astype(np.int64), gain, best, bits)

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
        block_gains(
            job.gain, job.query, job.best, self._codes, self._starts, self._widths, self._lane_lengths, *chunk, banded,
            out,
        )

    def _distances(self, job: _Job, out: NDArray[np.int64]) -> NDArray[np.float64]:
        gains = np.empty(self.bars)
        gains[self._order] = out[: self.bars] * 2.0**-job.bits
        return len(job.query) + self.lengths - gains


@dataclass(frozen=True)
class _Job:
    """A query made ready for :func:`core.xmied.kernels.block_gains`."""

    query: NDArray[np.int64]
    gain: NDArray[Any]
    best: NDArray[np.int64]
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
