"""Table 1 of the paper: how much of a corpus shows a relation between lyrics and dance."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.codes import CodedBars
from core.npmi import frame_npmi


def table1(codes: CodedBars, table: NDArray[np.float64]) -> dict[str, Any]:
    """Table 1 under one NPMI table, float64 [lyric codes, dance codes]; see :func:`table1_from_frames`."""
    return table1_from_frames(codes, frame_npmi(codes, table))


def table1_from_frames(codes: CodedBars, values: NDArray[np.floating]) -> dict[str, Any]:
    """Songs, bars and frames with positive NPMI (Watanabe & Goto 2025, Table 1).

    Bars and frames are counted over the bars with lyrics, songs over the songs that have such a bar. A bar or a song is
    positive where one of its frames is.

    Parameters
    ----------
    codes : CodedBars
    values : [frames]
        NPMI of every frame.

    Returns
    -------
    dict
        ``songs``, ``bars`` and ``frames``, each with ``total``, ``positive`` and ``percent``; ``lyric_codes`` and
        ``dance_codes``, the sizes of the codebooks.
    """
    bar = np.repeat(np.arange(codes.bars), codes.lengths)
    positive = (values > 0) & codes.sung[bar]
    bars = np.zeros(codes.bars, np.bool_)
    bars[bar[positive]] = True
    return {
        "songs": _share(len(np.unique(codes.song[bars])), len(np.unique(codes.song[codes.sung]))),
        "bars": _share(int(bars.sum()), int(codes.sung.sum())),
        "frames": _share(int(positive.sum()), int(codes.lengths[codes.sung].sum())),
        "lyric_codes": codes.lyric_size,
        "dance_codes": codes.dance_size,
    }


def _share(positive: int, total: int) -> dict[str, float]:
    return {"total": total, "positive": positive, "percent": 100.0 * positive / total if total else 0.0}
