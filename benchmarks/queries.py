"""How long the window stands still while somebody types queries against as many bars as the paper has.

Run as ``python -m benchmarks.queries [FOLDER]``. A corpus of 119,691 bars is written (into FOLDER, where it is kept, or
a temporary one), opened in the search pane, and queries are typed into it key by key. Told are the largest gap between
two ticks of a 5 ms timer in the GUI thread (beside the largest gap of the same window left alone, and beside the most
processor time that the thread itself used in one gap: the rest it waited for the interpreter or for a processor), and
how long it takes from the last key to the first and to all hits, the pause of 80 ms that typing waits for included.

The codes are random but for planted relations; all songs share the arrays of one motion, so that pictures can be drawn.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measure import machine

if TYPE_CHECKING:
    from gui.search.pane import SearchPane

BARS = 119_691
SONGS = 1_000
CODES = 500
WORDS = 3_000
_SYLLABLES = ("ka", "mi", "lo", "ren", "sa", "ti", "vo", "nu", "fel", "dor", "wa", "shi", "pa", "gen", "ry", "bu")
QUERIES = 12
KEY_SECONDS = 0.07


def vocabulary(rng: np.random.Generator) -> list[str]:
    """Distinct words of two to four syllables, and some Japanese ones."""
    words: dict[str, None] = dict.fromkeys(("愛", "猫", "空", "海", "夢", "君", "雨", "星", "love", "goodbye"))
    while len(words) < WORDS:
        words["".join(rng.choice(_SYLLABLES, int(rng.integers(2, 5))))] = None
    return list(words)


def write_corpus(folder: Path, seed: int = 0) -> None:
    """Write a built corpus of :data:`BARS` bars with the lexical encoder."""
    from core.codebooks import fit_codebook, save_codebook
    from core.corpus.records import BarRecord, NewSong
    from core.corpus.store import CATALOGUE, Corpus
    from core.encoders.lyrics_lexical import LexicalEncoder
    from core.lyrics.words import TimedWord
    from core.motion.clip import Motion
    from core.skeleton import N_JOINTS, REST_OFFSETS

    rng = np.random.default_rng(seed)
    words = vocabulary(rng)
    encoder = LexicalEncoder()
    vectors = encoder.encode([words])[0]
    book = fit_codebook(np.concatenate([vectors, encoder.pad()[None]]), CODES, seed)
    code = book.encode(vectors)
    pad = int(book.encode(encoder.pad()[None])[0])
    partner = rng.integers(0, CODES, CODES)
    lengths = np.clip(rng.normal(52, 9, BARS).round().astype(np.int64), 30, 90)
    shares = np.array_split(lengths, SONGS)
    frames = max(int(share.sum()) for share in shares)
    swing = 0.4 * np.sin(np.arange(frames)[:, None] * rng.uniform(0.05, 0.25, N_JOINTS))
    rotations = np.zeros((frames, N_JOINTS, 4), np.float32)
    rotations[..., 0], rotations[..., 3] = np.sin(swing / 2), np.cos(swing / 2)
    still = np.tile(np.array([0, 0, 0, 1], np.float32), (frames, 1))
    motion = Motion(np.tile(np.array([0, 1, 0], np.float32), (frames, 1)), still, rotations,
                    np.asarray(REST_OFFSETS, np.float32), np.ones(N_JOINTS, np.bool_))
    with Corpus.create(folder) as corpus:
        first = NewSong("song0000", "Song 0", "Nobody", "", "train", 120.0, 0.0, "", "spaces", {}, {}, "0",
                        (BarRecord(0, 10, sung=True),), (TimedWord("la", 0.0, 0.1, 0),))
        corpus.add_song(first, motion, np.full(frames, -1, np.int32))
        corpus.set_setting("build", {"lyric_encoder": "lexical", "lyric_mode": "word"})
        corpus.set_setting("encoders", {"lyric": {"name": encoder.name, "fingerprint": encoder.fingerprint}})
        for kind in ("lyric_codes", "dance_codes"):
            corpus.set_setting(kind, {"size": CODES, "used": CODES, "key": "bench"})
        (folder / "codebooks").mkdir()
        save_codebook(folder / "codebooks" / f"lyric-{CODES}.npz", book)
    database = sqlite3.connect(folder / CATALOGUE)
    columns = [row[1] for row in database.execute("PRAGMA table_info(songs)")]
    template = dict(zip(columns, database.execute("SELECT * FROM songs").fetchone(), strict=True))
    database.execute("DELETE FROM bars")
    database.execute("DELETE FROM words")
    for kind in ("lyric_codes", "dance_codes"):
        (folder / "arrays" / kind).mkdir(parents=True, exist_ok=True)
    for i, share in enumerate(shares):
        row = int(template["id"]) + i
        if i:
            values = {**template, "id": row, "song_id": f"song{i:04d}", "title": f"Song {i}",
                      "artist": f"Artist {i % 90}", "split": "train" if i % 10 < 8 else ("dev", "test")[i % 2]}
            database.execute(f"INSERT INTO songs VALUES ({','.join('?' * len(columns))})",
                             [values[name] for name in columns])
            for kind in ("root", "rotations", "body"):
                os.link(folder / "arrays" / kind / f"{int(template['id']):06d}.npy",
                        folder / "arrays" / kind / f"{row:06d}.npy")
        edges = np.concatenate([[0], np.cumsum(share)])
        database.executemany("INSERT INTO bars VALUES (?,?,?,?,1)",
                             [(row, n, int(a), int(b)) for n, (a, b) in enumerate(pairwise(edges))])
        cuts = np.arange(0, edges[-1], 13)
        sung = rng.zipf(1.3, len(cuts)) % WORDS
        database.executemany("INSERT INTO words VALUES (?,?,?,?,?,?,0)",
                             [(row, n, n // 5, words[w], float(c / 30), float((c + 13) / 30))
                              for n, (c, w) in enumerate(zip(cuts, sung, strict=True))])
        spoken = np.full(frames, -1, np.int32)
        spoken[: edges[-1]] = np.arange(int(edges[-1])) // 13
        lyric = np.where(spoken >= 0, code[sung[np.maximum(spoken, 0)]], pad).astype(np.int32)
        dance = np.repeat(rng.integers(0, CODES, frames // 8 + 1), 8)[:frames]
        # One word in ten has a movement that goes with it, half of the time.
        tied = (lyric % 10 == 0) & (spoken >= 0) & np.repeat(rng.random(frames // 13 + 1) < 0.5, 13)[:frames]
        dance = np.where(tied, partner[lyric], dance).astype(np.int32)
        for kind, array in (("words", spoken), ("lyric_codes", lyric), ("dance_codes", dance)):
            np.save(folder / "arrays" / kind / f"{row:06d}.npy", array)
        database.executemany("INSERT INTO stages VALUES (?,?,'bench')", [(row, "lyric_codes"), (row, "dance_codes")])
    database.commit()
    database.close()


@dataclass
class Gaps:
    """Times between ticks of a 5 ms timer, and what of them the GUI thread worked itself."""

    spans: list[tuple[str, float, float]] = field(default_factory=list)
    phase: str = ""
    _last: float = 0.0
    _worked: float = 0.0

    def tick(self) -> None:
        """Called by the timer."""
        now, worked = time.perf_counter(), time.thread_time()
        if self._last:
            self.spans.append((self.phase, now - self._last, worked - self._worked))
        self._last, self._worked = now, worked

    def worst(self, phase: str) -> str:
        """Largest gap, the one that 99.9 % stay below, and the most that the thread itself worked in one."""
        found = np.array([span[1:] for span in self.spans if span[0] == phase]) * 1000
        if not len(found):
            return "no ticks"
        return (f"largest {found[:, 0].max():6.1f} ms, 99.9 % below {np.quantile(found[:, 0], 0.999):5.1f} ms; at most "
                f"{found[:, 1].max():5.1f} ms of own work ({len(found)} ticks)")


def measure(folder: Path) -> None:
    """Open the corpus in the pane, type, and print the figures."""
    from PySide6.QtCore import QSettings, Qt, QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from gui.actions.registry import Actions
    from gui.app import SWITCH_SECONDS
    from gui.search.pane import SearchPane
    from gui.state.session import Session
    from gui.work.collector import Collector
    from gui.work.tasks import Tasks

    app = QApplication(sys.argv[:1])
    # As the program itself sets them.
    sys.setswitchinterval(SWITCH_SECONDS)
    collector = Collector(app)
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder.parent / "settings"))
    gaps = Gaps()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(5)
    timer.timeout.connect(gaps.tick)
    tasks = Tasks()
    session = Session(tasks)
    tasks.failed.connect(lambda failure: print(failure.details))
    pane = SearchPane(session, Actions())
    pane.resize(480, 900)
    pane.show()
    timer.start()

    def wait(done: Any, seconds: float = 120.0) -> None:
        until = time.monotonic() + seconds
        while not done():
            if time.monotonic() > until:
                message = "the window did not answer"
                raise RuntimeError(message)
            app.processEvents()
            time.sleep(0.0005)

    def rest(seconds: float) -> None:
        until = time.monotonic() + seconds
        wait(lambda: time.monotonic() >= until)

    gaps.phase = "alone"
    rest(3.0)
    gaps.phase = "opening"
    session.open(folder)
    wait(lambda: session.opened is not None and session.opened.view is not None)
    gaps.phase = "making the index"
    begin = time.perf_counter()
    wait(lambda: pane.lyrics.examples_ready)
    index_seconds = time.perf_counter() - begin
    gaps.phase = "waking the encoder"
    begin = time.perf_counter()
    pane.focus_box()
    wait(lambda: pane.encoder.state == "ready")
    waking = time.perf_counter() - begin
    firsts, alls = [], []
    view = session.opened.view  # type: ignore[union-attr]
    rng = np.random.default_rng(1)
    for number in range(QUERIES):
        gaps.phase = "typing and searching"
        bar = int(rng.integers(0, view.coded.bars))
        text = " ".join(view.bar_words(view.bars[bar]))
        pane.lyrics.editor.box.clear()
        for sign in text:
            QTest.keyClick(pane.lyrics.editor.box, sign) if sign.isascii() else pane.lyrics.editor.box.insert(sign)
            rest(KEY_SECONDS)
        begin = time.perf_counter()
        wait(lambda text=text: pane.lyrics.found is not None and pane.lyrics.found.request.query.text == text)
        firsts.append(time.perf_counter() - begin + KEY_SECONDS)
        wait(lambda: pane.lyrics.found is not None and pane.lyrics.found.ranking.complete)
        alls.append(time.perf_counter() - begin + KEY_SECONDS)
        ranking = pane.lyrics.found.ranking.seconds  # type: ignore[union-attr]
        rest(0.6)
        gaps.phase = "choosing hits and dragging"
        for _ in range(4):
            QTest.keyClick(pane.lyrics.editor.box, Qt.Key.Key_Down)
            rest(0.15)
        for frames in range(40, 60, 4):
            pane.lyrics.editor.frames.setValue(frames)
            rest(0.06)
        rest(0.3)
        print(f"  {number + 1:2d} '{text}': first hits {firsts[-1] * 1000:.0f} ms, all {alls[-1] * 1000:.0f} ms, "
              f"ranking {ranking * 1000:.0f} ms")
    gaps.phase = "words for a dance"
    session.set_range((100, 160))
    pane.show_reverse()
    begin = time.perf_counter()
    wait(lambda: pane.reverse.found is not None)
    words_first = time.perf_counter() - begin
    rest(1.0)
    begin = time.perf_counter()
    before = pane.reverse.found
    session.set_range((400, 460))
    wait(lambda: pane.reverse.found is not before and pane.reverse.found is not None)
    words_next = time.perf_counter() - begin
    print(f"{view.coded.bars:,} bars, {len(view.coded.dance):,} frames, {len(view.songs):,} songs")
    for phase in ("alone", "opening", "making the index", "waking the encoder", "typing and searching",
                  "choosing hits and dragging", "words for a dance"):
        print(f"{phase:<28} {gaps.worst(phase)}")
    print(f"index {index_seconds:.2f} s, encoder awake after {waking:.2f} s")
    print(f"first hits after the last key: median {np.median(firsts) * 1000:.0f} ms, "
          f"worst {max(firsts) * 1000:.0f} ms; all hits: median {np.median(alls) * 1000:.0f} ms, "
          f"worst {max(alls) * 1000:.0f} ms")
    print(f"words for a dance: first {words_first:.2f} s, next {words_next:.2f} s")
    _end(pane, tasks)
    collector.stop()


def _end(pane: SearchPane, tasks: Any) -> None:
    pane.close()
    if not tasks.shutdown(5.0):
        message = "a thread did not stop"
        raise RuntimeError(message)


def main() -> None:
    """Write the corpus where it is not there yet, and measure."""
    print(machine())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary) / "typing-corpus"
        if not folder.exists():
            write_corpus(folder)
        measure(folder)


if __name__ == "__main__":
    main()
