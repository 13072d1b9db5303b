"""The ``codes`` command: NPMI, XMIED and MRR of any two code sequences in a .npz file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.codes import SPLITS, CodedBars
from core.errors import InputError, SettingsError
from core.npmi import SINGLETONS, pairs
from core.npzfile import read_npz
from core.progress import Progress, part, silent
from core.retrieval.evaluate import evaluated_bars, figures, fit_method, rank_bars
from core.retrieval.protocol import DIRECTIONS, PROTOCOLS, RetrievalData
from core.retrieval.xmied import Xmied

MAX_CODES: Final = 2**16
MAX_PAIRS: Final = 2**25
"""Largest product of the codebook sizes."""
MAX_BARS: Final = 2**24
REQUIRED: Final = ("song", "length", "lyric_codes", "dance_codes", "lyric_codebook_size", "dance_codebook_size")


def read_codes(path: str | Path) -> tuple[CodedBars, bool]:
    """Coded bars of a .npz file, and whether it has splits.

    The file holds ``song`` (whole numbers or text) and ``length`` (frames), one a bar; ``lyric_codes`` and
    ``dance_codes``, one a frame, bar after bar; ``lyric_codebook_size`` and ``dance_codebook_size``; and perhaps
    ``split``, one a bar: train, dev or test, or 0, 1, 2. All bars count as sung. Without splits all are "test".

    Raises
    ------
    InputError
        Where the file is anything else.
    """
    source = Path(path)
    arrays = read_npz(source, REQUIRED, ("split",))
    sizes = [_size(source, arrays[name], name) for name in REQUIRED[4:]]
    if sizes[0] * sizes[1] > MAX_PAIRS:
        raise InputError(source, f"codebooks of {sizes[0]} and {sizes[1]} codes make more than {MAX_PAIRS} pairs",
                         "use smaller ones")
    song_ids = arrays["song"]
    if song_ids.ndim != 1 or not 0 < len(song_ids) <= MAX_BARS:
        raise InputError(source, f"'song' has the shape {song_ids.shape}", f"give it one entry a bar, 1 to {MAX_BARS}")
    if song_ids.dtype.kind == "f" and not np.isfinite(song_ids).all():
        raise InputError(source, "'song' has values that are not finite", "number the songs or name them")
    _, song = np.unique(song_ids, return_inverse=True)
    lengths = _whole(source, arrays["length"], "length", 2**31)
    if len(lengths) != len(song):
        raise InputError(source, f"it has {len(song)} songs and {len(lengths)} lengths", "give one of each a bar")
    codes = [_whole(source, arrays[name], name, size) for name, size in zip(REQUIRED[2:4], sizes, strict=True)]
    frames = int(lengths.sum())
    for name, found in zip(REQUIRED[2:4], codes, strict=True):
        if len(found) != frames:
            raise InputError(source, f"the lengths make {frames} frames, but '{name}' has {len(found)}",
                             "give one code a frame, bar after bar")
    split = _splits(source, arrays["split"], song) if "split" in arrays else np.full(len(song), 2, np.int8)
    coded = CodedBars(
        song.astype(np.int32), np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), codes[0].astype(np.int32),
        codes[1].astype(np.int32), sizes[0], sizes[1], split, np.ones(len(song), np.bool_),
    )
    return coded, "split" in arrays


def run_codes(
    path: str | Path, protocol: str | None = None, singletons: str = "zero", progress: Progress = silent
) -> dict[str, Any]:
    """NPMI of all pairs, and ranks and MRR of the right bars by XMIED in both directions.

    With splits, the test bars are ranked among themselves; without, all bars.

    Parameters
    ----------
    path : str or Path
        See :func:`read_codes`.
    protocol : str, optional
        What NPMI is counted on (:mod:`core.retrieval.evaluate`). By default ``inductive`` where the file has splits,
        else ``transductive``.
    singletons : str
        See :func:`core.npmi.npmi_table`.
    progress : Progress

    Returns
    -------
    dict
        ``songs`` and ``bars`` of the file; ``protocol``; ``singletons``; ``pairs``, each [lyric code, dance code, NPMI,
        songs], highest NPMI first (under leave-one-song-out: of all songs); ``ranked_bars``, their numbers;
        ``lyrics_to_dance`` and ``dance_to_lyrics``, each with ``mrr`` and ``ranks``, ties counting against, in the
        order of ``ranked_bars``.

    Raises
    ------
    InputError
        For a file that does not hold this, or has no splits where the protocol needs them.
    SettingsError
        For an unknown protocol or rule.
    """
    codes, has_split = read_codes(path)
    protocol = protocol or ("inductive" if has_split else "transductive")
    if protocol not in PROTOCOLS:
        raise SettingsError(f"There is no protocol '{protocol}'; use {', '.join(PROTOCOLS)}.")
    if singletons not in SINGLETONS:
        raise SettingsError(f"There is no rule '{singletons}' for singletons; use {', '.join(SINGLETONS)}.")
    _check_splits(Path(path), codes, protocol, has_split=has_split)
    bars = evaluated_bars(codes, "test")
    data = RetrievalData(codes)
    method = Xmied(singletons)
    fit_method(method, data, bars, protocol, part(progress, 0.0, 0.1))
    result: dict[str, Any] = {
        "songs": codes.songs, "bars": codes.bars, "protocol": protocol, "singletons": singletons,
        "pairs": [list(pair) for pair in pairs(method.counts, singletons)],
        "ranked_bars": bars.tolist(),
    }
    for i, direction in enumerate(DIRECTIONS):
        inner = part(progress, 0.1 + 0.45 * i, 0.55 + 0.45 * i, direction)
        ranks = rank_bars(method, data, bars, protocol, direction, inner)["all"].ranks("pessimistic")
        result[direction.replace("-", "_")] = {"mrr": figures(ranks)["mrr"], "ranks": ranks.astype(int).tolist()}
    return result


def _check_splits(path: Path, codes: CodedBars, protocol: str, *, has_split: bool) -> None:
    if not has_split:
        if protocol == "inductive":
            raise InputError(path, "it has no array 'split', without which nothing says what the training songs are",
                             "add one, or use the protocol transductive or leave-one-song-out")
        return
    for name in ("train", "test") if protocol == "inductive" else ("test",):
        if not (codes.split == SPLITS.index(name)).any():
            raise InputError(path, f"none of its bars has the split {name}", "correct 'split' or leave it out")


def _whole(path: Path, values: NDArray[Any], name: str, stop: int) -> NDArray[np.int64]:
    """A flat array as whole numbers in 0..stop - 1."""
    if values.ndim != 1 or values.dtype.kind not in "iuf":
        raise InputError(path, f"'{name}' is no flat array of whole numbers", "correct it")
    if values.dtype.kind == "f" and not (np.isfinite(values) & (values == np.round(values))).all():
        raise InputError(path, f"'{name}' has values that are no whole numbers", "correct them")
    if len(values) and not (values.min() >= 0 and values.max() < stop):
        raise InputError(path, f"'{name}' has values from {values.min()} to {values.max()}, where 0 to {stop - 1} "
                         "are allowed", "correct them")
    return values.astype(np.int64)


def _size(path: Path, value: NDArray[Any], name: str) -> int:
    if value.size != 1:
        raise InputError(path, f"'{name}' has the shape {value.shape}", "make it one number")
    size = int(_whole(path, value.reshape(1), name, MAX_CODES + 1)[0])
    if size == 0:
        raise InputError(path, f"'{name}' is 0", "give the number of codes")
    return size


def _splits(path: Path, values: NDArray[Any], song: NDArray[np.integer]) -> NDArray[np.int8]:
    if values.ndim == 1 and values.dtype.kind in "US":
        split = np.full(len(values), -1, np.int8)
        for i, name in enumerate(SPLITS):
            split[values == (name if values.dtype.kind == "U" else name.encode())] = i
        if (split < 0).any():
            raise InputError(path, f"'split' has values other than {', '.join(SPLITS)}", "correct them")
    else:
        split = _whole(path, values, "split", len(SPLITS)).astype(np.int8)
    if len(split) != len(song):
        raise InputError(path, f"it has {len(song)} songs and {len(split)} splits", "give one of each a bar")
    order = np.lexsort((split, song))
    changes = (np.diff(song[order]) == 0) & (np.diff(split[order]) != 0)
    if changes.any():
        raise InputError(path, "a song has bars in more than one split", "give all bars of a song one split")
    return split
