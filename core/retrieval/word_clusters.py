"""Words as points of one space: their rarity, their clusters, and where a bar's words lie together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.errors import SettingsError
from core.lyrics.words import folded
from core.progress import Progress, silent
from core.retrieval.embedding import Arrays, sung_bars, unit
from core.retrieval.protocol import RetrievalData

COMPONENTS: Final = 32
"""Principal components in which words are clustered: mean shift finds no modes among hundreds of dimensions."""
_MOST_WORDS: Final = 1500
"""Words that mean shift is fitted on at most: its time grows with their square."""
_LARGEST: Final = 0.1
"""Share of the words that a cluster should not go beyond: the published clusterings merge a few words each."""
_SEPARATOR: Final = "\n"


@dataclass(frozen=True)
class BarWords:
    """The known words of bars, flat.

    Attributes
    ----------
    bar : int64 [n]
        Number of the bar among those asked about, never falling.
    row : int64 [n]
        Row of the word in the vocabulary.
    """

    bar: NDArray[np.int64]
    row: NDArray[np.int64]

    @classmethod
    def of(cls, data: RetrievalData, bars: NDArray[np.int64]) -> BarWords:
        """The words of the chosen bars; words without a vector are passed over."""
        if data.words is None:
            msg = "there are no words"
            raise ValueError(msg)
        rows = {word: i for i, word in enumerate(data.vocabulary)}
        known: dict[str, int] = {}
        bar: list[int] = []
        row: list[int] = []
        for i, which in enumerate(bars.tolist()):
            for text in data.words[which]:
                found = known[text] if text in known else known.setdefault(text, rows.get(folded(text), -1))
                if found >= 0:
                    bar.append(i)
                    row.append(found)
        return cls(np.array(bar, np.int64), np.array(row, np.int64))


@dataclass(frozen=True)
class WordSpace:
    """Word vectors around their centre, and how much a word says, as measured on training bars.

    Attributes
    ----------
    centre : float32 [d]
        Mean of the words as they are sung, each counted by its weight. Sentence encoders put all their vectors into a
        narrow cone; without its axis the cosines of words spread out.
    songs : int
        Training songs.
    counts : dict of str to int
        Training songs in which each training word is sung.
    """

    centre: NDArray[np.float32]
    songs: int
    counts: dict[str, int]

    @classmethod
    def of(cls, data: RetrievalData) -> WordSpace:
        """Measured on the bars with lyrics of ``data``. SettingsError where these have no word with a vector."""
        bars = sung_bars(data)
        words = BarWords.of(data, bars)
        if not len(words.row):
            raise SettingsError("No training song has words with vectors; give songs with lyrics the split train.")
        song = data.codes.song[bars].astype(np.int64)
        pairs = np.unique(np.stack([words.row, song[words.bar]]), axis=1)
        rows, counts = np.unique(pairs[0], return_counts=True)
        found = cls(np.zeros(0, np.float32), len(np.unique(song)),
                    {data.vocabulary[row]: int(count) for row, count in zip(rows, counts, strict=True)})
        weights = found.weights(data.vocabulary)[words.row]
        sums = np.zeros(len(data.vocabulary))
        np.add.at(sums, words.row, weights)
        centre = (sums @ _vectors(data).astype(np.float64)) / sums.sum()
        return cls(centre.astype(np.float32), found.songs, found.counts)

    def weights(self, vocabulary: Sequence[str]) -> NDArray[np.float64]:
        """Inverse document frequency ``ln((1 + songs) / (1 + songs with the word))``, float64 [vocabulary].

        A word never sung in training weighs most, one of every song next to nothing; none weighs nothing, so that a
        bar of such words still lies somewhere.
        """
        counts = np.array([self.counts.get(word, 0) for word in vocabulary], np.float64)
        return np.asarray(np.maximum(np.log((1 + self.songs) / (1 + counts)), 1e-3))

    def trained(self, vocabulary: Sequence[str]) -> NDArray[np.int64]:
        """Rows of the words that training bars have."""
        return np.array([i for i, word in enumerate(vocabulary) if word in self.counts], np.int64)

    def points(self, data: RetrievalData) -> NDArray[np.float32]:
        """The words of the vocabulary as unit vectors around the centre, float32 [vocabulary, d]."""
        return unit(_vectors(data) - self.centre)

    def means(
        self, data: RetrievalData, words: BarWords, count: int, points: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Weighted mean of ``points`` (one a word of the vocabulary) over the words of each bar.

        Returns
        -------
        float32 [count, d]
            Of length 1; zeros for a bar without known words.
        """
        weights = self.weights(data.vocabulary)[words.row]
        sums = np.zeros((count, points.shape[1]))
        edges = np.searchsorted(words.bar, np.arange(count + 1))
        full = np.flatnonzero(np.diff(edges))
        if len(full):
            sums[full] = np.add.reduceat(weights[:, None] * points[words.row].astype(np.float64), edges[full], axis=0)
        return unit(sums)

    def arrays(self) -> Arrays:
        """What it consists of; words as UTF-8."""
        text = _SEPARATOR.join(self.counts).encode()
        return {
            "words.centre": self.centre, "words.songs": np.array([self.songs], np.int64),
            "words.counts": np.array(list(self.counts.values()), np.int64),
            "words.texts": np.frombuffer(text, np.uint8).copy(),
        }

    @classmethod
    def restored(cls, arrays: Arrays) -> WordSpace:
        """The space of which ``arrays`` were taken."""
        texts = arrays["words.texts"].tobytes().decode().split(_SEPARATOR)
        counts: list[Any] = arrays["words.counts"].tolist()
        return cls(arrays["words.centre"], int(arrays["words.songs"][0]), dict(zip(texts, counts, strict=True)))


