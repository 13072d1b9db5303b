"""What a person browses in a built corpus: songs, gestures (pairs of codes), and the places where they happen.

Everything is held in flat arrays, so that a corpus of the paper's size (120,000 bars, 5.7 million frames) is gathered
in a second or two and filtered in milliseconds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from core.corpus.records import SongRecord
from core.pipeline.significance import known_pair_test
from core.pipeline.view import CorpusView
from core.progress import Progress, silent
from core.significance.null import PairTest
from core.skeleton import FPS

Order = Literal["evidence", "npmi", "songs", "frames", "word"]
ORDERS: Final[tuple[Order, ...]] = ("evidence", "npmi", "songs", "frames", "word")


@dataclass(frozen=True)
class Place:
    """A stretch of a song.

    Attributes
    ----------
    song_id : str
    start, stop : int
        Frames of the song, stop exclusive.
    word : str
        What is sung there; no part of the identity.
    """

    song_id: str
    start: int
    stop: int
    word: str = field(default="", compare=False)

    def __len__(self) -> int:
        return max(self.stop - self.start, 0)

    @property
    def seconds(self) -> float:
        """Where it starts, seconds of the motion."""
        return self.start / FPS

    def widened(self, frames: int, least: int = FPS) -> Place:
        """The place with as much around it as makes ``least`` frames, inside a song of ``frames`` frames."""
        length = max(len(self), min(least, frames))
        start = max(min(self.start - (length - len(self)) // 2, frames - length), 0)
        return Place(self.song_id, start, start + length, self.word)


@dataclass(frozen=True)
class Runs:
    """Stretches of one word, one pair of codes and positive NPMI.

    Attributes
    ----------
    song : int64 [runs]
        Index into :attr:`Catalogue.songs`.
    start, stop : int64 [runs]
        Frames of the song, stop exclusive.
    word_index : int64 [runs]
        Index of the word in its song, -1 where nothing is sung.
    word : int64 [runs]
        Index into :attr:`Catalogue.vocabulary`, -1 where nothing is sung.
    lyric, dance : int64 [runs]
        The codes.
    npmi : float64 [runs]
    gesture : int64 [runs]
        Index of the gesture, -1 where its NPMI over the whole corpus is not positive (leave-one-song-out).
    """

    song: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    word_index: NDArray[np.int64]
    word: NDArray[np.int64]
    lyric: NDArray[np.int64]
    dance: NDArray[np.int64]
    npmi: NDArray[np.float64]
    gesture: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.song)


@dataclass(frozen=True)
class Gestures:
    """Pairs of a lyric and a dance code with positive NPMI.

    Attributes
    ----------
    lyric, dance : int64 [gestures]
        The codes.
    npmi : float64 [gestures]
    songs : int64 [gestures]
        Counted songs in which the two share a frame.
    lyric_songs, dance_songs : int64 [gestures]
        Counted songs in which the lyric code, and the dance code, occurs.
    chance : float64 [gestures]
        Probability that so many songs or more share the two where both are strewn over the songs at random
        (hypergeometric upper tail): the smaller, the better the evidence. NPMI alone puts pairs of two songs first.
    p, q : float64 [gestures]
        p and q value of :class:`core.significance.null.PairTest`; NaN where the pairs are not tested yet.
    frames : int64 [gestures]
        Positive frames of the pair.
    places : int64 [gestures]
        How many places it has.
    word : int64 [gestures]
        Its most frequent word, index into :attr:`Catalogue.vocabulary`; -1 where it has none.
    group : int64 [gestures]
        Equal for gestures of one word: those whose lyric codes have the same most frequent word.
    """

    lyric: NDArray[np.int64]
    dance: NDArray[np.int64]
    npmi: NDArray[np.float64]
    songs: NDArray[np.int64]
    lyric_songs: NDArray[np.int64]
    dance_songs: NDArray[np.int64]
    chance: NDArray[np.float64]
    frames: NDArray[np.int64]
    places: NDArray[np.int64]
    word: NDArray[np.int64]
    group: NDArray[np.int64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lyric)


@dataclass(frozen=True)
class SongShares:
    """Of every song, how much of it is positive above a threshold; int64 [songs] each.

    ``frames`` and ``bars`` count over the bars with lyrics, as Table 1 does; ``words`` are the words sung in positive
    stretches, the most frequent first.
    """

    frames: NDArray[np.int64]
    positive_frames: NDArray[np.int64]
    bars: NDArray[np.int64]
    positive_bars: NDArray[np.int64]
    words: tuple[tuple[str, ...], ...]

    @property
    def share(self) -> NDArray[np.float64]:
        """Positive frames / frames, 0 where a song has no bar with lyrics."""
        return np.asarray(self.positive_frames / np.maximum(self.frames, 1), np.float64)


@dataclass(frozen=True)
class Filter:
    """What gestures and places to show; the defaults let everything through.

    ``word`` and ``song`` (title, artist or id) are found anywhere inside, without regard to case. A gesture passes
    where one of its places does. ``most_q``, where it is below 1, lets through what is significant at that share of
    false discoveries, and nothing of what is not tested.
    """

    word: str = ""
    song: str = ""
    genre: str = ""
    split: str = ""
    least_npmi: float = 0.0
    least_songs: int = 0
    most_q: float = 1.0

    @property
    def limits_places(self) -> bool:
        """Whether some places of a gesture that passes may be left out."""
        return bool(self.word.strip() or self.song.strip() or self.genre or self.split)


@dataclass(frozen=True)
class Walk:
    """Positive stretches of the corpus in walking order: int64 [stretches]; ``run`` is the strongest run inside."""

    song: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    run: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.song)

    def step(self, song: int, frame: int, direction: int) -> int | None:
        """Number of the first stretch after (1), or before (-1), a frame of a song; round the end; None if empty."""
        if not len(self):
            return None
        behind = (self.song < song) | ((self.song == song) & (self.start < frame))
        if direction < 0:
            return int((np.count_nonzero(behind) - 1) % len(self))
        ahead = ~behind & ~((self.song == song) & (self.start == frame))
        return int(np.argmax(ahead)) if ahead.any() else 0


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The browsable contents of a corpus under one protocol; made by :func:`gather`.

    Attributes
    ----------
    songs : tuple of SongRecord
    runs : Runs
        Longest stretches of frames, in the order of the corpus.
    spots : Runs
        Where gestures happen, gesture by gesture, in the order of the corpus. The runs of a pair within one sung word
        (between which another pose may come for a moment) are one spot.
    gestures : Gestures
    vocabulary : tuple of str
        Distinct words of the runs, as most often written; equal but for case is equal.
    counted : int
        Songs that the NPMI was counted on.
    protocol : str
    """

    songs: tuple[SongRecord, ...]
    runs: Runs
    spots: Runs
    gestures: Gestures
    vocabulary: tuple[str, ...]
    counted: int
    protocol: str
    _edges: NDArray[np.int64] = field(repr=False)

    @property
    def tested(self) -> bool:
        """Whether the gestures have p and q values."""
        return not bool(np.isnan(self.gestures.q).any())

    def with_test(self, test: PairTest) -> Catalogue:
        """The catalogue with p and q values."""
        g = self.gestures
        return replace(self, gestures=replace(
            g, p=test.table(test.p)[g.lyric, g.dance], q=test.table(test.q)[g.lyric, g.dance]))

    def words(self, gesture: int, top: int | None = None) -> list[tuple[str, int]]:
        """Words of a gesture and at how many places each is sung, most frequent first; ("", n) where nothing is."""
        words, counts = np.unique(self.spots.word[self._own(gesture)], return_counts=True)
        order = np.lexsort((words, -counts))[:top]
        return [(self.vocabulary[words[i]] if words[i] >= 0 else "", int(counts[i])) for i in order]

    def gesture_of(self, pair: tuple[int, int]) -> int | None:
        """Index of the gesture of a (lyric, dance) pair of codes."""
        found = np.flatnonzero((self.gestures.lyric == pair[0]) & (self.gestures.dance == pair[1]))
        return int(found[0]) if len(found) else None

    def place(self, spot: int, of: Runs | None = None) -> Place:
        """A spot (or one of other runs) as a place."""
        runs, run = of or self.spots, spot
        word = self.vocabulary[runs.word[run]] if runs.word[run] >= 0 else ""
        return Place(self.songs[runs.song[run]].song_id, int(runs.start[run]), int(runs.stop[run]), word)

    def places(self, gesture: int, where: Filter | None = None) -> NDArray[np.int64]:
        """Spots of a gesture, int64 [places], in the order of the corpus."""
        own = np.arange(self._edges[gesture], self._edges[gesture + 1], dtype=np.int64)
        return own if where is None or not where.limits_places else own[self._passing(where)[own]]

    def example(self, gesture: int) -> Place | None:
        """The place that shows a gesture best: its longest."""
        own = self._own(gesture)
        lengths = self.spots.stop[own] - self.spots.start[own]
        return self.place(int(own.start + np.argmax(lengths))) if len(lengths) else None

    def find(self, where: Filter, order: Order = "evidence") -> NDArray[np.int64]:
        """Gestures that pass a filter, in an order, int64 [found]."""
        g = self.gestures
        chosen = (g.npmi >= where.least_npmi) & (g.songs >= where.least_songs)
        if where.most_q < 1.0:
            chosen &= g.q <= where.most_q
        if where.limits_places:
            chosen &= np.bincount(self.spots.gesture[self._passing(where)], minlength=len(g)) > 0
        return self.sorted(np.flatnonzero(chosen), order)

    def sorted(self, chosen: NDArray[np.int64], order: Order) -> NDArray[np.int64]:
        """Gestures in an order; what ties is in the order of evidence."""
        g = self.gestures
        evidence = np.lexsort((g.dance[chosen], g.lyric[chosen], -g.songs[chosen], -g.npmi[chosen],
                               np.round(g.chance[chosen], 12)))
        best = chosen[evidence]
        if order == "word":
            names = [text.casefold() for text in self.vocabulary]
            rank = np.empty(len(names) + 1, np.int64)
            rank[np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)] = np.arange(len(names))
            rank[-1] = len(names)
            return best[np.argsort(rank[g.word[best]], kind="stable")]
        keys: dict[str, NDArray[np.int64] | NDArray[np.float64]] = {
            "npmi": g.npmi[best], "songs": g.songs[best], "frames": g.frames[best],
        }
        return best[np.argsort(-keys[order], kind="stable")] if order in keys else best

    def walk(self, threshold: float = 0.0, *, strongest_first: bool = False) -> Walk:
        """Stretches of frames with NPMI above a threshold, whatever the word, in the order of the corpus or by NPMI."""
        runs = self.runs
        above = np.flatnonzero(runs.npmi > threshold)
        begins = np.ones(len(above), np.bool_)
        begins[1:] = (runs.song[above[1:]] != runs.song[above[:-1]]) | (runs.start[above[1:]] != runs.stop[above[:-1]])
        first = np.flatnonzero(begins)
        last = np.append(first[1:], len(above))[: len(first)] - 1
        number = np.cumsum(begins) - 1
        # Sorted by stretch and then NPMI, the last of each stretch is its strongest run.
        ranked = np.lexsort((runs.npmi[above], number))
        walk = Walk(runs.song[above[first]], runs.start[above[first]], runs.stop[above[last]], above[ranked[last]])
        if not strongest_first:
            return walk
        order = np.argsort(-runs.npmi[walk.run], kind="stable")
        return Walk(walk.song[order], walk.start[order], walk.stop[order], walk.run[order])

    def _own(self, gesture: int) -> slice:
        return slice(int(self._edges[gesture]), int(self._edges[gesture + 1]))

    def _passing(self, where: Filter) -> NDArray[np.bool_]:
        word, song = where.word.strip().casefold(), where.song.strip().casefold()
        songs = np.array([
            song in f"{s.title}\n{s.artist}\n{s.song_id}".casefold() and where.genre in {"", s.genre}
            and where.split in {"", s.split} for s in self.songs
        ], np.bool_)
        chosen = songs[self.spots.song]
        if word:
            sung = np.array([*(word in text.casefold() for text in self.vocabulary), False], np.bool_)
            chosen &= sung[self.spots.word]
        return np.asarray(chosen, np.bool_)


