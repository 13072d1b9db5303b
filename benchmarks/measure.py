"""Timing side by side, the machine's description, and the table that is printed."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numba

_PACKAGES = ("numpy", "numba", "scikit-learn", "torch", "torch-geometric")

Times = dict[str, list[float]]
"""Seconds of every run, by name; run ``i`` of all names was measured in the same round."""


class DisagreementError(RuntimeError):
    """A benchmark and its baseline do not compute the same."""


@dataclass(frozen=True)
class Result:
    """One line of the table.

    Attributes
    ----------
    name : str
    rate : float
        The figure, in ``unit``: a rate, or a time.
    unit : str
    baseline : str
        What it is compared with; empty where it is the baseline itself or has none.
    ratio : float
        How many times as quick as the baseline.
    at_least, under : float, optional
        What the project aims at, in ``unit``.
    ratio_at_least : float, optional
        What it aims at beside the baseline.
    seconds : tuple of float
        All runs that the figure is the median of.
    """

    name: str
    rate: float
    unit: str
    baseline: str = ""
    ratio: float = 1.0
    at_least: float | None = None
    under: float | None = None
    ratio_at_least: float | None = None
    seconds: tuple[float, ...] = ()

    @property
    def verdict(self) -> str:
        """The aim and whether it is reached; '' where there is none."""
        aims = [
            (self.at_least, f"{self.at_least:,g}" if self.at_least is not None else "", self.rate, 1.0),
            (self.under, f"under {self.under:,g}" if self.under is not None else "", self.rate, -1.0),
            (self.ratio_at_least, f"{self.ratio_at_least:g} x" if self.ratio_at_least is not None else "", self.ratio,
             1.0),
        ]
        return ", ".join(f"aim {text}: {'reached' if sign * (value - aim) >= 0 else 'missed'}"
                         for aim, text, value, sign in aims if aim is not None)


def interleaved(works: Mapping[str, Callable[[int], object]], rounds: int, *, warm: bool = True) -> Times:
    """Time several works round by round, each once a round, so that whatever else the machine does meets all of them.

    Parameters
    ----------
    works : mapping of name to callable
        Given the number of the round, which may choose its input; -1 in the warm-up.
    rounds : int
    warm : bool
        Run each once before, not timed: it compiles and fills caches.
    """
    times: Times = {name: [] for name in works}
    for turn in range(-1 if warm else 0, rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work(turn)
            if turn >= 0:
                times[name].append(time.perf_counter() - start)
    return times


def rate(times: Times, name: str, amount: float) -> float:
    """Amount a second in the median run."""
    return amount / statistics.median(times[name])


def ratio(times: Times, name: str, baseline: str) -> float:
    """How many times as quick as the baseline: the quotient of the two medians."""
    return statistics.median(times[baseline]) / statistics.median(times[name])


def best_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Shortest of some runs, after one that compiles and warms up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Least-squares slope of log y over log x: 1 where y grows in proportion."""
    from math import log

    return statistics.linear_regression([log(v) for v in x], [log(v) for v in y]).slope


def machine() -> str:
    """Processor, threads, load and versions that the figures belong to."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), name)
        flags = next((line.split() for line in lines if line.startswith("flags")), [])
        wide = [text for flag, text in (("avx512f", "AVX-512"), ("avx512_bf16", "AVX512-BF16"), ("amx_bf16", "AMX"))
                if flag in flags]
        name = ", ".join([name, *wide])
    load = f"; load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (f"{name}; {os.cpu_count()} processors, {numba.get_num_threads()} threads{load}; {platform.system()}; "
            f"Python {platform.python_version()}, {', '.join(f'{name} {found}' for name, found in versions().items())}")


def versions() -> dict[str, str]:
    """Versions of the packages that the figures depend on; those that are not installed are left out."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def table(results: Sequence[Result]) -> str:
    """The results as lines of text: name, figure, spread of its runs, ratio, aim.

    What stands before a colon in a name is what was measured on, and printed once above its lines.
    """
    split = [result.name.rpartition(": ") for result in results]
    width = max((len(what) + 2 * bool(where) for where, _, what in split), default=0)
    lines, above = [], ""
    for result, (where, _, what) in zip(results, split, strict=True):
        if where and where != above:
            lines.append(where)
        above = where
        compared = f"{result.ratio:.2f} x {result.baseline}" if result.baseline else ""
        lines.append(f"{'  ' * bool(where) + what:<{width}}  {_figure(result.rate):>10} {result.unit:<17} "
                     f"{_spread(result.seconds):<20} {compared:<38} {result.verdict}".rstrip())
    return "\n".join(lines)


def _spread(seconds: Sequence[float]) -> str:
    """Number of runs, and how far the furthest was from the median."""
    if len(seconds) < 2:
        return ""
    middle = statistics.median(seconds)
    swing = max(max(seconds) - middle, middle - min(seconds)) / middle
    return f"median of {len(seconds)}, +-{100 * swing:.0f} %"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3f}"


def show(results: Sequence[Result], described: str = "") -> None:
    """Print the machine (as it is now, or as it was described before) and the table."""
    print(described or machine())
    print(table(results))


def save(path: Path, results: Sequence[Result], described: str) -> None:
    """Write the results with all their runs as JSON."""
    rows: list[dict[str, Any]] = [{**asdict(result), "verdict": result.verdict} for result in results]
    date = datetime.now().astimezone().isoformat(timespec="seconds")
    document = {"date": date, "machine": described, "results": rows}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def say(text: str) -> None:
    """Tell on stderr what is being measured."""
    print(text, file=sys.stderr, flush=True)
