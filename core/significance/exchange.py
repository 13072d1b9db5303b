"""Dances exchanged among songs: what is left of a relation between lyrics and dance is chance.

The null hypothesis is that, among songs of like length, any dance could have stood over any lyrics. An exchange keeps
the lyrics of every song, the dances, how often each code occurs, how dances repeat themselves, and that codes last for
many frames; it undoes only which dance belongs to which lyrics. So a relation that all songs of a kind share (a genre,
a language) is no chance here.

A dance is lent bar by bar, the first sung bar to the first and so on, again from the first where it has fewer; inside
a bar its codes are stretched to the bar's frames (the code in whose part the middle of a frame lies). Words and poses
begin on beats in every song: cut without regard to bars, lent dances would miss the beat, and every pair of a word and
a pose of the first beat would stand out.

What an exchange cannot keep is how a song's own dance follows its shape: verses that come again with the same dance
have fewer different pairs than with a borrowed one. It errs on the safe side: chance is made out a little larger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.codes import CodedBars

BLOCK: Final = 12
"""Most songs that exchange dances with each other: more tell more, but differ more in length, and the exact
distribution takes 2**BLOCK steps."""


@dataclass(frozen=True)
class Exchange:
    """Songs that exchange their dances.

    Attributes
    ----------
    codes : CodedBars
        The bars with lyrics.
    songs : int64 [songs]
        Numbers of the songs that have such a bar with frames in it, rising.
    bars : int64 [bars]
        The bars of ``codes`` that hold frames, song after song.
    edges : int64 [songs + 1]
        Where each song begins in ``bars``.
    blocks : tuple of int64 [up to BLOCK]
        Places in ``songs`` of those that exchange with each other: neighbours by number of bars, then of frames, of
        one split.
    """

    codes: CodedBars
    songs: NDArray[np.int64]
    bars: NDArray[np.int64]
    edges: NDArray[np.int64]
    blocks: tuple[NDArray[np.int64], ...]

    @classmethod
    def of(cls, codes: CodedBars, songs: NDArray[np.bool_] | None = None) -> Exchange:
        """The exchange among the songs of ``codes``, or among the chosen ones, bool [codes.songs]."""
        sung = codes.select(codes.sung if songs is None else codes.sung & songs[codes.song])
        held = np.flatnonzero(sung.lengths > 0)
        bars = held[np.argsort(sung.song[held], kind="stable")].astype(np.int64)
        numbers, first = np.unique(sung.song[bars], return_index=True)
        edges = np.append(first, len(bars)).astype(np.int64)
        count, split = np.diff(edges), sung.split[bars[first]]
        frames = np.bincount(sung.song[bars], sung.lengths[bars], minlength=1)[numbers]
        blocks: list[NDArray[np.int64]] = []
        for own in np.unique(split):
            here = np.flatnonzero(split == own)
            here = here[np.lexsort((here, frames[here], count[here]))].astype(np.int64)
            blocks += np.array_split(here, -(-len(here) // BLOCK))
        return cls(sung, numbers.astype(np.int64), bars, edges, tuple(blocks))

    def exchanged(self, lender: NDArray[np.int64]) -> CodedBars:
        """``codes`` with the dance of song ``lender[i]`` over the lyrics of song ``i`` (places in ``songs``)."""
        lender = np.asarray(lender, np.int64)
        count = np.diff(self.edges)
        song = np.repeat(np.arange(len(self.songs)), count)
        number = np.arange(len(self.bars)) - self.edges[song]
        other = self.bars[self.edges[lender[song]] + number % count[lender[song]]]
        begin, length, lent = self.codes.offsets[other], self.codes.lengths[self.bars], self.codes.lengths[other]
        start = np.cumsum(length) - length
        place = np.arange(int(length.sum())) - np.repeat(start, length)
        part = np.repeat(begin, length) + (2 * place + 1) * np.repeat(lent, length) // np.repeat(2 * length, length)
        dance = self.codes.dance.copy()
        dance[place + np.repeat(self.codes.offsets[self.bars], length)] = self.codes.dance[part]
        return replace(self.codes, dance=dance)

    def permuted(self, seed: int) -> NDArray[np.int64]:
        """Lenders drawn at random: in every block each order, the songs' own among them, is as likely as any other."""
        rng = np.random.default_rng(seed)
        lender = np.arange(len(self.songs))
        for block in self.blocks:
            lender[block] = rng.permutation(block)
        return lender

    def estranged(self, seed: int) -> NDArray[np.int64]:
        """Lenders drawn at random so that no song keeps its own dance, unless there is but one song.

        The songs of a block sit in a ring in random order, and each takes its neighbour's dance; the only song of its
        split borrows that of the song with the nearest number of bars.
        """
        rng = np.random.default_rng(seed)
        lender = np.arange(len(self.songs))
        count = np.diff(self.edges)
        for block in self.blocks:
            if len(block) > 1:
                ring = rng.permutation(block)
                lender[ring] = np.roll(ring, -1)
            elif len(self.songs) > 1:
                distance = np.abs(count - count[block[0]])
                distance[block[0]] = np.iinfo(np.int64).max
                lender[block[0]] = int(np.argmin(distance))
        return lender


def shuffled_codes(codes: CodedBars, seed: int) -> CodedBars:
    """The bars with lyrics, each song's lyrics over the dance of another song of like length (see the module).

    Seeded; no song keeps its own dance, unless it is the only one.
    """
    exchange = Exchange.of(codes)
    return exchange.exchanged(exchange.estranged(seed))
