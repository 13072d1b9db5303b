"""Bones of a PMD model, MMD's older format, in the terms of PMX."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

from core.errors import InputError
from core.files import read_bytes
from core.motion.mmd_bytes import Cursor, decode_name
from core.motion.mmd_model import Append, Bone, Ik, IkLink, MmdModel, checked_model
from core.motion.mmd_rest import KNEE_LIMITS

_U32 = struct.Struct("<I")
_U16 = struct.Struct("<H")
_BONE = struct.Struct("<20s H H B H 3f")
_IK_HEAD = struct.Struct("<H H B H f")
_HEAD_BYTES = 3 + 4 + 20 + 256
_VERTEX_BYTES, _MATERIAL_BYTES = 38, 70
_NO_BONE = 0xFFFF
_FOLLOWS_TURN, _SHARES_TURN = 5, 9
_STEP_PER_WEIGHT = 4.0
"""PMX's radians for one unit of PMD's control weight."""


def read_pmd(path: str | Path) -> MmdModel:
    """The bones of a PMD model, or :class:`InputError` where the file is no PMD, cut short or impossible.

    PMD has no deform layers: MMD turns plain bones first, then solves the IKs in the order of their list, then the
    bones that follow another one's turn. They become layers 0, 1 .. n and n + 1 here.
    """
    source = Path(path)
    cursor = Cursor(read_bytes(source), source)
    if not cursor.data.startswith(b"Pmd"):
        raise InputError(source, "this is not a PMD model (it does not start with 'Pmd')",
                         "check that it is the right file")
    name = decode_name(cursor.take(_HEAD_BYTES, "head")[7:27])
    cursor.skip(cursor.count(_U32, _VERTEX_BYTES, "vertices") * _VERTEX_BYTES, "vertices")
    cursor.skip(cursor.count(_U32, 2, "face corners") * 2, "face corners")
    cursor.skip(cursor.count(_U32, _MATERIAL_BYTES, "materials") * _MATERIAL_BYTES, "materials")
    rows = [cursor.unpack(_BONE, "bones") for _ in range(cursor.count(_U16, _BONE.size, "bones"))]
    iks = [_read_ik(cursor, rows) for _ in range(cursor.count(_U16, _IK_HEAD.size, "IK"))]
    bones = [_bone(row, len(iks) + 1) for row in rows]
    for i, (owner, ik) in enumerate(iks):
        if owner >= len(bones):
            raise InputError(source, f"an IK belongs to bone {owner}, which does not exist", "choose another model")
        bones[owner] = replace(bones[owner], ik=ik, layer=1 + i)
    return checked_model(source, name, bones)


def _bone(row: tuple[bytes, int, int, int, int, float, float, float], last_layer: int) -> Bone:
    raw, parent, tail, kind, other, x, y, z = row
    append = None
    if kind == _FOLLOWS_TURN and other != _NO_BONE:
        append = Append(other, 1.0)
    elif kind == _SHARES_TURN and tail != _NO_BONE:
        # Here the tail names the bone to follow and the other number is a percentage.
        append = Append(tail, other / 100.0)
    return Bone(decode_name(raw), -1 if parent == _NO_BONE else parent, (x, y, z),
                layer=0 if append is None else last_layer, append=append)


def _read_ik(cursor: Cursor, rows: list[tuple[bytes, int, int, int, int, float, float, float]]) -> tuple[int, Ik]:
    owner, effector, number, loops, weight = cursor.unpack(_IK_HEAD, "IK")
    links = struct.unpack(f"<{number}H", cursor.take(2 * number, "IK links"))
    knees = [b < len(rows) and "ひざ" in decode_name(rows[b][0]) for b in links]
    return owner, Ik(
        effector, loops, weight * _STEP_PER_WEIGHT,
        tuple(IkLink(b, KNEE_LIMITS if knee else None) for b, knee in zip(links, knees, strict=True)),
    )
