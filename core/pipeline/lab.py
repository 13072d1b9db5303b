"""A built corpus as the comparison systems see it: codes, frozen features, words, labels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.corpus.store import Corpus
from core.lyrics.words import folded
from core.pipeline.audio import audio_features, sound_key
from core.pipeline.codebooks import CorpusBar, load_coded
from core.pipeline.sentences import sentence_coded
from core.pipeline.vectors import DANCE, LYRIC
from core.progress import Progress, each, part, silent
from core.retrieval.features import STEPS, BarFeatures, bar_features
from core.retrieval.fitted import FOLDER
from core.retrieval.protocol import RetrievalData

_VERSION: Final = 1
"""Of the features; part of the key of what is fitted on them."""


def lab_folder(corpus: Corpus) -> Path:
    """Where the corpus keeps its fitted systems."""
    return corpus.folder / FOLDER


def retrieval_data(corpus: Corpus, needs: Sequence[str] = (), progress: Progress = silent) -> RetrievalData:
    """The corpus's bars with what the systems to be compared need.

    Parameters
    ----------
    corpus : Corpus
        Built and open.
    needs : sequence of str
        Fields of :class:`core.retrieval.protocol.RetrievalData` to be gathered; one that the corpus does not have
        stays None.
    progress : Progress

    Raises
    ------
    CorpusError
        Where the corpus is not built, or has changed since.
    """
    codes, bars = load_coded(corpus)
    found: dict[str, Any] = {}
    wanted = [name for name in ("lyrics", "dance", "audio", "words", "labels", "sentences", "word_vectors")
              if name in needs]
    for i, name in enumerate(wanted):
        inner = part(progress, i / len(wanted), (i + 1) / len(wanted), f"gathering {name}")
        if name == "lyrics":
            found["lyrics"] = _features(corpus, bars, LYRIC, inner)
        elif name == "dance":
            found["dance"] = _features(corpus, bars, DANCE, inner)
        elif name == "audio":
            found["audio"] = audio_features(corpus, bars, inner)
        elif name == "words":
            found["words"] = _words(corpus, bars)
        elif name == "labels":
            found |= _labels(bars)
        elif name == "sentences":
            found["sentences"] = sentence_coded(corpus, codes, bars, progress=inner)
        elif name == "word_vectors":
            found |= _word_vectors(corpus, inner)
    return RetrievalData(codes, key=corpus_key(corpus), **found)


def _features(corpus: Corpus, bars: Sequence[CorpusBar], kind: str, progress: Progress) -> BarFeatures:
    width = corpus.array(bars[0].song, kind).shape[1] if bars else 0

    def frames() -> Iterator[tuple[NDArray[np.floating], NDArray[np.bool_] | None]]:
        row, vectors, sung = -1, np.zeros((0, width), np.float32), np.zeros(0, np.int32)
        for i, entry in enumerate(bars):
            if entry.song.row != row:
                progress(i / len(bars), entry.song.song_id)
                row, vectors = entry.song.row, corpus.array(entry.song, kind)
                sung = np.asarray(corpus.array(entry.song, "words")) if kind == LYRIC else sung
            here = slice(entry.bar.start, entry.bar.stop)
            if kind == LYRIC:
                # The last row is [PAD]: a word index of -1 finds it.
                yield np.asarray(vectors)[sung[here]], sung[here] >= 0
            else:
                yield np.asarray(vectors[here]), None

    return bar_features(frames(), len(bars), width)


def _words(corpus: Corpus, bars: Sequence[CorpusBar]) -> tuple[tuple[str, ...], ...]:
    row, texts, sung = -1, [], np.zeros(0, np.int32)
    found: list[tuple[str, ...]] = []
    for entry in bars:
        if entry.song.row != row:
            row = entry.song.row
            texts = [word.text for word in corpus.words(entry.song)]
            sung = np.asarray(corpus.array(entry.song, "words"))
        here = sung[entry.bar.start : entry.bar.stop]
        found.append(tuple(texts[i] for i in dict.fromkeys(here[here >= 0].tolist())))
    return tuple(found)


def _word_vectors(corpus: Corpus, progress: Progress) -> dict[str, Any]:
    """The mean vector of each distinct word over all its places, words in the order of their letters."""
    row: dict[str, int] = {}
    sums: list[NDArray[np.float64]] = []
    counts: list[int] = []
    for song in each(corpus.songs(), progress, "word vectors"):
        vectors = np.asarray(corpus.array(song, LYRIC), np.float64)
        # The last row of the vectors is [PAD], which no word has.
        for word, vector in zip(corpus.words(song), vectors[:-1], strict=True):
            at = row.setdefault(folded(word.text), len(row))
            if at == len(sums):
                sums.append(np.zeros(vectors.shape[1]))
                counts.append(0)
            sums[at] += vector
            counts[at] += 1
    if not row:
        return {}
    order = sorted(row)
    means = np.stack([sums[row[word]] / counts[row[word]] for word in order])
    return {"vocabulary": tuple(order), "word_vectors": means.astype(np.float32)}


def _labels(bars: Sequence[CorpusBar]) -> dict[str, Any]:
    """Genres as classes, where at least two are given."""
    genres = [entry.song.genre.strip() for entry in bars]
    names = sorted({genre for genre in genres if genre})
    if len(names) < 2:
        return {}
    number = {name: i for i, name in enumerate(names)}
    labels = np.array([number.get(genre, -1) for genre in genres], np.int64)
    return {"labels": labels, "label_names": tuple(names), "true_labels": True}


def edit_record(corpus: Corpus) -> str:
    """All edits of word times and offsets as a text, for keys: they move words over the frames."""
    if not corpus.has_edits():
        return ""
    return repr(corpus.rows("SELECT song_id, kind, item, value FROM edits ORDER BY song_id, kind, item"))


def corpus_key(corpus: Corpus) -> str:
    """Changes when the songs, their bars, words, splits and labels, their vectors or sounds do."""
    digest = hashlib.sha256(f"{edit_record(corpus)} {_VERSION} {STEPS} {sound_key(corpus)}".encode())
    for song in corpus.songs():
        stages = [corpus.stage_key(song, stage) for stage in (LYRIC, DANCE)]
        bars = [(bar.start, bar.stop) for bar in corpus.bars(song)]
        digest.update(f"{song.song_id} {song.split} {song.genre} {song.fingerprint} {stages} {bars}".encode())
    return digest.hexdigest()
