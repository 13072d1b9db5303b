"""search CORPUS "text"."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core.cli.console import emit, progress_bar, table
from core.cli.options import CorpusArgument, JsonOption, Protocol, ProtocolOption, QuietOption, SeedOption, Split


def search(
    corpus: CorpusArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A line of lyrics.", show_default=False)],
    method: Annotated[str, typer.Option(help="xmied, length-only, random, or a comparison system, which is fitted at "
                                        "its first use.")] = "xmied",
    protocol: ProtocolOption = Protocol.INDUCTIVE,
    frames: Annotated[int | None, typer.Option(min=1, help="Length of the query at 30 frames a second; the median "
                                               "bar if not given.", show_default=False)] = None,
    top: Annotated[int, typer.Option(min=1, help="How many hits.")] = 10,
    split: Annotated[Split, typer.Option(help="Search only these songs.")] = Split.ALL,
    alpha: Annotated[float, typer.Option(min=0.0, max=1.0,
                                         help="For semi-supervised: 0 by pairing, 1 by labels.")] = 0.5,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Dances for typed lyrics."""
    from core.errors import SettingsError
    from core.pipeline.search import search as run_search
    from core.pipeline.view import open_view
    from core.retrieval.protocol import METHODS

    if method not in METHODS:
        raise typer.BadParameter(f"'{method}' is no method; there are {', '.join(METHODS)}")
    if protocol is Protocol.LEAVE_ONE_SONG_OUT:
        raise SettingsError("A typed query belongs to no song, so there is none to leave out; use --protocol inductive "
                            "or transductive.")
    with open_view(corpus, protocol.value) as view, progress_bar(quiet=quiet) as progress:
        found = run_search(view, text, method=method, frames=frames, top=top, split=split.value, seed=seed,
                           alpha=alpha, progress=progress)

    def show(result: dict[str, Any]) -> None:
        typer.echo("query: " + " ".join(f"{w['word']}({w['frames']})" for w in result["query_words"])
                   + f"  {result['gallery']} bars in {result['seconds'] * 1000:.1f} ms, {result['protocol']}")
        table(("rank", "song", "bar", "start", "score", "words"),
              [(h["rank"], h["song_id"], h["bar"], round(h["start"], 2), h["score"], " ".join(h["words"]))
               for h in result["results"]])

    emit(found, as_json=as_json, show=show)
