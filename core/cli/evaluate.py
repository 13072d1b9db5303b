"""evaluate CORPUS."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Final

import typer

from core.cli.console import emit, note, progress_bar, table
from core.cli.options import CorpusArgument, JsonOption, QuietOption, SchedulerOption, SeedOption, Split

_NAMES: Final = ("method", "protocol", "direction", "gallery", "ties")


def _chosen(text: str, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    names = known if text == "all" else tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
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
    save: Annotated[bool, typer.Option(help="Keep the results in the corpus, as a JSON file of their own.")] = True,
    scheduler: SchedulerOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Table 2: how well each method finds the right bar, beside its controls.

    What is fitted is kept in the corpus: stopped and started again, the command goes on from there. With --scheduler,
    workers fit and rank, each one system under one protocol at a time.
    """
    from core.cluster.runner import open_runner
    from core.corpus.store import Corpus
    from core.pipeline.figures import EvaluationRequest, evaluate_folder
    from core.retrieval.protocol import DIRECTIONS, GALLERIES, METHODS, PROTOCOLS, TIES

    request = EvaluationRequest(
        _chosen(methods, METHODS, "method"), _chosen(protocols, PROTOCOLS, "protocol"),
        _chosen(directions, DIRECTIONS, "direction"),
        # "all" is itself the name of a gallery here.
        _chosen(galleries + ",", GALLERIES, "gallery"), _chosen(ties, TIES, "tie rule"), split.value, seed,
    )
    # On a terminal the line of the progress is cleared first.
    clear = "\r" + " " * 160 + "\r" if sys.stderr.isatty() else ""

    def tell(sentence: str) -> None:
        note(clear + sentence)

    if scheduler is not None:
        # A wrong folder is named before the workers are asked whether they see it.
        Corpus.open(corpus).close()
    with open_runner(scheduler, corpus) as runner, progress_bar(quiet=quiet) as progress:
        result = evaluate_folder(corpus, request, progress, save=save, tell=None if quiet else tell, runner=runner)
    if save and result["saved"] is None and quiet:
        note("The results could not be saved in the corpus; check that it can be written and has room.")
    emit(result, as_json=as_json, show=_show)


def _show(found: dict[str, Any]) -> None:
    typer.echo(f"{found['split']}: {found['songs']} songs, {found['gallery_size']} bars with lyrics, "
               f"seed {found['seed']}")
    columns = {
        "queries": lambda row: str(row["queries"]), "MRR": _number("mrr", 5), "95 %": _interval,
        "own song out": _number("mrr_without_song", 5), "median rank": _number("median_rank", 1),
        "R@1": _number("recall_at_1", 4), "R@5": _number("recall_at_5", 4), "R@10": _number("recall_at_10", 4),
        "class MAP": _number("class_map", 4), "p": _number("p_holm", 4), "seconds": _number("seconds", 1),
    }
    rows = found["results"]
    if all(row["class_map"] is None for row in rows):
        del columns["class MAP"]
    if all(row["p_holm"] is None for row in rows):
        del columns["p"]
    cells = {name: ["n/a" if row["reason"] and name != "queries" else show(row) for row in rows]
             for name, show in columns.items()}
    widths = {name: max(map(len, texts), default=0) for name, texts in cells.items()}
    table((*_NAMES, *(name.rjust(widths[name]) for name in columns)),
          [(*(row[name] for name in _NAMES), *(cells[name][i].rjust(max(widths[name], len(name))) for name in columns))
           for i, row in enumerate(rows)])
    if "p" in columns:
        reference, draws = found["statistics"]["reference"], found["statistics"]["permutations"]
        typer.echo(f"p: against {reference}, permutation test by songs ({draws} draws or all), corrected by Holm")
    # One reason can hold for many systems, and a system can have one for each protocol.
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row["reason"]:
            names = reasons.setdefault(row["reason"], [])
            if row["method"] not in names:
                names.append(row["method"])
    for reason, names in reasons.items():
        typer.echo(f"n/a: {', '.join(names)}: {reason}")
    if found["saved"]:
        typer.echo(f"Saved in {found['saved']}")


def _number(name: str, digits: int) -> Any:
    return lambda row: "–" if row[name] is None else f"{row[name]:.{digits}f}"


def _interval(row: dict[str, Any]) -> str:
    return "–" if row["mrr_low"] is None else f"{row['mrr_low']:.5f}–{row['mrr_high']:.5f}"
