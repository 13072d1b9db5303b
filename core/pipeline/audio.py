"""The stage from sound to audio features, song by song. It belongs to the comparison lab: a build does without it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.errors import InputError
from core.features.audio import VARIABLE, AudioEncoder, SpectralEncoder, frame_features
from core.pipeline.codebooks import CorpusBar
from core.progress import Progress, part, silent
from core.retrieval.features import BarFeatures, bar_features

AUDIO: Final = "audio"


def audio_encoder() -> AudioEncoder:
    """Spectral features, or the model that the environment variable KOTOFURI_AUDIO_MODEL names.

    Raises :class:`core.errors.SettingsError` where that is no model.
    """
    if folder := os.environ.get(VARIABLE):
        from core.features.audio_model import ModelEncoder

        return ModelEncoder(folder)
    return SpectralEncoder()


def encode_audio(corpus: Corpus, encoder: AudioEncoder, progress: Progress = silent) -> str:
    """Write the audio features of every song with lyrics (float16 [frames, d]); resumes song by song.

    Songs without lyrics need none: nothing is learnt from their bars.

    Returns
    -------
    str
        '' where every such song has its features; else which song has no sound that can be read and why, in a
        sentence. A file that is missing is told before anything is computed.
    """
    songs = [song for song in corpus.songs() if any(bar.sung for bar in corpus.bars(song))]
    mute = [song for song in songs if _state(song) is None]
    if mute:
        return _reason(corpus, mute)
    for i, song in enumerate(songs):
        inner = part(progress, i / len(songs), (i + 1) / len(songs), f"hearing {song.song_id} ({i + 1}/{len(songs)})")
        inner(0.0)
        key = f"audio {encoder.fingerprint} {_state(song)} {song.shift!r} {song.frames}"
        if corpus.stage_key(song, AUDIO) == key:
            continue
        try:
            features = frame_features(song.audio, song.shift, song.frames, encoder, inner)
        except InputError as error:
            return f"The sound of {song.song_id} cannot be read: {error}"
        corpus.finish_stage(song, AUDIO, key, features)
    progress(1.0, "sound heard")
    return ""


def audio_features(corpus: Corpus, bars: Sequence[CorpusBar], progress: Progress = silent) -> BarFeatures | None:
    """Audio features of the corpus's bars, computed where they are not yet there.

    None where a song with lyrics has no sound that can be read; the last progress message then says which, and
    :func:`encode_audio` returns the same sentence again. Bars of songs without lyrics are all zeros.
    """
    encoder = audio_encoder()
    if reason := encode_audio(corpus, encoder, part(progress, 0.0, 0.9)):
        progress(1.0, reason)
        return None
    heard = {entry.song.row for entry in bars if entry.bar.sung}
    if not heard:
        return None
    width = next(corpus.array(entry.song, AUDIO).shape[1] for entry in bars if entry.song.row in heard)

    def frames() -> Iterator[tuple[NDArray[np.floating], None]]:
        row, vectors = -1, np.zeros((0, width), np.float16)
        for i, entry in enumerate(bars):
            if entry.song.row not in heard:
                yield np.zeros((0, width), np.float16), None
                continue
            if entry.song.row != row:
                progress(0.9 + 0.1 * i / len(bars), entry.song.song_id)
                row, vectors = entry.song.row, corpus.array(entry.song, AUDIO)
            yield np.asarray(vectors[entry.bar.start : entry.bar.stop]), None

    return bar_features(frames(), len(bars), width)


def sound_key(corpus: Corpus) -> str:
    """Names the sound files and the encoder as they are, whether or not their features were ever computed."""
    model = os.environ.get(VARIABLE, "")
    config = _size_and_time(Path(model) / "config.json") if model else None
    return " ".join([model, str(config), *(str(_state(song)) for song in corpus.songs())])


def _reason(corpus: Corpus, songs: list[SongRecord]) -> str:
    first = songs[0]
    what = f"its file is missing ({first.audio})" if first.audio else "none was imported with it"
    more = f", and {len(songs) - 1} more songs lack theirs" if len(songs) > 1 else ""
    return f"{corpus.folder}: {first.song_id} has no sound: {what}{more}; import the songs with their sound."


def _state(song: SongRecord) -> str | None:
    """Size and time of change of the song's sound; None where there is no file."""
    return _size_and_time(Path(song.audio)) if song.audio else None


def _size_and_time(path: Path) -> str | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return f"{found.st_size} {found.st_mtime_ns}"
