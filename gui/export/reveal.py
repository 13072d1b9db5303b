"""Showing a file in the system's file manager."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def show_in_folder(path: Path) -> None:
    """Open the file's folder, with the file selected where the system can do that."""
    target = path.resolve()
    if sys.platform == "win32":
        subprocess.Popen(["explorer", "/select,", str(target)])  # noqa: S603, S607 - a path of ours, no shell
    elif sys.platform == "darwin":
        subprocess.Popen(["open", "-R", str(target)])  # noqa: S603, S607 - a path of ours, no shell
    else:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(target.parent)))
