"""Which way playing goes through a song: from where, to where, and whether it comes round again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Route:
    """A way through the song. Times are seconds of the motion.

    Attributes
    ----------
    begin : float
        Where it starts.
    stop : float
        Where its first leg ends.
    loop : (float, float) or None
        What is then repeated for ever; None: it ends.
    """

    begin: float
    stop: float
    loop: tuple[float, float] | None = None

    @property
    def first(self) -> float:
        """Seconds of the first leg."""
        return max(self.stop - self.begin, 0.0)

    def ended(self, gone: float) -> bool:
        """Whether the way is at its end once ``gone`` seconds of song have been played."""
        return self.loop is None and gone >= self.first

    def at(self, gone: float) -> float:
        """The time after ``gone`` seconds of song."""
        if gone < self.first:
            return self.begin + max(gone, 0.0)
        if self.loop is None:
            return max(self.stop, self.begin)
        start, stop = self.loop
        return start + (gone - self.first) % (stop - start)

    def leg(self, number: int) -> tuple[float, float, float]:
        """Of the leg ``number`` (0 is the first): seconds gone at its start and at its end, and its first time."""
        if number == 0 or self.loop is None:
            return 0.0, self.first, self.begin
        start, stop = self.loop
        return self.first + (number - 1) * (stop - start), self.first + number * (stop - start), start


@dataclass(frozen=True)
class Plan:
    """What shall be played of a song.

    Attributes
    ----------
    seconds : float
        Length of the song.
    loop : (float, float) or None
        Repeated; the whole song is (0, seconds).
    once : (float, float) or None
        Played once, then stop; goes before ``loop``.
    """

    seconds: float
    loop: tuple[float, float] | None = None
    once: tuple[float, float] | None = None

    def route(self, time: float) -> Route:
        """The way on from a time. Behind the end of the loop it goes to the end of the song, then round the loop."""
        if self.once is not None and time < self.once[1]:
            return Route(time, self.once[1])
        if self.loop is None or self.loop[1] <= self.loop[0]:
            return Route(time, self.seconds)
        return Route(time, self.loop[1] if time < self.loop[1] else self.seconds, self.loop)
