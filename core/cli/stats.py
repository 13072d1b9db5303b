"""stats, pairs and frames: what NPMI says about a corpus."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.console import emit, table
from core.cli.options import CorpusArgument, JsonOption, Protocol, ProtocolOption, Singletons, SingletonsOption


def stats(
    corpus: CorpusArgument,
    protocol: ProtocolOption = Protocol.INDUCTIVE,
    singletons: SingletonsOption = Singletons.ZERO,
    as_json: JsonOption = False,
) -> None:
    """Table 1: how many songs, bars and frames have a positive NPMI."""
    from core.pipeline.view import open_view

    with open_view(corpus, protocol.value, singletons.value) as view:
        result = {**view.table1(), "protocol": protocol.value, "singletons": singletons.value}

    def show(found: dict[str, Any]) -> None:
        columns = ("total", "positive", "percent")
        table(("", *columns), [(name, *(found[name][c] for c in columns)) for name in ("songs", "bars", "frames")])
        typer.echo(f"bars and frames: those with lyrics; {found['lyric_codes']} lyric codes, {found['dance_codes']} "
                   f"dance codes; NPMI counted {protocol.value}, singletons {singletons.value}")

    emit(result, as_json=as_json, show=show)


def pairs(
    corpus: CorpusArgument,
    top: Annotated[int, typer.Option(min=1, help="How many pairs.")] = 50,
    protocol: ProtocolOption = Protocol.INDUCTIVE,
    singletons: SingletonsOption = Singletons.ZERO,
    as_json: JsonOption = False,
) -> None:
    """Code pairs by NPMI, each with its words, songs and frames."""
    from core.pipeline.view import open_view

    with open_view(corpus, protocol.value, singletons.value) as view:
        found = view.pairs(top)
    rows = [(p["npmi"], p["songs"], p["frames"], p["lyric_code"], p["dance_code"], " ".join(p["words"][:6]))
            for p in found]
    emit({"protocol": protocol.value, "singletons": singletons.value, "pairs": found}, as_json=as_json,
         show=lambda _: table(("npmi", "songs", "frames", "lyric", "dance", "words"), rows))


def frames(
    corpus: CorpusArgument,
    minimum: Annotated[float, typer.Option("--min", min=-1.0, max=1.0, help="Only NPMI above this.")] = 0.0,
    protocol: ProtocolOption = Protocol.INDUCTIVE,
    singletons: SingletonsOption = Singletons.ZERO,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write the stretches to this file.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Every stretch of frames with NPMI above the minimum: song, frames (30 fps, end exclusive), word, codes, NPMI."""
    from core.files import write_text
    from core.pipeline.view import open_view

    with open_view(corpus, protocol.value, singletons.value) as view:
        stretches = view.stretches(minimum)
    columns = ("song_id", "start_frame", "end_frame", "word", "lyric_code", "dance_code", "npmi")
    rows = [tuple(s[c] for c in columns) for s in stretches]
    if csv_file is not None:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(rows)
        write_text(csv_file, text.getvalue())
    emit({"protocol": protocol.value, "min": minimum, "stretches": stretches}, as_json=as_json,
         show=lambda _: table(columns, rows))
