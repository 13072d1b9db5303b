"""The significance of a corpus's code pairs, computed once and kept in its folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.codes import SPLITS
from core.errors import InputError
from core.files import replacing
from core.npzfile import read_npz
from core.pipeline.view import CorpusView, open_view
from core.progress import Progress, silent
from core.significance.exchange import BLOCK
from core.significance.null import PairNull, PairTest, exchange_null

FOLDER: Final = "significance"
LEVEL: Final = 0.05
"""Share of false discoveries that is allowed where nothing else is said."""
_VERSION: Final = 1
"""Counts up when the same codes would get another distribution."""


def counted_songs(view: CorpusView) -> NDArray[np.bool_]:
    """Songs that the view's counts hold, bool [songs]: the training songs, or all (of leave-one-song-out too)."""
    counted = np.ones(view.coded.songs, np.bool_)
    if view.protocol == "inductive":
        counted[:] = False
        counted[view.coded.song[view.coded.split == SPLITS.index("train")]] = True
    return counted


def pair_test(view: CorpusView, progress: Progress = silent) -> PairTest:
    """Test the pairs of a view's counts; under leave-one-song-out those of all songs.

    What :func:`pair_null` finds; the first time slow, for a worker.
    """
    return PairTest.of(pair_null(view, progress), view.counts)


def known_pair_test(view: CorpusView) -> PairTest | None:
    """The same where its slow part lies in the corpus's folder already."""
    null = _load(view, _key(view)) if _path(view).is_file() else None
    return None if null is None else PairTest.of(null, view.counts)


def pair_null(view: CorpusView, progress: Progress = silent) -> PairNull:
    """The null distribution of the pairs' songs, out of the corpus's folder or computed and put there.

    A folder that cannot be written to is no error: the result is then not kept.
    """
    key = _key(view)
    null = _load(view, key)
    if null is None:
        null = exchange_null(view.coded, view.counts, counted_songs(view), progress)
        _save(view, key, null)
    return null


def pair_test_of_folder(folder: Path, protocol: str, progress: Progress = silent) -> PairTest:
    """:func:`pair_test` of a corpus folder."""
    with open_view(folder, protocol) as view:
        return pair_test(view, progress)


def _path(view: CorpusView) -> Path:
    name = "training-songs" if view.protocol == "inductive" else "all-songs"
    return view.corpus.folder / FOLDER / f"{name}.npz"


def _key(view: CorpusView) -> str:
    """Hash of all that the distribution depends on."""
    codes = view.coded
    digest = hashlib.sha256(f"{_VERSION} {BLOCK} {codes.lyric_size} {codes.dance_size}".encode())
    for array in (codes.song, codes.offsets, codes.lyric, codes.dance, codes.split, codes.sung, counted_songs(view)):
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _save(view: CorpusView, key: str, null: PairNull) -> None:
    try:
        with replacing(_path(view)) as temporary, temporary.open("wb") as file:
            np.savez_compressed(file, key=np.array(key), pair=null.pair, least=null.least, offsets=null.offsets,
                                tail=null.tail)
    except OSError:
        return


def _load(view: CorpusView, key: str) -> PairNull | None:
    """What lies in the folder, if it belongs to these codes and is whole."""
    path = _path(view)
    if not path.is_file():
        return None
    try:
        found = read_npz(path, ("key", "pair", "least", "offsets", "tail"))
    except InputError:
        return None
    pair, least, offsets, tail = (found[name] for name in ("pair", "least", "offsets", "tail"))
    shape = (view.coded.lyric_size, view.coded.dance_size)
    whole = (
        found["key"].shape == () and str(found["key"]) == key
        and all(array.ndim == 1 and array.dtype == np.int64 for array in (pair, least, offsets))
        and tail.ndim == 1 and tail.dtype == np.float64
        and len(pair) == len(least) == len(offsets) - 1 and int(offsets[0]) == 0 and int(offsets[-1]) == len(tail)
        and bool((np.diff(offsets) > 0).all()) and bool((np.diff(pair) > 0).all())
        and int(pair.min(initial=0)) >= 0 and int(pair.max(initial=0)) < shape[0] * shape[1]
        and bool(((tail > 0) & (tail <= 1)).all())
    )
    return PairNull(pair, least, offsets, tail, shape) if whole else None
