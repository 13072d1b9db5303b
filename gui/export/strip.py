"""A clip as a figure for a paper: poses over the lyric words and their NPMI, on one axis of time.

The same painting goes to SVG, PDF and PNG; in the first two everything is lines, shapes and text.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from core.errors import InputError
from core.export.clip import ClipData
from core.export.pictures import PictureOptions
from core.export.sound import clip_sound
from core.files import replacing
from core.pipeline.song import dance_of
from core.progress import Progress, silent
from core.skeleton import FPS
from gui.draw.camera import Camera
from gui.draw.colours import DARK, LIGHT, Theme, colour
from gui.draw.figure import Style, camera_for, draw_figure
from gui.export.frames import base_camera
from gui.export.tracks import (
    ROW,
    Axis,
    draw_axis,
    draw_curve,
    draw_legend,
    draw_text,
    draw_wave,
    draw_words,
    loudness,
    word_rows,
)

WIDTH: Final = 1200.0
"""Units of the figure's width; one is a pixel at 96 a inch."""
_MARGIN: Final = 18.0
_LABELS: Final = 58.0
_POSE_HEIGHT: Final = 190.0
_POSE_STEP: Final = 84.0
_CURVE: Final = 74.0
_WAVE: Final = 44.0
_PDF_RESOLUTION: Final = 1200


