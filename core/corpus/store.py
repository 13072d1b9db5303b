"""A corpus folder: a SQLite catalogue, and one memory-mapped array file a song and kind.

The catalogue is the truth: an array file counts only when the catalogue's ``stages`` row for it says
so, and that row is written after the file is in place. A killed build therefore leaves at most a file
that nobody refers to.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.corpus.records import BarRecord, NewSong, SongRecord
from core.corpus.rotations import pack_rotations, unpack_rotations
from core.corpus.schema import EDIT_TABLES, FORMAT, TABLES
from core.corpus.split import assign_splits
from core.errors import CorpusError, InputError
from core.files import replacing
from core.lyrics.words import TimedWord
from core.motion.clip import Motion

CATALOGUE = "catalogue.sqlite"
_SONG_COLUMNS = (
    "id, song_id, title, artist, genre, split, bpm, shift, frames, audio, segmenter, sources, report, fingerprint"
)


class Corpus:
    """A corpus on disk. Use :meth:`create` or :meth:`open`; close it, or use it in a ``with`` block."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._db = connection

    @classmethod
    def create(cls, folder: str | Path) -> Corpus:
        """Open ``folder``, making it a corpus if it is none yet.

        Raises
        ------
        CorpusError
            Where the folder holds other files, or is a corpus of a newer format.
        """
        path = Path(folder)
        if (path / CATALOGUE).exists():
            return cls.open(path)
        if path.exists() and not path.is_dir():
            raise CorpusError(f"{path}: a file is in the way; name a folder for the corpus.")
        if path.is_dir() and any(path.iterdir()):
            raise CorpusError(f"{path}: the folder holds other files; name a new or empty folder for the corpus.")
        path.mkdir(parents=True, exist_ok=True)
        with replacing(path / CATALOGUE) as temporary:
            temporary.unlink()
            fresh = sqlite3.connect(temporary)
            fresh.executescript(TABLES)
            fresh.execute("INSERT INTO meta VALUES ('format', ?)", (str(FORMAT),))
            fresh.commit()
            fresh.close()
        return cls.open(path)

    @classmethod
    def open(cls, folder: str | Path) -> Corpus:
        """Open an existing corpus.

        Raises
        ------
        CorpusError
            Where it is missing, damaged or of a newer format.
        """
        path = Path(folder)
        file = path / CATALOGUE
        if not file.is_file():
            raise CorpusError(f"{path}: this is no corpus (no {CATALOGUE} in it); make one with the import command.")
        try:
            # SQLite serialises what several threads ask of one connection; the window reads from its workers.
            connection = sqlite3.connect(file, timeout=30.0, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = ON")
            row = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
            version = int(row[0]) if row else 0
        except (sqlite3.Error, ValueError) as error:
            raise CorpusError(f"{file}: the catalogue is damaged ({error}); import the corpus again.") from error
        if version > FORMAT:
            connection.close()
            raise CorpusError(
                f"{path}: the corpus has format {version}, this program reads up to {FORMAT}; update Kotofuri."
            )
        corpus = cls(path, connection)
        if corpus.has_edits() and corpus.rows("SELECT 1 FROM edits WHERE kind = 'pending' LIMIT 1"):
            # An edit was cut off between the catalogue and its array: the catalogue is the truth.
            from core.corpus.edits import settle_words

            settle_words(corpus)
        return corpus

    def close(self) -> None:
        """Close the catalogue."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- settings ---------------------------------------------------------------------------------

    def setting(self, key: str, default: Any = None) -> Any:
        """A value of the corpus's settings, decoded from JSON."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (f"setting:{key}",)).fetchone()
        return json.loads(row[0]) if row else default

    def set_setting(self, key: str, value: Any) -> None:
        """Store a JSON value."""
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"setting:{key}", json.dumps(value, ensure_ascii=False))
            )

    # -- songs ------------------------------------------------------------------------------------

    def songs(self) -> list[SongRecord]:
        """All songs, by song_id."""
        rows = self._db.execute(f"SELECT {_SONG_COLUMNS} FROM songs ORDER BY song_id")  # noqa: S608 - own constant
        return [_song(row) for row in rows]

    def song(self, song_id: str) -> SongRecord:
        """One song; :class:`CorpusError` where there is none of that id."""
        row = self._db.execute(
            f"SELECT {_SONG_COLUMNS} FROM songs WHERE song_id = ?",  # noqa: S608 - own constant
            (song_id,),
        ).fetchone()
        if row is None:
            known = [r[0] for r in self._db.execute("SELECT song_id FROM songs ORDER BY song_id LIMIT 3")]
            hint = f"its songs are named like {', '.join(known)}" if known else "it has no songs"
            raise CorpusError(f"{self.folder}: there is no song '{song_id}'; {hint}.")
        return _song(row)

    def bars(self, song: SongRecord) -> list[BarRecord]:
        """The song's bars in order."""
        rows = self._db.execute("SELECT start, stop, sung FROM bars WHERE song = ? ORDER BY number", (song.row,))
        return [BarRecord(start, stop, bool(sung)) for start, stop, sung in rows]

    def words(self, song: SongRecord) -> list[TimedWord]:
        """The song's words, in seconds of the motion."""
        rows = self._db.execute(
            "SELECT text, start, stop, line, estimated FROM words WHERE song = ? ORDER BY number", (song.row,)
        )
        return [TimedWord(text, start, stop, line, bool(estimated)) for text, start, stop, line, estimated in rows]

    def fingerprint_of(self, song_id: str) -> str | None:
        """Fingerprint of an imported song, or None."""
        row = self._db.execute("SELECT fingerprint FROM songs WHERE song_id = ?", (song_id,)).fetchone()
        return str(row[0]) if row else None

    def add_song(self, new: NewSong, motion: Motion, frame_words: NDArray[np.int32]) -> SongRecord:
        """Write a song, replacing one of the same id; all or nothing.

        ``frame_words`` is int32 [frames]: index of the word sung at each frame, -1 for [PAD].
        """
        old = self._db.execute("SELECT id FROM songs WHERE song_id = ?", (new.song_id,)).fetchone()
        report = new.report
        with self._db:
            if replaced := self._replaced_edits(new.song_id):
                note = f"{replaced} edits made by hand were replaced, because the files had changed."
                report = report | {"notes": [*report.get("notes", []), note]}
            self._db.execute("DELETE FROM songs WHERE song_id = ?", (new.song_id,))
            cursor = self._db.execute(
                "INSERT INTO songs (song_id, title, artist, genre, split, split_given, bpm, shift, frames, audio,"
                " segmenter, sources, report, fingerprint) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (new.song_id, new.title, new.artist, new.genre, new.split or "train", bool(new.split), new.bpm,
                 new.shift, len(motion), new.audio, new.segmenter, json.dumps(new.sources, ensure_ascii=False),
                 json.dumps(report, ensure_ascii=False), new.fingerprint),
            )
            row = int(cursor.lastrowid or 0)
            # A corpus of an older format becomes one of this as soon as it holds a song that older programs misread.
            self._db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT),))
            self._db.executemany(
                "INSERT INTO bars VALUES (?,?,?,?,?)",
                [(row, i, b.start, b.stop, b.sung) for i, b in enumerate(new.bars)],
            )
            self._db.executemany(
                "INSERT INTO words VALUES (?,?,?,?,?,?,?)",
                [(row, i, w.line, w.text, w.start, w.end, w.estimated) for i, w in enumerate(new.words)],
            )
            root = np.concatenate([motion.root_positions, motion.root_rotations], axis=1)
            moving, still = pack_rotations(motion.rotations)
            body = np.concatenate([motion.offsets, motion.driven[:, None], still], axis=1)
            arrays: dict[str, NDArray[Any]] = {
                "root": root.astype(np.float32), "rotations": moving,
                "body": body.astype(np.float32), "words": frame_words.astype(np.int32),
            }
            for kind, array in arrays.items():
                self._save(row, kind, array)
        if old is not None:
            # Row numbers are never used twice, so nothing refers to these any more.
            for stale in (self.folder / "arrays").glob(f"*/{old[0]:06d}.npy"):
                stale.unlink(missing_ok=True)
        return self.song(new.song_id)

    def share_out_splits(self, seed: int = 0) -> None:
        """Give every song that the manifest left without a split one: 8:1:1 by song, the same for the same seed."""
        rows = self._db.execute("SELECT song_id FROM songs WHERE NOT split_given ORDER BY song_id").fetchall()
        assigned = assign_splits([r[0] for r in rows], seed)
        with self._db:
            self._db.executemany(
                "UPDATE songs SET split = ? WHERE song_id = ?", [(split, name) for name, split in assigned.items()]
            )

    def motion(self, song: SongRecord, start: int = 0, stop: int | None = None) -> Motion:
        """The song's motion, or its frames ``start`` to ``stop`` (exclusive); the root is memory-mapped."""
        root, rotations = (self.array(song, kind)[start:stop] for kind in ("root", "rotations"))
        body = np.asarray(self.array(song, "body"))
        try:
            if rotations.dtype == np.int16:
                rotations = unpack_rotations(rotations, body[:, 4:])
            return Motion(root[:, :3], root[:, 3:], rotations, body[:, :3], body[:, 3] > 0)
        except ValueError as error:
            path = self._array_path(song.row, "rotations")
            raise InputError(path, f"the motion is damaged ({error})", "import the song again") from error

    # -- edits by hand (core.corpus.edits) --------------------------------------------------------

    def has_edits(self) -> bool:
        """Whether the tables of edits and tags are there."""
        return bool(self.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'edits'"))

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a query of the catalogue gives."""
        return self._db.execute(query, values).fetchall()

    @contextmanager
    def editing(self) -> Iterator[sqlite3.Connection]:
        """One transaction on the catalogue with the tables of edits in place: all of it, or nothing on an exception."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for statement in EDIT_TABLES.split(";"):
                self._db.execute(statement)
            yield self._db

    def set_frame_words(self, song: SongRecord, frame_words: NDArray[np.int32]) -> None:
        """Replace the array that says which word is sung at each frame (see :meth:`add_song`)."""
        self._save(song.row, "words", frame_words.astype(np.int32))

    def _replaced_edits(self, song_id: str) -> int:
        """Forget the edits of a song about to be imported anew; how many there were. Its tags stay."""
        if not self.has_edits():
            return 0
        count = self.rows("SELECT COUNT(*) FROM edits WHERE song_id = ? AND kind <> 'pending'", (song_id,))[0][0]
        self._db.execute("DELETE FROM edits WHERE song_id = ?", (song_id,))
        return int(count)

    # -- arrays and stages ------------------------------------------------------------------------

    def array(self, song: SongRecord, kind: str, *, mapped: bool = True) -> NDArray[Any]:
        """A song's array, memory-mapped and read-only; or in memory, which is quicker for a small one read whole."""
        path = self._array_path(song.row, kind)
        try:
            array: NDArray[Any] = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
        except FileNotFoundError as error:
            raise CorpusError(f"{path}: the array is missing; run build on {self.folder} again.") from error
        except (OSError, ValueError, EOFError) as error:
            raise InputError(path, "the array is damaged", "delete it and run build again") from error
        return array

    def stage_key(self, song: SongRecord, stage: str) -> str | None:
        """Key under which a stage of the song was last finished, or None. A missing array file counts as None."""
        row = self._db.execute("SELECT key FROM stages WHERE song = ? AND stage = ?", (song.row, stage)).fetchone()
        return str(row[0]) if row and self._array_path(song.row, stage).exists() else None

    def finish_stage(self, song: SongRecord, stage: str, key: str, array: NDArray[Any]) -> None:
        """Save a stage's array, then record the stage as finished under ``key``."""
        self._save(song.row, stage, array)
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO stages VALUES (?, ?, ?)", (song.row, stage, key))

    @contextmanager
    def file(self, name: str) -> Iterator[Path]:
        """Write a file of the corpus (``name`` relative to its folder) through a temporary one."""
        with replacing(self.folder / name) as temporary:
            yield temporary

    def _array_path(self, row: int, kind: str) -> Path:
        return self.folder / "arrays" / kind / f"{row:06d}.npy"

    def _save(self, row: int, kind: str, array: NDArray[Any]) -> None:
        with replacing(self._array_path(row, kind)) as temporary:
            np.save(temporary, array, allow_pickle=False)


def _song(row: tuple[Any, ...]) -> SongRecord:
    values = dict(zip(_SONG_COLUMNS.replace("id,", "row,", 1).split(", "), row, strict=True))
    return SongRecord(**values | {name: json.loads(values[name]) for name in ("sources", "report")})
