"""Whole jobs on a corpus folder, each one call with plain values: what a child process can be asked to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.corpus.importer import ImportReport, import_songs
from core.corpus.sources import Fault, SongSource, gather, read_manifest
from core.corpus.store import Corpus
from core.errors import InputError
from core.pipeline.build import build
from core.pipeline.options import BuildOptions, BuildReport
from core.progress import Progress, silent


@dataclass(frozen=True)
class Found:
    """What lies in dropped files and folders.

    Attributes
    ----------
    sources : tuple of Path
        Manifests and folders that can be imported.
    songs : tuple of SongSource
    faults : tuple of Fault
        Songs that cannot be used.
    unknown : tuple of Path
        What was dropped and is none of it.
    """

    sources: tuple[Path, ...]
    songs: tuple[SongSource, ...]
    faults: tuple[Fault, ...]
    unknown: tuple[Path, ...]


def look_into(paths: Sequence[Path]) -> Found:
    """Find the songs in files and folders: manifests, folders, or single motion files (their folder is paired).

    A path that is nothing of the kind comes back as unknown; nothing is passed over in silence.
    """
    from core.corpus.sources import AUDIO_ENDINGS, BEATS_ENDINGS, LYRICS_ENDINGS, MODEL_ENDINGS, MOTION_ENDINGS

    sources: list[Path] = []
    wanted: set[Path] = set()
    unknown: list[Path] = []
    partners = (*AUDIO_ENDINGS, *BEATS_ENDINGS, *LYRICS_ENDINGS, *MODEL_ENDINGS)
    for path in paths:
        ending = path.suffix.lower()
        if path.is_dir():
            sources.append(path)
        elif ending in MOTION_ENDINGS:
            sources.append(path.parent)
            wanted.add(path.resolve())
        elif ending == ".csv" and _is_manifest(path):
            sources.append(path)
        elif ending in partners and any(p.suffix.lower() in MOTION_ENDINGS for p in paths):
            continue
        else:
            unknown.append(path)
    songs: list[SongSource] = []
    faults: list[Fault] = []
    usable: list[Path] = []
    for source in dict.fromkeys(sources):
        try:
            found, bad = gather([source])
        except InputError as error:
            faults.append(Fault(source.name, str(error)))
            continue
        usable.append(source)
        songs += found
        faults += bad
    if wanted and not any(path.is_dir() for path in paths):
        songs = [song for song in songs if song.motion in wanted or song.motion.parent not in
                 {motion.parent for motion in wanted}]
    return Found(tuple(usable), tuple(songs), tuple(faults), tuple(unknown))


def _is_manifest(path: Path) -> bool:
    try:
        read_manifest(path)
    except InputError:
        return False
    return True


def import_into(
    folder: Path, sources: Sequence[Path], only: Sequence[str] | None = None, seed: int = 0, progress: Progress = silent
) -> ImportReport:
    """Import songs into the corpus at ``folder``, which is made if it is not there.

    ``only`` names the song_ids to take; None takes all. See :func:`core.corpus.importer.import_songs`.
    """
    with Corpus.create(folder) as corpus:
        return import_songs(sources, corpus, seed=seed, progress=progress, only=only)


def build_corpus(folder: Path, options: BuildOptions | None = None, progress: Progress = silent) -> BuildReport:
    """Build the corpus at ``folder``; without options as it was built before, or else by default."""
    with Corpus.open(folder) as corpus:
        stored = corpus.setting("build")
        chosen = options or (BuildOptions(**stored) if stored else BuildOptions())
        return build(corpus, chosen, progress)
