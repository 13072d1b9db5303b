"""detect CORPUS --truth FILE."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.console import emit, table
from core.cli.options import (
    CorpusArgument,
    JsonOption,
    Protocol,
    ProtocolOption,
    Singletons,
    SingletonsOption,
    Split,
)


def detect(
    corpus: CorpusArgument,
    truth: Annotated[Path, typer.Option(help="The answer key: song_id, start_frame, end_frame, gesture, word.")],
    split: Annotated[Split, typer.Option(help="Songs to judge.")] = Split.TEST,
    protocol: ProtocolOption = Protocol.INDUCTIVE,
    singletons: SingletonsOption = Singletons.ZERO,
    as_json: JsonOption = False,
) -> None:
    """How well positive frames point at planted ones: precision and recall by threshold."""
    from core.pipeline.detect import detect as run_detection
    from core.pipeline.view import open_view

    with open_view(corpus, protocol.value, singletons.value) as view:
        result = run_detection(view, truth, split.value)

    def show(found: dict[str, Any]) -> None:
        typer.echo(f"{found['split']} songs, {found['protocol']}: {found['frames']} frames of sung bars, "
                   f"{found['planted_frames']} planted in {found['planted_events']} places")
        columns = ("threshold", "positive", "precision", "recall", "event_recall")
        table(columns, [tuple(row[c] for c in columns) for row in found["thresholds"]])
        typer.echo(f"word-gesture pairs planted: {found['planted_pairs']}, with a positive frame: "
                   f"{found['planted_pairs_found']}; positive code pairs: {found['positive_pairs']}, never on a "
                   f"planted frame: {found['positive_pairs_unplanted']}")

    emit(result, as_json=as_json, show=show)
