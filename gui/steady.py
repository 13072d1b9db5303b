"""A remedy for PySide wheels that, on Python 3.11, use up the references of None, True and False.

PySide6 6.12 is built with the ``Py_RETURN_NONE`` of Python 3.12, where those objects are immortal and are handed out
uncounted. On 3.11 every call that returns nothing then takes one reference too many, and after some thousands of
painter calls the interpreter ends with "deallocating None".
"""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_MANY: Final = 1 << 60
_done = False


def steady_singletons() -> None:
    """Give the four singletons more references than can ever be used up; once, and only where it is needed."""
    global _done  # noqa: PLW0603 - the whole process has one None
    if _done or sys.version_info >= (3, 12) or sys.implementation.name != "cpython" or sys.maxsize < _MANY:
        return
    _done = True
    for single in (None, True, False, NotImplemented):
        ctypes.c_ssize_t.from_address(id(single)).value += _MANY
