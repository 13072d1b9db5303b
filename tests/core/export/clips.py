"""Clips, frames and files that the tests of the exporters share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.corpus.records import SongRecord
from core.export.clip import ClipData, LineWord
from core.lyrics.words import TimedWord
from core.motion.clip import Motion
from core.skeleton import FPS, N_JOINTS, REST_OFFSETS, REST_ROOT


def still_motion(frames):
    identity = np.zeros((frames, N_JOINTS, 4), np.float32)
    identity[..., 3] = 1
    root = np.tile(REST_ROOT.astype(np.float32), (frames, 1))
    return Motion(root, identity[:, 0], identity, REST_OFFSETS.astype(np.float32), np.ones(N_JOINTS, bool))


def made_clip(frames=60, first=30, words=(("good", 0.2, 0.8, 0), ("night", 0.8, 1.4, 0)), audio="", shift=0.0, **song):
    record = SongRecord(1, "song-1", "The title", "The artist", "", "train", None, shift, 1000, audio, "spaces")
    timed = tuple(TimedWord(*word) for word in words)
    frame_words = np.full(frames, -1, np.int32)
    npmi = np.zeros(frames)
    for i, word in enumerate(timed):
        frame_words[round(word.start * FPS): round(word.end * FPS)] = i
        npmi[round(word.start * FPS): round(word.end * FPS)] = 0.5 - i
    lines = tuple(LineWord(w.text, w.start, w.end, w.line, npmi[round(w.start * FPS): round(w.end * FPS)])
                  for w in timed)
    codes = np.zeros(frames, np.int32)
    return ClipData(still_motion(frames), timed, frame_words, codes, codes, npmi, "The credit line 言振り",
                    replace(record, **song), first, lines, (0.0, frames / FPS))


class Counted:
    """Frames whose brightness says which they are; remembers how many were asked for."""

    def __init__(self, count, width=64, height=64, channels=3):
        self.count, self.shape, self.asked = count, (height, width, channels), []

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        self.asked.append(index)
        frame = np.full(self.shape, 20 + index * 200 // max(self.count - 1, 1), np.uint8)
        if self.shape[2] == 4:
            frame[..., 3] = 255
        return frame


def sweep(seconds, rate, channels=1):
    """Sound in which every moment is unlike every other: noise over a rising tone."""
    t = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(5).normal(size=(len(t), channels)) * 0.05
    return (0.3 * np.sin(2 * np.pi * (200 + 150 * t) * t)[:, None] + noise).astype(np.float32)


def lag(found, source, at, window=4000):
    """By how many samples ``found[at:]`` comes later than ``source[at:]`` (both [n])."""
    reach = 1500
    piece = found[at: at + window]
    around = source[at - reach: at + window + reach]
    scores = np.correlate(around, piece, "valid")
    assert scores.max() > 0.8 * np.linalg.norm(piece) * np.linalg.norm(source[at: at + window])
    return reach - int(scores.argmax())
