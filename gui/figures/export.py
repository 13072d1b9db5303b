"""Writing figures to files: tables as CSV, TSV and JSON, pictures as PNG and SVG."""

from __future__ import annotations

import csv
import html
import io
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QTextDocument
from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget

from core.errors import InputError
from core.files import replacing, write_text

_SCALE: Final = 2.0


def separated(rows: list[list[Any]], delimiter: str = "\t") -> str:
    """Rows as text; numbers unrounded, None empty."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def copy_rows(rows: list[list[Any]]) -> None:
    """Put rows on the clipboard as tab-separated text, which spreadsheets take apart."""
    QApplication.clipboard().setText(separated(rows))


def write_rows(path: Path, rows: list[list[Any]]) -> None:
    """Write rows as CSV or, for a path that ends so, TSV."""
    write_text(path, separated(rows, "\t" if path.suffix.lower() == ".tsv" else ","))


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


@dataclass(frozen=True)
class Sheet:
    """A figure as it is printed: a picture or a table, and below it what it shows and how it was counted.

    Attributes
    ----------
    widget : QWidget
        The picture; of a table the widget whose font and colours it takes.
    caption : str
    rows : list of rows of str, optional
        The table, its header first; drawn whole, however much of it is in sight.
    """

    widget: QWidget
    caption: str
    rows: list[list[str]] | None = None

    def size(self) -> QSize:
        """Size in pixels of a plain screen."""
        text = self._text()
        if self.rows is None:
            return QSize(self.widget.width(), self.widget.height() + math.ceil(text.size().height()))
        return QSize(math.ceil(text.size().width()), math.ceil(text.size().height()))

    def paint(self, painter: QPainter) -> None:
        """Draw it at the origin."""
        painter.fillRect(QRect(QPoint(0, 0), self.size()), self._colour(QPalette.ColorRole.Base))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.rows is None:
            with _as_strokes(self.widget):
                # Called on the class: pyqtgraph's own render takes other arguments.
                QWidget.render(self.widget, painter, QPoint(0, 0))
            painter.translate(0, self.widget.height())
        self._text().drawContents(painter)

    def _text(self) -> QTextDocument:
        text = QTextDocument()
        text.setDefaultFont(self.widget.font())
        ink = self._colour(QPalette.ColorRole.Text).name()
        text.setDefaultStyleSheet(f"* {{ color: {ink}; }} td, th {{ padding: 2px 9px; white-space: nowrap; }}")
        table = ""
        if self.rows is not None:
            lines = [
                "".join(f"<{tag} align='{'left' if i < 2 else 'right'}'>{html.escape(cell)}</{tag}>"
                        for i, cell in enumerate(row))
                for row, tag in zip(self.rows, ["th", *["td"] * (len(self.rows) - 1)], strict=True)
            ]
            table = "<table cellspacing='0'>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
        text.setHtml(f"{table}<p>{html.escape(self.caption)}</p>")
        text.setTextWidth(self.widget.width() if self.rows is None else max(text.idealWidth(), 400.0))
        if self.rows is not None:
            # The caption must not make the sheet wider than its table.
            text.setTextWidth(max(_table_width(text), 400.0))
        return text

    def _colour(self, role: QPalette.ColorRole) -> QColor:
        return self.widget.palette().color(role)


@contextmanager
def _as_strokes(widget: QWidget) -> Iterator[None]:
    """Let pyqtgraph draw its points as strokes, not as copies of small pictures, which an SVG would hold one by one."""
    views = [view for view in (widget, *widget.findChildren(QGraphicsView)) if isinstance(view, QGraphicsView)]
    items = [item for view in views for item in view.scene().items() if hasattr(item, "setExportMode")]
    for item in items:
        item.setExportMode(True, {"resolutionScale": 1.0})
    try:
        yield
    finally:
        for item in items:
            item.setExportMode(False)


def _table_width(text: QTextDocument) -> float:
    frames = text.rootFrame().childFrames()
    layout = text.documentLayout()
    return max((layout.frameBoundingRect(frame).width() for frame in frames), default=0.0) + 2 * text.documentMargin()


def drawn(sheet: Sheet) -> QImage:
    """A sheet as a picture of twice its size in pixels."""
    image = QImage(sheet.size() * _SCALE, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(_SCALE)
    painter = QPainter(image)
    try:
        sheet.paint(painter)
    finally:
        painter.end()
    return image


def write_png(path: Path, image: QImage) -> None:
    """Write a picture; raises :class:`InputError` on failure."""
    with replacing(path) as temporary:
        if not image.save(str(temporary), "PNG"):
            raise InputError(path, "the picture cannot be written", "choose another folder")


def write_svg(path: Path, sheet: Sheet) -> None:
    """Draw a sheet into an SVG; raises :class:`InputError` on failure."""
    from PySide6.QtSvg import QSvgGenerator

    with replacing(path) as temporary:
        generator = QSvgGenerator()
        generator.setFileName(str(temporary))
        generator.setSize(sheet.size())
        generator.setViewBox(QRect(QPoint(0, 0), sheet.size()))
        generator.setTitle(sheet.widget.accessibleName())
        generator.setDescription(sheet.caption)
        painter = QPainter()
        if not painter.begin(generator):
            raise InputError(path, "the picture cannot be written", "choose another folder")
        try:
            sheet.paint(painter)
        finally:
            painter.end()
