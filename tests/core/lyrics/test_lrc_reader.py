import pytest

from core.errors import InputError
from core.lyrics.read import read_lyrics
from core.lyrics.segment import segmenter_name


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "song.lrc"
    path.write_bytes(text.encode(encoding))
    return read_lyrics(path)


def timed(lyrics):
    return [(word.text, round(word.start, 3), round(word.end, 3), word.line) for word in lyrics.words]


def test_japanese_lines_are_cut_and_share_their_time_by_morae(tmp_path):
    lyrics = read(tmp_path, "[ti:夜の歌]\n[ar:誰か]\n[00:10.00]君が好きだ\n[00:16.00]\n[00:20.50]Love you forever\n[00:23]\n")
    assert timed(lyrics) == [
        ("君", 10.0, 12.0, 0), ("が", 12.0, 13.0, 0), ("好き", 13.0, 15.0, 0), ("だ", 15.0, 16.0, 0),
        ("Love", 20.5, 21.0, 1), ("you", 21.0, 21.5, 1), ("forever", 21.5, 23.0, 1),
    ]
    assert all(word.estimated for word in lyrics.words)
    assert (lyrics.title, lyrics.artist) == ("夜の歌", "誰か")
    assert lyrics.segmenter == segmenter_name("君")
    assert lyrics.notes == ()


def test_a_line_repeated_by_several_tags(tmp_path):
    lyrics = read(tmp_path, "[00:01.0][00:11.0] [00:21.0]oh yeah\n[00:03]\n[00:13]\n[00:23]\n")
    assert timed(lyrics) == [
        ("oh", 1, 2, 0), ("yeah", 2, 3, 0), ("oh", 11, 12, 1), ("yeah", 12, 13, 1), ("oh", 21, 22, 2), ("yeah", 22, 23, 2),
    ]


def test_a_repeated_line_with_an_end_tag_ends_each_time(tmp_path):
    lyrics = read(tmp_path, "[00:10.00][00:40.00]oh yeah[00:44.00]\n")
    assert timed(lyrics) == [("oh", 10, 12, 0), ("yeah", 12, 14, 0), ("oh", 40, 42, 1), ("yeah", 42, 44, 1)]


@pytest.mark.parametrize(("offset", "start"), [("500", 9.5), ("+500", 9.5), ("-1500", 11.5), (" 0 ", 10.0), ("250 ms", 9.75)])
def test_a_positive_offset_lets_the_lyrics_come_earlier(tmp_path, offset, start):
    lyrics = read(tmp_path, f"[00:10.00]love\n[00:12.00]\n[offset:{offset}]\n")
    assert lyrics.words[0].start == pytest.approx(start)
    assert lyrics.words[0].end == pytest.approx(start + 2.0)


def test_words_before_the_start_after_the_offset_are_cut_or_left_out(tmp_path):
    lyrics = read(tmp_path, "[offset:3000]\n[00:01.00]gone\n[00:02.00]half\n[00:04.00]\n[00:05.00]here[00:06.00]\n")
    assert timed(lyrics) == [("half", 0.0, 1.0, 0), ("here", 2.0, 3.0, 1)]
    assert lyrics.notes == ("Words left out because they lie before the start of the song: 1.",)


@pytest.mark.parametrize(
    "row",
    [
        "[00:12.00] <00:12.50> When <00:13.00> the <00:14.00> truth <00:15.50>",
        "[00:12.50]When [00:13.00]the [00:14.00]truth[00:15.50]",
        "<00:12.50>When <00:13.00>the <00:14.00>truth <00:15.50>",
        "[00:12.50]When[00:13.00]the[00:14.00]truth[00:15.50]",
        "[00:12:50]When [00:13:00]the [00:14:00]truth[00:15:50]",
        "[00:12.00][00:12.50]When [00:13.00]the [00:14.00]truth[00:15.50]",
    ],
)
def test_words_with_times_of_their_own(tmp_path, row):
    lyrics = read(tmp_path, row + "\n[01:00.00]end\n")
    assert timed(lyrics)[:3] == [("When", 12.5, 13.0, 0), ("the", 13.0, 14.0, 0), ("truth", 14.0, 15.5, 0)]
    assert not any(word.estimated for word in lyrics.words[:3])


def test_timed_syllables_become_words(tmp_path):
    lyrics = read(tmp_path, "[00:10.00]夜[00:10.50]空[00:11.00]を[00:11.20]か[00:11.40]け[00:11.60]る[00:12.00]\n"
                            "[00:20.00]hel[00:20.40]lo [00:21.00]you[00:21.50]\n")
    assert timed(lyrics) == [
        ("夜空", 10.0, 11.0, 0), ("を", 11.0, 11.2, 0), ("かける", 11.2, 12.0, 0), ("hello", 20.0, 21.0, 1), ("you", 21.0, 21.5, 1),
    ]


