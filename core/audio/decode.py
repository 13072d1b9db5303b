"""Audio files as mono samples: soundfile for WAV, FLAC, Ogg and their like, PyAV (FFmpeg) for the rest."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError

MAX_SECONDS: Final = 3 * 3600
"""Longest audio that is read."""
_MAX_SAMPLES: Final = MAX_SECONDS * 48_000
_MAX_BYTES: Final = 16 * 2**30
_RATES: Final = (1_000, 768_000)
_BLOCK_VALUES: Final = 2**20
# FFmpeg would also open play lists, which name other files and addresses; only containers are let in.
_CONTAINERS: Final = (
    "aac,ac3,aiff,amr,ape,asf,avi,caf,eac3,flac,flv,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpeg,mpegts,ogg,"
    "opus,tta,w64,wav,wv"
)
# WAV, RF64, AIFF, FLAC, Ogg, CAF, AU, W64. libsndfile reads MP3 too, but its decoder prints warnings of its own.
_SOUNDFILE_STARTS: Final = (b"RIFF", b"RIFX", b"RF64", b"FORM", b"fLaC", b"OggS", b"caff", b".snd", b"riff")
_REMEDY: Final = "convert it to WAV, FLAC, MP3 or M4A"


def load_audio(path: str | Path, rate: int | None = None) -> tuple[NDArray[np.float32], int]:
    """The sound of an audio or video file, channels averaged.

    Parameters
    ----------
    path : path
        WAV, FLAC, OGG, MP3, AIFF, M4A, MP4, WebM and what else libsndfile and FFmpeg read. A sound track that
        starts later than its video is preceded by silence.
    rate : int, optional
        Samples a second wanted, 1,000 to 768,000; the file's own if not given.

    Returns
    -------
    samples : float32 [n], within [-1, 1], never empty, finite
    rate : int

    Raises
    ------
    InputError
        No such file, no sound in it, a format that is not read, or over 3 hours long (checked while decoding,
        whatever the header says).
    ValueError
        ``rate`` is out of range.
    """
    if rate is not None and not _RATES[0] <= rate <= _RATES[1]:
        msg = f"rate must lie in {_RATES[0]}..{_RATES[1]}, got {rate}"
        raise ValueError(msg)
    source = _checked(path)
    decoded = _read_soundfile(source) if _for_soundfile(source) else None
    samples, found = decoded if decoded is not None else _read_av(source)
    if not len(samples):
        raise InputError(source, "it holds no sound", _REMEDY)
    samples = np.clip(np.nan_to_num(samples, copy=False, nan=0.0), -1.0, 1.0, out=samples)
    if rate is not None and rate != found:
        samples, found = _resampled(samples, found, rate), rate
    return samples, found


def audio_duration(path: str | Path) -> float:
    """Length of an audio or video file's sound in seconds, from its header, or by decoding where that says nothing.

    Raises :class:`InputError` as :func:`load_audio` does.
    """
    source = _checked(path)
    seconds = _soundfile_duration(source) if _for_soundfile(source) else None
    if seconds is None:
        seconds = _av_duration(source)
    if seconds is None or not math.isfinite(seconds) or seconds <= 0:
        samples, rate = load_audio(source)
        seconds = len(samples) / rate
    if seconds > MAX_SECONDS:
        raise _too_long(source)
    return seconds


def _checked(path: str | Path) -> Path:
    source = Path(path)
    try:
        if not source.exists():
            raise InputError(source, "there is no such file", "check the name and the folder")
        if not source.is_file():
            raise InputError(source, "this is not a file", "name an audio file")
        size = source.stat().st_size
    except OSError as error:
        raise InputError(source, f"it cannot be read ({error.strerror})", "check the permissions") from error
    if size == 0:
        raise InputError(source, "the file is empty", "export or download it again")
    if size > _MAX_BYTES:
        raise InputError(source, f"the file has {size} bytes, more than the {_MAX_BYTES} that are read", "cut it")
    return source


def _for_soundfile(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in _SOUNDFILE_STARTS
    except OSError as error:
        raise InputError(path, f"it cannot be read ({error.strerror})", "check the permissions") from error


def _soundfile_duration(path: Path) -> float | None:
    import soundfile

    try:
        info = soundfile.info(str(path))
    except (soundfile.SoundFileError, RuntimeError, ValueError, OSError):
        return None
    return float(info.frames / info.samplerate) if info.samplerate > 0 else None


def _too_long(path: Path) -> InputError:
    return InputError(path, f"it is longer than the {MAX_SECONDS // 3600} hours that are read", "cut it into songs")


class _Mono:
    """Collects mono blocks and stops at the cap."""

    def __init__(self, path: Path, rate: int) -> None:
        self.path = path
        self.blocks: list[NDArray[np.float32]] = []
        self.length = 0
        self.cap = min(MAX_SECONDS * rate, _MAX_SAMPLES)

    def add(self, block: NDArray[np.float32]) -> None:
        self.length += len(block)
        if self.length > self.cap:
            raise _too_long(self.path)
        self.blocks.append(block)

    def joined(self) -> NDArray[np.float32]:
        return np.concatenate(self.blocks) if self.blocks else np.zeros(0, np.float32)


def _read_soundfile(path: Path) -> tuple[NDArray[np.float32], int] | None:
    """Samples and rate, or None where libsndfile does not know the format."""
    import soundfile

    try:
        with soundfile.SoundFile(str(path)) as file:
            rate, channels = int(file.samplerate), int(file.channels)
            if not _RATES[0] <= rate <= _RATES[1] or channels < 1:
                return None
            mono = _Mono(path, rate)
            # The header's count of frames is not trusted: blocks are read until there are no more.
            frames = max(1, _BLOCK_VALUES // channels)
            while len(block := file.read(frames, dtype="float32", always_2d=True)):
                mono.add(block.mean(axis=1, dtype=np.float32))
    except (soundfile.SoundFileError, RuntimeError, ValueError, OSError) as error:
        if isinstance(error, InputError):
            raise
        return None
    return mono.joined(), rate


@contextmanager
def _container(path: Path) -> Iterator[Any]:
    """The file opened by FFmpeg through a handle of ours, so that its name is never taken for an address."""
    import av

    handle: BinaryIO
    try:
        with path.open("rb") as handle, av.open(
            handle, mode="r", metadata_errors="ignore",
            options={"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"},
        ) as container:
            yield container
    except InputError:
        raise
    except (av.FFmpegError, ValueError, OSError, RuntimeError, OverflowError, EOFError, MemoryError) as error:
        raise InputError(path, "it is not a sound or video file that can be decoded", _REMEDY) from error


def _read_av(path: Path) -> tuple[NDArray[np.float32], int]:
    import av

    with _container(path) as container:
        if not container.streams.audio:
            raise InputError(path, "it holds no sound", _REMEDY)
        stream = container.streams.audio[0]
        if stream.codec_context is None:
            raise InputError(path, "its sound is coded in a way that is not known", _REMEDY)
        rate = int(stream.rate or 0)
        if not _RATES[0] <= rate <= _RATES[1]:
            raise InputError(path, f"its sample rate of {rate} is out of range", _REMEDY)
        # The channels are averaged here: FFmpeg's own way to mono adds them up louder.
        resampler = av.AudioResampler(format="fltp", rate=rate)
        mono = _Mono(path, rate)
        try:
            for frame in container.decode(stream):
                if not mono.blocks and (silence := _silence(container, frame, rate)):
                    mono.add(np.zeros(silence, np.float32))
                for part in resampler.resample(frame):
                    mono.add(part.to_ndarray().mean(axis=0, dtype=np.float32))
            for part in resampler.resample(None):
                mono.add(part.to_ndarray().mean(axis=0, dtype=np.float32))
        except av.FFmpegError:
            # A file cut short still holds what came before the cut.
            if mono.length < rate:
                raise
        return mono.joined(), rate


def _silence(container: Any, frame: Any, rate: int) -> int:
    """Samples by which the sound starts after the container does, where that is under a minute."""
    start = (container.start_time or 0) / 1e6
    late = (frame.time if frame.time is not None else start) - start
    return round(late * rate) if 0.001 < late < 60 else 0


def _av_duration(path: Path) -> float | None:
    with _container(path) as container:
        if not container.streams.audio:
            raise InputError(path, "it holds no sound", _REMEDY)
        stream = container.streams.audio[0]
        if stream.duration is not None and stream.time_base is not None:
            return float(stream.duration * stream.time_base)
        return None if container.duration is None else float(container.duration / 1e6)


def _resampled(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    from scipy.signal import resample_poly

    ratio = Fraction(wanted, rate)
    if ratio.numerator > 10_000 or ratio.denominator > 10_000:
        # The filter grows with the terms of the ratio; odd rates are met to one part in ten million.
        ratio = ratio.limit_denominator(3_000)
    resampled = resample_poly(samples, ratio.numerator, ratio.denominator)
    return np.clip(np.asarray(resampled, dtype=np.float32), -1.0, 1.0)
