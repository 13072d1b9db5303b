"""Splitting songs 8:1:1 into train, dev and test (Watanabe & Goto 2025, section 4: split by song)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def assign_splits(song_ids: Sequence[str], seed: int = 0) -> dict[str, str]:
    """Split for each song: about 80 % train, 10 % dev, 10 % test.

    Songs are ordered by a hash of seed and id, so the order in which they were imported does not
    matter. From three songs on, dev and test have at least one song each.
    """
    ranked = sorted(song_ids, key=lambda name: hashlib.sha256(f"{seed}:{name}".encode()).digest())
    held_out = max(1, round(len(ranked) / 10)) if len(ranked) >= 3 else 0
    train = len(ranked) - 2 * held_out
    return {
        name: "train" if i < train else "dev" if i < train + held_out else "test" for i, name in enumerate(ranked)
    }
