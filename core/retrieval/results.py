"""Results of an evaluation kept in the corpus, with all that is needed to say what they are figures of."""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from core import __version__
from core.files import write_text

FOLDER: Final = "results"
"""Beside the fitted systems."""
_FORMAT: Final = "kotofuri-results-1"
_PACKAGES: Final = ("numpy", "scipy", "scikit-learn", "numba", "torch", "sentence-transformers")


def save_results(folder: Path, result: dict[str, Any]) -> Path:
    """Write a result as a JSON file of its own; nothing is ever overwritten.

    Parameters
    ----------
    folder : Path
        Made when needed.
    result : dict
        As JSON can hold it. The file adds ``format``, ``date`` (ISO 8601 with the offset of the time zone) and
        ``versions`` of this program, of Python and of the packages that figures may depend on.

    Returns
    -------
    Path
        The file, named after the date and the SHA-256 of the rest.

    Raises
    ------
    OSError
        Where the folder cannot be written.
    """
    now = datetime.now().astimezone()
    document = {"format": _FORMAT, "date": now.isoformat(timespec="seconds"), "versions": versions(), **result}
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    name = f"{now:%Y-%m-%d-%H%M%S}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    path, again = folder / f"{name}.json", 1
    while path.exists():
        again += 1
        path = folder / f"{name}-{again}.json"
    write_text(path, text)
    return path


def versions() -> dict[str, str]:
    """Versions of this program, of Python and of the packages that figures may depend on, and the machine."""
    found = {"kotofuri": __version__, "python": platform.python_version(), "machine": platform.platform()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found
