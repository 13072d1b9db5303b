"""From dance to lyrics: the words that go with a stretch of dance, and the bars whose lyrics fit it best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.errors import SettingsError
from core.lyrics.segment import needs_japanese
from core.lyrics.words import folded
from core.npmi import npmi_table, song_contributions
from core.pipeline.search import MAX_QUERY_FRAMES, Ranking, Searcher, usual_frames
from core.pipeline.view import CorpusView
from core.progress import Progress, part, silent
from core.skeleton import FPS

MAX_PLACES: Final = 200
"""Places kept of a word."""
_LOOKED_AT: Final = 40
"""Frames of a pair that are looked at for its words."""


@dataclass(frozen=True)
class WordPlace:
    """Where a word is sung: frames ``start`` to ``stop`` (exclusive) of a song, and the word's own value there."""

    song_id: str
    word: int
    start: int
    stop: int
    code: int
    value: float


@dataclass(frozen=True)
class WordMatch:
    """A word that goes with a stretch of dance.

    Attributes
    ----------
    text : str
        As it is written most often.
    value : float
        Mean over the places where the word is sung of the value of its lyric code: the mean over the stretch's frames
        of the positive part of the code's NPMI with the frame's dance code.
    frames : int
        Frames of the stretch that have a positive NPMI with one of the word's codes.
    songs, count : int
        In how many songs, and how many times, the word is sung.
    places : tuple of WordPlace
        Those of them where the word's code has a positive value, highest value first, at most :data:`MAX_PLACES`.
    """

    text: str
    value: float
    frames: int
    songs: int
    count: int
    places: tuple[WordPlace, ...]


class WordPlaces:
    """Every word of a corpus and where it is sung inside the coded bars. Words that differ in case only are one.

    Attributes
    ----------
    texts : tuple of str
        The words, as they are written most often.
    word : int64 [places]
        Index into ``texts``.
    song, number, code, start, stop : int64 [places]
        Index of the song, index of the word in it, lyric code, first frame and the one after the last.
    """

    def __init__(self, view: CorpusView, progress: Progress = silent) -> None:
        bar, frame = view.places
        spoken = view.frame_words
        sung = np.flatnonzero(spoken >= 0)
        song = view.coded.song[bar[sung]].astype(np.int64)
        key = song << 32 | spoken[sung]
        apart = np.ones(len(key), np.bool_)
        apart[1:] = key[1:] != key[:-1]
        first = np.flatnonzero(apart)
        last = np.append(first[1:], len(key)) - 1 if len(first) else first
        self.song: NDArray[np.int64] = song[first]
        self.number: NDArray[np.int64] = spoken[sung[first]].astype(np.int64)
        self.code: NDArray[np.int64] = view.coded.lyric[sung[first]].astype(np.int64)
        self.start: NDArray[np.int64] = frame[sung[first]].astype(np.int64)
        self.stop: NDArray[np.int64] = frame[sung[last]].astype(np.int64) + 1
        self.word, self.texts = self._texts(view, progress)

    def _texts(self, view: CorpusView, progress: Progress) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        ids: dict[str, int] = {}
        spellings: list[dict[str, int]] = []
        word = np.zeros(len(self.song), np.int64)
        edges = np.flatnonzero(np.diff(self.song, prepend=-1, append=-1))
        for i, (begin, end) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
            progress(i / max(len(edges) - 1, 1), "gathering words")
            texts = view.words(view.songs[int(self.song[begin])])
            for place in range(begin, end):
                text = texts[int(self.number[place])].text
                index = ids.setdefault(folded(text), len(ids))
                if index == len(spellings):
                    spellings.append({})
                spellings[index][text] = spellings[index].get(text, 0) + 1
                word[place] = index
        progress(1.0, "gathering words")
        return word, tuple(max(found, key=lambda text: found[text]) for found in spellings)


@dataclass(frozen=True)
class Stretch:
    """Dance codes of a stretch of a song, without the frames that lie in no bar.

    Attributes
    ----------
    song_id : str
    start, stop : int
        Frames asked about, stop exclusive.
    codes : int32 [n]
        Dance codes.
    frames : int64 [n]
        The song's frame of each.
    """

    song_id: str
    start: int
    stop: int
    codes: NDArray[np.int32]
    frames: NDArray[np.int64]


