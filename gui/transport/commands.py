"""The actions of the menu "play"."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.skeleton import FPS
from gui.actions.registry import Actions
from gui.sound.transport import Transport
from gui.state.session import Session
from gui.transport.moves import Moves

IN_NEED_OF_CODES = ("play.next_positive", "play.previous_positive")
IN_NEED_OF_SOUND = ("play.mute", "play.count_in")


class PlayActions(QObject):
    """Registers the actions and keeps their state in step with the session.

    Parameters
    ----------
    session : Session
    actions : Actions
    moves : Moves
    transport : Transport, optional
        Without it a selection is played without stopping at its end, and there is nothing to mute.
    """

    def __init__(self, session: Session, actions: Actions, moves: Moves, transport: Transport | None,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._moves = moves
        self._transport = transport
        self._known: tuple[bool, bool, bool] | None = None
        self._register()
        session.song_changed.connect(self.refresh)
        session.range_changed.connect(self.refresh)
        session.playing_changed.connect(self._follow_playing)
        session.loop_changed.connect(actions["play.loop"].setChecked)
        if transport is not None:
            transport.muted_changed.connect(actions["play.mute"].setChecked)
            transport.count_in_changed.connect(lambda beats: actions["play.count_in"].setChecked(beats > 0))
            actions["play.count_in"].setChecked(transport.count_in > 0)
        actions["play.loop"].setChecked(session.loop)
        self.refresh()

    def _register(self) -> None:
        add, moves, session = self._actions.add, self._moves, self._session
        add("play.toggle", self._toggle_text, self._toggle,
            keys=["Space", "K", "Ctrl+Space"], tip=lambda: self._tip(self.tr("Play or pause")))
        add("play.selection", lambda: self.tr("Play selection"), self._play_selection, keys=["Shift+Space"],
            tip=lambda: self._range_tip(self.tr("Play the selected range once")))
        add("play.loop", lambda: self.tr("Loop"), session.set_loop, keys=["R"], checkable=True,
            tip=lambda: self.tr("Repeat the selected range, or the whole song where none is selected"))
        add("play.start", lambda: self.tr("To the start"), moves.start, keys=["Home"],
            tip=lambda: self._tip(self.tr("To the start")))
        add("play.end", lambda: self.tr("To the end"), moves.end, keys=["End"],
            tip=lambda: self._tip(self.tr("To the end")))
        add("play.back", lambda: self.tr("One frame back"), lambda: moves.frames(-1), keys=["Left", ","],
            tip=lambda: self._tip(self.tr("One frame back")))
        add("play.forward", lambda: self.tr("One frame on"), lambda: moves.frames(1), keys=["Right", "."],
            tip=lambda: self._tip(self.tr("One frame on")))
        add("play.back10", lambda: self.tr("Ten frames back"), lambda: moves.frames(-10), keys=["Shift+Left"])
        add("play.forward10", lambda: self.tr("Ten frames on"), lambda: moves.frames(10), keys=["Shift+Right"])
        add("play.previous_word", lambda: self.tr("Previous word"), lambda: moves.word(-1), keys=["Ctrl+Left"])
        add("play.next_word", lambda: self.tr("Next word"), lambda: moves.word(1), keys=["Ctrl+Right"])
        add("play.previous_bar", lambda: self.tr("Previous bar"), lambda: moves.bar(-1), keys=["Alt+Left"])
        add("play.next_bar", lambda: self.tr("Next bar"), lambda: moves.bar(1), keys=["Alt+Right"])
        add("play.previous_positive", lambda: self.tr("Previous positive stretch"), lambda: moves.positive(-1),
            keys=["Shift+N"], tip=self._positive_tip)
        add("play.next_positive", lambda: self.tr("Next positive stretch"), lambda: moves.positive(1), keys=["N"],
            tip=self._positive_tip)
        add("play.slower", lambda: self.tr("Slower"), lambda: moves.speed(-1), keys=["J"])
        add("play.faster", lambda: self.tr("Faster"), lambda: moves.speed(1), keys=["L"])
        add("play.normal", lambda: self.tr("Normal speed"), lambda: session.set_speed(1.0), keys=["Backspace"])
        add("play.mark_in", lambda: self.tr("Selection starts here"), moves.mark_in, keys=["I"])
        add("play.mark_out", lambda: self.tr("Selection ends here"), moves.mark_out, keys=["O"])
        add("play.mute", lambda: self.tr("Mute"), self._mute, keys=["Shift+M"], checkable=True,
            tip=lambda: self.tr("Sound off or on"))
        add("play.count_in", lambda: self.tr("Count in"), self._count_in, checkable=True,
            tip=lambda: self.tr("Four clicks before playing starts"))

    def retranslate(self) -> None:
        """Texts that depend on the state, anew."""
        self._actions.retranslate()

    def refresh(self) -> None:
        """What can be done now; a disabled action says in its tip why it is."""
        song = self._session.song
        there = song is not None and len(song) > 0
        coded = song is not None and song.coded
        known = (there, coded, self._session.range is not None)
        if known == self._known:
            return
        self._known = known
        for name in [name for name in self._actions if name.startswith("play.")]:
            enabled = there
            if name in IN_NEED_OF_CODES:
                enabled = coded
            elif name in IN_NEED_OF_SOUND:
                enabled = self._transport is not None
            elif name == "play.selection":
                enabled = there and self._session.range is not None
            elif name == "play.loop":
                enabled = True
            self._actions[name].setEnabled(enabled)
        self._actions.retranslate()

    def _tip(self, text: str) -> str:
        return text if self._session.song is not None else self.tr("{what}: open a corpus first").format(what=text)

    def _range_tip(self, text: str) -> str:
        if self._session.song is not None and self._session.range is None:
            return self.tr("Select a range first: drag in the timeline, or mark its start and end with I and O")
        return self._tip(text)

    def _positive_tip(self) -> str:
        song = self._session.song
        if song is not None and not song.coded:
            return self.tr("This song has no NPMI yet: build the corpus first")
        return self._tip(self.tr("To a place where words and dance go together, with half a bar around it selected"))

    def _toggle_text(self) -> str:
        return self.tr("Pause") if self._session.playing else self.tr("Play")

    def _follow_playing(self, _playing: bool) -> None:
        # The tip is kept: setting the text alone would take it away.
        action = self._actions["play.toggle"]
        tip = action.toolTip()
        action.setText(self._toggle_text())
        action.setToolTip(tip)

    def _toggle(self) -> None:
        self._session.set_playing(not self._session.playing)

    def _play_selection(self) -> None:
        chosen = self._session.range
        if chosen is None:
            return
        if self._transport is not None:
            self._transport.play_once(*chosen)
        else:
            self._session.seek(chosen[0] / FPS)
            self._session.set_playing(True)

    def _mute(self, muted: bool) -> None:
        if self._transport is not None:
            self._transport.set_muted(muted)

    def _count_in(self, wanted: bool) -> None:
        if self._transport is not None:
            self._transport.set_count_in((self._transport.count_in or 4) if wanted else 0)
