"""The build: encode -> cluster -> assign. Resumes at the song, and the stage, where it was stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from core.cluster.runner import HERE, Runner
from core.corpus.store import Corpus
from core.errors import CorpusError
from core.pipeline.options import PAPER_CODES, BuildOptions, BuildReport
from core.progress import Progress, part, silent


def build(
    corpus: Corpus, options: BuildOptions, progress: Progress = silent, runner: Runner = HERE
) -> BuildReport:
    """Bring a corpus from imported files to codes.

    Every stage keeps what an earlier run finished under the same settings, so that a killed build goes on
    where it stopped and ends in the same result. ``runner`` does what can be cut by song: vectors, merging of
    near-duplicates, codes. Training and k-means are done here, and only this process writes.

    Raises
    ------
    KotofuriError
        Where the corpus is empty, or an encoder cannot be had.
    """
    songs = corpus.songs()
    if not songs:
        raise CorpusError(f"{corpus.folder}: the corpus has no songs; import some first.")
    notes: list[str] = []
    seconds: dict[str, float] = {}

    @contextmanager
    def timed(stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        seconds[stage] = time.perf_counter() - start

    # torch and the language model take seconds to import, so they are imported where they are needed.
    from core.encoders.lyrics import open_lyric_encoder
    from core.pipeline.vectors import dance_encoder, encode_dances, encode_lyrics, shared_dance, shared_lyric

    training = 0.6 if options.dance_encoder == "train" else 0.0
    with timed("train"):
        dance = dance_encoder(corpus, options, part(progress, 0.0, training))
    with timed("dance vectors"):
        shared = shared_dance(corpus, options, dance)
        encoded, kept = encode_dances(corpus, shared, part(progress, training, 0.7), runner)
    with timed("lyric vectors"):
        lyric, notice = open_lyric_encoder(options.lyric_encoder, options.device)
        unknown = encode_lyrics(
            corpus, shared_lyric(options, lyric), options.lyric_mode, part(progress, 0.7, 0.8), runner
        )
        notes += [n for n in (notice, unknown) if n]
    corpus.set_setting("encoders", {
        "dance": {"name": dance.name, "fingerprint": dance.fingerprint},
        "lyric": {"name": lyric.name, "fingerprint": lyric.fingerprint, "mode": options.lyric_mode},
        "segmenters": sorted({song.segmenter for song in songs}),
    })
    with timed("codebooks and codes"):
        sizes, why = _cluster(corpus, options, part(progress, 0.8, 1.0), runner)
    notes += [why] if why else []
    corpus.set_setting("build", {**asdict(options), "lyric_codes": sizes[0], "dance_codes": sizes[1]})
    progress(1.0, "built")
    return BuildReport(tuple(notes), seconds, encoded, kept, *sizes)


def _cluster(
    corpus: Corpus, options: BuildOptions, progress: Progress, runner: Runner
) -> tuple[tuple[int, int], str]:
    from core.pipeline.codebooks import Codebooks, assign_codes
    from core.pipeline.tune import DANCE_GRID, HALF_ERROR, LYRIC_GRID, try_sizes

    books = Codebooks(corpus, options.seed, options.merge_threshold, runner)
    lyric, dance = options.lyric_codes, options.dance_codes
    why = ""
    if lyric is None or dance is None:
        grids = (lyric,) if lyric else LYRIC_GRID, (dance,) if dance else DANCE_GRID
        trials = try_sizes(corpus, books, *grids, margin=HALF_ERROR, progress=part(progress, 0.0, 0.8))
        best = trials[0]
        if best.score > 0.0:
            lyric, dance = best.lyric_codes, best.dance_codes
            why = f"Sizes chosen on the dev songs: {lyric} lyric and {dance} dance codes (z {best.score:.2f})."
        else:
            lyric, dance = lyric or PAPER_CODES, dance or PAPER_CODES
            why = f"The dev songs cannot tell sizes apart; the paper's code's {lyric} and {dance} are used."
    assign_codes(corpus, books, lyric, dance, part(progress, 0.8, 1.0))
    return (lyric, dance), why
