import pytest

from core.errors import InputError
from core.lyrics.read import read_lyrics

ASS = """[Script Info]
; made for this test
Title: 桜の歌
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def read(tmp_path, text, ending, encoding="utf-8"):
    path = tmp_path / f"song.{ending}"
    path.write_bytes(text.encode(encoding))
    return read_lyrics(path)


def timed(lyrics):
    return [(word.text, round(word.start, 3), round(word.end, 3), word.line) for word in lyrics.words]


def event(start, end, text, style="Default", effect="", kind="Dialogue"):
    return f"{kind}: 0,0:00:{start:05.2f},0:00:{end:05.2f},{style},,0,0,0,{effect},{text}\n"


def test_srt_lines_share_their_time(tmp_path):
    lyrics = read(tmp_path, "1\r\n00:00:01,000 --> 00:00:03,000\r\n<i>oh</i> 愛\r\n[music]\r\n\r\n\r\n\r\n2\r\n"
                            "00:00:05.000 --> 00:00:08.000\r\nforever & ever\r\n", "srt")
    assert timed(lyrics) == [("oh", 1, 1.667, 0), ("愛", 1.667, 3, 0), ("forever", 5, 6.8, 1), ("ever", 6.8, 8, 1)]
    assert all(word.estimated for word in lyrics.words)


def test_an_srt_line_ends_where_the_next_one_starts(tmp_path):
    lyrics = read(tmp_path, "1\n00:00:01,000 --> 00:00:09,000\noh me\n\n2\n00:00:03,000 --> 00:00:04,000\nyou\n", "srt")
    assert timed(lyrics) == [("oh", 1, 2, 0), ("me", 2, 3, 0), ("you", 3, 4, 1)]


def test_webvtt_inline_times_names_notes_and_styles(tmp_path):
    lyrics = read(tmp_path, """WEBVTT - a song

STYLE
::cue { color: red }

NOTE nothing sung here
nor here

first-cue
00:01.000 --> 00:05.000 position:10% line:0
<v Ann>When <00:00:02.000><c.red>the</c> <00:03.500>truth &amp; all</v>

