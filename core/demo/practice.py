"""Dances to train the bundled encoder on: the demo's composer, on songs that are in no demo.

``python -m core.demo.practice OUT.safetensors --minutes 40`` made the weights in ``resources``.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.bars import cut_bars
from core.demo.motion import compose_motion
from core.demo.plan import GESTURE_NAMES, GestureEvent, SongPlan
from core.motion.clip import Motion
from core.skeleton import FPS

_SEED = 20_261_121
"""Far from any demo's seed, so that no dance of a demo is practised."""


def practice_plan(index: int) -> SongPlan:
    """A song without words: 24 bars, a gesture in about every second bar."""
    rng = np.random.default_rng([_SEED, index])
    bpm = float(rng.uniform(84.0, 140.0))
    beats = np.asarray(0.4 + np.arange(24 * 4 + 1) * 60.0 / bpm, dtype=np.float64)
    frames = int(np.ceil(beats[-1] * FPS)) + 15
    events: list[GestureEvent] = []
    for bar in range(1, 23):
        start = round((beats[4 * bar] + float(rng.uniform(0.2, 0.8))) * FPS)
        stop = start + int(rng.integers(14, 30))
        if rng.random() < 0.5 and (not events or start >= events[-1].stop + 24):
            events.append(GestureEvent(start, stop, str(rng.choice(GESTURE_NAMES))))
    return SongPlan(f"practice-{index:04d}", "", "", "", "train", "en", bpm, frames, beats, (), tuple(events),
                    _SEED + index)


class PracticeDances:
    """A :class:`core.encoders.batches.DanceSource` of practice songs, composed when they are asked for."""

    def __init__(self, train: int = 120, dev: int = 8) -> None:
        names = [f"{i}" for i in range(train + dev)]
        self.train: Sequence[str] = names[:train]
        self.dev: Sequence[str] = names[train:]

    def motion(self, song_id: str) -> Motion:
        """The dance of a practice song."""
        return compose_motion(practice_plan(int(song_id)))

    def bars(self, song_id: str) -> list[tuple[int, int]]:
        """Its bars as (start, stop) frames."""
        plan = practice_plan(int(song_id))
        return [(bar.start, bar.end) for bar in cut_bars(plan.downbeats, plan.frames)]


def main(arguments: Sequence[str]) -> None:
    """Train the bundled encoder."""
    from core.cli.console import progress_bar
    from core.encoders.pretrain import pretrain

    parser = ArgumentParser(description="Train the bundled dance encoder on composed dances.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--songs", type=int, default=120)
    chosen = parser.parse_args(arguments)
    with progress_bar() as progress:
        report = pretrain(PracticeDances(chosen.songs), chosen.out, chosen.minutes, progress=progress)
    sys.stderr.write(f"{report}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
