"""From nothing to a built demo corpus in one call, the first song being there long before the rest."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from core.pipeline.options import BuildOptions, BuildReport
from core.progress import Progress, part, silent

CORPUS: Final = "corpus"
SONGS: Final = 60
_COMPOSED: Final = 0.34
_IMPORTED: Final = 0.44


def data_folder() -> Path:
    """Where the program keeps what it makes by itself: KOTOFURI_DATA, or the user's data folder."""
    given = os.environ.get("KOTOFURI_DATA")
    if given:
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("Kotofuri", appauthor=False)


def bilingual_encoder() -> str:
    """Name of the lyric encoder that fits the demo, a third of whose songs are Japanese.

    The multilingual model where it can be had, else letters alone.
    """
    from huggingface_hub import try_to_load_from_cache

    from core.encoders.lyrics import LEXICAL, MULTILINGUAL, hub_reachable, open_multilingual

    # Loading the model's libraries takes seconds, in vain where there is neither the model nor a way to it.
    names = (MULTILINGUAL, f"sentence-transformers/{MULTILINGUAL}")
    if not any(try_to_load_from_cache(name, "config.json") for name in names) and not hub_reachable():
        return LEXICAL
    return MULTILINGUAL if open_multilingual("cpu") is not None else LEXICAL


def make_demo(folder: Path, songs: int = SONGS, seed: int = 0, progress: Progress = silent) -> BuildReport:
    """Compose the demo into ``folder``, import it into ``folder/corpus`` and build it.

    The first song is imported as soon as it is composed, so that a window can show it. A run that was stopped is
    repeated from where it stood.

    Raises
    ------
    KotofuriError
        The folder cannot be used.
    """
    # The composer's libraries take a second to load, for which a window that asks for the folder must not wait.
    from core.corpus.importer import import_songs
    from core.corpus.store import Corpus
    from core.demo.writing import first_manifest, write_demo
    from core.pipeline.build import build

    composing = part(progress, 0.0, _COMPOSED)
    ready = False

    def watch(fraction: float, message: str = "") -> None:
        nonlocal ready
        if fraction > 0.0 and not ready:
            ready = True
            with first_manifest(folder, songs, seed) as one, Corpus.create(folder / CORPUS) as corpus:
                import_songs([one], corpus, seed=seed)
        composing(fraction, message)

    manifest = write_demo(folder, songs, seed, watch)
    with Corpus.create(folder / CORPUS) as corpus:
        import_songs([manifest], corpus, seed=seed, progress=part(progress, _COMPOSED, _IMPORTED))
        return build(corpus, BuildOptions(lyric_encoder=bilingual_encoder(), seed=seed),
                     part(progress, _IMPORTED, 1.0))
