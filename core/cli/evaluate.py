"""evaluate CORPUS."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core.cli.console import emit, progress_bar, table
from core.cli.options import CorpusArgument, JsonOption, QuietOption, SeedOption, Split


def _chosen(text: str, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    names = known if text == "all" else tuple(part.strip() for part in text.split(",") if part.strip())
    wrong = [name for name in names if name not in known]
    if wrong or not names:
        raise typer.BadParameter(f"'{', '.join(wrong) or text}' is no {what}; there are {', '.join(known)}")
    return names


def evaluate(
    corpus: CorpusArgument,
    methods: Annotated[str, typer.Option(help="all, or a comma list.")] = "xmied,length-only,random",
    protocols: Annotated[str, typer.Option(help="all, or a comma list.")] = "all",
    directions: Annotated[str, typer.Option(help="all, or a comma list.")] = "all",
    galleries: Annotated[str, typer.Option(help="Comma list of: all (all bars), equal-length.")] = "all,equal-length",
    ties: Annotated[str, typer.Option(help="all, or a comma list.")] = "all",
    split: Annotated[Split, typer.Option(help="Songs whose bars are queries and gallery.")] = Split.TEST,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Table 2: how well each method finds the right bar, beside its controls."""
    from core.corpus.store import Corpus
    from core.pipeline.codebooks import load_coded
    from core.retrieval.evaluate import evaluate as run_evaluation
    from core.retrieval.protocol import DIRECTIONS, GALLERIES, METHODS, PROTOCOLS, TIES

    names = (
        _chosen(methods, METHODS, "method"), _chosen(protocols, PROTOCOLS, "protocol"),
        _chosen(directions, DIRECTIONS, "direction"),
        # "all" is itself the name of a gallery here.
        _chosen(galleries + ",", GALLERIES, "gallery"), _chosen(ties, TIES, "tie rule"),
    )
    with Corpus.open(corpus) as opened, progress_bar(quiet=quiet) as progress:
        coded, _ = load_coded(opened)
        result = run_evaluation(coded, *names, split=split.value, seed=seed, progress=progress)

    def show(found: dict[str, Any]) -> None:
        typer.echo(f"{found['split']} songs, {found['gallery_size']} bars with lyrics, seed {seed}")
        columns = ("method", "protocol", "direction", "gallery", "ties", "queries", "mrr", "inverse_mrr", "median_rank",
                   "recall_at_1", "recall_at_10")
        table(columns, [tuple(row[c] for c in columns) for row in found["results"]])

    emit(result, as_json=as_json, show=show)
