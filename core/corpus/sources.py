"""Where songs come from: a manifest.csv, or folders whose files are paired by name."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.codes import SPLITS
from core.errors import InputError
from core.files import read_text

COLUMNS: Final = (
    "song_id", "title", "artist", "motion", "model", "lyrics", "audio", "beats", "bpm", "split", "genre", "offset",
)
MOTION_ENDINGS: Final = (".vmd", ".bvh")
MODEL_ENDINGS: Final = (".pmx", ".pmd")
LYRICS_ENDINGS: Final = (".lrc", ".ass", ".ssa", ".vtt", ".srt", ".textgrid", ".json", ".tsv", ".csv")
AUDIO_ENDINGS: Final = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".aac", ".mp4")
BEATS_ENDINGS: Final = (".txt", ".csv", ".tsv", ".beats", ".downbeats")
_BEATS = re.compile(r"[._-](down)?beats?$", re.IGNORECASE)
MAX_SONGS: Final = 1_000_000


@dataclass(frozen=True)
class SongSource:
    """The files of one song. Paths are None where there is no such file.

    ``offset`` is added to every time of the lyrics, beats and audio (seconds) to get the time in the
    motion. Where only ``bpm`` is given, the first downbeat is the start of the song.
    """

    song_id: str
    motion: Path
    title: str = ""
    artist: str = ""
    model: Path | None = None
    lyrics: Path | None = None
    audio: Path | None = None
    beats: Path | None = None
    bpm: float | None = None
    split: str = ""
    genre: str = ""
    offset: float = 0.0

    def files(self) -> dict[str, Path]:
        """Kind -> path of the files that are there."""
        found = {"motion": self.motion, "model": self.model, "lyrics": self.lyrics, "audio": self.audio,
                 "beats": self.beats}
        return {kind: path for kind, path in found.items() if path is not None}


@dataclass(frozen=True)
class Fault:
    """A song that was left out, and why (one sentence)."""

    song_id: str
    sentence: str


def gather(sources: Sequence[Path]) -> tuple[list[SongSource], list[Fault]]:
    """Songs of all sources; rows that cannot be used come back as faults.

    Raises
    ------
    InputError
        Where a source itself cannot be read or holds no motion.
    """
    songs: list[SongSource] = []
    faults: list[Fault] = []
    for source in sources:
        found, bad = read_manifest(source) if source.is_file() or source.suffix == ".csv" else pair_folder(source)
        songs += found
        faults += bad
    seen: dict[str, SongSource] = {}
    for song in songs:
        if song.song_id in seen:
            faults.append(Fault(song.song_id, f"{song.motion}: the song_id '{song.song_id}' is already taken by "
                                              f"{seen[song.song_id].motion}; give it another one."))
        else:
            seen[song.song_id] = song
    return list(seen.values()), faults


def read_manifest(path: Path) -> tuple[list[SongSource], list[Fault]]:
    """Rows of a manifest.csv (columns of :data:`COLUMNS`; song_id and motion are required).

    Raises :class:`InputError` where it is no such table.
    """
    text = read_text(path)
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        header = [name.strip() for name in rows.fieldnames or []]
        missing = [name for name in ("song_id", "motion") if name not in header]
        if missing:
            raise InputError(path, f"its first line has no column '{missing[0]}'", f"columns are {', '.join(COLUMNS)}")
        rows.fieldnames = header
        songs: list[SongSource] = []
        faults: list[Fault] = []
        for row in rows:
            if len(songs) + len(faults) >= MAX_SONGS:
                raise InputError(path, f"it has more than {MAX_SONGS} rows", "split it")
            cells = {k: (v or "").strip() for k, v in row.items() if isinstance(k, str) and not isinstance(v, list)}
            if not any(cells.values()):
                continue
            try:
                songs.append(_row(path, rows.line_num, cells))
            except InputError as error:
                faults.append(Fault(cells.get("song_id") or f"line {rows.line_num}", str(error)))
    except csv.Error as error:
        raise InputError(path, f"it is no valid CSV table ({error})", "save it as comma-separated UTF-8") from error
    if not songs and not faults:
        raise InputError(path, "it lists no songs", "add a row a song")
    return songs, faults


def _row(path: Path, line: int, cells: dict[str, str]) -> SongSource:
    def number(name: str) -> float | None:
        if not cells.get(name):
            return None
        try:
            value = float(cells[name])
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or abs(value) > 86_400:
            raise InputError(path, f"line {line}: {name} is '{cells[name][:40]}', not a usable number", "correct it")
        return value

    def file(name: str) -> Path | None:
        if not cells.get(name):
            return None
        if "\0" in cells[name]:
            raise InputError(path, f"line {line}: the name of the {name} file holds a zero byte", "correct it")
        return (path.parent / cells[name]).resolve()

    song_id, motion = cells.get("song_id", ""), file("motion")
    if not song_id or motion is None:
        raise InputError(path, f"line {line} has no {'motion' if song_id else 'song_id'}", "fill it in")
    split = cells.get("split", "").lower()
    if split and split not in SPLITS:
        raise InputError(path, f"line {line}: split is '{split[:40]}'", "use train, dev or test, or leave it empty")
    bpm = number("bpm")
    if bpm is not None and not 20 <= bpm <= 400:
        raise InputError(path, f"line {line}: bpm is {bpm:g}, outside 20 to 400", "correct it or leave it empty")
    return SongSource(
        song_id, motion, cells.get("title", ""), cells.get("artist", ""), file("model"), file("lyrics"),
        file("audio"), file("beats"), bpm, split, cells.get("genre", ""), number("offset") or 0.0,
    )


def pair_folder(folder: Path) -> tuple[list[SongSource], list[Fault]]:
    """Songs of a folder tree: files of one folder and one stem belong together.

    In a folder with a single motion, the single lyrics, audio or beats file belongs to it whatever its
    name; a single model serves every motion of the folder.

    Raises :class:`InputError` where there is no motion file at all.
    """
    if not folder.is_dir():
        raise InputError(folder, "there is no such file or folder", "check the name")
    songs: list[SongSource] = []
    for place in [folder, *sorted(p for p in folder.rglob("*") if p.is_dir())]:
        files = sorted(p for p in place.iterdir() if p.is_file() and not p.name.startswith("."))
        motions = [p for p in files if p.suffix.lower() in MOTION_ENDINGS]
        for motion in motions:
            alone = len(motions) == 1
            inside = motion.relative_to(folder)
            songs.append(SongSource(
                song_id="/".join(inside.with_suffix("").parts), motion=motion.resolve(), title=motion.stem,
                model=_partner(motion, files, MODEL_ENDINGS, single=True),
                lyrics=_partner(motion, files, LYRICS_ENDINGS, single=alone),
                audio=_partner(motion, files, AUDIO_ENDINGS, single=alone),
                beats=_partner(motion, files, BEATS_ENDINGS, single=alone, beats=True),
            ))
    if not songs:
        raise InputError(folder, "there is no motion file (.vmd or .bvh) in it", "name the folder that holds them")
    return songs, []


def _is_beats(path: Path) -> bool:
    return bool(_BEATS.search(path.stem)) or path.suffix.lower() in (".beats", ".downbeats")


def _partner(
    motion: Path, files: Iterable[Path], endings: tuple[str, ...], *, single: bool, beats: bool = False
) -> Path | None:
    fitting = [p for p in files if p.suffix.lower() in endings and _is_beats(p) == beats and p.stem != "manifest"]
    stem = motion.stem.casefold()
    same = [p for p in fitting if _BEATS.sub("", p.stem).casefold() == stem]
    # Where several endings fit, the one named first carries the most (word times before line times).
    same.sort(key=lambda p: endings.index(p.suffix.lower()))
    if same:
        return same[0].resolve()
    return fitting[0].resolve() if single and len(fitting) == 1 else None
