"""Lyric lines of a clip as subtitles: files of their own, a track in a video, and what is drawn into pictures."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from core.export.clip import ClipData, LineWord
from core.files import write_text

LINGER: Final = 1.2
"""Seconds for which a line stays after its last word, unless the next begins."""
EARLY: Final = 0.6
"""Seconds by which a line appears before its first word, once the line before is over."""


@dataclass(frozen=True)
class Caption:
    """A lyric line and when it is shown: seconds from the clip's start, within the clip."""

    words: tuple[LineWord, ...]
    start: float
    end: float

    @property
    def text(self) -> str:
        """The line as it is read."""
        return join(self.words)


def join(words: Sequence[LineWord]) -> str:
    """Words as a line: a space between them, but none between two signs of Japanese or Chinese."""
    text = ""
    for word in words:
        text += (gap(text, word.text) if text else "") + word.text
    return text


def gap(before: str, after: str) -> str:
    """What stands between two words."""
    return "" if before and after and _unspaced(before[-1]) and _unspaced(after[0]) else " "


def _unspaced(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF" and not unicodedata.name(char, "").startswith("HANGUL")


def captions(clip: ClipData, *, linger: bool = False) -> list[Caption]:
    """The clip's lines in order, never two at a time.

    With ``linger`` lines come a little early and stay a little, as is pleasant to read in a picture; without, they
    last from their first word to their last.
    """
    seconds = clip.seconds
    groups = [tuple(words) for _, words in groupby(clip.lines, key=lambda w: w.line)]
    spans = [(min(w.start for w in words), max(w.end for w in words)) for words in groups]
    found: list[Caption] = []
    for i, (words, span) in enumerate(zip(groups, spans, strict=True)):
        before = spans[i - 1][1] if i else -1e9
        after = spans[i + 1][0] if i + 1 < len(spans) else 1e9
        start, end = _lengthened(span, before, after) if linger else span
        start = max(start, found[-1].end if found else 0.0)
        end = min(end, seconds, after if after > start else end)
        if end > start:
            found.append(Caption(words, start, end))
    return found


def _lengthened(span: tuple[float, float], before: float, after: float) -> tuple[float, float]:
    start, end = span
    return min(max(start - EARLY, before), start), max(min(end + LINGER, after - EARLY), end)


def write_subtitles(path: Path, clip: ClipData) -> None:
    """Write .srt, .ass (with karaoke times a word) or .lrc."""
    from pysubs2 import SSAEvent, SSAFile

    ending = path.suffix.lower()
    lines = captions(clip)
    if ending == ".lrc":
        write_text(path, _lrc(clip, lines))
        return
    subtitles = SSAFile()
    subtitles.info["Title"] = clip.song.title
    subtitles.info["Original Script"] = clip.credit
    for line in lines:
        text = _karaoke(line) if ending == ".ass" else line.text
        subtitles.append(SSAEvent(start=round(line.start * 1000), end=round(line.end * 1000), text=text))
    write_text(path, subtitles.to_string(ending.lstrip(".")))


def _karaoke(line: Caption) -> str:
    r"""``{\k}`` times in hundredths of a second; pauses are syllables without text."""
    text, now, shown = "", round(line.start * 100), ""
    for word in line.words:
        start, end = (min(max(round(t * 100), now), round(line.end * 100)) for t in (word.start, word.end))
        if start > now:
            text += f"{{\\k{start - now}}}"
        plain = (gap(shown, word.text) if shown else "") + word.text.replace("{", "(").replace("}", ")")
        text += f"{{\\k{end - start}}}{plain}"
        now, shown = end, word.text
    return text


def _lrc(clip: ClipData, lines: Sequence[Caption]) -> str:
    rows = [f"[ti:{clip.song.title}]", f"[ar:{clip.song.artist}]", f"[re:{clip.credit}]"]
    for line in lines:
        inside = [w for w in line.words if w.end > 0 and w.start < clip.seconds]
        marked = " ".join(f"<{_clock(max(w.start, 0.0))}>{w.text}" for w in inside)
        rows.append(f"[{_clock(line.start)}]{marked} <{_clock(line.end)}>")
    return "\n".join(rows) + "\n"


def _clock(seconds: float) -> str:
    hundredths = round(seconds * 100)
    return f"{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"
