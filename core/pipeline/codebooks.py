"""Stages from vectors to codes: gather training vectors, fit codebooks, assign codes, load coded bars."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from core.cluster.runner import HERE, Runner, Shared, SongWork
from core.codebooks import Codebook, fit_codebook, load_codebook, merge_near_duplicates, save_codebook
from core.codes import SPLITS, CodedBars
from core.corpus.records import BarRecord, SongRecord
from core.corpus.store import Corpus
from core.errors import CorpusError, InputError
from core.pipeline.vectors import DANCE
from core.progress import Progress, part, silent

Kind = Literal["lyric", "dance"]
DANCE_CODES: Final = "dance_codes"
LYRIC_CODES: Final = "lyric_codes"
MAX_FIT_VECTORS: Final = 100_000
"""Most vectors that a codebook is fitted on; beyond it every song gives an equal, seeded share."""


@dataclass(frozen=True)
class CorpusBar:
    """A bar of :func:`load_coded`: its song, its number in the song, and its frames."""

    song: SongRecord
    number: int
    bar: BarRecord


def vectors_key(corpus: Corpus, kind: Kind) -> str:
    """Hash of everything that the training vectors of a kind depend on."""
    digest = hashlib.sha256()
    for song in corpus.songs():
        digest.update(f"{song.song_id} {song.split} {corpus.stage_key(song, kind)}".encode())
    return digest.hexdigest()


def training_vectors(
    corpus: Corpus, kind: Kind, seed: int, merge: float | None = 0.99, progress: Progress = silent,
    runner: Runner = HERE,
) -> NDArray[np.float32]:
    """Vectors that the codebook of a kind is fitted on, float32 [n, dim], from the training songs.

    Lyrics: one vector for each distinct word-in-line of a song and one [PAD] a song. Dance: the frames inside
    bars, near-duplicates (cosine of ``merge`` and more) merged, first inside each song and then across songs (Watanabe
    & Goto 2025, section 3.3); None merges nothing.
    """
    songs = [song for song in corpus.songs() if song.split == "train"] or corpus.songs()
    if not songs:
        raise CorpusError(f"{corpus.folder}: the corpus has no songs; import some first.")
    share = MAX_FIT_VECTORS // len(songs) + 1
    rng = np.random.default_rng(seed)
    chosen: list[NDArray[np.float32]] = []

    def text(i: int, _song: SongRecord) -> str:
        return f"gathering {kind} vectors {i + 1}/{len(songs)}"

    # Only merging is work; the rest is reading. Rows travel instead of vectors, and only those that are used are read.
    who = runner if kind == "dance" and merge is not None else HERE
    rows_of: SongWork[float | None, NDArray[np.int64]] = _lyric_rows if kind == "lyric" else _dance_rows
    inner = part(progress, 0.0, 0.7)
    # In the order of the songs, since each draws from the same generator.
    for song, rows in who.songs(rows_of, corpus, songs, Shared(merge, _plain, (merge,)), inner, text, ordered=True):
        many = len(rows) > share
        drawn = rows[np.sort(rng.choice(len(rows), share, replace=False))] if many else rows
        chosen.append(np.asarray(corpus.array(song, kind)[drawn], dtype=np.float32))
    vectors = np.concatenate(chosen)
    if kind == "dance" and merge is not None:
        vectors = vectors[merge_near_duplicates(vectors, merge, part(progress, 0.7, 1.0, "merging near-duplicates"))]
    return vectors


def _lyric_rows(corpus: Corpus, song: SongRecord, _merge: float | None) -> NDArray[np.int64]:
    """Rows of the song's lyric vectors: each distinct word-in-line once, and [PAD]."""
    words = corpus.words(song)
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    first: dict[tuple[str, str], int] = {}
    for i, word in enumerate(words):
        first.setdefault((word.text, "\n".join(lines[word.line])), i)
    return np.array([*first.values(), len(words)], np.int64)


