"""Canonical correlation analysis of lyrics and dance, by pairs or by classes; both in closed form.

CCA finds directions of two views whose values correlate as much as they can: with the whitened cross-covariance
``T = Cxx^-1/2 Cxy Cyy^-1/2 = U diag(rho) V'`` they are ``Cxx^-1/2 U`` and ``Cyy^-1/2 V``, the correlations ``rho``
(Hotelling 1936).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh, svd

from core.errors import SettingsError
from core.progress import Progress, part, silent
from core.retrieval.choice import choice_bars, mrr_of_vectors
from core.retrieval.embedding import Arrays, EmbeddingMethod, sung_bars, unit
from core.retrieval.features import Modality
from core.retrieval.projection import Projection, principal
from core.retrieval.protocol import RetrievalData

DIMENSIONS: Final = (16, 32, 64, 128, 256)
RIDGES: Final = (1e-4, 1e-2, 1e-1, 1.0)
"""Added to the diagonals of the covariances, times the mean variance of the view; the least is that of Zeng's code."""
COMPONENTS: Final = (2, 4, 8, 16, 32, 64, 128)
_BY_DEFAULT: Final = (64, 1e-1, 32)
"""Dimensions, ridge and components where no dev bar can choose."""
_SIDES: Final[tuple[Modality, Modality]] = ("lyrics", "dance")
_ZERO: Final = 1e-6
"""Singular values up to this stand for directions that the views do not share."""


@dataclass(frozen=True)
class Moments:
    """Means and covariances of two views.

    Attributes
    ----------
    mean_x, mean_y : float64 [p], [q]
    cxx, cyy, cxy : float64 [p, p], [q, q], [p, q]
    """

    mean_x: NDArray[np.float64]
    mean_y: NDArray[np.float64]
    cxx: NDArray[np.float64]
    cyy: NDArray[np.float64]
    cxy: NDArray[np.float64]

    def first(self, p: int, q: int) -> Moments:
        """Of the first columns of each view."""
        return Moments(self.mean_x[:p], self.mean_y[:q], self.cxx[:p, :p], self.cyy[:q, :q], self.cxy[:p, :q])


def pair_moments(x: NDArray[np.floating], y: NDArray[np.floating]) -> Moments:
    """Of row i of ``x`` [n, p] with row i of ``y`` [n, q]."""
    even = np.full(len(x), 1.0 / len(x))
    return _centred(*_weighted(x, even), *_weighted(y, even), _product(x, y) / len(x))


def class_moments(
    x: NDArray[np.floating], y: NDArray[np.floating], labels: NDArray[np.int64], beta: float = 0.0
) -> Moments:
    """Of every row of ``x`` with every row of ``y`` of the same class, in closed form (Rasiwasia et al. 2014).

    Class c with n_c bars has n_c^2 pairs, M in all. A bar of it is in n_c of them, so ``Cxx = 1/M sum_c n_c sum x x'``
    and ``Cxy = 1/M sum_c n_c^2 mu_c nu_c'``, less the product of the means. Then Cxy has rank classes - 1 at most.

    Parameters
    ----------
    x, y : float [n, p], [n, q]
        The same bars in two views.
    labels : int64 [n]
        Classes; bars with -1 take part as pairs only.
    beta : float
        Share of the natural pairs in the mixture, 0 to 1.
    """
    known = labels >= 0
    if not known.any():
        return pair_moments(x, y)
    _, own = np.unique(labels[known], return_inverse=True)
    sizes = np.bincount(own).astype(np.float64)
    total = float((sizes**2).sum())
    even = np.full(len(x), beta / len(x))
    weights = even.copy()
    weights[known] += (1.0 - beta) * sizes[own] / total
    sums_x, sums_y = (_sums(view[known], own, len(sizes)) for view in (x, y))
    # n_c^2 mu nu' is the product of the sums.
    cross = beta / len(x) * _product(x, y) + (1.0 - beta) / total * (sums_x.T @ sums_y)
    return _centred(*_weighted(x, weights), *_weighted(y, weights), cross)