def stretch_of(view: CorpusView, song_id: str, start: int, stop: int) -> Stretch:
    """The coded frames of a stretch.

    Raises :class:`SettingsError` where none of it lies in a bar, or more than a minute does.
    """
    codes: list[NDArray[np.int32]] = []
    frames: list[NDArray[np.int64]] = []
    for i in view.bars_of(song_id):
        bar = view.bars[i].bar
        begin, end = max(bar.start, start), min(bar.stop, stop)
        if begin < end:
            flat = int(view.coded.offsets[i]) - bar.start
            codes.append(view.coded.dance[flat + begin : flat + end])
            frames.append(np.arange(begin, end))
    if not codes:
        raise SettingsError("No frame of this stretch lies in a bar of the corpus; choose another one.")
    joined = np.concatenate(codes)
    if len(joined) > MAX_QUERY_FRAMES:
        raise SettingsError(
            f"The stretch has {len(joined) / FPS:.0f} seconds in bars; choose one of at most {MAX_QUERY_FRAMES // FPS}."
        )
    return Stretch(song_id, start, stop, joined, np.concatenate(frames))


def table_for(view: CorpusView, song_id: str) -> NDArray[np.float64]:
    """The view's NPMI table; under leave-one-song-out the one counted without this song."""
    if view.protocol != "leave-one-song-out":
        return view.table
    for song, own in song_contributions(view.coded):
        if view.songs[song].song_id == song_id:
            return npmi_table(view.counts - own, view.singletons)
    return view.table


def code_values(codes: NDArray[np.integer], table: NDArray[np.floating]) -> NDArray[np.float64]:
    """Value of every lyric code for a stretch: mean over its frames of the positive part of the NPMI, float64 [codes].

    ``codes`` are the dance codes of the stretch, ``table`` the NPMI [lyric codes, dance codes].
    """
    if not len(codes):
        return np.zeros(len(table))
    kinds, counts = np.unique(codes, return_counts=True)
    return np.asarray(np.maximum(table[:, kinds], 0.0) @ counts / len(codes), dtype=np.float64)


def words_for(
    view: CorpusView, places: WordPlaces, stretch: Stretch, *, exclude_own: bool = True, top: int = 50,
    table: NDArray[np.float64] | None = None,
) -> list[WordMatch]:
    """The words that go with a stretch of dance, highest value first, then those of the most songs.

    Parameters
    ----------
    view : CorpusView
    places : WordPlaces
        Of this view.
    stretch : Stretch
    exclude_own : bool
        Leave out what is sung in the stretch's own song.
    top : int
        How many words to give; words of value 0 are never given.
    table : float64 [lyric codes, dance codes], optional
        What :func:`table_for` gives, where it is at hand.
    """
    table = table_for(view, stretch.song_id) if table is None else table
    values = code_values(stretch.codes, table)
    kept = np.ones(len(places.word), np.bool_)
    if exclude_own:
        own = [i for i, song in enumerate(view.songs) if song.song_id == stretch.song_id]
        kept = ~np.isin(places.song, own)
    value = values[places.code] * kept
    size = len(places.texts)
    count = np.bincount(places.word[kept], minlength=size)
    mean = np.bincount(places.word, weights=value, minlength=size) / np.maximum(count, 1)
    candidates = np.flatnonzero(mean > 0.0)
    chosen = np.flatnonzero(np.isin(places.word, candidates) & kept)
    pairs = np.unique(places.word[chosen] << 32 | places.song[chosen])
    songs = np.bincount(pairs >> 32, minlength=size)
    best = candidates[np.lexsort((candidates, -count[candidates], -songs[candidates], -mean[candidates]))][:top]
    positive = np.asarray(table[:, stretch.codes] > 0.0)
    found = []
    for word in best.tolist():
        own_places = chosen[(places.word[chosen] == word) & (value[chosen] > 0.0)]
        codes = np.unique(places.code[own_places])
        ranked = own_places[np.lexsort((own_places, -value[own_places]))][:MAX_PLACES]
        found.append(WordMatch(
            places.texts[word], float(mean[word]), int(positive[codes].any(axis=0).sum()), int(songs[word]),
            int(count[word]), tuple(_place(view, places, i, float(value[i])) for i in ranked.tolist()),
        ))
    return found


def _place(view: CorpusView, places: WordPlaces, i: int, value: float) -> WordPlace:
    return WordPlace(view.songs[int(places.song[i])].song_id, int(places.number[i]), int(places.start[i]),
                     int(places.stop[i]), int(places.code[i]), value)


def lyrics_searcher(view: CorpusView, progress: Progress = silent) -> Searcher:
    """The lyric codes of all bars, ready to be ranked for a stretch of dance."""
    progress(0.0, "making the index")
    return Searcher(view.coded.lyric, view.coded.offsets)


