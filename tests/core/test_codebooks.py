"""Codebooks and the merging of near-duplicates."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core.codebooks
from core.codebooks import Codebook, fit_codebook, load_codebook, merge_near_duplicates, save_codebook
from core.errors import Cancelled, InputError


def blobs(seed, n=600, k=7, d=5, noise=0.05):
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(k, d))
    label = rng.integers(0, k, n)
    return (centres[label] + noise * rng.normal(size=(n, d))).astype(np.float32), label


def naive_merge(vectors, threshold):
    group = list(range(len(vectors)))
    for i in range(len(vectors)):
        for j in range(i):
            a, b = vectors[i].astype(float), vectors[j].astype(float)
            norms = np.linalg.norm(a) * np.linalg.norm(b)
            near = (a @ b) / norms >= threshold - 1e-7 if norms else not a.any() and not b.any()
            if near and group[i] != group[j]:
                old, new = group[i], group[j]
                group = [new if g == old else g for g in group]
    return sorted({group.index(g) for g in group})


def test_clusters_are_found():
    vectors, label = blobs(0)
    book = fit_codebook(vectors, 7, seed=1)
    codes = book.encode(vectors)
    assert codes.dtype == np.int32
    assert book.centres.dtype == np.float32
    assert len(set(zip(codes.tolist(), label.tolist(), strict=True))) == 7
    assert book.note == ""


def test_same_seed_same_codebook(tmp_path):
    vectors, _ = blobs(3, n=2500, k=40)
    first = fit_codebook(vectors, 12, seed=5).centres
    np.save(tmp_path / "v.npy", vectors)
    mapped = np.load(tmp_path / "v.npy", mmap_mode="r")
    assert np.array_equal(first, fit_codebook(mapped, 12, seed=5).centres)
    assert not np.array_equal(first, fit_codebook(vectors, 12, seed=6).centres)


def test_the_fit_is_about_as_good_as_full_kmeans():
    from sklearn.cluster import KMeans

    vectors, _ = blobs(4, n=6000, k=60, d=8, noise=0.3)
    book = fit_codebook(vectors, 20, seed=0)
    ours = ((vectors - book.centres[book.encode(vectors)]) ** 2).sum()
    assert ours < 1.1 * KMeans(20, n_init=3, random_state=0).fit(vectors).inertia_


def test_codes_are_the_nearest_centres_whatever_the_chunk():
    vectors, _ = blobs(1, n=101)
    book = Codebook(vectors[:9] * 1.5)
    nearest = ((vectors[:, None] - book.centres[None]) ** 2).sum(-1).argmin(1)
    for chunk in (1, 7, 1000):
        assert np.array_equal(book.encode(vectors, chunk), nearest)
    assert book.encode(vectors[:0]).shape == (0,)


def test_few_distinct_vectors_make_a_smaller_codebook():
    vectors = np.repeat(np.eye(3, dtype=np.float32), 50, axis=0)
    book = fit_codebook(vectors, 10)
    assert len(book.centres) == 3
    assert "only 3 distinct" in book.note
    assert len(set(book.encode(vectors).tolist())) == 3
    exact = fit_codebook(vectors, 3)
    assert len(exact.centres) == 3
    assert exact.note == ""


def test_zeros_of_either_sign_are_one_vector():
    assert len(fit_codebook(np.array([[0.0, 1.0], [-0.0, 1.0]], np.float32), 2).centres) == 1


def test_bad_vectors_are_refused():
    vectors, _ = blobs(2)
    book = fit_codebook(vectors, 3)
    with pytest.raises(ValueError, match="width 5 wanted"):
        book.encode(vectors[:, :4])
    broken = vectors.copy()
    broken[17, 2] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        book.encode(broken)
    with pytest.raises(ValueError, match="not finite"):
        fit_codebook(broken, 3)
    with pytest.raises(ValueError, match="not finite"):
        merge_near_duplicates(broken)
    with pytest.raises(ValueError, match="needs vectors"):
        fit_codebook(vectors[:0], 3)
    with pytest.raises(ValueError, match="needs vectors"):
        fit_codebook(vectors, 0)
    with pytest.raises(ValueError, match="threshold must lie"):
        merge_near_duplicates(vectors, 0.0)


def test_fit_and_merge_can_be_stopped():
    vectors, _ = blobs(0)

    def stop(fraction, message=""):
        raise Cancelled

    for work in (lambda: fit_codebook(vectors, 5, progress=stop), lambda: merge_near_duplicates(vectors, progress=stop)):
        with pytest.raises(Cancelled):
            work()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 40), st.integers(1, 4), st.sampled_from([0.8, 0.99, 1.0]))
def test_merge_equals_the_naive_one(seed, n, d, threshold):
    rng = np.random.default_rng(seed)
    # A slow walk: chains of neighbours whose ends are far apart, with exact repeats and zero vectors among them.
    vectors = np.cumsum(rng.normal(size=(n, d)) * 0.2, axis=0).astype(np.float32)
    vectors[rng.random(n) < 0.2] = 0
    if n:
        vectors = vectors[rng.integers(0, n, n)]
    cosines = [abs(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)) - threshold)
               for i, a in enumerate(vectors.astype(float)) for b in vectors[:i].astype(float)
               if a.any() and b.any() and not np.array_equal(a, b)]
    if min(cosines, default=1) < 1e-5:
        return  # too close to call in float32
    assert merge_near_duplicates(vectors, threshold).tolist() == naive_merge(vectors, threshold)


def test_merge_across_tiles_equals_one_tile(monkeypatch):
    rng = np.random.default_rng(0)
    # Seventy chains of ten, with steps above and below what a cosine of 0.99 allows.
    chains = rng.normal(size=(70, 1, 6)) + np.cumsum(rng.normal(size=(70, 10, 6)) * 0.1, axis=1)
    vectors = chains.reshape(700, 6).astype(np.float32)[rng.permutation(700)]
    whole = merge_near_duplicates(vectors)
    assert 100 < len(whole) < 600
    monkeypatch.setattr(core.codebooks, "_TILE", 16)
    assert np.array_equal(merge_near_duplicates(vectors), whole)
    # Far more vectors than are compared at once: no more stay than are compared, and duplicates are still gone.
    monkeypatch.setattr(core.codebooks, "EXACT_LIMIT", 100)
    repeated = np.repeat(vectors[whole][:30], 20, axis=0)
    assert merge_near_duplicates(repeated).tolist() == list(range(0, 600, 20))
    kept = merge_near_duplicates(vectors)
    assert len(kept) <= 100
    assert (np.diff(kept) > 0).all()


def test_one_pose_held_for_long_is_one_vector():
    vectors = np.ones((8_000, 8), np.float32) + 1e-4 * np.random.default_rng(0).normal(size=(8_000, 8)).astype(np.float32)
    assert merge_near_duplicates(vectors).tolist() == [0]


def test_save_and_load(tmp_path):
    vectors, _ = blobs(0)
    path = tmp_path / "book.npz"
    book = Codebook(vectors[:4], "a note")
    save_codebook(path, book)
    found = load_codebook(path)
    assert np.array_equal(found.centres, book.centres)
    assert found.note == "a note"
    written = path.read_bytes()
    save_codebook(path, book)
    assert path.read_bytes() == written
    for content in (b"", b"PK\x03\x04", written[: len(written) // 2]):
        path.write_bytes(content)
        with pytest.raises(InputError):
            load_codebook(path)
    np.savez(path, centres=np.full((2, 2), np.nan, np.float32), note=np.array(""))
    with pytest.raises(InputError, match="finite"):
        load_codebook(path)
