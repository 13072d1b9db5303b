"""What the search pane's workers do: frozen requests in, frozen results out. No widget is touched here."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from core.lyrics.segment import is_japanese
from core.pipeline.browse import Place
from core.pipeline.query import Query
from core.pipeline.view import CorpusView
from core.skeleton import FPS
from gui.search.lab_process import LabProcess, UnfittedError

if TYPE_CHECKING:
    from core.pipeline.explain import Explanation
    from core.pipeline.reverse import Reversed, WordMatch, WordPlaces
    from core.pipeline.search import Ranking, Searcher
    from gui.work.tasks import Report

METHODS: Final = ("xmied", "length-only", "random")
"""Systems that need no fitting; :data:`core.pipeline.search.SEARCH_METHODS`, without its imports."""
TOP: Final = 300
"""Hits kept of a search."""
_FIRST: Final = 60
"""Hits handed out while the search still runs."""
_NEAR: Final = 0.9
"""Share of equal dance codes from which on two bars of one length count as copies."""
_AGAIN: Final = 0.08
"""Seconds between two results handed out."""

FOLDS: Final = ("copies", "songs", "none")


@dataclass(frozen=True)
class Request:
    """A search.

    Attributes
    ----------
    query : Query
    method, split, fold : str
    alpha : float
        For the system "semi-supervised".
    minimum : float
        Least score; 0 for all.
    window : int
        Most frames by which a bar may be longer or shorter than the query; -1 for any.
    """

    query: Query
    method: str = "xmied"
    split: str = "all"
    minimum: float = 0.0
    window: int = -1
    fold: str = "copies"
    alpha: float = 0.5


@dataclass(frozen=True)
class Hit:
    """A bar that was found.

    Attributes
    ----------
    bar : int
        Bar of the view.
    place : Place
    title, artist : str
    number : int
        Number of the bar in its song, from 0.
    score, distance : float
    words : str
        The words of the bar as one line.
    under : tuple of Hit
        Hits folded under this one.
    same_song : bool
        Whether these are other bars of the song, and not copies.
    """

    bar: int
    place: Place
    title: str
    artist: str
    number: int
    score: float
    distance: float
    words: str
    under: tuple[Hit, ...] = ()
    same_song: bool = False


@dataclass(frozen=True)
class Found:
    """What a search gave.

    Attributes
    ----------
    hits : tuple of Hit
    ranking : Ranking
    related : tuple of (word, NPMI)
        Best NPMI of every query word with any movement; 0 or less where no movement goes with it.
    request : Request
    protocol : str
    """

    hits: tuple[Hit, ...]
    ranking: Ranking
    related: tuple[tuple[str, float], ...]
    request: Request
    protocol: str


@dataclass(frozen=True)
class NotFitted:
    """A search that cannot be done before its system is fitted to the corpus.

    Attributes
    ----------
    request : Request
    kept : bool
        Whether the fit itself is there, so that the rest takes seconds.
    """

    request: Request
    kept: bool = False


class Prepared:
    """What is made once for a view and kept: the indexes, the words of the bars, the examples.

    Only workers call its methods and use what they make; they may do so from several threads.

    Parameters
    ----------
    view : CorpusView
    lab : LabProcess, optional
        Which answers for the systems that are fitted.
    """

    def __init__(self, view: CorpusView, lab: LabProcess | None = None) -> None:
        self.view = view
        self.lab = lab
        self.lacking: dict[str, str] = {}
        """Systems that cannot be used on this corpus, and what it lacks for them."""
        self.usual = int(np.median(view.coded.lengths)) if view.coded.bars else 2 * FPS
        self.best: NDArray[np.float64] = view.table.max(axis=1, initial=-1.0)
        self._lock = threading.Lock()
        self._texts: dict[int, list[str]] = {}
        self._searchers: dict[str, Searcher] = {}
        self._places: WordPlaces | None = None
        self._fitted: set[str] = set()

    def dances(self) -> Searcher:
        """The index over dance codes."""
        return self._searcher("dance")

    def lyrics(self) -> Searcher:
        """The index over lyric codes."""
        return self._searcher("lyric")

    def _searcher(self, kind: str) -> Searcher:
        from core.pipeline.search import Searcher

        with self._lock:
            if kind not in self._searchers:
                coded = self.view.coded
                codes = coded.dance if kind == "dance" else coded.lyric
                # A core is left to the window, which else would wait for its turn while a search runs.
                threads = max((os.cpu_count() or 2) - 1, 1)
                self._searchers[kind] = Searcher(codes, coded.offsets, threads)
            return self._searchers[kind]

    def is_fitted(self, name: str) -> bool:
        """Whether a system is fitted to the corpus."""
        from core.pipeline.lab_search import is_fitted

        # What is fitted once stays so: a corpus that changes is read again, into another object.
        if name not in self._fitted and is_fitted(self.view.corpus, name):
            self._fitted.add(name)
        return name in self._fitted

    @property
    def has_places(self) -> bool:
        """Whether :meth:`places` gives at once what it made before."""
        return self._places is not None

    def places(self, report: Report) -> WordPlaces:
        """Where every word is sung."""
        from core.pipeline.reverse import WordPlaces

        with self._lock:
            if self._places is None:
                self._places = WordPlaces(self.view, report)
            return self._places

    def words(self, bar: int) -> str:
        """The words of a bar as one line."""
        coded = self.view.coded
        spoken = self.view.frame_words[int(coded.offsets[bar]) : int(coded.offsets[bar + 1])]
        song = int(coded.song[bar])
        if song not in self._texts:
            self._texts[song] = [word.text for word in self.view.words(self.view.songs[song])]
        return joined([self._texts[song][i] for i in np.unique(spoken).tolist() if i >= 0])

    def hit(self, bar: int, score: float, distance: float) -> Hit:
        """A bar as it is shown."""
        entry = self.view.bars[bar]
        words = self.words(bar)
        place = Place(entry.song.song_id, entry.bar.start, entry.bar.stop, words)
        title = entry.song.title or entry.song.song_id
        return Hit(bar, place, title, entry.song.artist, entry.number, score, distance, words)


def joined(words: Sequence[str]) -> str:
    """Words as one line; between Japanese words there is no space."""
    text = ""
    for word in words:
        close = text and word and is_japanese(text[-1]) and is_japanese(word[0])
        text += word if close or not text else " " + word
    return text


def prepare(prepared: Prepared, report: Report) -> tuple[str, ...]:
    """Make the index of the dances, let the kernels be compiled, find the examples and what the corpus lacks."""
    from core.pipeline.lab_search import lacking
    from core.pipeline.reverse import example_words

    prepared.lacking = lacking(prepared.view.corpus)
    searcher = prepared.dances()
    report(0.5)
    if searcher.bars and prepared.view.coded.lyric_size:
        searcher.rank(np.zeros(2, np.int32), prepared.view.table, top=1,
                      admitted=np.arange(searcher.bars) == 0)
    return tuple(example_words(prepared.view, progress=report))


def search(prepared: Prepared, request: Request, report: Report) -> Found | NotFitted:
    """Rank all bars; the best so far are handed out as they are found."""
    view, query = prepared.view, request.query
    learned = request.method not in METHODS
    if learned and not prepared.is_fitted(request.method):
        from core.pipeline.lab_search import was_fitted

        return NotFitted(request, was_fitted(view.corpus, view.coded, request.method))
    admitted = view.split_mask(request.split)
    if request.window >= 0:
        admitted = admitted & (np.abs(view.coded.lengths - len(query.codes)) <= request.window)
    codes = np.cumsum([0, *(frames for _, frames in query.words)])[:-1]
    related = tuple((word, float(prepared.best[query.codes[at]])) for (word, _), at in
                    zip(query.words, codes.tolist(), strict=True))
    minimum = request.minimum if request.minimum > 0 else -np.inf
    # A fitted system knows the training songs alone, whatever NPMI is counted on.
    protocol = "inductive" if learned else view.protocol
    last = 0.0

    def result(ranking: Ranking, count: int) -> Found:
        hits = [prepared.hit(int(bar), float(score), float(distance)) for bar, score, distance in
                zip(ranking.bar[:count], ranking.score[:count], ranking.distance[:count], strict=True)]
        return Found(_folded(view, hits, request.fold), ranking, related, request, protocol)

    def partial(ranking: Ranking) -> None:
        nonlocal last
        if time.monotonic() - last >= _AGAIN:
            report.partial(result(ranking, _FIRST))
            last = time.monotonic()

    if learned:
        try:
            return result(_by_system(prepared, request, admitted, minimum, report), TOP)
        except UnfittedError:
            return NotFitted(request)
    ranking = prepared.dances().rank(query.codes, view.table, method=request.method, admitted=admitted, top=TOP,
                                     minimum=minimum, partial=partial, progress=report)
    return result(ranking, TOP)


def _by_system(prepared: Prepared, request: Request, admitted: NDArray[np.bool_], minimum: float,
               report: Report) -> Ranking:
    """All bars ranked by a system that is fitted, in the process that holds it."""
    from core.pipeline.search import ranked

    assert prepared.lab is not None
    scores, seconds = prepared.lab.scores(request.method, request.query, request.alpha, report)
    return ranked(scores, admitted=admitted, top=TOP, minimum=minimum, seconds=seconds)


def _folded(view: CorpusView, hits: list[Hit], fold: str) -> tuple[Hit, ...]:
    """Hits with their repeats under them; a hit goes under the first that it repeats."""
    if fold == "none":
        return tuple(hits)
    head = _same_songs(hits) if fold == "songs" else _copies(view, hits)
    under: dict[int, list[Hit]] = {}
    for i, first in enumerate(head):
        if i != first:
            under.setdefault(first, []).append(hits[i])
    return tuple(replace(hits[i], under=tuple(under.get(i, ())), same_song=fold == "songs")
                 for i, first in enumerate(head) if i == first)


def _same_songs(hits: list[Hit]) -> list[int]:
    """Of each hit: the first hit of its song."""
    first: dict[str, int] = {}
    return [first.setdefault(hit.place.song_id, i) for i, hit in enumerate(hits)]


def _copies(view: CorpusView, hits: list[Hit]) -> list[int]:
    """Of each hit: the first hit of its length with nearly the same dance codes."""
    head = list(range(len(hits)))
    lengths: dict[int, list[int]] = {}
    for i, hit in enumerate(hits):
        lengths.setdefault(len(hit.place), []).append(i)
    for members in lengths.values():
        begins = [int(view.coded.offsets[hits[i].bar]) for i in members]
        codes = view.coded.dance[np.asarray(begins)[:, None] + np.arange(len(hits[members[0]].place))]
        heads: list[int] = []
        for row, i in enumerate(members):
            alike = np.flatnonzero((codes[heads] == codes[row]).mean(axis=1) >= _NEAR) if heads else ()
            if len(alike):
                head[i] = members[heads[int(alike[0])]]
            else:
                heads.append(row)
    return head


@dataclass(frozen=True)
class Why:
    """Why a bar was found, ready to be drawn.

    Attributes
    ----------
    hit : Hit
    explanation : Explanation
    lit : tuple of int
        Joints that moved most in the frames that carried the hit.
    """

    hit: Hit
    explanation: Explanation
    lit: tuple[int, ...]


def explain_hit(prepared: Prepared, query: Query, hit: Hit, report: Report) -> Why:
    """The alignment of a query with a hit, and the limbs that make the frames that carried it."""
    from core.pipeline.explain import explain
    from core.pipeline.song import load_dance
    from gui.draw.body import stands_out

    view = prepared.view
    bar = view.coded.dance[int(view.coded.offsets[hit.bar]) : int(view.coded.offsets[hit.bar + 1])]
    found = explain(query.codes, query.words, bar, view.table, view.counts.pair)
    report(0.5)
    lit: tuple[int, ...] = ()
    if found.carried:
        dance = load_dance(view.corpus, view.bars[hit.bar].song)
        # A frame on either side, so that a single carrying frame has movement too.
        start = max(hit.place.start + found.carried[0][0] - 1, 0)
        stop = min(hit.place.start + found.carried[-1][1] + 1, len(dance))
        lit = stands_out(dance.positions, start, stop)
    return Why(hit, found, lit)


@dataclass(frozen=True)
class WordsFound:
    """What a stretch of dance gave.

    Attributes
    ----------
    found : Reversed
    hits : tuple of Hit
    title : str
        Of the stretch's song.
    seconds : float
    """

    found: Reversed
    hits: tuple[Hit, ...]
    title: str
    seconds: float

    @property
    def words(self) -> tuple[WordMatch, ...]:
        """The words, best first."""
        return self.found.words


def words_of_dance(prepared: Prepared, song_id: str, start: int, stop: int, *, exclude_own: bool,
                   report: Report) -> WordsFound:
    """The words and bars that go with a stretch of dance."""
    from core.pipeline.reverse import reverse

    places, searcher = prepared.places(report), prepared.lyrics()
    began = time.perf_counter()
    found = reverse(prepared.view, places, searcher, song_id, start, stop, exclude_own=exclude_own, progress=report)
    seconds = time.perf_counter() - began
    hits = tuple(prepared.hit(int(bar), float(score), float(distance)) for bar, score, distance in
                 zip(found.bars.bar, found.bars.score, found.bars.distance, strict=True))
    song = next(song for song in prepared.view.songs if song.song_id == song_id)
    return WordsFound(found, hits, song.title or song_id, seconds)
