"""Time and memory of counting and search from 10 to 10,000 songs, with synthetic codes.

Each size runs in a process of its own: ``python -m benchmarks.scaling --child SONGS`` prints its figures as JSON. A
song has 120 bars, about 6,240 frames; its codes last as words and movements do
(:func:`benchmarks.synthetic.song_bars`). Memory is the highest that the process held in that stage less what it held
after its imports, so the codes themselves (8 bytes a frame) are in it. The slope of log y over log x is 1 where a curve
is straight; small corpora also pay for what does not grow (tables of 500 x 500 codes, threads), so the slope of the
last step is told as well.
"""

from __future__ import annotations

import gc
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Result, machine, say, show, slope
from benchmarks.svg import Panel, drawing
from benchmarks.synthetic import BARS_A_SONG, song_bars, song_query
from core.npmi import count_songs, npmi_table
from core.xmied import SearchIndex

SIZES = (10, 100, 1_000, 10_000)
QUERY, TOP, QUERIES = 52, 100, 9
PICTURE = Path(__file__).with_name("scaling.svg")
STAGES = {"counting": "count_songs and npmi_table", "indexing": "SearchIndex", "search": "SearchIndex.search, top 100"}
_STATUS, _REFERENCES = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak_bytes() -> int:
    """Most memory that this process has held.

    Linux tells it in ``/proc`` for this program alone; ``ru_maxrss`` begins at what the parent held, so it is taken
    only where there is no ``/proc`` (bytes on macOS, KiB elsewhere).
    """
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found if sys.platform == "darwin" else 1024 * found


def begin_peak() -> None:
    """Count the peak from what is held now, where the system can do that (Linux); else it goes on rising."""
    gc.collect()
    try:
        _REFERENCES.write_text("5", encoding="ascii")
    except OSError:
        return


def child(songs: int) -> dict[str, Any]:
    """Figures of one size: frames, and of each stage seconds (median) and bytes (peak less the imports)."""
    _stages(song_bars(4 * BARS_A_SONG, 4, seed=9), 1)  # compiles
    begin_peak()
    base = peak_bytes()
    codes = song_bars(songs * BARS_A_SONG, songs)
    found = _stages(codes, 3 if songs > 1_000 else 9, base)
    return {"songs": songs, "bars": codes.bars, "frames": len(codes.lyric), **found}


def _stages(codes: Any, runs: int, base: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    queries = [song_query(codes, QUERY, rng) for _ in range(QUERIES + 1)]
    found: dict[str, Any] = {}

    def measured(stage: str, work: Callable[[int], Any], times: int) -> Any:
        begin_peak()
        seconds = []
        result = None
        for turn in range(times):
            result = None  # two results at a time would count twice
            start = time.perf_counter()
            result = work(turn)
            seconds.append(time.perf_counter() - start)
        found[stage] = {"seconds": statistics.median(seconds), "runs": seconds, "bytes": peak_bytes() - base}
        return result

    npmi = measured("counting", lambda _: npmi_table(count_songs(codes)), runs)
    index = measured("indexing", lambda _: SearchIndex(codes.dance, codes.offsets), runs)
    index.search(queries[QUERIES], npmi, TOP)
    measured("search", lambda turn: index.search(queries[turn], npmi, TOP), QUERIES)
    return found


def run(small: bool = False, picture: Path | None = None) -> list[Result]:
    """All sizes; writes the drawing (to a temporary file where ``small``)."""
    sizes = SIZES[:2] if small else SIZES
    rows = []
    for songs in sizes:
        say(f"scaling: {songs:,} songs")
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scaling", "--child", str(songs)], check=True, capture_output=True,
            text=True, cwd=Path(__file__).resolve().parents[1],
        )
        rows.append(json.loads(done.stdout))
    target = picture or (Path(tempfile.gettempdir()) / "scaling.svg" if small else PICTURE)
    target.write_text(picture_of(rows), encoding="utf-8")
    say(f"scaling: drawn in {target}")
    return results_of(rows)


def results_of(rows: list[dict[str, Any]]) -> list[Result]:
    """Lines of the table: every size's time and memory, and the slopes."""
    results = []
    songs = [row["songs"] for row in rows]
    for stage, name in STAGES.items():
        for row in rows:
            where = f"scaling, {name}: {row['songs']:,} songs, {row['frames']:,} synthetic frames"
            results += [
                Result(f"{where}, time", 1000 * row[stage]["seconds"], "ms", seconds=tuple(row[stage]["runs"])),
                Result(f"{where}, memory", row[stage]["bytes"] / 2**20, "MiB"),
            ]
        for kind, key in (("time", "seconds"), ("memory", "bytes")):
            values = [max(row[stage][key], 1e-9) for row in rows]
            where = f"scaling, {name}: slope of log {kind} over log songs"
            results += [Result(f"{where}, all sizes", slope(songs, values), ""),
                        Result(f"{where}, last step", slope(songs[-2:], values[-2:]), "")]
    return results


def picture_of(rows: list[dict[str, Any]]) -> str:
    """The drawing as SVG text."""
    curves: dict[str, dict[str, list[tuple[float, float]]]] = {"seconds": {}, "bytes": {}}
    for stage, name in STAGES.items():
        for key, unit in (("seconds", 1.0), ("bytes", 2.0**20)):
            points = [(float(row["songs"]), max(row[stage][key] / unit, 1e-6)) for row in rows]
            steep, last = (slope(*zip(*some, strict=True)) for some in (points, points[-2:]))
            curves[key][f"{name} (slope {steep:.2f}, last step {last:.2f})"] = points
    return drawing(
        [Panel("Time", "songs", "seconds", curves["seconds"]),
         Panel("Memory, peak beyond the imports", "songs", "MiB", curves["bytes"])],
        f"Kotofuri from {rows[0]['songs']:,} to {rows[-1]['songs']:,} songs, {BARS_A_SONG} bars each, synthetic codes",
        machine().split(", ")[0].split(";")[0],
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(child(int(sys.argv[2]))))
    else:
        show(run())
