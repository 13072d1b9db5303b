"""A song of 40 seconds with known words, codes and values."""

from __future__ import annotations

import numpy as np

from core.corpus.records import BarRecord, SongRecord
from core.lyrics.words import TimedWord
from core.pipeline.song import Dance, SongData
from core.skeleton import FPS, REST_POSITIONS

FRAMES = 40 * FPS
WORDS = (
    TimedWord("love", 2.0, 3.0, 0), TimedWord("愛してる", 3.0, 4.0, 0), TimedWord("tomorrow", 4.5, 5.5, 0),
    TimedWord("ひかり", 8.0, 12.0, 1, True), TimedWord("end", 30.0, 31.0, 2),
)


def made_song(audio: str = "", *, coded: bool = True, words: tuple[TimedWord, ...] = WORDS, song_id: str = "made",
              shift: float = 0.0) -> SongData:
    """Bars of two seconds from second 1 on, four beats each.

    NPMI: 0.6 on "love"; on the second word 0.3 in its first half and -0.4 in the second; 0.1 on "tomorrow", which rests
    on two songs; 0.2 on the long one; -0.4 elsewhere in the bars.
    """
    spoken = np.full(FRAMES, -1, np.int32)
    for i, word in enumerate(words):
        spoken[round(word.start * FPS):round(word.end * FPS)] = i
    bars = tuple(BarRecord(s * FPS, (s + 2) * FPS, True) for s in range(1, 39, 2))
    inside = np.zeros(FRAMES, bool)
    inside[30:39 * FPS] = True
    npmi = np.where(inside, -0.4, np.nan)
    npmi[60:90], npmi[90:105], npmi[105:120] = 0.6, 0.3, -0.4
    npmi[135:165], npmi[240:360] = 0.1, 0.2
    support = np.where(inside, 9, 0).astype(np.int32)
    support[135:165] = 2
    lyric = np.where(inside, np.where(spoken >= 0, spoken + 10, 7), -1).astype(np.int32)
    dance = np.where(inside, np.arange(FRAMES) // 15 % 20, -1).astype(np.int32)
    if not coded:
        npmi[:] = np.nan
        lyric[:] = dance[:] = -1
    record = SongRecord(1, song_id, "Made", "", "", "train", 120.0, shift, FRAMES, audio, "spaces")
    still = Dance(np.repeat(REST_POSITIONS[None].astype(np.float32), FRAMES, axis=0), np.zeros((FRAMES, 3), np.float32))
    return SongData(record, still, words, spoken, bars, np.arange(1, 39, 0.5), lyric, dance, npmi, support)
