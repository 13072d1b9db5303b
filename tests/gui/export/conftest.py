"""Garbage is collected in the GUI thread only: in a worker's thread it would destroy Qt objects of an earlier test."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _collect_in_the_gui_thread(qapp) -> Iterator[None]:
    from PySide6.QtCore import QCoreApplication, QEvent

    gc.disable()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.enable()
