"""Reading songs into a corpus: motion, words, bars, and the notes that the user should see."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audio.beats import downbeats_from_tempo, estimate_downbeats, read_downbeats
from core.bars import cut_bars, frame_words, words_outside
from core.corpus.records import BarRecord, NewSong, SongRecord
from core.corpus.sources import Fault, SongSource, gather
from core.corpus.store import Corpus
from core.errors import InputError, KotofuriError
from core.files import MAX_BINARY_BYTES, read_bytes
from core.lyrics.read import read_lyrics
from core.lyrics.words import TimedLyrics, TimedWord
from core.motion.read import read_motion
from core.progress import Progress, silent
from core.skeleton import FPS, JOINTS

IMPORT_VERSION = 1
"""Raised whenever readers give other results, so that songs are imported anew."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did: ids of songs imported, songs that had not changed, and songs left out."""

    imported: tuple[str, ...]
    unchanged: tuple[str, ...]
    faults: tuple[Fault, ...]


def import_songs(
    sources: Sequence[Path], corpus: Corpus, *, seed: int = 0, progress: Progress = silent,
    only: Collection[str] | None = None,
) -> ImportReport:
    """Import every song of ``sources`` (manifests or folders), or those whose song_id is in ``only``.

    A song whose files have not changed since an earlier import is left as it is, so a killed import
    goes on where it stopped. A bad song is left out and named; the others are imported.

    Raises :class:`InputError` where a source itself is unusable.
    """
    songs, faults = gather(sources)
    if only is not None:
        songs = [song for song in songs if song.song_id in only]
        faults = [fault for fault in faults if fault.song_id in only]
    imported: list[str] = []
    unchanged: list[str] = []
    for i, source in enumerate(songs):
        progress(i / len(songs), f"importing {source.song_id} ({i + 1}/{len(songs)})")
        try:
            fingerprint = _fingerprint(source)
            if corpus.fingerprint_of(source.song_id) == fingerprint:
                unchanged.append(source.song_id)
            else:
                import_song(source, corpus, fingerprint)
                imported.append(source.song_id)
        except KotofuriError as error:
            faults.append(Fault(source.song_id, str(error)))
    corpus.share_out_splits(seed)
    corpus.set_setting("import", {"seed": seed})
    progress(1.0, f"{len(imported)} songs imported")
    return ImportReport(tuple(imported), tuple(unchanged), tuple(faults))


def import_song(source: SongSource, corpus: Corpus, fingerprint: str) -> SongRecord:
    """Read one song's files and write it into the corpus; raises :class:`KotofuriError` with one sentence."""
    read = read_motion(source.motion, source.model)
    frames = len(read.motion)
    if frames < FPS:
        raise InputError(source.motion, f"the motion lasts {frames / FPS:.2f} s, less than a bar", "use a longer one")
    notes = list(read.report.notes)
    lyrics = read_lyrics(source.lyrics) if source.lyrics else TimedLyrics(())
    notes += lyrics.notes
    words = _in_motion(lyrics.words, source.offset, frames, notes)
    downbeats, origin = _downbeats(source, frames)
    bars = cut_bars(downbeats + source.offset, frames)
    if not bars:
        beats = source.beats or source.audio or source.motion
        raise InputError(beats, "no bar of at least one second lies in the motion", "check the beats and the offset")
    spoken = frame_words(words, frames)
    records = tuple(BarRecord(b.start, b.end, bool((spoken[b.start : b.end] >= 0).any())) for b in bars)
    driven = [name for name, moved in zip(JOINTS, read.motion.driven, strict=True) if moved]
    report: dict[str, Any] = {
        "motion": {k: v for k, v in asdict(read.report).items() if k != "notes"},
        "bars": origin, "driven": driven, "notes": notes,
    }
    new = NewSong(
        source.song_id, source.title or lyrics.title or source.song_id, source.artist or lyrics.artist, source.genre,
        source.split, source.bpm, source.offset, str(source.audio or ""), lyrics.segmenter,
        {kind: str(path) for kind, path in source.files().items()}, report, fingerprint, records, tuple(words),
    )
    return corpus.add_song(new, read.motion, spoken)


def _in_motion(words: Sequence[TimedWord], offset: float, frames: int, notes: list[str]) -> list[TimedWord]:
    """Words moved by the offset, without those that lie outside the motion."""
    moved = [TimedWord(w.text, w.start + offset, w.end + offset, w.line, w.estimated) for w in words]
    inside = [w for w in moved if not words_outside([w], frames)]
    if len(inside) < len(moved):
        notes.append(f"{len(moved) - len(inside)} of {len(moved)} words lie outside the motion and were left out.")
    return inside


def _downbeats(source: SongSource, frames: int) -> tuple[NDArray[np.float64], str]:
    seconds = frames / FPS
    if source.beats:
        return read_downbeats(source.beats), "beats file"
    if source.bpm:
        return downbeats_from_tempo(source.bpm, 0.0, seconds - min(source.offset, 0.0)), "bpm and offset"
    if source.audio:
        estimated = estimate_downbeats(source.audio)
        return estimated.times, f"estimated from the audio by {estimated.source}"
    raise InputError(
        source.motion, "there is nothing to cut bars by", "give a beats file, a bpm, or the audio to estimate them from"
    )


def _fingerprint(source: SongSource) -> str:
    """Hash of the files' contents (audio: size and time, it is only referred to) and of the row's values."""
    digest = hashlib.sha256(f"import {IMPORT_VERSION}".encode())
    values = {k: str(v) for k, v in asdict(source).items()}
    digest.update(json.dumps(values, sort_keys=True).encode())
    for kind, path in source.files().items():
        if kind == "audio":
            if not path.is_file():
                raise InputError(path, "there is no such audio file", "check the name, or leave the column empty")
            stat = path.stat()
            digest.update(f"{stat.st_size} {stat.st_mtime_ns}".encode())
        else:
            digest.update(read_bytes(path, MAX_BINARY_BYTES))
    return digest.hexdigest()
