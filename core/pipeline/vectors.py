"""Stages that turn motion and words into vectors, song by song."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.cluster.runner import HERE, Runner, Shared, SongWork
from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.encoders.bar_context import BarContext
from core.encoders.lyrics import LyricEncoder, Mode, open_lyric_encoder, unknown_notice
from core.encoders.vectors import DanceVectors
from core.errors import SettingsError
from core.lyrics.words import TimedWord
from core.motion.clip import Motion
from core.pipeline.options import BuildOptions
from core.progress import Progress, part, silent

DANCE = "dance"
LYRIC = "lyric"
TRAINED: Final = "dance_encoder.safetensors"
"""Of a corpus: the encoder that was trained on it."""


def dance_encoder(corpus: Corpus, options: BuildOptions, progress: Progress = silent) -> DanceVectors:
    """The dance encoder that the options name; "train" trains it on the corpus first (resumes, once)."""
    if options.dance_encoder == "train":
        _train(corpus, options, progress)
    return _open_dance(_source(corpus, options), options.dance_context, options.device)


def _source(corpus: Corpus, options: BuildOptions) -> str:
    """What the encoder is opened by, from any working folder: "pose", "pretrained" or the weights' absolute path."""
    if options.dance_encoder in {"pose", "pretrained"}:
        return options.dance_encoder
    own = options.dance_encoder == "train"
    return str((corpus.folder / TRAINED if own else Path(options.dance_encoder)).absolute())


def _open_dance(source: str, context: str, device: str) -> DanceVectors:
    from core.encoders.pose import PoseVectors
    from core.encoders.weights import default_dance_encoder, load_dance_encoder

    encoder: DanceVectors
    if source == "pose":
        encoder = PoseVectors()
    else:
        encoder = default_dance_encoder(device) if source == "pretrained" else load_dance_encoder(Path(source), device)
    return BarContext(encoder) if context == "bar" else encoder


def shared_dance(corpus: Corpus, options: BuildOptions, encoder: DanceVectors) -> Shared[DanceVectors]:
    """The opened encoder, and how a worker opens the same."""
    arguments = (_source(corpus, options), options.dance_context, options.device, encoder.fingerprint)
    return Shared(encoder, _open_same_dance, arguments)


def _open_same_dance(source: str, context: str, device: str, fingerprint: str) -> DanceVectors:
    encoder = _open_dance(source, context, device)
    _check_same("dance", encoder.fingerprint, fingerprint, f"'{source}'")
    return encoder


def shared_lyric(options: BuildOptions, encoder: LyricEncoder) -> Shared[LyricEncoder]:
    """The opened encoder, and how a worker opens the same."""
    name = options.lyric_encoder
    here = str(Path(name).absolute()) if Path(name).is_dir() else name
    return Shared(encoder, _open_same_lyric, (here, options.device, encoder.fingerprint))


def _open_same_lyric(name: str, device: str, fingerprint: str) -> LyricEncoder:
    encoder, _ = open_lyric_encoder(name, device)
    _check_same("lyric", encoder.fingerprint, fingerprint, f"'{name}', here {encoder.name}")
    return encoder


def _check_same(kind: str, found: str, wanted: str, what: str) -> None:
    if found != wanted:
        raise SettingsError(
            f"A worker has another {kind} encoder ({what}) than the machine that directs the build; give all machines "
            "the same models, or name a file or folder that all of them see."
        )


def _train(corpus: Corpus, options: BuildOptions, progress: Progress) -> None:
    """Train the encoder on the corpus, unless that was done."""
    weights = corpus.folder / TRAINED
    key = _training_key(corpus, options)
    if corpus.setting("trained") != key or not weights.exists():
        from core.encoders.dance import DanceConfig
        from core.encoders.train import TrainOptions, train_dance

        settings = TrainOptions(
            epochs=options.epochs, learning_rate=options.learning_rate, seed=options.seed, device=options.device
        )
        train_dance(CorpusDances(corpus), weights, DanceConfig(), settings, progress, tag=key)
        corpus.set_setting("trained", key)


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
        """The song's motion."""
        return self._corpus.motion(self._songs[song_id])

    def bars(self, song_id: str) -> list[tuple[int, int]]:
        """The song's bars as (start, stop) frames."""
        return [(bar.start, bar.stop) for bar in self._corpus.bars(self._songs[song_id])]


def encode_dances(
    corpus: Corpus, encoder: Shared[DanceVectors], progress: Progress = silent, runner: Runner = HERE
) -> tuple[int, int]:
    """Write each song's frame vectors (float16 [frames, dim]); returns songs encoded and songs kept."""
    songs = corpus.songs()
    key = f"dance {encoder.value.fingerprint}"
    pending = [song for song in songs if corpus.stage_key(song, DANCE) != f"{key} {song.fingerprint}"]
    kept = len(songs) - len(pending)

    def text(i: int, song: SongRecord) -> str:
        return f"encoding the dance of {song.song_id} ({kept + i + 1}/{len(songs)})"

    inner = part(progress, kept / max(len(songs), 1), 1.0)
    for song, vectors in runner.songs(_dance_of_song, corpus, pending, encoder, inner, text):
        corpus.finish_stage(song, DANCE, f"{key} {song.fingerprint}", vectors)
    progress(1.0, "dances encoded")
    return len(pending), kept


def _dance_of_song(corpus: Corpus, song: SongRecord, encoder: DanceVectors) -> NDArray[np.float16]:
    bars = [(bar.start, bar.stop) for bar in corpus.bars(song)]
    return encoder.encode(corpus.motion(song), bars).astype(np.float16)


def lyric_lines(words: Sequence[TimedWord]) -> list[list[str]]:
    """The words of each line in order."""
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return [lines[number] for number in sorted(lines)]


def encode_lyrics(
    corpus: Corpus, encoder: Shared[LyricEncoder], mode: Mode, progress: Progress = silent, runner: Runner = HERE
) -> str:
    """Write each song's word vectors (float32 [words + 1, dim], [PAD] last); returns a notice or ''."""
    songs = corpus.songs()
    key = f"lyric {mode} {encoder.value.fingerprint}"
    pending = [song for song in songs if corpus.stage_key(song, LYRIC) != f"{key} {song.fingerprint}"]
    kept = len(songs) - len(pending)

    def text(i: int, song: SongRecord) -> str:
        return f"encoding the words of {song.song_id} ({kept + i + 1}/{len(songs)})"

    inner = part(progress, kept / max(len(songs), 1), 1.0)
    work = _WORDS[mode]
    pad: NDArray[np.float32] | None = None
    for song, vectors in runner.songs(work, corpus, pending, encoder, inner, text):
        pad = encoder.value.pad() if pad is None else pad
        corpus.finish_stage(song, LYRIC, f"{key} {song.fingerprint}", np.vstack([vectors, pad[None]]))
    return _notice(corpus, songs, encoder.value, key, part(progress, 1.0, 1.0))


def _words_of_song(corpus: Corpus, song: SongRecord, encoder: LyricEncoder) -> NDArray[np.float32]:
    return _word_vectors(corpus.words(song), encoder, "word")


def _lines_of_song(corpus: Corpus, song: SongRecord, encoder: LyricEncoder) -> NDArray[np.float32]:
    return _word_vectors(corpus.words(song), encoder, "sentence")


_WORDS: Final[dict[Mode, SongWork[LyricEncoder, NDArray[np.float32]]]] = {
    "word": _words_of_song, "sentence": _lines_of_song,
}


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
