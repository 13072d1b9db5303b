"""After an edit: the codes of a song again, with the codebooks that the corpus has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from core.codebooks import Codebook, load_codebook
from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.errors import KotofuriError
from core.pipeline.codebooks import DANCE_CODES, LYRIC_CODES, Kind, song_codes
from core.pipeline.options import BuildOptions
from core.pipeline.vectors import DANCE, LYRIC, dance_encoder
from core.progress import Progress, silent


def needs_encoder(corpus: Corpus, song_id: str) -> bool:
    """Whether :func:`recode` must encode the song's dance, which may load a network."""
    song = corpus.song(song_id)
    return corpus.setting(DANCE_CODES) is not None and corpus.stage_key(song, DANCE) is None


def recode(corpus: Corpus, song_id: str, progress: Progress = silent) -> bool:
    """Finish the stages of a song that an edit took back; returns whether its codes are whole again.

    Words' vectors do not depend on their times, so lyric codes follow from the stored ones; dance vectors are encoded
    anew where bars moved. Codebooks stay those of the last build. Where that build is not complete (or its codebooks
    are gone) nothing is done, and False says that a build is needed.
    """
    song = corpus.song(song_id)
    if corpus.setting(LYRIC_CODES) is None or corpus.setting(DANCE_CODES) is None:
        return False
    if corpus.stage_key(song, DANCE) is None and not _encode_dance(corpus, song, progress):
        return False
    kinds: tuple[tuple[Kind, str, str], ...] = (("lyric", LYRIC, LYRIC_CODES), ("dance", DANCE, DANCE_CODES))
    for kind, vectors, stage in kinds:
        setting = corpus.setting(stage)
        if corpus.stage_key(song, stage) == setting["key"]:
            continue
        book = _book(corpus, kind, int(setting["size"]), f"{setting['key']}".removeprefix(f"{stage} "))
        if book is None or corpus.stage_key(song, vectors) is None:
            return False
        corpus.finish_stage(song, stage, setting["key"], song_codes(corpus, song, kind, book))
    progress(1.0, "codes follow")
    return True


def recode_folder(folder: Path, song_id: str, progress: Progress = silent) -> bool:
    """:func:`recode` for a child process."""
    with Corpus.open(folder) as corpus:
        return recode(corpus, song_id, progress)


def _book(corpus: Corpus, kind: Kind, size: int, key: str) -> Codebook | None:
    path = corpus.folder / f"codebooks/{kind}-{size}.npz"
    if corpus.setting(f"codebook {kind} {size}") != key or not path.exists():
        return None
    try:
        return load_codebook(path)
    except KotofuriError:
        return None


def _encode_dance(corpus: Corpus, song: SongRecord, progress: Progress) -> bool:
    """Vectors of a song's dance by the encoder of the last build; False where that is another one now."""
    built, made_by = corpus.setting("build"), corpus.setting("encoders")
    if built is None or made_by is None:
        return False
    options = BuildOptions(**{name: built[name] for name in BuildOptions.__dataclass_fields__ if name in built})
    if options.dance_encoder == "train":
        # The weights as they are: an edit must not set off a training.
        weights = corpus.folder / "dance_encoder.safetensors"
        if not weights.exists():
            return False
        options = replace(options, dance_encoder=str(weights))
    encoder = dance_encoder(corpus, options, progress)
    if encoder.fingerprint != made_by["dance"]["fingerprint"]:
        return False
    vectors = encoder.encode(corpus.motion(song), [(bar.start, bar.stop) for bar in corpus.bars(song)])
    corpus.finish_stage(song, DANCE, f"dance {encoder.fingerprint} {song.fingerprint}", vectors.astype(np.float16))
    return True
