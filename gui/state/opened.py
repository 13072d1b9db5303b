"""An open corpus as the window holds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.errors import CorpusError
from core.pipeline.song import SongData, load_song
from core.pipeline.view import CorpusView


@dataclass(frozen=True)
class OpenCorpus:
    """A corpus folder, opened.

    Attributes
    ----------
    folder : Path
    corpus : Corpus
        Its connection may be read from any thread. Who writes opens a connection of its own.
    songs : tuple of SongRecord
    view : CorpusView or None
        Codes and NPMI under ``protocol``; None while the corpus is not built.
    protocol : str
    unbuilt : str
        Why there is no view, in a sentence.
    """

    folder: Path
    corpus: Corpus
    songs: tuple[SongRecord, ...]
    view: CorpusView | None
    protocol: str
    unbuilt: str = ""


def open_corpus(
    folder: Path, protocol: str, preview: Callable[[SongData], None] | None = None, first: str | None = None,
) -> OpenCorpus:
    """Open a corpus and count its NPMI; slow, for a worker. Raises :class:`CorpusError` where it is no corpus.

    ``preview`` is given the song ``first``, or else the first song, as soon as it is read and without its codes: those
    of a large corpus take seconds.
    """
    corpus = Corpus.open(folder)
    view, unbuilt = None, ""
    try:
        songs = tuple(corpus.songs())
        if preview is not None and songs:
            ids = [song.song_id for song in songs]
            preview(load_song(corpus, first if first in ids else ids[0]))
        view = CorpusView(corpus, protocol, "zero")
        # Computed here, in the worker, and kept: later readers find them ready.
        _ = view.table, view.values, view.places, view.frame_words
    except CorpusError as error:
        view, unbuilt = None, str(error)
    except BaseException:
        corpus.close()
        raise
    return OpenCorpus(folder, corpus, songs, view, protocol, unbuilt)
