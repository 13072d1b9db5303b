"""The tab of gestures: which words go with which movements, and everywhere they do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.browser.empty import Empty
from gui.browser.filters import GestureFilters
from gui.browser.gestures_model import GesturesModel
from gui.browser.gestures_view import GestureList
from gui.browser.places import PlacesView
from gui.browser.shelf import Shelf
from gui.browser.stage import Stage, other_places
from gui.draw.colours import colour, theme_of
from gui.state.session import Session
from gui.thumbs.loops import Loops
from gui.widgets.translated import Translated


class GesturesTab(Translated):
    """Gestures above (or left), the places of the chosen one below (or right)."""

    export_places_requested = Signal(list, str)
    """Places (:class:`core.pipeline.browse.Place`), and a name for the collection."""

    def __init__(
        self, session: Session, shelf: Shelf, loops: Loops, stage: Stage, parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._shelf, self._stage = session, shelf, stage
        self.gesture: int | None = None
        self._laid_out = False
        self.model = GesturesModel()
        self.list = GestureList(self.model, loops)
        self.filters = GestureFilters()
        self.help = QLabel(wordWrap=True)
        self.count = QLabel()
        self.places = PlacesView(loops)
        self.places_title = QLabel(wordWrap=True)
        self.beside, self.export = QToolButton(), QToolButton()
        self.empty, self.no_places = Empty(), Empty()
        self.list_stack, self.place_stack = QStackedWidget(), QStackedWidget()
        self.list_stack.addWidget(self.list)
        self.list_stack.addWidget(self.empty)
        self.place_stack.addWidget(self.places)
        self.place_stack.addWidget(self.no_places)
        upper, lower = QWidget(), QWidget()
        above = QVBoxLayout(upper)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(6)
        above.addWidget(self.help)
        above.addWidget(self.filters)
        line = QHBoxLayout()
        line.addWidget(self.count, 1)
        line.addWidget(self.filters.sorting)
        above.addLayout(line)
        above.addWidget(self.list_stack, 1)
        head = QHBoxLayout()
        head.addWidget(self.places_title, 1)
        head.addWidget(self.beside)
        head.addWidget(self.export)
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(6)
        below.addLayout(head)
        below.addWidget(self.place_stack, 1)
        self.splitter = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(lower)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.splitter)
        self.filters.changed.connect(self._on_filters)
        self.filters.word.returnPressed.connect(self._to_list)
        self.empty.pressed.connect(self.filters.clear)
        self.no_places.pressed.connect(self.filters.clear)
        self.list.chosen.connect(self._choose)
        self.list.opened.connect(self._open_best)
        self.list.menu_wanted.connect(self._gesture_menu)
        self.places.opened.connect(self._open)
        self.places.menu_wanted.connect(self._place_menu)
        self.beside.clicked.connect(self.compare)
        self.export.clicked.connect(self.export_all)
        shelf.changed.connect(self._on_catalogue)
        shelf.test_changed.connect(self._fill)
        shelf.test_cancelled.connect(lambda: self.filters.significant.setChecked(False))
        session.pair_changed.connect(self._on_pair)
        self.retranslate()
        self.restyle()
        self._on_catalogue()

    # -- what a person does -----------------------------------------------------------------------

    def compare(self) -> None:
        """Show the chosen gesture side by side."""
        self.show_side_by_side()

    def show_side_by_side(self, run: int | None = None) -> None:
        """Show a place of the chosen gesture (its longest by default) with up to three others beside it."""
        catalogue, candidates, index = self._shelf.catalogue, self.places.places.runs, self.places.currentIndex()
        if run is None:
            run = candidates[index.row()] if index.isValid() else self._longest()
        if catalogue is None or run is None:
            return
        self._stage.side_by_side(catalogue, run, other_places(catalogue, run, candidates))

    def export_all(self) -> None:
        """Ask for all the listed places of the chosen gesture to be exported."""
        catalogue = self._shelf.catalogue
        if catalogue is not None and self.gesture is not None:
            places = [catalogue.place(run) for run in self.places.places.runs]
            self.export_places_requested.emit(places, self.model.headline(self.gesture))

    def _longest(self) -> int | None:
        """The listed place that lasts longest."""
        catalogue, candidates = self._shelf.catalogue, self.places.places.runs
        if catalogue is None or not candidates:
            return None
        spots = catalogue.spots
        return max(candidates, key=lambda spot: int(spots.stop[spot] - spots.start[spot]))

    def _open_best(self, gesture: int) -> None:
        self._choose(gesture)
        longest = self._longest()
        if longest is not None:
            self._open(longest)

    def _open(self, run: int) -> None:
        if self._shelf.catalogue is not None:
            self._stage.show(self._shelf.catalogue, run)

    def _choose(self, gesture: int) -> None:
        catalogue = self._shelf.catalogue
        if catalogue is None:
            return
        self.gesture = gesture
        self._fill_places()
        g = catalogue.gestures
        self._session.set_pair((int(g.lyric[gesture]), int(g.dance[gesture])))

    def _gesture_menu(self, gesture: int, where: QPoint) -> None:
        self._choose(gesture)
        menu = QMenu(self)
        for text, slot in ((self.tr("Show side by side"), self.compare),
                           (self.tr("Export all places…"), self.export_all)):
            action = menu.addAction(text)
            action.triggered.connect(lambda _checked=False, slot=slot: slot())
            action.setEnabled(bool(self.places.places.runs))
        menu.exec(where)

    def _place_menu(self, run: int, where: QPoint) -> None:
        catalogue = self._shelf.catalogue
        if catalogue is None or self.gesture is None:
            return
        menu = QMenu(self)
        name, place = self.model.headline(self.gesture), [catalogue.place(run)]
        for text, slot in (
            (self.tr("Play here"), lambda: self._open(run)),
            (self.tr("Show side by side with others"), lambda: self.show_side_by_side(run)),
            (self.tr("Export this place…"), lambda: self.export_places_requested.emit(place, name)),
        ):
            menu.addAction(text).triggered.connect(lambda _checked=False, slot=slot: slot())
        menu.exec(where)

    def _to_list(self) -> None:
        if self.model.rowCount():
            self.list.setFocus()
            if not self.list.currentIndex().isValid():
                self.list.setCurrentIndex(self.model.index(0, 0))

    # -- what is shown ----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() > 640 and self.width() > self.height()
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self.splitter.orientation() != wanted or not self._laid_out:
            self._laid_out = True
            self.splitter.setOrientation(wanted)
            self.splitter.setSizes([500, 500] if wide else [640, 360])

    def sizeHint(self) -> QSize:
        return QSize(360, 560)

    def restyle(self) -> None:
        faint = colour(theme_of(self.palette()).faint).name()
        for label in (self.help, self.count):
            label.setStyleSheet(f"color: {faint}")

    def retranslate(self) -> None:
        self.help.setText(self.tr(
            "Words and movements that meet in more songs than by chance. The number is their NPMI: the nearer to 1, the"
            " closer they belong."))
        self.list.setAccessibleName(self.tr("Gestures"))
        self.places.setAccessibleName(self.tr("Places of the gesture"))
        self.beside.setText(self.tr("Side by side"))
        self.beside.setToolTip(self.tr("Show up to four dancers at once, their words beginning at the same moment"))
        self.export.setText(self.tr("Export…"))
        self.export.setToolTip(self.tr("Export all these places"))
        self._fill()

    def _on_catalogue(self) -> None:
        self.filters.set_songs(self._shelf.catalogue.songs if self._shelf.catalogue else ())
        self.gesture = None
        self._on_filters()
        self._on_pair()

    def _on_filters(self) -> None:
        if self.filters.filter.most_q == 1.0:
            self._shelf.untested = ""
        elif not self._shelf.untested:
            self._shelf.test()
        self._fill()

    def _fill(self) -> None:
        catalogue, state = self._shelf.catalogue, self._shelf.state
        self.model.show(catalogue, self.filters.filter, self.filters.order)
        shown, total = self.model.shown, self.model.total
        self.filters.setVisible(catalogue is not None and total > 0)
        self.help.setVisible(catalogue is not None and total > 0)
        for widget in (self.count, self.filters.sorting):
            widget.setVisible(catalogue is not None and total > 0)
        self.splitter.widget(1).setVisible(catalogue is not None and total > 0)
        self.count.setText(self.tr("{shown} of {total} gestures").format(shown=shown, total=total))
        if state == "none":
            self.empty.say(self.tr("No corpus is open. Open one, or drop a folder of dances and lyrics here."))
        elif state == "loading":
            self.empty.say(self.tr("Gathering gestures…"))
        elif state == "failed":
            self.empty.say(self.tr("The gestures could not be gathered. {reason}").format(reason=self._shelf.reason))
        elif state == "unbuilt":
            self.empty.say(self.tr("Gestures are found when the corpus is built. {reason}")
                           .format(reason=self._shelf.reason))
        elif not total:
            self.empty.say(self.tr(
                "No word and movement meet in more songs than chance would have it. More songs, or fewer codes in the"
                " build, may bring some to light."))
        elif not shown and self._shelf.testing:
            self.empty.say(self.tr("Testing which gestures meet in more songs than chance would have it…"))
        elif not shown and self._shelf.untested and self.filters.filter.most_q < 1.0:
            self.empty.say(self.tr("The gestures could not be tested. {reason}").format(reason=self._shelf.untested),
                           self.tr("Clear filters"))
        elif not shown:
            self.empty.say(self.tr("No gesture fits these filters."), self.tr("Clear filters"))
        self.list_stack.setCurrentIndex(0 if shown else 1)
        self.list.setRootIsDecorated(self.model.shown > self.model.rowCount())
        self.list.select(self.gesture)
        self._fill_places()

    def _fill_places(self) -> None:
        catalogue = self._shelf.catalogue
        runs: list[int] = []
        if catalogue is not None and self.gesture is not None:
            runs = catalogue.places(self.gesture, self.filters.filter).tolist()
            songs = len({int(catalogue.spots.song[run]) for run in runs})
            everything = int(catalogue.gestures.places[self.gesture])
            text = self.tr("{words}: {places} places in {songs} songs") if len(runs) == everything else self.tr(
                "{words}: {places} of {all} places, in {songs} songs")
            self.places_title.setText(text.format(
                words=self.model.headline(self.gesture), places=len(runs), songs=songs, all=everything))
            self.places_title.setToolTip(self.tr(
                "Places are listed from all songs; the NPMI is counted on {counted} of them ({protocol}).").format(
                counted=catalogue.counted, protocol=catalogue.protocol))
            self.no_places.say(self.tr("None of its places fits these filters."), self.tr("Clear filters"))
        else:
            self.places_title.setText("")
            self.no_places.say(self.tr(
                "Choose a gesture to see every place where it happens, then click a place to watch it."))
        if runs != self.places.places.runs or not runs:
            self.places.places.show(catalogue, runs)
            self.places.scrollToTop()
        self.place_stack.setCurrentIndex(0 if runs else 1)
        for button in (self.beside, self.export):
            button.setVisible(bool(runs))

    def _on_pair(self) -> None:
        catalogue, pair = self._shelf.catalogue, self._session.pair
        if catalogue is None:
            return
        gesture = catalogue.gesture_of(pair) if pair is not None else None
        if gesture != self.gesture:
            self.gesture = gesture
            self.list.select(gesture)
            self._fill_places()

