"""The browser: tabs of songs, of gestures and whatever else is added, and the walk through the corpus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from gui.actions.registry import Actions
from gui.browser.gestures import GesturesTab
from gui.browser.shelf import Shelf
from gui.browser.songs import SongsTab
from gui.browser.stage import Stage
from gui.browser.walk import WalkStrip
from gui.state.session import Session
from gui.thumbs.loops import loops_of
from gui.widgets.translated import Translated


class BrowserPane(Translated):
    """Songs, gestures, and the walk.

    ``export_places_requested`` gives places (:class:`core.pipeline.browse.Place`) and a name for the collection;
    ``wanted`` says that an action of the browser was used, so that its dock should come to the front.
    """

    export_places_requested = Signal(list, str)
    wanted = Signal()

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shelf = Shelf(session, self)
        self.stage = Stage(session, self)
        self.songs = SongsTab(session, self.shelf)
        self.gestures = GesturesTab(session, self.shelf, loops_of(session), self.stage)
        self.walk = WalkStrip(session, self.shelf, self.stage)
        self.tabs = QTabWidget(documentMode=True, usesScrollButtons=True)
        self._texts: list[Callable[[], str]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.walk)
        self.add_tab(self.songs, lambda: self.tr("Songs"))
        self.add_tab(self.gestures, lambda: self.tr("Gestures"))
        self.gestures.export_places_requested.connect(self.export_places_requested)
        actions.add("browse.songs", lambda: self.tr("Songs"), lambda: self.show_tab(self.songs),
                    tip=lambda: self.tr("Show the songs of the corpus"))
        actions.add("browse.gestures", lambda: self.tr("Gestures"), lambda: self.show_tab(self.gestures),
                    tip=lambda: self.tr("Show which words go with which movements"))
        actions.add("browse.find", lambda: self.tr("Filter songs or gestures"), self.find, keys=["Ctrl+G"])
        actions.add("browse.next_positive_corpus", lambda: self.tr("Next related stretch of the corpus"),
                    lambda: self.walk.step(1), keys=["Alt+N"])
        actions.add("browse.previous_positive_corpus", lambda: self.tr("Previous related stretch of the corpus"),
                    lambda: self.walk.step(-1), keys=["Alt+Shift+N"])
        actions.add("browse.side_by_side", lambda: self.tr("Gesture side by side"),
                    self.gestures.compare,
                    tip=lambda: self.tr("Show places of the chosen gesture beside each other"))
        actions.add("browse.export_places", lambda: self.tr("Export all places of the gesture…"),
                    self.gestures.export_all)
        self.retranslate()

    def add_tab(self, widget: QWidget, text: Callable[[], str]) -> int:
        """Add a tab; ``text`` gives its title in the present language. Returns its number."""
        self._texts.append(text)
        return self.tabs.addTab(widget, text())

    def show_tab(self, widget: QWidget) -> None:
        """Bring a tab to the front and give it the focus."""
        self.tabs.setCurrentWidget(widget)
        self.wanted.emit()
        if widget is self.songs:
            self.songs.table.setFocus()
        elif widget is self.gestures:
            self.gestures.list.setFocus()
        else:
            widget.setFocus()

    def find(self) -> None:
        """Put the cursor into the filter of the tab in front (the gestures' one, where it has none)."""
        self.wanted.emit()
        if self.tabs.currentWidget() is self.songs:
            box = self.songs.find
        else:
            self.tabs.setCurrentWidget(self.gestures)
            box = self.gestures.filters.word
        box.setFocus()
        box.selectAll()

    def retranslate(self) -> None:
        for number, text in enumerate(self._texts):
            self.tabs.setTabText(number, text())
        self.tabs.setAccessibleName(self.tr("Browser"))

    def sizeHint(self) -> QSize:
        return QSize(360, 640)
