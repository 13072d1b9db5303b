"""The door to all exporters: the format is chosen by the file's ending."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.errors import InputError, SettingsError
from core.export.clip import ClipData
from core.export.tables import write_csv, write_json, write_textgrid
from core.motion.read import write_motion

PICTURES: Final = (".mp4", ".gif", ".png", ".svg", ".pdf")


def export_clip(path: Path, clip: ClipData, *, overwrite: bool = False) -> None:
    """Write a clip as .vmd, .bvh, .json, .csv or .TextGrid.

    Raises
    ------
    SettingsError
        For an ending that cannot be written.
    InputError
        Where the file exists and must not be overwritten.
    """
    writers: dict[str, Callable[[Path, ClipData], None]] = {
        ".json": write_json, ".csv": write_csv, ".textgrid": write_textgrid, ".vmd": _motion, ".bvh": _motion,
    }
    ending = path.suffix.lower()
    if ending in PICTURES:
        raise SettingsError(f"{path}: pictures and video are not part of this version yet; use .vmd, .bvh, .json, .csv "
                            "or .TextGrid.")
    if ending not in writers:
        raise SettingsError(f"{path}: '{ending}' cannot be written; use .vmd, .bvh, .json, .csv or .TextGrid.")
    if path.exists() and not overwrite:
        raise InputError(path, "the file exists already", "choose another name, or add --overwrite")
    writers[ending](path, clip)


def _motion(path: Path, clip: ClipData) -> None:
    write_motion(path, clip.motion)
