"""The export dialog: what, how and where to; a preview, the names to be written, progress, the way to the files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from core.errors import KotofuriError
from core.export.batch import BatchReport
from core.export.names import file_name, free_path
from core.pipeline.browse import Place
from core.skeleton import FPS
from gui.draw.camera import Camera
from gui.export.choices import load_choices, save_choices
from gui.export.form import ExportForm
from gui.export.preview import Preview, preview_image
from gui.export.reveal import show_in_folder
from gui.export.run import ExportRun, Plan, Request, options_of, plan
from gui.export.stretch import present_place
from gui.state.session import Session
from gui.work.tasks import Failure

_PLAN = "export plan"
_PREVIEW = "export preview"


class ExportDialog(QDialog):
    """Asks how to export a stretch of the song shown, or many places, and runs it.

    Parameters
    ----------
    session : Session
    camera : Camera
        The player's, for the view "as in the player".
    parent : QWidget, optional
    places : list of Place, optional
        A clip is made of each; without, of the chosen range or the present bar.
    """

    def __init__(self, session: Session, camera: Camera, parent: QWidget | None = None,
                 places: Sequence[Place] | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._camera = camera
        self._opened = session.opened
        self.batch = places is not None
        here = present_place(session)
        self._places = tuple(places) if places is not None else (() if here is None else (here,))
        self._plan: Plan | None = None
        self._fault = ""
        self._run: ExportRun | None = None
        self._report: BatchReport | None = None

        self.form = ExportForm(load_choices(), batch=self.batch)
        self.preview = Preview()
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self.names = QLabel()
        self.names.setWordWrap(True)
        self.names.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.hide()
        self.stop_button = QPushButton()
        self.stop_button.hide()
        self.show_button = QPushButton()
        self.copy_button = QPushButton()
        self.buttons = QDialogButtonBox()
        self.export_button = self.buttons.addButton(QDialogButtonBox.StandardButton.Save)
        self.close_button = self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        self._lay_out()

        self._settle = QTimer(self, singleShot=True, interval=120)
        self._settle.timeout.connect(self._draw_preview)
        self.form.changed.connect(self._on_form)
        self.form.extent_changed.connect(self._start_plan)
        self.export_button.clicked.connect(self.start)
        self.close_button.clicked.connect(self.close)
        self.stop_button.clicked.connect(self._stop)
        self.show_button.clicked.connect(self._show_files)
        self.copy_button.clicked.connect(self._copy_path)
        self.retranslate()
        self._start_plan()

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.addWidget(self.preview, 1)
        side.addWidget(self.facts)
        top = QHBoxLayout()
        top.addWidget(self.form, 3)
        top.addLayout(side, 2)
        running = QHBoxLayout()
        running.addWidget(self.bar, 1)
        running.addWidget(self.stop_button)
        ended = QHBoxLayout()
        ended.addWidget(self.status, 1)
        ended.addWidget(self.show_button)
        ended.addWidget(self.copy_button)
        outer = QVBoxLayout(self)
        outer.addLayout(top, 1)
        outer.addWidget(self.names)
        outer.addLayout(running)
        outer.addLayout(ended)
        outer.addWidget(self.buttons)
        self.show_button.hide()
        self.copy_button.hide()
        self.export_button.setDefault(True)
        self.resize(880, 620)

    # -- texts ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text in the present language."""
        self.setWindowTitle(self.tr("Export all places") if self.batch else self.tr("Export a clip"))
        self.export_button.setText(self.tr("Export"))
        self.close_button.setText(self.tr("Close"))
        self.stop_button.setText(self.tr("Stop"))
        self.show_button.setText(self.tr("Show in folder"))
        self.copy_button.setText(self.tr("Copy path"))
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _refresh(self) -> None:
        """Facts, names and buttons after anything changed."""
        self.facts.setText(self._facts())
        text, fault = self._names()
        self.names.setText(text)
        reason = self._reason() or fault
        running = self._run is not None
        self.export_button.setEnabled(not reason and not running)
        self.export_button.setToolTip(reason or (self.tr("An export of this dialog is running") if running else ""))
        self.form.setEnabled(not running)
        self.bar.setVisible(running)
        self.stop_button.setVisible(running)
        if reason and not running:
            self._say(reason)
        elif not running and self._report is None:
            self._say("")
        self.show_button.setVisible(self._report is not None and bool(self._report.files))
        self.copy_button.setVisible(self.show_button.isVisibleTo(self))

    def _reason(self) -> str:
        """Why nothing can be exported now, or ''."""
        if self._opened is None or self._session.song is None:
            return self.tr("No song is open.")
        if not self._places:
            return self.tr("There is no place of this gesture to export.")
        if self._fault:
            return self._fault
        if self._plan is None:
            return self.tr("Looking at the places…")
        folder = self.form.choices.folder.strip()
        if not folder:
            return self.tr("Name a folder to write to.")
        if Path(folder).is_file():
            return self.tr("{path} is a file; name a folder.").format(path=folder)
        if self.form.choices.ending in (".wav", ".ogg") and self._plan.silent == self._plan.songs:
            return self.tr("There is no sound file to export from.")
        return self.form.fault()

    def _facts(self) -> str:
        found = self._plan
        if found is None:
            return ""
        seconds = found.frames / FPS
        if len(found.places) == 1:
            place = found.places[0]
            text = self.tr("{song}: {start:.2f} to {end:.2f} s, {frames} frames, {seconds:.2f} s").format(
                song=place.song_id, start=place.start / FPS, end=place.stop / FPS, frames=found.frames, seconds=seconds)
        else:
            text = self.tr("{count} clips of {songs} songs, together {frames} frames, {seconds:.1f} s").format(
                count=len(found.places), songs=found.songs, frames=found.frames,
                seconds=seconds)
        if self.form.choices.ending == ".mp4" and self.form.choices.sound and found.silent:
            text += "\n"
            if found.songs == 1:
                text += self.tr("The song has no sound file: the video will be silent.")
            else:
                text += self.tr("{count} songs have no sound file: their clips will be silent.").format(
                    count=found.silent)
        return text

    def _names(self) -> tuple[str, str]:
        """The line that shows what will be written, and why it cannot, or ''."""
        found, choices = self._plan, self.form.choices
        if found is None:
            return "", ""
        try:
            first = file_name(choices.template, found.first, choices.ending)
            last = file_name(choices.template, found.last, choices.ending)
            path = Path(choices.folder) / first
            if choices.existing == "refuse" and len(found.places) == 1:
                free_path(path, "refuse", beside=choices.companions)
            elif choices.existing == "number":
                first = free_path(path, "number", beside=choices.companions).name
        except KotofuriError as error:
            return "", str(error)
        except OSError as error:
            return "", self.tr("The folder cannot be read: {reason}").format(reason=error.strerror)
        if len(found.places) > 1:
            return self.tr("Writes {first} … {last} ({count} files)").format(first=first, last=last,
                                                                            count=len(found.places)), ""
        others = ", ".join(ending for ending in choices.companions)
        line = self.tr("Writes {name}").format(name=first)
        return (self.tr("{line} and beside it {endings}").format(line=line, endings=others) if others else line), ""

    def _say(self, text: str) -> None:
        self.status.setText(text)

    # -- what would be written --------------------------------------------------------------------

    def _start_plan(self) -> None:
        self._plan, self._fault = None, ""
        opened, places = self._opened, self._places
        if opened is None or not places:
            self._refresh()
            return
        extent = self.form.choices.extent if self.batch else None

        def done(found: Plan) -> None:
            if not isValid(self):
                return
            self._plan = found
            self._refresh()
            self._draw_preview()

        def failed(failure: Failure) -> None:
            if isValid(self):
                self._fault = failure.sentence
                self._refresh()

        self._session.tasks.start(lambda _report: plan(opened.corpus, opened.view, places, extent), key=_PLAN,
                                  done=done, failed=failed)
        self._refresh()

    def _on_form(self) -> None:
        self._report = None
        self._refresh()
        self._settle.start()

    def _draw_preview(self) -> None:
        opened, found, choices = self._opened, self._plan, self.form.choices
        if opened is None or found is None or self.form.fault():
            return
        if not (choices.is_video or choices.is_figure):
            self.preview.set_words(self.tr("This format has no picture."))
            return
        options = options_of(choices, self._camera, framed=self.batch)
        room = self.preview.room()
        figure = choices.is_figure

        def done(image: QImage) -> None:
            if isValid(self):
                self.preview.set_image(image)

        def failed(failure: Failure) -> None:
            if isValid(self):
                self.preview.set_words(failure.sentence)

        self._session.tasks.start(
            lambda _report: preview_image(opened.corpus, opened.view, found.places[0], options, room, figure=figure),
            key=_PREVIEW, done=done, failed=failed)

    # -- running ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Export as the form says."""
        if self._run is not None or self._plan is None or self._opened is None or self._reason():
            return
        choices = self.form.choices
        save_choices(choices)
        self._report = None
        options = options_of(choices, self._camera, framed=self.batch)
        request = Request(self._opened.corpus, self._opened.view, self._plan.places, Path(choices.folder).expanduser(),
                          choices.ending, choices.template, choices.existing, options)
        run = ExportRun(self._session, request)
        self._run = run
        run.changed.connect(self._follow)
        run.finished.connect(self._finished)
        run.failed.connect(self._failed)
        self._say(self.tr("Exporting… this window may be closed meanwhile."))
        self._refresh()

    def _follow(self) -> None:
        run = self._run
        if run is None:
            return
        self.bar.setValue(round(run.fraction * 1000))
        self.bar.setFormat(run.message or "%p%")
        if run.cancelled:
            self._run = None
            self._refresh()
            self._say(self.tr("Stopped. Clips that were whole are kept.") if len(run.request.places) > 1
                      else self.tr("Stopped. Nothing was written."))

    def _stop(self) -> None:
        if self._run is not None:
            self._run.cancel()

    def _finished(self, report: BatchReport) -> None:
        self._run = None
        self._report = report
        self._refresh()
        if report.clips == 1 and not report.faults:
            text = self.tr("Exported {name}").format(name=report.files[0].name)
        else:
            text = self.tr("Exported {count} clips.").format(count=report.clips)
        if report.faults:
            text += "\n" + self.tr("{count} failed. The first: {sentence}").format(count=len(report.faults),
                                                                                  sentence=report.faults[0])
            self.status.setToolTip("\n".join(report.faults[:40]))
        self._say(text)
        (self.show_button if report.files else self.close_button).setFocus()

    def _failed(self, failure: Failure) -> None:
        self._run = None
        self._refresh()
        self._say(self.tr("Not exported. {sentence}").format(sentence=failure.sentence))
        self.status.setToolTip(failure.details if not failure.expected else "")

    def _show_files(self) -> None:
        if self._report is not None and self._report.files:
            show_in_folder(self._report.files[0])

    def _copy_path(self) -> None:
        if self._report is not None and self._report.files:
            paths = self._report.files if self._report.clips > 1 else self._report.files[:1]
            QGuiApplication.clipboard().setText("\n".join(str(path) for path in paths))
            self._say(self.tr("Copied."))

    def done(self, result: int) -> None:
        """Close by key or button: as the window's own close."""
        self._leave()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """An export that runs goes on."""
        self._leave()
        super().closeEvent(event)

    def _leave(self) -> None:
        save_choices(self.form.choices)
        self._settle.stop()
        self._session.tasks.cancel(_PLAN)
        self._session.tasks.cancel(_PREVIEW)
        if self._run is not None:
            self._run.listened = False
            self._run = None
