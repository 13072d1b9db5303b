"""The commands. Each is declared in a file of its own; heavy imports wait until it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import typer

from core import __version__
from core.cli import build, codes, demo, detect, evaluate, export, import_, search, stats
from core.cli.console import run
from core.cli.names import COMMANDS

if TYPE_CHECKING:
    from core.export.pictures import Pictures

app = typer.Typer(
    name="kotofuri",
    help="Measure how lyrics and dance relate, and search dances by typed lyrics.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("demo")(demo.demo)
app.command("import")(import_.import_)
app.command("build")(build.build)
app.command("tune")(build.tune)
app.command("stats")(stats.stats)
app.command("pairs")(stats.pairs)
app.command("frames")(stats.frames)
app.command("search")(search.search)
app.command("evaluate")(evaluate.evaluate)
app.command("detect")(detect.detect)
app.command("export")(export.export)
app.command("codes")(codes.codes)

assert tuple(command.name for command in app.registered_commands) == COMMANDS


@app.callback(invoke_without_command=True)
def overview(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    """Without a command: what the commands are."""
    if version:
        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        typer.echo("Without a command the window opens: python main.py [CORPUS]")


def run_command_line(arguments: Sequence[str], *, pictures: Callable[[], Pictures] | None = None) -> int:
    """Run ``main.py`` with these arguments; returns the exit code.

    ``pictures`` gives who draws videos and figures; it is called only when something is to be drawn.
    """
    with export.drawing_with(pictures):
        return run(app, arguments)
