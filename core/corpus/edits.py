"""Changes to a corpus by hand: times of words, a song's shift against its motion, tags.

Every edit is on disk when :func:`apply_edit` returns, and gives back the edit that undoes it. Stages that depend on
what was changed lose their rows in the catalogue, no others: codes after a word was moved, dance vectors as well after
a shift (bars are cut anew, and a dance is encoded bar by bar). :func:`core.pipeline.recode.recode` brings them back.

A word that a shift takes out of the motion stays in the catalogue, without frames, so that nothing is lost; words that
the import had already left out for this reason come in only with an import under the new offset.

A song's fingerprint stays, so importing unchanged files again leaves the edits alone. Importing changed files replaces
them and says so in the song's notes; tags stay.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.audio.beats import downbeats_from_tempo, read_downbeats
from core.bars import cut_bars, frame_words, words_outside
from core.corpus.records import BarRecord, SongRecord
from core.corpus.store import Corpus
from core.errors import CorpusError, KotofuriError, SettingsError
from core.lyrics.words import TimedWord
from core.skeleton import FPS

WORD_STAGES: Final = ("lyric_codes",)
"""Stages (:mod:`core.pipeline`) that depend on when words are sung. Their vectors do not."""
BAR_STAGES: Final = (*WORD_STAGES, "dance", "dance_codes")
"""Stages that depend on where bars lie."""
MAX_SHIFT: Final = 3600.0
MAX_TAG: Final = 500
_SAME: Final = 1e-6


@dataclass(frozen=True)
class WordTimes:
    """When a word is sung: its index in the song, start and end in seconds of the motion."""

    index: int
    start: float
    end: float
    estimated: bool = False


@dataclass(frozen=True)
class MoveWords:
    """Sing words of a song at other times."""

    song_id: str
    times: tuple[WordTimes, ...]


@dataclass(frozen=True)
class ShiftSong:
    """Move lyrics, beats and audio of a song against its motion.

    Attributes
    ----------
    song_id : str
    shift : float
        The new shift, seconds: what is added to a time of the song to get the time in the motion.
    times : tuple of WordTimes, optional
        Exact times for all words; without it they move by the change of the shift.
    bars : tuple of (start, stop), optional
        Exact frames of the bars; without it they are cut anew at the song's downbeats.
    """

    song_id: str
    shift: float
    times: tuple[WordTimes, ...] | None = None
    bars: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True)
class AddTag:
    """Put a text on a song, or on its frames ``start`` to ``stop`` (exclusive). ``tag`` asks for an id used before."""

    song_id: str
    text: str
    start: int | None = None
    stop: int | None = None
    tag: int | None = None


@dataclass(frozen=True)
class RemoveTag:
    """Take a tag away."""

    tag: int


Edit = MoveWords | ShiftSong | AddTag | RemoveTag


@dataclass(frozen=True)
class Tag:
    """A text on a song, or on a range of its frames (both None: the whole song)."""

    tag: int
    song_id: str
    text: str
    start: int | None
    stop: int | None


@dataclass(frozen=True)
class SongEdits:
    """What of a song differs from its import.

    Attributes
    ----------
    words : tuple of int
        Indices of words with other times.
    shift : float or None
        The imported shift, where it is another now.
    """

    words: tuple[int, ...]
    shift: float | None

    def __bool__(self) -> bool:
        return bool(self.words) or self.shift is not None


def apply_edit(corpus: Corpus, edit: Edit) -> Edit:
    """Make a change and return the one that undoes it.

    Raises
    ------
    KotofuriError
        The change makes no sense (a word after the next one, no bar left in the motion, an empty tag); nothing is
        changed then.
    """
    if isinstance(edit, MoveWords):
        return _move(corpus, edit)
    if isinstance(edit, ShiftSong):
        return _shift(corpus, edit)
    if isinstance(edit, AddTag):
        return _add_tag(corpus, edit)
    return _remove_tag(corpus, edit)


def tags(corpus: Corpus, song_id: str | None = None) -> list[Tag]:
    """The tags of a song, or of all songs that are in the corpus, by song and place; tags of whole songs first."""
    if not corpus.has_edits():
        return []
    where = " AND t.song_id = ?" if song_id is not None else ""
    rows = corpus.rows(
        "SELECT t.id, t.song_id, t.text, t.start, MIN(t.stop, s.frames) FROM tags t JOIN songs s USING (song_id)"  # noqa: S608
        f" WHERE (t.start IS NULL OR t.start < s.frames){where} ORDER BY t.song_id, t.start, t.id",
        () if song_id is None else (song_id,),
    )
    return [Tag(*row) for row in rows]


def edits_of(corpus: Corpus, song_id: str) -> SongEdits:
    """What of a song was changed by hand since its import."""
    if not corpus.has_edits():
        return SongEdits((), None)
    song = corpus.song(song_id)
    words = corpus.words(song)
    rows = corpus.rows("SELECT kind, item, value FROM edits WHERE song_id = ? ORDER BY item", (song_id,))
    moved = []
    shift: float | None = None
    for kind, item, value in rows:
        if kind == "shift" and abs(float(value) - song.shift) > _SAME:
            shift = float(value)
        if kind == "word":
            start, end = json.loads(value)
            word = words[item]
            if abs(word.start - song.shift - start) > _SAME or abs(word.end - song.shift - end) > _SAME:
                moved.append(item)
    return SongEdits(tuple(moved), shift)


def settle_words(corpus: Corpus) -> None:
    """Bring the frame words of songs whose edit was cut off in line with the catalogue."""
    for (song_id,) in corpus.rows("SELECT song_id FROM edits WHERE kind = 'pending'"):
        if corpus.fingerprint_of(song_id) is not None:
            song = corpus.song(song_id)
            corpus.set_frame_words(song, frame_words(corpus.words(song), song.frames))
        with corpus.editing() as db:
            db.execute("DELETE FROM edits WHERE song_id = ? AND kind = 'pending'", (song_id,))


def needs_estimate(corpus: Corpus, song_id: str) -> str:
    """The audio from which the downbeats of a song must be estimated again before a shift (slow), or an empty string.

    Hand the result of :func:`core.audio.beats.estimate_downbeats` to :func:`keep_downbeats`; without it the bars only
    move along, and those that come into the motion anew are missing.
    """
    song = corpus.song(song_id)
    if _kept(corpus, song) is not None or "beats" in song.sources or song.bpm:
        return ""
    return song.audio if song.audio and Path(song.audio).is_file() else ""


def keep_downbeats(corpus: Corpus, song_id: str, downbeats: Sequence[float]) -> None:
    """Keep a song's downbeats (seconds of the song, before the shift) for later shifts."""
    corpus.set_setting(f"downbeats {corpus.song(song_id).row}", [float(time) for time in downbeats])


