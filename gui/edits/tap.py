"""Tap to repair: hold a key through each word while the song plays; one step of undo sets all that were tapped."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QWidget

from gui.edits.fit import SHORTEST
from gui.edits.stack import Edits
from gui.state.session import Session
from gui.widgets.translated import Translated

KEY: Final = Qt.Key.Key_T
_LEAD: Final = 2.0
"""Seconds before the first word at which playing starts."""


class TapBar(Translated):
    """A button that starts tapping at the chosen word, and a line that says which word is next."""

    def __init__(self, session: Session, edits: Edits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.edits = edits
        self.times: dict[int, tuple[float, float]] = {}
        self.next: int | None = None
        self._pressed: float | None = None
        self.start = QPushButton(self)
        self.start.setCheckable(True)
        self.start.clicked.connect(lambda on: self.begin() if on else self.finish())
        self.cancel = QPushButton(self)
        self.cancel.clicked.connect(self.drop)
        self.says = QLabel(self)
        self.says.setTextFormat(Qt.TextFormat.PlainText)
        self.says.setMinimumWidth(60)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.start)
        row.addWidget(self.cancel)
        row.addWidget(self.says, 1)
        session.song_changed.connect(self.drop)
        session.playing_changed.connect(self._playing)
        self.retranslate()
        self._show()

    @property
    def tapping(self) -> bool:
        """Whether keys are taken as taps now."""
        return self.next is not None

    def retranslate(self) -> None:
        self.cancel.setText(self.tr("Discard"))
        self._show()

    def begin(self) -> None:
        """Play from a little before the chosen word (or the next one), and take taps from that word on."""
        song = self.session.song
        if song is None or not song.words:
            self._show()
            return
        word = self.session.word
        if word is None or word >= len(song.words):
            later = [i for i, w in enumerate(song.words) if w.end > self.session.time]
            word = later[0] if later else 0
        self.times, self.next, self._pressed = {}, word, None
        self.session.seek(max(song.words[word].start - _LEAD, 0.0))
        QApplication.instance().installEventFilter(self)
        self.session.set_playing(True)
        self._show()

    def finish(self) -> None:
        """Stop, and set the words that were tapped."""
        times = dict(self.times)
        self.drop()
        if times:
            self.edits.move_words(times)

    def drop(self) -> None:
        """Stop, and leave all words as they were."""
        if self.next is not None:
            QApplication.instance().removeEventFilter(self)
            self.next = None
            self.session.set_playing(False)
        self.times, self._pressed = {}, None
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the tapping key wherever the focus is; Escape discards, Enter is done."""
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
        if event.type() not in kinds or not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if event.key() not in (KEY, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        event.accept()
        if event.isAutoRepeat() or event.type() == QEvent.Type.ShortcutOverride:
            return True
        pressed = event.type() == QEvent.Type.KeyPress
        if event.key() == KEY:
            self._down() if pressed else self._up()
        elif pressed:
            self.drop() if event.key() == Qt.Key.Key_Escape else self.finish()
        return True

    def _down(self) -> None:
        self._pressed = self.session.time
        self._show()

    def _up(self) -> None:
        song = self.session.song
        if self._pressed is None or self.next is None or song is None:
            return
        end = max(self.session.time, self._pressed + SHORTEST)
        self.times[self.next] = (self._pressed, end)
        self._pressed = None
        self.next += 1
        if self.next >= len(song.words):
            self.finish()
        else:
            self._show()

    def _playing(self, playing: bool) -> None:
        if not playing and self.tapping:
            self.finish()

    def _show(self) -> None:
        song = self.session.song
        self.start.setChecked(self.tapping)
        self.start.setText(self.tr("Done") if self.tapping else self.tr("Tap words"))
        self.start.setToolTip(self.tr("Hold T through each word as it is sung, from the chosen word on."))
        self.start.setEnabled(song is not None and len(song.words) > 0)
        self.cancel.setVisible(self.tapping)
        if not self.tapping or song is None or self.next is None:
            self.says.setText("")
            return
        word = song.words[self.next].text
        held = self._pressed is not None
        text = self.tr("Release at the end of “{word}”") if held else self.tr("Hold T through “{word}”")
        self.says.setText(text.format(word=word))
