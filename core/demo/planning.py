"""Planning a demo song: its bars, its words on the beat, and where a gesture meets its word.

The meetings are what the paper found rare (Watanabe & Goto 2025, Table 1: in 78 % of the songs, 3 % of the bars with
lyrics); the figures below are set so that the planted ones come near that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from core.bars import FPS
from core.corpus.split import assign_splits
from core.demo.plan import GESTURE_NAMES, GestureEvent, SongPlan
from core.demo.vocabulary import ARTISTS, FILLERS, GESTURE_LINES, GESTURE_WORDS, LINES, TITLES
from core.lyrics.words import TimedWord

GENRES: Final = ("pop", "rock", "ballad", "electro", "folk", "idol")
USUAL_SECONDS: Final = 62.0
"""How long a song lasts, about."""
TEMPO: Final = (84.0, 140.0)
"""Slowest and fastest song, beats a minute."""
LANGUAGE_SHARES: Final = {"en": 0.54, "ja": 0.32, "mixed": 0.14}
MEETINGS: Final = (0.15, 0.7, 0.15)
"""Shares of songs with no, one and two bars in which a gesture meets its word; of minutes, in longer songs."""
CHORUS_SHARE: Final = 0.3
"""Share of songs whose chorus, sung three times, has a gesture's word of the theme."""
CHORUS_VERSE_WORDS: Final = (0.5, 0.5)
VERSE_WORDS: Final = (0.0, 0.5, 0.35, 0.15)
"""Shares of songs with 0, 1, ... verse bars with a word of the theme, with and without one in the chorus."""
OWN_WORDS: Final = {"N": 3, "V": 2, "A": 1}
"""Nouns, verbs and adjectives of a song. Few, and nearly its own: a word of a handful of songs meets some dance code in
two of them by chance, and a corpus of 60 songs has no statistics against that."""
COMMON_WORDS: Final = 8
"""Adverbs, which all songs share for the same reason: what is sung everywhere relates to nothing."""
STRAY_SHARE: Final = 0.015
"""Share of the other lines with a gesture's word that is not of the theme, as an ordinary word."""
WORDLESS_SHARE: Final = 0.015
"""Share of the sung bars with a gesture whose word is not sung."""
POPULARITY: Final = 0.45
"""How fast gestures fall in popularity: the n-th is drawn with weight n ** -POPULARITY."""
FORM_SHARES: Final = (0.86, 0.09, 0.05)
"""Shares of the forms of a gesture's word."""
SHORTEST_HOLD: Final = 14
"""Frames that a gesture's word lasts at least."""
EVENT_GAP: Final = 24
"""Frames between two gestures at least, so that the arms can leave one and reach the other."""

_POPULAR: Final = (
    "love", "you", "heart", "sky", "promise", "goodbye", "one", "cry", "listen", "sleep", "two", "clock", "jump",
    "secret", "strong", "photo", "cat", "three", "money",
)
_CHORUS: Final = 4
_EIGHTHS: Final = 8
_LONGEST_WORD: Final = 0.85
_LEAD_IN: Final = (0.35, 0.9)
_TAIL: Final = 15
_THOUSAND: Final = 1000


@dataclass(frozen=True)
class _Slot:
    """A word and how many eighths it lasts; ``gesture`` is the one that it names, if any."""

    text: str
    eighths: int
    gesture: str = ""


@dataclass(frozen=True)
class _Line:
    """What is sung in a bar, from eighth ``start`` on."""

    start: int
    slots: tuple[_Slot, ...]


@dataclass(frozen=True)
class _Sung:
    """A word of a gesture as it is sung: in which bar, over which frames."""

    bar: int
    start: int
    stop: int
    gesture: str
    text: str


def song_id(index: int) -> str:
    """Id of the song: "demo-0007"."""
    return f"demo-{index:04d}"


