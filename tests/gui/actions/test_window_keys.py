"""Keys of the whole window: none is claimed twice, in either set of keys, and every menu item shows its own."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QMenu, QPlainTextEdit, QTextEdit

from gui.actions.focus import install_focus_rule
from gui.actions.presets import PRESETS
from gui.settings.store import SettingsStore


@pytest.fixture
def window(tasks, qtbot):
    from gui.window.main import MainWindow

    made = MainWindow(SettingsStore(), tasks)
    qtbot.addWidget(made)
    yield made
    made.close()


def test_no_key_is_claimed_twice_and_all_are_in_the_menus(window):
    actions = window.actions_
    for preset, keys in PRESETS.items():
        actions.set_preset(preset)
        assert actions.conflicts() == [], preset
        # A name that no action has would be a key that does nothing.
        assert [name for name in keys if name not in actions] == []
    in_menus = {action.objectName() for menu in window.findChildren(QMenu) for action in menu.actions()}
    assert [name for name in actions if actions.keys(name) and name not in in_menus] == []
    assert all(actions.text(name) for name in actions)


def test_typing_in_any_box_of_the_window_plays_nothing(window, qtbot, built_corpus, qapp):
    install_focus_rule(qapp)
    session = window.session
    session.open(built_corpus)
    qtbot.waitUntil(lambda: session.opened is not None and not session.tasks.running, timeout=30_000)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    frame, speed = session.frame, session.speed
    boxes = [box for kind in (QLineEdit, QPlainTextEdit, QTextEdit) for box in window.findChildren(kind)
             if box.isVisible() and box.isEnabled() and not box.isReadOnly()
             and not isinstance(box.parent(), (QAbstractSpinBox, QComboBox))]
    assert boxes
    for box in boxes:
        box.setFocus()
        qtbot.waitUntil(box.hasFocus)
        qtbot.keyClicks(box, "kill jn ")
        text = box.text() if isinstance(box, QLineEdit) else box.toPlainText()
        assert text == "kill jn ", box.accessibleName()
        assert (session.playing, session.frame, session.speed) == (False, frame, speed)
        qtbot.keyClick(box, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
        assert session.playing, box.accessibleName()
        qtbot.keyClick(box, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
        assert not session.playing
        box.clear()
        session.seek(frame / 30)
