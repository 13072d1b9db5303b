"""The table of actions: keys that a person changes, presets, menus, palette and sheet."""

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow

from gui.actions import presets
from gui.actions.fuzzy import score
from gui.actions.menus import build_menus
from gui.actions.palette import Palette
from gui.actions.registry import Actions, plain
from gui.actions.sheet import ShortcutSheet


class Desk:
    """A window with some actions, in a language that can be switched."""

    def __init__(self, actions, language="en"):
        self.done = []
        self.language = language
        self.actions = actions
        for name, en, ja, keys in (
            ("file.open", "&Open corpus…", "コーパスを開く(&O)…", ["Ctrl+O"]),
            ("file.quit", "&Quit", "終了(&Q)", ["Ctrl+Q"]),
            ("edit.undo", "&Undo", "元に戻す", ["Ctrl+Z"]),
            ("play.toggle", "Play or pause", "再生/一時停止", ["Space", "K"]),
            ("play.back", "Frame back", "1 フレーム戻る", ["Left", ","]),
            ("view.front", "Front view", "正面", ["Num+1"]),
            ("help.keys", "Keyboard shortcuts", "ショートカット", ["F1", "?"]),
        ):
            actions.add(name, lambda en=en, ja=ja: ja if self.language == "ja" else en,
                        lambda name=name: self.done.append(name), keys=keys,
                        tip=(lambda: "Nothing was changed yet.") if name == "edit.undo" else None)
        self.window = QMainWindow()


@pytest.fixture
def desk(actions, qtbot):
    made = Desk(actions)
    qtbot.addWidget(made.window)
    return made


