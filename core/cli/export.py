"""export CORPUS SONG --from S --to S -o FILE."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.console import emit
from core.cli.options import CorpusArgument, JsonOption, Protocol, ProtocolOption


def export(
    corpus: CorpusArgument,
    song: Annotated[str, typer.Argument(metavar="SONG", help="The song's song_id.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="File; its ending is the format: .vmd .bvh .json .csv "
                                         ".TextGrid")],
    start: Annotated[float, typer.Option("--from", min=0.0, help="Seconds.")] = 0.0,
    stop: Annotated[float | None, typer.Option("--to", min=0.0, help="Seconds; the song's end if not given.",
                                               show_default=False)] = None,
    protocol: ProtocolOption = Protocol.INDUCTIVE,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")] = False,
    as_json: JsonOption = False,
) -> None:
    """A stretch of a song as motion or as data."""
    from core.export.clip import cut_clip
    from core.export.write import export_clip
    from core.pipeline.view import open_view

    with open_view(corpus, protocol.value) as view:
        clip = cut_clip(view, song, start, stop)
        export_clip(output, clip, overwrite=overwrite)
    emit({"file": str(output), "frames": len(clip.motion), "credit": clip.credit}, as_json=as_json,
         show=lambda result: typer.echo(f"{output}: {result['frames']} frames. {clip.credit}"))
