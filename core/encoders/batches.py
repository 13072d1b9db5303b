"""Training bars streamed from disk: song by song, shuffled, in batches of bars of like length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import numpy as np

from core.encoders.augment import Augmentation
from core.encoders.vectors import cut_long_bars
from core.features.bars import BarFeatures, bar_features
from core.features.scale import FeatureScale
from core.motion.clip import Motion

_POOL: Final = 8
"""Batches are cut out of so many batches' worth of shuffled bars, sorted by length."""
_MIN_FRAMES: Final = 2


class DanceSource(Protocol):
    """Where training finds its songs.

    Attributes
    ----------
    train, dev : sequence of str
        Song ids; ``dev`` may be empty.
    """

    train: Sequence[str]
    dev: Sequence[str]

    def motion(self, song_id: str) -> Motion:
        """The song's motion, read from disk when asked for."""

    def bars(self, song_id: str) -> list[tuple[int, int]]:
        """The song's bars as (start, stop) frames, stop exclusive."""


def training_bars(source: DanceSource, song_id: str) -> list[tuple[int, int]]:
    """The song's bars as they are trained on: long ones cut, single frames left out."""
    return [bar for bar in cut_long_bars(source.bars(song_id)) if bar[1] - bar[0] >= _MIN_FRAMES]


def song_features(
    source: DanceSource, song_id: str, augmentation: Augmentation | None = None, rng: np.random.Generator | None = None
) -> Iterator[BarFeatures]:
    """Features of the song's bars, not scaled; changed by ``augmentation`` where one is given."""
    motion = source.motion(song_id)
    if augmentation is not None and rng is not None:
        motion = augmentation.apply(motion, rng)
    return bar_features(motion, training_bars(source, song_id))


def train_batches(
    source: DanceSource,
    scale: FeatureScale,
    batch_bars: int,
    buffer_bars: int,
    augmentation: Augmentation | None,
    rng: np.random.Generator,
) -> Iterator[list[BarFeatures]]:
    """One epoch's batches of scaled bars, at most ``batch_bars`` each.

    Songs come in random order; their bars wait in a buffer of about ``buffer_bars``, from which batches are drawn. So
    memory holds the buffer and one song, however large the corpus. The same ``rng`` state gives the same batches.
    """
    pool_bars = batch_bars * _POOL
    buffer: list[BarFeatures] = []
    for i in rng.permutation(len(source.train)):
        buffer += (scale.apply(bar) for bar in song_features(source, source.train[i], augmentation, rng))
        if len(buffer) >= max(buffer_bars, pool_bars):
            _shuffle(buffer, rng)
            while len(buffer) >= max(buffer_bars // 2, pool_bars):
                yield from _pool_batches([buffer.pop() for _ in range(pool_bars)], batch_bars, rng)
    _shuffle(buffer, rng)
    while buffer:
        yield from _pool_batches([buffer.pop() for _ in range(min(pool_bars, len(buffer)))], batch_bars, rng)


def batch_count(bars: int, batch_bars: int) -> int:
    """Batches of one epoch over so many bars."""
    return -(-bars // batch_bars)


def dev_batches(
    source: DanceSource, songs: Sequence[str], scale: FeatureScale, batch_bars: int
) -> Iterator[list[BarFeatures]]:
    """Batches of scaled bars of ``songs``, in order, unchanged."""
    batch: list[BarFeatures] = []
    for song_id in songs:
        for bar in song_features(source, song_id):
            batch.append(scale.apply(bar))
            if len(batch) == batch_bars:
                yield batch
                batch = []
    if batch:
        yield batch


def _pool_batches(pool: list[BarFeatures], batch_bars: int, rng: np.random.Generator) -> Iterator[list[BarFeatures]]:
    pool.sort(key=len)
    starts = np.arange(0, len(pool), batch_bars)
    for start in rng.permutation(starts):
        yield pool[start : start + batch_bars]


def _shuffle(bars: list[BarFeatures], rng: np.random.Generator) -> None:
    bars[:] = [bars[i] for i in rng.permutation(len(bars))]
