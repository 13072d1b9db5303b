"""Video: MP4 (H.264, AAC, subtitle track) and GIF, of exactly the frames given.

Both are written beside their place and renamed when whole. Drawing is asked for frame by frame; coding runs in FFmpeg
without the interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError, SettingsError
from core.export.pictures import Frames
from core.export.sound import AAC_RATES, at_rate
from core.files import replacing
from core.progress import Progress, part, silent
from core.skeleton import FPS

# The GPL-free builds of FFmpeg have no libx264; the others are what systems bring along.
H264_ENCODERS: Final = ("libx264", "libopenh264", "h264_videotoolbox", "h264_mf")
_MILLISECONDS: Final = Fraction(1, 1000)
_HUNDREDTHS: Final = Fraction(1, 100)
_FRAME: Final = Fraction(1, FPS)
_PALETTE_FRAMES: Final = 24
_TRACK_HEADER: Final = b"""[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Sans,18,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def write_mp4(
    path: Path, frames: Frames, *, sound: tuple[NDArray[np.float32], int] | None = None,
    captions: Sequence[tuple[float, float, str]] = (), metadata: dict[str, str] | None = None,
    progress: Progress = silent,
) -> None:
    """Write an MP4 of H.264 (yuv420p, BT.709) at 30 frames a second.

    Parameters
    ----------
    path : Path
    frames : Frames
        At least one; width and height even.
    sound : (float32 [n, channels], int), optional
        Samples and their rate; cut or filled up with silence to the length of the frames.
    captions : sequence of (start, end, text)
        Seconds; a subtitle track. Sorted, not overlapping.
    metadata : dict, optional
        "title", "artist", "comment" and the like.
    progress : Progress
        Raising :class:`core.errors.Cancelled` leaves no file.

    Raises
    ------
    SettingsError
        Where PyAV's FFmpeg has no H.264 encoder.
    InputError
        Where the file cannot be written.
    """
    if not len(frames):
        msg = "a video needs at least one frame"
        raise ValueError(msg)
    with replacing(path) as temporary, _container(path, temporary, "mp4", {"movflags": "+faststart"}) as container:
        container.metadata.update(metadata or {})
        first = frames[0]
        video = _video_stream(container, first.shape[1], first.shape[0])
        audio = None if sound is None else _audio_stream(container, sound)
        track = _caption_stream(container) if captions else None
        if track is not None:
            for packet in _caption_packets(track, captions, len(frames) / FPS):
                container.mux(packet)
        for i in range(len(frames)):
            progress(i / len(frames), f"frame {i + 1}/{len(frames)}")
            picture = _frame(first if i == 0 else frames[i], i, _FRAME)
            container.mux(video.encode(picture.reformat(format="yuv420p", dst_colorspace="ITU709",
                                                        dst_color_range="MPEG")))
            if audio is not None:
                # A second of sound after each second of pictures keeps the two side by side in the file.
                for packet in audio(i + 1, i + 1 == len(frames)):
                    container.mux(packet)
        container.mux(video.encode(None))
    progress(1.0, "")


def _video_stream(container: Any, width: int, height: int) -> Any:
    import av

    name = next((n for n in H264_ENCODERS if n in av.codecs_available), None)
    if name is None:
        raise SettingsError("This installation of PyAV has no H.264 encoder; install PyAV's own wheel (pip install av) "
                            "or export a GIF.")
    # Without B-frames a frame's place in the file is its time, for players that know no edit lists as well.
    options = {"crf": "18", "preset": "veryfast", "bf": "0"} if name == "libx264" else {}
    stream = container.add_stream(name, rate=FPS, options=options)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.time_base = _FRAME
    if name != "libx264":
        stream.bit_rate = max(width * height * 4, 500_000)
    bt709, limited = 1, 1
    context.color_primaries = context.color_trc = context.colorspace = bt709
    context.color_range = limited
    return stream


def _audio_stream(container: Any, sound: tuple[NDArray[np.float32], int]) -> Any:
    import av

    samples, rate = sound
    wanted = rate if rate in AAC_RATES else 48_000
    samples = at_rate(samples, rate, wanted)
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    stream = container.add_stream("aac", rate=wanted, layout=layout)
    stream.bit_rate = 128_000 * min(samples.shape[1], 2)
    state = {"sent": 0}

    def encode(frames: int, last: bool) -> Iterator[Any]:
        due = round(frames * wanted / FPS)
        if due - state["sent"] < wanted and not last:
            return
        piece = np.zeros((due - state["sent"], samples.shape[1]), np.float32)
        there = samples[state["sent"] : due]
        piece[: len(there)] = there
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece.T), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = wanted, state["sent"], Fraction(1, wanted)
        state["sent"] = due
        yield from stream.encode(frame)
        if last:
            yield from stream.encode(None)

    return encode


def _caption_stream(container: Any) -> Any:
    stream = container.add_stream("mov_text")
    stream.codec_context.subtitle_header = _TRACK_HEADER
    return stream