# -- words --------------------------------------------------------------------------------------------


def _move(corpus: Corpus, edit: MoveWords) -> MoveWords:
    song = corpus.song(edit.song_id)
    old = corpus.words(song)
    new = _with_times(old, edit.times)
    _check_order(song, old, new, {times.index for times in edit.times})
    bars = [(bar.start, bar.stop) for bar in corpus.bars(song)]
    _write(corpus, song, old, new, bars, song.shift, WORD_STAGES)
    return MoveWords(edit.song_id, tuple(_times_of(old, i) for i in sorted({t.index for t in edit.times})))


def _with_times(words: Sequence[TimedWord], times: Sequence[WordTimes]) -> list[TimedWord]:
    changed = list(words)
    for time in times:
        if not 0 <= time.index < len(words):
            raise SettingsError(f"There is no word {time.index}; the song has {len(words)} words.")
        word = words[time.index]
        if not (np.isfinite(time.start) and np.isfinite(time.end)) or time.end - time.start < _SAME:
            raise SettingsError(f"'{word.text}' must end after it starts; give it another end.")
        changed[time.index] = TimedWord(word.text, float(time.start), float(time.end), word.line, time.estimated)
    return changed


def _check_order(
    song: SongRecord, old: Sequence[TimedWord], new: Sequence[TimedWord], moved: set[int]
) -> None:
    for i in sorted(moved):
        word = new[i]
        if words_outside([word], song.frames):
            # A word that an earlier shift had left outside may go back there by undo.
            if not words_outside([old[i]], song.frames):
                raise SettingsError(f"'{word.text}' would lie outside the motion; keep it within "
                                    f"{song.frames / FPS:.2f} s.")
            continue
        for one, other in ((i - 1, i), (i, i + 1)):
            if one >= 0 and other < len(new) and new[one].end > new[other].start + _SAME:
                raise SettingsError(f"'{new[one].text}' would last beyond the start of the next word, "
                                    f"'{new[other].text}'; move that one as well.")


