"""Typed lyrics to dances by any of the systems: each is fitted once on the training songs and kept in the corpus.

Beside the fit lies the gallery, the vectors of all bars as the system sees their dance, so that a query costs one
product. Making and asking a system may load torch; whether one is ready, and which ones can be had, is told without.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeGuard

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file

from core.codebooks import Codebook
from core.codes import SPLITS, CodedBars
from core.corpus.store import Corpus
from core.errors import KotofuriError, SettingsError
from core.lyrics.words import folded
from core.npmi import count_songs, npmi_table
from core.pipeline.codebooks import DANCE_CODES, LYRIC_CODES, load_coded
from core.pipeline.lab import corpus_key, lab_folder, retrieval_data
from core.pipeline.query import Query
from core.pipeline.sentences import sentence_codebook
from core.progress import Progress, part, silent
from core.retrieval.embedding import Arrays, EmbeddingMethod, products
from core.retrieval.evaluate import fit_method
from core.retrieval.features import BarFeatures, bar_features
from core.retrieval.fitted import fitted_bars, save_arrays
from core.retrieval.protocol import RetrievalData, RetrievalMethod
from core.retrieval.registry import make_method
from core.xmied import SearchIndex, scores_of

if TYPE_CHECKING:
    from core.retrieval.semi_supervised import SemiSupervised

SEMI_SUPERVISED: Final = "semi-supervised"
"""The system that alpha is for."""
SENTENCES: Final = "xmied-sentences"
_FORMAT: Final = "kotofuri-gallery-1"
_FIT: Final = "fit."
"""Begins the names of the arrays that the system itself consists of."""
_KEPT: Final = 4
"""Systems held in memory at a time; a gallery of 100,000 bars takes 50 MB."""
_BLOCK: Final = 4096
"""Bars embedded between two looks at the progress callable."""


_LABELLED: Final = ("semi-supervised", "cluster-cca", "tnn-c-cca", "vae-cca")
_HEARD: Final = ("ugaar", "clustering-network", "clustering-network-la-d", "clustering-network-ld-a",
                 "clustering-network-ad-l")
"""Systems that need labels, or sound. They are known without their modules, which load torch."""


class NotFittedError(KotofuriError):
    """The system has to be fitted to this corpus first."""


def gallery_path(corpus: Corpus, name: str, seed: int = 0) -> Path:
    """Where the gallery of a system lies. One file for each system and seed: a newer fit takes its place."""
    return lab_folder(corpus) / f"gallery-{name}-{seed}.safetensors"


def is_fitted(corpus: Corpus, name: str, seed: int = 0) -> bool:
    """Whether a system was fitted to the corpus as it is now; costs a look at the catalogue and a file's header."""
    return _header(gallery_path(corpus, name, seed)).get("key") == _key(corpus)


def was_fitted(corpus: Corpus, codes: CodedBars, name: str) -> bool:
    """Whether a system is fitted to the corpus's training songs as they are now, if not yet ready to be searched with.

    Such a one, left by ``evaluate``, is ready in seconds; see :func:`fit_system`. ``codes`` are those of all bars.
    """
    data = RetrievalData(codes, key=corpus_key(corpus))
    bars = data.select(np.flatnonzero(codes.split == SPLITS.index("train"))).key
    return bars in fitted_bars(name, lab_folder(corpus))


def lacking(corpus: Corpus) -> dict[str, str]:
    """The systems that cannot be used on a corpus, each with what it lacks: "labels" or "audio"."""
    songs = corpus.songs()
    found: dict[str, str] = {}
    if len({song.genre.strip() for song in songs} - {""}) < 2:
        found |= dict.fromkeys(_LABELLED, "labels")
    mute = (song for song in songs if not (song.audio and Path(song.audio).is_file()))
    # Songs without lyrics need no sound: nothing is learnt from their bars.
    if any(bar.sung for song in mute for bar in corpus.bars(song)):
        found |= dict.fromkeys(_HEARD, "audio")
    return found


def _key(corpus: Corpus) -> str:
    """As of the fits, and with the codes, which sentence codes and their NPMI rest on."""
    built = [corpus_key(corpus), corpus.setting(LYRIC_CODES), corpus.setting(DANCE_CODES)]
    return hashlib.sha256(json.dumps(built).encode()).hexdigest()


