"""Drawing without a window, for the command line: no display is needed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from core.export.clip import ClipData
from core.export.pictures import PictureOptions
from core.progress import Progress


class QtPictures:
    """Draws by Qt: what :class:`core.export.pictures.Pictures` asks for. Needs a QGuiApplication."""

    def frames(self, clip: ClipData, options: PictureOptions) -> object:
        """The clip's frames."""
        from gui.export.frames import ClipFrames

        return ClipFrames(clip, options)

    def figure(self, path: Path, clip: ClipData, options: PictureOptions, progress: Progress) -> None:
        """Write the clip's figure as .svg, .pdf or .png."""
        from gui.export.strip import write_figure

        write_figure(path, clip, options, progress)


_kept: list[object] = []


def picture_writer() -> QtPictures:
    """Who draws for the command line; starts Qt without a display where there is none in the process yet."""
    from PySide6.QtGui import QGuiApplication

    if QGuiApplication.instance() is None:
        if sys.platform.startswith("linux"):
            # Even where there is a screen: a command must not depend on it.
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _kept.append(QGuiApplication(["kotofuri"]))
    return QtPictures()
