"""Stages from vectors to codes: gather training vectors, fit codebooks, assign codes, load coded bars."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from core.codebooks import Codebook, fit_codebook, load_codebook, merge_near_duplicates, save_codebook
from core.codes import SPLITS, CodedBars
from core.corpus.records import BarRecord, SongRecord
from core.corpus.store import Corpus
from core.errors import CorpusError, InputError
from core.pipeline.vectors import DANCE, LYRIC
from core.progress import Progress, each, part, silent

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
    corpus: Corpus, kind: Kind, seed: int, merge: float | None = 0.99, progress: Progress = silent
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
    for song in each(songs, part(progress, 0.0, 0.7), f"gathering {kind} vectors"):
        found = _lyric_vectors(corpus, song) if kind == "lyric" else _dance_vectors(corpus, song, merge)
        if len(found) > share:
            found = found[np.sort(rng.choice(len(found), share, replace=False))]
        chosen.append(found)
    vectors = np.concatenate(chosen)
    if kind == "dance" and merge is not None:
        vectors = vectors[merge_near_duplicates(vectors, merge, part(progress, 0.7, 1.0, "merging near-duplicates"))]
    return vectors


def _lyric_vectors(corpus: Corpus, song: SongRecord) -> NDArray[np.float32]:
    vectors = np.asarray(corpus.array(song, LYRIC))
    words = corpus.words(song)
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    first: dict[tuple[str, str], int] = {}
    for i, word in enumerate(words):
        first.setdefault((word.text, "\n".join(lines[word.line])), i)
    return np.asarray(vectors[[*first.values(), len(words)]], dtype=np.float32)


def _dance_vectors(corpus: Corpus, song: SongRecord, merge: float | None) -> NDArray[np.float32]:
    vectors = corpus.array(song, DANCE)
    frames = [np.asarray(vectors[bar.start : bar.stop], dtype=np.float32) for bar in corpus.bars(song)]
    joined = np.concatenate(frames)
    return joined if merge is None else np.asarray(joined[merge_near_duplicates(joined, merge)], dtype=np.float32)


class Codebooks:
    """Codebooks of a corpus by kind and size, fitted when first asked for and kept on disk."""

    def __init__(self, corpus: Corpus, seed: int, merge: float | None = 0.99) -> None:
        self._corpus = corpus
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
        name = f"codebooks/{kind}-{size}.npz"
        path = self._corpus.folder / name
        if self._corpus.setting(f"codebook {kind} {size}") == self.key(kind, size) and path.exists():
            try:
                return load_codebook(path)
            except InputError:
                progress(0.0, f"{path} is damaged; fitting the codebook again")
        if kind not in self._vectors:
            self._vectors[kind] = training_vectors(
                self._corpus, kind, self._seed, self._merge, part(progress, 0.0, 0.4)
            )
        book = fit_codebook(self._vectors[kind], size, self._seed, part(progress, 0.4, 1.0, f"{size} {kind} codes"))
        save_codebook(path, book)
        self._corpus.set_setting(f"codebook {kind} {size}", self.key(kind, size))
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
    inside = np.concatenate([np.arange(bar.start, bar.stop) for bar in bars])
    codes[inside] = book.encode(np.asarray(vectors[inside], dtype=np.float32))
    return codes


def assign_codes(corpus: Corpus, books: Codebooks, lyric: int, dance: int, progress: Progress = silent) -> None:
    """Write the codes of every song for these codebook sizes and make them the corpus's codes."""
    for kind, size, stage, span in (
        ("lyric", lyric, LYRIC_CODES, (0.0, 0.5)), ("dance", dance, DANCE_CODES, (0.5, 1.0)),
    ):
        here: Kind = "lyric" if kind == "lyric" else "dance"
        inner = part(progress, *span)
        book = books.get(here, size, part(inner, 0.0, 0.7))
        key = f"{stage} {books.key(here, size)}"
        for song in each(corpus.songs(), part(inner, 0.7, 1.0), f"{kind} codes"):
            if corpus.stage_key(song, stage) != key:
                corpus.finish_stage(song, stage, key, song_codes(corpus, song, here, book))
        corpus.set_setting(f"{kind}_codes", {"size": size, "used": len(book.centres), "key": key})


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
            return np.asarray(corpus.array(song, stage), dtype=np.int32)

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
        frames = np.concatenate([np.arange(bar.start, bar.stop) for bar in own])
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
