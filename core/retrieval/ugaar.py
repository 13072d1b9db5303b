"""Adversarial alignment of three modalities: what sound and dance have in common is handed on to the lyrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from core.errors import SettingsError
from core.progress import Progress, part, silent
from core.retrieval.cca import canonical, pair_moments
from core.retrieval.choice import choice_bars, mrr_of_vectors
from core.retrieval.embedding import Arrays, EmbeddingMethod, sung_bars, unit
from core.retrieval.features import Modality
from core.retrieval.projection import Projection, principal
from core.retrieval.protocol import RetrievalData
from core.retrieval.training import Training, train

_VERSION: Final = 1
_LYRIC_AXES, _STRONG_AXES, _CCA_RIDGE = 128, 64, 1e-1
_WIDTH: Final = 128
_LEARNING_RATE: Final = 1e-3
_REAL: Final = 0.9
"""What the discriminator is to say of a true pair (label smoothing, one-sided)."""
RIDGES: Final = tuple(10.0**power for power in range(-3, 3))
"""Penalties among which dev chooses, as multiples of the mean variance of a lyric axis."""
_RIDGE: Final = 1.0
"""The penalty where no dev bar can choose."""


class Ugaar(EmbeddingMethod):
    """Unsupervised generative adversarial alignment (Zeng, Yu, Oyama; IEEE BigMM 2020, arXiv 2007.14856).

    The strong pair of that paper, audio and sheet music, becomes audio and dance; the weak third modality is lyrics in
    both. True pairs are the CCA components (u, v) of a bar's audio and dance; a generator proposes a pair (u', v') for
    a fixed lyric, and a discriminator tells the two apart, given the lyric::

        L_D = -log D(u, v | l) - log(1 - D(u', v' | l))
        L_G = -log D(u', v' | l) + mu (1 - corr(u', u)) + mu (1 - corr(v', v))

    The paper's losses and sizes could not be obtained; the ones above are comparison-systems.md 3.3. Score of a lyric
    and a dance: cos(v', v).

    Decisions. Inputs are pooled features, scaled and brought to principal axes (128 of lyrics, 64 of audio and dance);
    CCA has the ridge 0.1, and each component counts by its correlation, as in :class:`core.retrieval.cca.Cca`; all is
    fitted on training bars. mu is 1: game and correlations then weigh about the same. corr is the correlation of whole
    matrices, not of each column: only so does it matter of which components a lyric tells anything. Branches have 128
    numbers, the discriminator spectral norm throughout, labels are smoothed on the true side. Both networks take one
    step a batch, at once: one optimiser holds both, and neither loss has a gradient in the other's weights. The epoch
    with the best MRR on dev is kept, mean of both directions. Where mu is large the discriminator has nothing left to
    say and the generator tends to the regression of (u, v) on lyrics; ``adversarial=False`` is that baseline in closed
    form ("ugaar-ridge"), its penalty chosen on dev.

    Parameters
    ----------
    seed : int
    adversarial : bool
    mu : float
        Weight of the correlations.
    components : int
        Pairs of CCA components at most.
    epochs : int
        At most.

    Attributes
    ----------
    correlations : float64 [k]
        Canonical correlations of audio and dance on the training bars; empty before fit.
    """

    name: ClassVar[str] = "ugaar"
    needs: ClassVar[tuple[str, ...]] = ("lyrics", "dance", "audio")

    def __init__(
        self, seed: int = 0, adversarial: bool = True, mu: float = 1.0, components: int = 32, epochs: int = 60,
    ) -> None:
        super().__init__(seed)
        if mu < 0 or components < 1:
            msg = f"mu must be 0 or more and components 1 or more, got {mu} and {components}"
            raise ValueError(msg)
        self.adversarial, self.mu, self.components, self.epochs = adversarial, mu, components, epochs
        if not adversarial:
            self.name = "ugaar-ridge"  # type: ignore[misc]  # a baseline must not bear the system's name in a table
        self.correlations = np.zeros(0)
        self._maps: dict[Modality, Projection] = {}
        self._generator: Generator | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """See :attr:`EmbeddingMethod.settings`."""
        chosen = {"mu": self.mu, "epochs": self.epochs} if self.adversarial else {"ridges": RIDGES}
        return {**super().settings, "version": _VERSION, "adversarial": self.adversarial,
                "components": self.components, **chosen}

    def fit(self, train: RetrievalData, dev: RetrievalData | None, progress: Progress = silent) -> None:
        """See :meth:`core.retrieval.protocol.RetrievalMethod.fit`.

        Raises :class:`SettingsError` where the training bars are all alike in a modality.
        """
        bars = sung_bars(train)
        self._maps, self._generator = {}, None
        axes: dict[Modality, int] = {"lyrics": _LYRIC_AXES, "audio": _STRONG_AXES, "dance": _STRONG_AXES}
        found: dict[Modality, Projection] = {}
        values: dict[Modality, NDArray[np.float32]] = {}
        for i, (side, most) in enumerate(axes.items()):
            pooled = train.features(side).pooled[bars]
            inner = part(progress, 0.06 * i, 0.06 * (i + 1))
            if not len(bars) or not (view := principal(pooled, most, inner)).size:
                raise SettingsError(f"The training bars do not differ in their {side}, so {self.name} has nothing to "
                                    "relate; import more songs.")
            found[side], values[side] = view, view(pooled)
        moments = pair_moments(values["audio"], values["dance"])
        strong = canonical(moments, _CCA_RIDGE).first(self.components).weighted()
        if not len(strong.correlations):
            raise SettingsError(f"Sound and dance of the training bars share no direction, so {self.name} cannot be "
                                "fitted; import more songs.")
        found["audio"] = found["audio"].then(strong.x, moments.mean_x @ strong.x)
        found["dance"] = found["dance"].then(strong.y, moments.mean_y @ strong.y)
        # Both networks want inputs of about unit size; the largest axis stays the largest.
        size = float(np.sqrt((values["lyrics"] ** 2).mean()))
        found["lyrics"] = found["lyrics"].then(np.eye(found["lyrics"].size) / size, np.zeros(found["lyrics"].size))
        seen = {side: view(train.features(side).pooled[bars]) for side, view in found.items()}
        shown = choice_bars(dev)
        held = None
        if dev is not None and len(shown):
            held = found["lyrics"](dev.features("lyrics").pooled[shown]), found["dance"](
                dev.features("dance").pooled[shown])
        rest = part(progress, 0.2, 1.0)
        if self.adversarial:
            self._generator = self._trained(seen, held, rest)
        else:
            found["lyrics"] = _regressed(found["lyrics"], seen, held, rest)
        self.correlations, self._maps = strong.correlations, found
        progress(1.0, self.name)

    def embed(self, data: RetrievalData, bars: NDArray[np.int64], modality: Modality) -> NDArray[np.float32]:
        """See :meth:`EmbeddingMethod.embed`: v' of lyrics, v of dance (u of audio)."""
        self._fitted()
        values = self._maps[modality](data.features(modality).pooled[bars])
        if modality != "lyrics":
            return unit(values)
        if self._generator is not None:
            values = self._generator.pairs(values)
        return unit(values[:, len(self.correlations) :])

    def arrays(self) -> Arrays:
        """See :meth:`EmbeddingMethod.arrays`. The discriminator is not part of it: no score depends on it."""
        self._fitted()
        found: Arrays = {"correlations": self.correlations}
        for side, view in self._maps.items():
            found |= view.arrays(side)
        if self._generator is not None:
            found |= {f"generator.{name}": tensor.detach().numpy().copy()
                      for name, tensor in self._generator.state_dict().items()}
        return found

    def restore(self, arrays: Arrays) -> None:
        """See :meth:`EmbeddingMethod.restore`."""
        sides: tuple[Modality, ...] = ("lyrics", "audio", "dance")
        maps: dict[Modality, Projection] = {side: Projection.of_arrays(arrays, side) for side in sides}
        count = len(arrays["correlations"])
        wanted = 2 * count if not self.adversarial else maps["lyrics"].size
        if maps["audio"].size != count or maps["dance"].size != count or maps["lyrics"].size != wanted:
            msg = f"{self.name}: maps of other sizes than {count} components"
            raise ValueError(msg)
        generator = None
        if self.adversarial:
            generator = Generator(maps["lyrics"].size, count)
            own = {name.removeprefix("generator."): torch.from_numpy(np.array(array))
                   for name, array in arrays.items() if name.startswith("generator.")}
            try:
                generator.load_state_dict(own)
            except RuntimeError as error:
                msg = f"{self.name}: these are no arrays of a generator: {error}"
                raise ValueError(msg) from error
            generator.eval()
        self._maps, self._generator, self.correlations = maps, generator, np.array(arrays["correlations"])

    def _fitted(self) -> None:
        if not self._maps:
            msg = f"{self.name} is not fitted"
            raise RuntimeError(msg)

    def _trained(
        self, seen: Mapping[Modality, NDArray[np.float32]],
        held: tuple[NDArray[np.float32], NDArray[np.float32]] | None, progress: Progress,
    ) -> Generator:
        lyric, u, v = (torch.from_numpy(seen[side]) for side in ("lyrics", "audio", "dance"))
        k = u.shape[1]
        with torch.random.fork_rng():
            torch.manual_seed(self.seed)
            players = Players(lyric.shape[1], k)

        def loss(piece: NDArray[np.int64], rng: np.random.Generator) -> Tensor:  # noqa: ARG001 - nothing is drawn
            rows = torch.from_numpy(piece)
            return players.loss(lyric[rows], u[rows], v[rows], self.mu)

        measure: Callable[[], float] | None = None
        if held is not None:
            asked, shown = held

            def mrr() -> float:
                return mrr_of_vectors(unit(players.generator.pairs(asked)[:, k:]), unit(shown))

            measure = mrr
        train(players, loss, len(lyric), Training(self.epochs, learning_rate=_LEARNING_RATE), self.seed, measure,
              progress, self.checkpoint, self.name)
        return players.generator.eval()


class Generator(nn.Module):
    """Lyrics to a pair (u', v').

    Parameters
    ----------
    width : int
        Numbers of a lyric.
    components : int
        Numbers of u, and of v.
    """

    def __init__(self, width: int, components: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(nn.Linear(width, 2 * _WIDTH), nn.GELU(), nn.Dropout(0.2),
                                    nn.Linear(2 * _WIDTH, _WIDTH), nn.GELU())
        self.head = nn.Linear(_WIDTH, 2 * components)

    def forward(self, lyrics: Tensor) -> Tensor:
        """[bars, width] to [bars, 2 components]: u' and v' side by side."""
        found: Tensor = self.head(self.branch(lyrics))
        return found

    def pairs(self, lyrics: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same for arrays, without gradients."""
        with torch.no_grad():
            return np.asarray(self(torch.from_numpy(lyrics)).numpy(), np.float32)


class Discriminator(nn.Module):
    """Whether a pair is the true one of a bar with this lyric; a branch for each of the three. Arguments as above."""

    def __init__(self, width: int, components: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList([spectral_norm(nn.Linear(n, _WIDTH)) for n in (components, components, width)])
        self.judge = nn.Sequential(nn.LeakyReLU(0.2), spectral_norm(nn.Linear(3 * _WIDTH, _WIDTH)), nn.LeakyReLU(0.2),
                                   spectral_norm(nn.Linear(_WIDTH, 1)))

    def forward(self, u: Tensor, v: Tensor, lyrics: Tensor) -> Tensor:
        """Log odds that it is true, [bars]."""
        seen = [branch(part) for branch, part in zip(self.branches, (u, v, lyrics), strict=True)]
        odds: Tensor = self.judge(torch.cat(seen, dim=1))
        return odds[:, 0]


class Players(nn.Module):
    """Both networks of the game. Arguments as of :class:`Generator`."""

    def __init__(self, width: int, components: int) -> None:
        super().__init__()
        self.generator = Generator(width, components)
        self.discriminator = Discriminator(width, components)

    def loss(self, lyrics: Tensor, u: Tensor, v: Tensor, mu: float) -> Tensor:
        """L_D + L_G of a batch; each has gradients in its own player's weights only."""
        made = self.generator(lyrics)
        made_u, made_v = made[:, : u.shape[1]], made[:, u.shape[1] :]
        true = self.discriminator(u, v, lyrics)
        false = self.discriminator(made_u.detach(), made_v.detach(), lyrics)
        judging = (functional.binary_cross_entropy_with_logits(true, torch.full_like(true, _REAL))
                   + functional.binary_cross_entropy_with_logits(false, torch.zeros_like(false)))
        self.discriminator.requires_grad_(False)
        fooled = self.discriminator(made_u, made_v, lyrics)
        self.discriminator.requires_grad_(True)
        making = functional.binary_cross_entropy_with_logits(fooled, torch.ones_like(fooled))
        return judging + making + mu * (2.0 - correlation(made_u, u) - correlation(made_v, v))


def correlation(made: Tensor, true: Tensor) -> Tensor:
    """Correlation of two matrices, columns centred: <made, true> / (|made| |true|)."""
    made, true = made - made.mean(dim=0), true - true.mean(dim=0)
    lengths: Tensor = made.pow(2).sum().sqrt() * true.pow(2).sum().sqrt()
    return (made * true).sum() / lengths.clamp_min(1e-8)


def _regressed(
    view: Projection, seen: Mapping[Modality, NDArray[np.float32]],
    held: tuple[NDArray[np.float32], NDArray[np.float32]] | None, progress: Progress,
) -> Projection:
    """Lyrics to (u', v') by ridge regression: ``view`` continued."""
    x = seen["lyrics"].astype(np.float64)
    y = np.concatenate([seen["audio"], seen["dance"]], axis=1).astype(np.float64)
    # Both are centred: principal axes and canonical components have the mean 0 on the bars they were fitted on.
    left, spread, right = np.linalg.svd(x, full_matrices=False)
    turned, k = left.T @ y, seen["dance"].shape[1]
    level = len(x) * float((x**2).mean())

    def coefficients(penalty: float) -> NDArray[np.float64]:
        return np.asarray((right.T * (spread / (spread**2 + penalty * level))) @ turned)

    best, figure = coefficients(_RIDGE), -np.inf
    if held is not None:
        for i, penalty in enumerate(sorted(RIDGES, reverse=True)):
            progress(i / len(RIDGES), f"penalty {penalty:g}")
            tried = coefficients(penalty)
            got = mrr_of_vectors(unit(held[0] @ tried[:, k:]), unit(held[1]))
            if got > figure:
                best, figure = tried, got
    return view.then(best, np.zeros(2 * k))