def _header(path: Path) -> dict[str, str]:
    try:
        with safe_open(path, "np") as file:
            header: dict[str, str] = file.metadata() or {}
    except (OSError, SafetensorError):
        return {}
    return header if header.get("format") == _FORMAT else {}


# -- fitting --------------------------------------------------------------------------------------


def fit_system(folder: Path, name: str, seed: int = 0, progress: Progress = silent) -> None:
    """Fit a system to the corpus at ``folder`` and make its gallery; what was fitted before is only loaded.

    A call with plain values, so that a child process can be asked to do it. A fit that was stopped goes on where it
    stood, see :func:`core.retrieval.fitted.fit_or_load`.

    Raises
    ------
    SettingsError
        For a system that cannot be used on this corpus (the sentence says what is missing), or that needs no fit.
    CorpusError
        Where the corpus is not built.
    """
    with Corpus.open(folder) as corpus:
        key = _key(corpus)
        method = _searching(name, seed)
        if name == SENTENCES:
            arrays = _sentences(corpus, seed, progress)
        elif isinstance(method, EmbeddingMethod):
            arrays = _embedded(corpus, method, progress)
        else:
            arrays = _pooled(corpus, method, progress)
        path = gallery_path(corpus, name, seed)
        save_arrays(path, arrays, {"format": _FORMAT, "key": key, "settings": _settings(method)})
    progress(1.0, "fitted")


def _embedded(corpus: Corpus, method: EmbeddingMethod, progress: Progress) -> Arrays:
    """The fitted system, and the vectors of all bars in every space that it has."""
    data = _gathered(corpus, method, part(progress, 0.0, 0.2))
    none = np.zeros(0, np.int64)
    fit_method(method, data, none, "inductive", part(progress, 0.2, 0.9), lab_folder(corpus))
    blocks: dict[str, list[NDArray[np.float32]]] = {}
    inner = part(progress, 0.9, 1.0, "all bars")
    for start in range(0, data.codes.bars, _BLOCK):
        inner(start / data.codes.bars)
        bars = np.arange(start, min(start + _BLOCK, data.codes.bars))
        for space, vectors in _spaces(method, data, bars).items():
            blocks.setdefault(space, []).append(vectors)
    arrays = {space: np.concatenate(found) for space, found in blocks.items()}
    return {**arrays, **{_FIT + key: value for key, value in method.arrays().items()}}


def _pooled(corpus: Corpus, method: RetrievalMethod, progress: Progress) -> Arrays:
    """Pooled dance features of all bars: what a system that is fitted in seconds, when it is opened, compares."""
    dance = _gathered(corpus, method, progress).features("dance")
    return {"pooled": dance.pooled}


def _sentences(corpus: Corpus, seed: int, progress: Progress) -> Arrays:
    """The codebook of lines, and NPMI of its codes with the dance codes on the training songs."""
    codes, bars = load_coded(corpus)
    coded, book = sentence_codebook(corpus, codes, bars, seed, progress)
    train = coded.split == SPLITS.index("train")
    if not coded.sung[train].any():
        raise SettingsError("No training song has lyrics, so there is nothing to count; give songs the split train.")
    table = npmi_table(count_songs(coded.select(train)))
    return {"centres": book.centres, "table": table}


def _gathered(corpus: Corpus, method: RetrievalMethod, progress: Progress) -> RetrievalData:
    data = retrieval_data(corpus, method.needs, progress)
    reason = method.missing(data)
    if reason:
        raise SettingsError(f"The system '{method.name}' cannot be used: {reason}.")
    return data


def _searching(name: str, seed: int) -> RetrievalMethod:
    """The system of a name, if it is one that searches by what it is fitted to."""
    method = make_method(name, seed)
    by_words = set(method.needs) == {"words", "dance"}
    if name != SENTENCES and not isinstance(method, EmbeddingMethod) and not by_words:
        raise SettingsError(f"The system '{name}' is not one that is fitted to a corpus for searching.")
    return method


def _settings(method: RetrievalMethod) -> str:
    """What tells a gallery of another fit: the system's settings, and its version."""
    if not isinstance(method, EmbeddingMethod):
        return ""
    return json.dumps([method.version, method.settings], sort_keys=True)


# -- asking ---------------------------------------------------------------------------------------

Scorer = Callable[[Query, float, Progress], NDArray[np.float64]]