def test_a_timed_piece_of_several_words_shares_its_time(tmp_path):
    lyrics = read(tmp_path, "[00:10.00]<00:10.00>君が<00:13.00>好き<00:14.00>\n")
    assert timed(lyrics) == [("君", 10, 12, 0), ("が", 12, 13, 0), ("好き", 13, 14, 0)]
    assert [word.estimated for word in lyrics.words] == [True, True, False]


def test_a_gap_between_timed_words_stays_a_gap(tmp_path):
    lyrics = read(tmp_path, "[00:10.00]oh [00:11.00][00:13.00]yeah[00:14.00]\n")
    assert timed(lyrics) == [("oh", 10, 11, 0), ("yeah", 13, 14, 0)]


def test_without_a_last_end_a_word_lasts_until_the_next_line_but_not_for_ever(tmp_path):
    lyrics = read(tmp_path, "[00:10.00]oh [00:11.00]love\n[00:12.00]me\n[02:00.00]you\n")
    assert timed(lyrics) == [("oh", 10, 11, 0), ("love", 11, 12, 0), ("me", 12, 14.6, 1), ("you", 120, 122.6, 2)]


@pytest.mark.parametrize(
    ("tag", "seconds"),
    [("[1:02]", 62), ("[01:02.5]", 62.5), ("[01:02.05]", 62.05), ("[01:02.005]", 62.005), ("[01:02,25]", 62.25),
     ("[01:02:25]", 62.25), ("[100:00.00]", 6000), ("[1:01:02.50]", 3662.5), ("[ 00:05.00 ]", 5)],
)
def test_all_ways_to_write_a_time(tmp_path, tag, seconds):
    assert read(tmp_path, f"{tag}love\n").words[0].start == pytest.approx(seconds)


def test_a_translation_under_the_same_time_is_left_out(tmp_path):
    lyrics = read(tmp_path, "[00:10.00]愛\n[00:10.00]love\n[00:12.00]\n")
    assert timed(lyrics) == [("愛", 10, 12, 0)]
    assert any("translation" in note for note in lyrics.notes)


def test_headings_and_untimed_text_are_no_words(tmp_path):
    lyrics = read(tmp_path, "some title\n# comment\n@Emoji=1\n[00:01.00][Chorus] love ♪[00:02.00]\n")
    assert timed(lyrics) == [("love", 1, 2, 0)]
    assert lyrics.notes == ("Lines left out because they have no time: 1.",)


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-16", "utf-8-sig"])
def test_japanese_encodings(tmp_path, encoding):
    lyrics = read(tmp_path, "[ti:桜の歌]\r\n[00:01.00]桜の花が散る夜に君を想う\r\n[00:09.00]\r\n", encoding)
    assert lyrics.title == "桜の歌"
    assert [word.text for word in lyrics.words][:4] == ["桜", "の", "花", "が"]


def test_kanji_without_any_kana_is_noted(tmp_path):
    lyrics = read(tmp_path, "[00:01.00]永遠\n[00:03.00]明日\n")
    assert "kanji without any kana" in lyrics.notes[0]
    assert not read(tmp_path, "[00:01.00]永遠の\n[00:03.00]明日\n").notes


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("just text\n", "no line has a time"),
        ("[00:01.00]\n[00:02.00]♪\n", "no timed words"),
        ("[00:01.00]love\n[offset:soon]\n", "offset is not a number"),
        ("[00:01.00]love\n[offset:nan]\n", "not a number"),
        ("[00:01.00]love\n[offset:1e300]\n", "over 24 hours"),
        ("[99999:00.00]love\n", "over 24 hours"),
        ("[00:01.00]love[120:01.00]\n", "line 1 lasts 7200 s"),
        ("[00:01.00]" + "夜空を駆ける" * 1500 + "\n[121:00.00]oh\n", "line 1 lasts"),
        ("[00:01.00]<00:01.00>love <00:02.00>me <130:00.00>\n", "line 1 lasts"),
    ],
)
def test_a_file_that_is_no_lyrics_is_refused_in_a_sentence(tmp_path, text, fault):
    with pytest.raises(InputError, match=fault) as caught:
        read(tmp_path, text)
    assert "song.lrc" in str(caught.value)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "[00:01.00]" + "夜空を駆ける" * 60_000,
        "[00:01.00]" + "la " * 350_000,
        "[00:01.00]" * 100_000 + "love",
        "[00:01.00]love\n" * 70_000,
        ("[00:01.00]" * 400 + "." * 9000 + "\n") * 300,
        "[" * 1_000_000 + "\n[00:01.00]love",
        "[00:01.00" * 100_000,
    ],
    ids=["japanese", "latin", "tags", "lines", "dots", "brackets", "open"],
)
def test_a_megabyte_of_anything_is_refused_at_once(tmp_path, text):
    with pytest.raises(InputError):
        read(tmp_path, text)


def test_an_empty_timed_line_ends_a_long_note_but_not_a_silence(tmp_path):
    assert timed(read(tmp_path, "[00:10.00]love\n[00:18.00]\n")) == [("love", 10, 18, 0)]
    assert timed(read(tmp_path, "[00:10.00]love\n[01:18.00]\n")) == [("love", 10, 12.6, 0)]
