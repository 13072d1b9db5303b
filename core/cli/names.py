"""Names of the commands, known without importing what they need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

COMMANDS: Final = ("demo", "import", "build", "tune", "stats", "pairs", "frames", "search", "evaluate", "detect",
                   "export", "codes")


def asks_for_window(arguments: Sequence[str]) -> bool:
    """Whether these arguments mean the window: none at all, or one path that is there and is no command."""
    if not arguments:
        return True
    first = arguments[0]
    return len(arguments) == 1 and not first.startswith("-") and first not in COMMANDS and Path(first).exists()
