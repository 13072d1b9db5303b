"""The bars of an evaluation on disk, for workers: one array file a field, so that all of a machine share its memory.

A few gigabytes at the size of the paper: too much to be sent with every piece of work, and a copy that lived in the
workers alone would be lost with one of them.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.codes import CodedBars
from core.files import write_text
from core.retrieval.features import MODALITIES, BarFeatures
from core.retrieval.protocol import RetrievalData

_CODES: Final = ("codes", "sentences")
_ARRAYS: Final = ("labels", "word_vectors")
_PLAIN: Final = ("label_names", "true_labels", "words", "key", "vocabulary")
assert {field.name for field in fields(RetrievalData)} == {*_CODES, *_ARRAYS, *_PLAIN, *MODALITIES}


@contextmanager
def bars_on_disk(data: RetrievalData, folder: Path) -> Iterator[str]:
    """Write the bars into a new folder under ``folder``, yield its absolute path, and remove it in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(dir=folder, prefix="cluster-")).absolute()
    try:
        # Made for the user alone; the workers may be another's.
        place.chmod(0o755)
        _write(data, place)
        yield str(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _write(data: RetrievalData, folder: Path) -> None:
    plain: dict[str, Any] = {name: getattr(data, name) for name in _PLAIN}
    for name in _CODES:
        codes = getattr(data, name)
        if codes is not None:
            values = {field.name: getattr(codes, field.name) for field in fields(CodedBars)}
            for key, value in values.items():
                if isinstance(value, np.ndarray):
                    _save(folder, f"{name}.{key}", value)
            plain[name] = {key: int(value) for key, value in values.items() if not isinstance(value, np.ndarray)}
    for name in MODALITIES:
        view: BarFeatures | None = getattr(data, name)
        if view is not None:
            _save(folder, f"{name}.pooled", view.pooled)
            _save(folder, f"{name}.steps", view.steps)
    for name in _ARRAYS:
        if getattr(data, name) is not None:
            _save(folder, name, getattr(data, name))
    write_text(folder / "plain.json", json.dumps(plain, ensure_ascii=False))


def _save(folder: Path, name: str, array: NDArray[Any]) -> None:
    np.save(folder / f"{name}.npy", array, allow_pickle=False)


def read_bars(folder: str) -> RetrievalData:
    """The bars of :func:`bars_on_disk`.

    Features are memory-mapped: systems take the bars they want out of them, which copies. Codes are read whole, since
    compiled functions would be compiled anew for arrays that cannot be written.
    """
    place = Path(folder)
    plain = json.loads((place / "plain.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = {}
    for name in _PLAIN:
        found[name] = _tuples(plain[name]) if isinstance(plain[name], list) else plain[name]
    for name in _CODES:
        if name in plain:
            arrays = {path.name.split(".")[1]: np.load(path) for path in place.glob(f"{name}.*.npy")}
            found[name] = CodedBars(**arrays, **plain[name])
    for name in MODALITIES:
        paths = [place / f"{name}.{part}.npy" for part in ("pooled", "steps")]
        if paths[0].exists():
            found[name] = BarFeatures(*(np.load(path, mmap_mode="r") for path in paths))
    for name in _ARRAYS:
        if (place / f"{name}.npy").exists():
            found[name] = np.load(place / f"{name}.npy")
    return RetrievalData(**found)


def _tuples(value: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(inner) if isinstance(inner, list) else inner for inner in value)
