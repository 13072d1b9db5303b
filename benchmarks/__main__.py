"""Run the speed benchmarks that need no screen and no corpus, and print one table.

``python -m benchmarks`` runs all, ``python -m benchmarks NAME...`` some, ``--list`` tells their names.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Result, machine, save, say, show

BENCHMARKS = {
    "search": "top 100 of 119,691 bars for a query of 52 frames",
    "distances": "XMIED of one query with 119,691 bars, table cells a second",
    "counts": "song counts and NPMI of 6.2 million frames",
    "table2": "ranks of the right bars, 8,611 x 8,611 bars",
    "features": "dance features, frames a second",
    "encoder": "dance encoder in inference and training, frames a second, and what the arithmetic allows",
    "kmeans": "codebooks fitted and vectors coded a second",
    "alpha": "the slider of the semi-supervised system over 100,000 bars (the best of its runs, not the median)",
    "scaling": "time and memory from 10 to 10,000 songs of synthetic codes, drawn in scaling.svg",
}
"""Names, each a module with ``run``, and what it measures."""
_ONE_SIZE = {"alpha"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the options and run."""
    parser = ArgumentParser(prog="python -m benchmarks", description="Speed, each beside a named baseline.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="benchmarks to run; all by default")
    parser.add_argument("--list", action="store_true", help="tell the names and end")
    parser.add_argument("--json", type=Path, metavar="FILE", help="save the results with all their runs")
    parser.add_argument("--small", action="store_true", help="a hundredth of the size, to see that everything runs; "
                        "the figures mean nothing")
    chosen = parser.parse_args(arguments)
    if chosen.list:
        for name, text in BENCHMARKS.items():
            print(f"{name:<10} {text}")
        return
    unknown = [name for name in chosen.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark '{unknown[0]}'; use {', '.join(BENCHMARKS)}")
    described = machine()
    results: list[Result] = []
    try:
        for name in chosen.names or BENCHMARKS:
            say(f"{name}: {BENCHMARKS[name]}")
            work = import_module(f"benchmarks.{name}").run
            results += work() if name in _ONE_SIZE else work(small=chosen.small)
    finally:
        # What was measured before one failed is told all the same.
        if results:
            show(results, described)
            if chosen.json is not None:
                save(chosen.json, results, described)


if __name__ == "__main__":
    main()
