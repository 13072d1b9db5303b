"""The door to the exporters, and batches."""

from __future__ import annotations

import json

import av
import pytest
import soundfile
from clips import Counted, made_clip, sweep

from core.errors import Cancelled, InputError, SettingsError
from core.export.batch import export_places, extended, gesture_places, word_places
from core.export.pictures import PictureOptions
from core.export.write import export_clip
from core.pipeline.browse import Place
from core.pipeline.view import open_view


class Drawn:
    """Draws greys, and figures as text."""

    def frames(self, clip, options):
        return Counted(len(clip.motion), options.width, options.height)

    def figure(self, path, clip, options, progress):
        path.write_text(clip.credit, encoding="utf-8")


@pytest.fixture
def view(built_corpus):
    with open_view(built_corpus) as opened:
        yield opened


SMALL = PictureOptions(width=64, height=64)


def test_files_beside_the_clip(tmp_path):
    soundfile.write(tmp_path / "song.wav", sweep(5.0, 22_050), 22_050)
    clip = made_clip(audio=str(tmp_path / "song.wav"))
    options = PictureOptions(64, 64, beside=(".srt", ".wav", ".txt"), subtitle_track=True)
    files = export_clip(tmp_path / "out" / "a 1.5.mp4", clip, pictures=Drawn(), options=options)
    assert [f.name for f in files] == ["a 1.5.mp4", "a 1.5.srt", "a 1.5.wav", "a 1.5.txt"]
    assert (tmp_path / "out" / "a 1.5.txt").read_text(encoding="utf-8").strip() == clip.credit
    with av.open(str(files[0])) as video:
        assert video.metadata["comment"] == clip.credit
        assert video.metadata["title"] == "The title"
        assert len(video.streams.audio) == len(video.streams.subtitles) == 1
    assert soundfile.info(files[2]).frames == 44_100


def test_a_gif_with_its_sound_beside_and_a_song_without_sound(tmp_path):
    options = PictureOptions(64, 64, beside=(".wav",))
    files = export_clip(tmp_path / "a.gif", made_clip(), pictures=Drawn(), options=options)
    assert [f.name for f in files] == ["a.gif"], "there is no sound to write"
    files = export_clip(tmp_path / "a.mp4", made_clip(), pictures=Drawn(), options=SMALL)
    with av.open(str(files[0])) as video:
        assert not video.streams.audio


def test_cancelling_takes_everything_back(tmp_path):
    def progress(fraction, message=""):
        if fraction > 0.4:
            raise Cancelled

    options = PictureOptions(64, 64, beside=(".srt", ".txt"))
    with pytest.raises(Cancelled):
        export_clip(tmp_path / "a.mp4", made_clip(), pictures=Drawn(), options=options, progress=progress)
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten_unasked(tmp_path):
    (tmp_path / "a.srt").write_text("mine")
    options = PictureOptions(64, 64, beside=(".srt",))
    with pytest.raises(InputError, match=r"a\.srt"):
        export_clip(tmp_path / "a.mp4", made_clip(), pictures=Drawn(), options=options)
    assert (tmp_path / "a.srt").read_text() == "mine"
    assert not (tmp_path / "a.mp4").exists()
    export_clip(tmp_path / "a.mp4", made_clip(), pictures=Drawn(), options=options, overwrite=True)
    assert "good night" in (tmp_path / "a.srt").read_text()


def test_refusals(tmp_path):
    for name, text in (("a.mp4", "nothing that draws"), ("a.xyz", "cannot be written"), ("a", "cannot be written")):
        with pytest.raises(SettingsError, match=text):
            export_clip(tmp_path / name, made_clip())
    for size in ((63, 64), (64, 65), (10, 64), (64, 99_999)):
        with pytest.raises(SettingsError):
            PictureOptions(*size)
    assert not list(tmp_path.iterdir())


