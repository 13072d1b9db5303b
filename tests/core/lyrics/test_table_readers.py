import json

import pytest

from core.errors import InputError
from core.lyrics.read import read_lyrics


def read(tmp_path, text, ending, encoding="utf-8"):
    path = tmp_path / f"song.{ending}"
    path.write_bytes(text.encode(encoding))
    return read_lyrics(path)


def timed(lyrics):
    return [(word.text, round(word.start, 3), round(word.end, 3), word.line) for word in lyrics.words]


EXPECTED = [("oh", 0.5, 1, 0), ("愛", 1, 2, 0), ("yeah", 2.5, 3, 1)]


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("csv", "word,start,end,line\noh,0.5,1,1\n愛,1,2,1\nyeah,2.5,3,2\n"),
        ("csv", "# made by hand\nLine;Start;End;Word\na;0.5;1;oh!\na;1;2;「愛」\n\nb;2.5;3;yeah\n"),
        ("csv", "start,duration,label,line\n0.5,0.5,oh,1\n1,1,愛,1\n2.5,.5,yeah,7\n"),
        ("csv", 'oh,0.5,1,1\n"愛",1,2,1\nyeah,2.5,3,2\n'),
        ("tsv", "0.5\t1\toh\t1\n1\t2\t愛\t1\n2.5\t3\tyeah\t2\n"),
        ("csv", "開始,終了,単語,行\n0.5,1,oh,1\n1,2,愛,1\n2.5,3,yeah,2\n"),
        ("json", json.dumps([{"word": "oh", "start": 0.5, "end": 1, "line": 0}, {"word": "愛", "start": 1, "end": 2, "line": 0},
                             {"word": "yeah", "start": 2.5, "end": 3, "line": 1}])),
        ("json", json.dumps({"segments": [
            {"start": 0.4, "end": 2.1, "text": " oh 愛", "words": [
                {"word": " oh", "start": 0.5, "end": 1.0}, {"word": " 愛", "start": 1.0, "end": 2.0}]},
            {"start": 2.5, "end": 3.0, "text": " yeah"}]})),
    ],
)
def test_the_same_words_from_many_tables(tmp_path, ending, text):
    assert timed(read(tmp_path, text, ending)) == EXPECTED
    assert timed(read(tmp_path, text, ending, "utf-16")) == EXPECTED


def test_cp932_table(tmp_path):
    assert timed(read(tmp_path, "word,start,end\n桜,1,2\n花,2,3\n", "csv", "cp932")) == [("桜", 1, 2, 0), ("花", 2, 3, 0)]


def test_our_own_export_comes_back_word_for_word(tmp_path):
    words = [{"word": "愛してる", "start": 1.0, "end": 2.0}, {"word": "国家公務員", "start": 2.0, "end": 2.5}]
    own = {"fps": 30, "joints": ["Head"], "positions": [], "words": words, "title": "歌", "artist": "A"}
    lyrics = read(tmp_path, json.dumps(own), "json")
    assert timed(lyrics) == [("愛してる", 1, 2, 0), ("国家公務員", 2, 2.5, 0)]
    assert (lyrics.title, lyrics.artist, lyrics.segmenter) == ("歌", "A", "spaces")
    del own["joints"]
    assert [word.text for word in read(tmp_path, json.dumps(own), "json").words] == ["愛し", "てる", "国家公務員"]


def test_several_words_in_one_share_its_time(tmp_path):
    lyrics = read(tmp_path, "word,start,end\nNew York,1,2\n", "csv")
    assert timed(lyrics) == [("New", 1, 1.5, 0), ("York", 1.5, 2, 0)]
    assert all(word.estimated for word in lyrics.words)


def test_overlaps_go_to_the_later_word_and_order_does_not_matter(tmp_path):
    lyrics = read(tmp_path, "word,start,end\nb,2,5\na,1,4\nc,3,3.5\n", "csv")
    assert timed(lyrics) == [("a", 1, 2, 0), ("b", 2, 3, 0), ("c", 3, 3.5, 0)]


