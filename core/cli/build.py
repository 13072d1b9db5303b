"""build CORPUS; tune CORPUS."""

from __future__ import annotations

from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.console import emit, note, progress_bar, table
from core.cli.options import CorpusArgument, JsonOption, QuietOption, SchedulerOption, SeedOption


class LyricMode(StrEnum):
    """What a frame's lyric vector is."""

    WORD = "word"
    SENTENCE = "sentence"


class DanceContext(StrEnum):
    """What a frame's dance vector is."""

    FRAME = "frame"
    BAR = "bar"


SizeOption = Annotated[int | None, typer.Option(min=2, max=20_000, help="Codebook size; chosen on the dev songs if "
                                                "not given.", show_default=False)]


def build(
    corpus: CorpusArgument,
    lyric_encoder: Annotated[str, typer.Option(help="auto, lexical, a model's name, or a folder with one.")] = "auto",
    lyric_mode: Annotated[LyricMode, typer.Option(help="Vectors of words, or of whole lines.")] = LyricMode.WORD,
    dance_encoder: Annotated[
        str, typer.Option("--encoder", help="pretrained, train (on this corpus), pose (no network), or a file.")
    ] = "pretrained",
    dance_context: Annotated[
        DanceContext, typer.Option("--context", help="A frame's own vector (paper), or also its bar's mean and spread.")
    ] = DanceContext.FRAME,
    lyric_codes: SizeOption = None,
    dance_codes: SizeOption = None,
    seed: SeedOption = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    epochs: Annotated[int, typer.Option(min=1, help="Most epochs of --encoder train.")] = 200,
    learning_rate: Annotated[float, typer.Option(min=1e-8, max=1.0, help="Of --encoder train; paper: 1e-5.")] = 5e-4,
    merge: Annotated[
        float | None, typer.Option(min=0.5, max=1.0, show_default=False, help="Cosine from which dance vectors are "
                                   "duplicates; 0.99 by default, none with --context bar.")
    ] = None,
    scheduler: SchedulerOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Features, vectors, codebooks and codes of a corpus. Goes on where an earlier build stopped.

    With --scheduler, workers encode songs, merge their near-duplicates and assign their codes; training and k-means
    are done here.
    """
    from core.cluster.runner import open_runner
    from core.corpus.store import Corpus
    from core.pipeline.build import build as run_build
    from core.pipeline.options import BuildOptions

    options = BuildOptions(
        lyric_encoder, lyric_mode.value, dance_encoder, dance_context.value, lyric_codes, dance_codes, seed, device,
        epochs, learning_rate, merge,
    )
    with Corpus.open(corpus) as opened, open_runner(scheduler, corpus) as runner, progress_bar(quiet=quiet) as progress:
        report = run_build(opened, options, progress, runner)
    for sentence in report.notes:
        note(sentence)

    def show(result: dict[str, Any]) -> None:
        typer.echo(f"{result['songs_encoded']} songs encoded, {result['songs_kept']} kept; "
                   f"{result['lyric_codes']} lyric codes, {result['dance_codes']} dance codes.")
        table(("stage", "seconds"), [(k, round(v, 1)) for k, v in result["seconds"].items()])

    emit(
        {"songs_encoded": report.songs_encoded, "songs_kept": report.songs_kept, "lyric_codes": report.lyric_codes,
         "dance_codes": report.dance_codes, "seconds": report.seconds, "notes": list(report.notes)},
        as_json=as_json, show=show,
    )


def _sizes(text: str) -> list[int]:
    try:
        sizes = [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        sizes = []
    if not sizes or min(sizes) < 2 or max(sizes) > 20_000:
        raise typer.BadParameter(f"'{text}' is no comma list of sizes from 2 to 20000")
    return sizes


def tune(
    corpus: CorpusArgument,
    lyric_codes: Annotated[str, typer.Option(help="Sizes to try, comma list.")] = "100,200,340,500,1000",
    dance_codes: Annotated[str, typer.Option(help="Sizes to try, comma list.")] = "25,50,100,200,340",
    truth: Annotated[Path | None, typer.Option(help="Answer key: choose by detection on the dev songs.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Make the best sizes the corpus's codes.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Try codebook sizes on the dev songs (NPMI from the training songs)."""
    from core.corpus.store import Corpus
    from core.pipeline.codebooks import Codebooks, assign_codes
    from core.pipeline.options import BuildOptions
    from core.pipeline.tune import HALF_ERROR, Score, dev_gain, try_sizes

    lyric_grid, dance_grid = _sizes(lyric_codes), _sizes(dance_codes)
    with Corpus.open(corpus) as opened, progress_bar(quiet=quiet) as progress:
        score: Score = dev_gain
        if truth is not None:
            from core.pipeline.truth import dev_detection, read_truth

            score = dev_detection(read_truth(truth))
        built = BuildOptions(**opened.setting("build", {}))
        books = Codebooks(opened, built.seed, built.merge_threshold)
        margin = 0.0 if truth else HALF_ERROR
        trials = try_sizes(opened, books, lyric_grid, dance_grid, score, margin, progress)
        if apply:
            best = trials[0]
            assign_codes(opened, books, best.lyric_codes, best.dance_codes, progress)
            chosen = replace(built, lyric_codes=best.lyric_codes, dance_codes=best.dance_codes)
            opened.set_setting("build", asdict(chosen))
    columns = ("lyric_codes", "dance_codes", "score", "positive")
    rows = [(t.lyric_codes, t.dance_codes, t.score if t.score > float("-inf") else None, t.positive) for t in trials]
    emit(
        {"criterion": "recall at precision 0.9" if truth else "z of the dev gain", "applied": apply,
         "trials": [dict(zip(columns, row, strict=True)) for row in rows]},
        as_json=as_json,
        show=lambda result: table(("lyric codes", "dance codes", result["criterion"], "positive frames"), rows),
    )
