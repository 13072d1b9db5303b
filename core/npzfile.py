"""Arrays out of an untrusted .npz file: no pickle, and nothing is allocated on the word of a size field."""

from __future__ import annotations

import io
import lzma
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.files import read_bytes

MAX_ARRAY_BYTES: Final = 512 * 2**20
_HEADER_BYTES: Final = 16384
_KINDS: Final = "biufUS"
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, TypeError, KeyError,
    IndexError, AttributeError, SyntaxError, tokenize.TokenError, RuntimeError, MemoryError, OverflowError,
)
"""What zipfile and NumPy's header parser raise on hostile bytes (RuntimeError: encrypted, or nested too deep)."""
_REMEDY: Final = "write it with numpy.savez"


def read_npz(
    path: str | Path, required: Sequence[str], optional: Sequence[str] = (), limit: int = MAX_ARRAY_BYTES
) -> dict[str, NDArray[Any]]:
    """The named arrays of a .npz file: booleans, whole or decimal numbers, or text.

    Each array may have up to ``limit`` bytes unpacked; its header is checked before the rest is unpacked. Raises
    :class:`InputError` where the file is no .npz, an array is missing, damaged, too large or of another type.
    """
    source = Path(path)
    try:
        archive = zipfile.ZipFile(io.BytesIO(read_bytes(source)))
    except InputError:
        raise
    except _BROKEN as error:
        raise InputError(source, "it is no .npz file, or a damaged one", _REMEDY) from error
    with archive:
        there = set(archive.namelist())
        missing = [name for name in required if f"{name}.npy" not in there]
        if missing:
            raise InputError(source, f"it has no array '{missing[0]}'", f"it needs {', '.join(required)}")
        wanted = [name for name in (*required, *optional) if f"{name}.npy" in there]
        return {name: _read_array(archive, source, name, limit) for name in wanted}


def _read_array(archive: zipfile.ZipFile, path: Path, name: str, limit: int) -> NDArray[Any]:
    try:
        with archive.open(f"{name}.npy") as member:
            # The header's own length field is not to be trusted either, hence a bounded piece.
            head = io.BytesIO(member.read(_HEADER_BYTES))
            version = np.lib.format.read_magic(head)
            parse = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, fortran, dtype = parse(head)
            if dtype.kind not in _KINDS or dtype.itemsize == 0 or any(size < 0 for size in shape):
                raise InputError(path, f"'{name}' holds neither numbers nor text", _REMEDY)
            size = math.prod(shape) * dtype.itemsize
            if size > limit:
                raise InputError(path, f"'{name}' would take {size} bytes, more than the {limit} that are read",
                                 "split the file")
            rest = head.read()
            data = rest + member.read(max(size + 1 - len(rest), 0))
    except InputError:
        raise
    except _BROKEN as error:
        raise InputError(path, f"the array '{name}' is damaged", _REMEDY) from error
    if len(data) != size:
        fault = f"'{name}' has {'more' if len(data) > size else 'fewer'} bytes than its header says"
        raise InputError(path, fault, _REMEDY)
    flat = np.frombuffer(data, dtype=dtype)
    return flat.reshape(shape, order="F" if fortran else "C").astype(dtype.newbyteorder("="))
