"""Whatever the bytes, a reader gives sane lyrics or an InputError."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.lyrics.read import READERS, read_lyrics
from core.lyrics.segment import has_word

VALID = {
    ".lrc": "[ti:歌]\n[offset:+20]\n[00:01.00][00:21.00]君が好きだ\n[00:05.5]\n[00:10.50]<00:10.60>夜<00:11.00>空<00:12.00>\n"
            "[00:15.00]oh [00:15.50]yeah[00:16.00]\n[00:18.12]Love you\n",
    ".srt": "1\n00:00:01,000 --> 00:00:02,500\n桜の花 <i>love</i>\n\n2\n00:00:02,000 --> 00:00:05,000\noh yeah\n\n",
    ".vtt": "WEBVTT\n\nNOTE x\n\na\n00:01.000 --> 00:04.000 line:0\n<00:00:01.500>When <00:00:02.000><c>the</c> truth\n\n"
            "00:05.000 --> 00:06.000\n君が\n",
    ".ass": "[Script Info]\nTitle: x\n[V4+ Styles]\nStyle: A,Arial,20,&H00FFFFFF\n[Events]\n"
            "Dialogue: 0,0:00:01.00,0:00:04.00,A,,0,0,0,,{\\k20}hel{\\kf30}lo {\\K50}you{\\p1}m 0{\\p0}\n"
            "Dialogue: 0,0:00:05.00,0:00:08.00,A,,0,0,0,,{\\k20}き{\\k20}み{\\k10}が{\\k30}好|す{\\k20}#|き\n"
            "Dialogue: 0,0:00:05.00,0:00:08.00,B,,0,0,0,,you\\Nme\n",
    ".textgrid": 'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 3\ntiers? <exists>\nsize = 1\nitem []:\n'
                 '    item [1]:\n        class = "IntervalTier"\n        name = "words"\n        xmin = 0\n        xmax = 3\n'
                 '        intervals: size = 2\n        intervals [1]:\n            xmin = 0\n            xmax = 1\n'
                 '            text = "love"\n        intervals [2]:\n            xmin = 1\n            xmax = 3\n'
                 '            text = "愛してる"\n',
    ".csv": "word,start,end,line\nlove,1,1.5,1\n愛してる,1.5,2.5,1\nNew York,3,4,2\n",
    ".tsv": "1.0\t1.5\tlove\n1.6\t1.8\tme\n",
    ".json": json.dumps({"title": "T", "words": [{"word": "love", "start": 1, "end": 2, "line": 0},
                                                 {"word": "愛してる", "start": 2.5, "end": 3.5}]}),
}
VALID[".ssa"] = VALID[".ass"].replace("V4+", "V4")
SHORT_TEXTGRID = ('File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n3\n<exists>\n1\n"IntervalTier"\n"words"\n0\n3\n2\n'
                  '0\n1\n"love"\n1\n3\n"愛してる"\n')
TOKENS = ["[00:02.00]", "<00:03.00>", "-1", "nan", "1e999", "99999999999", "{\\k10}", "\n\n", "-->", '"', ",", "]", "}", "\t",
          "\0", "\ud7ff", "君", "item [", "intervals [1]:", "00:00:09,000 --> 00:00:01,000", "\\p1", "|", "[offset:-90000000]"]


def check(path: Path):
    try:
        lyrics = read_lyrics(path)
    except InputError as caught:
        message = str(caught)
        assert path.name in message
        assert "\n" not in message
        return
    assert lyrics.words
    for one, other in itertools.pairwise(lyrics.words):
        assert one.end <= other.start
        assert one.line <= other.line <= one.line + 1
    for word in lyrics.words:
        assert 0 <= word.start < word.end <= 90_000
        assert has_word(word.text)
        assert word.text == word.text.strip()
        word.text.encode("utf-8")
    assert lyrics.words[0].line == 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


def test_every_reader_has_a_valid_file(folder):
    assert set(VALID) == set(READERS)
    for ending, text in [*VALID.items(), (".textgrid", SHORT_TEXTGRID)]:
        path = folder / f"valid{ending}"
        path.write_text(text, encoding="utf-8")
        assert read_lyrics(path).words
        check(path)


@pytest.mark.parametrize("ending", sorted(READERS))
def test_random_bytes(folder, ending):
    path = folder / f"random{ending}"

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.one_of(st.binary(min_size=1, max_size=200), st.text(max_size=100).map(lambda t: (t or "x").encode("utf-16", "ignore"))))
    def run(data):
        path.write_bytes(data)
        check(path)

    run()


@pytest.mark.parametrize(("ending", "text"), [*sorted(VALID.items()), (".textgrid", SHORT_TEXTGRID)])
def test_truncated_and_mutated_files(folder, ending, text):
    path = folder / f"mutated{ending}"
    whole = text.encode("utf-8")

    @settings(max_examples=80, deadline=None)
    @given(
        st.integers(1, len(whole)), st.lists(st.tuples(st.integers(0, len(text) - 1), st.sampled_from(TOKENS), st.integers(0, 6)), max_size=4),
        st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=2),
    )
    def run(keep, inserts, flips):
        mutated = text
        for at, token, drop in inserts:
            mutated = mutated[:at] + token + mutated[at + drop:]
        data = bytearray(mutated.encode("utf-8", "ignore"))
        for at, value in flips:
            if at < len(data):
                data[at] = value
        path.write_bytes(bytes(data[:keep] if not inserts else data) or b"x")
        check(path)

    run()


TIMES = st.one_of(st.floats(-5, 300), st.floats(allow_nan=True, allow_infinity=True), st.integers(-3, 200), st.none())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.text(st.sampled_from("aeB 君がー'♪"), max_size=6), TIMES, TIMES), max_size=25))
def test_any_table_of_words(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps([{"word": word, "start": start, "end": end} for word, start, end in rows]))
    check(path)
