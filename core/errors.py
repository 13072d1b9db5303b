"""Errors that a person can act on.

Every error meant for a user is a :class:`KotofuriError`: its text is one sentence that says what is
wrong and what to do. The command line prints that sentence and exits with 1; the window shows it.
"""

from __future__ import annotations

from pathlib import Path


class KotofuriError(Exception):
    """Something a user can mend. ``str(error)`` is one complete sentence."""


class InputError(KotofuriError, ValueError):
    """A file that cannot be used.

    Attributes
    ----------
    path : Path
        The file.
    fault : str
        What is wrong with it, without the file's name.
    remedy : str
        What to do about it; may be empty.
    """

    def __init__(self, path: str | Path, fault: str, remedy: str = "") -> None:
        self.path = Path(path)
        self.fault = fault
        self.remedy = remedy
        text = f"{self.path}: {fault}"
        super().__init__(f"{text}; {remedy}." if remedy else f"{text}.")


class CorpusError(KotofuriError, RuntimeError):
    """A corpus that is missing something, or was written by a newer version."""


class SettingsError(KotofuriError, ValueError):
    """Options that contradict each other or the corpus."""


class Cancelled(Exception):  # noqa: N818 - not an error
    """Raised by a progress callable to stop the work that calls it. Not an error."""
