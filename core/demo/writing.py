"""Writing the demo corpus: a folder as a person would bring one, with manifest.csv and the key truth.csv."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np

import core
from core.corpus.sources import COLUMNS
from core.demo.motion import compose_motion
from core.demo.plan import SongPlan
from core.demo.planning import USUAL_SECONDS, plan_song
from core.demo.sound import Samples, synthesise
from core.errors import KotofuriError
from core.files import replacing, write_text
from core.progress import Progress, each, silent

VERSION: Final = 1
"""Raised whenever the same settings give other songs, so that folders of earlier demos are written anew."""
TRUTH_COLUMNS: Final = ("song_id", "start_frame", "end_frame", "gesture", "word")
MOST_SECONDS: Final = 600.0
_MARKER: Final = "demo.json"
_MANIFEST: Final = "manifest.csv"
_TRUTH: Final = "truth.csv"
_ENDINGS: Final = {"motion": ".vmd", "lyrics": ".lrc", "beats": ".beats.txt", "audio": ".ogg"}
_SONG_FILE: Final = re.compile(r"demo-\d{4,}\.(vmd|lrc|beats\.txt|ogg)")
_ROTATION_TOLERANCE: Final = 0.005
_POSITION_TOLERANCE: Final = 0.001
_BLOCK: Final = 1 << 15


def write_demo(
    folder: str | Path, songs: int = 60, seed: int = 0, progress: Progress = silent, seconds: float = USUAL_SECONDS,
) -> Path:
    """Compose the demo's raw files: a VMD, an LRC, beats and an Ogg Vorbis file a song, manifest.csv and truth.csv.

    The same seed and number of songs give the same songs (only the serial number inside an Ogg file is its encoder's
    own). A run that was stopped can be repeated and goes on where it stopped; with another seed or number of songs
    the folder's songs are replaced. The manifest and the key are written last.

    Parameters
    ----------
    folder : path
        New, empty, or of an earlier demo.
    songs : int
        At least 1.
    seed : int
        Not negative.
    progress : Progress
    seconds : float
        About how long the songs last; :data:`core.demo.planning.USUAL_SECONDS` at least, 600 at most.

    Returns
    -------
    Path
        manifest.csv.

    Raises
    ------
    KotofuriError
        The folder holds other files, or cannot be written.
    """
    if songs < 1 or seed < 0:
        raise KotofuriError(f"A demo has at least one song and a seed from 0 on, not {songs} songs and seed {seed}.")
    if not USUAL_SECONDS <= seconds <= MOST_SECONDS:
        raise KotofuriError(f"The demo's songs last {USUAL_SECONDS:.0f} to {MOST_SECONDS:.0f} seconds, not {seconds}.")
    target = Path(folder)
    settings: dict[str, object] = {"kotofuri_demo": VERSION, "program": core.__version__, "seed": seed, "songs": songs}
    if seconds > USUAL_SECONDS:
        settings["seconds"] = seconds
    plans: list[SongPlan] = []
    try:
        _prepare(target, settings)
        for index in each(range(songs), progress, "composing song"):
            plan = plan_song(index, seed, songs, seconds)
            _write_song(target, plan)
            plans.append(plan)
        write_text(target / _TRUTH, _table(TRUTH_COLUMNS, (row for plan in plans for row in _truth(plan))))
        write_text(target / _MANIFEST, _table(COLUMNS, map(_manifest_row, plans)))
    except OSError as error:
        fault = error.strerror or str(error)
        raise KotofuriError(f"{target}: the demo cannot be written there ({fault}); choose another folder.") from error
    return target / _MANIFEST


@contextmanager
def first_manifest(folder: Path, songs: int, seed: int) -> Iterator[Path]:
    """A manifest of the demo's first song alone, for a while; the song must have been written."""
    path = folder / ".first.csv"
    write_text(path, _table(COLUMNS, map(_manifest_row, [plan_song(0, seed, songs)])))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _prepare(target: Path, settings: dict[str, object]) -> None:
    """Make sure that the folder is ours and holds no songs of other settings."""
    if target.exists() and not target.is_dir():
        raise KotofuriError(f"{target}: this is a file; name a folder for the demo.")
    target.mkdir(parents=True, exist_ok=True)
    marker = target / _MARKER
    before = _settings(marker)
    if before == settings:
        return
    if before is None and any(not path.name.startswith(".") for path in target.iterdir()):
        raise KotofuriError(
            f"{target}: the folder holds files that are not a demo's; name a new or an empty folder."
        )
    # The marker changes last: a run stopped in between finds the old one and clears the rest.
    for path in list(target.iterdir()):
        if path.name in {_MANIFEST, _TRUTH} or _SONG_FILE.fullmatch(path.name):
            path.unlink()
    write_text(marker, json.dumps(settings, indent=2) + "\n")