def bars_for(
    view: CorpusView, searcher: Searcher, stretch: Stretch, *, exclude_own: bool = True, top: int = 50,
    table: NDArray[np.float64] | None = None, progress: Progress = silent,
) -> Ranking:
    """The sung bars whose lyrics fit a stretch of dance best by XMIED, the table transposed.

    Parameters are those of :func:`words_for`; ``searcher`` is what :func:`lyrics_searcher` gives.
    """
    admitted = view.coded.sung.copy()
    if exclude_own:
        admitted[view.bars_of(stretch.song_id)] = False
    table = table_for(view, stretch.song_id) if table is None else table
    return searcher.rank(stretch.codes, np.ascontiguousarray(table.T), admitted=admitted, top=top, progress=progress)


@dataclass(frozen=True)
class Reversed:
    """What goes with a stretch of dance.

    Attributes
    ----------
    stretch : Stretch
        What the words go with.
    asked : Stretch
        What the bars were ranked for: the same, or the whole bars that it lies in where it is shorter than half a
        usual bar, since against bars of full length a few frames would say nothing.
    words : tuple of WordMatch
    bars : Ranking
        Bars of the view.
    related : int
        Frames of the stretch whose dance code has a positive NPMI with any lyric code.
    """

    stretch: Stretch
    asked: Stretch
    words: tuple[WordMatch, ...]
    bars: Ranking
    related: int

    @property
    def widened(self) -> bool:
        """Whether the bars were ranked for more than the stretch."""
        return self.asked is not self.stretch


def reverse(
    view: CorpusView, places: WordPlaces, searcher: Searcher, song_id: str, start: int, stop: int, *,
    exclude_own: bool = True, top: int = 50, progress: Progress = silent,
) -> Reversed:
    """Words and bars for the frames ``start`` to ``stop`` of a song. See :func:`words_for`, :func:`bars_for`."""
    stretch = stretch_of(view, song_id, start, stop)
    progress(0.0, "words")
    table = table_for(view, song_id)
    words = words_for(view, places, stretch, exclude_own=exclude_own, top=top, table=table)
    asked = stretch
    if len(stretch.codes) < usual_frames(view) / 2:
        touched = [view.bars[i].bar for i in view.bars_of(song_id)]
        touched = [bar for bar in touched if bar.start < stop and bar.stop > start]
        asked = stretch_of(view, song_id, touched[0].start, touched[-1].stop)
    bars = bars_for(view, searcher, asked, exclude_own=exclude_own, top=top, table=table,
                    progress=part(progress, 0.2, 1.0))
    related = int((table.max(axis=0)[stretch.codes] > 0.0).sum())
    return Reversed(stretch, asked, tuple(words), bars, related)


def example_words(view: CorpusView, count: int = 8, progress: Progress = silent) -> list[str]:
    """Words that find good hits: those of the pairs with the highest NPMI, half of them Japanese where there are any.

    Of each pair a few places are looked at, not all.
    """
    lyric, dance = np.nonzero(view.table > 0.0)
    order = np.lexsort((-view.counts.pair[lyric, dance], -view.table[lyric, dance]))[: 6 * count]
    bar, _ = view.places
    ranked: dict[str, str] = {}
    texts: dict[int, list[str]] = {}
    sung_frames = view.frame_words >= 0
    for step, i in enumerate(order.tolist()):
        progress(step / len(order), "looking for examples")
        found = np.flatnonzero((view.coded.lyric == lyric[i]) & (view.coded.dance == dance[i]) & sung_frames)
        sung: Counter[str] = Counter()
        for frame in found[:: len(found) // _LOOKED_AT + 1].tolist():
            song = int(view.coded.song[bar[frame]])
            if song not in texts:
                texts[song] = [word.text for word in view.words(view.songs[song])]
            sung[texts[song][int(view.frame_words[frame])]] += 1
        for word, _ in sung.most_common(2):
            ranked.setdefault(folded(word), word)
        if len(ranked) >= 2 * count and len(pick_examples(list(ranked.values()), count)) == count:
            break
    return pick_examples(list(ranked.values()), count)


def pick_examples(ranked: Sequence[str], count: int) -> list[str]:
    """The first ``count`` words, half of them Japanese where there are so many of both kinds."""
    japanese = [word for word in ranked if needs_japanese(word)]
    others = [word for word in ranked if not needs_japanese(word)]
    share = max(count // 2, count - len(others))
    chosen = {*japanese[:share], *others[: count - min(len(japanese), share)]}
    return [word for word in ranked if word in chosen]
