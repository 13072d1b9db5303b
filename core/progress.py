"""How long work tells where it stands, and how it is stopped.

Core functions take ``progress: Progress`` and call it between steps. To cancel, the callable raises
:class:`core.errors.Cancelled`; the function lets it through, having left nothing half-written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Callable ``(fraction done in [0, 1], what is being done)``."""

    def __call__(self, fraction: float, message: str = "") -> None:
        """Report; may raise :class:`core.errors.Cancelled`."""


def silent(fraction: float, message: str = "") -> None:
    """The progress callable that does nothing."""


def part(progress: Progress, start: float, stop: float, prefix: str = "") -> Progress:
    """Map a sub-task's [0, 1] onto [start, stop] of the whole task's progress."""

    def report(fraction: float, message: str = "") -> None:
        text = f"{prefix}: {message}" if prefix and message else prefix or message
        progress(start + (stop - start) * min(max(fraction, 0.0), 1.0), text)

    return report


def each(items: Sequence[T] | Iterable[T], progress: Progress, message: str = "") -> Iterator[T]:
    """Iterate over ``items``, reporting before each one and once at the end."""
    listed = list(items)
    for i, item in enumerate(listed):
        progress(i / len(listed), f"{message} {i + 1}/{len(listed)}".strip())
        yield item
    progress(1.0, message)