def cluster_words(
    points: NDArray[np.float32], quantile: float, seed: int, progress: Progress = silent
) -> NDArray[np.int64]:
    """Clusters of words by mean shift, int64 [words], numbered from 0 without gaps.

    Mean shift runs on directions in the first :data:`COMPONENTS` principal components: by length, the words of which
    these components say little would all be one cluster in the middle. The bandwidth is the mean distance to the
    neighbour at ``quantile`` (scikit-learn's estimate_bandwidth). As long as one cluster holds more than a tenth of the
    words the quantile is halved, the nearest neighbour being the last; where all words would still be one cluster, each
    distinct word is its own.

    Parameters
    ----------
    points : float32 [words, d]
        Training words.
    quantile : float
        In (0, 1].
    seed : int
        Of the words that are chosen where there are more than 1500; the others join the nearest centre.
    progress : Progress
        Told before each round of mean shift, of which one takes seconds.
    """
    from sklearn.cluster import MeanShift, estimate_bandwidth
    from sklearn.decomposition import PCA

    distinct = np.unique(points, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
    if distinct.max(initial=0) == 0:
        return distinct
    chosen = np.sort(np.random.default_rng(seed).permutation(len(points))[:_MOST_WORDS])
    pca = PCA(min(COMPONENTS, len(chosen), points.shape[1]), svd_solver="full").fit(points[chosen].astype(np.float64))
    places = unit(pca.transform(points.astype(np.float64)))
    labels = distinct
    # Each word is counted as its own first neighbour.
    neighbour = max(int(quantile * len(chosen)), 2)
    rounds = neighbour.bit_length()
    while neighbour >= 2:
        progress(1.0 - neighbour.bit_length() / rounds, "clustering words")
        share = min((neighbour + 0.5) / len(chosen), 1.0)
        bandwidth = float(estimate_bandwidth(places[chosen], quantile=share))
        if bandwidth <= 0.0:
            break
        shift = MeanShift(bandwidth=bandwidth).fit(places[chosen])
        found = np.unique(shift.predict(places), return_inverse=True)[1]
        labels = found.astype(np.int64) if found.max() > 0 else distinct
        if np.bincount(found).max() <= _LARGEST * len(points):
            break
        neighbour //= 2
    return labels


def _vectors(data: RetrievalData) -> NDArray[np.float32]:
    if data.word_vectors is None:
        msg = "there are no word vectors"
        raise ValueError(msg)
    return data.word_vectors
