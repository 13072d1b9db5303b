"""The colour of every frame: NPMI on its diverging scale, dimmed where it is low or rests on few songs; and codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.pipeline.song import SongData
from gui.draw.colours import Theme, npmi_rgb

_DIM = 0.68
_GOLDEN = 0.6180339887498949


def blend(colours: NDArray[np.uint8] | tuple[int, int, int], toward: tuple[int, int, int], share: float
          ) -> NDArray[np.uint8]:
    """Colours mixed with another, uint8 [..., 3]; ``share`` 1 is the other."""
    mixed = np.asarray(colours, np.float32) * (1 - share) + np.asarray(toward, np.float32) * share
    return np.rint(mixed).astype(np.uint8)


@dataclass(frozen=True)
class FrameColours:
    """How the frames of a song are coloured. T frames.

    Attributes
    ----------
    rgb : uint8 [T, 3]
    dim : bool [T]
        Drawn dimmed: at or below the threshold, or resting on fewer songs than asked for.
    rank : float32 [T]
        Which of several frames under one pixel is shown: the largest.
    """

    rgb: NDArray[np.uint8]
    dim: NDArray[np.bool_]
    rank: NDArray[np.float32]


def frame_colours(data: SongData, theme: Theme, threshold: float, fewest: int, *, dimming: bool = True) -> FrameColours:
    """Colours of a song's frames.

    Parameters
    ----------
    threshold : float
        Values at or below it are dimmed, if ``dimming``.
    fewest : int
        Values that rest on fewer songs are dimmed; 0 for none.
    """
    known = ~np.isnan(data.npmi)
    values = np.nan_to_num(data.npmi, nan=0.0)
    dim = np.zeros(len(values), np.bool_)
    if dimming:
        dim |= known & (values <= threshold)
    if fewest > 0:
        dim |= known & (data.support < fewest)
    rgb = npmi_rgb(values, dark=theme.dark)
    rgb[dim] = blend(rgb[dim], theme.background, _DIM)
    rgb[~known] = blend(theme.background, theme.text, 0.07)
    # Bright frames win over dimmed ones, among each other the higher value.
    rank = np.where(known, values, -2.0) + np.where(dim, 0.0, 4.0)
    return FrameColours(rgb, dim, rank.astype(np.float32))


def code_rgb(codes: NDArray[np.integer], *, dark: bool) -> NDArray[np.uint8]:
    """Colours of codes, uint8 [..., 3]: neighbouring numbers differ in hue and lightness. They carry no order."""
    numbers = np.asarray(codes, np.int64)
    hue = np.mod(numbers * _GOLDEN, 1.0)
    step = np.mod(numbers, 3)
    light = (0.40 + 0.07 * step) if dark else (0.80 - 0.07 * step)
    full = 0.34 if dark else 0.52
    chroma = (1 - np.abs(2 * light - 1)) * full
    channels = []
    for offset in (0.0, 8.0, 4.0):
        k = np.mod(offset + hue * 12, 12)
        channels.append(light - chroma / 2 * np.maximum(-1, np.minimum(np.minimum(k - 3, 9 - k), 1)))
    return np.rint(np.stack(channels, axis=-1) * 255).astype(np.uint8)


def frames_of_columns(
    left: float, per_second: float, count: int, fps: float, rank: NDArray[np.float32]
) -> NDArray[np.int64]:
    """The frame shown in each of ``count`` columns from pixel ``left`` on; -1 outside the song.

    Where several frames lie under a column, it is the one of the highest rank.
    """
    total = len(rank)
    if not total:
        return np.full(count, -1, np.int64)
    per_column = fps / per_second
    if per_column <= 1.0:
        frames = np.floor((left + np.arange(count) + 0.5) / per_second * fps).astype(np.int64)
        return np.where((frames >= 0) & (frames < total), frames, -1)
    edges = np.floor((left + np.arange(count + 1)) / per_second * fps).astype(np.int64)
    samples = int(np.ceil(per_column)) + 1
    frames = edges[:-1, None] + np.arange(samples)[None]
    inside = (frames < np.maximum(edges[1:, None], edges[:-1, None] + 1)) & (frames >= 0) & (frames < total)
    ranks = np.where(inside, rank[np.clip(frames, 0, total - 1)], -np.inf)
    best = ranks.argmax(axis=1)
    chosen = frames[np.arange(count), best]
    return np.where(inside.any(axis=1), chosen, -1)
