"""import SOURCE... CORPUS."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.console import emit, note, progress_bar
from core.cli.options import JsonOption, QuietOption, SeedOption
from core.corpus.records import SongRecord


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
    fresh = set(report.imported)
    guesses = _guesses([song for song in songs if song.song_id in fresh])
    for fault in report.faults:
        note(f"left out {fault.sentence}" if fault.song_id in fault.sentence
             else f"left out {fault.song_id}: {fault.sentence}")

    def show(result: dict[str, Any]) -> None:
        typer.echo(f"{len(result['imported'])} songs imported, {len(result['unchanged'])} unchanged, "
                   f"{len(result['faults'])} left out; {folder} holds {result['songs']} songs, "
                   f"{result['seconds'] / 3600:.2f} hours.")
        for guess in result["guesses"]:
            typer.echo(f"  {guess['songs']} songs: {guess['guess']}")

    emit(
        {
            "guesses": guesses, "imported": list(report.imported), "unchanged": list(report.unchanged),
            "faults": [{"song_id": f.song_id, "fault": f.sentence} for f in report.faults],
            "songs": len(songs), "seconds": sum(song.frames for song in songs) / 30,
        },
        as_json=as_json, show=show,
    )
    return 1 if report.faults else 0


def _guesses(songs: list[SongRecord]) -> list[dict[str, Any]]:
    """What the readers guessed and noted, each with the number of songs it holds for; commonest first."""
    found: Counter[str] = Counter()
    for song in songs:
        motion = song.report["motion"]
        found[f"{motion['format']} motion, rig {motion['rig'] or 'unknown'}, {motion['metres_per_unit']:g} m a unit, "
              f"up {motion['up_axis']}, front {motion['front_axis']}, {motion['source_fps']:.4g} frames a second, "
              f"{len(song.report['driven'])} of 53 joints driven"] += 1
        found[f"bars: {song.report['bars']}"] += 1
        found[f"words: {song.segmenter}"] += 1
        if motion["unmatched"]:
            found[f"bones that no joint took: {', '.join(sorted(motion['unmatched'])[:8])}"] += 1
        found.update(song.report["notes"])
    return [{"songs": count, "guess": text} for text, count in found.most_common(40)]