def gather(view: CorpusView, progress: Progress = silent) -> Catalogue:
    """Gather what is browsed of a built corpus; slow for large ones, for a worker.

    Gestures get their p and q values where the pairs were tested before (:mod:`core.pipeline.significance`).
    """
    progress(0.0, "finding positive stretches")
    start, stop, flat_start = _runs(view)
    bar, _ = view.places
    song = view.coded.song[bar[flat_start]].astype(np.int64)
    word_index = view.frame_words[flat_start].astype(np.int64)
    progress(0.4, "reading words")
    word, vocabulary = _vocabulary(view, song, word_index, progress)
    lyric, dance = view.coded.lyric[flat_start].astype(np.int64), view.coded.dance[flat_start].astype(np.int64)
    progress(0.8, "collecting gestures")
    pair_lyric, pair_dance = np.nonzero(view.table > 0)
    size = view.coded.dance_size
    keys = pair_lyric.astype(np.int64) * size + pair_dance
    wanted = lyric * size + dance
    gesture = np.searchsorted(keys, wanted)
    known = gesture < len(keys)
    known[known] = keys[gesture[known]] == wanted[known]
    gesture = np.where(known, gesture, -1).astype(np.int64)
    runs = Runs(song, start, stop, word_index, word, lyric, dance, view.values[flat_start], gesture)
    counts = view.counts
    songs = counts.pair[pair_lyric, pair_dance].astype(np.int64)
    lyric_songs, dance_songs = counts.lyric[pair_lyric].astype(np.int64), counts.dance[pair_dance].astype(np.int64)
    from scipy.stats import hypergeom  # half a second to import: not before the window stands

    chance = hypergeom.sf(songs - 1, counts.songs, lyric_songs, dance_songs) if len(songs) else np.zeros(0)
    frames = np.bincount(gesture[known], weights=(stop - start)[known], minlength=len(keys)).astype(np.int64)
    spots = _spots(runs)
    places = np.bincount(spots.gesture, minlength=len(keys)).astype(np.int64)
    gestures = Gestures(
        pair_lyric.astype(np.int64), pair_dance.astype(np.int64), view.table[pair_lyric, pair_dance], songs,
        lyric_songs, dance_songs, np.asarray(chance, np.float64), frames, places,
        _most_frequent(spots.gesture, spots.word, len(keys)),
        _groups(pair_lyric.astype(np.int64), spots, view.coded.lyric_size, len(vocabulary)),
        np.full(len(keys), np.nan), np.full(len(keys), np.nan),
    )
    edges = np.concatenate([[0], np.cumsum(places)]).astype(np.int64)
    catalogue = Catalogue(tuple(view.songs), runs, spots, gestures, vocabulary, counts.songs, view.protocol, edges)
    progress(0.95, "")
    test = known_pair_test(view)
    progress(1.0, "")
    return catalogue if test is None else catalogue.with_test(test)


