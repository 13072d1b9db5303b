"""The built-in demo corpus, composed by code alone."""

from __future__ import annotations

from pathlib import Path

from core.progress import Progress, silent


def write_demo(
    folder: str | Path, songs: int = 60, seed: int = 0, progress: Progress = silent, seconds: float = 62.0,
) -> Path:
    """Write the demo's raw files and manifest.csv; see :func:`core.demo.writing.write_demo`."""
    # The composer needs scipy, which costs half a second: --help does without.
    from core.demo.writing import write_demo as write

    return write(folder, songs, seed, progress, seconds)
