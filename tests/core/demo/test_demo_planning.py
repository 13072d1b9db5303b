"""Demo songs as planned: words the readers give back, meetings where they were planted, in the paper's measure."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from core.bars import FPS, cut_bars, frame_words
from core.demo.plan import GESTURE_NAMES
from core.demo.planning import EVENT_GAP, GENRES, SHORTEST_HOLD, plan_song
from core.demo.vocabulary import FILLERS, GESTURE_LINES, GESTURE_WORDS, LANGUAGES, LINES, template_words
from core.demo.writing import lrc_text
from core.lyrics.read import read_lyrics
from core.lyrics.segment import needs_japanese, segment

SONGS = 60


@pytest.fixture(scope="module")
def plans():
    return [plan_song(i, 0, SONGS) for i in range(SONGS)]


def same(one, other):
    return np.array_equal(one.beats, other.beats) and {**vars(one), "beats": 0} == {**vars(other), "beats": 0}


def bars_with_lyrics(plan):
    sung = frame_words(plan.words, plan.frames)
    return [bar for bar in cut_bars(plan.downbeats, plan.frames) if (sung[bar.start : bar.end] >= 0).any()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_one_word_and_gestures_are_named_by_their_own(language):
    named = [form for words in GESTURE_WORDS.values() for form in words[language]]
    fillers = {word for kind in FILLERS[language].values() for word in kind}
    assert tuple(GESTURE_WORDS) == GESTURE_NAMES
    assert all(2 <= len(words[language]) <= 4 for words in GESTURE_WORDS.values())
    assert len(set(named)) == len(named)
    assert len(fillers) > 300
    assert not (fillers | template_words(language)) & set(named)
    assert [word for word in [*named, *fillers, *template_words(language)] if segment(word) != [word]] == []
    assert {len(line.split()) for line in LINES[language] + GESTURE_LINES[language]} <= {3, 4, 5, 6}
    assert all(line.split().count("G") == 1 for line in GESTURE_LINES[language])


def test_the_same_numbers_give_the_same_song_and_others_another():
    assert same(plan_song(5, 0, SONGS), plan_song(5, 0, SONGS))
    for other in (plan_song(6, 0, SONGS), plan_song(5, 1, SONGS)):
        assert plan_song(5, 0, SONGS).words != other.words
        assert plan_song(5, 0, SONGS).seed != other.seed
    longer = plan_song(5, 0, 2 * SONGS)
    assert longer.words == plan_song(5, 0, SONGS).words
    with pytest.raises(ValueError, match="index"):
        plan_song(SONGS, 0, SONGS)


def test_longer_songs_are_more_of_the_same(plans):
    longer = [plan_song(i, 0, SONGS, 195.0) for i in range(SONGS)]
    assert 185 < np.mean([plan.frames for plan in longer]) / FPS < 197
    for plan in longer:
        assert all(one.end <= other.start for one, other in pairwise(plan.words))
        assert all(other.start - one.stop >= EVENT_GAP for one, other in pairwise(plan.events))
        assert plan.words[-1].end <= plan.frames / FPS
        # Sung and danced as densely as the short ones: per bar with lyrics, words and meetings.
    for count in (lambda plan: len(plan.words), lambda plan: sum(bool(event.word) for event in plan.events)):
        short, long = (sum(map(count, some)) / sum(len(bars_with_lyrics(plan)) for plan in some)
                       for some in (plans, longer))
        assert 0.7 < long / short < 1.3


def test_songs_have_the_shape_that_was_asked_for(plans):
    assert Counter(plan.split for plan in plans) == {"train": 48, "dev": 6, "test": 6}
    assert {plan.genre for plan in plans} == set(GENRES)
    languages = Counter(plan.language for plan in plans)
    assert 0.2 * SONGS <= languages["ja"] <= 0.45 * SONGS
    assert languages["en"] > 0.35 * SONGS
    assert languages["mixed"] > 0
    for plan in plans:
        bars = (len(plan.beats) - 1) // 4
        assert 26 <= bars <= 30
        assert 84 <= plan.bpm <= 140
        assert np.allclose(np.diff(plan.beats), 60 / plan.bpm, atol=2e-6)
        assert len(plan.downbeats) == bars + 1
        assert 45 < plan.frames / FPS < 80
        assert plan.beats[-1] <= plan.frames / FPS
        # Two bars of intro, a break and an outro.
        assert len(bars_with_lyrics(plan)) == bars - 4
        assert plan.words[0].start >= plan.downbeats[2] - 0.02


def test_languages_show_in_the_words(plans):
    for plan in plans:
        share = np.mean([needs_japanese(word.text) for word in plan.words])
        assert share == {"en": 0.0, "ja": 1.0}.get(plan.language, share)
        if plan.language == "mixed":
            assert 0 < share < 1


def test_lines_are_short_and_choruses_come_back(plans):
    for plan in plans:
        lines = [[] for _ in range(plan.words[-1].line + 1)]
        for word in plan.words:
            lines[word.line].append(word.text)
        assert {len(line) for line in lines} <= {3, 4, 5, 6}
        assert lines[-4:] == lines[-8:-4]
        assert sum(lines[i : i + 4] == lines[-4:] for i in range(len(lines) - 3)) >= 3
        named = {form for words in GESTURE_WORDS.values() for forms in words.values() for form in forms}
        own = {word.text for word in plan.words} - named - template_words("en") - template_words("ja")
        assert 6 <= len(own) <= 29


def test_hardly_a_word_of_meaning_is_shared_by_a_few_songs(plans):
    """Words of two or three songs would meet some dance code in two of them by chance."""
    named = {form for words in GESTURE_WORDS.values() for forms in words.values() for form in forms}
    common = named | template_words("en") | template_words("ja")
    songs = Counter(text for plan in plans for text in {word.text for word in plan.words} - common)
    few = sum(2 <= count <= 4 for count in songs.values())
    assert few < 0.15 * len(songs)


def test_words_lie_on_frames_and_on_eighths(plans):
    lengths = np.array([word.end - word.start for plan in plans for word in plan.words])
    assert lengths.min() >= 0.19
    assert lengths.max() <= 0.95
    assert 0.25 <= np.median(lengths) <= 0.6
    for plan in plans:
        times = np.array([[word.start, word.end] for word in plan.words])
        assert np.abs(times * FPS - np.round(times * FPS)).max() < 0.02
        assert (times[1:, 0] >= times[:-1, 1]).all()
        eighths = (times - plan.beats[0]) / (30 / plan.bpm)
        assert (np.abs(eighths - np.round(eighths)) * 30 / plan.bpm).max() < 0.5 / FPS + 0.001


def test_lyrics_files_give_back_the_same_words_and_frames(plans, tmp_path):
    for plan in plans[:20]:
        path = tmp_path / f"{plan.song_id}.lrc"
        path.write_text(lrc_text(plan), encoding="utf-8")
        found = read_lyrics(path)
        assert found.words == plan.words
        assert (found.title, found.artist) == (plan.title, plan.artist)
        assert np.array_equal(frame_words(found.words, plan.frames), frame_words(plan.words, plan.frames))


def test_planted_events_are_shown_while_their_word_is_sung(plans):
    for plan in plans:
        sung = frame_words(plan.words, plan.frames)
        for event in plan.events:
            assert SHORTEST_HOLD <= event.stop - event.start <= 30
            assert 0 <= event.start < event.stop <= plan.frames
            words = {plan.words[i].text for i in sung[event.start : event.stop] if i >= 0}
            if event.word:
                assert words == {event.word}
                assert (sung[event.start : event.stop] >= 0).all()
                assert event.word in {form for forms in GESTURE_WORDS[event.gesture].values() for form in forms}
            else:
                forms = {form for words in GESTURE_WORDS[event.gesture].values() for form in words}
                assert not words & forms
        assert all(after.start - before.stop >= EVENT_GAP for before, after in pairwise(plan.events))


def test_meetings_are_as_rare_as_in_the_paper(plans):
    bars = sum(len(bars_with_lyrics(plan)) for plan in plans)
    met = [(plan, event) for plan in plans for event in plan.events if event.word]
    forms = {form for words in GESTURE_WORDS.values() for language in words.values() for form in language}
    assert 0.03 <= len(met) / bars <= 0.065
    assert 0.65 <= len({plan.song_id for plan, _ in met}) / SONGS <= 0.95
    assert sum(event.stop - event.start for _, event in met) / sum(plan.frames for plan in plans) < 0.015
    assert 0.005 <= sum(not event.word for plan in plans for event in plan.events) / bars <= 0.03
    sung = sum(word.text in forms for plan in plans for word in plan.words)
    # Most words of gestures are sung without them, or a word alone would tell.
    assert 0.08 <= sung / bars <= 0.18
    assert len(met) < 0.5 * sung
    by_gesture = Counter(event.gesture for _, event in met)
    assert len(by_gesture) >= 10
    assert sum(n for n in by_gesture.values() if n > 1) > 0.8 * len(met)
