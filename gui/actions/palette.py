"""The command palette: every action by a few letters of its name."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui.actions.fuzzy import score
from gui.actions.menus import menu_titles
from gui.actions.registry import Actions, plain

_Index = QModelIndex | QPersistentModelIndex
_NAME: Final = int(Qt.ItemDataRole.UserRole)
_MENU: Final = _NAME + 1
_KEYS: Final = _NAME + 2
_REASON: Final = _NAME + 3
_CHECKED: Final = _NAME + 4
_PAGE: Final = 8
_DISABLED: Final = 6.0


class Palette(QDialog):
    """Ctrl+P: type, choose with Up and Down, run with Enter."""

    def __init__(self, actions: Actions, parent: QWidget | None = None, leave_out: tuple[str, ...] = ()) -> None:
        super().__init__(parent)
        self._table = actions
        self._model = _Model(actions, leave_out, self)
        self.query = QLineEdit(self)
        self.query.setClearButtonEnabled(True)
        self.query.textChanged.connect(self._filter)
        self.query.installEventFilter(self)
        self.list = QListView(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(lambda _index: self.run())
        self.nothing = QLabel(self)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self.query)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.nothing, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts."""
        self.setWindowTitle(self.tr("Command palette"))
        self.query.setPlaceholderText(self.tr("Type a command"))
        self.query.setAccessibleName(self.tr("Command"))
        self.list.setAccessibleName(self.tr("Commands"))
        self._filter(self.query.text())

    def open(self) -> None:
        """Show the palette over its window; it goes when it is closed."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        super().open()

    def run(self) -> None:
        """Run the chosen action; a disabled one stays where it is, its reason in view."""
        index = self.list.currentIndex()
        if not index.isValid():
            return
        name = str(index.data(_NAME))
        if self._table[name].isEnabled():
            table = self._table
            table.remember(name)
            # Closed first: the action may open a dialog, or look at which widget has the focus.
            self.accept()
            table[name].trigger()

    def _filter(self, text: str) -> None:
        self._model.filter(text)
        found = self._model.rowCount() > 0
        self.list.setVisible(found)
        self.nothing.setVisible(not found)
        self.nothing.setText(self.tr("No command has these letters: {text}").format(text=text))
        if found:
            self.list.setCurrentIndex(self._model.index(0))
            self.list.scrollToTop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk the list with the keys of the text box."""
        if watched is self.query and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _PAGE, Qt.Key.Key_PageUp: -_PAGE}
            if event.key() in steps:
                self._step(steps[Qt.Key(event.key())])
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.run()
                return True
        return super().eventFilter(watched, event)

    def _step(self, rows: int) -> None:
        count = self._model.rowCount()
        if not count:
            return
        row = self.list.currentIndex().row() + rows
        row = row % count if abs(rows) == 1 else min(max(row, 0), count - 1)
        self.list.setCurrentIndex(self._model.index(row))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with an empty box, the last used commands first, near the top of the window."""
        super().showEvent(event)
        self.query.clear()
        self._filter("")
        self.query.setFocus()
        em = self.fontMetrics().height()
        self.resize(34 * em, 26 * em)
        if (parent := self.parentWidget()) is not None:
            window = parent.window().frameGeometry()
            self.move(window.center().x() - self.width() // 2, window.top() + window.height() // 8)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class _Model(QAbstractListModel):
    """Actions that fit the query, best first."""

    def __init__(self, actions: Actions, leave_out: tuple[str, ...], parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions
        self._leave_out = leave_out
        self._found: list[str] = []
        self._menus: dict[str, str] = {}

    def filter(self, text: str) -> None:
        self.beginResetModel()
        self._menus = {prefix: plain(title) for prefix, title in menu_titles().items()}
        found = []
        for place, name in enumerate(self._actions):
            if name in self._leave_out or not self._actions[name].isVisible():
                continue
            used = self._actions.used
            recent = used.index(name) if name in used else len(used)
            if not text.strip():
                found.append(((recent, not self._actions[name].isEnabled(), place), name))
                continue
            # The English name stays a way in when the window speaks another language.
            here = f"{self._actions.text(name)} {self.menu(name)}"
            points = [s for s in (score(text, here), score(text, name.replace("_", " "))) if s is not None]
            if points:
                penalty = 0.0 if self._actions[name].isEnabled() else _DISABLED
                found.append(((penalty - max(points), recent, place), name))
        self._found = [name for _, name in sorted(found)]
        self.endResetModel()

    def menu(self, name: str) -> str:
        prefix = name.partition(".")[0]
        return self._menus.get(prefix, prefix.capitalize())

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._found)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name = self._found[index.row()]
        action = self._actions[name]
        texts = {_NAME: name, _MENU: self.menu(name), _KEYS: self._actions.keys_text(name)}
        if role in texts:
            return texts[role]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._actions.text(name)
        if role == _REASON:
            return self._actions.reason(name)
        if role == _CHECKED:
            return action.isCheckable() and action.isChecked()
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._actions.tip(name) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (self._actions.text(name), self._actions.keys_text(name), self._actions.reason(name))
            return ", ".join(part for part in parts if part)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        # A disabled command can still be chosen, so that its reason can be read.
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled if index.isValid() else Qt.ItemFlag.NoItemFlags

    def is_enabled(self, row: int) -> bool:
        return self._actions[self._found[row]].isEnabled()


class _Delegate(QStyledItemDelegate):
    """Menu, name and reason on the left, keys on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), round(option.fontMetrics.height() * 1.7))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        enabled = not isinstance(model, _Model) or model.is_enabled(index.row())
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        style = own.widget.style() if own.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        selected = bool(own.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        strong = own.palette.color(QPalette.ColorGroup.Normal, role)
        weak = own.palette.color(QPalette.ColorGroup.Normal, role)
        weak.setAlphaF(0.62)
        metrics = own.fontMetrics
        pad = metrics.height() // 2
        area = own.rect.adjusted(pad, 0, -pad, 0)
        keys = str(index.data(_KEYS))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.save()
        painter.setFont(own.font)
        painter.setPen(weak)
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, keys)
        area.setRight(area.right() - metrics.horizontalAdvance(keys) - pad)
        painter.setPen(strong if enabled else weak)
        text = ("✓ " if index.data(_CHECKED) else "") + str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.drawText(area, middle, metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width()))
        width = metrics.horizontalAdvance(text) + pad
        rest = QRect(area.left() + width, area.top(), max(area.width() - width, 0), area.height())
        aside = str(index.data(_REASON)) or str(index.data(_MENU))
        painter.setPen(weak)
        painter.drawText(rest, middle, metrics.elidedText(aside, Qt.TextElideMode.ElideRight, rest.width()))
        painter.restore()