def _caption_packets(stream: Any, captions: Sequence[tuple[float, float, str]], seconds: float) -> Iterator[Any]:
    """Packets of the format's timed text: length and UTF-8; an empty one where nothing is shown."""
    import av

    now = 0
    spans: list[tuple[int, int, str]] = []
    for start, end, text in captions:
        begin, stop = max(round(start * 1000), now), round(min(end, seconds) * 1000)
        if stop <= begin:
            continue
        if begin > now:
            spans.append((now, begin, ""))
        spans.append((begin, stop, text))
        now = stop
    if now < round(seconds * 1000):
        spans.append((now, round(seconds * 1000), ""))
    for begin, stop, text in spans:
        data = text.encode()[:65_535]
        packet = av.Packet(len(data).to_bytes(2, "big") + data)
        packet.stream, packet.time_base = stream, _MILLISECONDS
        packet.pts = packet.dts = begin
        packet.duration = stop - begin
        yield packet


def write_gif(path: Path, frames: Frames, *, comment: str = "", progress: Progress = silent) -> None:
    """Write a GIF that loops, with one palette made from frames of the whole clip.

    GIF counts hundredths of a second, so delays of 3, 3 and 4 alternate and n frames last round(n * 100 / 30).

    Parameters and errors as in :func:`write_mp4`; ``comment`` is kept in the file.
    """
    import av

    count = len(frames)
    if not count:
        msg = "a GIF needs at least one frame"
        raise ValueError(msg)
    times = [round(i * 100 / FPS) for i in range(count + 1)]
    palette = _palette(frames, part(progress, 0.0, 0.15))
    options = {"loop": "0", "final_delay": str(times[-1] - times[-2])}
    with replacing(path) as temporary:
        with _container(path, temporary, "gif", options) as container:
            first = frames[0]
            height, width = first.shape[:2]
            graph = av.filter.Graph()
            source = _buffer(graph, width, height, av.VideoFormat(_layout(first)))
            colours = _buffer(graph, 16, 16, palette.format)
            use, sink = graph.add("paletteuse", "dither=none:diff_mode=rectangle"), graph.add("buffersink")
            source.link_to(use, 0, 0)
            colours.link_to(use, 0, 1)
            use.link_to(sink)
            graph.configure()
            stream = container.add_stream("gif", rate=100)
            stream.width, stream.height, stream.pix_fmt = width, height, "pal8"
            stream.codec_context.time_base = _HUNDREDTHS
            palette.pts, palette.time_base = 0, _HUNDREDTHS
            colours.push(palette)
            colours.push(None)
            for i in range(count):
                progress(0.15 + 0.85 * i / count, f"frame {i + 1}/{count}")
                source.push(_frame(frames[i], times[i], _HUNDREDTHS))
                for mapped in _drained(sink):
                    container.mux(stream.encode(mapped))
            source.push(None)
            for mapped in _drained(sink):
                container.mux(stream.encode(mapped))
            container.mux(stream.encode(None))
        if comment:
            _add_gif_comment(temporary, comment)
    progress(1.0, "")


def _palette(frames: Frames, progress: Progress) -> Any:
    import av

    chosen = sorted({round(i) for i in np.linspace(0, len(frames) - 1, min(len(frames), _PALETTE_FRAMES))})
    first = frames[0]
    graph = av.filter.Graph()
    source = _buffer(graph, first.shape[1], first.shape[0], av.VideoFormat(_layout(first)))
    make, sink = graph.add("palettegen", "stats_mode=full:reserve_transparent=0"), graph.add("buffersink")
    source.link_to(make)
    make.link_to(sink)
    graph.configure()
    for number, i in enumerate(chosen):
        progress(number / len(chosen), "colours")
        source.push(_frame(frames[i], number, _HUNDREDTHS))
    source.push(None)
    return sink.pull()


def _buffer(graph: Any, width: int, height: int, kind: Any) -> Any:
    return graph.add_buffer(width=width, height=height, format=kind, time_base=_HUNDREDTHS)


def _drained(sink: Any) -> Iterator[Any]:
    import av

    while True:
        try:
            yield sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return


def _layout(picture: NDArray[np.uint8]) -> str:
    return "bgra" if picture.shape[2] == 4 else "rgb24"


def _frame(picture: NDArray[np.uint8], pts: int, base: Fraction) -> Any:
    import av

    frame = av.VideoFrame.from_ndarray(picture, format=_layout(picture))
    frame.pts, frame.time_base = pts, base
    return frame


@contextmanager
def _container(path: Path, temporary: Path, kind: str, options: dict[str, str]) -> Iterator[Any]:
    """An open container; what FFmpeg or the system say against it becomes a sentence about ``path``."""
    import av

    try:
        # A name with a colon would be taken for an address unless the path is absolute.
        with av.open(str(temporary.resolve()), "w", format=kind, container_options=options) as container:
            yield container
    except (av.FFmpegError, OSError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(path, f"the video cannot be written ({reason})",
                         "check that the folder can be written and has room") from error


def _add_gif_comment(path: Path, comment: str) -> None:
    """Put a comment extension before the first picture of a GIF89a file."""
    data = path.read_bytes()
    flags = data[10]
    place = 13 + (3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0)
    text = comment.encode()
    blocks = b"".join(bytes([len(text[i : i + 255])]) + text[i : i + 255] for i in range(0, len(text), 255))
    path.write_bytes(data[:place] + b"\x21\xfe" + blocks + b"\x00" + data[place:])
