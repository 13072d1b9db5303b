"""What is written over the dancers: the word that is sung with its NPMI, and a label under each dancer."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gui.draw.colours import Theme, colour, npmi_colour, readable_on
from gui.player.scene import Scene


@dataclass(frozen=True)
class Caption:
    """The word that is sung.

    Attributes
    ----------
    word : str
    value : float
        Frame NPMI; NaN where the frame has none.
    text : str
        The value in words, as written beside the word; may be empty.
    positive : bool
        Whether the value is above the threshold.
    """

    word: str
    value: float
    text: str
    positive: bool


def caption_height(height: float) -> float:
    """Height of the caption in a picture of this height, with the space under it."""
    return _size(height) * 2.3


def _size(height: float) -> float:
    return min(max(height * 0.042, 15.0), 44.0)


def draw_caption(painter: QPainter, rect: QRectF, caption: Caption, theme: Theme, font: QFont) -> None:
    """Draw the word on its NPMI's colour in the middle of the foot of a picture, and the value beside it."""
    size = _size(rect.height())
    large, small = QFont(font), QFont(font)
    large.setPixelSize(round(size))
    large.setWeight(QFont.Weight.DemiBold)
    small.setPixelSize(max(round(size * 0.48), 11))
    wide, narrow = QFontMetricsF(large), QFontMetricsF(small)
    pad = size * 0.55
    beside = narrow.horizontalAdvance(caption.text) + pad * 0.8 if caption.text else 0.0
    room = max(rect.width() - 2 * beside - 4 * pad, 4 * size)
    word = wide.elidedText(caption.word, Qt.TextElideMode.ElideRight, room)
    width = wide.horizontalAdvance(word) + 2 * pad
    tall = size * 1.62
    pill = QRectF(rect.center().x() - width / 2, rect.bottom() - tall - size * 0.5, width, tall)
    fill = npmi_colour(caption.value, dark=theme.dark)
    painter.setPen(QColor(0, 0, 0, 40) if not theme.dark else QColor(255, 255, 255, 36))
    painter.setBrush(fill)
    painter.drawRoundedRect(pill, tall * 0.28, tall * 0.28)
    painter.setPen(readable_on(fill))
    painter.setFont(large)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, word)
    if caption.text:
        painter.setFont(small)
        painter.setPen(colour(theme.text if caption.positive else theme.faint))
        place = QRectF(pill.right() + pad * 0.5, pill.top(), beside + pad, tall)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, caption.text)


def draw_labels(painter: QPainter, rect: QRectF, scene: Scene, font: QFont, foot: float) -> None:
    """Write each dancer's label in its column, above the lowest ``foot`` pixels."""
    if not any(figure.label for figure in scene.figures):
        return
    small = QFont(font)
    small.setPixelSize(min(max(round(rect.height() * 0.022), 12), 20))
    measure = QFontMetricsF(small)
    width = rect.width() / len(scene.figures)
    painter.setFont(small)
    for figure in scene.figures:
        text = measure.elidedText(figure.label, Qt.TextElideMode.ElideRight, width - 16)
        middle = QPointF(rect.left() + figure.centre * rect.width(), rect.bottom() - foot - measure.height() * 0.9)
        wide = measure.horizontalAdvance(text) + 14
        plate = QRectF(middle.x() - wide / 2, middle.y() - measure.height() * 0.7, wide, measure.height() * 1.4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(scene.theme.background, 215))
        painter.drawRoundedRect(plate, 5, 5)
        painter.setPen(colour(scene.theme.text))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def draw_hint(painter: QPainter, rect: QRectF, text: str, theme: Theme, font: QFont) -> None:
    """Write a sentence into the middle of an empty picture."""
    larger = QFont(font)
    larger.setPointSizeF(max(font.pointSizeF(), 9.0) * 1.15)
    painter.setFont(larger)
    painter.setPen(colour(theme.faint))
    inner = rect.adjusted(24, 24, -24, -24)
    painter.drawText(inner, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), text)
