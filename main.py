"""Kotofuri. Without arguments, or with a corpus, it opens the window; with a subcommand it works without one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def _pictures() -> Any:
    """Who draws videos and figures for the command line. Qt is loaded only here."""
    from gui.export.offscreen import picture_writer

    return picture_writer()


def main() -> int:
    """Start the program; returns its exit code."""
    from core.cli.names import asks_for_window

    arguments = sys.argv[1:]
    if asks_for_window(arguments):
        from gui.app import run

        return run(Path(arguments[0]) if arguments else None)
    from core.cli.app import run_command_line

    return run_command_line(arguments, pictures=_pictures)


if __name__ == "__main__":
    sys.exit(main())