def _dance_rows(corpus: Corpus, song: SongRecord, merge: float | None) -> NDArray[np.int64]:
    """Rows of the song's dance vectors: the frames inside bars that stay when near-duplicates are merged."""
    frames = bar_frames(corpus.bars(song))
    if merge is None:
        return frames
    return frames[merge_near_duplicates(np.asarray(corpus.array(song, DANCE)[frames], dtype=np.float32), merge)]


def _plain(value: float | None) -> float | None:
    return value


class Codebooks:
    """Codebooks of a corpus by kind and size, fitted when first asked for and kept on disk."""

    def __init__(self, corpus: Corpus, seed: int, merge: float | None = 0.99, runner: Runner = HERE) -> None:
        self._corpus = corpus
        self._runner = runner
        self._seed = seed
        self._merge = merge
        self._vectors: dict[Kind, NDArray[np.float32]] = {}
        self._keys: dict[Kind, str] = {}

    def key(self, kind: Kind, size: int) -> str:
        """Hash of everything that the codebook depends on."""
        if kind not in self._keys:
            self._keys[kind] = vectors_key(self._corpus, kind)
        return f"{kind} {size} {self._seed} {self._merge} {self._keys[kind]}"

    def get(self, kind: Kind, size: int, progress: Progress = silent) -> Codebook:
        """The codebook, from disk where it is there and fits."""
        path = self._path(kind, size)
        if self._corpus.setting(f"codebook {kind} {size}") == self.key(kind, size) and path.exists():
            try:
                return load_codebook(path)
            except InputError:
                progress(0.0, f"{path} is damaged; fitting the codebook again")
        if kind not in self._vectors:
            self._vectors[kind] = training_vectors(
                self._corpus, kind, self._seed, self._merge, part(progress, 0.0, 0.4), self._runner
            )
        book = fit_codebook(self._vectors[kind], size, self._seed, part(progress, 0.4, 1.0, f"{size} {kind} codes"))
        save_codebook(path, book)
        self._corpus.set_setting(f"codebook {kind} {size}", self.key(kind, size))
        return book

    def codes(
        self, kind: Kind, size: int, book: Codebook, songs: Sequence[SongRecord], progress: Progress = silent
    ) -> Iterator[tuple[SongRecord, NDArray[np.int32]]]:
        """Each song with :func:`song_codes` of it under a codebook that :meth:`get` gave, in any order."""
        digest = hashlib.sha256(book.centres.tobytes()).hexdigest()
        shared = Shared(book, _open_book, (str(self._path(kind, size).absolute()), digest))

        def text(i: int, _song: SongRecord) -> str:
            return f"{kind} codes {i + 1}/{len(songs)}"

        work = _lyric_codes if kind == "lyric" else _dance_codes
        return self._runner.songs(work, self._corpus, songs, shared, progress, text)

    def _path(self, kind: Kind, size: int) -> Path:
        return self._corpus.folder / f"codebooks/{kind}-{size}.npz"


def _open_book(path: str, digest: str) -> Codebook:
    """The codebook of a file, whose centres have this SHA-256."""
    book = load_codebook(path)
    if hashlib.sha256(book.centres.tobytes()).hexdigest() != digest:
        raise InputError(path, "this is another codebook than the one just fitted", "let no two builds run on a corpus")
    return book


def song_codes(corpus: Corpus, song: SongRecord, kind: Kind, book: Codebook) -> NDArray[np.int32]:
    """Codes of all frames of a song, int32 [frames]; -1 for a dance frame outside the bars."""
    vectors = corpus.array(song, kind)
    if kind == "lyric":
        # [PAD] is the last row, and -1 is the frame's word where nothing is sung.
        codes = book.encode(np.asarray(vectors, dtype=np.float32))
        return np.asarray(codes[np.asarray(corpus.array(song, "words"))], dtype=np.int32)
    codes = np.full(song.frames, -1, dtype=np.int32)
    bars = corpus.bars(song)
    inside = bar_frames(bars)
    codes[inside] = book.encode(np.asarray(vectors[inside], dtype=np.float32))
    return codes


def _lyric_codes(corpus: Corpus, song: SongRecord, book: Codebook) -> NDArray[np.int32]:
    return song_codes(corpus, song, "lyric", book)


