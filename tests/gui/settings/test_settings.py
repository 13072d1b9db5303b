"""Settings that are kept, and what they change while the window lives."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QLocale, QSettings, Qt, QTranslator
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QSpinBox

from gui.actions.registry import Actions
from gui.settings.appearance import Appearance
from gui.settings.dialog import SettingsDialog
from gui.settings.recent import RecentMenu
from gui.settings.start import QUERIES, StartPage
from gui.settings.store import SettingsStore, bind_session
from gui.widgets.translated import Translated


@pytest.fixture
def store(qapp):
    return SettingsStore()


@pytest.fixture
def appearance(qapp, store):
    """The application's looks, as they were again afterwards."""
    font, palette, style, locale = qapp.font(), qapp.palette(), qapp.style().name(), QLocale()
    made = Appearance(qapp, store)
    yield made
    store.language = "en"
    made.deleteLater()
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyle(style)
    QLocale.setDefault(locale)


@pytest.fixture
def dialog(store, tasks, shown, qtbot):
    actions = Actions()
    actions.add("play.toggle", lambda: "Play or pause", lambda: None, keys=["Space"])
    actions.add("file.open", lambda: "Open corpus…", lambda: None, keys=["Ctrl+O"])
    actions.add("view.front", lambda: "Front view", lambda: None, keys=["1"])
    made = SettingsDialog(store, actions, tasks=tasks)
    shown(made, 900, 560)
    made.actions_ = actions
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def choose(qtbot, box: QComboBox, value):
    """Choose in a combo box by keyboard."""
    box.setFocus()
    rows = box.findData(value) - box.currentIndex()
    for _ in range(abs(rows)):
        qtbot.keyClick(box, Qt.Key.Key_Down if rows > 0 else Qt.Key.Key_Up)


def test_what_is_set_is_there_at_the_next_start(store, tmp_path):
    heard = []
    store.changed.connect(heard.append)
    store.theme, store.language, store.scale, store.still_thumbnails = "dark", "ja", 150, True
    store.speed, store.threshold, store.last_folder = 0.5, 0.2, tmp_path
    store.theme = "dark"
    store.save_window(QByteArray(b"geometry"), QByteArray(b"state"))
    again = SettingsStore()
    QSettings().sync()
    assert (again.theme, again.language, again.scale, again.still_thumbnails) == ("dark", "ja", 150, True)
    assert (again.speed, again.threshold, again.last_folder) == (0.5, 0.2, tmp_path)
    assert bytes(again.window_geometry) == b"geometry"
    assert bytes(again.window_state) == b"state"
    again.forget_window()
    assert again.window_state is None
    assert again.theme == "dark"
    assert heard == ["theme", "language", "scale", "still_thumbnails", "speed", "threshold", "last_folder"]


def test_nonsense_in_the_file_counts_as_the_default(store):
    for key, value in {"theme": "purple", "scale": "huge", "speed": "99", "recent": "[1, {", "language": 7,
                       "window/state": "text"}.items():
        QSettings().setValue(key, value)
    again = SettingsStore()
    assert (again.theme, again.scale, again.speed, again.recent, again.language) == ("system", 100, 1.0, (), "system")
    assert again.window_state is None
    assert again.last_folder == Path.home()


def test_recent_corpora_are_ten_newest_first_and_missing_ones_stay(store, tmp_path):
    for i in range(12):
        store.add_recent(tmp_path / str(i))
    store.add_recent(tmp_path / "5")
    assert [p.name for p in store.recent] == ["5", "11", "10", "9", "8", "7", "6", "4", "3", "2"]
    store.replace_recent(tmp_path / "9", tmp_path / "moved")
    assert store.recent[3].name == "moved"
    store.forget_recent(tmp_path / "5")
    assert store.recent[0].name == "11"
    assert len(SettingsStore().recent) == 9


def test_the_theme_changes_what_is_drawn(appearance, store, shown, qapp, qtbot):
    label = shown(QLabel("words"), 200, 60)
    def lightness():
        return label.grab().toImage().pixelColor(2, 2).lightnessF()
    store.theme = "dark"
    qtbot.waitUntil(lambda: lightness() < 0.3)
    assert label.palette().color(QPalette.ColorRole.WindowText).lightnessF() > 0.7
    store.theme = "light"
    qtbot.waitUntil(lambda: lightness() > 0.8)


def test_ticks_and_boxes_can_be_seen_in_both_themes(appearance, store, shown, qtbot):
    box = shown(QCheckBox("", None), 40, 40)
    for theme in ("light", "dark"):
        store.theme = theme
        qtbot.wait(20)
        image = box.grab().toImage()
        shades = {image.pixelColor(x, 20).lightness() for x in range(24)}
        assert max(shades) - min(shades) > 12, theme


