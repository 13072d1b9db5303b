"""export CORPUS SONG --from S --to S -o FILE, or many clips: export CORPUS --gesture L:D -o FOLDER."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from core.cli.console import emit, note, progress_bar
from core.cli.options import CorpusArgument, JsonOption, Protocol, ProtocolOption, QuietOption

if TYPE_CHECKING:
    from core.export.batch import BatchReport, Extent
    from core.export.names import Existing
    from core.export.pictures import Pictures
    from core.pipeline.browse import Place
    from core.pipeline.view import CorpusView

_drawing: ContextVar[Callable[[], Pictures] | None] = ContextVar("_drawing", default=None)
_TEMPLATE: Final = "{song} {start}-{end} {word}"


class View(StrEnum):
    """Where the dancer is seen from."""

    FRONT = "front"
    SIDE = "side"
    TOP = "top"
    THREE_QUARTER = "three-quarter"


class ThemeName(StrEnum):
    """Colours of the picture."""

    LIGHT = "light"
    DARK = "dark"


class Shown(StrEnum):
    """What a clip of a place shows."""

    PLACE = "place"
    AROUND = "around"
    BAR = "bar"


class Poses(StrEnum):
    """Which poses a figure shows."""

    EVEN = "even"
    WORDS = "words"


@contextmanager
def drawing_with(pictures: Callable[[], Pictures] | None) -> Iterator[None]:
    """While this lasts, ``pictures()`` is asked, once one is needed, for who draws videos and figures."""
    token = _drawing.set(pictures)
    try:
        yield
    finally:
        _drawing.reset(token)


def export(
    corpus: CorpusArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="File; its ending is the format: .mp4 .gif .svg .pdf "
                                         ".png .vmd .bvh .csv .json .TextGrid .wav .ogg .srt .ass .lrc. With --gesture "
                                         "or --word: a folder.")],
    song: Annotated[str | None, typer.Argument(metavar="[SONG]", help="The song's song_id; may be left out with "
                                               "--gesture and --word.", show_default=False)] = None,
    start: Annotated[float, typer.Option("--from", min=0.0, help="Seconds.")] = 0.0,
    stop: Annotated[float | None, typer.Option("--to", min=0.0, help="Seconds; the song's end if not given.",
                                               show_default=False)] = None,
    gesture: Annotated[str, typer.Option(metavar="LYRIC:DANCE", help="All places of a pair of codes.")] = "",
    word: Annotated[str, typer.Option(metavar="WORD", help="All places of a word.")] = "",
    shown: Annotated[Shown, typer.Option(help="With --gesture and --word: what each clip shows.")] = Shown.BAR,
    kind: Annotated[str, typer.Option("--format", help="With --gesture and --word: the files' ending.")] = "mp4",
    name: Annotated[str, typer.Option(help="With --gesture and --word: the files' names, with the fields {song} "
                                      "{title} {artist} {start} {end} {word} {code} {n}.")] = _TEMPLATE,
    limit: Annotated[int, typer.Option(min=0, help="With --gesture and --word: no more clips than this; 0: all.")] = 0,
    width: Annotated[int, typer.Option(min=64, max=7680, help="Pixels; even.")] = 1280,
    height: Annotated[int, typer.Option(min=64, max=7680, help="Pixels; even.")] = 720,
    subtitles: Annotated[bool, typer.Option(help="The lyric line in the picture.")] = True,
    track: Annotated[bool, typer.Option("--subtitle-track", help="A subtitle track in the .mp4.")] = False,
    view: Annotated[View, typer.Option(help="Where the dancer is seen from.")] = View.THREE_QUARTER,
    mirror: Annotated[bool, typer.Option("--mirror", help="Left and right exchanged.")] = False,
    theme: Annotated[ThemeName, typer.Option(help="Colours.")] = ThemeName.LIGHT,
    sound: Annotated[bool, typer.Option(help="Sound in the .mp4.")] = True,
    credit: Annotated[bool, typer.Option("--credit", help="The credit line in the picture; the file's metadata carry "
                                         "it in any case.")] = False,
    beside: Annotated[str, typer.Option(metavar="ENDINGS", help="Files written beside it, with commas: srt, ass, lrc, "
                                        "wav, ogg, txt (the credit line).")] = "",
    poses: Annotated[Poses, typer.Option(help="Poses in a figure: at even steps, or one a word.")] = Poses.EVEN,
    protocol: ProtocolOption = Protocol.INDUCTIVE,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace existing files.")] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """A stretch of a song, or all places of a gesture, as video, figure, motion, sound or data."""
    from core.export.pictures import PictureOptions
    from core.pipeline.view import open_view

    many = bool(gesture or word)
    if gesture and word:
        raise typer.BadParameter("give --gesture or --word, not both")
    if song is None and not many:
        raise typer.BadParameter("name a song, or give --gesture or --word", param_hint="SONG")
    options = PictureOptions(
        width=width, height=height, view=view.value, mirror=mirror, dark=theme is ThemeName.DARK, subtitles=subtitles,
        sound=sound, credit=credit, subtitle_track=track, beside=_endings(beside),
        poses="words" if poses is Poses.WORDS else "even",
    )
    with open_view(corpus, protocol.value) as opened, progress_bar(quiet=quiet or as_json) as progress:
        if not many:
            from core.export.clip import cut_clip
            from core.export.write import export_clip

            clip = cut_clip(opened, song or "", start, stop)
            files = export_clip(output, clip, overwrite=overwrite, pictures=_pictures(output.suffix), options=options,
                                progress=progress)
            emit({"file": str(output), "files": [str(f) for f in files], "frames": len(clip.motion),
                  "credit": clip.credit}, as_json=as_json,
                 show=lambda result: typer.echo(f"{output}: {result['frames']} frames. {clip.credit}"))
            return
        if song is not None:
            opened.corpus.song(song)
        places = _places(opened, gesture, word, song)
        from core.export.batch import export_places, extended

        extent: Extent = shown.value
        stretches = extended(opened.corpus, places, extent)[: limit or None]
        existing: Existing = "replace" if overwrite else "number"
        ending = f".{kind.lstrip('.')}"
        report = export_places(opened.corpus, opened, stretches, output, ending, template=name, existing=existing,
                               pictures=_pictures(ending), options=options, progress=progress)
    _show(report, output, as_json=as_json)


def _show(report: BatchReport, folder: Path, *, as_json: bool) -> None:
    for fault in report.faults:
        note(fault)
    emit({"folder": str(folder), "files": [str(f) for f in report.files], "clips": report.clips,
          "frames": report.frames, "faults": list(report.faults)}, as_json=as_json,
         show=lambda result: typer.echo(f"{folder}: {result['clips']} clips, {result['frames']} frames."))
    if report.faults:
        raise typer.Exit(1)


def _places(view: CorpusView, gesture: str, word: str, song: str | None) -> list[Place]:
    from core.errors import SettingsError
    from core.export.batch import gesture_places, word_places

    if word:
        found = word_places(view, word, song)
        if not found:
            raise SettingsError(f"The word '{word}' is sung nowhere in the bars of this corpus; check its spelling.")
        return found
    codes = re.fullmatch(r"\s*(\d{1,6})\s*[:,-]\s*(\d{1,6})\s*", gesture, re.ASCII)
    if codes is None:
        raise typer.BadParameter("two codes are meant, as in 12:5 (see the pairs command)", param_hint="--gesture")
    found = gesture_places(view, int(codes[1]), int(codes[2]), song)
    if not found:
        raise SettingsError(f"The gesture {gesture} occurs nowhere while something is sung; the pairs command lists "
                            "those that do.")
    return found


def _endings(text: str) -> tuple[str, ...]:
    known: Final[tuple[Literal["srt", "ass", "lrc", "wav", "ogg", "flac", "txt"], ...]] = (
        "srt", "ass", "lrc", "wav", "ogg", "flac", "txt")
    wanted = [e.strip().lstrip(".").lower() for e in text.split(",") if e.strip()]
    for ending in wanted:
        if ending not in known:
            raise typer.BadParameter(f"'{ending}' is none of {', '.join(known)}", param_hint="--beside")
    return tuple(f".{ending}" for ending in wanted)


def _pictures(ending: str) -> Pictures | None:
    """Who draws; asked for only where something is to be drawn, since that starts Qt."""
    from core.export.write import PICTURES

    ask = _drawing.get()
    return ask() if ask is not None and ending.lower() in PICTURES else None
