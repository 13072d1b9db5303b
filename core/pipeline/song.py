"""One song as a player shows it: joint positions, words, beats, codes and NPMI of every frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.corpus.records import BarRecord, SongRecord
from core.corpus.store import Corpus
from core.lyrics.words import TimedWord
from core.motion.clip import Motion
from core.pipeline.view import CorpusView
from core.skeleton import FPS, INDEX


@dataclass(frozen=True)
class Dance:
    """A dance as it is drawn.

    Attributes
    ----------
    positions : float32 [T, 53, 3]
        Joints, metres, +Y up, in the order of :data:`core.skeleton.JOINTS`.
    facing : float32 [T, 3]
        Unit vector in which the face looks.
    """

    positions: NDArray[np.float32]
    facing: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.positions)

    def slice(self, start: int, stop: int) -> Dance:
        """Frames ``start`` to ``stop`` (exclusive), as views."""
        return Dance(self.positions[start:stop], self.facing[start:stop])


@dataclass(frozen=True)
class SongData:
    """A song of a corpus, ready to be shown. T frames at 30 a second.

    Attributes
    ----------
    song : SongRecord
    dance : Dance
    words : tuple of TimedWord
        Seconds of the motion.
    frame_words : int32 [T]
        Index into ``words``, -1 where nothing is sung.
    bars : tuple of BarRecord
    beats : float64 [n]
        Seconds of the motion.
    lyric_codes, dance_codes : int32 [T]
        -1 outside the bars, and everywhere while the corpus is not built.
    npmi : float64 [T]
        Frame NPMI; NaN outside the bars, and everywhere while the corpus is not built.
    support : int32 [T]
        In how many of the counted songs the frame's two codes meet.
    """

    song: SongRecord
    dance: Dance
    words: tuple[TimedWord, ...]
    frame_words: NDArray[np.int32]
    bars: tuple[BarRecord, ...]
    beats: NDArray[np.float64]
    lyric_codes: NDArray[np.int32]
    dance_codes: NDArray[np.int32]
    npmi: NDArray[np.float64]
    support: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.dance)

    @property
    def seconds(self) -> float:
        """Length of the motion."""
        return len(self) / FPS

    @property
    def coded(self) -> bool:
        """Whether the song has codes."""
        return bool((self.lyric_codes >= 0).any())


def dance_of(motion: Motion) -> Dance:
    """What is drawn of a motion."""
    positions, turns = motion.world()
    if len(motion) == 0:
        return Dance(positions.astype(np.float32), np.zeros((0, 3), np.float32))
    facing = Rotation.from_quat(turns[:, INDEX["Head"]]).apply([0.0, 0.0, 1.0])
    return Dance(positions.astype(np.float32), facing.astype(np.float32))


def load_dance(corpus: Corpus, song: SongRecord, start: int = 0, stop: int | None = None) -> Dance:
    """The dance of a song, or of its frames ``start`` to ``stop``."""
    return dance_of(corpus.motion(song, start, stop))


def load_song(
    corpus: Corpus, song_id: str, view: CorpusView | None = None, known: SongData | None = None
) -> SongData:
    """A song of a corpus; without a view (the corpus is not built) it has no codes.

    ``known`` is a song of the same corpus; where it is this one, its dance is not made again.

    Raises :class:`core.errors.CorpusError` where there is no such song.
    """
    song = corpus.song(song_id)
    # A song that is imported again has another row.
    same = known is not None and (known.song.row, known.song.fingerprint) == (song.row, song.fingerprint)
    motion = known.dance if known is not None and same else load_dance(corpus, song)
    bars = tuple(corpus.bars(song))
    lyric = np.full(song.frames, -1, np.int32)
    dance = np.full(song.frames, -1, np.int32)
    npmi = np.full(song.frames, np.nan)
    support = np.zeros(song.frames, np.int32)
    if view is not None:
        for i in view.bars_of(song_id):
            bar = view.bars[i].bar
            here, flat = slice(bar.start, bar.stop), slice(int(view.coded.offsets[i]), int(view.coded.offsets[i + 1]))
            lyric[here], dance[here], npmi[here] = view.coded.lyric[flat], view.coded.dance[flat], view.values[flat]
            support[here] = view.counts.pair[lyric[here], dance[here]]
    return SongData(
        song, motion, tuple(corpus.words(song)), np.asarray(corpus.array(song, "words"), np.int32),
        bars, beats_of(bars, song.bpm), lyric, dance, npmi, support,
    )


def beats_of(bars: Sequence[BarRecord], bpm: float | None) -> NDArray[np.float64]:
    """Seconds of the beats: every bar cut evenly, into as many beats as the tempo says or else four."""
    times: list[float] = []
    for bar in bars:
        seconds = (bar.stop - bar.start) / FPS
        beats = min(max(round(seconds * bpm / 60.0), 1), 32) if bpm else 4
        times += [bar.start / FPS + seconds * i / beats for i in range(beats)]
    return np.array(times, np.float64)
