"""One stack of undo for everything that is changed by hand. Every edit is on disk as soon as it is made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.corpus.edits import (
    AddTag,
    Edit,
    MoveWords,
    RemoveTag,
    ShiftSong,
    Tag,
    WordTimes,
    apply_edit,
    keep_downbeats,
    needs_estimate,
    tags,
)
from core.corpus.store import Corpus
from core.lyrics.words import TimedWord
from core.progress import Progress
from core.skeleton import FPS
from gui.actions.registry import Actions
from gui.edits.fit import fit_word, fit_words, line_of, nudge
from gui.state.session import Session
from gui.work.process import in_process
from gui.work.tasks import Failure, Task

_LONGEST_WAIT: Final = 3.0
Make = Callable[[Corpus], Edit | None]


class _Command(QUndoCommand):
    """An edit that has been made; ``other`` takes it back, or makes it again. The work is :class:`Edits`'s."""

    def __init__(self, what: Callable[[], str], song_id: str, row: int, other: Edit) -> None:
        super().__init__(what())
        self.what = what
        self.song_id = song_id
        self.row = row
        self.other = other


@dataclass
class _Job:
    """``prepare`` runs in the GUI thread when the job's turn has come and says what the worker is to do."""

    prepare: Callable[[], Make | None]
    folder: Path
    done: Callable[[Edit], None]
    title: str
    result: list[Edit] = field(default_factory=list)


