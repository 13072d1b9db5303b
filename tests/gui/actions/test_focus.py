"""The focus rule, as a person at the keyboard meets it."""

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QCompleter,
    QDialog,
    QDoubleSpinBox,
    QLineEdit,
    QListView,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QTextEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from gui.actions.focus import install_focus_rule
from gui.actions.menus import build_menus

KEYS = {
    "play.toggle": ["Space", "K", "Ctrl+Space"], "play.back": ["Left", ","], "play.on": ["Right", "."],
    "play.start": ["Home"], "play.end": ["End"], "play.slower": ["J"], "play.faster": ["L"],
    "play.normal": ["Backspace"], "play.in": ["I"], "play.next": ["N"], "play.previous": ["Shift+N"],
    "play.ten": ["Shift+Right"], "play.escape": ["Escape"], "help.keys": ["F1", "?"], "view.full": ["F11"],
    "view.up": ["Up"], "view.down": ["Down"], "play.bar": ["Alt+Right"], "search.find": ["Ctrl+F"],
}


class Window(QMainWindow):
    def __init__(self, actions):
        super().__init__()
        self.done = []
        self.actions_ = actions
        for name, keys in KEYS.items():
            actions.add(name, lambda name=name: name, lambda name=name: self.done.append(name), keys=keys)
        self.menus = build_menus(self.menuBar(), actions, ["play", "view", "search", "help"])
        body = QWidget()
        layout = QVBoxLayout(body)
        self.line, self.area, self.plain = QLineEdit(), QTextEdit(), QPlainTextEdit()
        self.spin, self.combo, self.fixed = QDoubleSpinBox(), QComboBox(), QComboBox()
        self.combo.setEditable(True)
        self.combo.addItems(["one", "two"])
        self.fixed.addItems(["alpha", "beta"])
        self.button, self.check = QPushButton("Press"), QCheckBox("Check")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.list = QListView()
        self.list.setModel(QStringListModel(["a", "b", "c"]))
        self.tree = QTreeView()
        model = QStandardItemModel()
        parent = QStandardItem("song")
        parent.appendRow(QStandardItem("word"))
        checkable = QStandardItem("tick")
        checkable.setCheckable(True)
        model.appendRow(parent)
        model.appendRow(checkable)
        self.tree.setModel(model)
        for widget in (self.line, self.area, self.plain, self.spin, self.combo, self.fixed, self.button, self.check,
                       self.slider, self.list, self.tree):
            layout.addWidget(widget)
        self.setCentralWidget(body)


@pytest.fixture
def window(actions, shown, qtbot):
    install_focus_rule(QApplication.instance())
    made = shown(Window(actions), 700, 900)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def focus(qtbot, widget):
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)


def type_into(qtbot, widget, text):
    for letter in text:
        qtbot.keyClicks(widget, letter)


SENTENCE = "kill jIn, N? l.o.v.e k"


@pytest.mark.parametrize("name", ["line", "area", "plain", "combo"])
def test_typed_text_arrives_whole_and_nothing_plays(window, qtbot, name):
    widget = getattr(window, name)
    focus(qtbot, widget)
    if name == "combo":
        widget.clearEditText()
    type_into(qtbot, widget, SENTENCE)
    text = widget.currentText() if name == "combo" else widget.text() if name == "line" else widget.toPlainText()
    assert text == SENTENCE
    assert window.done == []


