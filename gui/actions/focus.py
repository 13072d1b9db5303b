"""The focus rule: who gets a key, the widget with the focus or the actions of the window.

* A text input (line, text or spin box, editable combo box) owns every key without Ctrl, Alt or Meta: typed text arrives
  whole, arrows, Home, End, Backspace and Space included. Ctrl chords reach the actions, except those with which the box
  edits its own text (copy, undo, word by word), and so do keys that mean nothing to a box: F1, F11 and their like.
* Escape gives the focus back to the window, and so does Enter in a spin box.
* Space plays and pauses wherever else the focus is, as in other editors: on buttons and lists too. A focused button, or
  a closed combo box, is pressed with Enter instead. Only an item with a check box keeps Space.
* Lists, tables and trees keep the keys they are walked with (Up, Down, Page up, Page down, Home, End; Left and Right
  where these move between columns or open branches). Sliders keep Up, Down, Page up and Page down; Left and Right,
  which step through the dance, stay with the player even after a click on a slider.

Dialogs are windows of their own, in which the actions of the main window do not act, so Space works there as ever.
"""

from __future__ import annotations

from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QTextEdit,
    QTreeView,
    QWidget,
)

_Key = Qt.Key
_Modifier = Qt.KeyboardModifier
_CHORD: Final = _Modifier.ControlModifier | _Modifier.AltModifier | _Modifier.MetaModifier
_EDITING: Final = frozenset({
    _Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down, _Key.Key_Home, _Key.Key_End, _Key.Key_PageUp,
    _Key.Key_PageDown, _Key.Key_Backspace, _Key.Key_Delete, _Key.Key_Insert, _Key.Key_Return, _Key.Key_Enter,
    _Key.Key_Tab, _Key.Key_Backtab, _Key.Key_Space, _Key.Key_Escape,
})
_ENTER: Final = frozenset({_Key.Key_Return, _Key.Key_Enter})
_UP_DOWN: Final = frozenset({_Key.Key_Up, _Key.Key_Down, _Key.Key_PageUp, _Key.Key_PageDown})
_WALKING: Final = _UP_DOWN | {_Key.Key_Home, _Key.Key_End}
_SIDEWAYS: Final = frozenset({_Key.Key_Left, _Key.Key_Right})


def install_focus_rule(app: QApplication) -> FocusRule:
    """Apply the rule to every widget that gets the focus from now on; calling it again changes nothing."""
    for child in app.children():
        if isinstance(child, FocusRule):
            return child
    return FocusRule(app)


def is_text_input(widget: QObject | None) -> bool:
    """Whether a person types text into this widget."""
    if isinstance(widget, (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)):
        return not widget.isReadOnly()
    return isinstance(widget, QComboBox) and widget.isEditable()


class FocusRule(QObject):
    """Watches the one widget that has the focus (a filter on the application would slow every event down)."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._watched: QWidget | None = None
        app.focusChanged.connect(self._follow)
        self._follow(None, app.focusWidget())

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._watched is not None and shiboken6.isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = new
        if new is not None:
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the keys that belong to the widget before they are looked up among the shortcuts."""
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if _owns(watched, event):
                event.accept()
                return True
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(watched, event)
        return False

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.modifiers() & (_CHORD | _Modifier.ShiftModifier) or not isinstance(watched, QWidget):
            return False
        window = watched.window()
        if isinstance(window, QDialog) or _edits_an_item(watched):
            return False
        if is_text_input(watched):
            leaves = event.key() == _Key.Key_Escape
            leaves |= event.key() in _ENTER and isinstance(watched, QAbstractSpinBox)
            if leaves:
                # After the box had the key itself: a pane may clear its search with it.
                QTimer.singleShot(0, watched, watched.clearFocus)
            return False
        if event.key() in _ENTER and isinstance(watched, QAbstractButton):
            watched.animateClick()
            return True
        if event.key() in _ENTER and isinstance(watched, QComboBox):
            watched.showPopup()
            return True
        return False


def _owns(widget: QObject, event: QKeyEvent) -> bool:
    key, modifiers = event.key(), event.modifiers()
    if is_text_input(widget):
        typed = event.text().isprintable() and bool(event.text())
        if modifiers & _CHORD:
            # AltGr comes as Ctrl+Alt on Windows: it types.
            return typed and modifiers & _CHORD == _Modifier.ControlModifier | _Modifier.AltModifier
        return typed or key in _EDITING
    if modifiers & (_CHORD | _Modifier.ShiftModifier):
        return False
    if isinstance(widget, QAbstractItemView):
        return _view_owns(widget, key)
    if isinstance(widget, (QAbstractSlider, QComboBox, QTextEdit, QPlainTextEdit)):
        return key in _UP_DOWN
    if isinstance(widget, QTabBar):
        return key in _SIDEWAYS
    return isinstance(widget, QAbstractButton) and key in _ENTER


def _view_owns(view: QAbstractItemView, key: int) -> bool:
    current = view.currentIndex()
    if key in _WALKING or key in _ENTER:
        return True
    if key == _Key.Key_Space:
        return current.isValid() and bool(current.flags() & Qt.ItemFlag.ItemIsUserCheckable)
    if key in _SIDEWAYS:
        if isinstance(view, QTreeView):
            return current.isValid() and (view.model().rowCount(current) > 0 or current.parent().isValid())
        by_cell = view.selectionBehavior() == QAbstractItemView.SelectionBehavior.SelectItems
        return by_cell and isinstance(view, QTableView) and view.horizontalHeader().count() > 1
    return False


def _edits_an_item(widget: QWidget) -> bool:
    """Whether a table or list opened this box to edit a cell; it then closes by its own rules."""
    parent = widget.parentWidget()
    view = parent.parentWidget() if parent is not None else None
    return isinstance(view, QAbstractItemView) and view.viewport() is parent