def test_places_of_a_word_are_where_it_is_sung(view):
    song = view.songs[0]
    word = view.words(song)[3]
    places = word_places(view, f" {word.text.upper()} ")
    sung = sum(w.text.casefold() == word.text.casefold() for s in view.songs for w in view.words(s))
    assert 0 < len(places) <= sung
    mine = [p for p in places if p.song_id == song.song_id]
    assert any(abs(p.start / 30 - word.start) < 0.1 and abs(p.stop / 30 - word.end) < 0.1 for p in mine)
    assert word_places(view, word.text, song.song_id) == mine
    assert word_places(view, "no such word") == []


def test_places_of_a_gesture_hold_its_codes(view):
    from core.export.batch import clip_of

    pair = view.pairs(1)[0]
    lyric, dance = pair["lyric_code"], pair["dance_code"]
    places = gesture_places(view, lyric, dance)
    assert places
    found = 0
    for place in places:
        clip = clip_of(view.corpus, view, place)
        here = (clip.lyric_codes == lyric) & (clip.dance_codes == dance)
        assert here[0]
        assert here[-1]
        found += int((here & (clip.frame_words >= 0)).sum())
    assert found == pair["frames"]
    with pytest.raises(SettingsError, match="no gesture"):
        gesture_places(view, 10_000, 0)


def test_extents(view):
    song = view.songs[0]
    bar = view.corpus.bars(song)[2]
    inside = [Place(song.song_id, bar.start + 3, bar.start + 6), Place(song.song_id, bar.stop - 4, bar.stop - 2)]
    assert extended(view.corpus, inside, "place") == inside
    assert extended(view.corpus, inside, "bar") == [Place(song.song_id, bar.start, bar.stop)]
    around = extended(view.corpus, [Place(song.song_id, 2, 5), Place(song.song_id, song.frames - 3, song.frames)],
                      "around")
    assert [(p.start, p.stop) for p in around] == [(0, 35), (song.frames - 33, song.frames)]


def test_a_batch_names_its_files_and_goes_on_after_a_bad_one(view, tmp_path):
    songs = view.songs[:3]
    places = [Place(s.song_id, 30, 45, "word") for s in songs] * 2
    (tmp_path / f"{songs[1].song_id}.json").write_text("mine")
    report = export_places(view.corpus, view, places, tmp_path, ".json", template="{song}", existing="refuse")
    # Every song comes twice: its second clip gets a number; the file that was there stops only its own.
    assert report.clips == 4
    assert len(report.faults) == 2
    assert "exists already" in report.faults[0]
    assert (tmp_path / f"{songs[1].song_id}.json").read_text() == "mine"
    assert (tmp_path / f"{songs[0].song_id} (2).json").exists()
    data = json.loads((tmp_path / f"{songs[2].song_id}.json").read_text(encoding="utf-8"))
    assert len(data["positions"]) == 15
    numbered = export_places(view.corpus, view, places, tmp_path, ".csv", template="{n} {word}")
    assert [f.name for f in numbered.files] == [f"{i} word.csv" for i in range(1, 7)]
    with pytest.raises(SettingsError, match="nothere"):
        export_places(view.corpus, view, places, tmp_path, ".csv", template="{nothere}")
    with pytest.raises(SettingsError, match="no place"):
        export_places(view.corpus, view, [], tmp_path, ".csv", template="{n}")


def test_a_cancelled_batch_keeps_the_clips_that_are_whole(view, tmp_path):
    places = [Place(view.songs[0].song_id, 30 * i, 30 * i + 20) for i in range(1, 5)]

    def progress(fraction, message=""):
        if fraction > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        export_places(view.corpus, view, places, tmp_path, ".mp4", template="{n}", pictures=Drawn(), options=SMALL,
                      progress=progress)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1.mp4", "2.mp4"]
    for path in tmp_path.iterdir():
        with av.open(str(path)) as video:
            assert sum(1 for _ in video.decode(video=0)) == 20
