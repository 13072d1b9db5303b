"""Edits by hand: the result must be the corpus that an import of the edited files would have given."""

import csv
import json
import shutil
import sqlite3

import numpy as np
import pytest

from core.corpus.edits import (
    BAR_STAGES,
    WORD_STAGES,
    AddTag,
    MoveWords,
    RemoveTag,
    ShiftSong,
    WordTimes,
    apply_edit,
    edits_of,
    keep_downbeats,
    needs_estimate,
    tags,
)
from core.corpus.importer import import_songs
from core.corpus.schema import FORMAT
from core.corpus.store import CATALOGUE, Corpus
from core.errors import CorpusError, KotofuriError, SettingsError
from core.pipeline.build import build
from core.pipeline.codebooks import DANCE_CODES, LYRIC_CODES
from core.pipeline.options import BuildOptions
from core.pipeline.recode import needs_encoder, recode, recode_folder
from core.pipeline.vectors import DANCE
from core.pipeline.view import CorpusView

OPTIONS = BuildOptions(lyric_encoder="lexical", dance_encoder="pose", lyric_codes=40, dance_codes=20)
ARRAYS = ("words", LYRIC_CODES, DANCE_CODES, DANCE)


def raw(manifest, imported, folder, songs=4):
    """Raw files whose lyrics are exact word times; the second song is in the test split."""
    folder.mkdir()
    rows = list(csv.DictReader(manifest.open(encoding="utf-8")))[:songs]
    with Corpus.open(imported) as corpus:
        for number, row in enumerate(rows):
            for kind in ("motion", "beats"):
                shutil.copy(manifest.parent / row[kind], folder / row[kind])
            song = corpus.song(row["song_id"])
            words = [{"word": w.text, "start": w.start, "end": w.end, "line": w.line} for w in corpus.words(song)]
            row["lyrics"] = f"{row['song_id']}.json"
            (folder / row["lyrics"]).write_text(json.dumps({"words": words}), encoding="utf-8")
            row |= {"audio": "", "split": "test" if number == 1 else "train"}
    write_rows(folder, rows)
    return folder


def rows_of(folder):
    return list(csv.DictReader((folder / "manifest.csv").open(encoding="utf-8")))


def write_rows(folder, rows):
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def made(source, folder):
    with Corpus.create(folder) as corpus:
        report = import_songs([source / "manifest.csv"], corpus)
        assert not report.faults
        build(corpus, OPTIONS)
    return folder


@pytest.fixture(scope="module")
def source(demo_manifest, imported_corpus, tmp_path_factory):
    return raw(demo_manifest, imported_corpus, tmp_path_factory.mktemp("edits") / "raw")


@pytest.fixture(scope="module")
def base(source):
    return made(source, source.parent / "base")


@pytest.fixture
def corpus(base, tmp_path):
    with Corpus.open(shutil.copytree(base, tmp_path / "corpus")) as opened:
        yield opened


def state(corpus):
    """All that a reader sees of every song."""
    found = {}
    for song in corpus.songs():
        words = [(w.text, round(w.start, 9), round(w.end, 9), w.line) for w in corpus.words(song)]
        arrays = {kind: np.asarray(corpus.array(song, kind)).tobytes() for kind in ARRAYS}
        stages = {kind: corpus.stage_key(song, kind) for kind in (*BAR_STAGES, "lyric")}
        found[song.song_id] = (words, corpus.bars(song), round(song.shift, 9), arrays, stages)
    return found


def rows_of_state(corpus):
    return {song_id: (w, b, s, a) for song_id, (w, b, s, a, _) in state(corpus).items()}


def moved(corpus, song_id, index, by):
    word = corpus.words(corpus.song(song_id))[index]
    return WordTimes(index, word.start + by, word.end + by)


def rewrite(source, folder, song_id, change):
    """Raw files with the words of a song changed by ``change(words)``."""
    shutil.copytree(source, folder)
    file = folder / f"{song_id}.json"
    words = json.loads(file.read_text(encoding="utf-8"))["words"]
    change(words)
    file.write_text(json.dumps({"words": words}), encoding="utf-8")
    return folder


def test_the_stages_are_named_as_the_pipeline_names_them():
    assert WORD_STAGES == (LYRIC_CODES,)
    assert set(BAR_STAGES) == {LYRIC_CODES, DANCE, DANCE_CODES}


