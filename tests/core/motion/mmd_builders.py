"""Builds VMD, PMX and PMD bytes for the tests, written from the format descriptions and apart from the readers."""

from __future__ import annotations

import struct

import numpy as np

from core.motion.mmd_model import Bone

LINEAR = bytes([20] * 8 + [107] * 8) * 4


def handles(curves):
    """64 bytes from (x1, y1, x2, y2) of x, y, z, rotation, in MMD's shifted rows."""
    row = [curves[c][i] for i in range(4) for c in range(4)]
    return bytes(row + row[1:] + [1] + row[2:] + [1, 0] + row[3:] + [1, 0, 0])


def vmd(keys, switches=None, faces=0, cameras=0, stop_after=None, old=False, name="test"):
    """``keys``: (name or bytes, frame, position, quaternion[, 64 bytes]) in MMD's axes and units."""
    head = b"Vocaloid Motion Data file" if old else b"Vocaloid Motion Data 0002"
    size = 10 if old else 20
    blocks = [head.ljust(30, b"\0") + name.encode("cp932").ljust(size, b"\xfd")[:size]]
    body = struct.pack("<I", len(keys))
    for bone, frame, position, rotation, *rest in keys:
        raw = bone if isinstance(bone, bytes) else bone.encode("cp932")
        body += (raw[:15] + b"\0").ljust(15, b"\xfd")[:15] + struct.pack("<I3f4f", frame, *position, *rotation)
        body += rest[0] if rest else LINEAR
    blocks.append(body)
    blocks.append(struct.pack("<I", faces) + bytes(23 * faces))
    blocks.append(struct.pack("<I", cameras) + bytes(61 * cameras))
    blocks += [struct.pack("<I", 0)] * 2
    if switches is not None:
        tail = bytearray(struct.pack("<I", len(switches)))
        for frame, states in switches:
            tail += struct.pack("<IBI", frame, 1, len(states))
            tail += b"".join(n.encode("cp932").ljust(20, b"\0") + bytes([on]) for n, on in states)
        blocks.append(bytes(tail))
    return b"".join(blocks[:stop_after])


def pmx(bones: list[Bone], sizes=(1, 1, 1), utf8=False, more_uv=0, version=2.0, vertices=5):
    """A PMX file: ``sizes`` are the bytes of vertex, texture and bone indices. Bones may carry ``extras`` by index."""
    vertex_size, texture_size, bone_size = sizes
    index = {1: "<b", 2: "<h", 4: "<i"}

    def text(s):
        raw = s.encode("utf-8" if utf8 else "utf-16-le")
        return struct.pack("<i", len(raw)) + raw

    def ref(i):
        return struct.pack(index[bone_size], i)

    out = bytearray(b"PMX " + struct.pack("<f", version) + bytes([8, utf8, more_uv, vertex_size, texture_size, 1, bone_size, 1, 1]))
    out += text("モデル") + text("model") + text("説明") + text("")
    out += struct.pack("<i", vertices)
    for v in range(vertices):
        out += bytes(32 + 16 * more_uv) + bytes([v % 5])
        out += [ref(0), ref(0) * 2 + bytes(4), ref(0) * 4 + bytes(16), ref(0) * 2 + bytes(40), ref(0) * 4 + bytes(16)][v % 5]
        out += struct.pack("<f", 1.0)
    out += struct.pack("<i", 6) + bytes(6 * vertex_size)
    out += struct.pack("<i", 2) + text("a.png") + text("テクスチャ.bmp")
    out += struct.pack("<i", 2)
    for shared in (0, 1):
        out += text("材質") + text("m") + bytes(44 + 1 + 16 + 4 + 2 * texture_size + 1) + bytes([shared])
        out += bytes(1 if shared else texture_size) + text("memo") + struct.pack("<i", 3)
    out += struct.pack("<i", len(bones))
    for i, bone in enumerate(bones):
        # Every other bone also carries the fields that a reader must step over.
        extra = i % 2
        flags = (extra * (0x1 | 0x400 | 0x800 | 0x2000)) | 0x1000 * bone.after_physics
        if bone.append is not None:
            flags |= 0x100 * bone.append.rotation | 0x200 * bone.append.translation | 0x80 * bone.append.local
        flags |= 0x20 * (bone.ik is not None)
        out += text(bone.name) + text(bone.english) + struct.pack("<3f", *bone.position) + ref(bone.parent)
        out += struct.pack("<iH", bone.layer, flags) + (ref(-1) if extra else bytes(12))
        if bone.append is not None:
            out += ref(bone.append.source) + struct.pack("<f", bone.append.ratio)
        if extra:
            out += bytes(12) + bytes(24) + struct.pack("<i", 0)
        if bone.ik is not None:
            out += ref(bone.ik.effector) + struct.pack("<ifi", bone.ik.loops, bone.ik.step, len(bone.ik.links))
            for link in bone.ik.links:
                out += ref(link.bone) + bytes([link.limits is not None])
                if link.limits is not None:
                    out += struct.pack("<6f", *link.limits[0], *link.limits[1])
    return bytes(out) + struct.pack("<i", 0)


def pmd(bones, iks):
    """``bones``: (name, parent or -1, tail, kind, other, position); ``iks``: (owner, effector, loops, weight, links)."""
    out = b"Pmd" + struct.pack("<f", 1.0) + "ミク".encode("cp932").ljust(20, b"\0") + bytes(256)
    out += struct.pack("<I", 3) + bytes(38 * 3) + struct.pack("<I", 3) + bytes(6) + struct.pack("<I", 1) + bytes(70)
    out += struct.pack("<H", len(bones))
    for name, parent, tail, kind, other, position in bones:
        out += name.encode("cp932").ljust(20, b"\0") + struct.pack("<HHBH3f", parent & 0xFFFF, tail, kind, other, *position)
    out += struct.pack("<H", len(iks))
    for owner, effector, loops, weight, links in iks:
        out += struct.pack("<HHBHf", owner, effector, len(links), loops, weight)
        out += struct.pack(f"<{len(links)}H", *links)
    return out + bytes(7)


def quaternion(axis, degrees):
    """(x, y, z, w) of a turn about an axis."""
    axis = np.asarray(axis, dtype=float) / np.linalg.norm(axis)
    half = np.deg2rad(degrees) / 2
    return (*(axis * np.sin(half)), np.cos(half))
