"""The timeline pane: the time axis, its controls and its actions."""

from __future__ import annotations

from PySide6.QtCore import QMetaMethod, QPoint, QPointF, QSettings, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from core.skeleton import FPS
from gui.actions.registry import Actions
from gui.state.session import Session
from gui.timeline.canvas import TimelineCanvas
from gui.timeline.controls import Controls
from gui.timeline.pointer import ZOOM_NOTCH
from gui.timeline.rows import HIDEABLE
from gui.timeline.track import SNAPS
from gui.widgets.translated import Translated


class TimelinePane(Translated):
    """The song on one time axis: sound, bars and beats, words coloured by NPMI, the NPMI curve and the codes.

    Attributes
    ----------
    canvas : TimelineCanvas
    controls : Controls
    """

    word_times_edited = Signal(int, float, float)
    """A word was dragged: its index, new start and end, seconds of the motion. The timeline itself stores nothing."""
    offset_edited = Signal(float)
    """The sound was dragged by this many seconds against the motion (positive is later)."""
    play_range_requested = Signal(int, int)
    """Play these frames (start, stop) once. While nobody listens, the timeline just starts playing from there."""

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self.canvas = TimelineCanvas(session)
        self._add_actions(actions)
        self.controls = Controls(session, actions)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.controls)
        column.addWidget(self.canvas, 1)
        self.canvas.word_times_edited.connect(self.word_times_edited)
        self.canvas.offset_edited.connect(self.offset_edited)
        self.canvas.play_requested.connect(self._play)
        self.canvas.customContextMenuRequested.connect(self._menu)
        self.canvas.setContextMenuPolicy(self.canvas.contextMenuPolicy().CustomContextMenu)
        self.controls.snap.currentIndexChanged.connect(self._choose_snap)
        self.controls.fewest.valueChanged.connect(self._set_fewest)
        session.threshold_changed.connect(self._show_legend)
        for signal in (session.song_changed, session.range_changed, session.word_changed):
            signal.connect(self._enable)
        self._restore()
        self._enable()

    def retranslate(self) -> None:
        self.controls.name_buttons()

    # -- actions ----------------------------------------------------------------------------------

    def _add_actions(self, actions: Actions) -> None:
        canvas = self.canvas
        actions.add("timeline.zoom_in", lambda: self.tr("Zoom in"), lambda: canvas.zoom(ZOOM_NOTCH**2),
                    keys=["Ctrl++", "Ctrl+="])
        actions.add("timeline.zoom_out", lambda: self.tr("Zoom out"), lambda: canvas.zoom(ZOOM_NOTCH**-2),
                    keys=["Ctrl+-"])
        actions.add("timeline.fit", lambda: self.tr("Fit whole song"), canvas.fit, keys=["Ctrl+0"])
        actions.add("timeline.fit_selection", lambda: self.tr("Fit selection"), self._fit_selection, keys=["F"],
                    tip=lambda: self.tr("Zoom to the selected range; select one first"))
        actions.add("timeline.select_bar", lambda: self.tr("Select bar"), self._select_bar, keys=["B"],
                    tip=lambda: self.tr("Select the bar under the playhead"))
        actions.add("timeline.clear_selection", lambda: self.tr("Clear selection"), self._clear, keys=["Esc"])
        actions.add("timeline.snap", lambda: self.tr("Next snap mode"), self._next_snap, keys=["S"],
                    tip=lambda: self.tr("Snap to nothing, frames, words, beats or bars in turn"))
        actions.add("timeline.edit", lambda: self.tr("Edit word times"), self._set_editing, keys=["Ctrl+T"],
                    checkable=True, tip=lambda: self.tr(
                        "Drag words and their edges to change their times; hold Shift and drag the sound to shift it"))
        actions.add("timeline.dim_low", lambda: self.tr("Dim values up to the threshold"), self._set_dimming,
                    checkable=True)
        for row in HIDEABLE:
            actions.add(f"timeline.row_{row}",
                        lambda row=row: self.tr("Show row: {name}").format(name=canvas.row_name(row)),
                        lambda on, row=row: self._show_row(row, on=on), checkable=True)
        actions.add("timeline.choose_gesture", lambda: self.tr("Choose gesture here"), self._choose_gesture,
                    tip=lambda: self.tr("Choose the pair of codes at the playhead in all panes"))

    def _enable(self) -> None:
        session = self._session
        song = self.canvas.track is not None
        for verb in ("zoom_in", "zoom_out", "fit", "edit", "choose_gesture"):
            self._actions[f"timeline.{verb}"].setEnabled(song)
        self._actions["timeline.fit_selection"].setEnabled(song and session.range is not None)
        self._actions["timeline.select_bar"].setEnabled(song and bool(session.song and session.song.bars))
        self._actions["timeline.clear_selection"].setEnabled(session.range is not None or session.word is not None)
        self.controls.name_buttons()

    def _fit_selection(self) -> None:
        if self._session.range is not None:
            self.canvas.show_frames(*self._session.range)

    def _select_bar(self) -> None:
        track = self.canvas.track
        bar = track.bar_at(self._session.frame / FPS) if track is not None else None
        if track is not None and bar is not None:
            self._session.set_range((track.data.bars[bar].start, track.data.bars[bar].stop))
        else:
            self._session.message.emit(self.tr("The playhead is outside the bars."))

    def _clear(self) -> None:
        self._session.set_range(None)
        self._session.set_word(None)

    def _choose_gesture(self) -> None:
        self._choose_pair(self._session.frame)

    def _choose_pair(self, frame: int) -> None:
        track = self.canvas.track
        if track is None:
            return
        lyric, dance = int(track.data.lyric_codes[frame]), int(track.data.dance_codes[frame])
        if lyric >= 0:
            self._session.set_pair((lyric, dance))
        else:
            self._session.message.emit(self.tr("This frame has no codes."))

    # -- settings of the view ---------------------------------------------------------------------

    def _restore(self) -> None:
        settings = QSettings()
        hidden = frozenset(str(settings.value("timeline/hidden", "")).split(",")) & frozenset(HIDEABLE)
        self.canvas.set_hidden(hidden)
        for row in HIDEABLE:
            self._actions[f"timeline.row_{row}"].setChecked(row not in hidden)
        dim = str(settings.value("timeline/dim", "true")) == "true"
        self._actions["timeline.dim_low"].setChecked(dim)
        snap = str(settings.value("timeline/snap", "frame"))
        self.controls.snap.setCurrentIndex(SNAPS.index(snap) if snap in SNAPS else 1)
        fewest = str(settings.value("timeline/fewest", "0"))
        self.controls.fewest.setValue(int(fewest) if fewest.isdigit() else 0)
        self.canvas.set_colouring(dimming=dim)
        self._show_legend()

    def _show_row(self, row: str, *, on: bool) -> None:
        hidden = self.canvas.hidden - {row} if on else self.canvas.hidden | {row}
        self.canvas.set_hidden(frozenset(hidden))
        QSettings().setValue("timeline/hidden", ",".join(sorted(hidden)))

    def _set_dimming(self, on: bool) -> None:
        self.canvas.set_colouring(dimming=on)
        QSettings().setValue("timeline/dim", "true" if on else "false")
        self._show_legend()

    def _set_fewest(self, songs: int) -> None:
        self.canvas.set_colouring(fewest=songs)
        QSettings().setValue("timeline/fewest", str(songs))

    def _show_legend(self) -> None:
        self.controls.legend.set_threshold(self._session.threshold if self.canvas.dimming else None)

    def _choose_snap(self, index: int) -> None:
        self.canvas.snap = SNAPS[index]
        QSettings().setValue("timeline/snap", SNAPS[index])

    def _next_snap(self) -> None:
        snap = self.controls.snap
        snap.setCurrentIndex((snap.currentIndex() + 1) % len(SNAPS))
        self._session.message.emit(self.tr("Snap: {mode}").format(mode=snap.currentText()))

    def _set_editing(self, on: bool) -> None:
        self.canvas.set_editing(on)

    # -- playing and the menu ---------------------------------------------------------------------

    def _play(self, start: int, stop: int) -> None:
        if self.isSignalConnected(QMetaMethod.fromSignal(self.play_range_requested)):
            self.play_range_requested.emit(start, stop)
        else:
            self._session.set_playing(True)

    def _menu(self, point: QPoint) -> None:
        hit = self.canvas.hit(QPointF(point))
        track = self.canvas.track
        if track is None or hit.row in {"", "gutter"}:
            return
        menu = QMenu(self)
        frame = track.frame_at(hit.seconds)
        word, bar = track.word_at(hit.seconds), track.bar_at(hit.seconds)
        if word is not None:
            text = self.tr("Select word “{word}”").format(word=track.data.words[word].text)
            menu.addAction(text, lambda: self._select_word(word))
        if bar is not None:
            menu.addAction(self.tr("Select bar {bar}").format(bar=bar + 1), lambda: self._session.set_range(
                (track.data.bars[bar].start, track.data.bars[bar].stop)))
        if track.data.lyric_codes[frame] >= 0:
            text = self.tr("Choose gesture: lyric code {lyric}, dance code {dance}").format(
                lyric=int(track.data.lyric_codes[frame]), dance=int(track.data.dance_codes[frame]))
            menu.addAction(text, lambda: self._choose_pair(frame))
        menu.addSeparator()
        for verb in ("fit_selection", "fit", "clear_selection", "edit"):
            menu.addAction(self._actions[f"timeline.{verb}"])
        menu.exec(self.canvas.mapToGlobal(point))
        menu.deleteLater()

    def _select_word(self, word: int) -> None:
        if self.canvas.track is not None:
            self._session.set_word(word)
            self._session.set_range(self.canvas.track.word_frames(word))
