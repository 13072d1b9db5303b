"""Reading MMD's binary files: a cursor that never reads past the end, and names in CP932."""

from __future__ import annotations

import struct
import unicodedata
from pathlib import Path
from typing import Any

from core.errors import InputError

VMD_NAME_BYTES = 15
"""Bytes of a bone name that a VMD file keeps."""


class Cursor:
    """A position in a file's bytes. Every read checks what is left and raises :class:`InputError` if it is too little.

    Parameters
    ----------
    data : bytes
        The whole file.
    path : Path
        Its name, for the error.
    """

    def __init__(self, data: bytes, path: Path) -> None:
        self.data = data
        self.path = path
        self.offset = 0

    @property
    def left(self) -> int:
        """Bytes from here to the end."""
        return len(self.data) - self.offset

    def fail(self, what: str) -> InputError:
        """The error of a file that ends inside ``what``."""
        return InputError(self.path, f"the file is cut short or damaged in its {what}", "export or download it again")

    def skip(self, size: int, what: str) -> None:
        """Move on by ``size`` bytes."""
        if size < 0 or size > self.left:
            raise self.fail(what)
        self.offset += size

    def take(self, size: int, what: str) -> bytes:
        """The next ``size`` bytes."""
        start = self.offset
        self.skip(size, what)
        return self.data[start : self.offset]

    def unpack(self, layout: struct.Struct, what: str) -> tuple[Any, ...]:
        """The next values of a ``struct`` layout."""
        start = self.offset
        self.skip(layout.size, what)
        return layout.unpack_from(self.data, start)

    def count(self, layout: struct.Struct, least: int, what: str) -> int:
        """A count of items of at least ``least`` bytes each, refused where the file cannot hold so many."""
        number = int(self.unpack(layout, what)[0])
        if number < 0 or number * least > self.left:
            raise InputError(
                self.path, f"it announces {number} {what} but has only {self.left} bytes left for them",
                "the file is cut short or damaged; export or download it again",
            )
        return number


def decode_name(raw: bytes) -> str:
    """CP932 text up to the first NUL; a character cut in half at the end, and what cannot be shown, are left out."""
    return shown(raw.split(b"\0", 1)[0].decode("cp932", errors="ignore"))


def shown(text: str) -> str:
    """``text`` without line breaks and other characters that cannot be shown."""
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


def encode_name(name: str, size: int) -> bytes:
    """CP932 bytes of ``name`` cut at ``size`` as MMD does, even inside a character; unknown characters become '?'."""
    return name.encode("cp932", errors="replace")[:size]


def plain_name(name: str) -> str:
    """A bone name without the differences that modellers do not mean: width of digits and letters, 捻 for 捩, ..."""
    text = unicodedata.normalize("NFKC", name).strip().lower()
    return text.replace("捻", "捩").replace("人差指", "人指").replace("人差し指", "人指")
