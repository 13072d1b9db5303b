"""Asking for the GL that the player needs, before the first window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QSurfaceFormat


def use_desktop_gl() -> None:
    """Ask for desktop GL with a depth buffer and smooth edges. Must run before the application is made."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    wanted = QSurfaceFormat()
    wanted.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
    wanted.setVersion(2, 1)
    wanted.setDepthBufferSize(24)
    wanted.setSamples(4)
    wanted.setSwapInterval(0)
    QSurfaceFormat.setDefaultFormat(wanted)
