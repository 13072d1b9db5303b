"""Many clips at once: the places of a gesture or of a word, each in a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np

from core.corpus.store import Corpus
from core.errors import InputError, KotofuriError, SettingsError
from core.export.clip import ClipData, cut_frames
from core.export.names import Existing, fields_of, file_name, free_path
from core.export.pictures import PictureOptions, Pictures
from core.export.write import export_clip
from core.pipeline.browse import Place
from core.pipeline.view import CorpusView
from core.progress import Progress, part, silent
from core.skeleton import FPS

Extent = Literal["place", "around", "bar"]
"""What a clip of a place shows: the place alone, a second before and after it too, or the whole bar (or bars)."""

_JOIN: Final = FPS // 3
"""Runs of one gesture that are nearer than this are one place."""


@dataclass(frozen=True)
class BatchReport:
    """What a batch wrote, and what it could not write.

    Attributes
    ----------
    files : tuple of Path
        The clips and the files beside them, in order.
    clips : int
    frames : int
    faults : tuple of str
        One sentence for every clip that failed.
    """

    files: tuple[Path, ...]
    clips: int
    frames: int
    faults: tuple[str, ...]


def gesture_places(view: CorpusView, lyric: int, dance: int, song_id: str | None = None) -> list[Place]:
    """Places at which a pair of codes occurs while something is sung, in song order.

    Raises
    ------
    SettingsError
        Where the corpus has no such codes.
    """
    if not (0 <= lyric < view.coded.lyric_size and 0 <= dance < view.coded.dance_size):
        raise SettingsError(f"There is no gesture {lyric}:{dance}; lyric codes go up to {view.coded.lyric_size - 1}, "
                            f"dance codes up to {view.coded.dance_size - 1}.")
    chosen = (view.coded.lyric == lyric) & (view.coded.dance == dance) & (view.frame_words >= 0)
    return _runs(view, np.flatnonzero(chosen), song_id)


def word_places(view: CorpusView, word: str, song_id: str | None = None) -> list[Place]:
    """Places at which a word is sung (in the bars), whatever its case, in song order."""
    wanted = word.strip().casefold()
    found: list[Place] = []
    for song in view.songs:
        if song_id is not None and song.song_id != song_id:
            continue
        indices = [i for i, w in enumerate(view.words(song)) if w.text.casefold() == wanted]
        if not indices:
            continue
        sung = np.asarray(view.corpus.array(song, "words"))
        for i in indices:
            frames = np.flatnonzero(sung == i)
            if len(frames):
                found.append(Place(song.song_id, int(frames[0]), int(frames[-1]) + 1, word.strip()))
    return found


def _runs(view: CorpusView, flat: np.ndarray[tuple[int], np.dtype[np.int64]], song_id: str | None) -> list[Place]:
    bars, frames = view.places
    places: list[Place] = []
    texts: dict[int, list[str]] = {}
    for i in flat.tolist():
        song, frame = view.bars[int(bars[i])].song, int(frames[i])
        if song_id is not None and song.song_id != song_id:
            continue
        if places and places[-1].song_id == song.song_id and 0 <= frame - places[-1].stop <= _JOIN:
            places[-1] = replace(places[-1], stop=frame + 1)
            continue
        if song.row not in texts:
            texts[song.row] = [w.text for w in view.words(song)]
        places.append(Place(song.song_id, frame, frame + 1, texts[song.row][int(view.frame_words[i])]))
    return places


def extended(corpus: Corpus, places: Sequence[Place], extent: Extent) -> list[Place]:
    """The stretches that clips of these places show; equal ones (two places in one bar) only once."""
    # A dict keeps the order and knows equal stretches; a batch may have thousands.
    result: dict[Place, None] = {}
    songs: dict[str, tuple[int, list[tuple[int, int]]]] = {}
    for place in places:
        if place.song_id not in songs:
            song = corpus.song(place.song_id)
            songs[place.song_id] = song.frames, [(bar.start, bar.stop) for bar in corpus.bars(song)]
        frames, bars = songs[place.song_id]
        start, stop = place.start, place.stop
        if extent == "around":
            start, stop = start - FPS, stop + FPS
        elif extent == "bar":
            touched = [bar for bar in bars if bar[0] < place.stop and bar[1] > place.start]
            start = min([start, *(bar[0] for bar in touched)])
            stop = max([stop, *(bar[1] for bar in touched)])
        wider = Place(place.song_id, max(start, 0), min(stop, frames), place.word)
        if len(wider):
            result.setdefault(wider)
    return list(result)


def clip_of(corpus: Corpus, view: CorpusView | None, place: Place) -> ClipData:
    """The clip of a place."""
    return cut_frames(corpus, view, corpus.song(place.song_id), place.start, place.stop)


def export_places(
    corpus: Corpus, view: CorpusView | None, places: Sequence[Place], folder: Path, ending: str, *,
    template: str, existing: Existing = "number", pictures: Pictures | None = None,
    options: PictureOptions | None = None, progress: Progress = silent,
) -> BatchReport:
    """Write a clip of every place into a folder.

    A clip that cannot be written (its sound is damaged, its file exists) is named in the report and the others go on.
    :class:`core.errors.Cancelled` leaves the clips that are whole, and nothing of the one under way.

    Raises
    ------
    SettingsError
        For a template or an ending that is wrong, or where there is no place.
    """
    if not places:
        raise SettingsError("There is no place to export; choose another gesture or word.")
    chosen = options or PictureOptions()
    files: list[Path] = []
    taken: list[Path] = []
    faults: list[str] = []
    clips = frames = 0
    for i, place in enumerate(places):
        reach = part(progress, i / len(places), (i + 1) / len(places),
                     f"{i + 1}/{len(places)}" if len(places) > 1 else "")
        reach(0.0)
        try:
            clip = clip_of(corpus, view, place)
            name = file_name(template, fields_of(clip, i + 1, len(places), place.word), ending)
            path = free_path(folder / name, existing, taken, beside=chosen.beside)
            taken.append(path)
            files += export_clip(path, clip, overwrite=existing == "replace", pictures=pictures, options=chosen,
                                 progress=reach)
        except SettingsError:
            raise
        except (KotofuriError, OSError) as error:
            if len(places) == 1:
                raise
            faults.append(str(error) if isinstance(error, KotofuriError) else str(InputError(folder, str(error))))
            continue
        clips += 1
        frames += len(clip.motion)
    return BatchReport(tuple(files), clips, frames, tuple(faults))
