"""Subtitles: when lines are shown, and files that other programs read."""

from __future__ import annotations

import pysubs2
import pytest
from clips import made_clip

from core.export.subtitles import captions, join, write_subtitles
from core.lyrics.read import read_lyrics

TWO_LINES = (("Good", 0.2, 0.5, 0), ("night", 0.5, 0.9, 0), ("愛", 1.0, 1.3, 1), ("して", 1.3, 1.7, 1))


def test_words_are_joined_as_their_scripts_are_written():
    clip = made_clip(words=TWO_LINES)
    assert join(clip.lines[:2]) == "Good night"
    assert join(clip.lines[2:]) == "愛して"
    assert join(clip.lines) == "Good night 愛して"


def test_lines_never_overlap_and_stay_in_the_clip():
    clip = made_clip(words=TWO_LINES)
    for linger in (False, True):
        lines = captions(clip, linger=linger)
        assert [line.text for line in lines] == ["Good night", "愛して"]
        assert lines[0].start >= 0
        assert lines[-1].end <= clip.seconds
        assert lines[0].end <= lines[1].start
        assert lines[0].start <= 0.2
        assert lines[1].start <= 1.0
        assert lines[1].end >= 1.7
    exact = captions(clip)
    assert (exact[0].start, exact[0].end) == (0.2, 0.9)


def test_a_line_that_began_before_the_clip_is_cut():
    clip = made_clip(words=(("before", -1.0, -0.2, 0), ("now", -0.2, 0.5, 0), ("after", 1.8, 2.6, 1)))
    lines = captions(clip)
    assert [(round(line.start, 3), round(line.end, 3)) for line in lines] == [(0.0, 0.5), (1.8, 2.0)]
    assert lines[0].text == "before now"
    assert captions(made_clip(words=())) == []


@pytest.mark.parametrize("ending", [".srt", ".ass"])
def test_files_are_read_by_another_library(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    write_subtitles(path, made_clip(words=TWO_LINES))
    events = pysubs2.load(str(path), encoding="utf-8").events
    assert [event.plaintext for event in events] == ["Good night", "愛して"]
    assert [(event.start, event.end) for event in events] == [(200, 900), (1000, 1700)]


@pytest.mark.parametrize("ending", [".ass", ".lrc"])
def test_times_of_words_come_back_through_our_own_reader(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    write_subtitles(path, made_clip(words=TWO_LINES))
    found = read_lyrics(path).words
    assert "".join(w.text for w in found) == "Goodnight愛して"
    starts = {w.text: w.start for w in found}
    assert starts["Good"] == pytest.approx(0.2, abs=0.011)
    assert starts["night"] == pytest.approx(0.5, abs=0.011)