second-cue
01:00:05.000 --> 01:00:06.000
oh
""", "vtt")
    assert timed(lyrics) == [
        ("When", 1, 2, 0), ("the", 2, 3.5, 0), ("truth", 3.5, 4.25, 0), ("all", 4.25, 5, 0), ("oh", 3605, 3606, 1),
    ]
    assert [word.estimated for word in lyrics.words] == [False, False, True, True, True]


def test_karaoke_tags_time_syllables_of_words(tmp_path):
    lyrics = read(tmp_path, ASS
                  + event(1, 4, r"{\k20}hel{\kf30}lo {\K50\i1}you{\i0}{\ko100} {\k25}m{\k25}e{\p1}m 0 0 l 9 9{\p0}")
                  + event(5, 8, r"{\an8}{\k20}き{\k20}み{\k10}が{\k30}好|す{\k20}#|き{\k10}き"), "ass")
    assert timed(lyrics) == [
        ("hello", 1, 1.5, 0), ("you", 1.5, 2, 0), ("me", 3, 3.5, 0), ("きみ", 5, 5.4, 1), ("が", 5.4, 5.5, 1),
        ("好き", 5.5, 6.1, 1),
    ]
    assert not any(word.estimated for word in lyrics.words)
    assert lyrics.title == "桜の歌"


def test_karaoke_start_tag_and_double_tags(tmp_path):
    lyrics = read(tmp_path, ASS + event(10, 14, r"{\k50\k50}oh {\kt200\k100}yeah"), "ass")
    assert timed(lyrics) == [("oh", 10.5, 11, 0), ("yeah", 12, 13, 0)]


def test_syllables_without_time_share_with_their_neighbours(tmp_path):
    lyrics = read(tmp_path, ASS + event(1, 4, r"{\k0}love {\k100}forever"), "ass")
    assert timed(lyrics) == [("love", 1, 1.25, 0), ("forever", 1.25, 2, 0)]
    assert lyrics.notes


def test_a_plain_line_and_its_line_breaks(tmp_path):
    lyrics = read(tmp_path, ASS + event(1, 3, r"{\pos(1,2)}oh{\b1}\Nyeah [clap]{\p1}m 1 1{\p0}"), "ass")
    assert timed(lyrics) == [("oh", 1, 2, 0), ("yeah", 2, 3, 0)]


def test_the_effects_of_a_karaoke_template_are_not_read(tmp_path):
    lyrics = read(tmp_path, ASS + event(1, 3, r"{\k100}oh {\k100}yeah", effect="karaoke", kind="Comment")
                  + event(1, 3, r"{\pos(3,4)}oh", effect="fx") + event(1.4, 3, r"{\pos(9,4)}yeah", effect="fx"), "ass")
    assert timed(lyrics) == [("oh", 1, 2, 0), ("yeah", 2, 3, 0)]


def test_comments_are_not_sung(tmp_path):
    lyrics = read(tmp_path, ASS + event(1, 3, "oh") + event(4, 5, "timed by me", kind="Comment"), "ass")
    assert timed(lyrics) == [("oh", 1, 3, 0)]


def test_of_styles_at_the_same_times_one_is_read(tmp_path):
    lyrics = read(tmp_path, ASS
                  + event(1, 3, "I love you so much, do you know", "English")
                  + event(1, 3, "愛してる", "Kanji") + event(1.1, 3, "aishiteru", "Romaji")
                  + event(5, 7, "君を", "Kanji") + event(5, 7, "you", "English") + event(5, 7, "kimi o", "Romaji")
                  + event(9, 10, "oh", "Chorus"), "ass")
    assert [word.text for word in lyrics.words] == ["愛し", "てる", "君", "を", "oh"]
    assert lyrics.notes == ("Styles left out because they repeat another one's lines: English, Romaji.",)


def test_karaoke_wins_over_other_styles(tmp_path):
    lyrics = read(tmp_path, ASS + event(1, 3, "愛してる愛してる", "Kanji") + event(1, 3, r"{\k100}ai{\k50}shi", "Romaji"), "ass")
    assert timed(lyrics) == [("aishi", 1, 2.5, 0)]


def test_ssa_and_cp932(tmp_path):
    text = ("[Script Info]\nTitle: Default Aegisub file\n\n[V4 Styles]\n\n[Events]\n"
            "Format: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
            "Dialogue: Marked=0,0:00:01.00,0:00:04.00,Default,,0,0,0,,桜の花\n")
    lyrics = read(tmp_path, text, "ssa", "cp932")
    assert [word.text for word in lyrics.words] == ["桜", "の", "花"]
    assert lyrics.title == ""


@pytest.mark.parametrize(
    ("ending", "text", "fault"),
    [
        ("srt", "no times here\n", "no subtitles"),
        ("vtt", "WEBVTT\n\nNOTE x\n", "no subtitles"),
        ("ass", ASS, "no subtitles"),
        ("ass", ASS + "Dialogue: 0,soon,later,Default,,0,0,0,,love\n", "not a proper .ass file"),
        ("srt", "1\n00:00:01,000 --> 02:00:01,000\nlove\n", "lasts 7200 s"),
        ("srt", "1\n99:00:01,000 --> 99:00:02,000\nlove\n", "over 24 hours"),
        ("vtt", "WEBVTT\n\n9999:00:01.000 --> 9999:00:02.000\nlove\n", "over 24 hours"),
        ("srt", "1\n00:00:01,000 --> 00:00:02,000\n♪ [music]\n", "no timed words"),
        ("ass", ASS + event(1, 3, r"{\k999999}love"), "lasts"),
    ],
)
def test_what_is_no_lyrics_is_refused_in_a_sentence(tmp_path, ending, text, fault):
    with pytest.raises(InputError, match=fault) as caught:
        read(tmp_path, text, ending)
    assert f"song.{ending}" in str(caught.value)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("srt", "1\n00:00:01,000 --> 00:00:02,000\n" + "\n" * 1_000_000 + "x"),
        ("srt", "1\n00:00:01,000 --> 00:00:02,000\n" + "<a" * 500_000),
        ("srt", "1\n00:00:01,000 --> 00:00:02,000\n" + "<a\n" * 300_000),
        ("srt", "1\n00:00:01,000 --> 00:00:02,000\n" + "夜空を駆ける" * 60_000),
        ("vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<00:00:01.000>" * 80_000),
        ("ass", ASS + event(1, 2, "{" * 39_000) * 20),
        ("ass", ASS + event(1, 2, r"{\k1}a" * 6_000) * 20),
        ("ass", ASS + event(1, 2, "a", style="x") * 100_000),
    ],
    ids=["blank", "tags", "tag-lines", "japanese", "times", "braces", "syllables", "events"],
)
def test_a_megabyte_of_anything_ends_soon(tmp_path, ending, text):
    try:
        lyrics = read(tmp_path, text, ending)
    except InputError:
        return
    assert len(lyrics.words) < 10
