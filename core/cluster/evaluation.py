"""Table 2 on a cluster: every system is fitted and ranked under every protocol by itself.

The paired test of a system against XMIED needs the ranks of both, so XMIED is ranked once more with each; that takes
seconds, where a fit takes minutes. What depends on all systems together, Holm's correction, is made in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.cluster.bars import bars_on_disk, read_bars
from core.cluster.runner import Runner
from core.cluster.worker import check_folder, opened, stop_when_cancelled
from core.progress import Progress, part, silent
from core.retrieval.evaluate import REFERENCE, evaluate
from core.retrieval.protocol import RetrievalData, RetrievalMethod
from core.retrieval.registry import make_method
from core.retrieval.statistics import holm

_NAMES: Final = ("method", "protocol", "direction", "gallery", "ties")


@dataclass(frozen=True)
class Piece:
    """What one worker evaluates at a time.

    Attributes
    ----------
    methods : tuple of str
        Systems, the reference among them where it is asked for.
    protocol : str
    rows : tuple of str
        The systems whose rows are taken from this piece.
    """

    methods: tuple[str, ...]
    protocol: str
    rows: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' and '.join(self.rows)}, {self.protocol}"


def pieces(systems: Sequence[RetrievalMethod], protocols: Sequence[str]) -> list[Piece]:
    """The work, long pieces first, so that no worker begins one when the others are done.

    Systems that are fitted have pieces of their own, under the protocols they know; the others are quick, and share
    one piece a protocol with the reference.
    """
    asked = [system.name for system in systems]
    reference = tuple(name for name in asked if name == REFERENCE)
    found: list[Piece] = []
    rest: list[Piece] = []
    for protocol in protocols:
        own = [s.name for s in systems if s.name != REFERENCE and s.fitted and protocol in s.protocols]
        found += [Piece((*reference, name), protocol, (name,)) for name in own]
        if shared := tuple(name for name in asked if name not in own):
            rest.append(Piece(shared, protocol, shared))
    return found + rest


def evaluate_on(
    runner: Runner, data: RetrievalData, systems: Sequence[RetrievalMethod], protocols: Sequence[str],
    directions: Sequence[str], galleries: Sequence[str], ties: Sequence[str], split: str, seed: int,
    progress: Progress = silent, *, folder: Path, tell: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """:func:`core.retrieval.evaluate.evaluate` by the workers of a runner, with the same result but for seconds.

    Parameters
    ----------
    runner : Runner
    data, protocols, directions, galleries, ties, split, seed, tell
        See there.
    systems : sequence of RetrievalMethod
        As :func:`core.retrieval.registry.make_method` makes them with this seed.
    progress : Progress
    folder : Path
        Where fitted systems are kept and the workers read the bars; all machines must see it.
    """
    work = pieces(systems, protocols)
    told: set[str] = set()
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    whole: dict[str, Any] = {}
    progress(0.0, "writing the bars for the workers")
    with bars_on_disk(data, folder) as place:
        options = (tuple(directions), tuple(galleries), tuple(ties), split, seed)

        def arguments(piece: Piece) -> tuple[Any, ...]:
            return (place, str(folder.absolute()), piece.methods, piece.protocol, options)

        for piece, (found, sentences) in runner.map(
            evaluate_piece, work, arguments, part(progress, 0.01, 1.0), lambda _, piece: str(piece)
        ):
            whole = found
            rows |= {tuple(row[name] for name in _NAMES): row for row in found["results"]
                     if row["method"] in piece.rows}
            for sentence in sentences:
                who = sentence.split(":", 1)[0]
                if tell is not None and who not in told and who.split(",", 1)[0] in piece.rows:
                    told.add(who)
                    tell(sentence)
    results = [rows[system.name, protocol, direction, gallery, rule] for system in systems for protocol in protocols
               for direction in directions for gallery in galleries for rule in ties]
    _correct(results)
    progress(1.0, "")
    return {**whole, "results": results}


def evaluate_piece(
    place: str, folder: str, methods: Sequence[str], protocol: str,
    options: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str, int],
) -> tuple[dict[str, Any], list[str]]:
    """What :func:`core.retrieval.evaluate.evaluate` finds and says of a piece; runs on a worker."""
    check_folder(folder)
    told: list[str] = []
    directions, galleries, ties, split, seed = options
    found = evaluate(
        opened(read_bars, (place,)), [make_method(name, seed) for name in methods], (protocol,), directions, galleries,
        ties, split, seed, stop_when_cancelled, folder=Path(folder), tell=told.append,
    )
    return found, told


def _correct(results: Sequence[dict[str, Any]]) -> None:
    """Correct the p-values of each table for the number of its systems: the pieces knew of one system each."""
    tables: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in results:
        if row["p_value"] is not None:
            tables.setdefault(tuple(row[name] for name in _NAMES[1:]), []).append(row)
    for table in tables.values():
        for row, corrected in zip(table, holm([row["p_value"] for row in table]), strict=True):
            row["p_holm"] = corrected
