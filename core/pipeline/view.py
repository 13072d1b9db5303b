"""A built corpus as readers see it: its codes, its NPMI under one protocol, and what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.codes import SPLITS
from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.errors import CorpusError
from core.lyrics.words import TimedWord
from core.npmi import SongCounts, count_songs, npmi_table, positive_stretches, song_contributions
from core.pipeline.codebooks import CorpusBar, bar_frames, load_coded
from core.tables import table1_from_frames

_PIECE = 1_000
"""Bars that are worked on at once."""


class CorpusView:
    """Codes and NPMI of a corpus.

    Parameters
    ----------
    corpus : Corpus
        A built corpus, open.
    protocol : str
        "inductive" (counted on the training songs), "leave-one-song-out" (for each song, on all the others) or
        "transductive" (on all songs, as the paper's public code does).
    singletons : str
        "zero" or "keep-negative"; see :func:`core.npmi.npmi_table`.
    """

    def __init__(self, corpus: Corpus, protocol: str, singletons: str) -> None:
        self.corpus = corpus
        self.protocol = protocol
        self.singletons = singletons
        self.coded, self.bars = load_coded(corpus)
        self.songs = corpus.songs()

    @cached_property
    def counts(self) -> SongCounts:
        """Song counts of the protocol (of all songs under leave-one-song-out)."""
        if self.protocol != "inductive":
            return count_songs(self.coded)
        train = np.zeros(max(self.coded.songs, len(self.songs)), np.bool_)
        train[[i for i, song in enumerate(self.songs) if song.split == "train"]] = True
        if not train.any():
            raise CorpusError(f"{self.corpus.folder}: no song is in the training split; use --protocol transductive.")
        return count_songs(self.coded, train[: self.coded.songs])

    @cached_property
    def table(self) -> NDArray[np.float64]:
        """NPMI of every code pair, float64 [lyric codes, dance codes]."""
        return npmi_table(self.counts, self.singletons)

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """NPMI of every coded frame, float64 [frames]."""
        if self.protocol != "leave-one-song-out":
            return np.asarray(self.table[self.coded.lyric, self.coded.dance], dtype=np.float64)
        values = np.zeros(len(self.coded.lyric))
        frame_song = np.repeat(self.coded.song, self.coded.lengths)
        for song, own in song_contributions(self.coded):
            chosen = frame_song == song
            table = npmi_table(self.counts - own, self.singletons)
            values[chosen] = table[self.coded.lyric[chosen], self.coded.dance[chosen]]
        return values

    @cached_property
    def places(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Of every coded frame: index of its bar, and its frame number in the song; int32 [frames] both."""
        coded = self.coded
        bar, frame = (np.empty(int(coded.offsets[-1]), np.int32) for _ in range(2))
        starts = np.fromiter((entry.bar.start for entry in self.bars), np.int64, len(self.bars))
        shift = starts - coded.offsets[:-1]
        # In pieces: NumPy keeps the interpreter while it repeats, and a window that opens a corpus wants it back.
        for first in range(0, coded.bars, _PIECE):
            last = min(first + _PIECE, coded.bars)
            begin, end = int(coded.offsets[first]), int(coded.offsets[last])
            own = np.repeat(np.arange(first, last, dtype=np.int32), coded.lengths[first:last])
            bar[begin:end] = own
            frame[begin:end] = np.arange(begin, end) + shift[own]
        return bar, frame

    @cached_property
    def frame_words(self) -> NDArray[np.int32]:
        """Of every coded frame: index of the word sung in its song, or -1."""
        words = np.empty(int(self.coded.offsets[-1]), np.int32)
        first = 0
        for _, group in groupby(self.bars, key=lambda entry: entry.song.row):
            own = list(group)
            begin, end = (int(self.coded.offsets[i]) for i in (first, first + len(own)))
            sung = self.corpus.array(own[0].song, "words", mapped=False)
            words[begin:end] = sung[bar_frames([entry.bar for entry in own])]
            first += len(own)
        return words

    @cached_property
    def _bars_by_song(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, entry in enumerate(self.bars):
            found.setdefault(entry.song.song_id, []).append(i)
        return found

    def bars_of(self, song_id: str) -> list[int]:
        """Indices of a song's coded bars, in order."""
        return self._bars_by_song.get(song_id, [])

    def words(self, song: SongRecord) -> list[TimedWord]:
        """The words of a song."""
        return self.corpus.words(song)

    def table1(self, pairs: NDArray[np.bool_] | None = None) -> dict[str, Any]:
        """Table 1 of the paper for this corpus (see :func:`core.tables.table1_from_frames`).

        ``pairs``, bool [lyric codes, dance codes], limits what counts to frames of these.
        """
        values = self.values
        if pairs is not None:
            values = np.where(pairs[self.coded.lyric, self.coded.dance], values, 0.0)
        return table1_from_frames(self.coded, values)

    def stretches(self, minimum: float = 0.0) -> list[dict[str, Any]]:
        """Runs of frames of one word, one pair of codes and NPMI above ``minimum``, in song order."""
        _, frame = self.places
        runs = positive_stretches(self.coded, self.values, minimum, self.frame_words, frame)
        texts: dict[int, list[str]] = {}
        found = []
        for i, (start, stop) in enumerate(zip(runs.start.tolist(), runs.stop.tolist(), strict=True)):
            song = self.bars[runs.bar[i]].song
            if song.row not in texts:
                texts[song.row] = [w.text for w in self.words(song)]
            word = int(self.frame_words[start])
            found.append({
                "song_id": song.song_id, "start_frame": int(frame[start]), "end_frame": int(frame[stop - 1]) + 1,
                "word": texts[song.row][word] if word >= 0 else "", "lyric_code": int(runs.lyric[i]),
                "dance_code": int(runs.dance[i]), "npmi": float(runs.npmi[i]),
            })
        return found

    def pairs(self, top: int | None = None) -> list[dict[str, Any]]:
        """Code pairs with positive NPMI, highest first, each with its words, number of songs and of frames."""
        lyric, dance = np.nonzero(self.table > 0)
        values, songs = self.table[lyric, dance], self.counts.pair[lyric, dance]
        order = np.lexsort((dance, lyric, -songs, -values))[:top]
        flat = self.coded.lyric.astype(np.int64) * self.coded.dance_size + self.coded.dance
        sung = np.repeat(self.coded.sung, self.coded.lengths)
        frames = np.bincount(flat[sung], minlength=self.table.size)
        words = self._words_of_pairs({int(lyric[i]) * self.coded.dance_size + int(dance[i]) for i in order}, flat)
        return [
            {"lyric_code": int(lyric[i]), "dance_code": int(dance[i]), "npmi": float(values[i]), "songs": int(songs[i]),
             "frames": int(frames[int(lyric[i]) * self.coded.dance_size + int(dance[i])]),
             "words": [w for w, _ in words[int(lyric[i]) * self.coded.dance_size + int(dance[i])].most_common()]}
            for i in order
        ]

    def _words_of_pairs(self, wanted: set[int], flat: NDArray[np.int64]) -> dict[int, Counter[str]]:
        found: dict[int, Counter[str]] = {pair: Counter() for pair in wanted}
        bar, _ = self.places
        song = self.coded.song[bar]
        chosen = np.flatnonzero(np.isin(flat, list(wanted)) & (self.frame_words >= 0))
        texts: dict[int, list[str]] = {}
        for i in chosen:
            entry = self.songs[song[i]]
            if entry.row not in texts:
                texts[entry.row] = [w.text for w in self.words(entry)]
            found[int(flat[i])][texts[entry.row][self.frame_words[i]]] += 1
        return found

    def split_mask(self, split: str) -> NDArray[np.bool_]:
        """Coded bars of a split ("all" for every one), bool [bars]."""
        if split == "all":
            return np.ones(self.coded.bars, np.bool_)
        return np.asarray(self.coded.split == SPLITS.index(split), np.bool_)

    def bar_words(self, entry: CorpusBar) -> list[str]:
        """The words sung in a bar, in order."""
        spoken = np.asarray(self.corpus.array(entry.song, "words")[entry.bar.start : entry.bar.stop])
        texts = self.words(entry.song)
        return [texts[i].text for i in sorted({int(i) for i in spoken if i >= 0})]


@contextmanager
def open_view(folder: Path, protocol: str = "inductive", singletons: str = "zero") -> Iterator[CorpusView]:
    """Open a built corpus for reading; raises :class:`CorpusError` where it is not built."""
    with Corpus.open(folder) as corpus:
        yield CorpusView(corpus, protocol, singletons)


