"""Draws a :class:`Scene` with OpenGL into a picture.

The picture is drawn off the screen and handed to the window as an image. A GL widget inside a window makes Qt put
the whole window together with GL, which takes software GL 18 ms a picture at 1280 x 800 before anything is drawn;
reading the picture back takes 2.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QGuiApplication, QImage, QOffscreenSurface, QOpenGLContext
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

from gui.draw.camera import FAR, NEAR, Camera
from gui.draw.colours import Theme
from gui.player import shaders
from gui.player.limbs import HEAD, SHADED, colours, cones, glowing_rows
from gui.player.scene import STEP, Figure, Scene

_CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
# Around a limb: four quads between the corners of its quad and those of its inside.
_RING = np.concatenate([[_CORNERS[i], _CORNERS[i - 3], _CORNERS[i - 3] / 2, _CORNERS[i] / 2] for i in range(4)])
_LIMB: Final = (("a_from", 4), ("a_to", 4), ("a_colour", 4), ("a_face", 4), ("a_corner", 2))
_SHADOW: Final = (("a_from", 4), ("a_to", 4), ("a_corner", 2))
_LINE: Final = (("a_point", 3), ("a_along", 3), ("a_side", 2))
_KINDS: Final[dict[str, dict[str, bool]]] = {
    "body": {"solid": True, "shaded": True}, "head": {"solid": True, "shaded": True, "face": True},
    "fringe": {"solid": False, "shaded": True}, "glow": {"solid": False, "glow": True},
    "flat": {"solid": True}, "flat fringe": {"solid": False},
}
_GLOW = 0.055
_LIGHT = np.array([-0.42, 0.62, 0.66]) / np.linalg.norm([-0.42, 0.62, 0.66])


class GlFault(Exception):  # noqa: N818 - it is reported as a fault, in words
    """GL cannot draw; the text says why."""


def load_gl() -> Any:
    """PyOpenGL for the GL that Qt uses: told before its first import, for under Wayland it guesses wrongly."""
    if "OpenGL.GL" not in sys.modules:
        if sys.platform.startswith("linux") and "PYOPENGL_PLATFORM" not in os.environ:
            wayland = QGuiApplication.platformName().startswith("wayland")
            egl = wayland or "egl" in os.environ.get("QT_XCB_GL_INTEGRATION", "")
            os.environ["PYOPENGL_PLATFORM"] = "egl" if egl else "glx"
        import OpenGL

        # Asking for an error after every call takes longer than the calls; each picture is checked once.
        OpenGL.ERROR_CHECKING = False
        OpenGL.ERROR_LOGGING = False
        if sys.platform != "win32":
            # A call takes a microsecond. Letting other threads run meanwhile, as ctypes does by itself, means to wait
            # for them a millisecond after each of some two hundred calls a picture.
            from OpenGL import platform

            platform.PLATFORM.DEFAULT_FUNCTION_TYPE = staticmethod(ctypes.PYFUNCTYPE)
    from OpenGL import GL

    return GL


class GlScene:
    """An OpenGL context of its own and what it needs to draw scenes. Raises :class:`GlFault` where there is no GL."""

    def __init__(self) -> None:
        self._surface = QOffscreenSurface()
        self._surface.create()
        self._context = QOpenGLContext()
        if not self._context.create():
            raise GlFault("no OpenGL context can be made")
        if not self._surface.isValid() or not self._context.makeCurrent(self._surface):
            raise GlFault("the OpenGL context cannot be used")
        try:
            version = self._context.format().version()
            if self._context.isOpenGLES() or version < (2, 1):
                kind = "OpenGL ES" if self._context.isOpenGLES() else "OpenGL"
                raise GlFault(f"{kind} {version[0]}.{version[1]} lacks what desktop OpenGL 2.1 has")
            self._gl = load_gl()
            self._limbs_by = {
                kind: self._program(shaders.LIMB_VERTEX, shaders.limb_fragment(**flags), _LIMB)
                for kind, flags in _KINDS.items()
            }
            self._shadow = self._program(shaders.SHADOW_VERTEX, shaders.SHADOW_FRAGMENT, _SHADOW)
            self._line = self._program(shaders.LINE_VERTEX, shaders.LINE_FRAGMENT, _LINE)
            self._places: dict[tuple[int, str], int] = {}
            self._buffer = int(self._gl.glGenBuffers(1))
            self._grid = int(self._gl.glGenBuffers(1))
            self._grid_reach, self._grid_vertices = 0.0, 0
            self._frame: QOpenGLFramebufferObject | None = None
            self._check()
        finally:
            self._context.doneCurrent()

    @property
    def renderer(self) -> str:
        """What draws, as GL names it."""
        self._context.makeCurrent(self._surface)
        name = bytes(self._gl.glGetString(self._gl.GL_RENDERER) or b"").decode(errors="replace")
        self._context.doneCurrent()
        return name

    def release(self) -> None:
        """Give the context's memory back; nothing can be drawn afterwards."""
        if self._context.makeCurrent(self._surface):
            self._frame = None
            self._context.doneCurrent()
        self._surface.destroy()

    def draw(self, scene: Scene, width: int, height: int, into: QImage | None = None) -> QImage:
        """Draw a scene, ``width`` x ``height`` device pixels.

        Parameters
        ----------
        scene : Scene
        width, height : int
        into : QImage, optional
            A picture of that size from before, to be drawn over.

        Raises
        ------
        GlFault
            The context was lost or GL reports an error.
        """
        if not self._context.makeCurrent(self._surface):
            raise GlFault("the OpenGL context was lost")
        try:
            return self._draw(scene, width, height, into)
        except GlFault:
            raise
        except Exception as error:
            raise GlFault(f"{type(error).__name__}: {error}") from error
        finally:
            self._context.doneCurrent()

    # -- one picture ------------------------------------------------------------------------------

    def _draw(self, scene: Scene, width: int, height: int, into: QImage | None) -> QImage:
        gl = self._gl
        self._bind_frame(width, height)
        ground = np.array(scene.theme.background) / 255.0
        gl.glViewport(0, 0, width, height)
        gl.glClearColor(*ground, 1.0)
        gl.glDepthMask(True)
        gl.glClear(gl.GL_COLOR_BUFFER_BIT | gl.GL_DEPTH_BUFFER_BIT | gl.GL_STENCIL_BUFFER_BIT)
        gl.glDisable(gl.GL_CULL_FACE)
        gl.glEnable(gl.GL_BLEND)
        gl.glBlendFunc(gl.GL_SRC_ALPHA, gl.GL_ONE_MINUS_SRC_ALPHA)
        limbs = [cones(figure.positions, figure.facing) for figure in scene.figures]
        tint = colours(scene.theme, scene.lit)
        gl.glDisable(gl.GL_DEPTH_TEST)
        for figure, rows in zip(scene.figures, limbs, strict=True):
            self._look(figure, width, height)
            if figure.camera.eye()[1] > 0.0:
                self._draw_shadow(figure, rows, scene.theme, width, height)
        for figure in scene.figures:
            self._look(figure, width, height)
            self._draw_lines(figure, scene, width, height)
        gl.glEnable(gl.GL_DEPTH_TEST)
        gl.glDepthFunc(gl.GL_LEQUAL)
        for i, (figure, rows) in enumerate(zip(scene.figures, limbs, strict=True)):
            self._look(figure, width, height)
            if i:
                gl.glDepthMask(True)
                gl.glClear(gl.GL_DEPTH_BUFFER_BIT | gl.GL_STENCIL_BUFFER_BIT)
            self._draw_figure(figure, rows, tint, scene, width, height)
        picture = into
        if picture is None or picture.width() != width or picture.height() != height:
            picture = QImage(width, height, QImage.Format.Format_RGB32)
        gl.glPixelStorei(gl.GL_PACK_ALIGNMENT, 4)
        gl.glReadPixels(0, 0, width, height, gl.GL_BGRA, gl.GL_UNSIGNED_INT_8_8_8_8_REV, picture.bits())
        self._check()
        return picture

    def _draw_shadow(self, figure: Figure, rows: NDArray[np.float32], theme: Theme, width: int, height: int) -> None:
        gl = self._gl
        program = self._shadow
        chosen = rows[SHADED]
        data = self._quads(chosen[np.isfinite(chosen).all(axis=1)])
        self._use(program, figure.camera, width, height)
        self._matrix(program, figure.camera)
        self._vector(program, "u_ground", np.array(theme.background) / 255.0)
        self._vector(program, "u_shade", np.array(theme.shadow) / 255.0)
        gl.glBlendEquation(gl.GL_MIN)
        self._send(_SHADOW, data)
        gl.glDrawArrays(gl.GL_QUADS, 0, len(data))
        gl.glBlendEquation(gl.GL_FUNC_ADD)

    def _draw_lines(self, figure: Figure, scene: Scene, width: int, height: int) -> None:
        gl = self._gl
        program = self._line
        if not scene.grid and figure.trace is None:
            return
        self._use(program, figure.camera, width, height)
        self._matrix(program, figure.camera)
        target = figure.camera.target
        self._vector(program, "u_around", target)
        if scene.grid:
            self._vector(program, "u_offset", (round(target[0] / STEP) * STEP, 0.0, round(target[2] / STEP) * STEP))
            self._vector(program, "u_colour", (*(np.array(scene.theme.line) / 255.0), 1.0))
            gl.glUniform1f(self._place(program, "u_half"), 0.5 * max(1.0, height / 1100))
            gl.glUniform1f(self._place(program, "u_reach"), scene.reach)
            self._bind_grid(scene.reach)
            gl.glDrawArrays(gl.GL_QUADS, 0, self._grid_vertices)
        if figure.trace is not None and len(figure.trace) > 1:
            self._vector(program, "u_offset", (0.0, 0.004, 0.0))
            self._vector(program, "u_colour", (*(np.array(scene.theme.accent) / 255.0), 0.8))
            gl.glUniform1f(self._place(program, "u_half"), 1.0 * max(1.0, height / 1100))
            gl.glUniform1f(self._place(program, "u_reach"), scene.reach * 1.4)
            data = _ribbon(figure.trace[:-1], figure.trace[1:], np.linspace(0.0, 1.0, len(figure.trace)))
            self._send(_LINE, data)
            gl.glDrawArrays(gl.GL_QUADS, 0, len(data))

    def _draw_figure(
        self, figure: Figure, rows: NDArray[np.float32], tint: NDArray[np.float32], scene: Scene, width: int,
        height: int,
    ) -> None:
        gl = self._gl
        size = (width, height)
        for i, ghost in enumerate(figure.ghosts):
            # The stencil lets each pixel be drawn once: a faint figure must not add up where its limbs cross.
            gl.glEnable(gl.GL_STENCIL_TEST)
            gl.glDisable(gl.GL_DEPTH_TEST)
            gl.glStencilFunc(gl.GL_NOTEQUAL, i + 1, 0xFF)
            gl.glStencilOp(gl.GL_KEEP, gl.GL_KEEP, gl.GL_REPLACE)
            flat = np.zeros_like(tint)
            flat[:, :3] = np.array(scene.theme.accent if ghost.coming else scene.theme.faint) / 255.0
            count = self._send_limbs(cones(ghost.positions, None), flat, figure, None)
            self._pass("flat", figure, scene, size, _solid(count), write=False, opacity=ghost.opacity)
            self._pass("flat fringe", figure, scene, size, _around(count), write=False, opacity=ghost.opacity)
            gl.glEnable(gl.GL_DEPTH_TEST)
            gl.glDisable(gl.GL_STENCIL_TEST)
        glow = glowing_rows(scene.lit)
        if len(glow):
            count = self._send_limbs(rows[glow], tint[glow], figure, None)
            gl.glDisable(gl.GL_DEPTH_TEST)
            self._pass("glow", figure, scene, size, _around(count), write=False, opacity=0.5, grow=_GLOW)
            gl.glEnable(gl.GL_DEPTH_TEST)
        # The head comes last, for it has a shader of its own.
        order = np.r_[0:HEAD, HEAD + 1, HEAD]
        facing = figure.facing if figure.facing is not None and np.isfinite(figure.facing).all() else None
        count = self._send_limbs(rows[order], tint[order], figure, facing)
        faced = int(facing is not None and np.isfinite(rows[HEAD]).all())
        self._pass("body", figure, scene, size, _solid(count - faced), write=True)
        if faced:
            self._pass("head", figure, scene, size, (4 * (count - 1), 4), write=True)
        self._pass("fringe", figure, scene, size, _around(count), write=False)

    def _pass(
        self, kind: str, figure: Figure, scene: Scene, size: tuple[int, int], part: tuple[int, int], *, write: bool,
        opacity: float = 1.0, grow: float = 0.0,
    ) -> None:
        gl, program = self._gl, self._limbs_by[kind]
        self._use(program, figure.camera, *size)
        gl.glUniform1f(self._place(program, "u_opacity"), opacity)
        gl.glUniform1f(self._place(program, "u_grow"), grow)
        if _KINDS[kind].get("shaded"):
            self._vector(program, "u_light", _LIGHT)
            self._vector(program, "u_haze", np.array(scene.theme.background) / 255.0)
            gl.glUniform1f(self._place(program, "u_middle"), figure.camera.distance)
        gl.glDepthMask(write)
        gl.glDrawArrays(gl.GL_QUADS, *part)

    # -- arrays -----------------------------------------------------------------------------------

    @staticmethod
    def _quads(rows: NDArray[np.float32], corners: NDArray[np.float32] = _CORNERS) -> NDArray[np.float32]:
        """Vertices of each row, float32 [corners n, columns + 2]: the row and a corner."""
        data = np.empty((len(rows), len(corners), rows.shape[1] + 2), np.float32)
        data[:, :, :-2] = rows[:, None]
        data[:, :, -2:] = corners
        return data.reshape(-1, rows.shape[1] + 2)

    def _send_limbs(
        self, rows: NDArray[np.float32], tint: NDArray[np.float32], figure: Figure, facing: NDArray[np.floating] | None,
    ) -> int:
        """Hand limbs over as they are seen; returns how many. ``facing`` belongs to the last row.

        The vertices of their quads come first, then those of the rings around them.
        """
        axes, eye = figure.camera.axes(), figure.camera.eye()
        full = np.zeros((len(rows), 16), np.float32)
        full[:, :8] = rows
        full[:, 0:3] = (rows[:, 0:3] - eye) @ axes.T
        full[:, 4:7] = (rows[:, 4:7] - eye) @ axes.T
        full[:, 8:12] = tint
        if facing is not None:
            full[-1, 12:15], full[-1, 15] = axes @ facing, 1.0
        full = full[np.isfinite(full).all(axis=1)]
        self._send(_LIMB, np.concatenate([self._quads(full), self._quads(full, _RING)]))
        return len(full)

    def _bind_grid(self, reach: float) -> None:
        gl = self._gl
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._grid)
        if self._grid_reach != reach:
            ticks = np.arange(-np.ceil(reach / STEP), np.ceil(reach / STEP) + 1) * STEP
            far, none = np.full(len(ticks), ticks[-1]), np.zeros(len(ticks))
            starts = np.vstack([np.stack([ticks, none, -far], 1), np.stack([-far, none, ticks], 1)])
            ends = np.vstack([np.stack([ticks, none, far], 1), np.stack([far, none, ticks], 1)])
            data = _ribbon(starts, ends, None)
            gl.glBufferData(gl.GL_ARRAY_BUFFER, data.nbytes, data, gl.GL_STATIC_DRAW)
            self._grid_reach, self._grid_vertices = reach, len(data)
        self._point(_LINE)

    def _send(self, layout: Sequence[tuple[str, int]], data: NDArray[np.float32]) -> None:
        gl = self._gl
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._buffer)
        gl.glBufferData(gl.GL_ARRAY_BUFFER, data.nbytes, data, gl.GL_STREAM_DRAW)
        self._point(layout)

    def _point(self, layout: Sequence[tuple[str, int]]) -> None:
        gl = self._gl
        stride, at = 4 * sum(size for _, size in layout), 0
        for i, (_, size) in enumerate(layout):
            gl.glEnableVertexAttribArray(i)
            gl.glVertexAttribPointer(i, size, gl.GL_FLOAT, False, stride, ctypes.c_void_p(at))
            at += 4 * size
        for i in range(len(layout), len(_LIMB)):
            gl.glDisableVertexAttribArray(i)

    # -- programs ---------------------------------------------------------------------------------

    def _look(self, figure: Figure, width: int, height: int) -> None:
        # The viewport is moved, not the camera: a dancer at the edge is seen from the same side as one in the middle.
        self._gl.glViewport(round((figure.centre - 0.5) * width), 0, width, height)

    def _use(self, program: int, camera: Camera, width: int, height: int) -> None:
        gl = self._gl
        gl.glUseProgram(program)
        f = 1.0 / np.tan(np.deg2rad(camera.field) / 2.0)
        # y is turned round: GL counts rows from below, pictures from above.
        gl.glUniform4f(self._place(program, "u_projection"), f * height / max(width, 1), -f,
                       (FAR + NEAR) / (NEAR - FAR), 2.0 * FAR * NEAR / (NEAR - FAR))
        gl.glUniform1f(self._place(program, "u_pixel"), 1.0 / camera.pixels_per_metre(1.0, height))

    def _matrix(self, program: int, camera: Camera) -> None:
        matrix = np.ascontiguousarray(camera.view_matrix().T, np.float32)
        self._gl.glUniformMatrix4fv(self._place(program, "u_view"), 1, False, matrix)

    def _vector(self, program: int, name: str, values: Sequence[float] | NDArray[np.floating]) -> None:
        place = self._place(program, name)
        if len(values) == 4:
            self._gl.glUniform4f(place, *(float(v) for v in values))
        else:
            self._gl.glUniform3f(place, *(float(v) for v in values))

    def _place(self, program: int, name: str) -> int:
        key = (program, name)
        if key not in self._places:
            self._places[key] = int(self._gl.glGetUniformLocation(program, name))
        return self._places[key]

    def _program(self, vertex: str, fragment: str, layout: Sequence[tuple[str, int]]) -> int:
        gl = self._gl
        program = gl.glCreateProgram()
        for kind, source in ((gl.GL_VERTEX_SHADER, vertex), (gl.GL_FRAGMENT_SHADER, fragment)):
            shader = gl.glCreateShader(kind)
            gl.glShaderSource(shader, source.strip())
            gl.glCompileShader(shader)
            if not gl.glGetShaderiv(shader, gl.GL_COMPILE_STATUS):
                raise GlFault(f"a shader does not compile: {_text(gl.glGetShaderInfoLog(shader))}")
            gl.glAttachShader(program, shader)
        for i, (name, _) in enumerate(layout):
            gl.glBindAttribLocation(program, i, name)
        gl.glLinkProgram(program)
        if not gl.glGetProgramiv(program, gl.GL_LINK_STATUS):
            raise GlFault(f"the shaders do not link: {_text(gl.glGetProgramInfoLog(program))}")
        return int(program)

    def _bind_frame(self, width: int, height: int) -> None:
        if self._frame is None or self._frame.width() != width or self._frame.height() != height:
            wanted = QOpenGLFramebufferObjectFormat()
            wanted.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
            self._frame = QOpenGLFramebufferObject(width, height, wanted)
            if not self._frame.isValid():
                self._frame = None
                raise GlFault(f"no picture of {width} x {height} can be made")
        self._frame.bind()

    def _check(self) -> None:
        code = self._gl.glGetError()
        if code != self._gl.GL_NO_ERROR:
            raise GlFault(f"OpenGL reports error {int(code):#06x}")


def _ribbon(
    starts: NDArray[np.floating], ends: NDArray[np.floating], opacities: NDArray[np.floating] | None,
) -> NDArray[np.float32]:
    """Quads of lines, float32 [4 n, 8]; ``opacities`` is of the n + 1 points of a way, or None for all opaque."""
    count = len(starts)
    data = np.ones((count, 4, 8), np.float32)
    data[:, 0:2, 0:3], data[:, 2:4, 0:3] = starts[:, None], ends[:, None]
    data[:, :, 3:6] = (ends - starts)[:, None]
    data[:, :, 6] = (-1.0, 1.0, 1.0, -1.0)
    if opacities is not None:
        data[:, 0:2, 7], data[:, 2:4, 7] = opacities[:-1, None], opacities[1:, None]
    return data.reshape(-1, 8)


def _solid(count: int) -> tuple[int, int]:
    """First vertex and vertices of the quads of limbs that were handed over."""
    return 0, len(_CORNERS) * count


def _around(count: int) -> tuple[int, int]:
    """First vertex and vertices of the rings around them."""
    return len(_CORNERS) * count, len(_RING) * count


def _text(log: bytes | str) -> str:
    return (log.decode(errors="replace") if isinstance(log, bytes) else log).strip()
