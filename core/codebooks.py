"""Codebooks: k-means centres that turn vectors into codes.

Watanabe & Goto, NAACL 2025, section 3: k-means++ over the vectors of the training songs; near-duplicate dance vectors
(cosine of 0.99 and more) are merged first, so that long stillness does not take all the centres.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.files import replacing
from core.npzfile import read_npz
from core.progress import Progress, part, silent

BATCH: Final = 2048
"""Vectors of a k-means step. (Departure: the public code leaves scikit-learn's 1,024.)"""
MAX_EPOCHS: Final = 10
PATIENCE: Final = 20
"""Steps without a better smoothed error after which the fit ends; counted from the second epoch on."""
EXACT_LIMIT: Final = 100_000
"""Most vectors that near-duplicates are searched among exactly."""
_TILE: Final = 2048


@dataclass(frozen=True)
class Codebook:
    """Centres of clusters; the code of a vector is the number of the nearest one.

    Attributes
    ----------
    centres : float32 [k, d]
    note : str
        What a person should know of the fit; mostly empty.
    """

    centres: NDArray[np.float32]
    note: str = ""

    def encode(self, vectors: NDArray[np.floating], chunk: int = 65536) -> NDArray[np.int32]:
        """Number of the nearest centre (Euclidean; the first of equal ones) of each vector, int32 [n].

        Parameters
        ----------
        vectors : float [n, d]
            An array or a memory map; ``chunk`` rows are read at a time.

        Raises
        ------
        ValueError
            For vectors of another width, or values that are not finite.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.centres.shape[1]:
            msg = f"vectors of width {self.centres.shape[1]} wanted, got an array of shape {vectors.shape}"
            raise ValueError(msg)
        from sklearn.metrics import pairwise_distances_argmin

        codes = np.empty(len(vectors), np.int32)
        for start in range(0, len(vectors), chunk):
            rows = np.asarray(vectors[start : start + chunk], dtype=np.float32)
            _check_finite(rows)
            codes[start : start + chunk] = pairwise_distances_argmin(rows, self.centres)
        return codes


def _check_finite(rows: NDArray[np.float32]) -> None:
    if not np.isfinite(rows).all():
        msg = "the vectors hold values that are not finite"
        raise ValueError(msg)


def fit_codebook(
    vectors: NDArray[np.floating], size: int, seed: int = 0, progress: Progress = silent
) -> Codebook:
    """Mini-batch k-means with k-means++ (scikit-learn), the same for the same vectors, size and seed.

    Parameters
    ----------
    vectors : float [n, d]
        An array or a memory map; read batch by batch.
    size : int
        Codes wanted. Where there are fewer distinct vectors, each becomes a centre and ``note`` says so.
    seed : int
    progress : Progress
        Looked at in every step.

    Raises
    ------
    ValueError
        For no vectors, a size below 1, or values that are not finite.
    """
    if vectors.ndim != 2 or 0 in vectors.shape or size < 1:
        msg = f"a codebook needs vectors and a size of at least 1, got an array of shape {vectors.shape} and {size}"
        raise ValueError(msg)
    progress(0.0, "looking at the vectors")
    distinct = _first_distinct(vectors, size)
    if len(distinct) <= size:
        centres = np.asarray(vectors[distinct], dtype=np.float32)
        _check_finite(centres)
        few = len(distinct) < size
        note = f"only {len(distinct)} distinct vectors, so as many codes instead of {size}" if few else ""
        progress(1.0, note)
        return Codebook(centres, note)
    return Codebook(_mini_batch_kmeans(vectors, size, seed, progress))


def _first_distinct(vectors: NDArray[np.floating], size: int) -> NDArray[np.int64]:
    """First row of each distinct vector, at most ``size + 1`` of them."""
    seen: dict[bytes, int] = {}
    for start in range(0, len(vectors), _TILE):
        # Adding zero turns -0.0 into 0.0, which is equal but not the same bytes.
        for i, row in enumerate(np.asarray(vectors[start : start + _TILE], dtype=np.float32) + np.float32(0.0)):
            seen.setdefault(row.tobytes(), start + i)
        if len(seen) > size:
            break
    return np.fromiter(seen.values(), np.int64)[: size + 1]


def _mini_batch_kmeans(
    vectors: NDArray[np.floating], size: int, seed: int, progress: Progress
) -> NDArray[np.float32]:
    from sklearn.cluster import MiniBatchKMeans, kmeans_plusplus

    rng = np.random.default_rng(seed)

    def take(rows: NDArray[np.int64]) -> NDArray[np.float32]:
        # Memory maps are read quickest in order; k-means does not care.
        batch = np.asarray(vectors[np.sort(rows)], dtype=np.float32)
        _check_finite(batch)
        return batch

    n = len(vectors)
    state = int(rng.integers(2**31))
    sample = take(rng.choice(n, min(n, max(3 * size, 4 * BATCH)), replace=False))
    start, _ = kmeans_plusplus(sample, size, random_state=state)
    kmeans = MiniBatchKMeans(size, init=start, n_init=1, batch_size=BATCH, random_state=state)
    steps = max(-(-n // BATCH), 1)
    weight = min(2.0 * BATCH / (n + 1), 1.0)
    smooth, best, waited = np.inf, np.inf, 0
    for epoch in range(MAX_EPOCHS):
        order = rng.permutation(n)
        for step in range(steps):
            progress((epoch + step / steps) / MAX_EPOCHS, f"k-means, pass {epoch + 1}")
            batch = take(order[step * BATCH : (step + 1) * BATCH])
            kmeans.partial_fit(batch)
            error = float(kmeans.inertia_) / len(batch)
            smooth = error if not np.isfinite(smooth) else weight * error + (1.0 - weight) * smooth
            best, waited = (smooth, 0) if smooth < best else (best, waited + 1)
        if epoch and waited >= PATIENCE:
            break
    progress(1.0, "k-means")
    return np.asarray(kmeans.cluster_centers_, dtype=np.float32)


def merge_near_duplicates(
    vectors: NDArray[np.floating], threshold: float = 0.99, progress: Progress = silent
) -> NDArray[np.int64]:
    """Indices of the vectors that stay, rising, when near-duplicates are merged.

    Vectors whose cosine reaches ``threshold`` are linked; of each connected group the first stays (Watanabe & Goto
    2025, section 3, as the public code does it). A zero vector is linked to zero vectors only.

    Up to :data:`EXACT_LIMIT` vectors exactly. Of more, stretches of that many are merged one by one, then what stays of
    them all; if that is still more, an evenly spaced part of it, the rest being dropped. Groups that only hang together
    through a vector merged away before may then stay apart.

    Parameters
    ----------
    vectors : float [n, d]
    threshold : float
        In (0, 1].
    progress : Progress

    Raises
    ------
    ValueError
        For another threshold, or values that are not finite.
    """
    if not 0.0 < threshold <= 1.0:
        msg = f"the threshold must lie in (0, 1], got {threshold}"
        raise ValueError(msg)
    n = len(vectors)
    if n <= EXACT_LIMIT:
        return _merge(np.asarray(vectors, dtype=np.float32), threshold, progress)
    kept: list[NDArray[np.int64]] = []
    pieces = -(-n // EXACT_LIMIT)
    for piece in range(pieces):
        start, stop = piece * n // pieces, (piece + 1) * n // pieces
        inner = part(progress, 0.8 * piece / pieces, 0.8 * (piece + 1) / pieces)
        kept.append(start + _merge(np.asarray(vectors[start:stop], dtype=np.float32), threshold, inner))
    rows = np.concatenate(kept)
    if len(rows) > EXACT_LIMIT:
        rows = rows[np.linspace(0, len(rows) - 1, EXACT_LIMIT).astype(np.int64)]
    return rows[_merge(np.asarray(vectors[rows], dtype=np.float32), threshold, part(progress, 0.8, 1.0))]


def _merge(vectors: NDArray[np.float32], threshold: float, progress: Progress) -> NDArray[np.int64]:
    """Exact merge of vectors held in memory."""
    if len(vectors) == 0:
        return np.zeros(0, np.int64)
    _check_finite(vectors)
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1)
    units = (vectors / np.where(norms > 0, norms, 1.0)[:, None]).astype(np.float32)
    # Unit vectors of a cosine c are sqrt(2 - 2 c) apart, and no further apart along any direction. Sorted along the
    # direction of the widest spread, a vector's partners are its neighbours, and most pairs need no look.
    place = units @ _widest_direction(units)
    order = np.argsort(place, kind="stable")
    units, place = np.ascontiguousarray(units[order]), place[order]
    reach = float(np.sqrt(max(2.0 - 2.0 * threshold, 0.0))) + 1e-5
    # A vector's cosine with itself comes out up to a few 1e-7 below 1 in float32.
    limit = np.float32(threshold - 1e-6)
    n = len(units)
    links: list[NDArray[np.int64]] = []
    for start in range(0, n, _TILE):
        progress(start / n, "merging near-duplicates")
        rows = units[start : start + _TILE]
        end = int(np.searchsorted(place, place[start + len(rows) - 1] + reach, side="right"))
        for column in range(start, end, _TILE):
            near = rows @ units[column : column + _TILE].T >= limit
            found = _spanning_links(near)
            links.append(found + np.array([[start], [column]]))
    zero = np.flatnonzero(norms[order] == 0)
    links.append(np.stack([zero[:-1], zero[1:]]))
    a, b = np.concatenate(links, axis=1)
    group = _groups(a, b, n)
    first = np.full(int(group.max()) + 1, n, np.int64)
    np.minimum.at(first, group, order)
    progress(1.0, "merging near-duplicates")
    return np.sort(first)


def _widest_direction(units: NDArray[np.float32]) -> NDArray[np.float32]:
    """First principal direction of (a part of) the vectors."""
    some = units[:: max(len(units) // 4096, 1)].astype(np.float64)
    some -= some.mean(axis=0)
    return np.asarray(np.linalg.eigh(some.T @ some).eigenvectors[:, -1], dtype=np.float32)


def _spanning_links(near: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Links (row, column), int64 [2, links], that connect what ``near`` connects, few for each row and column.

    A pose held for minutes links everything with everything; this keeps the memory for links linear. Each round takes
    one link of every row and column that leads out of its group so far, which at least halves the open groups.
    """
    rows, columns = near.shape
    if np.count_nonzero(near) <= rows + columns:
        return np.stack(np.nonzero(near))
    links = np.zeros((2, 0), np.int64)
    outward = near
    while True:
        row, column = np.flatnonzero(outward.any(axis=1)), np.flatnonzero(outward.any(axis=0))
        if not len(row):
            return links
        links = np.concatenate([
            links, np.stack([row, outward[row].argmax(axis=1)]), np.stack([outward.argmax(axis=0)[column], column])
        ], axis=1)
        group = _groups(links[0], links[1] + rows, rows + columns)
        outward = near & (group[:rows, None] != group[rows:])


def _groups(a: NDArray[np.int64], b: NDArray[np.int64], n: int) -> NDArray[np.int32]:
    """Number of the connected group of each of ``n`` nodes, int32 [n], given links from ``a`` to ``b``."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(n, n)).tocsr()
    _, group = connected_components(graph, directed=False)
    return np.asarray(group, dtype=np.int32)


def save_codebook(path: str | Path, book: Codebook) -> None:
    """Write a codebook as .npz."""
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, centres=book.centres, note=np.array(book.note))


def load_codebook(path: str | Path) -> Codebook:
    """Read what :func:`save_codebook` wrote; :class:`InputError` where the file is no codebook."""
    found = read_npz(path, ("centres", "note"))
    centres, note = found["centres"], found["note"]
    if centres.ndim != 2 or 0 in centres.shape or centres.dtype != np.float32 or not np.isfinite(centres).all():
        raise InputError(path, "its centres are no table of finite numbers", "build the corpus again")
    return Codebook(centres, str(note) if note.shape == () and note.dtype.kind == "U" else "")
