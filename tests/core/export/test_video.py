"""MP4 and GIF, read back by FFmpeg's and Pillow's decoders."""

from __future__ import annotations

import av
import numpy as np
import pytest
from clips import Counted, lag, sweep
from PIL import Image

from core.errors import Cancelled, InputError
from core.export.video import write_gif, write_mp4


def decoded(path):
    with av.open(str(path)) as file:
        return [(f.pts * f.time_base, f.to_ndarray(format="rgb24")) for f in file.decode(video=0)]


@pytest.mark.parametrize("channels", [3, 4])
def test_an_mp4_holds_exactly_the_frames_given_in_order_and_on_time(tmp_path, channels):
    path = tmp_path / "動画 clip.mp4"
    write_mp4(path, Counted(37, 128, 96, channels))
    frames = decoded(path)
    assert [round(time * 30) for time, _ in frames] == list(range(37))
    means = [picture.mean() for _, picture in frames]
    expected = [20 + i * 200 // 36 for i in range(37)]
    assert np.abs(np.subtract(means, expected)).max() < 3, "the frames come back in order and in their brightness"
    with av.open(str(path)) as file:
        video = file.streams.video[0]
        assert video.codec_context.name == "h264"
        assert video.codec_context.pix_fmt == "yuv420p"
        assert (video.width, video.height) == (128, 96)
        assert video.average_rate == 30
        assert float(video.duration * video.time_base) == pytest.approx(37 / 30, abs=1e-3)
        assert not file.streams.audio


def test_colours_survive_the_way_into_yuv_and_back(tmp_path):
    class Plain:
        def __len__(self):
            return 3

        def __getitem__(self, index):
            frame = np.zeros((64, 64, 4), np.uint8)
            frame[...] = (30, 120, 230, 255)  # blue, green, red
            return frame

    write_mp4(tmp_path / "a.mp4", Plain())
    with av.open(str(tmp_path / "a.mp4")) as file:
        frame = next(file.decode(video=0))
        assert frame.colorspace in (1, "ITU709")
        seen = frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
    assert np.abs(seen.reshape(-1, 3).mean(axis=0) - [230, 120, 30]).max() < 6


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (22_050, 1), (37_800, 1)])
def test_the_sound_of_an_mp4_lies_where_it_was(tmp_path, rate, channels):
    path = tmp_path / "a.mp4"
    sound = sweep(3.0, rate, channels)
    write_mp4(path, Counted(90), sound=(sound, rate))
    with av.open(str(path)) as file:
        stream = file.streams.audio[0]
        assert stream.codec_context.name == "aac"
        assert float(stream.duration * stream.time_base) == pytest.approx(3.0, abs=1e-3)
        found = np.concatenate([f.to_ndarray() for f in file.decode(audio=0)], axis=1)
        found_rate = stream.rate
    assert len(found) == channels
    if found_rate == rate:
        for at in (5000, 20_000, 60_000):
            assert lag(found[0], sound[:, 0], at) == 0
    else:
        assert found_rate == 48_000
        assert found.shape[1] >= 3 * 48_000


def test_sound_that_is_too_short_is_followed_by_silence_and_too_long_is_cut(tmp_path):
    for seconds in (1.0, 9.0):
        path = tmp_path / f"{seconds}.mp4"
        write_mp4(path, Counted(90), sound=(sweep(seconds, 22_050), 22_050))
        with av.open(str(path)) as file:
            assert float(file.streams.audio[0].duration * file.streams.audio[0].time_base) == pytest.approx(3, abs=1e-3)
            found = np.concatenate([f.to_ndarray() for f in file.decode(audio=0)], axis=1)[0]
        assert np.abs(found[5000:20_000]).max() > 0.2
        tail = np.abs(found[30_000:60_000]).max()
        assert tail < 0.01 if seconds == 1.0 else tail > 0.2


def test_a_subtitle_track_carries_its_lines_and_their_times(tmp_path):
    path = tmp_path / "a.mp4"
    write_mp4(path, Counted(90), captions=[(0.5, 1.25, "こんにちは 世界"), (1.25, 2.0, "second line")])
    with av.open(str(path)) as file:
        stream = file.streams.subtitles[0]
        assert stream.codec_context.name == "mov_text"
        shown = []
        for packet in file.demux(stream):
            data = bytes(packet)
            if len(data) > 2:
                start = float(packet.pts * packet.time_base)
                shown.append((start, start + float(packet.duration * packet.time_base), data[2:].decode()))
    assert [text for *_, text in shown] == ["こんにちは 世界", "second line"]
    assert [time for row in shown for time in row[:2]] == pytest.approx([0.5, 1.25, 1.25, 2.0], abs=2e-3)


def test_metadata_are_kept(tmp_path):
    write_mp4(tmp_path / "a.mp4", Counted(3), metadata={"title": "もっと", "comment": "credit"})
    with av.open(str(tmp_path / "a.mp4")) as file:
        assert file.metadata["title"] == "もっと"
        assert file.metadata["comment"] == "credit"


@pytest.mark.parametrize("count", [1, 2, 31, 47])
def test_a_gif_has_every_frame_and_lasts_as_long_as_the_clip(tmp_path, count):
    path = tmp_path / "a.gif"
    write_gif(path, Counted(count, channels=4), comment="The credit 言" * 40)
    with Image.open(path) as image:
        delays, means = [], []
        for i in range(image.n_frames):
            image.seek(i)
            delays.append(image.info["duration"])
            means.append(np.asarray(image.convert("RGB")).mean())
        image.seek(0)
        comment, loop = image.info["comment"].decode(), image.info.get("loop")
    assert len(delays) == count
    assert sum(delays) == round(count * 100 / 30) * 10
    assert set(delays) <= {30, 40}
    # The palette is made from some of the frames; here each is of a grey of its own.
    assert np.abs(np.subtract(means, [20 + i * 200 // max(count - 1, 1) for i in range(count)])).max() < 8
    assert means == sorted(means)
    assert comment == "The credit 言" * 40
    assert loop == 0


@pytest.mark.parametrize(("write", "ending"), [(write_mp4, ".mp4"), (write_gif, ".gif")])
def test_cancelling_in_the_middle_leaves_nothing(tmp_path, write, ending):
    frames = Counted(60)

    def progress(fraction, message=""):
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        write(tmp_path / f"a{ending}", frames, progress=progress)
    assert not list(tmp_path.iterdir())
    assert len(frames.asked) < 60


def test_an_older_file_stays_when_writing_fails(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")

    class Broken(Counted):
        def __getitem__(self, index):
            if index == 5:
                raise ValueError("drawing failed")
            return super().__getitem__(index)

    with pytest.raises(ValueError, match="drawing failed"):
        write_mp4(path, Broken(10))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_a_file_is_an_error_in_a_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises((InputError, OSError)):
        write_mp4(tmp_path / "file" / "a.mp4", Counted(3))
