"""Sets of keys that a person can choose between. An action that a preset does not name keeps its default keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

EDITOR: Final = "editor"
MEDIA_PLAYER: Final = "media"

PRESETS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    EDITOR: {},
    MEDIA_PLAYER: {
        "play.back": [","], "play.forward": ["."], "play.back_second": ["Left"], "play.forward_second": ["Right"],
        "play.previous_bar": ["Alt+Left", "PgUp"], "play.next_bar": ["Alt+Right", "PgDown"],
    },
}
"""Preset -> action -> keys as Qt writes them."""