def _times_of(words: Sequence[TimedWord], index: int) -> WordTimes:
    word = words[index]
    return WordTimes(index, word.start, word.end, word.estimated)


# -- shift --------------------------------------------------------------------------------------------


def _shift(corpus: Corpus, edit: ShiftSong) -> ShiftSong:
    song = corpus.song(edit.song_id)
    if not np.isfinite(edit.shift) or abs(edit.shift) > MAX_SHIFT:
        raise SettingsError(f"A shift of {edit.shift:g} s is no use; give one within {MAX_SHIFT:.0f} s either way.")
    old, bars = corpus.words(song), [(bar.start, bar.stop) for bar in corpus.bars(song)]
    by = edit.shift - song.shift
    times = edit.times
    if times is None:
        times = tuple(WordTimes(i, w.start + by, w.end + by, w.estimated) for i, w in enumerate(old))
    new = _with_times(old, times)
    cut = list(edit.bars) if edit.bars is not None else _cut(corpus, song, bars, edit.shift)
    if not cut:
        raise SettingsError(f"With a shift of {edit.shift:g} s no bar of '{song.song_id}' would lie in the motion; "
                            "give another one.")
    _write(corpus, song, old, new, cut, edit.shift, BAR_STAGES)
    return ShiftSong(edit.song_id, song.shift, tuple(_times_of(old, i) for i in range(len(old))), tuple(bars))


def _cut(corpus: Corpus, song: SongRecord, bars: Sequence[tuple[int, int]], shift: float) -> list[tuple[int, int]]:
    """Bars of the song under another shift, from its downbeats where these explain the present bars."""
    downbeats = _downbeats(corpus, song, song.shift)
    if downbeats is None or _frames(downbeats + song.shift, song.frames) != list(bars):
        # The files are gone, or were changed since: the edges of the bars are all that is known of the downbeats.
        edges = sorted({edge for bar in bars for edge in bar})
        return _frames(np.array(edges) / FPS + (shift - song.shift), song.frames)
    moved = _downbeats(corpus, song, shift)
    return _frames((downbeats if moved is None else moved) + shift, song.frames)


def _frames(downbeats: NDArray[np.float64], frames: int) -> list[tuple[int, int]]:
    return [(bar.start, bar.end) for bar in cut_bars(downbeats, frames)]


def _downbeats(corpus: Corpus, song: SongRecord, shift: float) -> NDArray[np.float64] | None:
    """Downbeats in seconds of the song, as the importer finds them; None where they cannot be had (quickly)."""
    if (kept := _kept(corpus, song)) is not None:
        return kept
    if "beats" in song.sources:
        try:
            return read_downbeats(song.sources["beats"])
        except (KotofuriError, OSError):
            return None
    if song.bpm:
        return downbeats_from_tempo(song.bpm, 0.0, song.frames / FPS - min(shift, 0.0))
    return None


def _kept(corpus: Corpus, song: SongRecord) -> NDArray[np.float64] | None:
    kept = corpus.setting(f"downbeats {song.row}")
    return None if kept is None else np.array(kept, np.float64)


# -- writing ------------------------------------------------------------------------------------------


