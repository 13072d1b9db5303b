"""How commands talk: progress on stderr, results on stdout, errors in one sentence."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import typer

from core.errors import KotofuriError
from core.progress import Progress

_LINE_SECONDS: Final = 5.0


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[Progress]:
    """A progress callable that shows percent, time left and what is being done on stderr.

    On a terminal it is one line that changes; elsewhere (a log) a line every few seconds.
    """
    if quiet:
        yield lambda _fraction, _message="": None
        return
    start = time.monotonic()
    terminal = sys.stderr.isatty()
    state = {"shown": start, "width": 0.0}

    def report(fraction: float, message: str = "") -> None:
        now = time.monotonic()
        if now - state["shown"] < (0.1 if terminal else _LINE_SECONDS):
            return
        state["shown"] = now
        left = (now - start) * (1 - fraction) / fraction if fraction > 0.01 else None
        text = f"{fraction:4.0%}  {_clock(left)}  {message}"
        if terminal:
            sys.stderr.write("\r" + text.ljust(int(state["width"]))[:160])
            state["width"] = len(text)
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    try:
        yield report
    finally:
        if terminal and state["width"]:
            sys.stderr.write("\r" + " " * int(state["width"]) + "\r")
            sys.stderr.flush()


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return "--:-- left"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes:2d}:{rest:02d} left"


def note(text: str) -> None:
    """A line for the user on stderr."""
    typer.echo(text, err=True)


def emit(result: dict[str, Any], *, as_json: bool, show: Callable[[dict[str, Any]], None]) -> None:
    """Print the result: one JSON object, or what ``show`` prints."""
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, allow_nan=False))
    else:
        show(result)


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print aligned columns; numbers to the right. Wide (Japanese) signs count twice."""
    cells = [[_cell(value) for value in row] for row in rows]
    numeric = [all(isinstance(row[i], int | float) for row in rows) and bool(rows) for i in range(len(headers))]
    widths = [max([_width(h), *(_width(row[i]) for row in cells)]) for i, h in enumerate(headers)]
    for line in [list(headers), *cells]:
        padded = [
            " " * (w - _width(c)) + c if right else c + " " * (w - _width(c))
            for c, w, right in zip(line, widths, numeric, strict=True)
        ]
        typer.echo("  ".join(padded).rstrip())


def _cell(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def run(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code (0 done, 1 failed, 2 wrong usage)."""
    # Typer carries Click inside it in newer versions and imports it in older ones.
    click_error: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
    try:
        result = app(args=list(arguments), prog_name="main.py", standalone_mode=False)
    except KotofuriError as error:
        note(str(error))
        return 1
    except KeyboardInterrupt:
        note("Stopped. What was finished is kept; the same command goes on from there.")
        return 1
    except typer.Exit as stop:
        return stop.exit_code
    except typer.Abort:
        note("Stopped. What was finished is kept; the same command goes on from there.")
        return 1
    except click_error as error:
        error.show()
        return 2
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: nothing is wrong.
        sys.stderr.close()
        return 0
    except OSError as error:
        note(f"{error.filename or 'A file'}: {error.strerror or error}; check that it can be written and has room.")
        return 1
    return int(result or 0)
