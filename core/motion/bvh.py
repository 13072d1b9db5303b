"""BVH files as they are: hierarchy, channels and frames, without any idea of what the bones mean.

The format has no standard beyond the Biovision files themselves; the rules here are what the usual programs
agree on. A rotation is the product of the channels in the order they are listed; a bone's position channels
take the place of its OFFSET; lengths have no unit and axes no meaning.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.errors import InputError

MAX_BONES = 5000
MAX_DEPTH = 500
_LARGEST = 1e9
_CHANNELS = {f"{axis}{kind}": (kind, i) for kind in ("position", "rotation") for i, axis in enumerate("xyz")}
_TOKEN = re.compile(r"[{}]|\n|[^\s{}]+")
_MOTION = re.compile(r"^[ \t]*MOTION[ \t]*$", re.MULTILINE | re.IGNORECASE)
_FRAMES = re.compile(r"\s*Frames[ \t]*:[ \t]*(\S+)[^\n]*\n", re.IGNORECASE)
_FRAME_TIME = re.compile(r"\s*Frame[ \t]*Time[ \t]*:[ \t]*(\S+)[^\n]*(?:\n|$)", re.IGNORECASE)
_REMEDY = "export it again"


@dataclass(frozen=True)
class Bone:
    """One ROOT, JOINT or End Site of the hierarchy.

    Attributes
    ----------
    name : str
        Empty for an End Site.
    parent : int
        Index of the parent, -1 for a ROOT; always smaller than the bone's own index.
    offset : tuple of 3 floats
        In the file's unit.
    channels : tuple of str
        Lower case, in the file's order: "zrotation", "xposition", ...
    end : bool
        Whether it is an End Site.
    """

    name: str
    parent: int
    offset: tuple[float, float, float]
    channels: tuple[str, ...] = ()
    end: bool = False


@dataclass(frozen=True)
class Bvh:
    """A BVH file.

    Attributes
    ----------
    bones : tuple of Bone
        Parents before children, in the file's order.
    values : float64 [T, channels]
        Degrees and the file's unit of length; the columns are the bones' channels one after the other.
    frame_time : float
        Seconds as written.
    time_text : str
        The frame time as written, for its number of digits.
    notes : tuple of str
        What was odd but could be read.
    """

    bones: tuple[Bone, ...]
    values: NDArray[np.float64]
    frame_time: float
    time_text: str = ""
    notes: tuple[str, ...] = ()

    @property
    def parents(self) -> NDArray[np.int64]:
        """Parent of each bone, int64 [bones]."""
        return np.array([bone.parent for bone in self.bones], dtype=np.int64)

    @property
    def offsets(self) -> NDArray[np.float64]:
        """OFFSET of each bone, float64 [bones, 3], file units."""
        return np.array([bone.offset for bone in self.bones], dtype=np.float64)

    @cached_property
    def columns(self) -> list[slice]:
        """Columns of ``values`` that belong to each bone."""
        ends = np.cumsum([len(bone.channels) for bone in self.bones])
        return [slice(int(e) - len(b.channels), int(e)) for b, e in zip(self.bones, ends, strict=True)]

    def rotations(self, bone: int) -> NDArray[np.float64] | None:
        """Local rotations of one bone, float64 [T, 4] (x, y, z, w); None where it has no rotation channel."""
        columns = self.columns[bone]
        kept = [i for i, c in enumerate(self.bones[bone].channels) if _CHANNELS[c][0] == "rotation"]
        if not kept:
            return None
        order = "".join(self.bones[bone].channels[i][0].upper() for i in kept)
        angles = self.values[:, columns][:, kept]
        turned = Rotation.from_euler(order, angles, degrees=True)
        return np.asarray(turned.as_quat(), dtype=np.float64)

    def translations(self, bone: int) -> NDArray[np.float64] | None:
        """Offsets from the parent in each frame, float64 [T, 3], file units; None without position channels.

        An axis without a channel keeps its part of the OFFSET.
        """
        columns = self.columns[bone]
        kept = [(i, _CHANNELS[c][1]) for i, c in enumerate(self.bones[bone].channels) if _CHANNELS[c][0] == "position"]
        if not kept:
            return None
        moved = np.repeat(np.array([self.bones[bone].offset]), len(self.values), axis=0)
        for i, axis in kept:
            moved[:, axis] = self.values[:, columns.start + i]
        return moved


def parse_bvh(text: str, path: str | Path) -> Bvh:
    """Read the text of a BVH file; ``path`` is only named in errors.

    Raises :class:`InputError` on anything that cannot be understood. A header that promises one frame more or
    less than there are is forgiven with a note, because some exporters count like that; any larger difference
    means that the file was cut or damaged.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    start = re.match(r"\s*HIERARCHY\b", text, re.IGNORECASE)
    if start is None:
        raise InputError(path, "it does not begin with HIERARCHY, so it is no BVH file", "check the file")
    motion = _MOTION.search(text)
    if motion is None:
        raise InputError(path, "it has no MOTION part", "the file may be cut short; export or download it again")
    bones = _parse_hierarchy(text[start.end() : motion.start()], path)
    values, frame_time, time_text, notes = _parse_motion(text, motion.end(), sum(len(b.channels) for b in bones), path)
    return Bvh(bones, values, frame_time, time_text, notes)


