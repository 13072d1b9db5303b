"""The pictures of a clip: dancer, floor, lyric line, credit. Drawn by QPainter into images, in any thread."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from core.export.clip import ClipData
from core.export.pictures import PictureOptions
from core.export.subtitles import Caption, captions
from core.pipeline.song import dance_of
from core.skeleton import FPS
from gui.draw.camera import Camera, ViewName
from gui.draw.colours import DARK, LIGHT, colour
from gui.draw.figure import Style, draw_figure, draw_floor
from gui.export.follow import CameraPath
from gui.export.lyric import CaptionLayout, lyric_font

_CAPTION_HEIGHT: Final = 0.052
"""Height of the lyric's letters, of the picture's shorter side and at least of its height's 0.04."""
_VIEWS: Final[tuple[ViewName, ...]] = ("front", "side", "top", "three-quarter")


def base_camera(options: PictureOptions) -> Camera:
    """The player's camera, or one that looks as the named view does."""
    if options.view == "player" and isinstance(options.camera, Camera):
        return options.camera
    return Camera().looking(next((name for name in _VIEWS if name == options.view), "three-quarter"))


class ClipFrames:
    """Frames of a clip as pictures, uint8 [height, width, 4] (see :func:`pixels_of`), drawn when asked for.

    The preset views show the whole dance, or go along with a dancer who goes far; "player" is the window's
    own camera and stands still.
    """

    def __init__(self, clip: ClipData, options: PictureOptions) -> None:
        self.clip = clip
        self.options = options
        self.dance = dance_of(clip.motion)
        self.style = Style(theme=DARK if options.dark else LIGHT, mirror=options.mirror)
        self._lines = captions(clip, linger=True) if options.subtitles else []
        pixels = max(min(options.width, options.height) * _CAPTION_HEIGHT, options.height * 0.04)
        self._font = lyric_font(pixels)
        self._layouts: dict[int, CaptionLayout] = {}
        self._foot = self._font.pixelSize() * (3.4 if self._lines else 0.0)
        self._rect = QRectF(0, 0, options.width, options.height - self._foot * 0.75)
        self.cameras = self._cameras()
        self._ground: QImage | None = None
        self._image = QImage(options.width, options.height, QImage.Format.Format_RGB32)

    def __len__(self) -> int:
        return len(self.dance)

    def _cameras(self) -> CameraPath:
        options = self.options
        fixed = options.view == "player" and options.camera is not None and not options.framed
        return CameraPath(self.dance, self._rect.width() / self._rect.height(), base_camera(options),
                          mirror=options.mirror, fixed=fixed)

    def image(self, index: int) -> QImage:
        """The picture of one frame, RGB32; the next call draws into the same image."""
        if self._ground is None:
            self._ground = self._draw_ground()
        camera = self.cameras[index]
        painter = QPainter(self._image)
        try:
            painter.drawImage(0, 0, self._ground)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self.cameras.still:
                draw_floor(painter, self._rect, camera, self.style.theme)
            draw_figure(painter, self._rect, self.dance.positions[index], self.dance.facing[index], camera, self.style)
            self._draw_line(painter, index)
        finally:
            painter.end()
        return self._image

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        return pixels_of(self.image(index))

    def _draw_ground(self) -> QImage:
        """What is the same in every frame."""
        options = self.options
        ground = QImage(options.width, options.height, QImage.Format.Format_RGB32)
        ground.fill(colour(self.style.theme.background))
        painter = QPainter(ground)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.cameras.still and len(self):
                draw_floor(painter, self._rect, self.cameras[0], self.style.theme)
            if options.credit:
                font = lyric_font(max(min(options.width, options.height) * 0.02, 9))
                painter.setFont(font)
                painter.setPen(colour(self.style.theme.faint))
                metrics = QFontMetricsF(font)
                margin = metrics.height() * 0.6
                text = metrics.elidedText(self.clip.credit, Qt.TextElideMode.ElideRight, options.width - 2 * margin)
                painter.drawText(QPointF(margin, margin + metrics.ascent()), text)
        finally:
            painter.end()
        return ground

    def _draw_line(self, painter: QPainter, index: int) -> None:
        seconds = index / FPS
        found = next((i for i, line in enumerate(self._lines) if line.start <= seconds + 0.5 / FPS < line.end), None)
        if found is None:
            return
        if found not in self._layouts:
            width = self.options.width * 0.88
            self._layouts[found] = CaptionLayout(self._fitting(self._lines[found]), self._font, width)
        self._layouts[found].draw(painter, self.options.width / 2, self.options.height - self._font.pixelSize() * 0.75,
                                  seconds, float(self.clip.npmi[index]), self.style.theme)

    def _fitting(self, line: Caption) -> Caption:
        """Words without the endless ones, which no row could hold."""
        return replace(line, words=tuple(replace(w, text=w.text if len(w.text) <= 60 else w.text[:59] + "…")
                                         for w in line.words))


def pixels_of(image: QImage) -> NDArray[np.uint8]:
    """Pixels of an RGB32 image as its memory has them: uint8 [height, width, 4] in the order blue, green, red, none.

    A view: valid as long as the image lives and is not painted on.
    """
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
