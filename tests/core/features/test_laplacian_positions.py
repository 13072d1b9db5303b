import math

import numpy as np

from core.features import laplacian
from core.skeleton import EDGES


def test_eigenvectors_of_the_laplacian():
    values, vectors = laplacian.eigenvectors()
    matrix = np.zeros((53, 53))
    for a, b in EDGES:
        matrix[a, a] += 1
        matrix[b, b] += 1
        matrix[a, b] = matrix[b, a] = -1
    assert vectors.shape == (53, 52)
    assert (np.diff(values) > -1e-9).all()
    assert values[0] > 1e-6
    np.testing.assert_allclose(matrix @ vectors, vectors * values, atol=1e-9)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(52), atol=1e-9)


def naive_distance(vectors, k):
    linked = {frozenset(edge) for edge in EDGES}
    total = 0.0
    for i in range(53):
        for j in range(53):
            a, b = vectors[i, :k].tolist(), vectors[j, :k].tolist()
            size = math.hypot(*a) * math.hypot(*b)
            cosine = sum(x * y for x, y in zip(a, b, strict=True)) / size if size > 1e-15 else 0.0
            total += (cosine - (frozenset((i, j)) in linked and i != j)) ** 2
    return total


def test_k_is_the_best_of_1_to_50():
    _, vectors = laplacian.eigenvectors()
    distances = [naive_distance(vectors, k) for k in range(1, 51)]
    assert laplacian.chosen_k() == 1 + int(np.argmin(distances))
    assert laplacian.laplacian_positions().shape == (53, laplacian.chosen_k())
    assert not laplacian.laplacian_positions().flags.writeable


def test_the_same_whatever_basis_the_solver_gives(monkeypatch):
    expected = laplacian.eigenvectors()[1]
    solve = np.linalg.eigh

    def another_solver(matrix):
        values, vectors = solve(matrix)
        rng = np.random.default_rng(1)
        start = 0
        while start < len(values):
            stop = start + int((np.abs(values[start:] - values[start]) < 1e-8).sum())
            turn = np.linalg.qr(rng.normal(size=(stop - start, stop - start)))[0]
            vectors[:, start:stop] = vectors[:, start:stop] @ turn
            start = stop
        return values, vectors

    monkeypatch.setattr(np.linalg, "eigh", another_solver)
    np.testing.assert_allclose(laplacian.eigenvectors()[1], expected, atol=1e-8)
