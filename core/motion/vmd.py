"""VMD files as they are: bone keys and IK switches, parsed and written back without interpretation.

The layout is the one MikuMikuDance writes (little-endian, CP932 names): a 30-byte signature, the model's name
(20 bytes; 10 in the old format), then counted blocks of bone, face, camera, light, shadow and property keys.
A file may end after any block: older programs stop early.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.files import read_bytes
from core.motion.mmd_bytes import VMD_NAME_BYTES, Cursor, decode_name, encode_name

BONE_KEY = np.dtype(
    [("name", "u1", VMD_NAME_BYTES), ("frame", "<u4"), ("position", "<f4", 3), ("rotation", "<f4", 4),
     ("handles", "u1", 64)]
)
"""One bone key, 111 bytes, in MMD's left-handed axes and units."""

_SIGNATURE = b"Vocaloid Motion Data 0002"
_OLD_SIGNATURE = b"Vocaloid Motion Data file"
_SIGNATURE_BYTES = 30
_NAME_BYTES = 20
_OLD_NAME_BYTES = 10
_IK_NAME_BYTES = 20
_FACE_BYTES, _CAMERA_BYTES, _LIGHT_BYTES, _SHADOW_BYTES = 23, 61, 28, 9
_U32 = struct.Struct("<I")
_PROPERTY = struct.Struct("<IBI")


@dataclass(frozen=True)
class IkSwitch:
    """Which IK bones are on from a frame on.

    Attributes
    ----------
    frame : int
    states : tuple of (bone name, on)
    """

    frame: int
    states: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class VmdFile:
    """What a VMD file holds.

    Attributes
    ----------
    model_name : str
    bones : structured array [n] of :data:`BONE_KEY`
        In the order of the file.
    switches : tuple of IkSwitch
        In the order of the file.
    faces, cameras : int
        Number of face and camera keys (their contents are not read).
    """

    model_name: str
    bones: NDArray[np.void]
    switches: tuple[IkSwitch, ...] = ()
    faces: int = 0
    cameras: int = 0


def parse_vmd(path: str | Path) -> VmdFile:
    """Read a VMD file. Raises :class:`InputError` where it is no VMD file, or ends inside a block."""
    source = Path(path)
    cursor = Cursor(read_bytes(source), source)
    head = cursor.data[:_SIGNATURE_BYTES]
    if head.startswith(_SIGNATURE):
        name_bytes = _NAME_BYTES
    elif head.startswith(_OLD_SIGNATURE):
        name_bytes = _OLD_NAME_BYTES
    else:
        raise InputError(source, "this is not a VMD motion (it does not start with 'Vocaloid Motion Data')",
                         "check that it is the right file")
    cursor.skip(_SIGNATURE_BYTES, "head")
    name = decode_name(cursor.take(name_bytes, "head"))
    n_bones = cursor.count(_U32, BONE_KEY.itemsize, "bone keys")
    bones = np.frombuffer(cursor.data, BONE_KEY, n_bones, cursor.offset)
    cursor.skip(n_bones * BONE_KEY.itemsize, "bone keys")
    skipped = []
    for size, what in ((_FACE_BYTES, "face keys"), (_CAMERA_BYTES, "camera keys"), (_LIGHT_BYTES, "light keys"),
                       (_SHADOW_BYTES, "shadow keys")):
        number = cursor.count(_U32, size, what) if cursor.left else 0
        cursor.skip(number * size, what)
        skipped.append(number)
    switches = _parse_switches(cursor) if cursor.left else ()
    return VmdFile(name, bones, switches, faces=skipped[0], cameras=skipped[1])


def _parse_switches(cursor: Cursor) -> tuple[IkSwitch, ...]:
    switches = []
    for _ in range(cursor.count(_U32, _PROPERTY.size, "IK switches")):
        frame, _visible, number = cursor.unpack(_PROPERTY, "IK switches")
        if number * (_IK_NAME_BYTES + 1) > cursor.left:
            raise cursor.fail("IK switches")
        raw = cursor.take(number * (_IK_NAME_BYTES + 1), "IK switches")
        states = tuple(
            (decode_name(raw[i : i + _IK_NAME_BYTES]), raw[i + _IK_NAME_BYTES] != 0)
            for i in range(0, len(raw), _IK_NAME_BYTES + 1)
        )
        switches.append(IkSwitch(frame, states))
    return tuple(switches)


def serialise_vmd(file: VmdFile) -> bytes:
    """The bytes of a VMD file with bone keys and IK switches; no face, camera, light and shadow keys."""
    parts = [
        _SIGNATURE.ljust(_SIGNATURE_BYTES, b"\0"),
        _whole_name(file.model_name, _NAME_BYTES).ljust(_NAME_BYTES, b"\0"),
        _U32.pack(len(file.bones)),
        np.ascontiguousarray(file.bones, dtype=BONE_KEY).tobytes(),
        _U32.pack(0) * 4,
        _U32.pack(len(file.switches)),
    ]
    for switch in file.switches:
        parts.append(_PROPERTY.pack(switch.frame, 1, len(switch.states)))
        parts += [encode_name(name, _IK_NAME_BYTES).ljust(_IK_NAME_BYTES, b"\0") + bytes([on])
                  for name, on in switch.states]
    return b"".join(parts)


def _whole_name(name: str, size: int) -> bytes:
    # A title is only shown, so it is better cut between characters.
    while len(raw := name.encode("cp932", errors="replace")) > size:
        name = name[:-1]
    return raw


def linear_handles() -> NDArray[np.uint8]:
    """The 64 interpolation bytes of a straight line on every channel."""
    row = np.repeat(np.array([20, 20, 107, 107], np.uint8), 4)
    return np.concatenate([np.append(row[i:], np.zeros(i, np.uint8)) for i in range(4)])


def bezier_handles(raw: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Control points of each key, uint8 [n, 4 channels (x, y, z, rotation), 4 (x1, y1, x2, y2)], 0..127.

    Parameters
    ----------
    raw : uint8 [n, 64]
        The first 16 bytes hold x1 of all channels, then y1, x2, y2; each further row of 16 repeats them shifted by
        one. Newer MMD keeps its physics switch in bytes 2 and 3, so x1 of z and rotation is taken from the second
        row, unless the writer left the further rows empty.
    """
    first = raw[:, :16].copy()
    repeated = raw[:, 16:].any(axis=1)
    first[repeated, 2] = raw[repeated, 17]
    first[repeated, 3] = raw[repeated, 18]
    return np.ascontiguousarray(np.minimum(first, 127).reshape(-1, 4, 4).transpose(0, 2, 1))


def group_names(bones: NDArray[np.void]) -> tuple[list[bytes], NDArray[np.int64]]:
    """Distinct bone names, as bytes up to the first NUL, and the index of each key's name among them."""
    raw = np.zeros((len(bones), 16), np.uint8)
    raw[:, :VMD_NAME_BYTES] = bones["name"]
    raw[np.logical_or.accumulate(raw == 0, axis=1)] = 0
    words = raw.view(np.uint64)
    highs, high = np.unique(words[:, 0], return_inverse=True)
    lows, low = np.unique(words[:, 1], return_inverse=True)
    pairs, group = np.unique(high * len(lows) + low, return_inverse=True)
    names = np.stack([highs[pairs // max(len(lows), 1)], lows[pairs % max(len(lows), 1)]], axis=1)
    return [name.tobytes().rstrip(b"\0") for name in names], group