def _dance_codes(corpus: Corpus, song: SongRecord, book: Codebook) -> NDArray[np.int32]:
    return song_codes(corpus, song, "dance", book)


def assign_codes(corpus: Corpus, books: Codebooks, lyric: int, dance: int, progress: Progress = silent) -> None:
    """Write the codes of every song for these codebook sizes and make them the corpus's codes."""
    for kind, size, stage, span in (
        ("lyric", lyric, LYRIC_CODES, (0.0, 0.5)), ("dance", dance, DANCE_CODES, (0.5, 1.0)),
    ):
        here: Kind = "lyric" if kind == "lyric" else "dance"
        inner = part(progress, *span)
        book = books.get(here, size, part(inner, 0.0, 0.7))
        key = f"{stage} {books.key(here, size)}"
        pending = [song for song in corpus.songs() if corpus.stage_key(song, stage) != key]
        for song, codes in books.codes(here, size, book, pending, part(inner, 0.7, 1.0)):
            corpus.finish_stage(song, stage, key, codes)
        corpus.set_setting(f"{kind}_codes", {"size": size, "used": len(book.centres), "key": key})


def bar_frames(bars: Sequence[BarRecord]) -> NDArray[np.int64]:
    """The frames of some bars of a song, bar after bar, int64 [frames]."""
    start, stop = np.array([(bar.start, bar.stop) for bar in bars], np.int64).reshape(-1, 2).T
    ends = np.cumsum(stop - start)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(stop - ends, stop - start)


def load_coded(corpus: Corpus) -> tuple[CodedBars, list[CorpusBar]]:
    """The corpus's coded bars, and which bar of which song each one is.

    Raises :class:`CorpusError` where the corpus is not built, or has changed since.
    """
    def stored(stage: str) -> Callable[[SongRecord], NDArray[np.int32]]:
        setting = corpus.setting(stage)
        if setting is None:
            raise CorpusError(f"{corpus.folder}: the corpus is not built yet; run build on it.")

        def load(song: SongRecord) -> NDArray[np.int32]:
            if corpus.stage_key(song, stage) != setting["key"]:
                raise CorpusError(f"{corpus.folder}: '{song.song_id}' was changed or added after the last build; "
                                  "run build again.")
            return np.asarray(corpus.array(song, stage, mapped=False), dtype=np.int32)

        return load

    lyric, dance = stored(LYRIC_CODES), stored(DANCE_CODES)
    return assemble(corpus, corpus.songs(), lyric, dance, corpus.setting(LYRIC_CODES)["used"],
                    corpus.setting(DANCE_CODES)["used"])


def assemble(
    corpus: Corpus,
    songs: Sequence[SongRecord],
    lyric: Callable[[SongRecord], NDArray[np.int32]],
    dance: Callable[[SongRecord], NDArray[np.int32]],
    lyric_size: int,
    dance_size: int,
) -> tuple[CodedBars, list[CorpusBar]]:
    """Coded bars of these songs out of two functions that give a song's frame codes."""
    bars: list[CorpusBar] = []
    index: list[int] = []
    lyric_parts: list[NDArray[np.int32]] = []
    dance_parts: list[NDArray[np.int32]] = []
    for i, song in enumerate(songs):
        own = corpus.bars(song)
        frames = bar_frames(own)
        lyric_parts.append(lyric(song)[frames])
        dance_parts.append(dance(song)[frames])
        bars += [CorpusBar(song, number, bar) for number, bar in enumerate(own)]
        index += [i] * len(own)
    lengths = [entry.bar.stop - entry.bar.start for entry in bars]
    empty = np.zeros(0, np.int32)
    coded = CodedBars(
        song=np.array(index, np.int32), offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        lyric=np.concatenate([empty, *lyric_parts]), dance=np.concatenate([empty, *dance_parts]),
        lyric_size=lyric_size, dance_size=dance_size,
        split=np.array([SPLITS.index(entry.song.split) for entry in bars], np.int8),
        sung=np.array([entry.bar.sung for entry in bars], np.bool_),
    )
    return coded, bars
