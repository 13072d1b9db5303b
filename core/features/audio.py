"""What a song sounds like at each frame of its motion: timbre, harmony, onsets, pulse.

Systems with three modalities learn from it how sound and dance, sound and words belong together. The clock is the
motion's: column numbers of the result are frames at 30 a second, and a time of the song plus its shift is a time of
the motion.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from core.audio.decode import load_audio
from core.bars import FPS
from core.progress import Progress, silent

VARIABLE: Final = "KOTOFURI_AUDIO_MODEL"
"""Environment variable that names the folder of a model to be heard with instead."""
MELS: Final = 40
CHROMA: Final = slice(MELS, MELS + 12)
"""Columns of the pitch classes, C first."""
ONSET: Final = MELS + 12
"""Column of the onset strength."""
PULSE: Final = MELS + 13
"""Column of the pulse clarity."""
WIDTH: Final = MELS + 14
_RATE: Final = 22_050
_FINE: Final = 3
"""Steps a frame in which onsets are looked for."""
_LOWEST, _HIGHEST = 30.0, 10_000.0
_COMPRESSION: Final = 1000.0
_BEATS: Final = (40.0, 200.0)
"""Beats a minute among which a pulse is looked for."""
_PULSE_SECONDS: Final = 8.0
_VERSION: Final = 1


class AudioEncoder(Protocol):
    """Turns sound into one vector a frame.

    Attributes
    ----------
    rate : int
        Samples a second that it wants.
    fingerprint : str
        Names the encoder and everything that its vectors depend on.
    """

    @property
    def rate(self) -> int:
        """See above."""

    @property
    def fingerprint(self) -> str:
        """See above."""

    def encode(self, samples: NDArray[np.float32], frames: int, progress: Progress = silent) -> NDArray[np.float32]:
        """Vectors of the frames, float32 [frames, d], given mono samples that start with the first frame."""


class SpectralEncoder:
    """Log-mel bands, chroma, onset strength and pulse clarity, all from :mod:`librosa`.

    Columns, :data:`WIDTH` of them: :data:`MELS` mel bands in dB below the loudest (at most 80); 12 pitch classes, the
    strongest of a frame 1; onset strength, the strongest onset within the frame, the song's mean being 1; pulse
    clarity in [0, 1], the highest autocorrelation of the onsets around the frame among the lags of 40 to 200 beats a
    minute. The tempo itself is left out on purpose: four beats of it are the length of a bar, which no system may see
    (design.md 3.9).
    """

    rate: int = _RATE
    hop: Final = _RATE // FPS
    assert hop * FPS == _RATE

    @property
    def fingerprint(self) -> str:
        """See :class:`AudioEncoder`."""
        return f"spectral {_VERSION} librosa {version('librosa')}"

    def encode(self, samples: NDArray[np.float32], frames: int, progress: Progress = silent) -> NDArray[np.float32]:
        """See :class:`AudioEncoder`."""
        import librosa as untyped

        progress(0.0, "spectra")
        librosa: Any = untyped
        found = np.zeros((frames, WIDTH), np.float32)
        wanted = max(frames * self.hop, 4096)
        sound = np.zeros(wanted, np.float32)
        sound[: min(len(samples), frames * self.hop)] = samples[: frames * self.hop]
        if not frames or not sound.any():
            return found
        bands = {"sr": _RATE, "n_mels": MELS, "fmin": _LOWEST, "fmax": _HIGHEST}
        mel = librosa.feature.melspectrogram(y=sound, n_fft=2048, hop_length=self.hop, **bands)
        found[:, :MELS] = librosa.power_to_db(mel, ref=np.max, top_db=80.0)[:, :frames].T
        # The tuning is taken as 440 Hz: estimating it costs more than all the rest.
        chroma = librosa.feature.chroma_stft(y=sound, sr=_RATE, n_fft=4096, hop_length=self.hop, tuning=0.0)
        found[:, CHROMA] = chroma[:, :frames].T
        onsets = self._onsets(librosa, sound, frames)
        found[:, ONSET] = onsets
        found[:, PULSE] = self._pulse(librosa, onsets)
        return found

    def _onsets(self, librosa: Any, sound: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
        """Strongest onset within each frame, float32 [frames], of mean 1 (0 where there is none at all)."""
        hop = self.hop // _FINE
        # Windows of 23 ms: a longer one would feel an onset a frame before it comes.
        mel = librosa.feature.melspectrogram(
            y=sound, sr=_RATE, n_fft=512, hop_length=hop, n_mels=MELS, fmin=100.0, fmax=_HIGHEST
        )
        # In decibels the first faint noise after silence would outdo every beat of the song.
        level = np.log1p(_COMPRESSION * mel / max(float(mel.max()), 1e-30))
        fine = librosa.onset.onset_strength(S=level, sr=_RATE, hop_length=hop, center=False)
        strongest = fine[: frames * _FINE].reshape(frames, _FINE).max(axis=1)
        mean = float(strongest.mean())
        return np.asarray(strongest / mean if mean > 0 else strongest, np.float32)

    def _pulse(self, librosa: Any, onsets: NDArray[np.float32]) -> NDArray[np.float32]:
        lags = [60.0 * FPS / tempo for tempo in reversed(_BEATS)]
        window = round(_PULSE_SECONDS * FPS)
        correlation = librosa.feature.tempogram(onset_envelope=onsets, sr=_RATE, hop_length=self.hop,
                                                win_length=window, norm=None)
        peak = correlation[int(lags[0]) : int(lags[1]) + 1].max(axis=0)
        return np.asarray(np.clip(peak / np.maximum(correlation[0], 1e-9), 0.0, 1.0), np.float32)


def on_motion_clock(samples: NDArray[np.float32], rate: int, shift: float, frames: int) -> NDArray[np.float32]:
    """The sound during a motion: float32 [frames * rate / 30], silent where there is none.

    Parameters
    ----------
    samples : float32 [n]
        Mono.
    rate : int
    shift : float
        Seconds to add to a time of the sound to get the time of the motion.
    frames : int
        Length of the motion.
    """
    placed = np.zeros(round(frames * rate / FPS), np.float32)
    first = round(shift * rate)
    start, stop = max(first, 0), min(first + len(samples), len(placed))
    if stop > start:
        placed[start:stop] = samples[start - first : stop - first]
    return placed


def frame_features(
    path: str | Path, shift: float, frames: int, encoder: AudioEncoder, progress: Progress = silent,
) -> NDArray[np.float16]:
    """Features of a sound file at the frames of a motion, float16 [frames, d], finite.

    Raises :class:`core.errors.InputError` where the file cannot be read; ``shift`` and ``frames`` as in
    :func:`on_motion_clock`.
    """
    samples, rate = load_audio(path, encoder.rate)
    vectors = encoder.encode(on_motion_clock(samples, rate, shift, frames), frames, progress)
    limit = float(np.finfo(np.float16).max)
    return np.clip(np.nan_to_num(vectors), -limit, limit).astype(np.float16)