class LabSearcher:
    """The systems that were fitted to a corpus, ready to score all of its bars for typed lyrics.

    Parameters
    ----------
    corpus : Corpus
        Built and open.
    seed : int
        That the systems were fitted with.
    """

    def __init__(self, corpus: Corpus, seed: int = 0) -> None:
        self._corpus = corpus
        self._seed = seed
        self._codes: CodedBars | None = None
        self._scorers: OrderedDict[str, Scorer] = OrderedDict()

    @property
    def codes(self) -> CodedBars:
        """The corpus's coded bars."""
        if self._codes is None:
            self._codes, _ = load_coded(self._corpus)
        return self._codes

    def load(self, name: str, progress: Progress = silent) -> None:
        """Make a system ready, so that asking it takes no longer than scoring does; raises as :meth:`scores` does."""
        if name not in self._scorers:
            progress(0.0, f"loading {name}")
            self._scorers[name] = self._open(name, progress)
            while len(self._scorers) > _KEPT:
                self._scorers.popitem(last=False)
        self._scorers.move_to_end(name)

    def scores(self, name: str, query: Query, alpha: float = 0.5, progress: Progress = silent) -> NDArray[np.float64]:
        """Scores of all bars of the corpus for a query, higher is better, float64 [bars], at most 1.

        Parameters
        ----------
        name : str
            A system that :func:`fit_system` was called for.
        query : Query
            With vectors.
        alpha : float
            For the system "semi-supervised": 0 by pairing alone, 1 by labels alone.
        progress : Progress

        Raises
        ------
        NotFittedError
            Where the system has not been fitted to the corpus as it is now.
        SettingsError
            For an alpha outside 0..1.
        ValueError
            For a query without vectors.
        """
        if not 0.0 <= alpha <= 1.0:
            raise SettingsError(f"Alpha must lie between 0 and 1, but it is {alpha}.")
        if len(query.vectors) != len(query.words) or not query.words:
            msg = "the query has no word vectors"
            raise ValueError(msg)
        self.load(name, part(progress, 0.0, 0.5))
        return self._scorers[name](query, alpha, progress)

    def _open(self, name: str, progress: Progress) -> Scorer:
        path = gallery_path(self._corpus, name, self._seed)
        sentence = f"The system '{name}' has not been fitted to this corpus yet."
        header = _header(path)
        if header.get("key") != _key(self._corpus):
            raise NotFittedError(sentence)
        method = _searching(name, self._seed)
        if header.get("settings") != _settings(method):
            raise NotFittedError(sentence)
        try:
            arrays = load_file(path)
            if name == SENTENCES:
                return _SentenceScorer(self.codes, Codebook(arrays["centres"]), arrays["table"])
            if not isinstance(method, EmbeddingMethod):
                return _WordsScorer(self._corpus, method, arrays["pooled"], progress)
            method.restore({key[len(_FIT):]: value for key, value in arrays.items() if key.startswith(_FIT)})
            if _semi_supervised(method):
                return _BlendScorer(self.codes, method, arrays["pairs"], arrays["labels"])
            return _VectorScorer(self.codes, method, arrays["vectors"])
        except SettingsError:
            raise
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            # Damaged, or of an older version of the system: fitting again mends it.
            raise NotFittedError(sentence) from error


class _VectorScorer:
    """Scores by the product of vectors."""

    def __init__(self, codes: CodedBars, method: EmbeddingMethod, gallery: NDArray[np.float32]) -> None:
        self._codes = codes
        self._method = method
        self._gallery = gallery

    def __call__(self, query: Query, alpha: float, progress: Progress) -> NDArray[np.float64]:  # noqa: ARG002 - none here
        asked = self._method.embed(query_data(query, self._codes), np.zeros(1, np.int64), "lyrics")
        return np.asarray(products(asked, self._gallery)[0], np.float64)


class _BlendScorer:
    """The semi-supervised system: both vectors of a query are made once, so that moving alpha costs no network."""

    def __init__(
        self, codes: CodedBars, method: SemiSupervised, pairs: NDArray[np.float32], labels: NDArray[np.float32]
    ) -> None:
        from core.retrieval.semi_supervised import TwoSpaces

        self._codes = codes
        self._method = method
        self._gallery = TwoSpaces.of(pairs, labels)
        self._asked: tuple[Query, TwoSpaces] | None = None

    def __call__(self, query: Query, alpha: float, progress: Progress) -> NDArray[np.float64]:
        if self._asked is None or not _same(self._asked[0], query):
            progress(0.6, "embedding")
            data = query_data(query, self._codes)
            self._asked = query, self._method.two_spaces(data, np.zeros(1, np.int64), "lyrics")
        return self._gallery.scores(self._asked[1], alpha)


