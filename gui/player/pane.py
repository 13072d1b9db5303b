"""The player's pane: the dancers of the session, how they are looked at, and the actions of the menu "view"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSettings, Qt
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from core.skeleton import FPS
from gui.actions.registry import Actions
from gui.draw.camera import Camera, ViewName
from gui.draw.colours import theme_of
from gui.player.caption import Caption, caption_height, draw_caption, draw_hint, draw_labels
from gui.player.notice import Notice
from gui.player.scene import Scene, columns
from gui.player.stage import MOST, Dancer, Options, compose, fitted
from gui.player.view import DancerView
from gui.state.session import Session
from gui.widgets.translated import Translated

_SWITCHES: Final[dict[str, bool]] = {
    "mirror": False, "follow": True, "ghosts": False, "trace": False, "grid": True, "lit": True, "caption": True,
}
"""Switches of the player and how they stand at first."""
_VIEWS: Final[dict[str, ViewName]] = {
    "front": "front", "side": "side", "top": "top", "three_quarter": "three-quarter",
}


class _View(DancerView):
    """The view with the pane's scene and writing."""

    def __init__(self, pane: PlayerPane) -> None:
        super().__init__(pane)
        self._pane = pane

    def scene(self) -> Scene | None:
        return self._pane.scene()

    def overlay(self, painter: QPainter, scene: Scene | None) -> None:
        self._pane.write_over(painter, scene)


