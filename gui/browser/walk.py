"""The walk: from one positive stretch of the corpus to the next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from core.pipeline.browse import Place, Walk
from gui.browser.shelf import Shelf
from gui.browser.stage import Stage
from gui.state.session import Session
from gui.widgets.translated import Translated


class WalkStrip(Translated):
    """Two arrows and "12 of 143": the stretches above the session's threshold, in order or the strongest first."""

    def __init__(self, session: Session, shelf: Shelf, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._shelf, self._stage = session, shelf, stage
        self._walk: Walk | None = None
        self._known: tuple[object, float, bool] | None = None
        self.at: int | None = None
        self.back, self.on = QToolButton(), QToolButton()
        self.back.setArrowType(Qt.ArrowType.LeftArrow)
        self.on.setArrowType(Qt.ArrowType.RightArrow)
        for button in (self.back, self.on):
            button.setAutoRaise(True)
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.sorting = QComboBox()
        self.sorting.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sorting.setMinimumContentsLength(9)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 2, 6, 4)
        layout.addWidget(self.back)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.sorting)
        layout.addWidget(self.on)
        self.back.clicked.connect(lambda: self.step(-1))
        self.on.clicked.connect(lambda: self.step(1))
        self.sorting.currentIndexChanged.connect(self._on_change)
        shelf.changed.connect(self._on_change)
        session.threshold_changed.connect(self._on_change)
        self.retranslate()

    def step(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) stretch, and loop it."""
        walk, catalogue, session = self._stretches(), self._shelf.catalogue, self._session
        if catalogue is None or walk is None or not len(walk):
            session.message.emit(self._nothing())
            return
        if self.at is not None and self._stage.holds:
            found = (self.at + direction) % len(walk)
        elif self.sorting.currentIndex() == 1:
            found = 0 if direction > 0 else len(walk) - 1
        else:
            shown = session.song.song.song_id if session.song else ""
            number = next((i for i, song in enumerate(catalogue.songs) if song.song_id == shown), 0)
            # At the very start of a song, a stretch that begins there is the next one. A place that was just opened
            # plays from a little before itself, and is not the next one.
            begin = self._stage.begin
            frame = session.frame if session.frame or direction < 0 else -1
            found = walk.step(number, begin if begin is not None else frame, direction) or 0
        self.at = found
        run = int(walk.run[found])
        place = catalogue.place(run, catalogue.runs)
        stretch = Place(place.song_id, int(walk.start[found]), int(walk.stop[found]), place.word)
        self._stage.show_place(catalogue, catalogue.runs, run, stretch)
        self._say()
        song = catalogue.songs[catalogue.runs.song[run]]
        session.message.emit(self.tr("{number} of {total}: {word} in {song}, NPMI {npmi}").format(
            number=found + 1, total=len(walk), word=place.word or self.tr("(no word)"),
            song=song.title or song.song_id, npmi=f"{catalogue.runs.npmi[run]:.2f}"))

    def retranslate(self) -> None:
        self.back.setToolTip(self.tr("Previous related stretch of the corpus"))
        self.on.setToolTip(self.tr("Next related stretch of the corpus"))
        for button in (self.back, self.on):
            button.setAccessibleName(button.toolTip())
        self.sorting.blockSignals(True)
        chosen = max(self.sorting.currentIndex(), 0)
        self.sorting.clear()
        self.sorting.addItems([self.tr("Song by song"), self.tr("Strongest first")])
        self.sorting.setCurrentIndex(chosen)
        self.sorting.blockSignals(False)
        self.sorting.setAccessibleName(self.tr("Order of the walk"))
        self._say()

    def _stretches(self) -> Walk | None:
        catalogue, threshold = self._shelf.catalogue, self._session.threshold
        known = (catalogue, threshold, self.sorting.currentIndex() == 1)
        if known != self._known:
            self._known = known
            self._walk = catalogue.walk(threshold, strongest_first=known[2]) if catalogue is not None else None
        return self._walk

    def _on_change(self, *_: object) -> None:
        self.at = None
        self._say()

    def _nothing(self) -> str:
        return self.tr("Nothing in this corpus is above the threshold of {threshold}.").format(
            threshold=f"{self._session.threshold:.2f}")

    def _say(self) -> None:
        walk = self._stretches()
        self.setVisible(walk is not None)
        count = len(walk) if walk is not None else 0
        for widget in (self.back, self.on, self.sorting):
            widget.setEnabled(count > 0)
        if not count:
            self.label.setText(self._nothing() if walk is not None else "")
        elif self.at is None:
            self.label.setText(self.tr("{total} stretches").format(total=count))
        else:
            self.label.setText(self.tr("{number} of {total}").format(number=self.at + 1, total=count))
        self.label.setToolTip(self.label.text())