def _product(x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(x.T.astype(np.float64) @ y.astype(np.float64))


def _weighted(
    x: NDArray[np.floating], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and mean square of rows under weights that add up to 1."""
    return weights @ x, _product(x, x * weights[:, None])


def _sums(x: NDArray[np.floating], own: NDArray[np.intp], classes: int) -> NDArray[np.float64]:
    found = np.zeros((classes, x.shape[1]))
    np.add.at(found, own, x)
    return found


def _centred(
    mean_x: NDArray[np.float64], square_x: NDArray[np.float64], mean_y: NDArray[np.float64],
    square_y: NDArray[np.float64], cross: NDArray[np.float64],
) -> Moments:
    return Moments(mean_x, mean_y, square_x - np.outer(mean_x, mean_x), square_y - np.outer(mean_y, mean_y),
                   cross - np.outer(mean_x, mean_y))


@dataclass(frozen=True)
class Canonical:
    """Canonical axes of two views, by falling correlation.

    Attributes
    ----------
    x, y : float64 [p, k], [q, k]
        Axes of each view; values along them have the variance 1 (less where there is a ridge).
    correlations : float64 [k]
        Those above zero only.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    correlations: NDArray[np.float64]

    def first(self, k: int) -> Canonical:
        """The first k axes."""
        return Canonical(self.x[:, :k], self.y[:, :k], self.correlations[:k])

    def weighted(self) -> Canonical:
        """Axes times the square root of their correlation, so that a product of two bars weights each axis by it."""
        root = np.sqrt(self.correlations)
        return Canonical(self.x * root, self.y * root, self.correlations)


def canonical(moments: Moments, ridge: float) -> Canonical:
    """CCA by SVD of the whitened cross-covariance.

    Parameters
    ----------
    moments : Moments
    ridge : float
        Added to the diagonals of both covariances, times the view's mean variance.
    """
    left, right = _whitening(moments.cxx, ridge), _whitening(moments.cyy, ridge)
    u, rho, v = svd(left @ moments.cxy @ right, full_matrices=False)
    kept = int((rho > _ZERO).sum())
    return Canonical(left @ u[:, :kept], right @ v[:kept].T, rho[:kept])


def _whitening(covariance: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    """Symmetric inverse root of a covariance with a ridge; directions without variance are left out."""
    width = len(covariance)
    variances, axes = eigh(covariance + ridge * float(np.trace(covariance)) / max(width, 1) * np.eye(width))
    known = variances > 1e-12 * max(float(variances.max(initial=0.0)), 1e-300)
    return np.asarray((axes[:, known] / np.sqrt(variances[known])) @ axes[:, known].T)


class Cca(EmbeddingMethod):
    """Canonical correlation analysis of pooled lyrics and dance (comparison-systems.md 3.0).

    Decisions. Pooled features are scaled and brought to principal components on the training bars, as a thousand bars
    cannot carry the covariance of a thousand columns. The dimensions (the same number for both views), the ridge and
    the number of canonical axes are the ones of :data:`DIMENSIONS`, :data:`RIDGES` and :data:`COMPONENTS` with the
    best MRR on dev, mean of both directions. Each axis counts in proportion to its canonical correlation:
    canonical values times the root of it are the expected latent vector of probabilistic CCA (Bach & Jordan 2005),
    and axes that correlate by chance alone cost less. The score is the cosine of these vectors.
    """

    name: ClassVar[str] = "cca"

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        self._maps: dict[Modality, Projection] = {}
        self._correlations = np.zeros(0)

    @property
    def settings(self) -> dict[str, Any]:
        """See :attr:`EmbeddingMethod.settings`. Nothing is drawn, so that the seed is no part of it."""
        return {"version": 1, "dimensions": DIMENSIONS, "ridges": RIDGES, "components": COMPONENTS}

    @property
    def correlations(self) -> NDArray[np.float64]:
        """Canonical correlations of the axes on the training bars, float64 [k]."""
        return self._correlations

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """See :meth:`RetrievalMethod.fit`."""
        bars = sung_bars(train)
        values = {side: train.features(side).pooled[bars] for side in _SIDES}
        views = {}
        for i, side in enumerate(_SIDES):
            views[side] = principal(values[side], max(DIMENSIONS), part(progress, 0.2 * i, 0.2 * i + 0.2))
        if min(view.size for view in views.values()) == 0:
            raise SettingsError(f"The training bars do not differ from each other, so {self.name} has nothing to "
                                "relate; import more songs.")
        x, y = (views[side](values[side]) for side in _SIDES)
        moments = self._moments(x, y, None if train.labels is None else train.labels[bars])
        chosen = choice_bars(dev)
        if dev is None or not len(chosen):
            p, q = (min(_BY_DEFAULT[0], views[side].size) for side in _SIDES)
            best = canonical(moments.first(p, q), _BY_DEFAULT[1]).first(_BY_DEFAULT[2])
        else:
            x, y = (views[side](dev.features(side).pooled[chosen]) for side in _SIDES)
            best = _best(moments, x - moments.mean_x, y - moments.mean_y, part(progress, 0.4, 1.0))
        if not len(best.correlations):
            raise SettingsError(f"Lyrics and dance of the training bars share no direction, so {self.name} cannot be "
                                "fitted; import more songs.")
        found = best.weighted()
        self._correlations = found.correlations
        self._maps = {"lyrics": _after(views["lyrics"], found.x, moments.mean_x),
                      "dance": _after(views["dance"], found.y, moments.mean_y)}
        progress(1.0, self.name)

    def _moments(
        self, x: NDArray[np.floating], y: NDArray[np.floating], labels: NDArray[np.int64] | None,  # noqa: ARG002
    ) -> Moments:
        """Means and covariances that are analysed."""
        return pair_moments(x, y)

    def project(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> NDArray[np.float32]:
        """Weighted canonical values of the chosen bars, float32 [n, k]; :class:`RuntimeError` before fit."""
        if not self._maps:
            msg = f"{self.name}: fit comes before embed"
            raise RuntimeError(msg)
        return self._maps[modality](data.features(modality).pooled[bars])

    def embed(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> NDArray[np.float32]:
        """See :meth:`EmbeddingMethod.embed`."""
        return unit(self.project(data, bars, modality))

    def arrays(self) -> Arrays:
        """See :meth:`EmbeddingMethod.arrays`."""
        if not self._maps:
            msg = f"{self.name}: fit comes before arrays"
            raise RuntimeError(msg)
        found: Arrays = {"correlations": self._correlations}
        for side in _SIDES:
            found |= self._maps[side].arrays(side)
        return found

    def restore(self, arrays: Arrays) -> None:
        """See :meth:`EmbeddingMethod.restore`."""
        maps = {side: Projection.of_arrays(arrays, side) for side in _SIDES}
        correlations = arrays["correlations"]
        if {view.size for view in maps.values()} != {len(correlations)}:
            msg = f"{self.name}: {len(correlations)} correlations for axes of another number"
            raise ValueError(msg)
        self._maps = maps
        self._correlations = correlations


def _after(view: Projection, axes: NDArray[np.float64], mean: NDArray[np.float64]) -> Projection:
    """A view's first principal components, centred and brought onto canonical axes."""
    used = len(axes)
    first = Projection(view.scaling, view.axes[:, :used], view.centre[:used])
    return first.then(axes, mean[:used] @ axes)


def _best(
    moments: Moments, x: NDArray[np.floating], y: NDArray[np.floating], progress: Progress
) -> Canonical:
    """The axes with the best MRR on dev bars, given in centred principal components; the simplest among equals."""
    best, figure = None, -np.inf
    for found in _candidates(moments, progress):
        weighted = found.weighted()
        p, q = len(found.x), len(found.y)
        got = mrr_of_vectors(unit(x[:, :p] @ weighted.x), unit(y[:, :q] @ weighted.y))
        if got > figure:
            best, figure = found, got
    return best if best is not None else canonical(moments, _BY_DEFAULT[1])


def _candidates(moments: Moments, progress: Progress) -> Iterator[Canonical]:
    sizes = [(min(size, len(moments.cxx)), min(size, len(moments.cyy))) for size in DIMENSIONS]
    jobs = [(*pair, ridge) for pair in dict.fromkeys(sizes) for ridge in sorted(RIDGES, reverse=True)]
    for i, (p, q, ridge) in enumerate(jobs):
        progress(i / len(jobs), f"{p} dimensions, ridge {ridge:g}")
        whole = canonical(moments.first(p, q), ridge)
        count = len(whole.correlations)
        for k in sorted({min(k, count) for k in COMPONENTS} - {0}):
            yield whole.first(k)


class ClusterCca(Cca):
    """CCA whose pairs are all lyrics with all dances of a class (Rasiwasia et al. 2014; comparison-systems.md 3.0).

    Decisions. Moments are those of a mixture: with the probability ``beta`` a bar's own lyrics and dance, else any two
    of one class. Means and all three covariances are taken of this one mixture, so that correlations stay within 1.
    ``beta`` is 0.2, as in the code of Zeng et al. (2020): with 0 there are no more axes than classes less one, and all
    bars of a class come out nearly alike, so that the bar itself cannot be found among them; with 1 it is :class:`Cca`.
    All else is as there.

    Parameters
    ----------
    seed : int
    beta : float
        Share of the natural pairs, 0 to 1.
    """

    name: ClassVar[str] = "cluster-cca"
    needs: ClassVar[tuple[str, ...]] = ("lyrics", "dance", "labels")

    def __init__(self, seed: int = 0, beta: float = 0.2) -> None:
        super().__init__(seed)
        if not 0.0 <= beta <= 1.0:
            msg = f"beta must lie in 0..1, got {beta}"
            raise ValueError(msg)
        self._beta = beta

    @property
    def settings(self) -> dict[str, Any]:
        """See :attr:`EmbeddingMethod.settings`."""
        return {**super().settings, "beta": self._beta}

    def _moments(
        self, x: NDArray[np.floating], y: NDArray[np.floating], labels: NDArray[np.int64] | None
    ) -> Moments:
        if labels is None:
            msg = f"{self.name} cannot be fitted without labels"
            raise ValueError(msg)
        return class_moments(x, y, labels, self._beta)
