"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Protocol(StrEnum):
    """Which songs NPMI is counted on."""

    INDUCTIVE = "inductive"
    LEAVE_ONE_SONG_OUT = "leave-one-song-out"
    TRANSDUCTIVE = "transductive"


class Singletons(StrEnum):
    """What becomes of a pair that occurs in one song only."""

    ZERO = "zero"
    KEEP_NEGATIVE = "keep-negative"


class Split(StrEnum):
    """A part of the songs."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"
    ALL = "all"


CorpusArgument = Annotated[Path, typer.Argument(metavar="CORPUS", help="Folder of the corpus.", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
ProtocolOption = Annotated[
    Protocol, typer.Option(help="Songs that NPMI is counted on: training songs, all but the song looked at, or all.")
]
SingletonsOption = Annotated[
    Singletons, typer.Option(help="Pairs seen in one song: zero as in the paper, or as in its public code.")
]
SeedOption = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of everything that is drawn.")]
SchedulerOption = Annotated[
    str | None, typer.Option(metavar="ADDRESS", show_default=False, help="Dask scheduler, like tcp://host:8786, whose "
                             "workers share the work. All machines must see CORPUS under the same path.")
]
