"""demo DIR."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.console import emit, note, progress_bar
from core.cli.options import JsonOption, QuietOption, SeedOption


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write into.", show_default=False)],
    songs: Annotated[int, typer.Option(min=1, max=100_000, help="How many songs to compose.")] = 60,
    seed: SeedOption = 0,
    seconds: Annotated[
        float, typer.Option(min=62, max=600, help="About how long each song lasts; 195 gives the paper's 53 hours with "
                                                  "1,000 songs.")
    ] = 62,
    build_too: Annotated[
        bool, typer.Option("--build", help="Import and build it as well, into DIR/corpus, and show Table 1.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Compose the demo's raw files: motion, timed lyrics, sound, beats, manifest.csv and truth.csv."""
    from core.demo import write_demo

    with progress_bar(quiet=quiet) as progress:
        manifest = write_demo(folder, songs=songs, seed=seed, progress=progress, seconds=seconds)
    if build_too:
        return _build(folder, manifest, seed, as_json=as_json, quiet=quiet)
    emit({"manifest": str(manifest), "songs": songs, "seed": seed}, as_json=as_json,
         show=lambda result: typer.echo(f"{songs} songs composed; next: python main.py import {result['manifest']} "
                                        f"{folder / 'corpus'}"))
    return 0


def _encoder() -> str:
    from core.demo.starting import bilingual_encoder
    from core.encoders.lyrics import LEXICAL

    chosen = bilingual_encoder()
    if chosen == LEXICAL:
        note("The multilingual sentence model is not at hand; the demo's English and Japanese words are told apart by "
             "their letters (--lyric-encoder lexical).")
    return chosen


def _build(folder: Path, manifest: Path, seed: int, *, as_json: bool, quiet: bool) -> int:
    from core.cli.build import build
    from core.cli.import_ import import_
    from core.cli.stats import stats

    corpus = folder / "corpus"
    if import_([manifest, corpus], seed=seed, as_json=as_json, quiet=quiet):
        return 1
    build(corpus, lyric_encoder=_encoder(), seed=seed, as_json=as_json, quiet=quiet)
    stats(corpus, as_json=as_json)
    if not as_json:
        note(f'The corpus is ready. Try: python main.py search {corpus} "I love you"')
    return 0
