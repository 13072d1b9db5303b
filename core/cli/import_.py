"""import SOURCE... CORPUS."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.console import emit, note, progress_bar
from core.cli.options import JsonOption, QuietOption, SeedOption


def import_(
    paths: Annotated[
        list[Path], typer.Argument(metavar="SOURCE... CORPUS", help="Manifests or folders, then the corpus's folder.")
    ],
    seed: SeedOption = 0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Import songs: motion (VMD, BVH), timed lyrics, beats. Exit code 1 if any song was left out."""
    from core.corpus.importer import import_songs
    from core.corpus.store import Corpus

    if len(paths) < 2:
        raise typer.BadParameter("name at least one source and the folder of the corpus")
    *sources, folder = paths
    with Corpus.create(folder) as corpus:
        with progress_bar(quiet=quiet) as progress:
            report = import_songs(sources, corpus, seed=seed, progress=progress)
        songs = corpus.songs()
    for fault in report.faults:
        note(f"left out {fault.sentence}" if fault.song_id in fault.sentence
             else f"left out {fault.song_id}: {fault.sentence}")

    def show(result: dict[str, Any]) -> None:
        typer.echo(f"{len(result['imported'])} songs imported, {len(result['unchanged'])} unchanged, "
                   f"{len(result['faults'])} left out; {folder} holds {result['songs']} songs, "
                   f"{result['seconds'] / 3600:.2f} hours.")

    emit(
        {
            "imported": list(report.imported), "unchanged": list(report.unchanged),
            "faults": [{"song_id": f.song_id, "fault": f.sentence} for f in report.faults],
            "songs": len(songs), "seconds": sum(song.frames for song in songs) / 30,
        },
        as_json=as_json, show=show,
    )
    return 1 if report.faults else 0
