"""stats, pairs and frames: what NPMI says about a corpus."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.console import emit, progress_bar, table
from core.cli.options import (
    CorpusArgument,
    JsonOption,
    Protocol,
    ProtocolOption,
    QuietOption,
    SeedOption,
    Singletons,
    SingletonsOption,
)

if TYPE_CHECKING:
    from core.pipeline.chance import ChanceShares


def stats(
    corpus: CorpusArgument,
    significant: Annotated[
        bool, typer.Option("--significant", help="Table 1 with the significant code pairs alone, too.")] = False,
    level: Annotated[
        float, typer.Option(min=0.0, max=0.5, help="Significant pairs: share of false ones among them.")] = 0.05,
    chance: Annotated[
        int, typer.Option(min=0, max=10_000, help="Exchanges of dances among songs that show what chance gives.")] = 20,
    seed: SeedOption = 0,
    protocol: ProtocolOption = Protocol.INDUCTIVE,
    singletons: SingletonsOption = Singletons.ZERO,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Table 1: how many songs, bars and frames have a positive NPMI, and how many chance alone would give."""
    from core.pipeline.chance import chance_shares
    from core.pipeline.significance import pair_null
    from core.pipeline.view import open_view
    from core.progress import part
    from core.significance.null import PairTest

    with open_view(corpus, protocol.value, singletons.value) as view, progress_bar(quiet=quiet) as progress:
        result = {**view.table1(), "protocol": protocol.value, "singletons": singletons.value}
        null = pair_null(view, part(progress, 0.0, 0.4, "testing pairs")) if significant else None
        drawn = part(progress, 0.4 if significant else 0.0, 1.0, "exchanging dances")
        shares, strict = chance_shares(view, chance, seed, drawn, null, level) if chance else (None, None)
        if shares is not None:
            result["chance"] = _chance(shares)
        if null is not None:
            test = PairTest.of(null, view.counts)
            result["significant"] = {
                **view.table1(test.significant(level)), "level": level, "tested_pairs": len(test.pair),
                "positive_pairs": test.positive, "positive_pairs_by_chance": test.expected,
                "significant_pairs": int((test.q <= level).sum()),
                **({"chance": _chance(strict)} if strict is not None else {}),
            }

    emit(result, as_json=as_json, show=_show_table1)


def _chance(shares: ChanceShares) -> dict[str, Any]:
    """Percent over the exchanges, as JSON."""
    return {"exchanges": shares.runs, "seed": shares.seed, **{
        kind: {"mean_percent": share.mean, "low_percent": share.low, "high_percent": share.high}
        for kind, share in shares.shares().items()}}


def _show_table1(found: dict[str, Any]) -> None:
    _show_shares(found)
    typer.echo(f"bars and frames: those with lyrics; {found['lyric_codes']} lyric codes, {found['dance_codes']} "
               f"dance codes; NPMI counted {found['protocol']}, singletons {found['singletons']}")
    if "chance" in found:
        typer.echo(f"chance: dances exchanged among songs of like length, {found['chance']['exchanges']} times (seed "
                   f"{found['chance']['seed']}): mean percent, and where 95 % of the exchanges lie")
    own = found.get("significant")
    if own is not None:
        typer.echo(f"\nsignificant pairs alone (at most {100 * own['level']:g} % of them false):")
        _show_shares(own)
        typer.echo(f"of {own['tested_pairs']} pairs that could be positive {own['positive_pairs']} are, by chance "
                   f"{own['positive_pairs_by_chance']:.1f}; significant: {own['significant_pairs']}")


def _show_shares(found: dict[str, Any]) -> None:
    columns, rows = ["total", "positive", "percent"], []
    for name in ("songs", "bars", "frames"):
        row = [name, *(found[name][column] for column in columns)]
        if "chance" in found:
            chance = found["chance"][name]
            row += [chance["mean_percent"], f"{chance['low_percent']:.2f} to {chance['high_percent']:.2f}"]
        rows.append(row)
    table(("", *columns, *(("by chance", "95 %") if "chance" in found else ())), rows)


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
