"""The shade over the window that says what a drop will do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.corpus.store import CATALOGUE
from gui.draw.colours import colour, theme_of
from gui.widgets.translated import Translated


def corpus_among(paths: Sequence[Path]) -> Path | None:
    """The corpus folder among dropped paths (or the folder of a dropped catalogue), if there is one."""
    for path in paths:
        if path.name == CATALOGUE and path.is_file():
            return path.parent
        if path.is_dir() and (path / CATALOGUE).is_file():
            return path
    return None


class DropOverlay(Translated):
    """Takes drops of files on any part of ``host``; hidden while nothing is dragged."""

    dropped = Signal(list)
    """Paths (list of Path)."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        host.setAcceptDrops(True)
        host.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow drags over the host."""
        kind = event.type()
        if watched is not self._host:
            return False
        if kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove) and isinstance(event, QDragEnterEvent | QDropEvent):
            paths = _paths(event)
            if paths:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self.announce(paths)
                return True
        elif kind == QEvent.Type.DragLeave:
            self.hide()
            return True
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.hide()
            paths = _paths(event)
            if paths:
                event.acceptProposedAction()
                self.dropped.emit(paths)
                return True
        return False

    def announce(self, paths: Sequence[Path]) -> None:
        """Show what dropping these would do."""
        corpus = corpus_among(paths)
        if corpus is not None:
            self._text = self.tr("Open the corpus {name}").format(name=corpus.name)
        elif len(paths) == 1:
            self._text = self.tr("Look for songs in {name}").format(name=paths[0].name)
        else:
            self._text = self.tr("Look for songs in {count} files and folders").format(count=len(paths))
        self.setGeometry(self._host.rect())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = theme_of(self.palette())
        painter.fillRect(event.rect(), QColor(0, 0, 0, 120))
        box = QRectF(self.rect()).adjusted(24, 24, -24, -24)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(theme.accent), 3, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(box, 12, 12)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.8)
        painter.setFont(font)
        painter.setPen(QColor(255, 255, 255))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._text)


def _paths(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
