"""A still of a dance code's most typical frame, loaded in a worker when it is first asked for."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from core.pipeline.figures import Example
from core.pipeline.song import Dance, load_dance
from gui.draw.camera import Camera
from gui.draw.colours import theme_of
from gui.draw.figure import Style, camera_for, render
from gui.state.session import Session


class Still(QLabel):
    """Shows the frame of an example, seen from the dancer's front."""

    loaded = Signal()
    """The still asked for is on the screen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._dances: dict[Example, Dance] = {}
        self._example: Example | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(110, 130))

    def show_example(self, example: Example | None) -> None:
        """Show an example's most typical frame; None clears the picture."""
        if example == self._example:
            return
        self._example = example
        opened = self._session.opened
        if example is None or opened is None:
            self.clear()
        elif example in self._dances:
            self.draw()
        else:
            songs = {song.song_id: song for song in opened.songs}
            song = songs.get(example.song_id)
            if song is None:
                self.clear()
                return

            def there(dance: Dance) -> None:
                self._dances[example] = dance
                self.draw()

            self._session.tasks.start(lambda _report: load_dance(opened.corpus, song, example.frame, example.frame + 1),
                                      key="figures.still", done=there)

    def forget(self) -> None:
        """Drop what was loaded from another corpus."""
        self._dances.clear()
        self._example = None
        self.clear()

    def draw(self) -> None:
        """Draw the still for the present size and theme."""
        dance = self._dances.get(self._example) if self._example is not None else None
        if dance is None or not len(dance):
            return
        facing = dance.facing[0]
        azimuth = math.degrees(math.atan2(float(facing[0]), float(facing[2]))) + 18.0
        ratio = self.devicePixelRatioF()
        width, height = max(round(self.width() * ratio), 32), max(round(self.height() * ratio), 32)
        camera = camera_for(dance, width / height, base=Camera(azimuth=azimuth, elevation=8.0))
        image = render(dance, 0, width, height, Style(theme_of(self.palette())), camera)
        image.setDevicePixelRatio(ratio)
        self.setPixmap(QPixmap.fromImage(image))
        self.loaded.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew for the new size."""
        super().resizeEvent(event)
        self.draw()

    def minimumSizeHint(self) -> QSize:
        # Else the picture would keep the pane from becoming smaller again.
        return QSize(110, 130)

    def sizeHint(self) -> QSize:
        return QSize(200, 220)
