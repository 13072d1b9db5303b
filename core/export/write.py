"""The door to all exporters: the format is chosen by the file's ending."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.errors import InputError, SettingsError
from core.export.clip import ClipData
from core.export.pictures import PictureOptions, Pictures
from core.export.sound import clip_sound, write_sound
from core.export.subtitles import captions, write_subtitles
from core.export.tables import write_csv, write_json, write_textgrid
from core.export.video import write_gif, write_mp4
from core.files import write_text
from core.motion.read import write_motion
from core.progress import Progress, silent

VIDEO: Final = (".mp4", ".gif")
FIGURES: Final = (".svg", ".pdf", ".png")
PICTURES: Final = (*VIDEO, *FIGURES)
SOUND: Final = (".wav", ".ogg", ".flac")
SUBTITLES: Final = (".srt", ".ass", ".lrc")


def _motion(path: Path, clip: ClipData) -> None:
    write_motion(path, clip.motion)


def _credit(path: Path, clip: ClipData) -> None:
    write_text(path, clip.credit + "\n")


_WRITERS: Final[dict[str, Callable[[Path, ClipData], None]]] = {
    ".vmd": _motion, ".bvh": _motion, ".json": write_json, ".csv": write_csv, ".textgrid": write_textgrid,
    **dict.fromkeys(SOUND, write_sound), **dict.fromkeys(SUBTITLES, write_subtitles), ".txt": _credit,
}
_KNOWN: Final = "use .mp4, .gif, .svg, .pdf, .png, .vmd, .bvh, .json, .csv, .TextGrid, .wav, .srt or .ass"


def export_clip(
    path: Path, clip: ClipData, *, overwrite: bool = False, pictures: Pictures | None = None,
    options: PictureOptions | None = None, progress: Progress = silent,
) -> list[Path]:
    """Write a clip; the ending says as what. See :data:`VIDEO`, :data:`FIGURES`, :data:`SOUND`, :data:`SUBTITLES`.

    Parameters
    ----------
    path : Path
    clip : ClipData
    overwrite : bool
    pictures : Pictures, optional
        Who draws; without, there are no videos and figures.
    options : PictureOptions, optional
        How it is drawn, and which files are written beside the clip.
    progress : Progress
        Raising :class:`core.errors.Cancelled` leaves no file of this clip.

    Returns
    -------
    list of Path
        The files written, the clip first.

    Raises
    ------
    SettingsError
        For an ending that cannot be written.
    InputError
        Where a file exists and must not be overwritten, or cannot be written.
    """
    chosen = options or PictureOptions()
    ending = path.suffix.lower()
    if ending not in _WRITERS and ending not in PICTURES:
        raise SettingsError(f"{path}: '{ending}' cannot be written; {_KNOWN}.")
    if ending in PICTURES and pictures is None:
        raise SettingsError(f"{path}: pictures and video cannot be made here, because nothing that draws is "
                            "installed; use .vmd, .bvh, .json, .csv or .TextGrid.")
    beside = [path.with_suffix(other) for other in chosen.beside if other != ending
              and not (other in SOUND and clip_sound(clip) is None)]
    for target in (path, *beside):
        if target.exists() and not overwrite:
            raise InputError(target, "the file exists already", "choose another name, or add --overwrite")
    fresh = [target for target in (path, *beside) if not target.exists()]
    try:
        if pictures is not None and ending in PICTURES:
            _picture(path, clip, pictures, chosen, progress)
        else:
            _WRITERS[ending](path, clip)
        for target in beside:
            _WRITERS[target.suffix.lower()](target, clip)
    except BaseException:
        for target in fresh:
            target.unlink(missing_ok=True)
        raise
    return [path, *beside]


def _picture(path: Path, clip: ClipData, pictures: Pictures, options: PictureOptions, progress: Progress) -> None:
    ending = path.suffix.lower()
    if ending in FIGURES:
        pictures.figure(path, clip, options, progress)
    elif ending == ".gif":
        write_gif(path, pictures.frames(clip, options), comment=clip.credit, progress=progress)
    else:
        track = [(line.start, line.end, line.text) for line in captions(clip)] if options.subtitle_track else []
        metadata = {"title": clip.song.title, "artist": clip.song.artist, "comment": clip.credit}
        write_mp4(path, pictures.frames(clip, options), sound=clip_sound(clip) if options.sound else None,
                  captions=track, metadata={k: v for k, v in metadata.items() if v}, progress=progress)