def test_arrows_home_end_and_backspace_edit_the_text(window, qtbot):
    focus(qtbot, window.line)
    type_into(qtbot, window.line, "abcd")
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Backspace):
        qtbot.keyClick(window.line, key)
    assert window.line.text() == "abd"
    qtbot.keyClick(window.line, Qt.Key.Key_Home)
    assert window.line.cursorPosition() == 0
    qtbot.keyClick(window.line, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert window.line.selectedText() == "a"
    qtbot.keyClick(window.line, Qt.Key.Key_End)
    assert window.line.cursorPosition() == 3
    assert window.done == []


def test_a_spin_box_counts_with_its_arrows_and_gives_the_focus_back_with_enter(window, qtbot):
    focus(qtbot, window.spin)
    qtbot.keyClick(window.spin, Qt.Key.Key_Up)
    assert window.spin.value() == 1.0
    qtbot.keyClick(window.spin, Qt.Key.Key_K)
    qtbot.keyClick(window.spin, Qt.Key.Key_Space)
    assert window.done == []
    qtbot.keyClick(window.spin, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.spin.hasFocus())
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.done == ["play.toggle"]


def test_only_chords_and_function_keys_leave_a_text_box(window, qtbot):
    focus(qtbot, window.line)
    qtbot.keyClick(window.line, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window.line, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window.line, Qt.Key.Key_F1)
    qtbot.keyClick(window.line, Qt.Key.Key_F11)
    qtbot.keyClick(window.line, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.done == ["play.toggle", "search.find", "help.keys", "view.full", "play.bar"]
    assert window.line.text() == ""


def test_the_boxs_own_editing_chords_stay_with_it(window, qtbot):
    window.actions_.add("edit.undo", lambda: "Undo", lambda: window.done.append("edit.undo"), keys=["Ctrl+Z"])
    window.menus.rebuild()
    focus(qtbot, window.line)
    type_into(qtbot, window.line, "word")
    qtbot.keyClick(window.line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.line.text() == ""
    assert window.done == []
    focus(qtbot, window.button)
    qtbot.keyClick(window.button, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.done == ["edit.undo"]


def test_escape_gives_the_keys_back_to_the_window(window, qtbot):
    focus(qtbot, window.line)
    qtbot.keyClick(window.line, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.line.hasFocus())
    assert window.done == []
    qtbot.keyClick(window, Qt.Key.Key_J)
    assert window.done == ["play.slower"]


def test_space_plays_from_buttons_and_lists_and_enter_presses(window, qtbot):
    pressed = []
    window.button.clicked.connect(lambda: pressed.append(1))
    for widget in (window.button, window.check, window.list, window.slider, window.fixed):
        focus(qtbot, widget)
        qtbot.keyClick(widget, Qt.Key.Key_Space)
    assert window.done == ["play.toggle"] * 5
    assert not pressed
    assert not window.check.isChecked()
    focus(qtbot, window.button)
    qtbot.keyClick(window.button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pressed == [1])
    focus(qtbot, window.check)
    qtbot.keyClick(window.check, Qt.Key.Key_Return)
    qtbot.waitUntil(window.check.isChecked)
    focus(qtbot, window.fixed)
    qtbot.keyClick(window.fixed, Qt.Key.Key_Return)
    qtbot.waitUntil(window.fixed.view().isVisible)
    window.fixed.hidePopup()


def test_lists_keep_the_keys_they_are_walked_with(window, qtbot):
    focus(qtbot, window.list)
    window.list.setCurrentIndex(window.list.model().index(0, 0))
    qtbot.keyClick(window.list, Qt.Key.Key_Down)
    assert window.list.currentIndex().row() == 1
    qtbot.keyClick(window.list, Qt.Key.Key_End)
    assert window.list.currentIndex().row() == 2
    assert window.done == []
    qtbot.keyClick(window.list, Qt.Key.Key_Right)
    qtbot.keyClick(window.list, Qt.Key.Key_L)
    assert window.done == ["play.on", "play.faster"]


def test_trees_keep_left_and_right_for_branches_and_space_for_ticks(window, qtbot):
    model = window.tree.model()
    focus(qtbot, window.tree)
    window.tree.setCurrentIndex(model.index(0, 0))
    qtbot.keyClick(window.tree, Qt.Key.Key_Right)
    assert window.tree.isExpanded(model.index(0, 0))
    window.tree.setCurrentIndex(model.index(1, 0))
    qtbot.keyClick(window.tree, Qt.Key.Key_Space)
    assert model.item(1).checkState() == Qt.CheckState.Checked
    assert window.done == []
    qtbot.keyClick(window.tree, Qt.Key.Key_Right)
    assert window.done == ["play.on"]


def test_a_slider_that_was_clicked_leaves_the_frame_steps_to_the_player(window, qtbot):
    focus(qtbot, window.slider)
    qtbot.keyClick(window.slider, Qt.Key.Key_Left)
    assert window.done == ["play.back"]
    qtbot.keyClick(window.slider, Qt.Key.Key_Up)
    assert window.slider.value() == 1


def test_a_dialog_has_keys_of_its_own(window, qtbot, shown):
    dialog = QDialog(window)
    button = QPushButton("Go", dialog)
    pressed = []
    button.clicked.connect(lambda: pressed.append(1))
    shown(dialog, 200, 100)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    focus(qtbot, button)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert pressed == [1]
    assert window.done == []


def test_typing_goes_on_while_suggestions_are_shown(window, qtbot):
    window.line.setCompleter(QCompleter(["love me", "love you"], window.line))
    focus(qtbot, window.line)
    type_into(qtbot, window.line, "l")
    qtbot.waitUntil(lambda: window.line.completer().popup().isVisible())
    type_into(qtbot, window.line.completer().popup(), "o k")
    assert window.line.text() == "lo k"
    assert window.done == []


def test_a_read_only_text_is_no_text_box(window, qtbot):
    window.line.setReadOnly(True)
    focus(qtbot, window.line)
    qtbot.keyClick(window.line, Qt.Key.Key_K)
    assert window.done == ["play.toggle"]


def test_installing_twice_is_installing_once(qapp):
    assert install_focus_rule(qapp) is install_focus_rule(qapp)
