"""The built-in demo corpus, composed by code alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.progress import Progress, silent

if TYPE_CHECKING:
    from core.demo.song import DemoSong

__all__ = ["compose_song", "write_demo"]


def compose_song(index: int, seed: int, songs: int) -> DemoSong:
    """Compose one of the demo's songs in memory; see :func:`core.demo.song.compose_song`."""
    from core.demo.song import compose_song as compose

    return compose(index, seed, songs)


def write_demo(folder: str | Path, songs: int = 60, seed: int = 0, progress: Progress = silent) -> Path:
    """Write the demo's raw files and manifest.csv; see :func:`core.demo.writing.write_demo`."""
    # The composer needs scipy, which costs half a second: --help does without.
    from core.demo.writing import write_demo as write

    return write(folder, songs, seed, progress)