def _settings(marker: Path) -> dict[str, object] | None:
    """What the folder's demo was written with, or None where it is no demo's."""
    try:
        found = json.loads(marker.read_text(encoding="utf-8")) if marker.stat().st_size < 10_000 else None
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and "kotofuri_demo" in found else None


def _write_song(target: Path, plan: SongPlan) -> None:
    from core.motion.vmd_motion import write_vmd

    paths = {kind: target / f"{plan.song_id}{ending}" for kind, ending in _ENDINGS.items()}
    if not paths["motion"].exists():
        write_vmd(paths["motion"], compose_motion(plan), rotation_tolerance=_ROTATION_TOLERANCE,
                  position_tolerance=_POSITION_TOLERANCE)
    if not paths["lyrics"].exists():
        write_text(paths["lyrics"], lrc_text(plan))
    if not paths["beats"].exists():
        write_text(paths["beats"], "".join(f"{time:.6f}\t{i % 4 + 1}\n" for i, time in enumerate(plan.beats.tolist())))
    if not paths["audio"].exists():
        samples, rate = synthesise(plan)
        _write_sound(paths["audio"], samples, rate)


def lrc_text(plan: SongPlan) -> str:
    """The plan's lyrics as an LRC with a time before every word and one after the last of a line."""
    rows = [f"[ti:{plan.title}]", f"[ar:{plan.artist}]", ""]
    for _, words in groupby(plan.words, key=lambda word: word.line):
        line = list(words)
        sung = " ".join(f"<{_stamp(word.start)}>{word.text}" for word in line)
        rows.append(f"[{_stamp(line[0].start)}]{sung}<{_stamp(line[-1].end)}>")
    return "\n".join(rows) + "\n"


def _stamp(seconds: float) -> str:
    whole, thousandths = divmod(round(1000 * seconds), 1000)
    return f"{whole // 60:02d}:{whole % 60:02d}.{thousandths:03d}"


def _write_sound(path: Path, samples: Samples, rate: int) -> None:
    import soundfile

    with (
        replacing(path) as temporary,
        soundfile.SoundFile(temporary, "w", rate, 1, format="OGG", subtype="VORBIS") as sound,
    ):
        # libsndfile's Vorbis writer keeps what it is given on the stack: a whole song at once overflows it.
        for start in range(0, len(samples), _BLOCK):
            sound.write(np.ascontiguousarray(samples[start : start + _BLOCK]))


def _manifest_row(plan: SongPlan) -> dict[str, object]:
    files = {kind: f"{plan.song_id}{ending}" for kind, ending in _ENDINGS.items()}
    return {
        "song_id": plan.song_id, "title": plan.title, "artist": plan.artist, "bpm": f"{plan.bpm:g}",
        "split": plan.split, "genre": plan.genre, **files,
    }


def _truth(plan: SongPlan) -> Iterator[dict[str, object]]:
    for event in plan.events:
        if event.word:
            yield dict(zip(TRUTH_COLUMNS, (plan.song_id, event.start, event.stop, event.gesture, event.word),
                           strict=True))


def _table(columns: tuple[str, ...], rows: Iterator[dict[str, object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
