"""The sound of a stretch of a song, cut to the sample, and silence where there is none."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.audio.decode import load_audio
from core.errors import InputError
from core.export.clip import ClipData
from core.files import replacing
from core.skeleton import FPS

AAC_RATES: Final = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000)


def cut_sound(
    samples: NDArray[np.float32], rate: int, shift: float, first: int, last: int
) -> NDArray[np.float32]:
    """The samples that belong to some frames.

    Parameters
    ----------
    samples : float32 [n] or [n, channels]
    rate : int
    shift : float
        Seconds to add to a time of the sound to get the time in the motion.
    first, last : int
        Frames of the motion at 30 a second, ``last`` exclusive.

    Returns
    -------
    float32 [round((last - first) * rate / 30), ...]
        Zeros where the sound has not begun or is over.
    """
    length = round((last - first) * rate / FPS)
    start = round((first / FPS - shift) * rate)
    result = np.zeros((length, *samples.shape[1:]), np.float32)
    low, high = max(start, 0), min(start + length, len(samples))
    if low < high:
        result[low - start : high - start] = samples[low:high]
    return result


def clip_sound(clip: ClipData) -> tuple[NDArray[np.float32], int] | None:
    """The clip's sound, float32 [n, channels] (one or two), and its rate; None where the song names no sound file.

    A file that is gone is silence; one that cannot be read raises :class:`InputError`.
    """
    if not clip.song.audio:
        return None
    path = Path(clip.song.audio)
    if not path.is_file():
        return np.zeros((round(len(clip.motion) * 44_100 / FPS), 1), np.float32), 44_100
    samples, rate = _decoded(path, path.stat().st_mtime_ns)
    return cut_sound(samples, rate, clip.song.shift, clip.first, clip.last), rate


@lru_cache(maxsize=2)
def _decoded(path: Path, _changed: int) -> tuple[NDArray[np.float32], int]:
    """Whole files, since a batch often takes many clips out of one song, and seeking in MP3 is not exact."""
    # Refuses, in a sentence, what is damaged, endless or no sound; what it lets through is then read in stereo.
    mono, rate = load_audio(path)
    both = _both_channels(path)
    if both is None or both[1] != rate or abs(len(both[0]) - len(mono)) > rate // 100:
        return mono[:, None], rate
    return both


def _both_channels(path: Path) -> tuple[NDArray[np.float32], int] | None:
    """A stereo file's channels, float32 [n, 2], timed as :func:`load_audio` times them; None for every other file."""
    import soundfile

    try:
        if path.suffix.lower() != ".mp3":
            samples, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
            return (_tame(samples), int(rate)) if samples.shape[1] == 2 else None
    except (soundfile.SoundFileError, RuntimeError, ValueError, OSError):
        pass
    return _both_by_ffmpeg(path)


def _both_by_ffmpeg(path: Path) -> tuple[NDArray[np.float32], int] | None:
    import av

    try:
        with path.open("rb") as handle, av.open(handle, "r", options={"protocol_whitelist": "file"}) as container:
            stream = container.streams.audio[0]
            rate = int(stream.rate)
            if stream.channels != 2:
                return None
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=rate)
            blocks: list[NDArray[np.float32]] = []
            start = (container.start_time or 0) / 1e6
            for frame in container.decode(stream):
                late = (frame.time if frame.time is not None else start) - start
                if not blocks and 0.001 < late < 60:
                    blocks.append(np.zeros((2, round(late * rate)), np.float32))
                blocks += [np.asarray(part.to_ndarray(), np.float32) for part in resampler.resample(frame)]
            blocks += [np.asarray(part.to_ndarray(), np.float32) for part in resampler.resample(None)]
    except (av.FFmpegError, ValueError, OSError, RuntimeError, IndexError, EOFError):
        return None
    return (_tame(np.concatenate(blocks, axis=1).T), rate) if blocks else None


def _tame(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.clip(np.nan_to_num(samples), -1.0, 1.0), np.float32)


def at_rate(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    """Samples [n, channels] at another rate, as many as the same length of time takes."""
    if rate == wanted:
        return samples
    from scipy.signal import resample_poly

    common = math.gcd(rate, wanted)
    result = np.asarray(resample_poly(samples, wanted // common, rate // common, axis=0), np.float32)
    length = round(len(samples) * wanted / rate)
    padded = np.zeros((length, samples.shape[1]), np.float32)
    padded[: min(length, len(result))] = result[:length]
    return np.clip(padded, -1.0, 1.0)


def write_sound(path: Path, clip: ClipData) -> None:
    """Write the clip's sound as .wav (16 bit), .flac or .ogg (Vorbis).

    Raises
    ------
    InputError
        Where the song has no sound.
    """
    import soundfile

    sound = clip_sound(clip)
    if sound is None:
        raise InputError(path, f"the song '{clip.song.song_id}' has no sound file", "import it with its sound")
    samples, rate = sound
    kinds = {".wav": ("WAV", "PCM_16"), ".flac": ("FLAC", "PCM_16"), ".ogg": ("OGG", "VORBIS")}
    kind, coding = kinds[path.suffix.lower()]
    with replacing(path) as temporary, soundfile.SoundFile(
        str(temporary), "w", samplerate=rate, channels=samples.shape[1], format=kind, subtype=coding
    ) as file:
        for name, value in _tags(clip).items():
            setattr(file, name, value)
        for start in range(0, len(samples), 65_536):
            file.write(samples[start : start + 65_536])


def _tags(clip: ClipData) -> dict[str, Any]:
    return {"title": clip.song.title, "artist": clip.song.artist, "comment": clip.credit}