@lru_cache(maxsize=8)
def _splits(songs: int, seed: int) -> dict[str, str]:
    return assign_splits([song_id(i) for i in range(songs)], seed)


def plan_song(index: int, seed: int, songs: int, seconds: float = USUAL_SECONDS) -> SongPlan:
    """The plan of song ``index`` of a demo of ``songs`` songs. The same four numbers give the same plan.

    Only the split depends on ``songs``. Songs last about ``seconds``, at least :data:`USUAL_SECONDS`. Words lie on
    whole frames, their times are those of the frames to the millisecond, and no two overlap.

    Raises
    ------
    ValueError
        ``index`` is no song of the demo.
    """
    if not 0 <= index < songs:
        raise ValueError(f"index must be 0 to {songs - 1}, got {index}")
    rng = np.random.default_rng([seed, index])
    genre = str(rng.choice(GENRES))
    language = str(rng.choice(list(LANGUAGE_SHARES), p=list(LANGUAGE_SHARES.values())))
    bpm = round(float(rng.uniform(*TEMPO)), 1)
    # Fast songs have more bars, so that all last about a minute (or a multiple of it).
    bars = int(np.clip(round(bpm / 4) + int(rng.integers(-1, 2)), 26, 30))
    minutes = max(seconds / USUAL_SECONDS, 1.0)
    bars = round(bars * minutes)
    beats = np.round(rng.uniform(*_LEAD_IN) + np.arange(4 * bars + 1) * 60.0 / bpm, 6)
    theme = _Theme(rng, language, index, seed)
    form = _form(bars)
    writer = _Writer(rng, theme, bpm)
    lines = _lyrics(form, writer, round(minutes))
    words, named = _sing(lines, beats)
    events = _meetings(rng, [word for word in named if word.gesture in theme.gestures], round(minutes))
    frames = math.ceil(float(beats[-1]) * FPS) + _TAIL
    events = _wordless(rng, events, named, form, beats)
    title = _title(rng, theme)
    return SongPlan(
        song_id(index), title, str(rng.choice(ARTISTS)), genre, _splits(songs, seed)[song_id(index)], language, bpm,
        frames, beats, tuple(words), tuple(events), int(rng.integers(2**31)),
    )


