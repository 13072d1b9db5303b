"""A stretch of a song: its motion, words, codes and NPMI, counted from the stretch's first frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import SettingsError
from core.lyrics.words import TimedWord
from core.motion.clip import Motion
from core.pipeline.view import CorpusView
from core.skeleton import FPS


@dataclass(frozen=True)
class ClipData:
    """What exporters write.

    Attributes
    ----------
    motion : Motion
    words : tuple of TimedWord
        Seconds from the start of the clip, cut at its ends.
    frame_words : int32 [frames]
        Index into ``words``, -1 for [PAD].
    lyric_codes, dance_codes : int32 [frames]
        -1 outside the bars.
    npmi : float64 [frames]
        NaN outside the bars.
    credit : str
        Song, range, corpus and settings in one line.
    """

    motion: Motion
    words: tuple[TimedWord, ...]
    frame_words: NDArray[np.int32]
    lyric_codes: NDArray[np.int32]
    dance_codes: NDArray[np.int32]
    npmi: NDArray[np.float64]
    credit: str


def cut_clip(view: CorpusView, song_id: str, start: float, stop: float | None) -> ClipData:
    """The frames between two times (seconds of the motion) of a song.

    Raises
    ------
    SettingsError
        Where no frame lies between them.
    """
    song = view.corpus.song(song_id)
    first = max(round(start * FPS), 0)
    last = song.frames if stop is None else min(round(stop * FPS), song.frames)
    if first >= last:
        raise SettingsError(f"No frame lies between {start} and {stop} s; '{song_id}' lasts {song.frames / FPS:.2f} s.")
    spoken = np.asarray(view.corpus.array(song, "words")[first:last], dtype=np.int32)
    heard = sorted({int(i) for i in spoken if i >= 0})
    everything = view.words(song)
    seconds = (last - first) / FPS
    words = tuple(
        TimedWord(w.text, max(w.start - first / FPS, 0.0), min(w.end - first / FPS, seconds), w.line, w.estimated)
        for w in (everything[i] for i in heard)
    )
    index = {old: new for new, old in enumerate(heard)}
    lyric, dance, npmi = _codes(view, song_id, first, last)
    lead = f"{song.title} / {song.artist}" if song.artist else song.title
    credit = (
        f"{lead} ({song_id}), {first / FPS:.2f}-{last / FPS:.2f} s; corpus {view.corpus.folder.resolve().name}; NPMI "
        f"{view.protocol}, {view.coded.lyric_size}+{view.coded.dance_size} codes; made with Kotofuri"
    )
    return ClipData(
        view.corpus.motion(song).slice(first, last), words,
        np.array([index.get(int(i), -1) for i in spoken], np.int32), lyric, dance, npmi, credit,
    )


def _codes(
    view: CorpusView, song_id: str, first: int, last: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    lyric = np.full(last - first, -1, np.int32)
    dance = np.full(last - first, -1, np.int32)
    npmi = np.full(last - first, np.nan)
    for entry, offset in zip(view.bars, view.coded.offsets[:-1], strict=True):
        if entry.song.song_id != song_id:
            continue
        start, stop = max(entry.bar.start, first), min(entry.bar.stop, last)
        if start < stop:
            flat = slice(int(offset) + start - entry.bar.start, int(offset) + stop - entry.bar.start)
            lyric[start - first : stop - first] = view.coded.lyric[flat]
            dance[start - first : stop - first] = view.coded.dance[flat]
            npmi[start - first : stop - first] = view.values[flat]
    return lyric, dance, npmi
