"""Typed lyrics to dances: the query as lyric codes, and the bars that come nearest."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.codebooks import load_codebook
from core.encoders.lyrics import LyricEncoder, Mode, open_lyric_encoder
from core.errors import CorpusError, SettingsError
from core.lyrics.segment import segment
from core.lyrics.share import share
from core.pipeline.codebooks import LYRIC_CODES
from core.pipeline.view import CorpusView
from core.skeleton import FPS
from core.xmied import SearchIndex

MAX_QUERY_FRAMES = 60 * FPS


@dataclass(frozen=True)
class Query:
    """A typed lyric as codes.

    Attributes
    ----------
    text : str
    words : tuple of (word, frames)
        Words and how many frames each lasts.
    codes : int32 [frames]
    """

    text: str
    words: tuple[tuple[str, int], ...]
    codes: NDArray[np.int32]


class QueryEncoder:
    """Turns typed lyrics into lyric codes, with the encoder and codebook that the corpus was built with."""

    def __init__(self, view: CorpusView) -> None:
        built = view.corpus.setting("build", {})
        self._mode: Mode = built.get("lyric_mode", "word")
        self._encoder = _encoder(view)
        size = view.corpus.setting(LYRIC_CODES)["size"]
        self._book = load_codebook(view.corpus.folder / "codebooks" / f"lyric-{size}.npz")

    def encode(self, text: str, frames: int) -> Query:
        """Codes of ``text`` sung evenly over ``frames`` frames, each word by its share of syllables or morae.

        Raises :class:`SettingsError` where the text has no word or more words than frames.
        """
        words = segment(text)
        if not words:
            raise SettingsError("The query has no word in it; type a line of lyrics.")
        if not len(words) <= frames <= MAX_QUERY_FRAMES:
            raise SettingsError(
                f"{len(words)} words do not fit into {frames} frames (at most {MAX_QUERY_FRAMES}); change --frames or "
                "shorten the query."
            )
        edges = [0]
        for i, (_, end) in enumerate(share(words, 0.0, float(frames))):
            # Every word keeps a frame, and leaves one for each word after it.
            edges.append(min(max(round(end), edges[-1] + 1), frames - (len(words) - 1 - i)))
        lengths = np.diff([*edges[:-1], frames])
        codes = self._book.encode(self._encoder.encode([words], self._mode)[0])
        return Query(text, tuple(zip(words, lengths.tolist(), strict=True)), np.repeat(codes, lengths).astype(np.int32))


def _encoder(view: CorpusView) -> LyricEncoder:
    built = view.corpus.setting("build", {})
    encoder, _ = open_lyric_encoder(built.get("lyric_encoder", "auto"), built.get("device", "auto"))
    stored = view.corpus.setting("encoders", {}).get("lyric", {})
    if stored.get("fingerprint") != encoder.fingerprint:
        raise CorpusError(
            f"{view.corpus.folder}: it was built with the lyric encoder '{stored.get('name')}', but '{encoder.name}' "
            "is what can be had now; make the former available, or build again."
        )
    return encoder


def usual_frames(view: CorpusView) -> int:
    """Median length of the corpus's bars in frames: how long a query lasts if nothing else is said."""
    return int(np.median(view.coded.lengths)) if view.coded.bars else 2 * FPS


def search(view: CorpusView, text: str, *, method: str = "xmied", frames: int | None = None, top: int = 10,
           split: str = "all", seed: int = 0) -> dict[str, Any]:
    """The dances that come nearest to a typed lyric, as the JSON object of the ``search`` command.

    Parameters
    ----------
    view : CorpusView
    text : str
    method : "xmied", or one of the controls "length-only" and "random"
    frames : int, optional
        Length of the query; the median bar if not given.
    top : int
        How many hits.
    split : str
        "train", "dev", "test" or "all".
    seed : int
        For the method "random".
    """
    query = QueryEncoder(view).encode(text, frames or usual_frames(view))
    chosen = np.flatnonzero(view.split_mask(split))
    gallery = view.coded.select(chosen)
    index = SearchIndex(gallery.dance, gallery.offsets) if method == "xmied" else None
    table = view.table
    start = time.perf_counter()
    if index is not None:
        distance = index.distances(query.codes, table)
    elif method == "length-only":
        distance = np.abs(gallery.lengths - len(query.codes)).astype(np.float64)
    elif method == "random":
        distance = np.random.default_rng(seed).random(gallery.bars) * np.maximum(gallery.lengths, len(query.codes))
    else:
        raise SettingsError(f"There is no search method '{method}'; use xmied, length-only or random.")
    score = 1.0 - distance / np.maximum(gallery.lengths, len(query.codes))
    order = np.lexsort((np.arange(len(score)), -score))[:top]
    seconds = time.perf_counter() - start
    results = []
    for rank, i in enumerate(order, start=1):
        entry = view.bars[chosen[i]]
        results.append({
            "rank": rank, "song_id": entry.song.song_id, "title": entry.song.title, "bar": entry.number,
            "start": entry.bar.start / FPS, "end": entry.bar.stop / FPS, "score": float(score[i]),
            "distance": float(distance[i]), "words": view.bar_words(entry),
        })
    return {
        "query": text, "method": method, "protocol": view.protocol, "seconds": seconds, "frames": len(query.codes),
        "query_words": [{"word": w, "frames": n} for w, n in query.words], "gallery": int(gallery.bars),
        "results": results,
    }