def test_texts_grow_at_once(appearance, store, shown, qtbot):
    label = shown(QLabel("words and dances"), 400, 60)
    before = label.sizeHint().width()
    store.scale = 200
    qtbot.waitUntil(lambda: label.sizeHint().width() > 1.8 * before)
    store.scale = 80
    qtbot.waitUntil(lambda: label.sizeHint().width() < 0.9 * before)
    store.scale = 9000
    assert store.scale == 200


class Pane(Translated):
    def __init__(self):
        super().__init__()
        self.label = QLabel(self)
        self.times = 0
        self.retranslate()

    def retranslate(self):
        self.times += 1
        self.label.setText(self.tr("Play"))


class FakeTranslator(QTranslator):
    """A catalogue of one word, for want of a compiled one."""

    def load(self, name, folder=""):
        return name == "kotofuri_ja"

    def isEmpty(self):
        return False

    def translate(self, context, text, note="", number=-1):
        return "再生" if text == "Play" else ""


def test_the_language_changes_while_the_window_lives(appearance, store, shown, qtbot, monkeypatch):
    monkeypatch.setattr("gui.settings.appearance.QTranslator", FakeTranslator)
    store.language = "en"
    pane = shown(Pane(), 200, 60)
    store.language = "ja"
    qtbot.waitUntil(lambda: pane.label.text() == "再生")
    assert appearance.language == "ja"
    assert QLocale().language() == QLocale.Language.Japanese
    store.language = "en"
    qtbot.waitUntil(lambda: pane.label.text() == "Play")
    assert QLocale().language() == QLocale.Language.English


def test_without_a_catalogue_all_stays_english(qapp, store, shown, qtbot, tmp_path, appearance):
    store.changed.disconnect(appearance._follow)
    lone = Appearance(qapp, store, tmp_path)
    pane = shown(Pane(), 200, 60)
    store.language = "ja"
    qtbot.waitUntil(lambda: pane.times > 1)
    assert pane.label.text() == "Play"
    assert lone.language == "en"
    assert QApplication.translate("QDialogButtonBox", "Cancel") == "Cancel"


def test_numbers_follow_the_language(appearance, store, qtbot):
    store.language = "en"
    assert QLocale().toString(1.5, "f", 1) == "1.5"
    spin = QSpinBox()
    qtbot.addWidget(spin)
    assert spin.locale().language() == QLocale.Language.English


def test_changes_in_the_dialog_act_at_once(dialog, store, qtbot):
    page = dialog.appearance
    choose(qtbot, page.theme, "dark")
    assert store.theme == "dark"
    qtbot.mouseClick(page.still, Qt.MouseButton.LeftButton, pos=page.still.rect().center() - page.still.rect().center())
    qtbot.keyClick(page.still, Qt.Key.Key_Space)
    assert store.still_thumbnails in (True, False)
    store.theme = "light"
    assert page.theme.currentData() == "light"
    store.scale = 125
    qtbot.mouseClick(page.defaults, Qt.MouseButton.LeftButton)
    assert (store.theme, store.scale, store.still_thumbnails) == ("system", 100, False)
    assert page.scale.currentData() == 100


def test_restoring_a_page_leaves_the_others(dialog, store, qtbot):
    store.theme, store.threshold, store.speed = "dark", 0.3, 0.5
    dialog.show_page("search")
    assert dialog.search.threshold.value() == 0.3
    qtbot.mouseClick(dialog.search.defaults, Qt.MouseButton.LeftButton)
    assert (store.theme, store.threshold, store.speed) == ("dark", 0.0, 0.5)


def test_the_search_box_finds_the_page_and_the_row(dialog, qtbot):
    qtbot.keyClicks(dialog.query, "protocol")
    assert [dialog.list.item(i).isHidden() for i in range(5)] == [True, True, True, False, True]
    assert dialog.stack.currentIndex() == 3
    assert dialog.search.protocol.isVisible()
    assert not dialog.search.threshold.isVisible()
    dialog.query.setText("front view")
    assert dialog.stack.currentIndex() == 1
    dialog.query.setText("zzz")
    assert dialog.nothing.isVisible()
    dialog.query.clear()
    assert not any(dialog.list.item(i).isHidden() for i in range(5))
    assert not dialog.search.threshold.isHidden()


