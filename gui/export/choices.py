"""What a person chose in the export dialog, and how it is kept from one time to the next."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings, QStandardPaths

from core.export.names import DEFAULT_TEMPLATE
from core.export.pictures import MAX_SIDE

GROUP: Final = "export"
FORMATS: Final = (".mp4", ".gif", ".svg", ".pdf", ".png", ".vmd", ".bvh", ".csv", ".json", ".TextGrid", ".wav", ".ogg",
                  ".srt", ".ass", ".lrc")
VIDEO: Final = (".mp4", ".gif")
FIGURES: Final = (".svg", ".pdf", ".png")
SIZES: Final = ((640, 640), (1280, 720), (1920, 1080), (1080, 1920))
VIEWS: Final = ("player", "front", "side", "top", "three-quarter")
EXISTING: Final = ("number", "refuse", "replace")
EXTENTS: Final = ("bar", "around", "place")
BESIDE: Final = (".srt", ".ass", ".wav", ".txt")


@dataclass
class Choices:
    """The dialog's fields; names are those of the settings."""

    ending: str = ".mp4"
    width: int = 1280
    height: int = 720
    view: str = "player"
    mirror: bool = False
    dark: bool = False
    subtitles: bool = True
    sound: bool = True
    track: bool = False
    credit: bool = False
    beside: str = ""
    poses: str = "even"
    wave: bool = True
    folder: str = ""
    template: str = DEFAULT_TEMPLATE
    existing: str = "number"
    extent: str = "bar"

    @property
    def is_video(self) -> bool:
        """Whether frames are drawn one after the other."""
        return self.ending in VIDEO

    @property
    def is_figure(self) -> bool:
        """Whether a figure is drawn."""
        return self.ending in FIGURES

    @property
    def companions(self) -> tuple[str, ...]:
        """Endings of the files that are written beside the clip."""
        wanted = self.beside.split(",")
        return tuple(ending for ending in BESIDE if ending in wanted and ending != self.ending)


def default_folder() -> str:
    """Where videos go on this system, or the home folder."""
    for place in (QStandardPaths.StandardLocation.MoviesLocation, QStandardPaths.StandardLocation.DocumentsLocation):
        found = QStandardPaths.writableLocation(place)
        if found and Path(found).is_dir():
            return found
    return str(Path.home())


def load_choices() -> Choices:
    """The last choices; what is missing or makes no sense is the default."""
    settings = QSettings()
    settings.beginGroup(GROUP)
    choices = Choices()
    for field in fields(Choices):
        stored = settings.value(field.name)
        if stored is None:
            continue
        kind = type(getattr(choices, field.name))
        if kind is bool:
            setattr(choices, field.name, str(stored).lower() in ("true", "1"))
        elif kind is int:
            if str(stored).isdecimal():
                setattr(choices, field.name, min(max(int(str(stored)) // 2 * 2, 64), MAX_SIDE))
        else:
            setattr(choices, field.name, str(stored))
    settings.endGroup()
    for name, known in (("ending", FORMATS), ("view", VIEWS), ("existing", EXISTING), ("extent", EXTENTS),
                        ("poses", ("even", "words"))):
        if getattr(choices, name) not in known:
            setattr(choices, name, getattr(Choices(), name))
    if not choices.folder or not Path(choices.folder).is_dir():
        choices.folder = default_folder()
    return choices


def save_choices(choices: Choices) -> None:
    """Keep the choices for the next time."""
    settings = QSettings()
    settings.beginGroup(GROUP)
    for field in fields(Choices):
        settings.setValue(field.name, getattr(choices, field.name))
    settings.endGroup()
