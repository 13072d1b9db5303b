"""Gathering the window's texts, and making the file that the program loads, by Qt's own tools."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

HERE: Final = Path(__file__).resolve().parent
SOURCE: Final = HERE / "kotofuri_ja.ts"
COMPILED: Final = HERE / "kotofuri_ja.qm"
_ROOT: Final = HERE.parent.parent


def _tool(name: str) -> str:
    for folder in (Path(sys.executable).parent, Path(sys.prefix) / "bin", Path(sys.prefix) / "Scripts"):
        for ending in ("", ".exe"):
            if (folder / f"{name}{ending}").exists():
                return str(folder / f"{name}{ending}")
    msg = f"{name} is not beside {sys.executable}; install PySide6 there"
    raise FileNotFoundError(msg)


def gather(target: Path = SOURCE) -> None:
    """Bring ``target`` (.ts) up to date with the texts in gui/; finished translations stay, dead ones go."""
    files = [str(path) for path in sorted((_ROOT / "gui").rglob("*.py"))]
    subprocess.run(  # noqa: S603 - Qt's own tool on our own files
        [_tool("pyside6-lupdate"), *files, "-ts", str(target), "-source-language", "en", "-target-language", "ja",
         "-locations", "none", "-no-obsolete"],
        check=True, cwd=_ROOT, stdout=subprocess.DEVNULL,
    )


def compile_texts(source: Path = SOURCE, target: Path = COMPILED) -> None:
    """Make the .qm file that the program loads."""
    subprocess.run(  # noqa: S603 - as above
        [_tool("pyside6-lrelease"), str(source), "-qm", str(target)], check=True, stdout=subprocess.DEVNULL
    )


def texts(source: Path = SOURCE) -> dict[tuple[str, str], str]:
    """(class, English text) -> Japanese text; empty where it is not translated yet."""
    found: dict[tuple[str, str], str] = {}
    for context in ET.parse(source).getroot().iter("context"):  # noqa: S314 - our own file
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            translation = message.find("translation")
            unfinished = translation is None or translation.get("type") == "unfinished"
            japanese = "" if unfinished else message.findtext("translation") or ""
            found[name, message.findtext("source") or ""] = japanese
    return found


def fill(table: dict[str, str], source: Path = SOURCE) -> list[str]:
    """Put in translations by English text where one is missing; returns the texts that are still without."""
    tree = ET.parse(source)  # noqa: S314 - our own file
    missing: list[str] = []
    for message in tree.getroot().iter("message"):
        translation = message.find("translation")
        text = message.findtext("source") or ""
        if translation is None or (translation.get("type") != "unfinished" and translation.text):
            continue
        if table.get(text):
            translation.text = table[text]
            translation.attrib.pop("type", None)
        else:
            missing.append(text)
    with source.open("wb") as file:
        file.write(b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n')
        tree.write(file, encoding="utf-8", xml_declaration=False)
        file.write(b"\n")
    return list(dict.fromkeys(missing))
