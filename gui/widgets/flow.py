"""A layout that sets widgets in a row and goes on in the next line where the width ends."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget


class FlowLayout(QLayout):
    """Left to right, then down. Every item gets the size it asks for.

    ``gap`` lies between items, ``line`` between lines (the same where it is not given), pixels. The layout asks for
    no more width than its widest item, so that it never keeps a pane from being made narrow.
    """

    def __init__(self, parent: QWidget | None = None, gap: int = 10, line: int | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(QMargins(0, 0, 0, 0))
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._line = gap if line is None else line

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    @staticmethod
    def holder(widgets: list[QWidget], gap: int = 10, line: int = 4) -> QWidget:
        """A widget that holds these in such a layout and takes the width it is given."""
        made = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
        flow = FlowLayout(made, gap, line)
        for widget in widgets:
            flow.addWidget(widget)
        return made

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y = rect.x(), rect.y()
        shown = [item for item in self._items if not item.isEmpty()]
        rows: list[list[tuple[QLayoutItem, int, QSize]]] = [[]]
        for item in shown:
            size = item.sizeHint()
            size.setWidth(min(size.width(), max(rect.width(), item.minimumSize().width())))
            if rows[-1] and x + size.width() > rect.right() + 1:
                x = rect.x()
                rows.append([])
            rows[-1].append((item, x, size))
            x += size.width() + self._gap
        for row in rows:
            height = max((size.height() for _, _, size in row), default=0)
            if move:
                for item, left, size in row:
                    item.setGeometry(QRect(QPoint(left, y + (height - size.height()) // 2), size))
            y += height + self._line
        return y - self._line - rect.y() if shown else 0
