"""The list of gestures: the best movement of every word, the word's other movements folded under it."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from core.pipeline.browse import Catalogue, Filter, Order, Place

Index = QModelIndex | QPersistentModelIndex
GESTURE_ROLE: Final = Qt.ItemDataRole.UserRole
PLACE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The :class:`Place` to show in the picture."""
NPMI_ROLE: Final = Qt.ItemDataRole.UserRole + 2
SENTENCE_ROLE: Final = Qt.ItemDataRole.UserRole + 3
DETAIL_ROLE: Final = Qt.ItemDataRole.UserRole + 4
WORDS_ROLE: Final = Qt.ItemDataRole.UserRole + 5
"""(word, places where it is sung), most frequent first."""
MORE_ROLE: Final = Qt.ItemDataRole.UserRole + 6
"""How many more movements are folded under a row."""
_TOP_WORDS: Final = 4


class GesturesModel(QAbstractItemModel):
    """Gestures that pass a filter, grouped by their most frequent word."""

    def __init__(self) -> None:
        super().__init__()
        self._catalogue: Catalogue | None = None
        self._groups: list[list[int]] = []
        self._words: dict[int, list[tuple[str, int]]] = {}
        self._pictures: dict[int, Place | None] = {}
        self._frames: dict[str, int] = {}
        self._where: dict[int, tuple[int, int]] = {}

    # -- contents ---------------------------------------------------------------------------------

    def show(self, catalogue: Catalogue | None, where: Filter | None = None, order: Order = "evidence") -> None:
        """List the gestures of a catalogue that pass ``where``, in an order; None empties the list."""
        self.beginResetModel()
        if catalogue is not self._catalogue:
            self._words, self._pictures = {}, {}
            self._frames = {song.song_id: song.frames for song in catalogue.songs} if catalogue else {}
        self._catalogue = catalogue
        groups: dict[int, list[int]] = {}
        if catalogue is not None:
            found = catalogue.find(where or Filter(), order)
            for gesture, group in zip(found.tolist(), catalogue.gestures.group[found].tolist(), strict=True):
                groups.setdefault(group, []).append(gesture)
        self._groups = list(groups.values())
        self._where = {g: (i, j) for i, group in enumerate(self._groups) for j, g in enumerate(group)}
        self.endResetModel()

    @property
    def shown(self) -> int:
        """Gestures that passed, folded ones included."""
        return len(self._where)

    @property
    def total(self) -> int:
        """Gestures before filtering."""
        return len(self._catalogue.gestures) if self._catalogue else 0

    def index_of(self, gesture: int) -> QModelIndex:
        """Where a gesture stands; invalid where it is filtered out."""
        if gesture not in self._where:
            return QModelIndex()
        group, member = self._where[gesture]
        top = self.index(group, 0)
        return top if member == 0 else self.index(member - 1, 0, top)

    def gesture(self, index: Index) -> int | None:
        """The gesture of a row."""
        if not index.isValid():
            return None
        group = index.internalId()
        return self._groups[index.row()][0] if group == 0 else self._groups[group - 1][index.row() + 1]

    def headline(self, gesture: int) -> str:
        """The gesture's words, "goodbye, farewell"."""
        words = [word for word, _ in self.words(gesture)[:_TOP_WORDS] if word]
        return ", ".join(words) or self.tr("(no word)")

    def words(self, gesture: int) -> list[tuple[str, int]]:
        """Words of a gesture with their places, most frequent first."""
        if self._catalogue is not None and gesture not in self._words:
            self._words[gesture] = self._catalogue.words(gesture)
        return self._words.get(gesture, [])

    def sentence(self, gesture: int) -> str:
        """What was counted, in plain words."""
        if self._catalogue is None:
            return ""
        g = self._catalogue.gestures
        sung = bool(self.words(gesture)) and bool(self.words(gesture)[0][0])
        text = self.tr("Together in {songs} of the {sung} songs that sing it") if sung else self.tr(
            "Together in {songs} of {sung} songs")
        return text.format(songs=int(g.songs[gesture]), sung=int(g.lyric_songs[gesture]))

    def detail(self, gesture: int) -> str:
        """The figures beside it."""
        if self._catalogue is None:
            return ""
        g = self._catalogue.gestures
        return self.tr("{chance} expected by chance · {frames} frames · {places} places").format(
            chance=f"{self._expected(gesture):.1f}", frames=int(g.frames[gesture]), places=int(g.places[gesture]))

    def _expected(self, gesture: int) -> float:
        assert self._catalogue is not None
        g, counted = self._catalogue.gestures, max(self._catalogue.counted, 1)
        return float(g.lyric_songs[gesture] * g.dance_songs[gesture] / counted)

    def tip(self, gesture: int) -> str:
        """The exact figures."""
        if self._catalogue is None:
            return ""
        g = self._catalogue.gestures
        lines = [
            self.tr("NPMI {npmi} (1: always together, 0: as often as chance, -1: never).")
            .format(npmi=f"{g.npmi[gesture]:.4f}"),
            self.tr("Lyric code {lyric} occurs in {sung} of the {counted} counted songs, dance code {dance} in"
                    " {danced}; they share a frame in {songs}.")
            .format(lyric=int(g.lyric[gesture]), sung=int(g.lyric_songs[gesture]), counted=self._catalogue.counted,
                    dance=int(g.dance[gesture]), danced=int(g.dance_songs[gesture]), songs=int(g.songs[gesture])),
            self.tr("Were both strewn over the songs at random, {chance} songs would have both; {songs} or more with"
                    " probability {p}.")
            .format(chance=f"{self._expected(gesture):.2f}", songs=int(g.songs[gesture]),
                    p=f"{g.chance[gesture]:.2g}"),
            *([self.tr("Were dances exchanged among songs of like length, {songs} or more with probability {p}; of all"
                       " pairs as unlikely as this, about {q} % are chance.")
               .format(songs=int(g.songs[gesture]), p=f"{g.p[gesture]:.2g}", q=f"{100 * g.q[gesture]:.2g}")]
              if self._catalogue.tested else []),
            self.tr("Counting protocol: {protocol}.").format(protocol=self._catalogue.protocol),
        ]
        named = [f"{word} ×{count}" for word, count in self.words(gesture)[:12] if word]
        if named:
            lines.insert(0, self.tr("Words and places: {words}").format(words=", ".join(named)))
        return "\n".join(lines)

    def picture(self, gesture: int) -> Place | None:
        """The place that the row's picture shows, at least a second long."""
        catalogue = self._catalogue
        if catalogue is not None and gesture not in self._pictures:
            place = catalogue.example(gesture)
            frames = self._frames.get(place.song_id, 0) if place else 0
            self._pictures[gesture] = place.widened(frames) if place else None
        return self._pictures.get(gesture)

    # -- what Qt asks -----------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        if row < 0 or column != 0:
            return QModelIndex()
        if parent is None or not parent.isValid():
            return self.createIndex(row, 0, 0) if row < len(self._groups) else QModelIndex()
        if parent.internalId() == 0 and row + 1 < len(self._groups[parent.row()]):
            return self.createIndex(row, 0, parent.row() + 1)
        return QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def rowCount(self, parent: Index | None = None) -> int:
        if parent is None or not parent.isValid():
            return len(self._groups)
        return len(self._groups[parent.row()]) - 1 if parent.internalId() == 0 else 0

    def columnCount(self, _parent: Index | None = None) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        gesture = self.gesture(index)
        if gesture is None or self._catalogue is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.tr("{words}: {sentence}, NPMI {npmi}").format(
                words=self.headline(gesture), sentence=self.sentence(gesture),
                npmi=f"{self._catalogue.gestures.npmi[gesture]:.2f}")
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(gesture)
        if role == GESTURE_ROLE:
            return gesture
        if role == PLACE_ROLE:
            return self.picture(gesture)
        if role == NPMI_ROLE:
            return float(self._catalogue.gestures.npmi[gesture])
        if role == SENTENCE_ROLE:
            return self.sentence(gesture)
        if role == DETAIL_ROLE:
            return self.detail(gesture)
        if role == WORDS_ROLE:
            return self.words(gesture)[:_TOP_WORDS]
        if role == MORE_ROLE:
            return self.rowCount(index)
        return None