def test_a_key_is_changed_by_pressing_it(dialog, qtbot):
    dialog.show_page("keys")
    page = dialog.keys
    assert not page.assign.isEnabled()
    page.choose("view.front")
    page.capture.setFocus()
    qtbot.keyClick(page.capture, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert "free" in page.message.text()
    qtbot.mouseClick(page.assign, Qt.MouseButton.LeftButton)
    assert dialog.actions_.keys("view.front") == ("Ctrl+F",)
    assert Actions().add("view.front", lambda: "Front", lambda: None, keys=["1"]).shortcut().toString() == "Ctrl+F"
    item = page.tree.currentItem()
    assert (item.text(1), item.text(2)) == ("Ctrl+F", "yes")
    qtbot.mouseClick(page.reset, Qt.MouseButton.LeftButton)
    assert dialog.actions_.keys("view.front") == ("1",)
    qtbot.mouseClick(page.none, Qt.MouseButton.LeftButton)
    assert dialog.actions_.keys("view.front") == ()
    qtbot.mouseClick(page.defaults, Qt.MouseButton.LeftButton)
    assert dialog.actions_.keys("view.front") == ("1",)


def test_a_taken_key_is_named_and_moves_when_assigned(dialog, qtbot):
    dialog.show_page("keys")
    page = dialog.keys
    page.choose("view.front")
    page.capture.setFocus()
    qtbot.keyClick(page.capture, Qt.Key.Key_Space)
    assert "Play or pause" in page.message.text()
    qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    assert dialog.actions_.keys("view.front") == ("1", "Space")
    assert dialog.actions_.keys("play.toggle") == ()
    assert dialog.actions_.conflicts() == []


def test_the_storage_page_measures_and_clears_the_cache(dialog, qtbot, tmp_path):
    cache = tmp_path / "data" / "cache"
    (cache / "thumbs").mkdir(parents=True)
    (cache / "thumbs" / "a.bin").write_bytes(bytes(5000))
    (tmp_path / "data" / "kept.bin").write_bytes(b"kept")
    dialog.show_page("storage")
    page = dialog.storage
    qtbot.waitUntil(page.clear.isEnabled)
    assert "4.88" in page.cache.size.text()
    qtbot.mouseClick(page.clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.clear.isEnabled() and "0" in page.cache.size.text())
    assert not cache.exists()
    assert (tmp_path / "data" / "kept.bin").exists()


def test_the_session_begins_with_the_settings_and_they_follow_it(session, store, qtbot):
    store.threshold, store.speed = 0.25, 0.5
    bind_session(store, session)
    assert (session.threshold, session.speed) == (0.25, 0.5)
    session.set_threshold(0.1)
    session.set_speed(0.75)
    assert store.threshold == 0.1
    assert store.speed == 0.5
    store.keep_playback = True
    session.set_speed(1.25)
    assert store.speed == 1.25
    store.restore("search")
    assert session.threshold == 0.0


def test_the_start_page_lists_what_was_open(session, store, shown, qtbot, own_corpus, tmp_path, monkeypatch):
    store.add_recent(own_corpus)
    store.add_recent(tmp_path / "gone")
    page = shown(StartPage(session, store), 900, 700)
    gone, there = page.recent
    assert not gone.button.isEnabled()
    assert gone.locate.isVisible()
    assert "missing" in gone.button.text()
    assert not there.locate.isVisible()
    with qtbot.waitSignal(page.open_requested) as caught:
        qtbot.mouseClick(there.button, Qt.MouseButton.LeftButton)
    assert caught.args == [own_corpus]
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *a, **k: str(tmp_path))
    with qtbot.waitSignal(session.message) as said:
        qtbot.mouseClick(gone.locate, Qt.MouseButton.LeftButton)
    assert "no corpus" in said.args[0]
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *a, **k: str(own_corpus))
    with qtbot.waitSignal(page.open_requested) as caught:
        qtbot.mouseClick(gone.locate, Qt.MouseButton.LeftButton)
    assert store.recent == (own_corpus,)
    page.recent[0].forget.trigger()
    assert page.recent == []
    assert page.no_recent.isVisible()


def test_the_start_page_offers_ways_to_begin(session, store, shown, qtbot):
    page = shown(StartPage(session, store), 900, 700)
    for button, signal in ((page.import_, page.import_requested), (page.demo, page.demo_requested)):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(QUERIES) == 3
    with qtbot.waitSignal(page.query_requested) as caught:
        qtbot.mouseClick(page.queries[2], Qt.MouseButton.LeftButton)
    assert caught.args == [QUERIES[2]]


def test_the_menu_of_recent_corpora(store, qtbot, own_corpus, tmp_path):
    opened = []
    menu = RecentMenu(store, opened.append)
    qtbot.addWidget(menu)
    assert not menu.actions()[0].isEnabled()
    store.add_recent(tmp_path / "gone")
    store.add_recent(own_corpus)
    there, gone = menu.actions()[:2]
    assert there.isEnabled()
    assert not gone.isEnabled()
    assert "missing" in gone.text()
    there.trigger()
    assert opened == [own_corpus]