def _runs(view: CorpusView) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Start and stop of every run in its song, and its first frame in the flat arrays."""
    chosen = np.flatnonzero(view.values > 0)
    bar, position = view.places
    here, song = position[chosen], view.coded.song[bar[chosen]]
    marks = (view.coded.lyric[chosen], view.coded.dance[chosen], view.frame_words[chosen], view.values[chosen], song)
    begins = np.ones(len(chosen), np.bool_)
    begins[1:] = (np.diff(here) != 1) | (np.diff(chosen) != 1)
    for mark in marks:
        begins[1:] |= mark[1:] != mark[:-1]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(chosen))[: len(first)] - 1
    return here[first].astype(np.int64), here[last].astype(np.int64) + 1, chosen[first]


def _spots(runs: Runs) -> Runs:
    """Runs of gestures, by gesture, those of one pair within one sung word as one."""
    order = np.argsort(runs.gesture, kind="stable")[int((runs.gesture < 0).sum()):]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = runs.word_index[order[1:]] < 0
    for mark in (runs.gesture, runs.song, runs.word_index):
        begins[1:] |= mark[order[1:]] != mark[order[:-1]]
    first = np.flatnonzero(begins)
    last = order[np.append(first[1:], len(order))[: len(first)] - 1]
    head = order[first]
    return Runs(runs.song[head], runs.start[head], runs.stop[last], runs.word_index[head], runs.word[head],
                runs.lyric[head], runs.dance[head], runs.npmi[head], runs.gesture[head])


def _most_frequent(owner: NDArray[np.int64], word: NDArray[np.int64], owners: int) -> NDArray[np.int64]:
    """Of each owner the word it has most often, the earlier one where two tie; -1 where it has none."""
    best = np.full(owners, -1, np.int64)
    sung = word >= 0
    size = int(word.max(initial=0)) + 1
    keys, counts = np.unique(owner[sung] * size + word[sung], return_counts=True)
    order = np.lexsort((-keys, counts))
    best[keys[order] // size] = keys[order] % size
    return best


def _groups(pair_lyric: NDArray[np.int64], spots: Runs, codes: int, words: int) -> NDArray[np.int64]:
    """Group of each gesture: the most frequent word of its lyric code, or the code itself where it has no word."""
    named = _most_frequent(spots.lyric, spots.word, codes)[pair_lyric]
    return np.where(named >= 0, named, words + pair_lyric)


def _vocabulary(
    view: CorpusView, song: NDArray[np.int64], word_index: NDArray[np.int64], progress: Progress
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Number of each run's word, and the words by number."""
    word = np.full(len(song), -1, np.int64)
    numbers: dict[str, int] = {}
    spellings: list[Counter[str]] = []
    edges = np.searchsorted(song, np.arange(len(view.songs) + 1))
    for i, record in enumerate(view.songs):
        own = np.arange(edges[i], edges[i + 1])
        own = own[word_index[own] >= 0]
        if not len(own):
            continue
        progress(0.4 + 0.4 * i / len(view.songs), "reading words")
        texts = view.words(record)
        for run in own.tolist():
            text = texts[word_index[run]].text
            number = numbers.setdefault(text.casefold(), len(numbers))
            if number == len(spellings):
                spellings.append(Counter())
            spellings[number][text] += 1
            word[run] = number
    return word, tuple(spelling.most_common(1)[0][0] for spelling in spellings)