@pytest.mark.parametrize("number", [0, 1])
def test_moved_words_are_as_if_imported_so(corpus, source, tmp_path, number):
    song_id = corpus.songs()[number].song_id
    words = corpus.words(corpus.song(song_id))
    # A whole line is sung 0.2 s later, its last word shorter, and one word alone ends early.
    line = [i for i, w in enumerate(words) if w.line == words[len(words) // 2].line]
    following = words[line[-1] + 1].start
    times = [WordTimes(i, words[i].start + 0.2, min(words[i].end + 0.2, following)) for i in line]
    lone = WordTimes(1, words[1].start, words[1].start + (words[1].end - words[1].start) * 0.4)
    before = state(corpus)
    apply_edit(corpus, MoveWords(song_id, (*times, lone)))
    assert corpus.stage_key(corpus.song(song_id), LYRIC_CODES) is None
    assert not needs_encoder(corpus, song_id)
    assert recode(corpus, song_id)

    def change(raw_words):
        for time in (*times, lone):
            raw_words[time.index] |= {"start": time.start, "end": time.end}

    with Corpus.open(made(rewrite(source, tmp_path / "raw", song_id, change), tmp_path / "fresh")) as fresh:
        assert rows_of_state(corpus) == rows_of_state(fresh)
        np.testing.assert_array_equal(CorpusView(corpus, "inductive", "zero").values,
                                      CorpusView(fresh, "inductive", "zero").values)
    after = state(corpus)
    assert after[song_id][3]["words"] != before[song_id][3]["words"]
    assert after[song_id][3][LYRIC_CODES] != before[song_id][3][LYRIC_CODES]
    assert after[song_id][4] == before[song_id][4]
    assert {k: v for k, v in after.items() if k != song_id} == {k: v for k, v in before.items() if k != song_id}


def test_a_bar_whose_only_word_moves_out_is_sung_no_more(corpus):
    song = corpus.songs()[0]
    words, bars = corpus.words(song), corpus.bars(song)
    bar = next(b for b in bars if b.sung)
    inside = [i for i, w in enumerate(words) if bar.start / 30 - 0.5 < w.start < bar.stop / 30]
    last = inside[-1]
    room = words[last + 1].start
    times = tuple(WordTimes(i, room - 0.03 * (last - i + 1), room - 0.03 * (last - i)) for i in inside)
    assert times[0].start * 30 >= bar.stop, "the demo's first sung bar must leave room after it"
    apply_edit(corpus, MoveWords(song.song_id, times))
    assert not next(b for b in corpus.bars(song) if b.start == bar.start).sung


@pytest.mark.parametrize("by", [0.35, -0.3, 2.0])
def test_a_shift_is_as_if_imported_so(corpus, source, tmp_path, by):
    song_id = corpus.songs()[1].song_id
    assert needs_estimate(corpus, song_id) == ""
    apply_edit(corpus, ShiftSong(song_id, by))
    assert corpus.song(song_id).shift == by
    assert needs_encoder(corpus, song_id)
    assert recode(corpus, song_id)
    shutil.copytree(source, tmp_path / "raw")
    rows = rows_of(tmp_path / "raw")
    rows[1]["offset"] = str(by)
    write_rows(tmp_path / "raw", rows)
    with Corpus.open(made(tmp_path / "raw", tmp_path / "fresh")) as fresh:
        kept = {w[0] for w in [(w.text, w.line) for w in fresh.words(fresh.song(song_id))]}
        if len(fresh.words(fresh.song(song_id))) == len(corpus.words(corpus.song(song_id))):
            assert rows_of_state(corpus) == rows_of_state(fresh)
        else:
            # The import leaves out words beyond the motion, the edit keeps them without frames.
            assert corpus.bars(corpus.song(song_id)) == fresh.bars(fresh.song(song_id))
            assert kept <= {w.text for w in corpus.words(corpus.song(song_id))}
        assert edits_of(corpus, song_id).shift == 0.0
        assert edits_of(corpus, song_id).words == ()


def test_undo_and_redo_give_back_every_byte(corpus):
    first, second = (song.song_id for song in corpus.songs()[:2])
    before = state(corpus)
    edits = [MoveWords(first, (moved(corpus, first, 0, -0.05),)), ShiftSong(first, 0.5), ShiftSong(second, -0.25)]
    undo = []
    states = [before]
    for edit in edits:
        undo.append(apply_edit(corpus, edit))
        assert recode(corpus, edit.song_id)
        states.append(state(corpus))
    assert edits_of(corpus, first).words == (0,)
    assert edits_of(corpus, first).shift == 0.0
    assert edits_of(corpus, second)
    redo = []
    for edit, expected in zip(reversed(undo), reversed(states[:-1]), strict=True):
        redo.append(apply_edit(corpus, edit))
        recode(corpus, edit.song_id)
        assert state(corpus) == expected
    assert not edits_of(corpus, first)
    assert not edits_of(corpus, second)
    for edit, expected in zip(reversed(redo), states[1:], strict=True):
        apply_edit(corpus, edit)
        recode(corpus, edit.song_id)
        assert state(corpus) == expected


def test_a_later_build_finds_nothing_to_do(corpus):
    song_id = corpus.songs()[0].song_id
    apply_edit(corpus, MoveWords(song_id, (moved(corpus, song_id, 0, -0.05),)))
    recode(corpus, song_id)
    before = state(corpus)
    build(corpus, OPTIONS)
    assert state(corpus) == before


def test_without_recode_the_corpus_says_that_a_build_is_needed_and_the_build_mends_it(corpus):
    song_id = corpus.songs()[0].song_id
    apply_edit(corpus, ShiftSong(song_id, 0.2))
    with pytest.raises(CorpusError, match="run build again"):
        CorpusView(corpus, "inductive", "zero")
    build(corpus, OPTIONS)
    built = state(corpus)
    assert recode_folder(corpus.folder, song_id, lambda *_: None)
    assert state(corpus) == built


def test_recode_does_nothing_where_there_is_no_build(imported_corpus, tmp_path):
    with Corpus.open(shutil.copytree(imported_corpus, tmp_path / "c")) as corpus:
        song_id = corpus.songs()[0].song_id
        apply_edit(corpus, MoveWords(song_id, (moved(corpus, song_id, 0, -0.02),)))
        assert not recode(corpus, song_id)


def test_recode_declines_a_codebook_of_another_build(corpus):
    song_id = corpus.songs()[0].song_id
    apply_edit(corpus, MoveWords(song_id, (moved(corpus, song_id, 0, -0.02),)))
    corpus.set_setting("codebook lyric 40", "of another build")
    assert not recode(corpus, song_id)
    with pytest.raises(CorpusError):
        CorpusView(corpus, "inductive", "zero")


def test_nonsense_is_refused_and_changes_nothing(corpus):
    song = corpus.songs()[0]
    words = corpus.words(song)
    before = state(corpus)
    second = words[1]
    for edit, expected in (
        (MoveWords(song.song_id, (WordTimes(0, words[0].start, second.end),)), words[1].text),
        (MoveWords(song.song_id, (WordTimes(1, words[0].start, second.end),)), "move that one as well"),
        (MoveWords(song.song_id, (WordTimes(0, 1.0, 1.0),)), "must end after"),
        (MoveWords(song.song_id, (WordTimes(0, float("nan"), 1.0),)), "must end after"),
        (MoveWords(song.song_id, (WordTimes(len(words), 1.0, 2.0),)), "no word"),
        (MoveWords(song.song_id, (WordTimes(len(words) - 1, 9e3, 9.1e3),)), "outside the motion"),
        (ShiftSong(song.song_id, 3000.0), "no bar"),
        (ShiftSong(song.song_id, float("inf")), "no use"),
        (AddTag(song.song_id, "  "), "text"),
        (AddTag(song.song_id, "x", 5), "start and a stop"),
        (AddTag(song.song_id, "x", 5, 10**6), "no range"),
        (AddTag("no such song", "x"), "no song"),
        (RemoveTag(99), "gone already"),
    ):
        with pytest.raises(KotofuriError, match=expected):
            apply_edit(corpus, edit)
    assert state(corpus) == before
    assert tags(corpus) == []


def test_tags_are_kept_listed_and_come_back_by_undo(corpus):
    first, second = corpus.songs()[:2]
    whole = apply_edit(corpus, AddTag(second.song_id, " a  good   one "))
    late = apply_edit(corpus, AddTag(first.song_id, "ハート", 60, 90))
    early = apply_edit(corpus, AddTag(first.song_id, "wave", 10, 40))
    found = tags(corpus)
    assert [(t.song_id, t.text, t.start, t.stop) for t in found] == [
        (first.song_id, "wave", 10, 40), (first.song_id, "ハート", 60, 90), (second.song_id, "a good one", None, None)]
    assert [t.text for t in tags(corpus, second.song_id)] == ["a good one"]
    back = apply_edit(corpus, late)
    assert [t.text for t in tags(corpus, first.song_id)] == ["wave"]
    assert apply_edit(corpus, back) == late
    assert tags(corpus) == found
    with Corpus.open(corpus.folder) as again:
        assert tags(again) == found
    assert len({whole.tag, late.tag, early.tag}) == 3


def test_importing_unchanged_files_again_leaves_the_edits_alone(corpus, source):
    song_id = corpus.songs()[0].song_id
    apply_edit(corpus, MoveWords(song_id, (moved(corpus, song_id, 0, -0.05),)))
    recode(corpus, song_id)
    before = state(corpus)
    report = import_songs([source / "manifest.csv"], corpus)
    assert song_id in report.unchanged
    assert state(corpus) == before
    assert edits_of(corpus, song_id).words == (0,)


def test_importing_changed_files_says_that_edits_were_replaced_and_keeps_tags(corpus, source, tmp_path):
    song_id = corpus.songs()[0].song_id
    apply_edit(corpus, MoveWords(song_id, (moved(corpus, song_id, 0, -0.05),)))
    apply_edit(corpus, ShiftSong(song_id, 0.5))
    apply_edit(corpus, AddTag(song_id, "kept", 3, 9))

    def change(words):
        words[0]["end"] -= 0.01

    changed = rewrite(source, tmp_path / "raw", song_id, change)
    import_songs([changed / "manifest.csv"], corpus)
    notes = corpus.song(song_id).report["notes"]
    assert any("2 edits made by hand were replaced" in note for note in notes)
    assert not edits_of(corpus, song_id)
    assert corpus.song(song_id).shift == 0.0
    assert [t.text for t in tags(corpus, song_id)] == ["kept"]


def test_a_corpus_from_before_edits_opens_and_gets_their_tables_when_written_to(corpus):
    now = [(str(FORMAT),)]
    assert corpus.rows("SELECT value FROM meta WHERE key = 'format'") == now
    assert not corpus.has_edits()
    song_id = corpus.songs()[0].song_id
    assert tags(corpus) == []
    assert not edits_of(corpus, song_id)
    assert not corpus.has_edits()
    apply_edit(corpus, AddTag(song_id, "first"))
    assert corpus.has_edits()
    assert corpus.rows("SELECT value FROM meta WHERE key = 'format'") == now
    with sqlite3.connect(corpus.folder / CATALOGUE) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT + 1),))
    with pytest.raises(CorpusError, match="update Kotofuri"):
        Corpus.open(corpus.folder)


