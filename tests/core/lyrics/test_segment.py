import threading
from importlib.metadata import version

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.lyrics.segment import has_word, needs_japanese, segment, segmenter_name, spans


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Don't stop, baby -- (oh yeah)!", ["Don't", "stop", "baby", "oh", "yeah"]),
        ("rock-'n'-roll at 9:30... R&B", ["rock", "n", "roll", "at", "9:30", "R&B"]),
        ("君が好きだと叫びたい", ["君", "が", "好き", "だ", "と", "叫び", "たい"]),
        ("国家公務員のラブソング♪", ["国家公務員", "の", "ラブソング"]),
        ("Love you, 愛してる☆ forever", ["Love", "you", "愛し", "てる", "forever"]),
        ("I'm君", ["I'm", "君"]),
        ("Tシャツ", ["Tシャツ"]),
        ("夜\u3000空「海」", ["夜", "空", "海"]),
        ("사랑해 너를", ["사랑해", "너를"]),
        ("café Любовь नमस्ते", ["café", "Любовь", "नमस्ते"]),
        ("★ … ー 〜 ♪ -- '", []),
        ("", []),
    ],
)
def test_words_of_a_line(line, words):
    assert segment(line) == words


def test_only_kana_and_kanji_need_sudachi():
    assert all(needs_japanese(text) for text in ("oh 愛", "ｱｲ", "人々", "ー"))
    assert not needs_japanese("love 사랑 любовь ♪、。")


def test_the_name_says_versions_and_mode():
    name = f"SudachiPy {version('SudachiPy')} / SudachiDict-core {version('SudachiDict-core')} / mode C"
    assert segmenter_name("君") == name
    assert segmenter_name(["love", "君"]) == name
    assert segmenter_name(["love", "you"]) == segmenter_name("") == "spaces"


def test_a_line_beyond_the_limit_of_sudachi_is_cut_safely():
    line = "夜空を駆ける" * 10_000  # 180 kB of UTF-8, no space
    words = segment(line)
    assert "".join(words) == line
    assert set(words[:300]) == {"夜空", "を", "駆ける"}


def test_characters_that_grow_when_normalised_are_no_trouble():
    assert "".join(segment("㍿愛" * 3000)).count("愛") == 3000


def test_threads_may_segment_at_once():
    results = []
    threads = [threading.Thread(target=lambda: results.extend(segment(f"君が好き{i}回") for i in range(200)))
               for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 800
    assert all(words[:3] == ["君", "が", "好き"] for words in results)


@settings(max_examples=150, deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("君が好きだーっ夜空 aeB'’-、。♪〜ﾗﾌﾞ㍿𠮷\ud800")), max_size=60))
def test_words_stand_in_the_line_in_order_and_hold_no_spaces(line):
    found = spans(line)
    assert [line[a:b] for a, b in found] == segment(line)
    last = 0
    for start, end in found:
        assert last <= start < end
        last = end
        word = line[start:end]
        assert has_word(word)
        assert not any(char.isspace() for char in word)
    between = [i for i in range(len(line)) if not any(a <= i < b for a, b in found)]
    # Nothing that is a letter of its own script gets lost.
    assert not [line[i] for i in between if line[i].isascii() and line[i].isalnum()]