def song_shares(view: CorpusView, catalogue: Catalogue, threshold: float = 0.0, top: int = 8) -> SongShares:
    """How much of each song is positive above a threshold, over its bars with lyrics."""
    coded, count = view.coded, len(view.songs)
    bar, _ = view.places
    hit = bar[np.flatnonzero(view.values > threshold)]
    hit = hit[coded.sung[hit]]
    bars = hit[np.concatenate([[True], np.diff(hit) != 0])[: len(hit)]]
    sung = np.flatnonzero(coded.sung)
    runs = catalogue.runs
    strong = np.flatnonzero((runs.npmi > threshold) & (runs.word >= 0))
    size = max(len(catalogue.vocabulary), 1)
    key, times = np.unique(runs.song[strong] * size + runs.word[strong], return_counts=True)
    words: list[list[str]] = [[] for _ in range(count)]
    for i in np.argsort(-times, kind="stable").tolist():
        song, word = divmod(int(key[i]), size)
        if len(words[song]) < top:
            words[song].append(catalogue.vocabulary[word])

    def tally(which: NDArray[np.integer], weights: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        return np.bincount(coded.song[which], weights=weights, minlength=count).astype(np.int64)

    return SongShares(tally(sung, coded.lengths[sung]), tally(hit), tally(sung), tally(bars),
                      tuple(tuple(own) for own in words))
