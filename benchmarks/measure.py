"""Timing, the machine's description, and the table that is printed."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numba
import numpy as np


@dataclass(frozen=True)
class Result:
    """One line of the table.

    Attributes
    ----------
    name : str
    rate : float
        Units a second.
    unit : str
    baseline : str
        What it is compared with; empty where it is the baseline itself or has none.
    ratio : float
        How many times as quick as the baseline.
    """

    name: str
    rate: float
    unit: str
    baseline: str = ""
    ratio: float = 1.0


def best_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Shortest of some runs, after one that compiles and warms up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def machine() -> str:
    """Processor, threads and versions that the figures belong to."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), name)
        wide = any("avx512f" in line for line in lines)
        name += ", AVX-512" if wide else ""
    return (f"{name}; {numba.get_num_threads()} threads; {platform.system()}; Python {platform.python_version()}, "
            f"NumPy {np.__version__}, numba {numba.__version__}")


def show(results: list[Result]) -> None:
    """Print the machine and the table."""
    print(machine())
    width = max(len(result.name) for result in results)
    for result in results:
        compared = f"  {result.ratio:7.1f} x {result.baseline}" if result.baseline else ""
        print(f"{result.name:<{width}}  {result.rate:10.3f} {result.unit}{compared}")
