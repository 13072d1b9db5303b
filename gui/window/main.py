"""The main window: panes as docks around one session, menus from the table of actions, one status area."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QStackedWidget

from gui.actions.menus import build_menus
from gui.actions.registry import Actions
from gui.actions.seconds import SecondSteps
from gui.browser.pane import BrowserPane
from gui.edits.stack import Edits
from gui.edits.tags import TagsPane
from gui.edits.words import WordsPane
from gui.export import actions as export_actions
from gui.export.dialog import ExportDialog
from gui.figures.pane import FiguresPane
from gui.player.pane import PlayerPane
from gui.search.pane import SearchPane
from gui.settings.start import StartPage
from gui.settings.store import SettingsStore, bind_session
from gui.sound.transport import Transport
from gui.state.session import Session
from gui.thumbs.loops import loops_of
from gui.timeline.pane import TimelinePane
from gui.transport.bar import TransportBar
from gui.window.corpora import Corpora
from gui.window.drop import DropOverlay
from gui.window.problems import ProblemsPane
from gui.window.status import StatusArea
from gui.work.tasks import Failure, Tasks

LAYOUT_VERSION = 4
_PLACE = "last/place"
_AT_FIRST = ("browser", "player", "search", "figures", "timeline")
MENUS = (
    ("file", ("file.open", "recent", "file.demo", "-", "file.import", "file.build", "-", "file.settings", "-",
              "file.quit")),
    "edit", "view", "play", "timeline", "browse", "search", "figures", "export", "window",
    ("help", ("help.palette", "help.sheet", "-", "help.about")),
)


class MainWindow(QMainWindow):
    """Kotofuri's window."""

    def __init__(self, store: SettingsStore, tasks: Tasks | None = None) -> None:
        super().__init__()
        self.setObjectName("main")
        self.store = store
        self.tasks = tasks or Tasks(self)
        self.session = Session(self.tasks, self)
        self.actions_ = Actions(self)
        bind_session(store, self.session)
        self.transport = Transport(self.session, self)
        self.edits = Edits(self.session, self.actions_, self)
        self.corpora = Corpora(self.session, store, self)
        self._closing = False
        self._shown = False
        self._docks: dict[str, QDockWidget] = {}
        self._make_panes()
        self._make_actions()
        self._make_menus()
        self._connect()
        self.retranslate()
        self.resize(1280, 800)
        self._standard_layout()
        self._restore()
        self._corpus_changed()

    # -- making -----------------------------------------------------------------------------------

    def _make_panes(self) -> None:
        session, actions = self.session, self.actions_
        self.player = PlayerPane(session, actions)
        self.start = StartPage(session, self.store)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.start)
        self.middle.addWidget(self.player)
        self.bar = TransportBar(session, actions, transport=self.transport)
        self.timeline = TimelinePane(session, actions)
        self.browser = BrowserPane(session, actions)
        self.search = SearchPane(session, actions)
        # What a newcomer should meet first: words with their movements.
        self.browser.tabs.setCurrentWidget(self.browser.gestures)
        self.figures = FiguresPane(session, actions)
        self.words = WordsPane(session, self.edits)
        self.tags = TagsPane(session, actions, self.edits)
        self.seconds = SecondSteps(session, actions, self)
        self.problems = ProblemsPane()
        self.status = StatusArea(self.tasks)
        self.statusBar().addPermanentWidget(self.status, 1)
        self.statusBar().setSizeGripEnabled(False)
        self.setDockNestingEnabled(True)
        for name, widget in (("player", self.middle), ("browser", self.browser), ("search", self.search),
                             ("timeline", self.timeline), ("figures", self.figures), ("words", self.words),
                             ("tags", self.tags), ("problems", self.problems)):
            dock = QDockWidget(self)
            dock.setObjectName(f"dock-{name}")
            dock.setWidget(widget)
            self._docks[name] = dock
        self.toolbar = self.addToolBar("transport")
        self.toolbar.setObjectName("toolbar-transport")
        self.toolbar.setMovable(False)
        self.toolbar.addWidget(self.bar)
        self.overlay = DropOverlay(self)

    def _make_actions(self) -> None:
        add = self.actions_.add
        add("file.open", lambda: self.tr("Open corpus…"), self.corpora.ask_open, keys=["Ctrl+O"])
        add("file.import", lambda: self.tr("Import songs…"), self.corpora.ask_import, keys=["Ctrl+Shift+O"])
        add("file.build", lambda: self.tr("Build…"), self.corpora.ask_build,
            tip=lambda: self.tr("Vectors, codebooks and NPMI of the open corpus"))
        add("file.demo", lambda: self.tr("Demo corpus"), self.corpora.demo)
        add("file.settings", lambda: self.tr("Settings…"), self._settings, keys=["Ctrl+,"])
        add("file.quit", lambda: self.tr("Quit"), self.close, keys=["Ctrl+Q"])
        add("window.fullscreen", lambda: self.tr("Full screen"), self._full_screen, keys=["F11"], checkable=True)
        for name, text in (("player", lambda: self.tr("Player")), ("browser", lambda: self.tr("Browser")),
                           ("search", lambda: self.tr("Search")), ("timeline", lambda: self.tr("Timeline")),
                           ("figures", lambda: self.tr("Figures")), ("words", lambda: self.tr("Words")),
                           ("tags", lambda: self.tr("Tags")), ("problems", lambda: self.tr("Problems"))):
            self._add_dock_action(name, text)
        add("window.reset", lambda: self.tr("Standard layout"), self._standard_layout)
        add("help.palette", lambda: self.tr("Find an action…"), self._palette, keys=["Ctrl+P"])
        add("help.sheet", lambda: self.tr("Keys"), self._sheet, keys=["F1", "?"])
        add("help.about", lambda: self.tr("About Kotofuri"), self._about)
        export_actions.register(self.actions_, self.session, lambda: self.player.camera, self.player.picture, self)

    def _add_dock_action(self, name: str, text: Any) -> None:
        dock = self._docks[name]

        def show(checked: bool) -> None:
            dock.setVisible(checked)
            if checked:
                dock.raise_()

        action = self.actions_.add(f"window.{name}", text, show, checkable=True)
        dock.visibilityChanged.connect(lambda _visible: self._sync(action, dock))

    @staticmethod
    def _sync(action: Any, dock: QDockWidget) -> None:
        # A dock behind another tab is not visible, but it is there.
        action.blockSignals(True)
        action.setChecked(not dock.isHidden())
        action.blockSignals(False)

    def _make_menus(self) -> None:
        self.recent = QMenu(self)
        self.recent.aboutToShow.connect(self._fill_recent)
        self.menus = build_menus(self.menuBar(), self.actions_, MENUS, submenus={"recent": self.recent})

    def _connect(self) -> None:
        session = self.session
        self._follow_setting("still_thumbnails")
        self.store.changed.connect(self._follow_setting)
        session.corpus_changed.connect(self._corpus_changed)
        session.song_changed.connect(self._song_changed)
        session.message.connect(self.status.say)
        self.tasks.failed.connect(self.problem)
        self.problems.count_changed.connect(self.status.count_problems)
        self.status.problems_requested.connect(lambda: self._raise("problems"))
        self.overlay.dropped.connect(self.corpora.take)
        self.corpora.opened.connect(self.store.add_recent)
        self.corpora.fault.connect(
            lambda title, sentence: self.problems.add(Failure(title, sentence, sentence, expected=True)))
        self.start.open_requested.connect(self.corpora.open)
        self.start.import_requested.connect(self.corpora.ask_import)
        self.start.demo_requested.connect(self.corpora.demo)
        self.start.query_requested.connect(self._query)
        self.timeline.word_times_edited.connect(self.edits.move_word)
        self.timeline.offset_edited.connect(self.edits.shift_song)
        self.timeline.play_range_requested.connect(lambda *_: self.actions_["play.selection"].trigger())
        self.browser.export_places_requested.connect(self._export_places)
        self.browser.wanted.connect(lambda: self._raise("browser"))
        self.figures.wanted.connect(lambda: self._raise("figures"))

    def _follow_setting(self, key: str) -> None:
        if key == "still_thumbnails":
            loops_of(self.session).set_still(self.store.still_thumbnails)

    # -- layout -----------------------------------------------------------------------------------

    def _standard_layout(self) -> None:
        # All in one area: without a central widget Qt moves no border between two areas when sizes are given.
        docks, across, down = self._docks, Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        for dock in docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks["browser"])
        self.splitDockWidget(docks["browser"], docks["search"], across)
        self.splitDockWidget(docks["browser"], docks["timeline"], down)
        self.splitDockWidget(docks["browser"], docks["player"], across)
        self.tabifyDockWidget(docks["player"], docks["figures"])
        self.tabifyDockWidget(docks["timeline"], docks["problems"])
        self.tabifyDockWidget(docks["browser"], docks["words"])
        self.tabifyDockWidget(docks["browser"], docks["tags"])
        for name, dock in docks.items():
            dock.setVisible(name in _AT_FIRST)
        docks["browser"].raise_()
        docks["player"].raise_()
        docks["timeline"].raise_()
        self._share_space()

    def _share_space(self) -> None:
        docks, width, height = self._docks, self.width(), self.height()
        widths = [round(width * share) for share in (0.26, 0.46, 0.28)]
        self.resizeDocks([docks[name] for name in ("browser", "player", "search")], widths, Qt.Orientation.Horizontal)
        self.resizeDocks([docks["player"], docks["timeline"]], [round(height * 0.64), round(height * 0.30)],
                         Qt.Orientation.Vertical)

    def showEvent(self, event: QShowEvent) -> None:
        """At the first showing without a kept layout the docks get their shares: before, their sizes are not known."""
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            if self.store.window_state is None:
                QTimer.singleShot(0, self, self._share_space)

    def _restore(self) -> None:
        geometry, state = self.store.window_geometry, self.store.window_state
        if geometry is not None:
            self.restoreGeometry(geometry)
        if state is not None:
            self.restoreState(state, LAYOUT_VERSION)

    def _raise(self, name: str) -> None:
        dock = self._docks[name]
        dock.show()
        dock.raise_()

    def _show_what_is_open(self) -> None:
        shown = self.session.opened is not None or self.session.song is not None
        self.middle.setCurrentWidget(self.player if shown else self.start)

    # -- what happens -----------------------------------------------------------------------------

    def _corpus_changed(self) -> None:
        self._show_what_is_open()
        self._title()
        self.actions_["file.build"].setEnabled(self.session.opened is not None)

    def _song_changed(self) -> None:
        self._show_what_is_open()
        self._title()

    def _title(self) -> None:
        opened, song = self.session.opened, self.session.song
        parts = [song.song.title if song else "", opened.folder.name if opened else "", "Kotofuri"]
        if opened is not None and opened.folder.name == "corpus":
            parts[1] = opened.folder.parent.name
        self.setWindowTitle(" — ".join(part for part in parts if part))

    def problem(self, failure: Failure) -> None:
        """Show a failure in the status area and in the list of problems."""
        self.problems.add(failure)
        self.status.say(failure.sentence)

    def _query(self, text: str) -> None:
        self._raise("search")
        if self.session.opened is None:
            self.corpora.demo()
        self.search.set_query(text)

    def _export_places(self, places: Any, _name: str) -> None:
        dialog = ExportDialog(self.session, self.player.camera, self, places=list(places))
        dialog.show()

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self.store.recent:
            action = self.recent.addAction(str(path))
            action.setEnabled(path.is_dir())
            action.triggered.connect(lambda _checked=False, path=path: self.corpora.open(path))
        if self.recent.isEmpty():
            self.recent.addAction(self.tr("None yet")).setEnabled(False)

    def _full_screen(self, on: bool) -> None:
        self.showFullScreen() if on else self.showNormal()

    def _settings(self) -> None:
        from gui.settings.dialog import SettingsDialog

        SettingsDialog(self.store, self.actions_, self, tasks=self.tasks).open()

    def _palette(self) -> None:
        from gui.actions.palette import Palette

        Palette(self.actions_, self).open()

    def _sheet(self) -> None:
        from gui.actions.sheet import ShortcutSheet

        ShortcutSheet(self.actions_, self).open()

    def _about(self) -> None:
        from gui.window.about import AboutDialog

        AboutDialog(self).open()

    # -- language and end -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set all texts that belong to the window itself."""
        names = {"player": self.tr("Player"), "browser": self.tr("Browser"), "search": self.tr("Search"),
                 "timeline": self.tr("Timeline"), "figures": self.tr("Figures"), "words": self.tr("Words"),
                 "tags": self.tr("Tags"), "problems": self.tr("Problems")}
        for name, dock in self._docks.items():
            dock.setWindowTitle(names[name])
        self.toolbar.setWindowTitle(self.tr("Transport"))
        self.recent.setTitle(self.tr("Open recent"))
        self.actions_.retranslate()
        self._title()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "recent"):
            self.retranslate()
        elif event.type() == QEvent.Type.WindowStateChange and "window.fullscreen" in getattr(self, "actions_", ()):
            action = self.actions_["window.fullscreen"]
            action.blockSignals(True)
            action.setChecked(self.isFullScreen())
            action.blockSignals(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the layout, stop sound and work. Nothing is lost: edits are on disk, a build goes on where it stood."""
        if not self._closing:
            self._closing = True
            self.store.save_window(self.saveGeometry(), self.saveState(LAYOUT_VERSION))
            self._keep_place()
            self.session.set_playing(False)
            self.edits.close()
            self.transport.close()
            self.search.close()
            self.tasks.shutdown()
        super().closeEvent(event)

    def _keep_place(self) -> None:
        opened, song = self.session.opened, self.session.song
        if opened is not None and song is not None:
            QSettings().setValue(_PLACE, [str(opened.folder), song.song.song_id, self.session.time])


def first_steps(window: MainWindow, corpus: Path | None) -> None:
    """Open what was asked for, or the last corpus where it was left, or at first the demo."""
    store = window.store
    if corpus is not None:
        window.corpora.open(corpus)
    elif not store.recent:
        window.corpora.demo()
    elif store.open_last and store.recent[0].is_dir():
        window.corpora.open(store.recent[0], _last_place(store.recent[0]))


def _last_place(folder: Path) -> tuple[str, float] | None:
    """Song and seconds at which a corpus was left, if it was the last one."""
    kept = QSettings().value(_PLACE)
    if not isinstance(kept, list) or len(kept) != 3 or kept[0] != str(folder):
        return None
    try:
        return str(kept[1]), float(kept[2])
    except ValueError:
        return None