class _Tokens:
    """The words of the hierarchy with one word of look-ahead; line ends only matter inside names."""

    def __init__(self, text: str, path: str | Path) -> None:
        self.words = _TOKEN.findall(text)
        self.at = 0
        self.path = path

    def peek(self) -> str:
        while self.at < len(self.words) and self.words[self.at] == "\n":
            self.at += 1
        return self.words[self.at] if self.at < len(self.words) else ""

    def next(self) -> str:
        word = self.peek()
        self.at += 1
        return word

    def rest_of_line(self) -> str:
        """Words up to the line's end or an opening brace: names may hold spaces."""
        words = []
        while self.at < len(self.words) and self.words[self.at] not in {"\n", "{", "}"}:
            words.append(self.words[self.at])
            self.at += 1
        return " ".join(words)

    def number(self, what: str) -> float:
        word = self.next()
        try:
            value = float(word)
        except ValueError:
            raise InputError(self.path, f"{what} has {_short(word)} where a number is expected", _REMEDY) from None
        if not np.isfinite(value) or abs(value) > _LARGEST:
            raise InputError(self.path, f"{what} has the number {_short(word)}", _REMEDY)
        return value


def _short(word: str) -> str:
    return f'"{word[:40]}"' if word else "nothing"


def _parse_hierarchy(text: str, path: str | Path) -> tuple[Bone, ...]:
    tokens = _Tokens(text, path)
    bones: list[Bone] = []
    seen: set[str] = set()
    open_bones: list[int] = []
    offsets_read: set[int] = set()
    while word := tokens.next():
        keyword = word.upper()
        inside = open_bones[-1] if open_bones else -1
        if keyword in {"ROOT", "JOINT", "END"}:
            if (keyword == "ROOT") != (inside < 0):
                fault = "a ROOT lies inside another bone" if inside >= 0 else f"a {keyword} lies outside the ROOT"
                raise InputError(path, fault, _REMEDY)
            if inside >= 0 and bones[inside].end:
                raise InputError(path, "an End Site has a bone inside it", _REMEDY)
            name = tokens.rest_of_line()
            if keyword == "END":
                name = ""
            elif not name:
                raise InputError(path, f"a {keyword} has no name", _REMEDY)
            elif name in seen:
                raise InputError(path, f"two bones are called {_short(name)}", "give every bone its own name")
            seen.add(name)
            if tokens.next() != "{":
                raise InputError(path, f"no opening brace follows {keyword} {name[:40]}".rstrip(), _REMEDY)
            open_bones.append(len(bones))
            bones.append(Bone(name, inside, (0.0, 0.0, 0.0), (), keyword == "END"))
            if len(bones) > MAX_BONES or len(open_bones) > MAX_DEPTH:
                raise InputError(
                    path, f"it has over {MAX_BONES} bones or over {MAX_DEPTH} levels of them", "export only the body",
                )
        elif word == "}":
            if inside < 0:
                raise InputError(path, "a closing brace has no opening one", _REMEDY)
            if inside not in offsets_read:
                raise InputError(path, f"{_title(bones[inside])} has no OFFSET", _REMEDY)
            open_bones.pop()
        elif inside < 0:
            raise InputError(path, f"{_short(word)} stands in the hierarchy where ROOT is expected", _REMEDY)
        elif keyword == "OFFSET":
            what = f"the OFFSET of {_title(bones[inside])}"
            offset = (tokens.number(what), tokens.number(what), tokens.number(what))
            bones[inside] = replace(bones[inside], offset=offset)
            offsets_read.add(inside)
        elif keyword == "CHANNELS":
            bone = bones[inside]
            if bone.channels:
                raise InputError(path, f"{_title(bone)} has CHANNELS twice", _REMEDY)
            bones[inside] = replace(bone, channels=_channels(tokens, bone))
        else:
            raise InputError(path, f"{_short(word)} inside {_title(bones[inside])} is not part of a BVH file", _REMEDY)
    if open_bones:
        raise InputError(path, f"{len(open_bones)} braces of the hierarchy are never closed", _REMEDY)
    if not bones:
        raise InputError(path, "its hierarchy is empty", _REMEDY)
    return tuple(bones)


def _title(bone: Bone) -> str:
    return "an End Site" if bone.end else f"bone {_short(bone.name)}"