def texts(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_chosen_keys_outlive_the_program_and_can_be_reset(desk, qtbot):
    actions = desk.actions
    actions.set_keys("play.toggle", ["P", "Ctrl+Space"])
    assert actions.keys("play.toggle") == ("P", "Ctrl+Space")
    assert actions.is_changed("play.toggle")
    QSettings().sync()
    again = Desk(Actions())
    qtbot.addWidget(again.window)
    assert again.actions.keys("play.toggle") == ("P", "Ctrl+Space")
    assert "(P)" in again.actions["play.toggle"].toolTip()
    again.actions.set_keys("view.front", [])
    assert again.actions.keys("view.front") == ()
    again.actions.reset_keys("play.toggle")
    assert again.actions.keys("play.toggle") == ("Space", "K")
    assert Desk(Actions()).actions.keys("view.front") == ()
    again.actions.reset_keys()
    assert again.actions.keys("view.front") == ("Num+1",)
    assert not QSettings().contains("keys/view.front")


def test_damaged_key_settings_count_as_none(actions):
    QSettings().setValue("keys/play.toggle", "{not json")
    QSettings().setValue("keys_preset", "no such set")
    desk = Desk(Actions())
    assert desk.actions.keys("play.toggle") == ("Space", "K")
    assert desk.actions.preset == presets.EDITOR


def test_a_preset_changes_defaults_but_not_what_a_person_chose(desk, monkeypatch):
    monkeypatch.setitem(presets.PRESETS, presets.MEDIA_PLAYER, {"play.back": [","], "play.toggle": ["P"]})
    actions = desk.actions
    actions.set_keys("play.toggle", ["X"])
    actions.set_preset(presets.MEDIA_PLAYER)
    assert actions.keys("play.back") == (",",)
    assert actions.keys("play.toggle") == ("X",)
    assert Desk(Actions()).actions.keys("play.back") == (",",)
    actions.set_preset(presets.EDITOR)
    assert actions.keys("play.back") == ("Left", ",")
    with pytest.raises(ValueError, match="no key preset"):
        actions.set_preset("cinema")


def test_conflicts_are_found_also_inside_chords(desk):
    actions = desk.actions
    assert actions.conflicts() == []
    actions.set_keys("view.front", ["ctrl+o"])
    assert actions.conflicts() == [("Ctrl+O", ("file.open", "view.front"))]
    actions.set_keys("view.front", ["Ctrl+O, Ctrl+V"])
    assert {key for key, _ in actions.conflicts()} == {"Ctrl+O", "Ctrl+O, Ctrl+V"}
    actions.reset_keys()
    assert actions.conflicts() == []


def test_the_presets_only_have_keys_that_exist():
    for keys_of in presets.PRESETS.values():
        for keys in keys_of.values():
            assert all(not QKeySequence(key).isEmpty() for key in keys)


def test_menus_follow_the_names_and_show_every_key(desk, shown, qtbot):
    menus = build_menus(desk.window.menuBar(), desk.actions,
                        [("file", ["file.open", "file.missing", "-", "file.quit"]), "edit", "play", "help"])
    shown(desk.window, 600, 300)
    desk.window.activateWindow()
    qtbot.waitUntil(desk.window.isActiveWindow)
    assert [plain(a.text()) for a in desk.window.menuBar().actions()] == ["File", "Edit", "Play", "View", "Help"]
    file = menus.menu("file")
    assert [a.isSeparator() for a in file.actions()] == [False, True, False]
    for name in desk.actions:
        action = desk.actions[name]
        assert action in menus.menu(name.partition(".")[0]).actions()
        assert not action.shortcut().isEmpty()
        assert action.isShortcutVisibleInContextMenu()
    qtbot.keyClick(desk.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert desk.done == ["file.open"]
    desk.actions.add("tools.new", lambda: "Something new", lambda: desk.done.append("new"), keys=["Ctrl+T"])
    qtbot.waitUntil(lambda: texts(menus.menu("tools")) == ["Something new"])
    assert plain(desk.window.menuBar().actions()[-1].text()) == "Help"
    qtbot.keyClick(desk.window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert desk.done[-1] == "new"


def test_menus_live_through_a_change_of_language(desk, shown, qtbot):
    menus = build_menus(desk.window.menuBar(), desk.actions, ["file", "edit", "play", "view", "help"],
                        titles={"file": lambda: "ファイル" if desk.language == "ja" else "&File"})
    shown(desk.window, 600, 300)
    desk.language = "ja"
    QApplication.sendEvent(desk.window, QEvent(QEvent.Type.LanguageChange))
    assert menus.title("file") == "ファイル"
    assert texts(menus.menu("file")) == ["コーパスを開く(&O)…", "終了(&Q)"]
    assert desk.actions.text("file.open") == "コーパスを開く"


def test_the_palette_finds_by_a_few_letters_and_runs(desk, shown, qtbot):
    palette = Palette(desk.actions, desk.window)
    shown(desk.window, 600, 300)
    palette.show()
    qtbot.waitUntil(palette.isVisible)
    qtbot.keyClicks(palette.query, "frv")
    model = palette.list.model()
    assert model.index(0).data() == "Front view"
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert desk.done == ["view.front"]
    assert not palette.isVisible()
    palette.show()
    assert palette.query.text() == ""
    assert model.index(0).data() == "Front view"
    qtbot.keyClick(palette.query, Qt.Key.Key_Down)
    second = palette.list.currentIndex()
    assert second.row() == 1
    name = desk.actions.text("file.open")
    assert second.data() == name
    rect = palette.list.visualRect(second)
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert desk.done == ["view.front", "file.open"]


def test_the_palette_says_why_a_command_is_off_and_does_not_run_it(desk, shown, qtbot):
    desk.actions["edit.undo"].setEnabled(False)
    palette = shown(Palette(desk.actions, desk.window), 500, 300)
    on = palette.list.grab().toImage()
    qtbot.keyClicks(palette.query, "undo")
    assert palette.list.model().rowCount() == 1
    index = palette.list.model().index(0)
    assert "Nothing was changed yet." in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Nothing was changed yet." in desk.actions["edit.undo"].toolTip()
    assert palette.list.grab().toImage() != on
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert desk.done == []
    assert palette.isVisible()
    qtbot.keyClicks(palette.query, "zzzz")
    assert palette.nothing.isVisible()
    assert "zzzz" in palette.nothing.text()
    qtbot.keyClick(palette.query, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_the_palette_speaks_the_windows_language_and_english(desk, shown, qtbot):
    desk.language = "ja"
    desk.actions.retranslate()
    palette = shown(Palette(desk.actions, desk.window), 500, 300)
    for query in ("しょーと", "開く", "ひらく", "open"):
        palette.query.setText(query)
        expected = {"しょーと": "ショートカット", "開く": "コーパスを開く", "open": "コーパスを開く"}.get(query)
        if expected:
            assert palette.list.model().index(0).data() == expected, query
        else:
            assert palette.nothing.isVisible()


def test_better_fits_come_first():
    assert score("front", "Front view") > score("front", "Fit to the frontier") > score("front", "Find another font")
    assert score("fv", "Front view") > score("fv", "Five")
    assert score("view front", "Front view") is not None
    assert score("x", "Front view") is None


def test_the_sheet_lists_keys_by_menu_and_can_be_searched_and_copied(desk, shown, qtbot):
    sheet = shown(ShortcutSheet(desk.actions, desk.window), 500, 600)
    groups = [sheet.tree.topLevelItem(i).text(0) for i in range(sheet.tree.topLevelItemCount())]
    assert groups == ["File", "Edit", "Play", "View", "Help"]
    qtbot.keyClicks(sheet.query, "ctrl")
    shown_now = {sheet.tree.topLevelItem(i).child(j).text(0)
                 for i in range(sheet.tree.topLevelItemCount()) for j in range(sheet.tree.topLevelItem(i).childCount())}
    assert shown_now == {"Open corpus", "Quit", "Undo"}
    qtbot.mouseClick(sheet.copy, Qt.MouseButton.LeftButton)
    assert "Open corpus\tCtrl+O" in QGuiApplication.clipboard().text()
    desk.actions.set_keys("file.open", ["Ctrl+Alt+O"])
    assert "Ctrl+Alt+O" in sheet.as_text()
    assert "Ctrl+Alt+O" in sheet.as_html()
    sheet.query.setText("nothing like it")
    assert "nothing like it" in sheet.tree.topLevelItem(0).text(0)
