"""Laplacian positions: where a joint sits in the feature graph.

Source: Watanabe & Goto, NAACL 2025, section 3 (Laplacian positional encoding): eigenvectors of D - A without the
constant one, smallest first; k in 1..50 that brings the cosine similarities of the joints' rows closest to A.

The ten fingers are alike, so many eigenvalues repeat and their eigenvectors are only fixed up to a turn: two
machines may give two bases. Ours is made unique: in each eigenspace the projections of the joints' unit vectors, in
the order of the joints, are made orthonormal one after the other, which also fixes the signs.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.skeleton import EDGES, N_JOINTS

MAX_K: Final = 50
_SAME = 1e-8
_ZERO = 1e-9


def adjacency() -> NDArray[np.float64]:
    """A of the feature graph, float64 [53, 53], symmetric, zero on the diagonal."""
    matrix = np.zeros((N_JOINTS, N_JOINTS))
    for a, b in EDGES:
        matrix[a, b] = matrix[b, a] = 1.0
    return matrix


def eigenvectors() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Eigenvalues float64 [52], rising, and eigenvectors float64 [53, 52] of D - A without the constant one."""
    matrix = adjacency()
    values, vectors = np.linalg.eigh(np.diag(matrix.sum(axis=1)) - matrix)
    columns: list[NDArray[np.float64]] = []
    start = 0
    while start < len(values):
        stop = start + int(np.searchsorted(values[start:], values[start] + _SAME, side="right"))
        columns += _canonical_basis(vectors[:, start:stop])
        start = stop
    return values[1:], np.stack(columns[1:], axis=1)


def _canonical_basis(space: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    projector = space @ space.T
    basis: list[NDArray[np.float64]] = []
    for column in projector.T:
        rest = column.copy()
        for _ in range(2):  # the second pass removes what rounding left in the first
            for done in basis:
                rest -= done * (done @ rest)
        length = np.linalg.norm(rest)
        if length > 1e-4:
            rest /= length
            rest[np.abs(rest) < _ZERO] = 0.0
            basis.append(rest)
        if len(basis) == space.shape[1]:
            break
    return basis


def row_similarity(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cosine similarity of every pair of rows; a row without length is like none, itself included."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.where(lengths > _ZERO, rows / np.where(lengths > _ZERO, lengths, 1.0), 0.0)
    return np.asarray(unit @ unit.T, dtype=np.float64)


@cache
def chosen_k() -> int:
    """The k in 1..50 whose similarities lie closest to A in the Frobenius norm; the smallest of equals."""
    matrix, (_, vectors) = adjacency(), eigenvectors()
    distances = [np.linalg.norm(row_similarity(vectors[:, :k]) - matrix) for k in range(1, MAX_K + 1)]
    return int(np.argmin(np.round(distances, 9))) + 1


@cache
def _positions() -> NDArray[np.float32]:
    result = eigenvectors()[1][:, : chosen_k()].astype(np.float32)
    result.flags.writeable = False
    return result


def laplacian_positions() -> NDArray[np.float32]:
    """The joints' Laplacian positions, float32 [53, k], read-only, the same on every machine."""
    return _positions()
