"""The table of songs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from core.corpus.records import SongRecord
from core.pipeline.browse import SongShares
from core.skeleton import FPS

Index = QModelIndex | QPersistentModelIndex
TITLE, POSITIVE, BARS, LENGTH, ARTIST, GENRE, SPLIT, WORDS = range(8)
SONG_ROLE: Final = Qt.ItemDataRole.UserRole
SHARE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""Share of positive frames, and the largest share of any song: (float, float), or None while nothing is counted."""


def clock(seconds: float) -> str:
    """Minutes and seconds, "3:07"."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class SongsModel(QAbstractTableModel):
    """Songs with their shares of positive frames; filters and sorts itself."""

    def __init__(self) -> None:
        super().__init__()
        self._songs: Sequence[SongRecord] = ()
        self._shares: SongShares | None = None
        self._rows: list[int] = []
        self._column, self._down = TITLE, False
        self._filter = ("", "", "")
        self._open = ""

    # -- contents ---------------------------------------------------------------------------------

    def set_songs(self, songs: Sequence[SongRecord], shares: SongShares | None) -> None:
        """Show these songs; ``shares`` counts the same songs in the same order."""
        self._songs, self._shares = songs, shares if shares and len(shares.frames) == len(songs) else None
        self._arrange()

    def set_filter(self, text: str, genre: str = "", split: str = "") -> None:
        """Show songs whose title, artist, id or positive words hold every word of ``text``."""
        if (text, genre, split) != self._filter:
            self._filter = (text, genre, split)
            self._arrange()

    def set_open(self, song_id: str) -> None:
        """Mark the song that is open."""
        if song_id != self._open:
            self._open = song_id
            if self._rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, WORDS))

    @property
    def total(self) -> int:
        """Songs before filtering."""
        return len(self._songs)

    def song(self, row: int) -> SongRecord:
        """The song of a row."""
        return self._songs[self._rows[row]]

    def row_of(self, song_id: str) -> int | None:
        """Row of a song, or None where it is filtered out."""
        return next((r for r, i in enumerate(self._rows) if self._songs[i].song_id == song_id), None)

    def _arrange(self) -> None:
        text, genre, split = self._filter
        parts = text.casefold().split()

        def passes(i: int) -> bool:
            song = self._songs[i]
            if (genre and song.genre != genre) or (split and song.split != split):
                return False
            words = " ".join(self._shares.words[i]) if self._shares else ""
            held = f"{song.title} {song.artist} {song.song_id} {words}".casefold()
            return all(part in held for part in parts)

        self.beginResetModel()
        self._rows = [i for i in range(len(self._songs)) if passes(i)]
        self._rows.sort(key=self._key, reverse=self._down)
        self.endResetModel()

    def _key(self, i: int) -> Any:
        song, shares = self._songs[i], self._shares
        numbers = {
            POSITIVE: float(shares.share[i]) if shares else 0.0, BARS: int(shares.positive_bars[i]) if shares else 0,
            LENGTH: song.frames,
        }
        if self._column in numbers:
            return numbers[self._column]
        return self._text(i, self._column).casefold()

    def _text(self, i: int, column: int) -> str:
        song, shares = self._songs[i], self._shares
        if column == POSITIVE:
            return self.tr("{percent} %").format(percent=f"{100 * shares.share[i]:.1f}") if shares else "–"
        if column == BARS:
            return str(int(shares.positive_bars[i])) if shares else "–"
        if column == WORDS:
            return ", ".join(shares.words[i]) if shares else ""
        return {TITLE: song.title or song.song_id, ARTIST: song.artist, GENRE: song.genre, SPLIT: song.split,
                LENGTH: clock(song.frames / FPS)}[column]

    # -- what Qt asks -----------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else WORDS + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        i, column = self._rows[index.row()], index.column()
        song = self._songs[i]
        if role == Qt.ItemDataRole.DisplayRole:
            text = self._text(i, column)
            return f"▶ {text}" if column == TITLE and song.song_id == self._open else text
        if role == Qt.ItemDataRole.TextAlignmentRole and column in {BARS, LENGTH}:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole and song.song_id == self._open:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(i)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == TITLE and song.song_id == self._open:
            return self.tr("{title}, open").format(title=song.title or song.song_id)
        if role == SHARE_ROLE and column == POSITIVE and self._shares is not None:
            return float(self._shares.share[i]), float(self._shares.share.max())
        if role == SONG_ROLE:
            return song.song_id
        return None

    def _tip(self, i: int) -> str:
        song, shares = self._songs[i], self._shares
        name = f"{song.title or song.song_id} ({song.song_id})"
        if shares is None:
            return name
        counted = self.tr(
            "{positive} of {frames} frames and {bars} of {all} bars with lyrics are positive: the word and the movement"
            " meet in more songs than chance would have it.",
        ).format(positive=int(shares.positive_frames[i]), frames=int(shares.frames[i]),
                 bars=int(shares.positive_bars[i]), all=int(shares.bars[i]))
        return f"{name}\n{counted}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Title"), self.tr("Positive"), self.tr("Bars"), self.tr("Length"), self.tr("Artist"),
                    self.tr("Genre"), self.tr("Split"), self.tr("Words"))[section]
        if role == Qt.ItemDataRole.ToolTipRole and section in {POSITIVE, BARS, WORDS}:
            return {POSITIVE: self.tr("Share of the frames with lyrics whose word and movement are related"),
                    BARS: self.tr("Bars with such a frame"),
                    WORDS: self.tr("Words sung in such frames, the most frequent first")}[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = section in {BARS, LENGTH}
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column <= WORDS:
            self._column, self._down = column, order == Qt.SortOrder.DescendingOrder
            self._arrange()