def _channels(tokens: _Tokens, bone: Bone) -> tuple[str, ...]:
    count = tokens.next()
    if not count.isdecimal() or len(count) > 2 or int(count) > len(_CHANNELS):
        raise InputError(tokens.path, f"{_title(bone)} has {_short(count)} channels; 0 to 6 are possible", _REMEDY)
    names = tuple(tokens.next().lower() for _ in range(int(count)))
    for name in names:
        if name not in _CHANNELS:
            raise InputError(tokens.path, f"{_title(bone)} has a channel called {_short(name)}", _REMEDY)
    if len(set(names)) < len(names):
        raise InputError(tokens.path, f"{_title(bone)} has the same channel twice", _REMEDY)
    if bone.end and names:
        raise InputError(tokens.path, "an End Site has channels", _REMEDY)
    return names


def _parse_motion(
    text: str, at: int, width: int, path: str | Path,
) -> tuple[NDArray[np.float64], float, str, tuple[str, ...]]:
    frames = _FRAMES.match(text, at)
    timed = _FRAME_TIME.match(text, frames.end()) if frames else None
    if frames is None or timed is None:
        raise InputError(path, 'after MOTION the lines "Frames:" and "Frame Time:" are missing', _REMEDY)
    if not frames[1].isdecimal():
        raise InputError(path, f"its number of frames is {_short(frames[1])}", _REMEDY)
    try:
        frame_time = float(timed[1])
    except ValueError:
        raise InputError(path, f"its frame time is {_short(timed[1])}", _REMEDY) from None
    if width == 0:
        raise InputError(path, "none of its bones has a channel, so nothing moves", _REMEDY)
    flat = _numbers(text[timed.end() :], path)
    promised = int(frames[1]) if len(frames[1]) < 16 else 10**15
    present, left = divmod(len(flat), width)
    if left:
        raise InputError(
            path, f"frame {present + 1} has {left} of the {width} numbers of a frame",
            "the file may be cut short; export or download it again",
        )
    if present == 0:
        raise InputError(path, "it has no frames", _REMEDY)
    if abs(present - promised) > 1:
        raise InputError(
            path, f"its header promises {frames[1][:20]} frames, but there are {present}",
            "the file may be cut short; export or download it again",
        )
    notes: tuple[str, ...] = ()
    if present != promised:
        notes = (f"The header promises {promised} frames; the {present} that are there were read.",)
    return flat.reshape(present, width), frame_time, timed[1], notes


def _numbers(text: str, path: str | Path) -> NDArray[np.float64]:
    with warnings.catch_warnings():
        # Older numpy only warns, with what it read so far, where newer numpy raises.
        warnings.filterwarnings("error", message="string or file could not be read", category=DeprecationWarning)
        try:
            flat = np.fromstring(text, dtype=np.float64, sep=" ") if text.strip() else np.empty(0)
        except (ValueError, DeprecationWarning):
            raise _bad_number(text, path) from None
    if not np.isfinite(flat).all() or (len(flat) and np.abs(flat).max() > _LARGEST):
        raise _bad_number(text, path)
    return np.asarray(flat, dtype=np.float64)


def _bad_number(text: str, path: str | Path) -> InputError:
    """The error for the first word that is no usable number."""
    for number, line in enumerate(text.splitlines(), 1):
        for word in line.split():
            try:
                usable = abs(float(word)) <= _LARGEST
            except ValueError:
                usable = False
            if not usable:
                fault = f"line {number} of its frames has {_short(word)} where a usable number is expected"
                return InputError(path, fault, _REMEDY)
    return InputError(path, "its frames hold something that is not a number", _REMEDY)


def format_bvh(bvh: Bvh, decimals: int = 6) -> str:
    """The text of a BVH file, frame rows of fixed decimals."""
    children: dict[int, list[int]] = {}
    for i, bone in enumerate(bvh.bones):
        children.setdefault(bone.parent, []).append(i)
    lines = ["HIERARCHY"]

    def write(i: int, depth: int) -> None:
        bone = bvh.bones[i]
        pad = "\t" * depth
        kind = "End Site" if bone.end else f"{'ROOT' if bone.parent < 0 else 'JOINT'} {bone.name}"
        offset = " ".join(f"{x:.{decimals}f}" for x in bone.offset)
        lines.extend([f"{pad}{kind}", f"{pad}{{", f"{pad}\tOFFSET {offset}"])
        if not bone.end:
            names = " ".join(channel[0].upper() + channel[1:] for channel in bone.channels)
            lines.append(f"{pad}\tCHANNELS {len(bone.channels)} {names}".rstrip())
        for child in children.get(i, []):
            write(child, depth + 1)
        lines.append(f"{pad}}}")

    for root in children.get(-1, []):
        write(root, 0)
    lines += ["MOTION", f"Frames: {len(bvh.values)}", f"Frame Time: {bvh.time_text or f'{bvh.frame_time:.7f}'}"]
    row = " ".join([f"%.{decimals}f"] * bvh.values.shape[1])
    lines += [row % tuple(frame) for frame in bvh.values.tolist()]
    return "\n".join(lines) + "\n"
