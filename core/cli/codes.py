"""codes FILE.npz."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.console import emit, progress_bar, table
from core.cli.options import JsonOption, Protocol, QuietOption, Singletons, SingletonsOption


def codes(
    file: Annotated[Path, typer.Argument(metavar="FILE.npz", help="Arrays song, length, lyric_codes, dance_codes, "
                                         "lyric_codebook_size, dance_codebook_size, optional split.")],
    protocol: Annotated[
        Protocol | None,
        typer.Option(help="Songs that NPMI is counted on; inductive where the file has splits, else transductive.",
                     show_default=False),
    ] = None,
    singletons: SingletonsOption = Singletons.ZERO,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """NPMI, XMIED and MRR of any two code sequences, from any pair of modalities."""
    from core.codesfile import run_codes

    with progress_bar(quiet=quiet) as progress:
        result = run_codes(file, protocol.value if protocol else None, singletons.value, progress=progress)

    def show(found: dict[str, Any]) -> None:
        typer.echo(f"{found['songs']} songs, {found['bars']} bars, {len(found['pairs'])} pairs ({found['protocol']})")
        table(("lyric code", "dance code", "npmi", "songs"), found["pairs"][:20])
        for direction in ("lyrics_to_dance", "dance_to_lyrics"):
            typer.echo(f"{direction}: MRR {found[direction]['mrr']:.5f} (ties count against)")

    emit(result, as_json=as_json, show=show)