class PlayerPane(Translated):
    """Dances of the session in a view that can be turned.

    Parameters
    ----------
    session : Session
    actions : Actions
        Gets the actions view.front, view.side, view.top, view.three_quarter, view.fit, and the switches view.mirror,
        view.follow, view.ghosts, view.trace, view.caption, view.grid, view.lit.
    parent : QWidget, optional
    """

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._dancers: tuple[Dancer, ...] = ()
        self._own: Dancer | None = None
        self._switches = dict(_SWITCHES)
        self._fitting = True
        self.view = _View(self)
        self.notice = Notice(self)
        self.options_button = QToolButton(self.view)
        self.options_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.options_button.setCursor(Qt.CursorShape.ArrowCursor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notice)
        layout.addWidget(self.view, 1)
        corner = QHBoxLayout(self.view)
        corner.setContentsMargins(8, 8, 8, 8)
        corner.addStretch(1)
        corner.addWidget(self.options_button, 0, Qt.AlignmentFlag.AlignTop)
        self.setFocusProxy(self.view)
        self._add_actions()
        self._menu = self._make_menu()
        self.options_button.setMenu(self._menu)
        self.view.fault_found.connect(self._tell_fault, Qt.ConnectionType.QueuedConnection)
        self.view.moved.connect(self._camera_moved)
        self.view.menu_wanted.connect(self._show_menu)
        session.song_changed.connect(self._song_changed)
        session.corpus_changed.connect(self.view.update)
        session.companions_changed.connect(self._companions_changed)
        session.time_changed.connect(self._time_changed)
        session.playing_changed.connect(self.view.update)
        session.lit_changed.connect(self.view.update)
        session.threshold_changed.connect(self.view.update)
        session.tasks.started.connect(self._tasks_changed)
        session.tasks.ended.connect(self._tasks_changed)
        self._recall()
        self._song_changed()
        self.retranslate()
        self.restyle()

    # -- what others ask for ----------------------------------------------------------------------

    @property
    def camera(self) -> Camera:
        """The camera as it looks at the song's own dancer now, in metres of the room; an export uses the same one."""
        scene = self.scene()
        return scene.figures[0].camera if scene is not None and scene.figures else self.view.orbit

    @property
    def mirrored(self) -> bool:
        """Whether left and right are exchanged."""
        return self._switches["mirror"]

    def picture(self) -> QImage:
        """The dancers as shown, with caption and labels, without buttons; in device pixels."""
        return self.view.picture()

    def switch(self, name: str) -> bool:
        """State of a switch: mirror, follow, ghosts, trace, caption, grid or lit."""
        return self._switches[name]

    def fit(self) -> None:
        """Move the camera until the dancers fill the picture; it stays so until the camera is moved by hand."""
        self._fitting = True
        self._fit(animated=True)

    # -- scene ------------------------------------------------------------------------------------

    def scene(self) -> Scene | None:
        """What is to be drawn now, or None where there is nothing to draw."""
        session = self._session
        if not self._dancers or session.song is None or not len(session.song):
            return None
        # While it plays, pictures come oftener than frames: between two frames lies a mixture of both.
        time = min(max(session.time * FPS, 0.0), len(session.song) - 1.0) if session.playing else float(session.frame)
        return compose(self._dancers, time, self.view.orbit, self._options(), theme_of(self.palette()), session.lit,
                       self._aspect())

    def _options(self) -> Options:
        state = self._switches
        return Options(state["mirror"], state["follow"], state["ghosts"], state["trace"], state["grid"], state["lit"])

    def caption(self) -> Caption | None:
        """The word that is sung at the frame shown, or None."""
        song, frame = self._session.song, self._session.frame
        if song is None or not len(song) or not 0 <= song.frame_words[frame] < len(song.words):
            return None
        value = float(song.npmi[frame])
        text = ""
        if np.isfinite(value):
            # Minus as it is set in print, as wide as the plus: the figures do not jump when the sign changes.
            number = f"{value:+.2f}".replace("-", "−")
            text = self.tr("NPMI {value}").format(value=number)
        return Caption(song.words[song.frame_words[frame]].text, value, text, value > self._session.threshold)

    def write_over(self, painter: QPainter, scene: Scene | None) -> None:
        """Write the caption and the labels, or why there is no dancer."""
        rect, theme = QRectF(self.view.rect()), theme_of(self.palette())
        if scene is None or not scene.figures:
            draw_hint(painter, rect, self.hint(), theme, self.font())
            return
        draw_labels(painter, rect, scene, self.font(), self._foot() * rect.height())
        if not all(np.isfinite(figure.positions).any() for figure in scene.figures):
            draw_hint(painter, rect, self.tr("This frame holds no pose."), theme, self.font())
        caption = self.caption() if self._switches["caption"] else None
        if caption is not None:
            draw_caption(painter, rect, caption, theme, self.font())

    def hint(self) -> str:
        """Why there is nothing to see and what to do."""
        session = self._session
        if session.tasks.is_running("song") or session.tasks.is_running("open corpus"):
            return self.tr("Loading the song…")
        if session.opened is None:
            return self.tr("Open a corpus, or drop dances and lyrics onto the window, to see them danced here.")
        if not session.opened.songs:
            return self.tr("This corpus has no songs yet. Import some to see them danced here.")
        if session.song is None:
            return self.tr("Choose a song in the browser to see it danced here.")
        return self.tr("This song has no motion.")

    # -- session ----------------------------------------------------------------------------------

    def _song_changed(self) -> None:
        song = self._session.song
        if song is None or not len(song):
            self._own, self._dancers = None, ()
        else:
            self._own = Dancer.of(song.dance, song.song.title or song.song.song_id)
        self._companions_changed()

    def _companions_changed(self) -> None:
        others = self._session.companions[: MOST - 1] if self._own is not None else ()
        known = {(id(d.dance), d.label, d.at, d.first): d for d in self._dancers}
        made = [known.get((id(c.dance), c.label, c.at, c.first)) or Dancer.of(c.dance, c.label, c.at, c.first)
                for c in others if len(c.dance)]
        self._dancers = (self._own, *made) if self._own is not None else ()
        self.view.centres = columns(max(len(self._dancers), 1))
        if self._fitting:
            self._fit()
        self.view.update()

    def _time_changed(self, _seconds: float) -> None:
        self.view.update()

    def _tasks_changed(self, task: object) -> None:
        if not self._dancers and getattr(task, "key", "") in {"song", "open corpus"}:
            self.view.update()

    # -- camera -----------------------------------------------------------------------------------

    def _foot(self) -> float:
        """Share of the picture's height that caption and labels take at its foot."""
        height = max(self.view.height(), 1)
        return caption_height(height) / height if self._switches["caption"] else 0.012

    def _aspect(self) -> float:
        return self.view.width() / max(self.view.height(), 1)

    def _fitted(self, camera: Camera) -> Camera:
        low = self._foot() + (0.05 if len(self._dancers) > 1 else 0.0)
        return fitted(self._dancers, camera, self._options(), self._aspect(), low=min(low, 0.4))

    def _fit(self, *, animated: bool = False) -> None:
        if not self._dancers or self.view.height() < 1:
            return
        self.view.set_orbit(self._fitted(self.view.aim), animated=animated)

    def _look(self, name: ViewName) -> None:
        camera = self.view.aim.looking(name)
        if self._fitting and self._dancers:
            camera = self._fitted(camera)
        self.view.set_orbit(camera, animated=True)
        self._remember_camera(camera)

    def _camera_moved(self) -> None:
        self._fitting = False
        self._remember_camera(self.view.orbit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitting:
            self._fit()

    # -- actions and settings ---------------------------------------------------------------------

    def _add_actions(self) -> None:
        add = self._actions.add
        add("view.front", lambda: self.tr("From the front"), lambda: self._look("front"), keys=["1"])
        add("view.side", lambda: self.tr("From the side"), lambda: self._look("side"), keys=["3"])
        add("view.top", lambda: self.tr("From above"), lambda: self._look("top"), keys=["7"])
        add("view.three_quarter", lambda: self.tr("Three-quarter view"), lambda: self._look("three-quarter"),
            keys=["9"])
        add("view.fit", lambda: self.tr("Fit the dancers"), self.fit, keys=["0"],
            tip=lambda: self.tr("Move the camera until the dancers fill the view"))
        self._switch_action("mirror", lambda: self.tr("Mirror"), ["M"],
                            lambda: self.tr("Exchange left and right, as in a dance studio's mirror"))
        self._switch_action("follow", lambda: self.tr("Follow the dancer"), [],
                            lambda: self.tr("Let the camera go along with the dancer"))
        self._switch_action("ghosts", lambda: self.tr("Ghost frames"), ["G"],
                            lambda: self.tr("Show the poses just before and after faintly"))
        self._switch_action("trace", lambda: self.tr("Path on the floor"), [],
                            lambda: self.tr("Draw the way of the hips over the last four seconds on the floor"))
        self._switch_action("caption", lambda: self.tr("Caption"), [],
                            lambda: self.tr("Write the word that is sung, with its NPMI, under the dancer"))
        self._switch_action("grid", lambda: self.tr("Floor grid"), [], lambda: self.tr("Draw a grid of half metres"))
        self._switch_action("lit", lambda: self.tr("Light moving limbs"), [],
                            lambda: self.tr("Let the limbs that make the chosen gesture glow"))
        for name in (*_VIEWS, "fit", *_SWITCHES):
            self.addAction(self._actions[f"view.{name}"])

    def _switch_action(self, name: str, text: Callable[[], str], keys: list[str], tip: Callable[[], str]) -> None:
        self._actions.add(f"view.{name}", text, lambda on: self._set_switch(name, on=on), keys=keys, checkable=True,
                          tip=tip)

    def _set_switch(self, name: str, *, on: bool) -> None:
        if self._switches[name] == on:
            return
        self._switches[name] = on
        QSettings().setValue(f"player/{name}", on)
        if name == "follow":
            self._stop_here()
        if self._fitting and name in {"follow", "caption", "mirror"}:
            self._fit()
        self.view.update()

    def _stop_here(self) -> None:
        """A camera that no longer follows stays where it is, so that the picture does not jump."""
        if self._dancers and not self._switches["follow"]:
            now = float(self._session.frame)
            self._dancers = tuple(replace(d, home=d.anchor(d.place(now), follow=True)) for d in self._dancers)
            self._own = self._dancers[0]

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        for name in ("front", "side", "top", "three_quarter", "fit", "", "mirror", "follow", "", "ghosts", "trace",
                     "lit", "", "caption", "grid"):
            if name:
                menu.addAction(self._actions[f"view.{name}"])
            else:
                menu.addSeparator()
        return menu

    def _show_menu(self, place: QPointF) -> None:
        self._menu.popup(QPoint(round(place.x()), round(place.y())))

    def _recall(self) -> None:
        settings = QSettings()
        for name, default in _SWITCHES.items():
            on = settings.value(f"player/{name}", default, type=bool)
            self._switches[name] = bool(on)
            action = self._actions[f"view.{name}"]
            action.setChecked(bool(on))
        camera = self.view.orbit
        try:
            azimuth = float(str(settings.value("player/azimuth", camera.azimuth)))
            elevation = float(str(settings.value("player/elevation", camera.elevation)))
        except ValueError:
            azimuth, elevation = camera.azimuth, camera.elevation
        if np.isfinite([azimuth, elevation]).all():
            self.view.orbit = replace(camera, azimuth=0.0, elevation=0.0).orbited(azimuth, elevation)

    def _remember_camera(self, camera: Camera) -> None:
        settings = QSettings()
        settings.setValue("player/azimuth", camera.azimuth)
        settings.setValue("player/elevation", camera.elevation)

    # -- texts and colours ------------------------------------------------------------------------

    def _tell_fault(self, reason: str) -> None:
        self.notice.tell(self.tr("The dancers are drawn without OpenGL: {reason}. Everything works, only slower and "
                                 "without soft shadows.").format(reason=reason))

    def retranslate(self) -> None:
        self.view.setAccessibleName(self.tr("Dancers"))
        self.view.setAccessibleDescription(self.tr(
            "Drag to turn, drag with the right button to move, use the wheel to zoom; 1, 3, 7 and 9 choose a view."))
        self.options_button.setText(self.tr("View"))
        self.options_button.setToolTip(self.tr("Views and what is shown of the dancers"))
        self._actions.retranslate()
        if self.notice.isVisibleTo(self) and self.view.fault:
            self._tell_fault(self.view.fault)
        self.view.update()

    def restyle(self) -> None:
        theme = theme_of(self.palette())
        back, text, line = theme.background, theme.text, theme.line
        sheet = (f"QToolButton {{ background: rgba({back[0]}, {back[1]}, {back[2]}, 200); color: rgb{text};"
                 f" border: 1px solid rgb{line}; border-radius: 6px; padding: 4px 20px 4px 10px; }}"
                 f"QToolButton:hover, QToolButton:focus {{ border-color: rgb{theme.accent}; }}"
                 "QToolButton::menu-indicator { subcontrol-position: right center; right: 6px; }")
        if self.options_button.styleSheet() != sheet:
            self.options_button.setStyleSheet(sheet)
        self.view.update()
