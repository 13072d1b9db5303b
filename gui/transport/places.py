"""Places in a song as a person writes and reads them: frame, seconds, bar:beat."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.pipeline.song import SongData
from core.skeleton import FPS

_FRAME: Final = re.compile(r"(?:f|#|frame)\s*(\d+)|(\d+)\s*(?:f|fr|frames?)")
_SECONDS: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(?:s|sec|seconds)?")
_MINUTES: Final = re.compile(r"(?:(\d+):)?(\d+):(\d\d(?:\.\d*)?)")
_BEAT: Final = re.compile(r"(?:b|bar)?\s*(\d+):(\d)")
_BAR: Final = re.compile(r"(?:b|bar)\s*(\d+)(?::(\d+))?")


@dataclass(frozen=True)
class Place:
    """Where somebody wants to go: exactly one of the three is set.

    Attributes
    ----------
    frame : int or None
    seconds : float or None
    bar : (int, int) or None
        Bar and beat, both counted from 1.
    """

    frame: int | None = None
    seconds: float | None = None
    bar: tuple[int, int] | None = None


def parse(text: str) -> Place | None:
    """Read a place; None where it is none.

    "f120" or "120f" is a frame; "12.5" seconds; "1:23.4" (two digits behind the colon) minutes and seconds; "5:2" (one
    digit) bar and beat; "b5" a bar, "b5:12" a beat beyond the ninth. Full-width characters are as good.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace(",", ".")
    if found := _FRAME.fullmatch(plain):
        return Place(frame=int(found[1] or found[2]))
    if found := _MINUTES.fullmatch(plain):
        return Place(seconds=int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3]))
    if found := _SECONDS.fullmatch(plain):
        return Place(seconds=float(found[1]))
    if found := _BEAT.fullmatch(plain) or _BAR.fullmatch(plain):
        return Place(bar=(int(found[1]), int(found[2] or 1)))
    return None


def beats_in(song: SongData, bar: int) -> np.ndarray:
    """Seconds of the beats in a bar (counted from 0), float64 [n]."""
    record = song.bars[bar]
    low, high = np.searchsorted(song.beats, [record.start / FPS - 1e-6, record.stop / FPS - 1e-6])
    return song.beats[low:high]


def bar_beat(song: SongData, frame: int) -> tuple[int, int] | None:
    """Bar and beat (from 1) that a frame lies in; None outside the bars."""
    bar = int(np.searchsorted([record.start for record in song.bars], frame, side="right")) - 1
    if bar < 0 or frame >= song.bars[bar].stop:
        return None
    beat = int(np.searchsorted(beats_in(song, bar), (frame + 0.5) / FPS, side="right"))
    return bar + 1, max(beat, 1)


def clock_text(seconds: float) -> str:
    """Minutes, seconds and hundredths: "1:23.40"."""
    hundredths = int(seconds * 100 + 1e-6)
    return f"{hundredths // 6000}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"
