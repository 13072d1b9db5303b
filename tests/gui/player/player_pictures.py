"""What can be read off the player's picture, and dances to put into it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.pipeline.song import Dance


def pixels(image) -> np.ndarray:
    """Colours of a picture, int [height, width, 3]."""
    from PySide6.QtGui import QImage

    image = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat[:, : image.width() * 4].reshape(image.height(), image.width(), 4)[:, :, 2::-1].astype(int)


def away_from(seen: np.ndarray, rgb: tuple[int, int, int], least: int = 60) -> np.ndarray:
    """Where a picture differs from a colour, bool [height, width]."""
    return np.abs(seen - np.array(rgb)).sum(axis=2) > least


def sides(seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where left (green-blue) and right (purple) limbs are drawn, bool [height, width] each."""
    r, g, b = seen[..., 0], seen[..., 1], seen[..., 2]
    return (g - r > 30) & (b - r > 30), (r - g > 25) & (b - g > 25)


def bare(pane) -> None:
    """No caption and no grid: only dancers are left in the picture."""
    for name in ("caption", "grid"):
        pane._actions[f"view.{name}"].setChecked(False)


def with_dance(session, positions: np.ndarray, facing: np.ndarray) -> None:
    """Put another dance into the song shown."""
    session.song = replace(session.song, dance=Dance(positions.astype(np.float32), facing.astype(np.float32)))
    session.song_changed.emit()
