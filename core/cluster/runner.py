"""Who does song-wise work: this process, or the workers of a Dask cluster.

A stage hands over a function of the module's top level and what it is to be given for each item, and takes the results
as they come. What cannot be cut by song (k-means, training) never comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar

from core.corpus.records import SongRecord
from core.corpus.store import Corpus
from core.errors import KotofuriError, SettingsError
from core.progress import Progress

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S")

SongWork = Callable[[Corpus, SongRecord, S], R]
"""Work on one song with something that all songs share. It reads the song's arrays, bars and words, nothing else of the
corpus, and writes nothing."""


class ClusterError(KotofuriError, RuntimeError):
    """A cluster that could not finish what it was given."""


@dataclass(frozen=True)
class Shared(Generic[S]):
    """Something that the work on every song needs: an encoder, a codebook.

    Attributes
    ----------
    value : object
        For work in this process.
    opener : callable, arguments : tuple of plain values
        ``opener(*arguments)`` gives the same in another process, which keeps it for the next song. The arguments must
        name the content (a fingerprint), not only the place.
    """

    value: S
    opener: Callable[..., S]
    arguments: tuple[Any, ...]


class Runner(Protocol):
    """Runs independent pieces of work."""

    def map(
        self, function: Callable[..., R], items: Sequence[T], arguments: Callable[[T], tuple[Any, ...]],
        progress: Progress, text: Callable[[int, T], str], *, ordered: bool = False,
    ) -> Iterator[tuple[T, R]]:
        """Each item with ``function(*arguments(item))``, as they are finished, or in the order given.

        Parameters
        ----------
        function : callable
            Of a module's top level.
        items : sequence
        arguments : callable
            Called in this process, shortly before the item is worked on.
        progress : Progress
            Looked at between items, and a few times a second on a cluster.
        text : callable (place, item) -> str
            What is being done, for the progress; the place counts from 0.
        ordered : bool
        """

    def songs(
        self, function: SongWork[S, R], corpus: Corpus, songs: Sequence[SongRecord], shared: Shared[S],
        progress: Progress, text: Callable[[int, SongRecord], str], *, ordered: bool = False,
    ) -> Iterator[tuple[SongRecord, R]]:
        """Each song with ``function(corpus, song, shared)``; see :meth:`map`."""


class Here:
    """The :class:`Runner` that works in this process, one item after another."""

    def map(
        self, function: Callable[..., R], items: Sequence[T], arguments: Callable[[T], tuple[Any, ...]],
        progress: Progress, text: Callable[[int, T], str], *, ordered: bool = False,  # noqa: ARG002 - always is
    ) -> Iterator[tuple[T, R]]:
        """See :meth:`Runner.map`."""
        for i, item in enumerate(items):
            progress(i / len(items), text(i, item))
            yield item, function(*arguments(item))

    def songs(
        self, function: SongWork[S, R], corpus: Corpus, songs: Sequence[SongRecord], shared: Shared[S],
        progress: Progress, text: Callable[[int, SongRecord], str], *, ordered: bool = False,
    ) -> Iterator[tuple[SongRecord, R]]:
        """See :meth:`Runner.songs`."""
        return self.map(
            function, songs, lambda song: (corpus, song, shared.value), progress, text, ordered=ordered
        )


HERE: Final = Here()


@contextmanager
def open_runner(address: str | None, folder: str | Path) -> Iterator[Runner]:
    """Who works on the corpus in ``folder``: the cluster whose scheduler has that address; without one, this process.

    Raises
    ------
    SettingsError
        Where dask.distributed is not installed, the scheduler does not answer or has no workers, or a worker does not
        see the folder or has another version of this program.
    """
    if address is None:
        yield HERE
        return
    try:
        from core.cluster.dask_runner import connect
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"dask", "distributed"}:
            raise
        raise SettingsError(
            "Work on a cluster needs the package distributed; install it with: pip install 'kotofuri[cluster]'."
        ) from error
    with connect(address, Path(folder)) as runner:
        yield runner
