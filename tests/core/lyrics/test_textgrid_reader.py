import pytest

from core.errors import InputError
from core.lyrics.read import read_lyrics

HEAD = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'


def long_form(tiers, end=10.0):
    rows = [f"xmin = 0 \nxmax = {end} \ntiers? <exists> \nsize = {len(tiers)} \nitem []: \n"]
    for i, (name, intervals) in enumerate(tiers, start=1):
        rows.append(f'    item [{i}]:\n        class = "IntervalTier" \n        name = "{name}" \n        xmin = 0 \n'
                    f"        xmax = {end} \n        intervals: size = {len(intervals)} \n")
        for k, (a, b, label) in enumerate(intervals, start=1):
            rows.append(f'        intervals [{k}]:\n            xmin = {a} \n            xmax = {b} \n            text = "{label}" \n')
    return HEAD + "".join(rows)


def short_form(tiers, end=10.0):
    rows = [f"0\n{end}\n<exists>\n{len(tiers)}\n"]
    for name, intervals in tiers:
        rows.append(f'"IntervalTier"\n"{name}"\n0\n{end}\n{len(intervals)}\n')
        rows += [f'{a}\n{b}\n"{label}"\n' for a, b, label in intervals]
    return HEAD + "".join(rows)


TIERS = [
    ("phones", [(0, 1, ""), (1, 10, "a")]),
    ("words", [(0, 1, ""), (1, 1.5, "love"), (1.5, 2, "sil"), (2, 3, "愛してる"), (3, 4, "<p>"), (4, 5, "don't"), (5, 10, "")]),
]


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "song.TextGrid"
    path.write_bytes(text.encode(encoding))
    return read_lyrics(path)


def timed(lyrics):
    return [(word.text, round(word.start, 3), round(word.end, 3), word.line) for word in lyrics.words]


@pytest.mark.parametrize("form", [long_form, short_form])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp932"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_both_forms_in_all_encodings(tmp_path, form, encoding, line_end):
    lyrics = read(tmp_path, form(TIERS).replace("\n", line_end), encoding)
    assert timed(lyrics) == [("love", 1, 1.5, 0), ("愛し", 2, 2.6, 0), ("てる", 2.6, 3, 0), ("don't", 4, 5, 1)]
    assert [word.estimated for word in lyrics.words] == [False, True, True, False]
    assert lyrics.notes == ()


def test_the_last_row_needs_no_line_break(tmp_path):
    tiers = [("words", [(0, 1, "oh"), (1, 10, "yeah")])]
    assert timed(read(tmp_path, short_form(tiers).rstrip()))[-1] == ("yeah", 1, 10, 0)


def test_without_a_tier_of_words_the_first_with_text_is_read(tmp_path):
    lyrics = read(tmp_path, long_form([("empty", [(0, 10, "")]), ("song", [(0, 4, "oh me"), (4, 10, "")])]))
    assert timed(lyrics) == [("oh", 0, 2, 0), ("me", 2, 4, 0)]
    assert "'song' was read" in lyrics.notes[0]


def test_a_tier_of_lines_says_which_words_form_a_line(tmp_path):
    words = ("singer - words", [(i, i + 1, f"w{i}") for i in range(9)] + [(9, 10, "")])
    lines = ("lines", [(0, 4, "one"), (4, 5, ""), (5, 9, "two"), (9, 10, "")])
    assert [word.line for word in read(tmp_path, long_form([words, lines])).words] == [0, 0, 0, 0, 1, 2, 2, 2, 2]


def test_without_lines_a_pause_or_sixteen_words_end_a_line(tmp_path):
    words = [(i / 4, (i + 1) / 4, f"w{i}") for i in range(20)] + [(5, 5.5, ""), (5.5, 6, "oh"), (6, 6.7, ""), (6.7, 7, "yeah")]
    lines = [word.line for word in read(tmp_path, short_form([("words", [*words, (7, 10, "")])])).words]
    assert lines == [0] * 16 + [1] * 4 + [1, 2]


def test_a_short_file_cut_off_is_noted(tmp_path):
    text = short_form([("words", [(0, 1, "oh"), (1, 2, "me"), (2, 10, "yeah")])])
    lyrics = read(tmp_path, text[: text.index('"yeah')])
    assert [word.text for word in lyrics.words] == ["oh", "me"]
    assert "cut short" in lyrics.notes[0]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("love", "does not begin like a TextGrid"),
        ('{"start": 0, "end": 1, "tiers": {}}', "does not begin like a TextGrid"),
        (HEAD, "not a whole TextGrid"),
        (long_form(TIERS)[:-40], "not a whole TextGrid"),
        (long_form([("words", [(0, 10, "")])]), "no interval tier holds text"),
        (long_form([("words", [(0, 7200, "love")])]), "lasts 7200 s"),
        (short_form([("words", [(0, "nan", "love")])]), "not a number"),
        (short_form([("words", [(0, "inf", "love")])]), "not a number"),
        (long_form([("words", [(99999999, 99999999.5, "love")])]), "over 24 hours"),
    ],
)
def test_what_is_no_lyrics_is_refused_in_a_sentence(tmp_path, text, fault):
    with pytest.raises(InputError, match=fault) as caught:
        read(tmp_path, text)
    assert "song.TextGrid" in str(caught.value)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text",
    [
        long_form(TIERS)[:-10] + ' text = "a' * 100_000,
        long_form(TIERS)[:-10] + "\n".join(['text = "a x'] * 80_000),
        (long_form(TIERS) + "        intervals [9]:\n" + '\n name = "' * 50 + "\n") * 100,
        short_form(TIERS)[:-10] + '"' * 1_000_000,
        short_form([("words", [(0, 1, "夜空を駆ける" * 60_000)])]),
        HEAD + '0\n1\n<exists>\n1\n"IntervalTier"\n"words"\n0\n1\n4294967295\n0\n1\n"a"\n',
    ],
    ids=["fields", "lines", "names", "quotes", "japanese", "count"],
)
def test_hostile_files_end_soon(tmp_path, text):
    try:
        lyrics = read(tmp_path, text)
    except InputError:
        return
    assert len(lyrics.words) < 20
