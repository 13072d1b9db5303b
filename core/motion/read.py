"""Motion files by the ending of their names."""

from __future__ import annotations

from pathlib import Path

from core.errors import InputError
from core.motion.clip import Motion, ReadMotion

ENDINGS = (".bvh", ".vmd")


def read_motion(path: str | Path, model: Path | None = None) -> ReadMotion:
    """Read a .bvh or .vmd file.

    ``model`` is the PMX or PMD model whose skeleton a VMD file drives; a BVH file carries its own, and it is
    not looked at. Raises :class:`InputError` on other endings and on files that cannot be used.
    """
    ending = Path(path).suffix.lower()
    if ending == ".bvh":
        from core.motion.bvh_motion import read_bvh

        return read_bvh(path)
    if ending == ".vmd":
        from core.motion.vmd_motion import read_vmd

        return read_vmd(path, model=model)
    raise _unknown(path, "read")


def write_motion(path: str | Path, motion: Motion) -> None:
    """Write a .bvh or .vmd file. Raises :class:`InputError` on other endings."""
    ending = Path(path).suffix.lower()
    if ending == ".bvh":
        from core.motion.bvh_motion import write_bvh

        write_bvh(path, motion)
    elif ending == ".vmd":
        from core.motion.vmd_motion import write_vmd

        write_vmd(path, motion)
    else:
        raise _unknown(path, "written")


def _unknown(path: str | Path, done: str) -> InputError:
    ending = Path(path).suffix
    fault = f'motion files ending in "{ending}" cannot be {done}' if ending else "its name has no ending"
    return InputError(path, fault, f"motions are {done} as {' and '.join(ENDINGS)}")