class _WordsScorer:
    """A system that knows words and pooled dance features, fitted here; it is asked with the query as one more bar."""

    def __init__(
        self, corpus: Corpus, method: RetrievalMethod, pooled: NDArray[np.float32], progress: Progress
    ) -> None:
        data = retrieval_data(corpus, ("words",))
        steps = np.zeros((len(pooled), 0, pooled.shape[1] // 2), np.float32)
        self._data = replace(data, dance=BarFeatures(pooled, steps))
        self._method = method
        fit_method(method, self._data, np.zeros(0, np.int64), "inductive", part(progress, 0.0, 0.5))

    def __call__(self, query: Query, alpha: float, progress: Progress) -> NDArray[np.float64]:  # noqa: ARG002 - none here
        data, bars = self._data, self._data.codes.bars
        own = query_data(query, data.codes)
        assert data.words is not None
        assert own.words is not None
        # Of a query no dance is looked at: a row of the last bar's stands where its own would.
        asked = replace(data.select(np.append(np.arange(bars), bars - 1)), words=data.words + own.words)
        scores = self._method.scores(asked, np.array([bars]), np.arange(bars), "lyrics-to-dance", progress)
        return np.asarray(scores[0], np.float64)


class _SentenceScorer:
    """XMIED of the query, all of whose frames carry the code of the whole line."""

    def __init__(self, codes: CodedBars, book: Codebook, table: NDArray[np.float64]) -> None:
        self._index = SearchIndex(codes.dance, codes.offsets)
        self._book = book
        self._table = table

    def __call__(self, query: Query, alpha: float, progress: Progress) -> NDArray[np.float64]:  # noqa: ARG002 - none here
        # As the lines of the songs: the mean of the words, however long each is sung.
        code = self._book.encode(query.vectors.mean(axis=0)[None])
        sequence = np.repeat(code, int(query.lengths.sum()))
        return scores_of(self._index.distances(sequence, self._table, progress), len(sequence), self._index.lengths)


def query_data(query: Query, codes: CodedBars) -> RetrievalData:
    """A typed lyric as the only bar of a data set that shows no dance; ``codes`` gives the sizes of the codebooks."""
    frames = np.repeat(query.vectors, query.lengths, axis=0)
    count = len(frames)
    bar = CodedBars(
        np.zeros(1, np.int32), np.array([0, count], np.int64), query.codes, np.zeros(count, np.int32), codes.lyric_size,
        codes.dance_size, np.full(1, SPLITS.index("test"), np.int8), np.ones(1, np.bool_),
    )
    words = tuple(word for word, _ in query.words)
    # A word is here what it is in the query's line; words that the corpus does not have are asked about like others.
    vocabulary = tuple(sorted({folded(word) for word in words}))
    rows = np.array([vocabulary.index(folded(word)) for word in words])
    means = np.stack([query.vectors[rows == row].mean(axis=0) for row in range(len(vocabulary))])
    return RetrievalData(
        bar, lyrics=bar_features([(frames, None)], 1, query.vectors.shape[1]), words=(words,), vocabulary=vocabulary,
        word_vectors=means.astype(np.float32),
    )


def _same(one: Query, other: Query) -> bool:
    return one.words == other.words and np.array_equal(one.codes, other.codes) and np.array_equal(
        one.vectors, other.vectors)


def _semi_supervised(method: RetrievalMethod) -> TypeGuard[SemiSupervised]:
    # By name: its module loads torch, which other systems do without.
    return method.name == SEMI_SUPERVISED


def _spaces(method: EmbeddingMethod, data: RetrievalData, bars: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
    """Vectors of the dances of bars in every space that the system has, each float32 [n, d]."""
    if _semi_supervised(method):
        both = method.two_spaces(data, bars, "dance")
        return {"pairs": both.pairs, "labels": both.labels}
    return {"vectors": method.embed(data, bars, "dance")}
