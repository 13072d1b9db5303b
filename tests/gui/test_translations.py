"""The Japanese texts: complete, fresh, with the same fields, and switched while the window lives."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from resources.translations.files import COMPILED, SOURCE, gather, texts

FIELD = re.compile(r"\{[a-z_0-9:.,%+]*\}")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> dict[tuple[str, str], str]:
    copy = Path(shutil.copy(SOURCE, tmp_path_factory.mktemp("ts") / SOURCE.name))
    gather(copy)
    return texts(copy)


def test_every_text_of_the_window_is_translated(fresh):
    missing = sorted({text for (_, text), japanese in fresh.items() if not japanese})
    assert not missing, f"run python -m resources.translations, then translate {SOURCE.name}"
    assert len(fresh) > 300


def test_the_fields_of_every_text_are_kept(fresh):
    wrong = [text for (_, text), japanese in fresh.items() if sorted(FIELD.findall(text)) != sorted(FIELD.findall(japanese))]
    assert not wrong


def test_the_compiled_file_holds_the_present_texts(qapp, fresh):
    translator = QTranslator()
    assert translator.load(str(COMPILED))
    wrong = [(name, text) for (name, text), japanese in fresh.items() if translator.translate(name, text) != japanese]
    assert not wrong
    QCoreApplication.installTranslator(translator)
    QCoreApplication.removeTranslator(translator)