def test_an_edit_that_was_cut_off_is_whole_after_the_next_opening(corpus, monkeypatch):
    song = corpus.songs()[0]
    edit = MoveWords(song.song_id, (moved(corpus, song.song_id, 0, -0.1),))

    def die(self, song, frame_words):
        raise KeyboardInterrupt

    before = np.asarray(corpus.array(song, "words")).copy()
    with monkeypatch.context() as patch:
        patch.setattr(Corpus, "set_frame_words", die)
        with pytest.raises(KeyboardInterrupt):
            apply_edit(corpus, edit)
    np.testing.assert_array_equal(corpus.array(song, "words"), before)
    with Corpus.open(corpus.folder) as again:
        assert (np.asarray(again.array(song, "words")) != before).any()
        assert again.words(song)[0].start == edit.times[0].start
        assert not again.rows("SELECT 1 FROM edits WHERE kind = 'pending'")
        assert edits_of(again, song.song_id).words == (0,)


def test_bars_move_along_where_the_beats_cannot_be_read_again(corpus, source, tmp_path, monkeypatch):
    song = corpus.songs()[1]
    before = corpus.bars(song)
    monkeypatch.setattr("core.corpus.edits.read_downbeats",
                        lambda path: (_ for _ in ()).throw(SettingsError("The file is gone.")))
    apply_edit(corpus, ShiftSong(song.song_id, 0.5))
    after = corpus.bars(song)
    assert [(b.start + 15, b.stop + 15) for b in before if b.stop + 15 <= song.frames] == [
        (b.start, b.stop) for b in after][: sum(b.stop + 15 <= song.frames for b in before)]


def test_downbeats_of_the_audio_can_be_kept_for_shifts(imported_corpus, tmp_path):
    with Corpus.open(shutil.copytree(imported_corpus, tmp_path / "c")) as corpus:
        song = corpus.songs()[0]
        with corpus.editing() as db:
            db.execute("UPDATE songs SET sources = '{}', bpm = NULL WHERE id = ?", (song.row,))
        assert needs_estimate(corpus, song.song_id) == song.audio != ""
        bars = corpus.bars(song)
        keep_downbeats(corpus, song.song_id, [-2.0, *(b.start / 30 for b in bars), bars[-1].stop / 30])
        assert needs_estimate(corpus, song.song_id) == ""
        apply_edit(corpus, ShiftSong(song.song_id, 2.0))
        assert corpus.bars(song)[0].start == 0
        with corpus.editing() as db:
            db.execute("UPDATE songs SET audio = '/nowhere/at/all.ogg' WHERE id = ?", (song.row,))
        corpus.set_setting(f"downbeats {song.row}", None)
        assert needs_estimate(corpus, song.song_id) == ""
