"""The picture in the export dialog: the first frame, or the figure, as it will be written."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.corpus.store import Corpus
from core.export.batch import clip_of
from core.export.pictures import PictureOptions
from core.pipeline.browse import Place
from core.pipeline.view import CorpusView
from gui.export.frames import ClipFrames
from gui.export.strip import Figure


def preview_image(
    corpus: Corpus, view: CorpusView | None, place: Place, options: PictureOptions, room: QSize, *, figure: bool
) -> QImage:
    """The first frame (or the figure) of a place's clip, to fit ``room`` (pixels of the screen). For a worker."""
    clip = clip_of(corpus, view, place)
    if figure:
        drawn = Figure(clip, options)
        size = drawn.size
        scale = min(room.width() / size.width(), room.height() / size.height())
        image = QImage(max(round(size.width() * scale), 1), max(round(size.height() * scale), 1),
                       QImage.Format.Format_RGB32)
        painter = QPainter(image)
        try:
            painter.scale(scale, scale)
            drawn.draw(painter)
        finally:
            painter.end()
        return image
    scale = min(room.width() / options.width, room.height() / options.height, 1.0)
    small = replace(options, width=max(round(options.width * scale / 2) * 2, 64),
                    height=max(round(options.height * scale / 2) * 2, 64))
    return ClipFrames(clip, small).image(0).copy()


class Preview(QWidget):
    """Shows a picture in the middle, or a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = QImage()
        self.words = ""
        self.setMinimumSize(260, 220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def room(self) -> QSize:
        """Pixels of the screen that a picture may have."""
        return self.size() * self.devicePixelRatioF()

    def set_image(self, image: QImage) -> None:
        """Show a picture that fits :meth:`room`."""
        self.image, self.words = image, ""
        self.update()

    def set_words(self, words: str) -> None:
        """Show a sentence."""
        self.image, self.words = QImage(), words
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.image.isNull():
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.words)
            return
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRect(QPoint(0, 0), size)
        box.moveCenter(self.rect().center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(box, self.image)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
