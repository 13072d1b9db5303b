"""Asking for the GL that the player needs, before the first window, and finding out whether there is one."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext, QSurfaceFormat


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


def gl_fault() -> str:
    """Why no GL context is to be had, or '' where one is. Needs the application."""
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    if not context.create():
        return "no OpenGL context can be made"
    if not surface.isValid() or not context.makeCurrent(surface):
        return "the OpenGL context cannot be used"
    version = context.format().version()
    context.doneCurrent()
    return "" if version >= (2, 1) else f"OpenGL {version[0]}.{version[1]} is older than 2.1"
