"""Clips as data: JSON, CSV and Praat TextGrid."""

from __future__ import annotations

import csv
import io
import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

from core.export.clip import ClipData
from core.files import replacing, write_text
from core.skeleton import FPS, JOINTS


def write_json(path: Path, clip: ClipData) -> None:
    """The JSON object of the ``export`` command: positions in metres, words in seconds, codes and NPMI a frame."""
    positions, _ = clip.motion.world()
    data: dict[str, Any] = {
        "fps": FPS, "joints": list(JOINTS), "positions": positions.round(5).tolist(),
        "words": [{"word": w.text, "start": w.start, "end": w.end} for w in clip.words],
        "lyric_codes": clip.lyric_codes.tolist(), "dance_codes": clip.dance_codes.tolist(),
        "npmi": [None if math.isnan(v) else v for v in clip.npmi.tolist()], "credit": clip.credit,
    }
    write_text(path, json.dumps(data, ensure_ascii=False, allow_nan=False))


def write_csv(path: Path, clip: ClipData) -> None:
    """One row a frame: frame, seconds, word, codes, NPMI, and x, y, z of every joint in metres."""
    positions, _ = clip.motion.world()
    text = io.StringIO()
    writer = csv.writer(text)
    axes = [f"{joint}_{axis}" for joint in JOINTS for axis in "xyz"]
    writer.writerow(["frame", "seconds", "word", "lyric_code", "dance_code", "npmi", *axes])
    for i, row in enumerate(positions.reshape(len(positions), -1)):
        word = clip.words[clip.frame_words[i]].text if clip.frame_words[i] >= 0 else ""
        value = "" if math.isnan(clip.npmi[i]) else f"{clip.npmi[i]:.6f}"
        writer.writerow([i, f"{i / FPS:.4f}", word, clip.lyric_codes[i], clip.dance_codes[i], value,
                         *(f"{x:.5f}" for x in row)])
    write_text(path, text.getvalue())


def write_textgrid(path: Path, clip: ClipData) -> None:
    """Praat TextGrid with the tiers word, lyric code, dance code and npmi (intervals of equal value)."""
    from praatio import textgrid

    seconds = len(clip.motion) / FPS
    tiers = {"word": _words(clip, seconds)}
    for name, labels in (
        ("lyric code", [str(c) if c >= 0 else "" for c in clip.lyric_codes.tolist()]),
        ("dance code", [str(c) if c >= 0 else "" for c in clip.dance_codes.tolist()]),
        ("npmi", ["" if math.isnan(v) else f"{v:.4f}" for v in clip.npmi.tolist()]),
    ):
        tiers[name] = _runs(labels)
    grid = textgrid.Textgrid(0, seconds)
    for name, intervals in tiers.items():
        kept = [(a, b, label) for a, b, label in intervals if label]
        grid.addTier(textgrid.IntervalTier(name, kept, 0, seconds))
    with replacing(path) as temporary:
        grid.save(str(temporary), format="long_textgrid", includeBlankSpaces=True)


def _words(clip: ClipData, seconds: float) -> list[tuple[float, float, str]]:
    """Word intervals that do not overlap, as a tier demands."""
    result: list[tuple[float, float, str]] = []
    for i, word in enumerate(clip.words):
        following = clip.words[i + 1].start if i + 1 < len(clip.words) else seconds
        end = min(word.end, following, seconds)
        if end > word.start:
            result.append((word.start, end, word.text))
    return result


def _runs(labels: list[str]) -> list[tuple[float, float, str]]:
    edges = [0, *(i for i in range(1, len(labels)) if labels[i] != labels[i - 1]), len(labels)]
    return [(a / FPS, b / FPS, labels[a]) for a, b in pairwise(edges)]
