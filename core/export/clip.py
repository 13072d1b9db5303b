"""A stretch of a song: its motion, words, codes, NPMI and sound, counted from the stretch's first frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.errors import SettingsError
from core.lyrics.words import TimedWord
from core.motion.clip import Motion
from core.pipeline.view import CorpusView
from core.skeleton import FPS


@dataclass(frozen=True)
class LineWord:
    """A word of a lyric line that is sung in the clip.

    Attributes
    ----------
    text : str
    start, end : float
        Seconds from the clip's first frame, not cut: a line may begin before the clip and end after it.
    line : int
    npmi : float64 [frames of the word]
        NaN outside the bars.
    """

    text: str
    start: float
    end: float
    line: int
    npmi: NDArray[np.float64]


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
    song : SongRecord
    first : int
        Frame of the song that is the clip's frame 0.
    lines : tuple of LineWord
        All words of the lyric lines of which something is sung in the clip, for subtitles.
    bars : tuple of float
        Seconds from the clip's start at which a bar begins or ends, inside the clip.
    """

    motion: Motion
    words: tuple[TimedWord, ...]
    frame_words: NDArray[np.int32]
    lyric_codes: NDArray[np.int32]
    dance_codes: NDArray[np.int32]
    npmi: NDArray[np.float64]
    credit: str
    song: SongRecord
    first: int
    lines: tuple[LineWord, ...]
    bars: tuple[float, ...]

    @property
    def seconds(self) -> float:
        """Length of the clip."""
        return len(self.motion) / FPS

    @property
    def last(self) -> int:
        """Frame of the song after the clip's last one."""
        return self.first + len(self.motion)


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
    return cut_frames(view.corpus, view, song, first, last)


def cut_frames(corpus: Corpus, view: CorpusView | None, song: SongRecord, first: int, last: int) -> ClipData:
    """Frames ``first`` to ``last`` (exclusive) of a song; without a view (the corpus is not built) it has no codes.

    Raises
    ------
    SettingsError
        Where the song has no such frames.
    """
    if not 0 <= first < last <= song.frames:
        raise SettingsError(f"'{song.song_id}' has the frames 0 to {song.frames}; {first} to {last} is no part of it.")
    spoken = np.asarray(corpus.array(song, "words"), dtype=np.int32)
    heard = sorted({int(i) for i in spoken[first:last] if i >= 0})
    everything = corpus.words(song)
    seconds = (last - first) / FPS
    words = tuple(
        TimedWord(w.text, max(w.start - first / FPS, 0.0), min(w.end - first / FPS, seconds), w.line, w.estimated)
        for w in (everything[i] for i in heard)
    )
    index = {old: new for new, old in enumerate(heard)}
    lyric, dance, npmi = _codes(view, song)
    lead = f"{song.title} / {song.artist}" if song.artist else song.title
    counted = "" if view is None else f"; NPMI {view.protocol}, {view.coded.lyric_size}+{view.coded.dance_size} codes"
    credit = (f"{lead} ({song.song_id}), {first / FPS:.2f}-{last / FPS:.2f} s; corpus {corpus.folder.resolve().name}"
              f"{counted}; made with Kotofuri")
    edges = {edge for bar in corpus.bars(song) for edge in (bar.start, bar.stop) if first <= edge <= last}
    return ClipData(
        corpus.motion(song, first, last), words,
        np.array([index.get(int(i), -1) for i in spoken[first:last]], np.int32),
        lyric[first:last], dance[first:last], npmi[first:last], credit, song, first,
        _lines(everything, heard, npmi, first), tuple((edge - first) / FPS for edge in sorted(edges)),
    )


def _lines(
    words: Sequence[TimedWord], heard: Sequence[int], npmi: NDArray[np.float64], first: int
) -> tuple[LineWord, ...]:
    wanted = {words[i].line for i in heard}
    found = []
    for word in words:
        if word.line in wanted:
            start = max(round(word.start * FPS), 0)
            stop = max(round(word.end * FPS), start + 1)
            found.append(LineWord(word.text, word.start - first / FPS, word.end - first / FPS, word.line,
                                  npmi[start:stop]))
    return tuple(found)


def _codes(
    view: CorpusView | None, song: SongRecord
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    lyric = np.full(song.frames, -1, np.int32)
    dance = np.full(song.frames, -1, np.int32)
    npmi = np.full(song.frames, np.nan)
    if view is not None:
        for i in view.bars_of(song.song_id):
            bar = view.bars[i].bar
            here, flat = slice(bar.start, bar.stop), slice(int(view.coded.offsets[i]), int(view.coded.offsets[i + 1]))
            lyric[here], dance[here], npmi[here] = view.coded.lyric[flat], view.coded.dance[flat], view.values[flat]
    return lyric, dance, npmi
