"""Sentence codes: every sung frame gets the code of its whole line, whatever the corpus was built with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.codebooks import Codebook, fit_codebook, load_codebook
from core.codes import CodedBars
from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.pipeline.codebooks import LYRIC_CODES, CorpusBar
from core.pipeline.vectors import LYRIC
from core.progress import Progress, each, part, silent


def line_vectors(corpus: Corpus, song: SongRecord) -> tuple[NDArray[np.float32], NDArray[np.int64], list[str]]:
    """The lines of a song as vectors.

    Returns
    -------
    vectors : float32 [lines + 1, d]
        Mean of the vectors of a line's words; [PAD] last.
    line_of_word : int64 [words]
        Row of each word's line.
    texts : list of str, one a line
    """
    words = corpus.words(song)
    stored = np.asarray(corpus.array(song, LYRIC), np.float32)
    rows: dict[int, list[int]] = {}
    for i, word in enumerate(words):
        rows.setdefault(word.line, []).append(i)
    vectors = np.stack([*(stored[members].mean(axis=0) for members in rows.values()), stored[-1]])
    line = np.zeros(len(words), np.int64)
    for number, members in enumerate(rows.values()):
        line[members] = number
    return vectors, line, [" ".join(words[i].text for i in members) for members in rows.values()]


def sentence_coded(
    corpus: Corpus, codes: CodedBars, bars: Sequence[CorpusBar], seed: int = 0, progress: Progress = silent,
) -> CodedBars:
    """The bars with sentence codes in the place of their lyric codes; see :func:`sentence_codebook`."""
    return sentence_codebook(corpus, codes, bars, seed, progress)[0]


def sentence_codebook(
    corpus: Corpus, codes: CodedBars, bars: Sequence[CorpusBar], seed: int = 0, progress: Progress = silent,
) -> tuple[CodedBars, Codebook]:
    """The bars with sentence codes in the place of their lyric codes, and the codebook, which takes vectors of lines.

    The codebook has as many codes as the corpus's own and is fitted on the distinct lines of each training song and
    one [PAD] a song. (Watanabe & Goto 2025, section 3.2, take a sentence encoder's word vectors; their sentence codes
    take its mean over the line, of which the mean of the line's words is made here: no encoder need be loaded.)
    A corpus that was built with sentence codes has both already.
    """
    if corpus.setting("encoders", {}).get("lyric", {}).get("mode") == "sentence":
        return codes, load_codebook(corpus.folder / "codebooks" / f"lyric-{codes.lyric_size}.npz")
    lines = {}
    training: list[NDArray[np.float32]] = []
    songs = list({entry.song.row: entry.song for entry in bars}.values())
    trained = {song.row for song in songs if song.split == "train"} or {song.row for song in songs}
    for song in each(songs, part(progress, 0.0, 0.3), "lines"):
        vectors, line, texts = line_vectors(corpus, song)
        lines[song.row] = vectors, line
        if song.row in trained:
            first = {text: i for i, text in reversed(list(enumerate(texts)))}
            training.append(vectors[[*first.values(), len(texts)]])
    size = corpus.setting(LYRIC_CODES)["size"]
    book = fit_codebook(np.concatenate(training), size, seed, part(progress, 0.3, 0.9, "sentence codes"))
    found: list[NDArray[np.int32]] = []
    own: dict[int, NDArray[np.int32]] = {}
    for entry in bars:
        row = entry.song.row
        if row not in own:
            vectors, line = lines[row]
            sung = np.asarray(corpus.array(entry.song, "words"))
            at = np.where(sung >= 0, line[np.maximum(sung, 0)] if len(line) else 0, len(vectors) - 1)
            own = {row: book.encode(vectors)[at]}
        found.append(own[row][entry.bar.start : entry.bar.stop])
    progress(1.0, "sentence codes")
    lyric = np.concatenate([np.zeros(0, np.int32), *found]).astype(np.int32)
    return replace(codes, lyric=lyric, lyric_size=len(book.centres)), book
