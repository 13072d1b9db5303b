"""Opening, importing and building corpora, and making the demo: what the File menu, drops and start page ask for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.corpus.store import CATALOGUE
from core.demo.starting import CORPUS, SONGS, data_folder
from core.pipeline.jobs import Found, look_into
from core.pipeline.options import BuildOptions
from core.skeleton import FPS
from gui.settings.store import SettingsStore
from gui.state.session import Session
from gui.window.build_dialog import BuildDialog
from gui.window.drop import corpus_among
from gui.window.import_dialog import ImportDialog
from gui.work.process import in_process
from gui.work.tasks import Report


class Corpora(QObject):
    """Everything that changes which corpus is open, or what is in it."""

    opened = Signal(object)
    """The folder of a corpus that was opened."""
    fault = Signal(str, str)
    """Title and sentence of something that was left out."""

    def __init__(self, session: Session, store: SettingsStore, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._store = store
        self._window = window

    # -- opening ----------------------------------------------------------------------------------

    def open(self, folder: Path, place: tuple[str, float] | None = None) -> None:
        """Open a corpus, at a place (song_id, seconds) if it is given; an unbuilt one says what to do."""
        def then() -> None:
            self.opened.emit(folder)
            opened = self._session.opened
            if opened is not None and place is not None and place[0] in {song.song_id for song in opened.songs}:
                self._session.go(place[0], round(place[1] * FPS))
            if opened is not None and opened.view is None and opened.songs:
                self._session.message.emit(self.tr("This corpus is not built yet: File, Build."))

        self._session.open(folder, then, first=place[0] if place is not None else None)

    def ask_open(self) -> None:
        """Let the user choose a corpus folder."""
        self._ask_folder(self.tr("Open a corpus (a folder)"), lambda folder: self.take([folder]))

    def take(self, paths: Sequence[Path]) -> None:
        """Open what was dropped or chosen: a corpus, or files and folders to import."""
        corpus = corpus_among(paths)
        if corpus is not None:
            self.open(corpus)
        else:
            self.look(paths)

    # -- importing --------------------------------------------------------------------------------

    def ask_import(self) -> None:
        """Let the user choose a folder with songs."""
        self._ask_folder(self.tr("Folder with motion, lyrics and sound"), lambda folder: self.look([folder]))

    def _ask_folder(self, title: str, chosen: Callable[[Path], None]) -> None:
        """Ask without blocking: the dance plays on, and closing the window is not held up."""
        dialog = QFileDialog(self._window, title, str(self._store.last_folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def take(name: str) -> None:
            self._store.last_folder = Path(name).parent
            chosen(Path(name))

        dialog.fileSelected.connect(take)
        dialog.open()

    def look(self, paths: Sequence[Path]) -> None:
        """Find the songs in files and folders, then show what was found."""
        paths = list(paths)
        self._session.tasks.start(lambda _report: look_into(paths), key="look", done=self._found,
                                  title=self.tr("Looking for songs"))

    def _found(self, found: Found) -> None:
        opened = self._session.opened
        first = found.sources[0] if found.sources else Path.home() / "songs"
        base = first if first.is_dir() else first.parent
        target = base.with_name(f"{base.name}-corpus")
        dialog = ImportDialog(found, opened.folder if opened else None, target, self._window)
        dialog.accepted.connect(lambda: self._import(dialog))
        dialog.open()

    def _import(self, dialog: ImportDialog) -> None:
        from core.pipeline.jobs import import_into

        folder, sources, only = dialog.folder(), dialog.found.sources, dialog.chosen()
        build_after = dialog.build_after()

        def done(result: Any) -> None:
            self._session.message.emit(
                self.tr("{imported} songs imported, {unchanged} unchanged, {left} left out.").format(
                    imported=len(result.imported), unchanged=len(result.unchanged), left=len(result.faults)))
            for fault in result.faults:
                self.fault.emit(self.tr("Left out: {song}").format(song=fault.song_id), fault.sentence)
            self.open(folder)
            if build_after and (result.imported or result.unchanged):
                self.build(folder, None)

        self._session.tasks.start(
            lambda report: in_process(import_into, folder, sources, only, 0, progress=report),
            key=f"corpus {folder}", title=self.tr("Importing into {name}").format(name=folder.name), done=done,
        )

    # -- building ---------------------------------------------------------------------------------

    def ask_build(self) -> None:
        """Show the options of a build of the open corpus."""
        opened = self._session.opened
        if opened is None:
            return
        stored = opened.corpus.setting("build")
        given = BuildOptions(**stored) if stored else BuildOptions()
        dialog = BuildDialog(given, self._window)
        dialog.accepted.connect(lambda: self.build(opened.folder, dialog.options()))
        dialog.open()

    def build(self, folder: Path, options: BuildOptions | None) -> None:
        """Build a corpus in a child process; it is read again at the end if it is still the one shown."""
        from core.pipeline.jobs import build_corpus

        def done(result: Any) -> None:
            for sentence in result.notes:
                self._session.message.emit(sentence)
            if self._session.opened is not None and self._session.opened.folder == folder:
                self._session.reload()

        self._session.tasks.start(
            lambda report: in_process(build_corpus, folder, options, progress=report),
            key=f"corpus {folder}", title=self.tr("Building {name}").format(name=folder.name), done=done,
        )

    # -- the demo ---------------------------------------------------------------------------------

    def demo(self) -> None:
        """Open the demo; where it is not there yet, compose and build it, showing its first song at once."""
        from core.demo.starting import make_demo

        folder = data_folder() / "demo"
        corpus = folder / CORPUS
        if _built(corpus):
            self.open(corpus)
            return

        def work(report: Report) -> Any:
            told = False

            def progress(fraction: float, message: str = "") -> None:
                nonlocal told
                report(fraction, message)
                if not told and _has_songs(corpus):
                    told = True
                    report.partial("first song")

            return in_process(make_demo, folder, SONGS, 0, progress=progress)

        def first(_value: Any) -> None:
            def then() -> None:
                self.opened.emit(corpus)
                self._session.show_song(self._session.opened.songs[0].song_id,
                                        lambda: self._session.set_playing(True))

            self._session.open(corpus, then)

        def done(_result: Any) -> None:
            if self._session.opened is None or self._session.opened.folder == corpus:
                self.open(corpus)

        self._session.tasks.start(work, key=f"corpus {corpus}", done=done, partial=first,
                                  title=self.tr("Composing and building the demo"))


def _built(folder: Path) -> bool:
    """Whether a corpus is there and was built to its end."""
    return _value(folder, "SELECT count(*) FROM meta WHERE key = 'setting:build'") > 0


def _has_songs(folder: Path) -> bool:
    return _value(folder, "SELECT count(*) FROM songs") > 0


def _value(folder: Path, query: str) -> int:
    file = folder / CATALOGUE
    if not file.is_file():
        return 0
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)) as connection:
            return int(connection.execute(query).fetchone()[0])
    except sqlite3.Error:
        return 0