def test_a_word_without_length_gets_a_usual_one_and_a_note(tmp_path):
    lyrics = read(tmp_path, "word,start,end\nlove,1,1\nme,2,1.5\nyou,2.1,\n", "csv")
    assert timed(lyrics) == [("love", 1, 1.15, 0), ("me", 2, 2.1, 1), ("you", 2.1, 4.7, 1)]
    assert lyrics.notes == ("Words whose end was not after their start and that got a usual length: 2.",)


def test_words_that_start_together_share_the_time(tmp_path):
    lyrics = read(tmp_path, "word,start,end\nlove,1,2\nforever,1,3\nme,5,6\n", "csv")
    assert timed(lyrics) == [("love", 1, 1.5, 0), ("forever", 1.5, 3, 0), ("me", 5, 6, 1)]
    assert lyrics.notes


def test_words_before_the_song_are_cut_off(tmp_path):
    lyrics = read(tmp_path, '[{"word": "gone", "start": -2, "end": -1}, {"word": "half", "start": -1, "end": 1}]', "json")
    assert timed(lyrics) == [("half", 0, 1, 0)]


def test_lines_never_fall_where_two_voices_meet(tmp_path):
    lyrics = read(tmp_path, "word,start,end,line\na,1,2,1\nb,2,3,2\nc,3,4,1\nd,4,5,2\n", "csv")
    assert [word.line for word in lyrics.words] == sorted(word.line for word in lyrics.words)
    assert [word.text for word in lyrics.words] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("ending", "text", "fault"),
    [
        ("csv", "word,start,end\nlove,one,2\n", "start of row 2 is not a number"),
        ("csv", "word,start,end\nlove,nan,2\n", "row 2 has a time that is not a number"),
        ("csv", "word,start,end\nlove,1,inf\n", "row 2 has a time that is not a number"),
        ("csv", "word,start,end\nlove,100000,100001\n", "over 24 hours"),
        ("csv", "word,start,end\nlove,0,7200\n", "lasts 7200 s"),
        ("csv", "word,start,end\n♪,0,1\n", "no timed words"),
        ("csv", "a,b,c\n1,2,3\n", "names no columns"),
        ("csv", "#\n\n", "no rows"),
        ("csv", 'word,start,end\n"' + "a" * 200_000, "row"),
        ("tsv", "word\tstart\tend\n" + "a\t1\t2\n" * 60_000, "more than 50000 rows"),
        ("json", "{", "not JSON"),
        ("json", "[" * 100_000, "nested too deep"),
        ("json", "[1]", "word 1 is not an object"),
        ("json", "7", "no list of words"),
        ("json", '{"words": 1}', "no list of words"),
        ("json", '[{"start": 1, "end": 2}]', "has no text"),
        ("json", '[{"word": "a", "start": true, "end": 2}]', "not a number"),
        ("json", '[{"word": "a", "start": NaN, "end": 2}]', "not a number"),
        ("json", '[{"word": "a", "start": 1, "end": 1e999}]', "not a number"),
        ("json", '[{"word": "a", "start": 1' + "0" * 400 + ', "end": 2}]', "over 24 hours"),
        ("json", '[{"word": "a", "start": 1' + "0" * 5000 + ', "end": 2}]', "not JSON"),
        ("json", '{"lines": [{"start": 1, "end": 2, "words": 3}]}', "not a list"),
        ("txt", "love", "ending '.txt'"),
    ],
)
def test_what_is_no_lyrics_is_refused_in_a_sentence(tmp_path, ending, text, fault):
    with pytest.raises(InputError, match=fault) as caught:
        read(tmp_path, text, ending)
    message = str(caught.value)
    assert f"song.{ending}" in message
    assert "\n" not in message
    assert len(message) < 400


def test_lone_surrogates_and_control_characters_leave_the_words(tmp_path):
    lyrics = read(tmp_path, r'[{"word": "lo\ud800ve\u0000", "start": 1, "end": 2}]', "json")
    assert [word.text for word in lyrics.words] == ["love"]


def test_missing_and_empty_files(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_lyrics(tmp_path / "none.lrc")
    (tmp_path / "empty.lrc").write_bytes(b"")
    with pytest.raises(InputError, match="empty"):
        read_lyrics(tmp_path / "empty.lrc")
    with pytest.raises(InputError, match=r"\.lrc, \.srt"):
        read_lyrics(tmp_path / "song")
