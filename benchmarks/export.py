"""Frames a second of writing a clip: MP4 and GIF, drawn by QPainter as the command line does.

Run as ``python -m benchmarks.export CORPUS`` (no screen is needed). Baseline: the same writers given pictures that are
there already, so that the ratio tells what drawing costs.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Result, show

SECONDS = 10.0


@dataclass
class _Still:
    """As many copies of one picture as there are frames."""

    picture: NDArray[np.uint8]
    count: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        return self.picture


def run(corpus: Path) -> list[Result]:
    """Both formats, of ten seconds of the corpus's first song."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from core.corpus.store import Corpus
    from core.export.batch import clip_of
    from core.export.pictures import PictureOptions
    from core.export.video import write_gif, write_mp4
    from core.export.write import export_clip
    from core.pipeline.browse import Place
    from core.pipeline.view import CorpusView
    from core.skeleton import FPS
    from gui.export.offscreen import picture_writer

    results = []
    with Corpus.open(corpus) as opened, tempfile.TemporaryDirectory() as folder:
        view = CorpusView(opened, "inductive", "zero")
        song = opened.songs()[0]
        clip = clip_of(opened, view, Place(song.song_id, 0, min(round(SECONDS * FPS), song.frames)))
        pictures = picture_writer()
        for ending, options, writer in (
            (".mp4", PictureOptions(width=1280, height=720), write_mp4),
            (".gif", PictureOptions(width=480, height=270), write_gif),
        ):
            frames = pictures.frames(clip, options)
            still = _Still(np.array(frames[0]), len(frames))
            size = f"{options.width} x {options.height}"
            start = time.perf_counter()
            writer(Path(folder) / f"still{ending}", still)
            bare = len(still) / (time.perf_counter() - start)
            start = time.perf_counter()
            export_clip(Path(folder) / f"clip{ending}", clip, pictures=pictures, options=options)
            drawn = len(still) / (time.perf_counter() - start)
            plain = "one picture again and again"
            results += [Result(f"export {ending} {size}, {plain}", bare, "frames/s"),
                        Result(f"export {ending} {size}", drawn, "frames/s", plain, drawn / bare)]
    return results


if __name__ == "__main__":
    show(run(Path(sys.argv[1])))
