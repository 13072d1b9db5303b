"""Stages that turn motion and words into vectors, song by song."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.encoders.bar_context import BarContext
from core.encoders.lyrics import LyricEncoder, Mode, unknown_notice
from core.encoders.vectors import DanceVectors
from core.lyrics.words import TimedWord
from core.motion.clip import Motion
from core.pipeline.options import BuildOptions
from core.progress import Progress, part, silent

DANCE = "dance"
LYRIC = "lyric"


def dance_encoder(corpus: Corpus, options: BuildOptions, progress: Progress = silent) -> DanceVectors:
    """The dance encoder that the options name; "train" trains it on the corpus first (resumes, once)."""
    encoder = _frame_encoder(corpus, options, progress)
    return BarContext(encoder) if options.dance_context == "bar" else encoder


def _frame_encoder(corpus: Corpus, options: BuildOptions, progress: Progress) -> DanceVectors:
    from core.encoders.pose import PoseVectors
    from core.encoders.weights import default_dance_encoder, load_dance_encoder

    if options.dance_encoder == "pose":
        return PoseVectors()
    if options.dance_encoder == "pretrained":
        return default_dance_encoder(options.device)
    if options.dance_encoder != "train":
        return load_dance_encoder(Path(options.dance_encoder), options.device)
    weights = corpus.folder / "dance_encoder.safetensors"
    key = _training_key(corpus, options)
    if corpus.setting("trained") != key or not weights.exists():
        from core.encoders.dance import DanceConfig
        from core.encoders.train import TrainOptions, train_dance

        settings = TrainOptions(
            epochs=options.epochs, learning_rate=options.learning_rate, seed=options.seed, device=options.device
        )
        train_dance(CorpusDances(corpus), weights, DanceConfig(), settings, progress, tag=key)
        corpus.set_setting("trained", key)
    return load_dance_encoder(weights, options.device)


def _training_key(corpus: Corpus, options: BuildOptions) -> str:
    songs = "".join(s.fingerprint + s.split for s in corpus.songs())
    values = f"{options.epochs} {options.learning_rate} {options.seed} {songs}"
    return hashlib.sha256(values.encode()).hexdigest()


class CorpusDances:
    """The corpus as a source of training motion (:class:`core.encoders.train.DanceSource`)."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._songs = {song.song_id: song for song in corpus.songs()}
        self.train: Sequence[str] = [s.song_id for s in self._songs.values() if s.split == "train"]
        self.dev: Sequence[str] = [s.song_id for s in self._songs.values() if s.split == "dev"]

    def motion(self, song_id: str) -> Motion:
        """The song's motion, memory-mapped."""
        return self._corpus.motion(self._songs[song_id])

    def bars(self, song_id: str) -> list[tuple[int, int]]:
        """The song's bars as (start, stop) frames."""
        return [(bar.start, bar.stop) for bar in self._corpus.bars(self._songs[song_id])]


def encode_dances(corpus: Corpus, encoder: DanceVectors, progress: Progress = silent) -> tuple[int, int]:
    """Write each song's frame vectors (float16 [frames, dim]); returns songs encoded and songs kept."""
    songs = corpus.songs()
    key = f"dance {encoder.fingerprint}"
    done = 0
    for i, song in enumerate(songs):
        if corpus.stage_key(song, DANCE) == f"{key} {song.fingerprint}":
            continue
        progress(i / len(songs), f"encoding the dance of {song.song_id} ({i + 1}/{len(songs)})")
        bars = [(bar.start, bar.stop) for bar in corpus.bars(song)]
        vectors = encoder.encode(corpus.motion(song), bars)
        corpus.finish_stage(song, DANCE, f"{key} {song.fingerprint}", vectors.astype(np.float16))
        done += 1
    progress(1.0, "dances encoded")
    return done, len(songs) - done


def lyric_lines(words: Sequence[TimedWord]) -> list[list[str]]:
    """The words of each line in order."""
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return [lines[number] for number in sorted(lines)]


def encode_lyrics(corpus: Corpus, encoder: LyricEncoder, mode: Mode, progress: Progress = silent) -> str:
    """Write each song's word vectors (float32 [words + 1, dim], [PAD] last); returns a notice or ''."""
    songs = corpus.songs()
    key = f"lyric {mode} {encoder.fingerprint}"
    pad: NDArray[np.float32] | None = None
    for i, song in enumerate(songs):
        if corpus.stage_key(song, LYRIC) == f"{key} {song.fingerprint}":
            continue
        progress(i / len(songs), f"encoding the words of {song.song_id} ({i + 1}/{len(songs)})")
        words = corpus.words(song)
        pad = encoder.pad() if pad is None else pad
        vectors = _word_vectors(words, encoder, mode)
        corpus.finish_stage(song, LYRIC, f"{key} {song.fingerprint}", np.vstack([vectors, pad[None]]))
    return _notice(corpus, songs, encoder, key, part(progress, 1.0, 1.0))


def _word_vectors(words: Sequence[TimedWord], encoder: LyricEncoder, mode: Mode) -> NDArray[np.float32]:
    vectors = np.zeros((len(words), encoder.dim), np.float32)
    where: dict[int, list[int]] = {}
    for i, word in enumerate(words):
        where.setdefault(word.line, []).append(i)
    order = sorted(where)
    for number, encoded in zip(order, encoder.encode([[words[i].text for i in where[n]] for n in order], mode),
                               strict=True):
        vectors[where[number]] = encoded
    return vectors


def _notice(
    corpus: Corpus, songs: Sequence[SongRecord], encoder: LyricEncoder, key: str, progress: Progress
) -> str:
    counted = corpus.setting("unknown_tokens", {})
    if counted.get("key") != key:
        progress(1.0, "counting unknown tokens")
        pairs = [encoder.unknown_tokens(lyric_lines(corpus.words(song))) for song in songs]
        counted = {"key": key, "unknown": sum(u for u, _ in pairs), "total": sum(t for _, t in pairs)}
        corpus.set_setting("unknown_tokens", counted)
    return unknown_notice(encoder, counted["unknown"], counted["total"])