class Edits(QObject):
    """Makes edits in the background, one after the other, and takes them back.

    Times are worked out from the catalogue when an edit's turn has come, so that quick edits one after the other add
    up. The stack is emptied when another corpus is opened, or a song on it was imported anew.
    """

    changed = Signal()
    """The stack changed, or whether an edit is under way."""
    tags_changed = Signal()
    """Tags were added or removed."""

    def __init__(self, session: Session, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.stack = QUndoStack(self)
        self._actions = actions
        self._queue: deque[_Job] = deque()
        self._running: tuple[Task, _Job] | None = None
        self._folder: Path | None = None
        self._register(actions)
        session.corpus_changed.connect(self._corpus_changed)
        session.song_changed.connect(self._enable)
        session.word_changed.connect(self._enable)
        session.tasks.ended.connect(self._task_ended)
        self._corpus_changed()

    # -- edits ------------------------------------------------------------------------------------

    def move_word(self, index: int, start: float, end: float) -> None:
        """Sing a word of the song shown at another time (seconds of the motion); neighbours give way."""
        if (words := self._words()) and 0 <= index < len(words):
            text = words[index].text
            self._edit_words(lambda old, seconds: fit_word(old, index, start, end, seconds),
                             lambda: self.tr("move of “{word}”").format(word=text))

    def move_words(self, times: dict[int, tuple[float, float]]) -> None:
        """Sing a run of words at other times, as one step: index -> (start, end)."""
        if times and self._words():
            self._edit_words(lambda old, seconds: fit_words(old, times, seconds),
                             lambda: self.tr("times of {count} words").format(count=len(times)))

    def nudge_word(self, index: int, by: float) -> None:
        """Move a word by some seconds."""
        if (words := self._words()) and 0 <= index < len(words):
            text = words[index].text
            self._edit_words(lambda old, seconds: nudge(old, [index], by, seconds),
                             lambda: self.tr("move of “{word}”").format(word=text))

    def nudge_line(self, index: int, by: float) -> None:
        """Move the whole line of a word by some seconds."""
        if (words := self._words()) and 0 <= index < len(words):
            text = " ".join(words[i].text for i in line_of(words, index)[:4])
            self._edit_words(lambda old, seconds: nudge(old, line_of(old, index), by, seconds),
                             lambda: self.tr("move of the line “{words}…”").format(words=text))

    def shift_song(self, delta: float) -> None:
        """Move lyrics, bars and sound of the song shown by some seconds against its motion (positive is later)."""
        song = self.session.song
        if song is None or not delta:
            return
        song_id, title = song.song.song_id, song.song.title

        def make(corpus: Corpus) -> Edit:
            return ShiftSong(song_id, round(corpus.song(song_id).shift + delta, 6))

        self._do(make, song_id, song.song.row, lambda: self.tr("shift of “{song}”").format(song=title),
                 self.tr("Shifting the song"))

    def add_tag(self, text: str, start: int | None = None, stop: int | None = None,
                song_id: str | None = None) -> None:
        """Tag a song (the one shown), or its frames ``start`` to ``stop`` (exclusive)."""
        opened, song = self.session.opened, self.session.song
        song_id = song_id or (song.song.song_id if song else None)
        if opened is None or song_id is None or not text.strip():
            return
        self._do(lambda _corpus: AddTag(song_id, text, start, stop), song_id, self._row(song_id),
                 lambda: self.tr("tag “{tag}”").format(tag=text))

    def remove_tag(self, tag: Tag) -> None:
        """Take a tag away."""
        self._do(lambda _corpus: RemoveTag(tag.tag), tag.song_id, self._row(tag.song_id),
                 lambda: self.tr("removal of the tag “{tag}”").format(tag=tag.text))

    def tags(self, song_id: str | None = None) -> list[Tag]:
        """The tags of a song, or of the whole corpus."""
        opened = self.session.opened
        return [] if opened is None else tags(opened.corpus, song_id)

    # -- undo -------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take the last edit back."""
        self._walk(back=True)

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        self._walk(back=False)

    @property
    def busy(self) -> bool:
        """Whether an edit is being written."""
        return self._running is not None

    def close(self) -> None:
        """Write what still waits, before the window goes and the tasks are shut down."""
        if self._running is not None:
            self._running[0].finished.wait(_LONGEST_WAIT)
        while self._queue:
            job = self._queue.popleft()
            make = job.prepare()
            if make is not None:
                _work(job, make, _quiet)

    # -- work -------------------------------------------------------------------------------------

    def _words(self) -> Sequence[TimedWord]:
        return self.session.song.words if self.session.song is not None else ()

    def _row(self, song_id: str) -> int:
        opened = self.session.opened
        return next((song.row for song in opened.songs if song.song_id == song_id), 0) if opened else 0

    def _edit_words(self, times: Callable[[Sequence[TimedWord], float], tuple[WordTimes, ...]],
                    what: Callable[[], str]) -> None:
        song = self.session.song
        if song is None:
            return
        song_id = song.song.song_id

        def make(corpus: Corpus) -> Edit | None:
            record = corpus.song(song_id)
            changed = times(corpus.words(record), record.frames / FPS)
            return MoveWords(song_id, changed) if changed else None

        self._do(make, song_id, song.song.row, what)

    def _do(self, make: Make, song_id: str, row: int, what: Callable[[], str], title: str = "") -> None:
        def done(inverse: Edit) -> None:
            self.stack.push(_Command(what, song_id, row, inverse))

        self._enqueue(lambda: make, done, title)

    def _walk(self, *, back: bool) -> None:
        """Undo or redo: worked out when its turn comes, because edits may wait before it."""
        stack = self.stack
        taken: list[_Command] = []

        def command() -> _Command | None:
            place = stack.index() - 1 if back else stack.index()
            found = stack.command(place) if 0 <= place < stack.count() else None
            return found if isinstance(found, _Command) else None

        def prepare() -> Make | None:
            found = command()
            if found is None:
                return None
            taken.append(found)
            edit = found.other
            return lambda _corpus: edit

        def done(other: Edit) -> None:
            taken[0].other = other
            (stack.undo if back else stack.redo)()

        found = command()
        slow = found is not None and isinstance(found.other, ShiftSong)
        self._enqueue(prepare, done, self.tr("Shifting the song") if slow else "")

    def _enqueue(self, prepare: Callable[[], Make | None], done: Callable[[Edit], None], title: str) -> None:
        if self.session.opened is not None:
            self._queue.append(_Job(prepare, self.session.opened.folder, done, title))
            self._next()

    def _next(self) -> None:
        while self._running is None and self._queue:
            job = self._queue.popleft()
            make = job.prepare()
            if make is not None:
                self._start(job, make)
        self._enable()

    def _start(self, job: _Job, make: Make) -> None:
        task = self.session.tasks.start(lambda report: _work(job, make, report), key="edit", title=job.title,
                                        failed=self._failed)
        if not task.ended:
            self._running = (task, job)

    def _task_ended(self, task: Task) -> None:
        """However the work ended: what was written counts, also where it was cancelled while the codes followed."""
        if self._running is None or self._running[0] is not task:
            return
        job = self._running[1]
        self._running = None
        edit = job.result[0] if job.result else None
        if edit is not None and self._folder == job.folder:
            job.done(edit)
            if isinstance(edit, (AddTag, RemoveTag)):
                self.tags_changed.emit()
            elif not self._queue:
                self.session.reload()
        self._next()

    def _failed(self, failure: Failure) -> None:
        if failure.expected:
            self.session.message.emit(failure.sentence)
        else:
            self.session.tasks.failed.emit(failure)

    # -- actions ----------------------------------------------------------------------------------

    def _register(self, actions: Actions) -> None:
        self._undo = actions.add("edit.undo", self._undo_text, self.undo, keys=["Ctrl+Z"],
                                 tip=lambda: self._undo_text() if self.stack.canUndo()
                                 else self.tr("Nothing was changed in this corpus yet"))
        self._redo = actions.add("edit.redo", self._redo_text, self.redo, keys=["Ctrl+Shift+Z", "Ctrl+Y"],
                                 tip=lambda: self._redo_text() if self.stack.canRedo()
                                 else self.tr("Nothing was undone"))
        self._on_word = []
        for name, text, by, whole, key in (
            ("edit.word_earlier", lambda: self.tr("Word one frame earlier"), -1, False, "["),
            ("edit.word_later", lambda: self.tr("Word one frame later"), 1, False, "]"),
            ("edit.line_earlier", lambda: self.tr("Line one frame earlier"), -1, True, "{"),
            ("edit.line_later", lambda: self.tr("Line one frame later"), 1, True, "}"),
        ):
            self._on_word.append(actions.add(
                name, text, lambda by=by, whole=whole: self._nudge_chosen(by / FPS, whole=whole), keys=[key],
                tip=lambda text=text: text() if self.session.word is not None else self.tr("Choose a word first")))
        self.stack.indexChanged.connect(self._enable)

    def _nudge_chosen(self, by: float, *, whole: bool) -> None:
        if self.session.word is not None:
            (self.nudge_line if whole else self.nudge_word)(self.session.word, by)

    def _undo_text(self) -> str:
        command = self.stack.command(self.stack.index() - 1) if self.stack.canUndo() else None
        if isinstance(command, _Command):
            return self.tr("Undo {edit}").format(edit=command.what())
        return self.tr("Undo")

    def _redo_text(self) -> str:
        command = self.stack.command(self.stack.index()) if self.stack.canRedo() else None
        if isinstance(command, _Command):
            return self.tr("Redo {edit}").format(edit=command.what())
        return self.tr("Redo")

    def _enable(self, *_: object) -> None:
        self._undo.setEnabled(self.stack.canUndo() or self.busy)
        self._redo.setEnabled(self.stack.canRedo())
        words = self._words()
        chosen = self.session.word is not None and self.session.word < len(words)
        for action in self._on_word:
            action.setEnabled(chosen)
        self._actions.retranslate("edit.undo", "edit.redo")
        self.changed.emit()

    def _corpus_changed(self) -> None:
        opened = self.session.opened
        folder = opened.folder if opened is not None else None
        rows = {song.song_id: song.row for song in opened.songs} if opened is not None else {}
        commands = [self.stack.command(i) for i in range(self.stack.count())]
        gone = any(isinstance(c, _Command) and rows.get(c.song_id) != c.row for c in commands)
        if folder != self._folder or gone:
            self._folder = folder
            self._queue.clear()
            self.stack.clear()
        self._enable()
        self.tags_changed.emit()


def _work(job: _Job, make: Make, report: Progress) -> None:
    """Make the edit, keep its inverse in the job, let the codes follow. Runs outside the GUI thread."""
    report(0.0, "")
    with Corpus.open(job.folder) as corpus:
        edit = make(corpus)
        if edit is None:
            return
        if isinstance(edit, ShiftSong) and edit.bars is None:
            audio = needs_estimate(corpus, edit.song_id)
            if audio:
                keep_downbeats(corpus, edit.song_id, in_process(estimate, audio, progress=report))
        job.result.append(apply_edit(corpus, edit))
        if isinstance(edit, (AddTag, RemoveTag)):
            return
        from core.pipeline.recode import needs_encoder, recode, recode_folder

        if needs_encoder(corpus, edit.song_id):
            in_process(recode_folder, job.folder, edit.song_id, progress=report)
        else:
            recode(corpus, edit.song_id)


def estimate(audio: str, progress: Progress) -> list[float]:
    """Downbeats of a sound file, for a child process."""
    from core.audio.beats import estimate_downbeats

    progress(0.0, "")
    return [float(time) for time in estimate_downbeats(audio).times]


def _quiet(_fraction: float, _message: str = "") -> None:
    """Progress that nobody watches."""