class Figure:
    """The parts of a clip's figure and where they lie."""

    def __init__(self, clip: ClipData, options: PictureOptions) -> None:
        self.clip = clip
        self.options = options
        self.theme: Theme = DARK if options.dark else LIGHT
        if not options.dark:
            # On paper the light theme's near-white would print as grey.
            self.theme = replace(LIGHT, background=(255, 255, 255))
        self.dance = dance_of(clip.motion)
        self.axis = Axis(_MARGIN + _LABELS, WIDTH - _MARGIN, clip.seconds)
        self.wave: NDArray[np.float64] | None = None
        if options.wave:
            try:
                sound = clip_sound(clip)
            except InputError:
                sound = None
            if sound is not None and np.abs(sound[0]).max(initial=0.0) > 0:
                self.wave = loudness(sound[0], 600)
        self.words = word_rows(clip, self.axis)
        self._rows = max((row for *_, row in self.words), default=-1) + 1
        self._poses = self._choose_poses()

    @property
    def size(self) -> QSizeF:
        """Width and height in units."""
        height = _MARGIN + 20 + _POSE_HEIGHT + 26 + max(self._rows, 1) * ROW + 10 + _CURVE + 8
        height += (_WAVE + 6 if self.wave is not None else 0.0) + 34 + 44 + _MARGIN
        return QSizeF(WIDTH, height)

    def _choose_poses(self) -> list[tuple[int, float]]:
        """(frame, x of the pose's middle): where the time is, moved apart where poses would cover each other."""
        frames = len(self.dance)
        room = max(int((self.axis.right - self.axis.left) // _POSE_STEP), 1)
        if self.options.poses == "words" and self.clip.words:
            middles = [min(max(round((w.start + w.end) / 2 * FPS), 0), frames - 1) for w in self.clip.words]
            wanted = sorted(set(middles))
            if len(wanted) > room:
                wanted = [wanted[round(i)] for i in np.linspace(0, len(wanted) - 1, room)]
        else:
            count = min(frames, room)
            wanted = [int((i + 0.5) * frames / count) for i in range(count)]
        xs = [self.axis.x((frame + 0.5) / FPS) for frame in wanted]
        half = _POSE_STEP / 2
        for i in range(len(xs)):
            xs[i] = max(xs[i], self.axis.left + half - 10 if i == 0 else xs[i - 1] + _POSE_STEP)
        limit = self.axis.right - half + 10
        for i in range(len(xs) - 1, -1, -1):
            xs[i] = min(xs[i], limit)
            limit = xs[i] - _POSE_STEP
        return list(zip(wanted, xs, strict=True))

    def _camera(self) -> tuple[Camera, NDArray[np.float64]]:
        """A camera for poses that stand on their spot, and how much each frame is moved there (metres, x and z)."""
        hips = np.asarray(self.dance.positions[:, 4], np.float64)
        moved = np.zeros((len(self.dance), 3))
        moved[:, [0, 2]] = hips[:, [0, 2]]
        still = replace(self.dance, positions=(self.dance.positions - moved[:, None]).astype(np.float32))
        chosen = [frame for frame, _ in self._poses]
        shown = replace(still, positions=still.positions[chosen], facing=still.facing[chosen])
        base = base_camera(self.options)
        # Wider than its cell: an arm that reaches out may pass over the neighbour's ground, as in printed strips.
        return camera_for(shown, 2.2 * _POSE_STEP / _POSE_HEIGHT, mirror=self.options.mirror, base=base), moved

    def draw(self, painter: QPainter, progress: Progress = silent) -> None:
        """Draw everything, the upper left corner at the origin."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size, theme, clip = self.size, self.theme, self.clip
        painter.fillRect(QRectF(QPointF(0, 0), size), colour(theme.background))
        lead = f"{clip.song.title} / {clip.song.artist}" if clip.song.artist else clip.song.title
        draw_text(painter, QRectF(_MARGIN, _MARGIN - 6, WIDTH - 2 * _MARGIN, 18), lead, theme.text, 14, bold=True,
                  align=Qt.AlignmentFlag.AlignLeft)
        top = _MARGIN + 20
        self._draw_poses(painter, top, progress)
        top += _POSE_HEIGHT + 26
        bands_top = top
        draw_words(painter, self.axis, self.words, top, clip, theme)
        top += max(self._rows, 1) * ROW + 10
        wide = self.axis.right - self.axis.left
        draw_curve(painter, self.axis, QRectF(self.axis.left, top, wide, _CURVE), clip, theme)
        top += _CURVE + 8
        if self.wave is not None:
            draw_wave(painter, QRectF(self.axis.left, top, wide, _WAVE), self.wave, theme)
            top += _WAVE + 6
        draw_axis(painter, self.axis, bands_top, top, clip, theme)
        top += 34
        draw_legend(painter, QRectF(self.axis.left, top, 330, 26), theme)
        draw_text(painter, QRectF(_MARGIN, size.height() - _MARGIN - 8, WIDTH - 2 * _MARGIN, 14), clip.credit,
                  theme.faint, 10, align=Qt.AlignmentFlag.AlignLeft)
        progress(1.0, "")

    def _draw_poses(self, painter: QPainter, top: float, progress: Progress) -> None:
        camera, moved = self._camera()
        style = Style(theme=self.theme, floor=False, shadow=True, mirror=self.options.mirror)
        bottom = top + _POSE_HEIGHT
        wide = 2.2 * _POSE_STEP
        for i, (frame, x) in enumerate(self._poses):
            progress(i / len(self._poses), "poses")
            rect = QRectF(x - wide / 2, top, wide, _POSE_HEIGHT)
            positions = self.dance.positions[frame] - moved[frame]
            draw_figure(painter, rect, positions, self.dance.facing[frame], camera, style)
            time = self.axis.x((frame + 0.5) / FPS)
            painter.setPen(colour(self.theme.line))
            painter.drawLine(QPointF(x, bottom + 2), QPointF(time, bottom + 22))


def write_figure(path: Path, clip: ClipData, options: PictureOptions, progress: Progress = silent) -> None:
    """Write a clip's figure as .svg, .pdf or .png, with its credit in the file's metadata.

    ``options.width`` is the width of a PNG in pixels; SVG and PDF have the figure's own size.

    Raises
    ------
    InputError
        Where the file cannot be written.
    """
    figure = Figure(clip, options)
    title = f"{clip.song.title} {clip.first / FPS:.2f}-{clip.last / FPS:.2f} s"
    with replacing(path) as temporary:
        kind = path.suffix.lower()
        if kind == ".svg":
            _write_svg(temporary, figure, title, progress)
        elif kind == ".pdf":
            _write_pdf(temporary, figure, title, progress)
        else:
            _write_png(temporary, figure, title, progress)
        if temporary.stat().st_size == 0:
            raise InputError(path, "the figure cannot be written", "check that the folder can be written and has room")


def _write_svg(path: Path, figure: Figure, title: str, progress: Progress) -> None:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    size = figure.size
    generator.setResolution(96)
    generator.setSize(QSize(round(size.width()), round(size.height())))
    generator.setViewBox(QRectF(0, 0, round(size.width()), round(size.height())))
    generator.setTitle(title)
    generator.setDescription(figure.clip.credit)
    _paint(generator, figure, 1.0, progress)


def _write_pdf(path: Path, figure: Figure, title: str, progress: Progress) -> None:
    writer = QPdfWriter(str(path))
    writer.setResolution(_PDF_RESOLUTION)
    writer.setTitle(title)
    writer.setCreator(figure.clip.credit)
    size = figure.size
    points = QSizeF(size.width() * 0.75, size.height() * 0.75)
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, title, QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    _paint(writer, figure, _PDF_RESOLUTION / 96, progress)


def _write_png(path: Path, figure: Figure, title: str, progress: Progress) -> None:
    size = figure.size
    scale = max(figure.options.width, 400) / WIDTH
    image = QImage(round(size.width() * scale), round(size.height() * scale), QImage.Format.Format_RGB32)
    image.setText("Title", title)
    image.setText("Description", figure.clip.credit)
    _paint(image, figure, scale, progress)
    image.save(str(path), "PNG")


def _paint(device: QSvgGenerator | QPdfWriter | QImage, figure: Figure, scale: float, progress: Progress) -> None:
    painter = QPainter(device)
    try:
        painter.scale(scale, scale)
        figure.draw(painter, progress)
    finally:
        painter.end()
