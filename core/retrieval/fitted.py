"""Fitted systems kept in the corpus, so that what was trained once is loaded the next time."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Final

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from core.files import replacing
from core.progress import Progress, silent
from core.retrieval.embedding import Arrays, EmbeddingMethod
from core.retrieval.protocol import RetrievalData

FOLDER: Final = "retrieval"
"""Of a corpus: where its fitted systems lie."""
_FORMAT: Final = "kotofuri-retrieval-1"
_DIGITS: Final = 16


def fitted_bars(name: str, folder: Path) -> set[str]:
    """Keys of the bars that a system was fitted on, with whatever settings; its module is not needed."""
    found: set[str] = set()
    for path in folder.glob(f"{name}-*.safetensors"):
        if len(path.stem) == len(name) + 1 + _DIGITS:
            with contextlib.suppress(OSError, SafetensorError), safe_open(path, "np") as file:
                found.add((file.metadata() or {}).get("bars", ""))
    return found - {""}


def fit_or_load(
    method: EmbeddingMethod, train: RetrievalData, dev: RetrievalData | None, folder: Path, progress: Progress = silent,
) -> bool:
    """Fit a system, or become one that was fitted before on the same bars with the same settings.

    The file holds the arrays, and in its header the settings in JSON. While a system is fitted, the state between two
    epochs lies beside it, so that a fit that was killed goes on where it stood.

    Parameters
    ----------
    method : EmbeddingMethod
    train, dev : RetrievalData
        ``train.key`` names the bars; systems fitted on bars without a key are not kept.
    folder : Path
        Where fitted systems lie; made when needed.
    progress : Progress

    Returns
    -------
    bool
        Whether it was loaded.
    """
    if not train.key:
        method.fit(train, dev, progress)
        return False
    settings = json.dumps(method.settings, sort_keys=True)
    names = [method.name, method.version, train.key, dev.key if dev is not None else "", settings]
    digest = hashlib.sha256(json.dumps(names).encode()).hexdigest()
    path = folder / f"{method.name}-{digest[:_DIGITS]}.safetensors"
    if path.exists():
        try:
            method.restore(load_file(path))
        except (OSError, SafetensorError, KeyError, ValueError):
            # Damaged, or of an older version of the system: fitting anew mends it.
            pass
        else:
            progress(1.0, "loaded")
            return True
    folder.mkdir(parents=True, exist_ok=True)
    method.checkpoint = path.with_suffix(".state.safetensors")
    method.fit(train, dev, progress)
    save_arrays(path, method.arrays(), {"format": _FORMAT, "method": method.name, "settings": settings,
                                         "bars": train.key})
    return False


def save_arrays(path: Path, arrays: Arrays, header: dict[str, str]) -> None:
    """Write arrays as safetensors, beside and renamed."""
    # The writer takes the memory as it lies: an array in another order (transposed, say) would come back scrambled.
    ordered = {name: np.asarray(values, order="C") for name, values in arrays.items()}
    with replacing(path) as temporary:
        save_file(ordered, temporary, header)