def _form(bars: int) -> list[str]:
    """What each bar is: "" without song, "verse", or "chorus 0" to "chorus 3"."""
    # A chorus a dozen bars; the last two follow each other.
    choruses = max(bars // 10, 3)
    chorus = [f"chorus {i}" for i in range(_CHORUS)]
    verses = bars - 3 - choruses * _CHORUS - (choruses - 2)
    blocks = choruses - 1
    body: list[str] = []
    for i in range(blocks):
        # The first blocks take what does not divide.
        length = verses // blocks + (i < verses % blocks)
        body += [*([""] if i else []), *["verse"] * length, *chorus]
    return ["", "", *body, *chorus, ""]


class _Theme:
    """What a song is about: its languages, its gestures and its own filler words."""

    def __init__(self, rng: np.random.Generator, language: str, index: int, seed: int) -> None:
        self.languages = ("en", "ja") if language == "mixed" else (language,)
        self.main = self.languages[int(rng.integers(len(self.languages)))]
        weights = popularity()
        chosen = rng.choice(len(_POPULAR), int(rng.integers(3, 6)), replace=False, p=weights)
        self.gestures = tuple(_POPULAR[i] for i in sorted(chosen.tolist()))
        self._written = 0
        self.fillers = {
            name: {kind: _own_fillers(name, kind, index, seed, size) for kind, size in OWN_WORDS.items()}
            | {"R": list(FILLERS[name]["R"][:COMMON_WORDS])}
            for name in self.languages
        }

    def language(self) -> str:
        """Language of the next line: every third line of a mixed song is in its other one."""
        self._written += 1
        if len(self.languages) == 1 or self._written % 3:
            return self.main
        return self.languages[1 - self.languages.index(self.main)]


def _own_fillers(language: str, kind: str, index: int, seed: int, size: int) -> list[str]:
    """Words of a kind for one song. Songs take turns with the shuffled list, so that near ones share none."""
    words = FILLERS[language][kind]
    order = np.random.default_rng([seed, len(words), ord(kind)]).permutation(len(words))
    return [words[order[(index * size + i) % len(words)]] for i in range(min(size, len(words)))]


def popularity(names: Sequence[str] = _POPULAR) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Chance of each gesture, float64 [names]; they sum to 1."""
    weights = np.array([(1 + _POPULAR.index(name)) ** -POPULARITY for name in names])
    return np.asarray(weights / weights.sum(), dtype=np.float64)


class _Writer:
    """Writes lines of a song."""

    def __init__(self, rng: np.random.Generator, theme: _Theme, bpm: float) -> None:
        self.rng, self.theme = rng, theme
        eighth = 30.0 / bpm
        self.longest = max(2, math.floor(_LONGEST_WORD / eighth))
        # A word may lose a frame to the rounding of its two ends.
        self.hold = math.ceil((SHORTEST_HOLD + 1) / (eighth * FPS))

    def plain(self) -> _Line:
        """A line without a word of the theme's gestures."""
        if self.rng.random() < STRAY_SHARE:
            others = [name for name in GESTURE_NAMES if name not in self.theme.gestures]
            return self.naming(str(self.rng.choice(others, p=popularity(others))))
        language = self.theme.language()
        return self._laid_out(str(self.rng.choice(LINES[language])), language, "")

    def of_theme(self) -> _Line:
        """A line with a word of one of the theme's gestures."""
        names = self.theme.gestures
        return self.naming(str(self.rng.choice(names, p=popularity(names))))

    def naming(self, gesture: str) -> _Line:
        """A line with a word of this gesture."""
        language = self.theme.language()
        return self._laid_out(str(self.rng.choice(GESTURE_LINES[language])), language, gesture)

    def _laid_out(self, template: str, language: str, gesture: str) -> _Line:
        rng = self.rng
        kinds = template.split()
        least = [self.hold if kind == "G" else 1 for kind in kinds]
        start = int(rng.integers(0, 2)) if sum(least) < _EIGHTHS else 0
        eighths = least[:]
        room = _EIGHTHS - start - sum(eighths) - int(rng.integers(0, 2))
        while room > 0:
            free = [i for i, length in enumerate(eighths) if length < self.longest and kinds[i] != "G"]
            if not free:
                break
            # Words of meaning are stretched before the small ones.
            weights = np.array([3.0 if kinds[i] in "NVAR" else 1.0 for i in free]) / [eighths[i] ** 2 for i in free]
            eighths[int(rng.choice(free, p=weights / weights.sum()))] += 1
            room -= 1
        used: set[str] = set()
        slots = []
        for kind, length in zip(kinds, eighths, strict=True):
            text = self._word(kind, language, gesture, used)
            used.add(text)
            slots.append(_Slot(text, length, gesture if kind == "G" else ""))
        return _Line(start, tuple(slots))

    def _word(self, kind: str, language: str, gesture: str, used: set[str]) -> str:
        if kind == "G":
            forms = GESTURE_WORDS[gesture][language]
            shares = np.array(FORM_SHARES[: len(forms)])
            return str(self.rng.choice(forms, p=shares / shares.sum()))
        if kind not in FILLERS[language]:
            return kind
        mine = self.theme.fillers[language][kind]
        return str(self.rng.choice([word for word in mine if word not in used] or mine))


def _lyrics(form: list[str], writer: _Writer, minutes: int) -> list[_Line | None]:
    """The line of each bar; a chorus is the same every time. Each minute brings words of the theme anew."""
    rng = writer.rng
    verses = [i for i, name in enumerate(form) if name == "verse"]
    in_chorus = rng.random() < CHORUS_SHARE
    shares = CHORUS_VERSE_WORDS if in_chorus else VERSE_WORDS
    count = min(sum(int(rng.choice(len(shares), p=shares)) for _ in range(minutes)), len(verses))
    named = set(rng.choice(verses, count, replace=False).tolist())
    hook = int(rng.integers(_CHORUS)) if in_chorus else -1
    chorus = {f"chorus {i}": writer.of_theme() if i == hook else writer.plain() for i in range(_CHORUS)}
    lines: list[_Line | None] = []
    for i, name in enumerate(form):
        if name == "verse":
            lines.append(writer.of_theme() if i in named else writer.plain())
        else:
            lines.append(chorus.get(name))
    return lines


def _sing(
    lines: list[_Line | None], beats: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> tuple[list[TimedWord], list[_Sung]]:
    """The words on the song's frames, and which of them name a gesture."""
    grid = np.interp(np.arange(2 * len(beats) - 1) / 2, np.arange(len(beats)), beats)
    frames = np.floor(grid * FPS + 0.5).astype(int).tolist()
    words: list[TimedWord] = []
    named: list[_Sung] = []
    number = 0
    for bar, line in enumerate(lines):
        if line is None:
            continue
        at = _EIGHTHS * bar + line.start
        for slot in line.slots:
            start, stop = frames[at], frames[at + slot.eighths]
            words.append(TimedWord(slot.text, _seconds(start), _seconds(stop), number))
            if slot.gesture:
                named.append(_Sung(bar, start, stop, slot.gesture, slot.text))
            at += slot.eighths
        number += 1
    return words, named


def _seconds(frame: int) -> float:
    # Lyrics files keep milliseconds. As n / 1000 the time is the very number that a reader gets from its digits.
    return round(frame * _THOUSAND / FPS) / _THOUSAND


def _meetings(rng: np.random.Generator, named: list[_Sung], minutes: int) -> list[GestureEvent]:
    """Gestures shown while their word is sung."""
    wanted = sum(int(rng.choice(len(MEETINGS), p=MEETINGS)) for _ in range(minutes))
    events: list[GestureEvent] = []
    for i in rng.permutation(len(named)).tolist():
        word = named[i]
        if len(events) < wanted and _free(events, word.start, word.stop):
            events.append(GestureEvent(word.start, word.stop, word.gesture, word.text))
    return sorted(events, key=lambda event: event.start)


def _wordless(
    rng: np.random.Generator, events: list[GestureEvent], named: list[_Sung], form: list[str],
    beats: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> list[GestureEvent]:
    """The events and, in a few sung bars without a gesture's word, gestures on their own."""
    found = list(events)
    taken = {word.bar for word in named}
    for bar in _sung_bars(form):
        if rng.random() >= WORDLESS_SHARE:
            continue
        gesture = str(rng.choice(_POPULAR, p=popularity()))
        start = math.floor(float(rng.uniform(beats[4 * bar], beats[4 * bar + 3])) * FPS)
        stop = start + int(rng.integers(SHORTEST_HOLD, 22))
        if bar not in taken and _free(found, start, stop):
            found.append(GestureEvent(start, stop, gesture))
    return sorted(found, key=lambda event: event.start)


def _sung_bars(form: list[str]) -> Iterator[int]:
    return (i for i, name in enumerate(form) if name)


def _free(events: list[GestureEvent], start: int, stop: int) -> bool:
    return all(start >= event.stop + EVENT_GAP or stop + EVENT_GAP <= event.start for event in events)


def _title(rng: np.random.Generator, theme: _Theme) -> str:
    fillers = theme.fillers[theme.main]
    parts = str(rng.choice(TITLES[theme.main])).split()
    words = [str(rng.choice(fillers[part])) if part in fillers else part for part in parts]
    return "".join(words) if theme.main == "ja" else " ".join(words).capitalize()
