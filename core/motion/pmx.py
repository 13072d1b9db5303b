"""Bones of a PMX 2.0/2.1 model. Vertices, faces, textures and materials are stepped over, not kept."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError
from core.files import read_bytes
from core.motion.mmd_bytes import Cursor
from core.motion.mmd_model import Append, Bone, Ik, IkLink, MmdModel, checked_model

_I32 = struct.Struct("<i")
_U16 = struct.Struct("<H")
_U8 = struct.Struct("<B")
_F32 = struct.Struct("<f")
_VECTOR = struct.Struct("<3f")
_BONE_HEAD = struct.Struct("<i H")
_LIMITS = struct.Struct("<6f")
_INDEX = {1: struct.Struct("<b"), 2: struct.Struct("<h"), 4: struct.Struct("<i")}
_GLOBALS = 8

_TAIL_IS_BONE, _IS_IK, _APPEND_LOCAL = 0x0001, 0x0020, 0x0080
_APPEND_ROTATION, _APPEND_TRANSLATION = 0x0100, 0x0200
_FIXED_AXIS, _LOCAL_AXES, _AFTER_PHYSICS, _OUTSIDE_PARENT = 0x0400, 0x0800, 0x1000, 0x2000


@dataclass(frozen=True)
class _Layout:
    encoding: str
    more_uv: int
    vertex: int
    texture: int
    bone: int


def read_pmx(path: str | Path) -> MmdModel:
    """The bones of a PMX model, or :class:`InputError` where the file is no PMX, cut short or impossible."""
    source = Path(path)
    cursor = Cursor(read_bytes(source), source)
    layout = _read_head(cursor)
    name = _text(cursor, layout, "name")
    for _ in range(3):
        _skip_text(cursor, "comment")
    _skip_vertices(cursor, layout)
    cursor.skip(cursor.count(_I32, layout.vertex, "face corners") * layout.vertex, "face corners")
    for _ in range(cursor.count(_I32, 4, "textures")):
        _skip_text(cursor, "textures")
    _skip_materials(cursor, layout)
    least = 8 + _VECTOR.size + layout.bone + _BONE_HEAD.size + layout.bone
    bones = [_read_bone(cursor, layout) for _ in range(cursor.count(_I32, least, "bones"))]
    return checked_model(source, name, bones)


def _read_head(cursor: Cursor) -> _Layout:
    if not cursor.data.startswith(b"PMX "):
        raise InputError(cursor.path, "this is not a PMX model (it does not start with 'PMX ')",
                         "check that it is the right file")
    cursor.skip(4, "head")
    version = cursor.unpack(_F32, "head")[0]
    if not 1.9 < version < 2.2:
        raise InputError(cursor.path, f"it is PMX version {version:.3g}, and only 2.0 and 2.1 are read",
                         "save it as PMX 2.0 in PMXEditor")
    number = cursor.unpack(_U8, "head")[0]
    values = cursor.take(number, "head")
    if number < _GLOBALS or values[0] > 1 or values[1] > 4 or any(size not in _INDEX for size in values[2:_GLOBALS]):
        raise InputError(cursor.path, "its head names impossible sizes", "export or download the model again")
    return _Layout("utf-16-le" if values[0] == 0 else "utf-8", values[1], values[2], values[3], values[5])


def _text(cursor: Cursor, layout: _Layout, what: str) -> str:
    return cursor.take(cursor.count(_I32, 1, what), what).decode(layout.encoding, errors="replace").rstrip("\0")


def _skip_text(cursor: Cursor, what: str) -> None:
    cursor.skip(cursor.count(_I32, 1, what), what)


def _skip_vertices(cursor: Cursor, layout: _Layout) -> None:
    fixed = 32 + 16 * layout.more_uv
    index = layout.bone
    # Bytes of a whole vertex by its weighting: one bone, two, four, spherical, dual quaternion.
    weights = [index, 2 * index + 4, 4 * index + 16, 2 * index + 40, 4 * index + 16]
    sizes = [fixed + 1 + w + 4 for w in weights]
    data, offset = cursor.data, cursor.offset + _I32.size
    try:
        for _ in range(cursor.count(_I32, sizes[0], "vertices")):
            offset += sizes[data[offset + fixed]]
    except IndexError:
        raise cursor.fail("vertices") from None
    cursor.skip(offset - cursor.offset, "vertices")


def _skip_materials(cursor: Cursor, layout: _Layout) -> None:
    for _ in range(cursor.count(_I32, 80, "materials")):
        _skip_text(cursor, "materials")
        _skip_text(cursor, "materials")
        # Colours 44, flags 1, edge 20, two textures, sphere mode 1.
        cursor.skip(66 + 2 * layout.texture, "materials")
        shared_toon = cursor.unpack(_U8, "materials")[0]
        cursor.skip(1 if shared_toon else layout.texture, "materials")
        _skip_text(cursor, "materials")
        cursor.skip(_I32.size, "materials")


def _read_bone(cursor: Cursor, layout: _Layout) -> Bone:
    index = _INDEX[layout.bone]
    name, english = _text(cursor, layout, "bones"), _text(cursor, layout, "bones")
    position = cursor.unpack(_VECTOR, "bones")
    parent = cursor.unpack(index, "bones")[0]
    layer, flags = cursor.unpack(_BONE_HEAD, "bones")
    cursor.skip(index.size if flags & _TAIL_IS_BONE else _VECTOR.size, "bones")
    append = None
    if flags & (_APPEND_ROTATION | _APPEND_TRANSLATION):
        source, ratio = cursor.unpack(index, "bones")[0], cursor.unpack(_F32, "bones")[0]
        append = Append(source, ratio, bool(flags & _APPEND_ROTATION), bool(flags & _APPEND_TRANSLATION),
                        bool(flags & _APPEND_LOCAL))
    if flags & _FIXED_AXIS:
        cursor.skip(_VECTOR.size, "bones")
    if flags & _LOCAL_AXES:
        cursor.skip(2 * _VECTOR.size, "bones")
    if flags & _OUTSIDE_PARENT:
        cursor.skip(_I32.size, "bones")
    ik = _read_ik(cursor, index) if flags & _IS_IK else None
    return Bone(name, parent, (position[0], position[1], position[2]), english, layer, bool(flags & _AFTER_PHYSICS),
                append, ik)


def _read_ik(cursor: Cursor, index: struct.Struct) -> Ik:
    effector = cursor.unpack(index, "IK")[0]
    loops = cursor.unpack(_I32, "IK")[0]
    step = cursor.unpack(_F32, "IK")[0]
    links = []
    for _ in range(cursor.count(_I32, index.size + 1, "IK links")):
        bone = cursor.unpack(index, "IK links")[0]
        limits = None
        if cursor.unpack(_U8, "IK links")[0]:
            bounds = cursor.unpack(_LIMITS, "IK links")
            limits = ((bounds[0], bounds[1], bounds[2]), (bounds[3], bounds[4], bounds[5]))
        links.append(IkLink(bone, limits))
    return Ik(effector, loops, step, tuple(links))
