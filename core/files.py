"""Reading untrusted files and writing files that are either whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import InputError

MAX_TEXT_BYTES = 256 * 2**20
MAX_BINARY_BYTES = 1024 * 2**20
_ENCODINGS = ("utf-8", "cp932", "euc_jp")


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it over ``path`` when the block ends well.

    On any exception the temporary file is removed and ``path`` is untouched. The temporary name
    keeps the suffix, because some writers choose the format by it.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem[:40]}-", suffix=target.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write UTF-8 text through :func:`replacing`."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def read_bytes(path: str | Path, limit: int = MAX_BINARY_BYTES) -> bytes:
    """The whole file, or an :class:`InputError` where it is missing, empty, a folder or over ``limit`` bytes."""
    source = Path(path)
    try:
        if not source.exists():
            raise InputError(source, "there is no such file", "check the name and the folder")
        if not source.is_file():
            raise InputError(source, "this is not a file", "name a file")
        size = source.stat().st_size
        if size == 0:
            raise InputError(source, "the file is empty", "export or download it again")
        if size > limit:
            raise InputError(source, f"the file has {size} bytes, more than the {limit} that are read", "cut it")
        return source.read_bytes()
    except OSError as error:
        raise InputError(source, f"it cannot be read ({error.strerror})", "check the permissions") from error


def read_text(path: str | Path, limit: int = MAX_TEXT_BYTES) -> str:
    """A text file in UTF-8 (with or without BOM), UTF-16 with BOM, CP932 or EUC-JP.

    Raises :class:`InputError` where none of them fits or the content is binary.
    """
    return decode_text(read_bytes(path, limit), path)


def decode_text(data: bytes, path: str | Path) -> str:
    """Decode as :func:`read_text` does; ``path`` is only named in the error."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise InputError(path, "it starts like UTF-16 but is not", "save it as UTF-8") from error
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if b"\0" in data[:65536]:
        raise InputError(path, "this is a binary file where text is expected", "check that it is the right file")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(path, "its text is neither UTF-8, UTF-16, CP932 nor EUC-JP", "save it as UTF-8")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
