"""The catalogue's tables and its version."""

from __future__ import annotations

from typing import Final

FORMAT: Final = 2
"""Version of the corpus format. A corpus with a higher one is refused. Format 1 had rotations of all joints as float32
[frames, 53, 4]; 2 has them as :mod:`core.corpus.rotations` packs them, and either in one corpus."""

TABLES: Final = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS songs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    song_id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    artist TEXT NOT NULL,
    genre TEXT NOT NULL,
    split TEXT NOT NULL,
    split_given INTEGER NOT NULL,
    bpm REAL,
    shift REAL NOT NULL,
    frames INTEGER NOT NULL,
    audio TEXT NOT NULL,
    segmenter TEXT NOT NULL,
    sources TEXT NOT NULL,
    report TEXT NOT NULL,
    fingerprint TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS bars (
    song INTEGER NOT NULL REFERENCES songs(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    sung INTEGER NOT NULL,
    PRIMARY KEY (song, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS words (
    song INTEGER NOT NULL REFERENCES songs(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    text TEXT NOT NULL,
    start REAL NOT NULL,
    stop REAL NOT NULL,
    estimated INTEGER NOT NULL,
    PRIMARY KEY (song, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stages (
    song INTEGER NOT NULL REFERENCES songs(id) ON DELETE CASCADE,
    stage TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (song, stage)
) WITHOUT ROWID;
"""

EDIT_TABLES: Final = """
CREATE TABLE IF NOT EXISTS tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    song_id TEXT NOT NULL,
    text TEXT NOT NULL,
    start INTEGER,
    stop INTEGER
);
CREATE TABLE IF NOT EXISTS edits (
    song_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    item INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (song_id, kind, item)
) WITHOUT ROWID;
"""
"""Tables of what is changed by hand (:mod:`core.corpus.edits`). They are made when first written to, and programs that
do not know them still read the corpus, so they are no new format. They name songs by song_id, so that tags outlive an
import of changed files."""