def _write(
    corpus: Corpus, song: SongRecord, old: Sequence[TimedWord], new: Sequence[TimedWord],
    bars: Sequence[tuple[int, int]], shift: float, stages: Sequence[str],
) -> None:
    """The catalogue in one transaction, then the array of frame words; what is cut off between them is noticed."""
    spoken = frame_words(new, song.frames)
    records = [BarRecord(start, stop, bool((spoken[start:stop] >= 0).any())) for start, stop in bars]
    with corpus.editing() as db:
        _remember(db, song, old, new, shift)
        changed = [(w.start, w.end, w.estimated, song.row, i)
                   for i, (w, o) in enumerate(zip(new, old, strict=True)) if w != o]
        db.executemany("UPDATE words SET start = ?, stop = ?, estimated = ? WHERE song = ? AND number = ?", changed)
        db.execute("DELETE FROM bars WHERE song = ?", (song.row,))
        db.executemany("INSERT INTO bars VALUES (?,?,?,?,?)",
                       [(song.row, i, b.start, b.stop, b.sung) for i, b in enumerate(records)])
        db.execute("UPDATE songs SET shift = ? WHERE id = ?", (shift, song.row))
        db.executemany("DELETE FROM stages WHERE song = ? AND stage = ?", [(song.row, stage) for stage in stages])
        db.execute("INSERT OR REPLACE INTO edits VALUES (?, 'pending', 0, '')", (song.song_id,))
    corpus.set_frame_words(song, spoken)
    with corpus.editing() as db:
        db.execute("DELETE FROM edits WHERE song_id = ? AND kind = 'pending'", (song.song_id,))


def _remember(
    db: sqlite3.Connection, song: SongRecord, old: Sequence[TimedWord], new: Sequence[TimedWord], shift: float
) -> None:
    """Note what the import had said, the first time that something is changed, and forget it once it is so again."""
    kept: dict[tuple[str, int], Any] = {
        (kind, item): json.loads(value) for kind, item, value in
        db.execute("SELECT kind, item, value FROM edits WHERE song_id = ? AND kind <> 'pending'", (song.song_id,))
    }
    for i, (before, after) in enumerate(zip(old, new, strict=True)):
        # Kept as times of the song, so that a shift alone changes no word.
        now = (after.start - shift, after.end - shift)
        first = kept.get(("word", i)) or (before.start - song.shift, before.end - song.shift)
        same = max(abs(a - b) for a, b in zip(first, now, strict=True)) <= _SAME
        if not same and ("word", i) not in kept:
            db.execute("INSERT INTO edits VALUES (?, 'word', ?, ?)", (song.song_id, i, json.dumps(first)))
        elif same and ("word", i) in kept:
            db.execute("DELETE FROM edits WHERE song_id = ? AND kind = 'word' AND item = ?", (song.song_id, i))
    first_shift = kept.get(("shift", 0), song.shift)
    db.execute("DELETE FROM edits WHERE song_id = ? AND kind = 'shift'", (song.song_id,))
    if abs(first_shift - shift) > _SAME:
        db.execute("INSERT INTO edits VALUES (?, 'shift', 0, ?)", (song.song_id, json.dumps(first_shift)))


# -- tags ---------------------------------------------------------------------------------------------


def _add_tag(corpus: Corpus, edit: AddTag) -> RemoveTag:
    song = corpus.song(edit.song_id)
    text = " ".join(edit.text.split())
    if not text or len(text) > MAX_TAG:
        raise SettingsError(f"A tag needs a text of at most {MAX_TAG} characters.")
    if (edit.start is None) != (edit.stop is None):
        raise SettingsError("A tag lies on a range of frames with a start and a stop, or on the whole song.")
    if edit.start is not None and edit.stop is not None and not 0 <= edit.start < edit.stop <= song.frames:
        raise SettingsError(f"The frames {edit.start} to {edit.stop} are no range of '{song.song_id}', which has "
                            f"{song.frames} frames.")
    with corpus.editing() as db:
        cursor = db.execute("INSERT INTO tags VALUES (?,?,?,?,?)",
                            (edit.tag, edit.song_id, text, edit.start, edit.stop))
        return RemoveTag(int(cursor.lastrowid or 0))


def _remove_tag(corpus: Corpus, edit: RemoveTag) -> AddTag:
    with corpus.editing() as db:
        row = db.execute("SELECT song_id, text, start, stop FROM tags WHERE id = ?", (edit.tag,)).fetchone()
        if row is None:
            raise CorpusError(f"{corpus.folder}: the tag {edit.tag} is gone already.")
        db.execute("DELETE FROM tags WHERE id = ?", (edit.tag,))
        song_id, text, start, stop = row
        return AddTag(song_id, text, start, stop, edit.tag)
