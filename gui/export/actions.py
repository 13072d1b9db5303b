"""What a person can export, as actions with keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from core.export.batch import gesture_places
from core.export.names import clean
from core.files import replacing
from core.pipeline.browse import Place
from core.skeleton import FPS
from gui.actions.registry import Actions
from gui.draw.camera import Camera
from gui.export.choices import load_choices, save_choices
from gui.export.dialog import ExportDialog
from gui.state.session import Session
from gui.work.tasks import Failure


class ExportActions(QObject):
    """The actions export.clip, export.batch, export.picture and export.figure."""

    def __init__(self, actions: Actions, session: Session, camera: Callable[[], Camera], picture: Callable[[], QImage],
                 parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._session = session
        self._camera = camera
        self._picture = picture
        self._window = parent
        actions.add("export.clip", lambda: self.tr("Export clip…"), self.export_clip, keys=["Ctrl+E"],
                    tip=self._clip_tip)
        actions.add("export.batch", lambda: self.tr("Export all places of the gesture…"), self.export_batch,
                    keys=["Ctrl+Shift+E"], tip=self._batch_tip)
        actions.add("export.picture", lambda: self.tr("Export picture…"), self.export_picture, keys=["Ctrl+Shift+P"],
                    tip=self._picture_tip)
        actions.add("export.figure", lambda: self.tr("Export figure…"), self.export_figure, tip=self._figure_tip)
        session.song_changed.connect(self._switch)
        session.pair_changed.connect(self._switch)
        session.corpus_changed.connect(self._switch)
        self._switch()

    def _clip_tip(self) -> str:
        if self._session.song is None:
            return self.tr("Open a corpus and choose a song to export from.")
        return self.tr("Write the chosen range (or the present bar) as video, GIF, motion, sound or data")

    def _batch_tip(self) -> str:
        opened = self._session.opened
        if opened is None or opened.view is None:
            return self.tr("Open a corpus that is built: gestures are known only there.")
        if self._session.pair is None:
            return self.tr("Choose a gesture first, in the browser or in the timeline.")
        return self.tr("Write a clip of every place of the chosen gesture")

    def _picture_tip(self) -> str:
        if self._session.song is None:
            return self.tr("Open a corpus and choose a song to export from.")
        return self.tr("Write the player's picture as PNG")

    def _figure_tip(self) -> str:
        if self._session.song is None:
            return self.tr("Open a corpus and choose a song to export from.")
        return self.tr("Write poses, lyric and NPMI of the chosen range (or the present bar) as a figure")

    def _switch(self) -> None:
        opened = self._session.opened
        song = self._session.song is not None
        for name in ("export.clip", "export.picture", "export.figure"):
            self._actions[name].setEnabled(song)
        built = opened is not None and opened.view is not None
        self._actions["export.batch"].setEnabled(built and self._session.pair is not None)

    # -- doing ------------------------------------------------------------------------------------

    def export_clip(self) -> ExportDialog:
        """Ask how to export the range or the present bar."""
        choices = load_choices()
        if choices.is_figure:
            choices.ending = ".mp4"
            save_choices(choices)
        return self._show(None)

    def export_figure(self) -> ExportDialog:
        """The same, with a figure chosen."""
        choices = load_choices()
        if not choices.is_figure:
            choices.ending = ".svg"
            save_choices(choices)
        return self._show(None)

    def export_batch(self) -> None:
        """Ask how to export all places of the chosen gesture, once they are found."""
        opened, pair = self._session.opened, self._session.pair
        if opened is None or opened.view is None or pair is None:
            return
        view = opened.view
        self._session.tasks.start(lambda _report: gesture_places(view, *pair), key="export places",
                                  done=self._show, failed=self._failed)

    def export_picture(self) -> None:
        """Ask for a name, and write the player's picture with a credit in its metadata."""
        song = self._session.song
        image = self._picture()
        if song is None or image.isNull():
            self._session.message.emit(self.tr("There is no picture to export."))
            return
        choices = load_choices()
        seconds = self._session.frame / FPS
        name = clean(f"{song.song.song_id} {seconds:.2f}") + ".png"
        chosen, _ = QFileDialog.getSaveFileName(self._window, self.tr("Export picture"),
                                                str(Path(choices.folder) / name), self.tr("PNG picture (*.png)"))
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() != ".png":
            path = path.with_name(path.name + ".png")
        choices.folder = str(path.parent)
        save_choices(choices)
        lead = f"{song.song.title} / {song.song.artist}" if song.song.artist else song.song.title
        image.setText("Title", f"{song.song.title} {seconds:.2f} s")
        image.setText("Description", f"{lead} ({song.song.song_id}), {seconds:.2f} s; made with Kotofuri, "
                                     f"{datetime.now().astimezone().date().isoformat()}")
        self._session.tasks.start(lambda _report: _save(image, path), key=f"export picture {path}", done=self._saved,
                                  failed=self._failed)

    def _saved(self, path: Path) -> None:
        self._session.message.emit(self.tr("Exported {file}").format(file=path))

    def _failed(self, failure: Failure) -> None:
        self._session.tasks.failed.emit(failure)

    def _show(self, places: list[Place] | None) -> ExportDialog:
        dialog = ExportDialog(self._session, self._camera(), self._window, places)
        dialog.show()
        return dialog


def _save(image: QImage, path: Path) -> Path:
    with replacing(path) as temporary:
        if not image.save(str(temporary), "PNG"):
            raise OSError(0, "the picture cannot be written", str(path))
    return path


def register(actions: Actions, session: Session, camera: Callable[[], Camera], picture: Callable[[], QImage],
             parent: QWidget) -> ExportActions:
    """Add the export actions.

    Parameters
    ----------
    actions : Actions
    session : Session
    camera : callable
        Gives the player's camera.
    picture : callable
        Gives the player's present picture.
    parent : QWidget
        Window that dialogs belong to; it keeps the result alive.
    """
    return ExportActions(actions, session, camera, picture, parent)
