"""Kotofuri. With a subcommand it works without a window; see ``python main.py --help``."""

from __future__ import annotations

import sys


def main() -> int:
    """Start the program; returns its exit code."""
    from core.cli.app import run_command_line

    return run_command_line(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
