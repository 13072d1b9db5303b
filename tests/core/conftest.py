"""Fixtures for all of core's tests."""

from __future__ import annotations

import os

import pytest

# No test may reach for a model hub.
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(autouse=True)
def _quiet_model_loading(monkeypatch):
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
