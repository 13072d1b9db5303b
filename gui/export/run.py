"""Running an export in a worker; it goes on when the dialog that asked for it is closed."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from core.corpus.store import Corpus
from core.export.batch import BatchReport, clip_of, export_places, extended
from core.export.names import Existing, fields_of
from core.export.pictures import PictureOptions
from core.pipeline.browse import Place
from core.pipeline.view import CorpusView
from core.progress import Progress
from gui.draw.camera import Camera
from gui.export.choices import Choices
from gui.export.offscreen import QtPictures
from gui.state.session import Session
from gui.work.tasks import Failure, Task

_numbers: Final = itertools.count(1)


@dataclass(frozen=True)
class Request:
    """All that an export needs, taken when it is asked for."""

    corpus: Corpus
    view: CorpusView | None
    places: tuple[Place, ...]
    folder: Path
    ending: str
    template: str
    existing: Existing
    options: PictureOptions

    def work(self, report: Progress) -> BatchReport:
        """Write the files; for a worker."""
        return export_places(
            self.corpus, self.view, self.places, self.folder, self.ending, template=self.template,
            existing=self.existing, pictures=QtPictures(), options=self.options, progress=report,
        )


def options_of(choices: Choices, camera: Camera, *, framed: bool = False) -> PictureOptions:
    """How pictures are drawn under some choices; ``framed`` moves the player's camera to each clip's dance."""
    return PictureOptions(
        width=choices.width, height=choices.height, view=choices.view, camera=camera, framed=framed,
        mirror=choices.mirror, dark=choices.dark, subtitles=choices.subtitles, sound=choices.sound,
        credit=choices.credit, subtitle_track=choices.track, beside=choices.companions,
        poses="words" if choices.poses == "words" else "even", wave=choices.wave,
    )


@dataclass(frozen=True)
class Plan:
    """What would be written.

    Attributes
    ----------
    places : tuple of Place
        One a clip.
    frames : int
        Of all clips together.
    first, last : dict
        Values of the name template's fields for the first and the last clip.
    songs, silent : int
        How many songs, and how many of them have no sound file.
    """

    places: tuple[Place, ...]
    frames: int
    first: dict[str, str]
    last: dict[str, str]
    songs: int
    silent: int


def plan(corpus: Corpus, view: CorpusView | None, places: tuple[Place, ...], extent: str | None) -> Plan:
    """Look at the places; ``extent`` (of :data:`core.export.batch.Extent`) widens them. For a worker."""
    chosen = places
    if extent in ("place", "around", "bar"):
        chosen = tuple(extended(corpus, places, extent))  # type: ignore[arg-type]
    first = clip_of(corpus, view, chosen[0])
    last = first if len(chosen) == 1 else clip_of(corpus, view, chosen[-1])
    ids = {place.song_id for place in chosen}
    silent = sum(not song.audio or not Path(song.audio).is_file() for song in map(corpus.song, ids))
    return Plan(
        chosen, sum(len(place) for place in chosen), fields_of(first, 1, len(chosen), chosen[0].word),
        fields_of(last, len(chosen), len(chosen), chosen[-1].word),
        len(ids), silent,
    )


class ExportRun(QObject):
    """One export under way. Lives as long as the session; says in the status bar how it ended."""

    finished = Signal(object)
    """A :class:`BatchReport`."""
    failed = Signal(object)
    """A :class:`Failure`."""
    changed = Signal()
    """``fraction`` and ``message``, or ``cancelled``."""

    def __init__(self, session: Session, request: Request) -> None:
        super().__init__(session)
        self.request = request
        self.fraction = 0.0
        self.message = ""
        self.cancelled = False
        self.listened = True
        self._session = session
        count = len(request.places)
        title = (self.tr("Exporting {count} clips") if count > 1 else self.tr("Exporting a clip")).format(count=count)
        self._task: Task = session.tasks.start(request.work, key=f"export {next(_numbers)}", title=title,
                                               done=self._done, failed=self._failed)
        self._task.changed.connect(self._follow)

    def cancel(self) -> None:
        """Stop; the clip under way leaves nothing."""
        self.cancelled = True
        if not self._task.ended:
            self._task.cancel()
        self.changed.emit()

    def _follow(self) -> None:
        task = self._task
        self.fraction, self.message = task.fraction, task.message
        self.cancelled = task.cancelled
        self.changed.emit()
        if task.ended and task.cancelled:
            self.deleteLater()

    def _done(self, report: BatchReport) -> None:
        first = report.files[0] if report.files else self.request.folder
        if report.clips == 1:
            sentence = self.tr("Exported {file}").format(file=first.name)
        else:
            sentence = self.tr("Exported {count} clips to {folder}").format(count=report.clips,
                                                                            folder=self.request.folder)
        self._session.message.emit(sentence)
        self.finished.emit(report)
        self.deleteLater()

    def _failed(self, failure: Failure) -> None:
        if self.listened:
            self.failed.emit(failure)
        else:
            self._session.tasks.failed.emit(failure)
        self.deleteLater()
